"""The parts that tabs are built from: a lead line, a figure with its link, a plain table; computes
nothing.
"""

from __future__ import annotations

from html import escape

import streamlit as st

import regime_sim as rs

from . import charts
from .answers import Answer


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
        def one(k: int, cell: str) -> str:
            kind = tag if cell else "td"  # a heading without words says nothing to anybody
            return f"<{kind}{' class=n' if k >= numbers else ''}>{escape(cell)}</{kind}>"

        return "".join(one(k, cell) for k, cell in enumerate(row))

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    frame = (
        '<div class="scroll tall" tabindex="0">' if tall else '<div class="scroll" tabindex="0">'
    )
    st.html(
        f'{frame}<table class="plain"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{cells(heads, 'th')}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def drawn(made: rs.Figure, key: str, stem: str, narrow: rs.Figure | None = None) -> None:
    """A figure drawn by hand, in its place at once (on a phone `narrow`), and a link to it as a
    file.
    """
    with st.container(key=f"figure_{key}", gap=None):
        charts.by_hand(made, f"drawn_{key}", charts.heading(made), narrow)
        charts.link(made, key, stem)


def apart(answer: Answer, futures: int, corps: int) -> None:
    """Why numbers here can differ a little from those above: fewer futures, fewer generals."""
    generals = int(answer.now.scenario.value("generals.number"))  # type: ignore[attr-defined]
    st.html(
        '<p class="note apart">So that many settings can be run, this tab counts'
        f" {futures:,} futures with {corps} simulated generals standing for {generals:,}; the"
        f" numbers above count {answer.futures:,} with all of them. The same world can differ by a"
        " point or two.</p>"
    )
