"""The page from top to bottom: where each part goes, and what happens when a run is refused; holds
no logic of the parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import streamlit as st

import regime_sim as rs

from . import (
    address,
    answers,
    caption,
    charts,
    door,
    happened,
    headline,
    keeper,
    levers,
    outcomes,
    polling,
    presets,
    preview,
    result_files,
    runs,
    scenario_files,
    state,
    style,
    tab_bar,
    why,
)

# a place without any part is not drawn, and what lies below it would move when it is filled
HOLD = '<i class="hold" hidden></i>'
type Place = st.delta_generator.DeltaGenerator


@dataclass(frozen=True, slots=True)
class Frame:
    """The places of the page, in their order."""

    bar: Place
    pills: Place
    problems: Place
    top: Place
    levers: Place
    survival: Place
    array: Place
    table: Place
    foot: Place


def show(asked: str | None) -> None:
    """Draw the page."""
    st.set_page_config(
        page_title="regime_sim", page_icon="◐", layout="wide", initial_sidebar_state="collapsed"
    )
    style.put()
    host = st.context.headers.get("Host")
    if host is not None and not door.of_settings().opens(host):
        st.html(f'<p class="wrong" role="alert">{door.WORDS}</p>')
        return
    address.begin(asked)
    _all()


@st.fragment(key=polling.PAGE)
def _all() -> None:
    """Everything that a lever changes, in one fragment. A move is answered, and its headline and
    curves are sent, before the rest of the page is; so is a first page whose answer is kept.
    """
    with runs.kept().drawing():
        _draw()


def _draw() -> None:
    state.remember()
    st.session_state.drawn = state.stands()
    cold = st.session_state.get("answer") is None and not answers.at_hand()
    wrong = None if cold else _run()
    frame = _frame()
    waiting = [place.empty() for place in (frame.top, frame.survival, frame.array)]
    if cold:
        results = _controls(frame)
        with waiting[0].container():
            headline.waiting()
        wrong = _run()
        for place in waiting:
            place.empty()
    if wrong is not None:
        with frame.top:
            _refused(wrong)
    answer: answers.Answer | None = st.session_state.get("answer")
    if answer is not None:
        _first(frame, answer)
    if not cold:
        results = _controls(frame)
    if answer is not None:
        _rest(frame, answer, results)


def _frame() -> Frame:
    """The empty page."""
    bar = st.container(key="bar", horizontal=True, vertical_alignment="center")
    pills = st.container(key="pills", horizontal=True, vertical_alignment="center")
    problems, top = st.container(key="problems"), st.container(key="top")
    for place in (bar, pills, problems, top):
        place.html(HOLD)
    with st.container(key="main"):
        left, middle, right = st.columns([248, 500, 400], gap="medium")
    columns = (
        left.container(key="levers", gap=None),
        middle.container(key="survival", gap=None),
        right.container(key="array"),
        right.container(key="table", gap=None),
    )
    for place in columns:
        place.html(HOLD)
    return Frame(bar, pills, problems, top, *columns, st.container(key="foot"))


def _run() -> rs.RegimeSimError | None:
    """Make the answer to the scenario as it stands the page's; where that is refused the last one
    stays as it is, and what was wrong is returned.
    """
    try:
        st.session_state.answer = answers.answer()
    except rs.RegimeSimError as error:
        last = st.session_state.get("answer")
        # nobody refines it any more: a page that waited for that would be redrawn for ever
        if last is not None and last.refining:
            st.session_state.answer = replace(last, refining=False)
        return error
    return None


def _refused(error: rs.RegimeSimError) -> None:
    if isinstance(error, runs.OverBudget):
        scenario_files.refused(error, error.fits, runs.key(state.scenario(), st.session_state.seed))
    else:
        st.html(f'<div class="wrong" role="alert"><pre>{escape(str(error))}</pre></div>')


def _first(frame: Frame, answer: answers.Answer) -> None:
    """What is looked at first: the headline, its precision, both curves."""
    with frame.top:
        said, precise = st.columns([775, 407], gap="medium", vertical_alignment="bottom")
        with said:
            headline.show(answer)
        with precise:
            headline.ruler(answer)
    with frame.survival:
        charts.survival(answer)
        preview.show(answer)
    with frame.foot:
        headline.dock(answer)


def _controls(frame: Frame) -> Place:
    """Doors, presets, levers; returns the door to the results."""
    with frame.bar:
        with st.container(key="bar_left"):
            title = escape(st.session_state.base.title[:90])
            st.html(f'<p class="brand"><code>regime_sim</code><span>{title}</span></p>')
        # a closed one costs nothing
        door = st.popover("Scenario", type="tertiary", key="open_save", on_change="rerun")
        if door.open:
            with door:
                scenario_files.open_or_save()
        st.html('<p class="share"><button type="button" data-do="copy">Copy link</button></p>')
        results: Place = st.popover("Download", type="tertiary", key="results", on_change="rerun")
    with frame.pills:
        presets.show()
    with frame.problems:
        scenario_files.problems()
        presets.dropped()
        keeper.show()
    with frame.levers:
        st.html('<h2 class="title only-narrow" id="levers">Levers</h2>')
        levers.show()
    return results


def _rest(frame: Frame, answer: answers.Answer, results: Any) -> None:
    """The hundred marks, the tables, the tabs, and the timer that waits for the finer answer."""
    with frame.array:
        outcomes.icons(answer)
        _table("outcomes_table", outcomes.numbers, answer)
    with frame.table:
        outcomes.table(answer)
        why.show(answer)
    with frame.survival:
        _table("survival_table", charts.weeks, answer)
        with st.container(key="band_place", gap=None):
            charts.switch(answer)
            happened.show(answer)
    if results.open:
        with results:
            result_files.offer(answer)
    with frame.foot:
        tab_bar.show(answer)
        _foot(answer)
    if answer.refining:
        _watch()
    elif preview.fitting():
        preview.watch()


def _table(key: str, fill: Callable[[answers.Answer], None], answer: answers.Answer) -> None:
    """What a chart shows as a table, made when it is opened."""
    door = st.popover("Table", type="tertiary", key=key, on_change="rerun")
    if door.open:
        with door:
            fill(answer)


def _foot(answer: answers.Answer) -> None:
    run = answer.now
    paired = "" if answer.same else " paired"
    few = f", {caption.generals(answer)}" if answer.corps else ""
    why = (
        f'<p class="note">Not refined to {runs.FINE:,}: {escape(answer.refusal)}</p>'
        if answer.refusal
        else ""
    )
    st.html(
        f'{why}<p class="foot"><span>{run.replicates:,}{paired} futures{few} · seed'
        f" {run.seed} · horizon {run.horizon} weeks · engine {escape(run.engine)}"
        f"</span><span>{'' if answer.refining else f'fingerprint {run.digest()[:8]} · '}model"
        f" {escape(rs.__version__)}</span></p>"
    )


@st.fragment
def _watch() -> None:
    """Look whether the finer answer is there, and show it when it is."""
    polling.tick("refined", answers.refined, answers.soon())
