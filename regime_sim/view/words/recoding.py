"""Coding shifts as text: each score's spread, conclusions that reverse; computes nothing."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ..tables.scorecard import FORECASTERS, WIDTH

if TYPE_CHECKING:
    from ...history.recoding import Shifts

WORDS = {"brier": "Brier, out", "log_score": "log score, out", "hit_rate": "likeliest exit right *"}


def shifts_text(s: Shifts) -> str:
    """The shifts for a terminal."""
    head = (
        f"Every coding moved at random by minus a step, nothing or plus a step ({s.step:g}),"
        f" {s.number} times; {s.futures} futures per case, the same each time. As coded, and 5% to"
        " 95% over the shifts:"
    )
    lines = textwrap.wrap(head, WIDTH)
    for cases, n in s.n.items():
        lines.append(f"{cases}, {n} cases")
        for who in s.as_coded[cases]:
            cells = (
                f"{words} {at:.3f} ({low:.3f} to {high:.3f})"
                for name, words in WORDS.items()
                for at, low, _, high in (s.spread(cases, who, name),)
            )
            lines.append(f"  {FORECASTERS[who].replace(chr(10), ' '):<22} {'   '.join(cells)}")
    lines.append("Conclusions as coded, and in how many shifts they are reversed:")
    for c in s.conclusions:
        lines.append(
            f"  {'holds' if c.holds else 'fails':<6}"
            f" {f'FLIPS in {c.flips}' if c.flips else 'never':<14} {c.cases}: {c.words}"
        )
    return "\n".join(lines)
