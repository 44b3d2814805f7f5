"""The one door to words, tables and figures: text, HTML and pictures of every result, found by the
result's type and loaded when asked for; makes none of them itself.

To show a new result, give it a module of the view with `text(record)` (and `html(record)`, where a
notebook should show more than that text), name the module in WORDS, and its figures in FIGURES.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..errors import RegimeSimError, UnknownName, nearest
from ..facts.outcomes import OBSERVABLES
from ..given import shown
from .figures.options import checked

if TYPE_CHECKING:
    from .figure import Figure
    from .pages.network import Animation

# where the words and tables of each type of result are made
WORDS: Mapping[str, str] = {
    "Attribution": "words.attribution",
    "Backtest": "tables.scorecard",
    "Citation": "words.citation",
    "Claim": "words.claim",
    "Comparison": "words.comparison",
    "Discovery": "words.discovery",
    "Ensemble": "words.sentences",
    "PanelBacktest": "tables.panel",
    "Preview": "words.preview",
    "Report": "pages.report",
    "Screening": "words.screening",
    "Sensitivity": "words.sensitivity",
    "Story": "words.story",
    "Sweep": "words.sweep",
    "Tipping": "words.tipping",
    "Verdict": "words.checks",
    "Ways": "words.exit_chances",
}
# the figures of each type, the first drawn where none is named: kind -> function in `figures`
FIGURES: Mapping[str, Mapping[str, str]] = {
    "Attribution": {"waterfall": "waterfall.waterfall"},
    "Backtest": {"reliability": "reliability.reliability_figure"},
    "Comparison": {"differences": "differences.differences", "overlay": "overlay.overlay"},
    "Ensemble": {
        "survival": "survival.survival",
        "causes": "causes.causes",
        "incidence": "incidence.incidence",
        "icons": "icons.icons",
        "weekly": "weekly.weekly",
        "luck": "shares.shares_bar",
    },
    "Sensitivity": {"tornado": "tornado.tornado", "luck": "shares.shares_bar"},
    "Story": {"weeks": "story.story_lines"},
    "Sweep": {"grid": "grid.grid"},
    "Tipping": {"tipping": "tipping.tipping_bars"},
}


def text(record: object) -> str:
    """A result as a terminal shows it."""
    return str(_words(record).text(record))


def html(record: object) -> str:
    """A result as a notebook shows it: inert HTML."""
    words = _words(record)
    return (
        str(words.html(record)) if hasattr(words, "html") else f"<pre>{escape(text(record))}</pre>"
    )


def say(record: object, what: str, *given: Any) -> Any:
    """One part of what is said of a result: the function `what` of the module with its words."""
    return getattr(_words(record), what)(record, *given)


def draw(record: object, kind: str | None = None, **options: Any) -> Figure:
    """A figure of a result; options are those of the figure's own function.

    kind: one of FIGURES; of an ensemble also a weekly variable, of a sweep an outcome, of a
    comparison with one arm a figure of that arm, with the first as its baseline. Raises
    UnknownName; RegimeSimError for a result that has no figure.
    """
    name = _type_of(record)
    if name == "Comparison" and not (isinstance(kind, str) and kind in FIGURES[name]):
        found: Any = record
        _check_kind(kind, (*FIGURES["Comparison"], *FIGURES["Ensemble"]), _weekly())
        if kind is None and len(found) > 1:
            return draw(found, "differences", **options)
        return draw(found.after, kind, baseline=found.before, **options)
    kinds = FIGURES.get(name)
    if not kinds:
        raise RegimeSimError(f"{name}: this result has no figure")
    weekly = _weekly() if name == "Ensemble" else ()
    if name == "Sweep" and isinstance(kind, str) and kind not in kinds:
        kind, options = None, {"of": kind, **options}
    if isinstance(kind, str) and kind in weekly:
        kind, options = "weekly", {"name": kind, **options}
    if kind is None:
        kind = next(iter(kinds))
    _check_kind(kind, tuple(kinds), weekly)
    module, function = kinds[kind].split(".")
    make = getattr(_module(f"figures.{module}"), function)
    figure: Figure = make(record, **checked(make, kind, options))
    return figure


def _weekly() -> tuple[str, ...]:
    """The weekly variables, each of which is a figure of an ensemble."""
    return tuple(known.name for known in OBSERVABLES)


def _check_kind(kind: object, kinds: tuple[str, ...], weekly: tuple[str, ...]) -> None:
    """Refuse what is no figure of a result: with all of its figures where one of them was meant.
    Raises UnknownName.
    """
    if kind is None or (isinstance(kind, str) and kind in (*kinds, *weekly)):
        return
    name = kind if isinstance(kind, str) else shown(kind)
    meant = "did you mean" in nearest(name, kinds)
    raise UnknownName("figure", name, kinds if meant else (*kinds, *weekly))


def animate(story: object, theme: str = "light") -> Animation:
    """The generals' network of a story, week by week."""
    page: Animation = _module("pages.network").Animation(story, theme)
    return page


def _words(record: object) -> ModuleType:
    return _module(WORDS[_type_of(record)])


def _module(name: str) -> ModuleType:
    return import_module(f".{name}", __package__)


def _type_of(record: object) -> str:
    """The name of the first of its classes that the view knows."""
    known = (one.__name__ for one in type(record).__mro__ if one.__name__ in WORDS)
    name = next(known, None)
    if name is None:
        raise RegimeSimError(f"{type(record).__name__}: the view has no words for this type")
    return name


__all__ = ["animate", "draw", "html", "say", "text"]
