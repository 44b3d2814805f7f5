"""A block of worlds as a module takes it: arrays of the right types, and the table of them; runs
nothing and knows no module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...facts.parameters import OBSERVABLES, STRUCTURAL_NAMES, WAYS
from ...law.ledger import LENGTH
from ...scenario.compiled import Compiled
from ..population import Population
from ..records import ROW, STATE_NAMES
from ..stopping import Stop
from . import layout

if TYPE_CHECKING:
    from ..replicates import Trace, Weekly

Reals = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Job:
    """Numbers and arrays of one job by name (see `layout`): inputs are read, outputs written."""

    numbers: dict[str, int]
    inputs: Arrays
    outputs: Arrays
    stop: Stop = field(default_factory=Stop)


@cache
def _ranges() -> tuple[Reals, Reals]:
    """Low and high ends of the weekly variables' histograms."""
    return np.array([o.low for o in OBSERVABLES]), np.array([o.high for o in OBSERVABLES])


def run_job(
    compiled: Compiled,
    seed: int,
    first: int,
    x: Reals,
    p: Reals,
    weekly: Weekly,
    population: Population,
    trace: Trace,
    *,
    number: int | None = None,
    every: int = 1,
    traced: int = -1,
    chances: Reals | None = None,
    stop: Stop | None = None,
) -> Job:
    """Replicates first ... first + number - 1, whose ledgers (number, 11) are output "ledger".

    x (n, inputs) and p (n, structural): one row per `every` replicates, counted from the row of
    `first`; one each by default. weekly and chances are added to, trace takes world `traced`.
    """
    number = len(x) if number is None else number
    weighed = chances is not None
    events, horizon = compiled.events, compiled.horizon
    troops, rent_share, complicity, tie, peers, trusting, begins, ident = population.arrays
    low, high = _ranges()
    numbers = {
        "first": first,
        "seed": seed,
        "horizon": horizon,
        "worlds": number,
        "every": every,
        "generals": population.number,
        "peers": peers,
        "rows": len(events),
        "bin_count": weekly.bins.shape[2],
        "traced": layout.NONE if traced < 0 else traced,
        "weighed": int(weighed),
    }
    people = (troops, rent_share, complicity, tie, trusting, begins, ident)
    moves = (events.target, events.value, events.share, events.over, events.lasts)
    conditions = (events.variable, events.above, events.threshold, events.week)
    ways = (events.how, events.place, events.least, events.most, events.stock)
    given = (x, p, *people, *moves, *conditions, *ways, low, high)
    ledger = np.zeros((number, LENGTH), np.int16)
    chances = np.zeros((0, len(WAYS) - 1)) if chances is None else chances
    counted = (weekly.counts, weekly.sums, weekly.bins)
    written = (ledger, *counted, chances, trace.state, trace.inputs, trace.status, trace.private)
    job = Job(numbers, _typed(layout.RUN_INPUTS, given), _as_they_are(written), stop or Stop())
    _check(job, (number, every, first))
    return job


def _typed(types: dict[str, str], given: tuple[Any, ...]) -> Arrays:
    """The arrays in one piece and of their types, copied only where they are not."""
    pairs = zip(types.items(), given, strict=True)
    return {name: np.ascontiguousarray(array, kind) for (name, kind), array in pairs}


def _as_they_are(written: tuple[NDArray[Any], ...]) -> Arrays:
    """Arrays that are written to: a copy would take the results away with it."""
    for (name, kind), array in zip(layout.RUN_OUTPUTS.items(), written, strict=True):
        if array.dtype != np.dtype(kind) or not array.flags.c_contiguous:
            raise TypeError(f"{name} must be an array of {np.dtype(kind)} in one piece")
    return dict(zip(layout.RUN_OUTPUTS, written, strict=True))


def _check(job: Job, rows: tuple[int, int, int]) -> None:
    """Whether the shapes fit together: a module believes the table."""
    number, every, first = rows
    n, horizon = job.numbers["generals"], job.numbers["horizon"]
    o, drawn = len(OBSERVABLES), (first + number - 1) // every - first // every + 1
    shapes = {
        "x": (drawn, ROW),
        "p": (drawn, len(STRUCTURAL_NAMES)),
        "troops": (n,),
        "trusting": (n * job.numbers["peers"],),
        "begins": (n + 1,),
        "ident": ((n + 3) // 4,),
        "week": (job.numbers["rows"],),
        "counts": (horizon + 1,),
        "sums": (o, horizon + 1),
        "bins": (o, horizon + 1, job.numbers["bin_count"]),
        "chances": (number if job.numbers["weighed"] else 0, len(WAYS) - 1),
    }
    if job.numbers["traced"] != layout.NONE:
        shapes |= {"trace_state": (horizon, len(STATE_NAMES)), "trace_status": (horizon, n)}
    every_array = job.inputs | job.outputs
    for name, shape in shapes.items():
        if number and every_array[name].shape != shape:
            raise ValueError(f"{name} has shape {every_array[name].shape}, expected {shape}")
