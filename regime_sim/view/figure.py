"""One finished figure: shows itself in notebooks and saves itself to a file; knows nothing of what it shows.

Pictures are made by vl-convert, an optional extra, without a browser and without the network.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ..errors import RegimeSimError, UnknownName

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MIME = "application/vnd.vegalite.v5+json"
FORMATS = (".png", ".svg", ".html", ".json", ".pdf")
SCALE = 2.0


class MissingExtra(RegimeSimError, ImportError):
    """A part of the package that is installed on request only, and is not."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs the extra "{extra}": pip install "regime-sim[{extra}]"')


@dataclass(frozen=True, slots=True)
class Figure:
    """A Vega-Lite figure with its data inside, and what it says in one sentence for those who cannot see it."""

    spec: Mapping[str, Any]
    alt: str

    def save(self, path: str | Path) -> Path:
        """Write the figure in the format that the suffix names: .png (twice the size), .svg, .pdf, .html or .json.

        The HTML file stands alone and loads nothing. Raises UnknownName for another suffix, MissingExtra where vl-convert is
        not installed (not needed for .json), OSError where the file cannot be written. Returns the path.
        """
        target = Path(path)
        suffix = target.suffix.lower()
        if suffix not in FORMATS:
            raise UnknownName("figure format", suffix or target.name, FORMATS)
        target.write_bytes(_WRITERS[suffix](self))
        return target

    def to_json(self) -> str:
        """The Vega-Lite specification, for the Vega editor or any page."""
        return json.dumps(self.spec, ensure_ascii=False, allow_nan=False, indent=1) + "\n"

    def to_svg(self) -> str:
        """The figure as SVG, with its sentence as the accessible name."""
        return str(_converter().vegalite_to_svg(dict(self.spec)))

    def to_html(self) -> str:
        """A page that stands alone: the figure, its sentence as the accessible name, and all scripts inside."""
        page = str(_converter().vegalite_to_html(dict(self.spec), bundle=True))
        title = escape(str(self.spec.get("title", {}).get("text", "Figure")))
        page = page.replace("<html>", '<html lang="en">', 1)
        return page.replace("<title>Chart</title>", f"<title>{title}</title>", 1)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """What a notebook shows: the live figure where it can draw one, else a picture, else the sentence."""
        bundle: dict[str, Any] = {MIME: dict(self.spec), "text/plain": self.alt}
        with suppress(MissingExtra):
            bundle["image/svg+xml"] = self.to_svg()
        return bundle

    def __repr__(self) -> str:
        return f"<Figure: {self.alt}>"


def _converter() -> Any:
    """vl-convert, imported when first needed."""
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra("drawing a picture", "figures") from error
    return vl_convert


_WRITERS: Mapping[str, Callable[[Figure], bytes]] = {
    ".json": lambda figure: figure.to_json().encode(),
    ".svg": lambda figure: figure.to_svg().encode(),
    ".html": lambda figure: figure.to_html().encode(),
    ".png": lambda figure: bytes(_converter().vegalite_to_png(dict(figure.spec), scale=SCALE)),
    ".pdf": lambda figure: bytes(_converter().vegalite_to_pdf(dict(figure.spec))),
}
