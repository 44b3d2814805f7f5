"""Rebels: a front moves by a contest of strengths; outside aircraft multiply the rebels and wear
the army down.

Contest-success function B^m / (B^m + A^m) (Hirshleifer 1989); the front moves with the rebels'
share beyond what defence needs. Defence
gains as the front nears the capital; rebels who hold no ground wither slowly, so that wars last
years and few are won (rate panel_onset: in five years 4 of 42 rulers fall to rebels, 17 are still
there). They win with a hazard that rises steeply as the front nears the capital. A man's removal
from outside leaves later war likelier (Downes 2021); hit-and-run war wears the army and feeds
larger war. Air power: Pape 1996; article fact gaddafi_offer.
"""

from __future__ import annotations

from .arithmetic import exp, happens, normal, power, within
from .chance import FRONT, REBEL_DRIFT, REBEL_ONSET, REBEL_SIZE


def contest(rebels: float, army: float, decisiveness: float) -> float:
    """The rebels' share in a contest of strengths (Hirshleifer 1989)."""
    b = power(rebels, decisiveness)
    return b / (b + power(army, decisiveness) + 1e-12)


def onset_hazard(grievance: float, rate: float, k_grievance: float) -> float:
    """Onsets of an armed rebellion a year: rate at grievance one half, exponential in grievance."""
    return rate * exp(k_grievance * (grievance - 0.5))


def first_strength(least: float, spread: float, skew: float, u: float) -> float:
    """Strength with which one begins (share): most begin small, few large."""
    return within(least + spread * power(u, skew), 0.0, 1.0)


def win_hazard(front: float, rate: float, steepness: float) -> float:
    """Weekly hazard that they take the capital: rate * front^steepness."""
    return rate * power(front, steepness)


def start(rebels, x) -> None:  # type: ignore[no-untyped-def]
    """Rebels at the start, as the scenario has them."""
    rebels.strength = x.rebels_strength
    rebels.front = x.rebels_front
    rebels.hazard = 0.0
    rebels.legacy = 0.0


def week(world, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """One week: an onset if there are none, else the front moves and they may win; leaves the
    week's exit hazard.
    """
    rebels = world.rebels
    rebels.hazard = 0.0
    rebels.legacy = rebels.legacy * (1.0 - 1.0 / p.rebels_legacy_weeks)
    if x.shock_rebellion > rebels.strength:
        rebels.strength = x.shock_rebellion
    if rebels.strength < p.rebels_least:
        rebels.front = rebels.front * (1.0 - p.rebels_recede)
        h = (
            (1.0 + p.rebels_after * rebels.legacy + p.rebels_feeds * x.rebels_guerrilla)
            * onset_hazard(world.street.grievance, p.rebels_onset, p.rebels_onset_grievance)
            / p.time_weeks_a_year
        )
        if happens(u[REBEL_ONSET], h):
            rebels.strength = first_strength(
                p.rebels_first, p.rebels_first_spread, p.rebels_first_power, u[REBEL_SIZE]
            )
        return
    flown = p.rebels_air * world.sender.strikes * x.rebels_air_support
    b = rebels.strength * (1.0 + flown) * exp(p.hidden_rebels * world.leader.hidden_rebels)
    share = contest(b, world.army.strength, p.rebels_decisiveness)
    rebels.front = within(
        rebels.front
        + p.rebels_speed * (share - p.rebels_defence - p.rebels_bastion * rebels.front)
        + p.rebels_noise * normal(u[FRONT]),
        0.0,
        1.0,
    )
    grown = rebels.strength + p.rebels_growth * (rebels.front - p.rebels_fade) * rebels.front
    rebels.strength = within(
        grown
        * exp(p.rebels_drift * normal(u[REBEL_DRIFT]) - p.rebels_wither * (1.0 - rebels.front)),
        0.0,
        1.0,
    )
    army = world.army
    army.dead = army.dead + p.rebels_dead * share * rebels.strength
    rebels.hazard = win_hazard(rebels.front, p.rebels_win, p.rebels_win_power)
