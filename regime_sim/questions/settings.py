"""Names and ranges of what a question may vary, and a scenario set to numbers; runs nothing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..errors import OutOfRange, UnknownName
from ..facts.parameters import LEVERS
from ..given import as_number, exact, listed, shown, whole
from ..given import number as within

if TYPE_CHECKING:
    from ..scenario import Scenario

MOST_VALUES = 100_000  # of a grid


def known_name(scenario: Scenario, name: str) -> str:
    """The dotted name of a lever, part, input or parameter (`__` for a dot). UnknownName."""
    dotted = (name if isinstance(name, str) else shown(name)).replace("__", ".")
    names = scenario.names
    allowed = (*LEVERS, *names.levers, *names.given, *names.structural)
    if dotted not in allowed:
        raise UnknownName("lever or parameter", dotted, allowed)
    return dotted


def set_to(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """A copy with levers, parts, given inputs and structural parameters set to plain numbers."""
    names = scenario.names
    inputs = {name: value for name, value in values.items() if name not in names.structural}
    structure = {name: value for name, value in values.items() if name in names.structural}
    changed = scenario.vary(inputs) if inputs else scenario
    return changed.fix(structure) if structure else changed


def bounds(scenario: Scenario, name: str) -> tuple[float, float]:
    """Lowest and highest value of a known name."""
    return scenario.names.range(name)


def grid(low: float, high: float, number: int) -> tuple[float, ...]:
    """`number` values from low to high, evenly spaced, ends included. Raises OutOfRange."""
    count = whole("number", number, 2, MOST_VALUES)
    first, last = _end("low", low), _end("high", high)
    if not first < last:
        raise OutOfRange(f"low: {exact(first)} - expected a number below high, {exact(last)}")
    return tuple(round(first + (last - first) * k / (count - 1), 12) for k in range(count))


def _end(name: str, raw: object) -> float:
    """An end of a grid. Raises OutOfRange."""
    value = as_number(raw)
    if value is None or not math.isfinite(value):
        raise OutOfRange(f"{name}: {shown(raw)} - expected a finite number")
    return value


def numbers_of(scenario: Scenario, name: str, values: Iterable[float]) -> tuple[float, ...]:
    """The values of a grid, increasing and inside the parameter's range; a rounding beyond a bound
    is the bound. Raises OutOfRange, RegimeSimError.
    """
    low, high = bounds(scenario, name)
    expected = f"a list of values from {low:g} to {high:g}"
    found = sorted(within(name, value, low, high) for value in listed(name, values, expected))
    if not found:
        raise OutOfRange(f"{name}: no value - expected {expected}")
    twice = [one for one, other in itertools.pairwise(found) if one == other]
    if twice:
        raise OutOfRange(f"{name}: {exact(twice[0])} is there twice - expected different values")
    return tuple(found)
