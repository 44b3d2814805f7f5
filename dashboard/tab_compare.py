"""Two to four futures side by side, pinned by the reader, under the same draws; runs them in the
background and computes nothing.
"""

from __future__ import annotations

from html import escape

import asking
import charts
import jobs
import outcomes
import presets
import runs
import state
import streamlit as st
from runs import Answer
from style import theme

import regime_sim as rs
from regime_sim.view.words import sentences

WIDTHS = {2: 330, 3: 200}  # pixels of a plot by how many stand in a row


def show(answer: Answer) -> None:
    """What is pinned, side by side, each against the first."""
    pins = st.session_state.pins
    with st.container(key="pin_row", horizontal=True, vertical_alignment="center"):
        here = (st.session_state.preset, tuple(sorted(st.session_state.moves.items())))
        st.button(
            "Pin these settings",
            key="pin",
            on_click=state.pin,
            disabled=here in pins or len(pins) >= state.MOST_PINS,
        )
        st.html(f'<p class="note">{len(pins)} of {state.MOST_PINS} pinned</p>')
    if not pins:
        asking.lead(
            "Nothing is pinned yet",
            "Set the levers, pin the settings, set them otherwise, pin again: two to four futures"
            " then stand side by side, under the same draws.",
        )
        return
    seed = st.session_state.seed
    worlds = [state.pinned(mark) for mark in pins]
    work = _work(worlds, seed)
    found = asking.ask(
        "compare",
        " ".join(runs.key(world, seed) for world in worlds),
        f"{len(worlds)} scenarios, {runs.FINE:,} futures each",
        work,
        "Run the pinned ones",
    )
    if not found or len(found) != len(pins):
        return
    asking.lead(
        "Side by side, under the same draws",
        f"{runs.FINE:,} futures each, seed {seed}; changes are against the first, paired.",
    )
    across = 3 if len(found) == 3 else 2
    for first in range(0, len(found), across):
        row = list(enumerate(found))[first : first + across]
        for (at, run), place in zip(row, st.columns(across, gap="large"), strict=False):
            with place:
                _one(at, pins[at], run, found[0], WIDTHS[across])


def _work(worlds: list[rs.Scenario], seed: int) -> jobs.Work:
    horizon = min(world.horizon for world in worlds)
    pairs = [
        (runs.key(world.horizon_weeks(horizon), seed), world.horizon_weeks(horizon))
        for world in worlds
    ]
    store = runs.kept()
    for _, world in pairs:
        runs.check_budget(world, runs.FINE)

    def work(tell: jobs.Tell, cancel: object) -> object:
        found = []
        for name, world in pairs:
            found.append(store.run(name, world, runs.FINE, seed, workers=1, cancel=cancel))
            tell(len(found), len(pairs))
        return found

    return work


def _one(
    at: int,
    mark: tuple[str, tuple[tuple[str, float], ...]],
    run: rs.Ensemble,
    first: rs.Ensemble,
    width: int,
) -> None:
    preset, moves = mark
    out, count = run.out(), run.frequencies().out
    moved = (
        ", ".join(f"{name.replace('_', ' ').replace('.', ', ')} {value:g}" for name, value in moves)
        or "as it stands"
    )
    change = (
        ""
        if at == 0
        else (
            f'<p class="note">{escape(sentences.change(rs.compare(first, run).change(), "the first"))}</p>'
        )
    )
    st.html(
        f'<h3 class="title">{escape(presets.label(preset))}</h3><p'
        f' class="sub">{escape(moved)}</p><p'
        f' class="figure"><b>{sentences.short(out.value, count)}</b> of 100 out <small>95% range'
        f" {sentences.interval(out, count)}</small></p>{change}"
    )
    outcomes.marks(run)
    charts.put(
        run.plot("survival", theme=theme(), width=width, height=200), f"compare_{at}", notes=False
    )
    st.button("Unpin", key=f"unpin_{at}", type="tertiary", on_click=state.unpin, args=(at,))
