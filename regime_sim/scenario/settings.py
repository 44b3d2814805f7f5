"""Sections that set values by name (levers, given, uncertain, patrons), nested or dotted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..facts.declare import Kind
from .names import CORPS, FREE_SLOTS, GENERALS, GIFTS, LEVERS, SUPPORT, Names, below, lever_of
from .problems import Findings, Path, show
from .values import BadValue, Value, looks_like_value, number, read_sources, read_value

_WORD = {
    "levers": "lever",
    "given": "input",
    "uncertain": "structural parameter",
    "set": "lever or input",
}
_TAKEN = frozenset(("russia", "china", "cuba", *FREE_SLOTS))


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
    head, _, last = name.rpartition(".")
    if home is not None:
        findings.add(path, f"{name} is a {_WORD[home]} - expected under {home}")
    elif nested:
        findings.add(path, f"{name} has several parts - expected a mapping of {', '.join(nested)}")
    elif head and below(head, allowed):
        what = f"part of {head}" if head in LEVERS else _WORD[section]
        findings.unknown(path, what, last, below(head, allowed))
    else:
        tops = tuple(dict.fromkeys(one.split(".", 1)[0] for one in allowed))
        right = tuple(LEVERS) if section == "levers" else (*tops, *allowed)
        findings.unknown(path, _WORD[section], name, right)


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
    if name in names.structural and name.startswith(CORPS):
        raise BadValue(
            "how the officer corps is built is the same in every run - expected another parameter"
            " (the number of generals is generals.number, under given)"
        )
    if name == GENERALS and (value.prior is not None or value.point != round(value.point)):
        raise BadValue(
            f"got {show(raw)} - expected a whole number, the same in every future ({low:g} to"
            f" {high:g})"
        )
    return value


def read_moves(
    raw: Mapping[str, Any], path: Path, names: Names, findings: Findings
) -> tuple[tuple[str, float], ...]:
    """What a timeline entry sets: plain numbers by full name, whole levers before their parts."""
    found: dict[str, float] = {}
    for setting in flatten(raw, "set", path, names, findings):
        if setting.name == GENERALS:
            findings.add(
                setting.path, "the number of generals is fixed for a run - expected it under given"
            )
        elif isinstance(setting.raw, str | Mapping):
            findings.add(
                setting.path,
                f"got {show(setting.raw)} - expected a plain number: a timeline moves inputs to"
                " certain values",
            )
        elif setting.name in found:
            findings.add(setting.path, f"{setting.name} is set twice")
        else:
            try:
                found[setting.name] = number(setting.raw, *names.range(setting.name))
            except BadValue as error:
                findings.add(setting.path, str(error))
    return tuple(sorted(found.items(), key=lambda item: item[0] not in LEVERS))


def added_patrons(raw: object) -> tuple[str, ...]:
    """Names under `patrons` beyond the table's three, in file order; malformed ones left out."""
    if not isinstance(raw, Mapping):
        return ()
    return tuple(name for name in raw if name not in _TAKEN and _is_patron_name(name))


def _is_patron_name(name: str) -> bool:
    return name.isidentifier() and name.islower() and name.isascii() and len(name) <= 40


def read_patrons(raw: Mapping[str, Any], names: Names, findings: Findings) -> dict[str, Value]:
    """Values under `patrons`: commitment is a part of foreign_support, the rest are gifts."""
    found: dict[str, Value] = {}
    for patron, cells in raw.items():
        path: Path = ("patrons", patron)
        if patron in FREE_SLOTS or not _is_patron_name(patron):
            findings.add(
                path, "not a name for a patron - expected lower-case letters, such as iran"
            )
        elif patron not in names.patrons and patron not in _TAKEN:
            continue  # one too many: said of the section as a whole
        elif not isinstance(cells, Mapping):
            findings.add(
                path,
                f"got {show(cells)} - expected a mapping of commitment, {', '.join(GIFTS)}, source",
            )
        else:
            found.update(_patron(patron, cells, path, names, findings))
    return found


def _patron(
    patron: str, cells: Mapping[str, Any], path: Path, names: Names, findings: Findings
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    source: tuple[str, ...] = ()
    for key, raw in cells.items():
        here = (*path, key)
        if key == "source":
            try:
                source = read_sources(raw)
            except BadValue as error:
                findings.add(here, str(error))
        elif key == "commitment" or key in GIFTS:
            name = f"{SUPPORT}.{patron}" if key == "commitment" else f"patron.{patron}.{key}"
            value = _value(Setting(name, raw, here), names, findings)
            if value is not None:
                found[name] = value
        else:
            findings.unknown(here, "key of a patron", key, ("commitment", *GIFTS, "source"))
    return {name: one if one.source else replace(one, source=source) for name, one in found.items()}


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
