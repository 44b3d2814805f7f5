"""Coding shifts as text and as plain values: the spread of each score, and the conclusions that
turn round; computes nothing.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from ..tables.scorecard import FORECASTERS, WIDTH

if TYPE_CHECKING:
    from ...history.recoding import Shifts

WORDS = {"brier": "Brier, out", "log_score": "log score, out", "hit_rate": "likeliest way right *"}


def shifts_text(s: Shifts) -> str:
    """The shifts for a terminal."""
    head = (
        f"Every coding moved at random by minus a step, nothing or plus a step ({s.step:g}),"
        f" {s.number} times; {s.futures} futures a case, the same each time. As coded, and 5% to"
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
    lines.append("Conclusions as coded, and in how many shifts they turn round:")
    for c in s.conclusions:
        lines.append(
            f"  {'holds' if c.holds else 'fails':<6}"
            f" {f'FLIPS in {c.flips}' if c.flips else 'never':<14} {c.cases}: {c.words}"
        )
    return "\n".join(lines)


def shifts_document(s: Shifts) -> dict[str, Any]:
    """The shifts as plain values."""
    return {
        "number": s.number,
        "step": s.step,
        "futures": s.futures,
        "seed": s.seed,
        "spread": {
            cases: {
                who: {
                    name: dict(
                        zip(
                            ("as_coded", "q05", "q50", "q95"),
                            s.spread(cases, who, name),
                            strict=True,
                        )
                    )
                    for name in WORDS
                }
                for who in s.as_coded[cases]
            }
            for cases in s.n
        },
        "conclusions": [
            {
                "cases": c.cases,
                "conclusion": c.words,
                "holds": c.holds,
                "flips": c.flips,
                "of": c.number,
            }
            for c in s.conclusions
        ],
    }


__all__ = ["shifts_document", "shifts_text"]
