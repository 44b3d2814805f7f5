"""How results print and draw themselves: one mixin that asks the view when it is needed; holds no
word and no figure, and imports no other room.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .view.figure import Figure

DOOR = "regime_sim.view.door"


class Shown:
    """A result that prints and draws itself. The words and figures are those of `view.door`, which
    is loaded on first use: results know nothing of the view, and runs start without it.
    """

    __slots__ = ()

    def plot(self, kind: str | None = None, **options: Any) -> Figure:
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
