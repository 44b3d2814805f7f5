"""The statistics of the questions against answers known beforehand, against other libraries on the
same numbers, and against slightly wrong twins.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from regime_sim.facts.outcomes import OBSERVABLES
from regime_sim.statistics import incidence, intervals, pairing, prim, risk_sets, sobol

LIMIT = 1e-4


# ---- Sobol' indices


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def exact_ishigami() -> tuple[list[float], list[float]]:
    a, b = 7.0, 0.1
    whole = a**2 / 8 + b * math.pi**4 / 5 + b**2 * math.pi**8 / 18 + 0.5
    one, two, both = (
        0.5 * (1 + b * math.pi**4 / 5) ** 2,
        a**2 / 8,
        b**2 * math.pi**8 * (1 / 18 - 1 / 50),
    )
    return [one / whole, two / whole, 0.0], [(one + both) / whole, two / whole, both / whole]


def designs(n: int, d: int, seed: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    u = stats.qmc.Sobol(2 * d, seed=seed).random(n)
    a, b = u[:, :d], u[:, d:]
    mixed = []
    for k in range(d):
        one = a.copy()
        one[:, k] = b[:, k]
        mixed.append(one)
    return a, b, mixed


def test_ishigami_within_two_hundredths_and_equal_to_scipy_on_the_same_runs():
    a, b, mixed = designs(4096, 3, seed=3)
    y = [ishigami((2.0 * u - 1.0) * math.pi) for u in (a, b, *mixed)]
    f_a, f_b, f_ab = y[0], y[1], np.array(y[2:])
    found = sobol.indices(f_a[:, None], f_b[:, None], f_ab[:, :, None], draws=200)
    first, total = exact_ishigami()
    assert (
        np.abs([one.value - answer for one, answer in zip(found.first, first, strict=True)]).max()
        < 0.02
    )
    assert (
        np.abs([one.value - answer for one, answer in zip(found.total, total, strict=True)]).max()
        < 0.02
    )
    theirs = stats.sobol_indices(
        func={"f_A": f_a[None], "f_B": f_b[None], "f_AB": f_ab[:, None, :]}, n=4096
    )
    assert np.abs(theirs.first_order - [one.value for one in found.first]).max() < 1e-12
    assert np.abs(theirs.total_order - [one.value for one in found.total]).max() < 1e-12
    for one, answer in zip((*found.first, *found.total), (*first, *total), strict=True):
        assert one.low <= answer <= one.high


TRUTH = (0.8, 0.2, 0.0, 0.8, 0.2, 0.0)


def lucky(n: int, m: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Runs with mean 0.3 + 0.2 x1 + 0.1 x2 (S = T = 0.8, 0.2, 0) and m dice, the same at all
    settings, that tilt each input at random and shift all.
    """
    a, b, mixed = designs(n, 3, seed)
    rng = np.random.default_rng(seed)
    tilt, shift = 0.4 * rng.standard_normal((3, m)), rng.standard_normal(m)

    def run(x: np.ndarray) -> np.ndarray:
        return 0.3 + 0.2 * x[:, [0]] + 0.1 * x[:, [1]] + (x - 0.5) @ tilt + shift

    return run(a), run(b), np.array([run(one) for one in mixed])


def test_luck_does_not_pass_for_importance_and_in_the_plain_estimator_it_does():
    third, plain, variance = [], [], []
    for seed in range(160):
        a, b, ab = lucky(128, 16, seed)
        found = sobol.indices(a, b, ab, draws=8)
        third.append(found.total[2].value * found.variance)
        variance.append(found.variance)
        naive = sobol.indices(*(y.mean(axis=-1, keepdims=True) for y in (a, b, ab)), draws=8)
        plain.append(naive.total[2].value * naive.variance)
    assert stats.ttest_1samp(third, 0.0, nan_policy="omit").pvalue > LIMIT
    assert stats.ttest_1samp(variance, 0.05 / 12).pvalue > LIMIT
    # what the dice do with the third input is taken for what it does
    assert stats.ttest_1samp(plain, 0.0).pvalue < LIMIT


