"""The order of the week and nothing else: which mechanism acts when, on which actors.

1 events (the engine has applied them to the inputs `x`), 2 the pressing power, its public,
deals, 3 patrons, 4 treasury and the ruler's choices, 5 soldiers, both publics, units,
principals, 6-8 generals (`general`, once per general, by the engine), 9 coup, 10 vote and
street, 11 force and rebels, 12 ruler, 13 exits and what follows. `world` holds the actors by
name; `x` the week's inputs, `p` the structural parameters, `u` the week's uniforms (see
`chance`).
"""

from __future__ import annotations

from . import (
    aftermath,
    chance,
    choice,
    counterintelligence,
    coup,
    deal,
    exits,
    force,
    ladder,
    leader,
    loyalty,
    opinion,
    opposition,
    palace,
    patronage,
    patrons,
    plotting,
    principals,
    rebels,
    stocks,
    street,
    treasury,
    troops,
    units,
    vote,
)
from .arithmetic import happens, within
from .patrons import PATRONS


def gather(world, x, p) -> None:  # type: ignore[no-untyped-def]
    """What the patrons give together, and how well he is guarded."""
    court = world.court
    buyers, finance, arms, lent, troops_ = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(PATRONS):
        patron = world.patrons[k]
        c = patron.commitment
        buyers = buyers + patron.oil * c
        finance = finance + patron.finance * c
        arms = arms + patron.arms * c
        lent = lent + patron.guards * c
        troops_ = troops_ + patron.troops * c
    court.buyers = within(buyers, 0.0, 1.0)
    court.finance = within(finance, 0.0, 1.0)
    court.arms = within(arms, 0.0, 1.0)
    court.troops = within(troops_, 0.0, 1.0)
    court.lent = within(lent, 0.0, 1.0) * (1.0 - court.lost_guards)
    court.guards = counterintelligence.guards(
        x.regime_coup_proofing, court.lent, p.counterintelligence_lent
    )
    court.rescue = patrons.rescue(world)


def corps(world, p) -> None:  # type: ignore[no-untyped-def]
    """What the size of the officer corps does to a share of the rents, to leaving, and to agreeing
    on a coup.
    """
    court = world.court
    court.dilution = patronage.dilution(court.number, p.generals_reference, p.patronage_dilution)
    court.exit_cost = patronage.exit_cost(
        court.number, p.generals_reference, p.patronage_selectorate
    )
    court.coordination = patronage.coordination(
        court.number, p.generals_reference, p.coup_coordination
    )


