"""Sections that set values by name, nested or dotted: levers, given, uncertain, and those of which
the keys are actors (patrons, principals, units).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..errors import misplaced, nearest
from ..facts.declare import Kind
from .names import (
    CORPS,
    GENERALS,
    LEVERS,
    PRINCIPAL_KIND,
    PRINCIPAL_SLOTS,
    ROLES,
    Names,
    Principal,
    Slots,
    below,
    lever_of,
)
from .problems import Findings, Path, show
from .values import (
    BadValue,
    Move,
    Value,
    looks_like_value,
    read_change,
    read_sources,
    read_value,
)

_WORD = {
    "levers": "lever",
    "given": "input",
    "uncertain": "structural parameter",
    "set": "lever or input",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A name, what the file says of it, and where."""

    name: str
    raw: object
    path: Path


def flatten(
    raw: Mapping[str, Any], section: str, path: Path, names: Names, findings: Findings
) -> Iterator[Setting]:
    """The settings of a section, nested mappings joined by dots. Unknown names become findings."""
    allowed = _allowed(section, names)
    for key, value in raw.items():
        yield from _walk(key, value, section, (*path, key), allowed, names, findings)


def _walk(
    name: str,
    value: object,
    section: str,
    path: Path,
    allowed: tuple[str, ...],
    names: Names,
    findings: Findings,
) -> Iterator[Setting]:
    nested = below(name, allowed)
    if isinstance(value, Mapping) and nested and not (name in allowed and looks_like_value(value)):
        if not value:
            findings.add(path, f"nothing in it - expected a value, or some of {', '.join(nested)}")
        for key, inner in value.items():
            here = (*path, key)
            yield from _walk(f"{name}.{key}", inner, section, here, allowed, names, findings)
    elif name in allowed:
        yield Setting(name, value, path)
    else:
        _explain(name, section, path, allowed, names, findings)


def _explain(
    name: str, section: str, path: Path, allowed: tuple[str, ...], names: Names, findings: Findings
) -> None:
    """Say why a name is not right here: it belongs elsewhere, needs a part, or does not exist."""
    home = names.home(name)
    nested = below(name, allowed)
    head, _, _ = name.rpartition(".")
    written = str(path[-1])
    before = name[: len(name) - len(written)]  # names of the mappings around it
    if home is not None:
        findings.add(path, f"{name} is a {_WORD[home]} - expected under {home}")
    elif nested:
        findings.add(path, f"{name} has several parts - expected a mapping of {', '.join(nested)}")
    elif section != "given" and (held := below(name, names.given)):
        there = ", ".join(f"{name}.{part}" for part in held)
        findings.add(path, f"{name} is no {_WORD[section]} - expected under given: {there}")
    elif near := _misplaced(name, allowed, names, findings):
        findings.hints += 1
        said = f"did you mean {near}, under {names.home(near)}?"
        findings.add(path, f"unknown {_WORD[section]} - {said}")
    elif head and below(head, allowed):
        what = f"part of {head}" if head in LEVERS else _WORD[section]
        inside = [f"{head}.{part}" for part in below(head, allowed)]
        findings.unknown(path, what, written, [one.removeprefix(before) for one in inside])
    else:
        listed = tuple(LEVERS) if section == "levers" else None
        findings.unknown(path, _WORD[section], name, _with_tops(allowed), listed)


