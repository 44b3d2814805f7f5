"""How it ends: a hundred marks, and the table of the ten ways that is their legend. Computes no
result but the paired changes.
"""

from __future__ import annotations

import math
from html import escape

import streamlit as st
from runs import Answer
from style import mark

import regime_sim as rs
from regime_sim.view import palette
from regime_sim.view.words import sentences


def icons(answer: Answer) -> None:
    """A hundred marks with their title."""
    st.html(
        '<h3 class="title">A hundred futures, by how they end</h3><p class="sub">One mark is one'
        " future in a hundred, by"
        f" {escape(sentences.long_date(sentences.last_day(answer.now)))}.</p>"
    )
    marks(answer.now)


def marks(run: rs.Ensemble) -> None:
    """A hundred marks, filled down the columns by way to go; a bar below one: the regime falls too."""
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
    """All ten ways in their order: of 100, the 95% range on one axis, the paired change, and in how
    many the regime goes on.
    """
    now = {way: answer.now.share(way) for way in palette.ORDER}
    before = dict(zip(answer.whole.ways, answer.before.frequencies().shares, strict=True))
    most = 100 * max(
        *(now[way].high for way in palette.GONE), *(before[way] for way in palette.GONE)
    )
    step = next((step for step in (1, 2, 5, 10, 20) if most <= 4 * step), 25)
    end = step * max(1, math.ceil(most / step))
    rows = "".join(_row(answer, way, now[way], before[way], end) for way in palette.ORDER)
    whole, out = answer.whole, answer.out
    total = (
        '<tr class="total"><th scope="row"><span>Out, any way</span></th><td'
        f' class="n">{sentences.short(out.value, whole.out)}</td>'
        f'<td class="text">{sentences.interval(out, whole.out)}</td><td>{_change(answer, None)}</td><td>{whole.out_goes_on}</td></tr>'
    )
    dashed = "" if answer.same else f" <span>·</span> <q></q> {answer.other}"
    st.html(
        '<table class="ways"><caption>How he goes, of 100 futures</caption><thead><tr><th'
        ' scope="col">Way to go</th><th scope="col">of 100</th><th scope="col"'
        f' class="scale"><div><span>0</span><span>range</span><span>{end}</span></div></th><th'
        ' scope="col">change</th><th scope="col">regime<br>goes'
        f' on</th></tr></thead><tbody>{rows}{total}</tbody></table><p class="note key"><span'
        f' class="falls">{mark("seized")}</span> bar below: the regime falls too{dashed}</p>'
    )


def _row(answer: Answer, way: str, row: rs.Estimate, before: float, end: int) -> str:
    whole = answer.whole
    count, on = whole.of(way), whole.goes_on[whole.ways.index(way)]
    if way == "survived":
        middle = f'<td class="text">{sentences.interval(row, count)}</td>'
    else:
        low, value, high = (
            min(100.0, 100 * 100 * at / end) for at in (row.low, row.value, row.high)
        )
        dashed = (
            ""
            if answer.same
            else f'<q style="left:{min(100.0, 100 * 100 * before / end):.1f}%"></q>'
        )
        said = f"{100 * row.low:.1f} to {100 * row.high:.1f}"
        middle = (
            f'<td class="m-{way} whisker" aria-label="{said}" title="{said} of 100"><div><b'
            f' style="left:{low:.1f}%;width:{high - low:.1f}%"></b>{dashed}<i'
            f' style="left:{value:.1f}%"></i></div></td>'
        )
    first = ' class="family"' if _opens_family(way) else ""
    return (
        f'<tr{first}><th scope="row">{mark(way)}<span>{escape(palette.label(way))}</span></th>'
        f'<td class="n">{sentences.short(row.value, count)}</td>{middle}<td>{_change(answer, way)}</td>'
        f"<td>{'' if way == 'survived' else on if count else '–'}</td></tr>"
    )


def _opens_family(way: str) -> bool:
    at = palette.ORDER.index(way)
    return at == 0 or palette.FAMILY[palette.ORDER[at - 1]] != palette.FAMILY[way]


def _change(answer: Answer, way: str | None) -> str:
    """A paired change in futures of 100; a dot where none is clear."""
    if answer.same:
        return "·"
    found = answer.changed if way is None else answer.change(way)
    if found.low <= 0.0 <= found.high:
        return '<span title="no clear change">·</span>'
    size = abs(100 * found.value)
    return f"<b>{'+' if found.value > 0 else '−'}{f'{size:.0f}' if size >= 0.95 else f'{size:.1f}'}</b>"


def numbers(answer: Answer) -> None:
    """The same as numbers: probability, 95% range, median week, n."""
    frame = answer.now.outcomes().set_index("outcome").loc[list(palette.ORDER)].reset_index()
    cells = {
        "way to go": [palette.label(str(way)) for way in frame["outcome"]],
        "probability": [f"{value:.4f}" for value in frame["probability"]],
        "low": [f"{value:.4f}" for value in frame["low"]],
        "high": [f"{value:.4f}" for value in frame["high"]],
        "median week": [
            "–" if value != value else f"{value:.0f}" for value in frame["median_week"]
        ],
        "n": [f"{value:,.0f}" for value in frame["n"]],
    }
    st.table(cells, hide_index=True, border="horizontal")
