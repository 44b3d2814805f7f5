"""The one table of the model's numbers, and the order of the vectors; computes nothing."""

from __future__ import annotations

from .declare import Kind, Lever, LeverPart, NamedEvent, Observable, Parameter, Prior
from .levers import EVENTS, INPUTS, LEVERS, PATRON_SLOTS
from .outcomes import FATES, OBSERVABLES, REGIME, WAY_WORDS, WAYS
from .table import STRUCTURAL

PARAMETERS: dict[str, Parameter] = {
    row.name: row for row in (*INPUTS, *(row.parameter() for row in STRUCTURAL))
}
INPUT_NAMES: tuple[str, ...] = tuple(row.name for row in INPUTS)
STRUCTURAL_NAMES: tuple[str, ...] = tuple(row.name for row in STRUCTURAL)
OBSERVABLE_NAMES: tuple[str, ...] = tuple(row.name for row in OBSERVABLES)

__all__ = [
    "EVENTS",
    "FATES",
    "INPUT_NAMES",
    "LEVERS",
    "OBSERVABLES",
    "OBSERVABLE_NAMES",
    "PARAMETERS",
    "PATRON_SLOTS",
    "REGIME",
    "STRUCTURAL_NAMES",
    "WAYS",
    "WAY_WORDS",
    "Kind",
    "Lever",
    "LeverPart",
    "NamedEvent",
    "Observable",
    "Parameter",
    "Prior",
]
