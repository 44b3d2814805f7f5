"""The quick ways of questions: what they take away has mean 0, what they put together is what is
compiled, they say how they were made; and (slow) their intervals cover what large counted runs say.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.ensemble.common_draws import ledgers, prepared, weighed
from regime_sim.ensemble.effort import Effort
from regime_sim.questions import mapped as mapped_room
from regime_sim.questions.settings import set_to
from regime_sim.questions.steadied import of_weighed
from regime_sim.statistics.controls import luck, share_of_mean, steadied, steadied_along
from regime_sim.statistics.intervals import Estimate
from regime_sim.statistics.smoothing import smooth

FEW = {"corps": 16, "workers": 2}
GRID = rs.grid(0, 1, 11)


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


def test_a_surface_keeps_a_constant_and_takes_noise_out():
    grids, rng = (GRID, GRID), np.random.default_rng(2)
    noise = np.full(121, 0.03**2)
    assert smooth(np.full(121, 0.4), noise, grids).weights.sum(axis=1) == pytest.approx(
        np.ones(121), abs=0.01
    )
    x, y = np.meshgrid(GRID, GRID, indexing="ij")
    truth = (0.2 + 0.5 * x * y).ravel()
    seen = truth + rng.normal(0.0, 0.03, 121)
    found = smooth(seen, noise, grids).weights @ seen
    assert np.sqrt(np.mean((found - truth) ** 2)) < 0.6 * 0.03


def test_weighed_futures_are_the_counted_ones_and_begin_where_told(base):
    settings = [prepared(set_to(base, {"rents": at}), 16, "cases") for at in (0.2, 0.6)]
    effort = Effort(replicates=48, corps=16, workers=2)
    rows, chances = weighed(settings, effort)
    assert (rows == ledgers(settings, effort)).all() and (chances.sum(axis=-1) > 0.0).all()
    later, more = weighed(settings, replace(effort, replicates=16), firsts=[0, 32])
    assert (later[1] == rows[1, 32:]).all() and (more[1] == chances[1, 32:]).all()
    assert (later[0] == rows[0, :16]).all()


def test_axes_put_together_are_what_is_compiled(base):
    effort, values = Effort(replicates=256, corps=16), (0.0, 0.3, 0.8, 1.0)
    for names in (("rents", "foreign_support"), ("rents", "rents.mining")):
        found = mapped_room._settings(base, names, (values, values), effort)
        cells = [(a, b) for a in values for b in values]
        for cell, one in zip(cells, found, strict=True):
            whole = prepared(set_to(base, dict(zip(names, cell, strict=True))), 16, "cases")
            assert one.plain() == whole.plain(), (names, cell)


def test_a_large_grid_is_a_surface_that_says_so_and_an_exact_one_is_run(base):
    short = base.with_(horizon=8)
    found = rs.sweep(short, rents=GRID, foreign_support=GRID, replicates=256, **FEW)
    assert found.mapped is not None and not found.exact and "smooth surface" in str(found)
    by = [row["by"] for row in found.rows()]
    assert by.count("run") == len(found.mapped.runs) * 13 and by.count("surface") > 1000
    p, low, high = found.values()
    assert ((low <= p) & (p <= high)).all()
    assert found.interaction().n == found.mapped.checks
    here = {"rents": 0.1, "foreign_support": 0.5}
    assert found.change(here, here).value == 0.0
    whole = rs.sweep(short, rents=GRID, foreign_support=GRID, replicates=256, exact=True, **FEW)
    assert whole.exact and whole.replicates == 256


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
def test_surfaces_cover(base):
    some = GRID[1::4]
    over = {"rents": some, "foreign_support": some}
    truth = rs.sweep(base, over, replicates=8000, seed=99, exact=True, **FEW).values()
    at = np.ix_([GRID.index(v) for v in some], [GRID.index(v) for v in some])
    error = (truth[2] - truth[1]) / 3.92
    inside = []
    for seed in range(1, 13):
        found = rs.sweep(base, rents=GRID, foreign_support=GRID, seed=seed, replicates=512, **FEW)
        p, low, high = (part[at] for part in found.values())
        half = np.sqrt(((high - low) / 2.0) ** 2 + (1.96 * error) ** 2)
        inside.append(np.abs(p - truth[0]) <= half)
    assert 0.90 <= np.mean(inside)


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
