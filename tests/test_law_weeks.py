"""The law's weeks, actor by actor: what becomes of him and of the regime, the ladder, treasury,
troops, street, rebels and force from one week to the next.
"""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace

import pytest

from regime_sim.engine.model import RegimeModel
from regime_sim.engine.records import (
    ACTORS,
    PATRON_FIELDS,
    PATRONS,
    PRINCIPAL_FIELDS,
    PRINCIPALS,
    UNIT_FIELDS,
    UNITS,
    Shared,
)
from regime_sim.facts.parameters import INPUT_NAMES, OBSERVABLE_NAMES, PARAMETERS
from regime_sim.facts.stocks import STOCKS
from regime_sim.law import (
    aftermath,
    chance,
    choice,
    counterintelligence,
    coup,
    deal,
    events,
    exits,
    force,
    ladder,
    leader,
    ledger,
    loyalty,
    opinion,
    opposition,
    palace,
    patronage,
    patrons,
    plotting,
    principals,
    rebels,
    stocks,
    street,
    treasury,
    troops,
    units,
    vote,
    week,
)
from regime_sim.law.arithmetic import log, normal
from regime_sim.scenario import load

P = {row.field: row.default for row in PARAMETERS.values()}
WAYS = range(1, 11)


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

    def many(number: int, fields: tuple[str, ...]) -> list[SimpleNamespace]:
        return [SimpleNamespace(**dict.fromkeys(fields, 0.0)) for _ in range(number)]

    return SimpleNamespace(
        **made,
        patrons=many(PATRONS, PATRON_FIELDS),
        principals=many(PRINCIPALS, PRINCIPAL_FIELDS),
        units=many(UNITS, UNIT_FIELDS),
    )


# ---- what follows an exit


def out(
    way: int,
    p: SimpleNamespace,
    u_regime: float,
    u_tutelage: float = 0.99,
    party: float = 0.0,
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
    x = SimpleNamespace(regime_institutions=0.5, regime_party=party)
    u = [0.5] * chance.WEEK_LENGTH
    u[chance.REGIME_FATE], u[chance.TUTELAGE] = u_regime, u_tutelage
    u[chance.SUCCESSOR_POWER] = 0.6
    aftermath.week_of_exit(w, way, x, p, u)
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
    settled = way == exits.NEGOTIATED  # who has bargained his way out leaves an empty street
    assert out(way, p, share - 1e-9, **crowd).regime.fallen == (0.0 if settled else 1.0)
    odds = share / (1 - share) * math.exp(0.4 * p.aftermath_institutions)
    bound = odds / (1 + odds)  # a party of 0.9 where institutions are 0.5 counts as 0.9
    assert out(way, p, bound - 1e-9, party=0.9).regime.fallen == 0.0
    assert out(way, p, bound + 1e-9, party=0.9).regime.fallen == 1.0
    assert out(way, p, share + 1e-9, party=0.4).regime.fallen == 1.0, "the lesser of them adds none"
    assert stands.regime.fate == float(aftermath.fate(way, 0.5, 0.5, p))


def test_a_successor_is_new_less_personal_and_inherits_a_shock() -> None:
    p = law(successor_age=60.0, successor_age_spread=5.0, successor_age_least=35.0)
    w = out(exits.DIED, p, 0.0, street={"crowd": 0.1}, rebels={"front": 0.4}, plot={"memory": 0.05})
    assert w.leader.personalism == pytest.approx(
        0.5 * p.successor_power * (1 + p.successor_power_spread * 0.2)
    )
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


# ---- force and its failures


# ---- the ladder


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


# ---- patrons, public opinion, the court


# ---- treasury, troops


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


# ---- the ruler and his exits


# ---- the start, and the week as a whole


RENTS = {
    "rents_hard_currency": 0.6,
    "rents_mining": 0.4,
    "rents_illicit": 0.3,
    "rents_enterprises": 0.7,
    "treasury_economy": 0.9,
}


# ---- shares stay shares


def test_first_crowds_and_first_bands_are_shares() -> None:
    assert (
        a_week_in_the_street(0.0, onset=0.0, street_first=5.0).crowd == 1.0
        and a_week_of_rebels(0.0, 0.0, onset=0.0, rebels_first=5.0).strength == 1.0
    )


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
        "heir": 0.0,
        "relief": 0.0,
    }


SEEN = {
    "plotting": "plot.plotting",
    "plotting_command": "plot.command",
    "purged": "plot.purged",
    "fled": "plot.fled",
    "rents": "treasury.rents",
    "income": "treasury.income",
    "exports": "treasury.exports",
    "reserves": "treasury.reserves",
    "guards": "court.guards",
    "pay": "army.pay",
    "ranks_anger": "army.anger",
    "ranks": "army.ranks",
    "army": "army.strength",
    "grievance": "street.grievance",
    "fear": "street.fear",
    "crowd": "street.crowd",
    "rebels": "rebels.strength",
    "front": "rebels.front",
    "us_opposition": "outside.opposition",
    "us_approval": "outside.approval",
    "pressure": "sender.pressure",
    "sanctions": "treasury.bite",
    "strikes": "sender.strikes",
    "damage": "force.damage",
    "belief": "leader.belief",
    "personalism": "leader.personalism",
    "repression": "leader.repression",
    "opposition_leader": "opposition.leader",
    "principals_gone": "circle.gone",
    "split": "army.split",
    "credibility": "sender.credibility",
    "concession": "regime.concession",
    "tutelage": "regime.tutelage",
}


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
    seen = dict(zip(OBSERVABLE_NAMES, model.observed, strict=True))
    assert [seen.pop(name) for name in ("russia", "china", "cuba")] == [1000.0, 1001.0, 1002.0]
    assert seen.pop("casualties") == log(1.0 + w.outside.dead)
    assert seen == {
        name: getattr(getattr(w, where.split(".")[0]), where.split(".")[1])
        for name, where in SEEN.items()
    }


def test_a_failed_raid_costs_lives_guards_and_rallies_those_at_home() -> None:
    p = law(force_guards_dead=0.5)
    w = world(outside={"dead": 1.0}, street={"mood": 0.2}, court={"lent": 0.4, "lost_guards": 0.1})
    force.failed(w.force, w.outside, w.street, w.court, p)
    assert (w.outside.dead, w.street.mood) == (1.0 + p.force_raid_dead, 0.2 - p.street_rally)
    assert w.court.lost_guards == pytest.approx(0.1 + 0.5 * 0.4)
    force.failed(w.force, w.outside, w.street, SimpleNamespace(lent=1.0, lost_guards=0.9), p)
    bounded = SimpleNamespace(lent=1.0, lost_guards=0.9)
    force.failed(w.force, w.outside, w.street, bounded, p)
    assert bounded.lost_guards == 1.0


def tried(
    p: SimpleNamespace, *places: int, shock: float = 0.0, **actors: object
) -> SimpleNamespace:
    """A world after a week in which the uniforms at these places say that it was tried and
    failed.
    """
    w = world(
        **(
            {
                "court": {"failure_hazard": 0.5, "roundup": 1.0},
                "circle": {"failure": 0.5},
                "street": {"fear": 0.2, "refusal": 0.5, "crowd": 0.5},
                "leader": {"personalism": 0.5},
                "force": {"raid_fails": 0.5},
            }
            | actors
        )
    )
    u = [0.99] * chance.WEEK_LENGTH
    for place in places:
        u[place] = 1e-9
    week.failures(w, inputs(shock_failed_coup=shock), p, u)
    return w


def test_what_was_tried_and_failed_is_remembered() -> None:
    """A coup that fails raises memory, fear and a round-up; each is settled by its own uniform."""
    p = law()
    none = tried(p)
    assert (none.plot.memory, none.plot.attempts, none.court.roundup, none.plot.defection) == (
        (0.0,) * 4
    )
    assert (none.street.fear, none.leader.personalism, none.outside.dead) == (0.2, 0.5, 0.0)
    w = tried(p, chance.COUP_FAILS, chance.RAID_FAILS, chance.DEFECTION)
    assert (w.plot.memory, w.plot.attempts, w.court.roundup, w.plot.defection) == (1.0,) * 4
    assert w.street.fear == pytest.approx(0.2 + p.street_fear_coup)
    assert w.leader.personalism == pytest.approx(0.5 + p.leader_coup_growth * 0.5)
    assert w.outside.dead == p.force_raid_dead and w.street.mood == -p.street_rally


def test_a_coup_that_failed_hardens_him_or_shows_that_it_can_be_tried() -> None:
    """One uniform says which: memory fades and power grows more, or it is all remembered."""
    p = law(leader_harden=0.5, plotting_memory_hard=0.2)
    hard = tried(p, chance.COUP_FAILS, chance.HARDEN, plot={"memory": 0.5})
    soft = tried(p, chance.COUP_FAILS, plot={"memory": 0.5})
    assert (hard.plot.memory, soft.plot.memory) == (0.2, 1.0)
    assert hard.leader.personalism == pytest.approx(0.5 + p.leader_harden_growth * 0.5)
    assert soft.leader.personalism == pytest.approx(0.5 + p.leader_coup_growth * 0.5)
    assert hard.court.roundup == soft.court.roundup == 1.0 and hard.street.fear == soft.street.fear
    never = tried(law(leader_harden=0.0), chance.COUP_FAILS, chance.HARDEN)
    assert never.plot.memory == 1.0, "at a share of nought nobody is hardened"


def test_a_palace_coup_that_fails_does_part_of_what_a_coup_does_and_a_timeline_may_say_so() -> None:
    p = law(palace_shock=0.4)
    w = tried(p, chance.PALACE_FAILS)
    assert (w.plot.memory, w.court.roundup, w.plot.attempts) == (0.4, 0.4, 1.0)
    assert w.street.fear == pytest.approx(0.2 + 0.4 * p.street_fear_coup)
    both = tried(p, chance.COUP_FAILS, chance.PALACE_FAILS)
    assert (both.plot.attempts, both.court.roundup) == (1.0, 1.0), "one attempt a week"
    said = tried(p, chance.COUP_FAILS, shock=0.7)
    assert (said.court.roundup, said.plot.memory) == (0.7, 0.7), "what the timeline says is enough"


def test_force_at_the_start_and_in_a_week() -> None:
    p, f = (
        law(
            force_background=0.26,
            force_damage=0.1,
            force_repair=0.01,
            force_build_up=4.0,
            force_invasion_rate=5.2,
            force_invasion_power=1.0,
            force_superiority=5.0,
            force_decisiveness=2.0,
            force_boats=0.2,
            force_invasion_dead=100.0,
            force_attrition=0.1,
            force_closed=0.5,
            force_raid_lent=1.0,
        ),
        SimpleNamespace(),
    )
    force.start(f, SimpleNamespace(), p)
    assert vars(f) == {
        "damage": 0.0,
        "built": 0.0,
        "share": 0.0,
        "seizure": 0.0,
        "raid_fails": 0.0,
        "invasion": 0.26 / p.time_weeks_a_year,
    }
    w = world(
        sender={
            "strikes": 0.6,
            "invasion": 0.8,
            "raid": 0.5,
            "resolve": 0.4,
            "bounty": 0.3,
            "airspace": 0.4,
        },
        plot={"command": 0.2},
        court={"guards": 0.4, "lent": 0.5},
        army={"strength": 0.5, "ranks": 0.9},
        outside={"dead": 3.0},
    )
    x = SimpleNamespace(force_insider=0.1, force_air_defence=0.7, force_precision=0.9)
    force.week(f, w.sender, w.outside, w.army, x, p)
    # strikes beyond boats: (0.6 - 0.2) / 0.8; a force of 5 * 0.2 armies against half a one
    assert f.damage == pytest.approx(0.05) and f.built == pytest.approx(0.2)
    assert f.share == pytest.approx(1.0 / 1.25)
    assert f.invasion == pytest.approx((0.26 + 5.2 * 0.8 * 0.64) / p.time_weeks_a_year)
    assert w.outside.dead == pytest.approx(3.0 + 100.0 * 0.8 * 0.2)
    assert w.army.ranks == pytest.approx(0.9 * (1 - 0.1 * 0.8 * 0.8))
    assert w.army.dead == pytest.approx(0.064)
    force.raid(f, w.sender, w.plot, w.court, 0.3, x, p)
    attempts = p.force_raid_rate * 0.5 * 0.4 * 0.9 / p.time_weeks_a_year
    q = force.raid_success(0.4, 0.3, 0.2, 0.4, 0.5, 0.7 * 0.95 * 0.8, p)
    assert (f.seizure, f.raid_fails) == pytest.approx((attempts * q, attempts * (1 - q)))
    force.raid(f, w.sender, w.plot, w.court, 9.0, x, p)
    everybody = f.seizure
    force.raid(f, w.sender, w.plot, w.court, 0.9, x, p)
    assert f.seizure == everybody, "no more than everything is told"


