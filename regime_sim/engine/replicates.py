"""One block of worlds through the fast engine: arrays made ready, the kernel called, results handed
back; knows no statistics and no threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..facts.parameters import INPUT_NAMES, OBSERVABLES
from ..law.ledger import LENGTH
from ..scenario.compiled import Compiled
from .parameter_draws import INNER, worlds
from .population import Population, corps
from .records import INPUT_DTYPE, STATE_NAMES, STRUCTURAL_DTYPE, WORLD_DTYPE

BINS = 500


@dataclass(slots=True)
class Weekly:
    """Weekly counts that add up whatever the order: counts (H+1,), sums (observables, H+1) in
    2^-32, bins (observables, H+1, 500); all int64.
    """

    counts: NDArray[np.int64]
    sums: NDArray[np.int64]
    bins: NDArray[np.int64]

    def add(self, other: Weekly) -> None:
        """Add another part's counts."""
        self.counts += other.counts
        self.sums += other.sums
        self.bins += other.bins


@dataclass(frozen=True, slots=True)
class Trace:
    """Every state of one world, week by week (H rows): state in the order of STATE_NAMES, inputs,
    status code and private loyalty of each general.
    """

    state: NDArray[np.float64]
    inputs: NDArray[np.float64]
    status: NDArray[np.uint8]
    private: NDArray[np.int16]


def no_weeks(horizon: int) -> Weekly:
    """Empty weekly counts."""
    n = len(OBSERVABLES)
    return Weekly(
        np.zeros(horizon + 1, np.int64),
        np.zeros((n, horizon + 1), np.int64),
        np.zeros((n, horizon + 1, BINS), np.int64),
    )


def event_columns(compiled: Compiled) -> tuple[Any, ...]:
    """The event table in the order that `law.events.apply` takes it."""
    e = compiled.events
    return e.target, e.value, e.share, e.over, e.lasts, e.variable, e.above, e.threshold


def _no_trace(horizon: int, number: int) -> Trace:
    return Trace(
        np.zeros((horizon, len(STATE_NAMES))),
        np.zeros((horizon, len(INPUT_NAMES))),
        np.zeros((horizon, number), np.uint8),
        np.zeros((horizon, number), np.int16),
    )


def run_block(
    compiled: Compiled,
    seed: int,
    first: int,
    number: int,
    weekly: Weekly,
    *,
    population: Population | None = None,
    traced: int = -1,
    inner: int = INNER,
) -> tuple[NDArray[np.int16], Trace]:
    """Run replicates first ... first + number - 1; returns the ledgers (number, 11) int16 and the
    trace of world `traced` (its place in the block).

    Adds this block's weeks to `weekly`. Releases the interpreter lock while it runs.
    """
    x, p = worlds(compiled, seed, first, number, inner)
    return run_rows(compiled, seed, first, x, p, weekly, population=population, traced=traced)


def run_rows(
    compiled: Compiled,
    seed: int,
    first: int,
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    weekly: Weekly,
    *,
    population: Population | None = None,
    traced: int = -1,
    chances: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.int16], Trace]:
    """Run one world per row of inputs x (n, len(INPUT_NAMES)) and structural parameters p (n,
    len(STRUCTURAL_NAMES)), as replicates from `first` on.

    chances: zeros (n, 9), to which each world adds the weekly probabilities of each exit mode while
    its ruler is in office (see `law.exits.weigh`).
    """
    from . import kernel

    population = population or corps(compiled.generals)
    number = len(x)
    actors = np.zeros(1, WORLD_DTYPE)
    flat = np.zeros((1, len(INPUT_NAMES)))
    low = np.array([o.low for o in OBSERVABLES])
    high = np.array([o.high for o in OBSERVABLES])
    out = np.zeros((number, LENGTH), np.int16)
    trace = _no_trace(compiled.horizon if traced >= 0 else 0, population.number)
    kernel.run(
        first,
        np.uint64(seed),
        compiled.horizon,
        x,
        p.view(STRUCTURAL_DTYPE)[:, 0],
        population.arrays,
        event_columns(compiled),
        compiled.events.week,
        actors,
        actors.view(np.float64).reshape(1, -1),
        flat.view(INPUT_DTYPE)[:, 0],
        flat,
        low,
        high,
        out,
        weekly.counts,
        weekly.sums,
        weekly.bins,
        np.zeros((0, 9)) if chances is None else chances,
        traced,
        trace.state,
        trace.status,
        trace.private,
        trace.inputs,
    )
    return out, trace


def trace(compiled: Compiled, seed: int, replicate: int) -> tuple[NDArray[np.int16], Trace]:
    """Every weekly state of one replicate by the fast engine: its ledger (11,) and its trace."""
    out, kept = run_block(compiled, seed, replicate, 1, no_weeks(compiled.horizon), traced=0)
    return out[0], kept
