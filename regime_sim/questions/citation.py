"""What a run of one scenario rests on: its facts, works, observed rates, and how much of it is
judgement; judges none of them.

Inputs that stand at zero and that nothing moves are not in play, and their sources are left out.
The law is in play as a whole.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from ..errors import UnknownName

if TYPE_CHECKING:
    from ..facts.evidence import Fact, Rate, Work
    from ..scenario import Scenario

JUDGEMENT = "judgement"
KINDS = {
    "own": "Sources of the scenario itself",
    "fact": "Facts",
    "work": "Works",
    "rate": "Observed rates",
    "unlisted": "Named, but not in the seeds",
}
_COUNTED = {
    "own": "of its own",
    "fact": "facts",
    "work": "works",
    "rate": "observed rates",
    "unlisted": "that the seeds do not hold",
}
_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Cited:
    """One source. kind: a key of KINDS. rests: what in this run rests on it, names of parameters,
    levers, events and entries.
    """

    id: str
    kind: str
    text: str
    rests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """What a run rests on. judged: names of the numbers that rest on judgement alone; numbers: how
    many numbers are in play.
    """

    scenario: str
    entries: tuple[Cited, ...]
    judged: tuple[str, ...]
    numbers: int

    def by_kind(self) -> list[tuple[str, list[Cited]]]:
        """The sources under their headings, empty ones left out."""
        found = [
            (title, [entry for entry in self.entries if entry.kind == kind])
            for kind, title in KINDS.items()
        ]
        return [(title, entries) for title, entries in found if entries]

    def rows(self) -> list[dict[str, Any]]:
        """One plain row a source, then one a number that is judgement: id, kind, text, rests (names
        parted by spaces).
        """
        sources = [
            {"id": e.id, "kind": e.kind, "text": e.text, "rests": " ".join(e.rests)}
            for e in self.entries
        ]
        return sources + [
            {"id": JUDGEMENT, "kind": JUDGEMENT, "text": "", "rests": name} for name in self.judged
        ]

    def __str__(self) -> str:
        counts = {kind: sum(entry.kind == kind for entry in self.entries) for kind in KINDS}
        found = ", ".join(f"{number} {_COUNTED[kind]}" for kind, number in counts.items() if number)
        lines = [
            f"What a run of {self.scenario} rests on: {found}; {len(self.judged)} of its"
            f" {self.numbers} numbers are judgement."
        ]
        for title, entries in self.by_kind():
            lines += ["", title, *(line for entry in entries for line in _entry_lines(entry))]
        lines += [
            "",
            f"Judgement of the authors alone, {len(self.judged)} numbers",
            *_wrapped(", ".join(self.judged), 2),
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def cite(scenario: Scenario) -> Citation:
    """The facts, works and rates that a run of this scenario rests on, works behind its facts
    included, in the order of the seeds.
    """
    basis = _joined(_basis(scenario))
    own = {one.id: one.cite for one in scenario.own_sources}
    rests: dict[str, dict[str, None]] = {}
    for name, sources in basis.items():
        for one in sources:
            for found in _with_works(one, own):
                rests.setdefault(found, {})[name] = None
    entries = [_cited(one, tuple(names), own) for one, names in rests.items() if one != JUDGEMENT]
    return Citation(scenario.id, tuple(sorted(entries, key=_place)), _judged(basis), len(basis))


def summary(scenario: Scenario) -> str:
    """One sentence: how many numbers are in play, how many have a source, how many are judgement.
    Reads no seed file.
    """
    basis = _joined(_basis(scenario))
    ids = {one for sources in basis.values() for one in sources} - {JUDGEMENT}
    judged = len(_judged(basis))
    return (
        f"{len(basis)} numbers: {len(basis) - judged} by {len(ids)} facts, works and observed"
        f" rates, {judged} by judgement alone (regime-sim cite {scenario.id})"
    )


def _joined(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Sources by name; a name that comes twice has both."""
    basis: dict[str, tuple[str, ...]] = {}
    for name, sources in pairs:
        basis[name] = tuple(dict.fromkeys((*basis.get(name, ()), *sources)))
    return basis


def _judged(basis: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for name, sources in basis.items() if set(sources) <= {JUDGEMENT})


def _basis(scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is in play, by the scenario's own names, with the ids that it rests on; a value set
    without a source is judgement.
    """
    from ..facts.parameters import EVENTS, LEVERS

    said = {
        name: value.source or (JUDGEMENT,)
        for name, value in (*scenario.values, *scenario.structure)
    }
    names = scenario.names
    moved = {
        part.name for lever in LEVERS if lever in said for part in names.parts(lever)
    } - said.keys()
    yield from ((lever, said[lever]) for lever in LEVERS if lever in said)
    for name in _inputs_in_play(scenario):
        if name not in moved:
            yield name, said.get(name, names.inputs[name].source)
    for name, parameter in names.structural.items():
        yield name, said.get(name, parameter.source)
    for entry in scenario.timeline:
        told = entry.source or (EVENTS[entry.event].source if entry.event else (JUDGEMENT,))
        yield f"timeline.{entry.id}", told


def _inputs_in_play(scenario: Scenario) -> Iterator[str]:
    """Inputs that are not zero, or that the timeline moves or a spread draws; a patron's gifts only
    where the patron is in play.
    """
    from ..facts.parameters import INPUT_NAMES
    from ..scenario import compile_scenario

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
    """The fact, work or rate of this id, None where the seeds have none (a source in words, or a
    mistake that a test finds).
    """
    from ..facts.evidence import source

    try:
        return source(one)
    except UnknownName:
        return None


def _cited(one: str, rests: tuple[str, ...], own: Mapping[str, str]) -> Cited:
    if one in own:
        return Cited(one, "own", own[one], rests)
    found = _source(one)
    return (
        Cited(one, type(found).__name__.lower(), found.citation, rests)
        if found
        else Cited(one, "unlisted", "", rests)
    )


def _place(entry: Cited) -> tuple[int, int, str]:
    """Own sources first, then in the order of the seed files."""
    from ..facts.evidence import facts, rates, works

    seeds: dict[str, Callable[[], Iterable[str]]] = {"fact": facts, "work": works, "rate": rates}
    ids = list(seeds[entry.kind]()) if entry.kind in seeds else []
    return list(KINDS).index(entry.kind), ids.index(entry.id) if ids else 0, entry.id


def _entry_lines(entry: Cited) -> list[str]:
    shown = (
        entry.rests
        if len(entry.rests) <= 6
        else (*entry.rests[:6], f"and {len(entry.rests) - 6} more")
    )
    return [*_wrapped(f"{entry.id}: {entry.text}", 2), *_wrapped(f"here: {', '.join(shown)}", 6)]


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_on_hyphens=False,
    )
