"""How patterns are run and judged: worlds, claims with intervals, figures of an ensemble; knows no
pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..ensemble.result import Ensemble
from ..facts.outcomes import WAYS
from ..facts.posterior import DEFAULT
from ..runs import simulate
from ..statistics.intervals import Estimate, normal_quantile, paired_difference, share
from .rates import YEAR

if TYPE_CHECKING:
    from ..scenario import Scenario

SEIZED, COUP, UPRISING, REBELLION, NEGOTIATED = (
    WAYS.index(w) for w in ("seized", "coup", "uprising", "rebellion", "negotiated_exit")
)
FOREIGN, REGULAR, PALACE = (WAYS.index(w) for w in ("foreign_removal", "regular", "palace_coup"))

Figure = tuple[float, float, float]  # a value and its 95% interval


@dataclass(frozen=True, slots=True)
class Row:
    """One claim: pattern number, measure, figure with 95% interval, aim, and whether it is met."""

    pattern: str
    what: str
    value: float
    low: float
    high: float
    target: str
    met: bool
    n: int


@dataclass(frozen=True, slots=True)
class Lab:
    """How worlds are run: replicates, seed, how many generals one by one (None: all), and what the
    structural parameters are drawn from.
    """

    replicates: int = 4000
    seed: int = 11
    corps: int | None = 256
    knowledge: str = DEFAULT

    def run(self, scenario: Scenario, scale: float = 1.0) -> Ensemble:
        """An ensemble of `scale` times the usual number of replicates."""
        n = max(160, int(self.replicates * scale) // 16 * 16)
        return simulate(scenario, n, self.seed, corps=self.corps, knowledge=self.knowledge)


def between(pattern: str, what: str, at: Figure, low: float, high: float, n: int) -> Row:
    """A claim that a figure lies from `low` to `high`."""
    return Row(pattern, what, *at, f"{low:g} to {high:g}", low <= at[0] <= high, n)


def figure(at: Estimate) -> Figure:
    """An estimate as value, low, high."""
    return at.value, at.low, at.high


def bare(value: float) -> Figure:
    """A figure without an interval."""
    return value, np.nan, np.nan


def out_hazard(e: Ensemble) -> tuple[float, int]:
    """Exits a year and their number."""
    weeks = np.where(e.leader_week > 0, e.leader_week, e.horizon).sum()
    exits = int((e.leader_week > 0).sum())
    return exits / (weeks / YEAR), exits


def exit_ratio(a: Ensemble, b: Ensemble) -> Figure:
    """Ratio of the exit hazards of b to a, with an interval on the log scale (Poisson)."""
    (ha, na), (hb, nb) = out_hazard(a), out_hazard(b)
    return ratio(hb, nb, ha, na)


def ratio(hb: float, nb: int, ha: float, na: int) -> Figure:
    """Ratio hb / ha of two hazards from nb and na events, with its interval."""
    value = hb / ha if ha > 0 else float("inf")
    spread = normal_quantile(0.95) * np.sqrt(1 / max(na, 1) + 1 / max(nb, 1))
    return value, float(value * np.exp(-spread)), float(value * np.exp(spread))


def by_way(e: Ensemble, way: int) -> Figure:
    """Share of futures that end this way, with interval."""
    return figure(share(e.leader_way == way, e.cluster))


def mean_of(e: Ensemble, name: str) -> float:
    """Mean of a weekly variable over the run."""
    frame = e.weekly(name)
    return float(np.average(frame["mean"].fillna(0.0), weights=frame["n"]))


def more(a: Ensemble, b: Ensemble, way: int | None = None) -> Figure:
    """Paired difference b - a in the share out (or out by one way), with interval."""
    before, after = ((e.leader_week > 0 if way is None else e.leader_way == way) for e in (a, b))
    return figure(paired_difference(before, after, a.cluster))
