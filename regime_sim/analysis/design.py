"""What calibration looks at: the model's rates and its outcomes on the coded episodes at one setting of the structural parameters; fits nothing.

A setting is a vector z of standard normals, one per parameter with a prior: parameter = quantile of its prior at Phi(z). Every setting meets the same draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..engine.block import Weekly, no_weeks, run_block
from ..engine.worlds import parameters_at
from ..facts.outcomes import WAYS
from ..facts.parameters import PARAMETERS, STRUCTURAL_NAMES
from ..law.ledger import FAILED_COUPS, FIRST_FAILED, LEADER_WAY, LEADER_WEEK, REBELLION_WEEK, REGIME_FATE, REGIME_WEEK
from ..scenario import load
from ..scenario.compile import compile_scenario
from ..scenario.compiled import Compiled
from .cases import Case
from .coding_map import scenario_of
from .patterns import falling_with_a_way_out, new_regime
from .rates import IRREGULAR, YEAR

Reals = NDArray[np.float64]
LEARNED: tuple[str, ...] = tuple(name for name in STRUCTURAL_NAMES if PARAMETERS[name].prior is not None)
CORPS = 48
SEED = 2025


@dataclass(frozen=True, slots=True)
class Target:
    """An observed figure on its own scale (log rate, log ratio or logit) with its standard deviation and source."""

    name: str
    value: float
    sd: float
    source: str


def _log(name: str, low: float, value: float, high: float, source: str) -> Target:
    return Target(name, float(np.log(value)), float(np.log(high / low) / 3.92), source)


# value and 95% interval of each observed figure; where two sources disagree the value is their geometric mean and the interval spans both
TARGETS: tuple[Target, ...] = (
    _log("exit", 0.0779, 0.0935, 0.1113, "archigos.leader_exit.rate.personalist.1946_2015"),
    _log("irregular", 0.0431, 0.0549, 0.0689, "archigos.leader_irregular_exit.rate.personalist.1946_2015"),
    _log("coup", 0.0034, 0.0092, 0.0200, "archigos.cause_hazard.personalist.coup_military.1990_2015"),
    _log("rebellion", 0.0063, 0.0138, 0.0262, "archigos.cause_hazard.personalist.rebels.1990_2015"),
    _log("uprising", 0.0025, 0.0077, 0.0179, "archigos.cause_hazard.personalist.popular_uprising.1990_2015"),
    _log("regular", 0.0211, 0.0337, 0.0510, "archigos.cause_hazard.personalist.regular.1990_2015"),
    _log("foreign_removal", 0.0002, 0.0015, 0.0085, "archigos.foreign_removal.rate.personalist.1990_2015"),
    _log("attempts", 0.0047, 0.0365, 0.0926, "pt.coup_attempts.rate.personalist.1950_2020"),
    _log("breakdown", 0.0449, 0.0548, 0.0668, "gwf.regime_breakdown.year.personalist.1946_2010"),
    _log("success", 0.19, 0.28, 0.42, "pt.coup_success_share.personalist.1990_2009"),
    _log("ratio_attempt", 1.8, 2.5, 3.4, "logit.regime_breakdown_pidx.prev5"),
    _log("ratio_civil", 1.05, 1.85, 3.2, "logit.regime_breakdown_personalist.civ"),
    Target("five_years", float(np.log(0.6664 / 0.3336)), 0.22, "gwf.duration.km_S5.personalist"),
    Target("exile_gate", float(np.log(0.75 / 0.25)), 0.60, "cases.voluntary_departure.defeat_imminent_and_high_cred"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Worlds:
    """The worlds that every setting is run on: an ordinary regime, a new one, one with a way out, and the coded episodes."""

    ordinary: Compiled
    young: Compiled
    gate: Compiled
    cases: tuple[Compiled, ...]
    ways: tuple[tuple[int, ...], ...]  # indices of WAYS that count as what happened, per case


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Outputs of n settings: figures (n, targets) on the targets' scales; out and hit (n, cases): episodes that ended, and that ended as it did, of `trials`."""

    z: Reals
    figures: Reals
    out: Reals
    hit: Reals
    trials: int


def worlds_of(cases: Sequence[Case]) -> Worlds:
    """Compile what is to be run; structural parameters are set by each setting, inputs keep their own uncertainty."""
    ways = tuple(tuple(WAYS.index(way) for way in case.observed.ways) if case.observed else () for case in cases)
    plain = [load("no-pressure").with_(horizon=260), new_regime(), falling_with_a_way_out(), *(scenario_of(case) for case in cases)]
    ready = [_inputs_only(compile_scenario(scenario, "prior")) for scenario in plain]
    return Worlds(ready[0], replace(ready[1], horizon=261), ready[2], tuple(ready[3:]), ways)


