"""Aftermath: what becomes of the regime and of him once he is out, and who comes next.

P(regime goes on) is a logit with a base for each way (irregular 16 of 74, death 83%, decapitation
Beta(4, 2), invasion Beta(1, 6): rates archigos.regime_survives_*), more with institutions, less
with crowds and the more personal the rule. After an outside removal the regime may stand under
tutelage (2026: Venezuela), concede terms and be relieved of pressure for it. His fate depends on
how he went (rates archigos.fate.*; Goemans 2008; Debs & Goemans 2010). A successor has his own
hazards: new, less personal, the street quieter, the shock not forgotten. Those who have just made a
ruler are bound to him for a while and find yesterday's plotters (Svolik 2012; pattern 16); bounty
and raids meant for one man end with him; an outside removal of the man alone leaves later war
likelier (Downes 2021).
"""

from __future__ import annotations

from . import chance, principals
from .arithmetic import exp, log_odds, logistic, normal, within
from .exits import (
    ASSASSINATED,
    COUP,
    DIED,
    FOREIGN,
    NEGOTIATED,
    PALACE,
    REBELLION,
    REGULAR,
    SEIZED,
    UPRISING,
)

HOME, EXILE, JAIL, DEAD = 1, 2, 3, 4
STANDS, TUTELAGE, FALLS = 0, 1, 2


def base_continuity(way: int, p) -> float:  # type: ignore[no-untyped-def]
    """Share of regimes that go on after a ruler goes this way, at middle institutions and an empty
    street.
    """
    if way == COUP:
        return p.aftermath_coup
    if way == UPRISING:
        return p.aftermath_uprising
    if way == REBELLION:
        return p.aftermath_rebellion
    if way == NEGOTIATED:
        return p.aftermath_negotiated_exit
    if way == FOREIGN:
        return p.aftermath_foreign_removal
    if way == SEIZED:
        return p.aftermath_seized
    if way == ASSASSINATED:
        return p.aftermath_assassinated
    if way == DIED:
        return p.aftermath_died
    if way == PALACE:
        return p.aftermath_palace_coup
    return p.aftermath_regular


def continuity(
    base: float,
    institutions: float,
    personalism: float,
    crowd: float,
    k_inst: float,
    k_power: float,
    k_crowd: float,
) -> float:
    """Probability that the regime goes on: log odds of the base, more with institutions, less with
    personal power and a crowd.
    """
    return logistic(
        log_odds(base)
        + k_inst * (institutions - 0.5)
        - k_power * (personalism - 0.5)
        - k_crowd * crowd
    )


def fate(way: int, personalism: float, u: float, p) -> int:  # type: ignore[no-untyped-def]
    """What becomes of him: home, exile, jail or dead, by how he went; the more personal the rule,
    the deadlier.
    """
    exile, jail, dead = 0.0, 0.0, 0.0
    if way == COUP:
        exile, jail, dead = p.fate_coup_exile, p.fate_coup_jail, p.fate_coup_dead
    elif way == UPRISING:
        exile, jail, dead = p.fate_uprising_exile, p.fate_uprising_jail, p.fate_uprising_dead
    elif way == REBELLION:
        exile, jail, dead = p.fate_rebellion_exile, p.fate_rebellion_jail, p.fate_rebellion_dead
    elif way == NEGOTIATED:
        exile = p.fate_negotiated_exile
    elif way == FOREIGN:
        exile, jail, dead = p.fate_foreign_exile, p.fate_foreign_jail, p.fate_foreign_dead
    elif way == SEIZED:
        jail, dead = 1.0 - p.fate_seized_dead, p.fate_seized_dead
    elif way == PALACE:
        exile, jail, dead = p.fate_palace_exile, p.fate_palace_jail, p.fate_palace_dead
    elif way == REGULAR:
        exile, jail = p.fate_regular_exile, p.fate_regular_jail
    else:
        return DEAD
    home = max(0.0, 1.0 - exile - jail - dead)
    dead = dead * exp(p.fate_power * (personalism - 0.5))
    left = u * (home + exile + jail + dead) - home
    if left < 0.0:
        return HOME
    left = left - exile
    if left < 0.0:
        return EXILE
    left = left - jail
    return JAIL if left < 0.0 else DEAD


