"""Colours, glyphs and type, once for terminal, figures, report and dashboard; draws nothing and
holds no result.

Hues belong to the exit modes and to nothing else. Ways of one family share a glyph, the second of
them hollow (a palace coup has one of its own), so that neither the colour nor the shape is ever
alone in telling them apart. Every
colour has a contrast of 3:1 or more on its background, and any two stay apart (CIEDE2000 of 11 or
more) for readers with any of the three dichromacies; a test audits both.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..facts.outcomes import WAY_WORDS
from ..given import choice
from ..travel import Closed

# how ways are listed to readers: by family, staying in office last
ORDER = (
    "coup",
    "palace_coup",
    "assassinated",
    "uprising",
    "rebellion",
    "seized",
    "foreign_removal",
    "negotiated_exit",
    "regular",
    "died",
    "survived",
)
GONE = ORDER[:-1]
FAMILY = Closed(
    {
        "coup": "insiders",
        "palace_coup": "insiders",
        "assassinated": "insiders",
        "uprising": "the street",
        "rebellion": "armed rebels",
        "seized": "outside power",
        "foreign_removal": "outside power",
        "negotiated_exit": "own choice",
        "regular": "own choice",
        "died": "nature",
        "survived": "no change",
    }
)
HOLLOW = frozenset({"assassinated", "foreign_removal", "regular"})
SIGNS = Closed(
    {
        "coup": "★",
        "palace_coup": "◆",
        "assassinated": "☆",
        "uprising": "▲",
        "rebellion": "×",
        "seized": "▼",
        "foreign_removal": "▽",
        "negotiated_exit": "►",
        "regular": "▷",
        "died": "▬",
        "survived": "○",
    }
)
# No quoted names and none with a digit: the picture maker measures the first kind too wide and
# draws no text at all for the second.
SANS = "Source Sans, Source Sans Pro, Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
SERIF = "Source Serif, Source Serif Pro, Georgia, Liberation Serif, serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one mode. `inner` and `outer`: the opacities of the two bands."""

    name: str
    background: str
    panel: str
    rule: str
    ink: str
    ink2: str
    ink3: str
    edge: str
    accent: str
    warn: str
    pale: str
    inner: float
    outer: float
    ways: Closed[str, str]
    ramp: tuple[str, ...]


