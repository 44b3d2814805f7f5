"""What all figures share: axes, words that fit, numbers as shown; draws no figure of its own."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ...facts.outcomes import WAY_WORDS
from ...facts.pressing import NOBODY, Power, part_words
from .. import palette
from ..figure import Figure, Json, Sheet
from ..words import sentences

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble

WIDTH, HEIGHT = 520, 312
RIGHT = 140  # room for labels at the right of a plot with axes
DASHED: Json = {"strokeDash": [4, 4], "strokeWidth": 1.4}


def finish(
    sheet: Sheet, ensemble: Ensemble, title: str, notes: Sequence[str], alt: str, more: float = 0.0
) -> Figure:
    """The finished figure of an ensemble, its words wrapped to its width and `more` pixels."""
    about = {"scenario": ensemble.scenario.id, "seed": ensemble.seed}
    return closed(sheet, title, notes, alt, more, about | {"replicates": ensemble.replicates})


def closed(
    sheet: Sheet,
    title: str,
    notes: Sequence[str],
    alt: str,
    more: float = 0.0,
    about: Json | None = None,
) -> Figure:
    """The finished figure, words wrapped to its width and `more` pixels, marked as no forecast."""
    lines = [part for note in notes if note for part in wrapped(note, sheet.width + more, 13.5)]
    heading = "\n".join(wrapped(title, sheet.width + more, 17.5))
    return sheet.figure(heading, lines, f"{alt} {sentences.CAVEAT}", about or {})


def ways_said(ensemble: Ensemble) -> str:
    """What the pictures of the exit modes say in words."""
    return f"{sentences.finding(ensemble)} {sentences.ways(ensemble)}".strip()


def commonest(ensemble: Ensemble) -> str:
    """How often he leaves, and the most common exit, as a title states it."""
    whole = ensemble.frequencies()
    if not ensemble.out().value:
        return "He stays in office in every future"
    way = max(palette.GONE, key=whole.of)
    most = f"; most common exit: {WAY_WORDS[way]}" if whole.of(way) else ""
    return f"He is out in {out_words(ensemble)} of 100 futures{most}"


def arm_words(name: str, arm: Ensemble) -> str:
    """What an arm is called: by its title, or by the word that it was given."""
    by_id = re.fullmatch(re.escape(arm.scenario.id) + r"(-\d+)?", name)
    return str(arm.scenario.title) if by_id else name.replace("_", " ")


def out_words(ensemble: Ensemble) -> str:
    """In how many of 100 futures he is out: a number, `fewer than 1`."""
    return sentences.of_hundred(ensemble.out().value, ensemble.frequencies().out)


def axes(sheet: Sheet, ensemble: Ensemble, top: float = 100.0) -> None:
    """Fix both axes of the layers that have them: weeks 0 to the last, and 0 to `top`."""
    time = {
        "scale": {"domain": [0, ensemble.horizon], "nice": False},
        "axis": months(ensemble.scenario.start, ensemble.horizon, sheet.width),
    }
    amount = {
        "scale": {"domain": [0, top], "nice": False},
        "axis": {"values": [top * k / 4 for k in range(5)], "grid": True},
    }
    for layer in sheet.layers:
        for key, fixed in (("x", time), ("y", amount)):
            if "scale" not in layer["encoding"].get(key, {"scale": None}):
                layer["encoding"][key] = layer["encoding"][key] | fixed


def months(start: date, last: int, width: float) -> Json:
    """The time axis: months at their first days, as many as fit, years where they change."""
    marks = month_marks(start, last, width)
    values, names = [week for week, _ in marks], [name for _, name in marks]
    words = f"{names!r}[indexof({values!r}, datum.value)]"
    return {
        "values": values,
        "labelExpr": words,
        "grid": False,
        "ticks": True,
        "tickSize": 4,
        "labelOverlap": False,
        "labelFlush": False,
    }


def month_marks(start: date, last: int, width: float) -> list[tuple[float, str]]:
    """(week, name) of the months that are named on a time axis of this width."""
    firsts = []
    year, month = start.year, start.month
    while (week := (date(year, month, 1) - start).days / 7) <= last:
        if week > -3.0:
            firsts.append((max(0.0, round(week, 3)), year, month))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    wide = width * 4.345
    every = next((n for n in (1, 2, 3, 6, 12, 24) if wide * n / max(1, last) >= 62), 60)
    marks, named = [], 0
    for week, year, month in firsts[::every] or [(0.0, start.year, start.month)]:
        said = "" if year == named else f" {year}"
        marks.append((week, sentences.MONTHS[month - 1][:3] + said))
        named = year
    return marks


def apart(at: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights moved as little as keeps neighbours `gap` apart, in bounds and in order."""
    order = sorted(range(len(at)), key=lambda k: at[k])
    placed = [max(low, at[k]) for k in order]
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + gap)
    limit = high
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = min(placed[k], limit)
        limit = placed[k] - gap
    moved = dict(zip(order, placed, strict=True))
    return [moved[k] for k in range(len(at))]


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in pixels: a generous mean over the fonts that may be used."""
    narrow = sum(letter in " .,:;'’|ijlIft()!" for letter in text)
    return size * (0.56 * (len(text) - narrow) + 0.32 * narrow)


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines no wider than `width` pixels."""
    lines = [""]
    for word in _words(text, max(1, int(width / (0.6 * size)))):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _words(text: str, longest: int) -> list[str]:
    """The words of a text, those longer than a line broken, so that nothing leaves the sheet."""
    return [word[k : k + longest] for word in text.split() for k in range(0, len(word), longest)]


def nice(most: float, bound: float) -> float:
    """The end of an axis that holds `most`: round, with round quarters, within the bound."""
    if most <= 0.0:
        return min(1.0, bound)
    power = 10.0 ** math.floor(math.log10(most))
    end = next(power * k for k in (1, 2, 4, 6, 8, 10) if most <= power * k * (1 + 1e-9))
    return min(end, bound)


def is_share(unit: str) -> bool:
    return unit.startswith("share") or unit == "probability"


def unit_words(unit: str) -> str:
    """A unit as the axis counts it: shares as percent."""
    if not is_share(unit):
        return unit
    return "percent" + unit.removeprefix("share").removeprefix("probability")


def brief(value: float) -> str:
    """A number with two digits that count, or all before the point."""
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2g}"


def of_100(share: float) -> str:
    """A share as whole futures of 100, never 0 for what can happen nor 100 for what can fail to."""
    return sentences.of_hundred(share, round(100 * share))


def name_words(name: str, power: Power = NOBODY) -> str:
    """A parameter's name as a reader sees it: `us_pressure.strikes` is "US pressure: strikes", and
    "NATO pressure: strikes" where NATO is the power that presses.
    """
    whole, _, part = name.partition(".")
    head = part_words(whole, power)
    if whole == "us_pressure":
        head = power.pressure("US pressure")
    elif whole == "sender" and power.name:
        head = power.bare
    elif head.startswith("us "):
        head = f"US {head[3:]}"
    return ": ".join(filter(None, (head, part_words(part, power))))


def hundred(share: float) -> float:
    return round(100 * float(share), 3)
