"""Reliability: what the model said against how often it happened; computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import palette
from ..figure import Figure, Json, Sheet

if TYPE_CHECKING:
    from ...history.backtest import Backtest, Prediction
    from ...statistics.reliability import Bin

SIDE = 340
EDGE, GAP = 14, 10  # the strokes of single cases above and below the frame, and how far off it
TITLE = "What it said, and what happened"


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where a share lies in pixels."""

    side: float

    def x(self, share: float) -> float:
        return share * self.side

    def y(self, share: float) -> float:
        return self.side * (1.0 - share)


def reliability_figure(b: Backtest, cases: str | None = None, theme: str = "light") -> Figure:
    """Bins of P(out) against the share that left, with 95% intervals and n, for the model on one
    set of cases; each case is a stroke at the edge.

    cases: the name of a scorecard of `b`, the first by default. Raises StopIteration where there is
    none.
    """
    card = next(card for card in b.scorecards if cases in (None, card.cases))
    cases = card.cases
    bins = [one for one in card.reliability["model"] if one.n > 0]
    sheet, at = Sheet(palette.theme(theme), SIDE, SIDE), _Plot(SIDE)
    _frame(sheet, at)
    known = (one for one in b.predictions if one.case.scored)
    _strokes(sheet, at, [one for one in known if cases in ("all", one.case.split)])
    for one in bins:
        _bin(sheet, at, one)
    sheet.text("they left", SIDE + 8, -GAP - EDGE / 2, colour=sheet.look.ink2, size=12)
    sheet.text("they stayed", SIDE + 8, SIDE + GAP + EDGE / 2, colour=sheet.look.ink2, size=12)
    said = "P(out) that the model gave, of 100"
    sheet.text(said, SIDE / 2, SIDE + 62, "center", sheet.look.ink2, size=12)
    notes = [
        f"{card.n} cases, {cases}. Dots: groups of cases, with how many",
        "of 100 left and its 95% interval. On the dashed line the model is right.",
        "Strokes: single cases.",
    ]
    about = {"figure": "reliability", "cases": cases, "n": card.n}
    return sheet.figure(TITLE, notes, alt_text(cases, bins), about)


def alt_text(cases: str, bins: Sequence[Bin]) -> str:
    """The picture in a sentence."""
    parts = [
        f"{100 * one.forecast:.0f} of 100, and {100 * one.observed:.0f} of 100 left ({one.n}"
        f" {'case' if one.n == 1 else 'cases'})"
        for one in bins
    ]
    return f"On the {cases} cases the model said: {'; '.join(parts)}."


def _frame(sheet: Sheet, at: _Plot) -> None:
    """Hairlines every 25, the line of perfect reliability, and the numbers of both axes."""
    look = sheet.look
    for k in (0, 25, 50, 75, 100):
        sheet.line(0, at.y(k / 100), SIDE, at.y(k / 100), look.rule)
        sheet.line(at.x(k / 100), 0, at.x(k / 100), SIDE, look.rule)
        sheet.text(str(k), -8, at.y(k / 100), "right", look.ink2, size=12)
        sheet.text(str(k), at.x(k / 100), SIDE + GAP + EDGE + 14, "center", look.ink2, size=12)
    sheet.line(0, SIDE, SIDE, 0, look.ink3, 1.4, strokeDash=[4, 4])


def _strokes(sheet: Sheet, at: _Plot, said: Sequence[Prediction]) -> None:
    """A stroke for each case: above the frame where he left, below where he stayed."""
    for one in said:
        went = one.case.observed is not None and one.case.observed.out
        x = at.x(one.out.value)
        top = -GAP - EDGE if went else SIDE + GAP
        sheet.line(x, top, x, top + EDGE, sheet.look.ink, 1.2, opacity=0.45)


def _bin(sheet: Sheet, at: _Plot, one: Bin) -> None:
    """A dot with its interval, and how many cases it stands for."""
    look, x, y = sheet.look, at.x(one.forecast), at.y(one.observed)
    sheet.line(x, at.y(one.observed_high), x, at.y(one.observed_low), look.accent, 1.6)
    dot: Json = {
        "type": "point",
        "shape": "circle",
        "opacity": 1,
        "size": 90,
        "fill": look.accent,
        "stroke": look.background,
        "strokeWidth": 1.5,
    }
    sheet.piece(dot, x=x, y=y)
    away, align = (9, "left") if x < SIDE - 34 else (-9, "right")
    sheet.text(str(one.n), x + away, y, align, look.ink, 600, 12.5, halo=True)


__all__ = ["alt_text", "reliability_figure"]
