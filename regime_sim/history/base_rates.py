"""What the observed yearly rates of personalist rulers say of so many weeks; simulates nothing."""

from __future__ import annotations

import math

from ..facts.evidence import rates

YEAR = 52.1786  # weeks
BASE = {  # the yearly rate that a forecast is scored beside
    "leader_out": "archigos.leader_exit.rate.personalist.1946_2015",
    "regime_falls": "gwf.regime_breakdown.year.personalist.1946_2010",
}


def base_rate(of: str, weeks: int) -> float:
    """1 - exp(-rate * years) by the observed rate of personalist rulers; nan if none is known."""
    if of not in BASE:
        return math.nan
    rate = rates()[BASE[of]].value
    return math.nan if rate is None else 1.0 - math.exp(-rate * weeks / YEAR)


__all__ = ["BASE", "YEAR", "base_rate"]
