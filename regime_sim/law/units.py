"""Units: a branch or a region's garrisons change sides with their troops, and an army that splits
fights itself.

A branch leaves the ruler when soldiers refuse before crowds, when the front comes near, or when the
timeline says so; its officers' tie and pay hold it back. Its troops are lost to him and found again
on the other side in part; men who turn near home hand over ground. What he has lost he raises again
slowly (Barany 2016; Bellin 2012; Holliday 2013 on Syria; sizes are a judgement).
"""

from __future__ import annotations

from .arithmetic import exp, happens, within
from .chance import UNIT

UNITS = 6
REGION = 5  # the unit whose ground goes with it


def turn_hazard(refusal: float, crowd: float, front: float, tie: float, rents: float, p) -> float:  # type: ignore[no-untyped-def]
    """Hazard a week that a branch turns: before crowds that it will not shoot, and before a front;
    less the closer and the better paid its officers are.
    """
    return (p.units_crowd * refusal * crowd + p.units_front * front * front) * exp(
        -p.units_tie * tie - p.units_rents * (rents - 1.0)
    )


def start(world) -> None:  # type: ignore[no-untyped-def]
    """Every branch obeys."""
    for k in range(UNITS):
        world.units[k].loyal = 1.0
    world.army.split = 0.0


def week(world, x, p, u) -> None:  # type: ignore[no-untyped-def]
    """One week: which branches turn, and what their troops do to both sides."""
    army, street, rebels, plot = world.army, world.street, world.rebels, world.plot
    troops = 1e-9
    for k in range(UNITS):
        troops = troops + world.units[k].troops
    lost, ground = 0.0, 0.0
    for k in range(UNITS):
        unit = world.units[k]
        h = turn_hazard(street.refusal, street.crowd, rebels.front, unit.tie, unit.rents, p)
        unit.loyal = unit.loyal + (1.0 - unit.loyal) / p.units_weeks
        if happens(u[UNIT + k], h + p.principals_turns * unit.turns):
            gone = p.units_share * unit.loyal * unit.troops / troops
            unit.loyal = unit.loyal * (1.0 - p.units_share)
            lost = lost + gone
            if k == REGION:
                ground = ground + p.units_ground
    army.split = within(
        army.split * (1.0 - 1.0 / p.units_weeks) + lost * (1.0 - army.split), 0.0, 1.0
    )
    if lost > 0.0:
        rebels.strength = within(rebels.strength + p.units_arms * lost, 0.0, 1.0)
        rebels.front = within(rebels.front + ground, 0.0, 1.0)
        plot.defection = within(plot.defection + p.units_shock * (0.3 + lost), 0.0, 1.0)
