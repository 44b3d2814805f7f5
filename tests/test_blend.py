"""The blend: its arithmetic against known answers, what it is fitted on, and how it is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from regime_sim.history import blend_episodes, blend_panel
from regime_sim.history.blend import (
    Weights,
    blend,
    chance,
    ends,
    equal,
    first_alone,
    fit,
    log_odds,
    spread,
)
from regime_sim.history.cases import read_cases
from regime_sim.history.panel_scores import MAIN
from regime_sim.history.said import held_said, rule_cases


def test_log_odds_are_averaged() -> None:
    parts = {"a": np.array([0.5]), "b": np.array([0.9])}
    assert blend(parts, equal(("a", "b"))) == pytest.approx([0.75])
    moved = float(blend(parts, Weights({"a": 0.0, "b": 1.0}, level=-1.0))[0])
    assert moved == pytest.approx(float(chance(np.log(9.0) - 1.0)))
    assert float(chance(log_odds(0.3))) == pytest.approx(0.3)
    assert 0.0 < float(blend({"a": 0.0, "b": 0.0}, equal(("a", "b")))) < 0.001


def test_a_range_is_wider_where_parts_are_further_apart() -> None:
    by = equal(("a", "b"))
    near, far = ({"a": np.array([0.2]), "b": np.array([p])} for p in (0.25, 0.9))
    assert spread(near, by) < spread(far, by)
    assert spread({"a": np.array([0.2]), "b": np.array([0.2])}, by) == pytest.approx(0.0)
    low, high = ends(np.array([0.2]), spread(far, by))
    assert low < 0.2 < high


def test_weights_go_to_the_part_that_knows_and_the_level_to_the_rate() -> None:
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.02, 0.6, 4000)
    y = (rng.random(4000) < truth).astype(float)
    parts = {"noise": rng.uniform(0.02, 0.6, 4000), "knows": truth}
    found = fit(parts, y)
    assert found.parts["knows"] > 0.75 > 0.2 > found.parts["noise"] >= 0.0
    assert (found.rows, found.events) == (4000, int(y.sum()))
    hot = {"a": chance(log_odds(truth) + 1.0), "b": chance(log_odds(truth) + 1.0)}
    assert fit(hot, y).level == pytest.approx(-1.0, abs=0.15)
    assert blend(hot, fit(hot, y)).mean() == pytest.approx(y.mean(), abs=0.01)


def test_what_others_add_nothing_to_stands_nearly_alone() -> None:
    rng = np.random.default_rng(3)
    truth = rng.uniform(0.02, 0.6, 4000)
    y = (rng.random(4000) < truth).astype(float)
    blunt = chance(log_odds(truth) + rng.normal(0.0, 1.0, 4000))
    found = fit({"law": truth, "blunt": blunt}, y)
    assert found.parts["law"] > 0.9 and found.parts["blunt"] < 0.1


def test_few_events_fit_nothing() -> None:
    y = np.array([1.0] * 9 + [0.0] * 90)
    found = fit({"a": np.full(99, 0.1), "b": np.full(99, 0.2)}, y)
    assert not found.fitted and found == first_alone(("a", "b"))


def test_counts_count() -> None:
    rng = np.random.default_rng(2)
    p = rng.uniform(0.1, 0.6, 300)
    y = (rng.random(300) < p).astype(float)
    twice = fit({"a": np.tile(p, 2), "b": np.full(600, 0.3)}, np.tile(y, 2))
    counted = fit({"a": p, "b": np.full(300, 0.3)}, y, np.full(300, 2.0))
    assert counted.parts == pytest.approx(twice.parts, abs=1e-3)


@pytest.fixture
def kept() -> None:
    if held_said() is None:
        pytest.skip("the law was kept by another model: regime-sim renew history")


def test_weights_of_leader_years_see_earlier_years_alone(kept: None) -> None:
    first = blend_panel.weights(1964, True, True)
    later = blend_panel.weights(1989, True, True)
    assert not any(one.fitted for one in first.values())
    assert all(one.fitted for one in later.values())
    assert blend_panel.weights(1979, True, True)["any"].rows < later["any"].rows
    assert set(later) == set(MAIN)
    assert not any(one.fitted for one in blend_panel.weights(1989, True, True, kept=False).values())


def test_the_hazard_rises_with_age_and_needs_nothing() -> None:
    assert blend_panel.hazard(20, 85) > blend_panel.hazard(20, 60)
    assert 0.02 < blend_panel.hazard(None, None) < 0.2


def test_an_episode_is_blended_without_its_country() -> None:
    """Turning round the end of a case in the training set moves no forecast of its country."""
    case = next(one for one in rule_cases() if one.scored)
    same = blend_episodes._place(case)
    assert not any(
        blend_episodes._place(one) == same
        for one, keep in zip(
            blend_episodes._training()[0], blend_episodes._without(same), strict=True
        )
        if keep
    )
    nameless = replace(case, country="")
    assert blend_episodes._place(nameless) == same, "known by its id where no country is named"


def test_parts_of_an_episode_lie_around_the_blend_and_coders_widen_it() -> None:
    cases = rule_cases()[:3]
    law = np.array([0.6, 0.1, 0.3])
    alone = blend_episodes.blended(cases, law, kept=False)
    assert not any(one.fitted for one in alone.weights)
    for k in range(3):
        said = [alone.parts[name][k] for name in blend_episodes.PARTS]
        assert min(said) < alone.out[k] < max(said)
        assert alone.low[k] < alone.out[k] < alone.high[k]
    second = replace(cases[0], codes={**cases[0].codes, "armed_rebels": 0.0})
    both = blend_episodes.blended(cases, law, {cases[0].id: (second, 0.05)}, kept=False)
    assert both.coders.tolist() == [2, 1, 1] and len(both.by_coder[0]) == 2
    assert both.out[0] == pytest.approx(np.mean(both.by_coder[0]))
    assert both.out[0] < alone.out[0] and both.out[1] == pytest.approx(alone.out[1])


def test_famous_cases_do_not_heat_the_logit() -> None:
    """Fitted so that exits are not over-sampled it says less of ordinary episodes than plainly."""
    cases = rule_cases()
    said = blend_episodes._parts(cases, np.full(len(cases), 0.3))["logit"]
    went = np.mean([one.observed is not None and one.observed.out for one in cases])
    assert 0.5 * went < said.mean() < 2.0 * went
    assert len(read_cases()) > 50
