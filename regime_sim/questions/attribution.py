"""Attribution: why one scenario differs from another, split over what was moved, on paired runs of
every subset of it; finds no words for it.

With two or more things moved, "how much is due to this one" has no single answer where they act
through one another. Three are given: each moved alone; what comes only when they are together (the
change less the sum of those); and from that a fair share of all, Shapley's: the mean of what one
adds over all orders in which they could have been moved (Shapley 1953; Owen & Prieur 2017 for
models). The fair shares add up to the change; so do the parts alone with what comes only together.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import NDArray

from ..ensemble.effort import Effort, ReplicatesOptions, RunTerms, further, takes
from ..ensemble.frames import replicates_of, terms_of
from ..ensemble.result import Ensemble
from ..errors import OutOfRange, RegimeSimError
from ..facts.outcomes import WAYS
from ..facts.parameters import LEVERS
from ..given import choice, mapping
from ..runs import simulate
from ..scenario import Scenario, load
from ..scenario.slides import Moved
from ..scenario.values import Value
from ..shown import Shown, framed
from ..statistics.frequencies import largest_remainders
from ..statistics.intervals import CLUSTER, Estimate, Ints, mean, paired_difference
from ..travel import Closed, Travels
from .quantities import Futures, of_ensemble
from .settings import known_name

if TYPE_CHECKING:
    import pandas as pd

WHOLE = 100
MOST_MOVED = 5  # whose subsets are 32 runs
EVENTS, GIVEN, BOTH = "events", "given settings", "events and settings"
SHARED = "together"
ROWS = ("leader_out", *WAYS[1:], "regime_falls")
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Attribution(Travels, Shown):
    """The change from one scenario to another, split over what was moved (`names`, in order).

    futures: how they end, arrays (2**k, n): row r has moved what the bits of r say, the first name
    the lowest bit. settings: from and to of each name, in words. of: an outcome as in `sweep`
    (leader_out, regime_falls, tutelage, an exit mode); week: by its end, None for the horizon.
    Errors: UnknownName, OutOfRange.
    """

    before: Scenario
    after: Scenario
    names: tuple[str, ...]
    settings: Mapping[str, tuple[str, str]]
    seed: int
    numbers: Ints
    cluster: Ints | None
    futures: Futures

    @property
    def replicates(self) -> int:
        """Futures in each run, the same draws in all."""
        return int(self.numbers.size)

    @property
    def horizon(self) -> int:
        """Weeks simulated."""
        return self.futures.horizon

    def shares(self, of: str = "leader_out", week: int | None = None) -> tuple[float, float]:
        """The share of futures in which it happens, before and after."""
        hit = self.futures.happens(of, week)
        return float(hit[0].mean()), float(hit[-1].mean())

    def ends(self) -> tuple[int, int]:
        """In how many of a hundred futures he is out, before and after, as every other part of the
        product rounds them.
        """
        stays = (
            largest_remainders([self.shares(way)[k] for way in WAYS], WHOLE)[0] for k in (0, 1)
        )
        before, after = (WHOLE - one for one in stays)
        return before, after

    def change(self, of: str = "leader_out", week: int | None = None) -> Estimate:
        """The whole change: after less before, paired."""
        return _from_none(self, len(self.futures.leader_week) - 1, of, week)

    def alone(self, name: str, of: str = "leader_out", week: int | None = None) -> Estimate:
        """What one change does alone, the others left as they were."""
        return _from_none(self, 1 << _place(self, name), of, week)

    def together(self, of: str = "leader_out", week: int | None = None) -> Estimate:
        """What comes only when all are moved together: the change less the sum of each alone; under
        0, they overlap.
        """
        hit = self.futures.happens(of, week).astype(np.float64)
        each = sum(hit[1 << k] - hit[0] for k in range(len(self.names)))
        return mean(hit[-1] - hit[0] - each, self.cluster)

    def fair(self, name: str, of: str = "leader_out", week: int | None = None) -> Estimate:
        """Its fair share of the change (Shapley): the mean of what it adds over every order in
        which they could be moved. The fair shares of all add up to the change.

        Known answer: of two, alone + half of `together`.
        """
        hit, k = self.futures.happens(of, week).astype(np.float64), len(self.names)
        bit, total = 1 << _place(self, name), np.zeros(self.replicates)
        for row in range(1 << k):
            if not row & bit:
                size = row.bit_count()
                weight = math.factorial(size) * math.factorial(k - size - 1) / math.factorial(k)
                total += weight * (hit[row | bit] - hit[row])
        return mean(total, self.cluster)

    def rows(self, week: int | None = None) -> list[dict[str, Any]]:
        """The rows of `frame`: out of office, each exit mode and the regime's fall, by step."""
        return [
            {"outcome": of, "step": step, "part": part, **_numbers(found)}
            for of in ROWS
            for step, part, found in _steps(self, of, week)
        ]

    def frame(self, week: int | None = None) -> pd.DataFrame:
        """Every part of every change: outcome, step (a name, "together" or "all"), part ("alone",
        "fair", "together" or "change"), change, low, high, n.
        """
        return framed(self.rows(week))


