"""Several scenarios over one another: how long he, or the regime, lasts in each, told apart by
letters and weight; computes no result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from .. import palette
from ..figure import Figure, Sheet, number
from .plot import DASHED, HEIGHT, RIGHT, WIDTH, apart, arm_words, axes, finish
from .survival import curve_rows

if TYPE_CHECKING:
    from ...questions.compare import Comparison

LETTERS = "ABCDEFGH"


def overlay(
    comparisons: Comparison,
    names: Sequence[str] | None = None,
    clock: Literal["leader", "regime"] = "leader",
    front: int = -1,
    theme: str = "light",
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Figure:
    """One line for each scenario, the first dashed, `front` heavy with its 95% band; `names` in the
    order of the scenarios, by default what the arms are called.
    """
    first, after = comparisons.before, [one.after for one in comparisons.pairs]
    runs = [first, *after]
    arms = map(arm_words, comparisons.names, after)
    called = list(names) if names else [first.scenario.title, *arms]
    heavy = front % len(runs)
    sheet, last = Sheet(palette.theme(theme), width, height), runs[0].horizon
    look = sheet.look
    curves = [run.survival_curve(clock) for run in runs]
    sheet.datasets["curves"] = [
        row for k, curve in enumerate(curves) for row in curve_rows(curve, f"line{k}", last)
    ]
    band = {"x": number("week"), "y": number("low"), "y2": {"field": "high"}}
    shade = {"type": "area", "color": look.ink, "opacity": look.inner}
    sheet.layer("curves", shade, band, only=f"line{heavy}")
    for k in [*(k for k in range(len(runs)) if k != heavy), heavy]:
        style: dict[str, Any] = {"color": look.ink3, "strokeWidth": 1.8}
        if k == 0:
            style |= DASHED | {"strokeWidth": 1.8}
        if k == heavy:
            style = {"color": look.ink, "strokeWidth": 3.0, **(DASHED if k == 0 else {})}
            style["strokeWidth"] = 3.0
        sheet.layer(
            "curves",
            {"type": "line", "strokeJoin": "round"} | style,
            {"x": number("week"), "y": number("value")},
            only=f"line{k}",
        )
    _letters(sheet, curves, heavy, last)
    counts = [_count(run, clock) for run in runs]
    _ends(sheet, curves, counts, called, heavy)
    axes(sheet, runs[0])
    who = "The regime stands" if clock == "regime" else "He is in office"
    said = ", ".join(f"{LETTERS[k]} ({called[k]}) {counts[k]}" for k in range(len(runs)))
    title = f"{who}, of 100 futures at the end: {', '.join(map(str, counts))}"
    notes = ["Futures of 100, the same draws in all. Heavy: with its 95% interval. Dashed: A."]
    return finish(sheet, runs[0], title, notes, f"{who} at the end, of 100: {said}.", RIGHT)


def _count(run: Any, clock: str) -> int:
    whole = run.frequencies()
    return int(whole.stays if clock == "leader" else whole.whole - whole.falls)


def _letters(sheet: Sheet, curves: Sequence[Any], heavy: int, last: int) -> None:
    """A letter in a disc on each line, at weeks of their own."""
    look, n = sheet.look, len(curves)
    for k, curve in enumerate(curves):
        week = round(last * (0.55 + 0.36 * k / max(1, n - 1)))
        x = sheet.width * week / last
        y = sheet.height * (1.0 - float(curve.value[week]))
        dark = k == heavy
        disc = {
            "type": "point",
            "shape": "circle",
            "opacity": 1,
            "size": 260,
            "fill": look.ink if dark else look.background,
            "stroke": look.ink if dark else look.ink2,
            "strokeWidth": 1.4,
        }
        sheet.piece(disc, x=x, y=y)
        ink = look.background if dark else look.ink
        sheet.text(LETTERS[k], x, y, "center", ink, 600, 12)


def _ends(
    sheet: Sheet, curves: Sequence[Any], counts: Sequence[int], names: Sequence[str], heavy: int
) -> None:
    """The number of futures and the name at the end of each line."""
    look = sheet.look
    at = [sheet.height * (1.0 - float(curve.value[-1])) for curve in curves]
    for k, y in enumerate(apart(at, 17, 6, sheet.height - 6)):
        weight, ink = (600, look.ink) if k == heavy else (400, look.ink2)
        sheet.text(str(counts[k]), sheet.width + 10, y, weight=weight, size=15)
        short = names[k] if len(names[k]) <= 18 else f"{names[k][:17]}…"
        sheet.text(
            f"{LETTERS[k]} {short}", sheet.width + 34, y, colour=ink, weight=weight, size=12.5
        )


__all__ = ["LETTERS", "overlay"]
