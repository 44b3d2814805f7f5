"""What calibration looks at: the model's counts of events and its outcomes on the coded episodes at
many settings of the structural parameters; fits nothing.

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
from ..engine.replicates import no_weeks, run_rows, worlds
from ..facts.outcomes import WAYS
from ..facts.parameters import PARAMETERS, STRUCTURAL_NAMES
from ..history.cases import Case
from ..history.coding_map import scenario_of
from ..history.kinds import falling_with_a_way_out, new_regime, of_power, of_type
from ..history.rates import IRREGULAR, YEAR
from ..law.ledger import (
    FAILED_COUPS,
    FIRST_FAILED,
    LEADER_WAY,
    LEADER_WEEK,
    REBELLION_WEEK,
    REGIME_FATE,
    REGIME_WEEK,
)
from ..scenario import Scenario, load
from ..scenario.compile import compile_scenario
from ..scenario.compiled import Compiled

TYPES = ("military", "party", "monarchy")
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
RATES = (
    "exit",
    "irregular",
    "coup",
    "rebellion",
    "uprising",
    "regular",
    "foreign_removal",
    "attempts",
    "breakdown",
    "after_attempt",
    "no_attempt",
    "in_civil_war",
    "in_peace",
    "low_power",
    "high_power",
    "coup_military",
    "coup_party",
    "coup_monarchy",
)
SHARES = ("success", "five_years", "exile_gate")
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


# value and 95% interval of each observed figure; where two sources disagree the value is their
# geometric mean and the interval spans both
TARGETS: tuple[Target, ...] = (
    _rate("exit", 0.0779, 0.0935, 0.1113, "archigos.leader_exit.rate.personalist.1946_2015"),
    _rate(
        "irregular",
        0.0431,
        0.0549,
        0.0689,
        "archigos.leader_irregular_exit.rate.personalist.1946_2015",
    ),
    # Two eras disagree: coups 3.9% a year in 1955-1999 and 0.9% since 1990; rebels 0.7% and 1.4%;
    # uprisings 0.6% and 0.8%. Values: coups as in 1975-1999 (2.5%), the others the geometric mean;
    # intervals span both eras, for coups half way to each
    _rate(
        "coup",
        0.0160,
        0.0250,
        0.0390,
        "archigos.cause_hazard.personalist.coup_military.1990_2015 panel.personalist.coup",
    ),
    _rate(
        "rebellion",
        0.0039,
        0.0098,
        0.0262,
        "archigos.cause_hazard.personalist.rebels.1990_2015 panel.personalist.rebellion",
    ),
    _rate(
        "uprising",
        0.0025,
        0.0075,
        0.0179,
        "archigos.cause_hazard.personalist.popular_uprising.1990_2015 panel.personalist.uprising",
    ),
    _rate("regular", 0.0211, 0.0337, 0.0510, "archigos.cause_hazard.personalist.regular.1990_2015"),
    _rate(
        "foreign_removal",
        0.0002,
        0.0015,
        0.0085,
        "archigos.foreign_removal.rate.personalist.1990_2015",
    ),
    _rate("attempts", 0.0047, 0.0365, 0.0926, "pt.coup_attempts.rate.personalist.1950_2020"),
    _rate("breakdown", 0.0449, 0.0548, 0.0668, "gwf.regime_breakdown.year.personalist.1946_2010"),
    _share("success", 0.19, 0.28, 0.42, "pt.coup_success_share.personalist.1990_2009"),
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
    # intervals of these two: judgement, none is published
    _rate("low_power", 0.12, 0.159, 0.21, "gwf.leader_exit.by_personalism"),
    _rate("high_power", 0.045, 0.060, 0.08, "gwf.leader_exit.by_personalism"),
    *(
        _rate(f"coup_{kind}", *rate, f"panel.{kind}.coup")
        for kind, rate in (
            ("military", (0.088, 0.12, 0.162)),
            ("party", (0.0142, 0.0205, 0.0294)),
            ("monarchy", (0.0101, 0.0186, 0.0338)),
        )
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
    power: int = 12
    gate: int = 8
    episode: int = 1

    def of(self, kind: str) -> int:
        """Futures of this kind of world."""
        own = {"ordinary": self.ordinary, "young": self.young, "gate": self.gate}
        return own.get(kind, self.power)


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
    low, high = of_power()
    plain: dict[str, Scenario] = {
        "ordinary": load("no-pressure").with_(horizon=260),
        "young": new_regime().with_(horizon=261),
        "gate": falling_with_a_way_out(),
        "low_power": low,
        "high_power": high,
        **{f"coup_{kind}": of_type(kind, {}, 104) for kind in TYPES},
    }
    return Worlds(
        {name: _inputs_only(one) for name, one in plain.items()},
        tuple(_inputs_only(scenario_of(case)) for case in cases),
        ways,
    )


def _inputs_only(scenario: Scenario) -> Compiled:
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
        no_weeks(compiled.horizon),
    )
    return ledgers.reshape(len(rows), number, -1)


Counts = dict[str, tuple[float, float]]


def _ordinary(a: NDArray[np.int16], horizon: int) -> Counts:
    """Events and years at risk in the ordinary world."""
    week, way = a[:, LEADER_WEEK].astype(int), a[:, LEADER_WAY]
    end = np.where(week > 0, week, horizon)
    years = float(end.sum()) / YEAR
    count = {name: float((way == k).sum()) for k, name in enumerate(WAYS)}
    fell = np.where(a[:, REGIME_FATE] == 2, a[:, REGIME_WEEK].astype(int), 0)
    count["coup"] += count["palace_coup"]
    attempts = float(a[:, FAILED_COUPS].sum()) + count["coup"]
    found: Counts = {
        name: (count[name], years)
        for name in ("coup", "rebellion", "uprising", "regular", "foreign_removal")
    }
    found["exit"] = (float((week > 0).sum()), years)
    irregular = sum(count[name] for name in IRREGULAR if name != "palace_coup")
    found["irregular"] = (irregular + 0.5 * count["negotiated_exit"], years)
    found["attempts"] = (attempts, years)
    found["success"] = (count["coup"], attempts)
    stood = float(np.where(fell > 0, fell, horizon).sum()) / YEAR
    found["breakdown"] = (float((fell > 0).sum()), stood)
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


def _exits(name: str) -> Callable[[NDArray[np.int16], int], Counts]:
    def count(a: NDArray[np.int16], horizon: int) -> Counts:
        week = a[:, LEADER_WEEK].astype(int)
        exposed = float(np.where(week > 0, week, horizon).sum()) / YEAR
        return {name: (float((week > 0).sum()), exposed)}

    return count


def _coups(name: str) -> Callable[[NDArray[np.int16], int], Counts]:
    """Coups, palace coups among them, a year."""
    ways = [WAYS.index("coup"), WAYS.index("palace_coup")]

    def count(a: NDArray[np.int16], horizon: int) -> Counts:
        week = a[:, LEADER_WEEK].astype(int)
        exposed = float(np.where(week > 0, week, horizon).sum()) / YEAR
        return {name: (float(np.isin(a[:, LEADER_WAY], ways).sum()), exposed)}

    return count


_COUNT: dict[str, Callable[[NDArray[np.int16], int], Counts]] = {
    "ordinary": _ordinary,
    "young": _young,
    "gate": _gate,
    "low_power": _exits("low_power"),
    "high_power": _exits("high_power"),
    **{f"coup_{kind}": _coups(f"coup_{kind}") for kind in TYPES},
}


__all__ = [
    "COUNTED",
    "LEARNED",
    "RATES",
    "TARGETS",
    "Runs",
    "Size",
    "Target",
    "Worlds",
    "run_settings",
    "worlds_of",
]
