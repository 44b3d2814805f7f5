"""What decides: Sobol' indices as bars with whiskers, largest first; computes no index."""

from __future__ import annotations

import math
from collections.abc import Mapping
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
    result: Sensitivity, theme: str = "light", width: int = WIDTH, quantity: str = "probability"
) -> Figure:
    """Total Sobol' indices as bars with 95% whiskers, largest first; first-order index dark."""
    every = result.rows()
    asked = choice("quantity", quantity, dict.fromkeys(row["quantity"] for row in every))
    rows = [row for row in every if row["quantity"] == asked and not math.isnan(row["total"])]
    rows.sort(key=lambda row: -row["total"])
    shown = rows[:SHOWN]
    power = power_of(result.scenario)
    names = [name_words(row["factor"], power) for row in shown]
    sheet = Sheet(palette.theme(theme), width, ROW * max(1, len(shown)))
    left = min(width / 2, max([90.0, *(text_width(name, 14) + 12 for name in names)]))
    scale = width - left - 46
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = left + scale * share
        sheet.line(x, 0, x, sheet.height, sheet.look.rule)
        sheet.text(f"{share:g}", x, sheet.height + 12, "center", sheet.look.ink2, size=12)
    for k, row in enumerate(shown):
        _index(sheet, row, names[k], ROW * (k + 0.5), (left, scale))
    left_out = f" {len(rows) - SHOWN} smaller ones are not drawn." if len(rows) > SHOWN else ""
    if shown:
        top = shown[0]
        title = (
            f"{upper(names[0])} decides most: without knowing it,"
            f" {max(0.0, min(1.0, top['total'])):.0%} of the variance is left"
        )
    else:
        title = "Nothing varies: no index exists"
    notes = [
        (
            "Bar: share of the variance left if all but this were known (total index). Dark part:"
            " share explained if only this were known (first order). Line: 95% interval."
        ),
        (
            f"{result.scenario.title}. {result.runs:,} futures at"
            f" {(len(result.factors) + 2) * result.points:,} settings.{left_out}"
        ),
    ]
    about = {"scenario": result.scenario.id, "seed": result.seed, "quantity": quantity}
    return closed(sheet, title, notes, title + ".", 20, about)


def _index(
    sheet: Sheet, row: Mapping[str, Any], name: str, y: float, bars: tuple[float, float]
) -> None:
    """One factor: name, total index, first order inside it, whisker, number."""
    look, (left, scale) = sheet.look, bars
    total, first, low, high = (
        left + scale * max(0.0, float(row[key]))
        for key in ("total", "first", "total_low", "total_high")
    )
    high = min(high, left + scale)
    sheet.text(name, left - 10, y, "right")
    sheet.bar(left, total, y, look.ramp[4])
    sheet.bar(left, min(first, total), y, look.ramp[7])
    sheet.line(low, y, high, y, look.ink, 1.6)
    for end in (low, high):
        sheet.line(end, y - 4, end, y + 4, look.ink, 1.6)
    number = f"{max(0.0, float(row['total'])):.2f}"
    sheet.haloed(number, max(high, total) + 8, y, weight=600, size=13)
