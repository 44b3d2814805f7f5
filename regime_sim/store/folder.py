"""Run folders: a run as files that survive anything, finished to the same bytes however often it
is interrupted; computes no statistic.

    manifest.json      the plan (scenario, seed, mark of the model), versions of libraries; when
                       complete also the SHA-256 of every file
    chunks/000000.npz  consecutive replicates: ledgers, weekly counts, failures (`store.chunk`)
    outcomes.parquet   one row per replicate
    weekly.parquet     one row per week and variable
    result.json        what `run --format json` prints
    scenario.yaml      the scenario, complete, for `regime-sim run`
    lock               empty, or who is writing

A file is there whole or not at all, and nothing in it depends on time, machine, workers or
interruption. A chunk carries the run's key and its own SHA-256, so that a damaged, swapped or
foreign one is found without a record of it; it is never used, and made again by `resume`.

A run that stops when enough is known (`stop_when`) is cut at every number of futures at which
`ensemble.stopping` looks, and looks in the order of its chunks: it ends at the same one as in
memory, and its files are those up to there. What workers made beyond it by then is removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..ensemble.effort import Labour
from ..errors import NotWritten, RegimeSimError
from ..provenance import differences, here, sha256, versions
from . import disk
from .lock import NAME as LOCK
from .lock import locked
from .making import into_folder, shown, stop_check
from .manifest import (
    CHUNKS,
    MANIFEST,
    OUTCOMES,
    RESULT,
    SCENARIO,
    WEEKLY,
    chunk_path,
    chunks_of,
    manifest_in,
    plan_in,
    rendered,
)
from .plan import STOP, Plan, runnable
from .reading import STRANGE, assembled, number_of, pieces, strangers, survey, table_problems

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..ensemble.stopping import StopCheck

OWN = frozenset((MANIFEST, CHUNKS, SCENARIO, LOCK, OUTCOMES, WEEKLY, RESULT))
# a replicate in the tables, the tables themselves, a chunk: for the estimate of what is needed
LEDGER_BYTES, TABLE_BYTES, CHUNK_BYTES = 6, 400_000, 260_000
NO_LABOUR = Labour()


def run_folder(folder: Path, plan: Plan, labour: Labour = NO_LABOUR) -> Ensemble:
    """Start, finish or confirm the run of this plan in `folder`, which is locked all the while; the
    result.

    Raises FolderInUse, NotWritten (naming the folder and the bytes needed), Damaged where the
    manifest cannot be trusted, RegimeSimError where the folder holds another run or something else,
    AllFailed, Cancelled.
    """
    try:
        with locked(folder):
            return _held(folder, plan, labour)
    except NotWritten as error:
        raise not_written(folder, error, needed(folder, plan)) from error


def resume(folder: Path, labour: Labour = NO_LABOUR) -> Ensemble:
    """Finish the run that was started in a folder, to the bytes of an undisturbed one. Errors as
    `run_folder`.
    """
    plan = plan_in(folder)
    if plan is None:
        raise RegimeSimError(
            f"{folder} holds no run: `regime-sim run SCENARIO --out {folder}` starts one"
        )
    reason = other_model(folder, plan)
    if reason:
        raise RegimeSimError(f"{reason}; {again(folder)}")
    return run_folder(folder, plan, labour)


def other_model(folder: Path, plan: Plan) -> str | None:
    """Why this process cannot go on with a run, in words; None where it can."""
    wrong = differences(plan.document, here())
    return f"{folder} was started with {'; '.join(wrong)}" if wrong else None


def again(folder: Path) -> str:
    """The command that runs a folder's scenarios with the model that is here."""
    return f"`regime-sim rerun {folder} --force` runs it again with this one, in {folder}-rerun"


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


