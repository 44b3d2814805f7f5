"""Which names a scenario may use, and what each stands for in the table; holds no value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ..facts.declare import Kind, LeverPart, Parameter
from ..facts.levers import (
    GIFTS,
    HOLDS,
    PRINCIPAL_SLOTS,
    ROLES,
    UNIT_HAS,
    UNIT_SLOTS,
    USUAL_COURT,
)
from ..facts.parameters import (
    EVENTS,
    INPUT_NAMES,
    LEVERS,
    OBSERVABLES,
    PARAMETERS,
    PATRON_SLOTS,
    STRUCTURAL_NAMES,
)
from ..facts.pressing import NOBODY, Power, told_row

SUPPORT = "foreign_support"
GENERALS = "generals.number"
CORPS = "generals."  # structural rows of the corps itself, which is built once for a run
FREE_SLOTS = tuple(slot for slot in PATRON_SLOTS if slot.startswith("patron"))
SECTIONS = ("levers", "given", "uncertain")
TURNS = "turns"  # of a principal or a unit: what an event does, and no setting
OTHER = "other"  # the role of a principal of whom none is said
USUAL_TITLES = {
    "vice_president": "the vice-president",
    "party": "the head of the party",
    "defence": "the defence minister",
    "interior": "the interior minister",
    "intelligence": "the head of intelligence",
    "kin": "the ruler's kinsman",
    "guard": "the commander of the guard",
}


@dataclass(frozen=True, slots=True)
class Slots:
    """A kind of actor that a section of the file lists by name: the section, the word for one of
    them, the table's slots and which of them are free for names of the scenario's own, the inputs
    of each (keys of its mapping), and the keys that are text.
    """

    section: str
    one: str
    table: tuple[str, ...]
    free: tuple[str, ...]
    cells: tuple[str, ...]
    texts: tuple[str, ...] = ()

    def name(self, who: str, cell: str) -> str:
        """The full name of an input: `principal.cabello.tie`, `foreign_support.iran`."""
        return f"{SUPPORT}.{who}" if cell == "commitment" else f"{self.one}.{who}.{cell}"

    def cell(self, name: str) -> tuple[str, str] | None:
        """Of whom an input is, and what of him (`cabello`, `tie`); None if of another kind."""
        head, _, last = name.rpartition(".")
        if "commitment" in self.cells and head == SUPPORT:
            return last, "commitment"
        one, _, who = head.partition(".")
        return (who, last) if one == self.one and last in self.cells else None

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that the mapping of one of them may have."""
        return (*self.texts, *self.cells, "source")


PATRON_KIND = Slots("patrons", "patron", PATRON_SLOTS, FREE_SLOTS, ("commitment", *GIFTS))
PRINCIPAL_KIND = Slots(
    "principals",
    "principal",
    PRINCIPAL_SLOTS,
    PRINCIPAL_SLOTS,
    tuple(held for held in HOLDS if held != TURNS),
    ("title", "role"),
)
UNIT_KIND = Slots("units", "unit", UNIT_SLOTS, (), tuple(has for has in UNIT_HAS if has != TURNS))
KINDS = {kind.section: kind for kind in (PATRON_KIND, PRINCIPAL_KIND, UNIT_KIND)}


@dataclass(frozen=True, slots=True)
class Principal:
    """A named man of the court: his name in the file, what he is called, his role (one of ROLES),
    and the sources of what is said of him.
    """

    name: str
    title: str = ""
    role: str = OTHER
    source: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """His title, else his name as words."""
        return self.title or self.name.replace("_", " ")


USUAL = tuple(Principal(role, USUAL_TITLES[role], role) for role in USUAL_COURT)

__all__ = [
    "EVENTS",
    "GIFTS",
    "INPUT_NAMES",
    "KINDS",
    "LEVERS",
    "OBSERVABLES",
    "PARAMETERS",
    "PRINCIPAL_SLOTS",
    "ROLES",
    "STRUCTURAL_NAMES",
    "UNIT_SLOTS",
    "Names",
    "names_for",
]


@dataclass(frozen=True, slots=True)
class Names:
    """The names that one scenario may use. `inputs` maps every lever part and given input to its
    row of the table.

    A patron that the scenario adds is known by its own name (`foreign_support.iran`,
    `patron.iran.oil`) and stands for a free slot of the table. The names of free slots themselves
    are not offered. Principals likewise (`principal.cabello.tie`); court: (name, role) of each, the
    usual court's where the scenario names nobody.
    """

    patrons: tuple[str, ...]
    court: tuple[tuple[str, str], ...]
    inputs: dict[str, Parameter]
    structural: dict[str, Parameter]
    power: Power = NOBODY

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

    def default(self, name: str) -> float:
        """The value of an input that nothing sets: a principal's by his role, else the table's."""
        found = PRINCIPAL_KIND.cell(name)
        if found is None:
            return self.inputs[name].default
        return ROLES[dict(self.court)[found[0]]][PRINCIPAL_KIND.cells.index(found[1])]

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

    @property
    def principals(self) -> tuple[str, ...]:
        """A name for each principal's slot, "" where unused."""
        own = [name for name, _ in self.court]
        return (*own, *[""] * (len(PRINCIPAL_SLOTS) - len(own)))


@cache
def names_for(
    patrons: tuple[str, ...] = (), court: tuple[tuple[str, str], ...] = (), power: str = ""
) -> Names:
    """The names of a scenario that adds these patrons (at most three) and has these principals
    (name, role; at most twelve, none: the usual court), in their order. power: what it calls the
    pressing power, in whose words the rows are.
    """
    named = Power(power)
    court = court or tuple((one.name, one.role) for one in USUAL)
    renamed = dict(zip(FREE_SLOTS, patrons, strict=False))
    renamed |= dict(zip(PRINCIPAL_SLOTS, (name for name, _ in court), strict=False))
    inputs: dict[str, Parameter] = {}
    for name in INPUT_NAMES:
        shown = _shown(name, renamed)
        if shown is not None:
            inputs[shown] = told_row(PARAMETERS[name], named)
    structural = {name: told_row(PARAMETERS[name], named) for name in STRUCTURAL_NAMES}
    return Names(patrons, court, inputs, structural, named)


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
    """A name of the table as this scenario says it; None for a slot that it does not use, and for
    what is an event's alone.
    """
    steps = name.split(".")
    if steps[-1] == TURNS:
        return None
    slot = next((step for step in steps if step in _FREE), None)
    if slot is None:
        return name
    return (
        ".".join(renamed[slot] if step == slot else step for step in steps)
        if slot in renamed
        else None
    )


_FREE = frozenset((*FREE_SLOTS, *PRINCIPAL_SLOTS))