def _with_tops(allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The names, and the words that several of them begin with."""
    return (*dict.fromkeys(one.split(".", 1)[0] for one in allowed), *allowed)


def _misplaced(name: str, allowed: tuple[str, ...], names: Names, findings: Findings) -> str | None:
    """The name of another section that a wrong one means, while such names are looked for."""
    others = (*names.levers, *names.given, *names.structural)
    near = misplaced(name, _with_tops(allowed), others) if findings.still_hints(name) else None
    return near if near and names.home(near) else None


def _allowed(section: str, names: Names) -> tuple[str, ...]:
    return (*names.levers, *names.given) if section == "set" else names.of(section)


def read_section(
    section: str, raw: Mapping[str, Any], names: Names, findings: Findings
) -> dict[str, Value]:
    """The values of one section by full name."""
    found: dict[str, Value] = {}
    for setting in flatten(raw, section, (section,), names, findings):
        if setting.name in found:
            findings.add(setting.path, f"{setting.name} is set twice")
            continue
        value = _value(setting, names, findings)
        if value is not None:
            found[setting.name] = value
    return found


def _value(setting: Setting, names: Names, findings: Findings) -> Value | None:
    try:
        value = read_named(setting.name, setting.raw, names)
    except BadValue as error:
        findings.add((*setting.path, *error.path), str(error))
        return None
    return replace(value, where=findings.where(setting.path))


def read_named(name: str, raw: object, names: Names) -> Value:
    """The value of one lever, input or structural parameter. Raises BadValue."""
    low, high = names.range(name)
    value = read_value(raw, low, high)
    if name in names.structural and name.startswith(CORPS) and value.prior is not None:
        raise BadValue(
            f"got {show(raw)} - expected a plain number: the officer corps is built once for all"
            " futures of a run"
        )
    if name == GENERALS and (value.prior is not None or value.point != round(value.point)):
        raise BadValue(
            f"got {show(raw)} - expected a whole number, the same in every future ({low:g} to"
            f" {high:g})"
        )
    return value


Moves = tuple[tuple[str, float | Move], ...]


def read_move(name: str, raw: object, names: Names) -> float | Move:
    """What an entry does to a lever, part or input: a number, or a `Move`. Raises BadValue."""
    change = read_change(raw, *names.range(name))
    if change is not None:
        return change
    value = read_named(name, raw, names)
    return Move("to", value) if value.prior is not None or value.source else value.point


def read_moves(raw: Mapping[str, Any], path: Path, names: Names, findings: Findings) -> Moves:
    """What a timeline entry sets, by full name, whole levers before their parts."""
    found: dict[str, float | Move] = {}
    for setting in flatten(raw, "set", path, names, findings):
        if setting.name in found:
            findings.add(setting.path, f"{setting.name} is set twice")
            continue
        try:
            found[setting.name] = read_move(setting.name, setting.raw, names)
        except BadValue as error:
            findings.add((*setting.path, *error.path), str(error))
    return in_order(found)


def in_order(found: Mapping[str, float | Move]) -> Moves:
    """Whole levers before their parts."""
    return tuple(sorted(found.items(), key=lambda item: item[0] not in LEVERS))


def added_names(kind: Slots, raw: object) -> tuple[str, ...]:
    """Names in a section beyond those of the table, in file order; malformed ones left out."""
    if not isinstance(raw, Mapping):
        return ()
    return tuple(name for name in raw if name not in kind.table and _is_name(name))


def _is_name(name: str) -> bool:
    return name.isidentifier() and name.islower() and name.isascii() and len(name) <= 40


def read_kind(
    kind: Slots, raw: Mapping[str, Any], names: Names, findings: Findings
) -> dict[str, Value]:
    """The values of a section whose keys are actors: patrons (commitment is a part of
    foreign_support, the rest are gifts), principals, units.
    """
    found: dict[str, Value] = {}
    known = _known(kind, names)
    for who, cells in raw.items():
        path: Path = (kind.section, who)
        if not kind.free and who not in known:
            findings.unknown(path, kind.one, who, known)
        elif kind.free and (who in kind.free or not _is_name(who)):
            findings.add(
                path,
                f"not a name for a {kind.one} - expected lower-case letters, such as"
                f" {_EXAMPLES[kind.one]}",
            )
        elif who not in known:
            continue  # one too many: said of the section as a whole
        elif not isinstance(cells, Mapping):
            findings.add(path, f"got {show(cells)} - expected a mapping of {', '.join(kind.keys)}")
        else:
            found.update(_cells(kind, who, cells, names, findings))
    return found


_EXAMPLES = {"patron": "iran", "principal": "cabello"}


def _known(kind: Slots, names: Names) -> tuple[str, ...]:
    fixed = tuple(slot for slot in kind.table if slot not in kind.free)
    own = {"patron": names.patrons, "principal": tuple(name for name, _ in names.court)}
    return (*fixed, *own.get(kind.one, ()))


def _cells(
    kind: Slots, who: str, cells: Mapping[str, Any], names: Names, findings: Findings
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    source: tuple[str, ...] = ()
    for key, raw in cells.items():
        here = (kind.section, who, key)
        if key == "source":
            try:
                source = read_sources(raw)
            except BadValue as error:
                findings.add(here, str(error))
        elif key in kind.cells:
            name = kind.name(who, key)
            value = _value(Setting(name, raw, here), names, findings)
            if value is not None:
                found[name] = value
        elif key not in kind.texts:
            findings.unknown(here, f"key of a {kind.one}", key, kind.keys)
    return {name: one if one.source else replace(one, source=source) for name, one in found.items()}


def read_court(
    raw: object, inherited: tuple[Principal, ...], findings: Findings
) -> tuple[Principal, ...]:
    """Who is at court: those inherited, changed where the section `principals` names them again,
    and those whom it adds; none if nobody is named.
    """
    court = {one.name: one for one in inherited}
    for name in added_names(PRINCIPAL_KIND, raw):
        assert isinstance(raw, Mapping)
        cells = raw[name] if isinstance(raw[name], Mapping) else {}
        before = court.get(name, Principal(name))
        court[name] = Principal(
            name,
            _title(cells, before.title, ("principals", name, "title"), findings),
            _role(cells, before.role, ("principals", name, "role"), findings),
            _sources(cells) or before.source,
        )
    if len(court) > len(PRINCIPAL_SLOTS):
        findings.add(
            ("principals",),
            f"{len(court)} principals ({', '.join(court)}) - at most {len(PRINCIPAL_SLOTS)}",
        )
    return tuple(court.values())[: len(PRINCIPAL_SLOTS)]


def _title(cells: Mapping[str, Any], before: str, path: Path, findings: Findings) -> str:
    title = cells.get("title", before)
    if not isinstance(title, str) or not re.match(r"[^\x00-\x1f\x7f-\x9f]{0,80}\Z", title):
        findings.add(path, f"got {show(title)} - expected a line of text, 80 characters at most")
        return before
    return title


def _role(cells: Mapping[str, Any], before: str, path: Path, findings: Findings) -> str:
    role = cells.get("role", before)
    if isinstance(role, str) and role in ROLES:
        return role
    hint = nearest(role[:80], ROLES) if isinstance(role, str) else ""
    findings.add(path, f"unknown role {show(role)}{hint or f' - one of {", ".join(ROLES)}'}")
    return before


def _sources(cells: Mapping[str, Any]) -> tuple[str, ...]:
    """The sources of a principal; what is wrong with them is said where his values are read."""
    try:
        return read_sources(cells["source"]) if "source" in cells else ()
    except BadValue:
        return ()


def put(held: dict[str, Value], new: Mapping[str, Value], names: Names) -> dict[str, Value]:
    """The settings after `new`: a lever replaces itself and its parts, a part that part."""
    result = dict(held)
    for name in sorted(new, key=lambda name: name not in LEVERS):
        if name in LEVERS:
            kept = (other for other in result if name not in (other, lever_of(other)))
            result = {other: result[other] for other in kept}
        result[name] = new[name]
    order = {name: place for place, name in enumerate((*LEVERS, *names.inputs))}
    return dict(sorted(result.items(), key=lambda item: order[item[0]]))


def is_input(name: str, names: Names) -> bool:
    """Whether a name may be set as a lever, a part or a given input."""
    return name in LEVERS or (
        name in names.inputs and names.inputs[name].kind in (Kind.LEVER, Kind.EXOGENOUS)
    )
