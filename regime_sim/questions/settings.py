"""Names and ranges of what a question may vary, and a scenario with them set to numbers; runs
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..errors import OutOfRange, UnknownName
from ..facts.parameters import LEVERS

if TYPE_CHECKING:
    from ..scenario import Scenario


def known_name(scenario: Scenario, name: str) -> str:
    """The dotted name of a lever, part, given input or structural parameter (two underscores stand
    for a dot). Raises UnknownName.
    """
    dotted = str(name).replace("__", ".")
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
    """`number` evenly spaced values from low to high, both included: `grid(0, 1, 21)` steps by
    0.05. Raises OutOfRange.
    """
    if isinstance(number, bool) or not isinstance(number, int) or number < 2:
        raise OutOfRange(f"grid: {number!r} - expected two values or more")
    return tuple(round(low + (high - low) * k / (number - 1), 12) for k in range(number))


def numbers_of(scenario: Scenario, name: str, values: Iterable[float]) -> tuple[float, ...]:
    """The values of a grid, increasing and inside the parameter's range. Raises OutOfRange."""
    low, high = bounds(scenario, name)
    found = tuple(sorted({float(value) for value in values}))
    if not found or not low <= found[0] <= found[-1] <= high:
        raise OutOfRange(
            f"{name}: {', '.join(f'{v:g}' for v in found) or 'no value'} - expected values from"
            f" {low:g} to {high:g}"
        )
    return found
