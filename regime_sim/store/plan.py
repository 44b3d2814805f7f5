"""What a run is, as data: everything that its numbers depend on and nothing else; runs nothing and
touches no disk.

A plan is text (canonical JSON). Its SHA-256 is the run's key, which every chunk carries: a chunk of
another run is told by its key.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from ..ensemble.blocks import Run, prepared
from ..ensemble.effort import Effort
from ..ensemble.stopping import Rule, looks
from ..errors import Damaged, RegimeSimError, WorkerMismatch
from ..provenance import (
    RUN_FORMAT,
    canonical,
    differences,
    here,
    inputs_mark,
    model_mark,
    sample_mark,
    sha256,
)
from ..scenario import Scenario, ScenarioError, loads
from ..scenario.compiled import Compiled
from ..scenario.writer import write
from .disk import TOKEN

SMALLEST, LARGEST = 16, 8192  # replicates in a chunk
PIECES = 64  # a run is cut into about so many chunks, if they are then long enough
TASK = 0.4  # seconds that a chunk takes one core, at least
# seconds of one core for a week of a future, and for a general in it, by the kernel (x86-64, 2024)
WEEK, GENERAL_WEEK = 1.8e-6, 4.5e-9
SLOWER = 1000.0  # by so much is the readable engine slower
KEYS = (
    "format",
    "scenario",
    "seed",
    "first",
    "replicates",
    "chunk",
    "engine",
    "corps",
    "knowledge",
    "inputs_sha256",
    "model_sha256",
)
STOP = "stop_when"  # in the plan of a run that stops when enough is known, and in no other


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: the manifest's `document`, its SHA-256 as `key`, its canonical JSON as `text`."""

    text: str
    key: str

    @property
    def document(self) -> dict[str, Any]:
        """The plan as nested plain values; a fresh copy."""
        return json.loads(self.text)  # type: ignore[no-any-return]

    @staticmethod
    def read(document: Mapping[str, Any]) -> Plan:
        """The plan in a manifest. Raises Damaged where a part is missing or of another kind."""
        try:
            if document["format"] != RUN_FORMAT:
                raise Damaged(
                    "it was written by another version of regime_sim (format"
                    f" {document['format']!r}, expected {RUN_FORMAT!r})"
                )
            found = {key: document[key] for key in KEYS}
            whole = [found[key] for key in ("seed", "first", "replicates", "chunk")]
            if (
                any(type(number) is not int or number < 0 for number in whole)
                or min(found["replicates"], found["chunk"]) < 1
            ):
                raise Damaged("its seed, first, replicates or chunk is no whole number in range")
            if not all(
                isinstance(found["scenario"][key], str) for key in ("id", "title", "yaml", "sha256")
            ):
                raise Damaged("its scenario is not text")
            if not all(
                isinstance(found[key], str) for key in ("engine", "model_sha256", "inputs_sha256")
            ):
                raise Damaged("its engine or a hash is not text")
            if not isinstance(found["knowledge"]["name"], str):
                raise Damaged("its knowledge is not as written")
            if STOP in document:
                found[STOP] = document[STOP]
                if rule_in(found) is None:
                    raise Damaged(f"its {STOP} is not as written")
        except (KeyError, TypeError) as error:
            raise Damaged(f"it lacks {error}") from error
        text = canonical(found)
        return Plan(text, sha256(text.encode()))

    @property
    def token(self) -> str:
        """What marks temporary names as this run's."""
        return self.key[:TOKEN]

    @property
    def chunks(self) -> int:
        """How many chunks the run has; where it has a rule by which it stops, at most."""
        return len(edges_of(self.document)) - 1

    @property
    def stops(self) -> bool:
        """Whether it may stop before its last chunk."""
        return STOP in self.document


@dataclass(frozen=True, slots=True, eq=False)
class PlannedRun:
    """A plan made ready here. edges: where chunks begin, from the first replicate, and the end."""

    run: Run
    key: str
    edges: tuple[int, ...]
    stop: Rule | None

    @property
    def replicates(self) -> int:
        """All replicates; where the run may stop, at most."""
        return self.edges[-1]

    @property
    def horizon(self) -> int:
        """Weeks of each future."""
        return self.run.compiled.horizon

    def span(self, at: int) -> tuple[int, int]:
        """First replicate and number of replicates of chunk `at`."""
        rows = self.rows(at)
        return self.run.first + rows.start, rows.stop - rows.start

    def rows(self, at: int) -> slice:
        """Where the replicates of chunk `at` are in the columns of the whole run."""
        return slice(*self.edges[at : at + 2])


