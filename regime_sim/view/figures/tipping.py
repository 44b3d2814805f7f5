"""How far each lever, part or pair must move to reach a probability; computes nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...facts.pressing import Power, power_of
from .. import palette
from ..figure import Figure, Sheet
from .plot import WIDTH, closed, name_words, of_100, text_width
from .tornado import ROW, SHOWN

if TYPE_CHECKING:
    from ...questions.tipping import Tipping


STACKED = 420  # pixels of width below which names stand above their bars


def tipping_bars(result: Tipping, theme: str = "light", width: int = WIDTH) -> Figure:
    """How far each lever, part or pair must move to the target, smallest first; or none does.
    Narrower than 420 pixels, as on a phone, names and numbers stand above the bars.
    """
    rows, power = result.rows()[:SHOWN], power_of(result.scenario)
    stacked = width < STACKED
    tall = [ROW * ((1.6 if math.isnan(row["change"]) else 2.2) if stacked else 1.0) for row in rows]
    sheet = Sheet(palette.theme(theme), width, round(sum(tall) or ROW))
    look, names = sheet.look, [_pair(row, power) for row in rows]
    longest = max([90.0, *(text_width(name, 14) + 12 for name in names)])
    left, right = (0.0, 24.0) if stacked else (min(width / 2, longest), 120.0)
    scale = width - left - right
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = left + scale * share
        sheet.line(x, 0, x, sheet.height, look.rule)
        sheet.text(f"{share:g}", x, sheet.height + 12, "center", look.ink2, size=12)
    for k, (row, name) in enumerate(zip(rows, names, strict=True)):
        top = sum(tall[:k])
        y = top + (1.7 if stacked else 0.5) * ROW
        if stacked:
            _said_above(sheet, name, _outcome(row), top)
        else:
            sheet.text(name, left - 10, y, "right")
        if math.isnan(row["change"]):
            if not stacked:
                sheet.text(_outcome(row), left + 6, y, colour=look.ink2, size=12.5, halo=True)
            continue
        ends = sorted(abs(row[key]) for key in ("low", "high"))
        low, at, high = (
            left + scale * min(1.0, value) for value in (ends[0], abs(row["change"]), ends[1])
        )
        sheet.bar(left, at, y, look.ramp[5])
        sheet.line(low, y, high, y, look.ink, 1.6)
        if not stacked:
            sheet.text(_outcome(row), max(high, at) + 8, y, weight=600, size=13, halo=True)
    target = f"{round(100 * result.target)} of 100"
    reached = [row for row in rows if not math.isnan(row["change"])]
    title = (
        f"Smallest change to {target}: {_pair(reached[0], power)} from {reached[0]['start']} to"
        f" {reached[0]['to']}"
        if reached
        else f"No setting shown brings it to {target}"
    )
    now = (
        f"{of_100(result.base.value)} of 100 (95% interval {round(100 * result.base.low)} to"
        f" {round(100 * result.base.high)})"
    )
    more = "" if len(result.found) <= SHOWN else f" {len(result.found) - SHOWN} more are not drawn."
    notes = [
        f"{result.scenario.title}: now {now}. Change in shares of the range, from where it stands"
        f" to where it must go; line: 95% interval.{more}"
    ]
    about = {"scenario": result.scenario.id, "seed": result.seed}
    return closed(sheet, title, notes, f"{title}. Now {now}.", 0, about)


def _pair(row: Mapping[str, Any], power: Power) -> str:
    return " and ".join(name_words(name, power) for name in str(row["what"]).split(" and "))


def _outcome(row: Mapping[str, Any]) -> str:
    """From where to where a row moves, or how near its best setting comes."""
    if math.isnan(row["change"]):
        return f"{row['verdict']}: {of_100(row['probability'])} of 100 at {row['to']}"
    return f"{row['start']} → {row['to']}"


def _said_above(sheet: Sheet, name: str, outcome: str, top: float) -> None:
    """A row's name and, below it, its numbers, above the place of its bar."""
    sheet.text(name, 0, top + 0.4 * ROW, weight=600, size=13.5, halo=True)
    sheet.text(outcome, 0, top + 1.0 * ROW, colour=sheet.look.ink2, size=12.5, halo=True)
