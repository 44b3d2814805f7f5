"""The cumulative incidence of the exit modes, stacked; computes no result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import palette
from ..figure import Figure, Json, Sheet, number
from .plot import HEIGHT, RIGHT, WIDTH, apart, axes, finish, out_words, ways_said

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble


def incidence(
    ensemble: Ensemble, theme: str = "light", width: int = WIDTH, height: int = HEIGHT
) -> Figure:
    """Cumulative incidence: how he has left by each week, by exit mode; above it, in office."""
    sheet = Sheet(palette.theme(theme), width, height)
    whole, last = ensemble.frequencies(), ensemble.horizon
    table = ensemble.incidence()
    rows = sheet.datasets["incidence"] = []
    labels: list[tuple[str, float]] = []
    base = [0.0] * (last + 1)
    for way in palette.GONE:
        shares = table.loc[table["outcome"] == way, "probability"]
        top = [a + 100 * float(share) for a, share in zip(base, shares, strict=True)]
        rows += [
            {"line": way, "week": k, "low": round(base[k], 3), "high": round(top[k], 3)}
            for k in range(last + 1)
        ]
        if top[-1] > base[-1] or not sheet.layers:
            mark: Json = {"type": "area", "color": sheet.look.ways[way]}
            mark |= {"stroke": sheet.look.background, "strokeWidth": 0.8}
            band = {"x": number("week"), "y": number("low"), "y2": {"field": "high"}}
            sheet.layer("incidence", mark, band, only=way)
        if whole.of(way):
            labels.append((way, height * (1 - (base[-1] + top[-1]) / 200)))
        base = top
    labels.append(("survived", height * (1 - (base[-1] + 100) / 200)))
    for (way, _), y in zip(labels, apart([y for _, y in labels], 19, 6, height - 6), strict=True):
        sheet.token(way, width + 16, y, 15)
        sheet.text(str(whole.of(way)), width + 53, y, "right", weight=600)
        sheet.text(palette.label(way).lower(), width + 59, y)
    axes(sheet, ensemble)
    note = (
        "Futures of 100 in which he has left by each week, by exit mode. At the right: at the end."
    )
    return finish(sheet, ensemble, _title(ensemble), [note], ways_said(ensemble), RIGHT)


def _title(ensemble: Ensemble) -> str:
    """By when half of the exits have happened."""
    curve = ensemble.survival_curve()
    gone = [1.0 - float(value) for value in curve.value]
    if gone[-1] <= 0.0:
        return "He stays in office in every future"
    half = next(
        int(week) for week, share in zip(curve.week, gone, strict=True) if share >= gone[-1] / 2
    )
    return f"He is out in {out_words(ensemble)} of 100 futures, in half of those by week {half}"
