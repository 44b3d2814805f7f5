"""Run folders: a run as files that survive anything, finished to the same bytes however often it
was broken off; computes no statistic.

    manifest.json      the plan (resolved scenario, seed, versions, source hash); when complete also
    the SHA-256 of every file chunks/000000.npz  consecutive replicates: ledgers, weekly counts,
    failures (`ensemble.chunk`) outcomes.parquet   a row a replicate;  weekly.parquet  a row a week
    and variable;  result.json  what `run --format json` prints scenario.yaml      the resolved
    scenario, for `regime-sim run` lock               empty, or who is writing

A file is there whole or not at all, and nothing in it depends on time, machine, workers or
interruption. A chunk carries the run's key and its own SHA-256, so that a damaged, exchanged or
foreign one is found without a record of it; it is never used, and made again by whoever resumes the
run.

A run that stops when enough is known (`stop_when`) is cut at every number of futures at which
`ensemble.stopping` looks, and looks in the order of its chunks: it ends at the same one as in
memory, and its files are those up to there. What workers made beyond it by then is removed.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import Damaged, NotWritten, RegimeSimError
from . import disk
from .chunk import check, columns, decode
from .lock import NAME as LOCK
from .lock import locked
from .plan import (
    KEYS,
    STOP,
    Plan,
    canonical,
    check_here,
    differences,
    fingerprint,
    readable,
    ready,
    sha256,
)
from .task import CHUNKS, MANIFEST, chunk_path

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ensemble.failures import Failure
    from ..ensemble.result import Ensemble
    from ..ensemble.stopping import Watch
    from ..statistics.intervals import Ints

SCENARIO = "scenario.yaml"
OWN = frozenset(
    (MANIFEST, CHUNKS, SCENARIO, LOCK, "outcomes.parquet", "weekly.parquet", "result.json")
)
# a replicate in the tables, the tables themselves, a chunk: for the estimate of what is needed
LEDGER_BYTES, TABLE_BYTES, CHUNK_BYTES = 6, 400_000, 260_000
STRANGE = "it is no file of this run"
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class How:
    """How a run is made, which leaves no trace in its bytes: by whom, and who is told."""

    executor: Executor | None = None
    workers: int | None = None
    window: int | None = None
    on_progress: Callable[[int, int], object] | None = None
    cancel: threading.Event | None = None
    say: Say = lambda line: None


# ---- reading


def read_run(folder: str | os.PathLike[str]) -> Ensemble:
    """The ensemble in a complete run folder, every file held against its SHA-256 first.

    Raises Damaged naming every file that is not what was written, and what is wrong with it;
    RegimeSimError where there is no run, or no complete one.
    """
    path = Path(folder)
    found = manifest_in(path)
    if found is None:
        raise RegimeSimError(f"{path} holds no run")
    plan = Plan.read(found)
    if not found["complete"]:
        there = len(survey(path, plan, found)[0])
        raise RegimeSimError(
            f"{path} is not complete: {there} of {_number(plan)} chunks - `regime-sim resume"
            f" {path}` finishes it"
        )
    problems = survey(path, plan, found)[1] + _table_problems(path, found)
    if problems:
        raise Damaged("\n".join(problems))
    return _assembled(path, plan, _last(plan, found))[0]


def manifest_in(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, or None where there is none. Raises Damaged, NotWritten."""
    path = folder / MANIFEST
    content = disk.read_whole(path)
    if content is None:
        return None
    anew = f"`regime-sim run SCENARIO --out {folder} --replace` makes the run anew"
    try:
        document = json.loads(content)
        own = document.pop("sha256")
        intact = own == sha256(canonical(document).encode()) and content == _rendered(document)
        plan = Plan.read(document)
    except Damaged as error:
        raise Damaged(f"{path}: {error}; {anew}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(f"{path}: it is no manifest, or damaged; {anew}") from error
    if not intact or document["key"] != plan.key:
        raise Damaged(f"{path}: it was edited or damaged (SHA-256); {anew}")
    return document  # type: ignore[no-any-return]


def plan_in(folder: Path) -> Plan | None:
    """The plan of a folder, or None where it holds no run. Raises Damaged, NotWritten."""
    found = manifest_in(folder)
    return None if found is None else Plan.read(found)


def survey(folder: Path, plan: Plan, manifest: Mapping[str, Any]) -> tuple[set[int], list[str]]:
    """Which chunks are there and good, and a line for each file under `chunks/` that is not;
    missing ones are named where the manifest says complete.
    """
    good: set[int] = set()
    problems = []
    listed = {one["file"]: one["sha256"] for one in manifest.get("chunks", ())}
    for at in range(_last(plan, manifest)):
        path = chunk_path(folder, at)
        content = disk.read_whole(path)
        if content is None:
            if manifest["complete"]:
                problems.append(f"{path}: it is missing")
            continue
        try:
            check(content, plan.key, at)
            if manifest["complete"] and listed.get(path.name) != sha256(content):
                raise Damaged("its SHA-256 is not the one in the manifest")
            good.add(at)
        except Damaged as error:
            problems.append(f"{path}: {error}")
    return good, problems + [
        f"{folder / CHUNKS / name}: {STRANGE}" for name in _strangers(folder, _last(plan, manifest))
    ]


def _last(plan: Plan, manifest: Mapping[str, Any]) -> int:
    """How many chunks the run has; where it may stop and is not complete, at most."""
    return len(manifest["chunks"]) if manifest["complete"] else plan.chunks


def _number(plan: Plan) -> str:
    """The number of chunks in words."""
    return f"{'at most ' if plan.stops else ''}{plan.chunks}"


def _strangers(folder: Path, chunks: int) -> list[str]:
    """Names under `chunks/` that no chunk of this run has."""
    own = {chunk_path(folder, at).name for at in range(chunks)}
    return [
        name
        for name in disk.names(folder / CHUNKS)
        if name not in own and not name.endswith(disk.PART)
    ]


def _table_problems(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """A line for each of the other files that is not what the manifest says."""
    problems = []
    for name, wanted in manifest["files"].items():
        content = disk.read_whole(folder / name)
        if content is None:
            problems.append(f"{folder / name}: it is missing")
        elif sha256(content) != wanted:
            problems.append(
                f"{folder / name}:"
                f" {'it is empty' if not content else 'its SHA-256 is not the one in the manifest'}"
            )
    return problems


# ---- writing


def run_folder(folder: Path, plan: Plan, how: How | None = None) -> Ensemble:
    """Begin, go on with, or confirm the run of this plan in `folder`, which is held all the while;
    the result.

    Raises FolderInUse, NotWritten (naming the folder and the bytes needed), Damaged where the
    manifest cannot be trusted, RegimeSimError where the folder holds another run or something else,
    AllFailed, Cancelled.
    """
    how = how or How()
    try:
        with locked(folder):
            return _held(folder, plan, how)
    except NotWritten as error:
        raise not_written(folder, error, needed(folder, plan)) from error


def resume(folder: Path, how: How | None = None) -> Ensemble:
    """Finish the run that was begun in a folder; the bytes are those of an undisturbed one. Errors
    as `run_folder`.
    """
    plan = plan_in(folder)
    if plan is None:
        raise RegimeSimError(
            f"{folder} holds no run: `regime-sim run SCENARIO --out {folder}` begins one"
        )
    wrong = differences(plan.document, fingerprint())
    if wrong:
        raise RegimeSimError(
            f"{folder} was begun with other code: {'; '.join(wrong)}; begin it anew in another"
            " folder"
        )
    return run_folder(folder, plan, how)


def clear(folder: Path) -> None:
    """Remove the run in a folder, manifest first, and leave anything else. Raises FolderInUse,
    NotWritten.
    """
    with locked(folder):
        disk.remove(folder / MANIFEST)
        disk.flush_folder(folder)
        for name in disk.names(folder / CHUNKS):
            disk.remove(folder / CHUNKS / name)
        for name in disk.names(folder):
            if name in OWN - {LOCK, CHUNKS} or name.endswith(disk.PART):
                disk.remove(folder / name)


def conflict(folder: Path, plan: Plan) -> str | None:
    """Why this plan cannot be run in this folder, in words; None where it can. Raises Damaged,
    NotWritten.
    """
    found = plan_in(folder)
    if found is None:
        strange = [
            name for name in disk.names(folder) if name not in OWN and not name.endswith(disk.PART)
        ]
        return (
            f"{folder} is not empty ({', '.join(strange[:3])}) and holds no run"
            if strange
            else None
        )
    if found.key == plan.key:
        return None
    return f"{folder} holds another run: {'; '.join(_apart(found.document, plan.document))}"


def _apart(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """In what two plans differ, in words."""
    words = differences(old, new)
    if old["scenario"] != new["scenario"]:
        ids = (old["scenario"]["id"], new["scenario"]["id"])
        words.append(
            f"scenario {ids[0]}, not {ids[1]}"
            if ids[0] != ids[1]
            else f"another text of scenario {ids[0]}"
        )
    words += [
        f"{key} {old[key]}, not {new[key]}"
        for key in ("seed", "replicates", "first", "chunk", "engine", "corps")
        if old[key] != new[key]
    ]
    if old.get(STOP) != new.get(STOP):
        words.append(f"another {STOP}")
    if old["knowledge"] != new["knowledge"]:
        words.append("another sample of the parameters")
    return words or ["numbers of the tables have changed"]


def _held(folder: Path, plan: Plan, how: How) -> Ensemble:
    """The run in a folder that is ours."""
    reason = conflict(folder, plan)
    if reason:
        raise RegimeSimError(reason)
    found = manifest_in(folder) or _begun(folder, plan)
    good, problems = survey(folder, plan, found)
    tables = _table_problems(folder, found) if found["complete"] else []
    _sweep(folder, _last(plan, found))
    if found["complete"] and not problems and not tables:
        how.say(f"{folder}: complete and unchanged, not run again")
        return _assembled(folder, plan, _last(plan, found))[0]
    for line in (*problems, *tables):
        how.say(f"{line}; {'removed' if line.endswith(STRANGE) else 'made again'}")
    if good and not found["complete"] and len(good) < plan.chunks:
        how.say(f"{folder}: going on, {len(good)} of {_number(plan)} chunks are there")
    return _finished(folder, plan, _make(folder, plan, good, _last(plan, found), how))


def _begun(folder: Path, plan: Plan) -> dict[str, Any]:
    """Write what is known before the first replicate."""
    check_here(plan.document)
    disk.make_folder(folder / CHUNKS)
    disk.write_whole(folder / SCENARIO, plan.document["scenario"]["yaml"].encode())
    manifest = plan.document | {"key": plan.key, "complete": False}
    disk.write_whole(folder / MANIFEST, _rendered(manifest))
    return manifest


def _sweep(folder: Path, chunks: int) -> None:
    """Remove what killed writers left behind, and what is no chunk of this run, which has so many."""
    disk.make_folder(folder / CHUNKS)
    for place in (folder, folder / CHUNKS):
        for name in disk.names(place):
            if name.endswith(disk.PART):
                disk.remove(place / name)
    for name in _strangers(folder, chunks):
        disk.remove(folder / CHUNKS / name)


def _make(folder: Path, plan: Plan, good: set[int], last: int, how: How) -> int:
    """Make those of the first `last` chunks that are not there, by threads of our own or by the
    executor; the number of chunks of the run.
    """
    from ..ensemble.by_executor import make_chunks

    watch = _watch(folder, plan, good)
    todo = [at for at in range(last) if at not in good]
    if todo and (watch is None or watch.ends is None):
        stop = threading.Event()
        if how.executor is not None:
            make_chunks(how.executor, plan, todo, folder, how, watch=watch)
        else:
            count = min(how.workers or os.cpu_count() or 1, len(todo))
            pool = ThreadPoolExecutor(count, thread_name_prefix="regime_sim")
            try:
                make_chunks(pool, plan, todo, folder, how, stop, watch)
            finally:
                pool.shutdown(wait=not stop.is_set(), cancel_futures=True)
    return last if watch is None else watch.ends or last


def _watch(folder: Path, plan: Plan, good: set[int]) -> Watch | None:
    """What looks at a run that may stop, after it has seen the chunks that are there; None for any
    other.
    """
    from ..ensemble.by_executor import seen, watch_of

    if not plan.stops:
        return None
    about = ready(plan.text)
    watch = watch_of(about)
    assert watch is not None
    for at in sorted(good):
        content = disk.read_whole(chunk_path(folder, at))
        if watch.ends is None and content is not None:
            seen(watch, about, at, content)
    return watch


def _finished(folder: Path, plan: Plan, last: int) -> Ensemble:
    """Write the tables and the complete manifest of a run that has turned out to have so many
    chunks.
    """
    from .tables import give_back, write_outcomes, write_tables

    check_here(plan.document)
    _sweep(folder, last)
    files = write_outcomes(folder, _pieces(folder, plan, last))
    ensemble, chunks = _assembled(folder, plan, last)
    give_back()
    files |= write_tables(folder, ensemble)
    text = plan.document["scenario"]["yaml"].encode()
    if disk.read_whole(folder / SCENARIO) != text:
        disk.write_whole(folder / SCENARIO, text)
    files[SCENARIO] = sha256(text)
    failures = [{"replicate": one.replicate, "error": one.error} for one in ensemble.failures]
    manifest = plan.document | {
        "key": plan.key,
        "complete": True,
        "chunks": chunks,
        "files": files,
        "failures": failures,
        "arrays_sha256": ensemble.digest(),
    }
    if plan.stops:
        manifest |= {
            "stopped": {
                **ensemble.provenance["stopped"],
                "replicates": sum(one["replicates"] for one in chunks),
            }
        }
    disk.write_whole(folder / MANIFEST, _rendered(manifest))
    return ensemble


def _pieces(folder: Path, plan: Plan, last: int) -> Iterator[tuple[Ints, dict[str, NDArray[Any]]]]:
    """Of each chunk the numbers of the replicates that came through, and their columns. Raises
    Damaged.
    """
    from ..ensemble.simulate import COLUMNS

    about = readable(plan.text)
    for at in range(last):
        first, number = about.span(at)
        path = chunk_path(folder, at)
        try:
            found, failures = columns(disk.read_whole(path) or b"", plan.key, at, number, COLUMNS)
        except Damaged as error:
            raise Damaged(f"{path}: {error}") from error
        which = np.setdiff1d(np.arange(first, first + number), [one.replicate for one in failures])
        yield which, {name: values[which - first] for name, values in found.items()}


def _assembled(folder: Path, plan: Plan, last: int) -> tuple[Ensemble, list[dict[str, Any]]]:
    """The ensemble from its first `last` chunks, one after the other, and what the manifest says of
    each. Raises Damaged.
    """
    from ..engine.replicates import no_weeks
    from ..ensemble.by_executor import empty_columns
    from ..ensemble.simulate import ensemble_of

    about = readable(plan.text)
    kept = empty_columns(about.edges[last])
    weekly = no_weeks(about.compiled.horizon)
    failures: list[Failure] = []
    chunks = []
    for at in range(last):
        path = chunk_path(folder, at)
        first, number = about.span(at)
        try:
            content = disk.read_whole(path)
            if content is None:
                raise Damaged("it is missing")
            chunk = decode(content, plan.key, at, number, about.compiled.horizon)
        except Damaged as error:
            raise Damaged(f"{path}: {error}") from error
        for name, column in chunk.columns.items():
            kept[name][about.rows(at)] = column
        chunk.add_to(weekly)
        failures += chunk.failures
        chunks.append(
            {
                "file": path.name,
                "first": first,
                "replicates": number,
                "bytes": len(content),
                "sha256": sha256(content),
                "failed": len(chunk.failures),
            }
        )
    ensemble = ensemble_of(
        about.scenario,
        about.compiled,
        about.seed,
        about.engine,
        about.first,
        kept,
        weekly,
        failures,
    )
    return ensemble if about.stop is None else about.stop.signed(ensemble, about.replicates), chunks


def _rendered(manifest: Mapping[str, Any]) -> bytes:
    """A manifest as bytes: the plan first, its own SHA-256 last, in one spelling only."""
    plan = [name for name in (*KEYS, STOP) if name in manifest]
    bare = {
        name: manifest[name]
        for name in (*plan, *(name for name in manifest if name not in plan))
        if name != "sha256"
    }
    return (
        json.dumps(
            bare | {"sha256": sha256(canonical(bare).encode())}, indent=1, ensure_ascii=False
        )
        + "\n"
    ).encode()


def needed(folder: Path, plan: Plan) -> int:
    """About how many bytes the run still needs on the disk."""
    try:
        there = [path.stat().st_size for path in (folder / CHUNKS).glob("*.npz")]
    except OSError:
        there = []
    mean = sum(there) / len(there) if there else CHUNK_BYTES
    return round(
        (plan.chunks - len(there)) * mean
        + TABLE_BYTES
        + LEDGER_BYTES * int(plan.document["replicates"])
        + 2 * len(plan.text)
    )


def not_written(folder: Path, error: NotWritten, more: int) -> NotWritten:
    """The same in one line with what the user needs: the folder, the bytes, the command."""
    reason = str(error).partition("; ")[0]
    return NotWritten(
        f"{reason}; {folder} needs about {more:,} bytes more, then `regime-sim resume {folder}`"
        " goes on"
    )
