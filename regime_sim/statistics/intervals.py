"""Intervals for shares, means, differences and quantiles of simulated futures; knows no scenario
and draws no chance.

Futures that share one draw of the uncertain parameters form a cluster of `CLUSTER` neighbours. They
resemble one another, so that n futures tell less than n independent ones: every interval here takes
the design effect (Kish 1965, section 5.4) into account. Where no parameter is uncertain the futures
are independent and the design effect is exactly 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

CLUSTER = 16
UNKNOWN = "unknown"
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False)
class Estimate:
    """A number, its interval and the (perhaps effective) number of futures; nan is unknown."""

    value: float
    low: float
    high: float
    n: float

    def __str__(self) -> str:
        if math.isnan(self.value) and math.isnan(self.low) and math.isnan(self.high):
            return f"unknown (n = {self.n:,.10g})"
        value, low, high = (_said(one, ".3g") for one in (self.value, self.low, self.high))
        range_ = "interval unknown" if low == high == UNKNOWN else f"{low} to {high}"
        return f"{value} ({range_}, n = {self.n:,.10g})"

    def __repr__(self) -> str:
        named = (f"{name}={_said(getattr(self, name))}" for name in self.__slots__)
        return f"Estimate({', '.join(named)})"


def _said(number: float, form: str = "") -> str:
    """A number in a form, or that it is unknown."""
    return UNKNOWN if math.isnan(number) else f"{number:{form}}" if form else repr(number)


def normal_quantile(level: float) -> float:
    """z such that a standard normal lies within -z..z with probability `level`."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"a level lies between 0 and 1, not {level!r}")
    return NormalDist().inv_cdf(0.5 + level / 2.0)


def student_quantile(level: float, freedom: int) -> float:
    """t such that Student's t lies within -t..t with probability `level`; exact for 1 and 2
    degrees, else within 0.2%.

    Source: Abramowitz & Stegun 1964, 26.7.5 (expansion in 1/freedom). Known answer: level 0.95, 10
    degrees -> 2.228.
    """
    if freedom <= 1:
        return math.tan(math.pi * level / 2.0)
    if freedom == 2:
        return level * math.sqrt(2.0 / (1.0 - level**2))
    z = normal_quantile(level)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / float(freedom) ** (k + 1) for k, term in enumerate(terms))


