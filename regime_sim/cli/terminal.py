"""What rich has laid out, as text for a terminal; slow to load, and `--help` needs none of it."""

from __future__ import annotations

import io
import sys

from rich.console import Console, ConsoleRenderable
from rich.segment import Segment, Segments

from ..inert import inert
from .ending import OWN_ESCAPE


def as_terminal(renderable: ConsoleRenderable) -> str:
    """A rich renderable as text: as the terminal is, else plain, 100 wide; colours are marked."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    console = Console(
        file=io.StringIO(),
        force_terminal=terminal,
        width=None if terminal else 100,
        emoji=False,
        highlight=False,
    )
    found = [Segment(inert(one.text), one.style, one.control) for one in console.render(renderable)]
    with console.capture() as capture:
        console.print(Segments(found), end="")
    lines = capture.get().replace("\x1b", OWN_ESCAPE).split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")
