"""Belief and plotting: a coup is a coordination game among men who see public signals and trusted
peers, not the state.

p = belief that a coup would carry, rising in the share of trusted peers already in and in public
signs of weakness (Granovetter 1978; Kuran 1991; Morris & Shin 1998; Singh 2014). He plots when p W
- (1 - p) C > L, softened by a quantal response (McKelvey & Palfrey 1995), and reconsiders now and
then (Blume 1993). In quiet times peers matter little; a public event (a unit's defection, a crowd,
a failed coup) makes them matter: that is where preferences break.
"""

from __future__ import annotations

from .arithmetic import odds_against, steep, within


def belief(peers: float, gain: float, signal: float) -> float:
    """Belief in [0, 1] that a coup would carry, given the share of trusted peers already in."""
    return steep(gain * peers + signal)


def response(
    believed: float, loyal: float, alarm: float, prize: float, cost: float, beta: float
) -> float:
    """Quantal response: the odds against his plotting when he reconsiders. `alarm` adds to the cost
    (peers purged or fled).
    """
    return odds_against(beta * (believed * (prize + cost) - cost - alarm - loyal))


def reconsider(uniform: float, plots: float, against: float, rate: float) -> float:
    """1 if he plots now, else 0: the lowest `rate` of the uniform reconsiders, and of that the
    lowest 1 / (1 + `against`) plots.
    """
    fresh = 1.0 if uniform * (1.0 + against) < rate else 0.0
    return fresh if uniform < rate else plots


def weakness(  # type: ignore[no-untyped-def]
    crowd: float, front: float, damage: float, arrears: float, memory: float, defection: float, p
) -> float:
    """Public signs of weakness (0 none): crowd, front, destroyed capacity, unpaid rents, a recent
    attempt, a unit that changed sides.
    """
    return (
        p.plotting_crowd * crowd
        + p.plotting_front * front
        + p.plotting_damage * damage
        + p.plotting_arrears * arrears
        + p.plotting_memory * memory
        + p.plotting_defection * defection
    )


def prize(whole: float, rents: float, rich: float, k_poor: float) -> float:
    """Prize of a coup that carries: less where the state that is won is bankrupt. `rents` are those
    that a successor could expect.
    """
    return whole * (1.0 - k_poor * within(1.0 - rents / rich, 0.0, 1.0))


def break_open(
    crowd: float, front: float, memory: float, defection: float, k_break: float
) -> float:
    """What peers' example is multiplied by: 1 in quiet times, more when an event is seen by all at
    once.
    """
    return 1.0 + k_break * within(crowd + front + memory + defection, 0.0, 1.0)


def start(plot, number: float) -> None:  # type: ignore[no-untyped-def]
    """The officer corps at the start: nobody plots, nothing has happened."""
    plot.plotting = 0.0
    plot.command = 0.0
    plot.purged = 0.0
    plot.fled = 0.0
    plot.memory = 0.0
    plot.defection = 0.0
    plot.weak = 0.0
    plot.attempts = 0.0


def week(world, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week of what all can see: memories fade, units and men who have left are seen, signs of
    weakness are summed. Unpaid rents are a sign the more, the more his rule rests on pay.
    """
    plot = world.plot
    plot.memory = plot.memory * (1.0 - 1.0 / p.plotting_memory_weeks)
    plot.defection = within(
        plot.defection * (1.0 - 1.0 / p.plotting_defection_weeks) + x.shock_defection, 0.0, 1.0
    )
    plot.weak = weakness(
        world.street.crowd,
        world.rebels.front,
        world.force.damage,
        world.treasury.arrears * (1.0 + p.loyalty_personal * (world.leader.personalism - 0.6)),
        plot.memory,
        within(plot.defection + world.army.split, 0.0, 1.0),
        p,
    )
