"""The law's weeks, actor by actor: what becomes of him and of the regime, the ladder, treasury,
troops, street, rebels and force from one week to the next.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from regime_sim.engine.model import RegimeModel
from regime_sim.engine.records import ACTORS, PATRON_FIELDS, PATRONS, Shared
from regime_sim.facts.parameters import INPUT_NAMES, PARAMETERS
from regime_sim.law import (
    aftermath,
    chance,
    counterintelligence,
    coup,
    events,
    exits,
    force,
    ladder,
    leader,
    ledger,
    loyalty,
    opinion,
    patronage,
    patrons,
    plotting,
    rebels,
    street,
    treasury,
    troops,
    week,
)
from regime_sim.law.arithmetic import log, normal
from regime_sim.scenario import load

P = {row.field: row.default for row in PARAMETERS.values()}
WAYS = range(1, 10)


def law(**changes: float) -> SimpleNamespace:
    """The table's numbers, some of them changed."""
    assert set(changes) <= set(P)
    return SimpleNamespace(**(P | changes))


def world(**actors: dict[str, float]) -> SimpleNamespace:
    """Every actor with nought in every field but those given."""
    made = {
        kind: SimpleNamespace(**(dict.fromkeys(fields, 0.0) | actors.get(kind, {})))
        for kind, fields in ACTORS.items()
    }
    return SimpleNamespace(
        **made,
        patrons=[SimpleNamespace(**dict.fromkeys(PATRON_FIELDS, 0.0)) for _ in range(PATRONS)],
    )


# ---- what follows an exit


def out(
    way: int,
    p: SimpleNamespace,
    u_regime: float,
    u_tutelage: float = 0.99,
    **actors: dict[str, float],
) -> SimpleNamespace:
    """A world after he went."""
    w = world(
        **(
            {
                "leader": {"personalism": 0.5, "age": 70.0, "culpability": 0.8, "tenure": 9.0},
                "regime": {"rulers": 1.0},
            }
            | actors
        )
    )
    x = SimpleNamespace(regime_institutions=0.5)
    aftermath.week_of_exit(w, way, x, p, u_regime, u_tutelage, 0.5, 0.5, 0.6)
    return w


@pytest.mark.parametrize("way", WAYS)
def test_the_regime_goes_on_or_falls_by_its_uniform(way: int) -> None:
    """At middle institutions, middle personal power and an empty street the share that goes on is
    the table's; a regime that falls has no successor.
    """
    p = law()
    share = aftermath.base_continuity(way, p)
    stands, falls = out(way, p, share - 1e-9), out(way, p, share + 1e-9)
    assert (stands.regime.fallen, stands.regime.after, stands.regime.rulers) == (
        0.0,
        aftermath.STANDS,
        2.0,
    )
    assert (falls.regime.fallen, falls.regime.after, falls.regime.rulers) == (
        1.0,
        aftermath.FALLS,
        1.0,
    )
    assert falls.leader.age == 70.0 and falls.leader.tenure == 9.0
    crowd = {"street": {"crowd": 0.5}}
    assert out(way, p, share - 1e-9, **crowd).regime.fallen == 1.0
    assert stands.regime.fate == float(aftermath.fate(way, 0.5, 0.5, p))


def test_a_successor_is_new_less_personal_and_inherits_a_shock() -> None:
    p = law(successor_age=60.0, successor_age_spread=5.0, successor_age_least=35.0)
    w = out(exits.DIED, p, 0.0, street={"crowd": 0.1}, rebels={"front": 0.4}, plot={"memory": 0.05})
    assert w.leader.personalism == pytest.approx(0.5 * p.successor_power * 2.0 * 0.6)
    assert (w.leader.tenure, w.leader.belief) == (0.0, 1.0)
    assert w.leader.age == pytest.approx(60.0 + 5.0 * normal(0.5))
    assert w.leader.culpability == pytest.approx(0.8 * p.successor_guilt)
    assert (w.street.crowd, w.rebels.front) == pytest.approx(
        (0.1 * p.successor_crowd, 0.4 * p.successor_front)
    )
    assert w.plot.memory == max(0.05, p.successor_shock)
    assert out(exits.DIED, p, 0.0, plot={"memory": 1.0}).plot.memory == 1.0, (
        "what is remembered already is not forgotten"
    )
    old = out(exits.DIED, law(successor_age=999.0), 0.0)
    young = out(exits.DIED, law(successor_age=1.0, successor_age_spread=0.0), 0.0)
    assert (old.leader.age, young.leader.age) == (P["exits_great_age"], P["successor_age_least"])


@pytest.mark.parametrize("way", WAYS)
def test_tutelage_comes_from_outside_alone_and_is_conceded(way: int) -> None:
    """Only a seizure or a removal from abroad; its level is spread evenly over the width of the
    table, the concession as much.
    """
    p = law(tutelage_chance=0.5, tutelage_level=0.6, tutelage_spread=0.4)
    w = out(way, p, 0.0, 0.125)
    if way in (exits.SEIZED, exits.FOREIGN):
        assert w.regime.after == aftermath.TUTELAGE
        # 0.6 + 0.4 * (1/4 - 1/2)
        assert (w.regime.tutelage, w.regime.concession) == pytest.approx((0.5, 0.5))
        deeper = out(way, p, 0.0, 0.125, regime={"rulers": 1.0, "tutelage": 0.9, "concession": 0.7})
        assert (deeper.regime.tutelage, deeper.regime.concession) == (0.9, 0.7)
        assert (
            out(way, p, 0.0, 0.5).regime.after == aftermath.STANDS
            and out(way, p, 0.0, 0.5).regime.tutelage == 0.0
        )
        bounded = out(way, law(tutelage_chance=0.5, tutelage_level=5.0), 0.0, 0.1)
        assert (bounded.regime.tutelage, bounded.regime.concession) == (1.0, 1.0)
    else:
        assert (w.regime.after, w.regime.tutelage, w.regime.concession) == (
            aftermath.STANDS,
            0.0,
            0.0,
        )


@pytest.mark.parametrize("way", WAYS)
def test_a_seizure_rallies_the_pressing_public_and_costs_lives(way: int) -> None:
    p = law()
    for u in (0.0, 0.999999):
        w = out(way, p, u, outside={"rally": 0.25, "dead": 3.0})
        expected = (
            (0.25 + p.opinion_rally, 3.0 + p.force_seizure_dead)
            if way == exits.SEIZED
            else (0.25, 3.0)
        )
        assert (w.outside.rally, w.outside.dead) == expected


def test_tutelage_and_concessions_wear_off() -> None:
    regime = SimpleNamespace(tutelage=0.8, concession=0.4)
    aftermath.week(regime, law(tutelage_weeks=10.0))
    assert (regime.tutelage, regime.concession) == pytest.approx((0.72, 0.36))


def test_a_regime_starts_standing_under_the_tutelage_that_the_scenario_says() -> None:
    regime = SimpleNamespace()
    aftermath.start(regime, SimpleNamespace(tutelage_start=0.3, tutelage_concession=0.2))
    assert vars(regime) == {
        "fallen": 0.0,
        "tutelage": 0.3,
        "concession": 0.2,
        "rulers": 1.0,
        "fate": 0.0,
        "after": 0.0,
    }


# ---- the ledger


def settled(
    p: SimpleNamespace, out_: list[int], way: int, when: int, **actors: dict[str, float]
) -> list[int]:
    ledger.settle(world(**actors), way, when, p, out_)
    return out_


def test_the_ledger_writes_the_first_exit_and_follows_the_regime_under_successors() -> None:
    p = law(rebels_least=0.05)
    book = [0] * ledger.LENGTH
    settled(
        p, book, 0, 3, plot={"attempts": 1.0}, regime={"rulers": 1.0}, rebels={"strength": 0.05}
    )
    assert book == [0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3]
    settled(p, book, 0, 4, plot={"attempts": 2.0}, regime={"rulers": 1.0}, rebels={"strength": 0.5})
    assert book == [0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 3]
    settled(
        p, book, 5, 6, plot={"attempts": 2.0}, regime={"rulers": 2.0, "fate": 3.0, "after": 1.0}
    )
    assert book == [6, 5, 3, 6, 0, 0, 1, 1, 2, 3, 3]
    settled(
        p, book, 8, 7, plot={"attempts": 5.0}, regime={"rulers": 3.0, "fate": 4.0, "after": 1.0}
    )
    assert book == [
        6,
        5,
        3,
        6,
        0,
        0,
        1,
        2,
        2,
        3,
        3,
    ], "his own clock has stopped; tutelage dates from its first week"
    settled(p, book, 2, 9, regime={"rulers": 3.0, "fate": 4.0, "after": 2.0, "fallen": 1.0})
    assert book == [6, 5, 3, 9, 2, 2, 1, 2, 2, 3, 3]


