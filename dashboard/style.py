"""Colours, marks and the sheet of styles of the page, from the palette's own tokens; knows nothing
of what the page shows.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import streamlit as st

from regime_sim.view import palette

SHEET = Path(__file__).with_name("page.css")


def theme() -> str:
    """The mode that the reader's browser is in: "light" or "dark"."""
    return "dark" if st.context.theme.type == "dark" else "light"


def put() -> None:
    """Lay the styles on the page."""
    st.html(f"<style>{_look(theme())}{SHEET.read_text(encoding='utf-8')}</style>")


def first() -> str:
    """The styles before the page is told its look: that which the browser prefers."""
    dark = f"@media (prefers-color-scheme: dark){{{_look('dark')}}}"
    return f"{_look('light')}{dark}{SHEET.read_text(encoding='utf-8')}"


def _look(name: str) -> str:
    """Colours as properties, and marks, of one mode."""
    look = palette.theme(name)
    tokens = {
        "bg": look.background,
        "panel": look.panel,
        "rule": look.rule,
        "ink": look.ink,
        "ink2": look.ink2,
        "ink3": look.ink3,
        "edge": look.edge,
        "accent": look.accent,
        "warn": look.warn,
        "pale": look.pale,
        "warnbg": "#33291A" if look.name == "dark" else "#FBF0DC",
        "under": "#4A3E1D" if look.name == "dark" else "#F5E3B3",
    }
    root = ":root{" + "".join(f"--{name}:{colour};" for name, colour in tokens.items()) + "}"
    return root + _marks(name)


def _marks(name: str) -> str:
    """One class for each exit mode: its mark as a background picture, its colour as a property."""
    look = palette.theme(name)
    rules = []
    for way in palette.ORDER:
        drawn, rim = palette.mark(way, look), 2.0 if way in palette.HOLLOW else 1.2
        scale = 7.2 if way in palette.HOLLOW else 8.2
        glyph = (
            f'<path d="{drawn["glyph"]}" transform="translate(10 10) scale({scale})"'
            f' fill="{drawn["sign"]}"/>'
            if drawn["glyph"]
            else ""
        )
        disc = (
            f'<circle cx="10" cy="10" r="{9.4 - rim / 2}" fill="{drawn["disc"]}"'
            f' stroke="{drawn["edge"]}" stroke-width="{rim}"/>'
        )
        picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">{disc}{glyph}</svg>'
        image = f"data:image/svg+xml,{quote(picture)}"
        rules.append(f'.m-{way}{{--way:{look.ways[way]};background-image:url("{image}")}}')
    return "".join(rules)


def mark(way: str) -> str:
    """The mark of an exit mode, as HTML."""
    return f'<i class="m m-{way}" aria-hidden="true"></i>'
