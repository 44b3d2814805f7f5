"""Paired comparison: the same futures twice, differences with their own intervals."""

from __future__ import annotations

import numpy as np
import pytest

import regime_sim as rs

SMALL = {"generals": 64, "horizon": 30}


@pytest.fixture(scope="module")
def pair():
    base = rs.load("venezuela-2025").with_(**SMALL)
    return rs.compare(base, base.vary(rents=0.1, foreign_support=0.1), replicates=640, seed=3)


def test_the_difference_is_over_pairs(pair):
    before, after = pair.before.leader_way > 0, pair.after.leader_way > 0
    d = pair.change()
    assert d.value == pytest.approx(after.mean() - before.mean())
    assert d.low <= d.value <= d.high
    on, off = pair.turned()
    assert on - off == round(640 * d.value)
    ways = [pair.change(way).value for way in rs.WAYS[1:]]
    assert sum(ways) == pytest.approx(d.value)


def test_pairs_are_narrower_than_two_separate_runs(pair):
    a, b = pair.before.out(), pair.after.out()
    apart = np.hypot(a.high - a.low, b.high - b.low)
    assert pair.change().high - pair.change().low < apart


def test_nothing_changes_against_itself(pair):
    same = rs.compare(pair.before, pair.before)
    assert same.change().value == 0.0 and same.turned() == (0, 0)


def test_the_print_says_what_changed(pair):
    text = str(pair)
    assert "out within 30 weeks" in text and "paired 95%" in text and "points" in text


def test_frame_and_errors(pair):
    frame = pair.frame()
    assert list(frame.columns) == ["what", "before", "after", "change", "low", "high", "n"]
    assert frame["what"].iloc[0] == "out" and frame["what"].iloc[-1] == "regime falls"
    with pytest.raises(rs.UnknownName, match="did you mean coup"):
        pair.change("cop")
    with pytest.raises(rs.RegimeSimError, match="same seed"):
        rs.compare(pair.before, rs.simulate(rs.load("isolation").with_(**SMALL), replicates=640, seed=4))
