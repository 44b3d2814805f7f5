"""A figure of lines, bands and words drawn as SVG by hand, in a millisecond and without vl-convert:
for pages that redraw at every move; knows nothing of what it shows.

It draws what a `Sheet` can hold on fixed, linear axes (areas, lines, rules, rectangles, discs,
glyphs, words, unseen columns with a tooltip), and refuses the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from ..errors import RegimeSimError
from .figure import Figure, Json
from .figures.plot import text_width

Scale = Callable[[float], float]
LEFT, BELOW, EDGE = 32, 24, 6  # pixels for the labels of the axes, and around everything


def svg(figure: Figure) -> str:
    """The figure as one SVG element without title, named by its sentence. Raises RegimeSimError."""
    spec = figure.spec
    width, height, rows = float(spec["width"]), float(spec["height"]), spec["datasets"]
    scales = _scales(spec["layer"], width, height)
    drawn = "".join(
        _layer(layer, rows[layer["data"]["name"]], scales, height) for layer in spec["layer"]
    )
    top, right, bottom = _reach(spec["layer"], rows, width, height)
    box = f"{-LEFT} {-top:.0f} {LEFT + right:.0f} {top + bottom:.0f}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="drawing" role="img"'
        f' aria-label="{escape(figure.alt)}" viewBox="{box}" width="{LEFT + right:.0f}"'
        f' height="{top + bottom:.0f}">{_axes(spec, scales, width, height)}{drawn}</svg>'
    )


def _scales(layers: Sequence[Json], width: float, height: float) -> dict[str, Scale]:
    """Where values of a fixed axis lie in pixels; x to the right, y up."""
    found: dict[str, Scale] = {}
    for axis, extent in (("x", width), ("y", height)):
        columns = (layer["encoding"].get(axis, {}) for layer in layers)
        first = next((column for column in columns if column.get("scale")), None)
        if first is not None:
            low, high = first["scale"]["domain"]
            found[axis] = _linear(low, high, extent, axis == "y")
    return found


def _linear(low: float, high: float, extent: float, down: bool) -> Scale:
    return lambda value: extent * ((high - value) if down else (value - low)) / (high - low)


def _axes(spec: Mapping[str, Any], scales: Mapping[str, Scale], width: float, height: float) -> str:
    """Hairlines and numbers on the left, names of months below."""
    config = spec["config"]["axis"]
    words = f'fill="{config["labelColor"]}" font-size="{config["labelFontSize"]}"'
    parts = []
    for axis in scales:
        row = next(
            layer["encoding"][axis]["axis"]
            for layer in spec["layer"]
            if layer["encoding"].get(axis, {}).get("scale")
        )
        for k, value in enumerate(row["values"]):
            at = f"{scales[axis](value):.1f}"
            if axis == "y":
                parts.append(
                    f'<path d="M0 {at}H{width:g}" stroke="{config["gridColor"]}"/><text x="-6"'
                    f' y="{at}" dy=".35em" text-anchor="end" {words}>{value:g}</text>'
                )
            else:
                name = _names(row)[k] if "labelExpr" in row else f"{value:g}"
                parts.append(
                    f'<path d="M{at} {height:g}v4" stroke="{config["tickColor"]}"/><text x="{at}"'
                    f' y="{height + 18:g}" text-anchor="middle" {words}>{escape(name)}</text>'
                )
    return "".join(parts)


def _names(axis: Json) -> list[str]:
    """The names that an axis gives its values, from the list at the head of its expression."""
    head = axis["labelExpr"].split("]", 1)[0]
    return [part.strip().strip("'\"") for part in head.removeprefix("[").split(",")]


def _layer(layer: Json, rows: Sequence[Json], scales: Mapping[str, Scale], height: float) -> str:
    mark, encoding = layer["mark"], layer["encoding"]
    for step in layer.get("transform", ()):
        kept = step["filter"]
        rows = [row for row in rows if row[kept["field"]] == kept["equal"]]

    def at(row: Json, column: str) -> float:
        """Where a column of a row lies, in pixels."""
        field, axis = encoding[column]["field"], column[0]
        return scales[axis](row[field]) if encoding[axis].get("scale") else row[field]

    kind = mark["type"]
    if "tooltip" in encoding:
        return _columns(rows, encoding, mark["strokeWidth"], at, height)
    if kind in ("line", "area"):
        return _path(
            kind,
            mark,
            [(at(row, "x"), at(row, "y")) for row in rows],
            [(at(row, "x"), at(row, "y2")) for row in reversed(rows)] if kind == "area" else [],
        )
    if kind not in _PIECES:
        raise RegimeSimError(f"drawing: {kind} is not drawn by hand")
    return "".join(_PIECES[kind](mark, row, at) for row in rows)


def _path(
    kind: str, mark: Json, there: Sequence[tuple[float, float]], back: Sequence[tuple[float, float]]
) -> str:
    shape = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (*there, *back))
    if kind == "area":
        return (
            f'<path d="{shape}Z" fill="{mark["color"]}" fill-opacity="{mark.get("opacity", 1)}"/>'
        )
    return (
        f'<path d="{shape}" fill="none" stroke="{mark["color"]}"'
        f' stroke-linejoin="round"{_stroke(mark)}/>'
    )


def _stroke(mark: Json) -> str:
    width, lengths = mark.get("strokeWidth", 1), " ".join(map(str, mark.get("strokeDash", ())))
    return f' stroke-width="{width}"' + (f' stroke-dasharray="{lengths}"' if lengths else "")


def _columns(
    rows: Sequence[Json],
    encoding: Json,
    wide: float,
    at: Callable[[Json, str], float],
    height: float,
) -> str:
    """Unseen columns that say what their row holds when the pointer rests on them."""
    parts = []
    for row in rows:
        said = "\n".join(f"{tip['field']}: {row[tip['field']]}" for tip in encoding["tooltip"])
        parts.append(
            f'<rect class="week" x="{at(row, "x") - wide / 2:.1f}" y="0" width="{wide:.1f}"'
            f' height="{height:g}"><title>{escape(said)}</title></rect>'
        )
    return f'<g fill-opacity="0" aria-hidden="true">{"".join(parts)}</g>'


def _rule(mark: Json, row: Json, at: Callable[[Json, str], float]) -> str:
    return (
        f'<path d="M{at(row, "x"):g} {at(row, "y"):g}L{at(row, "x2"):g} {at(row, "y2"):g}"'
        f' stroke="{mark["color"]}"{_stroke(mark)}/>'
    )


def _rect(mark: Json, row: Json, at: Callable[[Json, str], float]) -> str:
    x, y = at(row, "x"), at(row, "y")
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{max(0.0, at(row, "x2") - x):.1f}"'
        f' height="{max(0.0, at(row, "y2") - y):.1f}" fill="{mark.get("fill", "none")}"'
        f' fill-opacity="{mark.get("fillOpacity", 1)}"'
        f' stroke="{mark.get("stroke", "none")}"{_stroke(mark)}/>'
    )


def _point(mark: Json, row: Json, at: Callable[[Json, str], float]) -> str:
    """A disc, or a glyph drawn about its middle; `size` is the area of the square around it."""
    x, y, half = at(row, "x"), at(row, "y"), mark["size"] ** 0.5 / 2
    paint = f'fill="{mark["fill"]}" stroke="{mark.get("stroke", "none")}"'
    if mark["shape"] == "circle":
        return (
            f'<circle cx="{x:g}" cy="{y:g}" r="{2 * half / 3.14159**0.5:.2f}"'
            f" {paint}{_stroke(mark)}/>"
        )
    return (
        f'<path d="{mark["shape"]}" transform="translate({x:g} {y:g}) scale({half:.2f})" {paint}/>'
    )


def _text(mark: Json, row: Json, at: Callable[[Json, str], float]) -> str:
    anchor = {"left": "start", "center": "middle", "right": "end"}[mark["align"]]
    halo = (
        f' stroke="{mark["stroke"]}" stroke-width="{mark["strokeWidth"]}" stroke-linejoin="round"'
        ' aria-hidden="true"'
        if "stroke" in mark
        else ""
    )
    return (
        f'<text x="{at(row, "x"):g}" y="{at(row, "y"):g}" dy=".35em" text-anchor="{anchor}"'
        f' font-size="{mark["fontSize"]}" font-weight="{mark["fontWeight"]}"'
        f' fill="{mark["color"]}"{halo}>{escape(str(row["text"]))}</text>'
    )


_PIECES: Mapping[str, Callable[[Json, Json, Callable[[Json, str], float]], str]] = {
    "rule": _rule,
    "rect": _rect,
    "point": _point,
    "text": _text,
}


def _reach(
    layers: Sequence[Json], rows: Mapping[str, Sequence[Json]], width: float, height: float
) -> tuple[float, float, float]:
    """How far the drawing reaches above, right of and below the plot; words by rough width."""
    top, right, bottom = float(EDGE), width, height + BELOW
    for layer in layers:
        if layer["encoding"].get("x", {}).get("scale", True) is None:
            for row in rows[layer["data"]["name"]]:
                half = 0.7 * layer["mark"].get("fontSize", layer["mark"].get("size", 144) ** 0.5)
                long = 0.0
                if layer["mark"]["type"] == "text":
                    long = text_width(str(row["text"]), layer["mark"]["fontSize"])
                share = {"left": 1.0, "center": 0.5, "right": 0.0}
                ahead = share[layer["mark"].get("align", "left")]
                top, bottom = max(top, half - row["y"]), max(bottom, row["y"] + half)
                right = max(right, row["x"] + ahead * long, row.get("x2", 0.0))
    return top, right + EDGE, bottom + EDGE
