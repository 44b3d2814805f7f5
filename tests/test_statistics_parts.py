"""Parts of the statistics by known answers: what lies behind calibration, preview, questions over
what is not known, and the edges of the rest.
"""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest
from scipy import stats

from regime_sim.statistics import (
    emulator,
    frequencies,
    incidence,
    intervals,
    logit,
    nested,
    pairing,
    prim,
    reliability,
    resampling,
    risk_sets,
    scores,
    sobol,
    variance,
)
from regime_sim.statistics import gaussian_process as gp

# ---- many draws, few futures each


def test_means_are_pulled_in_until_their_spread_is_that_of_the_quantity() -> None:
    y = np.array([1.0, 2.0, 3.0, 4.0, 5.0])  # variance 2.5
    assert nested.without_chance(y, np.zeros(5)).tolist() == y.tolist()
    assert nested.without_chance(y, np.full(5, 9.0)).tolist() == [3.0] * 5
    # 1.5 on average: 1 is left
    pulled = nested.without_chance(y, np.array([0.5, 1.5, 2.5, 1.0, 2.0]))
    assert pulled.var(ddof=1) == pytest.approx(1.0) and pulled.mean() == pytest.approx(3.0)
    assert pulled == pytest.approx(3.0 + math.sqrt(0.4) * (y - 3.0))
    assert nested.without_chance(np.ones(4), np.zeros(4)).tolist() == [1.0] * 4


def test_the_range_of_a_quantity_over_draws() -> None:
    rng = np.random.default_rng(2)
    true = rng.normal(0.5, 2.0, 4000)
    noise = rng.normal(0.0, 1.5, 4000)
    found = nested.over_draws(true + noise, np.full(4000, 1.5**2))
    for at, low, high, share in zip(
        found.quantiles, found.low, found.high, nested.QUANTILES, strict=True
    ):
        assert low < at < high < low + 0.5
        assert at == pytest.approx(stats.norm.ppf(share, 0.5, 2.0), abs=0.15)
    assert (
        found.sd == pytest.approx(2.0, abs=0.08)
        and found.signal == pytest.approx(4 / 6.25, abs=0.03)
        and found.draws == 4000
    )
    assert found.above[0] == pytest.approx(stats.norm.sf(0.0, 0.5, 2.0), abs=0.02)
    assert found.above[1] < found.above[0] < found.above[2] < found.above[1] + 0.06
    again = nested.over_draws(true + noise, np.full(4000, 1.5**2))
    assert again == found != nested.over_draws(true + noise, np.full(4000, 1.5**2), seed=2)
    flat = nested.over_draws(np.ones(50), np.zeros(50))
    assert (flat.quantiles, flat.sd, flat.signal, flat.above) == (
        (1.0, 1.0, 1.0),
        0.0,
        0.0,
        (1.0, 1.0, 1.0),
    )


def test_means_of_few_futures_are_spread_over_their_steps() -> None:
    """Counts of four futures stand on five steps; their range does not, and the spread added is
    counted as dice.
    """
    rng = np.random.default_rng(3)
    y = rng.binomial(4, 0.5, 2000) / 4
    stepped, smooth = (
        nested.over_draws(y, np.zeros(2000)),
        nested.over_draws(y, np.zeros(2000), grid=0.25),
    )
    assert set(stepped.quantiles) <= {0.0, 0.25, 0.5, 0.75, 1.0}
    assert not {round(q, 6) for q in smooth.quantiles} & {0.0, 0.25, 0.5, 0.75, 1.0}
    assert smooth.sd == pytest.approx(stepped.sd, rel=0.02)
    assert smooth.quantiles == pytest.approx(
        (0.5 - 1.645 * 0.25, 0.5, 0.5 + 1.645 * 0.25), abs=0.04
    ), "spread about the steps, not above them"
    assert stepped.signal == pytest.approx(1.0) and smooth.signal == pytest.approx(
        1 / (1 + 0.25**2 / 12 / 0.0625), abs=0.02
    )


def test_what_drives_a_quantity() -> None:
    """y = x alone: correlation 1 and the whole of the variance but what lies within eight classes;
    noise drives nothing; constants are left out.
    """
    rng = np.random.default_rng(4)
    x = rng.uniform(-1.0, 1.0, (800, 3))
    x[:, 1] = 0.7
    found = nested.drivers(["a", "constant", "noise"], x, -x[:, 0], np.zeros(800))
    assert [one.name for one in found] == ["a", "noise"]
    a, noise = found
    assert (
        a.correlation == pytest.approx(-1.0)
        and a.low <= a.correlation + 1e-5
        and a.high < -0.99
        and a.clear
    )
    assert (
        a.share == pytest.approx(1 - 1 / 64, abs=0.01)
        and a.share_low <= a.share <= a.share_high <= 1.0
    )
    assert abs(noise.correlation) < 0.1 and noise.low < 0.0 < noise.high and not noise.clear
    assert noise.share < 0.03 and noise.share_low == 0.0
    assert noise.correlation == pytest.approx(stats.spearmanr(x[:, 2], -x[:, 0])[0], abs=1e-9)
    centre, half = math.atanh(noise.correlation), 1.959964 * math.sqrt(1.06 / 797)
    assert (noise.low, noise.high) == pytest.approx(
        (math.tanh(centre - half), math.tanh(centre + half)), abs=1e-6
    )


def test_dice_are_taken_out_of_a_drivers_share() -> None:
    rng = np.random.default_rng(5)
    x = rng.uniform(-1.0, 1.0, (4000, 1))
    y = x[:, 0] + rng.normal(0.0, 0.6, 4000)
    honest = nested.drivers(["a"], x, y, np.full(4000, 0.36))[0]
    naive = nested.drivers(["a"], x, y, np.zeros(4000))[0]
    assert (
        honest.share == pytest.approx(1 - 1 / 64, abs=0.06)
        and honest.share_low < 0.98 < honest.share_high + 0.02
    )
    assert naive.share == pytest.approx((1 - 1 / 64) / 3 / (1 / 3 + 0.36), abs=0.04)
    assert nested.drivers(["a"], x, y, np.full(4000, 9.0))[0].share == 0.0, "nothing but dice"