def test_a_week_without_a_coup_that_failed_is_not_the_first_with_one() -> None:
    book = settled(law(), [0] * ledger.LENGTH, 0, 3, plot={"attempts": 0.0}, regime={"rulers": 1.0})
    assert (book[ledger.FAILED_COUPS], book[ledger.FIRST_FAILED]) == (0, 0)


def test_rebels_too_weak_are_not_in_the_field() -> None:
    assert (
        settled(
            law(rebels_least=0.05),
            [0] * ledger.LENGTH,
            0,
            3,
            regime={"rulers": 1.0},
            rebels={"strength": 0.0499},
        )[ledger.REBELLION_WEEK]
        == 0
    )


@pytest.mark.parametrize(
    ("fate", "tutelage", "expected"), [(2, 1.0, (2, 9)), (0, 0.2, (1, 9)), (0, 0.19, (0, 0))]
)
def test_a_regime_that_stands_at_the_horizon_does_so_free_or_under_tutelage(
    fate: int, tutelage: float, expected: tuple[int, int]
) -> None:
    book = [0] * ledger.LENGTH
    book[ledger.REGIME_FATE], book[ledger.REGIME_WEEK] = fate, 9
    ledger.close(SimpleNamespace(tutelage=tutelage), law(tutelage_least=0.2), book)
    assert (book[ledger.REGIME_FATE], book[ledger.REGIME_WEEK]) == expected


# ---- what is observed


def test_each_observable_is_the_state_that_it_names() -> None:
    """The table of observables, said once more by hand; both engines read the same numbers."""
    model = RegimeModel(load("venezuela-2025").with_(generals=8, horizon=1))
    w = model.world
    number = 0
    for kind in ACTORS:
        for field in ACTORS[kind]:
            number += 1
            setattr(getattr(w, kind), field, float(number))
    for k, patron in enumerate(w.patrons):
        patron.commitment = 1000.0 + k
    model._observe()
    seen = model.observed
    plain = [
        w.plot.plotting,
        w.plot.command,
        w.plot.purged,
        w.plot.fled,
        w.treasury.rents,
        w.treasury.income,
        w.treasury.exports,
        w.treasury.reserves,
        1000.0,
        1001.0,
        1002.0,
        w.court.guards,
        w.army.pay,
        w.army.anger,
        w.army.ranks,
        w.army.strength,
        w.street.grievance,
        w.street.fear,
        w.street.crowd,
        w.rebels.strength,
        w.rebels.front,
        w.outside.opposition,
        w.outside.approval,
        w.sender.pressure,
        w.treasury.bite,
        w.sender.strikes,
        w.force.damage,
    ]
    assert seen[:27] == plain
    assert seen[27] == log(1.0 + w.outside.dead)
    assert seen[28:] == [w.leader.belief, w.leader.personalism, w.regime.tutelage]


# ---- force and its failures


def test_a_failed_raid_costs_lives_and_rallies_those_at_home() -> None:
    outside, home, p = SimpleNamespace(dead=1.0), SimpleNamespace(mood=0.2), law()
    force.failed(SimpleNamespace(), outside, home, p)
    assert (outside.dead, home.mood) == (1.0 + p.force_raid_dead, 0.2 - p.street_rally)


@pytest.mark.parametrize("fails", [True, False])
def test_what_was_tried_and_failed_is_remembered(fails: bool) -> None:
    """A coup that fails raises memory, fear and a round-up; each of the three is settled by its own
    uniform.
    """
    p = law()
    w = world(
        court={"failure_hazard": 0.5, "roundup": 1.0},
        street={"fear": 0.2, "refusal": 0.5, "crowd": 0.5},
        leader={"personalism": 0.5},
        force={"raid_fails": 0.5},
    )
    u = [0.99] * chance.WEEK_LENGTH
    if fails:
        for place in (chance.COUP_FAILS, chance.RAID_FAILS, chance.DEFECTION):
            u[place] = 1e-9
    week.failures(w, p, u)
    if fails:
        assert (w.plot.memory, w.plot.attempts, w.court.roundup, w.plot.defection) == (
            1.0,
            1.0,
            1.0,
            1.0,
        )
        assert w.street.fear == pytest.approx(min(1.0, 0.2 + p.street_fear_coup))
        assert w.leader.personalism == pytest.approx(0.5 + p.leader_coup_growth * 0.5)
        assert w.outside.dead == p.force_raid_dead and w.street.mood == -p.street_rally
    else:
        assert (w.plot.memory, w.plot.attempts, w.court.roundup, w.plot.defection) == (
            0.0,
            0.0,
            0.0,
            0.0,
        )
        assert (w.street.fear, w.leader.personalism, w.outside.dead) == (0.2, 0.5, 0.0)


def test_force_at_the_start_and_in_a_week() -> None:
    p, f = (
        law(
            force_background=0.26,
            force_damage=0.1,
            force_repair=0.01,
            force_build_up=4.0,
            force_invasion_rate=5.2,
            force_invasion_power=1.0,
        ),
        SimpleNamespace(),
    )
    force.start(f, SimpleNamespace(), p)
    assert vars(f) == {
        "damage": 0.0,
        "built": 0.0,
        "seizure": 0.0,
        "raid_fails": 0.0,
        "invasion": 0.26 / p.time_weeks_a_year,
    }
    w = world(
        sender={"strikes": 0.5, "invasion": 0.8, "raid": 0.5, "resolve": 0.4, "bounty": 0.3},
        plot={"command": 0.2},
        court={"guards": 0.4},
    )
    x = SimpleNamespace(force_insider=0.1, force_air_defence=0.7, force_precision=0.9)
    force.week(f, w.sender, w.plot, w.court, x, p)
    assert f.damage == pytest.approx(0.05) and f.built == pytest.approx(0.2)
    tried = p.force_raid_rate * 0.5 * 0.4 * 0.9 / p.time_weeks_a_year
    q = force.raid_success(
        0.1,
        0.3,
        0.2,
        0.4,
        0.7,
        f.damage,
        p.force_raid_base,
        p.force_raid_insider,
        p.force_raid_bounty,
        p.force_raid_plot,
        p.force_raid_guards,
        p.force_raid_defence,
    )
    assert (f.seizure, f.raid_fails) == pytest.approx((tried * q, tried * (1 - q)))
    assert f.invasion == pytest.approx((0.26 + 5.2 * 0.8 * 0.2) / p.time_weeks_a_year)


# ---- the ladder


@pytest.mark.parametrize("rung", range(6))
def test_the_cost_of_the_next_rung_is_its_own(rung: int) -> None:
    p = law()
    names = ["deployment", "airspace", "blockade", "strikes", "raid"]
    expected = [getattr(p, f"ladder_cost_{name}") for name in names] + [1.0]
    assert ladder.cost_of_next(rung / ladder.RUNGS, p) == expected[rung]


INSTRUMENTS = ("deployment", "airspace", "blockade", "strikes", "raid", "invasion")


def inputs(**given: float) -> SimpleNamespace:
    """Every input at nought but those given."""
    fields = {PARAMETERS[name].field: 0.0 for name in INPUT_NAMES}
    assert set(given) <= set(fields)
    return SimpleNamespace(**(fields | given))