def test_indices_cover_their_truth():
    inside = total = 0
    for seed in range(60):
        found = sobol.indices(*lucky(128, 32, seed), draws=100)
        for one, answer in zip((*found.first, *found.total), TRUTH, strict=True):
            if math.isfinite(one.low):
                inside, total = inside + (one.low <= answer <= one.high), total + 1
    assert total > 300 and inside / total > 0.90


def drawn(draws: int, spread: float, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """A model whose first factor has another slope in each draw, four noisy replicates of each:
    what is run, and the first factor's own index in each draw.
    """
    rng = np.random.default_rng(seed)
    slope = 0.5 + spread * (rng.random(draws) - 0.5)
    luck = 0.25 * rng.normal(size=(draws, 4))
    f_a, f_b = rng.random((512, 2)), rng.random((512, 2))
    mixed = np.stack([np.column_stack([f_b[:, 0], f_a[:, 1]]), f_a.copy()])
    mixed[1][:, 1] = f_b[:, 1]

    def y(x: np.ndarray) -> np.ndarray:
        mean = slope[:, None] * x[:, :1, None] + (1.0 - slope[:, None]) * x[:, 1:, None]
        # luck that acts through the first factor, so that it does not cancel
        return mean + luck * (x[:, :1, None] - 0.5)

    share = slope**2 / (slope**2 + (1.0 - slope) ** 2)
    return [y(f_a), y(f_b), np.stack([y(one) for one in mixed])], share


def test_the_range_of_an_index_over_draws_is_the_models_own_and_not_that_of_chance():
    for spread in (0.0, 0.6):
        runs, share = drawn(64, spread, 3)
        total = sobol.indices(*(one.mean(axis=-1) for one in runs), draws=8).total
        narrow = tuple(intervals.Estimate(e.value, e.value, e.value, 1) for e in total)
        found = sobol.over_draws(*runs, narrow)[0]
        low, high = np.quantile(share, (0.05, 0.95))
        assert found.low == pytest.approx(low, abs=0.1) and found.n == 64
        assert found.high == pytest.approx(high, abs=0.1)
        a, b, ab = runs
        plain = [
            sobol.indices(a[:, j], b[:, j], ab[:, :, j], draws=2).total[0].value for j in range(64)
        ]
        assert np.ptp(np.quantile(plain, (0.05, 0.95))) > found.high - found.low + 0.02
    few = sobol.over_draws(*(one[..., :31, :] for one in runs), total)
    assert [(e.n, e.low != e.low) for e in few] == [(31, True)] * 2


def nested(settings: int, clusters: int, each: int, seed: int) -> np.ndarray:
    """y = setting + cluster effect + noise with variances 1, 2, 3, clusters the same at every
    setting, noise their own.
    """
    rng = np.random.default_rng(seed)
    outer = rng.normal(0.0, 1.0, (settings, 1, 1))
    middle = rng.normal(0.0, math.sqrt(2.0), (1, clusters, 1))
    return outer + middle + rng.normal(0.0, math.sqrt(3.0), (settings, clusters, each))


def test_variance_splits_in_one_two_three():
    truth, shares, held = np.array([1.0, 2.0, 3.0]) / 6.0, [], []
    for seed in range(40):
        found = sobol.split(nested(100, 40, 4, seed), draws=50)
        parts = (found.outer, found.middle, found.inner)
        shares.append([one.value for one in parts])
        held.append(
            [one.low <= answer <= one.high for one, answer in zip(parts, truth, strict=True)]
        )
        assert sum(shares[-1]) == pytest.approx(1.0)
    assert stats.ttest_1samp(np.array(shares), truth).pvalue.min() > LIMIT
    assert np.mean(held) > 0.87
    # the twin: nothing lies between settings any more
    mixed = np.random.default_rng(2).permuted(nested(100, 40, 4, seed=1), axis=0)
    assert sobol.split(mixed, draws=50).outer.high < truth[0]


def test_products_of_different_units():
    assert sobol.pair(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 2.0, 3.0]])).tolist() == [
        pytest.approx((2 + 3 + 2 + 6 + 3 + 6) / 6)
    ]
    assert sobol.pair(np.array([[3.0]]), np.array([[4.0]])).tolist() == [12.0]
    nothing = sobol.indices(np.ones((8, 3)), np.ones((8, 3)), np.ones((2, 8, 3)), draws=20)
    assert math.isnan(nothing.first[0].value) and nothing.variance == 0.0


