"""How far two coders agree on numbers from 0 to 1 about the same things; knows no case.

Krippendorff's alpha for interval data (2011, Computing Krippendorff's Alpha-Reliability): 1 minus
the mean squared difference within a thing over that between any two codings; 1 is agreement, 0 is
chance, below 0 is worse. Its rule of thumb: rely on 0.80 and more, be careful down to 0.667.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NEAR = 0.1  # two numbers that are no further apart say the same


@dataclass(frozen=True, slots=True)
class Agreement:
    """n: things that both coded; difference: the mean distance; bias: second minus first; near:
    share at most NEAR apart; alpha: nan where nothing varies or fewer than two things were coded.
    """

    n: int
    difference: float
    bias: float
    near: float
    alpha: float


def agreement(first: Sequence[float | None], second: Sequence[float | None]) -> Agreement:
    """Of things in the same order; what one of the two left blank does not count."""
    both = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    if not both:
        return Agreement(0, math.nan, math.nan, math.nan, math.nan)
    table = np.array(both, dtype=np.float64)
    gap = table[:, 1] - table[:, 0]
    between = 2.0 * float(table.ravel().var(ddof=1))
    alpha = 1.0 - float((gap * gap).mean()) / between if len(both) > 1 and between > 0 else math.nan
    near = float((np.abs(gap) <= NEAR + 1e-9).mean())
    return Agreement(len(both), float(np.abs(gap).mean()), float(gap.mean()), near, alpha)