def test_the_interval_of_a_share_is_a_jackknife_over_blocks() -> None:
    rng = np.random.default_rng(6)
    values = rng.normal(0.5, 0.3, 500)
    at, low, high = nested._jackknife(lambda kept: np.array([values[kept].mean()]), 500)
    left = np.array(
        [values[np.arange(500) % nested.BLOCKS != k].mean() for k in range(nested.BLOCKS)]
    )
    error = math.sqrt((nested.BLOCKS - 1) / nested.BLOCKS * ((left - left.mean()) ** 2).sum())
    half = intervals.student_quantile(0.95, nested.BLOCKS - 1) * error
    assert (at[0], low[0], high[0]) == pytest.approx(
        (values.mean(), values.mean() - half, values.mean() + half), rel=1e-9
    )
    assert error == pytest.approx(0.3 / math.sqrt(500), rel=0.4)
    for end in (0.0, 1.0):
        bounds = nested._jackknife(
            lambda kept, end=end: np.array([end + values[kept].mean() - 0.5]), 500
        )[1:]
        assert bounds[int(end)][0] == end and 0.0 <= bounds[0][0] < bounds[1][0] <= 1.0


def test_chance_is_taken_out_of_a_drivers_share() -> None:
    """Few draws of a number that does nothing: between eight classes of 24 noise lies 7 / 23 of the
    variance by chance, and on average none is left.
    """
    rng = np.random.default_rng(16)
    raw = [
        nested._share(rng.random(24), rng.normal(0.0, 1.0, 24), np.zeros(24)) for _ in range(400)
    ]
    assert np.mean([share == 0.0 for share in raw]) == pytest.approx(0.57, abs=0.08)
    x = np.arange(24.0)
    y = np.repeat([0.0, 3.0, 1.0, 2.0, 5.0, 4.0, 7.0, 6.0], 3) + np.tile([-0.5, 0.0, 0.5], 8)
    between, within = 5.25, 0.5 / 3
    assert nested._share(x, y, np.zeros(24)) == pytest.approx(
        (between - 7 / 16 * within) / (between + within)
    )
    assert nested._share(x, y, np.full(24, 0.9 * y.var())) == 1.0, (
        "a share is 1 at most, however little the dice leave"
    )


def test_groups_of_numbers_have_the_sum_of_their_lines() -> None:
    rng = np.random.default_rng(7)
    x = np.column_stack([rng.normal(0, 1, (2000, 4)), np.full(2000, 3.0)])
    y = 2.0 * x[:, 0] + x[:, 1] + x[:, 2] + rng.normal(0.0, 1.0, 2000)
    names, group = ["a", "b", "c", "d", "constant"], ["one", "two", "two", "three", "three"]
    found = nested.groups(names, group, x, y, np.full(2000, 1.0))
    assert [(one.name, one.numbers) for one in found] == [("one", 1), ("two", 2), ("three", 1)]
    assert [one.share for one in found] == pytest.approx([4 / 6, 2 / 6, 0.0], abs=0.05)
    for one in found:
        assert one.low <= max(one.share, 0.0) <= one.high < one.low + 0.25
    assert nested.groups(names, group, x[:7], y[:7], np.zeros(7)) == ()
    assert len(nested.groups(names, group, x[:8], y[:8], np.zeros(8))) == 3
    assert [one.share for one in nested.groups(names, group, x, y, np.full(2000, 99.0))] == [
        0.0,
        0.0,
        0.0,
    ]


# ---- emulators


def test_log_rates_and_log_odds_are_recovered() -> None:
    rng = np.random.default_rng(8)
    z = rng.normal(0.0, 1.0, (400, 2))
    exposure = rng.uniform(20.0, 40.0, (400, 2))
    slope = np.array([[0.8, 0.0], [0.0, -0.5]])
    events = rng.poisson(exposure * np.exp(np.array([1.0, 0.5]) + z @ slope.T)).astype(np.float64)
    line = emulator.poisson(z, events, exposure)
    assert (
        line.intercept == pytest.approx([1.0, 0.5], abs=0.02)
        and line.slope == pytest.approx(slope, abs=0.02)
        and (line.residual < 0.05).all()
    )
    assert line.at(np.array([0.5, 1.0])) == pytest.approx(
        line.intercept + line.slope @ np.array([0.5, 1.0])
    )
    assert line.at(z).shape == (400, 2)
    trials = np.full((400, 2), 60.0)
    hits = rng.binomial(60, 1 / (1 + np.exp(-(np.array([-1.0, 1.2]) + z @ slope.T)))).astype(
        np.float64
    )
    odds = emulator.binomial(z, hits, trials)
    assert (
        odds.intercept == pytest.approx([-1.0, 1.2], abs=0.05)
        and odds.slope == pytest.approx(slope, abs=0.06)
        and (odds.residual < 0.12).all()
    )


def test_a_ridge_shrinks_slopes_and_leaves_the_level() -> None:
    rng = np.random.default_rng(9)
    z, exposure = rng.normal(0.0, 1.0, (60, 1)), np.full((60, 1), 2.0)
    events = rng.poisson(exposure * np.exp(0.3 + 0.6 * z)).astype(np.float64)
    loose, tight = (
        emulator.poisson(z, events, exposure, ridge=1e-6),
        emulator.poisson(z, events, exposure, ridge=1e6),
    )
    assert loose.slope[0, 0] == pytest.approx(0.6, abs=0.15) and abs(tight.slope[0, 0]) < 1e-3
    assert tight.intercept[0] == pytest.approx(math.log(events.sum() / exposure.sum()), abs=1e-4)
    assert emulator.poisson(z, np.zeros((60, 1)), exposure).at(np.zeros(1))[0] < -4.0, (
        "no event is a low rate, not an error"
    )
    odds = emulator.binomial(z, exposure, exposure)
    assert odds.at(np.zeros(1))[0] > 4.0


