"""What the engine reads of a scenario: frozen records of arrays; holds no rule, knows no file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ..facts.declare import LeverPart, Prior
from ..travel import Travels

Reals = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Uncertain:
    """One uncertain number, declared and not drawn: the engine turns a uniform into a value and
    puts it at its targets.

    vector: "x" (INPUT_NAMES, then drawn numbers) or "p" (STRUCTURAL_NAMES). targets: (index, None)
    takes the value itself, (index, part) takes `part.value(value)`, so that an uncertain lever
    moves its parts together. The prior is truncated to [low, high]. key: CRC-32 of the name, so
    that the same name has the same uniform in every scenario.
    """

    name: str
    vector: str
    targets: tuple[tuple[int, LeverPart | None], ...]
    prior: Prior
    low: float
    high: float
    key: int


@dataclass(frozen=True, slots=True, eq=False)
class EventTable(Travels):
    """What the timeline does: one row per input that an entry moves, all columns of the same length
    (n,).

    event: which entry (0, 1, ... in order; -1: a lever that was moved). target: index into x.
    value: where the input is moved to. share: how far towards it (1 all the way; less for events
    that act by intensity on whatever they find). over: weeks of ramp (0 at once). lasts: weeks (inf
    for good). week: first week (1 is the first of the run, 0 and less lie before the start; nan for
    a condition). variable: index into OBSERVABLES of a condition, -1 for an entry by week. above,
    threshold: the condition holds while the variable is above (else below) the threshold.
    how: to the value (0), times it (1), or that much more (2), inside least and most; a whole lever
    to the value (3 from what would be without, 4 from what is, 5 from before the start), which
    stands at `share` and has this part at least and most where it is at 0 and 1 (see `law.events`).
    place: among the drawn numbers behind the inputs, of one that takes the value's place; -1: none.
    stock: the input is a level that the world carries on (`facts.stocks`), moved once.
    """

    event: Counts
    target: Counts
    value: Reals
    share: Reals
    over: Reals
    lasts: Reals
    week: Reals
    variable: Counts
    above: Flags
    threshold: Reals
    how: Counts
    place: Counts
    least: Reals
    most: Reals
    stock: Flags

    def __len__(self) -> int:
        return len(self.event)


@dataclass(frozen=True, slots=True, eq=False)
class Joint(Travels):
    """Parameters drawn together: columns (k,) in p, rows (n, k) of equally likely values."""

    name: str
    columns: Counts
    rows: Reals


@dataclass(frozen=True, slots=True, eq=False)
class Compiled(Travels):
    """A scenario as arrays: x (inputs, then MOST_DRAWN drawn numbers) and p
    (len(STRUCTURAL_NAMES),) hold point values in their own units.

    horizon in weeks. patrons, principals: a name per slot, "" where the slot is
    unused; titles: what each principal is called. event_names: ids of the
    timeline's entries. The arrays are read-only. joint: structural parameters drawn together from a
    calibrated sample instead of from `uncertain`.
    """

    id: str
    title: str
    start: date
    horizon: int
    generals: int
    x: Reals
    p: Reals
    patrons: tuple[str, ...]
    uncertain: tuple[Uncertain, ...]
    events: EventTable
    event_names: tuple[str, ...]
    joint: Joint | None = None
    principals: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    def plain(self) -> tuple[object, ...]:
        """All that the engines read, whatever the scenario is called or its file looks like."""
        columns = [getattr(self.events, column.name).tolist() for column in fields(EventTable)]
        joint = self.joint and (self.joint.columns.tolist(), self.joint.rows.tobytes())
        return (
            *(self.start.isoformat(), self.horizon, self.generals, self.patrons, self.uncertain),
            *(self.x.tolist(), self.p.tolist(), columns, joint),
        )
