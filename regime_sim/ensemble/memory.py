"""Runs by threads of this process, kept in memory: nothing is written; computes no statistic."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..engine.replicates import Weekly, no_weeks
from ..errors import Cancelled, RegimeSimError
from ..law.ledger import LENGTH
from .assemble import columns_of, ensemble_of
from .blocks import Blocks, Run, spans
from .driver import threads
from .effort import Effort

if TYPE_CHECKING:
    from ..scenario import Scenario
    from .failures import Failure
    from .result import Ensemble


def grow(scenario: Scenario, steps: Sequence[int], effort: Effort) -> Iterator[Ensemble]:
    """Yield a growing ensemble at each number of replicates in `steps` (increasing, the last one is
    all of them); each holds those before it, bit for bit. Raises AllFailed, Cancelled.
    """
    run = Run.of(scenario, effort)
    weekly = no_weeks(run.compiled.horizon)
    ledgers = _rows(steps[-1])
    failures: list[Failure] = []
    done = 0
    for step in steps:
        failures += _run_blocks(run, effort, ledgers, (done, step), weekly)
        done = step
        so_far = replace(
            weekly, counts=weekly.counts.copy(), sums=weekly.sums.copy(), bins=weekly.bins.copy()
        )
        yield ensemble_of(run, columns_of(ledgers[:step]), so_far, failures)


def _rows(replicates: int) -> NDArray[np.int16]:
    """A row for each future. Raises RegimeSimError where the memory does not hold them."""
    try:
        return np.zeros((replicates, LENGTH), np.int16)
    except MemoryError:
        raise RegimeSimError(
            f"{replicates:,} futures do not fit into memory - keep them in a run folder: out=, or"
            " `regime-sim run --out`"
        ) from None


def _run_blocks(
    run: Run, effort: Effort, ledgers: NDArray[np.int16], span: tuple[int, int], weekly: Weekly
) -> list[Failure]:
    """Fill `ledgers` from span[0] to span[1], add their weeks to `weekly`; what failed."""
    begin, end = span
    todo = spans(end - begin, 1 if run.engine == "mesa" else None)
    of_thread: dict[int, Blocks] = {}  # each thread counts weeks of its own
    done = begin

    def work(k: int) -> int:
        mine = threading.get_ident()
        if mine not in of_thread:
            of_thread[mine] = Blocks(run, run.first + begin, ledgers[begin:end], crew.stop)
        of_thread[mine].add(*todo[k])
        return todo[k][1]

    def take(_: int, size: int) -> bool:
        nonlocal done
        done += size
        if effort.on_progress is not None:
            effort.on_progress(done, len(ledgers))
        return True

    try:
        with threads(effort, len(todo), alone=run.engine == "mesa") as crew:
            crew.gather(lambda k: (work, k), range(len(todo)), take)
    except Cancelled:
        raise Cancelled(f"cancelled after {done} of {len(ledgers)} replicates") from None
    for own in of_thread.values():
        weekly.add(own.weekly)
    return [one for own in of_thread.values() for one in own.failures]
