"""Which names a scenario may use, and what each stands for in the table; holds no value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ..facts.declare import Kind, LeverPart, Parameter
from ..facts.levers import GIFTS
from ..facts.parameters import (
    EVENTS,
    INPUT_NAMES,
    LEVERS,
    OBSERVABLES,
    PARAMETERS,
    PATRON_SLOTS,
    STRUCTURAL_NAMES,
)

SUPPORT = "foreign_support"
GENERALS = "generals.number"
CORPS = "generals."  # structural rows of the corps itself, which is built once for all scenarios
FREE_SLOTS = tuple(slot for slot in PATRON_SLOTS if slot.startswith("patron"))
SECTIONS = ("levers", "given", "uncertain")

__all__ = [
    "EVENTS",
    "GIFTS",
    "INPUT_NAMES",
    "LEVERS",
    "OBSERVABLES",
    "PARAMETERS",
    "STRUCTURAL_NAMES",
    "Names",
    "names_for",
]


@dataclass(frozen=True, slots=True)
class Names:
    """The names that one scenario may use. `inputs` maps every lever part and given input to its
    row of the table.

    A patron that the scenario adds is known by its own name (`foreign_support.iran`,
    `patron.iran.oil`) and stands for a free slot of the table. The names of free slots themselves
    are not offered.
    """

    patrons: tuple[str, ...]
    inputs: dict[str, Parameter]
    structural: dict[str, Parameter]

    @property
    def levers(self) -> tuple[str, ...]:
        """The four levers and all their parts."""
        return (*LEVERS, *(name for name, row in self.inputs.items() if row.kind is Kind.LEVER))

    @property
    def given(self) -> tuple[str, ...]:
        """Inputs from outside that are not lever parts."""
        return tuple(name for name, row in self.inputs.items() if row.kind is not Kind.LEVER)

    def of(self, section: str) -> tuple[str, ...]:
        """The names of a section of the file."""
        return {"levers": self.levers, "given": self.given, "uncertain": tuple(self.structural)}[
            section
        ]

    def range(self, name: str) -> tuple[float, float]:
        """Lowest and highest value of a lever, input or structural parameter."""
        if name in LEVERS:
            return 0.0, 1.0
        row = self.inputs[name] if name in self.inputs else self.structural[name]
        return row.low, row.high

    def unit(self, name: str) -> str:
        """The unit of a lever, input or structural parameter."""
        row = self.inputs.get(name) or self.structural.get(name)
        return row.unit if row else "share"

    def home(self, name: str) -> str | None:
        """The section in which a name belongs, None if there is no such name."""
        return next((section for section in SECTIONS if name in self.of(section)), None)

    def parts(self, lever: str) -> tuple[LeverPart, ...]:
        """The parts that a whole lever moves; added patrons follow foreign support one to one."""
        own = LEVERS[lever].parts
        return (
            (*own, *(LeverPart(f"{SUPPORT}.{patron}") for patron in self.patrons))
            if lever == SUPPORT
            else own
        )

    @property
    def slots(self) -> tuple[str, ...]:
        """A name for each patron slot, "" where unused."""
        added = dict(zip(FREE_SLOTS, self.patrons, strict=False))
        return tuple(added.get(slot, "" if slot in FREE_SLOTS else slot) for slot in PATRON_SLOTS)


@cache
def names_for(patrons: tuple[str, ...] = ()) -> Names:
    """The names of a scenario that adds these patrons (at most three), in their order."""
    renamed = dict(zip(FREE_SLOTS, patrons, strict=False))
    inputs: dict[str, Parameter] = {}
    for name in INPUT_NAMES:
        shown = _shown(name, renamed)
        if shown is not None:
            inputs[shown] = PARAMETERS[name]
    return Names(patrons, inputs, {name: PARAMETERS[name] for name in STRUCTURAL_NAMES})


def lever_of(name: str) -> str | None:
    """The lever that a part belongs to (by its prefix), None for other names."""
    head = name.split(".", 1)[0]
    return head if head in LEVERS and head != name else None


def below(prefix: str, names: Iterable[str]) -> tuple[str, ...]:
    """What may follow `prefix.` among the names, one step."""
    return tuple(
        dict.fromkeys(
            name[len(prefix) + 1 :].split(".", 1)[0]
            for name in names
            if name.startswith(f"{prefix}.")
        )
    )


def _shown(name: str, renamed: dict[str, str]) -> str | None:
    """A name of the table as this scenario says it; None for a slot that it does not use."""
    for slot in FREE_SLOTS:
        if slot in name.split("."):
            return name.replace(slot, renamed[slot]) if slot in renamed else None
    return name