# ---- risk sets


def samples(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Tied times with two or three causes, some censored; each cause occurs."""
    rng = np.random.default_rng(seed)
    n, causes = int(rng.integers(5, 80)), int(rng.integers(1, 4))
    time = rng.integers(1, int(rng.integers(3, 40)), n).astype(float)
    cause = rng.integers(0, causes + 1, n)
    cause[:causes] = np.arange(1, causes + 1)
    return time, cause


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")  # of its standard errors
@pytest.mark.parametrize("part", range(4))
def test_kaplan_meier_and_aalen_johansen_equal_statsmodels(part):
    theirs = pytest.importorskip("statsmodels.duration.survfunc")
    for seed in range(250 * part, 250 * (part + 1)):
        time, cause = samples(seed)
        when, survival = risk_sets.kaplan_meier(time, cause > 0)
        found = theirs.SurvfuncRight(time, (cause > 0).astype(int))
        at = np.searchsorted(when, found.surv_times)  # they name only times at which one ends
        assert np.array_equal(when[at], found.surv_times)
        assert np.abs(survival[at] - found.surv_prob).max() < 1e-12
        assert set(when) - set(found.surv_times) <= set(time[cause == 0])
        when, incident = risk_sets.aalen_johansen(time, cause)
        found = theirs.CumIncidenceRight(time, cause)
        at = np.searchsorted(when, found.times)
        assert np.array_equal(when[at], found.times)
        assert np.abs(incident[:, at] - np.array(found.cinc)).max() < 1e-12
        assert np.abs(incident.sum(axis=0) + survival - 1.0).max() < 1e-12


def test_risk_sets_known_answers_and_the_same_as_plain_shares_where_nobody_is_censored_early():
    assert risk_sets.kaplan_meier([1, 2, 2, 3], [1, 1, 0, 1])[1].tolist() == pytest.approx(
        [0.75, 0.5, 0.0]
    )
    assert risk_sets.aalen_johansen([1, 2, 3], [1, 2, 0])[1].tolist() == [
        pytest.approx([1 / 3] * 3),
        pytest.approx([0, 1 / 3, 1 / 3]),
    ]
    assert risk_sets.restricted_mean([1, 2, 3], [1, 1, 1], 4.0) == pytest.approx(2.0)
    rng = np.random.default_rng(4)
    week = np.where(rng.random(500) < 0.6, rng.integers(1, 31, 500), 0)
    way = np.where(week > 0, rng.integers(1, 4, 500), 0)
    when, incident = risk_sets.aalen_johansen(np.where(week == 0, 30, week), way)
    curves = incidence.by_cause(week, way, (1, 2, 3), 30)
    for k, curve in enumerate(curves):
        assert np.abs(curve.value[when.astype(int)] - incident[k]).max() < 1e-12
    assert risk_sets.restricted_mean(np.where(week == 0, 30, week), week > 0, 30) == pytest.approx(
        incidence.restricted_mean(week, 30).value
    )
    for times, causes in (([], []), ([1.0], [1, 0]), ([1.0], [-1]), ([1.0], [0.5])):
        with pytest.raises(ValueError, match=r"causes|times"):
            risk_sets.steps(times, causes)


# ---- intervals of whole ensembles of a known hazard


def ensemble_of(week: np.ndarray, horizon: int, clustered: bool):
    """An ensemble whose rulers go by coup in these weeks."""
    from regime_sim.ensemble.futures import BINS
    from regime_sim.ensemble.result import Ensemble

    class Somewhere:
        id, title, start, ruler = "known", "Known hazard", date(2025, 1, 1), "the ruler"

        def __init__(self) -> None:
            self.horizon = horizon

    n, v = week.size, len(OBSERVABLES)
    nothing = np.zeros(n, np.int16)
    gone = (week > 0).astype(np.int8)
    return Ensemble(
        scenario=Somewhere(),
        seed=1,
        replicates=n,
        engine="kernel",
        clustered=clustered,
        leader_week=week,
        leader_way=gone,
        leader_fate=gone,
        regime_week=week,
        regime_fate=2 * gone,
        regime_way=gone,
        regime_after=2 * gone,
        successors=gone,
        failed_coups=nothing,
        first_failed=nothing,
        rebellion_week=nothing,
        counts=np.zeros(horizon + 1),
        sums=np.zeros((v, horizon + 1)),
        bins=np.zeros((v, horizon + 1, BINS)),
    )


def weeks_of(hazard: np.ndarray, dice: np.ndarray, horizon: int) -> np.ndarray:
    """Week of exit under a constant weekly hazard, from one exponential a future; 0 beyond the
    horizon.
    """
    week = np.floor(-np.log(dice) / hazard).astype(np.int64) + 1
    return np.where(week <= horizon, week, 0).astype(np.int16)


def covered(rounds: int, seed: int) -> dict[str, float]:
    """How often 95% intervals hold the truth: of P(out), weeks in office, and their paired
    differences; and two that are a tenth too narrow.
    """
    rng, horizon, clusters = np.random.default_rng(seed), 26, 60
    base = 0.012
    draws = rng.gamma(2.0, 0.5, 400_000)  # frailty, mean 1: what is not known
    alive = np.exp(-base * np.outer(draws[:40_000], np.arange(horizon)))
    # Laplace transform of the gamma: survival at the end of each week
    shape = lambda times: (1 + 0.5 * base * times * np.arange(horizon + 1)) ** -2.0  # noqa: E731
    before, after = shape(1.0), shape(1.5)
    assert np.abs(alive.mean(axis=0) - before[:-1]).max() < 0.01
    out, stay = 1 - before[-1], before[:-1].sum()
    more, less = (1 - after[-1]) - out, after[:-1].sum() - stay
    hits = dict.fromkeys(("out", "weeks", "paired", "paired weeks", "narrow", "paired narrow"), 0)
    from regime_sim.questions.compare import Pairs

    empty = ensemble_of(np.zeros(clusters * 16, np.int16), horizon, True)
    for _ in range(rounds):
        own, dice = np.repeat(rng.gamma(2.0, 0.5, clusters), 16), rng.random(clusters * 16)
        one, two = (
            _with_weeks(empty, weeks_of(times * base * own, dice, horizon)) for times in (1.0, 1.5)
        )
        pair = Pairs(one, two)
        found = {
            "out": (one.out(), out),
            "weeks": (one.restricted_mean(), stay),
            "paired": (pair.change(), more),
            "paired weeks": (pair.restricted_mean(), less),
        }
        for name, (at, truth) in found.items():
            hits[name] += at.low <= truth <= at.high
            narrow = {"out": "narrow", "paired": "paired narrow"}.get(name)
            if narrow:
                shrunk = 0.1 * (at.high - at.low)
                hits[narrow] += at.low + shrunk <= truth <= at.high - shrunk
    return {name: count / rounds for name, count in hits.items()}


def _with_weeks(empty, week: np.ndarray):
    gone = (week > 0).astype(np.int8)
    return replace(empty, leader_week=week, leader_way=gone, regime_week=week, regime_fate=2 * gone)


@pytest.mark.slow
def test_intervals_cover_as_they_say_over_two_thousand_ensembles_of_known_hazard():
    found = covered(2000, seed=17)
    for name in ("out", "weeks", "paired", "paired weeks"):
        assert 0.94 <= found[name] <= 0.96, found
    assert found["narrow"] < 0.92 and found["paired narrow"] < 0.92


def test_intervals_cover_over_a_few_ensembles_and_narrower_ones_do_not():
    found = covered(300, seed=3)
    for name in ("out", "weeks", "paired", "paired weeks"):
        assert stats.binomtest(round(300 * found[name]), 300, 0.95).pvalue > LIMIT, found
    assert found["narrow"] < 0.93 and found["paired narrow"] < 0.93


# ---- what common draws are worth


def test_separate_runs_cost_known_answers():
    assert pairing.variance_of_mean([1, 2, 3, 4, 5]) == pytest.approx(0.5)
    assert math.isnan(pairing.variance_of_mean([1.0]))
    rng = np.random.default_rng(0)
    x, y = rng.random(20_000) < 0.3, rng.random(20_000) < 0.4
    assert pairing.apart(x, y) == pytest.approx(1.0, abs=0.05)
    assert pairing.apart(x, x) == math.inf and math.isnan(pairing.apart(np.ones(5), np.ones(5)))
    u = rng.random(20_000)
    nudged = pairing.apart(u < 0.30, u < 0.31)
    assert nudged == pytest.approx((0.3 * 0.7 + 0.31 * 0.69) / (0.01 * 0.99), rel=0.2)


def test_shares_of_many_rows_are_the_share_of_each():
    rng = np.random.default_rng(1)
    hit = rng.random((5, 100)) < np.array([[0.0], [0.1], [0.5], [0.9], [1.0]])
    cluster = intervals.cluster_index(100)
    for groups in (None, cluster):
        p, low, high = pairing.shares(hit, groups)
        for k in range(5):
            one = intervals.share(hit[k], groups)
            assert (p[k], low[k], high[k]) == (
                pytest.approx(one.value),
                pytest.approx(one.low),
                pytest.approx(one.high),
            )


# ---- PRIM


def planted(
    n: int, seed: int, inside: float = 0.8, outside: float = 0.1, d: int = 20
) -> tuple[np.ndarray, np.ndarray]:
    """Points in a cube of d inputs; hits mostly where the second is above 0.6 and the sixth below
    0.5.
    """
    rng = np.random.default_rng(seed)
    x = rng.random((n, d))
    box = (x[:, 1] > 0.6) & (x[:, 5] < 0.5)
    return x, rng.random(n) < np.where(box, inside, outside)


def test_prim_finds_the_planted_box():
    x, y = planted(20_000, seed=1)
    half = 10_000
    box, path = prim.find(x[:half], y[:half])
    assert box.restricted == (1, 5)
    assert box.low[1] == pytest.approx(0.6, abs=0.03) and box.high[5] == pytest.approx(
        0.5, abs=0.03
    )
    assert box.high[1] == math.inf and box.low[5] == -math.inf
    at = prim.measure(box, x[half:], y[half:])
    assert (
        at.density == pytest.approx(0.8, abs=0.05)
        and at.coverage == pytest.approx(0.16 / 0.24, abs=0.05)
        and at.mass == pytest.approx(0.2, abs=0.02)
    )
    assert all(prim.quasi_p(box, k, x[half:], y[half:]) < 1e-6 for k in box.restricted)
    masses = [prim.measure(one, x[:half], y[:half]).mass for one in path]
    assert masses[0] == 1.0 and all(b < a for a, b in pairwise(masses))


def test_where_no_box_is_planted_none_is_significant():
    significant = boxes = 0
    for seed in range(40):
        x, y = planted(2000, seed=seed, inside=0.2, outside=0.2)
        box, _ = prim.find(x[:1000], y[:1000])
        boxes += bool(box.restricted)
        significant += any(prim.quasi_p(box, k, x[1000:], y[1000:]) < 0.01 for k in box.restricted)
    assert significant <= 3 and boxes <= 25
    x, y = planted(2000, seed=0)  # the twin: a box is there, and is seen every time
    assert all(
        prim.find(*planted(2000, seed=seed))[0].restricted[:2] == (1, 5) for seed in range(5)
    )


def test_prim_edges():
    assert (
        prim.quasi_p(prim.everything(2).bounded(0, low=2.0), 0, np.zeros((4, 2)), np.ones(4, bool))
        == 1.0
    )
    constant = np.zeros((100, 2))
    y = np.arange(100) < 30
    assert prim.find(constant, y)[0].restricted == () and len(prim.trajectory(constant, y)) == 1
    assert len(prim.trajectory(np.zeros((1, 1)), np.array([True]))) == 1
    assert prim.screened(constant, np.zeros(100, bool)) == ()
    ties = np.repeat([0.0, 1.0, 2.0], 100)[:, None]
    hits = ties[:, 0] == 2.0
    box, _ = prim.find(ties, hits)
    assert (
        prim.measure(box, ties, hits).density == 1.0
        and prim.measure(box, ties, hits).coverage == 1.0
    )
