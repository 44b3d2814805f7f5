"""Paired differences with intervals about zero, by outcome or by arm; computes none."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .. import palette
from ..figure import Figure, Sheet
from .plot import WIDTH, arm_words, closed, text_width, wrapped
from .tornado import ROW

if TYPE_CHECKING:
    from ...questions.compare import Comparison


def differences(comparison: Comparison, theme: str = "light", width: int = WIDTH) -> Figure:
    """Paired differences about zero with 95% intervals: by outcome for two, else by arm."""
    several = len(comparison) > 1
    rows = _arm_rows(comparison) if several else _outcome_rows(comparison)
    left = min(
        width * 0.45, max(text_width(row["name"], 14) for row in rows) + (48 if several else 34)
    )
    names = [wrapped(row["name"], left - 32, 14) for row in rows]
    tall = [ROW + 17 * (len(lines) - 1) for lines in names]
    sheet = Sheet(palette.theme(theme), width, sum(tall))
    least, most = min(0.0, *(row["low"] for row in rows)), max(0.0, *(row["high"] for row in rows))
    step = next(step for step in (1, 2, 5, 10, 20, 50) if most - least <= 6 * step or step == 50)
    least, most = step * math.floor(least / step), max(step * math.ceil(most / step), least + step)
    scale = (width - left - 130) / (most - least)
    for futures in range(int(least), int(most) + 1, step):
        x = left + scale * (futures - least)
        colour, thick = (sheet.look.rule, 1) if futures else (sheet.look.ink, 1.4)
        sheet.line(x, 0, x, sheet.height, colour, thick)
        sheet.text(_signed(futures), x, sheet.height + 12, "center", sheet.look.ink2, size=12)
    for k, (row, lines) in enumerate(zip(rows, names, strict=True)):
        y = sum(tall[:k]) + tall[k] / 2
        _difference(sheet, row, lines, y, lambda futures: left + scale * (futures - least))
    before = comparison.before
    first = max(rows, key=lambda row: abs(row["value"])) if several else rows[0]
    title = _difference_title(first, several)
    notes = [
        f"Futures of 100, against {before.scenario.title}; the same draws in both"
        f" ({before.replicates:,} pairs). Line: paired 95% interval. Faint: no clear change."
    ]
    about = {"scenario": before.scenario.id, "seed": before.seed, "replicates": before.replicates}
    return closed(sheet, title, notes, f"{title}.", 0, about)


def _outcome_rows(comparison: Any) -> list[dict[str, Any]]:
    """Out by any exit, each exit mode, the regime's fall and tutelage: futures of 100."""
    ends: list[tuple[str, str | None, str]] = [
        ("Out, any exit", None, "leader"),
        *((palette.label(way), way, "leader") for way in palette.GONE),
    ]
    ends += [("Regime falls", "falls", "regime"), ("Under tutelage", "tutelage", "regime")]
    return [
        _row(name, comparison.change(way, clock), way if clock == "leader" else None)
        for name, way, clock in ends
    ]


def _arm_rows(comparisons: Any) -> list[dict[str, Any]]:
    return [
        _row(arm_words(name, one.after), one.change(), None)
        for name, one in zip(comparisons.names, comparisons.pairs, strict=True)
    ]


def _row(name: str, change: Any, way: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "value": 100 * change.value,
        "low": 100 * change.low,
        "high": 100 * change.high,
        "way": way,
    }


def _difference(
    sheet: Sheet, row: Mapping[str, Any], lines: list[str], y: float, at: Callable[[float], float]
) -> None:
    """One difference: mark, name, whisker, dot, number."""
    look, way = sheet.look, row["way"]
    clear = row["low"] > 0 or row["high"] < 0
    colour = (look.ways[way] if way else look.ink) if clear else look.ink3
    if way:
        sheet.token(way, 10, y, 16)
    for k, line in enumerate(lines):
        sheet.text(line, 26, y + 17 * (k - (len(lines) - 1) / 2), weight=400 if way else 600)
    sheet.line(at(row["low"]), y, at(row["high"]), y, colour, 5, opacity=0.45 if clear else 0.25)
    sheet.dot(at(row["value"]), y, colour)
    low, value, high = (_signed(row[key]) for key in ("low", "value", "high"))
    ink, weight = (look.ink, 600) if clear else (look.ink2, 400)
    sheet.text(value, sheet.width - 82, y, "right", ink, weight)
    sheet.text(f"{low} to {high}", sheet.width, y, "right", look.ink2, size=12.5)


def _signed(futures: float) -> str:
    count = round(futures)
    return "0" if count == 0 else f"{count:+d}".replace("-", "−")


def _difference_title(row: Mapping[str, Any], several: bool) -> str:
    """The first difference in words."""
    if row["low"] <= 0 <= row["high"]:
        return "No clear change in how often he is out"
    word = "more" if row["value"] > 0 else "fewer"
    where = f": {row['name']}" if several else ""
    return (
        f"He is out in {abs(round(row['value'])) or 'fewer than 1'} {word} of 100 futures (paired"
        f" 95% interval {_signed(row['low'])} to {_signed(row['high'])}){where}"
    )
