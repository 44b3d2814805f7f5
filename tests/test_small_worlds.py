"""Small worlds by the Mesa model against what was recorded, and by the kernel against the Mesa
model: quick enough for the kernel as plain Python.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
from random_scenarios import certain, difference, kernel_trace, mesa_trace
from renew_golden import GOLDEN_WORLDS
from small_worlds import NUMBER, by_mesa, world

import regime_sim as rs
from regime_sim.engine import model
from regime_sim.engine import replicates as block
from regime_sim.facts.parameters import STRUCTURAL_NAMES
from regime_sim.law import ledger
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.compiled import Compiled

RECORDED: list[str] = json.loads(GOLDEN_WORLDS.read_text(encoding="utf-8"))


def test_small_worlds_are_those_that_were_recorded() -> None:
    """Ledger, states, inputs and generals of every week; if the law or its numbers were changed on
    purpose: regime-sim renew golden.
    """
    assert len(RECORDED) == NUMBER == len(set(RECORDED))
    for number, digest in enumerate(RECORDED):
        assert by_mesa(number) == digest, f"world({number})"


def test_the_kernel_agrees_on_small_worlds() -> None:
    """Alone, and in the middle of a few others."""
    for number in range(40):
        here = world(number)
        mesa = mesa_trace(here.compiled, here.seed, here.replicate)
        assert not (
            said := difference(mesa, kernel_trace(here.compiled, here.seed, here.replicate))
        ), f"world({number}): {said}"
        if number % 8 == 0:
            among = kernel_trace(
                here.compiled, here.seed, here.replicate, before=min(here.replicate, 3), after=2
            )
            assert not (said := difference(mesa, among)), f"world({number}) in a block: {said}"


def frail(generals: int = 8, weeks: int = 12) -> Compiled:
    """A world in which rulers and regimes fall early."""
    scenario = (
        rs.Scenario(id="frail", title="frail", start=date(2025, 12, 1), horizon=weeks)
        .with_(generals=generals)
        .vary({"rebels.strength": 0.9, "rebels.front": 0.9, "street.crowd": 0.7, "rents": 0.1})
    )
    compiled = certain(compile_scenario(scenario))
    p = compiled.p.copy()
    p[STRUCTURAL_NAMES.index("rebels.win")] = 0.4
    return replace(compiled, p=p)


def test_worlds_in_a_row_are_what_they_are_alone() -> None:
    """Most of 70 regimes fall, in different weeks: nothing of one world is left in the next;
    ledgers and weekly counts are those of worlds run alone.
    """
    compiled = frail()
    together, alone = block.no_weeks(compiled.horizon), block.no_weeks(compiled.horizon)
    out, _ = block.run_block(compiled, 5, 0, 70, together)
    one_by_one = np.concatenate([block.run_block(compiled, 5, k, 1, alone)[0] for k in range(70)])
    assert (out[:, ledger.REGIME_FATE] == 2).sum() > 40
    assert out.tolist() == one_by_one.tolist()
    for name in ("counts", "sums", "bins"):
        assert (getattr(together, name) == getattr(alone, name)).all(), name


def test_a_traced_world_keeps_its_trace_among_worlds_that_fall() -> None:
    compiled = frail()
    for replicate in (0, 33, 39):
        among = kernel_trace(compiled, 5, replicate, before=replicate, after=39 - replicate)
        assert not difference(kernel_trace(compiled, 5, replicate), among)


def test_both_engines_count_weeks_alike() -> None:
    """Counts, sums in fixed point and histograms of a few small worlds."""
    for compiled in (frail(9, 6), certain(world(5).compiled)):
        by_kernel, by_model = block.no_weeks(compiled.horizon), block.no_weeks(compiled.horizon)
        one, _ = block.run_block(compiled, 3, 2, 5, by_kernel)
        other = model.run_block(compiled, 3, 2, 5, by_model)
        assert one.tolist() == other.tolist()
        for name in ("counts", "sums", "bins"):
            assert (getattr(by_kernel, name) == getattr(by_model, name)).all(), name
        twice = block.no_weeks(compiled.horizon)
        twice.add(by_kernel)
        twice.add(by_model)
        assert (
            (twice.sums == 2 * by_kernel.sums).all()
            and (twice.bins == 2 * by_kernel.bins).all()
            and (twice.counts == 2 * by_kernel.counts).all()
        )
