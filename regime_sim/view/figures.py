"""The figures of one ensemble as Vega-Lite specifications with their data inside; computes no result, only where ink goes.

Every figure: a title that says what it is, a subtitle with the unit, labels on the lines instead of a legend, and one sentence for
those who cannot see it. All rows are under named `datasets`, none unnamed, so that no host can swap them for its own.
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
from .figure import SCHEMA, Figure
from .palette import Theme

if TYPE_CHECKING:
    from ..analysis.incidence import Curve
    from ..ensemble.result import Ensemble

Json = dict[str, Any]
WIDTH, HEIGHT = 520, 312
LANES, LANE = 5, 18
LONGEST = 40
CLOCKS: tuple[Literal["leader"], Literal["regime"]] = ("leader", "regime")
FEWEST = 20  # futures without which the quantiles of a week are not drawn


@dataclass(frozen=True, slots=True)
class Tick:
    """An event of the timeline as the figures mark it: its week, its words, and over how many weeks it comes about (0 at once)."""

    week: float
    label: str
    over: float = 0.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label stands, in pixels of the plot: its box, and its baseline's middle."""

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
    if any(known.name == kind for known in OBSERVABLES):
        return weekly(ensemble, kind, **options)
    raise UnknownName("figure", kind, (*KINDS, *(known.name for known in OBSERVABLES)))


# ---- survival of both clocks


def survival(
    ensemble: Ensemble, baseline: Ensemble | None = None, ticks: Sequence[Tick | tuple[Any, ...]] | None = None,
    theme: str = "light", width: int = WIDTH, height: int = HEIGHT,
) -> Figure:
    """Both clocks week by week with their 95% bands, a baseline ensemble dashed, events above, and how it adds up at the right.

    `ticks` are events of the timeline, (week, label) or (week, label, weeks of ramp); None takes `scenario.ticks` if there are any.
    """
    look, last = palette.theme(theme), ensemble.horizon
    curves: dict[str, Curve] = {clock: ensemble.survival_curve(clock) for clock in CLOCKS}
    rows = [row for clock, curve in curves.items() for row in _curve_rows(curve, clock)]
    lines = {f"{clock}{edge}": _pixels(values, height) for clock, curve in curves.items() for edge, values in _edges(curve)}
    layers = [_band("curves", look, clock) for clock in curves]
    data: Json = {"curves": rows}
    if baseline is not None:
        before = {f"before-{clock}": baseline.survival_curve(clock) for clock in CLOCKS}
        data["before"] = [row for key, curve in before.items() for row in _curve_rows(curve, key) if row["week"] <= last]
        lines |= {key: _pixels(curve.value[: last + 1], height) for key, curve in before.items()}
        layers.append(_layer("before", {"type": "line", "strokeDash": [4, 4], "strokeWidth": 1.4, "color": look.ink3}, _xy(), detail="line"))
    layers += [_line("curves", "regime", look.ink, 4.6), _line("curves", "regime", look.background, 1.8), _line("curves", "leader", look.ink, 2.8)]
    events = _event_layers(_ticks(ensemble, ticks), last, width, height, look, data)
    layers += events + _line_labels(ensemble, baseline, lines, width, height, look, data)
    layers += _partition(ensemble, width, height, look, data)
    layers.append(_hover(data, curves, ensemble, width))
    _scales(layers, last, _axis_weeks(ensemble.scenario.start, last, width))
    note = "Futures of 100. Between the two lines he is gone and the regime goes on; bands are 95% ranges."
    return _figure(look, ensemble, "How long he lasts, and how long the regime", note, layers, data, width, height, sentences.finding(ensemble))


def _curve_rows(curve: Curve, line: str) -> list[Json]:
    """One row a week: share, low and high in futures of 100."""
    return [
        {"line": line, "week": int(week), "value": _round(value), "low": _round(low), "high": _round(high)}
        for week, value, low, high in zip(curve.week, curve.value, curve.low, curve.high, strict=True)
    ]


