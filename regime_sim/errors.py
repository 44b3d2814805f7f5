"""Errors that users see: each says what is wrong, where, what was expected and the nearest right
name; imports nothing of the project.
"""

from __future__ import annotations

import difflib
import os
import shlex
import subprocess
from collections.abc import Iterable


class RegimeSimError(Exception):
    """Root of every error that the package raises on purpose."""


class UnknownName(RegimeSimError, ValueError):
    """A name that is not in the list of names that would be right here."""

    def __init__(self, what: str, name: str, allowed: Iterable[str]) -> None:
        self.name = name
        self.allowed = tuple(allowed)
        super().__init__(f"unknown {what} {name!r}{nearest(name, self.allowed)}")


class OutOfRange(RegimeSimError, ValueError):
    """A number outside the range in which it has a meaning."""


class Cancelled(RegimeSimError):
    """The run was cancelled by its caller before it was complete."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """The tail of a message: the nearest right name, or the short list of right names."""
    names = list(allowed)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f" - did you mean {close[0]}?"
    if 0 < len(names) <= 12:
        return f" - one of {', '.join(names)}"
    return ""


def typed(path: object) -> str:
    """A path as it is typed in a shell, for the commands that a message advises."""
    words = str(path)
    return subprocess.list2cmdline([words]) if os.name == "nt" else shlex.quote(words)


class FolderInUse(RegimeSimError):
    """Another process is writing to this run folder."""


class NotWritten(RegimeSimError):
    """A file of a run folder could not be written, or could not be read because of the machine;
    what was complete before is intact.
    """


class Damaged(RegimeSimError):
    """Files of a run folder have changed since they were written: each is named with what is
    wrong; none was used.
    """


class AllFailed(RegimeSimError):
    """Every replicate of a run failed."""


class ElsewhereDifferent(RegimeSimError):
    """A worker has a different model, libraries or numbers than the process that sends it work, or
    does not answer.
    """
