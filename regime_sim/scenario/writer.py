"""A scenario as YAML text that loads to the same scenario; reads nothing and writes no file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from .experts import Expert, Mixture, Quantiles
from .names import KINDS, OTHER, Principal, lever_of
from .record import Content
from .settings import Moves
from .timeline import Entry
from .values import FAMILIES, Move, Value

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./()-]*(?<! )\Z")
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


def write(scenario: Content) -> str:
    """The whole scenario as one YAML document, nothing inherited, numbers to the last bit."""
    tree: dict[str, Any] = {
        "schema": 1,
        "id": scenario.id,
        "title": scenario.title,
        "start": _Bare(scenario.start.isoformat()),
    }
    tree["horizon"] = f"{scenario.horizon} weeks" if scenario.horizon > 1 else 1
    tree["ruler"] = scenario.ruler
    if scenario.pressing_power:
        tree["pressing_power"] = scenario.pressing_power
    tree.update(_settings(scenario))
    if scenario.moved:
        tree["moved"] = as_moved(scenario)
    if scenario.structure:
        tree["uncertain"] = {name: _value(value) for name, value in scenario.structure}
    if scenario.timeline:
        tree["timeline"] = [_entry(entry) for entry in scenario.timeline]
    tree.update(as_requests(scenario))
    if scenario.own_sources:
        tree["sources"] = as_sources(scenario)
    if scenario.notes:
        tree["notes"] = scenario.notes
    return "".join(_lines(tree))


def as_moved(scenario: Content) -> list[dict[str, Any]]:
    """The section moved."""
    return [
        {"lever": one.lever, "from": one.start, "to": _value(one.to)}
        | ({"but": list(one.but)} if one.but else {})
        for one in scenario.moved
    ]


def as_cell(value: Value) -> str:
    """A value as it stands behind its name."""
    return flow(_value(value))


def as_moves(moves: Moves) -> dict[str, Any]:
    """What an entry or an arm sets."""
    return {name: _move(one) for name, one in moves}


def _move(one: float | Move) -> Any:
    if not isinstance(one, Move):
        return one
    if one.how == "to":
        return _value(one.value)
    core = {one.how: _value(replace(one.value, source=()))}
    return core | ({"source": _ids(one.value.source)} if one.value.source else {})


def as_entry(entry: Entry) -> str:
    """An entry of the timeline on one line."""
    return flow(_entry(entry))


def as_sources(scenario: Content) -> dict[str, Any]:
    """The section sources."""
    return {
        one.id: {"cite": one.cite, "confidence": one.confidence} for one in scenario.own_sources
    }


class _Bare(str):
    """Text that needs no quotes."""


def _settings(scenario: Content) -> dict[str, Any]:
    """The sections levers, patrons, principals, units and given."""
    levers: dict[str, Any] = {}
    given: dict[str, Any] = {}
    actors: dict[str, dict[str, Any]] = {section: {} for section in KINDS}
    actors["patrons"] = {name: {} for name in scenario.patrons}
    actors["principals"] = {one.name: as_principal(one) for one in scenario.principals}
    borrowed = {one.name: one.source for one in scenario.principals}
    for name, value in scenario.values:
        section, (who, key) = next(
            ((section, cell) for section, kind in KINDS.items() if (cell := kind.cell(name))),
            ("", ("", "")),
        )
        if (who in actors.get(section, {}) or section == "units") and (
            value.source or not borrowed.get(who)
        ):
            actors[section].setdefault(who, {})[key] = _value(value)
        elif "." not in name or lever_of(name):
            levers[name] = _value(value)
        else:
            given[name] = _value(value)
    sections = {"levers": levers, **actors, "given": given}
    return {section: cells for section, cells in sections.items() if cells}


def as_principal(one: Principal) -> dict[str, Any]:
    """What a principal is, without what he holds."""
    cells: dict[str, Any] = {"title": one.title} if one.title else {}
    cells |= {"role": one.role} if one.role != OTHER else {}
    return cells | ({"source": _ids(one.source)} if one.source else {})


def _value(value: Value) -> Any:
    if value.interval is not None:
        core: Any = _Bare(f"{value.interval[0]!r} to {value.interval[1]!r}")
    elif isinstance(value.prior, Quantiles):
        core = {"quantiles": {_Bare(repr(share)): one for share, one in value.prior.given}}
    elif isinstance(value.prior, Mixture):
        core = {"mixture": [_expert(one) for one in value.prior.experts]}
    elif value.prior is not None:
        named = zip(FAMILIES[value.prior.family], value.prior.args, strict=True)
        core = {value.prior.family: dict(named)}
    else:
        core = value.point
    if value.bounds is None and not value.source:
        return core
    cell: dict[str, Any] = dict(core) if isinstance(core, dict) else {"value": core}
    if value.bounds is not None:
        cell["bounds"] = list(value.bounds)
    if value.source:
        cell["source"] = _ids(value.source)
    return cell


def _expert(one: Expert) -> Any:
    core = _value(Value(0.0, one.prior, one.bounds, one.interval))
    cell = core if isinstance(core, dict) else {"value": core}
    return cell | {"weight": one.weight}


def _ids(source: tuple[str, ...]) -> str | list[str]:
    return source[0] if len(source) == 1 else list(source)


def _entry(entry: Entry) -> dict[str, Any]:
    cell: dict[str, Any] = {"id": entry.id}
    if entry.week is not None:
        cell["week"] = entry.week
    if entry.date is not None:
        cell["date"] = _Bare(entry.date.isoformat())
    if entry.when is not None:
        cell["when"] = str(entry.when)
    if entry.event is not None:
        cell |= {"event": entry.event, "intensity": entry.intensity}
        cell |= {"of": entry.of} if entry.of is not None else {}
    if entry.moves:
        cell["set"] = as_moves(entry.moves)
    if entry.lasts is not None:
        cell["lasts"] = entry.lasts
    if entry.over:
        cell["over"] = entry.over
    if entry.source:
        cell["source"] = _ids(entry.source)
    return cell


def as_requests(scenario: Content) -> dict[str, Any]:
    """The sections runs, compare, checks, resolve, registered and resolved."""
    runs = scenario.runs
    cells: dict[str, Any] = {"replicates": runs.replicates, "seed": runs.seed}
    if runs.stop_half_width is not None:
        cells["stop_when"] = {"half_width": runs.stop_half_width, "of": runs.stop_of}
    found: dict[str, Any] = {"runs": _present(cells)} if _present(cells) else {}
    if scenario.compare is not None:
        arms = [
            {"id": arm.id}
            | ({"set": as_moves(arm.moves)} if arm.moves else {})
            | ({"without": list(arm.without)} if arm.without else {})
            | ({"timeline": [_entry(entry) for entry in arm.entries]} if arm.entries else {})
            for arm in scenario.compare.arms
        ]
        found["compare"] = _present({"baseline": scenario.compare.baseline}) | {"arms": arms}
    if scenario.checks:
        found["checks"] = [
            {
                "it": check.it,
                "vary": {name: list(values) for name, values in check.vary},
                "expect": {
                    name: wanted if isinstance(wanted, str) else list(wanted)
                    for name, wanted in check.expect
                },
                "tolerance": check.tolerance,
            }
            for check in scenario.checks
        ]
    if scenario.resolve is not None:
        found["resolve"] = {
            "question": scenario.resolve.question,
            "by": _Bare(scenario.resolve.by.isoformat()),
        }
        if scenario.resolve.of != "leader_out":
            found["resolve"]["of"] = scenario.resolve.of
    found.update(_forecast(scenario))
    return found


def _forecast(scenario: Content) -> dict[str, Any]:
    """The sections registered and resolved."""
    found: dict[str, Any] = {}
    if (frozen := scenario.registered) is not None:
        found["registered"] = _present(
            asdict(frozen)
            | {
                "on": _Bare(frozen.on.isoformat()),
                "range": None if frozen.range is None else list(frozen.range),
                "outcomes": dict(frozen.outcomes) or None,
            }
        )
    if (answer := scenario.resolved) is not None:
        happened = _Bare("void" if answer.happened is None else str(answer.happened).lower())
        found["resolved"] = {
            "on": _Bare(answer.on.isoformat()),
            "happened": happened,
            "source": _ids(answer.source),
        }
    return found


def _present(cells: Mapping[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in cells.items() if cell is not None}


def _lines(tree: Mapping[str, Any]) -> Iterable[str]:
    """Top-level keys one below the other, sections one entry a line."""
    for key, cell in tree.items():
        if isinstance(cell, dict):
            yield f"{key}:\n"
            yield from (f"  {quoted(name)}: {flow(inner)}\n" for name, inner in cell.items())
        elif isinstance(cell, list):
            yield f"{key}:\n"
            yield from (f"  - {flow(inner)}\n" for inner in cell)
        else:
            yield f"{key}: {flow(cell)}\n"


def flow(cell: Any) -> str:
    """A value on one line."""
    if isinstance(cell, Mapping):
        cells = (
            f"{quoted(name if isinstance(name, str) else str(name))}: {flow(inner)}"
            for name, inner in cell.items()
        )
        return "{" + ", ".join(cells) + "}"
    if isinstance(cell, list):
        return "[" + ", ".join(map(flow, cell)) + "]"
    return quoted(cell) if isinstance(cell, str) else repr(cell)


def quoted(text: str) -> str:
    """Text, quoted where YAML could take it for something else."""
    if isinstance(text, _Bare) or (_PLAIN.match(text) and text.lower() not in _WORDS):
        return str(text)
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character == "\n":
        return "\\n"
    if character.isprintable() and ord(character) < 0xD800:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
