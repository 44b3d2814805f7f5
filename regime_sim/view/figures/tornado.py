"""What decides: Sobol' indices as bars with whiskers, largest first; computes no index."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...facts.pressing import power_of
from ...given import choice
from .. import palette
from ..figure import Figure, Sheet
from ..words.phrases import upper
from .plot import WIDTH, closed, name_words, text_width

if TYPE_CHECKING:
    from ...questions.sensitivity import Sensitivity


ROW = 27
SHOWN = 16  # rows that are drawn; the note says how many more there are


def tornado(
    result: Sensitivity,
    theme: str = "light",
    width: int = WIDTH,
    quantity: str = "probability",
    unknown: bool = True,
) -> Figure:
    """Total Sobol' indices as bars with 95% whiskers, largest first; first-order index strong.
    unknown: also how far each reaches over draws of what is not known, where that can be told.
    """
    every = result.rows()
    asked = choice("quantity", quantity, dict.fromkeys(row["quantity"] for row in every))
    rows = [row for row in every if row["quantity"] == asked and not math.isnan(row["total"])]
    rows.sort(key=lambda row: -row["total"])
    shown = rows[:SHOWN]
    power = power_of(result.scenario)
    names = [upper(name_words(row["factor"], power)) for row in shown]
    sheet = Sheet(palette.theme(theme), width, ROW * max(1, len(shown)))
    left = min(width / 2, max([90.0, *(text_width(name, 14) + 12 for name in names)]))
    scale = width - left - 46
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = left + scale * share
        sheet.line(x, 0, x, sheet.height, sheet.look.rule)
        sheet.text(f"{share:g}", x, sheet.height + 12, "center", sheet.look.ink2, size=12)
    wide = [row for row in shown if unknown and not math.isnan(row["unknown_low"])]
    for k, row in enumerate(shown):
        if row in wide:
            _outer(sheet, row, ROW * (k + 0.5), (left, scale))
        _index(sheet, row, names[k], ROW * (k + 0.5), (left, scale))
    left_out = f" {len(rows) - SHOWN} smaller ones are not drawn." if len(rows) > SHOWN else ""
    if shown and _noise(shown[0]):
        title = (
            "Which decides most cannot be told: the answer hardly differs from setting to setting"
        )
    elif shown:
        top = shown[0]
        title = (
            f"{names[0]} decides most: without knowing it,"
            f" {max(0.0, min(1.0, top['total'])):.0%} of the variance is left"
        )
    else:
        title = "Nothing varies: no index exists"
    notes = [
        (
            "Bar: share of the variance left if all but this were known (total index). Strong part:"
            " share explained if only this were known (first order). Line: 95% interval."
            f"{_reach(wide, shown, unknown)}"
        ),
        (
            f"{result.scenario.title}. {result.runs:,} futures at"
            f" {(len(result.factors) + 2) * result.points:,} settings.{left_out}"
        ),
    ]
    about = {"scenario": result.scenario.id, "seed": result.seed, "quantity": quantity}
    return closed(sheet, title, notes, title + ".", 20, about)


def _noise(row: Mapping[str, Any]) -> bool:
    """Whether an index may be anything from nothing to all."""
    return bool(row["total_low"] <= 0.0 and row["total_high"] >= 1.0)


def _reach(
    wide: Sequence[Mapping[str, Any]], shown: Sequence[Mapping[str, Any]], unknown: bool
) -> str:
    """What the faint range is; why there is none."""
    if wide:
        return (
            " Faint, outlined: what we do not know, where the bar ends in 5% to 95% of"
            f" {wide[0]['draws']:,} draws of the parameters, with chance taken out."
        )
    if unknown and any(row["draws"] for row in shown):
        return " Too few draws of the parameters to say what we do not know (32 are needed)."
    return ""


def _outer(sheet: Sheet, row: Mapping[str, Any], y: float, bars: tuple[float, float]) -> None:
    """How far one bar reaches over what is not known: pale with an outline, under all else."""
    left, scale = bars
    low, high = (
        left + scale * min(1.0, max(0.0, float(row[key])))
        for key in ("unknown_low", "unknown_high")
    )
    look, ends = sheet.look, {"x": low, "x2": high, "y": y - 11, "y2": y + 11}
    sheet.piece({"type": "rect", "fill": look.ink, "opacity": look.outer, "strokeWidth": 0}, **ends)
    rim = {"strokeDash": [1, 2.5]}
    for edge in (y - 11, y + 11):
        sheet.line(low, edge, high, edge, look.edge, 1, **rim)
    for end in (low, high):
        sheet.line(end, y - 11, end, y + 11, look.edge, 1, **rim)


def _index(
    sheet: Sheet, row: Mapping[str, Any], name: str, y: float, bars: tuple[float, float]
) -> None:
    """One factor: name, total index, first order inside it, whisker, number."""
    look, (left, scale) = sheet.look, bars
    total, first, low, high = (
        left + scale * min(1.0, max(0.0, float(row[key])))
        for key in ("total", "first", "total_low", "total_high")
    )
    sheet.text(name, left - 10, y, "right")
    sheet.bar(left, total, y, look.ramp[4])
    sheet.bar(left, min(first, total), y, look.ramp[7])
    sheet.line(low, y, high, y, look.ink, 1.6)
    for end in (low, high):
        sheet.line(end, y - 4, end, y + 4, look.ink, 1.6)
    number = f"{min(1.0, max(0.0, float(row['total']))):.2f}"
    sheet.text(number, max(high, total) + 8, y, weight=600, size=13, halo=True)
