"""How results show as words, figures and frames: a mixin that loads the view when needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from .literals import FigureName
    from .view.figure import Figure

DOOR = "regime_sim.view.door"


class Page(Protocol):
    """A page that stands alone, which notebooks show."""

    def page(self) -> str:
        """The whole page as HTML."""

    def save(self, path: str | Path) -> Path:
        """Write it to a file that ends in .html. Raises UnknownName, OSError."""


def framed(
    rows: Sequence[Mapping[str, Any]] | Mapping[str, Any], columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Rows, or columns by name, as a DataFrame."""
    import pandas as pd  # takes half a second to load

    return pd.DataFrame(rows, columns=None if columns is None else list(columns))


class Shown:
    """A result that prints and draws itself by `view.door`, which is loaded on first use."""

    __slots__ = ()

    def plot(self, kind: FigureName | str | None = None, **options: Any) -> Figure:
        """A figure that notebooks show and that saves itself. kind: one of the figures of this
        result, by default its first. Raises UnknownName, MissingExtra.
        """
        figure: Figure = import_module(DOOR).draw(self, kind, **options)
        return figure

    def __str__(self) -> str:
        """The result in words."""
        return str(import_module(DOOR).text(self))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        """The result as notebooks show it."""
        return str(import_module(DOOR).html(self))

    def _say(self, what: str, *given: Any) -> Any:
        """A part of what the view says of the result."""
        return import_module(DOOR).say(self, what, *given)
