"""The opposition at home: a leader who coordinates, jailed or freed, and what people do when he is
taken.

A leader who is free and an opposition that acts as one make crowds come and stay (Kuran 1991;
Chenoweth & Stephan 2011); repression wears both down, concessions free prisoners. An arrest takes
the leader away and may bring people out (backlash; Sutton, Butcher & Svensson 2014).
"""

from __future__ import annotations

from .arithmetic import exp, within


def coordination(leader: float, unity: float, k: float) -> float:
    """What onsets of campaigns are multiplied by: 1 at the usual leader (0.4) and unity (0.5)."""
    return exp(k * (leader * unity - 0.2))


def start(opposition, x) -> None:  # type: ignore[no-untyped-def]
    """The opposition as the scenario has it."""
    opposition.leader = x.opposition_leader
    opposition.unity = x.opposition_unity
    opposition.share = x.public_opinion_home_opposition
    opposition.stolen = 0.0


def week(opposition, street, leader, regime, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week: repression wears the leader down, concessions free him, an arrest takes him."""
    opposition.unity = x.opposition_unity
    worn = p.opposition_jail * max(0.0, leader.repression - 0.5) * opposition.leader
    freed = p.opposition_free * regime.concession * (1.0 - opposition.leader)
    opposition.leader = within(opposition.leader - worn + freed, 0.0, 1.0)
    taken = x.shock_arrest * opposition.leader
    out = p.opposition_backlash * taken * opposition.unity * street.grievance
    opposition.leader = opposition.leader - taken
    if out > street.crowd:
        street.crowd = out
    opposition.share = within(
        street.grievance + p.opposition_vote * (opposition.leader * opposition.unity - 0.2),
        0.0,
        1.0,
    )
