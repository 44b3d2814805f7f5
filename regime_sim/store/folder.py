"""Run folders: a run as files that survive anything, finished to the same bytes however often it
is interrupted; computes no statistic.

    manifest.json      the plan (scenario, seed, mark of the model), versions of libraries; when
                       complete also the SHA-256 of every file
    chunks/000000.npz  consecutive replicates: ledgers, weekly counts, failures (`store.chunk`)
    outcomes.parquet   one row per replicate
    draws.parquet      one row per draw of what is uncertain: 16 replicates share one
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

A file is the run's by proof and not by its name: the manifest lists it with its hash, or it is a
chunk that says of which run it is, or a temporary name that bears the run's key. Nothing else is
written over or removed; no link in a run folder is followed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..ensemble.effort import Labour
from ..errors import Damaged, NotWritten, RegimeSimError, typed
from ..provenance import differences, here, sha256, versions
from . import disk
from .chunk import owner
from .lock import NAME as LOCK
from .lock import is_ours as lock_is_ours
from .lock import locked
from .making import into_folder, shown, stop_check
from .manifest import (
    CHUNKS,
    DRAWS,
    MANIFEST,
    OUTCOMES,
    RESULT,
    SCENARIO,
    WEEKLY,
    chunk_path,
    chunks_of,
    is_ours,
    manifest_in,
    plan_in,
    rendered,
)
from .plan import STOP, Plan, readable, runnable
from .reading import STRANGE, assembled, number_of, pieces, strangers, survey, table_problems

Say = Callable[[str], object]

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..ensemble.stopping import StopCheck

TABLES = (OUTCOMES, DRAWS, WEEKLY, RESULT)
# a replicate in the tables, the tables themselves, a chunk: for the estimate of what is needed
LEDGER_BYTES, TABLE_BYTES, CHUNK_BYTES = 26, 900_000, 260_000
NO_LABOUR = Labour()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a run cannot be made here, in words. replaceable: a run of ours is in the way."""

    reason: str
    replaceable: bool = False

    def told(self) -> str:
        """The reason, and what helps."""
        if "`" in self.reason or self.reason.endswith("another folder"):
            return self.reason
        return f"{self.reason}; give another --out{', or --replace' if self.replaceable else ''}"


def run_folder(
    folder: Path, plan: Plan, labour: Labour = NO_LABOUR, *, replace: bool = False
) -> Ensemble:
    """Start, finish or confirm the run of this plan in `folder`, which is locked all the while; the
    result. replace: another run of ours in the folder gives way.

    Raises FolderInUse, NotWritten (naming the folder and the bytes needed), Damaged where the
    manifest cannot be trusted, RegimeSimError where the folder holds another run or something else,
    AllFailed, Cancelled.
    """
    try:
        _agreed(folder, plan, replace)  # before anything is written, were it a lock
        with locked(folder):
            return _held(folder, plan, labour, replace)
    except NotWritten as error:
        raise not_written(folder, error, needed(folder, plan)) from error


