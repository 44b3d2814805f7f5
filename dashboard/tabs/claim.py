"""The article's claim: isolation and rents cut, alone and together, as a map with the present
point, and the sum beside it; computes nothing itself.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import streamlit as st

import regime_sim as rs

from .. import elements, jobs, long_work, runs, state
from ..answers import Answer
from ..style import theme

SIDE, FUTURES, SUM_FUTURES, CORPS = 11, 256, 1024, 64
LOW = 0.1  # where each of the two is put: unpaid, isolated
FULL = {"rents": 1.0, "foreign_support": 1.0}  # against which both are cut
ARMS = (
    ("Isolated, paid in full", {"rents": 1.0, "foreign_support": LOW}),
    ("Rents cut, patrons stay", {"rents": LOW, "foreign_support": 1.0}),
    ("Both", {"rents": LOW, "foreign_support": LOW}),
)
KINDS = {"leader_out": "out: any exit", "coup": "by coup", "regime_falls": "regime falls"}


@dataclass(frozen=True)
class Claim:
    """The map, and the four cells of the sum."""

    grid: rs.Sweep
    corners: rs.Sweep


def show(answer: Answer) -> None:
    """The map on the left, the arithmetic on the right."""
    scenario, seed = state.scenario(), st.session_state.seed
    found = long_work.ask(question(scenario, seed, lasting=state.as_shipped()))
    if found is None:
        return
    elements.lead(
        _said(found.corners),
        "The article's claim: if the patrons leave or the rents are cut, each alone does little;"
        " together they do more than their sum.",
    )
    left, right = st.columns([520, 660], gap="large")
    with left:
        drawn = replace(found.grid, scenario=scenario).plot(theme=theme(), side=360)
        elements.figure(drawn, "claim_map", f"{scenario.id}-rents-by-support")
    with right:
        _sum(found.corners)
        elements.apart(answer, SUM_FUTURES, CORPS)


def question(
    scenario: rs.Scenario, seed: int, workers: int = 1, lasting: bool = True
) -> long_work.Question:
    """What is asked of a scenario."""
    # the map is the same wherever the two levers stand
    key = runs.key(scenario.vary(rents=0.5, foreign_support=0.5), seed)
    return long_work.Question(
        "claim",
        f"{key} {SIDE} {FUTURES} {SUM_FUTURES} {CORPS}",
        f"{SIDE * SIDE} settings of rents and foreign support, {FUTURES} futures each",
        lambda tell, cancel: measure(scenario, seed, workers, tell, cancel),
        scenario=scenario,
        lasting=lasting,
    )


def measure(
    scenario: rs.Scenario, seed: int, workers: int, tell: jobs.Tell, cancel: threading.Event
) -> Claim:
    """The map and the sum, under common draws."""

    def sweep(values: object, futures: int, told: jobs.Tell | None) -> rs.Sweep:
        return rs.sweep(
            scenario,
            rents=values,
            foreign_support=values,
            replicates=futures,
            seed=seed,
            corps=CORPS,
            workers=workers,
            on_progress=told,
            cancel=cancel,
        )

    return Claim(
        sweep(rs.grid(0.0, 1.0, SIDE), FUTURES, tell), sweep((LOW, 1.0), SUM_FUTURES, None)
    )


def _said(corners: rs.Sweep) -> str:
    """The finding in a sentence: together against the sum of each alone."""
    # of the rounded changes that the table shows, so that they add up
    alone = sum(round(100 * corners.change(FULL, FULL | {name: LOW}).value) for name in FULL)
    both, beyond = corners.change(FULL, dict.fromkeys(FULL, LOW)), corners.interaction()
    together = (
        f"Cut together, rents and support put him out in {100 * both.value:.0f} more of 100 futures"
    )
    if beyond.low <= 0.0 <= beyond.high:
        return f"{together}; it is not clear here that this is more than the two alone add up to."
    more = "more" if beyond.value > 0 else "fewer"
    return f"{together}: {more} than the {alone} that the two alone add up to."


def _sum(corners: rs.Sweep) -> None:
    """Alone and alone against both: by how much each is more than neither, and what both do beyond
    their sum.
    """
    st.html(
        '<h2 class="title">The sum</h2><p class="sub">Futures of 100 in which he is out, against'
        " rents and support at their highest; paired 95% intervals.</p>"
    )
    rows = [
        [label, *(_points(corners.change(FULL, arm, kind)) for kind in KINDS)]
        for label, arm in ARMS
    ]
    rows.append(
        ["Beyond the sum of both alone", *(_points(corners.interaction(kind)) for kind in KINDS)]
    )
    elements.table(
        ["", *KINDS.values()], rows, "Changes against rents and support at their highest"
    )
    st.html(
        f'<p class="note">Both levers are set to {LOW:g} or to 1 from the first week;'
        f" {corners.replicates:,} futures for each setting under the same draws,"
        f" {corners.simulated} simulated generals of {corners.generals:,}. An interval that"
        " contains 0 leaves open whether it is more or fewer.</p>"
    )


def _points(change: rs.Estimate) -> str:
    """A paired change in futures of 100, with its interval."""

    def signed(share: float) -> str:
        return f"{100 * share:+z.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0")

    return f"{signed(change.value)} ({signed(change.low)} to {signed(change.high)})"
