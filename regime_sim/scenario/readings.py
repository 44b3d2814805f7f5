"""Where things stand in a scenario: values, levers, what nobody has set, and what it rests on;
changes nothing.
"""

from __future__ import annotations

from functools import cached_property

from ..errors import UnknownName
from .names import EVENTS, LEVERS, PARAMETERS, Names
from .record import Content
from .slides import LeverReading, reading, standing, ways
from .values import JUDGEMENT, Move

HAPPENS = ("shock.", "calendar.", "deal.")  # inputs that say what happens, and not how things are


class Readings(Content):
    """A scenario, and how to read it."""

    def value(self, name: str) -> float:
        """The point value of a lever, part, given or parameter, in its unit. Raises UnknownName."""
        name = str(name).replace("__", ".")
        names = self.names
        if name in LEVERS:
            return self._levers[name].value
        if name in names.structural:
            own = dict(self.structure).get(name)
            return own.point if own else names.structural[name].default
        if name not in names.inputs:
            raise UnknownName("parameter", name, (*names.levers, *names.given, *names.structural))
        return self._inputs[name]

    def inputs(self) -> dict[str, float]:
        """The point value of every lever part and given input, in the order of the table."""
        return dict(self._inputs)

    def defaults(self) -> tuple[str, ...]:
        """The inputs that nobody has set: they stand at the table's default, or at that of a
        principal's role. What only happens (shocks, dates of the calendar, a deal) is no input to
        set.
        """
        own = {name for name, _ in self.values}
        own |= {part.name for name in own if name in LEVERS for part in self.names.parts(name)}
        own |= {part.name for one in self.moved for part in one.parts(self.names)}
        return tuple(name for name in settable(self.names) if name not in own)

    def lever_values(self) -> dict[str, LeverReading]:
        """Where each of the four levers stands, and whether its parts were set apart."""
        return dict(self._levers)

    # found once: a scenario is never changed, and a page asks for these a hundred times

    @cached_property
    def _inputs(self) -> dict[str, float]:
        return standing(dict(self.values), self.moved, self.names)[1]

    @cached_property
    def _levers(self) -> dict[str, LeverReading]:
        held = (dict(self.values), self.moved, self.names, self._inputs)
        return {name: reading(name, *held) for name in LEVERS}

    def ways(self, lever: str) -> dict[str, tuple[tuple[float, ...], tuple[float, ...]]]:
        """How each part of a lever goes when the whole lever is set: settings of the lever and the
        part's value at each, on the straight line between them.
        """
        return ways(lever, dict(self.values), self.moved, self.names)

    def sources(self) -> tuple[str, ...]:
        """Ids of the facts, works, rates and own sources that this scenario rests on; judgements
        are left out.

        In order: those cited by its values and timeline, those of the levers and inputs that it
        sets or moves, those of all structural parameters.
        """
        rows: list[tuple[str, ...]] = [value.source for _, value in (*self.values, *self.structure)]
        rows += [one.source for one in self.principals]
        rows += [one.to.source for one in self.moved]
        rows += [
            move.value.source
            for entry in self.timeline
            for _, move in entry.moves
            if isinstance(move, Move)
        ]
        rows += [entry.source for entry in self.timeline]
        rows += [EVENTS[entry.event].source for entry in self.timeline if entry.event]
        moved = [
            *(name for name, _ in self.values),
            *(one.lever for one in self.moved),
            *(name for entry in self.timeline for name, _ in entry.moves),
        ]
        events = (EVENTS[entry.event] for entry in self.timeline if entry.event)
        moved += [name for event in events for name, _, _ in event.sets]
        for name in moved:
            row = LEVERS.get(name) or self.names.inputs.get(name) or PARAMETERS[name]
            rows.append(row.source)
        rows += [row.source for row in self.names.structural.values()]
        return tuple(dict.fromkeys(one for row in rows for one in row if one != JUDGEMENT))

    def __repr__(self) -> str:
        return (
            f"<Scenario {self.id}: {self.title}; {self.horizon} weeks from"
            f" {self.start.isoformat()}, {len(self.timeline)} on the timeline>"
        )


def settable(names: Names) -> tuple[str, ...]:
    """The lever parts and inputs that say how a country is, and not what happens to it."""
    return tuple(name for name in names.inputs if not name.startswith(HAPPENS))


def at_default(scenario: Readings) -> str:
    """The inputs that nobody has set, as comments."""
    names, found = scenario.defaults(), scenario.inputs()
    head = [f"# {len(names)} of {len(settable(scenario.names))} inputs stand at their defaults:"]
    return "\n".join([*head, *(f"#   {name}: {found[name]!r}" for name in names), ""])
