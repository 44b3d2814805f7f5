"""The figures of one ensemble as Vega-Lite specifications; computes no result, only where the ink goes.

Every figure has a title that says what it is, a subtitle with the unit, labels on the lines instead of a legend, and one sentence for
those who cannot see it. Shares are always drawn from 0 to 100.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from ..errors import UnknownName
from ..facts.outcomes import OBSERVABLES
from . import palette, sentences
from .figure import Figure, Json, Sheet, number, pixel, token_styles

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..statistics.incidence import Curve

WIDTH, HEIGHT = 520, 312
RIGHT = 140  # room for labels at the right of a plot with axes
LANES, LANE = 5, 18
LONGEST = 40
FEWEST = 20  # futures without which the quantiles of a week are not drawn
ROW = 27
PITCH = 24
CLOCKS: tuple[Literal["leader"], Literal["regime"]] = ("leader", "regime")
DASHED: Json = {"strokeDash": [4, 4], "strokeWidth": 1.4}


@dataclass(frozen=True, slots=True)
class Tick:
    """An event of the timeline as figures mark it: its week, its words, and over how many weeks it comes about (0 at once)."""

    week: float
    label: str
    over: float = 0.0


@dataclass(frozen=True, slots=True)
class Spot:
    """The box of a label, in pixels of the plot."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Spot, gap: float = 2.0) -> bool:
        """Whether two boxes overlap or nearly touch."""
        apart = self.right + gap < other.left or other.right + gap < self.left
        return not (apart or self.bottom + gap < other.top or other.bottom + gap < self.top)


def draw(ensemble: Ensemble, kind: str, **options: Any) -> Figure:
    """The figure of that kind, or the weekly figure of that variable; options are those of the figure's own function."""
    if kind in KINDS:
        return KINDS[kind](ensemble, **options)
    names = [known.name for known in OBSERVABLES]
    if kind in names:
        return weekly(ensemble, kind, **options)
    raise UnknownName("figure", kind, (*KINDS, *names))


# ---- survival of both clocks


def survival(
    ensemble: Ensemble, baseline: Ensemble | None = None, ticks: Sequence[Tick | tuple[Any, ...]] | None = None,
    theme: str = "light", width: int = WIDTH, height: int = HEIGHT,
) -> Figure:  # fmt: skip
    """Both clocks week by week with their 95% bands, a baseline ensemble dashed, events above, and how it adds up at the right.

    `ticks` are events of the timeline, (week, label) or (week, label, weeks of ramp); None takes `scenario.ticks` if there are any.
    """
    sheet, last = Sheet(palette.theme(theme), width, height), ensemble.horizon
    look = sheet.look
    curves: dict[str, Curve] = {clock: ensemble.survival_curve(clock) for clock in CLOCKS}
    before: dict[str, Curve] = {} if baseline is None else {f"before-{clock}": baseline.survival_curve(clock) for clock in CLOCKS}
    sheet.datasets["curves"] = [row for line, curve in (curves | before).items() for row in _curve_rows(curve, line, last)]
    for clock in curves:
        band = {"x": number("week"), "y": number("low"), "y2": {"field": "high"}}
        sheet.layer("curves", {"type": "area", "color": look.ink, "opacity": look.inner}, band, only=clock)
    styles: list[tuple[str, Json]] = [(line, DASHED | {"color": look.ink3}) for line in before]
    styles += [("regime", {"color": look.ink, "strokeWidth": 4.6}), ("regime", {"color": look.background, "strokeWidth": 1.8})]
    styles += [("leader", {"color": look.ink, "strokeWidth": 2.8})]
    for line, style in styles:
        sheet.layer("curves", {"type": "line", "strokeJoin": "round"} | style, {"x": number("week"), "y": number("value")}, only=line)
    _events(sheet, _ticks(ensemble, ticks), last)
    lines = {f"{clock}{edge}": _heights(values, height) for clock, curve in curves.items() for edge, values in _edges(curve)}
    lines |= {line: _heights(curve.value[: last + 1], height) for line, curve in before.items()}
    _line_labels(sheet, ensemble, baseline, lines)
    _partition(sheet, ensemble)
    _hover(sheet, curves, last)
    _axes(sheet, ensemble)
    note = "Futures of 100. Between the two lines he is gone and the regime goes on; bands are 95% ranges."
    return _finish(sheet, ensemble, "How long he lasts, and how long the regime", [note], sentences.finding(ensemble), RIGHT)


