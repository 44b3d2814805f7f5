"""Every figure of the package, one file a family: results become Vega-Lite specifications here, and
nothing is computed but where ink goes.

Every figure has a title that states what was found, a subtitle with the unit, labels on the lines
instead of a legend, and one sentence for those who cannot see it. Shares are always drawn from 0 to
100.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import UnknownName
from ...facts.outcomes import OBSERVABLES
from .causes import causes
from .differences import differences
from .events import Tick
from .grid import curve_with_band, heat_map
from .icons import icons
from .incidence import incidence
from .reliability import reliability_figure
from .shares import shares_bar
from .story import story_lines
from .survival import survival
from .tipping import tipping_bars
from .tornado import tornado
from .weekly import weekly

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble
    from ..figure import Figure

KINDS: Mapping[str, Callable[..., Figure]] = {
    "survival": survival,
    "causes": causes,
    "incidence": incidence,
    "icons": icons,
    "weekly": weekly,
    "luck": shares_bar,
}


def draw(ensemble: Ensemble, kind: str, **options: Any) -> Figure:
    """The figure of that kind, or the weekly figure of that variable; options are those of the
    figure's own function.
    """
    if kind in KINDS:
        return KINDS[kind](ensemble, **options)
    names = [known.name for known in OBSERVABLES]
    if kind in names:
        return weekly(ensemble, kind, **options)
    raise UnknownName("figure", kind, (*KINDS, *names))


__all__ = [
    "KINDS",
    "Tick",
    "causes",
    "curve_with_band",
    "differences",
    "draw",
    "heat_map",
    "icons",
    "incidence",
    "reliability_figure",
    "shares_bar",
    "story_lines",
    "survival",
    "tipping_bars",
    "tornado",
    "weekly",
]
