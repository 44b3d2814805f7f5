"""Chance and parameter uncertainty apart: how much of the spread of an outcome is either; arrays
in, shares out.

The design is nested: futures of one cluster share a draw of the uncertain parameters and differ by
chance alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .intervals import Estimate, Floats, Ints, Neighbours, hits_by_cluster, student_quantile

Sum = float | Floats
TURN = 4096  # clusters that are left out in one turn


@dataclass(frozen=True, slots=True)
class Spread:
    """Shares of the variance of one outcome; they add to 1 (nan if it always or never happens)."""

    luck: Estimate
    ignorance: Estimate
    clusters: int


def spread(
    hit: NDArray[np.bool_], cluster: Ints | Neighbours | None, level: float = 0.95
) -> Spread:
    """Split the variance of a yes/no outcome, shape (n,), into chance (within clusters) and
    parameter uncertainty (between them).

    One-way random effects by the method of moments: between = (MSB - MSW)/m0, within = MSW, m0 = (n
    - sum m_g^2/n)/(G-1), clipped at 0 (Searle, Casella & McCulloch 1992, section 3.6). The interval
    is a jackknife over clusters. `cluster` None means that nothing is uncertain: all is chance.
    Known answer: clusters that agree within and differ between -> ignorance 1.
    """
    n = int(hit.size)
    p = float(hit.mean()) if n else math.nan
    if cluster is None and 0.0 < p < 1.0:
        return Spread(Estimate(1.0, 1.0, 1.0, n), Estimate(0.0, 0.0, 0.0, n), 0)
    sums, size = (
        hits_by_cluster(hit, cluster)
        if cluster is not None and n
        else (np.zeros(0), np.zeros(0, np.int64))
    )
    groups = int(size.size)
    if groups < 2 or not 0.0 < p < 1.0:
        unknown = Estimate(math.nan, math.nan, math.nan, n)
        return Spread(unknown, unknown, groups)
    m = size.astype(np.float64)
    value = float(_between_share(sums.sum(), (sums**2 / m).sum(), n, (m**2).sum(), groups))
    low, high = _jackknife(sums, m, value, level)
    return Spread(
        Estimate(1.0 - value, 1.0 - high, 1.0 - low, n), Estimate(value, low, high, n), groups
    )


def _between_share(total: Sum, squares: Sum, n: Sum, sizes: Sum, groups: int) -> Floats:
    """Share between clusters, from sums: total of y, sum of y_g^2/m_g, n, sum of m_g^2, groups."""
    within = (total - squares) / np.maximum(n - groups, 1.0)
    mean_square = (squares - np.asarray(total) ** 2 / n) / (groups - 1)
    typical = (n - sizes / n) / (groups - 1)
    between = np.maximum((mean_square - within) / np.maximum(typical, 1e-12), 0.0)
    whole = between + within
    nothing, some = np.zeros(np.shape(whole)), np.asarray(whole) > 0.0
    return np.asarray(np.divide(between, whole, out=nothing, where=some), dtype=np.float64)


def _jackknife(sums: Floats, size: Floats, value: float, level: float) -> tuple[float, float]:
    """Bounds of the share between clusters, leaving out one at a time; (0, 1) with two clusters."""
    groups, n = sums.size, float(size.sum())
    if groups < 3:
        return 0.0, 1.0
    squares = sums**2 / size
    whole, of_squares, of_sizes = sums.sum(), squares.sum(), (size**2).sum()
    left = np.empty(groups)
    # one by one they are the same; all at once they would be held a dozen times over
    for at in range(0, groups, TURN):
        y, q, m = (values[at : at + TURN] for values in (sums, squares, size))
        left[at : at + TURN] = _between_share(
            whole - y, of_squares - q, n - m, of_sizes - m**2, groups - 1
        )
    error = math.sqrt((groups - 1) / groups * float(((left - left.mean()) ** 2).sum()))
    half = student_quantile(level, groups - 1) * error
    return max(0.0, value - half), min(1.0, value + half)
