"""Patrons: what each is committed to, and what that gives him.

Commitment moves with belief in his survival (nobody backs a loser), distraction and the cost of
defying interdiction, and fades each time force is used and the patron does not act. Gifts: oil
bought, finance, arms, guards, troops. Sources: article facts china_oil_share, russia_aid,
russia_distracted, cuban_guards; forms are a judgement.
"""

from __future__ import annotations

from .arithmetic import normal, within


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


def start(patron, p) -> None:  # type: ignore[no-untyped-def]
    """A patron at the start: at rest at what the scenario says of him."""
    patron.commitment = target(
        patron.support,
        patron.distraction,
        0.0,
        0.0,
        p.patrons_distraction,
        p.patrons_loser,
        p.patrons_defiance,
    )


def week(patron, weak: float, sender, p, u: float) -> None:  # type: ignore[no-untyped-def]
    """One week of one patron: towards the target, a little noise, and a lasting loss whenever force
    went unanswered.
    """
    goal = target(
        patron.support,
        patron.distraction,
        weak,
        sender.blockade,
        p.patrons_distraction,
        p.patrons_loser,
        p.patrons_defiance,
    )
    moved = patron.commitment + p.patrons_speed * (goal - patron.commitment)
    moved = moved * (1.0 - p.patrons_fade * sender.strikes)
    patron.commitment = within(moved + p.patrons_noise * patron.support * normal(u), 0.0, 1.0)