def test_boats_at_sea_are_no_army() -> None:
    f, w = SimpleNamespace(damage=0.0, built=0.0), world(sender={"strikes": 0.2})
    force.week(f, w.sender, w.outside, w.army, SimpleNamespace(), law(force_boats=0.2))
    assert f.damage == 0.0
    force.week(f, w.sender, w.outside, w.army, SimpleNamespace(), law(force_boats=0.1))
    assert f.damage > 0.0


@pytest.mark.parametrize("rung", range(1, 7))
def test_the_cost_and_the_odds_of_a_rung_are_its_own(rung: int) -> None:
    p = law(ladder_hope=0.12)
    names = ["deployment", "airspace", "blockade", "strikes", "raid"]
    expected = [getattr(p, f"ladder_cost_{name}") for name in names] + [1.0]
    assert ladder.cost(rung, p) == expected[rung - 1]
    odds = [0.02, 0.04, 0.06, 0.08, 0.33, 0.77]
    assert ladder.odds(rung, 0.33, 0.77, p) == pytest.approx(odds[rung - 1])


@pytest.mark.parametrize("rung", range(1, 7))
def test_a_rung_that_was_climbed_is_in_force_at_its_fresh_strength_and_weighs_by_its_weight(
    rung: int,
) -> None:
    """An invasion is improvised to less than the others. Sanctions and the like are relieved too,
    a bounty is not.
    """
    p = law(
        ladder_fresh_rung=0.5,
        ladder_improvise=0.3,
        **{f"ladder_weight_{name}": 0.1 * (k + 1) for k, name in enumerate(INSTRUMENTS[:5])},
    )
    sender = pressing(escalation=rung / 6.0, first=(rung - 1) / 6.0)
    ladder.instruments(
        sender,
        0.25,
        0.0,
        inputs(
            us_pressure_sanctions=0.4,
            us_pressure_seizures=0.8,
            us_pressure_bounty=0.6,
            us_pressure_ultimatum=0.5,
        ),
        p,
    )
    fresh = 0.3 if rung == 6 else 0.5
    assert [getattr(sender, one) for one in INSTRUMENTS] == pytest.approx(
        [fresh * 0.8 * 0.75 if k == rung - 1 else 0.0 for k in range(6)]
    )
    assert (sender.sanctions, sender.seizures, sender.bounty, sender.ultimatum) == pytest.approx(
        (0.3, 0.6, 0.6, 0.5 * 0.75)
    )
    assert sender.pressure == pytest.approx(fresh * 0.6 * (1.0 if rung == 6 else 0.1 * rung))


def test_what_the_timeline_has_raised_stands_whatever_the_posture() -> None:
    """A blink undoes what the ladder has in force, not what is a fact; concessions relieve both."""
    x = inputs(us_pressure_blockade=0.8, us_pressure_strikes=0.6)
    for base, blockade in ((0.8, 0.8 * 0.5 * 0.75), (0.3, 0.8 * 0.75)):
        sender = pressing(posture=0.5, base_blockade=base, base_strikes=0.6, escalation=0.5)
        ladder.instruments(sender, 0.25, 0.0, x, law())
        assert sender.blockade == pytest.approx(blockade)
        assert sender.strikes == pytest.approx(0.6 * 0.5 * 0.75)


def test_bounty_and_raids_end_with_the_man_they_were_meant_for() -> None:
    sender = pressing(posture=1.0)
    x = inputs(us_pressure_bounty=0.6, us_pressure_raid=0.8, us_pressure_strikes=0.5)
    ladder.instruments(sender, 0.0, 0.9, x, law())
    assert (sender.bounty, sender.raid, sender.strikes) == pytest.approx((0.06, 0.08, 0.5))


def pressing(**given: float) -> SimpleNamespace:
    """The pressing power half way up, a year at it."""
    usual = {"escalation": 0.5, "posture": 0.8, "sunk": 0.5, "weeks": 52.0, "pressure": 0.4}
    return world(sender=usual | {"credibility": 0.6} | given).sender


def stepped(
    u: float,
    p: SimpleNamespace,
    u_rung: float = 0.999999,
    u_temper: float = 0.5,
    sender: dict[str, float] | None = None,
    regime: dict[str, float] | None = None,
    **given: float,
) -> SimpleNamespace:
    """The pressing power after a week, deployed at 0.6 and resolved."""
    w = world(outside={"approval": 0.5, "opposition": 0.5}, regime=regime or {})
    start = {"base_deployment": 0.6, "deployment": 0.6} | (sender or {})
    w.sender = pressing(**start)
    x = inputs(**({"us_pressure_deployment": 0.6, "sender_resolve": 0.7} | given))
    ladder.week(w, x, p, u, u_rung, u_temper)
    return w.sender


def hazards_of_a_week(p: SimpleNamespace) -> tuple[float, list[float]]:
    """By hand: hazards of a step down and of each climb (strikes, raid, invasion) in `stepped`."""
    resolve = ladder.resolve(
        0.7,
        0.5,
        0.5,
        0.0,
        p.ladder_resolve_sunk,
        p.ladder_resolve_approval,
        p.ladder_resolve_concession,
    )
    down = ladder.blink_hazard(0.5, 52.0 / p.time_weeks_a_year, 0.0, 0.5, p)
    close = math.exp(p.ladder_close * 0.1)
    up = [
        close
        * ladder.climb_hazard(
            resolve,
            odds,
            0.5 * p.ladder_aversion * cost * (1 - 0.6 * p.ladder_ready),
            float(leap),
            p,
        )
        for leap, (odds, cost) in enumerate(
            [
                (p.ladder_hope * 4 / 6, p.ladder_cost_strikes),
                (0.0, p.ladder_cost_raid),
                (p.ladder_hope_ground, 1.0),
            ]
        )
    ]
    return down / p.time_weeks_a_year, [one / p.time_weeks_a_year for one in up]


def test_one_uniform_decides_a_step_down_a_step_up_or_none() -> None:
    """The bottom of the uniform is a step down, the next part a step up, in proportion to the
    hazards.
    """
    p = law(ladder_blink_step=0.5)
    down, climbs = hazards_of_a_week(p)
    up = sum(climbs)
    either = 1.0 - math.exp(-(down + up))
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
    assert (lower.step_up, higher.step_up, same.step_up) == (0.0, 1.0, 0.0)
    assert lower.step_down == pytest.approx(down)

    def sink(sunk: float, sender: SimpleNamespace) -> float:
        return sunk + p.ladder_sink * sender.pressure * (1.0 - sunk)

    assert lower.sunk == pytest.approx(sink(0.25, lower))
    assert higher.sunk == pytest.approx(sink(0.5, higher))
    assert same.sunk == pytest.approx(sink(0.5, same))
    assert {sender.weeks for sender in (lower, higher, same)} == {53.0}


def test_which_rung_it_climbs_to_is_drawn_in_proportion_to_their_hazards() -> None:
    """The bottom of a second uniform is the last rung, the top the next one; none below is
    chosen.
    """
    p = law(ladder_blink=0.0)
    _, climbs = hazards_of_a_week(p)
    up = sum(climbs)
    first, second = climbs[2] / up, (climbs[2] + climbs[1]) / up
    assert 0.0 < first < second < 1.0
    for u_rung, to in (
        (0.0, 6),
        (first * 0.999, 6),
        (first * 1.001, 5),
        (second * 0.999, 5),
        (second * 1.001, 4),
        (0.999999, 4),
    ):
        assert stepped(1e-9, p, u_rung).escalation == pytest.approx(to / 6), u_rung
    lone = stepped(1e-9, law(ladder_blink=0.0), 0.999999, sender={"escalation": 5 / 6})
    assert lone.escalation == 1.0


def test_the_ladder_ends_at_the_top_and_the_bottom_and_rests_where_nobody_presses() -> None:
    p, keen = law(), law(ladder_blink=0.0, ladder_climb=6.0)
    assert stepped(0.0, p, sender={"escalation": 0.05}).escalation == 0.0
    assert stepped(1e-9, keen, sender={"escalation": 0.95}).escalation == 0.95, "no rung is left"
    assert stepped(1e-9, keen, sender={"escalation": 1.0}).posture == 0.8
    eager = law(ladder_blink=3.0, ladder_climb=6.0)
    w = world(outside={"approval": 0.5, "opposition": 0.5})
    w.sender = pressing(pressure=0.0)
    ladder.week(w, inputs(sender_resolve=0.7), eager, 0.0, 0.0, 0.5)
    assert (w.sender.escalation, w.sender.posture, w.sender.weeks) == (0.5, 0.8, 52.0)
    w.sender = pressing(pressure=0.0, escalation=0.0)
    x = inputs(us_pressure_ultimatum=0.4, sender_resolve=1.0)
    ladder.week(w, x, eager, 1e-9, 0.999999, 0.5)
    assert w.sender.escalation == pytest.approx(1 / 6) and w.sender.weeks == 53.0, (
        "an ultimatum is pressure enough to climb, and nothing to step down from"
    )


def test_a_parliament_and_elections_near_bring_it_down() -> None:
    """A vote of its parliament, six in ten opposed, adds its hazard of one week; elections near
    multiply the hazard, the more the more are opposed.
    """
    p = law(ladder_war_powers=0.3, ladder_midterms=1.5)
    sender, outside = pressing(), SimpleNamespace(opposition=0.6)
    calm = ladder.step_down_hazard(sender, outside, inputs(), p)
    voted = ladder.step_down_hazard(sender, outside, inputs(calendar_war_powers=1.0), p)
    near = ladder.step_down_hazard(sender, outside, inputs(calendar_midterms=1.0), p)
    assert voted - calm == pytest.approx(0.3) and near / calm == pytest.approx(math.exp(0.9))
    opposed = SimpleNamespace(opposition=0.9)
    assert ladder.step_down_hazard(
        sender, opposed, inputs(calendar_war_powers=1.0), p
    ) - ladder.step_down_hazard(sender, opposed, inputs(), p) == pytest.approx(
        0.3 * math.exp(p.ladder_vote_opposition * 0.3)
    )
    sender.pressure = 0.0
    assert ladder.step_down_hazard(sender, outside, inputs(calendar_war_powers=1.0), p) == 0.0


def test_an_ultimatum_that_is_kept_builds_its_word_and_one_that_lapses_costs_it() -> None:
    p = law(ladder_told=0.5, ladder_bluff=0.4)
    told, quiet = inputs(us_pressure_ultimatum=0.5), inputs(us_pressure_ultimatum=0.49)
    sender = pressing()
    ladder.word(sender, quiet, p)
    assert (sender.waited, sender.credibility) == (0.0, 0.6)
    ladder.word(sender, told, p)
    assert sender.waited == 1.5 and sender.credibility == 0.6
    sender.escalation = 0.6
    ladder.word(sender, told, p)
    assert sender.waited == 1.5, "it waits from the rung on which it began"
    kept, lapsed = SimpleNamespace(**vars(sender)), SimpleNamespace(**vars(sender))
    lapsed.escalation = 0.5
    ladder.word(kept, quiet, p)
    ladder.word(lapsed, quiet, p)
    assert (kept.credibility, kept.waited) == (pytest.approx(0.76), 0.0)
    assert (lapsed.credibility, lapsed.waited) == (pytest.approx(0.36), 0.0)


def test_a_standing_ultimatum_hurries_the_climb_by_its_word() -> None:
    p = law(ladder_bound=1.5)
    outside = SimpleNamespace(opposition=0.5)

    def rate(ultimatum: float, word: float) -> float:
        sender = pressing(credibility=word, resolve=0.7)
        x = inputs(us_pressure_ultimatum=ultimatum)
        return ladder.climbs(sender, outside, 0.3, 0.8, x, p, 4)

    assert rate(1.0, 0.6) == pytest.approx(1.9 * rate(0.0, 0.6))
    assert rate(1.0, 0.0) == rate(0.0, 0.6)


