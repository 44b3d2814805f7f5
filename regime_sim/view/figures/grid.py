"""A sweep drawn: one name as a curve with band, two as a heat map; computes no probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...facts.pressing import power_of
from ...questions.quantities import known
from .. import palette
from ..figure import Figure, Json, Sheet, number, pixel
from ..words.phrases import OUTCOMES, simulated, upper
from .contours import joined, segments
from .plot import HEIGHT, WIDTH, closed, name_words, of_100

if TYPE_CHECKING:
    from ...questions.sweep import Sweep

SIDE, LEFT = 400, 60  # side of a heat map; room for the numbers at its left
CLASSES = 10
HALF = 0.5


def grid(sweep: Sweep, of: str = "leader_out", **options: Any) -> Figure:
    """A curve with its band (one name), or a heat map with the contour of one half (two)."""
    known(of)
    return (curve_with_band if len(sweep.names) == 1 else heat_map)(sweep, of=of, **options)


def curve_with_band(
    sweep: Sweep,
    of: str = "leader_out",
    theme: str = "light",
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Figure:
    """P(outcome) in percent along one name: 95% band, the scenario's own value, one half."""
    sheet, name, grid = Sheet(palette.theme(theme), width, height), sweep.names[0], sweep.grids[0]
    power = power_of(sweep.scenario)
    value, low, high = (part.tolist() for part in sweep.values(of))
    look = sheet.look
    sheet.datasets["curve"] = [
        {"x": x, "value": 100 * v, "low": 100 * a, "high": 100 * b}
        for x, v, a, b in zip(grid, value, low, high, strict=True)
    ]
    x, y = _scales(grid)
    sheet.layer(
        "curve",
        {"type": "area", "color": look.ink, "opacity": look.inner},
        {"x": x, "y": y | number("low"), "y2": {"field": "high"}},
    )
    sheet.layer(
        "curve",
        {"type": "line", "color": look.ink, "strokeWidth": 2.6},
        {"x": x, "y": y | number("value")},
    )
    tips = [
        number(field) | {"format": ".3~f", "title": title}
        for field, title in (("x", name), ("value", "of 100"), ("low", "low"), ("high", "high"))
    ]
    sheet.layer(
        "curve",
        {"type": "point", "opacity": 0, "size": 300, "aria": False},
        {"x": x, "y": y | number("value"), "tooltip": tips},
    )
    sheet.line(0, height / 2, width, height / 2, look.ink3, strokeDash=[2, 3])
    sheet.text(
        "half of all futures", width - 4, height / 2 - 9, "right", look.ink2, size=12.5, halo=True
    )
    sheet.text(of_100(value[-1]), width + 8, height * (1 - value[-1]), weight=600)
    first = min(height - 10, max(10, height * (1 - value[0]) - 14))
    sheet.text(of_100(value[0]), 6, first, weight=600, halo=True)
    now = sweep.scenario.value(name)
    if grid[0] <= now <= grid[-1] and len(grid) > 1:
        at = width * (now - grid[0]) / (grid[-1] - grid[0])
        sheet.line(at, 0, at, height, look.accent, 1.4, strokeDash=[5, 3])
        away, align = (6, "left") if at < width * 0.7 else (-6, "right")
        sheet.text(f"the scenario: {now:.3g}", at + away, 10, align, look.ink, size=12.5, halo=True)
    sheet.text(name_words(name, power), width / 2, height + 38, "center", look.ink2, 600, 12.5)
    title = (
        f"{_what(of)} in {of_100(value[0])} of 100 futures at {name_words(name, power)}"
        f" {grid[0]:g}, in {of_100(value[-1])} at {grid[-1]:g}"
    )
    notes = [f"{sweep.scenario.title}. {_design(sweep)} Band: 95% interval."]
    return closed(sheet, title, notes, title + ".", 60, _about(sweep, of))


def _scales(grid: tuple[float, ...]) -> tuple[Json, Json]:
    x = number("x") | {
        "scale": {"domain": [grid[0], grid[-1]], "nice": False},
        "axis": {"tickCount": 6, "grid": False, "ticks": True, "tickSize": 4},
    }
    return x, {
        "scale": {"domain": [0, 100], "nice": False},
        "axis": {"values": [0, 25, 50, 75, 100], "grid": True},
    }