@pytest.mark.parametrize("rung", range(1, 7))
def test_the_pressing_power_starts_on_the_highest_rung_that_is_in_force(rung: int) -> None:
    sender, p = SimpleNamespace(), law(ladder_reached=0.2)
    name = INSTRUMENTS[rung - 1]
    ladder.start(
        sender,
        inputs(
            **{
                f"us_pressure_{name}": 0.3,
                "us_pressure_deployment": 0.3,
                "sender_sunk": 0.4,
                "sender_weeks": 7.0,
                "sender_resolve": 0.6,
            }
        ),
        p,
    )
    assert sender.first == sender.escalation == rung / 6.0
    assert (sender.posture, sender.sunk, sender.weeks, sender.dead, sender.resolve) == (
        1.0,
        0.4,
        7.0,
        0.0,
        0.6,
    )
    assert [getattr(sender, one) for one in INSTRUMENTS] == [
        0.3 if one in (name, "deployment") else 0.0 for one in INSTRUMENTS
    ]
    below = SimpleNamespace()
    ladder.start(below, inputs(**{f"us_pressure_{name}": 0.19}), p)
    assert below.first == 0.0


@pytest.mark.parametrize("rung", range(1, 7))
def test_a_rung_that_was_climbed_is_in_force_at_its_fresh_strength_and_weighs_by_its_weight(
    rung: int,
) -> None:
    p = law(
        ladder_fresh_rung=0.5,
        **{f"ladder_weight_{name}": 0.1 * (k + 1) for k, name in enumerate(INSTRUMENTS[:5])},
    )
    sender = SimpleNamespace(escalation=rung / 6.0, first=(rung - 1) / 6.0, posture=0.8)
    ladder.instruments(
        sender,
        0.25,
        inputs(
            us_pressure_sanctions=0.4,
            us_pressure_seizures=0.8,
            us_pressure_bounty=0.6,
            us_pressure_ultimatum=0.5,
        ),
        p,
    )
    assert [getattr(sender, one) for one in INSTRUMENTS] == pytest.approx(
        [0.5 * 0.8 * 0.75 if k == rung - 1 else 0.0 for k in range(6)]
    )
    assert (sender.sanctions, sender.seizures, sender.bounty, sender.ultimatum) == pytest.approx(
        (0.3, 0.6, 0.6, 0.5 * 0.6)
    )
    assert sender.pressure == pytest.approx(0.3 * (1.0 if rung == 6 else 0.1 * rung))


def stepped(
    u: float, p: SimpleNamespace, escalation: float = 0.5, **given: float
) -> SimpleNamespace:
    sender = SimpleNamespace(
        escalation=escalation,
        first=0.0,
        posture=0.8,
        sunk=0.5,
        weeks=52.0,
        dead=0.0,
        pressure=0.4,
        resolve=0.0,
    )
    ladder.week(
        sender,
        SimpleNamespace(approval=0.5, opposition=0.5),
        SimpleNamespace(concession=0.0),
        inputs(**({"us_pressure_deployment": 0.6, "sender_resolve": 0.7} | given)),
        p,
        u,
    )
    return sender


def test_one_uniform_decides_a_step_down_a_step_up_or_none() -> None:
    """The bottom of the uniform is a step down, the next part a step up, in proportion to the
    hazards.
    """
    p = law(ladder_blink_step=0.5)
    resolve = ladder.resolve(
        0.7,
        0.5,
        0.5,
        0.0,
        p.ladder_resolve_sunk,
        p.ladder_resolve_approval,
        p.ladder_resolve_concession,
    )
    down = ladder.blink_hazard(
        p.ladder_blink,
        0.5,
        52.0 / p.time_weeks_a_year,
        0.0,
        0.5,
        p.ladder_blink_opposition,
        p.ladder_blink_years,
        p.ladder_blink_dead,
        p.ladder_blink_sunk,
    )
    up = ladder.climb_hazard(
        p.ladder_climb, resolve, 0.5, ladder.cost_of_next(0.5, p), p.ladder_aversion
    )
    down, up = down / p.time_weeks_a_year, up / p.time_weeks_a_year
    either = 1.0 - 2.718281828459045 ** -(down + up)
    edge = either * down / (down + up)
    lower, higher, same = (
        stepped(edge * 0.999, p),
        stepped(edge * 1.001, p),
        stepped(either * 1.001, p),
    )
    assert stepped(either * 0.999, p).escalation == higher.escalation
    assert (lower.escalation, lower.posture) == pytest.approx((0.5 - 1 / 6, 0.4))
    assert (higher.escalation, higher.posture) == pytest.approx((0.5 + 1 / 6, 0.9))
    assert (same.escalation, same.posture) == (0.5, 0.8)
    sink = lambda sunk, sender: sunk + p.ladder_sink * sender.pressure * (1.0 - sunk)  # noqa: E731
    assert (
        lower.sunk == pytest.approx(sink(0.25, lower))
        and higher.sunk == pytest.approx(sink(0.5, higher))
        and same.sunk == pytest.approx(sink(0.5, same))
    )
    assert {sender.weeks for sender in (lower, higher, same)} == {
        53.0
    } and same.resolve == pytest.approx(resolve)


def test_the_ladder_ends_at_the_top_and_the_bottom_and_rests_where_nobody_presses() -> None:
    p = law()
    assert stepped(0.0, p, escalation=0.05).escalation == 0.0
    assert (
        stepped(1e-3, law(ladder_blink=0.0, ladder_climb=60.0), escalation=0.95).escalation == 1.0
    )
    assert stepped(1e-3, law(ladder_blink=0.0, ladder_climb=60.0), escalation=1.0).posture == 0.8, (
        "no rung above the last"
    )
    sender = SimpleNamespace(
        escalation=0.5,
        first=0.5,
        posture=0.8,
        sunk=0.5,
        weeks=52.0,
        dead=0.0,
        pressure=0.0,
        resolve=0.0,
    )
    ladder.week(
        sender,
        SimpleNamespace(approval=0.5, opposition=0.5),
        SimpleNamespace(concession=0.0),
        inputs(sender_resolve=0.7),
        law(ladder_blink=60.0, ladder_climb=60.0),
        0.0,
    )
    assert (sender.escalation, sender.posture, sender.weeks) == (0.5, 0.8, 52.0)
    threatened = SimpleNamespace(
        escalation=0.0,
        first=0.0,
        posture=0.8,
        sunk=0.5,
        weeks=52.0,
        dead=0.0,
        pressure=0.0,
        resolve=0.0,
    )
    ladder.week(
        threatened,
        SimpleNamespace(approval=0.5, opposition=0.5),
        SimpleNamespace(concession=0.0),
        inputs(us_pressure_ultimatum=0.5, sender_resolve=1.0),
        law(ladder_blink=60.0, ladder_climb=60.0, ladder_aversion=0.0),
        1e-6,
    )
    assert threatened.escalation == pytest.approx(1 / 6) and threatened.weeks == 53.0, (
        "an ultimatum is pressure enough to climb, and nothing to step down from"
    )


# ---- patrons, public opinion, the court


def test_a_patron_moves_towards_its_target_and_tires_of_force() -> None:
    p = law(patrons_speed=0.1, patrons_noise=0.0, patrons_fade=0.2)
    patron = SimpleNamespace(support=0.8, distraction=0.25, commitment=0.0)
    patrons.start(patron, p)
    assert patron.commitment == patrons.target(
        0.8, 0.25, 0.0, 0.0, p.patrons_distraction, p.patrons_loser, p.patrons_defiance
    )
    patron.commitment = 0.9
    patrons.week(patron, 0.5, SimpleNamespace(blockade=0.4, strikes=0.5), p, 0.5)
    goal = patrons.target(
        0.8, 0.25, 0.5, 0.4, p.patrons_distraction, p.patrons_loser, p.patrons_defiance
    )
    assert patron.commitment == pytest.approx((0.9 + 0.1 * (goal - 0.9)) * (1 - 0.2 * 0.5))
    noisy = law(patrons_speed=0.0, patrons_noise=0.1, patrons_fade=0.0)
    patron.commitment = 0.5
    patrons.week(patron, 0.0, SimpleNamespace(blockade=0.0, strikes=0.0), noisy, 0.8)
    assert patron.commitment == pytest.approx(0.5 + 0.1 * 0.8 * normal(0.8))