def test_shares_that_a_line_separates_wholly_end_after_so_many_steps() -> None:
    """Without a ridge the slope has no end; it stops large, finite and of the right sign."""
    z = np.linspace(-1.0, 1.0, 20)[:, None]
    line = emulator.binomial(z, (z > 0.0).astype(np.float64), np.ones((20, 1)), ridge=0.0)
    assert (
        10.0 < line.slope[0, 0] < 2.0 * emulator.STEPS + 1e-9 and line.at(np.array([1.0]))[0] > 10.0
    )


def test_what_a_straight_line_misses_is_seen_at_settings_left_out() -> None:
    rng = np.random.default_rng(10)
    z, exposure = rng.normal(0.0, 1.0, (400, 1)), np.full((400, 1), 200.0)
    bent = rng.poisson(exposure * np.exp(rng.normal(0.0, 0.4, (400, 1)))).astype(np.float64)
    assert emulator.poisson(z, bent, exposure).residual[0] == pytest.approx(0.45, abs=0.1)


def test_emulators_are_joined_and_the_better_one_is_taken_output_by_output() -> None:
    a = emulator.Linear(np.array([1.0, 2.0]), np.array([[1.0], [2.0]]), np.array([0.1, 0.5]))
    b = emulator.Linear(np.array([3.0, 4.0]), np.array([[3.0], [4.0]]), np.array([0.2, 0.4]))
    both, best = emulator.joined(a, b), emulator.better(a, b)
    assert (both.intercept.tolist(), both.slope[:, 0].tolist(), both.residual.tolist()) == (
        [1.0, 2.0, 3.0, 4.0],
        [1.0, 2.0, 3.0, 4.0],
        [0.1, 0.5, 0.2, 0.4],
    )
    assert (best.intercept.tolist(), best.slope[:, 0].tolist(), best.residual.tolist()) == (
        [1.0, 4.0],
        [1.0, 4.0],
        [0.1, 0.4],
    )
    same = emulator.better(a, emulator.Linear(b.intercept, b.slope, a.residual))
    assert same.intercept.tolist() == [1.0, 2.0], "a tie goes to the first"


def test_the_sampler_has_the_posterior_of_a_normal_under_a_normal() -> None:
    """N(0, I) and one observation 1.5 with sd 0.5 of the first coordinate: mean 1.2, variance 0.2;
    the second stays as it was.
    """
    rng = np.random.default_rng(11)
    kept = emulator.elliptical_slice(
        lambda z: -0.5 * ((z[:, 0] - 1.5) / 0.5) ** 2, np.zeros((200, 2)), 20, rng, burn=40, thin=4
    )
    assert kept.shape == (20, 200, 2)
    assert kept[..., 0].mean() == pytest.approx(1.2, abs=0.03) and kept[
        ..., 0
    ].var() == pytest.approx(0.2, abs=0.02)
    assert kept[..., 1].mean() == pytest.approx(0.0, abs=0.08) and kept[
        ..., 1
    ].var() == pytest.approx(1.0, abs=0.1)
    assert len(np.unique(kept[:, 0, 0])) == 20


def test_states_are_kept_every_so_many_steps_after_the_burn() -> None:
    steps = []
    rng = np.random.default_rng(12)
    whole = emulator.elliptical_slice(
        lambda z: np.zeros(len(z)), np.ones((3, 2)), 9, np.random.default_rng(12), burn=0, thin=1
    )
    z, now = np.ones((3, 2)), np.zeros(3)
    for _ in range(9):
        z, now = emulator._slice_step(lambda at: np.zeros(len(at)), z, now, rng)
        steps.append(z)
    assert np.array_equal(whole, np.array(steps))
    some = emulator.elliptical_slice(
        lambda z: np.zeros(len(z)), np.ones((3, 2)), 3, np.random.default_rng(12), burn=3, thin=2
    )
    assert np.array_equal(some, whole[[4, 6, 8]])


# ---- Gaussian processes


def test_a_covariance_is_materns() -> None:
    a, b = np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[0.0, 0.0], [3.0, 4.0]])
    expected = [
        [(1 + math.sqrt(5) * d + 5 * d * d / 3) * math.exp(-math.sqrt(5) * d) for d in row]
        for row in ((0.0, 5.0), (math.sqrt(5), math.sqrt(8)))
    ]
    assert gp.covariance(a, b) == pytest.approx(np.array(expected))


def test_a_straight_line_and_a_curve_are_followed() -> None:
    rng = np.random.default_rng(13)
    x, new = rng.random((80, 2)), rng.random((40, 2))
    line = gp.fit(x, (1 + 2 * x[:, :1] - x[:, 1:]))
    assert (
        np.abs(line.line[:, 0] - [1, 2, -1]).max() < 1e-6
        and np.abs(line.at(new)[:, 0] - (1 + 2 * new[:, 0] - new[:, 1])).max() < 1e-6
    )
    curve = gp.fit(x, np.sin(4 * x[:, :1]))
    assert (
        np.abs(curve.at(new) - np.sin(4 * new[:, :1])).max() < 0.03
        and curve.lengths[1] > 2 * curve.lengths[0]
    )
    assert gp.fit(x, np.sin(4 * x[:, :1]), seed=1).lengths == pytest.approx(
        curve.lengths, rel=1e-6
    ), "fewer points than are fitted at most: their order is nothing"


def test_how_surprising_data_are_is_the_profiled_likelihood_and_its_slope() -> None:
    rng = np.random.default_rng(14)
    x, log = rng.random((30, 2)), np.array([0.2, -0.4, -2.0])
    y = np.stack([np.sin(3 * x[:, 0]), x[:, 1] ** 2], 1)
    value, slope = gp._surprise(log, x, y)
    among = gp.covariance(x / np.exp(log[:2]), x / np.exp(log[:2])) + np.exp(-2.0) * np.eye(30)
    known = sum(
        0.5 * 30 * math.log(float(column @ np.linalg.solve(among, column)) / 30)
        + 0.5 * np.linalg.slogdet(among)[1]
        for column in y.T
    )
    assert value == pytest.approx(known)
    numeric = [
        (gp._surprise(log + e, x, y)[0] - gp._surprise(log - e, x, y)[0]) / 2e-5
        for e in 1e-5 * np.eye(3)
    ]
    assert slope == pytest.approx(numeric, rel=1e-4)


