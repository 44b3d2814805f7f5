"""Changes that Python makes to a scenario, by the file's grammar; errors name the argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..errors import LONGEST, OutOfRange, RegimeSimError, UnknownName, misplaced
from .names import LEVERS, Names, below, lever_of
from .problems import show
from .record import Content
from .settings import Moves, in_order, is_input, read_move, read_named
from .slides import set_levers
from .sources import is_known, unknown
from .timeline import ID, ID_FORM, Entry, span
from .values import BadValue, Move, Value, looks_like_value


def leaves(raw: Mapping[str, object], names: Names, before: str = "") -> dict[str, object]:
    """Nested mappings joined by dots; a mapping that is a value of a known name stays one."""
    allowed = (*names.levers, *names.given)
    found: dict[str, object] = {}
    for key, inner in raw.items():
        name = before + str(key).replace("__", ".")
        if isinstance(inner, Mapping) and not inner:
            raise RegimeSimError(f"{name}: nothing in it - expected a value, or values by name")
        if (
            isinstance(inner, Mapping)
            and below(name, allowed)
            and not (name in allowed and looks_like_value(inner))
        ):
            found.update(leaves(inner, names, f"{name}."))
        else:
            found[name] = inner
    return found


def value_of(name: str, raw: object, names: Names) -> Value:
    """The value of one name. Raises OutOfRange, BadValue."""
    try:
        return read_named(name, raw, names)
    except BadValue as error:
        raise clear(name, error) from None


def arg[T](name: str, read: Callable[[object], T], raw: object) -> T:
    """An argument of `at` or `with_`, read as the file's cell of that name would be."""
    try:
        return read(raw)
    except BadValue as error:
        raise clear(name, error) from None


def clear(name: str, error: BadValue) -> RegimeSimError:
    """A mistake in a value, said with the name that it is a value of."""
    where = ".".join((name, *(str(step) for step in error.path if step != name)))
    return (OutOfRange if error.out_of_range else BadValue)(f"{where}: {error}")


def no_input(name: str, names: Names) -> RegimeSimError:
    """Why a name cannot be set by `vary` or by an entry of the timeline."""
    if name in names.structural:
        return RegimeSimError(f"{name} is structural - use {_by('fix', name)}")
    lever = lever_of(name)
    if lever is None:
        what, right = "lever or input", (*LEVERS, *names.levers, *names.given)
        return UnknownName(what, name, right, _misplaced(name, right, names.structural, "fix"))
    parts = [f"{lever}.{part}" for part in below(lever, names.levers)]
    return UnknownName(f"part of {lever}", name, parts)


def no_structural(name: str, names: Names) -> RegimeSimError:
    """Why a name cannot be set by `fix`."""
    if is_input(name, names):
        return RegimeSimError(f"{name} is not structural - use {_by('vary', name)}")
    what, right = "structural parameter", names.structural
    inputs = (*LEVERS, *names.levers, *names.given)
    return UnknownName(what, name, right, _misplaced(name, right, inputs, "vary"))


def _misplaced(name: str, right: Iterable[str], others: Iterable[str], door: str) -> str:
    """That a name means one of others, which another door takes; empty where a right one is
    nearer.
    """
    near = misplaced(name[:LONGEST], right, others)
    return f" - did you mean {near}? Use {_by(door, near)}" if near else ""


def _by(door: str, name: str) -> str:
    """The call that sets a name."""
    return f"{door}({name.replace('.', '__')}=...)"


def moves(raw: Mapping[str, object], names: Names) -> Moves:
    """What an entry sets, by full name, whole levers before their parts. Raises RegimeSimError."""
    found: dict[str, float | Move] = {}
    for name, value in leaves(raw, names).items():
        if not is_input(name, names):
            raise no_input(name, names)
        found[name] = arg(name, partial(_move_of, name, names), value)
    return in_order(found)


def _move_of(name: str, names: Names, raw: object) -> float | Move:
    return read_move(name, raw, names)


def checked_id(name: object) -> str:
    """A name that a file may carry as an id. Raises RegimeSimError."""
    if not isinstance(name, str) or not re.match(ID, name):
        raise RegimeSimError(f"id: got {show(name)} - expected {ID_FORM}")
    return name


def checked_line(name: str, text: object, most: int = 200) -> str:
    """Text to print as it stands: one line of printable characters. Raises RegimeSimError."""
    if (
        not isinstance(text, str)
        or not 0 < len(text) <= most
        or any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in text)
    ):
        raise RegimeSimError(
            f"{name}: got {show(text)} - expected a line of text, {most} characters at most"
        )
    return text


def free_id(stem: str, timeline: tuple[Entry, ...]) -> str:
    """`stem`, or `stem-2`, `stem-3` and so on if the timeline has it already."""
    taken = {entry.id for entry in timeline}
    count = 1
    while (name := stem if count == 1 else f"{stem}-{count}") in taken:
        count += 1
    return name


def changed[S: Content](scenario: S, **changes: Any) -> S:
    """A copy with other values; what was forecast of this one does not hold of it."""
    return replace(scenario, registered=None, resolved=None, **changes)


def with_values[S: Content](scenario: S, new: Mapping[str, Value]) -> S:
    """A copy with these values; whole levers slide their parts."""
    values, moved = set_levers(dict(scenario.values), scenario.moved, new, scenario.names)
    return changed(scenario, values=tuple(values.items()), moved=moved)


def with_entry[S: Content](scenario: S, entry: Entry) -> S:
    """A copy with an entry on its timeline, in place of one of the same id. Raises UnknownName,
    OutOfRange.
    """
    know(scenario, entry.source)
    for _, move in entry.moves:
        know(scenario, move.value.source if isinstance(move, Move) else ())
    if entry.over > span(entry):
        raise OutOfRange(
            f"at: the ramp of {entry.over} weeks is longer than the {span(entry):g} weeks that it"
            " lasts - set lasts"
        )
    kept = {other.id: other for other in scenario.timeline}
    return changed(scenario, timeline=tuple({**kept, entry.id: entry}.values()))


def know(scenario: Content, source: tuple[str, ...]) -> None:
    """Raise RegimeSimError for an id that neither the scenario nor the evidence has."""
    own = tuple(one.id for one in scenario.own_sources)
    for one in source:
        if not is_known(one, own):
            raise RegimeSimError(unknown(one, own))
