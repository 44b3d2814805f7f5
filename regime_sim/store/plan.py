"""What a run is, as data: everything that its bytes depend on and nothing else; runs nothing and
touches no disk.

A plan is text (canonical JSON). Its SHA-256 is the run's key, which every chunk carries: a chunk of
another run is told by its key.
"""

from __future__ import annotations

import hashlib
import json
import platform
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..errors import Damaged, ElsewhereDifferent, RegimeSimError
from ..facts.posterior import DEFAULT

if TYPE_CHECKING:
    from ..ensemble.stopping import Rule
    from ..scenario import Scenario
    from ..scenario.compiled import Compiled

FORMAT = "regime-sim run 1"
SMALLEST, LARGEST = 16, 8192  # replicates a chunk
PIECES = 64  # a run is cut into about so many chunks, if they are then long enough
TASK = 0.4  # seconds that a chunk takes one core, at least
# seconds of one core for a week of a world, and for a general in it, by the kernel (x86-64 of 2024)
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
    "versions",
    "source_sha256",
    "model_sha256",
)
STOP = "stop_when"  # in the plan of a run that stops when enough is known, and in no other


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: `document` is what the manifest says of it, `key` the SHA-256 of that, `text` its
    canonical JSON.
    """

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
            if document["format"] != FORMAT:
                raise Damaged(f"its format is {document['format']!r}, expected {FORMAT!r}")
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
                isinstance(found[key], str)
                for key in ("engine", "source_sha256", "model_sha256", "inputs_sha256")
            ):
                raise Damaged("its engine or a hash is not text")
            if not isinstance(found["knowledge"]["name"], str) or not isinstance(
                found["versions"], dict
            ):
                raise Damaged("its knowledge or versions are not as written")
            if STOP in document:
                found[STOP] = document[STOP]
                if rule_in(found) is None:
                    raise Damaged(f"its {STOP} is not as written")
        except (KeyError, TypeError) as error:
            raise Damaged(f"it lacks {error}") from error
        text = canonical(found)
        return Plan(text, sha256(text.encode()))

    @property
    def chunks(self) -> int:
        """How many chunks the run has; where it has a rule by which it stops, at most."""
        return len(edges_of(self.document)) - 1

    @property
    def stops(self) -> bool:
        """Whether it may stop before its last chunk."""
        return STOP in self.document


@dataclass(frozen=True, slots=True)
class Ready:
    """A plan made ready to run in this process. edges: where chunks begin, counted from `first`,
    and where the last one ends.
    """

    scenario: Scenario
    compiled: Compiled
    key: str
    seed: int
    first: int
    replicates: int
    edges: tuple[int, ...]
    engine: str
    stop: Rule | None

    def span(self, at: int) -> tuple[int, int]:
        """First replicate and number of replicates of chunk `at`."""
        rows = self.rows(at)
        return self.first + rows.start, rows.stop - rows.start

    def rows(self, at: int) -> slice:
        """Where the replicates of chunk `at` are in the columns of the whole run."""
        return slice(*self.edges[at : at + 2])


def plan_of(
    scenario: Scenario,
    replicates: int,
    seed: int,
    engine: str = "kernel",
    *,
    first: int = 0,
    corps: int | None = None,
    knowledge: object = DEFAULT,
    chunk: int | None = None,
    stop: Rule | None = None,
) -> Plan:
    """The plan of a run with these settings, which are taken as checked. stop: the rule by which it
    may end before `replicates`.

    Raises RegimeSimError for what cannot be written down.
    """
    from ..engine.compiled_law import model_hash, source_hash

    if not isinstance(knowledge, str):
        raise RegimeSimError(
            "knowledge: a sample of your own cannot be sent or written down - expected the name of"
            " a shipped one"
        )
    text = _resolved(scenario)
    compiled = _compiled(text, knowledge, corps)
    own = inputs_hash(compiled)
    if own != inputs_hash(_with_corps(scenario, knowledge, corps)):
        raise RegimeSimError(
            f"{scenario.id}: written out, the scenario is not the same any more; please report it"
        )
    document = {
        "format": FORMAT,
        "scenario": {
            "id": scenario.id,
            "title": scenario.title,
            "start": scenario.start.isoformat(),
            "horizon_weeks": scenario.horizon,
            "sha256": sha256(text.encode()),
            "yaml": text,
        },
        "seed": int(seed),
        "first": int(first),
        "replicates": int(replicates),
        "chunk": int(chunk or chunk_size(compiled, replicates, engine)),
        "engine": engine,
        "corps": corps,
        "knowledge": {"name": knowledge, "sha256": knowledge_hash(compiled)},
        "inputs_sha256": own,
        "versions": versions(),
        "source_sha256": source_hash(),
        "model_sha256": model_hash(),
    } | ({} if stop is None else {STOP: {"of": stop.of, "half_width": stop.half_width}})
    written = canonical(document)
    return Plan(written, sha256(written.encode()))


def chunk_size(compiled: Compiled, replicates: int, engine: str = "kernel") -> int:
    """Replicates a chunk: a power of two, about one part in 64 of the run and at least two fifths
    of a second of work, whatever runs it.
    """
    seconds = compiled.horizon * (WEEK + GENERAL_WEEK * compiled.generals)
    wanted = (
        TASK / seconds / SLOWER if engine == "mesa" else max(replicates / PIECES, TASK / seconds)
    )
    size = SMALLEST
    while size < wanted and size < LARGEST:
        size *= 2
    return size


def edges_of(document: Mapping[str, Any]) -> tuple[int, ...]:
    """Where the chunks of a run begin, counted from its first replicate, and where the last one
    ends.
    """
    return _edges(int(document["replicates"]), int(document["chunk"]), STOP in document)


@lru_cache(maxsize=64)
def _edges(replicates: int, chunk: int, stops: bool) -> tuple[int, ...]:
    """A run that may stop is cut at every number of futures at which it looks, so that it stops at
    the end of a chunk, and between two looks like any other.
    """
    from ..ensemble.stopping import looks

    ends = [0, *looks(replicates)] if stops else [0, replicates]
    return (*(start for a, b in pairwise(ends) for start in range(a, b, chunk)), replicates)


def rule_in(document: Mapping[str, Any]) -> Rule | None:
    """The rule by which the run of a plan may stop; None where it has none, or none that can be."""
    from ..ensemble.stopping import Rule

    try:
        return Rule(str(document[STOP]["of"]), float(document[STOP]["half_width"]))
    except (KeyError, TypeError, ValueError, RegimeSimError):
        return None


@lru_cache(maxsize=4)
def ready(text: str) -> Ready:
    """A plan's text as arrays, to be run in this process. Raises ElsewhereDifferent where sources,
    libraries or numbers are not those of the plan.
    """
    check_here(json.loads(text))
    found = readable(text)
    if inputs_hash(found.compiled) != json.loads(text)["inputs_sha256"]:
        raise ElsewhereDifferent(f"{platform.node()}: the scenario compiles to other numbers here")
    return found


def readable(text: str) -> Ready:
    """A plan's text as arrays, to read what was run; by other sources its numbers may have been
    others, which matters to nobody who only reads.
    """
    document = json.loads(text)
    yaml = document["scenario"]["yaml"]
    compiled = _compiled(yaml, document["knowledge"]["name"], document["corps"])
    seed, first, replicates = (int(document[key]) for key in ("seed", "first", "replicates"))
    return Ready(
        _scenario(yaml),
        compiled,
        sha256(text.encode()),
        seed,
        first,
        replicates,
        edges_of(document),
        document["engine"],
        rule_in(document),
    )


def check_here(document: Mapping[str, Any]) -> None:
    """Raise ElsewhereDifferent unless this process has the sources and libraries that the plan was
    made with.
    """
    wrong = differences(document, fingerprint())
    if wrong:
        raise ElsewhereDifferent(f"{platform.node()}: {'; '.join(wrong)}")


def differences(document: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """How a fingerprint differs from that of a plan, in words; Python's own version is written
    down, but no byte depends on it.
    """
    wrong = (
        []
        if document["source_sha256"] == here["source_sha256"]
        else ["other sources of regime_sim"]
    )
    then, now = document["versions"], here["versions"]
    return wrong + [
        f"{name} {now.get(name)}, not {then.get(name)}"
        for name in sorted({*then, *now} - {"python"})
        if then.get(name) != now.get(name)
    ]


@cache
def fingerprint() -> dict[str, Any]:
    """What a worker must have in common with the process that sends it work."""
    from ..engine.compiled_law import source_hash

    return {"source_sha256": source_hash(), "versions": versions()}


def versions() -> dict[str, str]:
    """Versions of what the bytes of a run depend on."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        own = version("regime-sim")
    except PackageNotFoundError:  # read from a checkout that was never installed
        own = "0+unknown"
    found = {name: version(name) for name in ("numpy", "numba", "pyarrow")}
    return {
        "python": platform.python_version(),
        "regime_sim": own,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **found,
    }


