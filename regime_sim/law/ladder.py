"""The pressing power's ladder: it climbs, holds or steps down ("blinks").

Climb hazard rises with resolve and falls with the expected cost of the next rung where its public
is against it; step-down hazard rises with opposition, duration and casualties and falls with the
audience cost already sunk (Fearon 1994; Weeks 2008; Mueller 1973; Hendricks, Weiss & Wilson 1988).
The six military rungs stand at 1/6 ... 6/6: deployment, airspace, blockade, strikes, raid,
invasion.
"""

from __future__ import annotations

from .arithmetic import exp, within

RUNGS = 6.0


def resolve(
    base: float,
    sunk: float,
    approval: float,
    concession: float,
    k_sunk: float,
    k_approval: float,
    k_concession: float,
) -> float:
    """How much the pressing power wants him gone now (share): base + sunk cost + an approved
    leader's licence - what was conceded.
    """
    return within(
        base + k_sunk * sunk + k_approval * (approval - 0.5) - k_concession * concession, 0.0, 1.0
    )


def climb_hazard(
    rate: float, resolve_now: float, opposition: float, next_cost: float, aversion: float
) -> float:
    """Hazard a year of one rung up: rate * resolve * exp(-aversion * opposition * expected cost of
    the next rung).
    """
    return rate * resolve_now * exp(-aversion * opposition * next_cost)


def blink_hazard(
    rate: float,
    opposition: float,
    years: float,
    dead: float,
    sunk: float,
    k_opposition: float,
    k_years: float,
    k_dead: float,
    k_sunk: float,
) -> float:
    """Hazard a year of one rung down: rate * exp(opposition, duration, log casualties, less sunk
    audience cost).
    """
    return rate * exp(
        k_opposition * (opposition - 0.5) + k_years * years + k_dead * dead - k_sunk * sunk
    )


def rung_reached(level: float, rung: float, threshold: float, highest: float) -> float:
    """The highest rung so far, counting this one if its instrument stands at or above the
    threshold.
    """
    return rung / RUNGS if level >= threshold and rung / RUNGS > highest else highest


def in_force(
    level: float, rung: float, start: float, now: float, fresh: float, posture: float
) -> float:
    """Strength of one military instrument: what the scenario sets, or what climbing past it has
    added, times the posture.
    """
    climbed = fresh if rung / RUNGS <= now + 1e-9 and rung / RUNGS > start + 1e-9 else 0.0
    return posture * (climbed if climbed > level else level)


def cost_of_next(now: float, p) -> float:  # type: ignore[no-untyped-def]
    """Expected cost (length and dead, share of an invasion's) of the rung above `now`."""
    step = now * RUNGS + 0.5
    if step < 1.0:
        return p.ladder_cost_deployment
    if step < 2.0:
        return p.ladder_cost_airspace
    if step < 3.0:
        return p.ladder_cost_blockade
    if step < 4.0:
        return p.ladder_cost_strikes
    if step < 5.0:
        return p.ladder_cost_raid
    return 1.0


def start(sender, x, p) -> None:  # type: ignore[no-untyped-def]
    """The pressing power at the start: the rung that the scenario has it on, what it has sunk, how
    long it has lasted.
    """
    t = p.ladder_reached
    highest = rung_reached(x.us_pressure_deployment, 1.0, t, 0.0)
    highest = rung_reached(x.us_pressure_airspace, 2.0, t, highest)
    highest = rung_reached(x.us_pressure_blockade, 3.0, t, highest)
    highest = rung_reached(x.us_pressure_strikes, 4.0, t, highest)
    highest = rung_reached(x.us_pressure_raid, 5.0, t, highest)
    sender.first = rung_reached(x.us_pressure_invasion, 6.0, t, highest)
    sender.escalation = sender.first
    sender.posture = 1.0
    sender.sunk = x.sender_sunk
    sender.weeks = x.sender_weeks
    sender.dead = 0.0
    sender.resolve = x.sender_resolve
    instruments(sender, 0.0, x, p)


