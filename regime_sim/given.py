"""One door for every value that a user gives: numbers, dates, names, mappings and paths, of Python
or of pandas and NumPy, become ours or are refused with the argument named; knows no scenario.

`as_...` give None for what is none; the others raise, and say the argument, what was expected and
the value. NumPy and pandas are asked by what their values can do, and not imported.
"""

from __future__ import annotations

import math
import numbers
import operator
import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date as Date
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from .errors import OutOfRange, RegimeSimError, UnknownName

NEAR = 1e-9  # what lies no further beyond a bound is taken for the bound: it is a rounding
FIRST_YEAR, LAST_YEAR = 1900, 2200
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_LONGEST = 80  # characters of a value that a message repeats


def shown(raw: object) -> str:
    """A value as a message repeats it: on one line, cut when long."""
    if isinstance(raw, Mapping):
        return "a mapping"
    if isinstance(raw, list | tuple | set | frozenset):
        return "a list" if raw else "an empty list"
    text = repr(raw) if isinstance(raw, str | int | float | bytes | None) else _named(raw)
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _named(raw: object) -> str:
    """Something of another kind: its kind, and itself where that is short."""
    kind, text = type(raw).__name__, str(raw)
    return f"{text} ({kind})" if len(text) <= 40 and "\n" not in text else f"something ({kind})"


def exact(value: float) -> str:
    """A number, short where that is the number, else with all its digits."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(float(value))


def plain(raw: Any) -> Any:
    """The value of Python that a scalar of NumPy, or an array without axes, stands for."""
    return raw.item() if getattr(raw, "ndim", None) == 0 and hasattr(raw, "item") else raw


def as_whole(raw: object) -> int | None:
    """A whole number of any library. True, text and 8.0 are none."""
    raw = plain(raw)
    if isinstance(raw, bool):
        return None
    try:
        return operator.index(raw)  # type: ignore[arg-type]
    except TypeError:
        return None


def as_number(raw: object) -> float | None:
    """A number of any library, nan and inf included. True and text are none."""
    raw = plain(raw)
    if isinstance(raw, bool) or not isinstance(raw, numbers.Real | Decimal):
        return None
    try:
        return float(raw)
    except OverflowError:
        return math.inf
    except ValueError:  # a signaling NaN
        return math.nan


def as_mapping(raw: object) -> dict[Any, Any] | None:
    """A mapping, or a Series of pandas, as a dict; so are the mappings in it."""
    if not isinstance(raw, Mapping) and not (hasattr(raw, "keys") and hasattr(raw, "items")):
        return None
    if isinstance(raw, type):
        return None
    inner = ((key, value, as_mapping(value)) for key, value in raw.items())
    return {key: value if found is None else found for key, value, found in inner}


def as_date(raw: object) -> Date | None:
    """The day of a date, moment (its own clock) or text (2026-01-05); None beyond 1900-2200."""
    kind = str(getattr(raw, "dtype", ""))
    if kind.startswith("datetime64"):
        raw = _day_of_numpy(raw, kind)
    elif getattr(raw, "freqstr", None) == "D":  # a day as a Period of pandas
        raw = str(raw)
    if isinstance(raw, str):
        raw = _day_of_text(str(raw))
    if not isinstance(raw, Date) or raw != raw:  # NaT differs from itself
        return None
    day = raw.date() if isinstance(raw, datetime) else raw
    return Date(day.year, day.month, day.day) if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _day_of_numpy(raw: Any, kind: str) -> object:
    """A day or a moment of NumPy; a month or a year is no day."""
    if raw.ndim or kind in ("datetime64[Y]", "datetime64[M]", "datetime64[W]", "datetime64"):
        return None
    return raw.astype("datetime64[D]").item()


def _day_of_text(text: str) -> Date | None:
    try:
        return Date.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        return None


def within(value: float, low: float, high: float) -> float | None:
    """The value, taken for a bound within 1e-9 of it; None outside."""
    if low <= value <= high:
        return value
    if low - NEAR <= value < low:
        return low
    return high if high < value <= high + NEAR else None


def whole(name: str, raw: object, low: int, high: int) -> int:
    """A whole number of an argument. Raises OutOfRange."""
    value = as_whole(raw)
    if value is None or not low <= value <= high:
        raise OutOfRange(f"{name}: {shown(raw)} - expected a whole number from {low} to {high}")
    return value


def number(name: str, raw: object, low: float, high: float) -> float:
    """A number of an argument, bounds included. Raises OutOfRange."""
    value = as_number(raw)
    found = None if value is None else within(value, low, high)
    if found is None:
        said = shown(raw) if value is None else exact(value)
        raise OutOfRange(f"{name}: {said} - expected a number from {low:g} to {high:g}")
    return found


def inside(name: str, raw: object) -> float:
    """A probability that is neither 0 nor 1. Raises OutOfRange."""
    value = as_number(raw)
    if value is None or not 0.0 < value < 1.0:
        said = shown(raw) if value is None else exact(value)
        raise OutOfRange(f"{name}: {said} - expected a share between 0 and 1, neither 0 nor 1")
    return value


def choice(what: str, raw: object, allowed: Iterable[str]) -> str:
    """One of some names. Raises UnknownName."""
    names = tuple(allowed)
    if not isinstance(raw, str) or raw not in names:
        raise UnknownName(what, raw if isinstance(raw, str) else shown(raw), names)
    return str(raw)


def flag(name: str, raw: object) -> bool:
    """True or False. Raises RegimeSimError."""
    value = plain(raw)
    if not isinstance(value, bool):
        raise RegimeSimError(f"{name}: {shown(raw)} - expected True or False")
    return value


def mapping(name: str, raw: object) -> dict[str, Any]:
    """Values by name; None is none of them. Raises RegimeSimError."""
    found = {} if raw is None else as_mapping(raw)
    if found is None or not all(isinstance(key, str) for key in found):
        raise RegimeSimError(
            f"{name}: got {shown(raw)}{'' if found is None else ' with a key that is no name'} -"
            ' expected a mapping of names to values, such as {"rents": 0.3}'
        )
    return {str(key): value for key, value in found.items()}


def listed(name: str, raw: object, what: str) -> list[Any]:
    """The members of any list, tuple, array, Series or iterator. Raises RegimeSimError."""
    none = getattr(raw, "ndim", 1) == 0  # an array of no dimension says that it is iterable
    if none or isinstance(raw, str | bytes | Mapping) or not isinstance(raw, Iterable):
        raise RegimeSimError(f"{name}: got {shown(raw)} - expected {what}")
    return list(raw)


def path(name: str, raw: object) -> Path:
    """A path of an argument. Raises RegimeSimError."""
    text = os.fspath(raw) if isinstance(raw, str | os.PathLike) else None
    if not isinstance(text, str) or not text or "\0" in text:
        raise RegimeSimError(f"{name}: got {shown(raw)} - expected the path of a file or folder")
    return Path(text)


def able(name: str, raw: object, method: str, expected: str) -> None:
    """Refuse an argument that is not None and has no such method. Raises RegimeSimError."""
    if raw is not None and not isinstance(getattr(raw, method, None), Callable):  # type: ignore[arg-type]
        raise RegimeSimError(f"{name}: got {shown(raw)} - expected {expected}, or None")
