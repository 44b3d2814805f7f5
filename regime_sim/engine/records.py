"""The actors' state as records: which attributes each has, and their order in the flat state of a
world; holds no behaviour.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..facts.parameters import INPUT_NAMES, PARAMETERS, PATRON_SLOTS, STRUCTURAL_NAMES

PATRON_FIELDS = (
    "support",
    "oil",
    "finance",
    "arms",
    "guards",
    "troops",
    "distraction",
    "commitment",
)
GIVES = PATRON_FIELDS[1:7]

ACTORS: dict[str, tuple[str, ...]] = {
    "sender": (
        "first",
        "escalation",
        "posture",
        "sunk",
        "weeks",
        "dead",
        "resolve",
        "deployment",
        "airspace",
        "blockade",
        "strikes",
        "raid",
        "invasion",
        "sanctions",
        "seizures",
        "bounty",
        "ultimatum",
        "pressure",
    ),
    "outside": ("drift", "rally", "dead", "opposition", "approval"),
    "court": (
        "buyers",
        "finance",
        "arms",
        "troops",
        "guards",
        "dilution",
        "exit_cost",
        "coordination",
        "roundup",
        "coup_hazard",
        "failure_hazard",
    ),
    "treasury": (
        "bite",
        "exports",
        "gold",
        "illicit",
        "economy",
        "income",
        "customary",
        "reserves",
        "rents",
        "arrears",
    ),
    "army": ("pay", "anger", "usual", "ranks", "strength"),
    "street": ("crowd", "mood", "fear", "grievance", "refusal", "hazard"),
    "rebels": ("strength", "front", "hazard"),
    "plot": ("plotting", "command", "purged", "fled", "memory", "defection", "weak", "attempts"),
    "leader": (
        "personalism",
        "tenure",
        "age",
        "culpability",
        "belief",
        "danger",
        "gamble",
        "exile",
        "hidden_army",
        "hidden_coup",
        "hidden_rebels",
    ),
    "regime": ("fallen", "tutelage", "concession", "rulers", "fate", "after"),
    "force": ("damage", "built", "seizure", "raid_fails", "invasion"),
    "exits": (
        "coup",
        "uprising",
        "rebellion",
        "negotiated_exit",
        "foreign_removal",
        "seized",
        "assassinated",
        "died",
        "regular",
    ),
}
PATRONS = len(PATRON_SLOTS)
# weekly sums are kept in units of 2^-32, so that they add up to the same whatever the order
FIXED_POINT = 4294967296.0


class World(NamedTuple):
    """One world of the Mesa model: its actors by name, as the kernel's records (WORLD_DTYPE) have
    them.
    """

    sender: Any
    outside: Any
    court: Any
    treasury: Any
    army: Any
    street: Any
    rebels: Any
    plot: Any
    leader: Any
    regime: Any
    force: Any
    exits: Any
    patrons: Any


def _dtype(fields: tuple[str, ...]) -> np.dtype[np.void]:
    return np.dtype([(field, np.float64) for field in fields])


INPUT_DTYPE = _dtype(tuple(PARAMETERS[name].field for name in INPUT_NAMES))
STRUCTURAL_DTYPE = _dtype(tuple(PARAMETERS[name].field for name in STRUCTURAL_NAMES))
PATRON_DTYPE = _dtype(PATRON_FIELDS)
WORLD_DTYPE = np.dtype(
    [
        *((name, _dtype(fields)) for name, fields in ACTORS.items()),
        ("patrons", PATRON_DTYPE, (PATRONS,)),
    ]
)
STATE_NAMES: tuple[str, ...] = (
    *(f"{actor}.{field}" for actor, fields in ACTORS.items() for field in fields),
    *(f"{slot}.{field}" for slot in PATRON_SLOTS for field in PATRON_FIELDS),
)
# where in the vector of inputs the patrons' rows start
SUPPORT_AT = INPUT_NAMES.index(f"foreign_support.{PATRON_SLOTS[0]}")
GIVES_AT = INPUT_NAMES.index(f"patron.{PATRON_SLOTS[0]}.{GIVES[0]}")