def test_a_climb_is_cheaper_with_forces_in_place_and_dearer_before_elections() -> None:
    p = law(ladder_ready=0.5, ladder_close=0.8, ladder_aversion=2.0, ladder_midterms=1.0)
    outside = SimpleNamespace(opposition=0.6)

    def rate(deployment: float, midterms: float = 0.0) -> float:
        sender = pressing(resolve=0.7, deployment=deployment)
        return ladder.climbs(sender, outside, 0.3, 0.8, inputs(calendar_midterms=midterms), p, 4)

    full = 0.8 * 1.0 + 2.0 * 0.6 * p.ladder_cost_strikes * 0.5
    assert rate(1.0) == pytest.approx(rate(0.0) * math.exp(full))
    assert rate(0.0, 1.0) == pytest.approx(
        rate(0.0) * math.exp(-2.0 * 0.2 * 0.6 * p.ladder_cost_strikes)
    )
    sender = pressing(resolve=0.7)
    assert [ladder.climbs(sender, outside, 0.3, 0.8, inputs(), p, k) > 0 for k in range(1, 7)] == [
        *[False] * 3,
        *[True] * 3,
    ]


def test_a_timeline_that_raises_an_instrument_takes_the_power_up_at_once() -> None:
    raised = stepped(0.999999, law(ladder_reached=0.5), us_pressure_raid=0.6)
    assert (raised.escalation, raised.posture) == (pytest.approx(5 / 6), 1.0)
    as_at_first = stepped(
        0.999999, law(ladder_reached=0.5), sender={"base_raid": 0.6}, us_pressure_raid=0.6
    )
    assert (as_at_first.escalation, as_at_first.posture) == (0.5, 0.8)


def test_a_new_leader_of_the_pressing_power_has_a_temper_of_his_own() -> None:
    p = law(ladder_temper=0.2, ladder_resolve_sunk=0.3)
    same = stepped(0.999999, p)
    new = stepped(0.999999, p, u_temper=0.8, calendar_new_president=1.0)
    assert same.temper == 0.0 and new.temper == pytest.approx(0.2 * normal(0.8))
    # what the last one sank does not bind him
    assert same.resolve == pytest.approx(0.7 + 0.15)
    assert new.resolve == pytest.approx(0.7 + 0.2 * normal(0.8))
    later = stepped(0.999999, p, sender={"temper": -0.1})
    assert later.temper == -0.1 and later.resolve == pytest.approx(0.75)


def test_resolve_weakens_with_the_man_gone_and_with_terms_in_force() -> None:
    p = law(aftermath_lifted=0.8, ladder_resolve_sunk=0.0, ladder_resolve_concession=0.5)
    assert stepped(0.999999, p).resolve == pytest.approx(0.7)
    assert stepped(0.999999, p, regime={"heir": 1.0}).resolve == pytest.approx(0.7 * 0.6)
    for conceded, terms in ((0.4, 0.2), (0.2, 0.4)):
        sender = stepped(0.999999, p, regime={"concession": conceded}, deal_terms=terms)
        assert sender.resolve == pytest.approx(0.5)


def test_what_was_conceded_relieves_the_pressure() -> None:
    sender = stepped(
        0.999999,
        law(),
        regime={"relief": 0.3},
        us_pressure_sanctions=0.6,
        us_pressure_seizures=0.4,
    )
    assert (sender.sanctions, sender.seizures) == pytest.approx((0.6 * 0.7, 0.4 * 0.7))
    assert sender.deployment == pytest.approx(0.6 * 0.8 * 0.7)


# ---- deals


def bargained(u: float, p: SimpleNamespace, **given: float) -> SimpleNamespace:
    """A world after a week of bargaining: a year of full pressure, the end in sight."""
    w = world(
        sender={"weeks": p.time_weeks_a_year, "pressure": 1.0, "resolve": 0.5},
        outside={"opposition": 0.5},
        leader={"belief": 0.2},
        regime={"concession": 0.4, "tutelage": 0.6},
    )
    x = inputs(**({"sender_terms": 0.5} | given))
    deal.week(w.regime, w.sender, w.outside, w.leader, u, x, p)
    return w


def test_one_uniform_strikes_a_deal_or_breaks_one() -> None:
    p = law(
        deal_rate=2.0,
        deal_break=0.5,
        deal_years=0.1,
        deal_yields=0.9,
        deal_left=0.25,
        deal_wish=0.0,
        ladder_relief=0.8,
    )
    strike = 1 - math.exp(-2.0 * 0.6 * 0.8 * 1.0 / p.time_weeks_a_year)
    broke = 1 - math.exp(-0.5 * 0.4 * 1.0 / p.time_weeks_a_year)
    struck, none = bargained(strike * 0.999, p), bargained(strike * 1.001, p)
    still, broken = bargained(1 - broke * 1.001, p), bargained(1 - broke * 0.999, p)
    assert struck.sender.settles == pytest.approx(0.6)
    assert (struck.regime.concession, struck.regime.tutelage) == pytest.approx((0.54, 0.6))
    assert struck.regime.relief == pytest.approx(0.8 * 0.54)
    for same in (none, still):
        assert (same.regime.concession, same.regime.tutelage) == (0.4, 0.6)
        assert same.regime.relief == pytest.approx(0.32)
    assert (broken.regime.concession, broken.regime.tutelage) == pytest.approx((0.1, 0.15))
    assert broken.regime.relief == pytest.approx(0.08)


def test_relief_is_worth_a_deal_to_one_who_sits_safely() -> None:
    p = law(deal_rate=2.0, deal_years=0.1, deal_yields=0.9, deal_wish=0.1)
    strike = 1 - math.exp(-2.0 * 0.6 * (0.8 + 0.1) / p.time_weeks_a_year)
    assert bargained(strike * 0.999, p).regime.concession > 0.4
    assert bargained(strike * 1.001, p).regime.concession == 0.4


def test_a_deal_asks_for_no_less_than_was_conceded_before() -> None:
    p = law(deal_rate=10.0, deal_yields=0.1, deal_years=0.0)
    assert bargained(0.0, p).regime.concession == 0.4


def test_a_deal_of_the_timeline_is_in_force_as_long_as_it_lasts() -> None:
    p = law(ladder_relief=0.5)
    assert bargained(0.5, p, deal_relief=0.9).regime.relief == 0.9
    assert bargained(0.5, p, deal_terms=0.8).regime.relief == pytest.approx(0.4)
    assert bargained(0.5, p).regime.relief == pytest.approx(0.2)


def patron_week(
    u: float, p: SimpleNamespace, u_move: float = 0.99, weak: float = 0.5, **given: float
) -> SimpleNamespace:
    """One patron after a week: blockade 0.4, strikes 0.5, pressure 0.6, half the others gone."""
    w = world(sender={"blockade": 0.4, "strikes": 0.5, "pressure": 0.6}, treasury={"arrears": 0.3})
    usual = {"support": 0.8, "distraction": 0.25, "commitment": 0.9}
    patron = w.patrons[1] = SimpleNamespace(**(vars(w.patrons[1]) | usual | given))
    luck = [0.5] * chance.WEEK_LENGTH
    luck[chance.PATRON + 1], luck[chance.PATRON_MOVE + 1] = u, u_move
    patrons.week(w, 1, weak, 0.5, p, luck)
    return patron


def test_a_patron_moves_towards_its_target_and_tires_of_force() -> None:
    p = law(patrons_speed=0.1, patrons_noise=0.0, patrons_fade=0.2, patrons_raise=0.4)
    patron = SimpleNamespace(support=0.8, distraction=0.25)
    patrons.start(patron, p)
    assert patron.left == 0.0 and patron.commitment == patrons.target(
        0.8, 0.25, 0.0, 0.0, p.patrons_distraction, p.patrons_loser, p.patrons_defiance
    )
    goal = patrons.target(
        0.8, 0.25, 0.5, 0.4, p.patrons_distraction, p.patrons_loser, p.patrons_defiance
    )
    goal += 0.4 * 0.64 * 0.3  # raised for a ruler who is short
    assert patron_week(0.5, p).commitment == pytest.approx((0.9 + 0.1 * (goal - 0.9)) * 0.9)
    noisy = law(patrons_speed=0.0, patrons_noise=0.1, patrons_fade=0.0)
    assert patron_week(0.8, noisy, commitment=0.5).commitment == pytest.approx(
        0.5 + 0.1 * 0.8 * normal(0.8)
    )


def test_a_patron_gives_him_up_by_its_own_uniform_and_for_good() -> None:
    p = law(patrons_noise=0.0, patrons_gone=0.9, patrons_speed=0.5, patrons_fade=0.0)
    hazard = patrons.leave_hazard(0.8, 0.5, 0.6, 0.5, p) / p.time_weeks_a_year
    stays, goes = (patron_week(0.5, p, (1 - math.exp(-hazard)) * k) for k in (1.001, 0.999))
    assert (stays.left, goes.left) == (0.0, 1.0)
    goal = 2 * stays.commitment - 0.9
    assert goal > 0.3 and goes.commitment == pytest.approx(stays.commitment - 0.45 * goal)
    assert patron_week(0.5, p, 0.99, left=1.0).left == 1.0
    assert patron_week(0.5, p, 0.0, support=0.0).left == 0.0, "who never stood by him cannot go"


def test_patrons_learn_from_the_others_silence() -> None:
    w = world()
    assert patrons.silence(w) == 0.0
    for k, (support, left) in enumerate([(0.6, 1.0), (0.2, 0.0), (0.4, 1.0)]):
        w.patrons[k].support, w.patrons[k].left = support, left
    assert patrons.silence(w) == pytest.approx(1.0 / 1.2)


def test_the_best_of_those_who_stand_by_him_could_bring_him_out() -> None:
    w = world()
    assert patrons.rescue(w) == 0.0
    for k, (commitment, guards, troops_, arms, left) in enumerate(
        [(0.5, 0.2, 0.1, 0.2, 0.0), (0.5, 0.9, 0.9, 0.0, 0.0), (0.9, 0.9, 0.0, 0.0, 1.0)]
    ):
        one = w.patrons[k]
        one.commitment, one.guards, one.troops, one.arms, one.left = (
            commitment,
            guards,
            troops_,
            arms,
            left,
        )
    assert patrons.rescue(w) == 0.5, "what it has in place counts to a whole"
    w.patrons[1].left = 1.0
    assert patrons.rescue(w) == pytest.approx(0.5 * 0.4)


def test_an_aircraft_comes_only_near_the_end_and_hardly_through_a_closed_sky() -> None:
    p = law(patrons_near=0.7, patrons_sharp=20.0, patrons_evacuate=0.5, patrons_sky=0.8)
    near = patrons.evacuation(1.0, 0.0, 1.0, 0.0, p)
    assert 0.49 < near < 0.5
    assert patrons.evacuation(1.0, 0.0, 0.4, 0.0, p) < 0.01 * near
    assert patrons.evacuation(1.0, 0.0, 1.0, 1.0, p) == pytest.approx(0.2 * near)
    assert patrons.evacuation(0.0, 1.0, 1.0, 0.0, p) == near, "whoever sends it"
    assert patrons.evacuation(1.0, 1.0, 1.0, 0.0, p) == near


def test_the_court_has_what_patrons_give_by_their_commitment() -> None:
    w, p = world(court={"lost_guards": 0.5}), law(counterintelligence_lent=0.5)
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
    # half of the guards have died in a raid
    assert w.court.lent == pytest.approx(0.2)
    assert w.court.guards == pytest.approx(1 - 0.4 * (1 - 0.5 * 0.2))
    assert w.court.rescue == pytest.approx(0.5)
    w.court.lost_guards = 0.0
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
    o, sender = SimpleNamespace(), SimpleNamespace(strikes=0.5, pressure=0.5, dead=0.0, step_up=0.0)
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
    # a climb rallies by the force that it brings
    still, climbed = (SimpleNamespace(**vars(o)) for _ in range(2))
    opinion.week(still, sender, x, p)
    opinion.week(climbed, SimpleNamespace(**vars(sender) | {"step_up": 1.0}), x, p)
    assert climbed.rally - still.rally == pytest.approx(0.2 * 0.5 * 0.75)


COURT = {"arms": 0.3, "troops": 0.0, "adapted": 0.0}


def test_an_army_paid_as_ever_stays_as_it_is() -> None:
    p, w = law(), world(court=COURT, treasury={"arrears": 0.2})
    x, army = inputs(troops_pay=0.5, regime_coup_proofing=0.4), w.army
    troops.start(army, w.treasury, w.court, x, p)
    assert (
        0.1 < army.anger < 0.9
        and army.usual > 0.001
        and army.ranks == 1.0
        and army.usual == troops.desertion(army.anger, army.pay, p.troops_desertion, p.troops_leave)
    )
    before = dict(vars(army))
    for _ in range(52):
        troops.week(army, w.treasury, w.court, 0.0, x, p)
    assert vars(army) == pytest.approx(before, abs=1e-12)