def _inputs_only(compiled: Compiled) -> Compiled:
    return replace(compiled, generals=CORPS, uncertain=tuple(one for one in compiled.uncertain if one.vector == "x"), joint=None)


def run_settings(worlds: Worlds, z: Reals, ordinary: int = 256, episode: int = 32, workers: int = 2) -> Runs:
    """Run every setting z (n, d)."""
    n = len(z)
    figures, out, hit = np.empty((n, len(TARGETS))), np.zeros((n, len(worlds.cases))), np.zeros((n, len(worlds.cases)))
    p = parameters_at(LEARNED, z)

    def one(rows: range) -> None:
        scratch = no_weeks(261)
        for k in rows:
            figures[k] = _figures(worlds, p[k], ordinary, scratch)
            for j, case in enumerate(worlds.cases):
                ledger = _run(case, p[k], episode, scratch)
                gone = ledger[:, LEADER_WEEK] > 0
                out[k, j] = gone.sum()
                hit[k, j] = (gone & np.isin(ledger[:, LEADER_WAY], worlds.ways[j])).sum()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, [range(k, n, workers) for k in range(workers)]))
    return Runs(z, figures, out, hit, episode)


def _run(compiled: Compiled, p: Reals, number: int, scratch: Weekly) -> NDArray[np.int16]:
    return run_block(replace(compiled, p=p), SEED, 0, number, scratch, inner=1)[0]


def _figures(worlds: Worlds, p: Reals, number: int, scratch: Weekly) -> Reals:
    """The model's figures at one setting, in the order of TARGETS."""
    a = _run(worlds.ordinary, p, number, scratch)
    week, way = a[:, LEADER_WEEK].astype(int), a[:, LEADER_WAY]
    end = np.where(week > 0, week, worlds.ordinary.horizon)
    years = end.sum() / YEAR
    count = {name: float((way == k).sum()) for k, name in enumerate(WAYS)}
    fell = np.where(a[:, REGIME_FATE] == 2, a[:, REGIME_WEEK].astype(int), 0)
    regime_years = np.where(fell > 0, fell, worlds.ordinary.horizon).sum() / YEAR
    gone = float((week > 0).sum())
    attempts = float(a[:, FAILED_COUPS].sum()) + count["coup"]
    irregular = sum(count[name] for name in IRREGULAR) + 0.5 * count["negotiated_exit"]
    rate = {
        "exit": gone, "irregular": irregular, "coup": count["coup"], "rebellion": count["rebellion"], "uprising": count["uprising"],
        "regular": count["regular"], "foreign_removal": count["foreign_removal"], "attempts": attempts,
    }  # fmt: skip
    found = {name: np.log((events + 0.5) / years) for name, events in rate.items()}
    found["breakdown"] = np.log(((fell > 0).sum() + 0.5) / regime_years)
    found["success"] = np.log((count["coup"] + 0.5) / (attempts + 1.0))
    found["ratio_attempt"] = _ratio(a[:, FIRST_FAILED].astype(int), end, week > 0, years)
    found["ratio_civil"] = _ratio(a[:, REBELLION_WEEK].astype(int), end, week > 0, years)
    b = _run(worlds.young, p, number // 2, scratch)
    found["five_years"] = _logit(float((b[:, REGIME_FATE] != 2).sum()), len(b))
    c = _run(worlds.gate, p, number // 2, scratch)
    found["exile_gate"] = _logit(float((c[:, LEADER_WAY] == WAYS.index("negotiated_exit")).sum()), len(c))
    return np.array([found[target.name] for target in TARGETS])


def _ratio(since: NDArray[np.int64], end: NDArray[np.int64], gone: NDArray[np.bool_], years: float) -> float:
    """Log ratio of the exit hazards after and before an event."""
    exposed = np.where(since > 0, end - since + 1, 0).sum() / YEAR
    events = float(((since > 0) & gone).sum())
    rest = float(gone.sum()) - events
    return float(np.log((events + 0.5) / (exposed + 0.5 / 0.09)) - np.log((rest + 0.5) / (years - exposed + 0.5 / 0.09)))


def _logit(hits: float, n: int) -> float:
    return float(np.log((hits + 0.5) / (n - hits + 0.5)))


__all__ = ["LEARNED", "TARGETS", "Runs", "Target", "Worlds", "run_settings", "worlds_of"]
