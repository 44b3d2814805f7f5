"""Principals: the five to twelve men who each hold a piece of the regime, and leave with it.

A principal weighs what any officer weighs (rents, complicity, tie, grievance, bounty: `loyalty`)
and what he alone has: a way out of his own, and ambition. When the signs of the end are plain
(`plotting.belief`) the disloyal leave in public, and what they hold goes with them in part: troops
to the other side, party and police lost to the ruler until a new man has grown into the place.
A ruler short of money pays them before the rest. Sources: Svolik 2012 (the coalition of a
contested autocrat), Barany 2016 (commanders who change sides), Bueno de Mesquita et al. 2003;
sizes are a judgement.
"""

from __future__ import annotations

from .arithmetic import exp, happens, within
from .chance import PRINCIPAL

PRINCIPALS = 12


def weight(man) -> float:  # type: ignore[no-untyped-def]
    """How much of the regime stands with him (share): what he holds, as far as he is there."""
    return (man.army + man.party + man.police) / 3.0 * man.there


def loyalty(man, rent: float, lured: float, grievance: float, x, p) -> float:  # type: ignore[no-untyped-def]
    """Loyalty of one principal (utility): an officer's terms, and his own exit and ambition."""
    bound = 1.0 - max(man.exit, x.amnesty_credibility)
    return (
        p.loyalty_rent * rent / (rent + p.loyalty_half)
        + (p.loyalty_complicity * bound + lured) * man.complicity
        + (p.loyalty_tie + p.principals_tie) * man.tie
        - lured
        - p.loyalty_grievance * grievance
        - p.principals_ambition * man.ambition
    )


def leave_hazard(loyal: float, believed: float, rate: float, steepness: float) -> float:
    """Hazard a year that he leaves: with the third power of the belief that the end is near, less
    the more loyal he is.
    """
    return rate * believed * believed * believed * exp(-steepness * loyal)


def start(world, p) -> None:  # type: ignore[no-untyped-def]
    """Everybody is there."""
    for k in range(PRINCIPALS):
        man = world.principals[k]
        man.there = 1.0
        man.loyalty = 1.0
    circle = world.circle
    circle.gone = 0.0
    circle.hazard = 0.0
    circle.failure = 0.0
    circle.best = 0.0
    count(world)


def count(world) -> None:  # type: ignore[no-untyped-def]
    """What stands by him of army, party and police, as shares of what the principals hold."""
    army, party, police = 0.0, 0.0, 0.0
    all_army, all_party, all_police = 1e-9, 1e-9, 1e-9
    for k in range(PRINCIPALS):
        man = world.principals[k]
        army = army + man.army * man.there
        party = party + man.party * man.there
        police = police + man.police * man.there
        all_army = all_army + man.army
        all_party = all_party + man.party
        all_police = all_police + man.police
    circle = world.circle
    circle.army = army / all_army
    circle.party = party / all_party
    circle.police = police / all_police


def week(world, rent: float, lured: float, believed: float, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """One week: each weighs, some leave, and who has left is replaced little by little."""
    grievance = world.street.grievance
    lost_army, lost = 0.0, 0.0
    for k in range(PRINCIPALS):
        man = world.principals[k]
        held = man.army + man.party + man.police
        if held > 0.0:
            man.loyalty = loyalty(man, rent, lured, grievance, x, p)
            rate = leave_hazard(man.loyalty, believed, p.principals_leave, p.principals_steepness)
            hazard = (rate / p.time_weeks_a_year + p.principals_turns * man.turns) * man.there
            man.there = man.there + (1.0 - man.there) / p.principals_weeks
            if happens(u[PRINCIPAL + k], hazard):
                lost_army = lost_army + man.army * man.there
                lost = lost + held / 3.0 * man.there
                man.there = 0.0
    circle, army, plot = world.circle, world.army, world.plot
    circle.gone = within(circle.gone * (1.0 - 1.0 / p.principals_weeks) + lost, 0.0, 1.0)
    army.split = within(army.split + p.principals_follow * lost_army * (1.0 - army.split), 0.0, 1.0)
    rebels = world.rebels
    rebels.strength = within(
        rebels.strength + p.principals_follow * lost_army * p.units_arms, 0.0, 1.0
    )
    plot.defection = within(plot.defection + p.principals_shock * lost, 0.0, 1.0)
    count(world)


def talk(world, p) -> float:  # type: ignore[no-untyped-def]
    """How far somebody close talks to the pressing power (share): the disloyal who have a way out
    of their own.
    """
    said = 0.0
    for k in range(PRINCIPALS):
        man = world.principals[k]
        doubt = within(1.0 - man.loyalty / p.principals_firm, 0.0, 1.0)
        said = said + weight(man) * doubt * man.exit
    return within(p.principals_talk * said, 0.0, 1.0)


def heir(world) -> int:  # type: ignore[no-untyped-def]
    """The place of the principal who stands next in line: the first of those with the best claim
    still there (-1 where there is none).
    """
    best, place = 0.0, -1
    for k in range(PRINCIPALS):
        man = world.principals[k]
        claim = man.heir * man.there
        if claim > best:
            best = claim
            place = k
    return place
