"""One driver for threads and any `concurrent.futures.Executor`: tasks are sent a few at a time and
taken as they come, in any order; knows no statistics.

Which worker does a task, how often and in which order leaves no trace in what comes back.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from queue import Empty, SimpleQueue
from traceback import walk_tb
from typing import Any

from ..engine.stopping import Stop
from ..errors import Cancelled, WorkerMismatch
from .effort import Labour

WINDOW = 64  # tasks under way at once, where the number of workers is not known
AGAIN = 5  # times a task is sent once more when the worker that had it died
LOOK = 0.05  # seconds between two looks at `cancel`
Call = Callable[[int], tuple[Any, ...]]
Take = Callable[[int, Any], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Crew:
    """Workers behind one executor. window: tasks under way at once. cancel: set by the caller to
    end it. stop: set when it ends early, for tasks in this process to see. drain: wait for tasks
    that are no longer needed, since they leave traces.
    """

    executor: Executor
    window: int = WINDOW
    cancel: threading.Event | None = None
    stop: Stop | None = None
    drain: bool = False

    def gather(
        self,
        call: Call,
        todo: Iterable[int],
        take: Take,
        enough: Callable[[], bool] = lambda: False,
    ) -> None:
        """Run `call(at)` = (function, *arguments) for each number, and `take(at, answer)` in this
        thread; False from `take` sends the number again. enough: asked after each `take`; once it
        is true the numbers that are left are not needed.

        Raises what a task raised, Cancelled, and WorkerMismatch where the executor itself
        broke. Nothing that leaves a trace is under way any more when it returns well.
        """
        arrived: SimpleQueue[Future[Any]] = SimpleQueue()
        under_way: dict[Future[Any], int] = {}
        sent: Counter[int] = Counter()
        left = iter(todo)

        def send(at: int) -> None:
            try:
                future = self.executor.submit(*call(at))
            except (BrokenExecutor, RuntimeError) as error:
                raise _broken(error) from error
            under_way[future] = at
            future.add_done_callback(arrived.put)

        try:
            for at in islice(left, max(1, self.window)):
                send(at)
            while under_way:
                if self.cancel is not None and self.cancel.is_set():
                    raise Cancelled("cancelled")
                future = _next(arrived)
                if future is None:
                    continue
                at = under_way.pop(future)
                answered, answer = _answer(future, sent, at)
                if not answered or not take(at, answer):
                    send(at)
                    continue
                if enough():
                    self._wind_up(under_way)
                    return
                for following in islice(left, 1):
                    send(following)
        except BaseException:
            self._abandon(under_way)
            raise

    def _wind_up(self, under_way: Iterable[Future[Any]]) -> None:
        """Take back what is not needed. Workers of another process may say that they took back a
        task that goes on: where that would write, it is waited for.
        """
        if self.stop is not None:
            self.stop.set()
        if self.stop is not None or not self.drain:
            for future in under_way:
                future.cancel()
        if self.stop is not None or self.drain:
            wait(list(under_way))

    def _abandon(self, under_way: Iterable[Future[Any]]) -> None:
        """Take back what has not begun; tasks in this process, which see `stop`, end soon."""
        for future in under_way:
            future.cancel()
        if self.stop is not None:
            self.stop.set()
            wait([future for future in under_way if not future.done()])


@contextmanager
def threads(labour: Labour, tasks: int, alone: bool = False) -> Iterator[Crew]:
    """As `pool`; `alone`: this thread itself, for tasks that hold the interpreter lock."""
    if alone:
        yield Crew(_ThisThread(), 1, labour.cancel)
        return
    with pool(labour, tasks) as crew:
        yield crew


@contextmanager
def pool(labour: Labour, tasks: int) -> Iterator[Crew]:
    """Threads of this process for so many tasks: one per core unless the caller says otherwise.
    This thread stays free for signals and for `cancel`.
    """
    count = min(labour.workers or os.cpu_count() or 1, max(1, tasks))
    stop = Stop()
    executor = ThreadPoolExecutor(count, thread_name_prefix="regime_sim")
    try:
        yield Crew(executor, 2 * count, labour.cancel, stop)
    finally:
        executor.shutdown(cancel_futures=True)


class _ThisThread(Executor):
    """Runs each task where it is sent."""

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **options: Any
    ) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **options))
        except Exception as error:
            future.set_exception(error)
        return future


def _next(arrived: SimpleQueue[Future[Any]]) -> Future[Any] | None:
    try:
        return arrived.get(timeout=LOOK)
    except Empty:
        return None


def _answer(future: Future[Any], sent: Counter[int], at: int) -> tuple[bool, Any]:
    """Whether a task came back, and with what; one whose worker died is sent again."""
    try:
        return True, future.result()
    except BrokenExecutor as error:
        raise _broken(error) from error
    except (CancelledError, Exception) as error:
        if not _lost(error):
            raise
        if sent[at] >= AGAIN:
            raise _broken(error) from error
        sent[at] += 1
        return False, None


def _lost(error: BaseException) -> bool:
    """Whether the executor lost the task, and not the task its way: Dask says so by an error of its
    own, by taking the task back, or by failing while it says so (2026.8: cfexecutor).
    """
    if (
        isinstance(error, CancelledError)
        or type(error).__name__ == "KilledWorker"
        or type(error).__module__.startswith("distributed")
    ):
        return True
    *_, (frame, _line) = walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__")).startswith("distributed")


def _broken(error: BaseException) -> WorkerMismatch:
    said = f": {error}" if str(error) else ""
    return WorkerMismatch(f"the executor takes no more work: {type(error).__name__}{said}")
