"""Force: strikes destroy capacity, a raid may seize him, an invasion wins where a credible
ground force goes in.

Air power alone rarely removes a ruler (Pape 1996). A raid or a strike at his person succeeds
about one time in four (Jones & Olken 2009; own list 2 of 8), more with insiders and a bounty,
less with guards and air defence; a patron's guards die for him (3 January 2026: 32 Cubans). An
invasion is a contest of its force with what the army is worth after pay, coup-proofing, strikes
and arms: it takes weeks to build up and then days to weeks (five of five with a credible ground
force). Strikes on boats wear no army down.
"""

from __future__ import annotations

from .arithmetic import logistic, power, within


def raid_success(  # type: ignore[no-untyped-def]
    insider: float,
    bounty: float,
    plotting: float,
    guarded: float,
    lent: float,
    defence_now: float,
    p,
) -> float:
    """Probability that one serious attempt takes or kills him: a logit; air defence counts only as
    far as it still stands, and guards that a patron lends are the better ones.
    """
    base = p.force_raid_base - p.force_raid_lent * (lent - 0.3)
    return logistic(
        base
        + p.force_raid_insider * insider
        + p.force_raid_bounty * bounty
        + p.force_raid_plot * plotting
        - p.force_raid_guards * (guarded - 0.5)
        - p.force_raid_defence * (defence_now - 0.5)
    )


def raid_hazard(rate: float, authorised: float, resolve: float, precision: float) -> float:
    """Serious attempts a year: rate * how far they are authorised * resolve * capability to reach
    one man.
    """
    return rate * authorised * resolve * precision


def beats(built: float, army: float, superiority: float, decisiveness: float) -> float:
    """The invader's share in the contest with the army (Hirshleifer 1989): `superiority` armies
    strong once it stands ready in full.
    """
    b = power(superiority * built, decisiveness)
    return b / (b + power(army, decisiveness) + 1e-12)


def invasion_hazard(rate: float, ground: float, steepness: float, share: float) -> float:
    """Removals a year by a ground force: going in is a step (half a threat does nothing), and then
    it must win (Grenada 1983, Panama 1989, Iraq 2003, Afghanistan 2001: one to eight weeks).
    """
    return rate * power(ground, steepness) * share * share


def build_up(built: float, ground: float, weeks: float) -> float:
    """How far an invasion force stands ready: it approaches its credibility over `weeks`."""
    return built + (ground - built) / weeks


def wear(damage: float, strikes: float, k_damage: float, k_repair: float) -> float:
    """Military capacity destroyed (share): strikes add to what still stands, repair takes away."""
    return within(damage + k_damage * strikes * (1.0 - damage) - k_repair * damage, 0.0, 1.0)


def on_land(strikes: float, boats: float) -> float:
    """Strikes that reach his forces (share): those below `boats` hit boats at sea."""
    return within((strikes - boats) / (1.0 - boats), 0.0, 1.0)


def defence(own: float, damage: float, closed: float, k_closed: float) -> float:
    """Air defence that still stands (share): less what is destroyed, less what a patrolled sky
    keeps silent.
    """
    return own * (1.0 - damage) * (1.0 - k_closed * closed)


def start(force, x, p) -> None:  # type: ignore[no-untyped-def]
    """Force at the start: nothing destroyed, no build-up yet."""
    force.damage = 0.0
    force.built = 0.0
    force.share = 0.0
    force.seizure = 0.0
    force.raid_fails = 0.0
    force.invasion = p.force_background / p.time_weeks_a_year


def raid(force, sender, plot, court, talked: float, x, p) -> None:  # type: ignore[no-untyped-def]
    """The week's hazards of a raid that takes him and of one that fails: insiders, a bounty and
    plotters open the door, guards and air defence shut it, and a patron's guards die for it.
    """
    q = raid_success(
        within(x.force_insider + talked, 0.0, 1.0),
        sender.bounty,
        plot.command,
        court.guards,
        court.lent,
        defence(x.force_air_defence, force.damage, sender.airspace, p.force_closed),
        p,
    )
    tried = (
        raid_hazard(p.force_raid_rate, sender.raid, sender.resolve, x.force_precision)
        / p.time_weeks_a_year
    )
    force.seizure = tried * q
    force.raid_fails = tried * (1.0 - q)


def week(force, sender, outside, army, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week of war in the open: damage, build-up, the contest on the ground, and the dead of
    both sides.
    """
    struck = on_land(sender.strikes, p.force_boats)
    force.damage = wear(force.damage, struck, p.force_damage, p.force_repair)
    force.built = build_up(force.built, sender.invasion, p.force_build_up)
    force.share = beats(force.built, army.strength, p.force_superiority, p.force_decisiveness)
    fights = power(sender.invasion, p.force_invasion_power)
    removed = invasion_hazard(
        p.force_invasion_rate, sender.invasion, p.force_invasion_power, force.share
    )
    force.invasion = (p.force_background + removed) / p.time_weeks_a_year
    outside.dead = outside.dead + p.force_invasion_dead * fights * (1.0 - force.share)
    worn = p.force_attrition * fights * force.share
    army.ranks = within(army.ranks * (1.0 - worn), p.troops_least, 1.0)
    army.dead = army.dead + worn


def failed(force, outside, street, court, p) -> None:  # type: ignore[no-untyped-def]
    """A raid has failed: dead for the pressing power, a rally at home for him, guards killed."""
    outside.dead = outside.dead + p.force_raid_dead
    street.mood = street.mood - p.street_rally
    court.lost_guards = within(court.lost_guards + p.force_guards_dead * court.lent, 0.0, 1.0)
