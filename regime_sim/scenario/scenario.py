"""A scenario: validated, frozen, each value with source and line; changed by copies, not run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from html import escape

from ..errors import RegimeSimError
from ..facts.pressing import LONGEST_NAME
from ..given import choice, flag, mapping
from ..literals import EventName
from .arms import arm_of, baseline_of
from .changes import (
    arg,
    changed,
    checked_id,
    checked_line,
    free_id,
    know,
    leaves,
    moves,
    no_input,
    no_structural,
    value_of,
    with_entry,
    with_values,
)
from .names import EVENTS, GENERALS
from .readings import Readings, at_default
from .rewrite import rewritten, without_editor_line
from .settings import is_input
from .timeline import (
    Entry,
    read_condition,
    read_date,
    read_deadline,
    read_event,
    read_of,
    read_weeks,
)
from .values import Value, number, read_sources
from .writer import write


@dataclass(frozen=True, repr=False)
class Scenario(Readings):
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
            know(self, new[name].source)
        return with_values(self, new)

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
                raise no_structural(name, names)
            new[name] = value_of(name, raw, names)
            know(self, new[name].source)
        return changed(self, structure=tuple(sorted(new.items())))

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
        return with_entry(self, entry)

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
        return changed(
            self,
            timeline=tuple(entry for entry in self.timeline if entry.id not in ids),
            compare=compare,
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
        new = changed(
            self,
            id=self.id if id is None else checked_id(id),
            title=self.title if title is None else checked_line("title", title),
            horizon=self.horizon if horizon is None else arg("horizon", read_weeks, horizon),
            start=self.start if start is None else arg("start", read_date, start),
            pressing_power=power,
        )
        return new if generals is None else new.vary({GENERALS: generals})

    def horizon_weeks(self, weeks: int) -> Scenario:
        """A copy with another horizon, 1 to 520 weeks. Raises OutOfRange."""
        return self.with_(horizon=weeks)

    def arms(self) -> tuple[tuple[str, Scenario], ...]:
        """The arms that the file compares, (id, scenario) in order, without requests; or none."""
        arms = self.compare.arms if self.compare else ()
        return tuple((arm.id, arm_of(self, arm)) for arm in arms)

    def baseline(self) -> Scenario:
        """What the arms are compared with. Raises ScenarioError, RegimeSimError."""
        return baseline_of(self)

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p><pre>{escape(self.to_yaml())}</pre>"

    def to_yaml(self, resolved: bool = False, defaults: bool = True) -> str:
        """The scenario as YAML that loads to an equal scenario, in any folder.

        In the words of the file that it was read from, comments, order and numbers as they were,
        with only what `vary`, `at` and the like have changed put in its place; a comment beside a
        changed value says what the value was. It still extends the shipped scenario that it
        extended, while what it inherits from another file is written out. The first line by which
        an editor finds the schema is left out where it leads nowhere from another folder.
        resolved: everything inherited written out instead, in one fixed form; with defaults,
        inputs that nobody has set are listed at the end, as comments. Raises RegimeSimError.
        """
        resolved, defaults = flag("resolved", resolved), flag("defaults", defaults)
        if resolved and defaults:
            return write(self) + at_default(self)
        if resolved or self.origin is None:
            return write(self)
        if self == self.origin.verbatim:
            return without_editor_line(self.origin.text)
        return rewritten(self, self.origin)


def _no_source(raw: object) -> bool:
    return raw is None or (isinstance(raw, str | list | tuple) and not raw)
