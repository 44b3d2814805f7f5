"""What a scenario says, as one frozen record, and the text it was read from; reads nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date

from .draft import OwnSource
from .names import Names, Principal, names_for
from .requests import Check, Compare, Registered, Resolve, Resolved, Runs
from .slides import Levers
from .timeline import Entry
from .values import Value


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a scenario was read from: its text, and the folder in which its
    `compare.baseline` may lie (None: no file may).

    portable: whether the text means the same in any folder, because it extends nothing but a
    shipped scenario. verbatim: the scenario that the text is by itself, with its name; None where a
    text alone would be called otherwise.
    """

    text: str
    folder: str | None
    portable: bool
    verbatim: Content | None = None


@dataclass(frozen=True)
class Content:
    """All that a scenario says; nothing is inherited any more.

    horizon in weeks. patrons: names of patrons beyond the three of the table. principals:
    those whom the scenario names, none for the usual court. values: levers, their
    parts and given inputs that the scenario sets, by name. structure: structural parameters for
    which it has a value or a prior of its own. moved: levers moved as a whole after that, in order.
    compare, checks, resolve: what the file asks for
    besides a run. registered: the forecast that was frozen for this very file, resolved: the
    answer; a changed copy has neither.
    pressing_power: who presses from outside, as inside a sentence, "" where nobody is named: words,
    which no number rests on. origin: the text that it was read from, which a copy keeps;
    no part of what it is.
    """

    id: str
    title: str
    start: Date
    horizon: int
    ruler: str = "the ruler"
    patrons: tuple[str, ...] = ()
    principals: tuple[Principal, ...] = ()
    values: tuple[tuple[str, Value], ...] = ()
    structure: tuple[tuple[str, Value], ...] = ()
    moved: Levers = ()
    timeline: tuple[Entry, ...] = ()
    runs: Runs = field(default_factory=Runs)
    own_sources: tuple[OwnSource, ...] = ()
    compare: Compare | None = None
    checks: tuple[Check, ...] = ()
    resolve: Resolve | None = None
    registered: Registered | None = None
    resolved: Resolved | None = None
    notes: str = ""
    pressing_power: str = ""
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def names(self) -> Names:
        """The names that this scenario may use."""
        court = tuple((one.name, one.role) for one in self.principals)
        return names_for(self.patrons, court, self.pressing_power)
