"""How long a run lasts on both clocks: curves and weeks, each with its interval and its n; the
statistics are in `statistics`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..given import choice
from ..statistics import incidence, intervals, nested
from ..statistics.incidence import Curve
from ..statistics.intervals import Estimate
from .futures import Clock, Futures


class Lasting(Futures):
    """Futures of one scenario, and how to read off them how long it lasts."""

    def median_week(self, outcome: str, clock: Clock = "leader") -> Estimate:
        """Median week of an outcome over the futures that end so; nan where there is none."""
        code, names = self._ends(clock)
        choice("outcome", outcome, names)
        among = code == names.index(outcome)
        return incidence.median_week(self._weeks(clock), self._groups, among=among)

    def median(self, clock: Clock = "leader") -> Estimate:
        """First week by whose end half are out (leader) or fallen (regime); nan if never."""
        return incidence.first_week_under(self.survival_curve(clock))

    def restricted_mean(self, clock: Clock = "leader") -> Estimate:
        """Mean number of weeks in office (leader), or standing (regime), within the horizon."""
        return incidence.restricted_mean(self._lasting(clock), self.horizon, self.cluster)

    def survival_curve(self, clock: Clock = "leader") -> Curve:
        """The survival of one clock as arrays over weeks 0..H, without a table around them."""
        if clock not in self._curves:
            found = incidence.survival(self._lasting(clock), self.horizon, self.cluster)
            self._curves[clock] = _closed(found)
        return self._curves[clock]

    def unknown_curve(self, clock: Clock = "leader") -> Curve:
        """`unknown` of the survival of one clock, as arrays over weeks 0..H; nan where it is."""
        if clock not in self._unknown_curves:
            self._unknown_curves[clock] = self._unknown_curve(clock)
        return self._unknown_curves[clock]

    @cached_property
    def _curves(self) -> dict[str, Curve]:
        """Those already found: a page draws one in several sizes."""
        return {}

    @cached_property
    def _unknown_curves(self) -> dict[str, Curve]:
        return {}

    def _unknown_curve(self, clock: Clock) -> Curve:
        inner, week = self.survival_curve(clock), self._lasting(clock)
        ends = [outer((week == 0) | (week > at), self._groups) for at in inner.week]
        low, high = (np.array([one[k] for one in ends]) for k in (0, 1))
        # made to fall week by week from the last one back, so that the end is `unknown`'s own
        low = np.minimum(np.maximum.accumulate(low[::-1])[::-1], inner.low)
        high = np.maximum(np.maximum.accumulate(high[::-1])[::-1], inner.high)
        return _closed(replace(inner, low=low, high=high, n=ends[0][2]))


def _closed(curve: Curve) -> Curve:
    """The curve itself, its arrays closed to writing: it is kept."""
    for kept in (curve.week, curve.value, curve.low, curve.high):
        kept.flags.writeable = False
    return curve


def outer(hit: NDArray[np.bool_], groups: Any) -> tuple[float, float, int]:
    """5% and 95% over the draws, and how many those are; nan where nothing is uncertain."""
    if groups is None:
        return math.nan, math.nan, 0
    sums, size = intervals.hits_by_cluster(hit, groups)
    low, high = nested.outer(sums, size)
    return low, high, int(size.size)
