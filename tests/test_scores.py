"""Scores, intervals, reliability and the reference regression against known answers, brute force
and an independent optimiser.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from regime_sim.statistics import logit, reliability, resampling, scores


def seen(k: int, of: int) -> np.ndarray:
    return np.eye(of, dtype=bool)[[k]]


# ---- one case


def test_scores_of_one_event_have_their_known_values():
    assert scores.brier([0.8, 0.8], [1, 0]) == pytest.approx([0.04, 0.64])
    assert scores.log_score([0.5, 1.0, 1.0], [1, 0, 1]) == pytest.approx(
        [math.log(2), -math.log(0.01), -math.log(0.99)]
    )


def test_scores_of_categories_have_their_known_values():
    p = np.array([[0.2, 0.5, 0.3]])
    assert scores.category_brier(p, seen(1, 3)) == pytest.approx([0.38])
    assert scores.ranked_probability(p, seen(1, 3)) == pytest.approx([0.065])
    assert scores.ranked_probability(p, seen(2, 3)) == pytest.approx([(0.2**2 + 0.7**2) / 2])
    assert scores.category_hit(p, seen(1, 3)) == pytest.approx([1])
    assert scores.category_hit(p, seen(0, 3)) == pytest.approx([0])
    assert scores.category_log(np.full((1, 4), 0.25), seen(0, 4)) == pytest.approx([math.log(4)])


def test_categories_that_may_both_be_it_count_as_one():
    p, either = np.array([[0.2, 0.5, 0.3]]), np.array([[False, True, True]])
    assert scores.category_brier(p, either) == pytest.approx([0.2**2 + 0.2**2])
    assert scores.ranked_probability(p, either) == pytest.approx([0.2**2])
    assert scores.category_log(p, either) == pytest.approx([-math.log(0.98 * 0.8 + 0.02 * 2 / 3)])


def test_crps_of_a_sure_week_is_the_distance_and_stops_at_the_horizon():
    sure = (np.arange(1, 53) >= 10).astype(float)[None, :]
    assert scores.crps(sure, [13], [52]) == pytest.approx([3])
    assert scores.crps(sure, [0], [52]) == pytest.approx([43])
    assert scores.crps(sure, [0], [20]) == pytest.approx([11])
    assert scores.crps(np.zeros((1, 52)), [0], [52]) == pytest.approx([0])


def test_crps_of_a_sample_is_the_energy_form():
    """Gneiting & Raftery 2007, eq. 21: E|X - y| - E|X - X'| / 2, for weeks that all lie inside the
    horizon.
    """
    weeks = np.array([3, 8, 8, 20, 31])
    gone_by = np.array([[(weeks <= w).mean() for w in range(1, 53)]])
    energy = np.abs(weeks - 12).mean() - np.abs(weeks[:, None] - weeks[None, :]).mean() / 2
    assert scores.crps(gone_by, [12], [52]) == pytest.approx([energy])


@pytest.mark.parametrize("truth", [0.15, 0.5, 0.9])
def test_nobody_gains_by_saying_what_he_does_not_believe(truth):
    said = np.linspace(0, 1, 401)
    for score in (scores.brier, scores.log_score):
        expected = truth * score(said, np.ones(401)) + (1 - truth) * score(said, np.zeros(401))
        assert abs(said[expected.argmin()] - truth) < 0.02


# ---- many cases


def test_averages_with_weights_and_missing_cases():
    drawn = resampling.counts(4, seed=3)
    at = resampling.average([1, 2, 3, np.nan], drawn, [1, 1, 2, 9])
    assert (at.value, at.n) == (pytest.approx(2.25), 3)
    assert at.low < at.value < at.high
    assert math.isnan(resampling.average([np.nan], resampling.counts(1)).value)


def test_weights_are_as_good_as_repeating_the_cases():
    p, y = np.array([0.9, 0.4, 0.4, 0.1]), np.array([1, 1, 0, 0])
    times = np.array([1, 3, 2, 1])
    long_p, long_y = np.repeat(p, times), np.repeat(y, times)
    by_weight, by_copies = (
        resampling.concordance(p, y, resampling.counts(4), times),
        resampling.concordance(long_p, long_y, resampling.counts(7)),
    )
    assert by_weight.value == pytest.approx(by_copies.value)
    assert reliability.recalibration(p, y, times)[1] == pytest.approx(
        reliability.recalibration(long_p, long_y)[1], abs=1e-6
    )


def test_concordance_counts_pairs():
    drawn = resampling.counts(4)
    assert resampling.concordance([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0], drawn).value == pytest.approx(
        0.875
    )
    assert resampling.concordance(
        [0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0], drawn, ties=0.0
    ).value == pytest.approx(0.75)
    assert math.isnan(resampling.concordance([0.9, 0.4], [1, 1], resampling.counts(2)).value)


def test_bootstrap_of_concordance_is_that_of_the_cases_drawn():
    rng = np.random.default_rng(4)
    p, y = rng.random(12), np.array([1, 0] * 6)
    drawn = resampling.counts(12, seed=2, draws=50)
    values = []
    for row in drawn.astype(int):
        again_p, again_y = np.repeat(p, row), np.repeat(y, row)
        pairs = [
            (a > b) + 0.5 * (a == b) for a in again_p[again_y == 1] for b in again_p[again_y == 0]
        ]
        values.append(np.mean(pairs) if pairs else np.nan)
    at = resampling.concordance(p, y, drawn)
    assert (at.low, at.high) == pytest.approx(resampling.interval(np.array(values)))


def test_the_same_seed_draws_the_same_cases():
    assert np.array_equal(resampling.counts(20, 7), resampling.counts(20, 7))
    assert not np.array_equal(resampling.counts(20, 7), resampling.counts(20, 8))
    assert (resampling.counts(20).sum(axis=1) == 20).all()


def test_the_bootstrap_interval_covers_the_mean():
    rng, rounds, covered = np.random.default_rng(6), 300, 0
    for k in range(rounds):
        at = resampling.average(rng.normal(1.0, 1.0, 50), resampling.counts(50, k, 400))
        covered += at.low <= 1.0 <= at.high
    assert 0.89 <= covered / rounds <= 0.98


def test_weights_bring_events_to_their_share():
    w = resampling.class_weights([1, 1, 1, 0], 0.5)
    assert w == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])
    assert resampling.class_weights([1, 1], 0.5) == pytest.approx([1, 1])
    with pytest.raises(ValueError, match="between 0 and 1"):
        resampling.class_weights([1, 0], 1.0)


# ---- reliability


def unshrunk(p: float) -> float:
    return (p - 0.01) / 0.98


def test_the_slope_of_a_reliable_forecast_is_one_and_of_noise_nought():
    p, y = [unshrunk(0.2)] * 2 + [unshrunk(0.8)] * 2, [1, 0, 1, 0]
    a, b = reliability.recalibration(p, y, [0.2, 0.8, 0.8, 0.2])
    assert (float(a), float(b)) == pytest.approx((0, 1), abs=1e-8)
    assert float(reliability.recalibration(p, y)[1]) == pytest.approx(0, abs=1e-8)


def test_an_overconfident_forecast_has_a_slope_under_one():
    rng = np.random.default_rng(9)
    truth = rng.random(4000)
    y = (rng.random(4000) < truth).astype(float)
    pushed = 1 / (1 + np.exp(-2 * np.log(truth / (1 - truth))))
    drawn = resampling.counts(4000, draws=40)
    honest, bold = (reliability.slope(p, y, drawn) for p in (truth, pushed))
    assert 0.9 < honest.value < 1.15
    assert 0.4 < bold.value < 0.65 and bold.high < 0.8


def test_a_slope_that_does_not_exist_is_none_and_one_without_end_stops():
    drawn = resampling.counts(4)
    assert math.isnan(reliability.slope([0.7] * 4, [1, 0, 1, 0], drawn).value)
    assert math.isnan(reliability.slope([0.1, 0.2, 0.7, 0.9], [1] * 4, drawn).value)
    assert reliability.slope([0.1, 0.2, 0.7, 0.9], [0, 0, 1, 1], drawn).value == pytest.approx(
        reliability.STEEPEST
    )


def test_bins_hold_every_case_once():
    p, y = np.array([0.0, 0.1, 0.2, 0.55, 1.0]), np.array([0, 1, 0, 1, 1])
    found = reliability.bins(p, y)
    assert [b.n for b in found] == [2, 1, 1, 0, 1]
    assert (found[0].forecast, found[0].observed) == (pytest.approx(0.05), pytest.approx(0.5))
    assert math.isnan(found[3].observed)
    assert all(b.observed_low <= b.observed <= b.observed_high for b in found if b.n)


# ---- the reference regression


def sample(n: int = 60, k: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(12)
    x = rng.normal(size=(n, k)) * [1, 3, 0.2, 1] + [0, 5, 1, 0]
    return x, (rng.random(n) < 1 / (1 + np.exp(-(x[:, 0] - 0.5 * (x[:, 1] - 5))))).astype(float)


@pytest.mark.parametrize("penalty", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_fit_is_what_an_optimiser_finds(penalty, weighted):
    from scipy.optimize import minimize

    x, y = sample()
    w = np.where(y > 0.5, 0.6, 1.7) if weighted else np.ones(len(y))
    mean = (w @ x) / w.sum()
    z = (x - mean) / np.sqrt(w @ (x - mean) ** 2 / w.sum())

    def loss(b: np.ndarray) -> float:
        eta = b[0] + z @ b[1:]
        return float(w @ (np.logaddexp(0, eta) - y * eta) + penalty / 2 * b[1:] @ b[1:])

    best = minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-9}).x
    found = logit.fit(x, y, penalty, w)
    assert [found.intercept, *found.coefficients] == pytest.approx(best.tolist(), abs=1e-4)


def test_a_missing_input_counts_as_the_mean():
    x, y = sample()
    found = logit.fit(x, y)
    row = x[:1].copy()
    row[0, 1] = found.mean[1]
    gap = row.copy()
    gap[0, 1] = np.nan
    assert found.predict(gap) == pytest.approx(found.predict(row))
    assert np.isfinite(logit.fit(np.where(x > 6, np.nan, x), y).predict(x)).all()


def test_a_constant_input_and_a_single_class_do_not_break_the_fit():
    x, y = sample()
    x[:, 2] = 1.0
    assert logit.fit(x, y).coefficients[2] == pytest.approx(0)
    assert (logit.fit(x, np.ones(len(y))).predict(x) > 0.99).all()


def test_noise_gets_the_heaviest_penalty():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(60, 10)), (rng.random(60) < 0.5).astype(float)
    assert logit.choose_penalty(x, y, logit.stratified_folds(y)) == 30.0
    x, y = sample(200)
    assert logit.choose_penalty(x, y, logit.stratified_folds(y)) < 30.0
    many = np.random.default_rng(18).normal(0.0, 1.0, (800, 1))
    clear = np.random.default_rng(19).random(800) < 1 / (1 + np.exp(-4.0 * many[:, 0]))
    assert logit.choose_penalty(many, clear, logit.stratified_folds(clear)) == 0.1, "the lightest"


def test_folds_are_alike():
    y = np.array([1] * 31 + [0] * 13)
    fold = logit.stratified_folds(y)
    assert sorted(np.bincount(fold).tolist()) == [8, 9, 9, 9, 9]
    assert max(np.bincount(fold[y == 1])) - min(np.bincount(fold[y == 1])) <= 1


def test_the_weaker_the_signal_the_heavier_the_penalty():
    """One input of four tells something, less and less: every penalty of the list is chosen in its
    turn.
    """
    rng = np.random.default_rng(0)
    x, u = rng.normal(size=(80, 4)), rng.random(80)
    told = [u < 1 / (1 + np.exp(-strength * x[:, 0])) for strength in (4.0, 2.4, 1.6, 1.2, 0.8)]
    assert [logit.choose_penalty(x, y, logit.stratified_folds(y)) for y in told] == [
        0.3,
        1.0,
        3.0,
        10.0,
        30.0,
    ]
