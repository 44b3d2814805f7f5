"""The article's claim: isolation and rents cut, alone and together, as a map with the present
point, and the sum beside it; runs nothing itself.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import asking
import jobs
import runs
import state
import streamlit as st
from runs import Answer
from style import theme

import regime_sim as rs

SIDE, FUTURES, SUM_FUTURES, CORPS = 11, 256, 1024, 64
LOW = 0.1  # where each of the two is put: unpaid, isolated


@dataclass(frozen=True)
class Claim:
    """The map, and the four cells of the sum."""

    grid: rs.Sweep
    corners: rs.Sweep


def show(answer: Answer) -> None:
    """The map on the left, the arithmetic on the right."""
    world, seed = state.scenario(), st.session_state.seed
    # the map is the same wherever the two levers stand
    key = runs.key(world.vary(rents=0.5, foreign_support=0.5), seed)
    found = asking.ask(
        "claim",
        key,
        f"{SIDE * SIDE} settings of rents and foreign support, {FUTURES} futures each",
        lambda tell, cancel: ask(world, seed, tell, cancel),
    )
    if found is None:
        return
    asking.lead(
        _said(found.corners),
        "The article's claim: patrons gone or rents cut, each alone does little; together they do"
        " more than their sum.",
    )
    left, right = st.columns([520, 660], gap="large")
    with left:
        asking.figure(
            replace(found.grid, scenario=world).plot(theme=theme(), side=360),
            "claim_map",
            f"{world.id}-rents-by-support",
        )
    with right:
        _sum(found.corners)


def ask(world: rs.Scenario, seed: int, tell: jobs.Tell, cancel: threading.Event) -> Claim:
    """The map and the sum, under common draws."""
    side = rs.grid(0.0, 1.0, SIDE)
    grid = rs.sweep(
        world,
        rents=side,
        foreign_support=side,
        replicates=FUTURES,
        seed=seed,
        corps=CORPS,
        workers=1,
        on_progress=tell,
        cancel=cancel,
    )
    ends = (LOW, 1.0)
    return Claim(
        grid,
        rs.sweep(
            world,
            rents=ends,
            foreign_support=ends,
            replicates=SUM_FUTURES,
            seed=seed,
            corps=CORPS,
            workers=1,
            cancel=cancel,
        ),
    )


def _said(corners: rs.Sweep) -> str:
    """The finding in a sentence: together against the sum of each alone."""
    rich = {"rents": 1.0, "foreign_support": 1.0}
    alone = sum(corners.change(rich, rich | {name: LOW}).value for name in rich)
    both, beyond = corners.change(rich, dict.fromkeys(rich, LOW)), corners.interaction()
    if beyond.low <= 0.0 <= beyond.high:
        return (
            f"Cut together, rents and support put him out in {100 * both.value:.0f} more of 100"
            " futures; that this is more than each alone adds up to is not clear here."
        )
    more = "more" if beyond.value > 0 else "less"
    return (
        f"Cut together, rents and support put him out in {100 * both.value:.0f} more of 100"
        f" futures: {more} than the {100 * alone:.0f} that each alone adds up to."
    )


def _sum(corners: rs.Sweep) -> None:
    """Alone and alone against both: by how much each is more than neither, and what both do beyond
    their sum.
    """
    rich = {"rents": 1.0, "foreign_support": 1.0}
    arms = (
        ("Isolated, paid in full", {"rents": 1.0, "foreign_support": LOW}),
        ("Rents cut, patrons stay", {"rents": LOW, "foreign_support": 1.0}),
        ("Both", {"rents": LOW, "foreign_support": LOW}),
    )
    st.html(
        '<h3 class="title">The sum</h3><p class="sub">Futures of 100 in which he is out, against'
        " rents and support at their most; paired 95% ranges.</p>"
    )
    heads = ["", *("out: any way", "by coup", "regime falls")]
    kinds = ("leader_out", "coup", "regime_falls")
    rows = [
        [label, *(_points(corners.change(rich, arm, kind)) for kind in kinds)]
        for label, arm in arms
    ]
    rows.append(
        ["Beyond the sum of both alone", *(_points(corners.interaction(kind)) for kind in kinds)]
    )
    asking.table(heads, rows, "Changes against rents and support at their most")
    st.html(
        f'<p class="note">Both levers set from the first week to {LOW:g} or to 1;'
        f" {corners.replicates:,} futures a cell under the same draws, {corners.simulated} of"
        f" {corners.generals:,} generals simulated one by one. A range that holds 0 says nothing of"
        " the sign.</p>"
    )


def _points(change: rs.Estimate) -> str:
    """A paired change in futures of 100, with its range."""

    def signed(share: float) -> str:
        return f"{100 * share:+.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0")

    return f"{signed(change.value)} ({signed(change.low)} to {signed(change.high)})"
