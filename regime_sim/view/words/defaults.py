"""What is said of the inputs that nobody has set; computes nothing of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...scenario.readings import settable
from ..tables.plain import columns_text

if TYPE_CHECKING:
    from ...questions.defaults import Default
    from ...scenario import Scenario

MOST = 10


def count(scenario: Scenario) -> str:
    """How many inputs stand at their defaults."""
    number, of = len(scenario.defaults()), len(settable(scenario.names))
    return f"{number} of {of} inputs are defaults"


def text(found: Sequence[Default]) -> str:
    """The defaults that matter most, ten at most, and how far each end of their plausible range
    moves the chance that he is out.
    """
    table = [
        (
            one.name,
            one.meaning,
            f"{one.value:g}",
            f"{one.low:g}: {100 * one.at_low:+z.0f}",
            f"{one.high:g}: {100 * one.at_high:+z.0f}",
        )
        for one in found[:MOST]
        if one.matters > 0.0
    ]
    if not table:
        return "none of them changed a future"
    head = ("defaults that matter", "meaning", "value", "low: points", "high: points")
    return columns_text(head, table, left=2)
