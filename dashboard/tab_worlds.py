"""Which worlds end so: the part of what is not known in which an outcome mostly happens, in words,
with how much of it lies there and how often it happens there; runs nothing itself.
"""

from __future__ import annotations

import math
from html import escape

import asking
import runs
import state
import streamlit as st
from runs import Answer

import regime_sim as rs
from regime_sim.view import palette

FUTURES, CORPS = 10_000, 64
OUTCOMES = {
    "leader_out": "He is out",
    "regime_falls": "The regime falls",
    "tutelage": "It stands under tutelage",
} | {way: palette.label(way) for way in palette.GONE}


def show(answer: Answer) -> None:
    """The outcome to ask for, the box in words, how good it is, and its sides."""
    world, seed = state.scenario(), st.session_state.seed
    outcome = st.selectbox(
        "Which worlds end so",
        list(OUTCOMES),
        key="worlds_outcome",
        format_func=OUTCOMES.get,
        width=260,
        label_visibility="collapsed",
    )

    def work(tell: object, cancel: object) -> object:
        return rs.discover(
            world,
            outcome,
            replicates=FUTURES,
            seed=seed,
            corps=CORPS,
            workers=1,
            on_progress=tell,
            cancel=cancel,
        )  # type: ignore[arg-type]

    question = f"{FUTURES:,} futures, each with its own draw of what is not known"
    found = asking.ask(
        "worlds", f"{outcome} {runs.key(world, seed)}", question, work, "Ask for these settings"
    )
    if found is None:
        return
    asking.lead(
        _said(found),
        "The box is found on one half of the futures and judged on the other, so that what it"
        " claims is not its own doing. It says where outcomes go together with numbers that are not"
        " known, not why.",
    )
    left, right = st.columns([460, 720], gap="large")
    with left:
        _measures(found)
    with right:
        _sides(found)


def _said(found: rs.Discovery) -> str:
    """The finding in a sentence."""
    what = OUTCOMES.get(found.outcome, found.outcome)
    if not found.clear:
        return f"“{what}”: no part of what is not known clearly marks these futures."
    return (
        f"“{what}”: {_of_hundred(found.coverage)} of 100 such futures lie in {100 * found.mass:.0f}"
        f" of 100 worlds; there it happens in {_of_hundred(found.density)} of 100, everywhere in"
        f" {_of_hundred(found.base)}."
    )


def _of_hundred(share: rs.Estimate) -> str:
    return f"{100 * share.value:.0f}" if share.value >= 0.01 or not share.value else "fewer than 1"


def _measures(found: rs.Discovery) -> None:
    """The three measures of the box, each as a dot with its range on one axis of a hundred."""
    rows = (
        ("everywhere", "of all futures", found.base),
        ("density", "of those in the box", found.density),
        ("coverage", "of such futures lie in the box", found.coverage),
    )
    body = "".join(
        f'<tr><th scope="row">{name}<small>{escape(words)}</small></th><td'
        f' class="n">{_of_hundred(share)}</td><td><div class="span" role="img"'
        f' aria-label="{100 * share.low:.1f} to {100 * share.high:.1f} of 100"><b'
        f' style="left:{100 * share.low:.1f}%;width:{100 * (share.high - share.low):.1f}%"></b><i'
        f' style="left:{100 * share.value:.1f}%"></i></div></td></tr>'
        for name, words, share in rows
    )
    st.html(
        '<h3 class="title">How good the box is</h3><p class="sub">Of 100, with 95% ranges, on an'
        ' axis from 0 to 100.</p><table class="measures"><caption>Base rate, density and'
        f' coverage</caption><tbody>{body}</tbody></table><p class="note">{found.replicates:,}'
        f" futures of which half judge the box, {CORPS} generals simulated one by one, seed"
        f" {found.seed}. The box holds {100 * found.mass:.0f} of 100 of them.</p>"
    )


def _sides(found: rs.Discovery) -> None:
    """The sides of the box, the clear ones first."""
    st.html(
        '<h3 class="title">Its sides</h3><p class="sub">Numbers that are not known, and where they'
        " lie inside the box. A side that could be chance is not claimed.</p>"
    )
    if not found.restrictions:
        st.html(
            '<p class="under">The box has none: nothing that is not known sets these futures'
            " apart.</p>"
        )
        return
    rows = [
        [
            one.name.replace("_", " ").replace(".", ": "),
            _where(one),
            "yes" if one.clear else "could be chance",
            _chance(one.p),
        ]
        for one in found.restrictions
    ]
    asking.table(["number", "inside the box", "clear", "p"], rows, "Sides of the box", 3)
    meanings = {row["parameter"]: row["meaning"] for row in found.rows() if row["meaning"]}
    st.html(
        '<ul class="sources">'
        + "".join(
            f"<li>{escape(name.replace('_', ' ').replace('.', ': '))}: {escape(text)}</li>"
            for name, text in meanings.items()
        )
        + "</ul>"
    )


def _where(one: object) -> str:
    low, high = one.low, one.high  # type: ignore[attr-defined]
    if math.isinf(low):
        return f"under {high:.3g}"
    return f"over {low:.3g}" if math.isinf(high) else f"{low:.3g} to {high:.3g}"


def _chance(p: float) -> str:
    return "< 0.0001" if p < 1e-4 else f"{p:.2g}"
