"""The pressing power: it weighs every rung it could climb to, holds, settles or steps down
("blinks"), by its own calendar, and its word is worth what it has kept.

Climbs to each higher rung compete: the hazard of one rises with resolve and with the odds, as it
sees them, that this rung ends his rule, and falls with that rung's expected cost where its public
is against it, with the leap it would be, and near its own elections. Forces in place make the next
rungs cheaper. Step-down hazard rises with opposition, duration, casualties, elections and a vote of
its parliament, and falls with the audience cost already sunk (Fearon 1994; Weeks 2008; Mueller
1973; Hendricks, Weiss & Wilson 1988; Gaubatz 1991; Howell & Pevehouse 2007). An ultimatum binds it
to act; one that lapses with nothing done costs it its word, one that is kept builds it (Sartori
2005). What a timeline puts in force is a fact that no blink undoes. The six military rungs stand at
1/6 ... 6/6: deployment, airspace, blockade, strikes, raid, invasion.
"""

from __future__ import annotations

from .arithmetic import exp, normal, within

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


def climb_hazard(resolve_now: float, odds: float, cost: float, leap: float, p) -> float:  # type: ignore[no-untyped-def]
    """Hazard a year of a climb to one rung: rate * resolve * exp(gain * odds that it ends his rule,
    less what its expected cost deters, less the leap over rungs between). `cost` already holds the
    public's aversion.
    """
    return p.ladder_climb * resolve_now * exp(p.ladder_gain * odds - cost - p.ladder_leap * leap)