def start(regime, x) -> None:  # type: ignore[no-untyped-def]
    """The regime at the start: standing, perhaps already under tutelage."""
    regime.fallen = 0.0
    regime.tutelage = x.tutelage_start
    regime.concession = x.tutelage_concession
    regime.rulers = 1.0
    regime.fate = 0.0
    regime.after = 0.0
    regime.heir = 0.0
    regime.relief = 0.0


def week(regime, p) -> None:  # type: ignore[no-untyped-def]
    """One week: tutelage and what was conceded wear off slowly."""
    regime.tutelage = regime.tutelage * (1.0 - 1.0 / p.tutelage_weeks)
    regime.concession = regime.concession * (1.0 - 1.0 / p.tutelage_weeks)


def regime_fate(way: int, goes_on: float, u: float, u_tutelage: float, p) -> int:  # type: ignore[no-untyped-def]
    """Stands, stands under tutelage, or falls."""
    if u >= goes_on:
        return FALLS
    from_outside = way == SEIZED or way == FOREIGN
    if from_outside and u_tutelage < p.tutelage_chance:
        return TUTELAGE
    return STANDS


def successor(world, way: int, u_age: float, u_power: float, p) -> None:  # type: ignore[no-untyped-def]
    """The next ruler takes office in the same regime: weaker than the man he follows, the principal
    next in line after anything but a coup of officers or a crowd.
    """
    leader, court = world.leader, world.court
    drawn = 1.0 + p.successor_power_spread * (2.0 * u_power - 1.0)
    leader.personalism = within(leader.personalism * p.successor_power * drawn, 0.0, 1.0)
    place = principals.heir(world)
    if place >= 0 and way != COUP and way != UPRISING:
        heir = world.principals[place]
        leader.culpability = 0.5 * (leader.culpability * p.successor_guilt + heir.complicity)
        heir.there = 0.0
        principals.count(world)
    else:
        leader.culpability = leader.culpability * p.successor_guilt
    court.bond = 1.0 if way == COUP or way == PALACE else p.aftermath_bond_else
    world.rebels.legacy = 1.0 if way == SEIZED or way == FOREIGN else world.rebels.legacy
    world.army.split = world.army.split * p.successor_front
    leader.tenure = 0.0
    leader.age = within(
        p.successor_age + p.successor_age_spread * normal(u_age),
        p.successor_age_least,
        p.exits_great_age,
    )
    leader.belief = 1.0
    world.street.crowd = world.street.crowd * p.successor_crowd
    world.street.campaign = world.street.campaign * p.successor_crowd
    world.rebels.front = world.rebels.front * p.successor_front
    world.plot.memory = max(world.plot.memory, p.successor_shock)
    world.regime.rulers = world.regime.rulers + 1.0
    world.regime.heir = 1.0


def week_of_exit(world, way: int, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """He is out by `way`: settle the regime's fate and his, and put the next man in office if the
    regime goes on.
    """
    goes_on = continuity(
        base_continuity(way, p),
        max(x.regime_institutions, x.regime_party),
        world.leader.personalism,
        0.0 if way == NEGOTIATED else within(world.street.crowd + world.rebels.front, 0.0, 1.0),
        p.aftermath_institutions,
        p.aftermath_power,
        p.aftermath_crowd,
    )
    u_tutelage = u[chance.TUTELAGE]
    after = regime_fate(way, goes_on, u[chance.REGIME_FATE], u_tutelage, p)
    world.regime.after = float(after)
    world.regime.fate = float(fate(way, world.leader.personalism, u[chance.LEADER_FATE], p))
    if way == SEIZED:
        world.outside.rally = world.outside.rally + p.opinion_rally
        world.outside.dead = world.outside.dead + p.force_seizure_dead
    if after == FALLS:
        world.regime.fallen = 1.0
        return
    if after == TUTELAGE:
        level = p.tutelage_level + p.tutelage_spread * (u_tutelage / p.tutelage_chance - 0.5)
        world.regime.tutelage = max(world.regime.tutelage, within(level, 0.0, 1.0))
        world.regime.concession = max(world.regime.concession, within(level, 0.0, 1.0))
    successor(world, way, u[chance.SUCCESSOR_AGE], u[chance.SUCCESSOR_POWER], p)
