"""Many worlds at once by the fast engine, each with its own inputs and structural parameters, and
the last state of every one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from regime_sim import Scenario
from regime_sim.engine import kernel
from regime_sim.engine.parameter_draws import worlds
from regime_sim.engine.population import Population, corps
from regime_sim.engine.records import INPUT_DTYPE, STATE_NAMES, STRUCTURAL_DTYPE, WORLD_DTYPE
from regime_sim.engine.replicates import event_columns, no_weeks
from regime_sim.facts.parameters import INPUT_NAMES, OBSERVABLES, PARAMETERS, STRUCTURAL_NAMES
from regime_sim.law import ledger
from regime_sim.scenario import Compiled, compile_scenario

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Worlds:
    """Worlds to be run: x (n, inputs) and p (n, structural), one row each; horizon, corps and
    timeline are the scenario's.
    """

    compiled: Compiled
    x: Reals
    p: Reals

    def under(self, **law: float) -> Worlds:
        """The same worlds under another law: structural parameters (dots as two underscores)
        multiplied by a factor.
        """
        p = self.p.copy()
        for name, factor in law.items():
            p[:, STRUCTURAL_NAMES.index(name.replace("__", "."))] *= factor
        return replace(self, p=p)


@dataclass(frozen=True)
class Futures:
    """What became of them: ledgers (n, entries), and the state (n, fields) and inputs (n, inputs)
    of the last week that each lived through.
    """

    ledgers: NDArray[np.int16]
    states: Reals
    inputs: Reals
    horizon: int

    def state(self, name: str) -> Reals:
        """One state of every world, by its name in `STATE_NAMES`."""
        return self.states[:, STATE_NAMES.index(name)]

    @property
    def way(self) -> NDArray[np.int16]:
        return self.ledgers[:, ledger.LEADER_WAY]

    @property
    def weeks(self) -> NDArray[np.int64]:
        """Weeks in office; one more than the horizon where he still is."""
        week = self.ledgers[:, ledger.LEADER_WEEK].astype(np.int64)
        return np.where(week == 0, self.horizon + 1, week)


def drawn(scenario: Scenario, number: int, seed: int = 1) -> Worlds:
    """`number` worlds of a scenario, each with its own draw from the table's priors of all that is
    uncertain, so that worlds are independent.

    A small corps stands for one of the reference size: rents, selectorate and coordination are
    those of so many generals.
    """
    compiled = compile_scenario(scenario, "prior")
    x, p = worlds(compiled, seed, 0, number, inner=1)
    x[:, INPUT_NAMES.index("generals.number")] = PARAMETERS["generals.reference"].default
    return Worlds(compiled, x, p)


def run(
    many: Worlds, seed: int = 1, horizon: int | None = None, population: Population | None = None
) -> Futures:
    """Run them all side by side, world k with the dice of replicate k."""
    compiled = many.compiled
    weeks = horizon or compiled.horizon
    population = population or corps(compiled.generals)
    number = len(many.x)
    actors = np.zeros(number, WORLD_DTYPE)
    states = actors.view(np.float64).reshape(number, -1)
    inputs = np.zeros((number, len(INPUT_NAMES)))
    ledgers = np.zeros((number, ledger.LENGTH), np.int16)
    low, high = np.array([o.low for o in OBSERVABLES]), np.array([o.high for o in OBSERVABLES])
    weekly = no_weeks(weeks)
    x, p = np.ascontiguousarray(many.x), np.ascontiguousarray(many.p)
    none = np.zeros((0, 0))
    kernel.run(
        0,
        np.uint64(seed),
        weeks,
        x,
        p.view(STRUCTURAL_DTYPE)[:, 0],
        population.arrays,
        event_columns(compiled),
        compiled.events.week,
        actors,
        states,
        inputs.view(INPUT_DTYPE)[:, 0],
        inputs,
        low,
        high,
        ledgers,
        weekly.counts,
        weekly.sums,
        weekly.bins,
        np.zeros((0, 9)),
        -1,
        none,
        np.zeros((0, 0), np.uint8),
        np.zeros((0, 0), np.int16),
        none,
    )
    return Futures(ledgers, states, inputs, weeks)
