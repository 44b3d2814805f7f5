"""The sheet that a figure is drawn on, and the finished figure, which shows and saves itself; knows
nothing of what it shows.

Pictures are made by vl-convert, an optional extra, without a browser and without the network.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from ..errors import MissingExtra, UnknownName
from ..given import path as given_path
from ..store import disk
from . import palette
from .embedded import embedded, policy
from .palette import Theme

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MIME = "application/vnd.vegalite.v5+json"
FORMATS = (".png", ".svg", ".html", ".json", ".pdf")
SCALE = 2.0
# the script of a page: expressions are interpreted, so that its policy need not allow `eval`
DRAW = (
    'vegaEmbed("#figure", JSON.parse(document.getElementById("spec").textContent), {mode:'
    ' "vega-lite", renderer: "svg", ast: true, actions: {export: true, source: false, compiled:'
    " false, editor: false}}).catch(console.error);"
)
PAGE_STYLE = "#figure { width: 100%; display: flex; }"
Json = dict[str, Any]
# the key of a specification that says which of Altair's charts it is
ALTAIR = {
    "layer": "LayerChart",
    "hconcat": "HConcatChart",
    "vconcat": "VConcatChart",
    "concat": "ConcatChart",
    "facet": "FacetChart",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A Vega-Lite figure with its data inside, and one sentence for those who cannot see it."""

    spec: Mapping[str, Any]
    alt: str

    @property
    def title(self) -> str:
        """What the figure states, on one line."""
        return " ".join(str(self.spec.get("title", {}).get("text", "Figure")).split())

    def save(self, path: str | Path) -> Path:
        """Write the figure in the format that the suffix names: .png (twice the size), .svg, .pdf,
        .html or .json.

        The HTML file stands alone and loads nothing. Raises UnknownName for another suffix,
        MissingExtra where vl-convert is not installed (not needed for .json), NotWritten where the
        file cannot be written; the old one is then still there. Returns the path.
        """
        target = given_path("path", path)
        suffix = target.suffix.lower()
        if suffix not in FORMATS:
            raise UnknownName("figure format", suffix or target.name, FORMATS)
        return disk.write_file(target, _WRITERS[suffix](self))

    def to_json(self) -> str:
        """The Vega-Lite specification, for the Vega editor or any page."""
        return json.dumps(self.spec, ensure_ascii=False, allow_nan=False, indent=1) + "\n"

    def to_altair(self) -> Any:
        """The figure as an Altair chart, to change in code: `chart.properties(width=300)`. Raises
        MissingExtra where altair is not installed.
        """
        try:
            import altair
        except ImportError as error:
            raise MissingExtra("an Altair chart", "altair") from error
        name = next((chart for key, chart in ALTAIR.items() if key in self.spec), "Chart")
        return getattr(altair, name).from_dict(dict(self.spec), validate=False)

    def to_svg(self) -> str:
        """The figure as SVG, with its sentence as the accessible name."""
        return str(converter().vegalite_to_svg(dict(self.spec)))

    def to_html(self) -> str:
        """A page that stands alone: figure, sentence, scripts; its policy runs nothing else."""
        library = _library()
        # else the library would warn of the version that the schema names
        spec = {key: value for key, value in self.spec.items() if key != "$schema"}
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta'
            f' http-equiv="Content-Security-Policy" content="{policy(library, DRAW)}"><meta'
            ' name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(self.title)}</title><style>{PAGE_STYLE}</style></head><body><div"
            ' id="figure"></div><script type="application/json"'
            f' id="spec">{embedded(spec)}</script><script>{library}</script>'
            f"<script>{DRAW}</script></body></html>\n"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """What a notebook shows: the live figure, else a picture, else the sentence."""
        bundle: dict[str, Any] = {MIME: dict(self.spec), "text/plain": self.alt}
        with suppress(MissingExtra):
            bundle["image/svg+xml"] = self.to_svg()
        return bundle

    def __repr__(self) -> str:
        return f"<Figure: {self.alt}>"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure in the making: layers over named datasets, and pieces at pixels of the plot, from
    its upper left corner.

    All rows go under named `datasets`, none unnamed, so that no host can swap them for its own.
    Pieces of one style share a layer.
    """

    look: Theme
    width: float
    height: float
    layers: list[Json] = field(default_factory=list)
    datasets: dict[str, list[Json]] = field(default_factory=dict)

    def layer(
        self, name: str, mark: Json, encoding: Json, only: Any = None, by: str = "line"
    ) -> None:
        """A layer over a named dataset, or over its rows whose column `by` is `only`."""
        made: Json = {"data": {"name": name}, "mark": mark, "encoding": dict(encoding)}
        if only is not None:
            made["transform"] = [{"filter": {"field": by, "equal": only}}]
        self.layers.append(made)

    def piece(self, style: Json, **row: Any) -> None:
        """A mark at pixels: columns x and y, perhaps x2, y2 and text."""
        name = json.dumps(style, sort_keys=True)
        same = next((layer for layer in self.layers if layer.get("name") == name), None)
        if same is None:
            key = f"{style['type']}{sum('name' in layer for layer in self.layers)}"
            encoding: Json = {column: pixel(column) for column in ("x", "y") if column in row}
            encoding |= {
                column: {"field": column} for column in ("x2", "y2", "text") if column in row
            }
            same = {"name": name, "data": {"name": key}, "mark": style, "encoding": encoding}
            self.layers.append(same)
        rows = self.datasets.setdefault(same["data"]["name"], [])
        rows.append(
            {
                key: round(value, 1) if isinstance(value, float) else value
                for key, value in row.items()
            }
        )

    def line(
        self,
        x: float,
        y: float,
        x2: float,
        y2: float,
        colour: str,
        thick: float = 1.0,
        **style: Any,
    ) -> None:
        """A straight line between two pixels."""
        self.piece(
            {"type": "rule", "color": colour, "strokeWidth": thick, **style}, x=x, y=y, x2=x2, y2=y2
        )

    def dot(self, x: float, y: float, colour: str, size: float = 52) -> None:
        """A filled disc; `size` is its area."""
        style: Json = {"type": "point", "shape": "circle", "filled": True, "opacity": 1}
        self.piece(style | {"size": size, "color": colour}, x=x, y=y)

    def bar(self, x: float, x2: float, y: float, colour: str) -> None:
        """A bar from x to x2 about height y."""
        style: Json = {"type": "rect", "fill": colour, "strokeWidth": 0}
        self.piece(style, x=x, y=y - 8, x2=x2, y2=y + 8)

    def text(
        self,
        text: str,
        x: float,
        y: float,
        align: str = "left",
        colour: str | None = None,
        weight: int = 400,
        size: float = 14,
        *,
        halo: bool = False,
    ) -> None:
        """Words with their middle at height y; a halo keeps them legible over lines."""
        style: Json = {
            "type": "text",
            "align": align,
            "baseline": "middle",
            "fontSize": size,
            "fontWeight": weight,
        }
        if halo:
            ground = self.look.background
            rim = {"color": ground, "stroke": ground, "strokeWidth": 4}
            rim |= {"strokeJoin": "round", "aria": False}
            self.piece(style | rim, x=x, y=y, text=text)
            # a layer of its own, made after the halos: else a halo could cover words of the same
            # style
            style["dx"] = 0
        self.piece(style | {"color": colour or self.look.ink}, x=x, y=y, text=text)

    def token(self, way: str, x: float, y: float, across: float) -> None:
        """The mark of an exit mode."""
        for style in token_styles(way, across, self.look):
            self.piece(style, x=x, y=y)

    def figure(self, title: str, notes: list[str], alt: str, about: Json) -> Figure:
        """The finished figure; the title finds its own place above all that is drawn."""
        layers = [
            {key: value for key, value in layer.items() if key != "name"} for layer in self.layers
        ]
        spec: Json = {
            "$schema": SCHEMA,
            "description": alt,
            "width": self.width,
            "height": self.height,
            "title": {"text": title, "subtitle": notes, "offset": 14},
            "datasets": self.datasets,
            "layer": layers,
            "config": palette.vega_config(self.look),
            "usermeta": about,
        }
        return Figure(spec, alt)


def number(field_: str) -> Json:
    """The encoding of a column of numbers."""
    return {"field": field_, "type": "quantitative"}


def pixel(field_: str) -> Json:
    """The encoding of a column that already holds pixels."""
    return number(field_) | {"scale": None, "axis": None}


def token_styles(way: str, across: float, look: Theme) -> list[Json]:
    """The layers of a way's mark, `across` pixels wide: a disc, and its glyph."""
    drawn, rim = palette.mark(way, look), 2.0 if way in palette.HOLLOW else 1.2
    disc = {"type": "point", "shape": "circle", "opacity": 1, "size": (across - rim) ** 2}
    styles: list[Json] = [
        disc | {"fill": drawn["disc"], "stroke": drawn["edge"], "strokeWidth": rim}
    ]
    if drawn["glyph"]:
        scale = 0.86 if way in palette.HOLLOW else 1.0
        glyph = {
            "type": "point",
            "shape": drawn["glyph"],
            "opacity": 1,
            "size": (across * scale) ** 2,
        }
        styles.append(glyph | {"fill": drawn["sign"], "strokeWidth": 0, "aria": False})
    return styles


@cache
def _library() -> str:
    """The scripts that draw a figure in a browser, for use inside a page. Takes a second or two."""
    return str(converter().javascript_bundle())


def converter() -> Any:
    """vl-convert, imported when first needed. Raises MissingExtra."""
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra("drawing a picture", "figures") from error
    return vl_convert


_WRITERS: Mapping[str, Callable[[Figure], bytes]] = {
    ".json": lambda figure: figure.to_json().encode(),
    ".svg": lambda figure: figure.to_svg().encode(),
    ".html": lambda figure: figure.to_html().encode(),
    ".png": lambda figure: bytes(converter().vegalite_to_png(dict(figure.spec), scale=SCALE)),
    ".pdf": lambda figure: bytes(converter().vegalite_to_pdf(dict(figure.spec))),
}
