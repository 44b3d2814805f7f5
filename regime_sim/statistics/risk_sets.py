"""Kaplan-Meier and Aalen-Johansen for times that may be censored anywhere and tied, by following
the risk set; arrays in, steps out.

For runs, where nobody is censored before the horizon, `statistics.incidence` gives the same numbers
as plain shares. This is for the record: episodes that are still open, cases with a last day of
observation. Those censored at a time are at risk at that time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """time (k,): distinct, increasing; at_risk (k,): not gone or censored; events (causes, k)."""

    time: Reals
    at_risk: Whole
    events: Whole


def steps(time: ArrayLike, cause: ArrayLike) -> Steps:
    """Risk sets of times (n,), causes 1, 2, ... (0: censored). Raises ValueError for bad shapes."""
    when, why = np.asarray(time, dtype=np.float64), np.asarray(cause)
    if when.ndim != 1 or when.shape != why.shape or when.size == 0:
        raise ValueError(
            f"times and causes must be two lists of one length, not {when.shape} and {why.shape}"
        )
    if why.dtype != np.bool_ and not np.array_equal(why, np.floor(why)):
        raise ValueError("causes must be whole numbers, 0 for a censored time")
    code = why.astype(np.int64)
    if code.min() < 0:
        raise ValueError("causes must be 0 or more")
    distinct, place = np.unique(when, return_inverse=True)
    leaving = np.bincount(place, minlength=distinct.size)
    at_risk = when.size - np.concatenate([[0], np.cumsum(leaving)[:-1]])
    most = max(int(code.max()), 1)
    events = np.stack(
        [np.bincount(place[code == k], minlength=distinct.size) for k in range(1, most + 1)]
    )
    return Steps(distinct, at_risk.astype(np.int64), events.astype(np.int64))


def kaplan_meier(time: ArrayLike, event: ArrayLike) -> tuple[Reals, Reals]:
    """Times and survival just after each: the product of 1 - d/r (Kaplan & Meier 1958, JASA 53).
    event (n,): False where censored.

    Known answer: times 1, 2, 2, 3 with the second 2 censored -> 3/4, 1/2, 0.
    """
    found = steps(time, np.asarray(event, dtype=np.bool_))
    return found.time, np.cumprod(1.0 - found.events.sum(axis=0) / found.at_risk)


def aalen_johansen(time: ArrayLike, cause: ArrayLike) -> tuple[Reals, Reals]:
    """Times (k,) and cumulative incidence of each cause just after each, (causes, k): sums of S(t-)
    d_k/r (Aalen & Johansen 1978, Scand. J. Statist. 5).

    Known answer: times 1, 2, 3 with causes 1, 2, 0 -> cause 1: 1/3, 1/3, 1/3; cause 2: 0, 1/3, 1/3.
    """
    found = steps(time, cause)
    survival = np.cumprod(1.0 - found.events.sum(axis=0) / found.at_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    return found.time, np.cumsum(before * found.events / found.at_risk, axis=1)


def restricted_mean(time: ArrayLike, event: ArrayLike, horizon: float) -> float:
    """Area under the Kaplan-Meier curve from 0 to the horizon. Source: Royston & Parmar 2013, BMC
    Medical Research Methodology 13:152.

    Known answer: times 1, 2, 3 all seen, horizon 4 -> 2.
    """
    when, survival = kaplan_meier(time, event)
    inside = when < horizon
    edges = np.concatenate([[0.0], when[inside], [horizon]])
    return float((np.diff(edges) * np.concatenate([[1.0], survival[inside]])).sum())
