"""Exits: ten causes compete each week and one uniform picks; calendar, nature and a lone assassin
are here, the others in their own files.

P(out this week) = 1 - exp(-sum h); the cause is k with probability h_k / sum h (competing risks).
Natural death by age, lawful exits and assassinations from observed rates (facts natural_death; rate
archigos.cause_hazard.personalist.regular; Jones & Olken 2009). A campaign brings lawful exits about
for as long as it lasts, whoever is in the street that week, and about as often where rule is
personal (panel, 1955-1999: 14 and 19% of the years after one).
"""

from __future__ import annotations

from .arithmetic import ROUNDED, exp, within

COUP, UPRISING, REBELLION, NEGOTIATED, FOREIGN = 1, 2, 3, 4, 5
SEIZED, ASSASSINATED, DIED, REGULAR, PALACE = 6, 7, 8, 9, 10


def death_hazard(age: float, p) -> float:  # type: ignore[no-untyped-def]
    """Natural deaths a year at this age."""
    if age < p.exits_middle_age:
        return p.exits_death_young
    if age < p.exits_old_age:
        return p.exits_death_middle
    if age < p.exits_great_age:
        return p.exits_death_old
    return p.exits_death_great


def regular_hazard(
    rate: float, crisis: float, personalism: float, k_crisis: float, k_power: float
) -> float:
    """Lawful exits a year: fewer in a crisis, fewer the more personal the rule (rate is at
    personalism one half).
    """
    return rate * (1.0 - k_crisis * within(crisis, 0.0, 1.0)) * exp(-k_power * (personalism - 0.5))


def aged(age: float, personalism: float, k_age: float) -> float:
    """What lawful exits are multiplied by at this age: 1 at sixty. Whose rule is personal leaves
    lawfully when he is old; where posts change hands by rule, age says little.
    """
    return exp(k_age * personalism * within((age - 60.0) / 10.0, -3.0, 3.0))


def interim(tenure: float, k_young: float, years: float) -> float:
    """What lawful exits are multiplied by while a ruler is new: many were meant to be interim
    (rate panel.personalist.tenure.under_1).
    """
    return 1.0 + k_young * exp(-tenure / years)


def assassin_hazard(rate: float, plotting: float, k_plot: float) -> float:
    """Assassinations from within by a lone hand, a year."""
    return rate * (1.0 + k_plot * plotting)


def quiet_hazards(world, x, p) -> None:  # type: ignore[no-untyped-def]
    """The week's hazards of nature, law and a lone assassin, written to the exits."""
    exits, leader = world.exits, world.leader
    year = p.time_weeks_a_year
    crisis = world.rebels.front + world.sender.pressure
    exits.died = death_hazard(leader.age, p) / year
    calm = regular_hazard(
        p.exits_regular, crisis, leader.personalism, p.exits_crisis, p.exits_power
    )
    calm = (
        calm
        * interim(leader.tenure, p.exits_young, p.exits_young_years)
        * aged(leader.age, leader.personalism, p.exits_age)
        * exp(p.exits_military * x.regime_military)
    )
    pressed = p.exits_campaign * world.street.campaign
    exits.regular = (calm + pressed) / year
    exits.assassinated = (
        assassin_hazard(p.exits_assassin, world.plot.command, p.exits_assassin_plot) / year
    )


def total(exits) -> float:  # type: ignore[no-untyped-def]
    """Sum of the ten hazards of the week."""
    first = (
        exits.coup
        + exits.uprising
        + exits.rebellion
        + exits.negotiated_exit
        + exits.foreign_removal
    )
    second = exits.seized + exits.assassinated + exits.died + exits.regular
    return first + second + exits.palace_coup


def weigh(exits, chances) -> None:  # type: ignore[no-untyped-def]
    """Add to `chances` (ten) the probability that he goes each way this week, given that he is
    still there: what `pick` then draws from.

    Summed over the weeks in which he is, its mean over worlds is the probability of each way: the
    last coin averaged instead of thrown.
    """
    summed = total(exits)
    per_hazard = (1.0 - exp(-summed)) / summed if summed > 0.0 else 0.0
    chances[0] = chances[0] + per_hazard * exits.coup
    chances[1] = chances[1] + per_hazard * exits.uprising
    chances[2] = chances[2] + per_hazard * exits.rebellion
    chances[3] = chances[3] + per_hazard * exits.negotiated_exit
    chances[4] = chances[4] + per_hazard * exits.foreign_removal
    chances[5] = chances[5] + per_hazard * exits.seized
    chances[6] = chances[6] + per_hazard * exits.assassinated
    chances[7] = chances[7] + per_hazard * exits.died
    chances[8] = chances[8] + per_hazard * exits.regular
    chances[9] = chances[9] + per_hazard * exits.palace_coup


def pick(exits, whether: float, which: float) -> int:  # type: ignore[no-untyped-def]
    """The way he goes this week (0 none, 1-10 in the order of the list): one uniform for whether,
    one for which.
    """
    summed = total(exits)
    if whether > summed + ROUNDED:  # a chance is never above its hazard
        return 0
    if whether >= 1.0 - exp(-summed):
        return 0
    left = which * summed - exits.coup
    if left < 0.0:
        return COUP
    left = left - exits.uprising
    if left < 0.0:
        return UPRISING
    left = left - exits.rebellion
    if left < 0.0:
        return REBELLION
    left = left - exits.negotiated_exit
    if left < 0.0:
        return NEGOTIATED
    left = left - exits.foreign_removal
    if left < 0.0:
        return FOREIGN
    left = left - exits.seized
    if left < 0.0:
        return SEIZED
    left = left - exits.assassinated
    if left < 0.0:
        return ASSASSINATED
    left = left - exits.died
    if left < 0.0:
        return DIED
    left = left - exits.regular
    return REGULAR if left < 0.0 else PALACE
