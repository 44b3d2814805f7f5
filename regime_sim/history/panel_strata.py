"""Where the law is hot and where it is cold: what it said and what happened, by groups of
leader-years.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .panel import LeaderYear

Floats = NDArray[np.float64]
SHOWN = ("any", "irregular", "coup", "regular")
_NONE = ""


@dataclass(frozen=True, slots=True)
class Stratum:
    """A group: rows with a known end, and (said, happened) as shares by target of SHOWN."""

    name: str
    n: int
    shares: Mapping[str, tuple[float, float]]


def _cut(name: str, *cuts: tuple[float, str], above: str) -> Callable[[LeaderYear], str]:
    """The group of a number: the first whose cut it lies below, else `above`."""

    def group(row: LeaderYear) -> str:
        value = row.known.get(name)
        if value is None:
            return _NONE
        return next((word for cut, word in cuts if value < cut), above)

    return group


def _type(row: LeaderYear) -> str:
    words = (row.regime or "").split("-")
    if row.regime is None:
        return _NONE
    return words[0] if len(words) == 1 else "hybrid, personal" if "personal" in words else "hybrid"


def _coup(row: LeaderYear) -> str:
    tried = row.known.get("coups_1y")
    if tried is None:
        return _NONE
    if tried < 1:
        return "none last year"
    return "last year, he is new" if row.known.get("tenure_years", 9.0) < 1 else "last year"


# dimension: the group of a row ("" where it is not known)
DIMENSIONS: Mapping[str, Callable[[LeaderYear], str]] = {
    "years in office": _cut(
        "tenure_years",
        *((1, "under 1"), (2, "1 to 2"), (5, "2 to 5"), (10, "5 to 10"), (20, "10 to 20")),
        above="20 and more",
    ),
    "conflict over government": _cut("civil_gov", (1, "none"), (2, "minor"), above="war"),
    "campaign last year": _cut("nonviolent", (1, "no"), above="yes"),
    "sanctions": _cut("sanctions", (0.01, "none"), (0.35, "under 0.35"), above="0.35 and more"),
    "type": _type,
    "personal power": _cut(
        "personalism", (0.4, "under 0.4"), (0.7, "0.4 to 0.7"), above="0.7 and more"
    ),
    "coup attempt": _coup,
    "executive vote due": _cut("election_exec_due", (1, "no"), above="yes"),
    "pact with a major power": _cut("pact_major", (1, "no"), above="yes"),
    "age": _cut("age", (45, "under 45"), (60, "45 to 59"), (73, "60 to 72"), above="73 and more"),
    "decade": lambda row: f"{row.year // 10 * 10}s",
}


def strata(
    rows: Sequence[LeaderYear], said: Mapping[str, Floats], y: Mapping[str, Floats]
) -> dict[str, tuple[Stratum, ...]]:
    """Groups by dimension, in the order in which DIMENSIONS names them; those without rows are left
    out, and dimensions with fewer than two.
    """
    found = {}
    for dimension, group in DIMENSIONS.items():
        of = np.array([group(row) for row in rows])
        names = sorted({one for one in of.tolist() if one != _NONE}, key=_place)
        groups = tuple(_stratum(one, of == one, said, y) for one in names)
        if len(groups) > 1:
            found[dimension] = tuple(one for one in groups if one.n > 0)
    return found


def _place(name: str) -> tuple[int, str]:
    """Groups of numbers in the order of their size, what there is none of first, others by name."""
    if name in ("none", "no", "none last year"):
        return 0, ""
    number = name.split()[-1 if name.startswith("under") else 0]
    size = float(number) - 0.001 * name.startswith("under") if _is_number(number) else None
    return (1, name) if size is None else (1, f"{size:08.3f}")


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).isdigit()


def _stratum(
    name: str, which: NDArray[np.bool_], said: Mapping[str, Floats], y: Mapping[str, Floats]
) -> Stratum:
    shares, n = {}, 0
    for target in SHOWN:
        rows = which & np.isfinite(y[target])
        if target == "any":
            n = int(rows.sum())
        if rows.any():
            shares[target] = (float(said[target][rows].mean()), float(y[target][rows].mean()))
    return Stratum(name, n, shares)


__all__ = ["DIMENSIONS", "SHOWN", "Stratum", "strata"]
