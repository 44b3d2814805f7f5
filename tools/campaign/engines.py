"""Random scenarios over the whole declared table, both engines week by week."""

from __future__ import annotations

import datetime
import time
from typing import Any

import numpy as np
from random_scenarios import Case, case, difference, kernel_trace, mesa_trace

import regime_sim as rs
from regime_sim.scenario.compile import compile_scenario

from .totals import Hang, Totals, at_most, where


def corner(number: int) -> Case:
    """A case with most of the declared table at its bounds, few generals, and an event in full."""
    rng = np.random.default_rng([20251202, number])
    start = datetime.date(2026, 1, 5)
    scenario = rs.Scenario(
        id="corner", title="corner", start=start, horizon=int(rng.integers(2, 25))
    )
    scenario = _at_its_bounds(scenario, rng).with_(generals=int(rng.integers(8, 21)))
    scenario = scenario.at(
        week=int(rng.integers(1, 5)), event=str(rng.choice(sorted(rs.EVENTS))), intensity=1.0
    )
    compiled = compile_scenario(scenario, str(rng.choice(["prior", "rates"])))
    return Case(scenario, compiled, int(rng.integers(0, 2**63)), int(rng.integers(0, 2**31)))


def _at_its_bounds(scenario: rs.Scenario, rng: np.random.Generator) -> rs.Scenario:
    """Most inputs, and some parameters, at one of their bounds."""
    names = scenario.names
    taken = {*names.levers, *names.given} - {"generals.number"} - set(rs.LEVERS)
    inputs = {
        n: _end(rng, names.inputs[n])
        for n in sorted(taken)
        if n in names.inputs and rng.random() < 0.7 and not n.startswith("shock.")
    }
    often = rng.choice([0.1, 0.5, 0.9])
    fixed = {
        n: _end(rng, row)
        for n, row in names.structural.items()
        if not n.startswith(("generals.", "time.")) and row.low < row.high and rng.random() < often
    }
    return scenario.vary(inputs).fix(fixed)


def _end(rng: np.random.Generator, row: Any) -> float:
    return float(rng.choice([row.low, row.high]))


def engines(number: int, seed: int) -> Totals:
    """Random scenarios over the whole declared table, few generals and its corners among them,
    both engines week by week.
    """
    totals = Totals("engine against engine")
    for at in range(number):
        most, place = (8, 16, 40, 120)[at % 4], seed * 1_000_003 + at
        what = f"corner({place})" if at % 3 == 2 else f"case({place}, {most}, 24)"
        started = time.monotonic()
        try:
            with at_most(120 if at < 3 else 60):
                apart = _apart(corner(place) if at % 3 == 2 else case.__wrapped__(place, most, 24))
        except (Exception, Hang) as error:
            totals.found.append(f"{what}: {where(error)}")
            totals.note(type(error).__name__, what, time.monotonic() - started)
            continue
        if apart:
            totals.found.append(f"{what}: {apart}")
        totals.note("apart" if apart else "the same", what, time.monotonic() - started)
    return totals


def _apart(one: Case) -> Any:
    """Where the engines differ in a case; nothing where they do not."""
    given = (one.compiled, one.seed, one.replicate)
    return difference(kernel_trace(*given), mesa_trace(*given))
