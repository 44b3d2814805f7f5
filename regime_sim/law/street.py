"""Street: crowds grow with grievance and wane with fatigue, fear and fire; the army shoots or
stands aside.

On a daily clock within the week. Refusal is a logit in crowd, soldiers' anger, coup-proofing,
commanders' plotting and a patron's troops (NAVCO: 20, 26, 46% defection by size; Bellin 2012;
Barany 2016; Bahrain 2011). The exit hazard is rate * refusal * crowd^power a day; part of it is
officers who act themselves to save the core (endgame coups: Koehler & Albrecht 2021). Grievance is
falsified until it breaks (Kuran 1991).
"""

from __future__ import annotations

from .arithmetic import exp, happens, logistic, normal, power, within
from .chance import DAY, MOOD, STREET_ONSET, STREET_SIZE


def refusal(  # type: ignore[no-untyped-def]
    crowd: float, angry: float, proofing: float, plotting: float, troops: float, hidden: float, p
) -> float:
    """Probability that the army stands aside: a logit; a patron's troops on the spot come close to
    a veto.
    """
    return logistic(
        p.street_refusal
        + p.street_refusal_crowd * crowd
        + p.street_refusal_anger * angry
        - p.street_refusal_proofing * (proofing - 0.5)
        + p.street_refusal_plot * plotting
        - p.street_refusal_troops * troops
        + hidden
    )


def growth(  # type: ignore[no-untyped-def]
    crowd: float, grievance: float, fear: float, refused: float, proofing: float, fire: float, p
) -> float:
    """Daily growth rate of the crowd: grievance of those not yet out, less fatigue and fear, less
    fire where the army obeys; a large crowd dilutes the fire (Granovetter 1978).
    """
    angry = p.street_growth_base + (1.0 - p.street_growth_base) * grievance
    return (
        p.street_growth * angry * (1.0 - crowd)
        - p.street_wane * (1.0 + fear)
        - fire * (1.0 - refused) * (0.5 + proofing) / (1.0 + p.street_disperse * crowd)
    )


def onset_hazard(grievance: float, rate: float, k_grievance: float) -> float:
    """Onsets of a campaign a year: rate at grievance one half, exponential in grievance (NAVCO:
    2.9% a year).
    """
    return rate * exp(k_grievance * (grievance - 0.5))


def grievance(
    home: float,
    mood: float,
    arrears: float,
    economy: float,
    rally: float,
    k_arrears: float,
    k_economy: float,
) -> float:
    """Grievance of the home public (share): opposition, passing mood, what goes unpaid, a sinking
    economy, less the rally under bombs.
    """
    return within(home + mood + k_arrears * arrears + k_economy * (1.0 - economy) - rally, 0.0, 1.0)


def start(street, x, p) -> None:  # type: ignore[no-untyped-def]
    """The home public at the start."""
    street.crowd = x.street_crowd
    street.mood = 0.0
    street.fear = p.street_fear
    street.grievance = x.public_opinion_home_opposition
    street.refusal = 0.0
    street.hazard = 0.0
    street.tired = 0.0
    street.campaign = x.street_campaign


def campaign(before: float, crowd: float, joins: float, kept: float) -> float:
    """How organised the campaign behind the crowds is (share). It grows in weeks towards the root
    of the crowd, and outlives it: campaigns last about a year, with weeks in which nobody is out
    (NAVCO).
    """
    seen = power(crowd, 0.5)
    return before + joins * (seen - before) if seen > before else before * kept


def public(world, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """The public's mood this week: grievance, and fear that fades to its usual level."""
    street, treasury, leader = world.street, world.treasury, world.leader
    street.mood = street.mood * (1.0 - p.street_mood_fade) + p.street_mood * normal(u[MOOD])
    rally = p.street_rally * world.sender.strikes * (1.0 - world.rebels.strength)
    street.grievance = grievance(
        x.public_opinion_home_opposition,
        street.mood,
        treasury.arrears,
        treasury.economy,
        rally,
        p.street_arrears,
        p.street_economy,
    )
    street.grievance = within(
        street.grievance + p.street_repression * (leader.repression - 0.5), 0.0, 1.0
    )
    street.campaign = campaign(
        street.campaign,
        street.crowd,
        1.0 / p.street_organises,
        exp(-1.0 / (p.street_lasts * p.time_weeks_a_year)),
    )
    usual = p.street_fear * (0.5 + leader.repression)
    street.fear = street.fear + p.street_fear_fade * (usual - street.fear)


def week(world, called: float, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """One week of the street: an onset if it is quiet, seven days of crisis if it is not; leaves
    the week's exit hazard. `called` multiplies onsets (see `opposition.coordination`).
    """
    street, leader = world.street, world.leader
    street.hazard = 0.0
    street.refusal = 0.0
    shock = x.shock_crowd
    if shock > street.crowd:
        street.crowd = shock
    if street.crowd < p.street_quiet:
        street.crowd = 0.0
        street.tired = street.tired * (1.0 - 0.25 / p.street_tire_weeks)
        h = (
            called
            * onset_hazard(street.grievance, p.street_onset, p.street_onset_grievance)
            / p.time_weeks_a_year
        )
        if happens(u[STREET_ONSET], h):
            street.crowd = within(p.street_first + p.street_first_spread * u[STREET_SIZE], 0.0, 1.0)
        return
    street.tired = street.tired + (1.0 - street.tired) / p.street_tire_weeks
    worn = street.fear + p.street_tire * street.tired
    fire = p.street_shoot * (1.0 + leader.gamble) * (0.5 + leader.repression)
    for day in range(int(p.time_days_a_week)):
        r = refusal(
            street.crowd,
            world.army.anger,
            x.regime_coup_proofing,
            world.plot.command,
            world.court.troops,
            p.hidden_army * leader.hidden_army,
            p,
        )
        street.hazard = street.hazard + p.street_exit * r * power(street.crowd, p.street_exit_power)
        grown = growth(street.crowd, street.grievance, worn, r, x.regime_coup_proofing, fire, p)
        g = grown + p.street_noise * normal(u[DAY + day])
        street.crowd = within(street.crowd * (1.0 + g), 0.0, 1.0)
        street.refusal = r
    street.fear = within(street.fear + p.street_fear_shots * (1.0 - street.refusal), 0.0, 1.0)


def endgame(proofing: float, k_endgame: float) -> float:
    """Share of crowd-driven exits in which officers do it themselves: highest where nobody watches
    them.
    """
    return within(2.0 * k_endgame * (1.0 - proofing), 0.0, 1.0)
