"""Blocks of replicates by the built engine: arrays made ready, the module of this process called,
results handed back; knows no statistics and no threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import Cancelled
from ..facts.parameters import INPUT_NAMES, OBSERVABLES
from ..scenario.compiled import Compiled, Reals
from .native.job import Job, run_job
from .native.modules import engine
from .native.prior_job import draw_job
from .parameter_draws import INNER
from .population import Population, corps_of
from .records import STATE_NAMES
from .stopping import Stop

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

    state: Reals
    inputs: Reals
    status: NDArray[np.uint8]
    private: NDArray[np.int16]


def unread_weeks(horizon: int) -> Weekly:
    """Weekly counts that nobody will read: without bins, into which the engine counts nothing."""
    return no_weeks(horizon, 0)


def no_weeks(horizon: int, bins: int = BINS) -> Weekly:
    """Empty weekly counts."""
    n = len(OBSERVABLES)
    return Weekly(
        np.zeros(horizon + 1, np.int64),
        np.zeros((n, horizon + 1), np.int64),
        np.zeros((n, horizon + 1, bins), np.int64),
    )


def event_columns(compiled: Compiled) -> tuple[Any, ...]:
    """The event table in the order that `law.events.apply` takes it."""
    e = compiled.events
    when = (e.over, e.lasts, e.variable, e.above, e.threshold)
    return e.target, e.value, e.share, *when, e.how, e.place, e.least, e.most, e.stock


def no_trace(horizon: int, number: int) -> Trace:
    """An empty trace of a world of `number` generals."""
    return Trace(
        np.zeros((horizon, len(STATE_NAMES))),
        np.zeros((horizon, len(INPUT_NAMES))),
        np.zeros((horizon, number), np.uint8),
        np.zeros((horizon, number), np.int16),
    )


def drawn(compiled: Compiled, seed: int, first: int, draws: int) -> tuple[Reals, Reals]:
    """Inputs (draws, inputs) and structural parameters (draws, structural) of draws first ... first
    + draws - 1 of the priors, with the bits of `parameter_draws.worlds`.
    """
    job = draw_job(compiled, seed, first, draws)
    engine().draw(job)
    return job.outputs["x"], job.outputs["p"]


def worlds(
    compiled: Compiled, seed: int, first: int, number: int, inner: int = INNER
) -> tuple[Reals, Reals]:
    """As `parameter_draws.worlds`, by the built engine: one row for each of replicates first ...
    first + number - 1.
    """
    rows = np.arange(first, first + number) // inner - first // inner
    x, p = drawn(compiled, seed, first // inner, int(rows[-1]) + 1)
    return (x, p) if inner == 1 else (x[rows], p[rows])


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
    stop: Stop | None = None,
) -> tuple[NDArray[np.int16], Trace]:
    """Run replicates first ... first + number - 1; returns the ledgers (number, 11) int16 and the
    trace of world `traced` (its place in the block).

    Adds this block's weeks to `weekly`. Releases the interpreter lock while it runs. Raises
    Cancelled soon after `stop` is set, and ModuleRefused.
    """
    draws = (first + number - 1) // inner - first // inner + 1
    x, p = drawn(compiled, seed, first // inner, draws)
    people, kept = _places(compiled, population, traced)
    job = run_job(
        *(compiled, seed, first, x, p, weekly, people, kept),
        number=number,
        every=inner,
        traced=traced,
        stop=stop,
    )
    return _ledgers(job), kept


def run_rows(
    compiled: Compiled,
    seed: int,
    first: int,
    x: Reals,
    p: Reals,
    weekly: Weekly,
    *,
    population: Population | None = None,
    traced: int = -1,
    chances: Reals | None = None,
    stop: Stop | None = None,
) -> tuple[NDArray[np.int16], Trace]:
    """Run one world per row of inputs x (n, ROW) and structural parameters p (n,
    len(STRUCTURAL_NAMES)), as replicates from `first` on; otherwise as `run_block`.

    chances: zeros (n, 10), to which each world adds the weekly probabilities of each exit mode
    while its ruler is in office (see `law.exits.weigh`).
    """
    people, kept = _places(compiled, population, traced)
    job = run_job(
        *(compiled, seed, first, x, p, weekly, people, kept),
        traced=traced,
        chances=chances,
        stop=stop,
    )
    return _ledgers(job), kept


def _places(
    compiled: Compiled, population: Population | None, traced: int
) -> tuple[Population, Trace]:
    """The corps, and an empty trace if one is wanted."""
    people = population or corps_of(compiled)
    return people, no_trace(compiled.horizon if traced >= 0 else 0, people.number)


def _ledgers(job: Job) -> NDArray[np.int16]:
    """Run a job; its ledgers. Raises Cancelled if it was stopped."""
    if engine().run(job) < job.numbers["worlds"]:
        raise Cancelled("cancelled")
    ledgers: NDArray[np.int16] = job.outputs["ledger"]
    return ledgers


def trace(compiled: Compiled, seed: int, replicate: int) -> tuple[NDArray[np.int16], Trace]:
    """Every weekly state of one replicate by the built engine: its ledger (11,) and its trace."""
    out, kept = run_block(compiled, seed, replicate, 1, no_weeks(compiled.horizon), traced=0)
    return out[0], kept
