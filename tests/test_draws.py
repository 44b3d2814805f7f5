"""Draws: a pure function of seed, replicate, week, position and channel, the same in every
scenario; fixed seeds throughout.
"""

from __future__ import annotations

import numpy as np
import pytest
from random_scenarios import case, certain, kernel_trace
from scipy import stats

import regime_sim as rs
from regime_sim.engine import array_arithmetic as vector
from regime_sim.engine import draws
from regime_sim.engine.parameter_draws import INNER, one_world, worlds
from regime_sim.engine.population import corps
from regime_sim.facts.levers import UNIT_SLOTS
from regime_sim.facts.parameters import PARAMETERS
from regime_sim.facts.posterior import DEFAULT
from regime_sim.law import arithmetic, chance
from regime_sim.scenario.compile import compile_scenario

LIMIT = 1e-4
SEED = 0x299F31D0A4093822


def test_the_channels_do_not_meet():
    channels = (
        chance.CHANNEL_WEEK,
        chance.CHANNEL_GENERAL,
        chance.CHANNEL_PRIVATE,
        chance.CHANNEL_PRIOR,
        5,
    )
    assert len(set(channels)) == len(channels)
    seen = {tuple(draws.words(64, 3, 17, channel, SEED).tolist()) for channel in channels}
    assert len(seen) == len(channels)


def test_the_names_of_a_weeks_uniforms_are_a_vector_without_overlap():
    first = {
        name: value
        for name, value in vars(chance).items()
        if name.isupper() and not name.startswith(("CHANNEL", "HIDDEN", "WEEK"))
    }
    width = {"PATRON": 6, "DAY": 7, "PRINCIPAL": 12, "UNIT": 6, "PATRON_MOVE": 6}
    places = [place + k for name, place in first.items() for k in range(width.get(name, 1))]
    assert sorted(places) == list(range(len(places)))
    assert len(places) <= chance.WEEK_LENGTH and chance.WEEK_LENGTH % 4 == 0
    assert chance.WEEK_LENGTH - len(places) == 3, "what the file says of spare words"
    hidden = [value for name, value in vars(chance).items() if name.startswith("HIDDEN")]
    assert sorted(hidden) == list(range(len(hidden)))


def test_every_coordinate_counts():
    base = draws.words(8, 1, 2, 3, 4).tolist()
    for other in (
        (8, 2, 2, 3, 4),
        (8, 1, 3, 3, 4),
        (8, 1, 2, 4, 4),
        (8, 1, 2, 3, 5),
        (8, 1, 2, 3, 4 + 2**32),
        (8, 1, 2 + 2**31, 3, 4),
    ):
        assert not set(draws.words(*other).tolist()) & set(base)


def test_more_positions_only_add():
    assert (
        draws.words(2000, 5, 9, 2, SEED).tolist()[:333] == draws.words(333, 5, 9, 2, SEED).tolist()
    )


def test_uniforms_lie_inside_the_unit_interval():
    extreme = draws.uniforms(np.array([0, 2**32 - 1], np.uint64))
    assert 0.0 < extreme[0] < extreme[1] < 1.0
    assert 0.0 < draws.prior_uniforms(1, range(2000), [2]).min() < 0.01


