"""Chunks through any `concurrent.futures.Executor`: sent a few at a time, taken as they come, in
any order; knows no statistics.

A task is never larger than its chunk, and which worker does it, how often and in which order leaves
no trace in what comes back.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from itertools import islice
from queue import Empty, SimpleQueue
from traceback import walk_tb
from typing import Any

from ..errors import Cancelled, ElsewhereDifferent

WINDOW = 64  # tasks under way at once, where the number of workers is not known
AGAIN = 5  # times a task is sent anew when the worker that had it died
LOOK = 0.1  # seconds between two looks at `cancel`
GRACE = 1.0  # seconds in which tasks in this process may come to the end of a block
Call = Callable[[int], tuple[Any, ...]]


def gather(
    executor: Executor,
    call: Call,
    todo: Iterable[int],
    take: Callable[[int, Any], bool],
    *,
    window: int = WINDOW,
    cancel: threading.Event | None = None,
    stop: threading.Event | None = None,
    enough: Callable[[], bool] = lambda: False,
    drain: bool = False,
) -> None:
    """Run `call(at)` = (function, *arguments) for each number, and `take(at, answer)`, in this
    thread; False from `take` sends the number again.

    cancel: set by the caller to end it, with Cancelled. stop: set here when it ends early, for
    tasks in this process to see. enough: asked after each `take`; once it is true the numbers that
    are left are not needed. drain: then wait for tasks that are under way, since they leave traces.
    Raises what a task raised, and ElsewhereDifferent where the executor itself broke. Nothing that
    leaves a trace is under way any more when it returns well.
    """
    arrived: SimpleQueue[Future[Any]] = SimpleQueue()
    under_way: dict[Future[Any], int] = {}
    sent: Counter[int] = Counter()
    left = iter(todo)

    def send(at: int) -> None:
        try:
            future = executor.submit(*call(at))
        except (BrokenExecutor, RuntimeError) as error:
            raise _broken(error) from error
        under_way[future] = at
        future.add_done_callback(arrived.put)

    try:
        for at in islice(left, max(1, window)):
            send(at)
        while under_way:
            if cancel is not None and cancel.is_set():
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
                _wind_up(under_way, stop, drain)
                return
            for following in islice(left, 1):
                send(following)
    except BaseException:
        _abandon(under_way, stop)
        raise


def _next(arrived: SimpleQueue[Future[Any]]) -> Future[Any] | None:
    try:
        return arrived.get(timeout=LOOK)
    except Empty:
        return None


def _answer(future: Future[Any], sent: Counter[int], at: int) -> tuple[bool, Any]:
    """Whether a task came back, and with what; that its worker died is only a reason to send it
    again.
    """
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


def _wind_up(under_way: Iterable[Future[Any]], stop: threading.Event | None, drain: bool) -> None:
    """Take back what is not needed. An executor elsewhere may say that it took back a task that
    goes on: where that would write, it is waited for.
    """
    if stop is not None:
        stop.set()
    if stop is not None or not drain:
        for future in under_way:
            future.cancel()
    if stop is not None or drain:
        wait(list(under_way))


def _broken(error: BaseException) -> ElsewhereDifferent:
    return ElsewhereDifferent(
        "the executor takes no more work:"
        f" {type(error).__name__}{f': {error}' if str(error) else ''}"
    )


def _abandon(under_way: Iterable[Future[Any]], stop: threading.Event | None) -> None:
    """Take back what has not begun; tasks in this process, which see `stop`, get a second to come
    to the end of a block.
    """
    for future in under_way:
        future.cancel()
    if stop is not None:
        stop.set()
        wait([future for future in under_way if not future.done()], timeout=GRACE)