def _band(name: str, look: Theme, line: str) -> Json:
    encoding = {"x": {"field": "week", "type": "quantitative"}, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
    return _layer(name, {"type": "area", "color": look.ink, "opacity": look.inner}, encoding, only=line)


def _line(name: str, line: str, colour: str, thick: float) -> Json:
    return _layer(name, {"type": "line", "color": colour, "strokeWidth": thick, "strokeJoin": "round"}, _xy(), only=line)


def _partition(ensemble: Ensemble, width: int, height: int, look: Theme, data: Json) -> list[Json]:
    """The bar at the right edge: of 100 futures, the regime falls, he goes and it stays, he stays; the three numbers add up."""
    whole = ensemble.frequencies()
    out, fallen = ensemble.out(), ensemble.out("regime")
    parts = (
        ("regime falls", whole.falls, fallen.value),
        ("he goes, regime stays", whole.out_goes_on - (whole.stays - whole.goes_on[0]), ensemble.out_goes_on().value),
        ("he stays", whole.stays, 1.0 - out.value),
    )
    fills: tuple[Json, ...] = ({"fill": look.background}, {"fill": look.ink, "fillOpacity": look.inner}, {"fill": look.pale})
    ends = [height * sum(count for _, count, _ in parts[:k]) / 100 for k in range(4)]
    middles = _apart([(a + b) / 2 for a, b in pairwise(ends)], 17, 6, height - 6)
    layers: list[Json] = []
    for (text, count, share), (top, bottom), y, fill in zip(parts, pairwise(ends), middles, fills, strict=True):
        if count > 0:
            box = {"type": "rect", "stroke": look.ink3, "strokeWidth": 0.8, "x": width + 11, "x2": width + 20, "y": top + 0.8, "y2": bottom - 0.8}
            layers.append(_layer("one", box | fill, {}))
        number = sentences.short(share, count)
        layers += _cell(number, width + 28, y, "left", look.ink, look, data, 600, 15)
        layers += _cell(text, width + 32 + 9 * len(number), y, "left", look.ink2, look, data, 400, 12.5)
    return layers


def _line_labels(
    ensemble: Ensemble, baseline: Ensemble | None, lines: Mapping[str, Sequence[float]], width: int, height: int, look: Theme, data: Json
) -> list[Json]:
    """A label on each line where it crosses no line and no other label; what finds no place goes to the lower left with a sample."""
    wanted = [("leader", f"{_upper(sentences.name(ensemble))} in office", 13.0, 600, look.ink), ("regime", "Regime stands", 13.0, 600, look.ink)]
    if baseline is not None:
        wanted.append(("before-leader", _short(baseline.scenario.title), 12.0, 400, look.ink2))
    taken: list[Spot] = []
    layers: list[Json] = []
    left_over = []
    for line, text, size, weight, colour in wanted:
        spot = _place(line, lines, _text_width(text, size), size, width, height, taken)
        if spot is None:
            left_over.append((line, text, size, weight, colour))
            continue
        taken.append(spot)
        layers += _halo(text, (spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2, "center", size, weight, colour, look, data)
    for k, (line, text, size, weight, colour) in enumerate(reversed(left_over)):
        y = height - 16 - 20 * k
        layers += _sample(line, y, look, data)
        layers += _halo(text, 44, y, "left", size, weight, colour, look, data)
    return layers


def _place(
    line: str, lines: Mapping[str, Sequence[float]], long: float, size: float, width: int, height: int, taken: Sequence[Spot]
) -> Spot | None:
    """The clearest place for a label just under or over its own line: where the line is flattest, a little right of the middle."""
    own = lines[line]
    last = len(own) - 1
    best: tuple[float, Spot] | None = None
    for middle in range(1, last):
        left = width * middle / last - long / 2
        first, final = math.floor(left / width * last), math.ceil((left + long) / width * last)
        if left < 4 or left + long > width - 4:
            continue
        near = [y for edge in ("", "-low", "-high") for y in lines.get(line + edge, own)[first : final + 1]]
        for top in (max(near) + 5, min(near) - 5 - size * 1.2):
            spot = Spot(left, top, left + long, top + size * 1.2)
            if spot.top < 2 or spot.bottom > height - 3 or any(spot.meets(box) for box in taken) or _blocked(spot, line, lines, first, final):
                continue
            cost = (max(near) - min(near)) + 60 * abs(middle / last - 0.62) + (8 if top < min(near) else 0)
            if best is None or cost < best[0]:
                best = (cost, spot)
    return best[1] if best else None


def _blocked(spot: Spot, line: str, lines: Mapping[str, Sequence[float]], first: int, final: int) -> bool:
    """Whether a line or the edge of a band crosses the box, or another line runs as near to it as its own."""
    for name, other in lines.items():
        part = other[first : final + 1]
        room = 3 if name in (line, f"{line}-low", f"{line}-high") or "-low" in name or "-high" in name else 13
        if any(spot.top - room < y < spot.bottom + room for y in part):
            return True
        if any(min(a, b) < spot.top and max(a, b) > spot.bottom for a, b in pairwise(part)):
            return True
    return False


def _sample(line: str, y: float, look: Theme, data: Json) -> list[Json]:
    """A short piece of a line, beside a label that found no place on it."""
    styles = {"leader": [(look.ink, 2.8)], "regime": [(look.ink, 4.6), (look.background, 1.8)]}
    dash = {} if line in styles else {"strokeDash": [4, 4]}
    return [
        _layer("one", {"type": "rule", "x": 10, "x2": 36, "y": y, "color": colour, "strokeWidth": thick} | dash, {})
        for colour, thick in styles.get(line, [(look.ink3, 1.4)])
    ]


def _hover(data: Json, curves: Mapping[str, Curve], ensemble: Ensemble, width: int) -> Json:
    """Unseen weekly columns that tell both clocks where the pointer is."""
    leader, regime = curves["leader"], curves["regime"]
    data["weeks"] = [
        {"week": k, "in office": _said(leader, k), "regime stands": _said(regime, k)} for k in range(ensemble.horizon + 1)
    ]
    tips = [{"field": field, "type": kind} for field, kind in (("week", "quantitative"), ("in office", "nominal"), ("regime stands", "nominal"))]
    mark = {"type": "rule", "opacity": 0, "strokeWidth": max(2, width / max(1, ensemble.horizon)), "aria": False}
    return _layer("weeks", mark, {"x": {"field": "week", "type": "quantitative"}, "tooltip": tips})


def _said(curve: Curve, k: int) -> str:
    return f"{100 * curve.value[k]:.1f} of 100 ({100 * curve.low[k]:.1f} to {100 * curve.high[k]:.1f})"


# ---- events above a plot


def _ticks(ensemble: Ensemble, ticks: Sequence[Tick | tuple[Any, ...]] | None) -> list[Tick]:
    given = ticks if ticks is not None else getattr(ensemble.scenario, "ticks", ())
    known = [tick if isinstance(tick, Tick) else Tick(*tick) for tick in given]
    return sorted((tick for tick in known if tick.week <= ensemble.horizon), key=lambda tick: tick.week)


def lanes(ticks: Sequence[Tick], width: float, horizon: int) -> list[tuple[float, int, Tick]]:
    """Where each event's label goes: (x, lane, event), lane 1 lowest. No label meets another label or a later event's stem.

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


def _event_layers(ticks: list[Tick], horizon: int, width: int, height: int, look: Theme, data: Json) -> list[Json]:
    """Stems and labels of the events; numbered discs and a list below where there is no room for words."""
    placed = lanes(ticks, width, horizon)
    numbered = width < 420 or max((lane for _, lane, _ in placed), default=0) > LANES
    layers: list[Json] = []
    after = -math.inf
    for number, (x, lane, tick) in enumerate(placed, start=1):
        grey = {"type": "rule", "x": x, "x2": x, "color": look.ink3}
        layers.append(_layer("one", grey | {"y": 0, "y2": height, "strokeDash": [1, 4]}, {}))
        if tick.over > 0:
            end = min(width, x + width * tick.over / horizon)
            layers.append(_layer("one", {"type": "rule", "x": x, "x2": end, "y": height, "y2": height, "color": look.ink, "strokeWidth": 4}, {}))
        if numbered:
            after = max(x, after + 20)
            layers += _disc(number, after, x, look, data)
            layers += _halo(f"{number}  {_short(tick.label, 70)}", 0, height + 32 + 17 * number, "left", 12.5, 400, look.ink2, look, data)
        else:
            y = -10 - LANE * (lane - 1)
            layers.append(_layer("one", grey | {"y": y - 8, "y2": 0}, {}))
            layers += _halo(_short(tick.label), x + 5, y - 2, "left", 12.5, 400, look.ink, look, data)
    return layers


def _disc(number: int, x: float, stem: float, look: Theme, data: Json) -> list[Json]:
    """A numbered disc above the plot, tied to its event."""
    return [
        _layer("one", {"type": "rule", "x": x, "x2": stem, "y": -8, "y2": 0, "color": look.ink3}, {}),
        _layer("one", {"type": "point", "shape": "circle", "filled": True, "size": 290, "opacity": 1, "fill": look.background, "stroke": look.ink2, "strokeWidth": 1, "x": x, "y": -17}, {}),
        *_halo(str(number), x, -16.5, "center", 12, 400, look.ink, look, data),
    ]


# ---- how it ends: intervals, incidence, icons


def causes(ensemble: Ensemble, baseline: Ensemble | None = None, theme: str = "light", width: int = WIDTH) -> Figure:
    """All ten ways to go: number of 100, interval on one axis (a dashed tick at the baseline), and in how many the regime goes on."""
    look, whole = palette.theme(theme), ensemble.frequencies()
    known = {str(row["outcome"]): row for row in ensemble.outcomes().to_dict("records")}
    before = {} if baseline is None else dict(zip(*(baseline.outcomes()[key] for key in ("outcome", "probability")), strict=True))
    most = max((100 * known[way]["high"] for way in palette.GONE), default=0.0)
    most = max([most, *(100 * share for way, share in before.items() if way != "survived")])
    step = next(step for step in (1, 2, 5, 10, 20, 25) if most <= 5 * step or step == 25)
    end = step * max(1, math.ceil(most / step))
    left, right, row_height = 212, width - 72, 27
    data: Json = {}
    layers: list[Json] = []
    for k, way in enumerate(palette.ORDER):
        y, row, count = row_height * (k + 0.5), known[way], whole.of(way)
        layers += _token(way, 9, y, 17, look) + _cell(palette.label(way), 26, y, "left", look.ink, look, data)
        layers += _cell(sentences.short(row["probability"], count), 190, y, "right", look.ink, look, data, 600)
        layers.append(_layer("one", {"type": "rule", "x": 0, "x2": width, "y": row_height * k, "color": look.rule}, {}))
        if way == "survived":
            layers += _cell(sentences.interval(ensemble.stays(), count), left, y, "left", look.ink2, look, data)
            continue
        at = [left + (right - left) * min(100 * row[key], end) / end for key in ("low", "probability", "high")]
        layers += _whisker(at, left, right, y, look.ways[way], look)
        if way in before:
            x = left + (right - left) * min(100 * before[way], end) / end
            layers.append(_layer("one", {"type": "rule", "x": x, "y": y - 7, "y2": y + 7, "color": look.ink3, "strokeWidth": 1.4, "strokeDash": [2.5, 2]}, {}))
        layers += _cell(str(whole.goes_on[whole.ways.index(way)]) if count else "–", width, y, "right", look.ink2, look, data)
    layers += _causes_sum(ensemble, row_height, left, width, look, data) + _causes_head(end, step, left, right, width, look, data)
    data["outcomes"] = [_row(known[way]) for way in palette.ORDER]
    dashed = "" if baseline is None else f" Dashed: {_short(baseline.scenario.title)}."
    note = f"Futures of 100 by {sentences.long_date(sentences.last_day(ensemble))}. Dot: estimate; bar: 95% range.{dashed}"
    alt = f"{sentences.finding(ensemble)} {sentences.ways(ensemble)}".strip()
    return _figure(look, ensemble, "How he goes, and how often", note, layers, data, width, row_height * 11, alt, axes=False)


def _whisker(at: Sequence[float], left: float, right: float, y: float, colour: str, look: Theme) -> list[Json]:
    low, value, high = at
    return [
        _layer("one", {"type": "rule", "x": left, "x2": right, "y": y, "color": look.rule}, {}),
        _layer("one", {"type": "rule", "x": low, "x2": high, "y": y, "color": colour, "strokeWidth": 5, "opacity": 0.38}, {}),
        _layer("one", {"type": "point", "shape": "circle", "filled": True, "opacity": 1, "size": 52, "color": colour, "x": value, "y": y}, {}),
    ]


def _causes_head(end: int, step: int, left: float, right: float, width: int, look: Theme, data: Json) -> list[Json]:
    """The heads of the columns, and the numbers of the common axis."""
    layers = _cell("of 100", 190, -12, "right", look.ink2, look, data, size=12) + _cell("regime", width, -26, "right", look.ink2, look, data, size=12) + _cell("goes on", width, -12, "right", look.ink2, look, data, size=12)
    shown = [0, end] if end // step > 4 else range(0, end + 1, step)
    for number in shown:
        layers += _cell(str(number), left + (right - left) * number / end, -12, "center", look.ink2, look, data, size=12)
    return layers


def _causes_sum(ensemble: Ensemble, row_height: int, left: float, width: int, look: Theme, data: Json) -> list[Json]:
    """The last row: out, any way."""
    whole, out, y = ensemble.frequencies(), ensemble.out(), row_height * (len(palette.ORDER) + 0.5)
    layers = [_layer("one", {"type": "rule", "x": 0, "x2": width, "y": y - row_height / 2, "color": look.ink, "strokeWidth": 1.2}, {})]
    layers += _cell("Out, any way", 26, y, "left", look.ink, look, data, 600)
    layers += _cell(sentences.short(out.value, whole.out), 190, y, "right", look.ink, look, data, 600)
    layers += _cell(sentences.interval(out, whole.out), left, y, "left", look.ink2, look, data)
    return layers + _cell(str(whole.out_goes_on), width, y, "right", look.ink2, look, data, 600)


def incidence(ensemble: Ensemble, theme: str = "light", width: int = WIDTH, height: int = HEIGHT) -> Figure:
    """How he has gone by each week, stacked by way to go: the cumulative incidence; what is left above is staying in office."""
    look, whole, last = palette.theme(theme), ensemble.frequencies(), ensemble.horizon
    table = ensemble.incidence()
    base = [0.0] * (last + 1)
    rows: list[Json] = []
    labels: list[tuple[str, float]] = []
    layers: list[Json] = []
    for way in palette.GONE:
        share = [100 * float(p) for p in table.loc[table["outcome"] == way, "probability"]]
        top = [a + b for a, b in zip(base, share, strict=True)]
        rows += [{"line": way, "week": k, "low": _fine(base[k]), "high": _fine(top[k])} for k in range(last + 1)]
        if share[-1] > 0.0 or not layers:
            encoding = {"x": {"field": "week", "type": "quantitative"}, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
            mark = {"type": "area", "color": look.ways[way], "stroke": look.background, "strokeWidth": 0.8}
            layers.append(_layer("incidence", mark, encoding, only=way))
            if whole.of(way):
                labels.append((way, height * (1 - (base[-1] + top[-1]) / 200)))
        base = top
    data: Json = {"incidence": rows}
    labels.append(("survived", height * (1 - (base[-1] + 100) / 200)))
    for (way, _), y in zip(labels, _apart([y for _, y in labels], 19, 6, height - 6), strict=True):
        layers += _token(way, width + 16, y, 15, look)
        layers += _cell(str(whole.of(way)), width + 53, y, "right", look.ink, look, data, 600)
        layers += _cell(palette.label(way).lower(), width + 59, y, "left", look.ink, look, data)
    _scales(layers, last, _axis_weeks(ensemble.scenario.start, last, width))
    note = "Futures of 100 in which he has gone by each week, by way to go. At the right: at the end."
    alt = f"{sentences.finding(ensemble)} {sentences.ways(ensemble)}".strip()
    return _figure(look, ensemble, "When he goes, and how", note, layers, data, width, height, alt)


def icons(ensemble: Ensemble, theme: str = "light", columns: int = 20) -> Figure:
    """A hundred marks, one for each future in a hundred, filled down the columns by way to go; a bar below one: the regime falls too."""
    look, whole, pitch = palette.theme(theme), ensemble.frequencies(), 24
    tall = math.ceil(whole.whole / columns)
    data: Json = {"futures": []}
    layers: list[Json] = []
    for way in palette.ORDER:
        k = whole.ways.index(way)
        for j in range(whole.count[k]):
            column, row = divmod(len(data["futures"]), tall)
            falls = j >= whole.goes_on[k]
            data["futures"].append({"way": way, "x": pitch * (column + 0.5), "y": (pitch + 3) * row + 10, "regime falls": falls})
    for way in palette.ORDER:
        layers += _tokens("futures", way, 18, look)
    bar = {"type": "rule", "color": look.ink, "strokeWidth": 2, "yOffset": 11.5}
    for shift, name in ((-8, "x"), (8, "x2")):
        bar[f"{name}Offset"] = shift
    layers.append(_layer("futures", bar, {"x": _pixel("x"), "x2": {"field": "x"}, "y": _pixel("y")}, only=True, by="regime falls"))
    width, height = pitch * columns, (pitch + 3) * tall
    layers += _icons_key(ensemble, width, height, look, data)
    shown = [way for way in palette.ORDER if whole.of(way)]
    below = 21 * math.ceil(len(shown) / _key_columns(width)) + 10
    _pixel_scales(layers, width, height + below)
    note = [f"One mark is one future in a hundred, by {sentences.long_date(sentences.last_day(ensemble))}.", f"A bar below it: the regime falls too ({whole.falls})."]
    return _figure(look, ensemble, "A hundred futures, by how they end", note, layers, data, width, height + below, f"{sentences.finding(ensemble)} {sentences.ways(ensemble)}".strip(), axes=False)


def _key_columns(width: float) -> int:
    return max(1, int(width // 160))


def _icons_key(ensemble: Ensemble, width: float, height: float, look: Theme, data: Json) -> list[Json]:
    """The ways that occur, each with its mark and number, below the marks and in their order."""
    whole, columns = ensemble.frequencies(), _key_columns(width)
    shown = [way for way in palette.ORDER if whole.of(way)]
    tall = math.ceil(len(shown) / columns)
    layers: list[Json] = []
    for k, way in enumerate(shown):
        column, row = divmod(k, tall)
        x, y = column * width / columns, height + 18 + 21 * row
        layers += _token(way, x + 9, y, 15, look)
        layers += _cell(str(whole.of(way)), x + 39, y, "right", look.ink, look, data, 600)
        layers += _cell(palette.label(way), x + 45, y, "left", look.ink, look, data)
    return layers


# ---- one weekly variable


def weekly(ensemble: Ensemble, name: str = "plotting", baseline: Ensemble | None = None, theme: str = "light", width: int = WIDTH, height: int = 240) -> Figure:
    """A weekly variable over the futures in which he is still in office: median, half and nine tenths of them, the baseline's median dashed."""
    look, last, table = palette.theme(theme), ensemble.horizon, ensemble.weekly(name)
    known = next(variable for variable in OBSERVABLES if variable.name == name)
    percent = known.unit.startswith("share") or known.unit == "probability"
    times = 100 if percent else 1
    kept = table[table["n"] >= FEWEST]
    rows = [{"week": int(row["week"])} | {key: _round(row[key], times) for key in ("q05", "q25", "q50", "q75", "q95")} for row in kept.to_dict("records")]
    data: Json = {"weekly": rows}
    encoding = {"x": {"field": "week", "type": "quantitative"}}
    layers = [
        _layer("weekly", {"type": "area", "color": look.ink, "opacity": opacity}, encoding | {"y": {"field": low, "type": "quantitative"}, "y2": {"field": high}})
        for low, high, opacity in (("q05", "q95", look.outer * 1.4), ("q25", "q75", look.inner))
    ]
    if baseline is not None:
        before = baseline.weekly(name)
        before = before[(before["n"] >= FEWEST) & (before["week"] <= last)]
        data["before"] = [{"week": int(row["week"]), "q50": _round(row["q50"], times)} for row in before.to_dict("records")]
        layers.append(_layer("before", {"type": "line", "strokeDash": [4, 4], "strokeWidth": 1.4, "color": look.ink3}, encoding | {"y": {"field": "q50", "type": "quantitative"}}))
    layers.append(_layer("weekly", {"type": "line", "color": look.ink, "strokeWidth": 2.4}, encoding | {"y": {"field": "q50", "type": "quantitative"}}))
    most = max([row["q95"] for row in rows] + [row["q50"] for row in data.get("before", [])])
    top = _nice(most, times * known.high)
    if rows:
        layers += _weekly_ends(rows[-1], width * rows[-1]["week"] / last, height, top, look, data)
    _scales(layers, last, _axis_weeks(ensemble.scenario.start, last, width), top=top)
    alt = f"{_upper(known.meaning)}: median {rows[0]['q50']:g} at the start, {rows[-1]['q50']:g} {_unit(known.unit)} at the end, where he is still in office." if rows else known.meaning
    return _figure(look, ensemble, _upper(known.meaning), _weekly_note(ensemble, baseline, known.unit), layers, data, width, height, alt)


def _weekly_note(ensemble: Ensemble, baseline: Ensemble | None, unit: str) -> list[str]:
    left = int(ensemble.counts[-1])
    cut = f" (weeks with fewer than {FEWEST} are left out)" if left < FEWEST else ""
    dashed = "" if baseline is None else f" Dashed: {_short(baseline.scenario.title)}."
    return [
        f"{_upper(_unit(unit))}. Line: median; bands: half and nine tenths of the futures.",
        f"Only futures in which he is still in office: {left:,} of {ensemble.replicates:,} at the end{cut}.{dashed}",
    ]


def _weekly_ends(row: Json, x: float, height: int, top: float, look: Theme, data: Json) -> list[Json]:
    """The numbers at the right end of the median and of the outer band, pushed apart."""
    named = (("q95", look.ink2, 400), ("q50", look.ink, 600), ("q05", look.ink2, 400))
    at = _apart([height * (1 - min(row[key], top) / top) for key, _, _ in named], 15, 0, height)
    return [layer for (key, colour, weight), y in zip(named, at, strict=True) for layer in _cell(_brief(row[key]), x + 7, y, "left", colour, look, data, weight)]


# ---- pieces that all figures use


def _figure(
    look: Theme, ensemble: Ensemble, title: str, note: str | list[str], layers: list[Json], data: Json, width: float, height: float,
    alt: str, axes: bool = True,
) -> Figure:
    """The finished specification; the title finds its own place above all that is drawn."""
    data["one"] = [{"here": 1}]
    if not axes:
        _pixel_scales(layers, width, height)
    notes = note if isinstance(note, list) else [note]
    wrapped = [part for line in notes for part in _wrapped(line, width + (140 if axes else 0), 13.5)]
    spec: Json = {
        "$schema": SCHEMA, "description": f"{alt} {sentences.CAVEAT}", "width": width, "height": height,
        "title": {"text": title, "subtitle": wrapped, "offset": 14}, "datasets": data, "layer": layers, "config": palette.vega_config(look),
        "usermeta": {"scenario": ensemble.scenario.id, "seed": ensemble.seed, "replicates": ensemble.replicates},
    }
    return Figure(spec, f"{alt} {sentences.CAVEAT}")


def _layer(name: str, mark: Json, encoding: Json, only: Any = None, by: str = "line", detail: str | None = None) -> Json:
    """A layer over a named dataset, perhaps over those of its rows in which `by` is `only`."""
    fixed = {key: {"value": mark[key]} for key in ("x", "x2", "y", "y2") if key in mark}
    drawn = {key: value for key, value in mark.items() if key not in fixed}
    made: Json = {"data": {"name": name}, "mark": drawn, "encoding": {**encoding, **fixed}}
    if only is not None:
        made["transform"] = [{"filter": {"field": by, "equal": only}}]
    if detail is not None:
        made["encoding"]["detail"] = {"field": detail}
    return made


def _xy() -> Json:
    return {"x": {"field": "week", "type": "quantitative"}, "y": {"field": "value", "type": "quantitative"}}


def _pixel(field: str) -> Json:
    return {"field": field, "type": "quantitative"}


def _halo(text: str, x: float, y: float, align: str, size: float, weight: int, colour: str, look: Theme, data: Json) -> list[Json]:
    """A label with a rim of background, so that it can be read where it lies over a line."""
    mark = {"type": "text", "x": round(x, 1), "y": round(y, 1), "align": align, "baseline": "middle", "fontSize": size, "fontWeight": weight}
    name = _said_row(text, data)
    encoding = {"text": {"field": "text"}}
    return [
        _layer("labels", mark | {"color": look.background, "stroke": look.background, "strokeWidth": 4, "strokeJoin": "round", "aria": False}, encoding, only=name, by="id"),
        _layer("labels", mark | {"color": colour}, encoding, only=name, by="id"),
    ]


def _cell(text: str, x: float, y: float, align: str, colour: str, look: Theme, data: Json, weight: int = 400, size: float = 14) -> list[Json]:
    """A piece of text at a pixel."""
    mark = {"type": "text", "x": round(x, 1), "y": round(y, 1), "align": align, "baseline": "middle", "fontSize": size, "fontWeight": weight, "color": colour}
    return [_layer("labels", mark, {"text": {"field": "text"}}, only=_said_row(text, data), by="id")]


def _said_row(text: str, data: Json) -> int:
    """Keep a text in the dataset of labels; its row."""
    rows: list[Json] = data.setdefault("labels", [])
    rows.append({"id": len(rows), "text": text})
    return len(rows) - 1


def _token(way: str, x: float, y: float, across: float, look: Theme) -> list[Json]:
    """One mark of a way to go at a pixel."""
    return [_layer("one", layer | {"x": round(x, 1), "y": round(y, 1)}, {}) for layer in _token_layers(way, across, look)]


def _tokens(name: str, way: str, across: float, look: Theme) -> list[Json]:
    """The marks of a way to go at the rows of a dataset that has columns way, x and y."""
    encoding = {"x": _pixel("x"), "y": _pixel("y")}
    return [_layer(name, layer, encoding, only=way, by="way") for layer in _token_layers(way, across, look)]


def _token_layers(way: str, across: float, look: Theme) -> list[Json]:
    drawn, rim = palette.mark(way, look), 2.0 if way in palette.HOLLOW else 1.2
    size = (across - rim) ** 2
    disc = {"type": "point", "shape": "circle", "opacity": 1, "size": size, "fill": drawn["disc"], "stroke": drawn["edge"], "strokeWidth": rim}
    layers: list[Json] = [disc]
    if drawn["glyph"]:
        scale = 0.86 if way in palette.HOLLOW else 1.0
        layers.append({"type": "point", "shape": drawn["glyph"], "opacity": 1, "size": (across * scale) ** 2, "fill": drawn["sign"], "strokeWidth": 0, "aria": False})
    return layers


def _scales(layers: list[Json], last: int, weeks: Json, top: float = 100.0) -> None:
    """Fix both axes: weeks 0 to the last, and 0 to `top`."""
    values = [top * k / 4 for k in range(5)]
    for layer in layers:
        if "field" in layer["encoding"].get("x", {}):
            layer["encoding"]["x"] |= {"scale": {"domain": [0, last], "nice": False}, "axis": weeks}
        if "field" in layer["encoding"].get("y", {}):
            layer["encoding"]["y"] |= {"scale": {"domain": [0, top], "nice": False}, "axis": {"values": values, "grid": True}}


def _pixel_scales(layers: list[Json], width: float, height: float) -> None:
    """Let fields x and y be pixels, without axes."""
    for layer in layers:
        for key, domain in (("x", [0, width]), ("y", [height, 0])):
            if "field" in layer["encoding"].get(key, {}):
                layer["encoding"][key] |= {"scale": {"domain": domain, "nice": False}, "axis": None}


def _axis_weeks(start: date, last: int, width: float) -> Json:
    """The time axis: names of months at their first days, as many as there is room for, years where they change."""
    firsts = []
    year, month = start.year, start.month
    while (week := (date(year, month, 1) - start).days / 7) <= last:
        if week > -3.0:
            firsts.append((max(0.0, round(week, 3)), year, month))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    every = next((n for n in (1, 2, 3, 6, 12, 24, 60) if width * 4.345 * n / max(1, last) >= 62), 60)
    shown = firsts[::every] or [(0.0, start.year, start.month)]
    names, previous = {}, None
    for week, year, month in shown:
        names[f"{week:g}"] = sentences.MONTHS[month - 1][:3] + (f" {year}" if year != previous else "")
        previous = year
    words = "{" + ", ".join(f"'{week}': '{text}'" for week, text in names.items()) + "}"
    return {"values": [week for week, _, _ in shown], "labelExpr": f"{words}[format(datum.value, '~r')]", "grid": False, "ticks": True, "tickSize": 4, "labelOverlap": False, "labelFlush": False}


def _edges(curve: Curve) -> tuple[tuple[str, Any], ...]:
    """A curve and the two edges of its band, by the ending of their names."""
    return ("", curve.value), ("-low", curve.low), ("-high", curve.high)


def _pixels(values: Any, height: float) -> list[float]:
    """Heights of a line in pixels from the top, week by week."""
    return [height * (1.0 - float(value)) for value in values]


def _apart(at: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The same heights, moved as little as keeps neighbours `gap` apart and all within bounds; order is kept."""
    order = sorted(range(len(at)), key=lambda k: at[k])
    placed = [at[k] for k in order]
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + gap)
    if placed and placed[-1] > high:
        placed[-1] = high
        for k in range(len(placed) - 2, -1, -1):
            placed[k] = min(placed[k], placed[k + 1] - gap)
    if placed and placed[0] < low:
        placed[0] = low
        for k in range(1, len(placed)):
            placed[k] = max(placed[k], placed[k - 1] + gap)
    out = [0.0] * len(at)
    for k, y in zip(order, placed, strict=True):
        out[k] = y
    return out


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


def _short(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unit(unit: str) -> str:
    """A unit as the axis counts it: shares as percent."""
    return "percent" + unit.removeprefix("share").removeprefix("probability") if unit.startswith("share") or unit == "probability" else unit


def _nice(most: float, bound: float) -> float:
    """The end of an axis that holds `most`: a round number with round quarters, not beyond the variable's own bound."""
    if most <= 0.0:
        return min(1.0, bound)
    power = 10.0 ** math.floor(math.log10(most))
    end = next(power * k for k in (1, 2, 4, 6, 8, 10) if most <= power * k * (1 + 1e-9))
    return min(end, bound) if bound > 0 else end


def _round(value: float, times: float = 100.0) -> float:
    return round(float(value) * times, 3)


def _brief(value: float) -> str:
    """A number with two digits that count, or all before the point."""
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2g}"


def _fine(value: float) -> float:
    return round(value, 4)


def _row(row: Mapping[Any, Any]) -> Json:
    """A row of a table with None for what does not exist."""
    return {str(key): None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}


KINDS: Mapping[str, Callable[..., Figure]] = {
    "survival": survival, "causes": causes, "incidence": incidence, "icons": icons, "weekly": weekly,
}
