"""Compare: what one scenario changes against another under common draws, future by future; finds no
words for it.

The same replicate meets the same random draws in both, so the difference is over pairs and its
interval far narrower than that of two separate runs.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ensemble.effort import Effort, further
from ..ensemble.frames import replicates_of
from ..ensemble.result import Ensemble
from ..errors import RegimeSimError, nearest
from ..facts.outcomes import REGIME, WAYS
from ..facts.posterior import DEFAULT, Posterior
from ..given import as_whole, choice, listed, shown, whole
from ..runs import read_run, run
from ..scenario import Scenario, load
from ..scenario.compile import compile_scenario
from ..scenario.differences import first_difference
from ..shown import Shown, framed
from ..statistics.intervals import (
    CLUSTER,
    Estimate,
    Ints,
    cluster_sums,
    dense,
    mean,
    paired_difference,
)
from ..statistics.nested import FEWEST, Range, over_draws
from ..statistics.pairing import apart
from ..store.manifest import is_run
from .quantities import CLOCKS, Futures, of_ensemble

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

ENDS = {"leader": ("out", *WAYS[1:]), "regime": ("falls", "tutelage", "stands")}
OPTIONS = ("replicates", "seed", "workers", "corps", "knowledge", "on_progress", "cancel")
STEPS = 4  # weeks at which a frame reads the difference: every quarter of the run


class Differences:
    """What is read off paired futures, before and after, and the clusters that they share."""

    @property
    def cluster(self) -> Ints | None:
        """Which futures share a draw of the uncertain parameters; None if nothing is open."""
        raise NotImplementedError

    def futures(self) -> tuple[Futures, Futures]:
        """How the paired futures end, before and after."""
        raise NotImplementedError

    def change(
        self, way: str | None = None, clock: str = "leader", week: int | None = None
    ) -> Estimate:
        """Paired difference (after less before) in the share of futures in which it happens."""
        return paired_difference(*_hits(self, way, clock, week), self.cluster)

    def shares(
        self, way: str | None = None, clock: str = "leader", week: int | None = None
    ) -> tuple[float, float]:
        """The two shares that `change` is the difference of."""
        before, after = _hits(self, way, clock, week)
        return float(before.mean()), float(after.mean())

    def turned(
        self, way: str | None = None, clock: str = "leader", week: int | None = None
    ) -> tuple[int, int]:
        """Futures in which it happens after and did not before, and the other way round."""
        before, after = _hits(self, way, clock, week)
        return int((after & ~before).sum()), int((before & ~after).sum())

    def apart(
        self, way: str | None = None, clock: str = "leader", week: int | None = None
    ) -> float:
        """Times more futures for two runs without common draws; inf if no future changed."""
        return apart(*_hits(self, way, clock, week), self.cluster)

    def unknown(self, way: str | None = None, clock: str = "leader") -> Range | None:
        """The difference over what is not known: 5%, 50% and 95% of it over the draws of the
        uncertain parameters, chance taken out, and the share of draws in which it is above 0. None
        where nothing is uncertain, or the draws are fewer than 32.
        """
        if self.cluster is None:
            return None
        before, after = _hits(self, way, clock, None)
        groups = dense(self.cluster)
        sums, size = cluster_sums(after.astype(np.float64) - before, groups)
        whole = size == CLUSTER
        if int(whole.sum()) < FEWEST:
            return None
        off = (after.astype(np.float64) - before) - (sums / size)[groups]
        within = cluster_sums(off**2, groups)[0] / (size - 1.0).clip(1.0) / size
        return over_draws((sums / size)[whole], within[whole], grid=1.0 / CLUSTER)

    def restricted_mean(self, clock: str = "leader", week: int | None = None) -> Estimate:
        """Paired difference in restricted mean survival: weeks he or the regime lasts by `week`."""
        before, after = (futures.lasts(clock, week) for futures in self.futures())
        return mean(after - before, self.cluster)


@dataclass(frozen=True, eq=False, repr=False)
class Pairs(Differences):
    """Two ensembles of the same replicates, paired by their number.

    A future that failed in either ensemble is left out of both, in every figure.
    """

    before: Ensemble
    after: Ensemble

    def __post_init__(self) -> None:
        a, b = self.before, self.after
        if (a.seed, a.first, a.attempted, a.horizon) != (b.seed, b.first, b.attempted, b.horizon):
            raise RegimeSimError(
                "only ensembles of the same seed, replicates and horizon can be compared"
            )
        if not self.numbers.size:
            both = f"{a.scenario.id} and {b.scenario.id}"
            raise RegimeSimError(f"no future came through in both {both}: nothing to compare")

    @property
    def numbers(self) -> Ints:
        """The replicates that are compared: those that came to an end in both."""
        return np.intersect1d(
            replicates_of(self.before), replicates_of(self.after), assume_unique=True
        )

    @property
    def left_out(self) -> int:
        """Futures that failed in one of the two, or in both."""
        return self.before.attempted - int(self.numbers.size)

    @property
    def cluster(self) -> Ints | None:
        """Which futures share a draw of the uncertain parameters; None if nothing is open."""
        together = self.before.clustered or self.after.clustered
        return self.numbers // CLUSTER - self.before.first // CLUSTER if together else None

    def futures(self) -> tuple[Futures, Futures]:
        """How the paired futures end, before and after."""
        both = (self.before, self.after)
        if all(one.which is None for one in both):
            return of_ensemble(self.before), of_ensemble(self.after)
        before, after = (
            of_ensemble(one).taken(np.searchsorted(replicates_of(one), self.numbers))
            for one in both
        )
        return before, after

    def differs_from(self) -> int | None:
        """First week in which the two can differ; in every week before it they are the same, bit
        for bit. None: they never differ.

        Raises RegimeSimError where an ensemble knows its scenario by name only.
        """
        a, b = self.before.scenario, self.after.scenario
        if not (isinstance(a, Scenario) and isinstance(b, Scenario)):
            raise RegimeSimError(
                "when they first differ is known of ensembles that know their scenarios in full"
            )
        return first_difference(compile_scenario(a), compile_scenario(b))


class Sole(Differences):
    """A comparison with one arm answers directly, as its `Pairs` do; of one with several, name the
    arm: `found["cut"].change()`. Raises RegimeSimError where there are several.
    """

    pairs: tuple[Pairs, ...]
    names: tuple[str, ...]

    @property
    def only(self) -> Pairs:
        """The pairs of the only arm."""
        if len(self.pairs) > 1:
            raise RegimeSimError(
                f"compared are {len(self.pairs)} arms ({', '.join(self.names)}) - pick one:"
                f" found[{self.names[0]!r}]"
            )
        return self.pairs[0]

    @property
    def before(self) -> Ensemble:
        """The ensemble that all arms are held against."""
        return self.pairs[0].before

    @property
    def after(self) -> Ensemble:
        """The ensemble of the only arm."""
        return self.only.after

    @property
    def numbers(self) -> Ints:
        """`Pairs.numbers` of the only arm."""
        return self.only.numbers

    @property
    def cluster(self) -> Ints | None:
        """`Pairs.cluster` of the only arm."""
        return self.only.cluster

    @property
    def left_out(self) -> int:
        """`Pairs.left_out` of the only arm."""
        return self.only.left_out

    def futures(self) -> tuple[Futures, Futures]:
        """`Pairs.futures` of the only arm."""
        return self.only.futures()

    def differs_from(self) -> int | None:
        """`Pairs.differs_from` of the only arm."""
        return self.only.differs_from()


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Shown, Sole):
    """One or more scenarios (arms), each paired with the first: by name or place, `found["cut"]`
    is the comparison with that arm alone. `frame` has all differences, `weeks` those of time in
    office; with one arm, `change` gives one of them.

    way: None for out of office at all; a way of WAYS; clock "regime": "falls" (or None), "tutelage"
    or "stands". week: by its end; None for the horizon. Errors: UnknownName, OutOfRange.
    """

    pairs: tuple[Pairs, ...]
    names: tuple[str, ...]

    @classmethod
    def of(
        cls, before: Ensemble, *after: Ensemble, names: Sequence[str] | None = None
    ) -> Comparison:
        """Ensembles of the same replicates, each against the first; names: of the arms, by default
        their ids, `id-2`, `id-3` where one comes again. Raises RegimeSimError.
        """
        ids = [one.scenario.id for one in after]
        seen = [ids[: k + 1].count(name) for k, name in enumerate(ids)]
        own = [
            name if count == 1 else f"{name}-{count}" for name, count in zip(ids, seen, strict=True)
        ]
        return cls(tuple(Pairs(before, one) for one in after), tuple(names or own))

    @property
    def each(self) -> tuple[Comparison, ...]:
        """Each arm alone."""
        return tuple(self)

    def __getitem__(self, arm: str | int) -> Comparison:
        place = as_whole(arm)
        if place is None:
            place = self.names.index(choice("arm", arm, self.names))
        place = whole("arm", place, -len(self.names), len(self.names) - 1)
        return Comparison((self.pairs[place],), (self.names[place],))

    def __iter__(self) -> Iterator[Comparison]:
        return (self[k] for k in range(len(self)))

    def __len__(self) -> int:
        return len(self.pairs)

    def _ipython_key_completions_(self) -> list[str]:
        """What a notebook offers after `found["`."""
        return list(self.names)

    def horizons(self) -> tuple[int, ...]:
        """The weeks at which differences are read unless told: every quarter of the run."""
        whole = self.before.horizon
        return tuple(sorted({max(1, round(whole * k / STEPS)) for k in range(1, STEPS + 1)}))

    def rows(self, weeks: Sequence[int] | None = None) -> list[dict[str, Any]]:
        """The rows of `frame`: one for each arm, clock, outcome and week. Raises RegimeSimError."""
        asked = self.horizons()
        if weeks is not None:
            last = self.before.horizon
            asked = tuple(
                whole("weeks", week, 1, last) for week in listed("weeks", weeks, "a list of weeks")
            )
        baseline = self.before.scenario.id
        return [
            {"baseline": baseline, "arm": name} | _row(one, clock, end, week)
            for name, one in zip(self.names, self.pairs, strict=True)
            for clock in CLOCKS
            for end in ENDS[clock]
            for week in asked
        ]

    def frame(self, weeks: Sequence[int] | None = None) -> pd.DataFrame:
        """Every difference: baseline, arm, clock, outcome, week, before, after, change, low, high,
        n, turned_on, turned_off, apart.

        apart: futures that each of two runs without common draws would need for the same precision
        (nan where no future changed).
        """
        return framed(self.rows(weeks))

    def weeks(self) -> pd.DataFrame:
        """Restricted mean survival time on both clocks, at every horizon of `frame`: baseline, arm,
        clock, week, before, after, change, low, high, n.
        """
        baseline = self.before.scenario.id
        return framed(
            [
                {"baseline": baseline, "arm": name} | _stay(one, clock, week)
                for name, one in zip(self.names, self.pairs, strict=True)
                for clock in CLOCKS
                for week in self.horizons()
            ]
        )


Comparisons = Comparison  # its name where several arms had a type of their own


def compare(
    first: Scenario | Ensemble | str | os.PathLike[str],
    *others: Scenario | Ensemble | str | os.PathLike[str],
    replicates: int = 2000,
    seed: int = 1,
    workers: int | None = None,
    corps: int | None = None,
    knowledge: str | Posterior = DEFAULT,
    on_progress: Callable[[int, int], object] | None = None,
    cancel: threading.Event | None = None,
    **arms: Scenario | Ensemble | str | os.PathLike[str],
) -> Comparison:
    """Compare scenarios, ensembles of the same replicates, or run folders with the first one under
    common draws: `compare(base, cut, other)` names the arms by their ids, `compare(base, cut=cut,
    both=other)` by your own words.

    One scenario alone is compared by the arms of its own file, against the baseline that the file
    names. All are run to the first one's horizon. corps, knowledge: as in `simulate`. Errors:
    RegimeSimError where there is nothing to compare, or where ensembles are not of the same
    futures; those of `simulate`.
    """
    for name, arm in arms.items():
        if not isinstance(arm, Scenario | Ensemble | str | os.PathLike):
            hint = nearest(name, OPTIONS)
            raise RegimeSimError(
                f"compare: {name}={shown(arm)} - expected a scenario for an arm of that name{hint}"
            )
    effort = Effort(
        replicates=replicates,
        seed=seed,
        workers=workers,
        corps=corps,
        knowledge=knowledge,
        on_progress=on_progress,
        cancel=cancel,
    )
    base, *rest = map(_given, (first, *others, *arms.values()))
    names: list[str] | None = None
    if arms:
        names = [*(one.scenario.id if isinstance(one, Ensemble) else one.id for one in rest)]
        names[len(others) :] = arms
        if len(set(names)) < len(names):
            raise RegimeSimError(f"compare: two arms of one name: {', '.join(names)}")
    if not rest:
        base, rest = _arms(base)
    before, *after = _all_run([base, *rest], effort)
    return Comparison.of(before, *after, names=names)


def _all_run(given: list[Scenario | Ensemble], effort: Effort) -> Iterator[Ensemble]:
    """Each as an ensemble: what has not been run is, over the futures and weeks of the first."""
    runs = sum(not isinstance(one, Ensemble) for one in given)
    started = 0
    first: Ensemble | None = None
    for one in given:
        if not isinstance(one, Ensemble):
            if first is not None:
                one = one.horizon_weeks(first.horizon)
            number = effort.replicates
            told = further(effort.on_progress, started * number, runs * number)
            started += 1
            one = run(one, replace(effort, on_progress=told))
        if first is None:
            first = one
            effort = replace(effort, replicates=one.attempted, seed=one.seed, first=one.first)
        yield one


def _given(one: Scenario | Ensemble | str | os.PathLike[str]) -> Scenario | Ensemble:
    """What is compared: an ensemble, the run in a folder, or a scenario."""
    if isinstance(one, Ensemble):
        return one
    if isinstance(one, str | os.PathLike) and is_run(one):
        return read_run(one)
    return load(one)


def _hits(
    pairs: Differences, way: str | None, clock: str, week: int | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether it happens in each paired future, before and after."""
    of = _outcome(way, clock)
    before, after = (
        _stands(one, week) if of == "stands" else one.happens(of, week) for one in pairs.futures()
    )
    return before, after


