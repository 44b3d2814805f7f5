"""What a figure may be asked for: options are checked by name and value before it is drawn; draws
nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import RegimeSimError, UnknownName
from ...facts.outcomes import WAYS
from ...given import able, as_number, choice, flag, listed, number, shown, whole

LARGEST = 20_000  # pixels
PLACES = 10_000  # lines or columns
CLOCKS = ("leader", "regime")


def checked(figure: Callable[..., Any], kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a call, each known to the figure and of its kind. Raises UnknownName,
    OutOfRange, RegimeSimError.
    """
    known = tuple(inspect.signature(figure).parameters.values())[1:]
    if any(one.kind is one.VAR_KEYWORD for one in known):
        names = {*WITH_SIZE, *(one.name for one in known if one.kind is not one.VAR_KEYWORD)}
    else:
        names = {one.name for one in known}
    found = dict(options)
    for name, raw in options.items():
        if name not in names:
            raise UnknownName(f"option of the figure {kind}", name, sorted(names))
        if name in KINDS:
            found[name] = KINDS[name](name, raw)
    return found


def _size(name: str, raw: object) -> float:
    found = number(name, raw, 1, LARGEST)
    return int(found) if found == int(found) else found


def _place(name: str, raw: object) -> int:
    return whole(name, raw, -PLACES, PLACES)


def _columns(name: str, raw: object) -> int:
    return whole(name, raw, 1, PLACES)


def _clock(name: str, raw: object) -> str:
    return choice(name, raw, CLOCKS)


def _run(name: str, raw: object) -> object:
    """A run to compare with."""
    able(name, raw, "survival_curve", "an Ensemble")
    return raw


def _names(name: str, raw: object) -> list[str] | None:
    """Names of scenarios, in order."""
    found = None if raw is None else listed(name, raw, "a list of names")
    if found is not None and not all(isinstance(one, str) for one in found):
        raise RegimeSimError(f"{name}: got {shown(raw)} - expected a list of names")
    return found


def _ticks(name: str, raw: object) -> list[Any] | None:
    """Events to mark: (week, label) or (week, label, weeks of its ramp)."""
    form = "a list of events, (week, label) or (week, label, weeks of its ramp)"
    found = None if raw is None else listed(name, raw, form)
    for one in found or ():
        parts = (
            (getattr(one, "week", None), getattr(one, "label", None)) if not _row(one) else (*one,)
        )
        week, label, *over = parts
        if as_number(week) is None or not isinstance(label, str) or None in map(as_number, over):
            raise RegimeSimError(f"{name}: got {shown(one)} - expected {form}")
    return found


def _row(one: object) -> bool:
    return isinstance(one, list | tuple) and len(one) in (2, 3)


def _happened(name: str, raw: object) -> object:
    """What became of him: exit mode, week or None, words."""
    if raw is None:
        return None
    form = "(exit mode, week or None, words)"
    if not isinstance(raw, list | tuple) or len(raw) != 3:
        raise RegimeSimError(f"{name}: got {shown(raw)} - expected {form}")
    way, week, words = raw
    choice("exit mode", way, WAYS)
    if (week is not None and as_number(week) is None) or not isinstance(words, str):
        raise RegimeSimError(f"{name}: got {shown(week)}, {shown(words)} - expected {form}")
    return raw


KINDS: dict[str, Callable[[str, object], Any]] = {
    "width": _size,
    "height": _size,
    "side": _size,
    "columns": _columns,
    "front": _place,
    "clock": _clock,
    "baseline": _run,
    "ticks": _ticks,
    "names": _names,
    "unknown": flag,
    "happened": _happened,
}
WITH_SIZE = ("theme", "width", "height", "side")
