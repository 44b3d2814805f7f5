"""The tables of `facts` as the engines' records: how state, inputs and structural numbers are laid
out; holds no behaviour.
"""

from __future__ import annotations

from typing import NamedTuple

from ..facts.actors import (
    ACTORS,
    OBSERVED_AT,
    OBSERVED_LOG,
    PATRON_FIELDS,
    PRINCIPAL_FIELDS,
    STATE_NAMES,
    UNIT_FIELDS,
)
from ..facts.levers import GIFTS, HOLDS, PRINCIPAL_SLOTS, UNIT_HAS, UNIT_SLOTS
from ..facts.limits import MOST_DRAWN
from ..facts.parameters import INPUT_NAMES, PARAMETERS, PATRON_SLOTS, STRUCTURAL_NAMES
from ..facts.stocks import STOCKS

PATRONS, PRINCIPALS, UNITS = len(PATRON_SLOTS), len(PRINCIPAL_SLOTS), len(UNIT_SLOTS)
# weekly sums are kept in units of 2^-32, so that they add up to the same whatever the order
FIXED_POINT = 4294967296.0


INPUT_FIELDS = tuple(PARAMETERS[name].field for name in INPUT_NAMES)
STRUCTURAL_FIELDS = tuple(PARAMETERS[name].field for name in STRUCTURAL_NAMES)
# where in the vector of inputs the patrons' rows start
SUPPORT_AT = INPUT_NAMES.index(f"foreign_support.{PATRON_SLOTS[0]}")
GIVES_AT = INPUT_NAMES.index(f"patron.{PATRON_SLOTS[0]}.{next(iter(GIFTS))}")
# the same for principals and for branches, each one's numbers side by side
HOLDS_AT = INPUT_NAMES.index(f"principal.{PRINCIPAL_SLOTS[0]}.{next(iter(HOLDS))}")
UNITS_AT = INPUT_NAMES.index(f"unit.{UNIT_SLOTS[0]}.{next(iter(UNIT_HAS))}")

# a world's row of numbers: its inputs, then the drawn numbers of its events
ROW = len(INPUT_NAMES) + MOST_DRAWN
# of each stock: its place among the inputs, and in the flat state
STOCK_AT = tuple(map(INPUT_NAMES.index, STOCKS))
STOCK_IS = tuple(map(STATE_NAMES.index, STOCKS.values()))


class Shared(NamedTuple):
    """What all generals share in a week, in the order in which `law.week.before_generals` returns
    it: the last arguments of `law.general.answer`, then those of `law.general.fate`.
    """

    rent: float
    k_rent: float
    half: float
    k_complicity: float
    k_tie: float
    common: float
    spread: float
    gain: float
    signal: float
    prize: float
    cost: float
    alarm: float
    beta: float
    rate: float
    kept: float
    stays: float


__all__ = [
    "ACTORS",
    "FIXED_POINT",
    "GIFTS",
    "GIVES_AT",
    "HOLDS",
    "HOLDS_AT",
    "INPUT_FIELDS",
    "OBSERVED_AT",
    "OBSERVED_LOG",
    "PATRONS",
    "PATRON_FIELDS",
    "PRINCIPALS",
    "PRINCIPAL_FIELDS",
    "PRINCIPAL_SLOTS",
    "ROW",
    "STATE_NAMES",
    "STOCK_AT",
    "STOCK_IS",
    "STRUCTURAL_FIELDS",
    "SUPPORT_AT",
    "UNITS",
    "UNITS_AT",
    "UNIT_FIELDS",
    "UNIT_HAS",
    "UNIT_SLOTS",
    "Shared",
]
