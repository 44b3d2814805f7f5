"""Small tables as text and inert HTML, for results that print themselves; computes nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from ...inert import one_line
from ...statistics.intervals import Floats

MOST = 11  # rows or columns of a printed grid; larger ones are thinned evenly, their ends kept


def columns_text(head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Rows under a head, the first `left` columns flush left and the others flush right."""
    table = [[one_line(cell) for cell in row] for row in (head, *rows)]
    wide = [max(len(row[k]) for row in table) for k in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(wide[k]) if k < left else cell.rjust(wide[k]) for k, cell in enumerate(row)
        ).rstrip()
        for row in table
    )


def cells_text(
    names: Sequence[str], grids: Sequence[Sequence[float]], p: Floats, low: Floats, high: Floats
) -> str:
    """A sweep of one name as a list with intervals, of two as a table (rows: the first), of 100."""
    if len(names) == 1:
        rows = [
            (f"{v:g}", f"{100 * p[k]:.1f}", f"{100 * low[k]:.1f} to {100 * high[k]:.1f}")
            for k, v in enumerate(grids[0])
        ]
        return columns_text((names[0], "of 100", "95% interval"), rows)
    down, across = (_thinned(len(grid)) for grid in grids)
    head = (f"{names[0]} \\ {names[1]}", *(f"{grids[1][k]:g}" for k in across))
    table = [(f"{grids[0][j]:g}", *(f"{100 * p[j, k]:.0f}" for k in across)) for j in down]
    widest = float(np.max(high - low))
    note = "" if len(down) * len(across) == p.size else f"; every cell of {p.size:,} in .frame()"
    return (
        f"{columns_text(head, table)}\n95% intervals reach at most {100 * widest / 2:.1f}"
        f" either way{note}"
    )


def _thinned(number: int) -> list[int]:
    """At most MOST places of so many, evenly spread, first and last among them."""
    if number <= MOST:
        return list(range(number))
    step = math.ceil((number - 1) / (MOST - 1))
    return sorted({*range(0, number, step), number - 1})


def html_table(title: str, rows: Sequence[Mapping[str, Any]], most: int = 60) -> str:
    """A title and rows with the same keys as inert HTML; the first `most` rows."""
    keys = list(rows[0]) if rows else []
    head = "".join(f"<th>{escape(str(key).replace('_', ' '))}</th>" for key in keys)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell(row[key]))}</td>" for key in keys) + "</tr>"
        for row in rows[:most]
    )
    rest = (
        f"<p>{len(rows) - most:,} more rows in <code>.frame()</code></p>"
        if len(rows) > most
        else ""
    )
    return f"<p>{escape(title)}</p><table><tr>{head}</tr>{body}</table>{rest}"


def cell(value: object) -> str:
    """A value as a cell: numbers to three digits, a dash for what does not exist."""
    if isinstance(value, float):
        return (
            "–" if math.isnan(value) else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        )
    return "–" if value is None else str(value)
