"""Errors that users see: each says what is wrong, where, what was expected and the nearest right
name; imports nothing of the project.
"""

from __future__ import annotations

import difflib
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


class FolderInUse(RegimeSimError):
    """Another process is writing into this run folder."""


class NotWritten(RegimeSimError):
    """A file of a run folder could not be written, or not be read for a reason that lies with the
    machine; what was complete before is still good.
    """


class Damaged(RegimeSimError):
    """Files of a run folder are not what was written: each is named with what is wrong; none of
    them was used.
    """


class AllFailed(RegimeSimError):
    """No replicate of a run came to an end."""


class ElsewhereDifferent(RegimeSimError):
    """A worker has other sources, libraries or numbers than the process that sends it work, or does
    not answer.
    """