def _row(found: Pairs, clock: str, end: str, week: int) -> dict[str, Any]:
    way = None if end == "out" else end
    before, after = found.shares(way, clock, week)
    d, times = found.change(way, clock, week), found.apart(way, clock, week)
    on, off = found.turned(way, clock, week)
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
        "apart": round(times * d.n) if math.isfinite(times) else math.nan,
    }


def _stay(found: Pairs, clock: str, week: int) -> dict[str, Any]:
    before, after = (float(one.lasts(clock, week).mean()) for one in found.futures())
    d = found.restricted_mean(clock, week)
    return {
        "clock": clock,
        "week": week,
        "before": before,
        "after": after,
        "change": d.value,
        "low": d.low,
        "high": d.high,
        "n": int(d.n),
    }


def _arms(scenario: Scenario | Ensemble) -> tuple[Scenario, list[Scenario | Ensemble]]:
    """The baseline and arms of a scenario's file. Raises RegimeSimError where it has none."""
    arms = [] if isinstance(scenario, Ensemble) else [arm for _, arm in scenario.arms()]
    if isinstance(scenario, Ensemble) or not arms:
        what = "an ensemble" if isinstance(scenario, Ensemble) else scenario.id
        raise RegimeSimError(f"compare: {what} has no arms - expected a second scenario")
    return scenario.baseline(), list(arms)


def _outcome(way: str | None, clock: str) -> str:
    """The outcome that a way and a clock stand for. Raises UnknownName."""
    choice("clock", clock, CLOCKS)
    if clock == "regime":
        if way is not None:
            choice("fate of the regime", way, REGIME)
        return "regime_falls" if way in (None, "falls") else str(way)
    if way is not None:
        choice("exit mode", way, WAYS)
    return "leader_out" if way is None else way


def _stands(futures: Futures, week: int | None) -> NDArray[np.bool_]:
    return np.asarray(~futures.happens("regime_falls", week) & ~futures.happens("tutelage", week))


__all__ = ["Comparison", "Comparisons", "Pairs", "compare"]