def test_soldiers_grow_angry_and_leave_where_they_are_not_paid() -> None:
    p, w = law(), world(court=COURT, treasury={"arrears": 0.2})
    x, army = inputs(troops_pay=0.5, regime_coup_proofing=0.4), w.army
    troops.start(army, w.treasury, w.court, x, p)
    before = SimpleNamespace(**vars(army))
    pay = troops.pay(0.5, 1.0, p.troops_floor)
    left = troops.desertion(before.anger, pay, p.troops_desertion, p.troops_leave)
    w.treasury.arrears = 1.0
    troops.week(army, w.treasury, w.court, 0.5, x, p)
    assert army.pay == pay < before.pay and army.usual == before.usual < left
    # a head count of 1,000: who leaves is angry, and as many as usually leave are replaced by men
    # who are not (to first order in what a week moves)
    angry = (
        1000 * before.anger + 1000 * p.troops_anger * (1 - pay) * (1 - before.anger) - 1000 * left
    )
    assert (
        army.anger == pytest.approx(angry / (1000 - 1000 * left + 1000 * before.usual), abs=2e-4)
        and army.anger > before.anger + 0.003
    )
    assert (
        army.ranks == pytest.approx(1 - left + before.usual)
        and army.strength < 0.6 * before.strength
    )


def test_the_ranks_wait_before_the_generals_do() -> None:
    """The same arrears: the pay of the ranks is that of more of them once he has learned."""
    p, x = law(troops_last=1.0, troops_floor=0.2), inputs(troops_pay=0.5)
    w = world(court=COURT, treasury={"arrears": 0.2})
    troops.start(w.army, w.treasury, w.court, x, p)
    assert w.army.pay == pytest.approx(0.5 * (0.2 + 0.8 * 0.7))
    w.court.adapted = 1.0
    troops.week(w.army, w.treasury, w.court, 0.0, x, p)
    assert w.army.pay == pytest.approx(0.5 * (0.2 + 0.8 * 0.5))


def test_the_armys_strength_is_of_its_own_pay_proofing_and_arms() -> None:
    p, w = law(), world(court={"arms": 0.3, "troops": 0.2}, treasury={"arrears": 0.25})
    x, army = inputs(troops_pay=0.6, regime_coup_proofing=0.4, rebels_guerrilla=0.5), w.army
    troops.start(army, w.treasury, w.court, x, p)

    def strength(damage: float, ranks: float) -> float:
        whole = troops.strength(army.pay, 0.4, 0.3, 0.2, ranks, damage, p)
        return whole * (1 - 0.5 * p.troops_tied)

    owed = troops.waiting(0.25, 0.0, p.troops_last)
    assert army.pay == troops.pay(0.6, owed, p.troops_floor) and army.anger == troops.at_rest(
        army.pay, p.troops_anger, p.troops_desertion, p.troops_leave
    )
    assert army.strength == strength(0.0, 1.0)
    army.ranks, army.split = 0.8, 0.3
    left = troops.desertion(army.anger, army.pay, p.troops_desertion, p.troops_leave)
    troops.week(army, w.treasury, w.court, 0.35, x, p)
    ranks = 0.8 * (1 - left + army.usual) + p.troops_recruit * 0.2
    assert army.ranks == pytest.approx(ranks)
    assert army.strength == pytest.approx(strength(0.35, ranks * 0.7)), "what has turned is lost"


SENDER = {"blockade": 0.3, "strikes": 0.2, "airspace": 0.4, "seizures": 0.0}


def test_a_week_of_the_treasury() -> None:
    """Sanctions bite by a share of what is missing; a seizure and a freeze take from the reserves;
    what is not paid is arrears, to which officers get used.
    """
    p = law(
        treasury_ramp=4.0,
        treasury_seizure=0.5,
        treasury_backfill=0.0,
        treasury_spend=0.0,
        treasury_habit=0.01,
        treasury_least=0.05,
    )
    w = world(sender={"sanctions": 0.8, "seizures": 0.5})
    t = w.treasury
    t.bite, t.customary, t.reserves = 0.4, 1.0, 10.0
    x = inputs(treasury_economy=1.0, rents_hard_currency=0.5, shock_freeze=0.2)
    treasury.week(t, w.sender, w.court, 0.0, x, p)
    assert t.bite == pytest.approx(0.5) and t.reserves == pytest.approx(7.5 * 0.8)
    assert t.rents == t.income < 1.0 and t.arrears == pytest.approx(1.0 - t.income)
    assert t.customary == pytest.approx(1.0 - 0.01 * t.arrears)
    t.customary = 0.05
    t.income = 0.0
    treasury.week(t, w.sender, w.court, 0.0, inputs(), p)
    assert t.customary == 0.05, "never less than the least"