def _colours(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


def _ways(listed: str) -> Closed[str, str]:
    return Closed(dict(zip(ORDER, _colours(listed), strict=True)))


LIGHT = Theme(
    "light",
    "#FCFBF8",
    "#F4F1EA",
    "#DDD9D0",
    "#1A1D21",
    "#4D5560",
    "#646B75",
    "#8C8A84",
    "#17616E",
    "#8A4B08",
    "#EDEBE6",
    0.20,
    0.065,
    _ways(
        "#B24A1F #72986A #73240F #BD7E00 #237C5F #2C82EB #202A56 #A05B96 #743C9A #1B1B1A #8A8B8D"
    ),
    _colours("#F1EEE6 #E2E6E1 #CEDBD8 #B7CDCB #9ABABB #7BA6AB #5A919A #3E7A85 #26616D #124653"),
)
DARK = Theme(
    "dark",
    "#14171C",
    "#1D2128",
    "#333942",
    "#EFECE5",
    "#B6BAC1",
    "#8F959E",
    "#747B86",
    "#7CC4CC",
    "#F0C27A",
    "#23272E",
    0.24,
    0.075,
    _ways(
        "#EA5B1A #98C598 #AE4A34 #EECD6E #499F71 #5DBAFE #5F6BE2 #CB85A9 #86568D #E5E1D5 #6A6A6A"
    ),
    _colours("#20252C #223038 #243D46 #264C56 #2D5D67 #397079 #4A858C #6E9FA3 #98BCBD #C9DEDA"),
)
THEMES = Closed({"light": LIGHT, "dark": DARK})


def theme(name: str) -> Theme:
    """The theme of that name."""
    return THEMES[choice("theme", name, THEMES)]


def label(way: str) -> str:
    """The exit mode in words, as a row of a table begins."""
    words = WAY_WORDS[way]
    return words[0].upper() + words[1:]


def _outline(points: Iterable[tuple[float, float]]) -> str:
    """A closed SVG path through points."""
    return "M" + "L".join(f"{x:.3f},{y:.3f}" for x, y in points) + "Z"


def _star() -> str:
    turns = ((k, math.pi * k / 5) for k in range(10))
    radii = (0.62, 0.27)
    return _outline((radii[k % 2] * math.sin(t), -radii[k % 2] * math.cos(t)) for k, t in turns)


_CROSS = [
    (-0.48, -0.29),
    (-0.29, -0.48),
    (0, -0.19),
    (0.29, -0.48),
    (0.48, -0.29),
    (0.19, 0),
    (0.48, 0.29),
    (0.29, 0.48),
    (0, 0.19),
    (-0.29, 0.48),
    (-0.48, 0.29),
    (-0.19, 0),
]
_CHEVRON = _outline(
    [(-0.54, -0.36), (-0.54, -0.03), (0, 0.5), (0.54, -0.03), (0.54, -0.36), (0, 0.16)]
)
_ARROW = _outline(
    [
        (-0.54, -0.15),
        (0.03, -0.15),
        (0.03, -0.5),
        (0.58, 0),
        (0.03, 0.5),
        (0.03, 0.15),
        (-0.54, 0.15),
    ]
)
# glyphs as SVG paths about (0, 0), on a disc of radius 1; staying in office is the disc alone
GLYPHS = Closed(
    {
        "coup": _star(),
        "palace_coup": _outline([(0, -0.64), (0.5, 0), (0, 0.64), (-0.5, 0)]),
        "assassinated": _star(),
        "uprising": _outline([(0, -0.56), (0.56, 0.43), (-0.56, 0.43)]),
        "rebellion": _outline(_CROSS),
        "seized": _CHEVRON,
        "foreign_removal": _CHEVRON,
        "negotiated_exit": _ARROW,
        "regular": _ARROW,
        "died": _outline([(-0.52, -0.15), (0.52, -0.15), (0.52, 0.15), (-0.52, 0.15)]),
    }
)


def mark(way: str, look: Theme) -> dict[str, str]:
    """How an exit's mark is drawn: fill and outline, glyph (may be empty), the glyph's colour."""
    colour = look.ways[way]
    if way == "survived":
        return {"disc": look.pale, "edge": colour, "glyph": "", "sign": look.pale}
    if way in HOLLOW:
        return {"disc": look.background, "edge": colour, "glyph": GLYPHS[way], "sign": colour}
    return {"disc": colour, "edge": colour, "glyph": GLYPHS[way], "sign": look.background}


def vega_config(look: Theme) -> dict[str, Any]:
    """The `config` of every Vega-Lite figure: ink on paper, hairlines, no frames and no legends."""
    return {
        "background": look.background,
        "font": SANS,
        "padding": {"left": 16, "right": 16, "top": 14, "bottom": 14},
        "view": {"stroke": None},
        "lineBreak": "\n",
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "fontSize": 17,
            "fontWeight": 600,
            "color": look.ink,
            "lineHeight": 21,
            "subtitleFontSize": 13.5,
            "subtitleColor": look.ink2,
            "subtitleLineHeight": 18,
            "subtitlePadding": 4,
        },
        "axis": {
            "labelFontSize": 12,
            "labelColor": look.ink2,
            "labelPadding": 6,
            "gridColor": look.rule,
            "gridWidth": 1,
            "domain": False,
            "ticks": False,
            "tickColor": look.ink3,
            "title": None,
            "labelFontWeight": 400,
        },
        "legend": {"disable": True},
        "text": {"color": look.ink, "fontSize": 12.5, "baseline": "middle"},
    }
