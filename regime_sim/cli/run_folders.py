"""Runs into folders and on clusters: the commands `run --out`, `run --cluster`, `resume` and
`rerun`; says what happened and with which status it ends.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import AllFailed, FolderInUse, NotWritten, RegimeSimError
from .ending import (
    BAD_INPUT,
    CHECK_FAILED,
    FOLDER_IN_USE,
    INTERRUPTED,
    NOT_WRITTEN,
    TERMINATED,
    Stop,
    Terminated,
    complain,
    write,
)
from .file_checks import status_of, stopped_line, tested, with_claims
from .output import format_problems, progress, range_problems
from .run import (
    MOST_WORKERS,
    Options,
    failed_lines,
    joined,
    loaded,
    option_problems,
    part_of,
    without_linear_algebra,
)
from .targets import Where, placed, planned, targets, where_problems

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..scenario import Scenario
    from ..store.batch import Member
    from ..store.plan import Plan

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A folder that `run --out` wrote into.")
]
Workers = Annotated[
    int | None, typer.Option(help="Threads; no byte depends on it. [default: all cores]")
]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Run on the Dask cluster whose scheduler is at this address, tcp://host:8786.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(resume)
    app.command()(rerun)


def resume(
    folder: Folder,
    workers: Workers = None,
    cluster: Cluster = None,
    format: Annotated[
        str, typer.Option("--format", metavar="table|json|csv", help="How results are written.")
    ] = "table",
) -> None:
    """Finish what `run --out DIR` began, to the bytes of an undisturbed run; what is complete is
    only checked.
    """
    finish(resume_results(folder, workers, cluster, format))


def rerun(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to. [default: DIR-rerun]")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also if the code that made it was another.")
    ] = False,
    workers: Workers = None,
    cluster: Cluster = None,
) -> None:
    """Make every file of a folder again, from its manifest alone, and compare every byte; status 1
    if one differs.
    """
    finish(rerun_report(folder, out, force, workers, cluster))


def finish(found: tuple[str, int]) -> None:
    """Write what was found, and end with its status."""
    text, status = found
    if text:
        write(text)
    if status:
        raise Stop(status)


def run_results(names: Sequence[str], options: Options, where: Where) -> tuple[str, int]:
    """Run scenarios into a folder, on a cluster or both: results in the form asked for, and the
    exit status. Raises Stop.
    """
    with _endings(where.out), without_linear_algebra(options.engine):
        _refuse_if_held(where.out)
        scenarios, more = loaded(names)
        problems = [*option_problems(options), *where_problems(where, scenarios), *more]
        if problems:
            raise Stop(BAD_INPUT, problems)
        asked = [
            scenario.with_(horizon=options.horizon, generals=options.generals)
            for scenario in scenarios
        ]
        plans = [planned(scenario, options, where) for scenario in asked]
        if where.out is None:
            assert where.cluster is not None
            return _on_cluster(asked, plans, options, where.cluster)
        return _results(
            placed(where, plans), options.workers, where.cluster, options.format, where.out
        )


def resume_results(
    folder: Path, workers: int | None, cluster: str | None, format: str
) -> tuple[str, int]:
    """Finish what was begun in a folder, a run or a batch, and say how it ends. Raises Stop."""
    from ..store.batch import members
    from ..store.folder import again, other_model

    problems = [*_worker_problems(workers), *format_problems(format)]
    if problems:
        raise Stop(BAD_INPUT, problems)
    with _endings(folder):
        _refuse_if_held(folder)
        found = members(folder)
        reasons = [other_model(member.folder, member.plan) for member in found]
        if any(reasons):
            raise Stop(BAD_INPUT, [f"regime-sim: {one}; {again(folder)}" for one in reasons if one])
        return _results(found, workers, cluster, format, folder)


def rerun_report(
    folder: Path, out: Path | None, force: bool, workers: int | None, cluster: str | None
) -> tuple[str, int]:
    """Make every file of a folder again, from its manifest alone, in another folder, and compare
    every byte. Raises Stop.
    """
    from ..store.batch import is_batch, members, write_plans
    from ..store.lock import locked

    if problems := _worker_problems(workers):
        raise Stop(BAD_INPUT, problems)
    target = out or folder.with_name(f"{folder.resolve().name}-rerun")
    if target.resolve() == folder.resolve():
        raise Stop(
            BAD_INPUT,
            [
                f"regime-sim: --out {target}: expected another folder than the one that is made"
                " again"
            ],
        )
    with _endings(target):
        found = members(folder)
        plans = [_anew(member, force) for member in found]
        several = is_batch(folder)
        places = targets(target, plans, several)
        with locked(target) if several else nullcontext():
            if several:
                write_plans(target, plans)
            _each(places, workers, cluster)
        verdicts = [_compared(old, new) for old, new in zip(found, places, strict=True)]
    same = all(good for _, good in verdicts)
    return "\n".join(line for line, _ in verdicts), 0 if same or force else CHECK_FAILED


def _worker_problems(workers: int | None) -> list[str]:
    return range_problems((("--workers", workers, 1, MOST_WORKERS),))


# ---- running


def _results(
    places: Sequence[Member], workers: int | None, cluster: str | None, format: str, out: Path
) -> tuple[str, int]:
    """Run or finish each folder, and what all of them say."""
    from ..store.folder import needed, not_written

    try:
        return _all_results(
            places, workers, cluster, format, out if places[0].folder != out else None
        )
    except NotWritten as error:
        raise not_written(
            out, error, sum(needed(member.folder, member.plan) for member in places)
        ) from error


def _all_results(
    places: Sequence[Member],
    workers: int | None,
    cluster: str | None,
    format: str,
    batch: Path | None,
) -> tuple[str, int]:
    """The same; `batch` is the folder of the whole, where there are several."""
    from ..store.batch import write_plans
    from ..store.lock import locked

    parts: list[Any] = []
    claims: list[Any] = []
    with nullcontext() if batch is None else locked(batch):
        if batch is not None:
            write_plans(batch, [member.plan for member in places])

        def keep(member: Member, ensemble: Ensemble) -> None:
            complain(
                [
                    *failed_lines(ensemble, str(member.folder / "scenario.yaml")),
                    *stopped_line(ensemble),
                ]
            )
            found = tested(ensemble.scenario, ensemble, workers)  # type: ignore[arg-type]
            claims.extend(found)
            parts.append(with_claims(part_of(ensemble, ensemble.scenario, format), found, format))  # type: ignore[arg-type]

        status = _each(places, workers, cluster, keep)
    return joined(parts, format) if parts else "", status_of(claims) or status


def _each(
    places: Sequence[Member],
    workers: int | None,
    cluster: str | None,
    keep: Callable[[Member, Ensemble], object] = lambda *_: None,
) -> int:
    """Each run in turn; one of which no replicate comes through does not end the others."""
    from ..ensemble.effort import Labour
    from ..store.folder import run_folder

    status = 0
    with _executor(cluster) as (executor, window), progress(len(places)) as begin:
        for member in places:
            labour = Labour(
                executor=executor,
                workers=workers,
                window=window,
                on_progress=begin(_name(member.plan)),
                cancel=threading.Event(),
                say=lambda line: complain([f"regime-sim: {line}"]),
            )
            try:
                keep(member, run_folder(member.folder, member.plan, labour))
            except AllFailed as error:
                complain([f"regime-sim: {member.folder}: {error}"])
                status = CHECK_FAILED
    return status


def _on_cluster(
    scenarios: Sequence[Scenario], plans: Sequence[Plan], options: Options, address: str
) -> tuple[str, int]:
    """Run each scenario on a cluster and keep nothing."""
    from ..ensemble.effort import Labour
    from ..store.making import into_memory

    parts = []
    claims: list[Any] = []
    with _executor(address) as (executor, window), progress(len(plans)) as begin:
        assert executor is not None
        for scenario, plan in zip(scenarios, plans, strict=True):
            labour = Labour(executor=executor, window=window, on_progress=begin(_name(plan)))
            ensemble = into_memory(plan, labour)
            complain([*failed_lines(ensemble, scenario.id), *stopped_line(ensemble)])
            found = tested(scenario, ensemble, options.workers)
            claims.extend(found)
            parts.append(
                with_claims(part_of(ensemble, scenario, options.format), found, options.format)
            )
    return joined(parts, options.format), status_of(claims)


@contextmanager
def _executor(cluster: str | None) -> Iterator[tuple[Any, int | None]]:
    """The cluster's workers, or none: threads of our own."""
    if cluster is None:
        yield None, None
        return
    from ..ensemble.cluster import connected

    with connected(cluster) as found:
        yield found


