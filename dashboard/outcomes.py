"""How it ends: a hundred marks, and the table of the exit modes that is their legend. Computes
no result but the paired changes.
"""

from __future__ import annotations

import math
from html import escape

import streamlit as st

import regime_sim as rs
from regime_sim.view import palette
from regime_sim.view.words import sentences

from .answers import Answer
from .style import mark


def icons(answer: Answer) -> None:
    """A hundred marks with their title."""
    st.html(
        '<h2 class="title">A hundred futures, by how they end</h2><p class="sub">By'
        f" {escape(sentences.long_date(sentences.last_day(answer.now)))}. Bar below a mark: the"
        " regime falls too.</p>"
    )
    marks(answer.now)


def marks(run: rs.Ensemble) -> None:
    """A hundred marks, filled down the columns by exit mode; a bar below one: the regime falls
    too.
    """
    whole = run.frequencies()
    cells = []
    for way in palette.ORDER:
        k = whole.ways.index(way)
        for j in range(whole.count[k]):
            falls = ' class="falls"' if j >= whole.goes_on[k] else ""
            cells.append(f"<span{falls}>{mark(way)}</span>")
    said = f"{sentences.finding(run)} {sentences.ways(run)}"
    st.html(f'<div class="array" role="img" aria-label="{escape(said)}">{"".join(cells)}</div>')


def table(answer: Answer) -> None:
    """All exit modes in their order: of 100, the 95% interval on one axis, the paired change,
    and in how many the regime goes on.
    """
    now = {way: answer.now.share(way) for way in palette.ORDER}
    shares = answer.baseline.frequencies().shares
    before = dict(zip(answer.of_100.ways, shares, strict=True))
    end = _end(100 * max(*(now[w].high for w in palette.GONE), *(before[w] for w in palette.GONE)))
    rows = "".join(_row(answer, way, now[way], before[way], end) for way in palette.ORDER)
    st.html(
        f'<table class="ways"><caption>How he leaves, of 100 futures</caption>{_head(end)}'
        f"<tbody>{rows}{_total(answer)}</tbody></table>"
    )


def _end(most: float) -> int:
    """Where the axis of the table ends, so that `most` of 100 lies on it."""
    step = next((step for step in (1, 2, 5, 10, 20) if most <= 4 * step), 25)
    return step * max(1, math.ceil(most / step))


def _head(end: int) -> str:
    scale = f"<div><span>0</span><span>95%</span><span>{end}</span></div>"
    return (
        '<thead><tr><th scope="col">How he leaves</th><th scope="col">of 100</th><th scope="col"'
        f' class="scale" aria-label="95% interval">{scale}</th><th scope="col">change</th>'
        '<th scope="col">regime<br>goes on</th></tr></thead>'
    )


def _total(answer: Answer) -> str:
    """The last row: out by any exit mode."""
    whole, out = answer.of_100, answer.out
    return (
        '<tr class="total"><th scope="row"><span>Out, any exit</span></th><td class="n">'
        f'{sentences.short(out.value, whole.out)}</td><td class="text">'
        f"{sentences.interval(out, whole.out)}</td><td>{_change(answer, None)}</td>"
        f"<td>{whole.out_goes_on}</td></tr>"
    )


def _row(answer: Answer, way: str, share: rs.Estimate, before: float, end: int) -> str:
    """The row of an exit mode; `before` is the baseline's share."""
    whole = answer.of_100
    count, on = whole.of(way), whole.goes_on[whole.ways.index(way)]
    if way == "survived":
        middle = f'<td class="text">{sentences.interval(share, count)}</td>'
    else:
        was = None if answer.same else (before, answer.baseline_name)
        middle = _whisker(way, share, was, end)
    first = ' class="family"' if _opens_family(way) else ""
    goes_on = "" if way == "survived" else on if count else "–"
    return (
        f'<tr{first}><th scope="row">{mark(way)}<span>{escape(palette.label(way))}</span></th>'
        f'<td class="n">{sentences.short(share.value, count)}</td>{middle}'
        f"<td>{_change(answer, way)}</td><td>{goes_on}</td></tr>"
    )


def _whisker(way: str, share: rs.Estimate, was: tuple[float, str] | None, end: int) -> str:
    """A share with its interval as a cell, that of the baseline (share, name) dashed."""

    def at(value: float) -> float:
        return min(100.0, 100 * 100 * value / end)

    low, high = at(share.low), at(share.high)
    said = f"{100 * share.low:.1f} to {100 * share.high:.1f}"
    told, dashed = f"95% interval: {said} of 100", ""
    if was is not None:
        dashed = f'<q style="left:{at(was[0]):.1f}%"></q>'
        told += f"; dashed: {was[1]}, {100 * was[0]:.1f}"
    return (
        f'<td class="m-{way} whisker" aria-label="{said}" title="{escape(told)}"><div>'
        f'<b style="left:{low:.1f}%;width:{high - low:.1f}%"></b>{dashed}'
        f'<i style="left:{at(share.value):.1f}%"></i></div></td>'
    )


def _opens_family(way: str) -> bool:
    at = palette.ORDER.index(way)
    return at == 0 or palette.FAMILY[palette.ORDER[at - 1]] != palette.FAMILY[way]


def _change(answer: Answer, way: str | None) -> str:
    """A paired change in futures of 100; a dot where none is clear."""
    if answer.same:
        return "·"
    found = answer.changed if way is None else answer.paired.change(way)
    if found.low <= 0.0 <= found.high:
        return '<span title="no clear change">·</span>'
    if way is None and answer.more:
        return f"<b>{answer.more:+d}</b>".replace("-", "−")
    size = abs(100 * found.value)
    sign, digits = "+" if found.value > 0 else "−", 0 if size >= 0.95 else 1
    return f"<b>{sign}{size:.{digits}f}</b>"


def numbers(answer: Answer) -> None:
    """The same as numbers: probability, 95% interval, median week, futures."""
    frame = answer.now.outcomes().set_index("outcome").loc[list(palette.ORDER)].reset_index()
    cells = {
        "how he leaves": [palette.label(str(way)) for way in frame["outcome"]],
        "probability": [f"{value:.4f}" for value in frame["probability"]],
        "95% interval, low": [f"{value:.4f}" for value in frame["low"]],
        "95% interval, high": [f"{value:.4f}" for value in frame["high"]],
        "median week": [
            "–" if value != value else f"{value:.0f}" for value in frame["median_week"]
        ],
        "futures": [f"{value:,.0f}" for value in frame["n"]],
    }
    st.table(cells, hide_index=True, border="horizontal")