@takes(ReplicatesOptions)
def attribute(
    base: Scenario | Ensemble | str | os.PathLike[str],
    moved: Mapping[str, object] | Scenario | Ensemble | str | os.PathLike[str],
    **effort: Unpack[ReplicatesOptions],
) -> Attribution:
    """Split what `moved` changes against `base` over what was moved, by runs of every subset under
    common draws: `attribute("venezuela-2025", {"rents": 0.2, "foreign_support": 0.1})`.

    moved: settings as `Scenario.vary` takes them, each a part of the change; or another scenario,
    whose parts are the levers in which it differs, and whatever else differs as one more. At most
    five, so 32 runs. Ensembles are taken as they are, with their replicates and seed; the subsets
    are run like them. corps, knowledge: as in `simulate`. Errors: RegimeSimError where nothing is
    moved, or patrons or the start differ; OutOfRange for more than five; those of `simulate`.
    """
    asked = Effort(**effort)
    first = _scenario(base)
    if isinstance(moved, Mapping):
        kept = _settings(first, mapping("moved", moved))
        second = first.vary(kept)
        subsets = _varied(first, kept)
    else:
        second = _scenario(moved).horizon_weeks(first.horizon)
        subsets = _replaced(first, second)
    names = subsets.names
    if not names:
        raise RegimeSimError("attribute: nothing is moved - expected another setting or scenario")
    if len(names) > MOST_MOVED:
        raise OutOfRange(
            f"attribute: {len(names)} things are moved ({', '.join(names)}) - expected at most"
            f" {MOST_MOVED}"
        )
    ends = {0: base, (1 << len(names)) - 1: moved}
    given = {row: one for row, one in ends.items() if isinstance(one, Ensemble)}
    ensembles = _run(subsets, given, asked)
    numbers, futures = _paired(ensembles)
    clustered = any(one.clustered for one in ensembles)
    cluster = numbers // CLUSTER - ensembles[0].first // CLUSTER if clustered else None
    return Attribution(
        first,
        second,
        names,
        Closed(subsets.settings),
        ensembles[0].seed,
        numbers,
        cluster,
        futures,
    )


def _place(found: Attribution, name: str) -> int:
    return found.names.index(choice("change", name, found.names))


def _from_none(found: Attribution, row: int, of: str, week: int | None) -> Estimate:
    """What a row changes against the one in which nothing is moved."""
    hit = found.futures.happens(of, week)
    return paired_difference(hit[0], hit[row], found.cluster)


def _steps(found: Attribution, of: str, week: int | None) -> list[tuple[str, str, Estimate]]:
    """Every part of a change: step, part and estimate, as `Attribution.frame` has them."""
    names = found.names
    alone = [(name, "alone", found.alone(name, of, week)) for name in names]
    fair = [(name, "fair", found.fair(name, of, week)) for name in names]
    shared = [(SHARED, "together", found.together(of, week))] if len(names) > 1 else []
    return [*alone, *shared, *fair, ("all", "change", found.change(of, week))]


def moved_names(before: Scenario, after: Scenario) -> tuple[str, ...]:
    """What `attribute` would split the change between two scenarios over, in order."""
    return _replaced(before, after.horizon_weeks(before.horizon)).names


@dataclass(frozen=True, slots=True)
class _Subsets:
    """What was moved, from and to, and the scenario in which some of it is."""

    names: tuple[str, ...]
    settings: dict[str, tuple[str, str]]
    make: Callable[[frozenset[str]], Scenario]


def _scenario(one: Any) -> Scenario:
    """The scenario of an argument. Raises RegimeSimError for an ensemble that has none."""
    if not isinstance(one, Ensemble):
        return load(one)
    if not isinstance(one.scenario, Scenario):
        raise RegimeSimError("attribute: the ensemble carries no scenario that can be run")
    return one.scenario


def _settings(base: Scenario, moved: Mapping[str, object]) -> dict[str, object]:
    """What is moved by dotted name, nested parts laid flat. Raises UnknownName."""
    flat: dict[str, object] = {}
    for name, value in moved.items():
        if isinstance(value, Mapping):
            flat |= {known_name(base, f"{name}.{part}"): at for part, at in value.items()}
        else:
            flat[known_name(base, name)] = value
    return flat


def _varied(base: Scenario, moved: Mapping[str, object]) -> _Subsets:
    settings = {
        name: (_said(base, name), _said(base.vary({name: moved[name]}), name)) for name in moved
    }

    def make(some: frozenset[str]) -> Scenario:
        chosen = {name: value for name, value in moved.items() if name in some}
        return base.vary(chosen) if chosen else base

    return _Subsets(tuple(moved), settings, make)


def _said(scenario: Scenario, name: str) -> str:
    """Where a lever or a number stands, in words."""
    if name in LEVERS:
        found = scenario.lever_values()[name]
        return f"{found.value:.2f}{' (mixed)' if found.mixed else ''}"
    return f"{scenario.value(name):.4g}"