def _curve_rows(curve: Curve, line: str, last: int) -> list[Json]:
    """One row a week: share, low and high in futures of 100."""
    return [
        {"line": line, "week": int(week), "value": _hundred(value), "low": _hundred(low), "high": _hundred(high)}
        for week, value, low, high in zip(curve.week, curve.value, curve.low, curve.high, strict=True)
        if week <= last
    ]


def _edges(curve: Curve) -> tuple[tuple[str, Any], ...]:
    """A curve and the two edges of its band, by the ending of their names."""
    return ("", curve.value), ("-low", curve.low), ("-high", curve.high)


def _heights(values: Any, height: float) -> list[float]:
    """Heights of a line in pixels from the top, week by week."""
    return [height * (1.0 - float(value)) for value in values]


def _partition(sheet: Sheet, ensemble: Ensemble) -> None:
    """The bar at the right edge: of 100 futures, the regime falls, he goes and it stays, he stays; the three numbers add up."""
    whole, look, x = ensemble.frequencies(), sheet.look, sheet.width
    parts: tuple[tuple[str, int, float, Json], ...] = (
        ("regime falls", whole.falls, ensemble.out("regime").value, {"fill": look.background}),
        ("he goes, regime stays", whole.out_goes_on - (whole.stays - whole.goes_on[0]), ensemble.out_goes_on().value,
         {"fill": look.ink, "fillOpacity": look.inner}),
        ("he stays", whole.stays, ensemble.stays().value, {"fill": look.pale}),
    )  # fmt: skip
    ends = [sheet.height * sum(part[1] for part in parts[:k]) / 100 for k in range(len(parts) + 1)]
    middles = _apart([(a + b) / 2 for a, b in pairwise(ends)], 17, 6, sheet.height - 6)
    for (text, count, share, fill), (top, bottom), y in zip(parts, pairwise(ends), middles, strict=True):
        if count > 0:
            style: Json = {"type": "rect", "stroke": look.ink3, "strokeWidth": 0.8}
            sheet.piece(style | fill, x=x + 11, y=top + 0.8, x2=x + 20, y2=bottom - 0.8)
        shown = sentences.short(share, count)
        sheet.text(shown, x + 28, y, weight=600, size=15)
        sheet.text(text, x + 32 + 9 * len(shown), y, colour=look.ink2, size=12.5)


