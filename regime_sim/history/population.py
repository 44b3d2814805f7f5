"""Rates a year of the population that observed rates are of: the panel's leader-years, good years
and bad, simulated as they stood; compares nothing.

An observed rate is a mean over wars, campaigns, new rulers and quiet years alike; a world in which
nothing happens need not meet it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..engine.replicates import run_rows, unread_weeks, worlds
from ..scenario.compile import compile_scenario
from .lab import Figure, Lab
from .panel import LeaderYear, read_panel
from .panel_map import scenario_of
from .panel_run import CORPS, EXITS

BATCHES, WORLDS = 8, 16  # seeds, and worlds a row under each
EVERY = 4  # row of the panel, with 4,000 futures a pattern; fewer with fewer
T_975 = 2.365  # of Student's t with BATCHES - 1 degrees of freedom


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """The rows, and the probability of each way of leaving within the year by batch of worlds:
    (BATCHES, rows, ways in the order of EXITS).
    """

    rows: tuple[LeaderYear, ...]
    ways: NDArray[np.float64]

    def rate(
        self, holds: Callable[[LeaderYear], bool], ways: Sequence[str] | None = None
    ) -> tuple[Figure, int]:
        """Exits a row, by these ways (None: any), of the rows that hold; with a 95% interval from
        the spread between batches, and how many rows they are.
        """
        at = np.array([holds(row) for row in self.rows])
        columns = [EXITS.index(one) for one in (EXITS if ways is None else ways)]
        batch = self.ways[:, at][:, :, columns].sum(axis=2).mean(axis=1)
        value, half = batch.mean(), T_975 * batch.std(ddof=1) / np.sqrt(BATCHES)
        return (float(value), float(max(0.0, value - half)), float(value + half)), int(at.sum())


def population(lab: Lab) -> Population:
    """The panel's rows as a lab would run them."""
    step = max(1, round(EVERY * 4000 / lab.replicates))
    return _simulated(step, lab.seed, min(CORPS, lab.corps or CORPS), lab.knowledge)


@lru_cache(maxsize=2)
def _simulated(step: int, seed: int, corps: int, knowledge: str) -> Population:
    rows = read_panel()[::step]
    with ThreadPoolExecutor(2) as pool:
        ways = list(pool.map(lambda row: _row(row, seed, corps, knowledge), rows))
    return Population(rows, np.stack(ways, axis=1))


def _row(row: LeaderYear, seed: int, corps: int, knowledge: str) -> NDArray[np.float64]:
    """One row's probabilities, (BATCHES, ways)."""
    compiled = compile_scenario(scenario_of(row), knowledge)
    compiled = replace(compiled, generals=min(corps, compiled.generals))
    found = np.zeros((BATCHES, len(EXITS)))
    for k in range(BATCHES):
        x, p = worlds(compiled, seed + k, 0, WORLDS, 1)
        weighed = np.zeros((WORLDS, len(EXITS)))
        run_rows(compiled, seed + k, 0, x, p, unread_weeks(compiled.horizon), chances=weighed)
        found[k] = weighed.mean(axis=0)
    return found


__all__ = ["Population", "population"]
