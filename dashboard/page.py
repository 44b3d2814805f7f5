"""The page from top to bottom: where each part goes, and what happens when a run is refused; holds no logic of the parts."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import charts
import clock
import deeper
import exchange
import headline
import levers
import outcomes
import presets
import preview
import runs
import state
import streamlit as st
import style

import regime_sim as rs

POLL = 0.15  # seconds between two looks for the finer answer

type Place = st.delta_generator.DeltaGenerator


def show(asked: str | None) -> None:
    """Draw the page."""
    st.set_page_config(page_title="regime_sim", page_icon="◐", layout="wide", initial_sidebar_state="collapsed")
    style.put()
    state.begin(asked)
    _world()


@st.fragment(key=clock.PAGE)
def _world() -> None:
    """Everything that a lever changes, in one fragment."""
    state.write_address()
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        bar = st.container(key="bar_left")
        door = st.popover("Open or save scenario", type="tertiary", key="open_save", on_change="rerun")  # a closed one costs nothing
        if door.open:
            with door:
                exchange.scenario_door()
        results = st.popover("Results", type="tertiary", key="results", on_change="rerun")
    with st.container(key="pills", horizontal=True, vertical_alignment="center"):
        presets.show()
    exchange.problems()
    top = st.container(key="top")
    with st.container(key="main"):
        left, middle, right = st.columns([248, 500, 400], gap="medium")
        with left, st.container(key="levers", gap=None):
            st.html('<h2 class="title only-narrow" id="levers">Levers</h2>')
            levers.show()
        middle, array, table = middle.container(key="survival", gap=None), right.container(key="array"), right.container(key="table", gap=None)
    foot = st.container(key="foot")
    with bar:
        _title()
    answer = _answer(top, middle, array)
    if answer is None:
        return
    if results.open:
        with results:
            exchange.results_door(answer)
    with top:
        said, precise = st.columns([782, 400], gap="medium", vertical_alignment="bottom")
        with said:
            headline.show(answer)
        with precise:
            headline.ruler(answer)
    with middle:
        charts.survival(answer)
        preview.show(answer)
        _table("survival_table", charts.weeks, answer)
    with array:
        outcomes.icons(answer)
        _table("outcomes_table", outcomes.numbers, answer)
    with table:
        outcomes.table(answer)
    with foot:
        deeper.show(answer)
        _foot(answer)
        headline.dock(answer)
    if answer.refining:
        _watch()
    elif preview.fitting() and not results.open:  # a file under way would be broken off by a redrawn page
        preview.watch()


def _answer(top: Place, *charts_: Place) -> runs.Answer | None:
    """The answer to show: the new one, or the last one where the new one is refused. Until the first is there, its places are greyed."""
    last: runs.Answer | None = st.session_state.get("answer")
    waiting = [place.empty() for place in (top, *charts_)]
    if last is None:
        with waiting[0].container():
            headline.waiting()
        for place in waiting[1:]:
            place.skeleton(height=340)
    try:
        last = runs.answer()
    except runs.OverBudget as error:
        with top:
            exchange.refused(error, error.fits, runs.key(state.scenario(), st.session_state.seed))
    except rs.RegimeSimError as error:
        top.html(f'<div class="wrong" role="alert"><pre>{escape(str(error))}</pre></div>')
    for place in waiting:
        place.empty()
    st.session_state.answer = last
    return last


def _table(key: str, fill: Callable[[runs.Answer], None], answer: runs.Answer) -> None:
    """What a chart shows as a table, made when it is opened."""
    door = st.popover("Table", type="tertiary", key=key, on_change="rerun")
    if door.open:
        with door:
            fill(answer)


def _title() -> None:
    st.html(f'<p class="brand"><code>regime_sim</code><span>{escape(st.session_state.base.title[:90])}</span></p>')


def _foot(answer: runs.Answer) -> None:
    run = answer.now
    paired = "" if answer.same else " paired"
    why = f'<p class="note">Not refined to {runs.FINE:,}: {escape(answer.refusal)}</p>' if answer.refusal else ""
    st.html(
        f'{why}<p class="foot"><span>{run.replicates:,}{paired} futures · seed {run.seed} · horizon {run.horizon} weeks · engine {escape(run.engine)}'
        f"</span><span>{'' if answer.refining else f'fingerprint {run.digest()[:8]} · '}model {escape(rs.__version__)}</span></p>"
    )


@st.fragment
def _watch() -> None:
    """Look whether the finer answer is there, and show it when it is."""
    clock.tick("refined", runs.refined, POLL)
