"""Many worlds by the fast engine, each with its own inputs and structural parameters, and
the last state of every one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from regime_sim import Scenario
from regime_sim.engine.parameter_draws import worlds
from regime_sim.engine.population import Population
from regime_sim.engine.records import STATE_NAMES
from regime_sim.engine.replicates import no_weeks, run_rows
from regime_sim.facts.parameters import INPUT_NAMES, PARAMETERS, STRUCTURAL_NAMES
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
    """Run them all, world k with the dice of replicate k."""
    weeks = horizon or many.compiled.horizon
    compiled = replace(many.compiled, horizon=weeks)
    x, p = np.ascontiguousarray(many.x), np.ascontiguousarray(many.p)
    ledgers = np.zeros((len(x), ledger.LENGTH), np.int16)
    states, inputs = np.zeros((len(x), len(STATE_NAMES))), np.zeros((len(x), len(INPUT_NAMES)))
    weekly = no_weeks(weeks)
    for k in range(len(x)):
        one = slice(k, k + 1)
        given = (compiled, seed, k, x[one], p[one], weekly)
        ledgers[one], kept = run_rows(*given, population=population, traced=0)
        last = int(np.flatnonzero(kept.state.any(axis=1))[-1])
        states[k], inputs[k] = kept.state[last], kept.inputs[last]
    return Futures(ledgers, states, inputs, weeks)
