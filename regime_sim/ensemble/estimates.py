"""Single numbers of a run, each with its interval and its n; the statistics are in `statistics`."""

from __future__ import annotations

import numpy as np

from ..facts.outcomes import REGIME, WAYS
from ..given import choice
from ..given import whole as whole_number
from ..statistics import frequencies as natural
from ..statistics import incidence, intervals, variance
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

    def frequencies(self, whole: int = 100) -> natural.Frequencies:
        """The ten ways rounded, once, to whole futures of `whole`, and in how many of each the
        regime goes on at the horizon. Raises OutOfRange for a whole that is not 1 to 1,000,000.
        """
        number = whole_number("whole", whole, 1, MOST_WHOLE)
        return natural.frequencies(WAYS, *_shares(self), number)


def _shares(e: Futures) -> tuple[list[float], list[float], float]:
    """Shares of futures per exit mode, of these with the regime going on, and under tutelage."""
    goes_on = e.regime_fate != FALLS
    ended = np.bincount(e.leader_way, minlength=len(WAYS)) / e.replicates
    on = np.bincount(e.leader_way[goes_on], minlength=len(WAYS)) / e.replicates
    return ended.tolist(), on.tolist(), float((e.regime_fate == REGIME.index("tutelage")).mean())