# ---- edges


def test_futures_that_go_on_are_never_more_than_those_that_go() -> None:
    """Shares of which more go on than go are cut to what there is, not looked for without end."""
    found = frequencies.frequencies(("survived", "coup"), (0.5, 0.5), (0.5, 0.9))
    assert found.goes_on == (50, 50) and found.falls == 0 and found.of("coup") == 50


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 1.5])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(ValueError, match="a level lies between 0 and 1"):
        intervals.normal_quantile(level)


@pytest.mark.parametrize("freedom", [1, 2, 3, 5, 10, 24, 100])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_students_quantiles(freedom: int, level: float) -> None:
    exact = stats.t.ppf(0.5 + level / 2, freedom)
    assert intervals.student_quantile(level, freedom) == pytest.approx(
        exact, rel=1e-9 if freedom <= 2 else 0.011 if level == 0.99 else 0.002
    )
    assert intervals.normal_quantile(level) == pytest.approx(stats.norm.ppf(0.5 + level / 2))


def test_an_estimate_prints_with_its_interval_and_count() -> None:
    assert str(intervals.Estimate(0.12345, 0.1, 0.2, 12345)) == "0.123 (0.1 to 0.2, n = 12,345)"
    assert str(resampling.Score(0.1234, 0.1, 0.2, 3)) == "0.123 (0.100 to 0.200)"
    assert str(resampling.Score(math.nan, math.nan, math.nan, 0)) == "–"


def test_nothing_is_known_where_there_is_nothing() -> None:
    none, nan = np.zeros(0, np.bool_), math.nan
    empty = [
        intervals.share(none),
        intervals.mean([]),
        intervals.paired_difference(none, none),
        intervals.quantile([], 0.5),
        intervals.wilson(0, 0),
    ]
    assert all(
        math.isnan(one.value) and math.isnan(one.low) and math.isnan(one.high) and one.n == 0
        for one in empty
    )
    assert intervals.mean([2.0]).value == 2.0 and math.isnan(intervals.mean([2.0]).low)
    assert (
        incidence.happened(np.zeros(0, np.int64), 2).n
        == incidence.survival(np.zeros(0, np.int64), 2).n
        == 0
    )
    assert math.isnan(resampling.average([nan, nan], np.ones((3, 2))).value)
    assert math.isnan(resampling.concordance([0.2, 0.3], [1, 1], np.ones((3, 2))).value)
    assert resampling.counts(0).shape == (resampling.DRAWS, 0)
    assert resampling.interval(np.array([nan, nan])) == pytest.approx((nan, nan), nan_ok=True)
    assert math.isnan(reliability.slope([], [], np.zeros((3, 0))).value)
    assert [
        one.n
        for one in (
            reliability.slope([], [], np.zeros((3, 0))),
            resampling.average([nan, nan], np.ones((3, 2))),
            intervals.mean([]),
            intervals.share(none),
        )
    ] == [0] * 4
    for happened in (0, 1):
        one_class = reliability.slope([0.2, 0.8, 0.5], [happened] * 3, np.ones((4, 3)))
        assert math.isnan(one_class.value) and one_class.n == 3
        certain = variance.spread(np.full(5, bool(happened)), None)
        assert (
            math.isnan(certain.luck.value)
            and math.isnan(certain.ignorance.value)
            and certain.luck.n == 5
        )


def test_paired_futures_must_be_the_same_ones() -> None:
    with pytest.raises(ValueError, match="must be the same ones"):
        intervals.paired_difference(np.zeros(3, np.bool_), np.zeros(4, np.bool_))


def test_independent_futures_count_each_for_one() -> None:
    assert (
        intervals.effective_count(100, 4.0, None) == 25.0
        and intervals.effective_count(100, 1.0, 9) == 100.0
    )
    assert intervals.effective_count(100, 1.25, None) == 80.0
    t = (intervals.normal_quantile(0.95) / intervals.student_quantile(0.95, 8)) ** 2
    assert intervals.effective_count(100, 4.0, 9) == pytest.approx(25 * t)
    # one degree of freedom
    two = (intervals.normal_quantile(0.95) / math.tan(0.475 * math.pi)) ** 2
    assert (
        intervals.effective_count(1e6, 4.0, 2)
        == pytest.approx(250000 * two)
        == pytest.approx(intervals.effective_count(1e6, 4.0, 1))
    )
    assert (
        intervals.effective_count(100, 1e9, 9) == 1.0
        and intervals.effective_count(0.5, 4.0, 9) == 0.5
    )


def test_a_lone_cluster_counts_as_one_pair() -> None:
    before, after = np.array([False] * 8 + [True] * 8), np.array([True] * 8 + [True] * 8)
    lone = intervals.paired_difference(before, after, np.zeros(16, np.int64))
    single = intervals.paired_difference(before, after)
    assert lone.value == single.value == 0.5 and lone.high - lone.low > 2 * (
        single.high - single.low
    )


def test_pairs_that_change_by_clusters_count_for_fewer() -> None:
    """Ten clusters of four, five of which change wholly: the variance is 40 / 9 times that of
    independent pairs, and is known with nine degrees of freedom.
    """
    difference, cluster = np.repeat([1.0, 0.0] * 5, 4), np.repeat(np.arange(10), 4)
    fewer = (intervals.normal_quantile(0.95) / intervals.student_quantile(0.95, 9)) ** 2
    assert intervals._effective_pairs(difference, cluster, 0.95) == pytest.approx(9.0 * fewer)


def test_pairs_that_all_change_alike_have_no_design_effect() -> None:
    none, all_ = np.zeros(48, np.bool_), np.ones(48, np.bool_)
    assert intervals.paired_difference(
        none, all_, intervals.cluster_index(48)
    ) == intervals.paired_difference(none, all_)


