"""Phrases that results share: outcomes, how a run was simulated, intervals; computes nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ...statistics.intervals import Estimate

# every outcome of `questions.quantities.OUTCOMES` as a clause
OUTCOMES = {
    "leader_out": "he is out",
    "regime_falls": "the regime falls",
    "tutelage": "the regime stands under tutelage",
    "survived": "he is still in office",
    "coup": "a coup removes him",
    "uprising": "an uprising removes him",
    "rebellion": "rebels remove him",
    "negotiated_exit": "he leaves by negotiation",
    "foreign_removal": "an invasion removes him",
    "seized": "a raid seizes him",
    "assassinated": "he is assassinated",
    "died": "he dies in office",
    "regular": "he leaves by vote or succession",
    "palace_coup": "a palace coup removes him",
}
# parts of a variance, by their names in frames
PARTS = {"choice": "choice of the settings", "ignorance": "parameter uncertainty", "luck": "chance"}

# how futures were made into numbers
COUNTED = "counted"
STEADIED = "luck taken out by weekly chances"


def simulated(number: int, of: float) -> str:
    """`, 256 simulated generals of 2,000`; nothing where all are simulated."""
    return "" if number >= of else f", {number:,} simulated generals of {round(of):,}"


def percent_interval(e: Estimate) -> str:
    """`29% (95% interval 27% to 31%)`."""
    return f"{e.value:.0%} (95% interval {e.low:.0%} to {e.high:.0%})"


def rounding(split: Sequence[Mapping[str, Any]]) -> str:
    """A sentence where shares of a variance do not add up to 100%: each is estimated alone."""
    shown = [row["share"] for row in split if not math.isnan(row["share"])]
    whole = sum(round(100 * min(1.0, max(0.0, share))) for share in shown)
    exact = not shown or whole == 100
    return "" if exact else " Each share is estimated alone, so they add up only roughly."


def weeks(number: int) -> str:
    """`1 week`, `52 weeks`."""
    return f"{number} week{'' if number == 1 else 's'}"


def upper(words: str) -> str:
    """The words with a capital at the start."""
    return words[:1].upper() + words[1:]


def percent(share: Any) -> str:
    """A share in percent; small ones are not rounded away."""
    value = 100.0 * float(share)
    if value >= 1.0 or value <= 0.0:
        return f"{value:.0f}%"
    return f"{value:.1f}%" if value >= 0.05 else "under 0.1%"


def fine(share: float) -> str:
    """A share in percent with three digits that count, so that two near ones can be told apart."""
    return f"{100.0 * share:.3g}%"


def of_hundred(share: Any) -> str:
    """A share as a whole number of 100."""
    return f"{100.0 * float(share):.0f}"


def ordinal(number: Any) -> str:
    """`first`, `second`, to `tenth`, then `11th`."""
    names = (
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
    )
    at = round(float(number))
    return names[at - 1] if 1 <= at <= len(names) else f"{at}th"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
