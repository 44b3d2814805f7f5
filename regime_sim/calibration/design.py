"""What calibration looks at beside leader-years (`rows`): counts of events in kinds of ordinary
worlds, and outcomes of the coded episodes, at many settings of the structural parameters; fits
nothing.

A setting is a vector z of standard normals, one per parameter with a prior: parameter = quantile of
its prior at Phi(z). Every setting has luck of its own, so that what they share is the law and
nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..engine.parameter_draws import parameters_at
from ..engine.replicates import run_rows, unread_weeks, worlds
from ..facts.outcomes import WAYS
from ..facts.parameters import PARAMETERS, STRUCTURAL_NAMES
from ..history.cases import Case
from ..history.coding_map import scenario_of
from ..history.kinds import falling_with_a_way_out, new_regime
from ..history.rates import YEAR
from ..law.ledger import (
    FIRST_FAILED,
    LEADER_WAY,
    LEADER_WEEK,
    REBELLION_WEEK,
    REGIME_FATE,
)
from ..scenario import Scenario, load
from ..scenario.compile import compile_scenario
from ..scenario.compiled import Compiled

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
LEARNED: tuple[str, ...] = tuple(
    name for name in STRUCTURAL_NAMES if PARAMETERS[name].prior is not None
)
# generals one by one, of 500: what it costs in accuracy is inside what is known
CORPS = 256
SEED = 2025
ROWS = 16_384  # worlds in a call of the engine

# what is counted: events per year of exposure, or hits per trial
CAUSES = ("coup", "rebellion", "uprising", "regular", "foreign_removal")
RATES = (*CAUSES, "after_attempt", "no_attempt", "in_civil_war", "in_peace")
SHARES = ("five_years", "exile_gate")
COUNTED = (*RATES, *SHARES)


@dataclass(frozen=True, slots=True)
class Target:
    """An observed figure on its own scale: log of a rate or of a ratio of two, or log odds of a
    share; standard deviation and source.

    `plus` and `minus` name what is counted: the figure is the one, or the one less the other.
    """

    name: str
    value: float
    sd: float
    source: str
    plus: str
    minus: str = ""


def _rate(name: str, low: float, value: float, high: float, source: str) -> Target:
    return Target(name, float(np.log(value)), float(np.log(high / low) / 3.92), source, name)


def _ratio(
    name: str, low: float, value: float, high: float, source: str, after: str, before: str
) -> Target:
    return Target(
        name, float(np.log(value)), float(np.log(high / low) / 3.92), source, after, before
    )


def _share(name: str, low: float, value: float, high: float, source: str) -> Target:
    odds = [float(np.log(v / (1.0 - v))) for v in (low, value, high)]
    return Target(name, odds[1], (odds[2] - odds[0]) / 3.92, source, name)


# value and 95% interval of each observed figure that is no count of the panel's rows (`rows`). The
# first three are of all personalists, good years and bad, and so are counted on leader-years; the
# others on kinds of ordinary worlds
OF_ROWS: tuple[Target, ...] = (
    _rate("attempts", 0.0047, 0.0365, 0.0926, "pt.coup_attempts.rate.personalist.1950_2020"),
    _rate("breakdown", 0.0449, 0.0548, 0.0668, "gwf.regime_breakdown.year.personalist.1946_2010"),
    _share("success", 0.19, 0.28, 0.42, "pt.coup_success_share.personalist.1990_2009"),
)
OF_KINDS: tuple[Target, ...] = (
    _rate(
        "foreign_removal",
        0.0002,
        0.0015,
        0.0085,
        "archigos.foreign_removal.rate.personalist.1990_2015",
    ),
    _ratio(
        "ratio_attempt",
        1.8,
        2.5,
        3.4,
        "logit.regime_breakdown_pidx.prev5",
        "after_attempt",
        "no_attempt",
    ),
    _ratio(
        "ratio_civil",
        1.05,
        1.85,
        3.2,
        "logit.regime_breakdown_personalist.civ",
        "in_civil_war",
        "in_peace",
    ),
    _share("five_years", 0.566, 0.6664, 0.756, "gwf.duration.km_S5.personalist"),
    _share(
        "exile_gate", 0.47, 0.73, 0.91, "cases.voluntary_departure.defeat_imminent_and_high_cred"
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Worlds:
    """What every setting is run on: kinds of ordinary regimes, by name, and the coded episodes."""

    kinds: dict[str, Compiled]
    cases: tuple[Compiled, ...]
    ways: tuple[tuple[int, ...], ...]  # indices of WAYS that count as what happened, per case


@dataclass(frozen=True, slots=True)
class Size:
    """Futures per setting: of each kind of ordinary world (0: not run), and of each episode."""

    ordinary: int = 32
    young: int = 16
    gate: int = 8
    episode: int = 1

    def of(self, kind: str) -> int:
        """Futures of this kind of world."""
        return {"ordinary": self.ordinary, "young": self.young, "gate": self.gate}[kind]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Outputs of n settings: events and exposure (n, len(COUNTED)); out and hit (n, cases): worlds
    in which the episode ended, and ended as it did.
    """

    z: Reals
    events: Reals
    exposure: Reals
    out: Reals
    hit: Reals


