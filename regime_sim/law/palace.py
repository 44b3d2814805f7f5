"""Palace coup: a principal who is next in line and wants to be first removes the ruler from within.

Launches rise with the best-placed man's claim, ambition and hold on party and police, where a party
could replace the ruler by its own rules, and with signs of weakness and the ruler's great age; they
fall with personal power. Success needs party, police and guards to go along (Frantz & Stein 2017 on
succession rules; Kokkonen & Sundell 2014; Roessler 2011 on coups from inside; cases: Romania 1952,
Soviet Union 1964, Tunisia 1987, Zimbabwe 2017).
"""

from __future__ import annotations

from .arithmetic import exp, logistic, within
from .principals import PRINCIPALS


def standing(man) -> float:  # type: ignore[no-untyped-def]
    """How well placed one principal is to take over (share): claim and ambition, and what he
    holds; half as much for one who could not be closer.
    """
    held = within(man.army + man.party + man.police, 0.0, 1.0)
    return man.heir * man.ambition * (0.4 + 0.6 * held) * (1.0 - 0.5 * man.tie) * man.there


def launches(best: float, party: float, weak: float, personalism: float, years: float, p) -> float:  # type: ignore[no-untyped-def]
    """Palace coups a year: by the best-placed man's standing, the party's rules, weakness, great
    age (tens of years beyond 70) and personal power.
    """
    return (
        p.palace_launch
        * best
        * (p.palace_without + party)
        * exp(
            p.palace_weak * within(weak, 0.0, 1.5)
            + p.palace_age * years
            - p.palace_personal * (personalism - 0.6)
        )
    )


def success(standing_: float, loyal_police: float, guarded: float, party: float, p) -> float:  # type: ignore[no-untyped-def]
    """Probability that it carries: more the better he is placed and the more the party decides,
    less where police and guards stand by the ruler.
    """
    return logistic(
        p.palace_base
        + 2.0 * standing_
        + p.palace_party * (party - 0.3)
        - p.palace_guards * (guarded - 0.5)
        - (loyal_police - 0.8)
    )


def week(world, x, p) -> None:  # type: ignore[no-untyped-def]
    """This week's hazards of a palace coup that carries and of one that fails, left with the
    circle.
    """
    best = 0.0
    for k in range(PRINCIPALS):
        one = standing(world.principals[k])
        if one > best:
            best = one
    circle, leader = world.circle, world.leader
    circle.best = best
    years = max(0.0, (leader.age - p.palace_old) * 0.1)
    rate = launches(best, x.regime_party, world.plot.weak, leader.personalism, years, p)
    rate = rate / p.time_weeks_a_year
    q = success(best, circle.police, world.court.guards, x.regime_party, p)
    circle.hazard = rate * q
    circle.failure = rate * (1.0 - q)
