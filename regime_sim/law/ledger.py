"""The ledger of one world: what is written down of the two clocks, the ruler's and the regime's;
decides nothing.

Whole numbers: week and way of the ruler's exit (0 in office), his fate, week of the regime's fall
or of tutelage (0 none), its fate at the horizon, the way that brought it down, what became of it
when he went, how many successors came; and of his own time in office: coups that failed, the week
of the first, the week from which armed rebels stood in the field (0 none).
"""

from __future__ import annotations

(
    LEADER_WEEK,
    LEADER_WAY,
    LEADER_FATE,
    REGIME_WEEK,
    REGIME_FATE,
    REGIME_WAY,
    REGIME_AFTER,
    SUCCESSORS,
) = (0, 1, 2, 3, 4, 5, 6, 7)
FAILED_COUPS, FIRST_FAILED, REBELLION_WEEK = 8, 9, 10
LENGTH = 11


def settle(world, way: int, week: int, p, out) -> None:  # type: ignore[no-untyped-def]
    """Write what this week decided: the ruler's own clock stops at the first exit, the regime's
    runs on under successors.
    """
    regime = world.regime
    if out[LEADER_WEEK] == 0:
        out[FAILED_COUPS] = int(world.plot.attempts)
        if world.plot.attempts > 0.0 and out[FIRST_FAILED] == 0:
            out[FIRST_FAILED] = week
        if world.rebels.strength >= p.rebels_least and out[REBELLION_WEEK] == 0:
            out[REBELLION_WEEK] = week
    if way > 0 and out[LEADER_WEEK] == 0:
        out[LEADER_WEEK] = week
        out[LEADER_WAY] = way
        out[LEADER_FATE] = int(regime.fate)
        out[REGIME_AFTER] = int(regime.after)
    if regime.fallen > 0.5:
        out[REGIME_WEEK] = week
        out[REGIME_FATE] = 2
        out[REGIME_WAY] = way
    elif way > 0 and regime.after == 1.0 and out[REGIME_WEEK] == 0:
        out[REGIME_WEEK] = week
    out[SUCCESSORS] = int(regime.rulers) - 1


def close(regime, p, out) -> None:  # type: ignore[no-untyped-def]
    """At the horizon: a regime that still stands does so free or under tutelage."""
    if out[REGIME_FATE] == 2:
        return
    if regime.tutelage >= p.tutelage_least:
        out[REGIME_FATE] = 1
    else:
        out[REGIME_WEEK] = 0
