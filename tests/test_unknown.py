"""What we do not know: the range over parameter draws with chance taken out, and where it shows."""

from __future__ import annotations

import math

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.statistics.nested import outer
from regime_sim.view import drawing
from regime_sim.view.pages import card
from regime_sim.view.words import sentences


@pytest.fixture(scope="module")
def pair():
    base = rs.load("venezuela-2025").with_(generals=64)
    return rs.compare(base, base.vary(rents=0.1), replicates=640, seed=3, workers=1)


def test_chance_is_taken_out():
    """Known answers: draws that differ give their own quantiles, draws that do not give one."""
    dice = np.random.default_rng(1)
    p = dice.beta(2, 6, 4000)
    low, high = outer(dice.binomial(16, p), np.full(4000, 16))
    assert (low, high) == pytest.approx(tuple(np.quantile(p, (0.05, 0.95))), abs=0.02)
    plain = np.quantile(dice.binomial(16, p) / 16, (0.05, 0.95))
    assert high - low < plain[1] - plain[0]
    low, high = outer(dice.binomial(16, 0.2, 4000), np.full(4000, 16))
    assert (low, high) == pytest.approx((0.2, 0.2), abs=0.03)


def test_too_few_draws_say_nothing():
    assert all(math.isnan(one) for one in outer(np.full(31, 4), np.full(31, 16)))
    few = rs.simulate(rs.load("venezuela-2025").with_(generals=64, horizon=6), 64, workers=1)
    assert math.isnan(few.unknown().low) and sentences.unknown(few) == ""


def test_the_wide_range_holds_the_narrow_one(pair):
    run = pair.before
    for way in (None, "coup", "seized"):
        wide = run.unknown(way)
        inner = run.out() if way is None else run.share(way)
        assert wide.low <= inner.low <= inner.high <= wide.high and wide.n == 40
    inner, wide = run.survival_curve(), run.unknown_curve()
    assert (wide.low <= inner.low).all() and (wide.high >= inner.high).all()
    assert 1.0 - wide.high[-1] == pytest.approx(run.unknown().low, abs=1e-9)
    with pytest.raises(rs.UnknownName):
        run.unknown("coop")


def test_a_difference_over_what_we_do_not_know(pair):
    found = pair.unknown()
    assert found.draws == 40
    assert found.quantiles[0] <= found.quantiles[1] <= found.quantiles[2]
    assert 0.0 <= found.above[0] <= 1.0


def test_it_is_drawn_and_said(pair):
    figure = pair.after.plot("survival", unknown=True, happened=("coup", 9, "coup, week 9"))
    said = " ".join(figure.spec["title"]["subtitle"])
    assert "what we do not know" in said and "what happened, coup, week 9" in said
    assert drawing.svg(figure).count("<path") > drawing.svg(pair.after.plot()).count("<path")
    assert "what we do not know" in sentences.unknown(pair.after)


def test_several_are_laid_over_one_another(pair):
    figure = pair.plot("overlay", names=["first <b>", "second"])
    drawn = drawing.svg(figure)
    assert "A first &lt;b&gt;" in drawn and "B second" in drawn
    counts = [run.frequencies().stays for run in (pair.before, pair.after)]
    assert all(f">{count}<" in drawn for count in counts)


def test_laid_over_one_another_arms_are_called_by_their_words(pair):
    found = rs.compare(pair.before, poorer=pair.after, just_the_same=pair.before)
    for kind in ("overlay", "differences"):
        drawn = found.plot(kind).to_json()
        assert "poorer" in drawn and "just the same" in drawn, kind


def test_the_card_says_it_all(pair):
    drawn = card.card(pair.after, "regime_sim <1> · not a forecast", ("9 more", "wide"))
    count = pair.after.frequencies().out
    assert f"In {count} of 100 simulated futures" in drawn
    assert "&lt;1&gt; · not a forecast" in drawn and drawn.count("<circle") >= 100
