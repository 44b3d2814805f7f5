"""What a run is asked for and who does the work: one record in place of long argument lists; runs
nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ..errors import OutOfRange, UnknownName
from ..facts.limits import MOST_REPLICATES
from ..facts.posterior import DEFAULT, Posterior

ENGINES = ("kernel", "mesa")
MOST_WORKERS = 1024
LARGEST_SEED = 2**64 - 1
LAST_REPLICATE = 2**32 - 1
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labour:
    """Who does the work and who is told; no number depends on it. Raises OutOfRange.

    workers: threads of this process, by default one per core. executor: any
    `concurrent.futures.Executor` in place of threads; window: tasks that it holds at once.
    on_progress(done, total) is called as work is done. cancel: set this event to stop, which raises
    Cancelled. say: takes a line about what was found in a run folder.
    """

    workers: int | None = None
    executor: Executor | None = None
    window: int | None = None
    on_progress: Progress | None = None
    cancel: threading.Event | None = None
    say: Callable[[str], object] | None = None

    def __post_init__(self) -> None:
        if self.workers is not None and not 1 <= self.workers <= MOST_WORKERS:
            raise OutOfRange(f"workers: {self.workers!r} - expected 1 to {MOST_WORKERS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort(Labour):
    """How much is simulated: replicates first ... first + replicates - 1 under one seed. Raises
    OutOfRange, UnknownName.

    engine: "kernel" or "mesa", the same numbers. corps: simulated generals, each standing for
    several of the scenario's; None for all. knowledge: what structural parameters are drawn from.
    """

    replicates: int = 2000
    seed: int = 1
    first: int = 0
    engine: str = "kernel"
    corps: int | None = None
    knowledge: str | Posterior = DEFAULT

    def __post_init__(self) -> None:
        Labour.__post_init__(self)
        _whole("replicates", self.replicates, 1, MOST_REPLICATES)
        _whole("seed", self.seed, 0, LARGEST_SEED)
        _whole("first", self.first, 0, LAST_REPLICATE + 1 - self.replicates)
        if self.engine not in ENGINES:
            raise UnknownName("engine", str(self.engine), ENGINES)


def _whole(name: str, value: object, low: int, high: int) -> None:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or not low <= value <= high:  # type: ignore[operator]
        raise OutOfRange(f"{name}: {value!r} - expected a whole number from {low} to {high}")