def worlds_of(cases: Sequence[Case]) -> Worlds:
    """Compile what is to be run; a setting sets structural parameters, inputs stay uncertain."""
    ways = tuple(
        tuple(WAYS.index(way) for way in case.observed.ways) if case.observed else ()
        for case in cases
    )
    plain: dict[str, Scenario] = {
        "ordinary": load("no-pressure").with_(horizon=260),
        "young": new_regime().with_(horizon=261),
        "gate": falling_with_a_way_out(),
    }
    return Worlds(
        {name: inputs_only(one) for name, one in plain.items()},
        tuple(inputs_only(scenario_of(case)) for case in cases),
        ways,
    )


def inputs_only(scenario: Scenario) -> Compiled:
    compiled = compile_scenario(scenario, "prior")
    return replace(
        compiled,
        generals=CORPS,
        uncertain=tuple(one for one in compiled.uncertain if one.vector == "x"),
        joint=None,
    )


def run_settings(
    worlds: Worlds, z: Reals, size: Size | None = None, workers: int = 2, first: int = 0
) -> Runs:
    """Run every setting z (n, d); the first of them is number `first`, which keys its luck."""
    size = size or Size()
    n = len(z)
    p = parameters_at(LEARNED, z)
    events, exposure = np.zeros((n, len(COUNTED))), np.zeros((n, len(COUNTED)))
    out, hit = np.zeros((n, len(worlds.cases))), np.zeros((n, len(worlds.cases)))

    def kind(name: str, rows: range) -> None:
        for row, ledger in zip(
            rows, _ledgers(worlds.kinds[name], p, rows, size.of(name), first), strict=True
        ):
            for what, (number, of) in _COUNT[name](ledger, worlds.kinds[name].horizon).items():
                events[row, COUNTED.index(what)], exposure[row, COUNTED.index(what)] = number, of

    def episode(k: int, rows: range) -> None:
        ledgers = _ledgers(worlds.cases[k], p, rows, size.episode, first)
        gone = ledgers[:, :, LEADER_WEEK] > 0
        out[rows.start : rows.stop, k] = gone.sum(axis=1)
        hit[rows.start : rows.stop, k] = (
            gone & np.isin(ledgers[:, :, LEADER_WAY], worlds.ways[k])
        ).sum(axis=1)

    with ThreadPoolExecutor(workers) as pool:
        tasks = [
            pool.submit(kind, name, rows)
            for name in worlds.kinds
            if size.of(name)
            for rows in _parts(n, size.of(name))
        ]
        tasks += [
            pool.submit(episode, k, rows)
            for k in range(len(worlds.cases))
            for rows in _parts(n, size.episode)
        ]
        for task in tasks:
            task.result()
    return Runs(z, events, exposure, out, hit)


def _parts(n: int, number: int) -> list[range]:
    """The settings 0 ... n - 1 in parts of at most ROWS worlds."""
    step = max(1, ROWS // number)
    return [range(a, min(n, a + step)) for a in range(0, n, step)]


def _ledgers(
    compiled: Compiled, p: Reals, rows: range, number: int, first: int
) -> NDArray[np.int16]:
    """Ledgers (settings, number, 11) of these settings, each on `number` worlds of its own."""
    start = (first + rows.start) * number
    x, _ = worlds(compiled, SEED, start, len(rows) * number, inner=1)
    ledgers, _ = run_rows(
        compiled,
        SEED,
        start,
        x,
        np.repeat(p[rows.start : rows.stop], number, axis=0),
        unread_weeks(compiled.horizon),
    )
    return ledgers.reshape(len(rows), number, -1)


Counts = dict[str, tuple[float, float]]


def _ordinary(a: NDArray[np.int16], horizon: int) -> Counts:
    """Events and years at risk in the ordinary world."""
    week, way = a[:, LEADER_WEEK].astype(int), a[:, LEADER_WAY]
    end = np.where(week > 0, week, horizon)
    years = float(end.sum()) / YEAR
    count = {name: float((way == k).sum()) for k, name in enumerate(WAYS)}
    count["coup"] += count["palace_coup"]
    found: Counts = {name: (count[name], years) for name in CAUSES}
    for column, after, before in (
        (FIRST_FAILED, "after_attempt", "no_attempt"),
        (REBELLION_WEEK, "in_civil_war", "in_peace"),
    ):
        since = a[:, column].astype(int)
        exposed = float(np.where(since > 0, end - since + 1, 0).sum()) / YEAR
        exits = float(((since > 0) & (week > 0)).sum())
        found[after] = (exits, exposed)
        found[before] = (float((week > 0).sum()) - exits, years - exposed)
    return found


def _young(a: NDArray[np.int16], horizon: int) -> Counts:
    return {"five_years": (float((a[:, REGIME_FATE] != 2).sum()), float(len(a)))}


def _gate(a: NDArray[np.int16], horizon: int) -> Counts:
    left = float((a[:, LEADER_WAY] == WAYS.index("negotiated_exit")).sum())
    return {"exile_gate": (left, float(len(a)))}


_COUNT: dict[str, Callable[[NDArray[np.int16], int], Counts]] = {
    "ordinary": _ordinary,
    "young": _young,
    "gate": _gate,
}


__all__ = [
    "CAUSES",
    "COUNTED",
    "LEARNED",
    "OF_KINDS",
    "OF_ROWS",
    "RATES",
    "Runs",
    "Size",
    "Target",
    "Worlds",
    "inputs_only",
    "run_settings",
    "worlds_of",
]
