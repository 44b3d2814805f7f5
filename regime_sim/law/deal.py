"""Deals: what he concedes, what is lifted for it, and how such bargains break.

The pressing power settles for terms short of his exit the more its public tires, the longer it
lasts, and the less it is resolved; he offers them when he feels the end near, and for what pressure
costs him while he sits safely (licences, prisoners and accords bought relief). What is conceded
buys relief (`ladder.instruments`). Either side may break it: commitment is weak where nobody
enforces (Fearon 1995; Powell 2006), and what an outside power has dictated holds no better (article
of the day after: fact tutelage2026). Rates are a judgement.
"""

from __future__ import annotations

from .arithmetic import ROUNDED, chance, happens, within


def settles(terms: float, resolve: float, opposition: float, years: float, p) -> float:  # type: ignore[no-untyped-def]
    """How far the pressing power would take terms short of his exit (share)."""
    return within(
        terms
        + p.deal_tired * (opposition - 0.5)
        + p.deal_years * years
        - p.deal_resolve * (resolve - 0.5),
        0.0,
        1.0,
    )


def wish(threat: float, pressure: float, k_pressure: float) -> float:
    """How far he wants one (share): the end that he feels near, and the relief."""
    return within(threat + k_pressure * pressure, 0.0, 1.0)


def strike_hazard(rate: float, settled: float, wished: float, pressure: float) -> float:
    """Deals a year: both must want one, and there must be something to lift."""
    return rate * settled * wished * pressure


def week(regime, sender, outside, leader, u: float, x, p) -> None:  # type: ignore[no-untyped-def]
    """One week with one uniform: its bottom strikes a deal, its top breaks one. A deal of the
    timeline is in force as long as it lasts.
    """
    years = sender.weeks / p.time_weeks_a_year
    sender.settles = settles(x.sender_terms, sender.resolve, outside.opposition, years, p)
    wished = wish(1.0 - leader.belief, sender.pressure, p.deal_wish)
    h = strike_hazard(p.deal_rate, sender.settles, wished, sender.pressure)
    breaks = p.deal_break * within(regime.concession, 0.0, 1.0) * (0.5 + sender.resolve)
    if happens(u, h / p.time_weeks_a_year):
        regime.concession = max(regime.concession, p.deal_yields * sender.settles)
    elif u > 1.0 - ROUNDED - breaks / p.time_weeks_a_year and (
        u > 1.0 - chance(breaks / p.time_weeks_a_year)
    ):
        regime.concession = regime.concession * p.deal_left
        regime.tutelage = regime.tutelage * p.deal_left
    regime.relief = within(
        max(x.deal_relief, p.ladder_relief * max(regime.concession, x.deal_terms)), 0.0, 1.0
    )