def test_the_court_has_what_patrons_give_by_their_commitment() -> None:
    w, p = world(), law(counterintelligence_lent=0.5)
    for k, patron in enumerate(w.patrons):
        patron.commitment = 0.5 if k < 2 else 0.0
        patron.oil, patron.finance, patron.arms, patron.guards, patron.troops = (
            0.1,
            0.2,
            0.3,
            0.4,
            0.9,
        )
    week.gather(w, inputs(regime_coup_proofing=0.6), p)
    assert (w.court.buyers, w.court.finance, w.court.arms, w.court.troops) == pytest.approx(
        (0.1, 0.2, 0.3, 0.9)
    )
    assert w.court.guards == pytest.approx(1 - 0.4 * (1 - 0.5 * 0.4))
    for patron in w.patrons:
        patron.commitment = 1.0
        patron.oil = patron.finance = patron.arms = patron.guards = patron.troops = 0.9
    week.gather(w, inputs(), p)
    assert (w.court.buyers, w.court.finance, w.court.arms, w.court.troops, w.court.guards) == (
        1.0,
        1.0,
        1.0,
        1.0,
        0.5,
    )


def test_the_pressing_public_tires_mourns_and_rallies() -> None:
    p = law(
        opinion_strike_dead=10.0,
        opinion_drift=0.01,
        opinion_rally=0.2,
        opinion_rally_weeks=4.0,
        opinion_casualties=0.05,
        opinion_approval_rally=0.5,
    )
    o, sender = SimpleNamespace(), SimpleNamespace(strikes=0.5, pressure=0.5, dead=0.0)
    x = inputs(public_opinion_us_opposition=0.4, public_opinion_us_approval=0.45, shock_rally=0.5)
    opinion.start(o, x)
    assert vars(o) == {"drift": 0.0, "rally": 0.0, "dead": 0.0, "opposition": 0.4, "approval": 0.45}
    o.rally, o.dead = 0.4, 2.0
    opinion.week(o, sender, x, p)
    assert (o.dead, o.drift, o.rally) == pytest.approx((7.0, 0.005, 0.4))
    assert sender.dead == pytest.approx(2.0794415416798357)  # ln 8
    assert o.opposition == pytest.approx(
        0.4 + 0.005 + 0.05 * sender.dead - 0.4
    ) and o.approval == pytest.approx(0.45 + 0.5 * 0.4 - 0.05 * sender.dead)


# ---- treasury, troops


def test_an_army_paid_as_ever_stays_as_it_is() -> None:
    p, army = law(), SimpleNamespace()
    x, court, t = (
        inputs(troops_pay=0.5, regime_coup_proofing=0.4),
        SimpleNamespace(arms=0.3, troops=0.0),
        SimpleNamespace(arrears=0.2),
    )
    troops.start(army, t, court, x, p)
    assert (
        0.1 < army.anger < 0.9
        and army.usual > 0.001
        and army.ranks == 1.0
        and army.usual == troops.desertion(army.anger, army.pay, p.troops_desertion, p.troops_leave)
    )
    before = dict(vars(army))
    for _ in range(52):
        troops.week(army, t, court, 0.0, x, p)
    assert vars(army) == pytest.approx(before, abs=1e-12)


def test_soldiers_grow_angry_and_leave_where_they_are_not_paid() -> None:
    p, army = law(), SimpleNamespace()
    x, court, unpaid = (
        inputs(troops_pay=0.5, regime_coup_proofing=0.4),
        SimpleNamespace(arms=0.3, troops=0.0),
        SimpleNamespace(arrears=1.0),
    )
    troops.start(army, SimpleNamespace(arrears=0.2), court, x, p)
    before = SimpleNamespace(**vars(army))
    pay = troops.pay(0.5, 1.0, p.troops_floor)
    left = troops.desertion(before.anger, pay, p.troops_desertion, p.troops_leave)
    troops.week(army, unpaid, court, 0.5, x, p)
    assert army.pay == pay < before.pay and army.usual == before.usual < left
    # a head count of 1,000: who leaves is angry, and as many as usually leave are replaced by men
    # who are not (to first order in what a week moves)
    angry = (
        1000 * before.anger + 1000 * p.troops_anger * (1 - pay) * (1 - before.anger) - 1000 * left
    )
    assert (
        army.anger == pytest.approx(angry / (1000 - 1000 * left + 1000 * before.usual), abs=2e-4)
        and army.anger > before.anger + 0.005
    )
    assert (
        army.ranks == pytest.approx(1 - left + before.usual)
        and army.strength < 0.6 * before.strength
    )


def test_a_week_of_the_treasury() -> None:
    """Sanctions bite by a share of what is missing; a seizure takes from the reserves; what is not
    paid is arrears.
    """
    p = law(treasury_ramp=4.0, treasury_seizure=0.5, treasury_backfill=0.0, treasury_spend=0.0)
    court, sender = (
        SimpleNamespace(buyers=0.0, finance=0.0),
        SimpleNamespace(sanctions=0.8, blockade=0.0, strikes=0.0, seizures=0.5),
    )
    t = SimpleNamespace(
        bite=0.4,
        exports=0.0,
        gold=0.0,
        illicit=0.0,
        economy=0.0,
        income=0.0,
        customary=1.0,
        reserves=10.0,
        rents=0.0,
        arrears=0.0,
    )
    treasury.week(t, sender, court, 0.0, inputs(treasury_economy=1.0, rents_hard_currency=0.5), p)
    assert t.bite == pytest.approx(0.5) and t.reserves == pytest.approx(7.5)
    assert t.rents == t.income < 1.0 and t.arrears == pytest.approx(1.0 - t.income)


@pytest.mark.parametrize(("income", "reserves"), [(0.4, 5.0), (1.5, 5.0)])
def test_a_gap_is_filled_by_patrons_and_reserves_and_a_surplus_is_saved_in_part(
    income: float, reserves: float
) -> None:
    p = law(
        treasury_backfill=0.5,
        treasury_spend=0.8,
        treasury_save=0.25,
        treasury_cap=100.0,
        treasury_most=3.0,
    )
    t = SimpleNamespace(customary=1.0, income=income, reserves=reserves, rents=0.0, arrears=0.0)
    treasury.pay_out(t, SimpleNamespace(finance=0.5), p)
    gap, surplus = max(0.0, 1.0 - income), max(0.0, income - 1.0)
    drawn = 0.8 * gap * 0.75
    assert t.rents == pytest.approx(income - 0.25 * surplus + 0.25 * gap + drawn)
    assert t.reserves == pytest.approx(reserves + 0.25 * surplus - drawn)
    assert t.arrears == pytest.approx(max(0.0, 1.0 - t.rents))


# ---- street, rebels, plot


def test_the_mood_at_home_fades_and_fear_returns_to_its_usual_level() -> None:
    p = law(
        street_mood_fade=0.2,
        street_mood=0.1,
        street_rally=0.3,
        street_fear=0.5,
        street_fear_fade=0.25,
        street_arrears=0.2,
        street_economy=0.4,
    )
    home = SimpleNamespace(mood=0.1, fear=0.9, grievance=0.0)
    street.public(
        home,
        SimpleNamespace(arrears=0.5, economy=0.75),
        SimpleNamespace(strikes=0.5),
        SimpleNamespace(strength=0.2),
        0.7,
        inputs(public_opinion_home_opposition=0.4),
        p,
    )
    assert home.mood == pytest.approx(0.08 + 0.1 * normal(0.7)) and home.fear == pytest.approx(0.8)
    assert home.grievance == pytest.approx(0.4 + home.mood + 0.1 + 0.1 - 0.3 * 0.5 * 0.8)


def a_week_in_the_street(
    crowd: float, onset: float = 0.99, size: float = 0.5, shock: float = 0.0, **changes: float
) -> SimpleNamespace:
    p = law(**({"street_noise": 0.0, "street_quiet": 0.01} | changes))
    home = SimpleNamespace(crowd=crowd, mood=0.0, fear=0.3, grievance=0.5, refusal=9.0, hazard=9.0)
    w = world()
    street.week(
        home,
        w.army,
        w.plot,
        w.court,
        w.leader,
        [0.5] * chance.WEEK_LENGTH,
        chance.DAY,
        onset,
        size,
        inputs(shock_crowd=shock, regime_coup_proofing=0.5),
        p,
    )
    return home


def test_a_quiet_street_stays_quiet_until_an_onset() -> None:
    still = a_week_in_the_street(0.005)
    assert (still.crowd, still.hazard, still.refusal, still.fear) == (0.0, 0.0, 0.0, 0.3)
    risen = a_week_in_the_street(0.005, onset=0.0, street_first=0.02, street_first_spread=0.1)
    assert risen.crowd == pytest.approx(0.07) and risen.hazard == 0.0
    weekly = P["street_onset"] / P["time_weeks_a_year"]  # at a grievance of one half
    assert (
        a_week_in_the_street(0.0, onset=weekly * 0.99).crowd
        > 0.0
        == a_week_in_the_street(0.0, onset=weekly * 1.01).crowd
    )