def _name(plan: Plan) -> str:
    return str(plan.document["scenario"]["id"])


# ---- making again


def _anew(member: Member, force: bool) -> Plan:
    """The plan of a run to be made again: the same one, or where it is forced the same with the
    code that is here. Raises Stop.
    """
    from ..ensemble.effort import Effort
    from ..scenario import loads
    from ..store.folder import other_model
    from ..store.plan import plan_of, rule_in

    old = member.plan.document
    reason = other_model(member.folder, member.plan)
    if reason is None:
        return member.plan
    if not force:
        raise Stop(BAD_INPUT, [f"regime-sim: {reason}; --force runs it with this one"])
    scenario = loads(old["scenario"]["yaml"], str(member.folder))
    names = ("replicates", "seed", "engine", "first", "corps")
    effort = Effort(knowledge=old["knowledge"]["name"], **{name: old[name] for name in names})
    return plan_of(scenario, effort, chunk=old["chunk"], stop=rule_in(old))


def _compared(old: Member, new: Member) -> tuple[str, bool]:
    """Whether two run folders have the same bytes, in one line."""
    from ..store.manifest import manifest_in

    before, after = manifest_in(old.folder), manifest_in(new.folder)
    if before is None or after is None or not before["complete"]:
        return (
            (
                f"{new.folder}: made; {old.folder} is not complete, so there is nothing to compare"
                " it with"
            ),
            True,
        )
    files = [
        {**{f"chunks/{one['file']}": one["sha256"] for one in found["chunks"]}, **found["files"]}
        for found in (before, after)
    ]
    apart = sorted(
        name for name in {*files[0], *files[1]} if files[0].get(name) != files[1].get(name)
    )
    if not apart and before == after:
        return f"{new.folder}: every byte is that of {old.folder} ({len(files[0]) + 1} files)", True
    if not apart:
        return (
            f"{new.folder}: same results as {old.folder}; the manifests name different versions",
            True,
        )
    return (
        (
            f"{new.folder}: {len(apart)} of {len(files[0])} files differ from {old.folder}:"
            f" {', '.join(apart[:5])}{' ...' if len(apart) > 5 else ''}"
        ),
        False,
    )


