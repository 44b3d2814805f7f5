"""Levers moved as a whole from where their parts stand: each part goes the straight way from its
own value towards the lever's map at 0 or at 1; draws nothing.

A lever that a scenario sets to a number as a whole, and no part of it, keeps its map: a new setting
is simply that setting. (One that is uncertain as a whole keeps its draws.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ..facts.declare import LeverPart
from ..law.events import slid
from .names import LEVERS, Names, lever_of
from .problems import Findings, Path
from .settings import put
from .values import BadValue, Value, number, read_value

_GRID = 200  # steps in which the position of a mixed lever is found
_APART = 1e-9


@dataclass(frozen=True, slots=True)
class LeverReading:
    """Where a lever stands, in [0, 1]; `mixed`: the setting nearest its parts, by least squares, or
    where it was moved to with its parts apart.
    """

    value: float
    mixed: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A lever that was moved as a whole: where it stood, where it was moved to, and the parts that
    have been set since (their last names).
    """

    lever: str
    start: float
    to: Value
    but: tuple[str, ...] = ()

    def parts(self, names: Names) -> Iterator[LeverPart]:
        """The parts that it slides."""
        return (part for part in names.parts(self.lever) if _last(part.name) not in self.but)


Values = Mapping[str, Value]
Levers = tuple[Moved, ...]


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def keeps_map(lever: str, values: Values, moved: Levers) -> bool:
    """Whether a lever is set to a number as a whole, with no part of its own, so that a new setting
    is simply that setting.
    """
    apart = any(lever_of(name) == lever for name in values)
    whole = values.get(lever)
    certain = whole is not None and whole.prior is None
    return certain and not apart and all(one.lever != lever for one in moved)


def standing(
    values: Values, moved: Levers, names: Names
) -> tuple[dict[str, float], dict[str, float]]:
    """The point value of every part and given input, in the order of the table: as they would be
    with no lever moved, and as they are.
    """
    found = {name: names.default(name) for name in names.inputs}
    for name, value in values.items():
        parts = names.parts(name) if name in LEVERS else ()
        found.update({part.name: part.value(value.point) for part in parts} or {name: value.point})
    now = dict(found)
    for one in moved:
        for part in one.parts(names):
            ends = part.value(0.0), part.value(1.0)
            now[part.name] = slid(now[part.name], one.to.point, one.start, *ends)
    return found, now


def reading(
    lever: str,
    values: Values,
    moved: Levers,
    names: Names,
    inputs: Mapping[str, float] | None = None,
) -> LeverReading:
    """Where a lever stands: where it was moved to, else its setting, else the setting nearest to
    its parts (the mean where several are equally near).

    inputs: where the parts stand, if that is known.
    """
    parts = names.parts(lever)
    inputs = standing(values, moved, names)[1] if inputs is None else inputs

    def distance(setting: float) -> float:
        return sum((part.value(setting) - inputs[part.name]) ** 2 for part in parts)

    last = next((one.to for one in reversed(moved) if one.lever == lever), None)
    if last is not None:
        return LeverReading(last.point, mixed=distance(last.point) >= _APART)
    whole = values.get(lever)
    if whole is not None and distance(whole.point) < _APART:
        return LeverReading(whole.point, mixed=False)
    held = [inputs[part.name] for part in parts]
    far = [sum((a - b) ** 2 for a, b in zip(values, held, strict=True)) for values in _walk(parts)]
    nearest = min(far)
    near = [step / _GRID for step, one in enumerate(far) if one <= nearest + _APART]
    return LeverReading(sum(near) / len(near), mixed=nearest > _APART)


@lru_cache(maxsize=64)
def _walk(parts: tuple[LeverPart, ...]) -> list[list[float]]:
    """What the parts of a lever are at each step of the grid."""
    return [[part.value(step / _GRID) for part in parts] for step in range(_GRID + 1)]