def test_a_crowd_lives_through_seven_days() -> None:
    """Each day the army shoots or stands aside, the crowd grows or wanes; the week's hazard is the
    sum over days.
    """
    home = a_week_in_the_street(0.3)
    p, crowd, hazard = law(), 0.3, 0.0
    refused = 0.0
    for _ in range(7):
        refused = street.refusal(
            crowd,
            0.0,
            0.5,
            0.0,
            0.0,
            0.0,
            p.street_refusal,
            p.street_refusal_crowd,
            p.street_refusal_anger,
            p.street_refusal_proofing,
            p.street_refusal_plot,
            p.street_refusal_troops,
        )
        hazard += p.street_exit * refused * crowd**p.street_exit_power
        crowd *= 1 + street.growth(
            crowd, 0.5, 0.3, refused, 0.5, p.street_growth, p.street_wane, p.street_shoot
        )
    assert (home.crowd, home.hazard, home.refusal) == pytest.approx((crowd, hazard, refused))
    assert home.fear == pytest.approx(min(1.0, 0.3 + p.street_fear_shots * (1 - refused)))
    assert a_week_in_the_street(0.0, shock=0.3).crowd == pytest.approx(
        crowd
    ) and a_week_in_the_street(0.3, shock=0.2).crowd == pytest.approx(crowd)


def a_week_of_rebels(
    strength: float, front: float, onset: float = 0.99, shock: float = 0.0, **changes: float
) -> SimpleNamespace:
    p = law(**({"rebels_noise": 0.0, "rebels_least": 0.02} | changes))
    w = world(army={"strength": 0.4}, street={"grievance": 0.5}, sender={"strikes": 0.5})
    men = SimpleNamespace(strength=strength, front=front, hazard=9.0)
    rebels.week(
        men,
        w.army,
        w.street,
        w.sender,
        w.leader,
        onset,
        0.5,
        0.5,
        inputs(shock_rebellion=shock, rebels_air_support=0.5),
        p,
    )
    return men


def test_rebels_rise_move_and_may_win() -> None:
    assert vars(a_week_of_rebels(0.01, 0.0)) == {"strength": 0.01, "front": 0.0, "hazard": 0.0}
    weekly = P["rebels_onset"] / P["time_weeks_a_year"]
    assert a_week_of_rebels(0.0, 0.0, onset=weekly * 1.01).strength == 0.0
    assert a_week_of_rebels(
        0.0, 0.0, onset=weekly * 0.99, rebels_first=0.1, rebels_first_spread=0.2
    ).strength == pytest.approx(0.2)
    assert a_week_of_rebels(0.1, 0.3, shock=0.6).strength == a_week_of_rebels(0.6, 0.3).strength
    assert a_week_of_rebels(0.7, 0.3, shock=0.6).strength == a_week_of_rebels(0.7, 0.3).strength
    p = law()
    men = a_week_of_rebels(0.5, 0.3)
    share = rebels.contest(0.5 * (1 + p.rebels_air * 0.25), 0.4, p.rebels_decisiveness)
    front = min(1.0, max(0.0, 0.3 + p.rebels_speed * (share - p.rebels_defence)))
    assert men.front == pytest.approx(front) and men.hazard == pytest.approx(
        p.rebels_win * front**p.rebels_win_power
    )
    assert men.strength == pytest.approx(0.5 + p.rebels_growth * (front - p.rebels_fade))


def test_what_all_have_seen_fades_and_adds_up() -> None:
    p = law(plotting_memory_weeks=10.0, plotting_defection_weeks=5.0)
    plot = SimpleNamespace(memory=0.5, defection=0.5, weak=0.0)
    plotting.week(
        plot,
        SimpleNamespace(crowd=0.1),
        SimpleNamespace(front=0.2),
        SimpleNamespace(damage=0.3),
        SimpleNamespace(arrears=0.4),
        inputs(shock_failed_coup=0.1, shock_defection=0.2),
        p,
    )
    assert (plot.memory, plot.defection) == pytest.approx((0.55, 0.6))
    assert plot.weak == pytest.approx(plotting.weakness(0.1, 0.2, 0.3, 0.4, 0.55, 0.6, p))
    assert plotting.weakness(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, p) == pytest.approx(
        0.1 * p.plotting_crowd
        + 0.2 * p.plotting_front
        + 0.3 * p.plotting_damage
        + 0.4 * p.plotting_arrears
        + 0.5 * p.plotting_memory
        + 0.6 * p.plotting_defection
    )


# ---- the ruler and his exits


def test_a_week_of_the_ruler() -> None:
    p = law()
    man = SimpleNamespace(
        personalism=0.6,
        tenure=3.0,
        age=64.0,
        culpability=0.5,
        belief=1.0,
        danger=0.0,
        gamble=0.0,
        exile=0.0,
    )
    leader.week(man, 0.4, inputs(exile_credibility=0.8, exile_offer=0.5), p)
    belief = leader.believed(0.4, p.leader_bias, 0.6)
    go, stay = (
        leader.exile_value(0.8, 0.5, p.leader_culpable, p.leader_exile),
        belief + (1 - belief) * leader.fall_value(p.leader_fall, 0.5),
    )
    assert (man.danger, man.belief) == (0.4, belief)
    assert man.exile == leader.exile_hazard(
        0.5, go, stay, leader.felt(belief, p.leader_doubt), p.leader_exile_rate, p.leader_sharpness
    )
    assert man.gamble == pytest.approx(leader.gamble(1 - belief, 0.5 * go, p.leader_gamble))
    assert man.personalism == pytest.approx(0.6 + p.leader_growth * 0.4 / p.time_weeks_a_year)
    assert (man.tenure, man.age) == pytest.approx(
        (3.0 + 1 / p.time_weeks_a_year, 64.0 + 1 / p.time_weeks_a_year)
    )


def test_quiet_hazards_are_by_the_week() -> None:
    p, w = (
        law(exits_vote=0.3),
        world(
            leader={"age": 50.0, "personalism": 0.6},
            plot={"command": 0.3},
            street={"crowd": 0.1},
            rebels={"front": 0.2},
            sender={"pressure": 0.3},
        ),
    )
    exits.quiet_hazards(
        w.exits, w.leader, w.plot, w.street, w.rebels, w.sender, inputs(calendar_vote=0.5), p
    )
    year = p.time_weeks_a_year
    assert w.exits.died == exits.death_hazard(50.0, p) / year
    assert w.exits.regular == pytest.approx(
        exits.regular_hazard(p.exits_regular, 0.6, 0.6, p.exits_crisis, p.exits_power) / year + 0.15
    )
    assert w.exits.assassinated == pytest.approx(
        exits.assassin_hazard(p.exits_assassin, 0.3, p.exits_assassin_plot) / year
    )


# ---- the start, and the week as a whole


def test_every_actor_starts_as_the_scenario_has_him() -> None:
    p, u = law(), [0.5] * chance.WEEK_LENGTH
    u[chance.HIDDEN_ARMY], u[chance.HIDDEN_COUP], u[chance.HIDDEN_REBELS] = 0.2, 0.6, 0.9
    man = SimpleNamespace()
    leader.start(
        man,
        inputs(leader_personalism=0.6, leader_tenure=12.0, leader_age=63.0, leader_culpability=0.7),
        u,
        chance.HIDDEN_ARMY,
        chance.HIDDEN_COUP,
        chance.HIDDEN_REBELS,
    )
    assert vars(man) == {
        "personalism": 0.6,
        "tenure": 12.0,
        "age": 63.0,
        "culpability": 0.7,
        "belief": 1.0,
        "danger": 0.0,
        "gamble": 0.0,
        "exile": 0.0,
        "hidden_army": normal(0.2),
        "hidden_coup": normal(0.6),
        "hidden_rebels": normal(0.9),
    }
    home, men, plot = SimpleNamespace(), SimpleNamespace(), SimpleNamespace()
    street.start(home, inputs(street_crowd=0.2, public_opinion_home_opposition=0.4), p)
    assert vars(home) == {
        "crowd": 0.2,
        "mood": 0.0,
        "fear": p.street_fear,
        "grievance": 0.4,
        "refusal": 0.0,
        "hazard": 0.0,
    }
    rebels.start(men, inputs(rebels_strength=0.3, rebels_front=0.1))
    assert vars(men) == {"strength": 0.3, "front": 0.1, "hazard": 0.0}
    plotting.start(plot, 2000.0)
    assert vars(plot) == dict.fromkeys(ACTORS["plot"], 0.0)


