"""Runs in folders and on clusters: what `run --out`, `run --cluster` and `resume` do."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..ensemble.effort import Labour
from ..errors import AllFailed, NotWritten, RegimeSimError, typed
from ..store import disk
from ..store.batch import Member, members, write_plans
from ..store.folder import again, needed, not_written, other_model, run_folder
from ..store.lock import locked, refuse_if_held
from ..store.making import into_memory
from ..store.plan import Plan
from ..view.tables.summary import summary_row
from .answers import Answers
from .ending import (
    BAD_INPUT,
    CHECK_FAILED,
    INTERRUPTED,
    TERMINATED,
    Stop,
    Terminated,
    complain,
    stopped_by,
)
from .inputs import loaded
from .output import progress
from .run import Asked, Where
from .summary import write_summary
from .targets import placed, plan_id, planned, where_problems

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble


def kept(names: Sequence[str], asked: Asked, where: Where) -> tuple[str, int]:
    """Run into a folder, on a cluster or both: results, and the exit status. Raises Stop."""
    with endings(where.out):
        if where.out is not None:
            refuse_if_held(where.out)
        scenarios, more = loaded(names)
        if lines := [*asked.problems(), *where_problems(where, scenarios), *more]:
            raise Stop(BAD_INPUT, lines)
        plans = [planned(asked.altered(one), asked, where.chunk) for one in scenarios]
        answers = Answers(asked.format, asked.workers, asked.brief(len(plans)))
        if where.out is None:
            assert where.cluster is not None
            _on_cluster(plans, where.cluster, answers)
            return answers.text(), answers.status()
        places = placed(where, plans)
        return _in_folders(places, where.out, where.cluster, answers, where.replace)


def resumed(
    folder: Path, workers: int | None, cluster: str | None, format: str, verbose: bool = False
) -> tuple[str, int]:
    """Finish what was begun in a folder, a run or a batch, and say how it ends. Raises Stop."""
    with endings(folder):
        refuse_if_held(folder)
        found = members(folder)
        reasons = [other_model(member.folder, member.plan) for member in found]
        if any(reasons):
            raise Stop(BAD_INPUT, [f"regime-sim: {one}; {again(folder)}" for one in reasons if one])
        brief = len(found) > 1 and not verbose
        return _in_folders(found, folder, cluster, Answers(format, workers, brief))


def _in_folders(
    places: Sequence[Member],
    out: Path,
    cluster: str | None,
    answers: Answers,
    replace: bool = False,
) -> tuple[str, int]:
    """Run or finish each folder; several are a batch in `out`. replace: our other runs give way."""

    def add(member: Member, ensemble: Ensemble) -> None:
        answers.add(ensemble, str(member.folder / "scenario.yaml"))

    try:
        several = places[0].folder != out
        with batch(out, places) if several else nullcontext():
            status = each(places, answers.workers, cluster, add, replace, out if several else None)
            return answers.text(), answers.status() or status
    except NotWritten as error:
        bytes_needed = sum(needed(member.folder, member.plan) for member in places)
        raise not_written(out, error, bytes_needed) from error


@contextmanager
def batch(out: Path, places: Sequence[Member]) -> Iterator[None]:
    """Hold the folder of several runs, in which their plans are written down first."""
    with locked(out):
        write_plans(out, [member.plan for member in places])
        yield


def each(
    places: Sequence[Member],
    workers: int | None,
    cluster: str | None,
    add: Callable[[Member, Ensemble], object] = lambda *_: None,
    replace: bool = False,
    summed: Path | None = None,
) -> int:
    """Make each run in turn; one of which no future comes through does not end the others. summed:
    the folder of a batch, which then gets a summary of them all.
    """
    status = 0
    rows = []
    with _executor(cluster) as (executor, window), progress(len(places)) as begin:
        for member in places:
            labour = Labour(
                executor=executor,
                workers=workers,
                window=window,
                on_progress=begin(plan_id(member.plan)),
                cancel=threading.Event(),
                say=_say,
            )
            try:
                found = run_folder(member.folder, member.plan, labour, replace=replace)
                rows.append(summary_row(found))
                add(member, found)
            except AllFailed as error:
                complain([f"regime-sim: {member.folder}: {error}"])
                status = CHECK_FAILED
    if summed is not None:
        write_summary(summed, rows)
    return status


def _on_cluster(plans: Sequence[Plan], address: str, answers: Answers) -> None:
    """Run each plan on a cluster and keep no file."""
    with _executor(address) as (executor, window), progress(len(plans)) as begin:
        assert executor is not None
        for plan in plans:
            labour = Labour(executor=executor, window=window, on_progress=begin(plan_id(plan)))
            answers.add(into_memory(plan, labour), plan_id(plan))


@contextmanager
def _executor(cluster: str | None) -> Iterator[tuple[Any, int | None]]:
    """The cluster's workers, or none: threads of our own."""
    if cluster is None:
        yield None, None
        return
    from ..ensemble.cluster import connected  # Dask is loaded by those who use it

    with connected(cluster) as found:
        yield found


def _say(line: str) -> None:
    complain([f"regime-sim: {line}"])


# ---- endings


@contextmanager
def endings(folder: Path | None) -> Iterator[None]:
    """Every way to end early as one line and a status: interrupts say which command goes on."""
    try:
        yield
    except (KeyboardInterrupt, Terminated) as error:
        _deaf()
        ended = isinstance(error, Terminated)
        status, word = (TERMINATED, "Terminated") if ended else (INTERRUPTED, "Interrupted")
        raise Stop(status, [f"regime-sim: {word}; {_going_on(folder)}"]) from None
    except RegimeSimError as error:
        raise stopped_by(error) from error


def _going_on(folder: Path | None) -> str:
    """How to go on from where this command ended."""
    begun = folder is not None and any(
        disk.is_file(folder / name) for name in ("manifest.json", "batch.json")
    )
    return (
        f"`regime-sim resume {typed(folder)}` continues from there"
        if begun
        else "nothing was started. Run it again for the same results"
    )


def _deaf() -> None:
    """The end has begun: a second signal shall not break into it."""
    if threading.current_thread() is threading.main_thread():
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)
