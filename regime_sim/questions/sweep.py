"""Sweep: one or two levers, or any parameters, over a grid under common draws; finds no words for
it.

Every cell meets the same random draws, so that a curve is smooth and a difference of two cells is
over pairs. Fewer generals are simulated unless told otherwise: an approximation, named in every
result.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ensemble.common_draws import ledgers, prepared
from ..ensemble.effort import Effort
from ..errors import OutOfRange, RegimeSimError
from ..facts.outcomes import WAYS
from ..facts.posterior import DEFAULT, Posterior
from ..given import choice, mapping, number
from ..scenario import load
from ..shown import Shown, framed
from ..statistics.intervals import Estimate, Floats, Ints, cluster_index, mean
from ..statistics.pairing import shares
from .quantities import Futures, of_ledgers
from .settings import known_name, numbers_of, set_to

if TYPE_CHECKING:
    import pandas as pd

    from ..scenario import Scenario

# P(out) of the shipped scenario within a point of that of all 2,000, at a third of the time
CORPS = 256
ROWS = ("leader_out", "regime_falls", "tutelage", *WAYS[1:])
MOST_CELLS = 100_000


@dataclass(frozen=True, eq=False, repr=False)
class Sweep(Shown):
    """What happens at each setting: `frame` has every outcome of every cell, `values` one outcome
    as an array over the grid.

    names: what varies, one or two; grids: its values. futures: arrays (cells, replicates), cells in
    the order of the grid with the last name fastest. generals: how many the scenario has;
    simulated: how many of them were simulated.
    """

    scenario: Scenario
    names: tuple[str, ...]
    grids: tuple[tuple[float, ...], ...]
    seed: int
    replicates: int
    generals: int
    simulated: int
    clustered: bool
    futures: Futures

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values of each name."""
        return tuple(len(grid) for grid in self.grids)

    @property
    def cells(self) -> list[tuple[float, ...]]:
        """The settings, in order."""
        return list(product(*self.grids))

    @property
    def cluster(self) -> Ints | None:
        """Which replicates share a draw of the uncertain parameters."""
        return cluster_index(self.replicates) if self.clustered else None

    def values(
        self, of: str = "leader_out", week: int | None = None
    ) -> tuple[Floats, Floats, Floats]:
        """Probability of an outcome by the end of `week` (None: the horizon), and its 95% bounds:
        three arrays of `shape`. Raises UnknownName, OutOfRange.
        """
        p, low, high = shares(self.futures.happens(of, week), self.cluster)
        return p.reshape(self.shape), low.reshape(self.shape), high.reshape(self.shape)

    def weeks(self, clock: str = "leader") -> tuple[Floats, Floats, Floats]:
        """Restricted mean survival (weeks he or the regime lasts), 95% bounds: each of `shape`."""
        found = [mean(row, self.cluster) for row in self.futures.lasts(clock)]
        columns = np.array([(one.value, one.low, one.high) for one in found])
        return tuple(columns[:, k].reshape(self.shape) for k in range(3))  # type: ignore[return-value]

    def rows(self) -> list[dict[str, Any]]:
        """The rows of `frame`."""
        found = {of: [part.ravel().tolist() for part in self.values(of)] for of in ROWS}
        return [
            {
                **dict(zip(self.names, cell, strict=True)),
                "outcome": of,
                "probability": found[of][0][k],
                "low": found[of][1][k],
                "high": found[of][2][k],
                "n": self.replicates,
            }
            for k, cell in enumerate(self.cells)
            for of in ROWS
        ]

    def frame(self) -> pd.DataFrame:
        """Every cell and outcome by the horizon: names, outcome, probability, low, high, n."""
        return framed(self.rows())

    def change(
        self, before: Mapping[str, float], after: Mapping[str, float], of: str = "leader_out"
    ) -> Estimate:
        """Paired difference in P(outcome) between two cells (settings such as `{"rents": 0.8}`)."""
        hit = self.futures.happens(of).astype(np.float64)
        return mean(hit[_place(self, after)] - hit[_place(self, before)], self.cluster)

    def interaction(self, of: str = "leader_out") -> Estimate:
        """What both together do beyond the sum of each alone, from the highest to the lowest value
        of two names, over the same futures.

        (both low - first low alone) - (second low alone - neither); above 0, each does more where
        the other is low. Raises RegimeSimError for one name.
        """
        if len(self.names) != 2:
            raise RegimeSimError("interaction: expected a sweep of two levers or parameters")
        hit = self.futures.happens(of).reshape(*self.shape, self.replicates).astype(np.float64)
        return mean((hit[0, 0] - hit[0, -1]) - (hit[-1, 0] - hit[-1, -1]), self.cluster)

    def text(self, of: str = "leader_out") -> str:
        """The grid of one outcome in futures of 100, thinned to eleven rows and columns."""
        return str(self._say("text", of))


