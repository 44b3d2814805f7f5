"""Compare: what one scenario changes against another under common draws, future by future; draws
nothing and prints nothing.

The same replicate meets the same luck in both, so the difference is over pairs and its interval far
narrower than that of two separate runs.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ensemble.result import Ensemble
from ..ensemble.simulate import simulate
from ..errors import RegimeSimError, UnknownName
from ..facts.outcomes import REGIME, WAYS
from ..facts.posterior import DEFAULT, Posterior
from ..scenario import Scenario
from ..scenario.compile import compile_scenario
from ..scenario.differences import first_difference
from ..statistics.intervals import CLUSTER, Estimate, Ints, mean, paired_difference
from ..statistics.pairing import apart
from ..view.tables.plain import html_table
from ..view.words.comparison import several_text, text_of
from .quantities import CLOCKS, Futures, of_ensemble

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..view.figure import Figure

ENDS = {"leader": ("out", *WAYS[1:]), "regime": ("falls", "tutelage", "stands")}
STEPS = 4  # horizons at which a frame reads the difference: every quarter of the run


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Two ensembles of the same replicates; `change` gives paired differences, `frame` all of them,
    `weeks` those of time in office.

    Futures are paired by their number. One that failed in either ensemble is left out of both, in
    every figure; `left_out` counts them and `print` says so.
    """

    before: Ensemble
    after: Ensemble

    def __post_init__(self) -> None:
        a, b = self.before, self.after
        if (a.seed, a.first, a.attempted, a.horizon) != (b.seed, b.first, b.attempted, b.horizon):
            raise RegimeSimError(
                "only ensembles of the same seed, replicates and horizon can be compared future by"
                " future"
            )
        if not self.numbers.size:
            raise RegimeSimError(
                f"no future came through in both {a.scenario.id} and {b.scenario.id}: nothing is"
                " left to compare"
            )

    @property
    def numbers(self) -> Ints:
        """The replicates that are compared: those that came to an end in both."""
        return np.intersect1d(_numbers(self.before), _numbers(self.after), assume_unique=True)

    @property
    def left_out(self) -> int:
        """Futures that failed in one of the two, or in both."""
        return self.before.attempted - int(self.numbers.size)

    @property
    def cluster(self) -> Ints | None:
        """Which futures share a draw of the uncertain parameters; None where neither scenario
        leaves anything open.
        """
        together = self.before.clustered or self.after.clustered
        return self.numbers // CLUSTER - self.before.first // CLUSTER if together else None

    def change(
        self, way: str | None = None, clock: str = "leader", week: int | None = None
    ) -> Estimate:
        """Paired difference (after less before) in the share of futures in which, by the end of
        `week` (None: the horizon), he is out or out by one `way`.

        Clock "regime": it has fallen (way None or "falls"), stands under "tutelage", or "stands"
        free. Raises UnknownName, OutOfRange.
        """
        return paired_difference(*self._hits(way, clock, week), self.cluster)

    def shares(
        self, way: str | None = None, clock: str = "leader", week: int | None = None
    ) -> tuple[float, float]:
        """The two shares that `change` is the difference of."""
        before, after = self._hits(way, clock, week)
        return float(before.mean()), float(after.mean())

    def turned(
        self, way: str | None = None, clock: str = "leader", week: int | None = None
    ) -> tuple[int, int]:
        """Futures in which it happens after and did not before, and the other way round."""
        before, after = self._hits(way, clock, week)
        return int((after & ~before).sum()), int((before & ~after).sum())

    def apart(
        self, way: str | None = None, clock: str = "leader", week: int | None = None
    ) -> float:
        """Times more futures that each of two separate runs, without common draws, would need for
        this precision; inf if no future changed.
        """
        return apart(*self._hits(way, clock, week), self.cluster)

    def restricted_mean(self, clock: str = "leader", week: int | None = None) -> Estimate:
        """Paired difference in the restricted mean survival time: weeks in office (or weeks that
        the regime stands) within `week`.
        """
        before, after = (futures.lasts(clock, week) for futures in self._futures())
        return mean(after - before, self.cluster)

    def differs_from(self) -> int | None:
        """First week in which the two can differ; in every week before it they are the same worlds,
        bit for bit. None: they never differ.

        Raises RegimeSimError where an ensemble knows its scenario by name only.
        """
        a, b = self.before.scenario, self.after.scenario
        if not (isinstance(a, Scenario) and isinstance(b, Scenario)):
            raise RegimeSimError(
                "when they first differ is known of ensembles that know their scenarios in full"
            )
        return first_difference(compile_scenario(a), compile_scenario(b))

    def horizons(self) -> tuple[int, ...]:
        """The weeks at which `frame` reads the differences unless told: every quarter of the run."""
        whole = self.before.horizon
        return tuple(sorted({max(1, round(whole * k / STEPS)) for k in range(1, STEPS + 1)}))

    def rows(self, weeks: Sequence[int] | None = None) -> list[dict[str, Any]]:
        """The rows of `frame`: one for each clock, outcome and week."""
        asked = self.horizons() if weeks is None else tuple(weeks)
        return [
            self._row(clock, end, week) for clock in CLOCKS for end in ENDS[clock] for week in asked
        ]

    def frame(self, weeks: Sequence[int] | None = None) -> pd.DataFrame:
        """Every difference: clock, outcome, week, before, after, change, low, high, n, turned_on,
        turned_off, apart.

        apart: futures that each of two runs without common draws would need for the same precision
        (nan where no future changed).
        """
        import pandas as pd

        return pd.DataFrame(self.rows(weeks))

    def weeks(self) -> pd.DataFrame:
        """Restricted mean survival time on both clocks, at every horizon of `frame`: clock, week,
        before, after, change, low, high, n.
        """
        import pandas as pd

        rows = []
        for clock in CLOCKS:
            for week in self.horizons():
                before, after = (
                    float(futures.lasts(clock, week).mean()) for futures in self._futures()
                )
                d = self.restricted_mean(clock, week)
                rows.append(
                    {
                        "clock": clock,
                        "week": week,
                        "before": before,
                        "after": after,
                        "change": d.value,
                        "low": d.low,
                        "high": d.high,
                        "n": int(d.n),
                    }
                )
        return pd.DataFrame(rows)

    def plot(self, kind: str = "survival", **options: Any) -> Figure:
        """The paired differences by outcome ("differences"), or the second ensemble with the first
        as its dashed baseline: "survival", "causes", "weekly" (name=...).
        """
        if kind == "differences":
            from ..view import figures

            return figures.differences(self, **options)
        return self.after.plot(kind, baseline=self.before, **options)

    def __str__(self) -> str:
        return text_of(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(text_of(self), self.rows((self.before.horizon,)))

    def _futures(self) -> tuple[Futures, Futures]:
        if self.before.which is None and self.after.which is None:
            return of_ensemble(self.before), of_ensemble(self.after)
        both = (self.before, self.after)
        return tuple(
            of_ensemble(one).taken(np.searchsorted(_numbers(one), self.numbers)) for one in both
        )  # type: ignore[return-value]

    def _hits(
        self, way: str | None, clock: str, week: int | None
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        of = _outcome(way, clock)
        before, after = (
            _stands(one, week) if of == "stands" else one.happens(of, week)
            for one in self._futures()
        )
        return before, after

    def _row(self, clock: str, end: str, week: int) -> dict[str, Any]:
        way = None if end == "out" else end
        before, after = self.shares(way, clock, week)
        d, (on, off), times = (
            self.change(way, clock, week),
            self.turned(way, clock, week),
            self.apart(way, clock, week),
        )
        separate = round(times * d.n) if math.isfinite(times) else math.nan
        return {
            "clock": clock,
            "outcome": end,
            "week": week,
            "before": before,
            "after": after,
            "change": d.value,
            "low": d.low,
            "high": d.high,
            "n": int(d.n),
            "turned_on": on,
            "turned_off": off,
            "apart": separate,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Comparisons:
    """Several scenarios, each against the first under common draws: by place, or by `names`, which
    are their ids, numbered where one comes twice.
    """

    each: tuple[Comparison, ...]

    @property
    def before(self) -> Ensemble:
        """The ensemble that all are held against."""
        return self.each[0].before

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the scenarios after the first; `id-2`, `id-3` where one comes again."""
        ids = [one.after.scenario.id for one in self.each]
        seen = [ids[: k + 1].count(name) for k, name in enumerate(ids)]
        return tuple(
            name if count == 1 else f"{name}-{count}" for name, count in zip(ids, seen, strict=True)
        )

    def __getitem__(self, arm: str | int) -> Comparison:
        if isinstance(arm, int):
            return self.each[arm]
        if arm not in self.names:
            raise UnknownName("arm", arm, self.names)
        return self.each[self.names.index(arm)]

    def __len__(self) -> int:
        return len(self.each)

    def rows(self, weeks: Sequence[int] | None = None) -> list[dict[str, Any]]:
        """The rows of every comparison, with `arm` and `baseline` before them."""
        first = self.before.scenario.id
        return [
            {"baseline": first, "arm": name, **row}
            for name, one in zip(self.names, self.each, strict=True)
            for row in one.rows(weeks)
        ]

    def frame(self, weeks: Sequence[int] | None = None) -> pd.DataFrame:
        """The frames of every comparison, with `arm` and `baseline` before them."""
        import pandas as pd

        return pd.DataFrame(self.rows(weeks))

    def plot(self, **options: Any) -> Figure:
        """The paired difference of each arm, with its interval."""
        from ..view import figures

        return figures.differences(self, **options)

    def __str__(self) -> str:
        return several_text(self.each, self.names)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(several_text(self.each, self.names), self.rows((self.before.horizon,)))


def compare(
    first: Scenario | Ensemble,
    *others: Scenario | Ensemble,
    replicates: int = 2000,
    seed: int = 1,
    workers: int | None = None,
    corps: int | None = None,
    knowledge: str | Posterior = DEFAULT,
    on_progress: Callable[[int, int], object] | None = None,
    cancel: threading.Event | None = None,
) -> Comparison | Comparisons:
    """Compare scenarios, or ensembles of the same replicates, with the first one under common
    draws.

    Two give a Comparison, more give Comparisons. One scenario alone is compared by the arms of its
    own file, against the baseline that the file names. All are run to the first one's horizon.
    corps, knowledge: as in `simulate`. Errors: RegimeSimError where there is nothing to compare, or
    where ensembles are not of the same futures; those of `simulate`.
    """
    if not others:
        first, others = _arms(first)
    options: dict[str, Any] = {
        "workers": workers,
        "corps": corps,
        "knowledge": knowledge,
        "cancel": cancel,
    }
    runs = sum(not isinstance(one, Ensemble) for one in (first, *others))
    started = 0

    def run(scenario: Scenario, number: int, seed_: int, offset: int) -> Ensemble:
        nonlocal started
        done, started = started * number, started + 1
        progress = (
            None if on_progress is None else lambda now, _: on_progress(done + now, runs * number)
        )
        return simulate(scenario, number, seed_, first=offset, on_progress=progress, **options)

    before = first if isinstance(first, Ensemble) else run(first, replicates, seed, 0)
    after = [
        (
            one
            if isinstance(one, Ensemble)
            else run(one.horizon_weeks(before.horizon), before.attempted, before.seed, before.first)
        )
        for one in others
    ]
    found = tuple(Comparison(before, one) for one in after)
    return found[0] if len(found) == 1 else Comparisons(found)


def _numbers(ensemble: Ensemble) -> Ints:
    """The replicates of an ensemble, increasing."""
    return (
        np.arange(ensemble.first, ensemble.first + ensemble.replicates)
        if ensemble.which is None
        else ensemble.which
    )


def _arms(scenario: Scenario | Ensemble) -> tuple[Scenario, tuple[Scenario, ...]]:
    """The baseline and the arms that a scenario's file asks for. Raises RegimeSimError where it
    asks for none.
    """
    arms = () if isinstance(scenario, Ensemble) else tuple(arm for _, arm in scenario.arms())
    if isinstance(scenario, Ensemble) or not arms:
        raise RegimeSimError(
            f"compare: {scenario.id if not isinstance(scenario, Ensemble) else 'an ensemble'} has"
            " no arms - expected a second scenario"
        )
    return scenario.baseline(), arms


def _outcome(way: str | None, clock: str) -> str:
    """The outcome that a way and a clock stand for. Raises UnknownName."""
    if clock not in CLOCKS:
        raise UnknownName("clock", clock, CLOCKS)
    if clock == "regime":
        if way is not None and way not in REGIME:
            raise UnknownName("fate of the regime", way, REGIME)
        return "regime_falls" if way in (None, "falls") else str(way)
    if way is not None and way not in WAYS:
        raise UnknownName("way to go", way, WAYS)
    return "leader_out" if way is None else way


def _stands(futures: Futures, week: int | None) -> NDArray[np.bool_]:
    return np.asarray(~futures.happens("regime_falls", week) & ~futures.happens("tutelage", week))


__all__ = ["Comparison", "Comparisons", "compare"]
