"""The survival of both clocks: bands, baseline, events, the sum at right; computes no result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from .. import palette
from ..figure import Figure, Json, Sheet, number
from ..words import sentences
from ..words.phrases import upper
from .events import LONGEST, Tick, mark_events, ticks_of
from .labels import Label, line_labels
from .plot import DASHED, HEIGHT, RIGHT, WIDTH, apart, axes, finish, hundred, out_words

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble
    from ...statistics.incidence import Curve

# exit mode, week (None: not known, or he stayed), in words
Happened = tuple[str, int | None, str]
CLOCKS: tuple[Literal["leader"], Literal["regime"]] = ("leader", "regime")


def survival(
    ensemble: Ensemble,
    baseline: Ensemble | None = None,
    ticks: Sequence[Tick | tuple[Any, ...]] | None = None,
    theme: str = "light",
    width: int = WIDTH,
    height: int = HEIGHT,
    unknown: bool = False,
    happened: Happened | None = None,
) -> Figure:
    """Both clocks week by week with their 95% bands, a baseline ensemble dashed, events above, and
    how it adds up at the right. unknown: also the band of what we do not know, for the ruler's
    clock. happened: what really became of him, (exit mode, week, words).

    `ticks` are events of the timeline, (week, label) or (week, label, weeks of ramp); None takes
    those of the scenario's timeline that have a week.
    """
    sheet, last = Sheet(palette.theme(theme), width, height), ensemble.horizon
    curves: dict[str, Curve] = {clock: ensemble.survival_curve(clock) for clock in CLOCKS}
    before: dict[str, Curve] = {}
    if baseline is not None:
        before = {f"before-{clock}": baseline.survival_curve(clock) for clock in CLOCKS}
    sheet.datasets["curves"] = [
        row for line, curve in (curves | before).items() for row in curve_rows(curve, line, last)
    ]
    wide = ensemble.unknown_curve() if unknown else None
    if wide is not None and wide.low[-1] == wide.low[-1]:
        _outer(sheet, wide, last)
    _lines(sheet, curves, before)
    mark_events(sheet, ticks_of(ensemble, ticks), last)
    lines = {
        f"{clock}{edge}": heights(values, height)
        for clock, curve in curves.items()
        for edge, values in edges(curve)
    }
    lines |= {line: heights(curve.value[: last + 1], height) for line, curve in before.items()}
    if happened is not None:
        _what_happened(sheet, happened, last)
    line_labels(sheet, _labels(sheet, ensemble, baseline), lines)
    _partition(sheet, ensemble)
    _hover(sheet, curves, last)
    axes(sheet, ensemble)
    note = (
        "How long he lasts, and how long the regime, in futures of 100. Between the two lines he is"
        " out and the regime goes on; bands are 95% intervals."
    )
    if wide is not None and wide.low[-1] == wide.low[-1]:
        low, high = (round(100 * (1.0 - one)) for one in (wide.high[-1], wide.low[-1]))
        note += f" Dotted rim: what we do not know of how long he lasts (out: {low} to {high})."
    if happened is not None:
        note += f" Step: what happened, {happened[2]}."
    dashed = "" if baseline is None else f"Dashed: {baseline.scenario.title}."
    return finish(
        sheet, ensemble, _title(ensemble), [note, dashed], sentences.finding(ensemble), RIGHT
    )


def _lines(sheet: Sheet, curves: Iterable[str], before: Iterable[str]) -> None:
    """Both clocks with their bands, and those of the baseline dashed."""
    look = sheet.look
    for clock in curves:
        band = {"x": number("week"), "y": number("low"), "y2": {"field": "high"}}
        sheet.layer(
            "curves", {"type": "area", "color": look.ink, "opacity": look.inner}, band, only=clock
        )
    styles: list[tuple[str, Json]] = [(line, DASHED | {"color": look.ink3}) for line in before]
    styles += [
        ("regime", {"color": look.ink, "strokeWidth": 4.6}),
        ("regime", {"color": look.background, "strokeWidth": 1.8}),
    ]
    styles += [("leader", {"color": look.ink, "strokeWidth": 2.8})]
    for line, style in styles:
        sheet.layer(
            "curves",
            {"type": "line", "strokeJoin": "round"} | style,
            {"x": number("week"), "y": number("value")},
            only=line,
        )


def _outer(sheet: Sheet, curve: Curve, last: int) -> None:
    """The band of what we do not know: pale, with a dotted outline, under all else."""
    look = sheet.look
    sheet.datasets["unknown"] = curve_rows(curve, "unknown", last)
    band = {"x": number("week"), "y": number("low"), "y2": {"field": "high"}}
    sheet.layer("unknown", {"type": "area", "color": look.ink, "opacity": look.outer}, band)
    rim = {"type": "line", "color": look.edge, "strokeWidth": 1, "strokeDash": [1, 3]}
    for edge in ("low", "high"):
        sheet.layer("unknown", rim, {"x": number("week"), "y": number(edge)})


def _what_happened(sheet: Sheet, happened: Happened, last: int) -> None:
    """What became of him: a step in the colour of his exit, from all to none in its week, with its
    mark at the foot; along the top to the end where he stayed.
    """
    way, week, _ = happened
    look, right = sheet.look, sheet.width
    colour = look.ways[way]
    x = right if way == "survived" or week is None else right * min(week, last) / last
    sheet.line(0, 0.5, x, 0.5, colour, 2)
    if x < right or way != "survived":
        sheet.line(x, 0.5, x, sheet.height, colour, 2)
        sheet.token(way, x, sheet.height - 1, 22)
    else:
        sheet.token(way, x, 1, 22)


def _title(ensemble: Ensemble) -> str:
    """Both clocks in a line."""
    falls = sentences.of_hundred(ensemble.out("regime").value, ensemble.frequencies().falls)
    return f"He is out in {out_words(ensemble)} of 100 futures, the regime falls in {falls}"


def _labels(sheet: Sheet, ensemble: Ensemble, baseline: Ensemble | None) -> list[Label]:
    """What stands on the lines; names too long for a line are left to the notes."""
    look, name = sheet.look, upper(sentences.name(ensemble))
    ruler = name if len(name) <= LONGEST else "The ruler"
    wanted: list[Label] = [
        ("leader", f"{ruler} in office", 13.0, 600, look.ink),
        ("regime", "Regime stands", 13.0, 600, look.ink),
    ]
    if baseline is not None:
        title = baseline.scenario.title if len(baseline.scenario.title) <= LONGEST else "baseline"
        wanted.append(("before-leader", title, 12.0, 400, look.ink2))
    return wanted


def curve_rows(curve: Curve, line: str, last: int) -> list[Json]:
    """One row a week: share, low and high in futures of 100."""
    rows = zip(curve.week, curve.value, curve.low, curve.high, strict=True)
    return [
        {"line": line, "week": int(week)}
        | dict(zip(("value", "low", "high"), map(hundred, band), strict=True))
        for week, *band in rows
        if week <= last
    ]


def edges(curve: Curve) -> tuple[tuple[str, Any], ...]:
    """A curve and the two edges of its band, by the ending of their names."""
    return ("", curve.value), ("-low", curve.low), ("-high", curve.high)


def heights(values: Any, height: float) -> list[float]:
    """Heights of a line in pixels from the top, week by week."""
    return [height * (1.0 - float(value)) for value in values]


def _partition(sheet: Sheet, ensemble: Ensemble) -> None:
    """The bar at the right: of 100, the regime falls, he goes and it stays, he stays."""
    whole, look, x = ensemble.frequencies(), sheet.look, sheet.width
    parts: tuple[tuple[str, int, float, Json], ...] = (
        ("regime falls", whole.falls, ensemble.out("regime").value, {"fill": look.background}),
        (
            "he is out, regime stays",
            whole.out_goes_on - (whole.stays - whole.goes_on[0]),
            ensemble.out_goes_on().value,
            {"fill": look.ink, "fillOpacity": look.inner},
        ),
        ("he stays", whole.stays, ensemble.stays().value, {"fill": look.pale}),
    )
    ends = [sheet.height * sum(part[1] for part in parts[:k]) / 100 for k in range(len(parts) + 1)]
    middles = apart([(a + b) / 2 for a, b in pairwise(ends)], 17, 6, sheet.height - 6)
    for (text, count, share, fill), (top, bottom), y in zip(
        parts, pairwise(ends), middles, strict=True
    ):
        if count > 0:
            style: Json = {"type": "rect", "stroke": look.ink3, "strokeWidth": 0.8}
            sheet.piece(style | fill, x=x + 11, y=top + 0.8, x2=x + 20, y2=bottom - 0.8)
        shown = sentences.short(share, count)
        sheet.text(shown, x + 28, y, weight=600, size=15)
        sheet.text(text, x + 32 + 9 * len(shown), y, colour=look.ink2, size=12.5)


def _hover(sheet: Sheet, curves: Mapping[str, Curve], last: int) -> None:
    """Unseen weekly columns that tell both clocks where the pointer is."""

    def said(curve: Curve, k: int) -> str:
        return (
            f"{100 * curve.value[k]:.1f} of 100 ({100 * curve.low[k]:.1f} to"
            f" {100 * curve.high[k]:.1f})"
        )

    named = (("in office", curves["leader"]), ("regime stands", curves["regime"]))
    sheet.datasets["weeks"] = [
        {"week": k} | {name: said(curve, k) for name, curve in named} for k in range(last + 1)
    ]
    tips = [number("week"), *({"field": name, "type": "nominal"} for name, _ in named)]
    wide = max(2, sheet.width / max(1, last))
    mark = {"type": "rule", "opacity": 0, "strokeWidth": wide, "aria": False}
    sheet.layer("weeks", mark, {"x": number("week"), "tooltip": tips})