def test_clusters_may_come_in_any_order_with_gaps() -> None:
    hit, cluster = np.array([True, False, True, True, False, True]), np.array([7, 2, 7, 4, 2, 4])
    sums, size = intervals.hits_by_cluster(hit, cluster)
    assert (sums.tolist(), size.tolist()) == ([0.0, 2.0, 2.0], [2, 2, 2])
    sums, size = intervals.hits_by_cluster(hit, np.array([1, 1, 2, 5, 5, 5]))
    assert (sums.tolist(), size.tolist()) == ([1.0, 1.0, 2.0], [2, 1, 3])
    assert intervals.dense(cluster).tolist() == [2, 0, 2, 1, 0, 1]
    neighbours = intervals.Neighbours(14, 20)
    assert (
        neighbours.starts().tolist() == [0, 2, 18]
        and neighbours[np.ones(20, np.bool_)].tolist() == [0] * 2 + [1] * 16 + [2] * 2
    )
    sums, size = intervals.hits_by_cluster(np.ones(20, np.bool_), neighbours)
    assert (sums.tolist(), size.tolist()) == ([2.0, 16.0, 2.0], [2, 16, 2])
    assert [
        one.size
        for one in intervals.hits_by_cluster(np.zeros(0, np.bool_), intervals.Neighbours(3, 0))
    ] == [0, 0]
    assert intervals.Neighbours(3, 0)[np.zeros(0, np.bool_)].size == 0
    assert intervals.cluster_index(20, 14).tolist() == [0] * 2 + [1] * 16 + [2] * 2


def test_a_population_share_lies_between_0_and_1() -> None:
    for share in (0.0, 1.0):
        with pytest.raises(ValueError, match="a population share lies between 0 and 1"):
            resampling.class_weights([0, 1], share)
    assert resampling.class_weights([1, 1, 1, 0], 0.5) == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2.0])
    assert (
        resampling.class_weights([1, 1], 0.5).tolist() == [1.0, 1.0]
        and resampling.class_weights([], 0.5).size == 0
    )


def test_two_clusters_say_nothing_of_the_spread_between_clusters() -> None:
    hit = np.array([True] * 6 + [False] * 4 + [True] * 3 + [False] * 7)
    found = variance.spread(hit, np.repeat([0, 1], 10))
    assert (found.ignorance.low, found.ignorance.high) == (0.0, 1.0) and found.clusters == 2
    assert 0.0 <= found.ignorance.value < 0.3 and found.luck.value == 1.0 - found.ignorance.value
    three = variance.spread(np.tile(hit, 2)[:30], np.repeat([0, 1, 2], 10))
    assert (
        three.clusters == 3
        and 0.0 <= three.ignorance.low <= three.ignorance.value <= three.ignorance.high <= 1.0
    )


def test_a_box_in_noise_is_simplified_away() -> None:
    """A restriction that raises nothing is dropped, to the box that restricts nothing; one that
    does is kept.
    """
    rng = np.random.default_rng(15)
    x = rng.random((400, 2))
    noise = rng.random(400) < 0.3
    box = prim.everything(2).bounded(1, low=0.4, high=0.9)
    assert prim.simplified(box, x, noise).restricted == ()
    real = x[:, 0] > 0.7
    kept = prim.simplified(prim.everything(2).bounded(0, low=0.7).bounded(1, low=0.02), x, real)
    assert kept.restricted == (0,) and kept.low[0] == 0.7


def test_a_median_week_among_some_futures_is_that_of_those_alone() -> None:
    week = np.array([0, 3, 5, 9, 0, 4, 7, 2], np.int16)
    some = np.array([True, True, True, False, True, False, True, True])
    for cluster in (None, np.repeat(np.arange(4), 2)):
        alone = incidence.median_week(np.where(some, week, 0), cluster)
        assert incidence.median_week(week, cluster, among=some) == alone
        assert alone.n == 4 and alone.value != incidence.median_week(week, cluster).value
    assert incidence.median_week(week, among=np.zeros(8, np.bool_)).n == 0


# ---- by hand


def test_students_expansion_has_the_published_terms() -> None:
    """Abramowitz & Stegun 26.7.5 at z = 1: 1 + 1/2n + 1/4n^2 + 1/16n^3 - 528/92160n^4; at z = 2: 2
    + 5/2n + 49/16n^2 + 183/64n^3 + 169950/92160n^4.
    """
    for z, terms in (
        (1.0, (0.5, 0.25, 0.0625, -528 / 92160)),
        (2.0, (2.5, 3.0625, 2.859375, 169950 / 92160)),
    ):
        level = 2.0 * stats.norm.cdf(z) - 1.0
        for freedom in (3, 7):
            expected = z + sum(term / freedom ** (k + 1) for k, term in enumerate(terms))
            assert intervals.student_quantile(level, freedom) == pytest.approx(expected, rel=1e-11)


def test_luck_and_ignorance_mirror_each_other_and_their_bounds_are_a_jackknife() -> None:
    """Five clusters of four with 0, 1, 2, 4 and 3 hits, by the formulas of one-way analysis of
    variance, and the same with each cluster left out.
    """
    hits, cluster = [0, 1, 2, 4, 3], np.repeat(np.arange(5), 4)
    hit = np.concatenate([np.arange(4) < k for k in hits])

    def between(counts: list[int]) -> float:
        groups = [np.array([1.0] * k + [0.0] * (4 - k)) for k in counts]
        whole = np.concatenate(groups)
        among = sum(4 * (one.mean() - whole.mean()) ** 2 for one in groups) / (len(groups) - 1)
        inside = sum(((one - one.mean()) ** 2).sum() for one in groups) / (len(whole) - len(groups))
        tau = max(0.0, (among - inside) / 4)
        return float(tau / (tau + inside))

    found, left = (
        variance.spread(hit, cluster),
        np.array([between(hits[:k] + hits[k + 1 :]) for k in range(5)]),
    )
    half = intervals.student_quantile(0.8, 4) * math.sqrt(0.8 * ((left - left.mean()) ** 2).sum())
    wide, narrow = (
        variance.spread(hit, cluster).ignorance,
        variance.spread(hit, cluster, level=0.8).ignorance,
    )
    assert wide.value == pytest.approx(between(hits)) and 0.0 < wide.value < 1.0
    assert (narrow.low, narrow.high) == pytest.approx(
        (max(0.0, wide.value - half), min(1.0, wide.value + half))
    )
    assert (found.luck.value, found.luck.low, found.luck.high) == (
        1 - wide.value,
        1 - wide.high,
        1 - wide.low,
    ) and found.clusters == 5
    alone = variance.spread(hit, None)
    assert (alone.luck, alone.ignorance, alone.clusters) == (
        intervals.Estimate(1.0, 1.0, 1.0, 20),
        intervals.Estimate(0.0, 0.0, 0.0, 20),
        0,
    )
    empty = variance.spread(np.zeros(0, np.bool_), np.zeros(0, np.int64))
    assert math.isnan(empty.luck.value) and empty.clusters == 0


