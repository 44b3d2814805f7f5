"""What is said of what every input does; computes nothing of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ...facts.outcomes import WAY_WORDS
from ..tables.plain import columns_text

if TYPE_CHECKING:
    from ...questions.effects import Effect

LEAST = 0.01  # of futures: less is said to be within chance
# why an input may touch hardly a future
QUIET = (
    ("principal.", "one man of many; his part shows in `principals_gone`, `split` and in stories"),
    ("patron.", "one gift of one patron of many"),
    ("", "weak in these worlds"),
)


def rows(found: Sequence[Effect]) -> list[dict[str, Any]]:
    """A row for each input."""
    return [asdict(one) for one in found]


def why_quiet(name: str) -> str:
    """Why an input may do little."""
    return next(words for head, words in QUIET if name.startswith(head))


def text(found: Sequence[Effect]) -> str:
    """The table: points of P(out) and P(regime falls) from low to high, the exit moved most."""
    table = [
        (
            one.name,
            f"{one.low:g} to {one.high:g}",
            f"{100 * one.out:+z.1f}",
            f"{100 * one.falls:+z.1f}",
            f"{WAY_WORDS[one.way]} {100 * one.way_by:+z.1f}",
            f"{100 * one.touched:.0f}",
            one.world if one.touched >= LEAST else why_quiet(one.name),
        )
        for one in found
    ]
    head = ("input", "range", "out", "falls", "exit mode moved most", "touched", "where")
    return columns_text(head, table, left=1)
