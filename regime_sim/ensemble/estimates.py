"""Single numbers of a run, each with its interval and its n; the statistics are in `statistics`."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..facts.outcomes import REGIME, WAYS
from ..given import choice
from ..given import whole as whole_number
from ..statistics import frequencies as natural
from ..statistics import incidence, intervals, nested, variance
from ..statistics.incidence import Curve
from ..statistics.intervals import Estimate
from .futures import FALLS, Clock, Futures

MOST_WHOLE = 1_000_000  # futures that a share is rounded to


class Estimates(Futures):
    """Futures of one scenario, and how to read single numbers off them."""

    def out(self, clock: Clock = "leader") -> Estimate:
        """Probability that he is out (leader), or the regime has fallen (regime), by the end."""
        code, names = self._ends(clock)
        out = code > 0 if clock == "leader" else code == names.index("falls")
        return intervals.share(out, self._groups)

    def share(self, way: str) -> Estimate:
        """Probability of this exit mode, or "survived", by the end. Raises UnknownName."""
        choice("outcome", way, WAYS)
        return intervals.share(self.leader_way == WAYS.index(way), self._groups)

    def stays(self) -> Estimate:
        """Probability that he is still in office at the end of the run."""
        return intervals.share(self.leader_way == 0, self._groups)

    def out_goes_on(self) -> Estimate:
        """Probability that he is out and the regime has not fallen, by the end of the run."""
        return intervals.share((self.leader_way > 0) & (self.regime_fate != FALLS), self._groups)

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

    def spread(self, outcome: str | None = None) -> variance.Spread:
        """Chance and parameter uncertainty of an exit (None: any), with intervals and clusters."""
        if outcome is not None:
            choice("outcome", outcome, WAYS)
        hit = self.leader_way > 0 if outcome is None else self.leader_way == WAYS.index(outcome)
        return variance.spread(hit, self._groups)

    def survival_curve(self, clock: Clock = "leader") -> Curve:
        """The survival of one clock as arrays over weeks 0..H, without a table around them."""
        return incidence.survival(self._lasting(clock), self.horizon, self.cluster)

    def unknown(self, way: str | None = None, clock: Clock = "leader") -> Estimate:
        """The range of the probability over what is not known, beside chance: 5% to 95% of the
        draws of the uncertain parameters, with the chance of each draw's few futures taken out, and
        never narrower than the 95% interval. way: an exit mode, None for any; n: draws. nan where
        nothing is uncertain, or the draws are fewer than 32. Raises UnknownName.
        """
        if way is not None:
            choice("outcome", way, WAYS)
        code, names = self._ends(clock)
        if way is not None:
            hit, found = self.leader_way == WAYS.index(way), self.share(way)
        else:
            hit = code > 0 if clock == "leader" else code == names.index("falls")
            found = self.out(clock)
        low, high, draws = _outer(hit, self._groups)
        return Estimate(found.value, min(low, found.low), max(high, found.high), draws)

    def unknown_curve(self, clock: Clock = "leader") -> Curve:
        """`unknown` of the survival of one clock, as arrays over weeks 0..H; nan where it is."""
        if clock not in self._unknown_curves:
            self._unknown_curves[clock] = self._unknown_curve(clock)
        return self._unknown_curves[clock]

    @cached_property
    def _unknown_curves(self) -> dict[str, Curve]:
        """Those already found: a page draws one in several sizes."""
        return {}

    def _unknown_curve(self, clock: Clock) -> Curve:
        inner, week = self.survival_curve(clock), self._lasting(clock)
        ends = [_outer((week == 0) | (week > at), self._groups) for at in inner.week]
        low, high = (np.array([one[k] for one in ends]) for k in (0, 1))
        # made to fall week by week from the last one back, so that the end is `unknown`'s own
        low = np.minimum(np.maximum.accumulate(low[::-1])[::-1], inner.low)
        high = np.maximum(np.maximum.accumulate(high[::-1])[::-1], inner.high)
        for kept in (inner.value, low, high):
            kept.flags.writeable = False
        return replace(inner, low=low, high=high, n=ends[0][2])

    def frequencies(self, whole: int = 100) -> natural.Frequencies:
        """The ten ways rounded, once, to whole futures of `whole`, and in how many of each the
        regime goes on at the horizon. Raises OutOfRange for a whole that is not 1 to 1,000,000.
        """
        number = whole_number("whole", whole, 1, MOST_WHOLE)
        return natural.frequencies(WAYS, *_shares(self), number)


def _outer(hit: NDArray[np.bool_], groups: Any) -> tuple[float, float, int]:
    """5% and 95% over the draws, and how many those are; nan where nothing is uncertain."""
    if groups is None:
        return math.nan, math.nan, 0
    sums, size = intervals.hits_by_cluster(hit, groups)
    low, high = nested.outer(sums, size)
    return low, high, int(size.size)


def _shares(e: Futures) -> tuple[list[float], list[float], float]:
    """Shares of futures per exit mode, of these with the regime going on, and under tutelage."""
    goes_on = e.regime_fate != FALLS
    ended = np.bincount(e.leader_way, minlength=len(WAYS)) / e.replicates
    on = np.bincount(e.leader_way[goes_on], minlength=len(WAYS)) / e.replicates
    return ended.tolist(), on.tolist(), float((e.regime_fate == REGIME.index("tutelage")).mean())
