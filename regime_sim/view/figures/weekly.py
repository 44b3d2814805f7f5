"""One weekly variable while he is in office: median and bands; computes no result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...facts.outcomes import OBSERVABLES
from ...facts.pressing import power_of, told
from .. import palette
from ..figure import Figure, Json, Sheet, number
from ..words.phrases import upper
from .plot import (
    DASHED,
    RIGHT,
    WIDTH,
    apart,
    axes,
    brief,
    finish,
    is_share,
    nice,
    unit_words,
)

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble
    from ...facts.declare import Observable

FEWEST = 20  # futures without which the quantiles of a week are not drawn


def weekly(
    ensemble: Ensemble,
    name: str = "plotting",
    baseline: Ensemble | None = None,
    theme: str = "light",
    width: int = WIDTH,
    height: int = 240,
) -> Figure:
    """A weekly variable while he is in office: median, middle 50% and 90%, baseline dashed."""
    table = ensemble.weekly(name)
    known = next(variable for variable in OBSERVABLES if variable.name == name)
    sheet = Sheet(palette.theme(theme), width, height)
    last, times = ensemble.horizon, 100 if is_share(known.unit) else 1
    rows = sheet.datasets["weekly"] = _weekly_rows(table, times, ensemble.replicates, last)
    look, x = sheet.look, {"x": number("week")}
    for low, high, opacity in (("q05", "q95", look.outer * 1.4), ("q25", "q75", look.inner)):
        sheet.layer(
            "weekly",
            {"type": "area", "color": look.ink, "opacity": opacity},
            x | {"y": number(low), "y2": {"field": high}},
        )
    before: list[Json] = []
    median = x | {"y": number("q50")}
    if baseline is not None:
        theirs = baseline.weekly(name)
        before = sheet.datasets["before"] = _weekly_rows(theirs, times, baseline.replicates, last)
        sheet.layer("before", {"type": "line", "color": look.ink3} | DASHED, median)
    sheet.layer("weekly", {"type": "line", "color": look.ink, "strokeWidth": 2.4}, median)
    most = max([0.0, *(row["q95"] for row in rows), *(row["q50"] for row in before)])
    top = nice(most, times * known.high)
    alt = title = upper(told(known.meaning, power_of(ensemble.scenario)))
    if rows:
        _weekly_ends(sheet, rows[-1], width * rows[-1]["week"] / last, top)
        first, end = (brief(row["q50"]) for row in (rows[0], rows[-1]))
        moves = f"{first} at the start, {end} {unit_words(known.unit)} at the end"
        title, alt = f"{title}: {moves}", f"{title}: median {moves}."
    axes(sheet, ensemble, top)
    return finish(sheet, ensemble, title, _weekly_notes(ensemble, baseline, known), alt, RIGHT)


def _weekly_rows(table: Any, times: float, replicates: int, last: int) -> list[Json]:
    """Quantiles by week, shares in percent; weeks with too few futures left are not drawn."""
    kept = table[(table["n"] >= min(FEWEST, replicates)) & (table["week"] <= last)]
    names = ("q05", "q25", "q50", "q75", "q95")
    return [
        {"week": int(row["week"])} | {key: round(times * row[key], 3) for key in names}
        for row in kept.to_dict("records")
    ]


def _weekly_notes(ensemble: Ensemble, baseline: Ensemble | None, known: Observable) -> list[str]:
    left = int(ensemble.counts[-1])
    few = left < FEWEST <= ensemble.replicates
    cut = f" (weeks with fewer than {FEWEST} are left out)" if few else ""
    dashed = "" if baseline is None else f" Dashed: {baseline.scenario.title}."
    return [
        (
            f"{upper(unit_words(known.unit))}. Line: median; bands: half and nine tenths of the"
            " futures."
        ),
        (
            f"Only futures in which he is still in office: {left:,} of {ensemble.replicates:,} at"
            f" the end{cut}.{dashed}"
        ),
        *_beyond(ensemble, known),
    ]


def _beyond(ensemble: Ensemble, known: Observable) -> list[str]:
    """A line that says how many futures are above the top of the histogram, where any are."""
    beyond = ensemble.weekly(known.name)["beyond"].to_numpy()
    week = int(beyond.argmax())
    most = int(beyond[week])
    if not most:
        return []
    top = f"{100 * known.high:g}%" if is_share(known.unit) else f"{known.high:g}"
    return [
        f"Values above {top} are drawn as {top}: up to {most:,} of"
        f" {int(ensemble.counts[week]):,} futures, in week {week}."
    ]


def _weekly_ends(sheet: Sheet, row: Json, x: float, top: float) -> None:
    """The numbers at the right end of the median and of the outer band, pushed apart."""
    ink, ink2, height = sheet.look.ink, sheet.look.ink2, sheet.height
    named = (("q95", ink2, 400), ("q50", ink, 600), ("q05", ink2, 400))
    at = apart([height * (1 - min(row[key], top) / top) for key, _, _ in named], 15, 0, height)
    for (key, colour, weight), y in zip(named, at, strict=True):
        sheet.text(brief(row[key]), x + 7, y, colour=colour, weight=weight)