def plan_of(
    scenario: Scenario, effort: Effort, *, chunk: int | None = None, stop: Rule | None = None
) -> Plan:
    """The plan of a run. chunk: replicates in a file; stop: the rule by which it may end early.

    Raises RegimeSimError for what cannot be written down.
    """
    knowledge = effort.knowledge
    if not isinstance(knowledge, str):
        raise RegimeSimError(
            "knowledge: a sample of your own cannot be sent or written down - expected the name of"
            " a shipped one"
        )
    text = _resolved(scenario)
    compiled = prepared(_scenario(text), effort.corps, knowledge)
    inputs = inputs_mark(compiled)
    if inputs != inputs_mark(prepared(scenario, effort.corps, knowledge)):
        raise RegimeSimError(
            f"{scenario.id}: written out, the scenario is not the same any more; please report it"
        )
    document = {
        "format": RUN_FORMAT,
        "scenario": {
            "id": scenario.id,
            "title": scenario.title,
            "start": scenario.start.isoformat(),
            "horizon_weeks": scenario.horizon,
            "sha256": sha256(text.encode()),
            "yaml": text,
        },
        "seed": int(effort.seed),
        "first": int(effort.first),
        "replicates": int(effort.replicates),
        "chunk": int(chunk or chunk_size(compiled, effort.replicates, effort.engine)),
        "engine": effort.engine,
        "corps": effort.corps,
        "knowledge": {"name": knowledge, "sha256": sample_mark(compiled)},
        "inputs_sha256": inputs,
        "model_sha256": model_mark(),
    } | ({} if stop is None else {STOP: {"of": stop.of, "half_width": stop.half_width}})
    written = canonical(document)
    return Plan(written, sha256(written.encode()))


def chunk_size(compiled: Compiled, replicates: int, engine: str = "kernel") -> int:
    """Replicates per chunk: a power of two, about 1/64 of the run, at least 0.4 s of work."""
    seconds = compiled.horizon * (WEEK + GENERAL_WEEK * compiled.generals)
    wanted = (
        TASK / seconds / SLOWER if engine == "mesa" else max(replicates / PIECES, TASK / seconds)
    )
    size = SMALLEST
    while size < wanted and size < LARGEST:
        size *= 2
    return size


def edges_of(document: Mapping[str, Any]) -> tuple[int, ...]:
    """Where a run's chunks begin, from its first replicate, and where the last one ends."""
    return _edges(int(document["replicates"]), int(document["chunk"]), STOP in document)


@lru_cache(maxsize=64)
def _edges(replicates: int, chunk: int, stops: bool) -> tuple[int, ...]:
    """Cut a run that may stop at every look, so that it stops where a chunk ends."""
    ends = [0, *looks(replicates)] if stops else [0, replicates]
    return (*(start for a, b in pairwise(ends) for start in range(a, b, chunk)), replicates)


def rule_in(document: Mapping[str, Any]) -> Rule | None:
    """The rule by which the run of a plan may stop; None where it has none, or none that can be."""
    try:
        return Rule(str(document[STOP]["of"]), float(document[STOP]["half_width"]))
    except (KeyError, TypeError, ValueError, RegimeSimError):
        return None


@lru_cache(maxsize=4)
def runnable(text: str) -> PlannedRun:
    """A plan as arrays. Raises WorkerMismatch: another model, file format or numbers."""
    document = json.loads(text)
    wrong = differences(document, here())
    if wrong:
        raise WorkerMismatch(f"{platform.node()}: {'; '.join(wrong)}")
    found = readable(text)
    if inputs_mark(found.run.compiled) != document["inputs_sha256"]:
        raise WorkerMismatch(f"{platform.node()}: the scenario compiles to other numbers here")
    return found


def readable(text: str) -> PlannedRun:
    """A plan's text as arrays, to read what was run, by whatever version of the model."""
    document = json.loads(text)
    scenario = _scenario(document["scenario"]["yaml"])
    compiled = prepared(scenario, document["corps"], document["knowledge"]["name"])
    run = Run(scenario, compiled, document["seed"], document["first"], document["engine"])
    return PlannedRun(run, sha256(text.encode()), edges_of(document), rule_in(document))


def _resolved(scenario: Scenario) -> str:
    """The scenario as one YAML text that needs no other file."""
    text = write(scenario)
    try:
        loads(text)
    except ScenarioError:
        # a baseline that is a file beside the scenario's cannot be named from another folder; it
        # is no part of this run
        text = write(replace(scenario, compare=None))
        loads(text)
    return text


def _scenario(text: str) -> Scenario:
    return loads(text, "scenario of the run")
