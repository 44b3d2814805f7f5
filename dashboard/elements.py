"""The parts that tabs are built from: a lead line, a figure with its link, a plain table; computes
nothing.
"""

from __future__ import annotations

from html import escape

import streamlit as st

import regime_sim as rs

from . import charts


def lead(text: str, below: str = "") -> None:
    """The lead line of a tab in serif, and what must be said below it."""
    more = f'<p class="under">{escape(below)}</p>' if below else ""
    st.html(f'<h2 class="lead">{escape(text)}</h2>{more}')


def figure(made: rs.Figure, key: str, stem: str) -> None:
    """A figure of the package with its title as text, and a link to it as a file."""
    with st.container(key=f"figure_{key}", gap=None):
        charts.put(made, key)
        charts.link(made, key, stem)


def table(
    heads: list[str], rows: list[list[str]], caption: str, numbers: int = 1, tall: bool = False
) -> None:
    """A plain table; columns from the `numbers`-th on are set flush right. tall: in a frame that
    scrolls.
    """

    def cells(row: list[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if k >= numbers else ''}>{escape(cell)}</{tag}>"
            for k, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    frame = '<div class="scroll tall" tabindex="0">' if tall else '<div class="scroll">'
    st.html(
        f'{frame}<table class="plain"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{cells(heads, 'th')}</tr></thead><tbody>{body}</tbody></table></div>"
    )
