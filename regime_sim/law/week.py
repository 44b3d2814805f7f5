"""The order of the week and nothing else: which mechanism acts when, on which actors.

1 events (the engine has applied them to the inputs `x`), 2 pressing power and its public, 3
patrons, 4 treasury, 5 patronage, 6-8 generals (`general`, once per general, by the engine), 9 coup,
10 street, 11 force and rebels, 12 ruler, 13 exits and what follows. `world` holds the actors by
name; `x` the week's inputs, `p` the structural parameters, `u` the week's uniforms (see `chance`).
"""

from __future__ import annotations

from . import (
    aftermath,
    chance,
    counterintelligence,
    coup,
    exits,
    force,
    ladder,
    leader,
    loyalty,
    opinion,
    patronage,
    patrons,
    plotting,
)
from . import rebels, stocks, street, treasury, troops
from .arithmetic import chance as chance_of
from .arithmetic import within

PATRONS = 6


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
    court.guards = counterintelligence.guards(
        x.regime_coup_proofing, within(lent, 0.0, 1.0), p.counterintelligence_lent
    )


def start(world, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """Week 0: every actor at the start, in the order of the week."""
    court = world.court
    leader.start(world.leader, x, u, chance.HIDDEN_ARMY, chance.HIDDEN_COUP, chance.HIDDEN_REBELS)
    aftermath.start(world.regime, x)
    ladder.start(world.sender, x, p)
    ladder.instruments(world.sender, p.ladder_relief * world.regime.concession, x, p)
    opinion.start(world.outside, x)
    for k in range(PATRONS):
        patrons.start(world.patrons[k], p)
    gather(world, x, p)
    court.dilution = patronage.dilution(
        x.generals_number, p.generals_reference, p.patronage_dilution
    )
    court.exit_cost = patronage.exit_cost(
        x.generals_number, p.generals_reference, p.patronage_selectorate
    )
    court.coordination = patronage.coordination(
        x.generals_number, p.generals_reference, p.coup_coordination
    )
    court.roundup = 0.0
    court.coup_hazard = 0.0
    court.failure_hazard = 0.0
    treasury.start(world.treasury, world.sender, court, x, p)
    troops.start(world.army, world.treasury, court, x, p)
    street.start(world.street, x, p)
    rebels.start(world.rebels, x)
    force.start(world.force, x, p)
    court.number = x.generals_number
    world.leader.repression = x.regime_repression
    world.opposition.leader = x.opposition_leader
    plotting.start(world.plot, x.generals_number)


def before_generals(world, x, p, u):  # type: ignore[no-untyped-def]
    """Steps 2-5, then what all generals share: returns the numbers of
    `engine.records.Shared`, in its order.
    """
    sender, plot, court, street_, rebels_ = (
        world.sender,
        world.plot,
        world.court,
        world.street,
        world.rebels,
    )
    stocks.take(world, x, p)
    aftermath.week(world.regime, p)
    ladder.week(sender, world.outside, world.regime, x, p, u[chance.LADDER])
    opinion.week(world.outside, sender, x, p)
    weak = within(plot.weak, 0.0, 1.0)
    for k in range(PATRONS):
        patrons.week(world.patrons[k], weak, sender, p, u[chance.PATRON + k])
    gather(world, x, p)
    treasury.week(world.treasury, sender, court, world.force.damage, x, p)
    troops.week(world.army, world.treasury, court, world.force.damage, x, p)
    street.public(street_, world.treasury, sender, rebels_, u[chance.MOOD], x, p)
    plotting.week(plot, street_, rebels_, world.force, world.treasury, x, p)
    lured = loyalty.lure(sender.bounty, sender.pressure, p.loyalty_bounty, p.loyalty_threat)
    hit = counterintelligence.found(
        p.counterintelligence_rate,
        p.counterintelligence_base,
        court.guards,
        plot.command,
        p.counterintelligence_plot,
        x.shock_purge,
        p.counterintelligence_purge,
        p.counterintelligence_most,
    )
    kept = 1.0 - max(hit, p.counterintelligence_roundup * court.roundup)
    return (
        world.treasury.rents * court.dilution,
        p.loyalty_rent,
        p.loyalty_half,
        loyalty.complicity_binds(p.loyalty_complicity, x.amnesty_credibility, lured),
        p.loyalty_tie,
        loyalty.common(street_.grievance, lured, p.loyalty_grievance),
        p.loyalty_spread,
        p.plotting_gain
        * plotting.break_open(
            street_.crowd, rebels_.front, plot.memory, plot.defection, p.plotting_break
        ),
        p.plotting_signal * plot.weak + p.plotting_base,
        p.plotting_prize,
        p.plotting_cost + p.plotting_fear * street_.fear + court.exit_cost,
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
    coup.hazards(world.plot, court, street_, world.leader, x, p)
    street.week(
        street_,
        world.army,
        world.plot,
        court,
        world.leader,
        u,
        chance.DAY,
        u[chance.STREET_ONSET],
        u[chance.STREET_SIZE],
        x,
        p,
    )
    rebels.week(
        rebels_,
        world.army,
        street_,
        world.sender,
        world.leader,
        u[chance.REBEL_ONSET],
        u[chance.REBEL_SIZE],
        u[chance.FRONT],
        x,
        p,
    )
    force.week(force_, world.sender, world.plot, court, x, p)
    share = street.endgame(x.regime_coup_proofing, p.street_endgame)
    e.coup = court.coup_hazard + share * street_.hazard
    e.uprising = (1.0 - share) * street_.hazard
    e.rebellion = rebels_.hazard
    e.foreign_removal = force_.invasion
    e.seized = force_.seizure
    danger = p.leader_horizon * (e.coup + e.uprising + e.rebellion + e.foreign_removal + e.seized)
    leader.week(world.leader, danger, x, p)
    e.negotiated_exit = world.leader.exile
    exits.quiet_hazards(e, world.leader, world.plot, street_, rebels_, world.sender, x, p)


def failures(world, p, u) -> None:  # type: ignore[no-untyped-def]
    """What was tried this week and failed: a coup, a raid; and units that changed sides in
    public.
    """
    plot, court, street_ = world.plot, world.court, world.street
    if u[chance.COUP_FAILS] < chance_of(court.failure_hazard):
        plot.memory = 1.0
        plot.attempts = plot.attempts + 1.0
        court.roundup = 1.0
        street_.fear = within(street_.fear + p.street_fear_coup, 0.0, 1.0)
        world.leader.personalism = within(
            world.leader.personalism + p.leader_coup_growth * (1.0 - world.leader.personalism),
            0.0,
            1.0,
        )
    else:
        court.roundup = 0.0
    if u[chance.RAID_FAILS] < chance_of(world.force.raid_fails):
        force.failed(world.force, world.outside, street_, p)
    if u[chance.DEFECTION] < chance_of(p.plotting_defection_rate * street_.refusal * street_.crowd):
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
        aftermath.week_of_exit(
            world,
            way,
            x,
            p,
            u[chance.REGIME_FATE],
            u[chance.TUTELAGE],
            u[chance.LEADER_FATE],
            u[chance.SUCCESSOR_AGE],
            u[chance.SUCCESSOR_POWER],
        )
    else:
        failures(world, p, u)
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
