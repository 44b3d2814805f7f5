"""Coup: launches rise with the share of troops under plotters; success is settled within days by
who joins whom.

Launch hazard = rate * (share / reference)^power * coordination * hidden, saturating, lower under
entrenched rulers and institutions, higher for young rulers and under officers who rule as a body
(Svolik 2012; Geddes, Wright & Frantz 2018). Odds of success rise with the share and with
crowds (endgame coups: Koehler & Albrecht 2021) and fall with coup-proofing and guards (De Bruin
2018; Quinlivan 1999). A failure purges, frightens, and shows that it can be tried. Source of the
form: Singh 2014 (a coup is a coordination game).
"""

from __future__ import annotations

from .arithmetic import exp, power, within


def launch_hazard(
    share: float, rate: float, reference: float, steepness: float, saturation: float
) -> float:
    """Launches a year at this share of troops under plotters: rate * y / (1 + saturation * y), y =
    (share / reference)^steepness.
    """
    y = power(share / reference, steepness)
    return rate * y / (1.0 + saturation * y)


def young(tenure: float, k_young: float, years: float) -> float:
    """What launches are multiplied by while a ruler is new: 1 + k exp(-tenure / years)."""
    return 1.0 + k_young * exp(-tenure / years)


def by_type(personalism: float, x, p) -> float:  # type: ignore[no-untyped-def]
    """What launches are multiplied by for the kind of rule and its times: fewer against personal
    power, where institutions, a party or a family bind officers and where the world would punish
    the new government (Marinov & Goemans 2014), more where officers rule as a body (rates
    panel.personalist.coup and its siblings).
    """
    return exp(
        p.coup_military * x.regime_military
        - p.coup_monarchy * x.regime_monarchy
        - p.coup_institutions * (x.regime_institutions - 0.4)
        - p.coup_party * (x.regime_party - 0.3)
        - p.coup_condemned * (x.coup_condemnation - 0.5)
        - p.coup_personal * (personalism - 0.6)
    )


def odds(  # type: ignore[no-untyped-def]
    share: float, proofing: float, guarded: float, crowd: float, hidden: float, p
) -> float:
    """Odds of success at the hour of launch: base odds at the reference share and no coup-proofing,
    times what helps and hinders.
    """
    return p.coup_success_odds * exp(
        p.coup_share * (share - p.coup_reference)
        - p.coup_proofing * proofing
        - p.coup_guards * guarded
        + p.coup_crowd * crowd
        + hidden
    )


def success(odds_at_launch: float, days: float, pace: float, bandwagon: float) -> float:
    """Probability that it carries, on a daily clock: each day a part is settled by the forces
    joined so far, and the rest drift to the winner.
    """
    joined = odds_at_launch / (1.0 + odds_at_launch)
    open_ = 1.0
    won = 0.0
    for _ in range(int(days)):
        won = won + open_ * pace * joined
        open_ = open_ * (1.0 - pace)
        joined = within(joined + bandwagon * (joined - 0.5) * joined * (1.0 - joined), 0.0, 1.0)
    return won + open_ * joined


def hazards(plot, court, street, leader, x, p) -> None:  # type: ignore[no-untyped-def]
    """This week's hazard of a coup that succeeds and of one that fails (cumulative over the week),
    written to the court.
    """
    rate = launch_hazard(
        plot.command, p.coup_launch, p.coup_reference, p.coup_steepness, p.coup_saturation
    )
    rate = (
        rate
        * court.coordination
        * exp(0.5 * p.hidden_coup * leader.hidden_coup)
        * young(leader.tenure, p.coup_young, p.coup_young_years)
    )
    rate = rate * by_type(leader.personalism, x, p) / p.time_weeks_a_year
    share = odds(
        plot.command,
        x.regime_coup_proofing,
        court.guards,
        street.crowd,
        p.hidden_coup * leader.hidden_coup,
        p,
    )
    q = success(share, p.coup_days, p.coup_pace, p.coup_bandwagon)
    court.coup_hazard = rate * q
    court.failure_hazard = rate * (1.0 - q)