def heat_map(
    sweep: Sweep, of: str = "leader_out", theme: str = "light", side: int = SIDE
) -> Figure:
    """Probability of an outcome over two names in classes of ten points, the contour of one half
    heavier and named, the scenario's own point ringed.

    Each axis runs so that the outcome becomes likelier to the right and upwards.
    """
    value = sweep.values(of)[0]
    flipped = [float(value.mean(axis=1 - k)[0]) > float(value.mean(axis=1 - k)[-1]) for k in (0, 1)]
    axes = [
        list(grid)[::-1] if back else list(grid)
        for grid, back in zip(sweep.grids, flipped, strict=True)
    ]
    cells = value[:: -1 if flipped[0] else 1, :: -1 if flipped[1] else 1].tolist()
    sheet = Sheet(palette.theme(theme), side, side)
    steps = [side / len(axis) for axis in axes]
    _cells(sheet, cells, axes, steps, sweep.names)
    _half(sheet, cells, steps)
    said = [name_words(name, power_of(sweep.scenario)) for name in sweep.names]
    _numbers(sheet, axes, steps, said)
    _corners(sheet, cells, steps)
    _point(sheet, sweep, axes, steps)
    _classes(sheet)
    both, neither = cells[-1][-1], cells[0][0]
    title = (
        f"{_what(of)} in {of_100(both)} of 100 futures with {_corner(said, axes, -1)}, in"
        f" {of_100(neither)} with {_corner(None, axes, 0)}"
    )
    notes = [f"{sweep.scenario.title}. {_design(sweep)}", _crossing(cells)]
    return closed(sheet, title, notes, f"{title}. {_crossing(cells)}", LEFT, _about(sweep, of))


def _corner(said: list[str] | None, axes: list[list[float]], end: int) -> str:
    """A corner of the map in words: "rents and foreign support both at their lowest (0)"; `said`
    names the axes, None where they were named before.
    """
    first, second = (
        f"{'lowest' if axis[end] == min(axis) else 'highest'} ({axis[end]:g})" for axis in axes
    )
    if said is None:
        said = ["the one", "the other"]
        names = ""
    else:
        names = f"{said[0]} and {said[1]} "
    if first == second:
        return f"{names}both at their {first}"
    return f"{said[0]} at the {first} and {said[1]} at the {second}"