def resume(folder: Path, labour: Labour = NO_LABOUR) -> Ensemble:
    """Finish a folder's run, to the bytes of an undisturbed one. Errors as `run_folder`."""
    plan = plan_in(folder)
    if plan is None:
        raise RegimeSimError(
            f"{folder} holds no run: `regime-sim run SCENARIO --out {typed(folder)}` starts one"
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
    return (
        f"`regime-sim rerun {typed(folder)} --force` runs it again with this one, in"
        f" {rerun_folder(folder)}"
    )


def rerun_folder(folder: Path) -> Path:
    """Where a folder is run again unless another place is named: beside it."""
    if folder.name in ("", ".."):  # a place and not a name, such as `.`
        folder = Path(os.path.realpath(folder))
    return folder.parent / f"{folder.name}-rerun"


def conflict(folder: Path, plan: Plan) -> Conflict | None:
    """Why this plan cannot be run here; None: it can. Raises NotWritten, RegimeSimError (link)."""
    if os.path.lexists(folder) and not disk.is_folder(folder):
        return Conflict(f"{folder} is not a folder")
    disk.refuse_links(folder, CHUNKS)
    if not lock_is_ours(folder):
        return Conflict(f"{folder / LOCK} is not the lock of a run")
    try:
        found = plan_in(folder)
    except Damaged as error:
        return Conflict(str(error), replaceable=is_ours(disk.read_whole(folder / MANIFEST) or b""))
    if found is None:
        names = [name for name in disk.names(folder) if name != LOCK]
        strange = [name for name in names if not disk.is_part(name, plan.token)]
        if strange:
            return Conflict(f"{folder} is not empty ({', '.join(strange[:3])}) and holds no run")
        return None
    if found.key == plan.key:
        return None
    words = "; ".join(_apart(found.document, plan.document))
    return Conflict(f"{folder} holds another run: {words}", replaceable=True)


def _agreed(folder: Path, plan: Plan, replace: bool) -> bool:
    """Whether another run gives way first. Raises RegimeSimError, Damaged where it may not."""
    found = conflict(folder, plan)
    if found is None:
        return False
    if replace and found.replaceable:
        return True
    kind = Damaged if found.reason.startswith(f"{folder / MANIFEST}: ") else RegimeSimError
    raise kind(found.reason)


def _apart(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """In what two plans differ, in words."""
    words = differences(old, new)
    if old["scenario"] != new["scenario"]:
        was, now = old["scenario"]["id"], new["scenario"]["id"]
        other = f"scenario {was}, not {now}"
        words.append(other if was != now else f"another text of scenario {was}")
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


def _held(folder: Path, plan: Plan, labour: Labour, replace: bool) -> Ensemble:
    """The run in a folder that is ours."""
    say = labour.say or (lambda line: None)
    if _agreed(folder, plan, replace):
        runnable(plan.text)  # what cannot be run makes nothing give way
        for line in _make_way(folder, plan):
            say(line)
        found = _started(folder, plan)
    else:
        found = manifest_in(folder) or _started(folder, plan)
    last = chunks_of(plan, found)
    good, problems = survey(folder, plan, found)
    tables = table_problems(folder, found) if found["complete"] else []
    _sweep(folder, plan, last)
    if found["complete"] and not problems and not tables:
        say(f"{folder}: complete and unchanged, not run again")
        return assembled(folder, plan, last).ensemble
    for line in (*problems, *tables):
        say(f"{line}; {'removed' if line.endswith(STRANGE) else 'made again'}")
    if good and not found["complete"] and len(good) < plan.chunks:
        say(f"{folder}: resuming, {len(good)} of {number_of(plan)} chunks are there")
    last = _make(folder, plan, good, last, labour)
    return _finished(folder, plan, last, found["versions"], say)


def _make_way(folder: Path, plan: Plan) -> Iterator[str]:
    """Remove what the run of another plan has written, and set aside what has a name that is
    needed, but is not proved to be of that run; a line for each of those.

    The old manifest stays until the new one takes its place, so that at any instant the folder says
    whose it is.
    """
    listed, key = _listed(folder)
    for name in disk.names(folder):
        if key is not None and disk.is_part(name, key[: disk.TOKEN]):
            disk.remove(folder / name)
    for name in disk.names(folder / CHUNKS):
        path = folder / CHUNKS / name
        if not disk.is_file(path):
            continue
        made = owner(disk.read_whole(path) or b"") if name.endswith(".npz") else None
        part = key is not None and disk.is_part(name, key[: disk.TOKEN])
        if part or (made is not None and key in (made, None)):
            disk.remove(path)
    needed_names = {chunk_path(folder, at) for at in range(plan.chunks)}
    for path in (*(folder / name for name in (SCENARIO, *TABLES)), *sorted(needed_names)):
        content = disk.read_whole(path)
        if content is None:
            continue
        if not content or listed.get(path.name) == sha256(content):
            disk.remove(path)
        else:
            yield _kept(path)


def _kept(path: Path) -> str:
    """Set a file aside, and say so."""
    return f"{path}: it was changed since it was written; kept as {disk.set_aside(path).name}"


def _listed(folder: Path) -> tuple[dict[str, str], str | None]:
    """What a manifest says of its files, SHA-256 by name, and its key where it can be trusted; also
    of one that is damaged, since a file that has a listed hash is the one that was written.
    """
    try:
        found = manifest_in(folder)
        key = None if found is None else str(found["key"])
    except Damaged:
        key = None
        try:
            found = json.loads(disk.read_whole(folder / MANIFEST) or b"")
        except (ValueError, RecursionError):
            found = None
    listed: dict[str, str] = {}
    try:
        listed[SCENARIO] = found["scenario"]["sha256"]  # type: ignore[index]
        listed |= {one["file"]: one["sha256"] for one in found["chunks"]}  # type: ignore[index]
        listed |= found["files"]  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        pass  # a run that is not complete, or what is left of a manifest
    return listed, key


def _started(folder: Path, plan: Plan) -> dict[str, Any]:
    """Write what is known before the first replicate; the manifest first: it says whose all is."""
    runnable(plan.text)
    manifest = plan.document | {"key": plan.key, "versions": dict(versions()), "complete": False}
    disk.write_whole(folder / MANIFEST, rendered(manifest), plan.token)
    disk.make_folder(folder / CHUNKS)
    if disk.read_whole(folder / SCENARIO) is None:
        text = plan.document["scenario"]["yaml"].encode()
        disk.write_whole(folder / SCENARIO, text, plan.token)
    return manifest


def _sweep(folder: Path, plan: Plan, chunks: int) -> None:
    """Remove what killed writers left behind, and what the run wrote beyond its `chunks` chunks."""
    disk.make_folder(folder / CHUNKS)
    for place in (folder, folder / CHUNKS):
        for name in disk.names(place):
            if disk.is_part(name, plan.token):
                disk.remove(place / name)
    for name in strangers(folder, plan, chunks):
        disk.remove(folder / CHUNKS / name)


def _make(folder: Path, plan: Plan, good: set[int], last: int, labour: Labour) -> int:
    """Make those of the first `last` chunks that are not there; the number of chunks of the run."""
    stop = _stop_check(folder, plan, good)
    todo = [at for at in range(last) if at not in good]
    if todo and (stop is None or stop.ends is None):
        into_folder(folder, plan, todo, labour, stop)
    return last if stop is None else stop.ends or last


def _stop_check(folder: Path, plan: Plan, good: set[int]) -> StopCheck | None:
    """What looks at a run that may stop, having seen the chunks that are there; else None."""
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


def _finished(
    folder: Path, plan: Plan, last: int, made_with: Mapping[str, str], say: Say
) -> Ensemble:
    """Write the tables and the complete manifest of a run that has turned out to have so many
    chunks. made_with: the versions with which it was started.
    """
    # pyarrow, which only a finished run needs
    from .tables import give_back, write_draws, write_outcomes, write_tables

    _sweep(folder, plan, last)
    files = write_outcomes(folder, pieces(folder, plan, last), plan.token)
    found = assembled(folder, plan, last)
    give_back()
    ensemble = found.ensemble
    run = readable(plan.text).run
    files |= write_draws(folder, run, ensemble.attempted, plan.token)
    files |= write_tables(folder, ensemble, plan.token)
    text = plan.document["scenario"]["yaml"].encode()
    held = disk.read_whole(folder / SCENARIO)
    if held != text:
        if held:  # somebody's edit of the scenario, perhaps
            say(_kept(folder / SCENARIO))
        disk.write_whole(folder / SCENARIO, text, plan.token)
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
    disk.write_whole(folder / MANIFEST, rendered(manifest), plan.token)
    return ensemble


def needed(folder: Path, plan: Plan) -> int:
    """About how many bytes the run still needs on the disk."""
    try:
        there = [path.lstat().st_size for path in (folder / CHUNKS).glob("*.npz")]
    except (OSError, ValueError):
        there = []
    mean = sum(there) / len(there) if there else CHUNK_BYTES
    return round(
        (plan.chunks - len(there)) * mean
        + TABLE_BYTES
        + LEDGER_BYTES * int(plan.document["replicates"])
        + 2 * len(plan.text)
    )


def _finishing(folder: Path) -> str:
    """The command that finishes what a folder holds; where it holds nothing yet, the same one."""
    begun = any(disk.is_file(folder / name) for name in (MANIFEST, "batch.json"))
    return f"`regime-sim resume {typed(folder)}`" if begun else "the same command"


def not_written(folder: Path, error: NotWritten, more: int) -> NotWritten:
    """The same in one line with what the user needs: the folder, the bytes, the command."""
    reason = str(error).partition("; ")[0]
    return NotWritten(
        f"{reason}; {folder} needs about {more:,} bytes more, then {_finishing(folder)} finishes it"
    )
