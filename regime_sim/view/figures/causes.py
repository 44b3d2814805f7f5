"""The rows of how he leaves: of 100, interval, regime goes on; computes no result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import palette
from ..figure import Figure, Sheet
from ..words import sentences
from .plot import WIDTH, commonest, finish, ways_said

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble

ROW = 27


def causes(
    ensemble: Ensemble, baseline: Ensemble | None = None, theme: str = "light", width: int = WIDTH
) -> Figure:
    """All exit modes: of 100, interval (dashed tick: the baseline), regime goes on."""
    sheet = Sheet(palette.theme(theme), width, ROW * (len(palette.ORDER) + 1))
    look, whole = sheet.look, ensemble.frequencies()
    known = {str(row["outcome"]): row for row in ensemble.outcome_rows()}
    before: dict[str, float] = {}
    if baseline is not None:
        before = {str(row["outcome"]): row["probability"] for row in baseline.outcome_rows()}
    most = 100 * max(max(known[way]["high"], before.get(way, 0.0)) for way in palette.GONE)
    step = next((step for step in (1, 2, 5, 10, 20) if most <= 5 * step), 25)
    axis = _CausesAxis(212, width - 72, step * max(1, math.ceil(most / step)), step)
    _causes_head(sheet, axis)
    for k, way in enumerate(palette.ORDER):
        y, row, count = ROW * (k + 0.5), known[way], whole.of(way)
        sheet.line(0, ROW * k, width, ROW * k, look.rule)
        sheet.token(way, 9, y, 17)
        sheet.text(palette.label(way), 26, y)
        sheet.text(sentences.short(row["probability"], count), 190, y, "right", weight=600)
        if way == "survived":
            sheet.text(sentences.interval(ensemble.stays(), count), axis.left, y, colour=look.ink2)
            continue
        _whisker(sheet, axis, row, before.get(way), y, look.ways[way])
        on = str(whole.goes_on[whole.ways.index(way)]) if count else "–"
        sheet.text(on, width, y, "right", look.ink2)
    _causes_sum(sheet, ensemble, axis)
    dashed = "" if baseline is None else f" Dashed tick: {baseline.scenario.title}."
    note = (
        "How he leaves, and how often: futures of 100 by"
        f" {sentences.long_date(sentences.last_day(ensemble))}. Dot: estimate; bar: 95%"
        f" range.{dashed}"
    )
    return finish(sheet, ensemble, commonest(ensemble), [note], ways_said(ensemble))


@dataclass(frozen=True, slots=True)
class _CausesAxis:
    """The common axis of the whiskers: its pixels, its end and its step, in futures of 100."""

    left: float
    right: float
    end: int
    step: int

    def at(self, futures: float) -> float:
        """The pixel of a number of futures."""
        return self.left + (self.right - self.left) * min(futures, self.end) / self.end


def _whisker(
    sheet: Sheet,
    axis: _CausesAxis,
    row: Mapping[Any, Any],
    before: float | None,
    y: float,
    colour: str,
) -> None:
    low, value, high = (axis.at(100 * row[key]) for key in ("low", "probability", "high"))
    sheet.line(axis.left, y, axis.right, y, sheet.look.rule)
    sheet.line(low, y, high, y, colour, 5, opacity=0.38)
    sheet.dot(value, y, colour)
    if before is not None:
        x = axis.at(100 * before)
        sheet.line(x, y - 7, x, y + 7, sheet.look.ink3, 1.4, strokeDash=[2.5, 2])


def _causes_head(sheet: Sheet, axis: _CausesAxis) -> None:
    """The heads of the columns, and the numbers of the common axis."""
    heads = [
        ("of 100", 190.0, -12, "right"),
        ("regime", sheet.width, -26, "right"),
        ("goes on", sheet.width, -12, "right"),
    ]
    shown = [0, axis.end] if axis.end // axis.step > 4 else range(0, axis.end + 1, axis.step)
    heads += [(str(futures), axis.at(futures), -12, "center") for futures in shown]
    for text, x, y, align in heads:
        sheet.text(text, x, y, align, sheet.look.ink2, size=12)


def _causes_sum(sheet: Sheet, ensemble: Ensemble, axis: _CausesAxis) -> None:
    """The last row: out, any exit."""
    whole, out = ensemble.frequencies(), ensemble.out()
    y, ink2 = sheet.height - ROW / 2, sheet.look.ink2
    sheet.line(0, y - ROW / 2, sheet.width, y - ROW / 2, sheet.look.ink, 1.2)
    sheet.text("Out, any exit", 26, y, weight=600)
    sheet.text(sentences.short(out.value, whole.out), 190, y, "right", weight=600)
    sheet.text(sentences.interval(out, whole.out), axis.left, y, colour=ink2)
    sheet.text(str(whole.out_goes_on), sheet.width, y, "right", ink2, 600)