@pytest.mark.parametrize("axis", ["position", "week", "replicate", "seed"])
def test_uniforms_are_uniform_and_neighbours_unrelated(axis):
    """Chi-square over 64 x 64 cells of neighbouring pairs along each coordinate; the twin (each
    value beside itself) is rejected.
    """
    number = 65536
    if axis == "position":
        values = np.array(draws.general_uniforms(SEED, 1, 1, number))
    else:
        rows = {
            "week": lambda k: draws.general_uniforms(SEED, 1, k, 32),
            "replicate": lambda k: draws.general_uniforms(SEED, k, 1, 32),
            "seed": lambda k: draws.general_uniforms(SEED + k, 1, 1, 32),
        }[axis]
        values = np.array([rows(k) for k in range(number // 32)]).T.reshape(-1)
    cell = np.floor(values * 64).astype(int)
    assert stats.chisquare(np.bincount(cell[:-1] * 64 + cell[1:], minlength=4096)).pvalue > LIMIT
    assert stats.chisquare(np.bincount(cell * 64 + cell, minlength=4096)).pvalue < LIMIT


def test_private_loyalties_have_mean_nought_and_unit_variance():
    values = (
        np.array([draws.private_loyalties(SEED, k, 2000) for k in range(40)]) * draws.PRIVATE_SCALE
    )
    assert abs(values.mean()) < 5.0 / np.sqrt(values.size)
    assert abs(values.var() - 1.0) < 5.0 * np.sqrt(2.0 / values.size)
    assert np.abs(values).max() < 3.47
    whole = (np.array(draws.private_loyalties(SEED, 0, 2000)) + draws.PRIVATE_CENTRE).tolist()
    assert min(whole) >= 0 and max(whole) <= 4 * 0x3FFF


def test_kernel_and_model_start_from_the_same_private_loyalties():
    """Where nobody is ever found and nobody flees, the private loyalties of the last week are those
    of the start.
    """
    here = case(0)
    p = here.compiled.p.copy()
    calm = certain(here.compiled, p=p)
    from regime_sim.facts.parameters import STRUCTURAL_NAMES

    for name in (
        "counterintelligence.rate",
        "counterintelligence.roundup",
        "counterintelligence.flight",
    ):
        p[STRUCTURAL_NAMES.index(name)] = 0.0
    for replicate in (0, 5, 2**31, 2**32 - 1):
        _, kept = kernel_trace(calm, SEED, replicate)
        assert kept.private[0].tolist() == draws.private_loyalties(SEED, replicate, calm.generals)


def test_the_same_luck_in_every_scenario():
    """Common random numbers: what no observer sees of the ruler's men is the same in two scenarios,
    and not in two replicates.
    """
    two = [
        rs.RegimeModel(rs.load(name).with_(generals=20), seed=3, replicate=8)
        for name in ("venezuela-2025", "no-pressure")
    ]
    hidden = [(m.leader.hidden_army, m.leader.hidden_coup, m.leader.hidden_rebels) for m in two]
    assert hidden[0] == hidden[1]
    other = rs.RegimeModel(rs.load("no-pressure").with_(generals=20), seed=3, replicate=9)
    assert other.leader.hidden_army != two[1].leader.hidden_army


def test_sixteen_replicates_share_a_draw_of_the_priors():
    compiled = compile_scenario(rs.load("venezuela-2025"))
    x, p = worlds(compiled, 9, 5, 60)
    for k in range(60):
        own = one_world(compiled, 9, (5 + k) // INNER)
        assert x[k].tobytes() == own[0].tobytes() and p[k].tobytes() == own[1].tobytes()
    assert len(np.unique(p, axis=0)) == (64 // INNER) + 1


@pytest.mark.parametrize("knowledge", ["prior", DEFAULT])
def test_what_is_uncertain_is_drawn_alike_in_every_scenario(knowledge):
    """A structural parameter that two scenarios leave open has the same value in the same draw,
    alone or drawn with others.
    """
    one, other = (compile_scenario(rs.load(name), knowledge) for name in ("no-pressure", "raid"))
    drawn = [one_world(compiled, 4, 7)[1] for compiled in (one, other)]
    moves = np.flatnonzero(drawn[0] != one_world(one, 4, 8)[1])
    assert len(moves) > 50
    assert (drawn[0][moves] == drawn[1][moves]).all()


def test_arithmetic_over_arrays_is_the_laws_to_the_bit():
    rng = np.random.default_rng(4)
    wide = np.concatenate(
        [rng.uniform(-800, 800, 5000), rng.uniform(-1, 1, 5000), [0.0, -0.0, 700.0, -700.0]]
    )
    positive = np.exp(rng.uniform(-700, 700, 10001))
    shares = np.concatenate(
        [
            rng.uniform(0, 1, 5000),
            10 ** rng.uniform(-12, -1, 2500),
            1 - 10 ** rng.uniform(-12, -1, 2500),
            [0.5, 0.02425, 0.97575],
        ]
    )
    for own, law, points in (
        (vector.exp, arithmetic.exp, wide),
        (vector.log, arithmetic.log, positive),
        (vector.normal, arithmetic.normal, shares),
    ):
        assert own(points).tobytes() == np.array([law(v) for v in points.tolist()]).tobytes()
        assert own(points[:1]).tobytes() == own(points)[:1].tobytes()


def test_normals_over_arrays_leave_the_domain_of_no_function():
    """The piece of the tails is computed in the middle too, and dropped: without a warning of
    NumPy's.
    """
    with np.errstate(all="raise"):
        assert vector.normal(np.array([0.02, 0.3, 0.5, 0.98])).tolist() == [
            arithmetic.normal(u) for u in (0.02, 0.3, 0.5, 0.98)
        ]


def test_the_corps_is_as_it_says():
    for number in (8, 9, 100, 2000):
        here = corps(number)
        assert here.number == number and here.peers.shape[0] == number
        assert (
            (here.peers != np.arange(number)[:, None]).all()
            and here.peers.min() >= 0
            and here.peers.max() < number
        )
        assert 0 <= 1_000_000 - int(here.troops.sum()) <= number
        assert (np.diff(here.troops) <= 0).all()
        assert abs(here.rent_share.mean() - 1.0) < 1e-12
        assert here.complicity.min() >= 0.0 and here.complicity.max() <= 1.0


@pytest.mark.parametrize("number", [8, 20, 45])
def test_the_corps_is_built_by_the_rules_of_the_table(number: int) -> None:
    """Command falls as a power of rank; who commands more than the mean has the better posting;
    rents go by posting and tie; means and spreads of the rest.
    """
    own = {
        name: PARAMETERS[f"generals.{name}"].default
        for name in (
            "command_offset",
            "command_slope",
            "posting_power",
            "complicity",
            "complicity_spread",
            "complicity_posting",
            "favour",
        )
    }
    here, rank = corps(number), np.arange(1, number + 1) / number
    command = (rank + own["command_offset"]) ** -own["command_slope"]
    assert np.abs(here.troops - 1e6 * command / command.sum()).max() < 1.0
    posting = (command / command.sum() * number) ** own["posting_power"]
    posting = posting / posting.mean()
    said = {
        has: np.array([PARAMETERS[f"unit.{slot}.{has}"].default for slot in UNIT_SLOTS])
        for has in ("troops", "rents", "tie")
    }
    branch = (draws.words(number, 3, 0, 5, 0) + 0.5) / 2**32
    # in the first branch whose own and earlier troops together reach so far
    whole = np.cumsum(said["troops"]) / said["troops"].sum()
    assert here.unit.tolist() == [int(np.sum(whole < one)) for one in branch]
    u = (draws.words(number, 2, 0, 5, 0) + 0.5) / 2**32 + said["tie"][here.unit]
    assert here.tie.tolist() == np.clip(u, 0, 1).tolist()
    rent = posting * (1 + own["favour"] * (here.tie - 0.5)) * said["rents"][here.unit]
    assert here.rent_share == pytest.approx(rent / rent.mean())
    z = stats.norm.ppf((draws.words(number, 1, 0, 5, 0) + 0.5) / 2**32)
    complicity = (
        own["complicity"]
        + own["complicity_spread"] * z
        + own["complicity_posting"] * np.where(posting > 1, 0.5, -0.5)
    )
    assert here.complicity == pytest.approx(np.clip(complicity, 0, 1), abs=1e-8)
    assert here.ident.tolist() == list(range(-(-number // 4)))


def test_trusted_peers_are_neighbours_in_command_and_some_from_anywhere() -> None:
    number = 40
    most, near = (
        int(PARAMETERS["generals.peers"].default),
        round(PARAMETERS["generals.peers"].default * PARAMETERS["generals.near"].default),
    )
    here = corps(number)
    peers = here.peers
    assert peers.shape == (number, most) and 0 < near < most
    steps = (peers - np.arange(number)[:, None]) % number
    sizes = {unit: int((here.unit == unit).sum()) for unit in here.unit.tolist()}
    assert max(sizes.values()) > near >= min(sizes.values()), "both kinds of branch are seen"
    for man in range(number):
        own = int(here.unit[man])
        room = np.flatnonzero(here.unit == own) if sizes[own] > near else np.arange(number)
        at = int(np.flatnonzero(room == man)[0])
        beside = [room[(at + step) % len(room)] for step in (1, -1, 2, -2, 3, -3)[:near]]
        assert peers[man, :near].tolist() == beside
    for j in range(near, most):
        expected = 1 + np.floor((draws.words(number, 10 + j, 0, 5, 0) + 0.5) / 2**32 * (number - 1))
        assert (
            (steps[:, j] == expected).all() and expected.min() >= 1 and expected.max() <= number - 1
        )
    assert corps(8).peers.shape == (8, min(most, 7))