def sweep(
    scenario: Scenario | str | os.PathLike[str],
    over: Mapping[str, Iterable[float]] | None = None,
    /,
    *,
    replicates: int = 1000,
    seed: int = 1,
    workers: int | None = None,
    corps: int | None = CORPS,
    knowledge: str | Posterior = DEFAULT,
    on_progress: Callable[[int, int], object] | None = None,
    cancel: threading.Event | None = None,
    **more: Iterable[float],
) -> Sweep:
    """Run a scenario at every setting of one or two levers, parts, given inputs or structural
    parameters, all under the same draws.

    `sweep(base, rents=rs.grid(0, 1, 21), foreign_support=rs.grid(0, 1, 21))`; parts by two
    underscores (`us_pressure__strikes=...`) or in a mapping (`{"us_pressure.strikes": ...}`).
    corps: simulated generals in each cell, by default 256; None for all of them, at three times the
    time. With corps=None a cell is bit for bit `simulate(scenario.vary(...))`. Errors: UnknownName,
    OutOfRange, Cancelled.
    """
    scenario = load(scenario)
    effort = Effort(
        replicates=replicates,
        seed=seed,
        workers=workers,
        corps=corps,
        knowledge=knowledge,
        on_progress=on_progress,
        cancel=cancel,
    )
    wanted = mapping("sweep", over) | more
    asked = {known_name(scenario, name): values for name, values in wanted.items()}
    if not 1 <= len(asked) <= 2:
        raise RegimeSimError(
            f"sweep: got {len(asked)} names - expected one or two, such as rents=rs.grid(0, 1, 21)"
        )
    grids = tuple(numbers_of(scenario, name, values) for name, values in asked.items())
    if (number_of_cells := math.prod(map(len, grids))) > MOST_CELLS:
        raise OutOfRange(f"sweep: {number_of_cells:,} cells - expected at most {MOST_CELLS:,}")
    cells = [set_to(scenario, dict(zip(asked, cell, strict=True))) for cell in product(*grids)]
    settings = [prepared(cell, effort.corps, effort.knowledge) for cell in cells]
    found = ledgers(settings, effort)
    clustered = any(one.uncertain or one.joint is not None for one in settings)
    return Sweep(
        scenario,
        tuple(asked),
        grids,
        effort.seed,
        effort.replicates,
        round(scenario.value("generals.number")),
        settings[0].generals,
        clustered,
        of_ledgers(found, scenario.horizon),
    )


def _place(grid: Sweep, setting: Mapping[str, float]) -> int:
    """Which cell a setting names. Raises UnknownName, OutOfRange."""
    asked = {name.replace("__", "."): value for name, value in mapping("setting", setting).items()}
    for name in asked:
        choice("name in this sweep", name, grid.names)
    found = {name: number(name, value, -math.inf, math.inf) for name, value in asked.items()}
    wanted = tuple(found.get(name) for name in grid.names)
    if wanted not in grid.cells:
        names = ", ".join(grid.names)
        raise OutOfRange(f"{wanted}: no cell of this sweep - expected a value of its grid: {names}")
    return grid.cells.index(wanted)  # type: ignore[arg-type]
