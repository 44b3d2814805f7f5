"""One file, read and checked before its parent is merged in; resolves no inheritance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Any

from .names import FREE_SLOTS, KINDS, PATRON_KIND, Names, Principal, names_for
from .problems import Findings, clean, show
from .reader import Document
from .requests import (
    Check,
    Compare,
    Registered,
    Resolve,
    Resolved,
    Runs,
    read_checks,
    read_compare,
    read_registered,
    read_resolve,
    read_resolved,
    read_runs,
    read_without,
)
from .settings import added_names, read_court, read_kind, read_section
from .slides import Levers, read_moved
from .sources import check_sources_of
from .timeline import Entry, named_by, read_date, read_timeline, read_weeks
from .values import BadValue, Value


@dataclass(frozen=True, slots=True)
class OwnSource:
    """A source that a scenario file brings: who, what, when; confidence is high, medium or low."""

    id: str
    cite: str
    confidence: str = "medium"


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a file may rely on from the scenario it extends; not `known` if that cannot be read."""

    known: bool = True
    patrons: tuple[str, ...] = ()
    principals: tuple[Principal, ...] = ()
    timeline: tuple[Entry, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[str, ...]:
        """The ids of its timeline."""
        return tuple(entry.id for entry in self.timeline)


@dataclass(frozen=True, slots=True)
class Draft:
    """What one file says, checked. None or empty where it says nothing."""

    names: Names
    values: Mapping[str, Value]
    uncertain: Mapping[str, Value]
    timeline: tuple[Entry, ...]
    sources: tuple[OwnSource, ...]
    principals: tuple[Principal, ...] = ()
    moved: Levers | None = None
    without: tuple[str, ...] = ()
    id: str | None = None
    title: str | None = None
    ruler: str | None = None
    pressing_power: str | None = None
    start: Date | None = None
    horizon: int | None = None
    notes: str | None = None
    runs: Runs = field(default_factory=Runs)
    compare: Compare | None = None
    checks: tuple[Check, ...] = ()
    resolve: Resolve | None = None
    registered: Registered | None = None
    resolved: Resolved | None = None


def read_draft(document: Document, parent: Inherited, trusted: bool) -> Draft:
    """Check one file against its form, the parameter table and what it inherits. Raises
    ScenarioError with every problem.

    A `trusted` file ships with the package: its form and its sources were checked by the tests, and
    are not checked again (that would cost half a second a run: pydantic and the evidence).
    """
    tree = document.tree
    findings = Findings(document.file, document.places, list(document.duplicates))
    well_formed = trusted or _well_formed(tree, findings)
    principals = read_court(tree.get("principals"), parent.principals, findings)
    names = _names(tree, parent, principals, findings)
    values = _values(tree, names, findings)
    entries = (
        read_timeline(tree["timeline"], names, findings)
        if isinstance(tree.get("timeline"), list)
        else ()
    )
    without = read_without(
        tree.get("without"), parent.entries if parent.known else None, ("without",), findings
    )
    ids = (*(one for one in parent.entries if one not in without), *(entry.id for entry in entries))
    draft = Draft(
        names=names,
        values=values,
        uncertain=_section(tree, "uncertain", names, findings),
        timeline=entries,
        sources=_own_sources(tree),
        principals=principals,
        moved=read_moved(tree.get("moved"), names, findings) if well_formed else None,
        without=without,
        start=_cell(tree, "start", read_date, findings),
        horizon=_cell(tree, "horizon", read_weeks, findings),
        compare=read_compare(tree.get("compare"), ids if parent.known else None, names, findings),
        checks=read_checks(tree.get("checks"), names, findings),
        resolve=read_resolve(tree.get("resolve"), findings),
        registered=read_registered(tree.get("registered"), findings) if well_formed else None,
        resolved=read_resolved(tree.get("resolved"), findings) if well_formed else None,
        id=tree.get("id") if well_formed else None,
        title=tree.get("title") if well_formed else None,
        ruler=tree.get("ruler") if well_formed else None,
        pressing_power=tree.get("pressing_power") if well_formed else None,
        notes=tree.get("notes") if well_formed else None,
        runs=read_runs(tree.get("runs")) if well_formed else Runs(),
    )
    if not trusted and parent.known:
        check_sources_of(tree, (*parent.sources, *(one.id for one in draft.sources)), findings)
    findings.stop_if_any()
    return draft


def _well_formed(tree: dict[str, Any], findings: Findings) -> bool:
    from .schema import check_form  # loads pydantic, which shipped files do not need

    return check_form(tree, findings)


def _names(
    tree: Mapping[str, Any],
    parent: Inherited,
    principals: tuple[Principal, ...],
    findings: Findings,
) -> Names:
    added = added_names(PATRON_KIND, tree.get("patrons"))
    patrons = tuple(dict.fromkeys((*parent.patrons, *added)))
    if len(patrons) > len(FREE_SLOTS):
        findings.add(
            ("patrons",),
            f"{len(patrons)} added patrons ({', '.join(map(clean, patrons))}) - at most"
            f" {len(FREE_SLOTS)}",
        )
    names = names_for(patrons[: len(FREE_SLOTS)], tuple((one.name, one.role) for one in principals))
    _no_strangers(tree, parent, names, findings)
    return names


def _no_strangers(
    tree: Mapping[str, Any], parent: Inherited, names: Names, findings: Findings
) -> None:
    """A file that names principals has no usual court; inherited entries may not speak of it."""
    left = tree.get("without") if isinstance(tree.get("without"), list) else ()
    for entry in parent.timeline:
        unknown = (
            [f"{entry.of}"]
            if entry.of and entry.of not in named_by(str(entry.event), names)
            else []
        )
        unknown += [
            name
            for name, _ in entry.moves
            if name.startswith("principal.") and name not in names.inputs
        ]
        if unknown and entry.id not in (left or ()):
            findings.add(
                ("principals",),
                f"the inherited entry {show(entry.id)} is about {unknown[0]}, and nobody has this"
                f" name now - expected without: [{entry.id}]",
            )


def _section(
    tree: Mapping[str, Any], section: str, names: Names, findings: Findings
) -> dict[str, Value]:
    raw = tree.get(section)
    return read_section(section, raw, names, findings) if isinstance(raw, Mapping) else {}


def _values(tree: Mapping[str, Any], names: Names, findings: Findings) -> dict[str, Value]:
    """The values of the sections levers, given, patrons, principals and units; no name may be set
    by two of them.
    """
    values: dict[str, Value] = {}
    for section, kind in KINDS.items():
        cells = tree.get(section)
        values |= read_kind(kind, cells, names, findings) if isinstance(cells, Mapping) else {}
    for section in ("given", "levers"):
        found = _section(tree, section, names, findings)
        for name in values.keys() & found.keys():
            findings.add(
                (section,), f"{name} is set twice: under {_home(name)} and under {section}"
            )
        values |= found
    return values


def _home(name: str) -> str:
    return next((section for section, kind in KINDS.items() if kind.cell(name)), "given")


def _cell[T](tree: Mapping[str, Any], key: str, read: Any, findings: Findings) -> T | None:
    if tree.get(key) is None:
        return None
    try:
        return read(tree[key])  # type: ignore[no-any-return]
    except BadValue as error:
        findings.add((key,), str(error))
        return None


def _own_sources(tree: Mapping[str, Any]) -> tuple[OwnSource, ...]:
    raw = tree.get("sources")
    cells = raw.items() if isinstance(raw, Mapping) else ()
    return tuple(
        OwnSource(name, str(cell.get("cite", "")), str(cell.get("confidence", "medium")))
        for name, cell in cells
        if isinstance(cell, Mapping)
    )
