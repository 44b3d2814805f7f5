"""What really became of the ruler in a past case, beside what the model says; computes nothing but
the model's share and score for it.
"""

from __future__ import annotations

from datetime import timedelta
from html import escape

import streamlit as st

import regime_sim as rs
from regime_sim.view.words import past, sentences

from .answers import Answer


def of(name: str) -> tuple[str, int | None, str] | None:
    """What happened in a shipped past case: exit mode, week, words; None for other scenarios."""
    if name not in past.ENDS:
        return None
    way, week = past.ENDS[name]
    day = rs.load(name).start + timedelta(weeks=week)
    return way, week, f"{past.said(way)}, {sentences.MONTHS[day.month - 1]} {day.year}"


def show(answer: Answer) -> None:
    """What happened, how often the model ends so, and how good that is beside knowing nothing."""
    found = of(answer.now.scenario.id)
    if found is None:
        return
    way, week, said = found
    moved = " (with the levers as they were)" if answer.moved else ""
    share, out = answer.now.share(way), answer.out
    count = answer.of_100.of(way)
    score = (1.0 - out.value) ** 2
    likely = sum(answer.of_100.of(one) > count for one in rs.WAYS[1:])
    rank = "the most common exit" if not likely else f"{likely} exits are more common"
    miss = "" if out.value >= 0.5 else " In most of them he stayed: a miss."
    when = ""
    if count:
        middle = answer.now.median_week(way)
        when = f" Of these, half came by week {middle.value:.0f}; it was week {week}."
    st.html(
        f'<div class="happened" role="note"><p><b>What happened{moved}:</b> {escape(said)}. In'
        f" <b>{sentences.short(share.value, count)} of 100</b> futures it ends so ({rank});"
        f" he is out in {sentences.short(out.value, answer.of_100.out)}.{miss}{when}</p>"
        f'<p class="note">Brier score for “out” {score:.2f}: 0 is perfect, 0.25 is saying 50 each'
        " time. One case proves little, and the model was fitted with this one in view; see Test on"
        " history for all of them.</p></div>"
    )