RENTS = {
    "rents_hard_currency": 0.6,
    "rents_mining": 0.4,
    "rents_illicit": 0.3,
    "rents_enterprises": 0.7,
    "treasury_economy": 0.9,
}


def test_income_is_what_each_stream_still_lets_through() -> None:
    p = law(
        treasury_oil_weight=0.4,
        treasury_mining_weight=0.25,
        treasury_illicit_weight=0.15,
        treasury_aid=0.3,
        treasury_most=2.0,
    )
    t, sender, court = (
        SimpleNamespace(bite=0.5),
        SimpleNamespace(blockade=0.3, strikes=0.2),
        SimpleNamespace(buyers=0.4, finance=0.6),
    )
    treasury.streams(t, sender, court, 0.25, inputs(**RENTS), p)
    assert t.exports == treasury.exports(
        0.5, 0.4, 0.3, p.treasury_bite, p.treasury_relabel, p.treasury_blockade, p.treasury_evasion
    )
    assert t.gold == treasury.gold(0.5, 0.6, p.treasury_gold_bite, p.treasury_gold_channel)
    assert t.illicit == treasury.illicit(0.2, 0.3, p.treasury_interdiction)
    assert t.economy == treasury.economy(0.9, 0.5, 0.25, p.treasury_decay, p.treasury_war_damage)
    assert t.income == pytest.approx(
        0.24 * t.exports + 0.1 * t.gold + 0.045 * t.illicit + 0.14 * t.economy + 0.18
    )
    poor = SimpleNamespace(bite=0.5)
    treasury.streams(
        poor, sender, court, 0.25, inputs(**RENTS), law(treasury_aid=9.0, treasury_most=1.5)
    )
    assert poor.income == 1.5


@pytest.mark.parametrize(
    ("said", "least", "customary"), [(0.0, 0.01, None), (0.8, 0.01, 0.8), (0.2, 0.3, 0.3)]
)
def test_the_treasury_starts_at_rest_under_the_sanctions_of_the_scenario(
    said: float, least: float, customary: float | None
) -> None:
    """The customary level is what the scenario says, else what comes in, and never less than the
    least.
    """
    p, t = law(treasury_least=least), SimpleNamespace()
    sender, court = (
        SimpleNamespace(sanctions=0.5, blockade=0.3, strikes=0.2),
        SimpleNamespace(buyers=0.4, finance=0.1),
    )
    x = inputs(**RENTS, treasury_customary=said, treasury_reserves=5.0)
    treasury.start(t, sender, court, x, p)
    again = SimpleNamespace(bite=0.5)
    treasury.streams(again, sender, court, 0.0, x, p)
    assert (t.bite, t.income) == (0.5, again.income) and t.customary == (
        customary if customary else again.income
    )
    again.customary, again.reserves = t.customary, 5.0
    treasury.pay_out(again, court, p)
    assert (t.rents, t.reserves, t.arrears) == (again.rents, again.reserves, again.arrears)


def test_launches_in_a_week_by_who_rules_and_who_would_join() -> None:
    """Two thirds of the launches of a year's rate at the odds of the hour carry, the others
    fail.
    """
    p = law(hidden_coup=0.8, coup_entrenched=0.4)
    w = world(
        plot={"command": 0.3},
        court={"coordination": 0.7, "guards": 0.6},
        street={"crowd": 0.2},
        leader={"tenure": 2.0, "personalism": 0.6, "hidden_coup": 0.5},
    )
    coup.hazards(w.plot, w.court, w.street, w.leader, inputs(regime_coup_proofing=0.4), p)
    rate = coup.launch_hazard(
        0.3, p.coup_launch, p.coup_reference, p.coup_steepness, p.coup_saturation
    )
    rate *= (
        0.7
        * math.exp(0.2)
        * coup.young(2.0, p.coup_young, p.coup_young_years)
        * 0.76
        / p.time_weeks_a_year
    )
    at_launch = coup.odds(
        p.coup_success_odds,
        0.3,
        p.coup_reference,
        0.4,
        0.6,
        0.2,
        0.4,
        p.coup_share,
        p.coup_proofing,
        p.coup_guards,
        p.coup_crowd,
    )
    carries = coup.success(at_launch, p.coup_days, p.coup_pace, p.coup_bandwagon)
    assert 0.01 < carries < 0.99
    assert (w.court.coup_hazard, w.court.failure_hazard) == pytest.approx(
        (rate * carries, rate * (1 - carries))
    )


def test_the_armys_strength_is_of_its_own_pay_cohesion_and_arms() -> None:
    p, army = law(), SimpleNamespace()
    x, court, t = (
        inputs(troops_pay=0.6, regime_coup_proofing=0.4),
        SimpleNamespace(arms=0.3, troops=0.2),
        SimpleNamespace(arrears=0.25),
    )
    troops.start(army, t, court, x, p)

    def strength(damage: float) -> float:
        return troops.strength(
            army.pay,
            0.4,
            0.3,
            0.2,
            army.ranks,
            damage,
            p.troops_strength,
            p.troops_paid,
            p.troops_cohesion,
            p.troops_arms,
            p.troops_allied,
        )

    assert army.pay == troops.pay(0.6, 0.25, p.troops_floor) and army.anger == troops.at_rest(
        army.pay, p.troops_anger, p.troops_desertion, p.troops_leave
    )
    assert army.strength == strength(0.0)
    army.ranks = 0.8
    left = troops.desertion(army.anger, army.pay, p.troops_desertion, p.troops_leave)
    troops.week(army, t, court, 0.35, x, p)
    assert army.ranks == pytest.approx(
        0.8 * (1 - left + army.usual) + p.troops_recruit * 0.2
    ) and army.strength == strength(0.35)


def plain_events(number: int) -> list[list[object]]:
    """The columns how, place, least, most, stock of events that move inputs to their values."""
    return [[one] * number for one in (0, -1, 0.0, 1.0, False)]


def test_events_move_inputs_in_the_order_of_the_file() -> None:
    """A ramp, one that waits for its condition, one whose condition does not hold: from week 4 on,
    after what was seen in the week before.
    """
    nan = float("nan")
    table = [
        [0, 1, 1, 0],
        [1.0, 0.8, 0.0, 0.6],
        [1.0, 0.5, 1.0, 0.5],
        [4.0, 0.0, 0.0, 0.0],
        [99.0, 2.0, 99.0, 99.0],
        [-1, 2, 0, -1],
        [False, True, False, False],
        [0.0, 0.3, 0.1, 0.0],
        *plain_events(4),
    ]
    fired, own = [3.0, nan, nan, 5.0], [9.0, 9.0]

    def applied(week: int, seen: list[float]) -> list[float]:
        out = [0.2, 0.4]
        events.apply(week, table, fired, seen, [], own, out)
        assert own == out, "no lever is moved"
        return out

    out = applied(4, [0.2, 0.0, 0.5])
    assert out == pytest.approx([0.6, 0.6]) and fired[:2] == [3.0, 4.0] and fired[2] != fired[2]
    out = applied(6, [0.1, 0.0, 0.0])
    assert out == pytest.approx([0.8, 0.4]) and fired[:2] == [3.0, 4.0] and fired[2] != fired[2], (
        "at the threshold nothing has been crossed"
    )
    out = applied(7, [0.09, 0.0, 0.3])
    assert out == pytest.approx([0.8, 0.0]) and fired[:3] == [3.0, 4.0, 7.0]
    at_start = [nan]
    one = [[0], [1.0], [1.0], [0.0], [9.0], [0], [True], [0.1], *plain_events(1)]
    events.apply(0, one, at_start, [0.5], [], [0.0], [0.2])
    assert at_start[0] != at_start[0], "nothing has been seen before the first week"


