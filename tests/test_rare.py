"""Rare ways to go: the averaged last coin has the mean of the thrown one, is steadier where it
should be, and is the law's own.
"""

from __future__ import annotations

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.facts.outcomes import WAYS
from regime_sim.law import exits
from regime_sim.questions.exit_chances import Ways
from regime_sim.statistics.intervals import normal_quantile


class Hazards:
    """Ten hazards by name."""

    def __init__(self, values: list[float]) -> None:
        self.__dict__.update(zip(WAYS[1:], values, strict=True))


@pytest.fixture(
    scope="module",
    params=["venezuela-2025", "isolation-and-rents-cut", "libya-2011", "no-pressure"],
)
def found(request: pytest.FixtureRequest) -> Ways:
    return rs.ways(rs.load(request.param).with_(horizon=52), replicates=8192, seed=4, corps=16)


def biased(ways: Ways, factor: float) -> float:
    """The largest |z| over ways of throw less `factor` times chance, by clusters of sixteen."""
    worst = 0.0
    for k in range(len(WAYS) - 1):
        gap = ((ways.way == k + 1) - factor * ways.chance[:, k]).reshape(-1, 16).mean(axis=1)
        if gap.std() > 0:
            worst = max(worst, abs(gap.mean()) / (gap.std(ddof=1) / np.sqrt(len(gap))))
    return worst


def test_the_average_is_the_share_within_chance(found: Ways) -> None:
    assert biased(found, 1.0) < normal_quantile(1 - 1e-4 / 10)
    assert biased(found, 1.4) > normal_quantile(1 - 1e-4 / 10), (
        "the twin: chances a little too large are seen"
    )


def test_a_lone_assassin_is_worth_many_times_the_futures(found: Ways) -> None:
    if found.scenario == "no-pressure":
        assert found.gain("assassinated") > 10
        assert found.probability("assassinated")[1] == "averaged"


def test_the_throws_are_those_of_simulate() -> None:
    base = rs.load("venezuela-2025").with_(horizon=26)
    assert (
        rs.ways(base, 300, seed=9, corps=16).way
        == rs.simulate(base, 300, seed=9, corps=16).leader_way
    ).all()


def test_chances_are_what_the_throw_is_drawn_from() -> None:
    """Over a fine grid of both uniforms the law's pick falls each way as often as `weigh` says."""
    hazards = Hazards([0.3, 0.05, 0.1, 0.02, 0.15, 0.25, 0.01, 0.07, 0.4, 0.12])
    chances = np.full(10, 0.5)
    exits.weigh(hazards, chances)
    grid = (np.arange(400) + 0.5) / 400
    thrown = (
        np.bincount([exits.pick(hazards, a, b) for a in grid for b in grid], minlength=11)[1:]
        / grid.size**2
    )
    assert thrown == pytest.approx(chances - 0.5, abs=0.004), "added to what was there"
    nothing = np.zeros(10)
    exits.weigh(Hazards([0.0] * 10), nothing)
    assert not nothing.any()


def test_it_prints_and_refuses() -> None:
    found = rs.ways(rs.load("no-pressure").with_(horizon=8), 64, corps=8)
    assert "of 1,000" in str(found) and list(found.frame()["outcome"]) == list(WAYS[1:])
    assert "<table>" in found._repr_html_()
    with pytest.raises(rs.RegimeSimError):
        rs.ways(rs.load("no-pressure"), 0)