def wilson_bounds(share: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Lower and upper Wilson bounds of shares (any shape), for n trials each (may be fractional);
    nan where n is 0.

    Centre (p + z^2/2n) / (1 + z^2/n), half-width z sqrt(p(1-p)/n + z^2/4n^2) / (1 + z^2/n). Source:
    Wilson 1927, JASA 22.
    """
    p, trials = np.broadcast_arrays(
        np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    )
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1.0 + z**2 / trials
        centre = (p + z**2 / (2.0 * trials)) / scale
        half = z * np.sqrt(p * (1.0 - p) / trials + z**2 / (4.0 * trials**2)) / scale
    low = np.where(p <= 0.0, 0.0, np.clip(centre - half, 0.0, p))
    high = np.where(p >= 1.0, 1.0, np.clip(centre + half, p, 1.0))
    empty = ~(trials > 0.0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def wilson(successes: float, n: float, level: float = 0.95) -> Estimate:
    """The share successes/n with its Wilson interval; both counts may be fractional (effective
    counts).

    Known answer: 10 of 20 -> 0.2993 to 0.7007; 0 of 10 -> 0 to 0.2775. With n = 0 all is nan.
    """
    if n < 0 or not 0 <= successes <= max(n, 0):
        raise ValueError(f"{successes!r} successes of {n!r} is not a share")
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    low, high = wilson_bounds(successes / n, n, level)
    return Estimate(successes / n, float(low), float(high), n)


def cluster_index(n: int, first: int = 0) -> Ints:
    """The cluster, from 0, of each of n consecutive replicates that begin with number `first`."""
    index = np.arange(first, first + n, dtype=np.int64)
    index //= CLUSTER
    index -= first // CLUSTER
    return index


def cluster_sums(values: NDArray[Any], cluster: Ints) -> tuple[Floats, Ints]:
    """Sum of the values within each cluster, and their number: two arrays of shape (clusters,)."""
    size = np.bincount(cluster)
    weights = np.asarray(values, dtype=np.float64)
    return np.bincount(cluster, weights=weights, minlength=size.size), size


def design_effect(sums: ArrayLike, size: ArrayLike) -> Floats:
    """By how much clustering inflates the variance of a share; shape of `sums` without its first
    axis, never under 1.

    `sums` counts the yes-answers in each cluster (clusters first), `size` the futures in each.
    Linearised variance of a ratio, G/(G-1) sum_g (y_g - p m_g)^2 / n^2, over p(1-p)/n (Cochran
    1977, section 9A.2). A lone cluster says nothing about the spread between clusters and counts as
    one future. Known answer: clusters of 16 that agree within -> about 16.
    """
    y, m = np.asarray(sums, dtype=np.float64), np.asarray(size, dtype=np.float64)
    clusters, n = m.size, float(m.sum())
    shape = y.shape[1:]
    if clusters < 2:
        return np.full(shape, max(n, 1.0))
    p = y.sum(axis=0) / n
    off = y - p * m.reshape(-1, *(1,) * len(shape))
    between = (off**2).sum(axis=0) * clusters / (clusters - 1) / n**2
    simple = p * (1.0 - p) / n
    ratio = np.divide(between, simple, out=np.ones(shape), where=simple > 0.0)
    return np.asarray(np.maximum(ratio, 1.0), dtype=np.float64)


def effective_count(
    n: float, effect: ArrayLike, clusters: int | None, level: float = 0.95
) -> Floats:
    """The number of independent futures that tell as much as n clustered ones: n / effect *
    (z/t)^2, t with G-1 degrees.

    The factor pays for having estimated the variance from few clusters (Korn & Graubard 1998,
    Survey Methodology 24); it is 1 where `clusters` is None (independent futures) or where the
    clusters show no resemblance (effect 1).
    """
    factor = 1.0
    if clusters is not None:
        factor = (normal_quantile(level) / student_quantile(level, max(clusters - 1, 1))) ** 2
    d = np.asarray(effect, dtype=np.float64)
    fewer = np.maximum(n / d * factor, min(n, 1.0))
    return np.asarray(np.where(d > 1.0, fewer, n), dtype=np.float64)


def share(
    hit: NDArray[np.bool_],
    cluster: Ints | NDArray[np.int32] | Neighbours | None = None,
    level: float = 0.95,
) -> Estimate:
    """The share of futures in which something happens, shape (n,), with a Wilson interval on the
    effective count.

    `cluster` gives the cluster of each future, None where they are independent. `n` of the result
    is the whole count.
    """
    n = int(hit.size)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    p, effective = float(hit.mean()), float(n)
    if cluster is not None:
        sums, size = hits_by_cluster(hit, cluster)
        effective = float(effective_count(n, design_effect(sums, size), size.size, level))
    low, high = wilson_bounds(p, effective, level)
    return Estimate(p, float(low), float(high), n)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The clusters of `n` consecutive replicates from number `first`, without an array of them."""

    first: int
    n: int

    def starts(self) -> Ints:
        """Place of the first future of each cluster, shape (clusters,)."""
        rest = np.arange(CLUSTER - self.first % CLUSTER, self.n, CLUSTER)
        return np.concatenate([[0], rest]).astype(np.int64)

    def __getitem__(self, chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
        """The cluster of each chosen future, as `cluster_index` counts them."""
        if not chosen.size:
            return np.zeros(0, np.int32)
        counts = hits_by_cluster(chosen, self)[0].astype(np.int64)
        return np.repeat(np.arange(counts.size, dtype=np.int32), counts)


def hits_by_cluster(
    hit: NDArray[np.bool_], cluster: Ints | NDArray[np.int32] | Neighbours
) -> tuple[Floats, Ints]:
    """How often something happens within each cluster that has any future, and the number of
    futures in it: two arrays of shape (clusters,).

    Clusters in increasing order, as those of neighbours are, need little memory beside the futures
    themselves.
    """
    if isinstance(cluster, Neighbours):
        starts = cluster.starts() if hit.size else np.zeros(0, np.int64)
    elif not hit.size or not bool((cluster[1:] >= cluster[:-1]).all()):
        return cluster_sums(hit, dense(cluster))
    else:
        starts = np.concatenate([[0], np.flatnonzero(cluster[1:] != cluster[:-1]) + 1])
    size = np.diff(starts, append=hit.size).astype(np.int64)
    # as bytes they are added up where they lie; any wider type would be a copy of them all
    short = bool(size.size) and int(size.max()) < 256
    sums = np.add.reduceat(hit.view(np.uint8), starts, dtype=np.uint8 if short else np.int64)
    return sums.astype(np.float64), size


def dense(cluster: Ints | NDArray[np.int32]) -> Ints:
    """The clusters numbered 0, 1, 2 without gaps, for a subset where some may be absent."""
    return np.unique(cluster, return_inverse=True)[1].astype(np.int64)


def mean(values: ArrayLike, cluster: Ints | None = None, level: float = 0.95) -> Estimate:
    """The mean of values, shape (n,), with a Student interval; its variance is that between
    clusters where there are any.

    mean +- t s/sqrt(n); clustered: s^2/n becomes G/(G-1) sum_g (sum of deviations)^2 / n^2, with
    G-1 degrees of freedom. Pass differences for a paired interval. Known answer: 1, 2, 3, 4, 5 -> 3
    (1.037 to 4.963). One value, or cluster: nan bounds.
    """
    x = np.asarray(values, dtype=np.float64)
    n = int(x.size)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    centre = float(x.mean())
    off = x - centre if cluster is None else cluster_sums(x - centre, dense(cluster))[0]
    units = int(off.size)
    if units < 2:
        return Estimate(centre, math.nan, math.nan, n)
    error = math.sqrt(float((off**2).sum()) * units / (units - 1)) / n
    half = student_quantile(level, units - 1) * error
    return Estimate(centre, centre - half, centre + half, n)


def paired_difference(
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    cluster: Ints | None = None,
    level: float = 0.95,
) -> Estimate:
    """Share of yes after less share before, over the same replicates (common random numbers),
    shapes (n,).

    Half a future is added to each of the four cells before the usual formula, so that no change
    seen is not taken for no change possible: d* +- z sqrt((b* + c* - d*^2)/n*), b and c the shares
    that changed either way. Source: Agresti & Min 2005, Statistics in Medicine 24. Known answer: 20
    of 100 switch on, 10 off -> 0.1 (-0.007 to 0.203).
    """
    if before.shape != after.shape:
        raise ValueError(
            f"paired futures must be the same ones: {before.shape} against {after.shape}"
        )
    n = int(before.size)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    on, off = float((after & ~before).mean()), float((before & ~after).mean())
    effective = float(n)
    if cluster is not None:
        effective = _effective_pairs(after.astype(np.float64) - before, dense(cluster), level)
    padded = effective + 2.0
    b, c = (on * effective + 0.5) / padded, (off * effective + 0.5) / padded
    half = normal_quantile(level) * math.sqrt(max(b + c - (b - c) ** 2, 0.0) / padded)
    value = on - off
    low, high = min(value, b - c - half), max(value, b - c + half)
    return Estimate(value, max(-1.0, low), min(1.0, high), n)


def _effective_pairs(difference: Floats, cluster: Ints, level: float) -> float:
    """Effective number of pairs: variance of the mean difference if independent, over clustered."""
    n, groups = difference.size, int(cluster.max()) + 1
    if groups < 2:
        return 1.0
    off = difference - difference.mean()
    simple = float((off**2).sum()) / n**2
    clustered = float((cluster_sums(off, cluster)[0] ** 2).sum()) * groups / (groups - 1) / n**2
    effect = clustered / simple if simple > 0.0 else 1.0
    return float(effective_count(n, max(effect, 1.0), groups, level))


def quantile(values: ArrayLike, q: float, level: float = 0.95, effect: float = 1.0) -> Estimate:
    """The q-quantile of values (n,), the smallest value that at least a share q does not exceed,
    with its interval.

    The bounds are the values at the Wilson bounds of q itself on n/effect futures (Woodruff 1952,
    JASA 47): no shape is assumed. Known answer: the median of 1..99 -> 50 (40 to 60).
    """
    # in their own type: a million weeks as floats would be eight megabytes, twice
    x = np.sort(values)
    n = int(x.size)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    low, high = wilson_bounds(q, n / max(effect, 1.0), level)
    ranks = [
        max(0, min(n - 1, math.ceil(n * at - 1e-9) - 1)) for at in (q, float(low), float(high))
    ]
    return Estimate(float(x[ranks[0]]), float(x[ranks[1]]), float(x[ranks[2]]), n)