def inputs_hash(compiled: Compiled) -> str:
    """SHA-256 of everything that the engine reads of a scenario."""
    import numpy as np

    digest = hashlib.sha256()
    about = (
        compiled.id,
        compiled.start.isoformat(),
        compiled.horizon,
        compiled.generals,
        compiled.patrons,
        compiled.uncertain,
        compiled.event_names,
    )
    digest.update(repr(about).encode())
    events = [getattr(compiled.events, name) for name in type(compiled.events).__slots__]
    joint = [] if compiled.joint is None else [compiled.joint.columns, compiled.joint.rows]
    for array in (compiled.x, compiled.p, *events, *joint):
        digest.update(
            f"{array.dtype.str} {array.shape}\0".encode() + np.ascontiguousarray(array).tobytes()
        )
    return digest.hexdigest()


def knowledge_hash(compiled: Compiled) -> str | None:
    """SHA-256 of the joint sample that structural parameters are drawn from; None where they have
    their own priors.
    """
    if compiled.joint is None:
        return None
    return sha256(compiled.joint.columns.tobytes() + compiled.joint.rows.tobytes())


def canonical(document: object) -> str:
    """JSON in one spelling only."""
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _resolved(scenario: Scenario) -> str:
    """The scenario as one YAML text that needs no other file."""
    from ..scenario import ScenarioError, loads
    from ..scenario.writer import write

    text = write(scenario)
    try:
        loads(text)
    except ScenarioError:
        # a baseline that is a file beside the scenario's cannot be named from elsewhere; it is no
        # part of this run
        text = write(replace(scenario, compare=None))
        loads(text)
    return text


def _scenario(text: str) -> Scenario:
    from ..scenario import loads

    return loads(text, "scenario of the run")


def _compiled(text: str, knowledge: str, corps: int | None) -> Compiled:
    return _with_corps(_scenario(text), knowledge, corps)


def _with_corps(scenario: Scenario, knowledge: str, corps: int | None) -> Compiled:
    from ..ensemble.simulate import with_corps
    from ..scenario.compile import compile_scenario

    return with_corps(compile_scenario(scenario, knowledge), corps)
