"""Coding shifts as plain values, for JSON; computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .recoding import Shifts

SCORES = ("brier", "log_score", "hit_rate")


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
                    for name in SCORES
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
