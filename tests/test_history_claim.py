"""The article's claim and December 2025: spreads free of dice against known answers, arms that are
the shipped scenarios, figures that are the seeds' own.
"""

from __future__ import annotations

import json
import threading
from datetime import date

import numpy as np
import pytest

import regime_sim as rs
from regime_sim.errors import Cancelled
from regime_sim.facts.evidence import facts
from regime_sim.facts.outcomes import WAYS
from regime_sim.facts.posterior import Posterior
from regime_sim.history.december import december
from regime_sim.questions import claim as claim_room
from regime_sim.questions.claim import ARMS, ENDS, arms_of, claim
from regime_sim.questions.plain_values import meaning
from regime_sim.statistics.nested import drivers, groups, over_draws, without_chance
from regime_sim.view.words.claim import claim_lines, december_lines


def seen(
    draws: int = 4000, inner: int = 16, seed: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities with mean 0.3 and sd 0.1 over draws, and what `inner` futures of each show:
    truth, means, variances of the means.
    """
    rng = np.random.default_rng(seed)
    truth = rng.beta(6.0, 14.0, draws)
    hits = rng.random((draws, inner)) < truth[:, None]
    return truth, hits.mean(axis=1), hits.var(axis=1, ddof=1) / inner


# ---- spreads free of dice


def test_without_chance_the_means_stay_and_with_nothing_but_chance_they_agree():
    y = np.array([0.1, 0.4, 0.9])
    assert without_chance(y, np.zeros(3)) == pytest.approx(y)
    assert without_chance(y, np.ones(3)) == pytest.approx([y.mean()] * 3)


def test_the_range_over_draws_is_that_of_the_truth_and_not_of_the_means():
    truth, y, s = seen()
    found = over_draws(y, s, 1 / 16)
    assert found.sd == pytest.approx(truth.std(), rel=0.1)
    assert list(found.quantiles) == pytest.approx(
        np.quantile(truth, (0.05, 0.5, 0.95)).tolist(), abs=0.02
    )
    assert y.std() > 1.3 * truth.std(), "plain means overstate: the dice are in them"
    plain = np.quantile(y, (0.05, 0.95))
    assert plain[1] - plain[0] > 1.3 * (found.quantiles[2] - found.quantiles[0])
    for at, low, high in zip(found.quantiles, found.low, found.high, strict=True):
        assert low <= at <= high and high - low < 0.05
    assert found.signal == pytest.approx(truth.var() / y.var(), abs=0.06)


def test_drivers_are_found_and_strangers_are_not():
    rng = np.random.default_rng(3)
    x = rng.random((2000, 12))
    y, s = x[:, 4].copy(), np.zeros(2000)
    first = drivers([f"n{k}" for k in range(12)], x, y, s)
    assert (first[0].name, first[0].clear) == ("n4", True)
    assert first[0].correlation == pytest.approx(1) and first[0].share == pytest.approx(1, abs=0.03)
    assert not any(one.clear for one in first[1:]) and all(one.share < 0.03 for one in first[1:])
    x[:, 7] = 0.5
    assert len(drivers([f"n{k}" for k in range(12)], x, y, s)) == 11, (
        "what never varies drives nothing"
    )


def test_a_share_counts_what_is_not_dice():
    """y = x + noise of known variance: the share of x is 1 with the noise taken off, and its part
    of the whole without.
    """
    rng = np.random.default_rng(4)
    x = rng.standard_normal((4000, 2))
    y = x[:, 0] + 1.5 * rng.standard_normal(4000)
    assert drivers(["a", "b"], x, y, np.full(4000, 2.25))[0].share == pytest.approx(0.95, abs=0.12)
    assert drivers(["a", "b"], x, y, np.zeros(4000))[0].share == pytest.approx(1 / 3.25, abs=0.06)


def test_groups_share_what_is_theirs():
    rng = np.random.default_rng(5)
    x = rng.standard_normal((3000, 6))
    y = x[:, 0] + x[:, 1] + np.sqrt(2.0) * x[:, 3] + 2.0 * x[:, 4] * x[:, 5]
    found = {
        one.name: one
        for one in groups(list("abcdef"), ["p", "p", "p", "q", "q", "r"], x, y, np.zeros(3000))
    }
    assert found["p"].share == pytest.approx(0.25, abs=0.05) and found["q"].share == pytest.approx(
        0.25, abs=0.05
    )
    assert found["r"].share < 0.02 and found["r"].numbers == 1
    assert sum(one.share for one in found.values()) < 0.6, (
        "numbers that act through one another are not in straight lines"
    )
    assert groups(list("ab"), ["p", "q"], x[:3, :2], y[:3], np.zeros(3)) == ()


# ---- the claim


@pytest.fixture(scope="module")
def found() -> claim_room.Claim:
    return claim(draws=48, inner=8, corps=24, weeks=40, workers=2)


def test_the_four_worlds_are_the_shipped_ones():
    arms = arms_of(rs.load("venezuela-2025"))
    for arm, name in zip(
        arms, ("venezuela-2025", "isolation", "rents-cut", "isolation-and-rents-cut"), strict=True
    ):
        small, own = (one.with_(horizon=12, generals=24) for one in (rs.load(name), arm))
        assert rs.simulate(small, 32).digest() == rs.simulate(own, 32).digest(), name


def test_the_interaction_is_what_the_arms_say(found):
    for end in ENDS:
        one = found.ends[end]
        p = {arm: one.arms[arm].value for arm in ARMS}
        assert one.beyond.value == pytest.approx(
            p["both"] - p["isolation"] - p["rents_cut"] + p["neither"]
        )
        assert one.beyond.low <= one.beyond.value <= one.beyond.high and one.beyond.n == 48 * 8
        low, middle, high = one.over.quantiles
        assert low <= middle <= high and one.over.draws == 48
    assert all(
        found.ends["coup"].arms[arm].value <= found.ends["exit"].arms[arm].value for arm in ARMS
    )


def test_arms_are_those_that_a_run_gives(found):
    """A fresh count by the public names: the same futures, sixteen a draw in both."""
    again = claim(draws=16, inner=16, corps=24, weeks=40, workers=1)
    run = rs.simulate(rs.load("isolation").with_(horizon=40), 256, corps=24)
    assert again.ends["coup"].arms["isolation"].value == pytest.approx(
        float((run.leader_way == WAYS.index("coup")).mean())
    )
    assert again.ends["exit"].arms["isolation"].value == pytest.approx(
        float((run.leader_week > 0).mean())
    )


def test_four_times_the_same_world_interact_by_nothing(monkeypatch):
    monkeypatch.setattr(claim_room, "arms_of", lambda base: (base,) * 4)
    one = claim(draws=16, inner=4, corps=24, weeks=30, workers=1).ends["exit"]
    assert (one.beyond.value, one.over.sd) == (0.0, 0.0)
    assert len({arm.value for arm in one.arms.values()}) == 1


def test_drivers_are_numbers_of_the_table_with_a_meaning(found):
    names = [one.name for one in found.ends["coup"].drivers]
    assert len(names) == len(set(names)) > 20
    assert {"loyalty.rent", "treasury.backfill"} <= set(names)
    assert all(meaning(name) and meaning(name) != name for name in names if name in rs.PARAMETERS)
    assert meaning("patron.backer.troops") == "patron, backer, troops"


def test_a_sample_of_two_numbers_drives_by_those_and_the_inputs_alone():
    sample = Posterior(
        ("coup.launch", "loyalty.rent"),
        np.array([[0.05, 0.5], [0.2, 1.5], [0.1, 1.0]]),
        {},
        "three",
    )
    fixed = claim(draws=16, inner=2, corps=16, weeks=10, knowledge=sample, workers=1)
    assert fixed.learned_from == "three"
    assert {"coup.launch", "loyalty.rent"} <= {one.name for one in fixed.ends["exit"].drivers}


def test_the_claim_tells_itself_as_text_and_as_json(found):
    text, document = str(found), json.loads(json.dumps(found.to_document(), allow_nan=False))
    assert max(map(len, text.split("\n\n")[0].splitlines())) <= 100
    assert "isolation alone" in text and "beyond the sum" in text and "not a forecast" in text
    assert (
        set(document["ends"]) == set(ENDS)
        and document["ends"]["coup"]["arms"]["both"]["value"]
        == found.ends["coup"].arms["both"].value
    )
    assert document["ends"]["exit"]["beyond_the_sum"]["low"] == found.ends["exit"].beyond.low
    assert any("rents cut alone" in line for line in claim_lines(found))


def test_the_command_is_the_function(cli, found):
    ended = cli(
        "claim", "--draws", 48, "--futures", 8, "--corps", 24, "--weeks", 40, "--format", "json"
    )
    assert (ended.status, ended.err) == (0, "")
    assert json.loads(ended.out) == json.loads(json.dumps(found.to_document()))
    assert rs.claim is claim


def test_bad_requests_are_refused():
    with pytest.raises(rs.RegimeSimError, match="from 16 to"):
        claim(draws=2)
    with pytest.raises(rs.RegimeSimError, match="at most 2,147,483,647 in all"):
        claim(draws=1_000_000, inner=100_000)
    with pytest.raises(TypeError, match="did you mean weeks"):
        claim(wekes=4)


def test_it_can_be_cancelled():
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        claim(draws=16, inner=2, corps=16, weeks=4, cancel=stop)


# ---- December 2025


def test_december_counts_each_future_once_and_dates_by_the_calendar():
    found = december(320, corps=24, workers=1)
    for ways in found.by_week.values():
        assert set(ways) == set(WAYS) and sum(one.value for one in ways.values()) == pytest.approx(
            1
        )
    assert found.by_week[26]["survived"].value >= found.by_week[52]["survived"].value
    assert all(found.by_week[26][way].value <= found.by_week[52][way].value for way in WAYS[1:])
    start = rs.load("venezuela-2025").start
    assert (start, found.taken_week, found.contract_week) == (
        date(2025, 12, 1),
        (date(2026, 1, 3) - start).days // 7 + 1,
        (date(2026, 1, 31) - start).days // 7 + 1,
    )
    run = rs.simulate(rs.load("venezuela-2025").with_(horizon=52), 320, corps=24)
    assert found.contract.value == pytest.approx(
        float(((run.leader_week > 0) & (run.leader_week <= 9)).mean())
    )
    assert [fact.id for fact in found.markets] == [
        "market_oct2025",
        "market_peak2025",
        "market_before_raid2025",
    ]
    page = "\n".join(december_lines(found))
    assert (
        facts()["raid2026"].statement in page and "week 5" in page and "31 January (week 9)" in page
    )
    document = json.loads(json.dumps(found.to_document(), allow_nan=False))
    assert document["markets"][2]["low"] == 0.05 and document["out_by_31_january"]["week"] == 9
