"""Which futures end so: the region of the uncertain numbers in which an outcome mostly happens, in
words, with how much of it lies there and how often it happens there; computes nothing itself.
"""

from __future__ import annotations

import math
from html import escape

import streamlit as st

import regime_sim as rs
from regime_sim.view import palette

from .. import elements, long_work, runs, state
from ..answers import Answer

FUTURES, CORPS = 10_000, 64
OUTCOMES = {
    "leader_out": "He is out",
    "regime_falls": "The regime falls",
    "tutelage": "The regime stands under tutelage",
} | {way: palette.label(way) for way in palette.GONE}


def show(answer: Answer) -> None:
    """The outcome to ask for, the region in words, how good it is, and its bounds."""
    outcome = st.selectbox(
        "Which futures end so",
        list(OUTCOMES),
        key="futures_outcome",
        format_func=OUTCOMES.get,
        width=260,
        label_visibility="collapsed",
    )
    asked = question(
        state.scenario(), st.session_state.seed, lasting=state.as_shipped(), outcome=outcome
    )
    found: rs.Discovery | None = long_work.ask(asked)
    if found is None:
        return
    elements.lead(
        _said(found),
        "The region is found in half of the futures and judged in the other half. It shows"
        " which values of the uncertain numbers go together with the outcome, not why.",
    )
    left, right = st.columns([460, 720], gap="large")
    with left:
        _measures(found)
    with right:
        _bounds(found)
    elements.apart(answer, FUTURES, CORPS)


def question(
    scenario: rs.Scenario,
    seed: int,
    workers: int = 1,
    lasting: bool = True,
    outcome: str = "leader_out",
) -> long_work.Question:
    """What is asked of a scenario."""

    def work(tell: object, cancel: object) -> object:
        return rs.discover(
            scenario,
            outcome,
            replicates=FUTURES,
            seed=seed,
            corps=CORPS,
            workers=workers,
            on_progress=tell,
            cancel=cancel,
        )  # type: ignore[arg-type]

    return long_work.Question(
        "futures",
        f"{outcome} {runs.key(scenario, seed)} {FUTURES} {CORPS}",
        f"{FUTURES:,} futures, each with its own draw of what we do not know",
        work,
        "Ask for these settings",
        scenario=scenario,
        lasting=lasting,
    )


def _said(found: rs.Discovery) -> str:
    """The finding in a sentence."""
    what = OUTCOMES.get(found.outcome, found.outcome)
    if not found.clear:
        return f"“{what}”: nothing that we do not know clearly sets these futures apart."
    return (
        f"“{what}”: one region holds {100 * found.mass:.0f} of 100 futures and"
        f" {_of_hundred(found.coverage)} of 100 that end so. The outcome happens in"
        f" {_of_hundred(found.density)} of 100 futures inside it, and in"
        f" {_of_hundred(found.base)} of 100 overall."
    )


def _of_hundred(share: rs.Estimate) -> str:
    return f"{100 * share.value:.0f}" if share.value >= 0.01 or not share.value else "fewer than 1"


def _measures(found: rs.Discovery) -> None:
    """The three measures of the region, each a dot with its interval on one axis of a hundred."""
    rows = (
        ("overall", "of all futures", found.base),
        ("inside the region", "of the futures in it (density)", found.density),
        ("caught by the region", "of the futures that end so (coverage)", found.coverage),
    )
    body = "".join(_measure(name, words, share) for name, words, share in rows)
    st.html(
        '<h2 class="title">How well the region fits</h2><p class="sub">Of 100, with 95% intervals,'
        ' on an axis from 0 to 100.</p><table class="measures"><caption>How often it happens'
        " overall and inside the region, and how much of it the region catches</caption>"
        f'<tbody>{body}</tbody></table><p class="note">{found.replicates:,} futures, half of which'
        f" judge the region; {CORPS} simulated generals; seed {found.seed}. The region holds"
        f" {100 * found.mass:.0f} of 100 futures.</p>"
    )


def _measure(name: str, words: str, share: rs.Estimate) -> str:
    """One measure as a row."""
    low, high = 100 * share.low, 100 * share.high
    return (
        f'<tr><th scope="row">{name}<small>{escape(words)}</small></th>'
        f'<td class="n">{_of_hundred(share)}</td><td><div class="span" role="img"'
        f' aria-label="{low:.1f} to {high:.1f} of 100"><b'
        f' style="left:{low:.1f}%;width:{high - low:.1f}%"></b><i'
        f' style="left:{100 * share.value:.1f}%"></i></div></td></tr>'
    )


def _bounds(found: rs.Discovery) -> None:
    """The bounds of the region, the clear ones first."""
    st.html(
        '<h2 class="title">Its bounds</h2><p class="sub">Uncertain numbers, and where they lie'
        " inside the region. A bound that could be chance is marked so.</p>"
    )
    if not found.restrictions:
        st.html('<p class="under">None: nothing that we do not know sets these futures apart.</p>')
        return
    rows = [
        [
            _name(one.name),
            _where(one),
            "clear" if one.clear else "could be chance",
            _p(one.p),
        ]
        for one in found.restrictions
    ]
    heads = ["number", "inside the region", "against chance", "p-value"]
    elements.table(heads, rows, "Bounds of the region", 3)
    meanings = {row["parameter"]: row["meaning"] for row in found.rows() if row["meaning"]}
    items = "".join(
        f"<li>{escape(_name(name))}: {escape(text)}</li>" for name, text in meanings.items()
    )
    st.html(f'<ul class="sources">{items}</ul>')


def _name(parameter: str) -> str:
    return parameter.replace("_", " ").replace(".", ": ")


def _where(one: object) -> str:
    low, high = one.low, one.high  # type: ignore[attr-defined]
    least, most = (f"{end:.3g}".replace("-", "−") for end in (low, high))
    if math.isinf(low):
        return f"below {most}"
    return f"above {least}" if math.isinf(high) else f"{least} to {most}"


def _p(p: float) -> str:
    return "< 0.0001" if p < 1e-4 else f"{p:.2g}"