def cluster_bench(name: str) -> str:
    """What Dask costs against threads on this machine. Raises Stop."""
    from ..bench.cluster import cluster_rows
    from .run import load_all

    scenario = load_all([name])[0]
    try:
        return "\n".join(map(str, cluster_rows(scenario)))
    except ImportError as error:
        raise Stop(
            BAD_INPUT,
            ["regime-sim: --cluster needs the extra `cluster`: pip install 'regime-sim[cluster]'"],
        ) from error


# ---- endings


@contextmanager
def _endings(folder: Path | None) -> Iterator[None]:
    """Every way to end early as one line and a status: interrupts say which command goes on."""
    try:
        yield
    except KeyboardInterrupt:
        _deaf()
        raise Stop(INTERRUPTED, [f"regime-sim: interrupted; {_going_on(folder)}"]) from None
    except Terminated:
        _deaf()
        raise Stop(TERMINATED, [f"regime-sim: terminated; {_going_on(folder)}"]) from None
    except FolderInUse as error:
        raise Stop(FOLDER_IN_USE, [f"regime-sim: {error}"]) from error
    except NotWritten as error:
        raise Stop(NOT_WRITTEN, [f"regime-sim: {error}"]) from error
    except RegimeSimError as error:
        raise Stop(
            BAD_INPUT, [f"regime-sim: {line}" for line in str(error).splitlines()]
        ) from error


def _going_on(folder: Path | None) -> str:
    """The command that goes on from where this one ended."""
    started = folder is not None and any(
        (folder / name).is_file() for name in ("manifest.json", "batch.json")
    )
    return (
        f"`regime-sim resume {folder}` goes on from there"
        if started
        else "nothing was begun, the same command gives the same numbers"
    )


def _refuse_if_held(folder: Path | None) -> None:
    """Stop at once where another process writes into the folder, before anything is loaded."""
    from ..store.lock import refuse_if_held

    if folder is not None:
        refuse_if_held(folder)


def _deaf() -> None:
    """The end has begun: a second signal shall not break into it."""
    if threading.current_thread() is threading.main_thread():
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)