def test_income_is_what_each_stream_still_lets_through() -> None:
    p = law(
        treasury_oil_weight=0.4,
        treasury_mining_weight=0.25,
        treasury_illicit_weight=0.15,
        treasury_aid=0.3,
        treasury_most=2.0,
        treasury_airspace=0.1,
    )
    w = world(sender=SENDER, court={"buyers": 0.4, "finance": 0.6}, treasury={"bite": 0.5})
    t, sky = w.treasury, 1 - 0.1 * 0.4
    treasury.streams(t, w.sender, w.court, 0.25, inputs(**RENTS), p)
    assert t.exports == treasury.exports(
        0.5, 0.4, 0.3, p.treasury_bite, p.treasury_relabel, p.treasury_blockade, p.treasury_evasion
    )
    gold = treasury.gold(0.5, 0.6, p.treasury_gold_bite, p.treasury_gold_channel)
    illicit = treasury.illicit(0.2, 0.3, p.treasury_interdiction)
    economy = treasury.economy(0.9, 0.5, 0.25, p.treasury_decay, p.treasury_war_damage)
    assert (t.gold, t.illicit, t.economy) == pytest.approx(
        (gold * sky, illicit * sky, economy * sky)
    )
    assert t.income == pytest.approx(
        0.24 * t.exports + 0.1 * t.gold + 0.045 * t.illicit + 0.14 * t.economy + 0.18
    )
    poor = SimpleNamespace(bite=0.5)
    treasury.streams(
        poor, w.sender, w.court, 0.25, inputs(**RENTS), law(treasury_aid=9.0, treasury_most=1.5)
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
    p = law(treasury_least=least)
    w = world(sender=SENDER | {"sanctions": 0.5}, court={"buyers": 0.4, "finance": 0.1})
    t, again = SimpleNamespace(), SimpleNamespace(bite=0.5)
    x = inputs(**RENTS, treasury_customary=said, treasury_reserves=5.0)
    treasury.start(t, w.sender, w.court, x, p)
    treasury.streams(again, w.sender, w.court, 0.0, x, p)
    assert (t.bite, t.income) == (0.5, again.income) and t.customary == (
        customary if customary else again.income
    )
    again.customary, again.reserves = t.customary, 5.0
    treasury.pay_out(again, w.court, p)
    assert (t.rents, t.reserves, t.arrears) == (again.rents, again.reserves, again.arrears)


def test_the_mood_at_home_fades_and_fear_returns_to_its_usual_level() -> None:
    p = law(
        street_mood_fade=0.2,
        street_mood=0.1,
        street_rally=0.3,
        street_fear=0.5,
        street_fear_fade=0.25,
        street_arrears=0.2,
        street_economy=0.4,
        street_repression=0.1,
        street_lasts=0.5,
    )

    def public(repression: float) -> SimpleNamespace:
        w = world(
            street={"mood": 0.1, "fear": 0.9, "crowd": 0.01, "campaign": 0.6},
            treasury={"arrears": 0.5, "economy": 0.75},
            sender={"strikes": 0.5},
            rebels={"strength": 0.2},
            leader={"repression": repression},
        )
        luck = [0.5] * chance.WEEK_LENGTH
        luck[chance.MOOD] = 0.7
        street.public(w, inputs(public_opinion_home_opposition=0.4), p, luck)
        return w.street

    home = public(0.5)
    assert home.mood == pytest.approx(0.08 + 0.1 * normal(0.7)) and home.fear == pytest.approx(0.8)
    assert home.grievance == pytest.approx(0.4 + home.mood + 0.1 + 0.1 - 0.3 * 0.5 * 0.8)
    assert home.campaign == pytest.approx(0.6 * math.exp(-1 / (0.5 * p.time_weeks_a_year)))
    harsh = public(0.9)
    assert harsh.grievance == pytest.approx(home.grievance + 0.04)
    assert harsh.fear == pytest.approx(0.9 + 0.25 * (0.5 * 1.4 - 0.9))


def a_week_in_the_street(
    crowd: float,
    onset: float = 0.99,
    size: float = 0.5,
    shock: float = 0.0,
    called: float = 1.0,
    repression: float = 0.5,
    tired: float = 0.2,
    **changes: float,
) -> SimpleNamespace:
    p = law(**({"street_noise": 0.0, "street_quiet": 0.01} | changes))
    home = {"crowd": crowd, "fear": 0.3, "grievance": 0.5, "tired": tired}
    w = world(leader={"repression": repression}, street=home | {"refusal": 9.0, "hazard": 9.0})
    luck = [0.5] * chance.WEEK_LENGTH
    luck[chance.STREET_ONSET], luck[chance.STREET_SIZE] = onset, size
    street.week(w, called, inputs(shock_crowd=shock, regime_coup_proofing=0.5), p, luck)
    return w.street


def test_a_quiet_street_stays_quiet_until_an_onset() -> None:
    still = a_week_in_the_street(0.005, street_tire_weeks=10.0)
    assert (still.crowd, still.hazard, still.refusal, still.fear) == (0.0, 0.0, 0.0, 0.3)
    assert still.tired == pytest.approx(0.2 * 0.975)
    risen = a_week_in_the_street(0.005, onset=0.0, street_first=0.02, street_first_spread=0.1)
    assert risen.crowd == pytest.approx(0.07) and risen.hazard == 0.0
    weekly = P["street_onset"] / P["time_weeks_a_year"]  # at a grievance of one half
    for called in (1.0, 3.0):
        edge = 1 - math.exp(-called * weekly)
        assert (
            a_week_in_the_street(0.0, onset=edge * 0.99, called=called).crowd
            > 0.0
            == a_week_in_the_street(0.0, onset=edge * 1.01, called=called).crowd
        )


@pytest.mark.parametrize("repression", [0.5, 0.9])
def test_a_crowd_lives_through_seven_days(repression: float) -> None:
    """Each day the army shoots or stands aside, the more the harder he represses, the crowd grows
    or wanes and tires; the week's hazard is the sum over days.
    """
    home = a_week_in_the_street(0.3, repression=repression)
    p, crowd, hazard = law(), 0.3, 0.0
    tired = 0.2 + 0.8 / p.street_tire_weeks
    refused = 0.0
    for _ in range(7):
        refused = street.refusal(crowd, 0.0, 0.5, 0.0, 0.0, 0.0, p)
        hazard += p.street_exit * refused * crowd**p.street_exit_power
        fire = p.street_shoot * (0.5 + repression)
        crowd *= 1 + street.growth(crowd, 0.5, 0.3 + p.street_tire * tired, refused, 0.5, fire, p)
    assert (home.crowd, home.hazard, home.refusal) == pytest.approx((crowd, hazard, refused))
    assert home.tired == pytest.approx(tired)
    assert home.fear == pytest.approx(min(1.0, 0.3 + p.street_fear_shots * (1 - refused)))
    for start, shock in ((0.0, 0.3), (0.3, 0.2)):
        assert a_week_in_the_street(
            start, shock=shock, repression=repression
        ).crowd == pytest.approx(crowd)


def a_week_of_rebels(
    strength: float,
    front: float,
    onset: float = 0.99,
    shock: float = 0.0,
    legacy: float = 0.0,
    guerrilla: float = 0.0,
    **changes: float,
) -> SimpleNamespace:
    p = law(**({"rebels_noise": 0.0, "rebels_drift": 0.0, "rebels_least": 0.02} | changes))
    w = world(
        army={"strength": 0.4},
        street={"grievance": 0.5},
        sender={"strikes": 0.5},
        rebels={"strength": strength, "front": front, "hazard": 9.0, "legacy": legacy},
    )
    u = [0.5] * chance.WEEK_LENGTH
    u[chance.REBEL_ONSET] = onset
    x = inputs(shock_rebellion=shock, rebels_air_support=0.5, rebels_guerrilla=guerrilla)
    rebels.week(w, x, p, u)
    w.rebels.dead = w.army.dead
    return w.rebels


def test_rebels_rise_move_and_may_win() -> None:
    quiet = a_week_of_rebels(0.01, 0.4, legacy=0.5, rebels_recede=0.1, rebels_legacy_weeks=50.0)
    assert (quiet.strength, quiet.hazard, quiet.dead) == (0.01, 0.0, 0.0)
    assert quiet.front == pytest.approx(0.36), "ground returns"
    assert quiet.legacy == pytest.approx(0.49)
    p = law()
    first = a_week_of_rebels(
        0.0, 0.0, onset=0.0, rebels_first=0.1, rebels_first_spread=0.8, rebels_first_power=2.0
    )
    assert first.strength == pytest.approx(0.3)
    assert a_week_of_rebels(0.1, 0.3, shock=0.6).strength == a_week_of_rebels(0.6, 0.3).strength
    assert a_week_of_rebels(0.7, 0.3, shock=0.6).strength == a_week_of_rebels(0.7, 0.3).strength
    men = a_week_of_rebels(0.5, 0.3)
    share = rebels.contest(0.5 * (1 + p.rebels_air * 0.25), 0.4, p.rebels_decisiveness)
    front = 0.3 + p.rebels_speed * (share - p.rebels_defence - p.rebels_bastion * 0.3)
    assert 0.0 < front < 1.0 and men.front == pytest.approx(front)
    assert men.hazard == pytest.approx(p.rebels_win * front**p.rebels_win_power)
    grown = 0.5 + p.rebels_growth * (front - p.rebels_fade) * front
    assert men.strength == pytest.approx(grown * math.exp(-p.rebels_wither * (1 - front)))
    assert men.dead == pytest.approx(p.rebels_dead * share * men.strength)


def test_a_removal_from_outside_and_hit_and_run_war_make_rebellions_likelier() -> None:
    weekly = P["rebels_onset"] / P["time_weeks_a_year"]  # at a grievance of one half
    more = {"rebels_after": 1.5, "rebels_feeds": 3.0, "rebels_legacy_weeks": 1e9}
    for legacy, guerrilla, times in ((0.0, 0.0, 1.0), (1.0, 0.0, 2.5), (0.0, 0.5, 2.5)):
        edge = 1 - math.exp(-weekly * times)
        rises, not_yet = (
            a_week_of_rebels(0.0, 0.0, edge * by, 0.0, legacy, guerrilla, **more)
            for by in (0.999, 1.001)
        )
        assert rises.strength > 0.0 == not_yet.strength


def seen(arrears: float = 0.4, personalism: float = 0.6, **actors: float) -> SimpleNamespace:
    """The corps after a week of what all can see."""
    p = law(plotting_memory_weeks=10.0, plotting_defection_weeks=5.0, loyalty_personal=1.5)
    w = world(
        plot={"memory": 0.5, "defection": 0.5},
        street={"crowd": 0.1},
        rebels={"front": 0.2},
        force={"damage": 0.3},
        treasury={"arrears": arrears},
        leader={"personalism": personalism},
        army=actors,
    )
    plotting.week(w, inputs(shock_defection=0.2), p)
    return w.plot


def test_what_all_have_seen_fades_and_adds_up() -> None:
    p, plot = law(), seen()
    assert (plot.memory, plot.defection) == pytest.approx((0.45, 0.6))
    assert plot.weak == pytest.approx(plotting.weakness(0.1, 0.2, 0.3, 0.4, 0.45, 0.6, p))
    assert plotting.weakness(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, p) == pytest.approx(
        0.1 * p.plotting_crowd
        + 0.2 * p.plotting_front
        + 0.3 * p.plotting_damage
        + 0.4 * p.plotting_arrears
        + 0.5 * p.plotting_memory
        + 0.6 * p.plotting_defection
    )


def test_an_army_that_splits_and_a_personal_rulers_arrears_are_signs() -> None:
    p, plain = law(), seen().weak
    assert seen(split=0.3).weak - plain == pytest.approx(0.3 * p.plotting_defection)
    assert seen(split=0.9).weak - plain == pytest.approx(0.4 * p.plotting_defection)
    assert seen(personalism=0.8).weak - plain == pytest.approx(0.4 * 0.3 * p.plotting_arrears)
    assert seen(0.0, 0.9).weak == pytest.approx(seen(0.0, 0.2).weak)


def ruled(danger: float = 0.4, word: float = 0.6, **given: float) -> SimpleNamespace:
    man = SimpleNamespace(personalism=0.6, tenure=3.0, age=64.0, culpability=0.5)
    x = inputs(**({"exile_credibility": 0.8, "exile_offer": 0.5} | given))
    leader.week(man, danger, word, x, law(leader_word=0.5))
    return man


def test_a_week_of_the_ruler() -> None:
    p, man = law(leader_word=0.5), ruled()
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
    assert (man.tenure, man.age, man.culpability) == pytest.approx(
        (3.0 + 1 / p.time_weeks_a_year, 64.0 + 1 / p.time_weeks_a_year, 0.5)
    )


def test_an_indictment_stays_and_a_broken_word_makes_exile_worth_less() -> None:
    assert ruled(shock_indictment=0.4).culpability == pytest.approx(0.7)
    near = {"danger": 3.0, "exile_offer": 1.0}
    assert ruled(word=0.9, **near).exile > ruled(word=0.6, **near).exile > ruled(0.0, 0.1).exile
    believed, doubted = ruled(word=1.0, **near).gamble, ruled(word=0.0, **near).gamble
    assert believed < doubted, "who cannot leave gambles"


def test_he_sees_what_all_can_see() -> None:
    """Crowds that are not shot at, a front, a force that would win, men who left, a word that
    counts; nothing of a plot.
    """
    p = law(
        leader_sees_crowd=4.0,
        leader_sees_front=3.0,
        leader_sees_force=2.0,
        leader_sees_power=2.0,
        leader_sees_losses=0.2,
        leader_sees_word=0.5,
    )
    home = SimpleNamespace(crowd=0.5, refusal=0.0)
    assert leader.sees_crowd(home, p) == pytest.approx(0.25)
    home.refusal = 0.75
    assert leader.sees_crowd(home, p) == pytest.approx(1.0)
    assert leader.sees_front(SimpleNamespace(front=0.5), p) == pytest.approx(0.75)
    w = world(
        force={"built": 0.5, "share": 0.8},
        plot={"defection": 0.3, "command": 1.0, "plotting": 1.0},
        circle={"gone": 0.2},
        sender={"ultimatum": 1.0, "credibility": 0.6, "pressure": 0.5},
    )
    assert leader.sees_rest(w.plot, w.circle, w.force, w.sender, p) == pytest.approx(
        0.4 + 0.1 + 0.15
    )
    w.circle.gone = 5.0
    w.sender.credibility = w.force.share = 0.0
    assert leader.sees_rest(w.plot, w.circle, w.force, w.sender, p) == pytest.approx(0.2)


def test_quiet_hazards_are_by_the_week() -> None:
    p, w = (
        law(),
        world(
            leader={"age": 50.0, "personalism": 0.6, "tenure": 0.5},
            plot={"command": 0.3},
            street={"crowd": 0.9, "campaign": 0.1},
            rebels={"front": 0.2},
            sender={"pressure": 0.3},
        ),
    )
    x = inputs(regime_military=0.4)
    exits.quiet_hazards(w, x, p)
    year = p.time_weeks_a_year
    calm = exits.regular_hazard(p.exits_regular, 0.5, 0.6, p.exits_crisis, p.exits_power)
    calm *= exits.interim(0.5, p.exits_young, p.exits_young_years) * math.exp(
        0.4 * p.exits_military - 0.6 * p.exits_age
    )
    pressed = p.exits_campaign * 0.1
    assert w.exits.died == exits.death_hazard(50.0, p) / year
    assert w.exits.regular == pytest.approx((calm + pressed) / year)
    assert w.exits.assassinated == pytest.approx(
        exits.assassin_hazard(p.exits_assassin, 0.3, p.exits_assassin_plot) / year
    )


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
        **dict.fromkeys(("danger", "gamble", "exile", "rescued"), 0.0),
        "hidden_army": normal(0.2),
        "hidden_coup": normal(0.6),
        "hidden_rebels": normal(0.9),
    }
    home, men, plot = SimpleNamespace(), SimpleNamespace(), SimpleNamespace()
    street.start(
        home, inputs(street_crowd=0.2, street_campaign=0.3, public_opinion_home_opposition=0.4), p
    )
    assert vars(home) == {
        "crowd": 0.2,
        "mood": 0.0,
        "fear": p.street_fear,
        "grievance": 0.4,
        "refusal": 0.0,
        "hazard": 0.0,
        "tired": 0.0,
        "campaign": 0.3,
    }
    rebels.start(men, inputs(rebels_strength=0.3, rebels_front=0.1))
    assert vars(men) == {"strength": 0.3, "front": 0.1, "hazard": 0.0, "legacy": 0.0}
    plotting.start(plot, 2000.0)
    assert vars(plot) == dict.fromkeys(ACTORS["plot"], 0.0)
    at_home = SimpleNamespace()
    x = inputs(opposition_leader=0.3, opposition_unity=0.6, public_opinion_home_opposition=0.4)
    opposition.start(at_home, x)
    assert vars(at_home) == {"leader": 0.3, "unity": 0.6, "share": 0.4, "stolen": 0.0}


def test_launches_in_a_week_by_who_rules_and_who_would_join() -> None:
    """The launches of a year's rate at the odds of the hour carry in part, the others fail."""
    p = law(hidden_coup=0.8)
    w = world(
        plot={"command": 0.3},
        court={"coordination": 0.7, "guards": 0.6},
        street={"crowd": 0.2},
        leader={"tenure": 2.0, "personalism": 0.7, "hidden_coup": 0.5},
    )
    x = inputs(
        regime_coup_proofing=0.4,
        regime_military=0.5,
        regime_monarchy=0.2,
        regime_institutions=0.6,
        regime_party=0.5,
        coup_condemnation=0.2,
    )
    coup.hazards(w.plot, w.court, w.street, w.leader, x, p)
    rate = coup.launch_hazard(
        0.3, p.coup_launch, p.coup_reference, p.coup_steepness, p.coup_saturation
    )
    kind = math.exp(
        0.5 * p.coup_military
        - 0.2 * p.coup_monarchy
        - 0.2 * p.coup_institutions
        - 0.2 * p.coup_party
        + 0.3 * p.coup_condemned
        - 0.1 * p.coup_personal
    )
    assert coup.by_type(0.7, x, p) == pytest.approx(kind)
    usual = {"regime_institutions": 0.4, "regime_party": 0.3, "coup_condemnation": 0.5}
    assert coup.by_type(0.6, inputs(**usual), p) == 1.0
    for name, k in (("regime_party", p.coup_party), ("coup_condemnation", p.coup_condemned)):
        bound = coup.by_type(0.6, inputs(**(usual | {name: usual[name] + 0.4})), p)
        assert bound == pytest.approx(math.exp(-0.4 * k)), name
    rate *= (
        0.7
        * math.exp(0.2)
        * coup.young(2.0, p.coup_young, p.coup_young_years)
        * kind
        / p.time_weeks_a_year
    )
    at_launch = coup.odds(0.3, 0.4, 0.6, 0.2, 0.4, p)
    carries = coup.success(at_launch, p.coup_days, p.coup_pace, p.coup_bandwagon)
    assert 0.01 < carries < 0.99
    assert (w.court.coup_hazard, w.court.failure_hazard) == pytest.approx(
        (rate * carries, rate * (1 - carries))
    )


NAN = float("nan")


def timeline(*rows: tuple[object, ...]) -> list[list[object]]:
    """The columns of these rows: target, value, share, over, lasts, variable, above, threshold,
    how, place, least, most, stock.
    """
    return [list(column) for column in zip(*rows, strict=True)]


