"""Makes what is out of date, part after part, each in a process of its own; decides nothing about
what that is.

A process of its own, since a sample or a table that was read stays in a process's memory: what is
made after the samples must see the new ones. A part is recorded as soon as it is made, so that an
interrupted call is finished by another.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from ..errors import RegimeSimError
from ..facts.posterior import posterior
from .checking import Finding, known, parts_named, record, recorded, state_of
from .moved import moved
from .parts import ROOT, Part
from .stamps import restamp, unsaid

Say = Callable[[str], object]
Run = Callable[[tuple[str, ...], Path], int]


class NotMade(RegimeSimError):
    """A part could not be made; says which, and that the finished ones are kept."""


def run(command: tuple[str, ...], root: Path) -> int:
    """Run Python in the checkout; progress goes to this process's standard error."""
    done = subprocess.run([sys.executable, *command], cwd=root, stdout=subprocess.DEVNULL)
    return done.returncode


def renew(
    names: Sequence[str] = (), say: Say = print, root: Path = ROOT, run: Run = run
) -> list[Part]:
    """Make what is out of date, or what is named, in order; says what is done and what moved.
    Returns the parts that were made. Raises UnknownName, NoCheckout, NotMade.
    """
    made: list[Part] = []
    for part in parts_named(names):
        found = state_of(part, known([part], root), root)
        if found.state == "up to date" and part.name not in names:
            say(str(found))
        elif part.needs and find_spec(part.needs) is None:
            say(f"{part.name:10s}skipped: needs {part.needs}, which is not installed")
        else:
            _make(part, found, say, root, run)
            made.append(part)
    return made


def _make(part: Part, found: Finding, say: Say, root: Path, run: Run) -> None:
    """Make one part, record it, and say what moved."""
    before = {name: _bytes(root / name) for name in part.files}
    say(f"{part.name:10s}making {part.words} (about {part.takes})")
    begun = time.monotonic()
    status = run(part.command, root)
    if status and part.needs:
        say(f"{part.name:10s}skipped: ended with status {status}")
        return
    if status:
        line = " ".join(("python", *part.command))
        raise NotMade(
            f"{part.name}: not made ({line} ended with status {status}); what was finished before"
            " is kept, and renew goes on from there"
        )
    posterior.cache_clear()  # what was read before may have been made again
    record(part, root)
    say(f"{part.name:10s}made in {time.monotonic() - begun:,.0f} s; {found.why or 'as asked'}")
    for name in part.files:
        for line in moved(name, before[name], _bytes(root / name)):
            say(f"{'':10s}{line}")


def accept(names: Sequence[str], say: Say = print, root: Path = ROOT) -> None:
    """Record parts as made by this model without making them: for whoever has other proof that they
    are (a change of the marks themselves). Files that carry marks get the present ones. Raises
    UnknownName, NoCheckout, NotMade.
    """
    for part in parts_named(names):
        then = recorded(root).get(part.name, {}).get("carries", {})
        now = part.carries()
        for name in part.files:
            restamp(root / name, then, now)
            if part.remade or unsaid(root / name, now):
                raise NotMade(
                    f"{part.name}: {name} carries marks that cannot be set - make it instead:"
                    f" regime-sim renew {part.name}"
                )
        record(part, root)
        say(f"{part.name:10s}recorded as it is, not made")


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


__all__ = ["NotMade", "accept", "renew"]
