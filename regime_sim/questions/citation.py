"""What a run of one scenario rests on: facts, works, observed rates, and how much of it is
judgement; judges none of them.

Inputs that stand at zero and that nothing moves are not in play, and their sources are left out.
The law is in play as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import UnknownName
from ..facts.evidence import facts, rates, source, works
from ..facts.parameters import EVENTS, INPUT_NAMES, LEVERS
from ..facts.pressing import NOBODY, Power, power_of
from ..scenario import compile_scenario, load
from ..shown import Shown

if TYPE_CHECKING:
    from ..facts.evidence import Fact, Rate, Work
    from ..scenario import Scenario

JUDGEMENT = "judgement"
KINDS = ("own", "fact", "work", "rate", "unlisted")


@dataclass(frozen=True, slots=True)
class Cited:
    """One source. kind: one of KINDS. rests: names of the parameters, levers, entries on it."""

    id: str
    kind: str
    text: str
    rests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """Counts of a scenario: numbers in play, their sources, numbers that are judgement alone."""

    scenario: str
    numbers: int
    sources: int
    judged: int


@dataclass(frozen=True, slots=True, repr=False)
class Citation(Shown):
    """What a run rests on. numbers: how many are in play; judged: those on judgement alone;
    power: who presses.
    """

    scenario: str
    entries: tuple[Cited, ...]
    judged: tuple[str, ...]
    numbers: int
    power: Power = NOBODY

    def by_kind(self) -> list[tuple[str, list[Cited]]]:
        """The sources under their headings, empty ones left out."""
        return list(self._say("by_kind"))

    def rows(self) -> list[dict[str, Any]]:
        """A row per source, then per number that is judgement: id, kind, text, rests (names)."""
        sources = [
            {"id": e.id, "kind": e.kind, "text": e.text, "rests": " ".join(e.rests)}
            for e in self.entries
        ]
        return sources + [
            {"id": JUDGEMENT, "kind": JUDGEMENT, "text": "", "rests": name} for name in self.judged
        ]


def cite(scenario: Scenario | str | os.PathLike[str]) -> Citation:
    """Facts, their works, and rates that a run of this scenario rests on, in seed order."""
    scenario = load(scenario)
    found = _joined(_basis(scenario))
    own = {one.id: one.cite for one in scenario.own_sources}
    rests: dict[str, dict[str, None]] = {}
    for name, sources in found.items():
        for one in sources:
            for behind in _with_works(one, own):
                rests.setdefault(behind, {})[name] = None
    entries = [_cited(one, tuple(names), own) for one, names in rests.items() if one != JUDGEMENT]
    cited = tuple(sorted(entries, key=_place))
    return Citation(scenario.id, cited, _judged(found), len(found), power_of(scenario))


def basis(scenario: Scenario) -> Basis:
    """How many numbers are in play, and on what they rest. Reads no seed file."""
    found = _joined(_basis(scenario))
    sources = {one for each in found.values() for one in each} - {JUDGEMENT}
    return Basis(scenario.id, len(found), len(sources), len(_judged(found)))


def _joined(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Sources by name; a name that comes twice has both."""
    basis: dict[str, tuple[str, ...]] = {}
    for name, sources in pairs:
        basis[name] = tuple(dict.fromkeys((*basis.get(name, ()), *sources)))
    return basis


def _judged(basis: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for name, sources in basis.items() if set(sources) <= {JUDGEMENT})


def _basis(scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is in play, with the ids it rests on; a value set without a source is judgement."""
    given, names = (*scenario.values, *scenario.structure), scenario.names
    said = {name: value.source or (JUDGEMENT,) for name, value in given}
    levers = [lever for lever in LEVERS if lever in said]
    moved = {part.name for lever in levers for part in names.parts(lever)} - said.keys()
    yield from ((lever, said[lever]) for lever in levers)
    for name in _inputs_in_play(scenario):
        if name not in moved:
            yield name, said.get(name, names.inputs[name].source)
    for name, parameter in names.structural.items():
        yield name, said.get(name, parameter.source)
    for entry in scenario.timeline:
        told = entry.source or (EVENTS[entry.event].source if entry.event else (JUDGEMENT,))
        yield f"timeline.{entry.id}", told


def _inputs_in_play(scenario: Scenario) -> Iterator[str]:
    """Inputs that are not zero, move or are drawn; a patron's gifts only if it is in play."""
    compiled = compile_scenario(scenario)
    moved = set(compiled.events.target.tolist())
    moved.update(
        index for one in compiled.uncertain if one.vector == "x" for index, _ in one.targets
    )
    in_play = {
        name for index, name in enumerate(INPUT_NAMES) if compiled.x[index] != 0.0 or index in moved
    }
    for name, parameter in scenario.names.inputs.items():
        room, slot = parameter.name.split(".")[:2]
        if parameter.name in in_play and (room != "patron" or f"foreign_support.{slot}" in in_play):
            yield name


def _with_works(one: str, own: Mapping[str, str]) -> Iterator[str]:
    """The id as the seeds know it, and the works behind it where it is a fact or a rate."""
    found = None if one in own else _source(one)
    yield found.id if found else one
    for behind in getattr(found, "source", ()):
        work = _source(behind)
        if work:
            yield work.id


def _source(one: str) -> Fact | Work | Rate | None:
    """The fact, work or rate of this id; None if the seeds have none (a source in words)."""
    try:
        return source(one)
    except UnknownName:
        return None


def _cited(one: str, rests: tuple[str, ...], own: Mapping[str, str]) -> Cited:
    if one in own:
        return Cited(one, "own", own[one], rests)
    found = _source(one)
    if not found:
        return Cited(one, "unlisted", "", rests)
    return Cited(one, type(found).__name__.lower(), found.citation, rests)


def _place(entry: Cited) -> tuple[int, int, str]:
    """Own sources first, then in the order of the seed files."""
    seeds: dict[str, Callable[[], Iterable[str]]] = {"fact": facts, "work": works, "rate": rates}
    ids = list(seeds[entry.kind]()) if entry.kind in seeds else []
    return KINDS.index(entry.kind), ids.index(entry.id) if ids else 0, entry.id