def test_events_move_inputs_in_the_order_of_the_file() -> None:
    """A ramp, one that waits for its condition, one whose condition does not hold: from week 4 on,
    after what was seen in the week before.
    """
    plain = (events.TO, -1, 0.0, 1.0, False)
    table = timeline(
        (0, 1.0, 1.0, 4.0, 99.0, -1, False, 0.0, *plain),
        (1, 0.8, 0.5, 0.0, 2.0, 2, True, 0.3, *plain),
        (1, 0.0, 1.0, 0.0, 99.0, 0, False, 0.1, *plain),
        (0, 0.6, 0.5, 0.0, 99.0, -1, False, 0.0, *plain),
    )
    fired, own = [3.0, NAN, NAN, 5.0], [0.0, 0.0]

    def at(now: int, seen: list[float]) -> list[float]:
        out = [0.2, 0.4]
        events.apply(now, table, fired, seen, [], own, out)
        return out

    assert at(4, [0.2, 0.0, 0.5]) == pytest.approx([0.6, 0.6])
    assert fired[:2] == [3.0, 4.0] and fired[2] != fired[2]
    assert at(6, [0.1, 0.0, 0.0]) == pytest.approx([0.8, 0.4])
    assert fired[2] != fired[2], "at the threshold nothing has been crossed"
    assert at(7, [0.09, 0.0, 0.3]) == pytest.approx([0.8, 0.0])
    assert fired[:3] == [3.0, 4.0, 7.0]
    first = timeline((0, 1.0, 1.0, 0.0, 9.0, 0, True, 0.1, *plain))
    at_start = [NAN]
    events.apply(0, first, at_start, [0.5], [], [0.0], [0.2])
    assert at_start[0] != at_start[0], "nothing has been seen before the first week"


def test_an_event_may_move_an_input_by_a_factor_a_step_or_a_drawn_number() -> None:
    def after(how: int, value: float, place: int = -1, now: float = 0.4) -> float:
        row = (0, value, 0.5, 0.0, 9.0, -1, False, 0.0, how, place, 0.0, 1.0, False)
        out = [now]
        events.apply(3, timeline(row), [2.0], [], [0.9, 0.8], [0.0], out)
        return out[0]

    assert after(events.TO, 0.6) == pytest.approx(0.5)
    assert after(events.TO, 0.6, place=1) == pytest.approx(0.6)
    assert after(events.MULTIPLY, 0.5) == pytest.approx(0.3)
    assert after(events.ADD, 0.2) == pytest.approx(0.5)
    assert after(events.ADD, -0.2) == pytest.approx(0.3)
    # inside its range
    assert after(events.MULTIPLY, 9.0) == pytest.approx(0.7)
    assert after(events.ADD, -0.9) == pytest.approx(0.2)


def test_a_whole_lever_slides_its_part_between_its_own_value_and_its_maps_ends() -> None:
    stands, own = 0.4, 0.3
    assert events.slid(own, stands, stands, 0.1, 0.9) == own
    assert events.slid(own, 0.0, stands, 0.1, 0.9) == pytest.approx(0.1)
    assert events.slid(own, 1.0, stands, 0.1, 0.9) == pytest.approx(0.9)
    assert events.slid(own, 0.2, stands, 0.1, 0.9) == pytest.approx(0.2)
    assert events.slid(own, 0.7, stands, 0.1, 0.9) == pytest.approx(0.6)
    # never against the lever's direction, whichever that is
    assert events.slid(0.05, 0.0, stands, 0.1, 0.9) == 0.05
    assert events.slid(0.95, 1.0, stands, 0.1, 0.9) == 0.95
    assert events.slid(own, 1.0, stands, 0.9, 0.1) == pytest.approx(0.1)
    assert events.slid(0.95, 0.0, stands, 0.9, 0.1) == 0.95
    assert events.slid(own, 0.0, 0.0, 0.1, 0.9) == own == events.slid(own, 1.0, 1.0, 0.1, 0.9)


def test_a_lever_slides_from_what_would_stand_without_it_or_from_what_does() -> None:
    """SLIDE from the former, SHIFT from the latter, BEGIN moves both."""
    plain = (1.0, 0.0, 9.0, -1, False, 0.0, events.TO, -1, 0.0, 1.0, False)
    lever = (0.0, 9.0, -1, False, 0.0)

    def after(*hows: int) -> list[float]:
        rows = [(0, 0.7, 0.4, *lever, how, -1, 0.0, 1.0, False) for how in hows]
        out, own = [0.4], [0.0]
        events.apply(3, timeline((0, 0.2, *plain), *rows), [2.0] * 3, [], [], own, out)
        return [out[0], own[0]]

    half = 0.2 + 0.5 * 0.8
    assert after(events.SLIDE, events.SLIDE) == pytest.approx([half, 0.2])
    assert after(events.SHIFT, events.SHIFT) == pytest.approx([half + 0.5 * (1 - half), 0.2])
    assert after(events.BEGIN, events.SLIDE) == pytest.approx([half + 0.5 * (1 - half), half])


@pytest.mark.parametrize(
    ("how", "value", "end"),
    [(events.TO, 0.9, 0.9), (events.ADD, 0.4, 0.6), (events.MULTIPLY, 3.0, 0.6)],
)
@pytest.mark.parametrize("over", [0.0, 1.0, 4.0])
def test_a_stock_comes_all_the_way_in_equal_steps_and_is_not_given_back(
    how: int, value: float, end: float, over: float
) -> None:
    now, seen_ = 0.2, []
    for when in range(1, 12):
        now = events.stock(float(when), 3.0, over, how, value, 1.0, now, 0.0, 1.0)
        seen_.append(now)
    steps = int(max(over, 1.0))
    assert seen_[:2] == [0.2, 0.2] and seen_[1 + steps] == pytest.approx(end)
    assert seen_[-1] == seen_[1 + steps]
    path = [0.2, *seen_[2 : 2 + steps]]
    walked = [b - a for a, b in itertools.pairwise(path)]
    assert walked == pytest.approx([(end - 0.2) / steps] * steps)
    # week 0 takes at once what was before it: three of four steps, or the only one
    early = events.stock(0.0, -2.0, over, how, value, 1.0, 0.2, 0.0, 1.0)
    assert early == pytest.approx(0.2 + (end - 0.2) * min(3, steps) / steps)
    assert events.stock(0.0, 1.0, over, how, value, 1.0, 0.2, 0.0, 1.0) == 0.2


def test_a_stock_that_the_timeline_moves_is_the_state_from_then_on() -> None:
    w, p = world(sender={"sunk": 0.3}, treasury={"customary": 0.7}), law(treasury_least=0.1)
    x = inputs(
        leader_personalism=0.1,
        leader_tenure=2.0,
        leader_age=3.0,
        leader_culpability=0.4,
        generals_number=5.0,
        treasury_reserves=6.0,
        street_crowd=0.7,
        rebels_strength=0.8,
        rebels_front=0.9,
        sender_sunk=0.11,
        sender_weeks=12.0,
        tutelage_start=0.13,
        tutelage_concession=0.14,
        opposition_leader=0.15,
    )
    stocks.take(w, x, p)
    for name, where in STOCKS.items():
        actor, field = where.split(".")
        if name != "treasury.customary":
            assert getattr(getattr(w, actor), field) == getattr(x, PARAMETERS[name].field), name
    assert w.treasury.customary == 0.7, "nothing is said of it"
    for said, is_ in ((0.4, 0.4), (0.05, 0.1)):
        x.treasury_customary = said
        stocks.take(w, x, p)
        assert w.treasury.customary == is_


# ---- the ruler's choices


def chosen(p: SimpleNamespace, **actors: object) -> SimpleNamespace:
    """A world after his choices: half of the rents unpaid, the end felt at 0.3, a crowd of 0.2."""
    w = world(
        **(
            {
                "leader": {"belief": 0.7, "personalism": 0.8},
                "court": {"number": 400.0},
                "treasury": {"arrears": 0.5},
                "plot": {"purged": 0.02, "memory": 0.1, "weak": 0.25},
                "street": {"crowd": 0.2},
            }
            | actors
        )
    )
    x = inputs(regime_repression=0.5)
    choice.week(w.leader, w.court, w.treasury, w.plot, w.street, x, p)
    return w


def test_he_represses_purges_and_promotes_by_what_he_sees_and_can_pay() -> None:
    p = law(
        choice_crowd=0.5,
        choice_weeks=10.0,
        choice_repress=0.4,
        choice_poor=0.2,
        choice_purge=0.5,
        choice_suspicion=0.1,
        choice_found=10.0,
        choice_promote=0.2,
        choice_retire=0.1,
    )
    w = chosen(p)
    # a threat of 0.3 + 0.5 * 0.2, means of one half; cause 0.1 + 0.1 + 0.2
    assert w.court.adapted == pytest.approx(0.05)
    assert w.leader.repression == pytest.approx((0.5 + 0.16) * 0.9)
    assert w.leader.purge == pytest.approx(0.5 * 0.8 * 0.7 * 0.75 * 0.4)
    grown = (0.2 * 0.4 * 0.5 - 0.1 * 0.05) / p.time_weeks_a_year
    assert w.court.number == pytest.approx(400.0 * (1 + grown))
    assert chosen(p, plot={"weak": 1.0}).leader.purge == 0.0, "he purges from strength"


def test_his_generals_are_never_fewer_or_more_than_there_can_be() -> None:
    p = law(generals_least=50.0, generals_most=1000.0)
    assert chosen(p, court={"number": 20.0}).court.number == 50.0
    assert chosen(p, court={"number": 5000.0}).court.number == 1000.0


def test_at_the_start_nothing_is_chosen_yet() -> None:
    w = world()
    choice.start(w.leader, w.court, inputs(regime_repression=0.3, generals_number=77.0))
    assert (w.leader.repression, w.leader.purge, w.court.number, w.court.adapted) == (
        0.3,
        0.0,
        77.0,
        0.0,
    )


# ---- principals


def court_of_three(**given: float) -> SimpleNamespace:
    """A world of three men: a commander, a party man, a chief of police."""
    w = world()
    for k, held in enumerate(("army", "party", "police")):
        man = w.principals[k]
        setattr(man, held, 0.4)
        man.there, man.loyalty, man.exit = 1.0, 1.0, 0.5
        for name, value in given.items():
            setattr(man, name, value)
    return w


def test_a_principals_loyalty_is_an_officers_and_his_own_exit_and_ambition() -> None:
    p = law(
        loyalty_rent=2.0,
        loyalty_half=0.5,
        loyalty_complicity=0.6,
        loyalty_tie=0.3,
        loyalty_grievance=0.4,
        principals_tie=0.5,
        principals_ambition=0.25,
    )
    man = SimpleNamespace(complicity=0.6, tie=0.7, ambition=0.8, exit=0.3)

    def loyal(amnesty: float = 0.0, lured: float = 0.1, **own: float) -> float:
        who = SimpleNamespace(**vars(man) | own)
        x = inputs(amnesty_credibility=amnesty)
        return principals.loyalty(who, 0.5, lured, 0.5, x, p)

    expected = 1.0 + (0.6 * 0.7 + 0.1) * 0.6 + 0.8 * 0.7 - 0.1 - 0.2 - 0.2
    assert loyal() == pytest.approx(expected)
    assert loyal(0.2) == loyal(), "of two ways out the better one counts"
    assert loyal(0.8) == pytest.approx(expected - 0.6 * 0.5 * 0.6)
    assert loyal(exit=0.8) == loyal(0.8)
    assert loyal(complicity=1.0) > loyal() > loyal(ambition=1.0)
    assert loyal(0.0, 0.3, complicity=1.0) == pytest.approx(loyal(0.0, 0.1, complicity=1.0)), (
        "no bounty tempts a man whose hands are as dirty as can be"
    )


def principals_after(
    u: dict[int, float], believed: float = 0.5, **changes: float
) -> tuple[SimpleNamespace, SimpleNamespace]:
    """Three men, of whom some leave, and the law."""
    p = law(
        **(
            {
                "principals_weeks": 10.0,
                "principals_follow": 0.5,
                "principals_shock": 2.0,
                "units_arms": 0.6,
            }
            | changes
        )
    )
    w = court_of_three()
    luck = [0.999999] * chance.WEEK_LENGTH
    for k, value in u.items():
        luck[chance.PRINCIPAL + k] = value
    principals.week(w, 0.6, 0.0, believed, inputs(), p, luck)
    return w, p


def test_each_principal_leaves_by_his_own_uniform_and_takes_what_he_holds() -> None:
    w, _ = principals_after({0: 0.0})
    assert [man.there for man in w.principals[:4]] == [0.0, 1.0, 1.0, 0.0]
    assert (w.circle.army, w.circle.party, w.circle.police) == pytest.approx(
        (0.0, 1.0, 1.0), abs=1e-6
    )
    assert w.circle.gone == pytest.approx(0.4 / 3)
    assert w.army.split == pytest.approx(0.5 * 0.4)
    assert w.rebels.strength == pytest.approx(0.5 * 0.4 * 0.6)
    assert w.plot.defection == pytest.approx(2.0 * 0.4 / 3)
    party, _ = principals_after({1: 0.0})
    assert [man.there for man in party.principals[:3]] == [1.0, 0.0, 1.0]
    assert (party.army.split, party.rebels.strength) == (0.0, 0.0), "he commands no troops"
    assert party.plot.defection == w.plot.defection
    nobody, _ = principals_after({3: 0.0})
    assert nobody.circle.gone == nobody.plot.defection == 0.0, "a place that nobody holds"


