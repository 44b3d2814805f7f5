"""Two to four scenarios side by side, pinned by the reader, under the same draws; has them run in
the background and computes nothing.
"""

from __future__ import annotations

from html import escape

import streamlit as st

import regime_sim as rs
from regime_sim.view.words import sentences

from .. import charts, elements, jobs, long_work, outcomes, presets, runs, state
from ..answers import Answer
from ..style import theme

WIDTHS = {2: 330, 3: 200}  # pixels of a plot by how many stand in a row


def show(answer: Answer) -> None:
    """What is pinned, side by side, each against the first."""
    pins, seed = st.session_state.pins, st.session_state.seed
    _pin_row(pins)
    if not pins:
        elements.lead(
            "Nothing is pinned yet",
            "Set the levers and pin the settings; change them and pin again. Two to four scenarios"
            " then stand side by side, under the same draws.",
        )
        return
    found = _found([state.pinned(pin) for pin in pins], seed)
    if not found or len(found) != len(pins):
        return
    elements.lead(
        "Side by side, under the same draws",
        f"{runs.FINE:,} futures each, seed {seed}; changes are paired, against the first.",
    )
    across = 3 if len(found) == 3 else 2
    for first in range(0, len(found), across):
        row = range(first, min(first + across, len(found)))
        for at, place in zip(row, st.columns(across, gap="large"), strict=False):
            with place:
                _words(pins[at], found[at], found[0] if at else None)
                _drawing(at, found[at], WIDTHS[across])


def _pin_row(pins: list[state.Pin]) -> None:
    """The button that pins, and how many are pinned."""
    with st.container(key="pin_row", horizontal=True, vertical_alignment="center"):
        full = state.here() in pins or len(pins) >= state.MOST_PINS
        st.button("Pin these settings", key="pin", on_click=state.pin, disabled=full)
        st.html(f'<p class="note">{len(pins)} of {state.MOST_PINS} pinned</p>')


def _found(scenarios: list[rs.Scenario], seed: int) -> list[rs.Ensemble] | None:
    """The futures of the pinned scenarios, once they are there."""
    question = long_work.Question(
        "compare",
        " ".join(runs.key(scenario, seed) for scenario in scenarios),
        f"{len(scenarios)} scenarios, {runs.FINE:,} futures each",
        _work(scenarios, seed),
        "Run the pinned ones",
    )
    found: list[rs.Ensemble] | None = long_work.ask(question)
    return found


def _work(scenarios: list[rs.Scenario], seed: int) -> jobs.Work:
    """Simulate all of them over the shortest of their horizons."""
    horizon = min(scenario.horizon for scenario in scenarios)
    level = [scenario.horizon_weeks(horizon) for scenario in scenarios]
    store = runs.kept()
    for scenario in level:
        runs.check_budget(scenario, runs.FINE)

    def work(tell: jobs.Tell, cancel: object) -> object:
        found = []
        for scenario in level:
            name = runs.key(scenario, seed)
            found.append(store.run(name, scenario, runs.FINE, seed, workers=1, cancel=cancel))
            tell(len(found), len(level))
        return found

    return work


def _words(pin: state.Pin, run: rs.Ensemble, first: rs.Ensemble | None) -> None:
    """A pinned scenario in words, and its paired change against the first."""
    preset, moves = pin
    moved = ", ".join(
        f"{name.replace('_', ' ').replace('.', ', ')} {value:g}" for name, value in moves
    )
    change = ""
    if first is not None:
        said = sentences.change(rs.compare(first, run).change(), "the first")
        change = f'<p class="note">{escape(said)}</p>'
    out, count = run.out(), run.frequencies().out
    st.html(
        f'<h3 class="title">{escape(presets.label(preset))}</h3>'
        f'<p class="sub">{escape(moved or "as it stands")}</p><p class="figure">'
        f"<b>{sentences.short(out.value, count)}</b> of 100 out <small>95% interval"
        f" {sentences.interval(out, count)}</small></p>{change}"
    )


def _drawing(at: int, run: rs.Ensemble, width: int) -> None:
    """Its hundred marks, its curves, and the button that forgets it."""
    outcomes.marks(run)
    drawn = run.plot("survival", theme=theme(), width=width, height=200)
    charts.put(drawn, f"compare_{at}", notes=False)
    st.button("Unpin", key=f"unpin_{at}", type="tertiary", on_click=state.unpin, args=(at,))
