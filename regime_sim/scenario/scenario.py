"""A scenario: validated, frozen, each value with source and line; changed by copies, not run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date as Date
from datetime import timedelta
from html import escape
from typing import Any

from ..errors import OutOfRange, RegimeSimError, UnknownName
from ..facts.pressing import LONGEST_NAME
from ..given import choice, mapping
from ..literals import EventName
from .changes import arg, checked_id, checked_line, free_id, leaves, moves, no_input, value_of
from .names import EVENTS, GENERALS, LEVERS, PARAMETERS, Names
from .problems import show
from .record import Content
from .requests import Arm, Runs
from .rewrite import rewritten, without_editor_line
from .settings import is_input
from .shipped import shipped_names
from .slides import LeverReading, reading, set_levers, standing, ways
from .sources import is_known, unknown
from .timeline import (
    Entry,
    read_condition,
    read_date,
    read_deadline,
    read_event,
    read_of,
    read_weeks,
    span,
)
from .values import JUDGEMENT, Move, Value, number, read_sources
from .writer import write

HAPPENS = ("shock.", "calendar.", "deal.")  # inputs that say what happens, and not how things are


@dataclass(frozen=True, repr=False)
class Scenario(Content):
    """One complete scenario (see `Content`); vary, at, fix, without and with_ return copies."""

    def vary(self, levers: Mapping[str, object] | None = None, /, **more: object) -> Scenario:
        """A copy with levers, parts or given inputs set to numbers, "a to b" or distributions.

        Parts by dots in a mapping (`{"us_pressure.strikes": 0.4}`), by two underscores
        (`us_pressure__strikes=0.4`) or nested (`foreign_support={"russia": 0.2}`). A whole lever
        slides its parts together from where they stand, all the way at 0 and at 1; one that the
        scenario sets as a whole to a number is set to this one. Raises UnknownName, OutOfRange,
        RegimeSimError.
        """
        names = self.names
        new: dict[str, Value] = {}
        for name, raw in leaves(mapping("vary", levers) | mapping("vary", more), names).items():
            if not is_input(name, names):
                raise no_input(name, names)
            new[name] = value_of(name, raw, names)
            self._know(new[name].source)
        return self._set(new)

    def _set(self, new: Mapping[str, Value]) -> Scenario:
        values, moved = set_levers(dict(self.values), self.moved, new, self.names)
        return self._changed(values=tuple(values.items()), moved=moved)

    def fix(self, structure: Mapping[str, object] | None = None, /, **more: object) -> Scenario:
        """A copy with structural parameters set: a plain number fixes one, an interval or
        distribution replaces its prior.

        Dots by two underscores or in a mapping, as in `vary`. Raises UnknownName, OutOfRange,
        RegimeSimError.
        """
        names = self.names
        new = dict(self.structure)
        for key, raw in (mapping("fix", structure) | mapping("fix", more)).items():
            name = key.replace("__", ".")
            if name not in names.structural:
                if is_input(name, names):
                    raise RegimeSimError(
                        f"{name} is not structural - use vary({name.replace('.', '__')}=...)"
                    )
                raise UnknownName("structural parameter", name, names.structural)
            new[name] = value_of(name, raw, names)
            self._know(new[name].source)
        return self._changed(structure=tuple(sorted(new.items())))

    def at(
        self,
        *,
        week: int | None = None,
        date: Date | str | None = None,
        when: str | None = None,
        event: EventName | str | None = None,
        intensity: float | None = None,
        set: Mapping[str, object] | None = None,
        lasts: int | str | None = None,
        over: int | str = 0,
        source: str | list[str] | tuple[str, ...] = (),
        of: str | None = None,
        deadline: int | str | None = None,
        id: str | None = None,
    ) -> Scenario:
        """A copy with one more entry on the timeline: in a week, on a date or on a condition such
        as "us_opposition > 0.8", an event (with an intensity in [0, 1]) or inputs set: to numbers,
        "a to b" or distributions, or relative to what is there, {"multiply": 0.5} or {"add": -0.2};
        `lasts` and `over` in weeks. of: the principal or unit that a defection or an amnesty_offer
        is about; deadline: how long an ultimatum stands, in place of `lasts`. An entry of the same
        id is replaced. Raises UnknownName, OutOfRange, RegimeSimError.
        """
        if sum(one is not None for one in (week, date, when)) != 1:
            raise RegimeSimError("at: expected exactly one of week, date and when")
        moved = mapping("set", set)
        if (event is None) == (not moved):
            raise RegimeSimError("at: expected either event or set")
        if intensity is not None and event is None:
            raise RegimeSimError("at: intensity has no meaning without event")
        if event is not None:
            choice("event", event, EVENTS)
        if lasts is not None and deadline is not None:
            raise RegimeSimError("at: deadline and lasts together - expected only one of them")
        if deadline is not None:
            lasts = arg("deadline", lambda raw: read_deadline(raw, event), deadline)
        entry = Entry(
            id=free_id(event or "set", self.timeline) if id is None else checked_id(id),
            week=None if week is None else arg("week", read_weeks, week),
            date=None if date is None else arg("date", read_date, date),
            when=None if when is None else arg("when", read_condition, when),
            event=None if event is None else arg("event", read_event, event),
            intensity=(
                1.0
                if intensity is None
                else arg("intensity", lambda raw: number(raw, 0.0, 1.0, ("intensity",)), intensity)
            ),
            moves=moves(moved, self.names),
            lasts=None if lasts is None else arg("lasts", read_weeks, lasts),
            over=arg("over", lambda raw: read_weeks(raw, least=0), over),
            source=() if _no_source(source) else arg("source", read_sources, source),
            of=None if of is None else arg("of", lambda raw: read_of(raw, event, self.names), of),
        )
        self._know(entry.source)
        for _, move in entry.moves:
            self._know(move.value.source if isinstance(move, Move) else ())
        if entry.over > span(entry):
            raise OutOfRange(
                f"at: the ramp of {entry.over} weeks is longer than the {span(entry):g} weeks that"
                " it lasts - set lasts"
            )
        kept = {other.id: other for other in self.timeline}
        return self._changed(timeline=tuple({**kept, entry.id: entry}.values()))

    def without(self, *ids: str) -> Scenario:
        """A copy without these entries of the timeline. Raises UnknownName."""
        known = [entry.id for entry in self.timeline]
        for one in ids:
            choice("entry of the timeline", one, known)
        arms = self.compare and tuple(
            replace(arm, without=tuple(one for one in arm.without if one not in ids))
            for arm in self.compare.arms
        )
        # arms cannot leave out what is gone
        compare = replace(self.compare, arms=arms) if self.compare and arms else self.compare
        return self._changed(
            timeline=tuple(entry for entry in self.timeline if entry.id not in ids), compare=compare
        )

    def with_(
        self,
        *,
        id: str | None = None,
        title: str | None = None,
        horizon: int | str | None = None,
        start: Date | str | None = None,
        generals: int | None = None,
        pressing_power: str | None = None,
    ) -> Scenario:
        """A copy with another id, title, horizon (weeks), start, number of generals or name of the
        pressing power (as inside a sentence: "NATO", "the United States"; words only, no number
        changes). Raises OutOfRange, RegimeSimError.
        """
        power = self.pressing_power
        if pressing_power is not None:
            power = checked_line("pressing_power", pressing_power, LONGEST_NAME)
        changed = self._changed(
            id=self.id if id is None else checked_id(id),
            title=self.title if title is None else checked_line("title", title),
            horizon=self.horizon if horizon is None else arg("horizon", read_weeks, horizon),
            start=self.start if start is None else arg("start", read_date, start),
            pressing_power=power,
        )
        return changed if generals is None else changed.vary({GENERALS: generals})

    def horizon_weeks(self, weeks: int) -> Scenario:
        """A copy with another horizon, 1 to 520 weeks. Raises OutOfRange."""
        return self.with_(horizon=weeks)

    def arms(self) -> tuple[tuple[str, Scenario], ...]:
        """The arms that the file compares, (id, scenario) in order, without requests; or none."""
        arms = self.compare.arms if self.compare else ()
        return tuple((arm.id, self._arm(arm)) for arm in arms)

    def _arm(self, arm: Arm) -> Scenario:
        changed, later = self.without(*arm.without), {}
        for name, move in arm.moves:
            value = changed._at_once(name, move)
            if value is None:
                later[name] = move
            else:
                changed = changed._set({name: value})
        timeline = {entry.id: entry for entry in (*changed.timeline, *arm.entries)}
        if later:  # a change of what is uncertain, in force from before the start on
            name = free_id(f"{arm.id}-set"[:60], tuple(timeline.values()))
            first = Entry(name, date=self.start - timedelta(days=1), moves=tuple(later.items()))
            timeline = {name: first, **timeline}
        named = changed.with_(id=arm.id, title=f"{self.title[:120]}: {arm.id}")
        return replace(_alone(named), timeline=tuple(timeline.values()))

    def _at_once(self, name: str, move: float | Move) -> Value | None:
        """The value that a change leads to, None if what it changes or the change is uncertain."""
        if not isinstance(move, Move):
            return Value(move)
        if move.how == "to":
            return move.value
        own = dict(self.values).get(name)
        if move.value.prior is not None or (name not in LEVERS and own and own.prior is not None):
            return None
        return Value(move.applied(self.value(name), *self.names.range(name)))

    def baseline(self) -> Scenario:
        """What the arms are compared with. Raises ScenarioError, RegimeSimError."""
        name, origin = self.compare.baseline if self.compare else None, self.origin
        if name is None:
            return _alone(self)
        if origin is None or (name not in shipped_names() and origin.folder is None):
            raise RegimeSimError(
                f"compare.baseline: {show(name)} is a file, and this scenario was not read from a"
                " file - use the name of a shipped scenario"
            )
        from .load import load_beside  # which makes scenarios, and so cannot be imported above

        return _alone(load_beside(name, origin.folder))

    def value(self, name: str) -> float:
        """The point value of a lever, part, given or parameter, in its unit. Raises UnknownName."""
        name = str(name).replace("__", ".")
        names = self.names
        if name in LEVERS:
            return self.lever_values()[name].value
        if name in names.structural:
            own = dict(self.structure).get(name)
            return own.point if own else names.structural[name].default
        if name not in names.inputs:
            raise UnknownName("parameter", name, (*names.levers, *names.given, *names.structural))
        return self.inputs()[name]

    def inputs(self) -> dict[str, float]:
        """The point value of every lever part and given input, in the order of the table."""
        return standing(dict(self.values), self.moved, self.names)[1]

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
        held = (dict(self.values), self.moved, self.names)
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

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p><pre>{escape(self.to_yaml())}</pre>"

    def _at_default(self) -> str:
        """The inputs that nobody has set, as comments."""
        names, found = self.defaults(), self.inputs()
        head = [f"# {len(names)} of {len(settable(self.names))} inputs stand at their defaults:"]
        return "\n".join([*head, *(f"#   {name}: {found[name]!r}" for name in names), ""])

    def _changed(self, **changes: Any) -> Scenario:
        """A copy with other values; what was forecast of this one does not hold of it."""
        return replace(self, registered=None, resolved=None, **changes)

    def _know(self, source: tuple[str, ...]) -> None:
        """Raise RegimeSimError for an id that neither the scenario nor the evidence has."""
        own = tuple(one.id for one in self.own_sources)
        for one in source:
            if not is_known(one, own):
                raise RegimeSimError(unknown(one, own))

    def to_yaml(self, resolved: bool = False, defaults: bool = True) -> str:
        """The scenario as YAML that loads to an equal scenario, in any folder.

        In the words of the file that it was read from, comments, order and numbers as they were,
        with only what `vary`, `at` and the like have changed put in its place; a comment beside a
        changed value says what the value was. It still extends the shipped scenario that it
        extended, while what it inherits from another file is written out. The first line by which
        an editor finds the schema is left out where it leads nowhere from another folder.
        resolved: everything inherited written out instead, in one fixed form; with defaults,
        inputs that nobody has set are listed at the end, as comments.
        """
        if resolved and defaults:
            return write(self) + self._at_default()
        if resolved or self.origin is None:
            return write(self)
        if self == self.origin.verbatim:
            return without_editor_line(self.origin.text)
        return rewritten(self, self.origin)


def _no_source(raw: object) -> bool:
    return raw is None or (isinstance(raw, str | list | tuple) and not raw)


def settable(names: Names) -> tuple[str, ...]:
    """The lever parts and inputs that say how a country is, and not what happens to it."""
    return tuple(name for name in names.inputs if not name.startswith(HAPPENS))


def _alone(scenario: Content) -> Scenario:
    """A scenario without its requests."""
    kept = {one.name: getattr(scenario, one.name) for one in fields(Content)}
    kept |= dict.fromkeys(("compare", "resolve", "registered", "resolved", "origin"))
    runs = Runs(scenario.runs.replicates, scenario.runs.seed)
    return Scenario(**kept | {"checks": (), "runs": runs})
