"""Making the chunks of a plan, by threads of this process or by any executor: into a run folder, or
into memory; the same bytes from all of them.

A worker that sees the run's folder writes its chunk there and answers with a receipt; one that does
not answers with the chunk, and this process writes it.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..ensemble.assemble import clustered
from ..ensemble.driver import WINDOW, Crew, pool
from ..ensemble.effort import Labour
from ..ensemble.stopping import StopCheck, column_of
from . import disk, task
from .chunk import columns
from .manifest import chunk_path
from .plan import Plan, PlannedRun, runnable
from .reading import Sum

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble


def into_memory(plan: Plan, labour: Labour) -> Ensemble:
    """Run a plan, with nothing written to disk. Raises AllFailed, Cancelled, WorkerMismatch."""
    planned = runnable(plan.text)
    packed = zlib.compress(plan.text.encode())
    total = Sum(planned, planned.replicates)
    stop = stop_check(planned)
    waiting: dict[int, bytes] = {}  # chunks of which it is not known yet whether the run has them

    def take(at: int, content: bytes) -> bool:
        waiting[at] = content
        for known in [at] if stop is None else shown(stop, planned, at, content):
            total.add(waiting.pop(known), plan.key, known)
            _tell(labour, total.done, planned)
        return True

    with _crew(labour, len(planned.edges) - 1, writes=False) as crew:
        crew.gather(
            lambda at: (task.make_and_send, packed, at),
            range(len(planned.edges) - 1),
            take,
            enough=lambda: stop is not None and stop.ends is not None,
        )
    return total.ensemble()


def into_folder(
    folder: Path, plan: Plan, todo: Collection[int], labour: Labour, stop: StopCheck | None
) -> None:
    """Make these chunks of a plan in a folder that is held. stop: has seen the others."""
    planned = runnable(plan.text)
    done = planned.replicates - sum(planned.span(at)[1] for at in todo)
    packed = zlib.compress(plan.text.encode())
    place = os.path.realpath(folder)
    seen = True

    def call(at: int) -> tuple[Any, ...]:
        if not seen:
            return task.make_and_send, packed, at
        here = () if crew.stop is None else (crew.stop,)  # threads of ours look at it
        return task.make_and_write, place, plan.key, at, *here

    def take(at: int, answer: object) -> bool:
        nonlocal done, seen
        path = chunk_path(folder, at)
        if isinstance(answer, bytes):
            disk.write_whole(path, answer, plan.token)
        elif isinstance(answer, task.FolderNotSeen) or not path.is_file():
            seen = False  # these workers have another disk: from now on they send what they make
            return False
        if stop is not None:
            shown(stop, planned, at, disk.read_whole(path) or b"")
        done += planned.span(at)[1]
        _tell(labour, done, planned)
        return True

    with _crew(labour, len(todo), writes=True) as crew:
        crew.gather(call, todo, take, enough=lambda: stop is not None and stop.ends is not None)


@contextmanager
def _crew(labour: Labour, tasks: int, writes: bool) -> Iterator[Crew]:
    """The executor that was given, or threads of this process."""
    if labour.executor is None:
        with pool(labour, tasks) as crew:
            yield crew
    else:
        yield Crew(labour.executor, labour.window or WINDOW, labour.cancel, drain=writes)


def _tell(labour: Labour, done: int, planned: PlannedRun) -> None:
    if labour.on_progress is not None:
        labour.on_progress(done, planned.replicates)


def stop_check(planned: PlannedRun) -> StopCheck | None:
    """What looks at the chunks of a run that may stop; None for any other."""
    if planned.stop is None:
        return None
    run = planned.run
    return StopCheck(planned.stop, planned.edges, run.first, clustered(run.compiled))


def shown(stop: StopCheck, planned: PlannedRun, at: int, content: bytes) -> list[int]:
    """Show a chunk to the check; the chunks that are now known to be of the run. Raises Damaged."""
    assert planned.stop is not None
    name = column_of(planned.stop.of)
    found, failures = columns(content, planned.key, at, planned.span(at)[1], (name,))
    return stop.take(at, found[name], failures)
