"""Reading a run folder: which of its files are good, and the result in them; writes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.replicates import no_weeks
from ..ensemble.assemble import COLUMNS, empty_columns, ensemble_of
from ..errors import Damaged, RegimeSimError, typed
from ..given import path as given_path
from ..provenance import sha256
from . import disk
from .chunk import check, columns, decode, owner
from .manifest import CHUNKS, chunk_path, chunks_of, manifest_in
from .plan import Plan, PlannedRun, readable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ensemble.failures import Failure
    from ..ensemble.result import Ensemble
    from ..statistics.intervals import Ints

STRANGE = "it does not belong to this run"


def read_run(folder: str | os.PathLike[str]) -> Ensemble:
    """The ensemble in a complete run folder, every file held against its SHA-256 first.

    Raises Damaged naming every file that is not what was written, and what is wrong with it;
    RegimeSimError where there is no run, or no complete one.
    """
    path = given_path("folder", folder)
    disk.refuse_links(path, CHUNKS)
    found = manifest_in(path)
    if found is None:
        raise RegimeSimError(f"{path} holds no run")
    plan = Plan.read(found)
    if not found["complete"]:
        there = len(survey(path, plan, found)[0])
        raise RegimeSimError(
            f"{path} is not complete: {there} of {number_of(plan)} chunks - `regime-sim resume"
            f" {typed(path)}` finishes it"
        )
    problems = survey(path, plan, found)[1] + table_problems(path, found)
    if problems:
        raise Damaged("\n".join(problems))
    return assembled(path, plan, chunks_of(plan, found)).ensemble


def survey(folder: Path, plan: Plan, manifest: Mapping[str, Any]) -> tuple[set[int], list[str]]:
    """Which chunks are good; a line for each file that is not, or that a complete run lacks."""
    good: set[int] = set()
    problems = []
    listed = {one["file"]: one["sha256"] for one in manifest.get("chunks", ())}
    for at in range(chunks_of(plan, manifest)):
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
    strange = strangers(folder, plan, chunks_of(plan, manifest))
    return good, problems + [f"{folder / CHUNKS / name}: {STRANGE}" for name in strange]


def number_of(plan: Plan) -> str:
    """The number of chunks in words."""
    return f"{'at most ' if plan.stops else ''}{plan.chunks}"


def strangers(folder: Path, plan: Plan, chunks: int) -> list[str]:
    """Misnamed files under `chunks/` that this run wrote, by their bytes; others are left alone."""
    own = {chunk_path(folder, at).name for at in range(chunks)}
    return [
        name
        for name in disk.names(folder / CHUNKS)
        if name not in own
        and name.endswith(".npz")
        and disk.is_file(folder / CHUNKS / name)
        and owner(disk.read_whole(folder / CHUNKS / name) or b"") == plan.key
    ]


def table_problems(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """A line for each of the other files that is not what the manifest says."""
    problems = []
    for name, wanted in manifest["files"].items():
        content = disk.read_whole(folder / name)
        if content is None:
            problems.append(f"{folder / name}: it is missing")
        elif sha256(content) != wanted:
            why = "its SHA-256 is not the one in the manifest" if content else "it is empty"
            problems.append(f"{folder / name}: {why}")
    return problems


def pieces(folder: Path, plan: Plan, last: int) -> Iterator[tuple[Ints, dict[str, NDArray[Any]]]]:
    """Per chunk: numbers of the replicates that came through, and columns. Raises Damaged."""
    planned = readable(plan.text)
    for at in range(last):
        first, number = planned.span(at)
        path = chunk_path(folder, at)
        try:
            found, failures = columns(disk.read_whole(path) or b"", plan.key, at, number, COLUMNS)
        except Damaged as error:
            raise Damaged(f"{path}: {error}") from error
        which = np.setdiff1d(np.arange(first, first + number), [one.replicate for one in failures])
        yield which, {name: values[which - first] for name, values in found.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Assembled:
    """A run read from its chunks, and what the manifest says of each chunk."""

    ensemble: Ensemble
    chunks: list[dict[str, Any]]


class Sum:
    """Chunks of a plan added up, in any order."""

    def __init__(self, planned: PlannedRun, replicates: int) -> None:
        self.done = 0
        self._planned = planned
        self._columns = empty_columns(replicates)
        self._weekly = no_weeks(planned.horizon)
        self._failures: list[Failure] = []

    def add(self, content: bytes, key: str, at: int) -> int:
        """Add chunk `at`; how many of its replicates failed. Raises Damaged."""
        number = self._planned.span(at)[1]
        chunk = decode(content, key, at, number, self._planned.horizon)
        for name, column in chunk.columns.items():
            self._columns[name][self._planned.rows(at)] = column
        chunk.add_to(self._weekly)
        self._failures += chunk.failures
        self.done += number
        return len(chunk.failures)

    def ensemble(self) -> Ensemble:
        """The result of what was added. Raises AllFailed."""
        planned = self._planned
        whole = {name: values[: self.done] for name, values in self._columns.items()}
        found = ensemble_of(planned.run, whole, self._weekly, self._failures)
        return found if planned.stop is None else planned.stop.signed(found, planned.replicates)


def assembled(folder: Path, plan: Plan, last: int) -> Assembled:
    """The run from its first `last` chunks, one after the other. Raises Damaged."""
    planned = readable(plan.text)
    total = Sum(planned, planned.edges[last])
    chunks = []
    for at in range(last):
        path = chunk_path(folder, at)
        first, number = planned.span(at)
        content = disk.read_whole(path)
        try:
            if content is None:
                raise Damaged("it is missing")
            failed = total.add(content, plan.key, at)
        except Damaged as error:
            raise Damaged(f"{path}: {error}") from error
        chunks.append(
            {
                "file": path.name,
                "first": first,
                "replicates": number,
                "bytes": len(content),
                "sha256": sha256(content),
                "failed": failed,
            }
        )
    return Assembled(total.ensemble(), chunks)
