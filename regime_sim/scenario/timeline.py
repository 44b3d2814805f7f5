"""The timeline: what happens when, by week, date or condition; decides nothing of its effect."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from ..errors import nearest
from ..facts.limits import LONGEST
from ..given import as_date, as_whole
from .names import EVENTS, OBSERVABLES, PRINCIPAL_SLOTS, TURNS, UNIT_SLOTS, Names
from .problems import Findings, Path, show
from .settings import Moves, read_moves
from .values import BadValue, number, read_sources

_WEEKS = re.compile(r"\s*(\d{1,4})\s*weeks?\s*\Z")
_CONDITION = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(>=|<=|==|>|<)\s*(\S+)\s*\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"
ID_FORM = "lower-case letters, digits, - and _"
DATE_FORM = "a date such as 2025-12-01"
WEEKS_FORM = f'a whole number of weeks, 1 to {LONGEST}, or text such as "12 weeks"'


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds while an observable is above (else below) a threshold, in the observable's unit."""

    variable: str
    above: bool
    threshold: float

    def __str__(self) -> str:
        return f"{self.variable} {'>' if self.above else '<'} {self.threshold!r}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a timeline. Exactly one of week, date and when is set, and either event or
    moves.

    week: 1 is the first of the run. moves: (lever, part or input; a number or a
    `Move`). of: whom the event is about. lasts, over: weeks, None
    where the file is silent.
    """

    id: str
    week: int | None = None
    date: Date | None = None
    when: Condition | None = None
    event: str | None = None
    intensity: float = 1.0
    moves: Moves = ()
    lasts: int | None = None
    over: int = 0
    source: tuple[str, ...] = ()
    of: str | None = None


def named_by(event: str, names: Names) -> dict[str, str]:
    """Whom an event may be about (`of`): each name, and the slot of the table that it stands for;
    empty for an event that is about nobody.
    """
    men = {
        name: f"principal.{slot}"
        for slot, name in zip(PRINCIPAL_SLOTS, names.principals, strict=True)
        if name
    }
    men |= {f"principal.{name}": slot for name, slot in men.items()}
    if event == "amnesty_offer":
        return men
    units = {unit: f"unit.{unit}" for unit in UNIT_SLOTS}
    return {**men, **units} if event == "defection" else {}


def sets_of(entry: Entry, names: Names) -> tuple[tuple[str, float, float], ...]:
    """What the event of an entry sets (see `NamedEvent.sets`), with whom it is about."""
    assert entry.event is not None
    sets = EVENTS[entry.event].sets
    if entry.of is None:
        return sets
    slot = named_by(entry.event, names)[entry.of]
    if entry.event == "amnesty_offer":
        return ((f"{slot}.exit", float("nan"), 1.0),)
    return (*sets, (f"{slot}.{TURNS}", 0.0, 1.0))


def read_of(raw: object, event: str | None, names: Names) -> str:
    """Whom an event is about. Raises BadValue."""
    allowed = named_by(event, names) if event else {}
    if not allowed:
        raise BadValue(
            f"{event or 'this entry'} is about nobody in particular - expected it with defection or"
            " amnesty_offer"
        )
    if not isinstance(raw, str) or raw not in allowed:
        hint = nearest(raw[:80], allowed) if isinstance(raw, str) else ""
        said = ", ".join(one for one in allowed if not one.startswith("principal."))
        raise BadValue(f"got {show(raw)}{hint or f' - one of {said}'}")
    return raw


def read_deadline(raw: object, event: str | None) -> int:
    """How long an ultimatum stands. Raises BadValue."""
    if event != "ultimatum":
        raise BadValue("has no meaning without event: ultimatum - expected lasts")
    return read_weeks(raw)


def first_week(day: Date, start: Date) -> int:
    """The week of a run that a date falls in: 1 holds the first seven days, 0 the seven before."""
    return (day - start).days // 7 + 1


def read_date(raw: object) -> Date:
    """A date as YYYY-MM-DD, or of any library, 1900 to 2200. Raises BadValue."""
    day = as_date(raw)
    if day is not None:
        return day
    why = ""
    if isinstance(raw, str) and _DATE.match(raw):
        try:
            Date.fromisoformat(raw)
        except ValueError as error:
            why = f", {error}"
    raise BadValue(f"got {show(raw)}{why} - expected {DATE_FORM}")


def read_weeks(raw: object, least: int = 1, most: int = LONGEST) -> int:
    """A number of weeks: 12, or "12 weeks". Raises BadValue."""
    match = _WEEKS.match(raw) if isinstance(raw, str) else None
    weeks = int(match.group(1)) if match else as_whole(raw)
    if weeks is None:
        raise BadValue(
            f"got {show(raw)} - expected a whole number of weeks, {least} to {most}, or text such"
            ' as "12 weeks"'
        )
    if not least <= weeks <= most:
        raise BadValue(
            f"{show(raw)} is out of range - expected {least} to {most} weeks", out_of_range=True
        )
    return weeks


def read_condition(raw: object) -> Condition:
    """A condition such as `us_opposition > 0.8`. Raises BadValue."""
    match = _CONDITION.match(raw) if isinstance(raw, str) else None
    if not match or match.group(2) not in "<>":
        raise BadValue(
            f"got {show(raw)} - expected a condition such as us_opposition > 0.8, with > or <"
        )
    name, sign, text = match.groups()
    known = {observable.name: observable for observable in OBSERVABLES}
    if name not in known:
        raise BadValue(_unknown("observable", name, known))
    try:
        threshold = number(float(text), known[name].low, known[name].high)
    except BadValue as error:
        raise BadValue(f"the threshold {error}", out_of_range=error.out_of_range) from None
    except ValueError:
        raise BadValue(f"got the threshold {show(text)} - expected a number") from None
    return Condition(name, sign == ">", threshold)


def read_event(raw: object) -> str:
    """The name of an event. Raises BadValue."""
    if not isinstance(raw, str):
        raise BadValue(f"got {show(raw)} - expected the name of an event")
    if raw not in EVENTS:
        raise BadValue(_unknown("event", raw, EVENTS))
    return raw


def _unknown(what: str, name: str, allowed: Mapping[str, object]) -> str:
    return f"unknown {what} {show(name)}{nearest(name[:80], allowed)}"


def read_timeline(
    raw: list[Any], names: Names, findings: Findings, above: Path = ("timeline",)
) -> tuple[Entry, ...]:
    """The entries of a file or of an arm, in order; what is wrong with them becomes findings."""
    entries: dict[str, Entry] = {}
    for number_, cells in enumerate(raw):
        path: Path = (*above, number_)
        if not isinstance(cells, Mapping):
            continue
        entry = _Reader(cells, path, findings).entry(names)
        if entry.id in entries:
            findings.add((*path, "id"), f"the id {show(entry.id)} is used twice in this timeline")
        entries[entry.id] = entry
    return tuple(entries.values())


class _Reader:
    """Reads the cells of one entry; a wrong cell becomes a finding and counts as not set."""

    def __init__(self, cells: Mapping[str, Any], path: Path, findings: Findings) -> None:
        self.cells, self.path, self.findings = cells, path, findings

    def entry(self, names: Names) -> Entry:
        moves: Moves = ()
        if isinstance(self.cells.get("set"), Mapping):
            if not self.cells["set"]:
                self.findings.add((*self.path, "set"), "nothing in it - expected a lever or input")
            moves = read_moves(self.cells["set"], (*self.path, "set"), names, self.findings)
        self.one_of("week", "date", "when", text="when it happens")
        self.one_of("event", "set", text="what happens")
        if "intensity" in self.cells and "event" not in self.cells:
            self.findings.add((*self.path, "intensity"), "has no meaning without event")
        event = self.cell("event", read_event, None)
        if "deadline" in self.cells and "lasts" in self.cells:
            self.findings.add(
                (*self.path, "lasts"), "deadline and lasts together - expected only one of them"
            )
        deadline = self.cell("deadline", lambda raw: read_deadline(raw, event), None)
        entry = Entry(
            id=str(self.cells.get("id", "")),
            week=self.cell("week", read_weeks, None),
            date=self.cell("date", read_date, None),
            when=self.cell("when", read_condition, None),
            event=event,
            intensity=self.cell(
                "intensity", lambda raw: number(raw, 0.0, 1.0, ("intensity",)), 1.0
            ),
            moves=moves,
            lasts=self.cell("lasts", read_weeks, deadline),
            over=self.cell("over", lambda raw: read_weeks(raw, least=0), 0),
            source=self.cell("source", read_sources, ()),
            of=self.cell("of", lambda raw: read_of(raw, event, names), None),
        )
        self.ramp(entry)
        return entry

    def cell[T](self, name: str, read: Callable[[object], T], otherwise: T) -> T:
        """What a cell says, read by `read`; `otherwise` if it is not there or wrong."""
        if name not in self.cells:
            return otherwise
        try:
            return read(self.cells[name])
        except BadValue as error:
            self.findings.add((*self.path, name), str(error))
            return otherwise

    def one_of(self, *keys: str, text: str) -> None:
        """Exactly one of these keys must be there."""
        present = [key for key in keys if key in self.cells]
        if not present:
            self.findings.add(
                self.path, f"nothing says {text} - expected {', '.join(keys[:-1])} or {keys[-1]}"
            )
        if len(present) > 1:
            self.findings.add(
                (*self.path, present[1]),
                f"{' and '.join(present)} together - expected only one of them",
            )

    def ramp(self, entry: Entry) -> None:
        lasts = span(entry)
        if entry.over > lasts:
            self.findings.add(
                (*self.path, "over"),
                f"the ramp of {entry.over} weeks is longer than the {lasts:g} weeks that it lasts",
            )


def span(entry: Entry) -> float:
    """How long an entry is in force, in weeks: its own, else its event's, else for good (inf)."""
    if entry.lasts is not None:
        return float(entry.lasts)
    return EVENTS[entry.event].lasts if entry.event else float("inf")
