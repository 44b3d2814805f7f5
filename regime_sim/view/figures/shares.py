"""Chance, parameter uncertainty and choice as one stacked bar; computes no variance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .. import palette
from ..figure import Figure, Json, Sheet
from ..words.phrases import PARTS, rounding, upper
from .plot import WIDTH, closed

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble
    from ...questions.sensitivity import Sensitivity


def shares_bar(result: Ensemble | Sensitivity, theme: str = "light", width: int = WIDTH) -> Figure:
    """Variance of being out: chance, parameter uncertainty, choice (if varied), in one bar."""
    rows = _split(result)
    sheet = Sheet(palette.theme(theme), width, 46 + 24 * len(rows))
    about: Json = {"scenario": result.scenario.id, "seed": result.seed}
    if not rows or any(math.isnan(row["share"]) for row in rows):
        title = "Chance and parameter uncertainty cannot be separated here"
        return closed(sheet, title, [result.scenario.title], f"{title}.", 0, about)
    total, x = sum(max(0.0, row["share"]) for row in rows) or 1.0, 0.0
    shade = {"choice": 7, "ignorance": 4, "luck": 1}
    for k, row in enumerate(rows):
        wide, y = width * max(0.0, row["share"]) / total, 50 + 24 * k
        style: Json = {"type": "rect", "stroke": sheet.look.background, "strokeWidth": 1.5}
        style |= {"fill": sheet.look.ramp[shade[row["part"]]]}
        sheet.piece(style, x=x, y=0, x2=x + wide, y2=30)
        sheet.piece(style, x=0, y=y - 7, x2=14, y2=y + 7)
        bounds = (
            f"(95% interval {max(0.0, row['low']):.0%} to {min(1.0, row['high']):.0%})"
            if not math.isnan(row["low"])
            else ""
        )
        sheet.text(f"{max(0.0, row['share']):.0%}", 60, y, "right", weight=600)
        sheet.text(f"{PARTS[row['part']]} {bounds}".strip(), 68, y)
        x += wide
    largest = max(rows, key=lambda row: row["share"])
    title = f"{upper(PARTS[largest['part']])} explains most of the spread: {largest['share']:.0%}"
    said = ", ".join(f"{PARTS[row['part']]} {max(0.0, row['share']):.0%}" for row in rows)
    note = f"Shares of the variance in whether he is out.{rounding(rows)} {result.scenario.title}."
    return closed(sheet, title, [note], f"{title}. In all: {said}.", 0, about)


def _split(result: Any) -> list[dict[str, Any]]:
    """The parts of the variance of an analysis, or of an ensemble."""
    if hasattr(result, "split_rows"):
        return list(result.split_rows())
    spread = result.spread()
    known = {"ignorance": spread.ignorance} if result.clustered else {}
    parts = (known | {"luck": spread.luck}).items()
    return [{"part": name, "share": e.value, "low": e.low, "high": e.high} for name, e in parts]
