"""Survival and cumulative incidence by cause from exit weeks, every future censored at the horizon
and none before; arrays in, curves out.

With censoring at the horizon only, the Kaplan-Meier and Aalen-Johansen estimators are plain shares
of futures (Aalen, Borgan & Gjessing 2008, sections 3.1.5 and 3.4.1), so that no risk set has to be
followed and ties by week are no approximation. A week of 0 means that it did not happen within the
horizon.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..travel import Travels
from . import intervals
from .intervals import Estimate, Floats, Ints, Neighbours


@dataclass(frozen=True, slots=True)
class Curve(Travels):
    """A share of futures at the end of each week 0..H, with bounds; all arrays of shape (H+1,), `n`
    futures at every week.
    """

    week: Ints
    value: Floats
    low: Floats
    high: Floats
    n: int


def happened(
    week: NDArray[np.integer], horizon: int, cluster: Ints | None = None, level: float = 0.95
) -> Curve:
    """Cumulative incidence: share of futures in which it has happened by the end of each week;
    `week` (n,), 0 if never.

    Known answer: weeks 1, 2, 0, 2 over 2 weeks -> 0, 1/4, 3/4.
    """
    n, weeks = int(week.size), np.arange(horizon + 1, dtype=np.int64)
    if n == 0:
        nothing = np.full(horizon + 1, np.nan)
        return Curve(weeks, nothing, nothing, nothing, 0)
    groups = np.zeros(n, np.int64) if cluster is None else intervals.dense(cluster)
    count = _cumulative(week, groups, horizon)
    value = count.sum(axis=0) / n
    effective = np.full(horizon + 1, float(n))
    if cluster is not None:
        size = np.bincount(groups)
        effective = intervals.effective_count(
            n, intervals.design_effect(count, size), size.size, level
        )
    low, high = intervals.wilson_bounds(value, effective, level)
    low[0] = high[0] = 0.0  # at week 0 nothing has happened yet, and that is known
    return Curve(weeks, value, low, high, n)


def survival(
    week: NDArray[np.integer], horizon: int, cluster: Ints | None = None, level: float = 0.95
) -> Curve:
    """Share of futures in which it has not happened by the end of each week 0..H: 1 less the
    cumulative incidence.
    """
    curve = happened(week, horizon, cluster, level)
    return Curve(curve.week, 1.0 - curve.value, 1.0 - curve.high, 1.0 - curve.low, curve.n)


def by_cause(
    week: NDArray[np.integer],
    cause: NDArray[np.integer],
    causes: Sequence[int],
    horizon: int,
    cluster: Ints | None = None,
    level: float = 0.95,
) -> tuple[Curve, ...]:
    """Cumulative incidence of each cause in turn; with the survival they add up to 1 each week."""
    return tuple(happened(np.where(cause == k, week, 0), horizon, cluster, level) for k in causes)


def restricted_mean(
    week: NDArray[np.integer], horizon: int, cluster: Ints | None = None, level: float = 0.95
) -> Estimate:
    """Restricted mean survival time, in weeks: the mean of min(week, horizon), which is the area
    under the survival curve.

    Source: Royston & Parmar 2013, BMC Medical Research Methodology 13:152. Known answer: weeks 1,
    2, 0 over 4 weeks -> 7/3.
    """
    return intervals.mean(np.where(week == 0, horizon, week), cluster, level)


def median_week(
    week: NDArray[np.integer],
    cluster: Ints | Neighbours | None = None,
    level: float = 0.95,
    *,
    among: NDArray[np.bool_] | None = None,
) -> Estimate:
    """Median week among the futures in which it happened at all, and which are `among` those asked
    for, with its interval; nan and n = 0 where there is none.

    The design effect is that of the share at or before the median. Known answer: weeks 0, 3, 5, 9,
    0 -> 5, n = 3.
    """
    hit = week > 0
    if among is not None:
        hit &= among
    when = week[hit]
    middle = intervals.quantile(when, 0.5, level)
    if cluster is None or when.size == 0:
        return middle
    sums, size = intervals.hits_by_cluster(when <= middle.value, cluster[hit])
    effective = float(
        intervals.effective_count(when.size, intervals.design_effect(sums, size), size.size, level)
    )
    return intervals.quantile(when, 0.5, level, effect=when.size / effective)


def first_week_under(curve: Curve, threshold: float = 0.5) -> Estimate:
    """First week at whose end a survival curve is at or under the threshold, with the weeks at
    which its bounds are.

    Source: Brookmeyer & Crowley 1982, Biometrics 38. nan where that does not happen within the
    horizon.
    """

    def first(values: Floats) -> float:
        under = np.flatnonzero(values <= threshold)
        return float(curve.week[under[0]]) if under.size else math.nan

    return Estimate(first(curve.value), first(curve.low), first(curve.high), curve.n)


def _cumulative(week: NDArray[np.integer], groups: Ints, horizon: int) -> Ints:
    """How often it has happened by the end of each week, by cluster: shape (clusters, H+1)."""
    total = int(groups.max()) + 1
    flat = np.bincount(
        groups * (horizon + 1) + week.astype(np.int64), minlength=total * (horizon + 1)
    )
    table = flat.reshape(total, horizon + 1).astype(np.int64)
    table[:, 0] = 0
    return table.cumsum(axis=1)


def histogram_quantiles(
    bins: ArrayLike, low: float, high: float, levels: Sequence[float]
) -> Floats:
    """Quantiles from histograms, shape (..., K bins over [low, high]) -> (len(levels), ...); nan
    where a histogram is empty.

    Values are taken as spread evenly inside a bin, so that the error is under one bin, (high -
    low)/K. Known answer: one value in each of 4 bins over [0, 1], median -> 0.5.
    """
    table = np.asarray(bins, dtype=np.float64)
    width = (high - low) / table.shape[-1]
    reached = table.cumsum(axis=-1)
    total = reached[..., -1]
    out = []
    for level in levels:
        target = level * total
        at = np.argmax(reached >= np.maximum(target, np.finfo(np.float64).tiny)[..., None], axis=-1)
        inside = np.take_along_axis(table, at[..., None], -1)[..., 0]
        before = np.take_along_axis(reached, at[..., None], -1)[..., 0] - inside
        part = np.divide(target - before, inside, out=np.zeros_like(inside), where=inside > 0)
        out.append(np.where(total > 0, low + (at + part) * width, np.nan))
    return np.stack(out)