def started() -> tuple[SimpleNamespace, SimpleNamespace, SimpleNamespace]:
    """A world of the table's numbers at its start, with something of everything in it."""
    p = law()
    x = inputs(
        **RENTS,
        generals_number=3000.0,
        us_pressure_sanctions=0.5,
        us_pressure_deployment=0.8,
        us_pressure_bounty=0.4,
        us_pressure_strikes=0.3,
        us_pressure_raid=0.3,
        sender_resolve=0.6,
        regime_coup_proofing=0.6,
        leader_personalism=0.6,
        leader_age=63.0,
        leader_tenure=8.0,
        leader_culpability=0.5,
        street_crowd=0.15,
        rebels_strength=0.3,
        rebels_front=0.2,
        public_opinion_home_opposition=0.5,
        public_opinion_us_opposition=0.4,
        public_opinion_us_approval=0.45,
        troops_pay=0.6,
        amnesty_credibility=0.3,
        treasury_reserves=4.0,
        tutelage_concession=0.5,
        exile_offer=0.6,
        exile_credibility=0.7,
        force_precision=0.6,
        force_air_defence=0.4,
        rebels_air_support=0.5,
        shock_purge=0.2,
    )
    w = world()
    for k, patron in enumerate(w.patrons):
        (
            patron.support,
            patron.distraction,
            patron.oil,
            patron.finance,
            patron.arms,
            patron.guards,
            patron.troops,
        ) = (0.5, 0.1 * k, 0.1, 0.05, 0.1, 0.1, 0.02)
    week.start(w, x, p, [0.5] * chance.WEEK_LENGTH)
    return w, x, p


def test_at_the_start_each_stands_on_those_before_him() -> None:
    w, _, p = started()
    assert (
        w.sender.sanctions == pytest.approx(0.5 * (1 - p.ladder_relief * 0.5))
        and w.treasury.bite == w.sender.sanctions
    )
    assert [patron.commitment for patron in w.patrons] == [
        patrons.target(
            0.5, 0.1 * k, 0.0, 0.0, p.patrons_distraction, p.patrons_loser, p.patrons_defiance
        )
        for k in range(PATRONS)
    ]
    committed = sum(patron.commitment for patron in w.patrons)
    assert (w.court.buyers, w.court.finance, w.court.arms, w.court.troops) == pytest.approx(
        (0.1 * committed, 0.05 * committed, 0.1 * committed, 0.02 * committed)
    )
    assert w.court.dilution == patronage.dilution(
        3000.0, p.generals_reference, p.patronage_dilution
    )
    assert w.court.exit_cost == patronage.exit_cost(
        3000.0, p.generals_reference, p.patronage_selectorate
    )
    assert w.court.coordination == patronage.coordination(
        3000.0, p.generals_reference, p.coup_coordination
    )
    assert (w.court.roundup, w.court.coup_hazard, w.court.failure_hazard) == (0.0, 0.0, 0.0)
    assert w.army.pay == troops.pay(0.6, w.treasury.arrears, p.troops_floor)
    assert (
        w.street.crowd,
        w.rebels.front,
        w.plot.plotting,
        w.outside.opposition,
        w.leader.age,
        w.regime.concession,
    ) == (0.15, 0.2, 0.0, 0.4, 63.0, 0.5)
    assert w.force.invasion == p.force_background / p.time_weeks_a_year


@pytest.mark.parametrize("roundup", [0.0, 1.0])
def test_what_all_generals_share_in_a_week(roundup: float) -> None:
    """The sixteen terms are those of the actors as the week's first steps leave them."""
    w, x, p = started()
    w.plot.command, w.court.roundup, w.plot.weak = 0.2, roundup, 0.4
    before = [patron.commitment for patron in w.patrons]
    u = [0.5] * chance.WEEK_LENGTH
    for k in range(PATRONS):
        u[chance.PATRON + k] = 0.3 + 0.1 * k
    terms = week.before_generals(w, x, p, u)
    lured = loyalty.lure(w.sender.bounty, w.sender.pressure, p.loyalty_bounty, p.loyalty_threat)
    hit = counterintelligence.found(
        p.counterintelligence_rate,
        p.counterintelligence_base,
        w.court.guards,
        0.2,
        p.counterintelligence_plot,
        0.2,
        p.counterintelligence_purge,
        p.counterintelligence_most,
    )
    kept = 1 - (max(hit, p.counterintelligence_roundup) if roundup else hit)
    assert 0 < hit < p.counterintelligence_roundup
    expected = [
        w.treasury.rents * w.court.dilution,
        p.loyalty_rent,
        p.loyalty_half,
        loyalty.complicity_binds(p.loyalty_complicity, 0.3, lured),
        p.loyalty_tie,
        loyalty.common(w.street.grievance, lured, p.loyalty_grievance),
        p.loyalty_spread,
        p.plotting_gain
        * plotting.break_open(0.15, 0.2, w.plot.memory, w.plot.defection, p.plotting_break),
        p.plotting_signal * w.plot.weak + p.plotting_base,
        p.plotting_prize,
        p.plotting_cost + p.plotting_fear * w.street.fear + w.court.exit_cost,
        p.counterintelligence_alarm,
        p.plotting_beta,
        p.plotting_rate,
        kept,
        kept - p.counterintelligence_flight * w.street.fear,
    ]
    assert list(terms) == pytest.approx(expected, rel=1e-12) and len(terms) == len(Shared._fields)
    for k, patron in enumerate(w.patrons):
        own = SimpleNamespace(support=0.5, distraction=0.1 * k, commitment=before[k])
        patrons.week(own, 0.4, w.sender, p, 0.3 + 0.1 * k)
        assert patron.commitment == own.commitment


def test_hazards_of_a_week_are_those_of_the_actors() -> None:
    w, x, p = started()
    u = [0.5] * chance.WEEK_LENGTH
    week.before_generals(w, x, p, u)
    fear = w.street.fear
    way = week.after_generals(w, x, p, [0.999999] * chance.WEEK_LENGTH, 0.25, 0.3, 0.02, 0.01)
    assert way == 0 and (w.plot.plotting, w.plot.command, w.plot.purged, w.plot.fled) == (
        0.25,
        0.3,
        0.02,
        0.01,
    )
    share = street.endgame(0.6, p.street_endgame)
    e = w.exits
    assert (
        0 < share < 1
        and min(
            w.court.coup_hazard,
            w.street.hazard,
            w.rebels.hazard,
            w.force.invasion,
            w.force.seizure,
            w.leader.exile,
        )
        > 0
    )
    assert e.coup == pytest.approx(
        w.court.coup_hazard + share * w.street.hazard
    ) and e.uprising == pytest.approx((1 - share) * w.street.hazard)
    assert (e.rebellion, e.foreign_removal, e.seized, e.negotiated_exit) == (
        w.rebels.hazard,
        w.force.invasion,
        w.force.seizure,
        w.leader.exile,
    )
    assert w.leader.danger == pytest.approx(
        p.leader_horizon * (e.coup + e.uprising + e.rebellion + e.foreign_removal + e.seized)
    )
    frightened = min(1.0, fear + p.street_fear_purge * 0.03)
    assert w.street.fear == pytest.approx(
        min(1.0, frightened + p.street_fear_shots * (1 - w.street.refusal))
    )
    assert (
        e.assassinated
        == exits.assassin_hazard(p.exits_assassin, 0.3, p.exits_assassin_plot) / p.time_weeks_a_year
    )


def test_who_is_out_has_no_failures_in_that_week() -> None:
    """The way is drawn by its two uniforms; his fate and the regime's by theirs; a round-up ends
    with him.
    """
    w, x, p = started()
    u = [0.5] * chance.WEEK_LENGTH
    week.before_generals(w, x, p, u)
    w.court.roundup = 1.0
    (
        u[chance.EXIT],
        u[chance.WAY],
        u[chance.COUP_FAILS],
        u[chance.REGIME_FATE],
        u[chance.LEADER_FATE],
    ) = (0.0, 0.999999, 0.0, 0.0, 0.999999)
    u[chance.SUCCESSOR_AGE], u[chance.SUCCESSOR_POWER] = 0.7, 0.4
    power = w.leader.personalism
    assert week.after_generals(w, x, p, u, 0.25, 0.3, 0.0, 0.0) == exits.REGULAR
    assert (w.court.roundup, w.plot.attempts, w.regime.rulers, w.regime.fallen) == (
        0.0,
        0.0,
        2.0,
        0.0,
    )
    assert w.leader.age == pytest.approx(
        min(p.exits_great_age, p.successor_age + p.successor_age_spread * normal(0.7))
    )
    grown = power + p.leader_growth * (1 - power) / p.time_weeks_a_year
    assert w.leader.personalism == pytest.approx(
        grown * p.successor_power * 0.8
    ) and w.regime.fate == aftermath.fate(exits.REGULAR, grown, 0.999999, p)