def ways(
    lever: str, values: Values, moved: Levers, names: Names
) -> dict[str, tuple[tuple[float, ...], tuple[float, ...]]]:
    """How each part goes when the whole lever is set: settings, and the part's value at each; on
    the straight line between them. By the lever's map, or from where the parts stand.
    """
    parts = names.parts(lever)
    if keeps_map(lever, values, moved):
        return {one.name: ((one.start, one.end), (one.at_zero, one.at_one)) for one in parts}
    stands, now = reading(lever, values, moved, names).value, standing(values, moved, names)[1]
    settings = tuple(dict.fromkeys((0.0, stands, 1.0)))
    return {
        one.name: (
            settings,
            tuple(
                slid(now[one.name], at, stands, one.value(0.0), one.value(1.0)) for at in settings
            ),
        )
        for one in parts
    }


def set_levers(
    values: Values, moved: Levers, new: Values, names: Names
) -> tuple[dict[str, Value], Levers]:
    """The settings after `new`, whole levers before parts: a lever keeps its map or is moved."""
    held, levers = dict(values), moved
    for name in sorted(new, key=lambda name: name not in LEVERS):
        if name not in LEVERS:
            held, levers = put(held, {name: new[name]}, names), set_since(levers, (name,))
        elif keeps_map(name, held, levers):
            held = put(held, {name: new[name]}, names)
        else:
            levers = _move(name, new[name], held, levers, names)
    return held, levers


def _move(name: str, to: Value, values: Values, moved: Levers, names: Names) -> Levers:
    places = [place for place, one in enumerate(moved) if one.lever == name]
    last = moved[places[-1]] if places and not moved[places[-1]].but else None
    start = last.start if last else reading(name, values, moved, names).value
    rest = tuple(one for one in moved if one is not last)
    stays = to.prior is None and to.point == start
    return rest if stays else (*rest, Moved(name, start, to))


def set_since(moved: Levers, new: tuple[str, ...]) -> Levers:
    """The moved levers after a file or a call has set these names."""
    found: list[Moved] = []
    for one in moved:
        own = {_last(name) for name in new if lever_of(name) == one.lever}
        if one.lever not in new:
            added = tuple(part for part in sorted(own) if part not in one.but)
            found.append(replace(one, but=(*one.but, *added)) if added else one)
    return tuple(found)


def read_moved(raw: object, names: Names, findings: Findings) -> Levers | None:
    """The section `moved` of a file, None if it has none; mistakes become findings."""
    if not isinstance(raw, list):
        return None
    found: list[Moved] = []
    for place, cells in enumerate(raw):
        path: Path = ("moved", place)
        if isinstance(cells, Mapping):
            one = _read(cells, path, names, findings)
            found += [one] if one else []
    return tuple(found)


def _read(cells: Mapping[str, Any], path: Path, names: Names, findings: Findings) -> Moved | None:
    lever = cells.get("lever")
    if not isinstance(lever, str) or lever not in LEVERS:
        findings.unknown((*path, "lever"), "lever", str(lever), LEVERS)
        return None
    own = tuple(_last(part.name) for part in names.parts(lever))
    raw = cells.get("but")
    but = tuple(str(one) for one in raw) if isinstance(raw, list) else ()
    for part in but:
        if part not in own:
            findings.unknown((*path, "but"), f"part of {lever}", part, own)
    try:
        start = number(cells.get("from"), 0.0, 1.0, ("from",))
        try:
            return Moved(lever, start, read_value(cells.get("to"), 0.0, 1.0), but)
        except BadValue as error:
            findings.add((*path, "to", *error.path), str(error))
    except BadValue as error:
        findings.add((*path, *error.path), str(error))
    return None


__all__ = [
    "LeverReading",
    "Levers",
    "Moved",
    "keeps_map",
    "read_moved",
    "reading",
    "set_levers",
    "set_since",
    "standing",
    "ways",
]