def test_the_hazard_that_a_principal_leaves_is_by_his_loyalty_and_what_is_believed() -> None:
    w, p = principals_after({})
    loyal = w.principals[0].loyalty
    assert loyal == principals.loyalty(w.principals[0], 0.6, 0.0, 0.0, inputs(), p)
    rate = principals.leave_hazard(loyal, 0.5, p.principals_leave, p.principals_steepness)
    edge = 1 - math.exp(-rate / p.time_weeks_a_year)
    assert principals_after({0: edge * 0.999})[0].principals[0].there == 0.0
    assert principals_after({0: edge * 1.001})[0].principals[0].there == 1.0
    assert principals_after({0: 0.0}, 0.0)[0].principals[0].there == 1.0, "nobody sees an end"


def test_who_is_named_by_the_timeline_leaves_and_a_new_man_grows_into_the_place() -> None:
    p = law(principals_weeks=10.0, principals_leave=0.0)
    w, luck = court_of_three(), [0.99] * chance.WEEK_LENGTH
    w.principals[2].turns = 1.0
    principals.week(w, 0.6, 0.0, 0.5, inputs(), p, luck)
    assert [man.there for man in w.principals[:3]] == [1.0, 1.0, 0.0]
    w.principals[2].turns, gone = 0.0, w.circle.gone
    principals.week(w, 0.6, 0.0, 0.5, inputs(), p, luck)
    assert w.principals[2].there == pytest.approx(0.1)
    assert w.circle.police == pytest.approx(0.1) and w.circle.gone == pytest.approx(0.9 * gone)


def test_a_principal_who_is_disloyal_and_has_a_way_out_talks() -> None:
    p = law(principals_talk=3.0, principals_firm=2.0)
    assert principals.talk(court_of_three(loyalty=2.0), p) == 0.0
    assert principals.talk(court_of_three(loyalty=1.0), p) == pytest.approx(3 * 0.4 * 0.5 * 0.5)
    assert principals.talk(court_of_three(loyalty=-9.0, exit=0.0), p) == 0.0
    assert principals.talk(court_of_three(loyalty=-9.0, there=0.0), p) == 0.0
    assert principals.talk(court_of_three(loyalty=-9.0, exit=1.0), p) == 1.0
    man = SimpleNamespace(army=0.3, party=0.2, police=0.1, there=0.5)
    assert principals.weight(man) == pytest.approx(0.1)


def test_the_heir_is_the_first_of_those_with_the_best_claim_still_there() -> None:
    w = world()
    assert principals.heir(w) == -1
    for k, (claim, there) in enumerate([(0.3, 1.0), (0.8, 1.0), (0.8, 1.0), (0.9, 0.0)]):
        w.principals[k].heir, w.principals[k].there = claim, there
    assert principals.heir(w) == 1
    w.principals[1].there = 0.5
    assert principals.heir(w) == 2


def test_principals_start_at_their_posts() -> None:
    w = court_of_three(there=0.0, loyalty=0.0)
    principals.start(w, law())
    assert {man.there for man in w.principals} == {1.0}
    assert (w.circle.army, w.circle.party, w.circle.police) == pytest.approx((1.0,) * 3, abs=1e-6)
    assert (w.circle.gone, w.circle.hazard, w.circle.failure, w.circle.best) == (0.0,) * 4


# ---- palace coups


def test_a_palace_coup_is_the_best_placed_mans() -> None:
    """Claim and ambition, and what he holds; nobody tries without both."""
    man = SimpleNamespace(
        army=0.1, party=0.3, police=0.1, heir=0.8, ambition=0.5, tie=0.0, there=1.0
    )
    assert palace.standing(man) == pytest.approx(0.4 * 0.7)
    man.tie = 0.4
    assert palace.standing(man) == pytest.approx(0.4 * 0.7 * 0.8)
    man.tie = 1.0
    assert palace.standing(man) == pytest.approx(0.4 * 0.7 * 0.5), "half, who could not be closer"
    man.tie = 0.0
    man.there = 0.0
    assert palace.standing(man) == 0.0
    man.there, man.party = 1.0, 5.0
    assert palace.standing(man) == pytest.approx(0.4)
    p, w = law(palace_old=70.0), court_of_three(heir=0.5, ambition=0.5)
    w.principals[1].ambition = 0.9
    w.leader.age, w.leader.personalism, w.court.guards, w.circle.police = 85.0, 0.7, 0.6, 0.9
    w.plot.weak = 0.3
    x = inputs(regime_party=0.8)
    palace.week(w, x, p)
    best = 0.45 * 0.64
    rate = palace.launches(best, 0.8, 0.3, 0.7, 1.5, p) / p.time_weeks_a_year
    q = palace.success(best, 0.9, 0.6, 0.8, p)
    assert 0.0 < q < 1.0 and w.circle.best == pytest.approx(best)
    assert (w.circle.hazard, w.circle.failure) == pytest.approx((rate * q, rate * (1 - q)))
    w.leader.age = 40.0
    palace.week(w, x, p)
    young = palace.launches(best, 0.8, 0.3, 0.7, 0.0, p) / p.time_weeks_a_year
    assert w.circle.hazard + w.circle.failure == pytest.approx(young), "youth keeps nobody away"
    for man in w.principals:
        man.ambition = 0.0
    palace.week(w, x, p)
    assert (w.circle.hazard, w.circle.failure) == (0.0, 0.0)


# ---- units


def units_after(u: dict[int, float], **given: float) -> SimpleNamespace:
    """Six branches of equal weight before a crowd that they do not shoot at."""
    p = law(
        units_crowd=0.2,
        units_front=0.1,
        units_share=0.5,
        units_arms=0.8,
        units_ground=0.15,
        units_shock=1.0,
        units_weeks=20.0,
        units_tie=5.0,
        units_rents=1.0,
    )
    w = world(street={"refusal": 0.5, "crowd": 0.4}, rebels={"strength": 0.1, "front": 0.2})
    units.start(w)
    for unit in w.units:
        unit.troops, unit.rents = 0.5, 1.0
        for name, value in given.items():
            setattr(unit, name, value)
    luck = [0.999999] * chance.WEEK_LENGTH
    for k, value in u.items():
        luck[chance.UNIT + k] = value
    units.week(w, inputs(), p, luck)
    return w


def test_a_branch_turns_by_its_own_uniform_with_part_of_its_troops() -> None:
    none = units_after({})
    assert (none.army.split, none.plot.defection, none.rebels.strength) == (0.0, 0.0, 0.1)
    w = units_after({2: 0.0})
    assert [unit.loyal for unit in w.units] == [1.0, 1.0, 0.5, 1.0, 1.0, 1.0]
    assert w.army.split == pytest.approx(0.5 / 6)
    assert w.rebels.strength == pytest.approx(0.1 + 0.8 * 0.5 / 6) and w.rebels.front == 0.2
    assert w.plot.defection == pytest.approx(0.3 + 0.5 / 6)
    region = units_after({units.REGION: 0.0})
    assert region.rebels.front == pytest.approx(0.35), "its ground goes with it"
    edge = 1 - math.exp(-(0.2 * 0.2 + 0.1 * 0.04))
    assert (
        units_after({0: edge * 0.999}).army.split > 0.0 == units_after({0: edge * 1.001}).army.split
    )
    close = 1 - math.exp(-(0.2 * 0.2 + 0.1 * 0.04) * math.exp(-1.5 - 0.3))
    held = {"tie": 0.3, "rents": 1.3}
    assert units_after({0: close * 1.001}, **held).army.split == 0.0
    assert units_after({0: close * 0.999}, **held).army.split > 0.0


def test_a_unit_that_the_timeline_names_turns_and_what_is_lost_is_raised_anew() -> None:
    w = units_after(dict.fromkeys(range(UNITS), 0.99), turns=1.0)
    assert {unit.loyal for unit in w.units} == {0.5} and w.army.split == pytest.approx(0.5)
    for unit in w.units:
        unit.turns = 0.0
    w.street.crowd = w.rebels.front = 0.0
    strength = w.rebels.strength
    luck = [0.999999] * chance.WEEK_LENGTH
    units.week(w, inputs(), law(units_weeks=20.0), luck)
    assert w.units[0].loyal == pytest.approx(0.525) and w.army.split == pytest.approx(0.475)
    assert w.rebels.strength == strength
    empty = units_after({0: 0.0}, troops=0.0)
    assert empty.army.split == 0.0, "no troops, no loss"


# ---- the opposition and votes


def opposed(concession: float = 0.0, repression: float = 0.5, **given: float) -> SimpleNamespace:
    w = world(
        opposition={"leader": 0.6},
        street={"grievance": 0.5, "crowd": 0.05},
        leader={"repression": repression},
        regime={"concession": concession},
    )
    p = law(opposition_jail=0.1, opposition_free=0.2, opposition_backlash=0.8, opposition_vote=0.25)
    x = inputs(**({"opposition_unity": 0.7} | given))
    opposition.week(w.opposition, w.street, w.leader, w.regime, x, p)
    return w


def test_repression_wears_the_leader_down_and_concessions_free_him() -> None:
    still = opposed()
    assert (still.opposition.leader, still.opposition.unity, still.street.crowd) == (0.6, 0.7, 0.05)
    assert still.opposition.share == pytest.approx(0.5 + 0.25 * (0.42 - 0.2))
    assert opposed(repression=0.9).opposition.leader == pytest.approx(0.6 * (1 - 0.04))
    assert opposed(repression=0.1).opposition.leader == 0.6, "mildness alone frees nobody"
    assert opposed(concession=0.5).opposition.leader == pytest.approx(0.6 + 0.1 * 0.4)


def test_an_arrest_takes_the_leader_and_brings_people_out() -> None:
    w = opposed(shock_arrest=0.5)
    assert w.opposition.leader == pytest.approx(0.3)
    assert w.street.crowd == pytest.approx(0.8 * 0.3 * 0.7 * 0.5)
    assert opposed(shock_arrest=0.1).street.crowd == 0.05, "fewer than are out already"
    assert opposed(shock_arrest=1.0, opposition_unity=0.0).street.crowd == 0.05


def polled(u: float = 0.99, **given: float) -> tuple[float, SimpleNamespace]:
    """The hazard of a vote, and the world after it: half the voters against him."""
    w = world(opposition={"share": 0.5}, leader={"repression": 0.5}, street={"crowd": 0.02})
    p = law(vote_even=0.5, vote_slope=10.0, vote_outrage=0.6, vote_crowd=0.4)
    x = inputs(**({"calendar_vote": 1.0, "vote_fraud": 0.5} | given))
    return vote.week(w, u, x, p), w


def test_a_vote_is_lost_stolen_or_won() -> None:
    """An even vote: half of them lost, 0.5 * 0.8 of these stolen, which brings people out by its
    uniform.
    """
    hazard, quiet = polled()
    assert 1 - math.exp(-hazard) == pytest.approx(0.5 * 0.6)
    assert quiet.opposition.stolen == pytest.approx(0.2) and quiet.street.crowd == 0.02
    edge = 0.6 * 0.2
    assert polled(edge * 1.001)[1].street.crowd == 0.02
    assert polled(edge * 0.999)[1].street.crowd == pytest.approx(0.2)
    honest, fair = polled(0.0, vote_fraud=0.0)
    assert 1 - math.exp(-honest) == pytest.approx(0.5) and fair.street.crowd == 0.02
    assert 1 - math.exp(-polled(calendar_vote=0.5)[0]) == pytest.approx(0.25 * 0.6)
    assert polled(0.0, calendar_vote=0.0)[0] == 0.0


def test_a_vote_that_is_lost_for_certain_is_a_bounded_hazard() -> None:
    w = world(opposition={"share": 1.0})
    p, x = law(vote_even=0.3, vote_slope=30.0), inputs(calendar_vote=1.0)
    assert vote.week(w, 0.9, x, p) == pytest.approx(-math.log(0.001))


# ---- who follows