def _line_labels(sheet: Sheet, ensemble: Ensemble, baseline: Ensemble | None, lines: Mapping[str, Sequence[float]]) -> None:
    """A label on each line where it crosses no line and no other label; what finds no place goes to the lower left with a sample."""
    look = sheet.look
    wanted = [("leader", f"{_upper(sentences.name(ensemble))} in office", 13.0, 600, look.ink), ("regime", "Regime stands", 13.0, 600, look.ink)]
    if baseline is not None:
        wanted.append(("before-leader", _short(baseline.scenario.title), 12.0, 400, look.ink2))
    taken: list[Spot] = []
    homeless = []
    for label in wanted:
        line, text, size, weight, colour = label
        spot = _place(line, lines, _text_width(text, size), size, sheet.width, sheet.height, taken)
        if spot is None:
            homeless.append(label)
            continue
        taken.append(spot)
        sheet.text(text, (spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2, "center", colour, weight, size, halo=True)
    for k, (line, text, size, weight, colour) in enumerate(reversed(homeless)):
        y = sheet.height - 16 - 20 * k
        _sample(sheet, line, y)
        sheet.text(text, 44, y, "left", colour, weight, size, halo=True)


def _place(
    line: str, lines: Mapping[str, Sequence[float]], long: float, size: float, width: float, height: float, taken: Sequence[Spot]
) -> Spot | None:
    """The clearest place for a label just under or over its own line: where the line is flattest, a little right of the middle."""
    own = lines[line]
    last = len(own) - 1
    best: tuple[float, Spot] | None = None
    for middle in range(1, last):
        left = width * middle / last - long / 2
        if left < 4 or left + long > width - 4:
            continue
        first, final = math.floor(left / width * last), math.ceil((left + long) / width * last)
        near = [y for edge in ("", "-low", "-high") for y in lines.get(line + edge, own)[first : final + 1]]
        for top in (max(near) + 5, min(near) - 5 - size * 1.2):
            spot = Spot(left, top, left + long, top + size * 1.2)
            inside = spot.top >= 2 and spot.bottom <= height - 3
            if not inside or any(spot.meets(box) for box in taken) or _blocked(spot, line, lines, first, final):
                continue
            cost = (max(near) - min(near)) + 60 * abs(middle / last - 0.62) + (8 if top < min(near) else 0)
            if best is None or cost < best[0]:
                best = (cost, spot)
    return best[1] if best else None


def _blocked(spot: Spot, line: str, lines: Mapping[str, Sequence[float]], first: int, final: int) -> bool:
    """Whether a line or the edge of a band crosses the box, or another line runs as near to it as its own."""
    for name, other in lines.items():
        part = other[first : final + 1]
        room = 3 if name == line or name.endswith(("-low", "-high")) else 13
        if any(spot.top - room < y < spot.bottom + room for y in part):
            return True
        if any(min(a, b) < spot.top and max(a, b) > spot.bottom for a, b in pairwise(part)):
            return True
    return False


def _sample(sheet: Sheet, line: str, y: float) -> None:
    """A short piece of a line, beside a label that found no place on it."""
    look = sheet.look
    styles = {"leader": [(look.ink, 2.8)], "regime": [(look.ink, 4.6), (look.background, 1.8)]}
    dash: Json = {} if line in styles else {"strokeDash": [4, 4]}
    for colour, thick in styles.get(line, [(look.ink3, 1.4)]):
        sheet.line(10, y, 36, y, colour, thick, **dash)


def _hover(sheet: Sheet, curves: Mapping[str, Curve], last: int) -> None:
    """Unseen weekly columns that tell both clocks where the pointer is."""

    def said(curve: Curve, k: int) -> str:
        return f"{100 * curve.value[k]:.1f} of 100 ({100 * curve.low[k]:.1f} to {100 * curve.high[k]:.1f})"

    named = (("in office", curves["leader"]), ("regime stands", curves["regime"]))
    sheet.datasets["weeks"] = [{"week": k} | {name: said(curve, k) for name, curve in named} for k in range(last + 1)]
    tips = [number("week"), *({"field": name, "type": "nominal"} for name, _ in named)]
    mark = {"type": "rule", "opacity": 0, "strokeWidth": max(2, sheet.width / max(1, last)), "aria": False}
    sheet.layer("weeks", mark, {"x": number("week"), "tooltip": tips})


# ---- events above a plot


def _ticks(ensemble: Ensemble, ticks: Sequence[Tick | tuple[Any, ...]] | None) -> list[Tick]:
    given = ticks if ticks is not None else getattr(ensemble.scenario, "ticks", ())
    known = [tick if isinstance(tick, Tick) else Tick(*tick) for tick in given]
    return sorted((tick for tick in known if tick.week <= ensemble.horizon), key=lambda tick: tick.week)


def lanes(ticks: Sequence[Tick], width: float, horizon: int) -> list[tuple[float, int, Tick]]:
    """Where each event's label goes: (x, lane, event), lane 1 lowest. No label meets another label or another event's stem.

    From right to left an event takes the lowest lane in which its label ends 8 px before the stem of every later event placed as
    high or higher.
    """
    placed: list[tuple[float, int, Tick]] = []
    for tick in sorted(ticks, key=lambda tick: -tick.week):
        x = width * max(0.0, tick.week) / horizon
        end, lane = x + 5 + _text_width(_short(tick.label), 12.5), 1
        while any(other >= lane and end + 8 > at for at, other, _ in placed):
            lane += 1
        placed.append((x, lane, tick))
    return placed[::-1]


def _events(sheet: Sheet, ticks: list[Tick], horizon: int) -> None:
    """Stems and labels of the events; numbered discs and a list below where there is no room for words."""
    look, height = sheet.look, sheet.height
    placed = lanes(ticks, sheet.width, horizon)
    numbered = sheet.width < 420 or max((lane for _, lane, _ in placed), default=0) > LANES
    after = -math.inf
    for count, (x, lane, tick) in enumerate(placed, start=1):
        sheet.line(x, 0, x, height, look.ink3, strokeDash=[1, 4])
        if tick.over > 0:
            sheet.line(x, height, min(sheet.width, x + sheet.width * tick.over / horizon), height, look.ink, 4)
        if numbered:
            after = max(x, after + 20)
            sheet.line(after, -8, x, 0, look.ink3)
            disc = {"type": "point", "shape": "circle", "size": 290, "opacity": 1, "fill": look.background, "stroke": look.ink2, "strokeWidth": 1}
            sheet.piece(disc, x=after, y=-17)
            sheet.text(str(count), after, -16.5, "center", size=12)
            sheet.text(f"{count}  {_short(tick.label, 70)}", 0, height + 32 + 17 * count, colour=look.ink2, size=12.5)
        else:
            y = -10 - LANE * (lane - 1)
            sheet.line(x, y - 8, x, 0, look.ink3)
            sheet.text(_short(tick.label), x + 5, y - 2, size=12.5, halo=True)


# ---- how it ends: intervals, incidence, icons


def causes(ensemble: Ensemble, baseline: Ensemble | None = None, theme: str = "light", width: int = WIDTH) -> Figure:
    """All ten ways to go: number of 100, interval on one axis (a dashed tick at the baseline), and in how many the regime goes on."""
    sheet = Sheet(palette.theme(theme), width, ROW * (len(palette.ORDER) + 1))
    look, whole = sheet.look, ensemble.frequencies()
    known = {str(row["outcome"]): row for row in ensemble.outcome_rows()}
    before: dict[str, float] = {}
    if baseline is not None:
        before = dict(zip(*(baseline.outcomes()[key] for key in ("outcome", "probability")), strict=True))
    most = 100 * max(*(known[way]["high"] for way in palette.GONE), *(before.get(way, 0.0) for way in palette.GONE))
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
        sheet.text(str(whole.goes_on[whole.ways.index(way)]) if count else "–", width, y, "right", look.ink2)
    _causes_sum(sheet, ensemble, axis)
    dashed = "" if baseline is None else f" Dashed: {_short(baseline.scenario.title)}."
    note = f"Futures of 100 by {sentences.long_date(sentences.last_day(ensemble))}. Dot: estimate; bar: 95% range.{dashed}"
    return _finish(sheet, ensemble, "How he goes, and how often", [note], _ways_said(ensemble))


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


def _whisker(sheet: Sheet, axis: _CausesAxis, row: Mapping[Any, Any], before: float | None, y: float, colour: str) -> None:
    low, value, high = (axis.at(100 * row[key]) for key in ("low", "probability", "high"))
    sheet.line(axis.left, y, axis.right, y, sheet.look.rule)
    sheet.line(low, y, high, y, colour, 5, opacity=0.38)
    sheet.piece({"type": "point", "shape": "circle", "filled": True, "opacity": 1, "size": 52, "color": colour}, x=value, y=y)
    if before is not None:
        x = axis.at(100 * before)
        sheet.line(x, y - 7, x, y + 7, sheet.look.ink3, 1.4, strokeDash=[2.5, 2])


def _causes_head(sheet: Sheet, axis: _CausesAxis) -> None:
    """The heads of the columns, and the numbers of the common axis."""
    heads = [("of 100", 190.0, -12, "right"), ("regime", sheet.width, -26, "right"), ("goes on", sheet.width, -12, "right")]
    shown = [0, axis.end] if axis.end // axis.step > 4 else range(0, axis.end + 1, axis.step)
    heads += [(str(futures), axis.at(futures), -12, "center") for futures in shown]
    for text, x, y, align in heads:
        sheet.text(text, x, y, align, sheet.look.ink2, size=12)


def _causes_sum(sheet: Sheet, ensemble: Ensemble, axis: _CausesAxis) -> None:
    """The last row: out, any way."""
    whole, out, y, ink2 = ensemble.frequencies(), ensemble.out(), sheet.height - ROW / 2, sheet.look.ink2
    sheet.line(0, y - ROW / 2, sheet.width, y - ROW / 2, sheet.look.ink, 1.2)
    sheet.text("Out, any way", 26, y, weight=600)
    sheet.text(sentences.short(out.value, whole.out), 190, y, "right", weight=600)
    sheet.text(sentences.interval(out, whole.out), axis.left, y, colour=ink2)
    sheet.text(str(whole.out_goes_on), sheet.width, y, "right", ink2, 600)


def incidence(ensemble: Ensemble, theme: str = "light", width: int = WIDTH, height: int = HEIGHT) -> Figure:
    """How he has gone by each week, stacked by way to go: the cumulative incidence; what is left above is staying in office."""
    sheet, whole, last = Sheet(palette.theme(theme), width, height), ensemble.frequencies(), ensemble.horizon
    table = ensemble.incidence()
    rows = sheet.datasets["incidence"] = []
    labels: list[tuple[str, float]] = []
    base = [0.0] * (last + 1)
    for way in palette.GONE:
        shares = table.loc[table["outcome"] == way, "probability"]
        top = [a + 100 * float(share) for a, share in zip(base, shares, strict=True)]
        rows += [{"line": way, "week": k, "low": round(base[k], 3), "high": round(top[k], 3)} for k in range(last + 1)]
        if top[-1] > base[-1] or not sheet.layers:
            mark = {"type": "area", "color": sheet.look.ways[way], "stroke": sheet.look.background, "strokeWidth": 0.8}
            sheet.layer("incidence", mark, {"x": number("week"), "y": number("low"), "y2": {"field": "high"}}, only=way)
        if whole.of(way):
            labels.append((way, height * (1 - (base[-1] + top[-1]) / 200)))
        base = top
    labels.append(("survived", height * (1 - (base[-1] + 100) / 200)))
    for (way, _), y in zip(labels, _apart([y for _, y in labels], 19, 6, height - 6), strict=True):
        sheet.token(way, width + 16, y, 15)
        sheet.text(str(whole.of(way)), width + 53, y, "right", weight=600)
        sheet.text(palette.label(way).lower(), width + 59, y)
    _axes(sheet, ensemble)
    note = "Futures of 100 in which he has gone by each week, by way to go. At the right: at the end."
    return _finish(sheet, ensemble, "When he goes, and how", [note], _ways_said(ensemble), RIGHT)


def icons(ensemble: Ensemble, theme: str = "light", columns: int = 20) -> Figure:
    """A hundred marks, one for each future in a hundred, filled down the columns by way to go; a bar below one: the regime falls too."""
    whole = ensemble.frequencies()
    tall, width = math.ceil(whole.whole / columns), PITCH * columns
    shown = [way for way in palette.ORDER if whole.of(way)]
    rows_below = math.ceil(len(shown) / max(1, width // 160))
    sheet = Sheet(palette.theme(theme), width, (PITCH + 3) * tall + 21 * rows_below + 10)
    futures = sheet.datasets["futures"] = []
    for way in palette.ORDER:
        k = whole.ways.index(way)
        for j in range(whole.count[k]):
            column, row = divmod(len(futures), tall)
            x, y, falls = PITCH * (column + 0.5), (PITCH + 3) * row + 10, j >= whole.goes_on[k]
            futures.append({"way": way, "x": x, "y": y, "regime falls": falls})
            if falls:
                sheet.line(x - 8, y + 11.5, x + 8, y + 11.5, sheet.look.ink, 2)
    for way in shown:
        for style in token_styles(way, 18, sheet.look):
            at = {"x": pixel("x"), "y": pixel("y")}
            sheet.layer("futures", style, at, only=way, by="way")
    for k, way in enumerate(shown):
        column, row = divmod(k, rows_below)
        x, y = column * max(160, width // max(1, width // 160)), (PITCH + 3) * tall + 18 + 21 * row
        sheet.token(way, x + 9, y, 15)
        sheet.text(str(whole.of(way)), x + 41, y, "right", weight=600)
        sheet.text(palette.label(way), x + 47, y)
    by = sentences.long_date(sentences.last_day(ensemble))
    notes = [f"One mark is one future in a hundred, by {by}.", f"A bar below it: the regime falls too ({whole.falls})."]
    return _finish(sheet, ensemble, "A hundred futures, by how they end", notes, _ways_said(ensemble))


def _ways_said(ensemble: Ensemble) -> str:
    return f"{sentences.finding(ensemble)} {sentences.ways(ensemble)}".strip()


# ---- one weekly variable


def weekly(
    ensemble: Ensemble, name: str = "plotting", baseline: Ensemble | None = None, theme: str = "light", width: int = WIDTH, height: int = 240
) -> Figure:
    """A weekly variable while he is in office: median, half and nine tenths of the futures, the baseline's median dashed."""
    table = ensemble.weekly(name)
    known = next(variable for variable in OBSERVABLES if variable.name == name)
    sheet, last, times = Sheet(palette.theme(theme), width, height), ensemble.horizon, 100 if _percent(known.unit) else 1
    rows = sheet.datasets["weekly"] = _weekly_rows(table, times, ensemble.replicates, last)
    look, x = sheet.look, {"x": number("week")}
    for low, high, opacity in (("q05", "q95", look.outer * 1.4), ("q25", "q75", look.inner)):
        sheet.layer("weekly", {"type": "area", "color": look.ink, "opacity": opacity}, x | {"y": number(low), "y2": {"field": high}})
    before: list[Json] = []
    if baseline is not None:
        before = sheet.datasets["before"] = _weekly_rows(baseline.weekly(name), times, baseline.replicates, last)
        sheet.layer("before", {"type": "line", "color": look.ink3} | DASHED, x | {"y": number("q50")})
    sheet.layer("weekly", {"type": "line", "color": look.ink, "strokeWidth": 2.4}, x | {"y": number("q50")})
    top = _nice(max([0.0, *(row["q95"] for row in rows), *(row["q50"] for row in before)]), times * known.high)
    alt = known.meaning
    if rows:
        _weekly_ends(sheet, rows[-1], width * rows[-1]["week"] / last, top)
        alt = f"{_upper(known.meaning)}: median {_brief(rows[0]['q50'])} at the start, {_brief(rows[-1]['q50'])} {_unit(known.unit)} at the end."
    _axes(sheet, ensemble, top)
    return _finish(sheet, ensemble, _upper(known.meaning), _weekly_notes(ensemble, baseline, known.unit), alt, RIGHT)


def _weekly_rows(table: Any, times: float, replicates: int, last: int) -> list[Json]:
    """Quantiles by week, in percent where the unit is a share; weeks in which too few futures are left are not drawn."""
    kept = table[(table["n"] >= min(FEWEST, replicates)) & (table["week"] <= last)]
    names = ("q05", "q25", "q50", "q75", "q95")
    return [{"week": int(row["week"])} | {key: round(times * row[key], 3) for key in names} for row in kept.to_dict("records")]


def _weekly_notes(ensemble: Ensemble, baseline: Ensemble | None, unit: str) -> list[str]:
    left = int(ensemble.counts[-1])
    cut = f" (weeks with fewer than {FEWEST} are left out)" if left < FEWEST <= ensemble.replicates else ""
    dashed = "" if baseline is None else f" Dashed: {_short(baseline.scenario.title)}."
    return [
        f"{_upper(_unit(unit))}. Line: median; bands: half and nine tenths of the futures.",
        f"Only futures in which he is still in office: {left:,} of {ensemble.replicates:,} at the end{cut}.{dashed}",
    ]


def _weekly_ends(sheet: Sheet, row: Json, x: float, top: float) -> None:
    """The numbers at the right end of the median and of the outer band, pushed apart."""
    named = (("q95", sheet.look.ink2, 400), ("q50", sheet.look.ink, 600), ("q05", sheet.look.ink2, 400))
    at = _apart([sheet.height * (1 - min(row[key], top) / top) for key, _, _ in named], 15, 0, sheet.height)
    for (key, colour, weight), y in zip(named, at, strict=True):
        sheet.text(_brief(row[key]), x + 7, y, colour=colour, weight=weight)


# ---- what all figures share


def _finish(sheet: Sheet, ensemble: Ensemble, title: str, notes: Sequence[str], alt: str, more: float = 0.0) -> Figure:
    """The finished figure, its notes wrapped to its width and `more` pixels."""
    wrapped = [part for note in notes for part in _wrapped(note, sheet.width + more, 13.5)]
    about = {"scenario": ensemble.scenario.id, "seed": ensemble.seed, "replicates": ensemble.replicates}
    return sheet.figure(title, wrapped, f"{alt} {sentences.CAVEAT}", about)


def _axes(sheet: Sheet, ensemble: Ensemble, top: float = 100.0) -> None:
    """Fix both axes of the layers that have them: weeks 0 to the last, and 0 to `top`."""
    time = {"scale": {"domain": [0, ensemble.horizon], "nice": False}, "axis": _months(ensemble.scenario.start, ensemble.horizon, sheet.width)}
    amount = {"scale": {"domain": [0, top], "nice": False}, "axis": {"values": [top * k / 4 for k in range(5)], "grid": True}}
    for layer in sheet.layers:
        for key, fixed in (("x", time), ("y", amount)):
            if "scale" not in layer["encoding"].get(key, {"scale": None}):
                layer["encoding"][key] = layer["encoding"][key] | fixed


def _months(start: date, last: int, width: float) -> Json:
    """The time axis: names of months at their first days, as many as there is room for, years where they change."""
    firsts = []
    year, month = start.year, start.month
    while (week := (date(year, month, 1) - start).days / 7) <= last:
        if week > -3.0:
            firsts.append((max(0.0, round(week, 3)), year, month))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    every = next((n for n in (1, 2, 3, 6, 12, 24, 60) if width * 4.345 * n / max(1, last) >= 62), 60)
    names: list[str] = []
    shown = firsts[::every] or [(0.0, start.year, start.month)]
    for k, (_, year, month) in enumerate(shown):
        names.append(sentences.MONTHS[month - 1][:3] + (f" {year}" if k == 0 or year != shown[k - 1][1] else ""))
    values = [week for week, _, _ in shown]
    words = f"{names!r}[indexof({values!r}, datum.value)]"
    return {"values": values, "labelExpr": words, "grid": False, "ticks": True, "tickSize": 4, "labelOverlap": False, "labelFlush": False}


def _apart(at: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The same heights, moved as little as keeps neighbours `gap` apart and all within bounds; order is kept."""
    order = sorted(range(len(at)), key=lambda k: at[k])
    placed = [max(low, at[k]) for k in order]
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + gap)
    limit = high
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = min(placed[k], limit)
        limit = placed[k] - gap
    moved = dict(zip(order, placed, strict=True))
    return [moved[k] for k in range(len(at))]


def _text_width(text: str, size: float) -> float:
    """About how wide a text is, in pixels: a generous mean over the fonts that may be used."""
    narrow = sum(letter in " .,:;'’|ijlIft()!" for letter in text)
    return size * (0.56 * (len(text) - narrow) + 0.32 * narrow)


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines no wider than `width` pixels."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _text_width(longer, size) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _nice(most: float, bound: float) -> float:
    """The end of an axis that holds `most`: a round number with round quarters, not beyond the variable's own bound."""
    if most <= 0.0:
        return min(1.0, bound)
    power = 10.0 ** math.floor(math.log10(most))
    return min(next(power * k for k in (1, 2, 4, 6, 8, 10) if most <= power * k * (1 + 1e-9)), bound)


def _short(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _percent(unit: str) -> bool:
    return unit.startswith("share") or unit == "probability"


def _unit(unit: str) -> str:
    """A unit as the axis counts it: shares as percent."""
    return "percent" + unit.removeprefix("share").removeprefix("probability") if _percent(unit) else unit


def _brief(value: float) -> str:
    """A number with two digits that count, or all before the point."""
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2g}"


def _hundred(share: float) -> float:
    return round(100 * float(share), 3)


KINDS: Mapping[str, Callable[..., Figure]] = {
    "survival": survival, "causes": causes, "incidence": incidence, "icons": icons, "weekly": weekly,
}  # fmt: skip
