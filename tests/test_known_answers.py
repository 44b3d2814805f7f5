"""Answers known beforehand: published words of Philox, the law's arithmetic against libm, priors
against scipy, and two exact laws of chance.

Statistical tests have fixed seeds, reject at p < 1e-4, and have a negative twin, a law slightly
wrong, that is rejected with power 0.99 or more.
"""

from __future__ import annotations

import functools
import itertools
import math
from datetime import date
from statistics import NormalDist

import numpy as np
import pytest
from random_scenarios import certain
from scipy import stats

from regime_sim import Scenario
from regime_sim.engine import draws
from regime_sim.engine import parameter_draws as priors
from regime_sim.engine.model import RegimeModel
from regime_sim.engine.population import Population
from regime_sim.engine.records import STATE_NAMES, STRUCTURAL_FIELDS
from regime_sim.engine.replicates import no_weeks, run_block, trace
from regime_sim.facts.declare import Prior
from regime_sim.facts.parameters import OBSERVABLE_NAMES, PARAMETERS, WAYS
from regime_sim.law import arithmetic, general
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.compiled import Compiled, Uncertain

LIMIT = 1e-4

# Random123 (Salmon et al. 2011), kat_vectors, philox4x32 with ten rounds: counter, key, answer
PUBLISHED = (
    (
        "00000000 00000000 00000000 00000000",
        "00000000 00000000",
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ),
    (
        "ffffffff ffffffff ffffffff ffffffff",
        "ffffffff ffffffff",
        "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ),
    (
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
)


def _hex(text: str) -> tuple[int, ...]:
    return tuple(int(word, 16) for word in text.split())


@pytest.mark.parametrize("counter, key, answer", PUBLISHED)
def test_philox_gives_the_published_words(counter, key, answer):
    counter, key, answer = _hex(counter), _hex(key), _hex(answer)
    seed = key[0] | key[1] << 32
    assert draws.philox(counter, seed) == answer


def test_philox_over_arrays_gives_the_published_words():
    counters = np.array([_hex(counter) for counter, _, _ in PUBLISHED], np.uint64).T
    for k, (_, key, answer) in enumerate(PUBLISHED):
        found = draws._rounds(*counters, _hex(key)[0] | _hex(key)[1] << 32)
        assert tuple(int(word[k]) for word in found) == _hex(answer)
    assert tuple(draws.words(4, 0, 0, 0, 0).tolist()) == _hex(PUBLISHED[0][2])


@pytest.mark.parametrize("number", [1, 4, 7, 403])
def test_words_are_the_blocks_in_order(number):
    seed, week_, replicate, channel = 2**64 - 3, 7, 2**32 - 1, 2
    blocks = [
        word
        for group in range(101)
        for word in draws.philox((group, week_, replicate, channel), seed)
    ]
    assert draws.words(number, week_, replicate, channel, seed).tolist() == blocks[:number]


# ---- arithmetic


def _worst(ours, theirs, points) -> float:
    return max(abs(ours(v) / theirs(v) - 1.0) for v in points)


def test_arithmetic_is_as_exact_as_it_says():
    rng = np.random.default_rng(1)
    wide = [
        *rng.uniform(-700, 700, 20000).tolist(),
        *rng.uniform(-1, 1, 20000).tolist(),
        0.0,
        700.0,
        -700.0,
        1e-300,
        -1e-300,
    ]
    assert _worst(arithmetic.exp, math.exp, wide) < 1e-15
    assert arithmetic.exp(1e9) == arithmetic.exp(700.0) and arithmetic.exp(-1e9) == arithmetic.exp(
        -700.0
    )
    positive = [
        *np.exp(rng.uniform(-700, 700, 20000)).tolist(),
        *rng.uniform(0.5, 0.999, 20000).tolist(),
        *rng.uniform(1.001, 2, 20000).tolist(),
    ]
    assert _worst(arithmetic.log, math.log, positive) < 1e-15 and arithmetic.log(1.0) == 0.0
    assert (
        _worst(
            arithmetic.logistic,
            lambda v: 1.0 / (1.0 + math.exp(-v)),
            rng.uniform(-690, 690, 20000).tolist(),
        )
        < 1e-15
    )
    shares = rng.uniform(1e-6, 1 - 1e-6, 20000).tolist()
    assert max(abs(arithmetic.log_odds(v) - math.log(v / (1 - v))) for v in shares) < 1e-14
    assert (
        max(abs(arithmetic.chance(v) + math.expm1(-v)) for v in rng.uniform(0, 5, 20000).tolist())
        <= 2.0**-52
    )
    bases, exponents = rng.uniform(1e-3, 50, 20000).tolist(), rng.uniform(-6, 6, 20000).tolist()
    assert (
        max(abs(arithmetic.power(b, e) / b**e - 1.0) for b, e in zip(bases, exponents, strict=True))
        < 1e-14
    )
    assert (
        arithmetic.power(0.0, 2.0)
        == arithmetic.power(-1.0, 2.0)
        == arithmetic.power(0.0, 0.0)
        == 0.0
    )
    assert [arithmetic.within(v, 0.0, 1.0) for v in (-1.0, 0.0, 0.3, 1.0, 2.0)] == [
        0.0,
        0.0,
        0.3,
        1.0,
        1.0,
    ]


def test_normal_quantile():
    rng = np.random.default_rng(2)
    uniform = [
        *rng.uniform(0, 1, 40000).tolist(),
        *(10 ** rng.uniform(-12, -1, 20000)).tolist(),
        *(1 - 10 ** rng.uniform(-9, -1, 20000)).tolist(),
    ]
    assert _worst(arithmetic.normal, NormalDist().inv_cdf, uniform) < 1.2e-9
    assert arithmetic.normal(0.5) == 0.0


def test_steep_is_near_the_logistic_and_rises():
    grid = np.linspace(-60, 60, 60001).tolist()
    ours = [arithmetic.steep(v) for v in grid]
    assert max(abs(a - 1.0 / (1.0 + math.exp(-v))) for a, v in zip(ours, grid, strict=True)) < 0.02
    assert all(a <= b for a, b in itertools.pairwise(ours))
    assert (
        arithmetic.steep(32.0) == 1.0
        and arithmetic.steep(0.0) == 0.5
        and 0 < arithmetic.steep(-20.0) < 1e-6
    )


# ---- priors


def _scipy(prior: Prior):
    a, b = prior.args[0], prior.args[1]
    if prior.family == "triangular":
        low, mode, high = prior.args
        return stats.triang((mode - low) / (high - low), low, high - low)
    return {
        "uniform": lambda: stats.uniform(a, b - a),
        "normal": lambda: stats.norm(a, b),
        "lognormal": lambda: stats.lognorm(b, scale=a),
        "loguniform": lambda: stats.loguniform(a, b),
        "beta": lambda: stats.beta(a, b),
    }[prior.family]()


FAMILIES = [
    Prior("uniform", (0.2, 0.7)),
    Prior("normal", (0.5, 0.2)),
    Prior("normal", (-1.1, 0.1)),
    Prior("lognormal", (1.6, 0.4)),
    Prior("loguniform", (0.01, 3.0)),
    Prior("triangular", (0.1, 0.3, 0.9)),
    Prior("triangular", (0.0, 0.0, 1.0)),
    Prior("triangular", (0.0, 1.0, 1.0)),
    Prior("beta", (1.5, 8.5)),
    Prior("beta", (4.0, 2.0)),
    Prior("beta", (1.0, 1.0)),
    Prior("beta", (30.0, 12.0)),
]
# share of the distribution by which a quantile may be off: a beta by its table of 1,024 cells, the
# others by Acklam's approximation at most
OFF = {"beta": 1e-4}


@pytest.mark.parametrize("prior", FAMILIES, ids=str)
def test_quantiles_and_shares_of_each_family(prior):
    known, off = _scipy(prior), OFF.get(prior.family, 1e-9)
    u = np.array([1e-6, *np.linspace(0.001, 0.999, 499), 1 - 1e-6])
    assert np.abs(known.cdf(priors.quantile(prior, u)) - u).max() < off
    assert (
        max(
            abs(priors.share_below(prior, x) - share)
            for x, share in zip(known.ppf(u).tolist(), u.tolist(), strict=True)
        )
        < off
    )


@pytest.mark.parametrize(
    "prior", [prior for prior in FAMILIES if "normal" not in prior.family], ids=str
)
def test_no_share_lies_outside_a_bounded_prior(prior):
    low, high = _scipy(prior).support()
    assert [
        priors.share_below(prior, x) for x in (low - 0.05, low - 0.001, high + 0.001, high + 5.0)
    ] == [0.0, 0.0, 1.0, 1.0]
    assert priors.share_below(prior, low) == pytest.approx(0.0, abs=1e-12) and priors.share_below(
        prior, high
    ) == pytest.approx(1.0)


def _drawn(name: str, prior: Prior, low: float, high: float, seed: int, number: int) -> np.ndarray:
    return priors._ready(Uncertain(name, "p", ((0, None),), prior, low, high, 77)).values(
        draws.prior_uniforms(seed, range(number), [77])[0]
    )


@pytest.mark.parametrize("prior", FAMILIES, ids=str)
def test_truncated_priors(prior):
    """Bounds that cut a tail on both sides: each draw is the truncated quantile of its own uniform,
    and the draws have that distribution.
    """
    known, off = _scipy(prior), OFF.get(prior.family, 1e-8)
    low, high = float(known.ppf(0.15)), float(known.ppf(0.7))
    values = _drawn("a", prior, low, high, 5, 1000)
    assert low <= values.min() and values.max() <= high
    shares = (known.cdf(values) - 0.15) / 0.55
    assert np.abs(shares - draws.prior_uniforms(5, range(1000), [77])[0]).max() < 4.0 * off
    assert stats.kstest(shares, "uniform").pvalue > LIMIT
    # the negative twin: not truncated
    assert stats.kstest(known.cdf(values), "uniform").pvalue < LIMIT


def test_every_prior_of_the_table_is_drawn_as_declared():
    uniform = draws.prior_uniforms(1, range(60), [77])[0]
    for row in PARAMETERS.values():
        if row.prior is None:
            continue
        known, off = _scipy(row.prior), OFF.get(row.prior.family, 1e-8)
        share, below = known.cdf(row.high) - known.cdf(row.low), known.cdf(row.low)
        assert share > 0.5, f"{row.name}: its bounds leave {share:.2f} of the prior"
        values = _drawn(row.name, row.prior, row.low, row.high, 1, 60)
        assert row.low <= values.min() and values.max() <= row.high
        assert np.abs((known.cdf(values) - below) / share - uniform).max() < 4.0 * off, row.name


# ---- exact laws of chance

NOTHING = (
    "coup.launch",
    "force.background",
    "force.raid_rate",
    "force.invasion_rate",
    "street.onset",
    "street.exit",
    "rebels.onset",
    "rebels.win",
    "leader.exile_rate",
    "exits.regular",
    "palace.launch",
    "principals.leave",
    "patrons.evacuate",
    "exits.assassin",
    "exits.death_young",
    "exits.death_middle",
    "exits.death_old",
    "exits.death_great",
)
FIELDS = STRUCTURAL_FIELDS


def with_structure(compiled: Compiled, values: dict[str, float]) -> Compiled:
    """The same world with nothing uncertain and these structural values, inside their ranges or
    not.
    """
    p = compiled.p.copy()
    for name, value in values.items():
        p[FIELDS.index(PARAMETERS[name].field)] = value
    return certain(compiled, p=p)


@functools.cache
def calm(horizon: int, generals: int) -> Compiled:
    """A world without pressure, timeline and hazards."""
    scenario = Scenario(id="calm", title="calm", start=date(2025, 12, 1), horizon=horizon).with_(
        generals=generals
    )
    return with_structure(compile_scenario(scenario), dict.fromkeys(NOTHING, 0.0))


def mortal(hazard: float, lawful: float = 0.0, horizon: int = 40) -> Compiled:
    """A calm world in which he dies with this hazard a week, and loses office lawfully with that
    one; the regime falls with him.
    """
    year = PARAMETERS["time.weeks_a_year"].default
    ages = {f"exits.death_{age}": hazard * year for age in ("young", "middle", "old", "great")}
    ends = {
        "aftermath.died": 1e-9,
        "aftermath.regular": 1e-9,
        "exits.regular": lawful * year,
        "exits.crisis": 0.0,
        "exits.power": 0.0,
    }
    return with_structure(calm(horizon, 8), {**ages, **ends})


def exits(compiled: Compiled, seed: int, number: int) -> np.ndarray:
    return run_block(compiled, seed, 0, number, no_weeks(compiled.horizon))[0]


def geometric(hazard: float, horizon: int) -> np.ndarray:
    """Chances of week 1 ... H, then of none of them."""
    stays = math.exp(-hazard)
    return np.array(
        [*(stays ** (week - 1) * (1.0 - stays) for week in range(1, horizon + 1)), stays**horizon]
    )


def chi_square(compiled: Compiled, seed: int, number: int, hazard: float) -> float:
    """p-value of the weeks of exit against the geometric law."""
    week = exits(compiled, seed, number)[:, 0]
    seen = np.bincount(week, minlength=compiled.horizon + 1)
    return float(
        stats.chisquare(
            np.append(seen[1:], seen[0]), geometric(hazard, compiled.horizon) * number
        ).pvalue
    )


def power(wrong: np.ndarray, right: np.ndarray, number: int) -> float:
    """Chance that the chi-square test at LIMIT rejects `right` where `wrong` holds (non-central
    chi-square).
    """
    cells = len(right) - 1
    return float(
        stats.ncx2.sf(
            stats.chi2.isf(LIMIT, cells), cells, number * ((wrong - right) ** 2 / right).sum()
        )
    )


def test_only_the_hazard_of_death_is_left():
    _, kept = trace(mortal(1e-6), 1, 0)
    columns = {name: kept.state[:, STATE_NAMES.index(f"exits.{name}")] for name in WAYS[1:]}
    assert np.allclose(columns.pop("died"), 1e-6, rtol=1e-12)
    assert not any(column.any() for column in columns.values())


def test_a_constant_hazard_gives_the_geometric_law():
    hazard, number = 0.03, 10000
    compiled = mortal(hazard)
    assert chi_square(compiled, 11, number, hazard) > LIMIT
    for off in (0.88, 1.12):
        assert power(geometric(hazard * off, 40), geometric(hazard, 40), number) >= 0.99
        assert chi_square(mortal(hazard * off), 11, number, hazard) < LIMIT
    assert (
        exits(compiled, 11, 200)[:, 1][exits(compiled, 11, 200)[:, 0] > 0] == WAYS.index("died")
    ).all()


def test_two_constant_hazards_compete():
    """The cause is drawn in proportion to the hazards, whatever the week (competing risks)."""
    number, died, regular = 10000, WAYS.index("died"), WAYS.index("regular")
    for lawful, holds in ((0.02, True), (0.0235, False)):
        out = exits(mortal(0.03, lawful), 12, number)
        gone = out[out[:, 0] > 0]
        early = gone[:, 0] <= 10
        table = [
            ((gone[:, 1] == way) & part).sum()
            for part in (early, ~early)
            for way in (died, regular)
        ]
        sizes = np.repeat([early.sum(), (~early).sum()], 2)
        chance = float(
            stats.chi2.sf(
                (
                    ((np.array(table) - sizes * [0.6, 0.4, 0.6, 0.4]) ** 2)
                    / (sizes * [0.6, 0.4, 0.6, 0.4])
                ).sum(),
                2,
            )
        )
        assert (chance > LIMIT) is holds
    wrong, right = np.array([0.03, 0.0235]) / 0.0535, np.array([0.6, 0.4])
    assert power(wrong, right, 8000) >= 0.99


ALIKE = {
    "plotting.gain": 0.0,
    "plotting.signal": 0.0,
    "plotting.fear": 0.0,
    "loyalty.spread": 0.0,
    "loyalty.grievance": 0.0,
    "patrons.noise": 0.0,
    "street.mood": 0.0,
    "counterintelligence.rate": 0.0,
    "counterintelligence.roundup": 0.0,
    "counterintelligence.flight": 0.0,
    "counterintelligence.alarm": 0.0,
    "plotting.base": 2.0,
}


def alike(number: int) -> Population:
    """Generals who are all the same man."""
    own = np.arange(number)
    peers = np.stack([(own + k) % number for k in range(1, 7)], axis=1).astype(np.int32)
    return Population(
        np.full(number, 10000, np.int32),
        np.full(number, 1.0),
        np.full(number, 0.5),
        np.full(number, 0.5),
        peers,
        np.zeros(number, np.int8),
        np.arange((number + 3) // 4, dtype=np.int32),
    )


def answers(compiled: Compiled, population: Population, replicate: int) -> list[float]:
    """The probability that a general plots if he reconsiders, week by week, by the law."""
    model, found = RegimeModel(compiled, 1, replicate, population), []
    while model.week < model.horizon:
        model.step()
        found.append(1.0 / (1.0 + general.answer(0.0, 0.0, 1.0, 0.5, 0.5, 0.0, *model.terms[:13])))
    return found


def plotters(compiled: Compiled, population: Population, number: int) -> np.ndarray:
    """How many worlds have 0, 1 ... N plotters, (weeks, N + 1), from the recorded histograms."""
    weekly = no_weeks(compiled.horizon)
    run_block(compiled, 21, 0, number, weekly, population=population)
    cells = [min(int(k / population.number * 500), 499) for k in range(population.number + 1)]
    assert len(set(cells)) == len(cells)
    return weekly.bins[OBSERVABLE_NAMES.index("plotting"), 1:][:, cells]


def binomial_fit(seen: np.ndarray, number: int, chance: float) -> tuple[float, int]:
    """Chi-square and degrees of freedom of one week, tails lumped where fewer than five are
    expected.
    """
    expected = stats.binom.pmf(np.arange(number + 1), number, chance) * seen.sum()
    inside = np.flatnonzero(expected >= 5.0)
    low, high = inside[0], inside[-1] + 1
    lumps = [
        np.array([part[: low + 1].sum(), *part[low + 1 : high - 1], part[high - 1 :].sum()])
        for part in (seen, expected)
    ]
    return float(((lumps[0] - lumps[1]) ** 2 / lumps[1]).sum()), len(lumps[0]) - 1


@pytest.mark.parametrize("rate", [1.0, 0.25])
def test_generals_who_are_alike_and_blind_to_each_other_are_binomial(rate):
    number, weeks, worlds = 100, 12, 3000
    population = alike(number)
    compiled = with_structure(calm(weeks, number), {**ALIKE, "plotting.rate": rate})
    chances = answers(compiled, population, 0)
    assert chances == answers(compiled, population, 5), (
        "the law itself still tells these worlds apart"
    )
    assert 0.1 < min(chances) and max(chances) < 0.9
    share, fits, twins = 0.0, [], []
    for week, seen in enumerate(plotters(compiled, population, worlds)):
        assert seen.sum() == worlds
        share = share * (1.0 - rate) + rate * chances[week]
        fits.append(binomial_fit(seen, number, share))
        twins.append(binomial_fit(seen, number, 0.9 * share))
    assert min(stats.chi2.sf(value, free) for value, free in fits) > LIMIT
    assert max(stats.chi2.sf(value, free) for value, free in twins) < LIMIT
    right, wrong = (
        stats.binom.pmf(np.arange(number + 1), number, factor * chances[0]) for factor in (1.0, 0.9)
    )
    keep = right * worlds >= 5.0
    assert (
        power(
            np.append(wrong[keep], wrong[~keep].sum()),
            np.append(right[keep], right[~keep].sum()),
            worlds,
        )
        >= 0.99
    )