# ---- shares stay shares


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_the_pressing_publics_shares_end_at_nought_and_one(end: float) -> None:
    p = law(
        opinion_drift=5.0 * end,
        opinion_casualties=5.0,
        opinion_rally=20.0 * (1 - end),
        opinion_approval_rally=9.0,
        opinion_strike_dead=0.0,
    )
    for dead, rally, opposition, approval in ((1e6, 0.0, 1.0, 0.0), (0.0, 1.0, 0.0, 1.0)):
        o = SimpleNamespace(drift=0.9, rally=4.0 * rally, dead=dead)
        opinion.week(
            o,
            SimpleNamespace(strikes=0.0, pressure=1.0),
            inputs(
                public_opinion_us_opposition=0.5, public_opinion_us_approval=0.5, shock_rally=rally
            ),
            p,
        )
        assert (o.opposition, o.approval, o.drift) == (opposition, approval, max(0.9, end))


@pytest.mark.parametrize("u", [1e-6, 1 - 1e-6])
def test_noise_takes_nobody_out_of_his_range(u: float) -> None:
    """Luck so large that it decides alone: a patron's commitment, the front, the crowd."""
    end = round(u)
    patron = SimpleNamespace(support=0.5, distraction=0.0, commitment=0.5)
    patrons.week(patron, 0.0, SimpleNamespace(blockade=0.0, strikes=0.0), law(patrons_noise=9.0), u)
    assert patron.commitment == end
    w, p = world(army={"strength": 0.5}), law(rebels_noise=9.0, rebels_growth=9.0, rebels_fade=0.5)
    men = SimpleNamespace(strength=0.5, front=0.5, hazard=0.0)
    rebels.week(men, w.army, w.street, w.sender, w.leader, 0.9, 0.5, u, inputs(), p)
    assert (men.front, men.strength) == (end, end)
    w = world(street={"crowd": 0.5, "fear": 0.9, "grievance": 0.5})
    street.week(
        w.street,
        w.army,
        w.plot,
        w.court,
        w.leader,
        [u] * chance.WEEK_LENGTH,
        chance.DAY,
        0.5,
        0.5,
        inputs(),
        law(street_noise=9.0, street_fear_shots=9.0, street_refusal=0.0),
    )
    assert (w.street.crowd, w.street.fear) == (end, 1.0)


def test_first_crowds_and_first_bands_are_shares() -> None:
    assert (
        a_week_in_the_street(0.0, onset=0.0, street_first=5.0).crowd == 1.0
        and a_week_of_rebels(0.0, 0.0, onset=0.0, rebels_first=5.0).strength == 1.0
    )


def test_power_fear_memory_and_sunk_costs_are_shares() -> None:
    p = law(
        leader_growth=999.0,
        street_fear_coup=5.0,
        leader_coup_growth=5.0,
        ladder_sink=50.0,
        street_fear_purge=50.0,
    )
    man = SimpleNamespace(personalism=0.6, tenure=3.0, age=64.0, culpability=0.5)
    leader.week(man, 0.4, inputs(), p)
    assert man.personalism == 1.0
    w = world(court={"failure_hazard": 99.0}, street={"fear": 0.2}, leader={"personalism": 0.5})
    week.failures(w, p, [1e-9] * chance.WEEK_LENGTH)
    assert (w.street.fear, w.leader.personalism) == (1.0, 1.0)
    assert stepped(0.999, p).sunk == 1.0
    plot, nothing = (
        SimpleNamespace(memory=0.9, defection=0.9),
        SimpleNamespace(crowd=0.0, front=0.0, damage=0.0, arrears=0.0),
    )
    plotting.week(
        plot,
        nothing,
        nothing,
        nothing,
        nothing,
        inputs(shock_failed_coup=0.9, shock_defection=0.9),
        p,
    )
    assert (plot.memory, plot.defection) == (1.0, 1.0)
    w, x, _ = started()
    w.street.crowd = 0.0
    week.after_generals(w, x, p, [0.999999] * chance.WEEK_LENGTH, 0.0, 0.0, 0.1, 0.1)
    assert w.street.fear == 1.0, "in a quiet street too"


@pytest.mark.parametrize(
    ("changes", "anger", "ranks"),
    [({"troops_anger": 99.0}, 1.0, 0.2), ({"troops_anger": 0.0, "troops_recruit": 99.0}, 0.0, 1.0)],
)
def test_anger_and_ranks_stay_within_theirs(
    changes: dict[str, float], anger: float, ranks: float
) -> None:
    """All angry and as many gone as can go; nobody angry and the ranks full."""
    p = law(**({"troops_desertion": 9.0, "troops_least": 0.2, "troops_recruit": 0.0} | changes))
    army = SimpleNamespace(anger=0.9 if anger else 0.1, usual=0.0, ranks=0.5)
    if not anger:
        army.usual = 30.0
    troops.week(
        army,
        SimpleNamespace(arrears=1.0),
        SimpleNamespace(arms=0.0, troops=0.0),
        0.0,
        inputs(troops_pay=0.5),
        p,
    )
    assert (army.anger, army.ranks) == (anger, ranks)


def test_what_is_paid_and_kept_has_its_bounds() -> None:
    p = law(
        treasury_save=1.0,
        treasury_cap=6.0,
        treasury_most=1.2,
        treasury_spend=1.0,
        treasury_backfill=9.0,
    )
    rich = SimpleNamespace(customary=0.5, income=3.0, reserves=5.0, rents=0.0, arrears=0.0)
    treasury.pay_out(rich, SimpleNamespace(finance=0.0), p)
    assert (rich.reserves, rich.rents, rich.arrears) == (6.0, 0.5, 0.0)
    spendthrift = SimpleNamespace(customary=0.5, income=3.0, reserves=5.0, rents=0.0, arrears=0.0)
    treasury.pay_out(
        spendthrift, SimpleNamespace(finance=0.0), law(treasury_save=0.0, treasury_most=1.2)
    )
    assert (spendthrift.reserves, spendthrift.rents, spendthrift.arrears) == (5.0, 1.2, 0.0)
    fed = SimpleNamespace(customary=0.8, income=0.2, reserves=5.0, rents=0.0, arrears=0.0)
    treasury.pay_out(fed, SimpleNamespace(finance=1.0), p)
    assert (fed.reserves, fed.arrears) == (5.0, 0.0) and fed.rents == pytest.approx(0.8), (
        "a patron fills no more than the gap"
    )
    broke = SimpleNamespace(customary=0.8, income=0.0, reserves=0.0, rents=0.0, arrears=0.0)
    treasury.pay_out(broke, SimpleNamespace(finance=0.0), p)
    assert (broke.reserves, broke.rents, broke.arrears) == (0.0, 0.0, 1.0)


def test_what_was_conceded_relieves_the_pressure() -> None:
    p = law(ladder_relief=0.5)
    sender = SimpleNamespace(
        escalation=0.5,
        first=0.5,
        posture=0.8,
        sunk=0.5,
        weeks=52.0,
        dead=0.0,
        pressure=0.4,
        resolve=0.0,
    )
    x = inputs(
        us_pressure_sanctions=0.6,
        us_pressure_seizures=0.4,
        us_pressure_blockade=0.5,
        sender_resolve=0.7,
    )
    ladder.week(
        sender,
        SimpleNamespace(approval=0.5, opposition=0.5),
        SimpleNamespace(concession=0.6),
        x,
        p,
        0.999,
    )
    assert (sender.sanctions, sender.seizures, sender.blockade) == pytest.approx(
        (0.6 * 0.7, 0.4 * 0.7, 0.5 * 0.8 * 0.7)
    )
    assert sender.resolve == pytest.approx(
        0.7 + 0.5 * p.ladder_resolve_sunk - 0.6 * p.ladder_resolve_concession
    )
