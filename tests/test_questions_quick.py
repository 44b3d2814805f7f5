"""The quick way of tipping: what it takes away has mean 0, it is refused where it is not shown to
hold; and (slow) its intervals cover what large counted runs say.
"""

from __future__ import annotations

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.ensemble.common_draws import ledgers, prepared, weighed
from regime_sim.ensemble.effort import Effort
from regime_sim.questions.quantities import of_ledgers
from regime_sim.questions.settings import set_to
from regime_sim.statistics.controls import luck, share_of_mean, steadied
from regime_sim.statistics.intervals import Estimate
from regime_sim.view.words.phrases import STEADIED

FEW = {"corps": 16, "workers": 2}


@pytest.fixture(scope="module")
def base() -> rs.Scenario:
    return rs.load("venezuela-2025")


def test_known_answers_of_control_variates():
    rng = np.random.default_rng(1)
    zero = rng.normal(size=(3, 200, 2))
    y = 3.0 + zero @ np.array([2.0, -1.0])
    assert steadied(y, zero) == pytest.approx(np.full((3, 200), 3.0))
    ended, chance = np.array([[1, 0]]), np.array([[[0.25, 0.5], [0.125, 0.0]]])
    assert luck(ended, chance).tolist() == [[[0.75, -0.5], [-0.125, 0.0]]]
    assert share_of_mean(np.zeros(10)).high == pytest.approx(0.2775, abs=1e-3)


def test_weighed_futures_are_the_counted_ones(base):
    settings = [prepared(set_to(base, {"rents": at}), 16, "cases") for at in (0.2, 0.6)]
    effort = Effort(replicates=48, corps=16, workers=2)
    rows, chances = weighed(settings, effort)
    assert (rows == ledgers(settings, effort)).all() and (chances.sum(axis=-1) > 0.0).all()


def test_it_is_asked_for_says_so_and_is_refused_for_other_outcomes(base):
    short, how = base.with_(horizon=6), {"over": ["us_pressure", "rents"], **FEW}
    quick = rs.tipping(short, 0.2, replicates=256, exact=False, **how)
    usual = rs.tipping(short, 0.2, replicates=256, **how)
    assert usual.exact and not quick.exact and quick.runs < usual.runs
    assert STEADIED in str(quick) and STEADIED not in str(usual)
    with pytest.raises(rs.RegimeSimError, match="'coup' with exact=False"):
        rs.tipping(short, of="coup", exact=False, **how)


def _covered(found: list[Estimate], truth: float) -> float:
    return float(np.mean([one.low <= truth <= one.high for one in found]))


@pytest.mark.slow
def test_luck_taken_out_leaves_the_probability(base):
    """Counts and steadied numbers of one large run, in errors of their difference."""
    one = [prepared(base, 16, "cases")]
    rows, chances = weighed(one, Effort(replicates=20_000, corps=16), 1)
    missed = luck(of_ledgers(rows, base.horizon).leader_way, chances)[0]
    assert (abs(missed.mean(axis=0)) < 4.0 * missed.std(axis=0) / np.sqrt(20_000) + 1e-9).all()


@pytest.mark.slow
def test_tipping_points_cover(base):
    """Against the crossing of a line through many counted futures at close settings."""
    short, how = base.with_(horizon=22), {"corps": 64, "workers": 2}
    way = {"over": ["us_pressure"], "replicates": 2048, "exact": False, **how}
    found = [rs.tipping(short, 0.2, seed=seed, **way).found[0] for seed in range(1, 25)]
    now = found[0].candidate.start[0]
    at = [now + 0.05 * k for k in range(9)]
    p = rs.sweep(short, us_pressure=at, replicates=12_000, seed=99, **how).values()[0]
    truth = float(np.interp(0.2, p, at)) - now
    assert _covered([one.step for one in found], truth) >= 0.9
