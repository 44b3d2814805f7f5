"""The quick ways of questions: what they take away has mean 0, what they put together is what is
compiled, they say how they were made; and (slow) their intervals cover what large counted runs say.
"""

from __future__ import annotations

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.ensemble.common_draws import ledgers, prepared, weighed
from regime_sim.ensemble.effort import Effort
from regime_sim.questions.settings import set_to
from regime_sim.questions.steadied import of_weighed
from regime_sim.statistics.controls import luck, share_of_mean, steadied, steadied_along
from regime_sim.statistics.intervals import Estimate

FEW = {"corps": 16, "workers": 2}


@pytest.fixture(scope="module")
def base() -> rs.Scenario:
    return rs.load("venezuela-2025")


def test_known_answers_of_control_variates():
    rng = np.random.default_rng(1)
    zero = rng.normal(size=(3, 200, 2))
    y = 3.0 + zero @ np.array([2.0, -1.0])
    assert steadied(y, zero) == pytest.approx(np.full((3, 200), 3.0))
    slope = np.array([1.0, 2.0, 5.0])[:, None]
    basis = np.stack([np.ones(3), slope[:, 0]], axis=1)
    assert steadied_along(7.0 + slope * zero[..., 0], zero, basis) == pytest.approx(
        np.full((3, 200), 7.0)
    )
    ended, chance = np.array([[1, 0]]), np.array([[[0.25, 0.5], [0.125, 0.0]]])
    assert luck(ended, chance).tolist() == [[[0.75, -0.5], [-0.125, 0.0]]]
    assert share_of_mean(np.zeros(10)).high == pytest.approx(0.2775, abs=1e-3)


def test_weighed_futures_are_the_counted_ones(base):
    settings = [prepared(set_to(base, {"rents": at}), 16, "cases") for at in (0.2, 0.6)]
    effort = Effort(replicates=48, corps=16, workers=2)
    rows, chances = weighed(settings, effort)
    assert (rows == ledgers(settings, effort)).all() and (chances.sum(axis=-1) > 0.0).all()


def _covered(found: list[Estimate], truth: float) -> float:
    return float(np.mean([one.low <= truth <= one.high for one in found]))


@pytest.mark.slow
def test_luck_taken_out_leaves_the_probability(base):
    """Counts and steadied numbers of one large run, in errors of their difference."""
    one = [prepared(base, 16, "cases")]
    steady = of_weighed(*weighed(one, Effort(replicates=20_000, corps=16), 1), base.horizon)
    for of in ("leader_out", "coup", "seized", "regime_falls"):
        apart = steady.happens(of)[0] - steady.futures.happens(of)[0]
        assert abs(apart.mean()) < 4.0 * apart.std() / np.sqrt(20_000), of


@pytest.mark.slow
def test_claims_cover(base):
    truth = rs.claim(draws=8192, inner=4, corps=16, seed=99, exact=True)
    found = [rs.claim(draws=128, corps=16, seed=seed) for seed in range(1, 41)]
    for end in ("coup", "exit"):
        got = [one.ends[end].beyond for one in found]
        assert _covered(got, truth.ends[end].beyond.value) >= 0.85, end


@pytest.mark.slow
def test_indices_cover(base):
    truth = rs.sensitivity(base, points=2048, seed=99, exact=True, replicates=16, **FEW)
    found = [rs.sensitivity(base, points=64, seed=seed, **FEW) for seed in range(1, 31)]
    for k, name in enumerate(truth.names):
        for kind in ("first", "total"):
            value = getattr(truth.probability, kind)[k].value
            got = [getattr(one.probability, kind)[k] for one in found]
            assert _covered(got, value) >= 0.8, (name, kind)


@pytest.mark.slow
def test_tipping_points_cover(base):
    how = {"over": ["us_pressure"], **FEW}
    truth = rs.tipping(base, replicates=16384, seed=99, exact=True, **how).found[0].step.value
    steps = [rs.tipping(base, seed=seed, **how).found[0].step for seed in range(1, 41)]
    assert _covered(steps, truth) >= 0.85