def test_the_principal_next_in_line_follows_but_not_after_a_coup_or_a_crowd() -> None:
    for way in WAYS:
        w = world(
            leader={"personalism": 0.5, "culpability": 0.8},
            regime={"rulers": 1.0},
            army={"split": 0.5},
        )
        w.principals[3].heir, w.principals[3].there, w.principals[3].complicity = 0.6, 1.0, 0.3
        w.principals[3].party = 0.2
        p = law(successor_guilt=0.5, successor_front=0.8, aftermath_bond_else=0.6)
        aftermath.successor(w, way, 0.5, 0.5, p)
        if way in (exits.COUP, exits.UPRISING):
            assert (w.leader.culpability, w.principals[3].there) == (0.4, 1.0)
        else:
            assert w.leader.culpability == pytest.approx(0.35)
            assert w.principals[3].there == w.circle.party == 0.0, "his old place is empty"
        made = way in (exits.COUP, exits.PALACE)
        assert w.court.bond == (1.0 if made else 0.6)
        assert w.rebels.legacy == (1.0 if way in (exits.SEIZED, exits.FOREIGN) else 0.0)
        assert w.army.split == pytest.approx(0.4) and w.regime.heir == 1.0


def test_those_who_made_a_ruler_are_bound_for_a_while_and_find_yesterdays_plotters() -> None:
    w, x, p = started()
    u = [0.5] * chance.WEEK_LENGTH
    free = week.before_generals(w, x, p, u)
    w, x, p = started()
    w.court.bond = 1.0
    bound = week.before_generals(w, x, p, u)
    left = 1 - 1 / p.aftermath_bond_weeks
    names = Shared._fields
    assert w.court.bond == pytest.approx(left)
    assert bound[names.index("common")] - free[names.index("common")] == pytest.approx(
        p.aftermath_bond * left
    )
    assert bound[names.index("kept")] == pytest.approx(1 - p.aftermath_purge * left)
    assert free[names.index("kept")] > bound[names.index("kept")]


# ---- the start, and the week as a whole


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
        us_pressure_invasion=0.2,
        us_pressure_ultimatum=0.3,
        sender_resolve=0.6,
        regime_coup_proofing=0.6,
        regime_repression=0.5,
        regime_party=0.5,
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
        opposition_leader=0.4,
        opposition_unity=0.5,
        calendar_vote=0.2,
        vote_fraud=0.4,
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
    for k, unit in enumerate(w.units):
        unit.troops, unit.rents, unit.tie = 0.1 * (k + 1), 1.0, 0.1
    for k, man in enumerate(w.principals[:4]):
        man.army, man.party, man.police, man.heir = 0.1, 0.1 * k, 0.2, 0.3 * k
        man.tie, man.complicity, man.ambition, man.exit = 0.6, 0.5, 0.4, 0.2
    week.start(w, x, p, [0.5] * chance.WEEK_LENGTH)
    return w, x, p


def test_at_the_start_each_stands_on_those_before_him() -> None:
    w, _, p = started()
    assert w.regime.relief == pytest.approx(0.5 * p.ladder_relief)
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
    assert w.court.number == 3000.0
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
    assert (w.court.bond, w.court.lost_guards, w.court.adapted) == (0.0, 0.0, 0.0)
    owed = troops.waiting(w.treasury.arrears, 0.0, p.troops_last)
    assert w.army.pay == troops.pay(0.6, owed, p.troops_floor)
    assert (
        w.street.crowd,
        w.rebels.front,
        w.plot.plotting,
        w.outside.opposition,
        w.leader.age,
        w.regime.concession,
        w.opposition.leader,
    ) == (0.15, 0.2, 0.0, 0.4, 63.0, 0.5, 0.4)
    assert w.force.invasion == p.force_background / p.time_weeks_a_year
    assert {unit.loyal for unit in w.units} == {1.0} and w.army.split == 0.0
    assert {man.there for man in w.principals} == {1.0}
    paid = patronage.felt(
        w.treasury.rents * w.court.dilution, p.patronage_enough, p.patronage_surplus
    )
    assert w.court.felt == paid


@pytest.mark.parametrize("roundup", [0.0, 1.0])
def test_what_all_generals_share_in_a_week(roundup: float) -> None:
    """The sixteen terms are those of the actors as the week's first steps leave them."""
    w, x, p = started()
    w.plot.command, w.court.roundup, w.plot.weak = 0.2, roundup, 0.4
    before = [SimpleNamespace(**vars(patron)) for patron in w.patrons]
    u = [0.5] * chance.WEEK_LENGTH
    for k in range(PATRONS):
        u[chance.PATRON + k] = 0.3 + 0.1 * k
    arrears = w.treasury.arrears
    terms = week.before_generals(w, x, p, u)
    lured = loyalty.lure(w.sender.bounty, w.sender.pressure, p.loyalty_bounty, p.loyalty_threat)
    hit = counterintelligence.found(w.court.guards, 0.2, 0.2 + w.leader.purge, p)
    kept = 1 - (max(hit, p.counterintelligence_roundup) if roundup else hit)
    assert 0 < hit < p.counterintelligence_roundup and w.leader.purge > 0.0
    power = w.leader.personalism
    usual = patronage.felt(w.treasury.customary, p.patronage_enough, p.patronage_surplus)
    paid = patronage.concentrated(w.treasury.rents, w.court.adapted, p.patronage_shrink)
    expected = [
        patronage.felt(paid * w.court.dilution, p.patronage_enough, p.patronage_surplus),
        loyalty.personal(p.loyalty_rent, power, p.loyalty_personal),
        p.loyalty_half,
        loyalty.complicity_binds(p.loyalty_complicity, 0.3, lured),
        p.loyalty_tie,
        loyalty.common(w.street.grievance, lured, p.loyalty_grievance)
        + loyalty.office(p.loyalty_rent, power, p.loyalty_personal, usual, p.loyalty_half),
        p.loyalty_spread,
        p.plotting_gain
        * plotting.break_open(0.15, 0.2, w.plot.memory, w.plot.defection, p.plotting_break),
        p.plotting_signal * w.plot.weak + p.plotting_base,
        plotting.prize(p.plotting_prize, treasury.prospect(x, p), p.plotting_rich, p.plotting_poor),
        p.plotting_cost + p.plotting_fear * w.street.fear + w.court.exit_cost,
        p.counterintelligence_alarm,
        p.plotting_beta,
        p.plotting_rate,
        kept,
        kept - p.counterintelligence_flight * w.street.fear,
    ]
    assert list(terms) == pytest.approx(expected, rel=1e-12) and len(terms) == len(Shared._fields)
    after = [patron.commitment for patron in w.patrons]
    w.patrons, w.treasury.arrears = before, arrears
    for k in range(PATRONS):
        patrons.week(w, k, 0.4, 0.0, p, u)
    assert [patron.commitment for patron in before] == after


def test_the_cost_of_failing_is_never_below_nought() -> None:
    w, x, p = started()
    x.generals_number, p.patronage_selectorate, p.plotting_cost = 8.0, 1.0, 0.2
    terms = week.before_generals(w, x, p, [0.5] * chance.WEEK_LENGTH)
    assert w.court.exit_cost < -3.0 and terms[Shared._fields.index("cost")] == 0.0


def test_principals_are_paid_before_generals_once_money_is_short() -> None:
    p = law(principals_first=0.5, principals_leave=0.0)
    loyal = []
    for adapted in (0.0, 0.4):
        w, x, _ = started()
        w.court.adapted = adapted
        week.before_generals(w, x, p, [0.5] * chance.WEEK_LENGTH)
        lured = loyalty.lure(w.sender.bounty, w.sender.pressure, p.loyalty_bounty, p.loyalty_threat)
        first = w.court.felt * (1 + 0.5 * w.court.adapted)
        man = w.principals[1]
        expected = principals.loyalty(man, first, lured, w.street.grievance, x, p)
        assert man.loyalty == pytest.approx(expected)
        loyal.append(man.loyalty)
    assert loyal[0] < loyal[1]


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
            w.leader.rescued,
            w.circle.hazard,
        )
        > 0
    )
    crowds, front = leader.sees_crowd(w.street, p), leader.sees_front(w.rebels, p)
    rest = leader.sees_rest(w.plot, w.circle, w.force, w.sender, p)
    assert w.leader.danger == pytest.approx(crowds + front + rest) and rest > 0
    assert e.coup == pytest.approx(w.court.coup_hazard + share * w.street.hazard)
    # who is flown out is counted by what he flees from
    flown = w.leader.rescued / w.leader.danger
    assert e.uprising == pytest.approx((1 - share) * w.street.hazard + flown * crowds)
    assert e.rebellion == pytest.approx(w.rebels.hazard + flown * front)
    assert e.negotiated_exit == pytest.approx(w.leader.exile + flown * rest)
    assert (e.foreign_removal, e.seized, e.palace_coup) == (
        w.force.invasion,
        w.force.seizure,
        w.circle.hazard,
    )
    # his patron has no flatterers: the end is as near as the danger says
    near = 1 - math.exp(-w.leader.danger)
    assert near > 1 - w.leader.belief
    assert w.leader.rescued == pytest.approx(
        patrons.evacuation(w.court.rescue, 0.0, near, w.sender.airspace, p)
    )
    frightened = min(1.0, fear + p.street_fear_purge * 0.03)
    assert w.street.fear == pytest.approx(
        min(1.0, frightened + p.street_fear_shots * (1 - w.street.refusal))
    )
    assert (
        e.assassinated
        == exits.assassin_hazard(p.exits_assassin, 0.3, p.exits_assassin_plot) / p.time_weeks_a_year
    )
    voted = vote.week(w, 0.999999, x, p)
    said = e.regular
    exits.quiet_hazards(w, x, p)
    assert voted > 0 and said == pytest.approx(e.regular + voted, rel=1e-3)


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
    assert week.after_generals(w, x, p, u, 0.25, 0.3, 0.0, 0.0) == exits.PALACE
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
        grown * p.successor_power * (1 + p.successor_power_spread * -0.2)
    ) and w.regime.fate == aftermath.fate(exits.PALACE, grown, 0.999999, p)


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
    for dead, rally, opposition_, approval in ((1e6, 0.0, 1.0, 0.0), (0.0, 1.0, 0.0, 1.0)):
        o = SimpleNamespace(drift=0.9, rally=4.0 * rally, dead=dead)
        opinion.week(
            o,
            SimpleNamespace(strikes=0.0, pressure=1.0, step_up=0.0),
            inputs(
                public_opinion_us_opposition=0.5, public_opinion_us_approval=0.5, shock_rally=rally
            ),
            p,
        )
        assert (o.opposition, o.approval, o.drift) == (opposition_, approval, max(0.9, end))


@pytest.mark.parametrize("u", [1e-6, 1 - 1e-6])
def test_noise_takes_nobody_out_of_his_range(u: float) -> None:
    """Luck so large that it decides alone: a patron's commitment, the front, the crowd."""
    end = round(u)
    assert patron_week(u, law(patrons_noise=9.0), weak=0.0).commitment == end
    w = world(army={"strength": 0.5}, rebels={"strength": 0.5, "front": 0.5})
    luck = [u] * chance.WEEK_LENGTH
    rebels.week(w, inputs(), law(rebels_noise=9.0, rebels_drift=9.0), luck)
    assert (w.rebels.front, w.rebels.strength) == pytest.approx((end, end), abs=1e-12)
    w = world(street={"crowd": 0.5, "fear": 0.9, "grievance": 0.5})
    p = law(street_noise=9.0, street_fear_shots=9.0, street_refusal=0.0)
    street.week(w, 1.0, inputs(), p, luck)
    assert (w.street.crowd, w.street.fear) == (end, 1.0)


def test_power_fear_memory_and_sunk_costs_are_shares() -> None:
    p = law(
        leader_growth=999.0,
        street_fear_coup=5.0,
        leader_coup_growth=5.0,
        ladder_sink=50.0,
        street_fear_purge=50.0,
    )
    man = SimpleNamespace(personalism=0.6, tenure=3.0, age=64.0, culpability=0.5)
    leader.week(man, 0.4, 0.6, inputs(), p)
    assert man.personalism == 1.0
    w = tried(p, chance.COUP_FAILS)
    assert (w.street.fear, w.leader.personalism) == (1.0, 1.0)
    assert stepped(0.999, p).sunk == 1.0
    w = world(plot={"memory": 0.9, "defection": 0.9}, leader={"personalism": 0.6})
    plotting.week(w, inputs(shock_defection=0.9), p)
    assert w.plot.defection == 1.0 and w.plot.memory < 0.9
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
    w = world(
        army={"anger": 0.9 if anger else 0.1, "usual": 0.0 if anger else 30.0, "ranks": 0.5},
        treasury={"arrears": 1.0},
    )
    troops.week(w.army, w.treasury, w.court, 0.0, inputs(troops_pay=0.5), p)
    assert (w.army.anger, w.army.ranks) == (anger, ranks)
