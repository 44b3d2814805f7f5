"""Statistics against known answers, and against their own claims: intervals cover, and slightly
wrong ones are caught.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regime_sim.statistics import frequencies, incidence, intervals, variance

CLUSTERS, SIZE = 40, intervals.CLUSTER


def nested(
    rng: np.random.Generator, p: float, similar: float, clusters: int = CLUSTERS
) -> tuple[np.ndarray, np.ndarray]:
    """Yes/no futures in clusters whose probabilities are Beta-distributed with intraclass
    correlation `similar`.
    """
    shape = (1 - similar) / similar
    own = rng.beta(p * shape, (1 - p) * shape, clusters)
    return rng.random(clusters * SIZE) < np.repeat(own, SIZE), np.repeat(np.arange(clusters), SIZE)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (10, 20, 0.2993, 0.7007),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5.5, 12.5, 0.2130, 0.6952),
        (1, 10, 0.0179, 0.4042),
    ],
)
def test_wilson_known_answers(successes: float, n: float, low: float, high: float) -> None:
    found = intervals.wilson(successes, n)
    assert (found.value, found.n) == (successes / n, n)
    assert found.low == pytest.approx(low, abs=6e-4)
    assert found.high == pytest.approx(high, abs=6e-4)


def test_wilson_without_futures_knows_nothing_and_refuses_nonsense() -> None:
    assert math.isnan(intervals.wilson(0, 0).low)
    for successes, n in ((3, 2), (-1, 5), (1, -1), (0, -0.5)):
        with pytest.raises(ValueError, match="share"):
            intervals.wilson(successes, n)


def _covers(p: float, n: int, narrow: float) -> float:
    rng = np.random.default_rng(11)
    share = rng.binomial(n, p, 20_000) / n
    low, high = intervals.wilson_bounds(share, n)
    middle = (low + high) / 2
    return float(
        ((middle - narrow * (middle - low) <= p) & (p <= middle + narrow * (high - middle))).mean()
    )


@pytest.mark.parametrize(("p", "n"), [(0.02, 400), (0.1, 150), (0.5, 60)])
def test_wilson_covers_as_it_says_and_a_tenth_narrower_does_not(p: float, n: int) -> None:
    assert 0.93 < _covers(p, n, 1.0) < 0.975
    assert _covers(p, n, 0.8) < 0.93


@pytest.mark.parametrize(
    ("freedom", "answer"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (10, 2.228), (30, 2.042), (10_000, 1.960)],
)
def test_student_quantile_known_answers(freedom: int, answer: float) -> None:
    assert intervals.student_quantile(0.95, freedom) == pytest.approx(answer, rel=2e-3)


def test_design_effect_known_answers() -> None:
    size = np.full(50, SIZE)
    alike = np.repeat([0, SIZE], 25)  # every cluster agrees within itself
    assert intervals.design_effect(alike, size) == pytest.approx(SIZE * 50 / 49)
    # more alike than chance: never under 1
    assert intervals.design_effect(np.full(50, 8), size) == 1.0
    assert intervals.design_effect(np.zeros(50), size) == 1.0
    assert intervals.design_effect([7], [SIZE]) == SIZE  # a lone cluster is one future
    both = intervals.design_effect(np.stack([alike, np.full(50, 8)], axis=1), size)
    assert both.tolist() == [pytest.approx(SIZE * 50 / 49), 1.0]


def test_independent_futures_have_no_design_effect_at_all() -> None:
    rng = np.random.default_rng(0)
    hit = rng.random(999) < 0.3
    assert intervals.share(hit) == intervals.wilson(int(hit.sum()), 999)


def test_clustered_intervals_cover_and_naive_ones_do_not() -> None:
    rng, p, honest, naive, rounds = np.random.default_rng(5), 0.3, 0, 0, 1_500
    for _ in range(rounds):
        hit, cluster = nested(rng, p, 0.15)
        at, simple = intervals.share(hit, cluster), intervals.share(hit)
        honest += at.low <= p <= at.high
        naive += simple.low <= p <= simple.high
    assert 0.93 < honest / rounds < 0.975
    assert naive / rounds < 0.80


def test_clusters_are_sixteen_neighbours_wherever_the_run_starts() -> None:
    assert intervals.cluster_index(33).tolist() == [0] * 16 + [1] * 16 + [2]
    assert intervals.cluster_index(20, first=8).tolist() == [0] * 8 + [1] * 12


def test_mean_known_answer_and_clusters_widen_it() -> None:
    found = intervals.mean([1, 2, 3, 4, 5])
    assert (found.value, found.n) == (3.0, 5)
    assert (found.low, found.high) == (
        pytest.approx(1.0368, abs=2e-3),
        pytest.approx(4.9632, abs=2e-3),
    )
    values, cluster = np.repeat([1.0, 2, 3, 4, 5], SIZE), np.repeat(np.arange(5), SIZE)
    clustered = intervals.mean(values, cluster)
    assert (clustered.low, clustered.high) == (pytest.approx(found.low), pytest.approx(found.high))
    assert intervals.mean(values).high < clustered.high
    assert math.isnan(intervals.mean([1.0]).low)


def test_paired_difference_known_answer() -> None:
    before = np.array([False] * 20 + [True] * 10 + [True] * 30 + [False] * 40)
    after = np.array([True] * 20 + [False] * 10 + [True] * 30 + [False] * 40)
    found = intervals.paired_difference(before, after)
    assert (found.value, found.low, found.high, found.n) == (
        pytest.approx(0.1),
        pytest.approx(-0.0070, abs=1e-3),
        pytest.approx(0.2031, abs=1e-3),
        100,
    )
    nothing = intervals.paired_difference(before, before)
    assert nothing.low < 0.0 < nothing.high  # no change seen is not no change possible
    with pytest.raises(ValueError, match="same"):
        intervals.paired_difference(before, after[:-1])


def test_paired_difference_covers_is_narrower_than_unpaired_and_fails_if_clusters_are_ignored() -> (
    None
):
    rng, rounds, honest, naive, widths = np.random.default_rng(8), 1_200, 0, 0, []
    for _ in range(rounds):
        own = np.repeat(rng.beta(2, 4, CLUSTERS), SIZE)
        dice = rng.random(own.size)
        cluster = np.repeat(np.arange(CLUSTERS), SIZE)
        # a rise of a fifth, larger where the probability is
        before, after = dice < own, dice < 1.2 * own
        truth = 0.2 / 3
        at, simple = (
            intervals.paired_difference(before, after, cluster),
            intervals.paired_difference(before, after),
        )
        honest += at.low <= truth <= at.high
        shuffled = intervals.paired_difference(before, rng.permutation(after))
        widths.append((simple.high - simple.low) / (shuffled.high - shuffled.low))
        naive += at.low + 0.15 * (at.high - at.low) <= truth <= at.high - 0.15 * (at.high - at.low)
    assert 0.925 < honest / rounds < 0.98
    assert naive / rounds < 0.90
    assert np.mean(widths) < 0.5


def test_quantiles_known_answers() -> None:
    found = intervals.quantile(np.arange(1, 100), 0.5)
    assert (found.value, found.low, found.high, found.n) == (50, 40, 60, 99)
    assert intervals.quantile(np.arange(1, 100), 0.5, effect=4.0).low < found.low
    assert intervals.quantile([7.0], 0.25).value == 7.0
    assert math.isnan(intervals.quantile([], 0.5).value)


def test_incidence_known_answer_and_causes_add_up() -> None:
    week, cause = np.array([1, 2, 0, 2]), np.array([1, 2, 0, 1])
    assert incidence.happened(week, 3).value.tolist() == [0.0, 0.25, 0.75, 0.75]
    first, second = incidence.by_cause(week, cause, (1, 2), 3)
    left = incidence.survival(week, 3)
    assert left.value.tolist() == [1.0, 0.75, 0.25, 0.25]
    assert (first.value + second.value + left.value).tolist() == [1.0] * 4
    assert (left.low[0], left.high[0], left.n) == (1.0, 1.0, 4)
    assert np.all(left.low <= left.value)
    assert np.all(left.value <= left.high)
    assert np.isnan(incidence.happened(np.array([], dtype=int), 2).value).all()


@given(st.lists(st.integers(0, 12), min_size=1, max_size=120), st.booleans())
def test_survival_is_the_share_left_at_every_week(weeks: list[int], clustered: bool) -> None:
    week = np.array(weeks)
    curve = incidence.survival(week, 12, intervals.cluster_index(week.size) if clustered else None)
    for k in range(13):
        assert curve.value[k] == pytest.approx(float(((week == 0) | (week > k)).mean()))
    assert np.all(np.diff(curve.value) <= 1e-12)
    if clustered:
        single = incidence.happened(week, 12, intervals.cluster_index(week.size))
        at = intervals.share((week > 0) & (week <= 7), intervals.cluster_index(week.size))
        assert (single.low[7], single.high[7]) == (pytest.approx(at.low), pytest.approx(at.high))


def test_restricted_mean_is_the_area_and_medians_are_conditional() -> None:
    week = np.array([1, 2, 0])
    assert incidence.restricted_mean(week, 4).value == pytest.approx(7 / 3)
    assert incidence.survival(week, 4).value[:4].sum() == pytest.approx(7 / 3)
    found = incidence.median_week(np.array([0, 3, 5, 9, 0]))
    assert (found.value, found.n) == (5, 3)
    never = incidence.median_week(np.zeros(9, dtype=int))
    assert math.isnan(never.value) and never.n == 0
    half = incidence.first_week_under(incidence.survival(np.array([1, 2, 0, 2]), 3))
    assert half.value == 2
    assert half.low <= half.value
    assert math.isnan(incidence.first_week_under(incidence.survival(np.array([0, 0, 1]), 3)).value)


def test_clusters_widen_the_median() -> None:
    week = np.repeat(np.arange(1, 41), SIZE)
    alone, together = (
        incidence.median_week(week),
        incidence.median_week(week, np.repeat(np.arange(40), SIZE)),
    )
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_histogram_quantiles_known_answers() -> None:
    assert incidence.histogram_quantiles([1, 1, 1, 1], 0.0, 1.0, (0.25, 0.5, 1.0)).tolist() == [
        0.25,
        0.5,
        1.0,
    ]
    assert incidence.histogram_quantiles([0, 0, 2, 0], 0.0, 4.0, (0.5,)).tolist() == [2.5]
    assert np.isnan(incidence.histogram_quantiles([0, 0], 0.0, 1.0, (0.5,))).all()
    values = np.random.default_rng(3).beta(2, 5, 4_000)
    bins = np.histogram(values, 500, (0.0, 1.0))[0]
    assert (
        np.abs(
            incidence.histogram_quantiles(bins, 0, 1, (0.05, 0.5, 0.95))
            - np.quantile(values, (0.05, 0.5, 0.95))
        ).max()
        < 1 / 500
    )


def test_luck_and_ignorance_known_answers() -> None:
    cluster = np.repeat(np.arange(60), SIZE)
    agree = np.repeat(np.arange(60) % 2 == 0, SIZE)
    assert variance.spread(agree, cluster).ignorance.value == pytest.approx(1.0)
    even = np.tile(np.arange(SIZE) < 4, 60)
    # less alike than chance is clipped
    assert variance.spread(even, cluster).ignorance.value == 0.0
    alone = variance.spread(even, None)
    assert (alone.luck.value, alone.ignorance.value, alone.clusters) == (1.0, 0.0, 0)
    assert math.isnan(variance.spread(np.zeros(960, dtype=bool), cluster).luck.value)
    assert math.isnan(variance.spread(even[:SIZE], cluster[:SIZE]).luck.value)


@pytest.mark.parametrize("similar", [0.05, 0.3])
def test_ignorance_is_recovered_and_vanishes_when_clusters_are_shuffled(similar: float) -> None:
    rng = np.random.default_rng(21)
    hit, cluster = nested(rng, 0.4, similar, clusters=2_000)
    found = variance.spread(hit, cluster)
    assert found.ignorance.low <= similar <= found.ignorance.high
    assert found.ignorance.value == pytest.approx(similar, abs=0.02)
    assert found.luck.value + found.ignorance.value == pytest.approx(1.0)
    assert found.clusters == 2_000
    shuffled = variance.spread(rng.permutation(hit), cluster)
    assert shuffled.ignorance.value < 0.01 < found.ignorance.low


def test_largest_remainders_known_answers() -> None:
    assert frequencies.largest_remainders([1 / 3] * 3, 100) == (34, 33, 33)
    assert frequencies.largest_remainders([0.996, 0.004], 100) == (100, 0)
    assert frequencies.largest_remainders([0.29, 0.71], 100) == (29, 71)
    assert frequencies.largest_remainders([3.0, 1.0, 4.0], 100) == (38, 12, 50), "of any sum"
    for wrong in ([], [0.0, 0.0], [0.5, -0.1]):
        with pytest.raises(ValueError, match="shares"):
            frequencies.largest_remainders(wrong, 100)


@given(st.lists(st.integers(0, 500), min_size=10, max_size=10).filter(any), st.data())
def test_frequencies_add_up_whatever_the_shares(counts: list[int], more: st.DataObject) -> None:
    on = [more.draw(st.integers(0, k)) for k in counts]
    under = more.draw(st.integers(0, sum(on)))
    n = sum(counts)
    found = frequencies.frequencies(
        "abcdefghij", [k / n for k in counts], [k / n for k in on], under / n
    )
    assert sum(found.count) == 100
    assert sum(found.regime) == 100
    assert min(found.regime) >= 0
    assert found.stays + found.out == 100
    assert all(0 <= a <= b for a, b in zip(found.goes_on, found.count, strict=True))
    for k, share in zip(found.count, found.shares, strict=True):
        assert (
            math.floor(100 * share + 1e-9) <= k <= math.ceil(100 * share - 1e-9)
            or abs(k - 100 * share) < 1
        )
    gone = sum(counts[1:])
    if gone:
        assert abs(found.out_goes_on - found.out * sum(on[1:]) / gone) <= 0.5 + 1e-9