def test_the_bounds_of_a_weighted_concordance_are_those_of_its_draws() -> None:
    p, y, w = (
        np.array([0.9, 0.4, 0.35, 0.4, 0.1, 0.6]),
        np.array([1, 1, 0, 0, 0, 1]),
        np.array([1.0, 2.0, 0.5, 3.0, 1.5, 0.7]),
    )
    drawn = resampling.counts(6, seed=3, draws=40)
    drawn[(drawn @ y == 0) | (drawn @ (1 - y) == 0)] = 1.0
    each = [resampling.concordance(p, y, np.ones((1, 6)), row * w).value for row in drawn]
    found = resampling.concordance(p, y, drawn, w)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(each, [0.025, 0.975])))
    pairs = [
        (w[i] * w[j], (p[i] > p[j]) + 0.5 * (p[i] == p[j])) for i in (0, 1, 5) for j in (2, 3, 4)
    ]
    assert found.value == pytest.approx(sum(a * b for a, b in pairs) / sum(a for a, _ in pairs))


def test_a_bin_counts_its_effective_cases() -> None:
    """Weights 2, 1, 1: (2 + 1 + 1)^2 / (4 + 1 + 1) = 8/3 cases, half of which happened."""
    first = reliability.bins([0.1, 0.15, 0.05], [1, 0, 0], [2.0, 1.0, 1.0])[0]
    assert (first.n, first.observed) == (3, 0.5) and first.forecast == pytest.approx(0.1)
    at = intervals.wilson(4 / 3, 8 / 3)
    assert (first.observed_low, first.observed_high) == pytest.approx((at.low, at.high))


def test_shares_of_groups_in_a_planned_experiment() -> None:
    """y = 2 a + b + 0.8 ab over the eight corners of a cube, dice 0.64 of 5.64: squared errors of
    1.28 / 8 are taken from each square, of a variance of 5.
    """
    corners = np.array([[a, b, c] for a in (-1.0, 1.0) for b in (-1.0, 1.0) for c in (-1.0, 1.0)])
    y = 2.0 * corners[:, 0] + corners[:, 1] + 0.8 * corners[:, 0] * corners[:, 1]
    found = nested.groups(["a", "b", "c"], ["one", "two", "three"], corners, y, np.full(8, 0.64))
    assert {one.name: one.share for one in found} == pytest.approx(
        {"one": 3.84 / 5, "two": 0.84 / 5, "three": -0.16 / 5}
    )


def test_a_box_is_peeled_at_either_end_of_each_input() -> None:
    """Two of twenty points go at a time: the bound lies in the middle between the last that goes
    and the first that stays.
    """
    x = np.column_stack([np.arange(20.0), np.arange(20.0) ** 2])
    kept = np.ones(20, np.bool_)
    found = [
        (box.low.tolist(), box.high.tolist(), np.flatnonzero(rest).tolist())
        for box, rest in prim._peels(prim.everything(2), x, kept, 0.08)
    ]
    inf = math.inf
    assert found == [
        ([1.5, -inf], [inf, inf], list(range(2, 20))),
        ([-inf, -inf], [17.5, inf], list(range(18))),
        ([-inf, 2.5], [inf, inf], list(range(2, 20))),
        ([-inf, -inf], [inf, (17.0**2 + 18.0**2) / 2], list(range(18))),
    ]
    tied = np.array([[0.0], [0.0], [0.0], [1.0], [2.0], [2.0]])
    assert [
        rest.sum() for _, rest in prim._peels(prim.everything(1), tied, np.ones(6, np.bool_), 0.1)
    ] == [3, 4], "ties go together"


def test_a_box_is_widened_by_about_a_share_of_its_points() -> None:
    x = np.arange(20.0)[:, None]
    # of eight points; a fifth of them are two
    box = prim.everything(1).bounded(0, low=5.0, high=12.0)
    assert [(wide.low[0], wide.high[0]) for wide in prim._pastes(box, x, 0.2)] == [
        (3.0, 12.0),
        (5.0, 14.0),
    ]
    near = prim.everything(1).bounded(0, low=2.0, high=17.0)
    assert [(wide.low[0], wide.high[0]) for wide in prim._pastes(near, x, 0.1)] == [
        (-math.inf, 17.0),
        (2.0, math.inf),
    ], "no more points than join: free"


def test_a_variance_needs_two() -> None:
    assert (
        pairing.variance_of_mean([1.0, 3.0]) == 1.0
        and pairing.variance_of_mean([1.0, 1.0, 3.0, 3.0], np.array([0, 0, 1, 1])) == 1.0
    )
    assert math.isnan(pairing.variance_of_mean([1.0])) and math.isnan(
        pairing.variance_of_mean([1.0, 2.0], np.zeros(2, np.int64))
    )


def test_those_who_stay_go_on_by_their_own_share() -> None:
    found = frequencies.frequencies(("survived", "coup", "died"), (0.5, 0.3, 0.2), (0.4, 0.06, 0.2))
    assert found.count == (50, 30, 20) and found.goes_on == (40, 6, 20)
    under = frequencies.frequencies(
        ("survived", "coup", "died"), (0.5, 0.3, 0.2), (0.06, 0.02, 0.03), tutelage=0.3
    )
    assert under.goes_on == (6, 2, 3) and under.regime == (
        0,
        11,
        89,
    ), "no more under tutelage than go on"