def _held(folder: Path, plan: Plan, labour: Labour) -> Ensemble:
    """The run in a folder that is ours."""
    say = labour.say or (lambda line: None)
    reason = conflict(folder, plan)
    if reason:
        raise RegimeSimError(reason)
    found = manifest_in(folder) or _started(folder, plan)
    last = chunks_of(plan, found)
    good, problems = survey(folder, plan, found)
    tables = table_problems(folder, found) if found["complete"] else []
    _sweep(folder, last)
    if found["complete"] and not problems and not tables:
        say(f"{folder}: complete and unchanged, not run again")
        return assembled(folder, plan, last).ensemble
    for line in (*problems, *tables):
        say(f"{line}; {'removed' if line.endswith(STRANGE) else 'made again'}")
    if good and not found["complete"] and len(good) < plan.chunks:
        say(f"{folder}: resuming, {len(good)} of {number_of(plan)} chunks are there")
    last = _make(folder, plan, good, last, labour)
    return _finished(folder, plan, last, found["versions"])


def _started(folder: Path, plan: Plan) -> dict[str, Any]:
    """Write what is known before the first replicate."""
    runnable(plan.text)
    disk.make_folder(folder / CHUNKS)
    disk.write_whole(folder / SCENARIO, plan.document["scenario"]["yaml"].encode())
    manifest = plan.document | {"key": plan.key, "versions": dict(versions()), "complete": False}
    disk.write_whole(folder / MANIFEST, rendered(manifest))
    return manifest


def _sweep(folder: Path, chunks: int) -> None:
    """Remove what killed writers left behind, and what is not one of the run's `chunks` chunks."""
    disk.make_folder(folder / CHUNKS)
    for place in (folder, folder / CHUNKS):
        for name in disk.names(place):
            if name.endswith(disk.PART):
                disk.remove(place / name)
    for name in strangers(folder, chunks):
        disk.remove(folder / CHUNKS / name)


def _make(folder: Path, plan: Plan, good: set[int], last: int, labour: Labour) -> int:
    """Make those of the first `last` chunks that are not there; the number of chunks of the run."""
    stop = _stop_check(folder, plan, good)
    todo = [at for at in range(last) if at not in good]
    if todo and (stop is None or stop.ends is None):
        into_folder(folder, plan, todo, labour, stop)
    return last if stop is None else stop.ends or last


def _stop_check(folder: Path, plan: Plan, good: set[int]) -> StopCheck | None:
    """What looks at a run that may stop, after it has seen the chunks that are there; None for any
    other.
    """
    if not plan.stops:
        return None
    planned = runnable(plan.text)
    stop = stop_check(planned)
    assert stop is not None
    for at in sorted(good):
        content = disk.read_whole(chunk_path(folder, at))
        if stop.ends is None and content is not None:
            shown(stop, planned, at, content)
    return stop


def _finished(folder: Path, plan: Plan, last: int, made_with: Mapping[str, str]) -> Ensemble:
    """Write the tables and the complete manifest of a run that has turned out to have so many
    chunks. made_with: the versions with which it was started.
    """
    from .tables import write_outcomes, write_tables  # pyarrow, which only a finished run needs

    _sweep(folder, last)
    files = write_outcomes(folder, pieces(folder, plan, last))
    found = assembled(folder, plan, last)
    ensemble = found.ensemble
    files |= write_tables(folder, ensemble)
    text = plan.document["scenario"]["yaml"].encode()
    if disk.read_whole(folder / SCENARIO) != text:
        disk.write_whole(folder / SCENARIO, text)
    files[SCENARIO] = sha256(text)
    manifest = plan.document | {
        "key": plan.key,
        "versions": dict(made_with),
        "complete": True,
        "chunks": found.chunks,
        "files": files,
        "failures": [{"replicate": one.replicate, "error": one.error} for one in ensemble.failures],
        "arrays_sha256": ensemble.digest(),
    }
    if plan.stops:
        replicates = sum(one["replicates"] for one in found.chunks)
        manifest["stopped"] = {**ensemble.provenance["stopped"], "replicates": replicates}
    disk.write_whole(folder / MANIFEST, rendered(manifest))
    return ensemble


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
        " finishes it"
    )
