"""Parts of the engine by themselves: peers, weekly counts, priors of the rarer families, the
readable model's own words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from random_scenarios import certain, difference, kernel_trace, mesa_trace
from scipy import stats
from small_worlds import world

import regime_sim as rs
from regime_sim.engine import (
    distributions as families,
)
from regime_sim.engine import draws
from regime_sim.engine import parameter_draws as priors
from regime_sim.engine import (
    replicates as block,
)
from regime_sim.engine.model import RegimeModel, _record
from regime_sim.engine.population import corps
from regime_sim.engine.records import PATRON_FIELDS, STATE_NAMES
from regime_sim.facts.declare import Prior
from regime_sim.facts.parameters import (
    INPUT_NAMES,
    PARAMETERS,
    PATRON_SLOTS,
    STRUCTURAL_NAMES,
    WAYS,
)
from regime_sim.law import chance, general, ledger
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.compiled import Compiled


def quiet(weeks: int = 6, generals: int = 12) -> Compiled:
    scenario = rs.Scenario(id="quiet", title="quiet", start=date(2025, 12, 1), horizon=weeks).with_(
        generals=generals
    )
    return certain(compile_scenario(scenario))


def unruly(generals: int, weeks: int) -> Compiled:
    """Many plot and look at each other, a crowd is out, and rulers follow each other."""
    scenario = rs.Scenario(id="unruly", title="unruly", start=date(2025, 12, 1), horizon=weeks)
    scenario = scenario.with_(generals=generals).vary(
        {"rents": 0.3, "street.crowd": 0.5, "regime.coup_proofing": 0.3}
    )
    return certain(compile_scenario(scenario.fix({"plotting.gain": 5.0, "plotting.base": -1.0})))


# ---- weeks and peers


@pytest.mark.parametrize("number", [1, 2, 4, 5, 7])
def test_any_number_of_trusted_peers_is_counted(number: int) -> None:
    """Peers are added up by threes; what is left over counts too."""
    people = corps(20)
    own = np.arange(20)[:, None]
    relabelled = replace(people, peers=((own + 1 + np.arange(number)) % 20).astype(np.int32))
    compiled = unruly(20, 25)
    weeks = block.no_weeks(compiled.horizon)
    mesa = mesa_trace(compiled, 5, 8, relabelled)
    out, kept = block.run_block(compiled, 5, 8, 1, weeks, population=relabelled, traced=0)
    assert not difference(mesa, (out[0].tolist(), kept))
    assert (kept.status == general.PLOTTING).any()
    other = block.run_block(compiled, 5, 8, 1, weeks, traced=0, population=people)[1]
    assert (other.status != kept.status).any(), "the twin: other peers, other plots"


def test_chances_add_up_while_he_is_in_office_and_no_longer() -> None:
    """Each world's summed chances are those of the Mesa model's hazards, week by week, to the exit
    of the ruler of the start.
    """
    compiled = unruly(24, 25)
    x, p = np.tile(compiled.x, (6, 1)), np.tile(compiled.p, (6, 1))
    chances = np.zeros((6, len(WAYS) - 1))
    weeks = block.no_weeks(compiled.horizon)
    out, kept = block.run_rows(compiled, 3, 0, x, p, weeks, chances=chances)
    assert not kept.state.size, "no trace was asked for"
    assert (out[:, ledger.LEADER_WEEK] > 0).any() and (
        out[:, ledger.REGIME_WEEK] != out[:, ledger.LEADER_WEEK]
    ).any()
    for k in range(6):
        model, expected = RegimeModel(compiled, 3, k), np.zeros(len(WAYS) - 1)
        while not model.leader_out and model.week < model.horizon:
            model.step()
            hazards = np.array([getattr(model.exits, way) for way in WAYS[1:]])
            expected += (1.0 - np.exp(-hazards.sum())) * hazards / hazards.sum()
        assert chances[k] == pytest.approx(expected, rel=1e-9)
    alone = np.zeros((1, len(WAYS) - 1))
    block.run_rows(compiled, 3, 0, x[:1], p[:1], block.no_weeks(compiled.horizon), chances=alone)
    assert alone.tolist() == chances[:1].tolist()


def test_a_weeks_uniforms_are_the_words_of_its_blocks() -> None:
    week, replicate, seed = 7, 2**31 + 9, 0x1234567890ABCDEF
    found = draws.week_uniforms(seed, replicate, week)
    first = draws.philox((0, week, replicate, chance.CHANNEL_WEEK), seed)
    assert found[:4] == [(word + 0.5) / 2**32 for word in first]
    assert len(found) == chance.WEEK_LENGTH


def test_a_uniform_of_the_priors_has_53_bits_of_two_words() -> None:
    first, second, _, _ = draws.philox((77, 0, 5, 4), 9)
    assert draws.prior_uniform(9, 5, 77) == ((first >> 5) * 2.0**26 + (second >> 6) + 0.5) / 2.0**53


def test_a_week_is_recorded_in_its_bin_and_in_units_of_two_to_the_minus_32() -> None:
    weekly, wide = block.no_weeks(2), [o.high - o.low for o in block.OBSERVABLES]
    low = [o.low for o in block.OBSERVABLES]
    for share in (0.25, 1.5, -0.5):
        _record(weekly, 1, [a + share * b for a, b in zip(low, wide, strict=True)])
    assert weekly.counts.tolist() == [0, 3, 0]
    for k, (a, b) in enumerate(zip(low, wide, strict=True)):
        assert np.flatnonzero(weekly.bins[k, 1]).tolist() == [0, 125, block.BINS - 1]
        whole = sum(int(np.floor((a + share * b) * 2**32)) for share in (0.25, 1.5, -0.5))
        assert weekly.sums[k].tolist() == [0, whole, 0]


def test_a_trace_alone_is_the_trace_in_a_block() -> None:
    compiled = quiet()
    out, kept = block.trace(compiled, 4, 9)
    assert not difference((out.tolist(), kept), kernel_trace(compiled, 4, 9))


# ---- priors

RARER = [
    (Prior("pert", (0.1, 0.3, 0.9)), stats.beta(2.0, 4.0, 0.1, 0.8), 1e-4),
    (Prior("trapezoid", (0.0, 0.2, 0.5, 1.0)), stats.trapezoid(0.2, 0.5, 0.0, 1.0), 1e-9),
    (Prior("trapezoid", (1.0, 1.0, 2.0, 2.0)), stats.uniform(1.0, 1.0), 1e-9),
    (Prior("halfnormal", (0.4,)), stats.halfnorm(scale=0.4), 1e-8),
    (Prior("exponential", (2.5,)), stats.expon(scale=2.5), 1e-9),
    (Prior("weibull", (2.0, 1.5)), stats.weibull_min(1.5, scale=2.0), 1e-9),
]


@pytest.mark.parametrize(
    ("prior", "known", "off"), RARER, ids=[f"{prior.family} {prior.args}" for prior, _, _ in RARER]
)
def test_shares_and_quantiles_of_the_rarer_families(
    prior: Prior, known: object, off: float
) -> None:
    u = np.concatenate([[1e-5], np.linspace(0.002, 0.998, 200)])
    assert np.abs(known.cdf(priors.quantile(prior, u)) - u).max() < off  # type: ignore[attr-defined]
    assert (
        max(
            abs(priors.share_below(prior, x) - share)
            for x, share in zip(known.ppf(u).tolist(), u.tolist(), strict=True)
        )
        < off
    )  # type: ignore[attr-defined]
    low, high = known.support()  # type: ignore[attr-defined]
    assert priors.share_below(prior, low - 1.0) == 0.0 and priors.share_below(
        prior, low
    ) == pytest.approx(0.0, abs=1e-9)
    assert priors.share_below(prior, high + 1.0 if np.isfinite(high) else 1e6) == pytest.approx(
        1.0, abs=1e-9
    )


def test_a_logit_normal_is_a_normal_of_the_log_odds() -> None:
    prior, u = Prior("logitnormal", (0.3, 0.7)), np.linspace(0.01, 0.99, 99)
    value = priors.quantile(prior, u)
    odds = np.log(value / (1 - value)) - np.log(0.3 / 0.7)
    assert np.abs(stats.norm.cdf(odds / 0.7) - u).max() < 1e-8
    assert (
        max(
            abs(priors.share_below(prior, x) - share)
            for x, share in zip(value.tolist(), u.tolist(), strict=True)
        )
        < 1e-8
    )
    assert [priors.share_below(prior, x) for x in (-1.0, 0.0, 1.0, 2.0)] == [0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "family", ["halfnormal", "exponential", "weibull", "lognormal", "loguniform"]
)
def test_nothing_lies_below_nought_where_only_positive_numbers_do(family: str) -> None:
    prior = Prior(family, (0.5,) if family in ("halfnormal", "exponential") else (0.5, 2.0))
    assert (
        priors.share_below(prior, 0.0)
        == priors.share_below(prior, -3.0)
        == 0.0
        < priors.share_below(prior, 0.75)
    )


def test_a_pert_is_the_beta_of_its_mode() -> None:
    assert families.beta_of(Prior("pert", (1.0, 2.0, 5.0))).args == (2.0, 4.0)
    assert families.beta_of(Prior("pert", (0.0, 1.0, 1.0))).args == (5.0, 1.0)


def test_a_prior_with_nothing_between_its_bounds_keeps_to_them() -> None:
    """Bounds so far out that no share of the prior lies between: the draws still stay inside."""
    from regime_sim.scenario.compiled import Uncertain

    ready = priors._ready(
        Uncertain("a", "p", ((0, None),), Prior("normal", (0.0, 0.01)), 5.0, 6.0, 7)
    )
    values = ready.values(np.array([0.001, 0.5, 0.999]))
    assert values.tolist() == [5.0, 5.0, 5.0]


def test_parameters_stand_at_the_quantiles_that_are_asked_for() -> None:
    """Those named at Phi(z) of their priors cut off at their ranges, the others at their
    defaults.
    """
    name = "coup.launch"
    row = PARAMETERS[name]
    rows = priors.parameters_at([name], np.array([[-8.0], [0.0], [8.0], [40.0]]))
    at = STRUCTURAL_NAMES.index(name)
    defaults = np.array([PARAMETERS[one].default for one in STRUCTURAL_NAMES])
    assert (np.delete(rows, at, axis=1) == np.delete(defaults, at)).all()
    assert row.low <= rows[0, at] < rows[1, at] < rows[2, at] <= rows[3, at] <= row.high
    assert row.prior is not None
    share = priors.share_below(row.prior, float(rows[1, at]))
    low, high = priors.share_below(row.prior, row.low), priors.share_below(row.prior, row.high)
    assert (share - low) / (high - low) == pytest.approx(0.5, abs=1e-4)


# ---- the readable model


def test_a_model_says_where_it_stands_and_stops_at_its_horizon() -> None:
    model = RegimeModel(quiet(3), 7, 0)
    assert repr(model) == "RegimeModel(quiet, seed 7, replicate 0: week 0 of 3, survived)"
    assert [getattr(model.exits, way) for way in WAYS[1:]] == [0.0] * 10, (
        "no hazard before the first week"
    )
    assert (
        set(model.observations) == {o.name for o in block.OBSERVABLES}
        and model.observations["pay"] == model.army.pay
    )
    model.run()
    week, seen = model.week, list(model.history)
    model.step()
    assert (model.week, model.history, model.running) == (week, seen, False)
    assert model.week == 3 and len(seen) == 4


def test_a_model_without_further_words_is_the_first_world_of_seed_one() -> None:
    model = RegimeModel(quiet(1))
    assert (model.dice_seed, model.replicate) == (1, 0)


def test_mesas_own_generator_follows_the_seed() -> None:
    """The law does not use it; an agent that somebody adds may."""
    first = [RegimeModel(quiet(1), seed).rng.random() for seed in (3, 3, 5, 2**63 + 5, 2**64 - 1)]
    assert first[0] == first[1] != first[2] == first[3] != first[4]


def test_each_patron_gives_what_the_scenario_says_of_him() -> None:
    """Both engines read a patron's support and gifts from his own rows of the inputs."""
    compiled = quiet(1)
    x = compiled.x.copy()
    for place, slot in enumerate(PATRON_SLOTS):
        for k, name in enumerate(
            [f"foreign_support.{slot}", *(f"patron.{slot}.{gift}" for gift in PATRON_FIELDS[1:7])]
        ):
            x[INPUT_NAMES.index(name)] = 0.01 * (10 * place + k + 1)
    model = RegimeModel(replace(compiled, x=x), 1, 0)
    _, kept = block.trace(replace(compiled, x=x), 1, 0)
    model.step()
    for place, (slot, patron) in enumerate(zip(PATRON_SLOTS, model.patrons, strict=True)):
        said = [pytest.approx(0.01 * (10 * place + k + 1)) for k in range(7)]
        assert [patron.support, *(getattr(patron, gift) for gift in PATRON_FIELDS[1:7])] == said
        assert [
            kept.state[0, STATE_NAMES.index(f"{slot}.{field}")] for field in PATRON_FIELDS[:7]
        ] == said


def test_generals_say_what_they_are() -> None:
    """Over some worlds every status is seen; whoever is gone is replaced by a loyal man in the next
    week's books.
    """
    seen = set()
    for number in range(11, 100):
        here = world(number)
        model = RegimeModel(here.compiled, here.seed, here.replicate)
        while not model.fallen and model.week < model.horizon:
            model.step()
            seen |= {man.status for man in model.generals}
            assert all(
                man.private >= 0 for man in model.generals if man.status in ("purged", "fled")
            )
        if len(seen) == 4:
            break
    assert seen == {"loyal", "plotting", "purged", "fled"}