def test_what_a_line_misses_is_a_share_of_the_rate_however_rare_the_events() -> None:
    """1.6 events in eight settings that are all alike, left out two by two: 2.56 where nothing was
    expected, and 6 times (4/15)^2 - 4/15 where 4/15 was; over 6 times (4/15)^2.
    """
    y = np.zeros((8, 1))
    y[7] = 1.6
    found = emulator.poisson(np.zeros((8, 1)), y, np.ones((8, 1))).residual[0]
    assert found == pytest.approx(
        math.sqrt((2.56 + 6 * ((4 / 15) ** 2 - 4 / 15)) / (6 * (4 / 15) ** 2)), rel=1e-3
    )


@pytest.mark.parametrize(
    "module",
    [
        emulator,
        frequencies,
        gp,
        incidence,
        intervals,
        logit,
        nested,
        pairing,
        prim,
        reliability,
        resampling,
        risk_sets,
        scores,
        sobol,
        variance,
    ],
    ids=lambda m: m.__name__,
)
def test_what_was_computed_cannot_be_changed(module: object) -> None:
    """Every record that a file of statistics hands out is frozen."""
    for record in (
        one
        for one in vars(module).values()
        if dataclasses.is_dataclass(one) and one.__module__ == module.__name__
    ):  # type: ignore[attr-defined]
        assert record.__dataclass_params__.frozen, record  # type: ignore[union-attr]


def test_an_input_that_matters_at_both_ends_is_screened_in() -> None:
    """Hits lie at both ends of the first input and at the upper end of the second; the third has no
    part in it.
    """
    rng = np.random.default_rng(17)
    x = rng.random((300, 3))
    hits = (np.abs(x[:, 0] - 0.5) > 0.4) | (x[:, 1] > 0.9)
    assert sorted(prim.screened(x, hits)) == [0, 1] and len(prim.screened(x, hits, most=1)) == 1
    assert (
        prim.screened(x, np.ones(300, np.bool_)) == prim.screened(x, np.zeros(300, np.bool_)) == ()
    )


def test_ones_are_taken_away_where_the_number_is_most_above_its_quota() -> None:
    assert frequencies._raise_to(3, [2, 2], [1.6, 1.9], [5, 5]) == (1, 2) and frequencies._raise_to(
        2, [2, 2], [1.6, 1.9], [5, 5]
    ) == (1, 1)
    assert frequencies._raise_to(5, [2, 2], [2.6, 2.9], [5, 2]) == (3, 2), "no more than there are"


def test_a_restriction_that_leaves_out_points_as_dense_as_the_whole_is_dropped() -> None:
    """Sixteen points that are all hits, sixteen more of which half are (as of all 128): the second
    bound raises the density, beyond chance, but not the lead.
    """
    x = np.zeros((128, 2))
    x[:32, 0], x[:16, 1] = 1.0, 1.0
    y = np.arange(128) < 24
    y[32:72] = True
    box = prim.everything(2).bounded(0, low=0.5).bounded(1, low=0.5)
    assert (
        prim.measure(box, x, y).lead == prim.measure(box.freed(1), x, y).lead == 0.125
        and prim.quasi_p(box, 1, x, y) < 0.02
    )
    assert prim.simplified(box, x, y).restricted == (0,)


# ---- what a caller sees at the ends


def test_no_trials_say_nothing_of_any_share() -> None:
    low, high = intervals.wilson_bounds([0.0, 0.5, 1.0], 0.0)
    assert np.isnan(low).all() and np.isnan(high).all()
    for successes, n in ((0.5, 0), (1, 0.5), (0.75, 0.5)):
        with pytest.raises(ValueError, match="is not a share"):
            intervals.wilson(successes, n)
    assert intervals.wilson(0.5, 0.5).value == 1.0


def test_a_process_has_lengths_and_noise_within_their_bounds() -> None:
    """A peak narrower than the shortest length, without noise; and noise alone, in which no input
    has an effect.
    """
    x, rng = np.linspace(0.0, 1.0, 60)[:, None], np.random.default_rng(13)
    peak, noise = (
        gp.fit(x, np.exp(-(((x - 0.5) / 0.03) ** 2))),
        gp.fit(rng.random((80, 2)), rng.normal(0.0, 1.0, (80, 3))),
    )
    assert (np.log(peak.lengths).tolist(), math.log(peak.noise)) == (
        pytest.approx([-2.0]),
        pytest.approx(-9.0),
    )
    assert (np.log(noise.lengths).tolist(), math.log(noise.noise)) == (
        pytest.approx([4.0, 4.0]),
        pytest.approx(2.0),
    )


def test_factors_that_explain_nothing_have_no_indices_and_raise_no_warning(
    recwarn: pytest.WarningsRecorder,
) -> None:
    flat = np.ones((6, 2))
    found = sobol.indices(flat, flat, np.ones((3, 6, 2)), draws=20)
    assert (
        all(
            math.isnan(one.value) and math.isnan(one.low) and one.n == 6
            for one in (*found.first, *found.total)
        )
        and found.variance == 0.0
    )
    assert not recwarn.list


def test_the_bounds_of_a_weighted_slope_are_those_of_its_draws() -> None:
    rng = np.random.default_rng(20)
    p, w = rng.random(40), rng.uniform(0.2, 3.0, 40)
    y = rng.random(40) < p
    drawn = resampling.counts(40, seed=2, draws=30)
    each = [float(reliability.recalibration(p, y, row * w)[1]) for row in drawn]
    found = reliability.slope(p, y, drawn, w)
    assert (found.low, found.high) == pytest.approx(
        tuple(np.quantile(each, [0.025, 0.975]))
    ) and found.n == 40
    assert found.value == pytest.approx(float(reliability.recalibration(p, y, w)[1]))


def test_two_inputs_that_are_nearly_the_same_tell_by_their_difference() -> None:
    """The coefficients are far out and the steps to them long; what is predicted is what the
    difference alone predicts.
    """
    rng = np.random.default_rng(1)
    z, e = rng.normal(size=40), rng.normal(size=40)
    y = e + 0.5 * rng.normal(size=40) > 0.0
    near, apart = np.column_stack([z, z + 0.05 * e]), np.column_stack([z, e])
    found = logit.fit(near, y, 1e-9)
    assert (
        found.predict(near) == pytest.approx(logit.fit(apart, y, 1e-9).predict(apart), abs=1e-4)
        and max(found.coefficients) > 20.0
    )