def blink_hazard(opposition: float, years: float, dead: float, sunk: float, p) -> float:  # type: ignore[no-untyped-def]
    """Hazard a year of one rung down: rate * exp(opposition, duration, log casualties, less sunk
    audience cost).
    """
    return p.ladder_blink * exp(
        p.ladder_blink_opposition * (opposition - 0.5)
        + p.ladder_blink_years * years
        + p.ladder_blink_dead * dead
        - p.ladder_blink_sunk * sunk
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


def cost(rung: int, p) -> float:  # type: ignore[no-untyped-def]
    """Expected cost (length and dead, share of an invasion's) of a rung, 1 to 6."""
    if rung == 1:
        return p.ladder_cost_deployment
    if rung == 2:
        return p.ladder_cost_airspace
    if rung == 3:
        return p.ladder_cost_blockade
    if rung == 4:
        return p.ladder_cost_strikes
    if rung == 5:
        return p.ladder_cost_raid
    return 1.0


def odds(rung: int, raid: float, ground: float, p) -> float:  # type: ignore[no-untyped-def]
    """Odds, as the pressing power sees them, that a rung ends his rule within the year."""
    if rung == 5:
        return raid
    if rung == 6:
        return ground
    return p.ladder_hope * rung / RUNGS


def locked(now: float, base: float, level: float) -> float:
    """Strength of an instrument that the timeline has raised above what it was at the start: in
    force as it is set, whatever the posture.
    """
    return now if now > base else level


def start(sender, x, p) -> None:  # type: ignore[no-untyped-def]
    """The pressing power at the start: the rung that the scenario has it on, what it has sunk, how
    long it has lasted.
    """
    sender.base_deployment = x.us_pressure_deployment
    sender.base_airspace = x.us_pressure_airspace
    sender.base_blockade = x.us_pressure_blockade
    sender.base_strikes = x.us_pressure_strikes
    sender.base_raid = x.us_pressure_raid
    sender.base_invasion = x.us_pressure_invasion
    sender.first = highest(
        x.us_pressure_deployment,
        x.us_pressure_airspace,
        x.us_pressure_blockade,
        x.us_pressure_strikes,
        x.us_pressure_raid,
        x.us_pressure_invasion,
        p,
    )
    sender.escalation = sender.first
    sender.posture = 1.0
    sender.sunk = x.sender_sunk
    sender.weeks = x.sender_weeks
    sender.dead = 0.0
    sender.resolve = x.sender_resolve
    sender.credibility = p.ladder_word
    sender.waited = 0.0
    sender.temper = 0.0
    sender.step_down = 0.0
    sender.step_up = 0.0
    sender.settles = x.sender_terms
    instruments(sender, 0.0, 0.0, x, p)


def highest(  # type: ignore[no-untyped-def]
    deployment: float,
    airspace: float,
    blockade: float,
    strikes: float,
    raid: float,
    invasion: float,
    p,
) -> float:
    """The highest rung that these instruments have reached (0 none, 1 invasion)."""
    t = p.ladder_reached
    rung = rung_reached(deployment, 1.0, t, 0.0)
    rung = rung_reached(airspace, 2.0, t, rung)
    rung = rung_reached(blockade, 3.0, t, rung)
    rung = rung_reached(strikes, 4.0, t, rung)
    rung = rung_reached(raid, 5.0, t, rung)
    return rung_reached(invasion, 6.0, t, rung)


def above(now: float, base: float) -> float:
    """An instrument's strength if the timeline has raised it above what it was at the start, else
    0.
    """
    return now if now > base else 0.0


def raised(sender, x, p) -> float:  # type: ignore[no-untyped-def]
    """The highest rung that the timeline itself has reached."""
    return highest(
        above(x.us_pressure_deployment, sender.base_deployment),
        above(x.us_pressure_airspace, sender.base_airspace),
        above(x.us_pressure_blockade, sender.base_blockade),
        above(x.us_pressure_strikes, sender.base_strikes),
        above(x.us_pressure_raid, sender.base_raid),
        above(x.us_pressure_invasion, sender.base_invasion),
        p,
    )


def instruments(sender, relief: float, lifted: float, x, p) -> None:  # type: ignore[no-untyped-def]
    """Put the instruments in force: scenario, ladder, posture, what the timeline has raised, and
    relief for what has been conceded (share). `lifted`: the part of bounty and raids that ended
    with the man they were meant for.
    """
    keep = 1.0 - relief
    e, first, fresh = sender.escalation, sender.first, p.ladder_fresh_rung
    posture = sender.posture * keep
    sender.deployment = locked(
        x.us_pressure_deployment * keep,
        sender.base_deployment,
        in_force(x.us_pressure_deployment, 1.0, first, e, fresh, posture),
    )
    sender.airspace = locked(
        x.us_pressure_airspace * keep,
        sender.base_airspace,
        in_force(x.us_pressure_airspace, 2.0, first, e, fresh, posture),
    )
    sender.blockade = locked(
        x.us_pressure_blockade * keep,
        sender.base_blockade,
        in_force(x.us_pressure_blockade, 3.0, first, e, fresh, posture),
    )
    sender.strikes = locked(
        x.us_pressure_strikes * keep,
        sender.base_strikes,
        in_force(x.us_pressure_strikes, 4.0, first, e, fresh, posture),
    )
    raid = locked(
        x.us_pressure_raid * keep,
        sender.base_raid,
        in_force(x.us_pressure_raid, 5.0, first, e, fresh, posture),
    )
    sender.raid = raid * (1.0 - lifted)
    ground = within(sender.base_invasion + p.ladder_improvise, 0.0, fresh)
    sender.invasion = locked(
        x.us_pressure_invasion * keep,
        sender.base_invasion,
        in_force(x.us_pressure_invasion, 6.0, first, e, ground, posture),
    )
    sender.sanctions = x.us_pressure_sanctions * keep
    sender.seizures = x.us_pressure_seizures * keep
    sender.bounty = x.us_pressure_bounty * (1.0 - lifted)
    sender.ultimatum = x.us_pressure_ultimatum * keep
    m = sender.deployment * p.ladder_weight_deployment
    m = max(m, sender.airspace * p.ladder_weight_airspace)
    m = max(m, sender.blockade * p.ladder_weight_blockade)
    m = max(m, sender.strikes * p.ladder_weight_strikes)
    m = max(m, sender.raid * p.ladder_weight_raid)
    sender.pressure = max(m, sender.invasion)


def word(sender, x, p) -> None:  # type: ignore[no-untyped-def]
    """An ultimatum begins, stands or lapses: what it does to the pressing power's word."""
    stands = x.us_pressure_ultimatum >= p.ladder_told
    if stands and sender.waited <= 0.0:
        sender.waited = 1.0 + sender.escalation
    if not stands and sender.waited > 0.0:
        kept = sender.escalation > sender.waited - 1.0 + 1e-9
        toward = 1.0 if kept else 0.0
        sender.credibility = sender.credibility + p.ladder_bluff * (toward - sender.credibility)
        sender.waited = 0.0


def step_down_hazard(sender, outside, x, p) -> float:  # type: ignore[no-untyped-def]
    """Hazard of one rung down this week: public, duration, dead, elections near, a vote of its
    parliament.
    """
    down = blink_hazard(
        outside.opposition, sender.weeks / p.time_weeks_a_year, sender.dead, sender.sunk, p
    )
    down = down * exp(p.ladder_midterms * x.calendar_midterms * outside.opposition)
    voted = x.calendar_war_powers * p.ladder_war_powers
    voted = voted * exp(p.ladder_vote_opposition * (outside.opposition - 0.6))
    return (down / p.time_weeks_a_year + voted) * (1.0 if sender.pressure > 0.0 else 0.0)


def climbs(sender, outside, raid: float, ground: float, x, p, rung: int) -> float:  # type: ignore[no-untyped-def]
    """Hazard a year of a climb to this rung (0 for rungs already reached)."""
    at = sender.escalation * RUNGS
    if rung < at + 0.5:
        return 0.0
    dear = cost(rung, p) * (1.0 - p.ladder_ready * sender.deployment)
    averse = p.ladder_aversion * (
        outside.opposition + p.ladder_midterms * 0.2 * x.calendar_midterms * outside.opposition
    )
    h = climb_hazard(sender.resolve, odds(rung, raid, ground, p), averse * dear, rung - at - 1.0, p)
    return (
        h
        * (1.0 + p.ladder_bound * x.us_pressure_ultimatum * sender.credibility)
        * exp(p.ladder_close * (sender.deployment - 0.5))
    )


def week(world, x, p, u: float, u_rung: float, u_temper: float) -> None:  # type: ignore[no-untyped-def]
    """One week: resolve, word, and with one uniform a step down or a climb, with another which
    rung.
    """
    sender, outside, regime = world.sender, world.outside, world.regime
    if x.calendar_new_president > 0.0:
        sender.temper = p.ladder_temper * normal(u_temper) * x.calendar_new_president
        sender.sunk = sender.sunk * (1.0 - x.calendar_new_president)
    base = resolve(
        x.sender_resolve + sender.temper,
        sender.sunk,
        outside.approval,
        max(regime.concession, x.deal_terms),
        p.ladder_resolve_sunk,
        p.ladder_resolve_approval,
        p.ladder_resolve_concession,
    )
    lifted = p.aftermath_lifted * regime.heir
    sender.resolve = base * (1.0 - 0.5 * lifted)
    reached = raised(sender, x, p)
    if reached > sender.escalation:
        sender.escalation = reached
        sender.posture = 1.0
    word(sender, x, p)
    sender.step_down = 0.0
    sender.step_up = 0.0
    if sender.pressure > 0.0 or x.us_pressure_ultimatum > 0.0:
        raid = x.force_precision * p.ladder_hope_raid
        ground = world.force.share if world.force.built > 0.1 else p.ladder_hope_ground
        up = 0.0
        for k in range(6):
            up = up + climbs(sender, outside, raid, ground, x, p, k + 1)
        up = up / p.time_weeks_a_year
        down = step_down_hazard(sender, outside, x, p)
        sender.step_down = down
        either = 1.0 - exp(-(down + up))
        stepped_down = u * (down + up) < either * down
        stepped_up = u < either and not stepped_down
        if stepped_down:
            sender.posture = sender.posture * (1.0 - p.ladder_blink_step)
            sender.sunk = sender.sunk * (1.0 - p.ladder_blink_step)
            sender.escalation = max(0.0, sender.escalation - 1.0 / RUNGS)
        if stepped_up:
            sender.step_up = 1.0
            left = u_rung * up * p.time_weeks_a_year
            to = RUNGS
            for k in range(6):
                left = left - climbs(sender, outside, raid, ground, x, p, 6 - k)
                if left >= 0.0:
                    to = 5.0 - k
            sender.posture = sender.posture + p.ladder_blink_step * (1.0 - sender.posture)
            sender.escalation = within(to / RUNGS, sender.escalation + 1.0 / RUNGS, 1.0)
        sender.weeks = sender.weeks + 1.0
    instruments(sender, regime.relief, lifted, x, p)
    sender.sunk = within(
        sender.sunk + p.ladder_sink * sender.pressure * (1.0 - sender.sunk), 0.0, 1.0
    )
