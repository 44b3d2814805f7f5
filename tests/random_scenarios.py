"""Random scenarios for the engines' proofs, and both engines' traces side by side; the same seed
gives the same scenario for good.

A scenario draws whole levers, parts, given inputs, structural parameters (numbers, intervals,
distributions, now and then the very bounds), patrons of its own, and a timeline by week, by date
and on conditions, with ramps and ends.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from regime_sim import Scenario
from regime_sim.engine.model import RegimeModel
from regime_sim.engine.population import Population
from regime_sim.engine.records import STATE_NAMES
from regime_sim.engine.replicates import Trace, no_weeks, run_block
from regime_sim.facts.parameters import (
    EVENTS,
    INPUT_NAMES,
    LEVERS,
    OBSERVABLES,
    PARAMETERS,
    STRUCTURAL_NAMES,
)
from regime_sim.facts.posterior import DEFAULT
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.compiled import Compiled

OWN_PATRONS = ("iran", "turkey", "belarus")
SKIPPED = ("generals.number",)  # set by itself: it is how many are simulated, too


# what share of the numbers of a scenario stands at the very bounds of their ranges
EDGES = (0.05, 0.3, 1.0)


@dataclass(frozen=True)
class Case:
    """One thing to run: a scenario, its arrays, a seed of the dice and a replicate (0 to 2^31)."""

    scenario: Scenario
    compiled: Compiled
    seed: int
    replicate: int


@functools.cache
def case(
    number: int, most_generals: int = 120, most_weeks: int = 60, least_generals: int = 8
) -> Case:
    """The number-th random case."""
    rng = np.random.default_rng([20251201, number])
    scenario = _scenario(rng, number, most_weeks).with_(
        generals=int(rng.integers(least_generals, most_generals + 1))
    )
    large = rng.random() < 0.5
    replicate = int(rng.integers(0, 2**31 if large else 4096))
    compiled = compile_scenario(scenario, str(rng.choice(["prior", DEFAULT])))
    return Case(
        scenario, compiled, int(rng.integers(0, 2**63)) * 2 + int(rng.integers(0, 2)), replicate
    )


def _scenario(rng: np.random.Generator, number: int, most_weeks: int) -> Scenario:
    start = date(2025, 1, 6) + timedelta(days=int(rng.integers(0, 1000)))
    scenario = Scenario(
        id=f"random-{number}",
        title="random",
        start=start,
        horizon=int(rng.integers(10, most_weeks + 1)),
        patrons=OWN_PATRONS[: int(rng.integers(0, 4))],
    )
    scenario = scenario.vary(_inputs(rng, scenario)).fix(_structure(rng))
    for _ in range(int(rng.integers(0, 7))):
        scenario = _entry(rng, scenario)
    return scenario


def _inputs(rng: np.random.Generator, scenario: Scenario) -> dict[str, object]:
    names = scenario.names
    chosen = {name: _value(rng, 0.0, 1.0) for name in LEVERS if rng.random() < 0.4}
    often, edge = rng.choice([0.1, 0.5, 0.9]), rng.choice(EDGES)
    for name, row in names.inputs.items():
        if rng.random() < often and name not in SKIPPED:
            chosen[name] = _value(rng, row.low, row.high, edge)
    return chosen


def _structure(rng: np.random.Generator) -> dict[str, object]:
    often, edge = rng.choice([0.0, 0.1, 0.6, 1.0]), rng.choice(EDGES)
    chosen: dict[str, object] = {}
    for name in STRUCTURAL_NAMES:
        row = PARAMETERS[name]
        if rng.random() < often and row.low < row.high:
            value = _value(rng, row.low, row.high, edge)
            while name.startswith("generals.") and not isinstance(value, float):
                value = _value(rng, row.low, row.high, edge)  # a corps is built of numbers
            chosen[name] = value
    return chosen


def _value(rng: np.random.Generator, low: float, high: float, edge: float = 0.1) -> object:
    """A number, an interval or a distribution within the bounds; the share `edge` of the numbers
    stands at a bound.
    """
    a, b = sorted(rng.uniform(low, high, 2).tolist())
    kind = rng.random()
    if kind < 0.6 or b - a < 1e-3 * (high - low):
        return float(rng.choice([low, high])) if rng.random() < edge else a
    if kind < 0.8:
        return f"{a:.6f} to {b:.6f}"
    middle, width = 0.5 * (a + b), b - a
    options: list[dict[str, dict[str, float]]] = [
        {"uniform": {"low": a, "high": b}},
        {"normal": {"mean": middle, "sd": width}},
        {"triangular": {"low": a, "mode": middle, "high": b}},
    ]
    if a > 0.0:
        options += [
            {"lognormal": {"median": middle, "sigma": 0.3}},
            {"loguniform": {"low": a, "high": b}},
        ]
    if low == 0.0 and high == 1.0:
        options.append({"beta": {"a": 1.0 + 4.0 * a, "b": 1.0 + 4.0 * b}})
    return options[int(rng.integers(0, len(options)))]


def _entry(rng: np.random.Generator, scenario: Scenario) -> Scenario:
    """One more entry on the timeline."""
    when: dict[str, object] = {}
    kind = rng.random()
    if kind < 0.4:
        when["week"] = int(rng.integers(1, scenario.horizon + 5))
    elif kind < 0.7:
        when["date"] = scenario.start + timedelta(
            days=int(rng.integers(-100, 7 * scenario.horizon))
        )
    else:
        seen = OBSERVABLES[int(rng.integers(0, len(OBSERVABLES)))]
        threshold = float(
            np.round(rng.uniform(seen.low, seen.high) * rng.choice([0.05, 0.5, 1.0]), 6)
        )
        when["when"] = f"{seen.name} {rng.choice(['<', '>'])} {threshold}"
    what: dict[str, object] = {}
    if rng.random() < 0.5:
        what = {"event": str(rng.choice(sorted(EVENTS))), "intensity": float(rng.random())}
    else:
        what["set"] = _moves(rng, scenario)
    if rng.random() < 0.5:
        what["lasts"] = int(rng.integers(4, 30))
        what["over"] = int(rng.integers(0, 5))
    elif "set" in what:
        what["over"] = int(rng.integers(0, 12))
    return scenario.at(**when, **what)  # type: ignore[arg-type]


def _moves(rng: np.random.Generator, scenario: Scenario) -> dict[str, float]:
    names = scenario.names
    free = [name for name in names.inputs if name not in SKIPPED]
    moved = {str(name): 0.0 for name in rng.choice(free, int(rng.integers(1, 4)), replace=False)}
    if rng.random() < 0.3:
        moved[str(rng.choice(sorted(LEVERS)))] = 0.0
    return {name: float(rng.uniform(*names.range(name))) for name in moved}


def at_the_bounds(number: int, generals: int = 24, weeks: int = 25) -> Compiled:
    """A world with nothing uncertain in which some, a third, or all of its numbers stand at the
    ends of their ranges: inputs, the number of generals who share among them, structural ones, the
    corps among them.
    """
    rng = np.random.default_rng([2, number])
    base = case(number, generals, weeks).compiled
    share = rng.choice(EDGES)
    x, p = base.x.copy(), base.p.copy()
    for vector, names in ((x, INPUT_NAMES), (p, STRUCTURAL_NAMES)):
        for place, name in enumerate(names):
            if rng.random() < share:
                vector[place] = rng.choice([PARAMETERS[name].low, PARAMETERS[name].high])
    return certain(base, x=x, p=p)


def certain(compiled: Compiled, **changes: object) -> Compiled:
    """The same world with nothing uncertain: every world has the point values, or what `changes`
    (x, p) say.
    """
    return replace(compiled, uncertain=(), joint=None, **changes)  # type: ignore[arg-type]


# ---- both engines, traced


def mesa_trace(
    compiled: Compiled, seed: int, replicate: int, population: Population | None = None
) -> tuple[list[int], Trace]:
    """What `engine.block.trace` gives, by stepping the Mesa model: ledger and every weekly
    state.
    """
    model = RegimeModel(compiled, seed, replicate, population)
    weeks, number = compiled.horizon, len(model.generals)
    kept = Trace(
        np.zeros((weeks, len(STATE_NAMES))),
        np.zeros((weeks, len(INPUT_NAMES))),
        np.zeros((weeks, number), np.uint8),
        np.zeros((weeks, number), np.int16),
    )
    while not model.fallen and model.week < weeks:
        model.step()
        row = model.week - 1
        kept.state[row] = model.state()
        kept.inputs[row] = model._vector
        kept.status[row] = [man.code for man in model.generals]
        kept.private[row] = [man.private for man in model.generals]
    return list(model.ledger), kept


def kernel_trace(
    compiled: Compiled, seed: int, replicate: int, *, before: int = 0, after: int = 0
) -> tuple[list[int], Trace]:
    """The kernel's trace of one replicate, run in a block with so many replicates before and after
    it.
    """
    out, kept = run_block(
        compiled,
        seed,
        replicate - before,
        before + 1 + after,
        no_weeks(compiled.horizon),
        traced=before,
    )
    return out[before].tolist(), kept


def difference(one: tuple[list[int], Trace], other: tuple[list[int], Trace]) -> str:
    """The first thing in which two traces differ, "" if every bit is the same (0 and -0 are
    not).
    """
    for name in ("state", "inputs", "status", "private"):
        a, b = getattr(one[1], name), getattr(other[1], name)
        if a.tobytes() != b.tobytes():
            bits = (a.view(np.int64), b.view(np.int64)) if a.dtype == np.float64 else (a, b)
            week, column = np.argwhere(bits[0] != bits[1])[0].tolist()
            names = {"state": STATE_NAMES, "inputs": INPUT_NAMES}.get(name)
            return (
                f"{name} {names[column] if names else column}, week {week + 1}: {a[week, column]!r}"
                f" and {b[week, column]!r}"
            )
    return "" if one[0] == other[0] else f"ledger: {one[0]} and {other[0]}"