def instruments(sender, relief: float, x, p) -> None:  # type: ignore[no-untyped-def]
    """Put the instruments in force: scenario, ladder, posture, and relief for what has been
    conceded (share).
    """
    keep = 1.0 - relief
    e, first, fresh, posture = (
        sender.escalation,
        sender.first,
        p.ladder_fresh_rung,
        sender.posture * keep,
    )
    sender.deployment = in_force(x.us_pressure_deployment, 1.0, first, e, fresh, posture)
    sender.airspace = in_force(x.us_pressure_airspace, 2.0, first, e, fresh, posture)
    sender.blockade = in_force(x.us_pressure_blockade, 3.0, first, e, fresh, posture)
    sender.strikes = in_force(x.us_pressure_strikes, 4.0, first, e, fresh, posture)
    sender.raid = in_force(x.us_pressure_raid, 5.0, first, e, fresh, posture)
    sender.invasion = in_force(x.us_pressure_invasion, 6.0, first, e, fresh, posture)
    sender.sanctions = x.us_pressure_sanctions * keep
    sender.seizures = x.us_pressure_seizures * keep
    sender.bounty = x.us_pressure_bounty
    sender.ultimatum = x.us_pressure_ultimatum * posture
    m = sender.deployment * p.ladder_weight_deployment
    m = max(m, sender.airspace * p.ladder_weight_airspace)
    m = max(m, sender.blockade * p.ladder_weight_blockade)
    m = max(m, sender.strikes * p.ladder_weight_strikes)
    m = max(m, sender.raid * p.ladder_weight_raid)
    sender.pressure = max(m, sender.invasion)


def week(sender, outside, regime, x, p, u: float) -> None:  # type: ignore[no-untyped-def]
    """One week of the ladder with one uniform: the bottom of it is a step down, the next part a
    step up.
    """
    sender.resolve = resolve(
        x.sender_resolve,
        sender.sunk,
        outside.approval,
        regime.concession,
        p.ladder_resolve_sunk,
        p.ladder_resolve_approval,
        p.ladder_resolve_concession,
    )
    pressing = sender.pressure > 0.0 or x.us_pressure_ultimatum > 0.0
    if pressing:
        down = blink_hazard(
            p.ladder_blink,
            outside.opposition,
            sender.weeks / p.time_weeks_a_year,
            sender.dead,
            sender.sunk,
            p.ladder_blink_opposition,
            p.ladder_blink_years,
            p.ladder_blink_dead,
            p.ladder_blink_sunk,
        )
        up = climb_hazard(
            p.ladder_climb,
            sender.resolve,
            outside.opposition,
            cost_of_next(sender.escalation, p),
            p.ladder_aversion,
        )
        down = down / p.time_weeks_a_year * (1.0 if sender.pressure > 0.0 else 0.0)
        up = up / p.time_weeks_a_year * (1.0 if sender.escalation < 1.0 - 1e-9 else 0.0)
        either = 1.0 - exp(-(down + up))
        stepped_down = u * (down + up) < either * down
        stepped_up = u < either and not stepped_down
        if stepped_down:
            sender.posture = sender.posture * (1.0 - p.ladder_blink_step)
            sender.sunk = sender.sunk * (1.0 - p.ladder_blink_step)
            sender.escalation = max(0.0, sender.escalation - 1.0 / RUNGS)
        if stepped_up:
            sender.posture = sender.posture + p.ladder_blink_step * (1.0 - sender.posture)
            sender.escalation = min(1.0, sender.escalation + 1.0 / RUNGS)
        sender.weeks = sender.weeks + 1.0
    instruments(sender, p.ladder_relief * regime.concession, x, p)
    sender.sunk = within(
        sender.sunk + p.ladder_sink * sender.pressure * (1.0 - sender.sunk), 0.0, 1.0
    )
