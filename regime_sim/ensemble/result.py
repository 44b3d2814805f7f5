"""The result of a run: exit weeks, ways and fates of every future, and how to read them as tables;
runs nothing and writes no file.

Every estimate comes with its interval and its n. The statistics themselves are in `analysis`,
figures and words in `view`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import OutOfRange, UnknownName
from ..facts.declare import Observable
from ..facts.outcomes import FATES, OBSERVABLES, REGIME, WAYS
from ..shown import Shown
from ..statistics import frequencies as natural
from ..statistics import incidence, intervals, variance
from ..statistics.incidence import Curve
from ..statistics.intervals import Estimate

if TYPE_CHECKING:
    import pandas as pd

    from .failures import Failure

Clock = Literal["leader", "regime"]
CLOCKS = ("leader", "regime")
BINS = 500
FIXED_POINT = 2.0**32
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
FALLS = REGIME.index("falls")
# name of each array, its type on disk (little endian) and its shape: n futures, H+1 weeks, V weekly
# variables
ARRAYS = {
    "leader_week": ("<i2", "n"),
    "leader_way": ("|i1", "n"),
    "leader_fate": ("|i1", "n"),
    "regime_week": ("<i2", "n"),
    "regime_fate": ("|i1", "n"),
    "regime_way": ("|i1", "n"),
    "regime_after": ("|i1", "n"),
    "successors": ("|i1", "n"),
    "failed_coups": ("<i2", "n"),
    "first_failed": ("<i2", "n"),
    "rebellion_week": ("<i2", "n"),
    "counts": ("<i8", "H"),
    "sums": ("<i8", "VH"),
    "bins": ("<i8", "VHB"),
}


class ScenarioLike(Protocol):
    """What an ensemble needs to know of the scenario it was run from."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def horizon(self) -> int: ...
    @property
    def ruler(self) -> str: ...


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble(Shown):
    """Futures of one scenario, one entry per replicate; the arrays cannot be written to.

    leader_week (n,): week in which he went, 1..H, 0 still in office; leader_way: index in WAYS;
    leader_fate: index in FATES. regime_week (n,): week in which the regime fell, or came under
    tutelage, 0 neither; regime_fate: index in REGIME at the horizon; regime_way: the way that
    brought it down, 0 none; regime_after: index in REGIME as decided when he went, 0 if he did not;
    successors: how many have followed him. failed_coups, first_failed, rebellion_week: coups
    against him that failed, week of the first, week from which rebels were in the field (0 none).
    Weekly, over futures in which he is in office: counts (H+1,); sums (V, H+1), values times 2**32;
    bins (V, H+1, 500), a histogram over each variable's range. `clustered`: 16 neighbours share a
    draw of the parameters. failures: replicates that ended in an error and are left out,
    `replicates` counts the others; which (n,): their numbers, None where none failed.
    """

    scenario: ScenarioLike
    seed: int
    replicates: int
    engine: str
    clustered: bool
    leader_week: NDArray[np.int16]
    leader_way: NDArray[np.int8]
    leader_fate: NDArray[np.int8]
    regime_week: NDArray[np.int16]
    regime_fate: NDArray[np.int8]
    regime_way: NDArray[np.int8]
    regime_after: NDArray[np.int8]
    successors: NDArray[np.int8]
    failed_coups: NDArray[np.int16]
    first_failed: NDArray[np.int16]
    rebellion_week: NDArray[np.int16]
    counts: NDArray[np.int64]
    sums: NDArray[np.int64]
    bins: NDArray[np.int64]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    first: int = 0
    failures: tuple[Failure, ...] = ()
    which: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes than declared; store them in their declared types, closed
        to writing.
        """
        sizes = {
            "n": self.replicates,
            "H": int(np.size(self.counts)),
            "V": len(OBSERVABLES),
            "B": BINS,
        }
        for name, (kind, letters) in ARRAYS.items():
            array = np.ascontiguousarray(getattr(self, name), dtype=np.dtype(kind)).view()
            expected = tuple(sizes[letter] for letter in letters)
            if array.shape != expected:
                raise OutOfRange(f"{name} has shape {array.shape}, expected {expected}")
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "provenance", MappingProxyType(dict(self.provenance)))

    @property
    def horizon(self) -> int:
        """Weeks that were simulated."""
        return int(self.counts.size) - 1

    @property
    def attempted(self) -> int:
        """Replicates that were run: those that came through, and those that failed."""
        return self.replicates + len(self.failures)

    @property
    def cluster(self) -> NDArray[np.int64] | None:
        """Which futures share a draw of the uncertain parameters; None where nothing is uncertain."""
        if not self.clustered:
            return None
        if self.which is not None:
            return self.which // intervals.CLUSTER - self.first // intervals.CLUSTER
        return intervals.cluster_index(self.replicates, self.first)

    # ---- tables

    def outcomes(self, clock: Clock = "leader") -> pd.DataFrame:
        """How it ends, all outcomes in their fixed order: outcome, probability, low, high,
        median_week, n, luck, ignorance.

        95% intervals on the effective number of futures; median_week is over the futures that end
        so (nan if none, or if nothing happened); luck and ignorance are the shares of the variance
        that are dice and not knowing (nan if it never varies).
        """
        return _table(self.outcome_rows(clock))

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
        """Share of futures still in office (leader) or not fallen (regime) at the end of each week:
        week, survival, low, high, n.
        """
        return _frame(self.survival_curve(clock)).rename(columns={"value": "survival"})

    def incidence(self, clock: Clock = "leader") -> pd.DataFrame:
        """Share of futures that have ended each way by the end of each week: outcome, week,
        probability, low, high, n (long).

        Regime: "tutelage" counts from the week in which it began, where it lasts to the horizon.
        """
        import pandas as pd

        code, names = self._ends(clock)
        curves = incidence.by_cause(
            self._weeks(clock), code, range(1, len(names)), self.horizon, self.cluster
        )
        frames = [
            _frame(curve).assign(outcome=name)
            for name, curve in zip(names[1:], curves, strict=True)
        ]
        columns = {
            "outcome": "outcome",
            "week": "week",
            "value": "probability",
            "low": "low",
            "high": "high",
            "n": "n",
        }
        return pd.concat(frames, ignore_index=True)[list(columns)].rename(columns=columns)

    def weekly(self, name: str) -> pd.DataFrame:
        """A weekly variable over the futures in which he is still in office: week, mean, q05, q25,
        q50, q75, q95, n.

        Quantiles are read off a histogram of 500 bins, evenly inside a bin; nan in weeks in which
        nobody is left.
        """
        import pandas as pd

        at = _observable(name)
        known = OBSERVABLES[at]
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(self.counts > 0, self.sums[at] / FIXED_POINT / self.counts, np.nan)
        quantiles = incidence.histogram_quantiles(self.bins[at], known.low, known.high, QUANTILES)
        table = {"week": np.arange(self.horizon + 1), "mean": mean}
        table |= {
            f"q{round(100 * q):02d}": row for q, row in zip(QUANTILES, quantiles, strict=True)
        }
        return pd.DataFrame(table | {"n": self.counts})

    def aftermath(self, at: Literal["exit", "horizon"] = "exit") -> pd.DataFrame:
        """What becomes of the regime once he is out, by way to go: outcome, goes_on, low, high, n,
        stands, tutelage, falls.

        goes_on is the share of those n futures in which the regime does not fall: as decided when
        he went ("exit"), or by the end of the run ("horizon"), successors' troubles included. All
        nine ways, then "any"; nan where n is 0.
        """
        return _table(self.aftermath_rows(at))

    def aftermath_rows(self, at: Literal["exit", "horizon"] = "exit") -> list[dict[str, Any]]:
        """The rows of `aftermath` without a frame around them."""
        choices = {"exit": self.regime_after, "horizon": self.regime_fate}
        if at not in choices:
            raise UnknownName("moment", at, choices)
        rows = []
        for name in (*WAYS[1:], "any"):
            gone = self.leader_way > 0 if name == "any" else self.leader_way == WAYS.index(name)
            code = choices[at][gone]
            on = intervals.share(
                code != FALLS, None if self._groups is None else self._groups[gone]
            )
            split = [
                float((code == k).mean()) if code.size else math.nan for k in range(len(REGIME))
            ]
            rows.append(
                {
                    "outcome": name,
                    "goes_on": on.value,
                    "low": on.low,
                    "high": on.high,
                    "n": on.n,
                    **dict(zip(REGIME, split, strict=True)),
                }
            )
        return rows

    def fates(self) -> pd.DataFrame:
        """What becomes of him, all fates in their fixed order: fate, probability, low, high, n."""
        return _table(self.fate_rows())

    def fate_rows(self) -> list[dict[str, Any]]:
        """The rows of `fates` without a frame around them."""
        shares = [intervals.share(self.leader_fate == k, self._groups) for k in range(len(FATES))]
        return [
            {"fate": fate, "probability": e.value, "low": e.low, "high": e.high, "n": e.n}
            for fate, e in zip(FATES, shares, strict=True)
        ]

    # ---- single numbers

    def out(self, clock: Clock = "leader") -> Estimate:
        """Probability that he is out of office (leader), or that the regime has fallen (regime), by
        the end of the run.
        """
        code, names = self._ends(clock)
        return intervals.share(
            code > 0 if clock == "leader" else code == names.index("falls"), self._groups
        )

    def share(self, way: str) -> Estimate:
        """Probability that he goes this way by the end of the run, or is still in office
        ("survived"). Raises UnknownName.
        """
        if way not in WAYS:
            raise UnknownName("outcome", way, WAYS)
        return intervals.share(self.leader_way == WAYS.index(way), self._groups)

    def stays(self) -> Estimate:
        """Probability that he is still in office at the end of the run."""
        return intervals.share(self.leader_way == 0, self._groups)

    def out_goes_on(self) -> Estimate:
        """Probability that he is out and the regime has not fallen, by the end of the run."""
        return intervals.share((self.leader_way > 0) & (self.regime_fate != FALLS), self._groups)

    def median_week(self, outcome: str, clock: Clock = "leader") -> Estimate:
        """Median week of an outcome over the futures that end so; nan where there are none, or
        where nothing happened.
        """
        code, names = self._ends(clock)
        if outcome not in names:
            raise UnknownName("outcome", outcome, names)
        return incidence.median_week(
            self._weeks(clock), self._groups, among=code == names.index(outcome)
        )

    def median(self, clock: Clock = "leader") -> Estimate:
        """First week by whose end half of the futures are out (leader) or fallen (regime); nan if
        that is beyond the horizon.
        """
        return incidence.first_week_under(self.survival_curve(clock))

    def restricted_mean(self, clock: Clock = "leader") -> Estimate:
        """Mean number of weeks in office (leader), or standing (regime), within the horizon."""
        return incidence.restricted_mean(self._lasting(clock), self.horizon, self.cluster)

    def spread(self, outcome: str | None = None) -> variance.Spread:
        """Luck and ignorance in whether he goes (outcome None), or goes this way, with intervals
        and the number of clusters.
        """
        if outcome is not None and outcome not in WAYS:
            raise UnknownName("outcome", outcome, WAYS)
        hit = self.leader_way > 0 if outcome is None else self.leader_way == WAYS.index(outcome)
        return variance.spread(hit, self._groups)

    def survival_curve(self, clock: Clock = "leader") -> Curve:
        """The survival of one clock as arrays over weeks 0..H, without a table around them."""
        return incidence.survival(self._lasting(clock), self.horizon, self.cluster)

    def frequencies(self, whole: int = 100) -> natural.Frequencies:
        """The ten ways rounded, once, to whole futures of `whole`, and in how many of each the
        regime goes on at the horizon.
        """
        return natural.frequencies(WAYS, *self._shares, whole)

    @cached_property
    def _shares(self) -> tuple[list[float], list[float], float]:
        """Shares of all futures that end each way, that do and the regime goes on, and in which it
        is under tutelage.
        """
        goes_on = self.regime_fate != FALLS
        ended = np.bincount(self.leader_way, minlength=len(WAYS)) / self.replicates
        on = np.bincount(self.leader_way[goes_on], minlength=len(WAYS)) / self.replicates
        return (
            ended.tolist(),
            on.tolist(),
            float((self.regime_fate == REGIME.index("tutelage")).mean()),
        )

    # ---- as a whole

    def digest(self) -> str:
        """SHA-256 of all arrays, in the order of ARRAYS, each after its name, type and shape;
        little endian on any machine.
        """
        return self._digest

    @cached_property
    def _digest(self) -> str:
        total = hashlib.sha256()
        for name, (kind, _) in ARRAYS.items():
            array = np.ascontiguousarray(getattr(self, name), dtype=np.dtype(kind))
            total.update(f"{name} {kind} {array.shape}\n".encode())
            total.update(array.data)
        return total.hexdigest()

    def to_document(self) -> dict[str, Any]:
        """The result as one JSON document; numbers that do not exist (a median week of nothing) are
        null.
        """
        about: dict[str, Any] = {
            "scenario": self.scenario.id,
            "title": self.scenario.title,
            "start": self.scenario.start.isoformat(),
            "seed": self.seed,
            "replicates": self.replicates,
            "engine": self.engine,
            "horizon_weeks": self.horizon,
        }
        for clock in CLOCKS:
            about[clock] = {"outcomes": [_plain(row) for row in self.outcome_rows(clock)]}  # type: ignore[arg-type]
        about["aftermath"] = [_plain(row) for row in self.aftermath_rows()]
        about["fates"] = [_plain(row) for row in self.fate_rows()]
        if self.failures:
            named = [{"replicate": one.replicate, "error": one.error} for one in self.failures]
            about["failed"] = {"count": len(named), "replicates": named[:100]}
        return about | {
            "clustered": self.clustered,
            "sha256": self.digest(),
            "provenance": _json(self.provenance),
        }

    # ---- within

    @property
    def _groups(self) -> intervals.Neighbours | NDArray[np.int64] | None:
        """`cluster`, without an array of it where all replicates came through."""
        return (
            intervals.Neighbours(self.first, self.replicates)
            if self.clustered and self.which is None
            else self.cluster
        )

    def _ends(self, clock: str) -> tuple[NDArray[np.int8], tuple[str, ...]]:
        """Code of the end of each future on a clock, and the names of the codes."""
        if clock not in CLOCKS:
            raise UnknownName("clock", clock, CLOCKS)
        return (self.leader_way, WAYS) if clock == "leader" else (self.regime_fate, REGIME)

    def _weeks(self, clock: str) -> NDArray[np.int16]:
        """Week in which what the code says began, 0 where nothing did."""
        return self.leader_week if clock == "leader" else self.regime_week

    def _lasting(self, clock: str) -> NDArray[np.int16]:
        """Week in which the clock stopped for good: he went, or the regime fell (tutelage does not
        stop it).
        """
        code, names = self._ends(clock)
        if clock == "leader":
            return self.leader_week
        return np.where(code == names.index("falls"), self.regime_week, 0).astype(np.int16)


def _observable(name: str) -> int:
    """Row of a weekly variable."""
    names = [known.name for known in OBSERVABLES]
    if name not in names:
        raise UnknownName("weekly variable", name, names)
    return names.index(name)


def observable(name: str) -> Observable:
    """The declaration of a weekly variable: unit, range and meaning."""
    return OBSERVABLES[_observable(name)]


def _frame(curve: Curve) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "week": curve.week,
            "value": curve.value,
            "low": curve.low,
            "high": curve.high,
            "n": curve.n,
        }
    )


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row of a table with nothing but names, whole and finite numbers, and None."""
    return {str(key): _json(value) for key, value in row.items()}


def _json(value: Any) -> Any:
    """The value as JSON knows it; anything unknown as text."""
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    if isinstance(value, (bool, str, type(None))):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return str(value)


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)
