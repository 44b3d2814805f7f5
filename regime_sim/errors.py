"""Errors that users see: what is wrong, where, what was expected; imports no other room."""

from __future__ import annotations

import difflib
import os
import shlex
import subprocess
from collections.abc import Callable, Iterable
from typing import Any

FEW = 14  # right names that a message lists
LONGEST = 100  # characters of a wrong one that it repeats
_ALIKE = 0.8  # likeness from which a name is meant, rather than the best of what there is


class RegimeSimError(Exception):
    """Root of every error raised on purpose; pickled, it keeps its text and its attributes."""

    def __reduce__(self) -> tuple[Callable[..., RegimeSimError], tuple[Any, ...], dict[str, Any]]:
        return _again, (type(self), self.args), dict(vars(self))


def _again(kind: type[RegimeSimError], args: tuple[Any, ...]) -> RegimeSimError:
    """An error as it was, without its `__init__`: that wants what the text was made from."""
    return kind.__new__(kind, *args)


class UnknownName(RegimeSimError, ValueError):
    """A name that is not in the list of names that would be right here."""

    def __init__(self, what: str, name: str, allowed: Iterable[str], hint: str = "") -> None:
        self.name = name
        self.allowed = tuple(allowed)
        said = repr(name) if len(name) <= LONGEST else f"{name[:LONGEST]!r}..."
        super().__init__(f"unknown {what} {said}{hint or nearest(name[:LONGEST], self.allowed)}")


class OutOfRange(RegimeSimError, ValueError):
    """A number outside the range in which it has a meaning."""


class Cancelled(RegimeSimError):
    """The run was cancelled by its caller before it was complete."""


class MissingExtra(RegimeSimError, ImportError):
    """A part of the package that is installed on request only, and is not."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs the extra "{extra}": pip install "regime-sim[{extra}]"')


def closest(name: str, allowed: Iterable[str]) -> str | None:
    """The right name that is nearest to a wrong one, as it stands among the right ones. A dotted
    name stays in its family where that has one like it; the last part alone finds its whole name.
    """
    whole = {one: one for one in allowed}
    head, dot, _ = name.rpartition(".")
    family = {one: one for one in whole if dot and one.startswith(f"{head}.")}
    last = {one.rpartition(".")[2]: one for one in reversed(whole) if not dot and "." in one}
    for among, cutoff in ((family, 0.6), (whole, _ALIKE), (last, _ALIKE), (whole, 0.6)):
        found = difflib.get_close_matches(name, among, n=1, cutoff=cutoff)
        if found:
            return among[found[0]]
    return None


def misplaced(name: str, right: Iterable[str], others: Iterable[str]) -> str | None:
    """The name that is meant where it is right in another place only: one of others in the family
    of a dotted name, or where none of the right ones is near.
    """
    right, others = tuple(right), tuple(others)
    head, dot, _ = name.rpartition(".")
    near = closest(name, (*right, *others)) if dot else None
    if near is None or not near.startswith(f"{head}."):
        near = None if closest(name, right) else closest(name, others)
    return None if near in right else near


def nearest(name: str, allowed: Iterable[str], listed: Iterable[str] | None = None) -> str:
    """The tail of a message: the nearest right name and, where they are few, all right names, or
    those that are listed in their place.
    """
    names = list(allowed)
    shown = names if listed is None else list(listed)
    close = closest(name, names)
    few = f"one of {', '.join(shown)}" if 0 < len(shown) <= FEW else ""
    if close:
        return f" - did you mean {close}?{f' ({few})' if len(shown) > 1 and few else ''}"
    return f" - {few}" if few else ""


def typed(path: object) -> str:
    """A path as it is typed in a shell, for the commands that a message advises."""
    words = str(path)
    if words.startswith("-"):  # else it reads as an option
        words = f".{os.sep}{words}"
    if os.name == "nt":
        return subprocess.list2cmdline([words])
    if all(sign.isprintable() for sign in words):
        return shlex.quote(words)
    # signs that a terminal would act on, as bash, zsh and ksh read them
    return "$'" + "".join(map(_sign, words)) + "'"


def _sign(sign: str) -> str:
    """A sign within $'...'."""
    if sign in "\\'":
        return f"\\{sign}"
    return sign if sign.isprintable() else "".join(f"\\x{one:02x}" for one in os.fsencode(sign))


class FolderInUse(RegimeSimError):
    """Another process is writing to this run folder."""


class NotWritten(RegimeSimError):
    """A file of a run folder could not be written or read; what was complete before is intact."""


class Damaged(RegimeSimError):
    """Files of a run folder have changed since they were written; each is named, none was used."""


class AllFailed(RegimeSimError):
    """Every replicate of a run failed."""


class WorkerMismatch(RegimeSimError):
    """A worker has another model, libraries or numbers than its sender, or does not answer."""


ElsewhereDifferent = WorkerMismatch  # its earlier name, for scripts that catch it
