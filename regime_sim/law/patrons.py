"""Patrons: what each is committed to, what that gives him, and the choice to raise, hold, give
him up or fly him out.

Commitment moves with belief in his survival (nobody backs a loser), distraction and the cost of
defying interdiction; a committed patron raises its aid when he is short; it fades each time
force is used and the patron does not act. A patron gives him up, or trades him for terms of its
own, the weaker he looks, the harder it is pressed, and the more of the others have gone: each
learns from the others' silence. Near defeat one that still stands by him sends an aircraft
(Syria 2024). Gifts: oil bought, finance, arms, guards, troops. Sources: article facts
china_oil_share, russia_aid, russia_distracted, cuban_guards, continuity2026; Snyder 1984
(abandonment); forms are a judgement.
"""

from __future__ import annotations

from .arithmetic import exp, happens, logistic, normal, within
from .chance import PATRON, PATRON_MOVE

PATRONS = 6


def target(
    support: float,
    distraction: float,
    weak: float,
    defied: float,
    k_distraction: float,
    k_loser: float,
    k_defiance: float,
) -> float:
    """Commitment a patron moves towards: support, less distraction, less disbelief in survival,
    less the cost of defying interdiction.
    """
    return (
        support
        * (1.0 - k_distraction * distraction)
        * (1.0 - k_loser * weak)
        * (1.0 - k_defiance * defied)
    )


def raised(goal: float, support: float, short: float, k_raise: float) -> float:
    """What a patron raises that to when he is short of money: the more, the firmer its support."""
    return within(goal + k_raise * support * support * short, 0.0, 1.0)


def leave_hazard(support: float, weak: float, pressure: float, silence: float, p) -> float:  # type: ignore[no-untyped-def]
    """Hazard a year that a patron gives him up or trades him: his weakness, the pressure on it, and
    the silence of the others, against its own interest.
    """
    return (
        p.patrons_leave
        * (weak + p.patrons_bargain * pressure)
        * (1.0 + p.patrons_silence * silence)
        * exp(-p.patrons_interest * (support - 0.5))
    )


def start(patron, p) -> None:  # type: ignore[no-untyped-def]
    """A patron at the start: at rest at what the scenario says of him."""
    patron.left = 0.0
    patron.commitment = target(
        patron.support,
        patron.distraction,
        0.0,
        0.0,
        p.patrons_distraction,
        p.patrons_loser,
        p.patrons_defiance,
    )


def week(world, k: int, weak: float, silence: float, p, u) -> None:  # type: ignore[no-untyped-def]
    """One week of patron `k`: stay or go; towards the target, a little noise, and a lasting loss
    whenever force went unanswered.
    """
    patron, sender = world.patrons[k], world.sender
    goal = target(
        patron.support,
        patron.distraction,
        weak,
        sender.blockade,
        p.patrons_distraction,
        p.patrons_loser,
        p.patrons_defiance,
    )
    goal = raised(goal, patron.support, world.treasury.arrears, p.patrons_raise)
    h = leave_hazard(patron.support, weak, sender.pressure, silence, p) / p.time_weeks_a_year
    if patron.left < 0.5 and patron.support > 0.0 and happens(u[PATRON_MOVE + k], h):
        patron.left = 1.0
    goal = goal * (1.0 - p.patrons_gone * patron.left)
    moved = patron.commitment + p.patrons_speed * (goal - patron.commitment)
    moved = moved * (1.0 - p.patrons_fade * sender.strikes)
    noise = p.patrons_noise * patron.support * normal(u[PATRON + k])
    patron.commitment = within(moved + noise, 0.0, 1.0)


def silence(world) -> float:  # type: ignore[no-untyped-def]
    """Share of the patrons' support that has been withdrawn so far."""
    gone, all_ = 0.0, 1e-9
    for k in range(PATRONS):
        patron = world.patrons[k]
        gone = gone + patron.support * patron.left
        all_ = all_ + patron.support
    return gone / all_


def rescue(world) -> float:  # type: ignore[no-untyped-def]
    """The best that any patron could do to bring him out (share): commitment of one with guards,
    troops or arms in place.
    """
    best = 0.0
    for k in range(PATRONS):
        patron = world.patrons[k]
        reach = within(patron.guards + patron.troops + 0.5 * patron.arms, 0.0, 1.0)
        one = patron.commitment * reach * (1.0 - patron.left)
        if one > best:
            best = one
    return best


def evacuation(  # type: ignore[no-untyped-def]
    rescued: float, sent: float, near: float, closed: float, p
) -> float:
    """Weekly hazard that a patron flies him out: only near defeat, less through a closed sky.
    `sent`: an aircraft is there this week whoever sends it.
    """
    gate = logistic(p.patrons_sharp * (near - p.patrons_near))
    ready = within(rescued + sent, 0.0, 1.0)
    return p.patrons_evacuate * ready * gate * (1.0 - p.patrons_sky * closed)
