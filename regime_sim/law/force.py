"""Force: strikes destroy capacity, a raid may seize him, an invasion wins where a credible ground
force goes in.

Air power alone rarely removes a ruler (Pape 1996). A raid or a strike at his person succeeds about
one time in four (Jones & Olken 2009; own list 2 of 8), more with insiders and a bounty, less with
guards and air defence. An invasion once it goes in takes weeks to build up (five of five with a
credible ground force).
"""

from __future__ import annotations

from .arithmetic import logistic, power, within


def raid_success(
    insider: float,
    bounty: float,
    plotting: float,
    guarded: float,
    defence: float,
    damage: float,
    base: float,
    k_insider: float,
    k_bounty: float,
    k_plot: float,
    k_guards: float,
    k_defence: float,
) -> float:
    """Probability that one serious attempt takes or kills him: a logit; air defence counts only as
    far as it still stands.
    """
    return logistic(
        base
        + k_insider * insider
        + k_bounty * bounty
        + k_plot * plotting
        - k_guards * (guarded - 0.5)
        - k_defence * (defence * (1.0 - damage) - 0.5)
    )


def raid_hazard(rate: float, authorised: float, resolve: float, precision: float) -> float:
    """Serious attempts a year: rate * how far they are authorised * resolve * capability to reach
    one man.
    """
    return rate * authorised * resolve * precision


def invasion_hazard(rate: float, ground: float, steepness: float, built: float) -> float:
    """Removals a year by a ground force: rate * credibility^steepness * how far the force has been
    built up.
    """
    return rate * power(ground, steepness) * built


def build_up(built: float, ground: float, weeks: float) -> float:
    """How far an invasion force stands ready: it approaches its credibility over `weeks`."""
    return built + (ground - built) / weeks


def wear(damage: float, strikes: float, k_damage: float, k_repair: float) -> float:
    """Military capacity destroyed (share): strikes add to what still stands, repair takes away."""
    return within(damage + k_damage * strikes * (1.0 - damage) - k_repair * damage, 0.0, 1.0)


def start(force, x, p) -> None:  # type: ignore[no-untyped-def]
    """Force at the start: nothing destroyed, no build-up yet."""
    force.damage = 0.0
    force.built = 0.0
    force.seizure = 0.0
    force.raid_fails = 0.0
    force.invasion = p.force_background / p.time_weeks_a_year


def week(force, sender, plot, court, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week: damage, build-up, and the hazards of a seizure, of a raid that fails, and of an
    invasion that removes him.
    """
    force.damage = wear(force.damage, sender.strikes, p.force_damage, p.force_repair)
    force.built = build_up(force.built, sender.invasion, p.force_build_up)
    q = raid_success(
        x.force_insider,
        sender.bounty,
        plot.command,
        court.guards,
        x.force_air_defence,
        force.damage,
        p.force_raid_base,
        p.force_raid_insider,
        p.force_raid_bounty,
        p.force_raid_plot,
        p.force_raid_guards,
        p.force_raid_defence,
    )
    tried = (
        raid_hazard(p.force_raid_rate, sender.raid, sender.resolve, x.force_precision)
        / p.time_weeks_a_year
    )
    force.seizure = tried * q
    force.raid_fails = tried * (1.0 - q)
    force.invasion = (
        p.force_background
        + invasion_hazard(
            p.force_invasion_rate, sender.invasion, p.force_invasion_power, force.built
        )
    ) / p.time_weeks_a_year


def failed(force, outside, street, p) -> None:  # type: ignore[no-untyped-def]
    """A raid has failed: dead for the pressing power, a rally at home for him."""
    outside.dead = outside.dead + p.force_raid_dead
    street.mood = street.mood - p.street_rally
