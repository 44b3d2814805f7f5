"""What common draws are worth: variances of means, and how many futures would say as much."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .intervals import (
    Floats,
    Ints,
    cluster_sums,
    dense,
    design_effect,
    effective_count,
    wilson_bounds,
)


def variance_of_mean(values: ArrayLike, cluster: Ints | None = None) -> float:
    """Estimated variance of the mean of values (n,): s^2/n, or that between clusters, G/(G-1) sum_g
    (sum of deviations)^2 / n^2.

    Known answer: 1, 2, 3, 4, 5 -> 0.5. nan with fewer than two values or clusters.
    """
    x = np.asarray(values, dtype=np.float64)
    off = x - x.mean() if x.size else x
    sums = off if cluster is None else cluster_sums(off, dense(cluster))[0]
    if sums.size < 2:
        return math.nan
    return float((sums**2).sum()) * sums.size / (sums.size - 1) / x.size**2


def apart(before: ArrayLike, after: ArrayLike, cluster: Ints | None = None) -> float:
    """Times more replicates that two separate runs need for the precision of the paired difference:
    (V_before + V_after) / V_paired.

    inf where no pair differs. Known answer: before = after + constant -> inf; independent columns
    -> about 1.
    """
    x, y = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    together = variance_of_mean(y - x, cluster)
    separate = variance_of_mean(x, cluster) + variance_of_mean(y, cluster)
    if together == 0.0:
        return math.inf if separate > 0.0 else math.nan
    return separate / together


def shares(
    hit: NDArray[np.bool_], cluster: Ints | None = None, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Shares over the last axis of hit (k, n), Wilson bounds, each (k,): `share` of every row."""
    n = hit.shape[-1]
    p, effective = hit.mean(axis=-1), np.full(hit.shape[0], float(n))
    if cluster is not None:
        groups = dense(cluster)
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        sums = np.add.reduceat(hit.astype(np.int64), starts, axis=-1)
        size = np.diff(starts, append=n)
        effective = effective_count(n, design_effect(sums.T, size), size.size, level)
    low, high = wilson_bounds(p, effective, level)
    return p, low, high
