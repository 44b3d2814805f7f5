"""Simulate: many replicates of one scenario, by either engine, on any number of threads; reads no
file and computes no statistic.

Replicate k is the same world alone, in any block, on any number of workers: everything random is
keyed by (seed, k), and what is summed over replicates is integers.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import Cancelled, OutOfRange, UnknownName
from ..facts.parameters import INPUT_NAMES
from ..facts.posterior import DEFAULT, Posterior
from ..law.ledger import LENGTH
from ..scenario.compile import compile_scenario
from ..scenario.compiled import Compiled
from .result import Ensemble

if TYPE_CHECKING:
    from ..engine.replicates import Weekly
    from ..scenario import Scenario
    from .failures import Failure, RunBlock

ENGINES = ("kernel", "mesa")
# replicates a block: long enough for the call not to show, short enough to cancel within a tenth of
# a second
BLOCK = 128
MOST = 2**31 - 1
GRACE = 1.0  # seconds that an interrupted run waits for its threads
Progress = Callable[[int, int], object]
# the columns of a ledger, in its order (`law.ledger`)
COLUMNS = (
    "leader_week",
    "leader_way",
    "leader_fate",
    "regime_week",
    "regime_fate",
    "regime_way",
    "regime_after",
    "successors",
    "failed_coups",
    "first_failed",
    "rebellion_week",
)


def simulate(
    scenario: Scenario,
    replicates: int = 2000,
    seed: int = 1,
    engine: str = "kernel",
    workers: int | None = None,
    *,
    first: int = 0,
    corps: int | None = None,
    knowledge: str | Posterior = DEFAULT,
    on_progress: Progress | None = None,
    cancel: threading.Event | None = None,
    executor: Executor | None = None,
    out: str | os.PathLike[str] | None = None,
) -> Ensemble:
    """Run `replicates` futures of a scenario, replicates first ... first + replicates - 1.

    engine: "kernel" (fast) or "mesa" (the readable model); both give the same numbers. workers:
    threads, by default one per core. corps: simulate only so many generals one by one, each
    standing for several of the scenario's number (an approximation, named in the provenance);
    default all of them. knowledge: what the structural parameters are drawn from, "rates"
    (calibrated to observed rates), "cases" (and to the coded episodes), "prior", or a sample of
    your own (`facts.posterior.Posterior`). on_progress(done, total) is called after each block.
    cancel: set this event to stop; raises Cancelled. executor: any `concurrent.futures.Executor`
    (processes, loky, Dask's `Client.get_executor()`) instead of threads of our own; the same bytes.
    out: a run folder to write into, or to finish (see `ensemble.store`). A replicate that raises an
    error is left out and named in `failures`. Errors: OutOfRange, UnknownName; AllFailed where no
    replicate came through; with `out` FolderInUse, NotWritten, Damaged.
    """
    if executor is not None or out is not None:
        from .by_executor import simulate_elsewhere

        checked((replicates,), seed, engine, workers, first)
        return simulate_elsewhere(
            scenario,
            replicates,
            seed,
            engine,
            workers,
            first=first,
            corps=corps,
            knowledge=knowledge,
            on_progress=on_progress,
            cancel=cancel,
            executor=executor,
            folder=None if out is None else Path(out),
        )
    return next(
        refine(
            scenario,
            (replicates,),
            seed,
            engine,
            workers,
            first=first,
            corps=corps,
            knowledge=knowledge,
            on_progress=on_progress,
            cancel=cancel,
        )
    )


def refine(
    scenario: Scenario,
    steps: Sequence[int],
    seed: int = 1,
    engine: str = "kernel",
    workers: int | None = None,
    *,
    first: int = 0,
    corps: int | None = None,
    knowledge: str | Posterior = DEFAULT,
    on_progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Iterator[Ensemble]:
    """Yield a growing ensemble at each number of replicates in `steps` (increasing); each holds all
    that came before it, bit for bit.
    """
    from ..engine.replicates import no_weeks

    steps = checked(steps, seed, engine, workers, first)
    compiled = with_corps(compile_scenario(scenario, knowledge), corps)
    weekly = no_weeks(compiled.horizon)
    ledgers = np.zeros((steps[-1], LENGTH), np.int16)
    failures: list[Failure] = []
    done = 0
    for step in steps:
        _fill(
            compiled,
            seed,
            engine,
            workers,
            first,
            ledgers[done:step],
            done,
            weekly,
            failures,
            steps[-1],
            on_progress,
            cancel,
        )
        done = step
        so_far = replace(
            weekly, counts=weekly.counts.copy(), sums=weekly.sums.copy(), bins=weekly.bins.copy()
        )
        yield ensemble_of(
            scenario, compiled, seed, engine, first, columns_of(ledgers[:step]), so_far, failures
        )


def checked(
    steps: Sequence[int], seed: int, engine: str, workers: int | None, first: int
) -> list[int]:
    """The steps, if everything asked for is in range."""
    counts = list(steps)
    for count in counts:
        if (
            isinstance(count, bool)
            or not isinstance(count, int | np.integer)
            or not 1 <= count <= MOST
        ):
            raise OutOfRange(f"replicates: {count!r} - expected a whole number from 1 to {MOST}")
    if sorted(set(counts)) != counts:
        raise OutOfRange(f"steps: {counts} - expected increasing numbers of replicates")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**64:
        raise OutOfRange(f"seed: {seed!r} - expected a whole number from 0 to 2^64 - 1")
    if not 0 <= first or first + counts[-1] > 2**32:
        raise OutOfRange(f"first: {first!r} - expected a replicate from 0 to 2^32 - 1")
    if engine not in ENGINES:
        raise UnknownName("engine", str(engine), ENGINES)
    if workers is not None and not 1 <= workers <= 1024:
        raise OutOfRange(f"workers: {workers!r} - expected 1 to 1024")
    return [int(count) for count in counts]


def with_corps(compiled: Compiled, corps: int | None) -> Compiled:
    """The scenario with a smaller corps simulated one by one; what depends on the number of
    generals keeps the scenario's number.
    """
    if corps is None or corps >= compiled.generals:
        return compiled
    if corps < 8:
        raise OutOfRange(f"corps: {corps!r} - expected at least 8 generals")
    return replace(compiled, generals=corps)


def block_of(engine: str) -> Callable[[Compiled, int, int, int, Weekly], NDArray[np.int16]]:
    """What runs a block of replicates by this engine: (compiled, seed, first, number, weekly) ->
    ledgers (number, 11).
    """
    if engine == "mesa":
        from ..engine.model import run_block as by_mesa

        return by_mesa
    from ..engine.replicates import run_block as by_kernel

    return lambda compiled, seed, first, number, weekly: by_kernel(
        compiled, seed, first, number, weekly
    )[0]


def _fill(
    compiled: Compiled,
    seed: int,
    engine: str,
    workers: int | None,
    first: int,
    ledgers: NDArray[np.int16],
    offset: int,
    weekly: Weekly,
    failures: list[Failure],
    total: int,
    on_progress: Progress | None,
    cancel: threading.Event | None,
) -> None:
    """Run the replicates first + offset ... into `ledgers`, adding their weeks to `weekly`; threads
    take blocks in order.
    """
    from ..engine.replicates import no_weeks

    starts = iter(range(0, len(ledgers), BLOCK))
    lock = threading.Lock()
    progress = [offset]
    failed = threading.Event()

    def work() -> None:
        own = _Blocks(
            compiled, seed, block_of(engine), first + offset, ledgers, no_weeks(compiled.horizon)
        )
        try:
            while not failed.is_set():
                if cancel is not None and cancel.is_set():
                    raise Cancelled(f"cancelled after {progress[0]} of {total} replicates")
                with lock:
                    at = next(starts, None)
                if at is None:
                    break
                size = min(BLOCK, len(ledgers) - at)
                own.run(at, size)
                with lock:
                    progress[0] += size
                    if on_progress is not None:
                        on_progress(progress[0], total)
        except BaseException:
            failed.set()
            raise
        with lock:
            weekly.add(own.weekly)
            failures.extend(own.failures)

    count = min(workers or os.cpu_count() or 1, max(1, -(-len(ledgers) // BLOCK)))
    if count == 1 or engine == "mesa":
        work()
        return
    pool = ThreadPoolExecutor(count, thread_name_prefix="regime_sim")
    futures = [pool.submit(work) for _ in range(count)]
    try:
        for future in futures:
            future.result()
    except BaseException:
        failed.set()
        # a block takes a tenth of a second; compiling, which nothing can stop, is not waited for
        wait(futures, timeout=GRACE)
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


class _Blocks:
    """The blocks of one thread: run with one set of weekly counts until one fails, from then on
    each on its own, the earlier ones anew.
    """

    def __init__(
        self,
        compiled: Compiled,
        seed: int,
        run_block: RunBlock,
        first: int,
        ledgers: NDArray[np.int16],
        weekly: Weekly,
    ) -> None:
        self.weekly = weekly
        self.failures: list[Failure] = []
        self._run_block = run_block
        self._what = (compiled, seed)
        self._first = first
        self._ledgers = ledgers
        self._done: list[tuple[int, int]] = []

    def run(self, at: int, size: int) -> None:
        """Run the block of `size` replicates that begins with the at-th."""
        if self.failures:
            self._careful(at, size)
            return
        try:
            self._ledgers[at : at + size] = self._run_block(
                *self._what, self._first + at, size, self.weekly
            )
            self._done.append((at, size))
        except (Cancelled, MemoryError):
            raise
        except Exception:
            # which replicate it was is found out; half of its weeks may have been counted
            from ..engine.replicates import no_weeks

            self.weekly = no_weeks(self._what[0].horizon)
            for earlier in (*self._done, (at, size)):
                self._careful(*earlier)
            self._done.clear()

    def _careful(self, at: int, size: int) -> None:
        from .failures import careful

        rows, failures = careful(self._run_block, *self._what, self._first + at, size, self.weekly)
        self._ledgers[at : at + size] = rows
        self.failures += failures


def columns_of(ledgers: NDArray[np.int16]) -> dict[str, NDArray[np.int16]]:
    """The columns of ledgers (n, 11) by name; copies."""
    return {name: ledgers[:, k].copy() for k, name in enumerate(COLUMNS)}


def ensemble_of(
    scenario: Scenario,
    compiled: Compiled,
    seed: int,
    engine: str,
    first: int,
    columns: Mapping[str, NDArray[Any]],
    weekly: Weekly,
    failures: Sequence[Failure] = (),
) -> Ensemble:
    """The result record of these replicates, whose arrays it keeps, without those that failed.
    Raises AllFailed where none is left.
    """
    which: NDArray[np.int64] | None = None
    if failures:
        failures = sorted(failures, key=lambda one: one.replicate)
        which = np.setdiff1d(
            np.arange(first, first + len(columns[COLUMNS[0]])), [one.replicate for one in failures]
        )
        columns = {name: column[which - first] for name, column in columns.items()}
        if not which.size:
            from .failures import none_left

            raise none_left(failures, scenario.id, seed)
    return Ensemble(
        scenario=scenario,
        seed=int(seed),
        replicates=len(columns[COLUMNS[0]]),
        engine=engine,
        clustered=clustered(compiled),
        counts=weekly.counts,
        sums=weekly.sums,
        bins=weekly.bins,
        provenance=provenance(compiled),
        first=first,
        failures=tuple(failures),
        which=which,
        **columns,
    )


def clustered(compiled: Compiled) -> bool:
    """Whether neighbours share a draw of something that is uncertain."""
    return bool(compiled.uncertain) or compiled.joint is not None


def provenance(compiled: Compiled) -> dict[str, Any]:
    """What the numbers depend on besides scenario and seed."""
    number = int(compiled.x[INPUT_NAMES.index("generals.number")])
    return {
        "generals": number,
        "simulated_generals": compiled.generals,
        "uncertain": len(compiled.uncertain),
        "knowledge": compiled.joint.name if compiled.joint is not None else "prior",
        "numpy": np.__version__,
    }