def start(world, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """Week 0: every actor at the start, in the order of the week."""
    court = world.court
    leader.start(world.leader, x, u, chance.HIDDEN_ARMY, chance.HIDDEN_COUP, chance.HIDDEN_REBELS)
    aftermath.start(world.regime, x)
    ladder.start(world.sender, x, p)
    world.regime.relief = max(x.deal_relief, p.ladder_relief * world.regime.concession)
    ladder.instruments(world.sender, world.regime.relief, 0.0, x, p)
    opinion.start(world.outside, x)
    court.lost_guards = 0.0
    for k in range(PATRONS):
        patrons.start(world.patrons[k], p)
    gather(world, x, p)
    choice.start(world.leader, court, x)
    corps(world, p)
    court.bond = 0.0
    court.roundup = 0.0
    court.coup_hazard = 0.0
    court.failure_hazard = 0.0
    units.start(world)
    treasury.start(world.treasury, world.sender, court, x, p)
    troops.start(world.army, world.treasury, court, x, p)
    street.start(world.street, x, p)
    opposition.start(world.opposition, x)
    rebels.start(world.rebels, x)
    force.start(world.force, x, p)
    plotting.start(world.plot, x.generals_number)
    principals.start(world, p)
    court.felt = felt(world, p)


def felt(world, p) -> float:  # type: ignore[no-untyped-def]
    """Rents of the mean general as they bind him: diluted by numbers, concentrated on fewer when
    poor, worth less beyond enough.
    """
    court, treasury_ = world.court, world.treasury
    paid = patronage.concentrated(treasury_.rents, court.adapted, p.patronage_shrink)
    return patronage.felt(paid * court.dilution, p.patronage_enough, p.patronage_surplus)


def outside_week(world, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """Steps 2 and 3: the pressing power and its public, what is agreed, the patrons."""
    sender, plot, court = world.sender, world.plot, world.court
    aftermath.week(world.regime, p)
    deal.week(world.regime, sender, world.outside, world.leader, u[chance.DEAL], x, p)
    ladder.week(world, x, p, u[chance.LADDER], u[chance.RUNG], u[chance.TEMPER])
    opinion.week(world.outside, sender, x, p)
    weak = within(plot.weak, 0.0, 1.0)
    silence = patrons.silence(world)
    for k in range(PATRONS):
        patrons.week(world, k, weak, silence, p, u)
    gather(world, x, p)
    court.bond = court.bond * (1.0 - 1.0 / p.aftermath_bond_weeks)


def inside_week(world, lured: float, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """Steps 4 and 5: treasury, the ruler's choices, soldiers, publics, units and principals."""
    sender, plot, court, street_ = world.sender, world.plot, world.court, world.street
    treasury.week(world.treasury, sender, court, world.force.damage, x, p)
    choice.week(world.leader, court, world.treasury, plot, street_, x, p)
    corps(world, p)
    troops.week(world.army, world.treasury, court, world.force.damage, x, p)
    street.public(world, x, p, u)
    opposition.week(world.opposition, street_, world.leader, world.regime, x, p)
    units.week(world, x, p, u)
    court.felt = felt(world, p)
    first = court.felt * (1.0 + p.principals_first * court.adapted)
    believed = plotting.belief(0.0, 0.0, p.plotting_signal * plot.weak + p.plotting_base)
    principals.week(world, first, lured, believed, x, p, u)
    palace.week(world, x, p)


def before_generals(world, x, p, u):  # type: ignore[no-untyped-def]
    """Steps 2-5, then what all generals share: returns the numbers of
    `engine.records.Shared`, in its order.
    """
    plot, court, street_, leader_ = world.plot, world.court, world.street, world.leader
    stocks.take(world, x, p)
    outside_week(world, x, p, u)
    lured = loyalty.lure(
        world.sender.bounty, world.sender.pressure, p.loyalty_bounty, p.loyalty_threat
    )
    inside_week(world, lured, x, p, u)
    plotting.week(world, x, p)
    hit = counterintelligence.found(
        court.guards, plot.command, within(x.shock_purge + leader_.purge, 0.0, 1.0), p
    )
    hit = max(hit, p.counterintelligence_roundup * court.roundup)
    kept = 1.0 - max(hit, p.aftermath_purge * court.bond)
    usual = patronage.felt(p.plotting_rich, p.patronage_enough, p.patronage_surplus)
    k = p.loyalty_personal
    return (
        court.felt,
        loyalty.personal(p.loyalty_rent, leader_.personalism, k),
        p.loyalty_half,
        loyalty.complicity_binds(p.loyalty_complicity, x.amnesty_credibility, lured),
        p.loyalty_tie,
        loyalty.common(street_.grievance, lured, p.loyalty_grievance)
        + loyalty.office(p.loyalty_rent, leader_.personalism, k, usual, p.loyalty_half)
        + p.aftermath_bond * court.bond,
        p.loyalty_spread,
        p.plotting_gain
        * plotting.break_open(
            street_.crowd, world.rebels.front, plot.memory, plot.defection, p.plotting_break
        ),
        p.plotting_signal * plot.weak + p.plotting_base,
        plotting.prize(p.plotting_prize, treasury.prospect(x, p), p.plotting_rich, p.plotting_poor),
        max(0.0, p.plotting_cost + p.plotting_fear * street_.fear + court.exit_cost),
        p.counterintelligence_alarm,
        p.plotting_beta,
        p.plotting_rate,
        kept,
        kept - counterintelligence.flees(p.counterintelligence_flight, street_.fear),
    )


def hazards(world, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """Steps 9-12: every way's hazard this week, written to the exits, and the ruler's own
    decision.
    """
    e, court, street_, rebels_, force_ = (
        world.exits,
        world.court,
        world.street,
        world.rebels,
        world.force,
    )
    sender, leader_, plot = world.sender, world.leader, world.plot
    coup.hazards(plot, court, street_, leader_, x, p)
    voted = vote.week(world, u[chance.THEFT], x, p)
    called = opposition.coordination(
        world.opposition.leader, world.opposition.unity, p.opposition_calls
    )
    street.week(world, called, x, p, u)
    rebels.week(world, x, p, u)
    force.week(force_, sender, world.outside, world.army, x, p)
    force.raid(force_, sender, plot, court, principals.talk(world, p), x, p)
    share = street.endgame(x.regime_coup_proofing, p.street_endgame)
    e.coup = court.coup_hazard + share * street_.hazard
    e.uprising = (1.0 - share) * street_.hazard
    e.rebellion = rebels_.hazard
    e.foreign_removal = force_.invasion
    e.seized = force_.seizure
    e.palace_coup = world.circle.hazard
    crowds, front = leader.sees_crowd(street_, p), leader.sees_front(rebels_, p)
    danger = crowds + front + leader.sees_rest(plot, world.circle, force_, sender, p)
    leader.week(leader_, danger, sender.credibility, x, p)
    near = 1.0 - leader.believed(danger, 0.0, 0.0)
    leader_.rescued = patrons.evacuation(court.rescue, x.shock_evacuation, near, sender.airspace, p)
    # who is flown out is counted by what he flees from
    fled = leader_.rescued / (danger + 1e-9)
    e.uprising = e.uprising + fled * crowds
    e.rebellion = e.rebellion + fled * front
    e.negotiated_exit = leader_.exile + fled * (danger - crowds - front + 1e-9)
    exits.quiet_hazards(world, x, p)
    e.regular = e.regular + voted


def coup_failed(world, size: float, u: float, p) -> None:  # type: ignore[no-untyped-def]
    """A coup has failed: half the time it hardens him (memory fades, personal power grows), else it
    shows that it can be tried; either way plotters are rounded up and fear spreads.
    """
    plot, street_, leader_ = world.plot, world.street, world.leader
    hard = u < p.leader_harden
    left = p.plotting_memory_hard if hard else 1.0
    plot.memory = within(max(plot.memory * left, left * size), 0.0, 1.0)
    plot.attempts = plot.attempts + 1.0
    world.court.roundup = size
    street_.fear = within(street_.fear + p.street_fear_coup * size, 0.0, 1.0)
    grown = p.leader_harden_growth if hard else p.leader_coup_growth
    leader_.personalism = within(
        leader_.personalism + grown * size * (1.0 - leader_.personalism), 0.0, 1.0
    )


def failures(world, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """What was tried this week and failed: a coup, a palace coup, a raid; and units that changed
    sides in public.
    """
    plot, court, street_ = world.plot, world.court, world.street
    court.roundup = 0.0
    if x.shock_failed_coup > 0.0:
        coup_failed(world, x.shock_failed_coup, u[chance.HARDEN], p)
    elif happens(u[chance.COUP_FAILS], court.failure_hazard):
        coup_failed(world, 1.0, u[chance.HARDEN], p)
    elif happens(u[chance.PALACE_FAILS], world.circle.failure):
        coup_failed(world, p.palace_shock, u[chance.HARDEN], p)
    if happens(u[chance.RAID_FAILS], world.force.raid_fails):
        force.failed(world.force, world.outside, street_, court, p)
    turned = p.plotting_defection_rate * street_.refusal * street_.crowd
    if happens(u[chance.DEFECTION], turned):
        plot.defection = 1.0


def take_stock(  # type: ignore[no-untyped-def]
    world, p, plotting_share: float, command: float, purged: float, fled: float
) -> None:
    """Step 8, when the generals have acted: what they have become, and the fear that losses
    spread.
    """
    plot = world.plot
    plot.plotting, plot.command, plot.purged, plot.fled = plotting_share, command, purged, fled
    world.street.fear = within(world.street.fear + p.street_fear_purge * (purged + fled), 0.0, 1.0)


def leave_or_stay(world, x, p, u) -> int:  # type: ignore[no-untyped-def]
    """Step 13: one exit mode or none, drawn from the hazards, and what follows; returns the way the
    ruler goes this week (0 none).
    """
    way = exits.pick(world.exits, u[chance.EXIT], u[chance.WAY])
    if way > 0:
        world.court.roundup = 0.0
        aftermath.week_of_exit(world, way, x, p, u)
    else:
        failures(world, x, p, u)
    return way


def after_generals(  # type: ignore[no-untyped-def]
    world, x, p, u, plotting_share: float, command: float, purged: float, fled: float
) -> int:
    """Steps 8-13 after the generals have acted; returns the way the ruler goes this week (0 none).

    Nothing but these three calls: the Mesa model makes them one by one.
    """
    take_stock(world, p, plotting_share, command, purged, fled)
    hazards(world, x, p, u)
    return leave_or_stay(world, x, p, u)
