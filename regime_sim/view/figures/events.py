"""Events of a timeline above a plot, as labels or as numbers with a list; knows no plot."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ...facts.pressing import NOBODY, Power, power_of, told
from ...travel import Closed
from ..figure import Sheet
from ..words.phrases import upper, weeks
from .plot import RIGHT, name_words, text_width, wrapped

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble

LANES, LANE = 5, 18
# letters of a label that stands above its stem; with a longer one all go into the list below
LONGEST = 40
# events whose name alone says too little
EVENT_WORDS = Closed(
    {
        "seizure": "assets abroad seized",
        "bounty": "a price on his head",
        "exile_offer": "exile offered",
        "amnesty": "amnesty for officers offered",
        "amnesty_offer": "amnesty for officers offered",
        "deal": "a deal: terms for relief",
        "indictment": "indicted abroad",
        "freeze": "funds abroad frozen",
        "guerrilla": "a hit-and-run war begins",
        "evacuation": "a patron sends an aircraft",
        "midterms": "elections near in the pressing power",
        "war_powers_vote": "parliament votes on the use of force",
        "new_president": "a new leader of the pressing power",
        "opposition_arrest": "opposition leader arrested",
    }
)
# branches that an event may be about
BRANCHES = {
    "land": "the land army",
    "guard": "the ruler's guard",
    "air": "the air force",
    "navy": "the navy",
    "police": "the police force",
    "region": "a region's garrison",
}
NO_NAMES: Mapping[str, str] = Closed({})
EARLIEST = -3  # weeks before the start in which an event is still marked


@dataclass(frozen=True, slots=True)
class Tick:
    """An event as figures mark it: its week, its words, and its length in weeks (0 at once)."""

    week: float
    label: str
    over: float = 0.0


def ticks_of(ensemble: Ensemble, ticks: Sequence[Tick | tuple[Any, ...]] | None) -> list[Tick]:
    """The events to mark, in order: those given, else those of the scenario's timeline."""
    given: Any = ticks if ticks is not None else getattr(ensemble.scenario, "ticks", None)
    if given is None:
        given = tuple(timeline_ticks(ensemble.scenario))
    known = [tick if isinstance(tick, Tick) else Tick(*tick) for tick in given]
    shown = [tick for tick in known if EARLIEST <= tick.week <= ensemble.horizon]
    return sorted(shown, key=lambda tick: tick.week)


def timeline_ticks(scenario: Any) -> Iterator[Tick]:
    """The timeline's entries that have a week, in plain words; conditional ones have none."""
    names, power = names_of(scenario), power_of(scenario)
    for entry in getattr(scenario, "timeline", ()):
        week = entry.week if entry.week is not None else _week(entry.date, scenario.start)
        if week is not None:
            words = entry_words(entry, names, power)
            yield Tick(float(week), words, float(entry.over))


def names_of(scenario: Any) -> dict[str, str]:
    """What those whom an event may be about (`of`) are called: principals by title, branches."""
    men = {one.name: one.called for one in getattr(scenario, "principals", ())}
    return BRANCHES | men | {f"principal.{name}": called for name, called in men.items()}


def entry_words(entry: Any, names: Mapping[str, str] = NO_NAMES, power: Power = NOBODY) -> str:
    """An entry of a timeline in a few words: its event, or what it sets, or its id. `names`: what
    those whom events are about are called (see `names_of`). power: who presses.
    """
    if entry.event:
        text = EVENT_WORDS.get(str(entry.event), str(entry.event).replace("_", " "))
        text = told(text, power)
        if entry.of:
            text = _about(str(entry.event), names.get(entry.of) or _plain(entry.of))
        if entry.event == "ultimatum" and entry.lasts:
            text += f" for {weeks(entry.lasts)}"
        return upper(text if entry.intensity == 1.0 else f"{text} at {entry.intensity:g}")
    if len(entry.moves) == 1:
        name, value = entry.moves[0]
        said = f"to {value:g}" if isinstance(value, float | int) else _change_words(value)
        return upper(f"{name_words(name, power)} {said}")
    return upper(_plain(entry.id))


def _about(event: str, whom: str) -> str:
    """An event that is about somebody."""
    return f"{whom} changes sides" if event == "defection" else f"amnesty offered to {whom}"


def _plain(name: str) -> str:
    return name.removeprefix("principal.").replace("-", " ").replace("_", " ")


def _change_words(move: Any) -> str:
    """A relative or uncertain change in a few words."""
    about = "about " if move.value.prior else ""
    if move.how == "multiply":
        return f"times {about}{move.value.point:g}"
    return f"{'by ' if move.how == 'add' else 'to '}{about}{move.value.point:g}"


def _week(day: date | None, start: date) -> int | None:
    return None if day is None else (day - start).days // 7 + 1


def lanes(ticks: Sequence[Tick], width: float, horizon: int) -> list[tuple[float, int, Tick]]:
    """Where each event's label goes: (x, lane, event), lane 1 lowest. No label meets another label
    or another event's stem.

    From right to left an event takes the lowest lane in which its label ends 8 px before the stem
    of every later event placed as high or higher.
    """
    placed: list[tuple[float, int, Tick]] = []
    for tick in sorted(ticks, key=lambda tick: -tick.week):
        x = width * max(0.0, tick.week) / horizon
        end, lane = x + 5 + text_width(tick.label, 12.5), 1
        while any(other >= lane and end + 8 > at for at, other, _ in placed):
            lane += 1
        placed.append((x, lane, tick))
    return placed[::-1]


def mark_events(sheet: Sheet, ticks: list[Tick], horizon: int) -> None:
    """Stems and labels of the events; numbered discs and a list where words find no room."""
    placed = lanes(ticks, sheet.width, horizon)
    for x, _, tick in placed:
        sheet.line(x, 0, x, sheet.height, sheet.look.ink3, strokeDash=[1, 4])
        if tick.over > 0:
            end = min(sheet.width, x + sheet.width * tick.over / horizon)
            sheet.line(x, sheet.height, end, sheet.height, sheet.look.ink, 4)
    narrow = sheet.width < 420 or max((lane for _, lane, _ in placed), default=0) > LANES
    if narrow or any(len(tick.label) > LONGEST for tick in ticks):
        _numbered(sheet, placed)
        return
    for x, lane, tick in placed:
        y = -10 - LANE * (lane - 1)
        sheet.line(x, y - 8, x, 0, sheet.look.ink3)
        sheet.text(tick.label, x + 5, y - 2, size=12.5, halo=True)


def _numbered(sheet: Sheet, placed: list[tuple[float, int, Tick]]) -> None:
    """Numbered discs above the plot, pushed apart; below it their words, wrapped, never cut."""
    look, after, y = sheet.look, -math.inf, sheet.height + 32
    for count, (x, _, tick) in enumerate(placed, start=1):
        after = max(x, after + 20)
        sheet.line(after, -8, x, 0, look.ink3)
        disc = {"type": "point", "shape": "circle", "size": 290, "opacity": 1}
        rim = {"fill": look.background, "stroke": look.ink2, "strokeWidth": 1}
        sheet.piece(disc | rim, x=after, y=-17)
        sheet.text(str(count), after, -16.5, "center", size=12)
        for k, part in enumerate(wrapped(tick.label, sheet.width + RIGHT - 20, 12.5)):
            y += 17
            if k == 0:
                sheet.text(str(count), 0, y, colour=look.ink2, size=12.5)
            sheet.text(part, 18, y, colour=look.ink2, size=12.5)
