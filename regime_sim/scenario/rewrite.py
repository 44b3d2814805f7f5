"""A scenario written back into the file that it came from: only what was changed is changed,
comments stay; the result is read again and compared.

Where that cannot be done (a layout that the edits do not master, a part that was inherited and is
gone) the scenario is written out whole by `writer`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .names import KINDS, LEVERS, Names, lever_of
from .problems import Findings, ScenarioError
from .reader import read_text
from .record import Content, Origin
from .requests import Runs, merge_runs, read_compare, read_runs
from .settings import put, read_court, read_kind, read_section
from .slides import read_moved, set_since
from .text_edits import Span, TextEdits, spans
from .timeline import Entry, read_date, read_timeline, read_weeks
from .values import Value
from .writer import (
    as_cell,
    as_entry,
    as_moved,
    as_principal,
    as_requests,
    as_sources,
    flow,
    quoted,
    write,
)

# keys at the top
# fmt: off
_ORDER = (
    "schema", "id", "title", "extends", "start", "horizon", "ruler", "pressing_power",
    "levers", "patrons", "principals", "units", "moved", "given",
    "uncertain", "timeline", "without", "compare", "runs", "checks", "resolve", "registered",
    "resolved", "sources", "notes",
)
# fmt: on
_EDITOR = re.compile(r"\A# yaml-language-server: \$schema=(?!\w+:).*\n")


@lru_cache(maxsize=64)
def rewritten(scenario: Content, origin: Origin) -> str:
    """The scenario as YAML in the words of the file that it was read from."""
    # which reads scenarios, and so cannot be imported above
    from .load import load_beside, loads

    try:
        new = _Rewriter(scenario, origin, lambda name: load_beside(name, None)).text()
        if loads(new) == scenario:
            return new
    except (ScenarioError, ValueError, IndexError, KeyError):
        pass
    return write(scenario)


def without_editor_line(text: str) -> str:
    """A text without its first line for editors, if that names the schema by a relative path."""
    return _EDITOR.sub("", text)


@dataclass(slots=True)
class _File:
    """A file as it stands: what it says, and where in its text."""

    tree: Mapping[str, Any]
    root: Span
    names: Names
    findings: Findings = field(default_factory=lambda: Findings(""))

    def section(self, key: str) -> Mapping[str, Any]:
        """A section of the file, empty where there is none."""
        cells = self.tree.get(key)
        return cells if isinstance(cells, Mapping) else {}

    def literal(self) -> dict[str, Value]:
        """The values that the file itself sets."""
        found: dict[str, Value] = {}
        for key, kind in KINDS.items():
            found |= read_kind(kind, self.section(key), self.names, self.findings)
        for key in ("given", "levers"):
            found |= read_section(key, self.section(key), self.names, self.findings)
        return found

    def would_borrow(self, name: str, value: Value) -> bool:
        """Whether a value without a source would take that of the actor it stands beside."""
        held = self.places(tuple(KINDS), name)
        return not value.source and any(holder.part("source") is not None for holder, _ in held)

    def made_whole(self, own: dict[str, Value], wanted: dict[str, Value]) -> dict[str, Span]:
        """What stands at levers that the file sets by parts and that are now set as a whole."""
        holder = self.root.part("levers")
        cells = {lever: holder.part(lever) for lever in LEVERS} if holder is not None else {}
        return {
            lever: cell
            for lever, cell in cells.items()
            if cell is not None and cell.collection and lever in wanted and lever not in own
        }

    def places(self, sections: tuple[str, ...], name: str) -> Iterator[tuple[Span, int]]:
        """Where the file sets a name: the mapping, and which of its parts."""
        for key in sections:
            holder = self.root.part(key)
            if holder is not None:
                yield from (
                    _of_actor(key, holder, name) if key in KINDS else _named(holder, name, "")
                )


class _Rewriter:
    """Finds what differs between a scenario and a file, section by section, and edits the file."""

    def __init__(self, scenario: Content, origin: Origin, load: Callable[[str], Content]) -> None:
        text = without_editor_line(origin.text)
        self.scenario, self.names, self.portable = scenario, scenario.names, origin.portable
        self.file = _File(read_text(text, "").tree, spans(text), self.names)
        self.tree, self.root, self.findings = self.file.tree, self.file.root, self.file.findings
        self.edits = TextEdits(text, self.root, _ORDER)
        extends = self.tree.get("extends")
        inherits = self.portable and isinstance(extends, str)
        self.parent = load(str(extends)) if inherits else None
        self.made: dict[str, list[str]] = {}

    def text(self) -> str:
        """The file as it has to be."""
        if not self.portable:
            for key in ("extends", "without"):
                self.edits.put_cell(key, False, None)
        self.heading()
        self.actors()
        parent = self.parent
        self.settings(
            ("levers", "given", *KINDS),
            self.file.literal(),
            dict(parent.values) if parent else {},
            dict(self.scenario.values),
        )
        self.moved()
        uncertain = read_section(
            "uncertain", self.file.section("uncertain"), self.names, self.findings
        )
        self.settings(
            ("uncertain",),
            uncertain,
            dict(parent.structure) if parent else {},
            dict(self.scenario.structure),
        )
        self.timeline()
        self.requests()
        for key, cells in self.made.items():
            self.edits.section(key, cells)
        return self.edits.done()

    def moved(self) -> None:
        """Levers that were moved as a whole."""
        own = read_moved(self.tree.get("moved"), self.names, self.findings)
        above = self.parent.moved if self.parent else ()
        now = set_since(above, tuple(self.file.literal())) if own is None else own
        wanted = self.scenario.moved
        self.edits.put_cell(
            "moved", now == wanted, flow(as_moved(self.scenario)) if wanted or above else None
        )

    def heading(self) -> None:
        """What is said once: id, title, ruler, pressing power, start, horizon, notes."""
        now, parent, said = self.scenario, self.parent, self.tree
        self.edits.put_cell("id", said.get("id") == now.id, quoted(now.id))
        self.edits.put_cell("title", said.get("title", now.id) == now.title, quoted(now.title))
        ruler = said.get("ruler", parent.ruler if parent else "the ruler")
        self.edits.put_cell("ruler", ruler == now.ruler, quoted(now.ruler))
        power = said.get("pressing_power", parent.pressing_power if parent else "")
        named = quoted(now.pressing_power) if now.pressing_power else None
        self.edits.put_cell("pressing_power", power == now.pressing_power, named)
        notes = quoted(now.notes) if now.notes else None
        self.edits.put_cell("notes", said.get("notes", "") == now.notes, notes)
        start = read_date(said["start"]) if "start" in said else parent.start if parent else None
        self.edits.put_cell("start", start == now.start, now.start.isoformat())
        horizon = (
            read_weeks(said["horizon"]) if "horizon" in said else parent.horizon if parent else None
        )
        weeks = f"{now.horizon} weeks" if now.horizon > 1 else "1"
        self.edits.put_cell("horizon", horizon == now.horizon, weeks)

    def actors(self) -> None:
        """Patrons and principals that the file neither names nor inherits. Raises ValueError where
        what a principal is has changed: no copy of a scenario does that.
        """
        parent = self.parent
        known = {*(parent.patrons if parent else ()), *self.file.section("patrons")}
        for name in self.scenario.patrons:
            if name not in known:
                self.into("patrons", name, "{}")
        above = parent.principals if parent else ()
        said = read_court(self.file.section("principals"), above, self.findings)
        for one in self.scenario.principals:
            if one not in said:
                if one.name in self.file.section("principals"):
                    raise ValueError(one.name)
                self.into("principals", one.name, flow(as_principal(one)))

    def settings(
        self,
        sections: tuple[str, ...],
        own: dict[str, Value],
        inherited: dict[str, Value],
        wanted: dict[str, Value],
    ) -> None:
        """Bring the values of these sections to what is wanted."""
        alone = len(sections) == 1
        set_here = {name: value for name, value in wanted.items() if inherited.get(name) != value}
        whole = {} if alone else self.file.made_whole(own, set_here)
        gone = {
            name
            for name in own
            if name not in wanted
            or lever_of(name) in whole
            or (wanted[name] != own[name] and self.file.would_borrow(name, wanted[name]))
        }
        for name in gone:
            for holder, place in self.file.places(sections, name):
                if not any(holder is inner for inner in whole.values()):
                    self.edits.take_out(holder, place)
        kept = {name: value for name, value in own.items() if name not in gone}
        now = {**inherited, **kept} if alone else put(dict(inherited), kept, self.names)
        fresh = [
            name for name, value in wanted.items() if name in LEVERS and now.get(name) != value
        ]
        for name, value in wanted.items():
            if now.get(name) == value and not (lever_of(name) in fresh and name not in kept):
                continue
            found = next(self.file.places(sections, name), None)
            if name in whole:
                self.edits.replace(whole[name], as_cell(value))
            elif found is not None and name not in gone:
                holder, place = found
                key, _, held = holder.parts[place]
                self.edits.replace(held, as_cell(value), "" if holder.block else str(key))
            else:
                first = alone or name in LEVERS or lever_of(name)
                self.into(sections[0] if first else "given", name, as_cell(value))

    def timeline(self) -> None:
        """Entries by id: changed in place, added at the end, or `without`; new if reordered."""
        raw = self.tree.get("timeline")
        own = (
            {entry.id: entry for entry in read_timeline(raw, self.names, self.findings)}
            if isinstance(raw, list)
            else {}
        )
        without = [one for one in self.tree.get("without", ()) if self.portable]
        inherited = {entry.id: entry for entry in self.parent.timeline} if self.parent else {}
        wanted = {entry.id: entry for entry in self.scenario.timeline}
        without += [name for name in inherited if name not in wanted and name not in without]
        new = [
            name
            for name, entry in wanted.items()
            if name not in own and (inherited.get(name) != entry or name in without)
        ]
        from_above = [name for name in inherited if name not in without]
        order = dict.fromkeys((*from_above, *(name for name in own if name in wanted), *new))
        if list(order) != list(wanted):
            self.edits.put_cell("timeline", False, None)
            own = {}
            new = [one for one in wanted if inherited.get(one) != wanted[one] or one in without]
        same = without == list(self.tree.get("without", ()))
        self.edits.put_cell("without", same, flow(without) if without else None)
        self.entries(own, wanted, new)

    def entries(
        self, own: Mapping[str, Entry], wanted: Mapping[str, Entry], new: list[str]
    ) -> None:
        """Change, take out and add entries of the file's own timeline."""
        holder = self.root.part("timeline")
        for place, name in enumerate(own):
            if holder is not None and name not in wanted:
                self.edits.take_out(holder, place)
            elif holder is not None and own[name] != wanted[name]:
                self.edits.replace(holder.parts[place][2], as_entry(wanted[name]))
        for name in new:
            if holder is not None and own:
                self.edits.add(holder, as_entry(wanted[name]))
            else:
                self.made.setdefault("timeline", []).append(f"- {as_entry(wanted[name])}")

    def requests(self) -> None:
        """What the file asks for; a section stays if the scenario still has it, except the arms."""
        now, parent = self.scenario, self.parent
        cells = as_requests(now)
        same = {
            key: (key in self.tree) == (key in cells)
            for key in ("compare", "checks", "resolve", "registered", "resolved")
        }
        same["compare"] = (
            read_compare(self.tree.get("compare"), None, self.names, self.findings) == now.compare
        )
        for key, left_alone in same.items():
            self.edits.put_cell(key, left_alone, flow(cells[key]) if key in cells else None)
        runs = merge_runs(parent.runs if parent else Runs(), read_runs(self.tree.get("runs")))
        self.edits.put_cell(
            "runs", runs == now.runs, flow(cells["runs"]) if "runs" in cells else None
        )
        above = (one.id for one in (parent.own_sources if parent else ()))
        known = {*above, *self.file.section("sources")}
        for name, cell in as_sources(now).items():
            if name not in known:
                self.into("sources", name, flow(cell))

    def into(self, section: str, name: str, cell: str) -> None:
        """A new key in a section, which is made where there is none."""
        holder = self.root.part(section)
        if holder is not None and holder.parts:
            self.edits.add(holder, f"{name}: {cell}")
        else:
            self.made.setdefault(section, []).append(f"{name}: {cell}")


def _named(holder: Span, name: str, before: str) -> Iterator[tuple[Span, int]]:
    for place, (key, _, value) in enumerate(holder.parts):
        here = f"{before}{key}"
        if here == name:
            yield holder, place
        elif value.collection and name.startswith(f"{here}."):
            yield from _named(value, name, f"{here}.")


def _of_actor(section: str, holder: Span, name: str) -> Iterator[tuple[Span, int]]:
    for who, _, cells in holder.parts:
        for place, (key, _, _) in enumerate(cells.parts):
            if KINDS[section].cell(name) == (who, key):
                yield cells, place