def _replaced(before: Scenario, after: Scenario) -> _Subsets:
    """The levers in which two scenarios differ, and whatever else does as one. Raises
    RegimeSimError where their patrons or starts differ.
    """
    if (before.patrons, before.start) != (after.patrons, after.start):
        raise RegimeSimError(
            f"attribute: {before.id} and {after.id} differ in patrons or start - expected two"
            " scenarios of one case"
        )
    levers = [name for name in LEVERS if _of(before, name) != _of(after, name)]
    here, there = before.inputs(), after.inputs()
    levers = [
        name
        for name in levers
        if _uncertain(before, name) != _uncertain(after, name)
        or any(here[part.name] != there[part.name] for part in before.names.parts(name))
    ]
    other = _others(before) != _others(after)
    other |= (before.structure, before.principals) != (after.structure, after.principals)
    events = before.timeline != after.timeline
    rest = BOTH if other and events else GIVEN if other else EVENTS if events else ""
    names = (*levers, *((rest,) if rest else ()))
    settings = {name: (_said(before, name), _said(after, name)) for name in levers}

    def make(some: frozenset[str]) -> Scenario:
        host, guest = (after, before) if rest in some else (before, after)
        moved = [name for name in levers if (name in some) != (host is after)]
        values = [pair for pair in host.values if _lever(pair[0]) not in moved]
        values += [pair for pair in guest.values if _lever(pair[0]) in moved]
        slid = [one for one in host.moved if one.lever not in moved]
        slid += [one for one in guest.moved if one.lever in moved]
        return replace(
            host, values=tuple(values), moved=tuple(slid), registered=None, resolved=None
        )

    return _Subsets(names, settings, make)


def _lever(name: str) -> str:
    return name.split(".", 1)[0]


def _of(scenario: Scenario, lever: str) -> list[Any]:
    """What a scenario sets of a lever and its parts, and how it was moved as a whole since."""
    return [*_values(scenario, lever), *_slides(scenario, lever)]


def _values(scenario: Scenario, lever: str) -> list[tuple[str, Value]]:
    return [pair for pair in scenario.values if _lever(pair[0]) == lever]


def _slides(scenario: Scenario, lever: str) -> list[Moved]:
    return [one for one in scenario.moved if one.lever == lever]


def _uncertain(scenario: Scenario, lever: str) -> list[Any]:
    """What a scenario leaves open of a lever: names, what they are drawn from, and how the lever
    was moved as a whole since.
    """
    values, slides = _values(scenario, lever), _slides(scenario, lever)
    found = [(name, value.prior) for name, value in values if value.prior is not None]
    return [*found, *slides] if found or any(one.to.prior is not None for one in slides) else []


def _others(scenario: Scenario) -> list[tuple[str, float, Any]]:
    """What a scenario sets beside levers: names, points, and what they are drawn from."""
    return sorted(
        (
            (name, value.point, str(value.prior))
            for name, value in scenario.values
            if _lever(name) not in LEVERS
        ),
    )


def _run(subsets: _Subsets, given: Mapping[int, Ensemble], effort: Effort) -> list[Ensemble]:
    """The ensemble of every subset, in the order of their rows."""
    like = next(iter(given.values()), None)
    number, seed = effort.replicates, effort.seed
    terms: RunTerms = {"corps": effort.corps, "knowledge": effort.knowledge}
    if like is not None:
        number, seed = like.attempted, like.seed
        terms = terms_of(like)
    rows = range(1 << len(subsets.names))
    runs, done = len(rows) - len(given), 0
    found = []
    for row in rows:
        if row in given:
            found.append(given[row])
            continue
        some = frozenset(name for k, name in enumerate(subsets.names) if row >> k & 1)
        told = further(effort.on_progress, done * number, runs * number)
        found.append(
            simulate(
                subsets.make(some),
                number,
                seed,
                workers=effort.workers,
                on_progress=told,
                cancel=effort.cancel,
                **terms,
            )
        )
        done += 1
    return found


def _paired(ensembles: list[Ensemble]) -> tuple[Ints, Futures]:
    """The replicates that came to an end in every run, and how they end (runs, n). Raises
    RegimeSimError where the runs are not of the same futures, or none came through.
    """
    first = ensembles[0]
    terms = (first.seed, first.first, first.attempted, first.horizon)
    for one in ensembles:
        if (one.seed, one.first, one.attempted, one.horizon) != terms:
            raise RegimeSimError(
                "attribute: only ensembles of the same seed, replicates and horizon can be compared"
            )
    numbers = replicates_of(first)
    for one in ensembles[1:]:
        numbers = np.intersect1d(numbers, replicates_of(one), assume_unique=True)
    if not numbers.size:
        raise RegimeSimError("attribute: no future came through in every run")
    each = [
        of_ensemble(one).taken(np.searchsorted(replicates_of(one), numbers)) for one in ensembles
    ]
    stacked = Futures(
        np.stack([one.leader_week for one in each]),
        np.stack([one.leader_way for one in each]),
        np.stack([one.regime_week for one in each]),
        np.stack([one.regime_fate for one in each]),
        first.horizon,
    )
    return numbers, stacked


def _numbers(found: Estimate) -> dict[str, Any]:
    return {"change": found.value, "low": found.low, "high": found.high, "n": int(found.n)}


__all__ = ["Attribution", "attribute", "moved_names"]
