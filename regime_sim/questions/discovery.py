"""Discovery: in which region of the uncertain parameters an outcome mostly happens (scenario
discovery by PRIM); finds no words for it.

Every future has its own draw of the uncertain parameters. The box is found on the first half of the
futures and judged on the second, so that nothing is claimed where nothing marks the outcome.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import NDArray

from ..engine.replicates import worlds
from ..ensemble.common_draws import ledgers, prepared
from ..ensemble.effort import Effort, ReplicatesOptions, takes
from ..errors import RegimeSimError
from ..facts.parameters import PARAMETERS, STRUCTURAL_NAMES
from ..facts.pressing import power_of, told
from ..scenario import load
from ..scenario.compiled import Compiled
from ..shown import Shown, framed
from ..statistics.intervals import Estimate, wilson
from ..statistics.prim import find, measure, quasi_p
from .quantities import known, of_ledgers

if TYPE_CHECKING:
    import pandas as pd

    from ..scenario import Scenario

Reals = NDArray[np.float64]
STEPS = ("restricted", "mass", "coverage", "density")
CLEAR = 0.05  # a restriction whose p-value on the second half is above this is not claimed
FEWEST = 30  # futures with, and without, the outcome in each half


@dataclass(frozen=True, slots=True)
class Restriction:
    """A side of the box: low to high (infinite: free), its p-value on the second half."""

    name: str
    low: float
    high: float
    p: float

    @property
    def clear(self) -> bool:
        """Whether it is claimed."""
        return self.p < CLEAR


@dataclass(frozen=True, eq=False, repr=False)
class Discovery(Shown):
    """The box in which an outcome mostly happens. base: its share everywhere; density: inside the
    box; coverage: of all futures with the outcome those inside; mass: of all futures those inside;
    all on the second half of the futures. trajectory: how all three change as the box is peeled.
    """

    scenario: Scenario
    outcome: str
    replicates: int
    seed: int
    base: Estimate
    density: Estimate
    coverage: Estimate
    mass: float
    restrictions: tuple[Restriction, ...]
    trajectory: tuple[tuple[int, float, float, float], ...]

    @property
    def clear(self) -> bool:
        """Whether a restriction is clear, and the box is clearly denser than the whole."""
        return any(one.clear for one in self.restrictions) and self.density.low > self.base.value

    def rows(self) -> list[dict[str, Any]]:
        """The rows of `frame`."""
        return [
            {
                "parameter": one.name,
                "low": one.low,
                "high": one.high,
                "p": one.p,
                "clear": one.clear,
                "meaning": (
                    told(PARAMETERS[one.name].meaning, power_of(self.scenario))
                    if one.name in PARAMETERS
                    else ""
                ),
            }
            for one in self.restrictions
        ]

    def frame(self) -> pd.DataFrame:
        """A row per restriction: parameter, low, high (infinite: free), p, clear, meaning."""
        return framed(self.rows(), columns=["parameter", "low", "high", "p", "clear", "meaning"])

    def steps(self) -> pd.DataFrame:
        """A row per peel: restricted (how many parameters), mass, coverage, density."""
        return framed([dict(zip(STEPS, row, strict=True)) for row in self.trajectory], STEPS)

    def words(self) -> str:
        """The box in a sentence; that there is none, if there is none."""
        return str(self._say("words"))


@takes(ReplicatesOptions, replicates=10_000)
def discover(
    scenario: Scenario | str | os.PathLike[str],
    outcome: str = "leader_out",
    **effort: Unpack[ReplicatesOptions],
) -> Discovery:
    """Find the region of the uncertain parameters in which an outcome happens most, with coverage,
    density and p-values.

    outcome: leader_out, regime_falls, tutelage or any exit mode. Errors: UnknownName, OutOfRange,
    RegimeSimError (nothing is uncertain, or it happens too rarely, or nearly always), Cancelled.
    """
    scenario, outcome = load(scenario), known(outcome)
    asked = Effort(**effort)
    seed, replicates = asked.seed, asked.replicates
    compiled = prepared(scenario, asked.corps, asked.knowledge)
    found = of_ledgers(ledgers([compiled], asked, inner=1)[0], scenario.horizon)
    names, x = _columns(compiled, *worlds(compiled, seed, 0, replicates, 1))
    y = found.happens(outcome)
    half = replicates // 2
    for part in (y[:half], y[half:]):
        if min(int(part.sum()), int((~part).sum())) < FEWEST:
            raise RegimeSimError(
                f"discover: {outcome} in {int(y.sum()):,} of {replicates:,} futures - expected"
                f" {FEWEST} with and {FEWEST} without it in each half"
            )
    return _found(scenario, outcome, seed, names, x, y)


def _found(
    scenario: Scenario,
    outcome: str,
    seed: int,
    names: tuple[str, ...],
    x: Reals,
    y: NDArray[np.bool_],
) -> Discovery:
    """The box from the first half of the futures, measured on the second."""
    half = len(y) // 2
    box, boxes = find(x[:half], y[:half])
    x, second = x[half:], y[half:]
    m = measure(box, x, second)
    restrictions = [
        Restriction(names[k], float(box.low[k]), float(box.high[k]), quasi_p(box, k, x, second))
        for k in box.restricted
    ]
    restrictions.sort(key=lambda one: one.p)
    steps = [
        (len(one.restricted), at.mass, at.coverage, at.density)
        for one in boxes
        for at in (measure(one, x, second),)
    ]
    parts = ((y.sum(), y.size), (m.hits, m.inside), (m.hits, second.sum()))
    base, density, coverage = (wilson(float(hits), float(of)) for hits, of in parts)
    told = (base, density, coverage, m.mass, tuple(restrictions), tuple(steps))
    return Discovery(scenario, outcome, len(y), seed, *told)


def _columns(compiled: Compiled, x: Reals, p: Reals) -> tuple[tuple[str, ...], Reals]:
    """The uncertain parameters as named columns; a whole lever by the first part it moves."""
    columns: dict[str, Reals] = {}
    if compiled.joint is not None:
        columns |= {STRUCTURAL_NAMES[k]: p[:, k] for k in compiled.joint.columns.tolist()}
    for what in compiled.uncertain:
        index, part = what.targets[0]
        vector = x if what.vector == "x" else p
        columns[what.name if part is None else part.name] = vector[:, index]
    varied = {name: column for name, column in columns.items() if column.min() < column.max()}
    if not varied:
        raise RegimeSimError("discover: nothing is uncertain in this scenario")
    return tuple(varied), np.column_stack(list(varied.values()))
