"""Stocks that the timeline has moved: what the inputs say of them goes back into the world before
the week begins. An input that nothing has moved is the state itself, bit for bit. Source: the
scenario's own timeline; which inputs are stocks is a judgement.
"""

from __future__ import annotations


def take(world, x, p) -> None:  # type: ignore[no-untyped-def]
    """Write this week's stocks to the states that they are (`facts.stocks`). A customary level of 0
    leaves it as it is; any other has the floor of the start.
    """
    leader, treasury, rebels, sender = world.leader, world.treasury, world.rebels, world.sender
    leader.personalism = x.leader_personalism
    leader.tenure = x.leader_tenure
    leader.age = x.leader_age
    leader.culpability = x.leader_culpability
    world.court.number = x.generals_number
    treasury.reserves = x.treasury_reserves
    if x.treasury_customary > 0.0:
        treasury.customary = max(x.treasury_customary, p.treasury_least)
    world.street.crowd = x.street_crowd
    world.street.campaign = x.street_campaign
    rebels.strength = x.rebels_strength
    rebels.front = x.rebels_front
    sender.sunk = x.sender_sunk
    sender.weeks = x.sender_weeks
    world.regime.tutelage = x.tutelage_start
    world.regime.concession = x.tutelage_concession
    world.opposition.leader = x.opposition_leader
