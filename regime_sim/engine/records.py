"""The tables of `facts` as the engines' records: how state, inputs and structural numbers are laid
out; holds no behaviour.
"""

from __future__ import annotations

import numpy as np

from ..facts.actors import ACTORS, OBSERVED_AT, OBSERVED_LOG, PATRON_FIELDS, STATE_NAMES
from ..facts.levers import GIFTS
from ..facts.parameters import INPUT_NAMES, PARAMETERS, PATRON_SLOTS, STRUCTURAL_NAMES

PATRONS = len(PATRON_SLOTS)
# weekly sums are kept in units of 2^-32, so that they add up to the same whatever the order
FIXED_POINT = 4294967296.0


def _dtype(fields: tuple[str, ...]) -> np.dtype[np.void]:
    return np.dtype([(field, np.float64) for field in fields])


INPUT_FIELDS = tuple(PARAMETERS[name].field for name in INPUT_NAMES)
STRUCTURAL_FIELDS = tuple(PARAMETERS[name].field for name in STRUCTURAL_NAMES)
INPUT_DTYPE = _dtype(INPUT_FIELDS)
STRUCTURAL_DTYPE = _dtype(STRUCTURAL_FIELDS)
PATRON_DTYPE = _dtype(PATRON_FIELDS)
WORLD_DTYPE = np.dtype(
    [
        *((name, _dtype(fields)) for name, fields in ACTORS.items()),
        ("patrons", PATRON_DTYPE, (PATRONS,)),
    ]
)
# where in the vector of inputs the patrons' rows start
SUPPORT_AT = INPUT_NAMES.index(f"foreign_support.{PATRON_SLOTS[0]}")
GIVES_AT = INPUT_NAMES.index(f"patron.{PATRON_SLOTS[0]}.{next(iter(GIFTS))}")

__all__ = [
    "ACTORS",
    "FIXED_POINT",
    "GIFTS",
    "GIVES_AT",
    "INPUT_DTYPE",
    "INPUT_FIELDS",
    "OBSERVED_AT",
    "OBSERVED_LOG",
    "PATRONS",
    "PATRON_DTYPE",
    "PATRON_FIELDS",
    "STATE_NAMES",
    "STRUCTURAL_DTYPE",
    "STRUCTURAL_FIELDS",
    "SUPPORT_AT",
    "WORLD_DTYPE",
]