def test_how_many_more_runs_apart_would_need() -> None:
    """(V before + V after) / V of the differences; without end where no pair differs, unknown where
    nothing varies at all.
    """
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert pairing.apart(x, x + 3.0) == math.inf and math.isnan(
        pairing.apart(np.ones(4), np.full(4, 2.0))
    )
    assert pairing.apart(x, np.array([2.0, 2.0, 5.0, 4.0, 7.0])) == pytest.approx((2.5 + 4.5) / 1.0)
    cluster = np.array([0, 0, 1, 1, 1])
    separate = pairing.variance_of_mean(x, cluster) + pairing.variance_of_mean(x**2, cluster)
    assert pairing.apart(x, x**2, cluster) == pytest.approx(
        separate / pairing.variance_of_mean(x**2 - x, cluster)
    )


def test_the_error_of_an_index_is_that_of_rows_and_of_units() -> None:
    """A mean over rows and units, with a column for the variance: bootstrap over the rows, and from
    three units on a jackknife over them.
    """
    y = np.random.default_rng(22).normal(0.0, 1.0, (12, 4))

    def at(units: np.ndarray, weights: np.ndarray) -> np.ndarray:
        mean = weights @ y[:, units].mean(axis=1)
        return np.column_stack([mean, np.full(len(weights), 7.0)])

    for m in (2, 3, 4):
        means = y[:, :m].mean(axis=0)
        left = np.array([np.delete(means, j).mean() for j in range(m)])
        own = ((resampling.counts(12, 5, 30) / 12) @ y[:, :m].mean(axis=1)).var() + (
            (m - 1) / m * ((left - left.mean()) ** 2).sum() if m >= 3 else 0.0
        )
        point, error, variance_ = sobol._with_error(at, 12, m, 5, 30)
        assert (point.tolist(), error.tolist(), variance_) == (
            pytest.approx([means.mean()]),
            pytest.approx([math.sqrt(own)]),
            7.0,
        )
    assert sobol._estimate(1.0, 0.5, 3) == intervals.Estimate(
        1.0,
        1.0 - 0.5 * intervals.normal_quantile(0.95),
        1.0 + 0.5 * intervals.normal_quantile(0.95),
        3,
    )


def test_what_is_not_said_is_as_the_signature_says() -> None:
    """Defaults that published numbers rest on: seeds, draws, steps before and between states that
    are kept, levels.
    """
    rng = np.random.default_rng(23)
    y = rng.normal(0.0, 1.0, (8, 2, 2))
    assert repr(sobol.split(y)) == repr(sobol.split(y, seed=1, draws=1000))
    a, b, ab = y[..., 0], y[..., 1], rng.normal(0.0, 1.0, (1, 8, 2))
    assert repr(sobol.indices(a, b, ab)) == repr(sobol.indices(a, b, ab, seed=1, draws=1000))
    flat = [
        emulator.elliptical_slice(
            lambda z: -z[:, 0], np.zeros((1, 1)), 1, np.random.default_rng(1), **more
        )
        for more in ({}, {"burn": 400, "thin": 20})
    ]
    assert np.array_equal(*flat)
    assert resampling.counts(5).shape == (2000, 5) and np.array_equal(
        resampling.counts(5), resampling.counts(5, 1)
    )
    assert resampling.interval(np.arange(101.0)) == pytest.approx(
        (2.5, 97.5)
    ) and resampling.interval(np.arange(101.0), 0.8) == pytest.approx((10.0, 90.0))
    z, events, exposure = (
        rng.normal(0.0, 1.0, (30, 1)),
        rng.poisson(2.0, (30, 1)).astype(float),
        np.ones((30, 1)),
    )
    for fit in (emulator.poisson, emulator.binomial):
        assert fit(z, np.minimum(events, 1.0), exposure).slope == pytest.approx(
            fit(z, np.minimum(events, 1.0), exposure, ridge=5.0).slope, abs=0.0
        )


def test_a_curve_goes_under_a_threshold_in_the_first_week_that_reaches_it() -> None:
    week = np.arange(5)
    curve = incidence.Curve(
        week,
        np.array([1.0, 0.8, 0.5, 0.5, 0.2]),
        np.array([1.0, 0.5, 0.3, 0.2, 0.1]),
        np.array([1.0, 0.9, 0.8, 0.6, 0.4]),
        20,
    )
    assert incidence.first_week_under(curve) == intervals.Estimate(2.0, 1.0, 4.0, 20)
    found = incidence.first_week_under(curve, 0.2)
    assert (found.value, found.low) == (4.0, 3.0) and math.isnan(found.high)


def test_a_search_for_a_box_keeps_its_least_share_of_points() -> None:
    """Peels of a tenth of a hundred points, as long as thirty are left; a box is found where the
    hits are.
    """
    x = np.arange(100.0)[:, None]
    y = (x[:, 0] >= 40) & (x[:, 0] < 72)
    boxes = prim.trajectory(x, y, peel=0.1, least=0.3)
    sizes = [int(box.inside(x).sum()) for box in boxes]
    assert (
        sizes[0] == 100
        and all(math.ceil(0.1 * a) == a - b for a, b in itertools.pairwise(sizes))
        and 30 <= sizes[-1] < 34
    )
    assert [int(box.inside(x).sum()) for box in prim.trajectory(x, y)] == [
        int(box.inside(x).sum()) for box in prim.trajectory(x, y, 0.05, 0.05)
    ]


@pytest.mark.parametrize(("place", "seen"), [(gp.MOST_FITTED - 1, True), (gp.MOST_FITTED, False)])
def test_lengths_and_noise_are_fitted_on_the_first_four_hundred_points_drawn(
    place: int, seen: bool
) -> None:
    """A wild point is taken for noise where it is the last of them, and not where it is the
    next.
    """
    assert gp.MOST_FITTED == 400
    x = np.linspace(0.0, 1.0, 402)[:, None]
    y = np.sin(6.0 * x)
    y[np.random.default_rng(0).permutation(402)[place]] += 50.0
    assert (gp.fit(x, y).noise > 0.1) == seen
