"""The tables of a run, as pandas frames and as plain rows; the statistics are in `statistics`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..facts.outcomes import FATES, OBSERVABLES, REGIME, WAYS
from ..given import choice
from ..shown import framed
from ..statistics import incidence, intervals, variance
from ..statistics.incidence import Curve
from .estimates import Estimates
from .futures import FALLS, FIXED_POINT, Clock

if TYPE_CHECKING:
    import pandas as pd

    from ..literals import WeeklyName

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Tables(Estimates):
    """Futures of one scenario, and how to read tables off them."""

    def outcomes(self, clock: Clock = "leader") -> pd.DataFrame:
        """How it ends, all outcomes in their fixed order: outcome, probability, low, high,
        median_week, n, luck, ignorance.

        95% intervals on the effective number of futures; median_week is over the futures that end
        so (nan if none, or if nothing happened); luck: the share of the variance that is chance,
        ignorance: that of parameter uncertainty (nan if it never varies).
        """
        return framed(self.outcome_rows(clock))

    def outcome_rows(self, clock: Clock = "leader") -> list[dict[str, Any]]:
        """The rows of `outcomes` without a frame around them."""
        code, names = self._ends(clock)
        rows = []
        for k, name in enumerate(names):
            hit = code == k
            at, split = intervals.share(hit, self._groups), variance.spread(hit, self._groups)
            week = self.median_week(name, clock).value
            rows.append(
                {
                    "outcome": name,
                    "probability": at.value,
                    "low": at.low,
                    "high": at.high,
                    "median_week": week,
                    "n": at.n,
                    "luck": split.luck.value,
                    "ignorance": split.ignorance.value,
                }
            )
        return rows

    def survival(self, clock: Clock = "leader") -> pd.DataFrame:
        """Share in office (leader) or standing (regime) by week: week, survival, low, high, n."""
        return _frame(self.survival_curve(clock)).rename(columns={"value": "survival"})

    def incidence(self, clock: Clock = "leader") -> pd.DataFrame:
        """Share of futures that have ended each way by the end of each week: outcome, week,
        probability, low, high, n (long).

        Regime: "tutelage" counts from the week in which it began, where it lasts to the horizon.
        """
        code, names = self._ends(clock)
        curves = incidence.by_cause(
            self._weeks(clock), code, range(1, len(names)), self.horizon, self.cluster
        )
        import pandas as pd  # half a second, which only frames need

        frames = [_frame(curve) for curve in curves]
        whole = pd.concat(frames, keys=names[1:], names=["outcome", None]).reset_index(level=0)
        return whole.reset_index(drop=True).rename(columns={"value": "probability"})

    def weekly(self, name: WeeklyName | str) -> pd.DataFrame:
        """A weekly variable over the futures in which he is still in office: week, mean, q05, q25,
        q50, q75, q95, n, beyond.

        Quantiles are read off a histogram of 500 bins, evenly inside a bin; nan in weeks in which
        nobody is left. beyond: futures at the top of the histogram or above it, where the law sets
        no bound (`army`, `rents` and `income`); a quantile that falls among them reads as that
        top. The mean is of the values as they are.
        """
        at = _observable(name)
        top = self.bins[at, :, -1]
        beyond = top if OBSERVABLES[at].unbounded else np.zeros_like(top)
        table = weekly_columns(self, at)
        weeks = np.arange(self.horizon + 1)
        return framed({"week": weeks, **table, "n": self.counts, "beyond": beyond})

    def aftermath(self, at: Literal["exit", "horizon"] = "exit") -> pd.DataFrame:
        """What becomes of the regime once he is out, by exit mode: outcome, goes_on, low, high, n,
        stands, tutelage, falls.

        goes_on is the share of those n futures in which the regime does not fall: as decided when
        he went ("exit"), or by the end of the run ("horizon"), successors' troubles included. All
        nine ways, then "any"; nan where n is 0.
        """
        return framed(self.aftermath_rows(at))

    def aftermath_rows(self, at: Literal["exit", "horizon"] = "exit") -> list[dict[str, Any]]:
        """The rows of `aftermath` without a frame around them."""
        choices = {"exit": self.regime_after, "horizon": self.regime_fate}
        choice("moment", at, choices)
        rows = []
        for name in (*WAYS[1:], "any"):
            gone = self.leader_way > 0 if name == "any" else self.leader_way == WAYS.index(name)
            code = choices[at][gone]
            on = intervals.share(
                code != FALLS, None if self._groups is None else self._groups[gone]
            )
            row = {"outcome": name, "goes_on": on.value, "low": on.low, "high": on.high, "n": on.n}
            split = (
                float((code == k).mean()) if code.size else math.nan for k in range(len(REGIME))
            )
            rows.append(row | dict(zip(REGIME, split, strict=True)))
        return rows

    def fates(self) -> pd.DataFrame:
        """What becomes of him, all fates in their fixed order: fate, probability, low, high, n."""
        return framed(self.fate_rows())

    def fate_rows(self) -> list[dict[str, Any]]:
        """The rows of `fates` without a frame around them."""
        shares = [intervals.share(self.leader_fate == k, self._groups) for k in range(len(FATES))]
        return [
            {"fate": fate, "probability": e.value, "low": e.low, "high": e.high, "n": e.n}
            for fate, e in zip(FATES, shares, strict=True)
        ]


def weekly_columns(e: Estimates, at: int) -> dict[str, NDArray[np.float64]]:
    """Mean and quantiles of the at-th weekly variable by name, each (H+1,)."""
    known = OBSERVABLES[at]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(e.counts > 0, e.sums[at] / FIXED_POINT / e.counts, np.nan)
    quantiles = incidence.histogram_quantiles(e.bins[at], known.low, known.high, QUANTILES)
    named = {f"q{round(100 * q):02d}": row for q, row in zip(QUANTILES, quantiles, strict=True)}
    return {"mean": mean, **named}


def _observable(name: str) -> int:
    """Row of a weekly variable."""
    names = [known.name for known in OBSERVABLES]
    return names.index(choice("weekly variable", name, names))


def _frame(curve: Curve) -> pd.DataFrame:
    names = ("week", "value", "low", "high", "n")
    return framed({name: getattr(curve, name) for name in names})
