"""Priors as scalar functions: a uniform becomes the value of an uncertain number. Written once, in
Python, and translated like the law; draws nothing and knows no scenario.

The same operations in the same order as `engine.worlds` and `engine.families` make over arrays, so
that a draw has the same bits either way. `table` is the distribution function of a beta on a grid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...law.arithmetic import exp, log, normal

FAMILIES = (
    "normal",
    "lognormal",
    "uniform",
    "loguniform",
    "triangular",
    "beta",
    "pert",
    "trapezoid",
    "halfnormal",
    "logitnormal",
    "exponential",
    "weibull",
)
GRID = 1024
NEVER = 1e-12  # uniforms are kept this far from 0 and 1


def triangular(u: float, a: float, b: float, c: float) -> float:
    """Quantile of the triangle from a over b to c."""
    if u < (b - a) / (c - a):
        return a + math.sqrt(u * (c - a) * (b - a))
    return c - math.sqrt((1.0 - u) * (c - a) * (c - b))


def trapezoid(u: float, a: float, b: float, c: float, d: float) -> float:
    """Quantile of the trapezoid that rises from a to b, is flat to c and falls to d."""
    height = 2.0 / ((d - a) + (c - b))
    if u < 0.5 * height * (b - a):
        return a + math.sqrt(u * 2.0 * (b - a) / height)
    if u > 1.0 - 0.5 * height * (d - c):
        return d - math.sqrt((1.0 - u) * 2.0 * (d - c) / height)
    return b + u / height - 0.5 * (b - a)


def beta(u: float, table: Sequence[float]) -> float:
    """Quantile of a beta by its table: linear inside a cell of the grid."""
    low, high = 0, GRID + 1
    for _ in range(11):  # 2^11 is more than the table is long
        middle = int(0.5 * float(low + high))
        if low < high:
            if table[middle] < u:
                low = middle + 1
            else:
                high = middle
    k = low if low > 1 else 1
    return (float(k - 1) + (u - table[k - 1]) / (table[k] - table[k - 1])) / float(GRID)


def log_odds(x: float) -> float:
    """log(x) - log(1 - x), as the priors' own code has it."""
    return log(x) - log(1.0 - x)


def logit_normal(u: float, median: float, sigma: float) -> float:
    """Quantile of what has normal log-odds."""
    return 1.0 / (1.0 + exp(-(log_odds(median) + sigma * normal(u))))


def quantile(
    family: int, u: float, a: float, b: float, c: float, d: float, table: Sequence[float]
) -> float:
    """Quantile at u in (0, 1) of the untruncated prior FAMILIES[family] with arguments a to d."""
    if family == 0:
        return a + b * normal(u)
    if family == 1:
        return a * exp(b * normal(u))
    if family == 2:
        return a + u * (b - a)
    if family == 3:
        return exp(log(a) + u * (log(b) - log(a)))
    if family == 4:
        return triangular(u, a, b, c)
    if family == 5:
        return beta(u, table)
    if family == 6:
        return a + (c - a) * beta(u, table)
    if family == 7:
        return trapezoid(u, a, b, c, d)
    if family == 8:
        return a * normal(0.5 + 0.5 * u)
    if family == 9:
        return logit_normal(u, a, b)
    waited = -log(1.0 - u)
    if family == 10:
        return a * waited
    return a * exp(log(waited) / b)


def inside(uniform: float, low_share: float, high_share: float) -> float:
    """The uniform moved into the share of the prior that lies between its bounds."""
    u = low_share + uniform * (high_share - low_share)
    return min(max(u, NEVER), 1.0 - NEVER)


def bounded(value: float, low: float, high: float) -> float:
    """The value moved into its bounds."""
    return min(max(value, low), high)


def lever_part(lever: float, at_zero: float, at_one: float, start: float, end: float) -> float:
    """What a lever makes of one part (see `facts.declare.LeverPart.value`)."""
    share = (lever - start) / (end - start)
    return at_zero + (at_one - at_zero) * min(1.0, max(0.0, share))
