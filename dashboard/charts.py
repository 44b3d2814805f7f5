"""Figures of the package laid on the page: survival wide and narrow, any other in its place, with
links to what is drawn; computes nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from html import escape
from typing import Any, Literal

import streamlit as st

import regime_sim as rs
from regime_sim.view import drawing

from . import caption, happened
from .answers import Answer
from .style import theme

type Clock = Literal["leader", "regime"]

# pixels of the plot itself; its labels need about 170 more
WIDE, NARROW, BROAD = (330, 390), (180, 260), (446, 410)
KEPT = 100  # drawings of all sizes, about 60 kB each, kept for all sessions
DRAW = """
const narrow = matchMedia("(max-width: 560px)"), broad = matchMedia("(min-width: 1436px)");
export default function ({ parentElement, data }) {
  const place = parentElement.querySelector(".drawn");
  const draw = () => {
    const now = data[narrow.matches ? "narrow" : broad.matches && data.broad ? "broad" : "wide"];
    if (place.said !== now) { place.innerHTML = now; place.said = now; }
    place.dataset.answer = data.answer;
  };
  narrow.onchange = broad.onchange = draw;
  draw();
}
"""
_drawn = st.components.v2.component(
    "regime_sim_survival", html='<div class="drawn"></div>', js=DRAW, isolate_styles=False
)
_drawings: OrderedDict[tuple[object, ...], dict[str, str]] = OrderedDict()


def survival(answer: Answer) -> None:
    """How long he lasts and how long the regime, in two sizes: the browser draws the one that fits
    the screen.
    """
    asked = (answer.key, answer.id, answer.baseline_name, answer.same, theme(), band())
    if asked not in _drawings:
        _drawings[asked] = {
            name: _survival(survival_figure(answer, theme(), size), name)
            for name, size in (("wide", WIDE), ("narrow", NARROW), ("broad", BROAD))
        }
        while len(_drawings) > KEPT:
            _drawings.popitem(last=False)
    _drawn(key="survival_drawn", data=_drawings[asked] | {"answer": answer.id})


def _survival(figure: rs.Figure, name: str) -> str:
    """The figure with its title, as HTML of one size."""
    return f'<div class="stHtml survival-{name}">{heading(figure)}{drawing.svg(figure)}</div>'


def band() -> bool:
    """Whether the band of what we do not know is to be drawn."""
    return bool(st.session_state.get("band", True))


def switch(answer: Answer) -> None:
    """Whether the band of what we do not know is drawn."""
    if answer.unknown is not None:
        st.toggle("Show what we do not know", True, key="band")


def survival_figure(answer: Answer, look: str, size: tuple[int, int] = WIDE) -> rs.Figure:
    """The figure of both clocks, with the baseline dashed and the events of the timeline."""
    return answer.now.plot(
        "survival",
        baseline=None if answer.same else answer.baseline,
        theme=look,
        width=size[0],
        height=size[1],
        unknown=answer.unknown is not None and band(),
        happened=None if answer.moved else happened.of(answer.now.scenario.id),
    )


def heading(figure: rs.Figure, notes: bool = True) -> str:
    """Title and subtitle (`notes`) of a figure as HTML."""
    title = figure.spec.get("title", {})
    return f'<h2 class="title">{_plain(title.get("text", ""))}</h2>' + (
        f'<p class="sub">{_plain(title.get("subtitle", []))}</p>' if notes else ""
    )


def by_hand(
    figure: rs.Figure,
    key: str,
    top: str = "",
    narrow: rs.Figure | None = None,
    broad: rs.Figure | None = None,
) -> None:
    """A figure drawn by hand, `top` (HTML) above it: Streamlit's own HTML holds no drawing.

    narrow, broad: the figure for a phone and for a broad page, where those are others.
    """
    sizes = {"wide": figure, "narrow": narrow or figure, "broad": broad or figure}
    drawn = {
        name: f'<div class="stHtml">{top}{drawing.svg(one)}</div>' for name, one in sizes.items()
    }
    _drawn(key=key, data=drawn | {"answer": key})


def put(figure: rs.Figure, key: str, notes: bool = True) -> None:
    """Title and subtitle (`notes`) as text, then the drawing; what it says goes with it for those
    who cannot see it.
    """
    spec: dict[str, Any] = dict(figure.spec)
    spec.pop("title", None)
    spec.pop("description", None)  # said by `alt`
    # else the plot itself would shrink to make room for its labels
    spec["autosize"] = {"type": "pad"}
    spec["config"] = spec.get("config", {}) | {
        "padding": {"left": 0, "right": 0, "top": 10, "bottom": 4}
    }
    st.html(heading(figure, notes))
    st.vega_lite_chart(None, inlined(spec), width="content", theme=None, key=key, alt=figure.alt)


def inlined(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification with each layer's rows inside it: as named datasets every one of them would
    be made a table of its own, which takes longer than the run.
    """
    rows = spec.pop("datasets", {})
    spec["layer"] = [
        layer | {"data": {"values": rows[layer["data"]["name"]]}} if "data" in layer else layer
        for layer in spec["layer"]
    ]
    return spec


def _plain(text: str | list[str]) -> str:
    return escape(text if isinstance(text, str) else " ".join(text))


def link(figure: rs.Figure, key: str, stem: str) -> None:
    """The drawing as a file, which says of itself what it is."""
    last = st.session_state.get("answer")
    answer = None if last is None else caption.linked(last)
    st.download_button(
        "SVG",
        lambda: svg(figure if answer is None else caption.under(figure, answer)),
        f"{stem}.svg",
        "image/svg+xml",
        key=f"svg_{key}",
        on_click="ignore",
        type="tertiary",
    )


def svg(figure: rs.Figure) -> bytes:
    """The figure as an SVG file; where the extra is not installed, its specification, so that
    nothing is lost.
    """
    try:
        return figure.to_svg().encode()
    except rs.MissingExtra as error:
        said = f"<desc>{_plain(str(error))}</desc>"
        return f'<svg xmlns="http://www.w3.org/2000/svg">{said}</svg>'.encode()


def weeks(answer: Answer) -> None:
    """The chart as a table: the shares in which he is in office and the regime stands, with 95%
    intervals, every fourth week and the last.
    """
    last = answer.now.horizon
    shown = [*range(0, last, 4), last]

    def column(clock: Clock) -> list[str]:
        curve = answer.now.survival_curve(clock)
        return [
            f"{100 * curve.value[week]:.1f} ({100 * curve.low[week]:.1f} to"
            f" {100 * curve.high[week]:.1f})"
            for week in shown
        ]

    columns = {
        "week": [str(week) for week in shown],
        "in office, of 100 (95%)": column("leader"),
        "regime stands, of 100 (95%)": column("regime"),
    }
    st.table(columns, hide_index=True, border="horizontal", height=360)
