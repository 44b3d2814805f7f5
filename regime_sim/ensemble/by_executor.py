"""Runs by an executor and runs into a folder: one plan, cut into chunks, by whatever workers; the
same bytes from all of them.

A worker that sees the run's folder writes its chunk there and answers with a receipt; one that does
not answers with the chunk, and this process writes it.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..facts.posterior import DEFAULT
from ..store import disk, task
from ..store.chunk import columns as columns_in
from ..store.chunk import decode
from ..store.plan import Plan, Ready, plan_of, ready
from . import executors
from .result import ARRAYS
from .simulate import COLUMNS, clustered, ensemble_of

if TYPE_CHECKING:
    from ..scenario import Scenario
    from ..store.folder import How
    from .failures import Failure
    from .result import Ensemble
    from .simulate import Progress
    from .stopping import Rule, Watch


def simulate_elsewhere(
    scenario: Scenario,
    replicates: int,
    seed: int,
    engine: str,
    workers: int | None,
    *,
    first: int = 0,
    corps: int | None = None,
    knowledge: object = DEFAULT,
    on_progress: Progress | None,
    cancel: threading.Event | None,
    executor: Executor | None,
    folder: Path | None,
    stop: Rule | None = None,
) -> Ensemble:
    """`simulate` or `simulate_until` (stop) with an executor, a folder or both."""
    from ..store.folder import How, run_folder

    plan = plan_of(
        scenario, replicates, seed, engine, first=first, corps=corps, knowledge=knowledge, stop=stop
    )
    how = How(executor, workers, on_progress=on_progress, cancel=cancel)
    if folder is not None:
        return run_folder(folder, plan, how)
    assert executor is not None
    return run_on(executor, plan, how)


def run_on(executor: Executor, plan: Plan, how: How) -> Ensemble:
    """Run a plan by an executor, with nothing written to disk."""
    from ..engine.replicates import no_weeks

    about = ready(plan.text)
    columns = empty_columns(about.replicates)
    weekly = no_weeks(about.compiled.horizon)
    failures: list[Failure] = []
    done = 0
    packed = zlib.compress(plan.text.encode())
    watch = watch_of(about)
    # chunks of which it is not known yet whether the run goes so far
    waiting: dict[int, bytes] = {}

    def add(at: int, content: bytes) -> None:
        nonlocal done
        chunk = decode(content, plan.key, at, about.span(at)[1], about.compiled.horizon)
        for name, values in chunk.columns.items():
            columns[name][about.rows(at)] = values
        chunk.add_to(weekly)
        failures.extend(chunk.failures)
        done += about.span(at)[1]
        if how.on_progress is not None:
            how.on_progress(done, about.replicates)

    def take(at: int, content: bytes) -> bool:
        if watch is None:
            add(at, content)
            return True
        waiting[at] = content
        for known in seen(watch, about, at, content):
            add(known, waiting.pop(known))
        return True

    executors.gather(
        executor,
        lambda at: (task.bring, packed, at),
        range(len(about.edges) - 1),
        take,
        window=how.window or executors.WINDOW,
        cancel=how.cancel,
        enough=lambda: watch is not None and watch.ends is not None,
    )
    whole = {name: values[:done] for name, values in columns.items()}
    found = ensemble_of(
        about.scenario,
        about.compiled,
        about.seed,
        about.engine,
        about.first,
        whole,
        weekly,
        failures,
    )
    return found if about.stop is None else about.stop.signed(found, about.replicates)


def watch_of(about: Ready) -> Watch | None:
    """What looks at the chunks of a run that may stop; None for any other."""
    from .stopping import Watch

    return (
        None
        if about.stop is None
        else Watch(about.stop, about.edges, about.first, clustered(about.compiled))
    )


def seen(watch: Watch, about: Ready, at: int, content: bytes) -> list[int]:
    """Show a chunk to the watch; the chunks that are now known to be of the run. Raises Damaged."""
    from .stopping import column_of

    assert about.stop is not None
    name = column_of(about.stop.of)
    found, failures = columns_in(content, about.key, at, about.span(at)[1], (name,))
    return watch.take(at, found[name], failures)


def empty_columns(replicates: int) -> dict[str, NDArray[Any]]:
    """The columns of so many ledgers, in the types that an ensemble keeps them in."""
    return {name: np.zeros(replicates, ARRAYS[name][0]) for name in COLUMNS}


def make_chunks(
    executor: Executor,
    plan: Plan,
    todo: Iterable[int],
    folder: Path,
    how: How,
    stop: threading.Event | None = None,
    watch: Watch | None = None,
) -> None:
    """Make these chunks of a plan in a folder that is held. stop: given where the executor's
    workers are threads of ours, which look at it. watch: has seen the others.
    """
    about = ready(plan.text)
    missing = list(todo)
    done = about.replicates - sum(about.span(at)[1] for at in missing)
    packed = zlib.compress(plan.text.encode())
    place = str(folder.resolve())
    shared = True

    def call(at: int) -> tuple[Any, ...]:
        if not shared:
            return task.bring, packed, at
        return (
            (task.keep, place, plan.key, at)
            if stop is None
            else (task.keep, place, plan.key, at, stop)
        )

    def take(at: int, answer: object) -> bool:
        nonlocal done, shared
        if isinstance(answer, bytes):
            disk.write_whole(task.chunk_path(folder, at), answer)
        elif isinstance(answer, task.Unseen) or not task.chunk_path(folder, at).is_file():
            shared = False  # these workers have another disk: from here on they send what they made
            return False
        if watch is not None:
            seen(watch, about, at, disk.read_whole(task.chunk_path(folder, at)) or b"")
        done += about.span(at)[1]
        if how.on_progress is not None:
            how.on_progress(done, about.replicates)
        return True

    window = how.window or executors.WINDOW
    executors.gather(
        executor,
        call,
        missing,
        take,
        window=window,
        cancel=how.cancel,
        stop=stop,
        enough=lambda: watch is not None and watch.ends is not None,
        drain=True,
    )