def _cells(
    sheet: Sheet,
    cells: list[list[float]],
    axes: list[list[float]],
    steps: list[float],
    names: tuple[str, ...],
) -> None:
    """The cells, coloured by class."""
    rows = [
        {
            "x": round(steps[0] * i, 2),
            "x2": round(steps[0] * (i + 1) + 0.4, 2),
            "y": round(sheet.height - steps[1] * (j + 1), 2),
            "y2": round(sheet.height - steps[1] * j + 0.4, 2),
            "colour": colour(p, sheet),
            "of 100": round(100 * p, 1),
            "first": axes[0][i],
            "second": axes[1][j],
        }
        for i, column in enumerate(cells)
        for j, p in enumerate(column)
    ]
    sheet.datasets["cells"] = rows
    tips = [
        number("of 100"),
        number("first") | {"title": names[0]},
        number("second") | {"title": names[1]},
    ]
    place: Json = {"x": pixel("x"), "y": pixel("y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    sheet.layer(
        "cells",
        {"type": "rect"},
        place | {"color": {"field": "colour", "type": "nominal", "scale": None}, "tooltip": tips},
    )


def colour(share: float, sheet: Sheet) -> str:
    """The colour of the class of ten points that a share falls in."""
    return sheet.look.ramp[min(CLASSES - 1, int(share * CLASSES))]


def _half(sheet: Sheet, cells: list[list[float]], steps: list[float]) -> None:
    """The contour of one half through the middles of the cells, named where it is longest."""
    lines = joined(segments(cells, HALF))
    at: Json = {"x": pixel("x"), "y": pixel("y")}
    for k, line in enumerate(lines):
        points = [(steps[0] * (i + 0.5), sheet.height - steps[1] * (j + 0.5)) for i, j in line]
        sheet.datasets[f"half{k}"] = [{"x": round(x, 1), "y": round(y, 1)} for x, y in points]
        order: Json = {"order": {"field": "n", "type": "quantitative"}}
        for n, row in enumerate(sheet.datasets[f"half{k}"]):
            row["n"] = n
        sheet.layer(
            f"half{k}",
            {
                "type": "line",
                "color": sheet.look.background,
                "strokeWidth": 5.5,
                "strokeJoin": "round",
                "opacity": 0.8,
            },
            at | order,
        )
        sheet.layer(
            f"half{k}",
            {"type": "line", "color": sheet.look.ink, "strokeWidth": 2.8, "strokeJoin": "round"},
            at | order,
        )
    longest = max(lines, key=len, default=[])
    if len(longest) > 2:
        i, j = longest[len(longest) // 2]
        x = max(steps[0] * (i + 0.5) - 12, 122)
        y = min(sheet.height - steps[1] * (j + 0.5) + 12, sheet.height - 10)
        sheet.text("half of all futures", x, y, "right", weight=600, size=12.5, halo=True)


def _numbers(sheet: Sheet, axes: list[list[float]], steps: list[float], said: list[str]) -> None:
    """The numbers on both axes, and the names with arrows to where the outcome is likelier."""
    look = sheet.look
    for k, axis in enumerate(axes):
        every = max(1, round((len(axis) - 1) / 5))
        for i in sorted(
            {*range(0, len(axis), every), len(axis) - 1}
            - ({len(axis) - 1 - n for n in range(1, every)} if every > 1 else set())
        ):
            at = steps[k] * (i + 0.5)
            x, y = (at, sheet.height + 13) if k == 0 else (-8, sheet.height - at)
            sheet.text(f"{axis[i]:g}", x, y, "center" if k == 0 else "right", look.ink2, size=12)
    across, up = (
        f"{upper(words)}: {'less' if axis[0] > axis[-1] else 'more'}"
        for words, axis in zip(said, axes, strict=True)
    )
    sheet.text(f"{across} →", sheet.width, sheet.height + 33, "right", look.ink2, 600, 12.5)
    sheet.text(f"↑ {up}", -LEFT + 22, -16, "left", look.ink2, 600, 12.5)


def _corners(sheet: Sheet, cells: list[list[float]], steps: list[float]) -> None:
    """The four corner cells in numbers."""
    for i, x, align in ((0, 6.0, "left"), (-1, sheet.width - 6, "right")):
        for j, y in ((0, sheet.height - max(10.0, steps[1] / 2)), (-1, max(10.0, steps[1] / 2))):
            sheet.text(of_100(cells[i][j]), x, y, align, weight=600, size=13, halo=True)


def _point(sheet: Sheet, sweep: Sweep, axes: list[list[float]], steps: list[float]) -> None:
    """A ring with a dot where the scenario itself stands, if that lies on the map."""
    at = []
    for name, axis, step in zip(sweep.names, axes, steps, strict=True):
        now = sweep.scenario.value(name)
        if not min(axis) <= now <= max(axis) or len(axis) < 2:
            return
        at.append(step * ((now - axis[0]) / (axis[-1] - axis[0]) * (len(axis) - 1) + 0.5))
    x, y = at[0], sheet.height - at[1]
    look, disc = sheet.look, {"type": "point", "shape": "circle", "opacity": 1}
    ring = {"size": 190, "fill": look.background, "stroke": look.ink, "strokeWidth": 2.4}
    sheet.piece(disc | ring, x=x, y=y)
    sheet.piece(disc | {"size": 22, "fill": look.ink, "strokeWidth": 0}, x=x, y=y)
    away, align = (13, "left") if x < sheet.width - 70 else (-13, "right")
    sheet.text("the scenario", x + away, y, align, size=12.5, weight=600, halo=True)


def _classes(sheet: Sheet) -> None:
    """The key of the classes below the map."""
    top, wide = sheet.height + 54, sheet.width / CLASSES
    for k in range(CLASSES):
        style: Json = {"type": "rect", "fill": sheet.look.ramp[k]}
        style |= {"stroke": sheet.look.edge, "strokeWidth": 0.5}
        sheet.piece(style, x=k * wide, y=top, x2=(k + 1) * wide, y2=top + 11)
    for k in range(0, CLASSES + 1, 2):
        sheet.text(str(10 * k), k * wide, top + 22, "center", sheet.look.ink2, size=12)
    sheet.text("futures of 100", sheet.width, top + 39, "right", sheet.look.ink2, size=12)


def _crossing(cells: list[list[float]]) -> str:
    """Whether one half is crossed."""
    flat = [p for column in cells for p in column]
    if min(flat) < HALF <= max(flat):
        return "The heavy line is where it becomes half of all futures."
    return (
        "No setting shown reaches half of all futures."
        if max(flat) < HALF
        else "It is more than half of all futures at every setting shown."
    )


def _what(of: str) -> str:
    return upper(OUTCOMES[of])


def _design(sweep: Sweep) -> str:
    return (
        f"{sweep.replicates:,} futures per setting, the same draws in all"
        f" {len(sweep.cells):,}{simulated(sweep.simulated, sweep.generals)}."
    )


def _about(sweep: Sweep, of: str) -> Json:
    about: Json = {"scenario": sweep.scenario.id, "seed": sweep.seed}
    return about | {"replicates": sweep.replicates, "outcome": of}


__all__ = ["curve_with_band", "grid", "heat_map"]
