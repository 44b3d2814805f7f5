"""Several scenarios below one another: how many futures of 100 end each way; computes none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import palette
from ..figure import Figure, Sheet
from .plot import WIDTH, closed, text_width, wrapped

ROW, TEXT = 30, 14


def summary(rows: Sequence[Mapping[str, Any]], theme: str = "light", width: int = WIDTH) -> Figure:
    """A bar per scenario from the rows of `view.tables.summary.summary_row`, in parts by exit mode;
    the number at its end is that of any exit, with its 95% interval.
    """
    look = palette.theme(theme)
    left = min(width * 0.4, max(text_width(row["title"], TEXT) for row in rows) + 24)
    names = [wrapped(row["title"], left - 10, TEXT) for row in rows]
    tall = [ROW + 17 * (len(lines) - 1) for lines in names]
    across = width - left - 120
    shown = [way for way in palette.GONE if any(row[way] for row in rows)]
    sheet = Sheet(look, width, sum(tall) + 8 + 20 * len(shown))
    y = 0.0
    for row, lines, height in zip(rows, names, tall, strict=True):
        middle, x = y + height / 2, left
        for k, line in enumerate(lines):
            sheet.text(line, 0, middle + 17 * (k - (len(lines) - 1) / 2))
        sheet.line(left, middle, left + across, middle, look.rule)
        for way in shown:
            if row[way]:
                sheet.bar(x, x + across * row[way], middle, look.ways[way])
                x += across * row[way]
        low, value, high = (
            100 * row[key] for key in ("leader_out_low", "leader_out", "leader_out_high")
        )
        sheet.text(f"{value:.0f} ({low:.0f} to {high:.0f})", width, middle, "right", weight=600)
        y += height
    for k, way in enumerate(shown):
        sheet.token(way, left + 8, y + 18 + 20 * k, 15)
        sheet.text(palette.label(way), left + 24, y + 18 + 20 * k, size=13)
    most, least = (pick(rows, key=lambda row: row["leader_out"]) for pick in (max, min))
    title = (
        f"Out of office: {100 * most['leader_out']:.0f} of 100 futures in {most['title']},"
        f" {100 * least['leader_out']:.0f} in {least['title']}"
    )
    notes = [
        "Futures of 100 within each scenario's horizon, by exit mode; 95% interval of any exit."
    ]
    return closed(
        sheet, title, notes, f"{title}.", 0, {"scenarios": [row["scenario"] for row in rows]}
    )
