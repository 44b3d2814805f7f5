"""How far two coders agree, as text and as rows; computes nothing."""

from __future__ import annotations

import math
from typing import Any

from ...history.second_coder import ALL, TwoCoders


def coder_rows(found: TwoCoders) -> list[dict[str, Any]]:
    """A row per coding, and one over all; None where it is not known."""
    return [
        {
            "coding": name,
            "n": one.n,
            "difference": _known(one.difference),
            "bias": _known(one.bias),
            "near": _known(one.near),
            "alpha": _known(one.alpha),
        }
        for name, one in found.codings
    ]


def coders_text(found: TwoCoders) -> str:
    """The table for a terminal, and what else differs."""
    count = len(found.cases)
    lines = [
        f"{count} case{'s' * (count != 1)} coded by both. Apart: the mean distance;",
        "bias: second minus first;",
        "near: at most 0.1 apart, in 100; alpha: Krippendorff's, 1 is agreement and 0 is chance.",
        "",
        f"{'coding':<36}{'n':>4}  apart   bias  near  alpha",
    ]
    for name, one in found.codings:
        lines += [""] if name == ALL else []
        near = "–" if math.isnan(one.near) else f"{100 * one.near:.0f}"
        numbers = (_number(one.difference), _number(one.bias, "+"), near, _number(one.alpha))
        a, b, c, d = numbers
        lines.append(f"{name:<36}{one.n:>4}  {a:>5}  {b:>5}  {c:>4}  {d:>5}")
    for words, ids in (
        ("another end", found.other_end),
        ("another first day", found.other_start),
        ("in one file only", found.alone),
    ):
        lines += [f"{words}: {', '.join(ids)}"] if ids else []
    return "\n".join(lines)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _number(value: float, sign: str = "") -> str:
    return "–" if math.isnan(value) else f"{value:{sign}.2f}"
