"""What history adds to a registered question: the law's number beside the yearly hazard of a
personalist ruler of his years and age, and the blend of both; simulates nothing.

Weights are equal: no answered question is there to fit them on. The range is 90% by how far the two
are apart, in log odds.
"""

from __future__ import annotations

from dataclasses import dataclass

from .base_rates import YEAR
from .blend import blend, ends, equal, spread
from .blend_panel import hazard

PARTS = ("law", "hazard")


@dataclass(frozen=True, slots=True)
class Beside:
    """The blend with its 90% range, and its parts: the law's probability, and that of the hazard of
    years and age over the same weeks.
    """

    value: float
    low: float
    high: float
    law: float
    hazard: float


def beside(of: str, law: float, years: float, age: float, weeks: int) -> Beside | None:
    """The blend for a question; None where it does not ask whether the ruler is out, or the law has
    said nothing (nan). years, age: of the ruler at the start.
    """
    if of != "leader_out" or not 0.0 <= law <= 1.0:
        return None
    ordinary = 1.0 - (1.0 - hazard(years, age)) ** (weeks / YEAR)
    parts, by = {"law": law, "hazard": ordinary}, equal(PARTS)
    value = blend(parts, by)
    low, high = ends(value, spread(parts, by))
    return Beside(float(value), float(low), float(high), law, ordinary)


__all__ = ["Beside", "beside"]
