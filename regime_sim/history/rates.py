"""Yearly rates of an ensemble, as data sets count them: exits per leader-year by cause, breakdowns
per regime-year, attempts; compares nothing.

Sources of the observed intervals: the rows of `seeds/rates.yaml` named in `OBSERVED`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..ensemble.result import Ensemble
from ..facts.evidence import rates as observed_rates
from ..facts.outcomes import WAYS
from ..facts.parameters import PARAMETERS
from ..statistics.intervals import Estimate, normal_quantile, wilson

YEAR = PARAMETERS["time.weeks_a_year"].default
# a palace coup is counted with coups, as Archigos counts removals by insiders
IRREGULAR = (
    "coup",
    "palace_coup",
    "uprising",
    "rebellion",
    "foreign_removal",
    "seized",
    "assassinated",
)


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates a year (Poisson, normal approximation), shares (Wilson), hazard ratios (log scale)."""

    leader_exit: Estimate
    irregular: Estimate
    coup: Estimate
    rebellion: Estimate
    uprising: Estimate
    regular: Estimate
    foreign_removal: Estimate
    breakdown: Estimate
    attempts: Estimate
    success: Estimate
    five_years: Estimate
    life: Estimate
    ratio_attempt: Estimate
    ratio_civil: Estimate


# field: (ids in seeds/rates.yaml whose intervals are joined, words)
OBSERVED: dict[str, tuple[tuple[str, ...], str]] = {
    "leader_exit": (("archigos.leader_exit.rate.personalist.1946_2015",), "leader exits a year"),
    "irregular": (
        ("archigos.leader_irregular_exit.rate.personalist.1946_2015",),
        "irregular exits a year",
    ),
    "coup": (
        ("archigos.cause_hazard.personalist.coup_military.1990_2015", "panel.personalist.coup"),
        "exits by coup a year",
    ),
    "rebellion": (
        ("archigos.cause_hazard.personalist.rebels.1990_2015", "panel.personalist.rebellion"),
        "exits by rebels a year",
    ),
    "uprising": (
        (
            "archigos.cause_hazard.personalist.popular_uprising.1990_2015",
            "panel.personalist.uprising",
        ),
        "exits by uprising a year",
    ),
    "regular": (("archigos.cause_hazard.personalist.regular.1990_2015",), "regular exits a year"),
    "foreign_removal": (
        ("archigos.foreign_removal.rate.personalist.1990_2015",),
        "removals by a foreign power a year",
    ),
    "breakdown": (
        (
            "gwf.regime_breakdown.year.personalist.1946_2010",
            "reign.regime_breakdown.rate.personalist.2011_2020",
        ),
        "regime breakdowns a year",
    ),
    "attempts": (
        (
            "pt.coup_attempts.rate.personalist.1950_2020",
            "pt.coup_attempts.rate.personalist.2010_2020",
        ),
        "coup attempts a year",
    ),
    "success": (
        (
            "pt.coup_success_share.personalist.1990_2009",
            "cdp.coup_success_share.personal_dictatorship.1990_2022",
        ),
        "share of coup attempts that succeed",
    ),
    "life": (
        ("gwf.duration.km_median.personalist",),
        "median life of a regime from its first day, years",
    ),
    "ratio_civil": (
        ("logit.regime_breakdown_personalist.civ",),
        "hazard ratio of exit with civil conflict",
    ),
}
# figures whose observed interval is not in the data files as such
GIVEN = {
    "five_years": (0.566, 0.756, "regimes that live five years (0.67, n 92: Wilson)"),
    "ratio_attempt": (1.8, 3.4, "hazard ratio of exit after a coup attempt"),
}


def observed() -> dict[str, tuple[float, float, str]]:
    """Observed interval of each field: the outermost ends where two sources disagree."""
    table = {rate.id: rate for rate in observed_rates().values()}
    out: dict[str, tuple[float, float, str]] = {}
    for name, (ids, words) in OBSERVED.items():
        lows = [low for one in ids if (low := table[one].low) is not None]
        highs = [high for one in ids if (high := table[one].high) is not None]
        out[name] = (min(lows), max(highs), words)
    return out | GIVEN


def _rate(events: float, years: float) -> Estimate:
    value = events / years
    half = normal_quantile(0.95) * np.sqrt(max(events, 1.0)) / years
    return Estimate(value, max(0.0, value - half), value + half, events)


def _ratio(events: float, years: float, other: float, other_years: float) -> Estimate:
    value = (events / years) / (other / other_years) if years > 0 and other > 0 else float("nan")
    spread = np.exp(normal_quantile(0.95) * np.sqrt(1 / max(events, 1.0) + 1 / max(other, 1.0)))
    return Estimate(value, value / spread, value * spread, events)


def rates(e: Ensemble, young: Ensemble) -> Rates:
    """Rates of an ensemble (best: years long), and of regimes followed from day one (`young`)."""
    week, way, h = e.leader_week.astype(int), e.leader_way, e.horizon
    end = np.where(week > 0, week, h)
    years = end.sum() / YEAR
    gone = (week > 0).sum()
    cause = {name: float((way == k).sum()) for k, name in enumerate(WAYS)}
    fell = np.where(e.regime_fate == 2, e.regime_week.astype(int), 0)
    coups = cause["coup"] + cause["palace_coup"]
    attempts = float(e.failed_coups.sum()) + coups

    def after(start: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Estimate:
        exposed = np.where(start > 0, end - start + 1, 0).sum() / YEAR
        events = float(((start > 0) & (week > 0)).sum())
        return _ratio(events, exposed, gone - events, years - exposed)

    lived = np.where(young.regime_fate == 2, young.regime_week.astype(int), young.horizon + 1)
    five = int(5 * YEAR)
    return Rates(
        leader_exit=_rate(float(gone), years),
        irregular=_rate(sum(cause[k] for k in IRREGULAR) + 0.5 * cause["negotiated_exit"], years),
        coup=_rate(coups, years),
        rebellion=_rate(cause["rebellion"], years),
        uprising=_rate(cause["uprising"], years),
        regular=_rate(cause["regular"], years),
        foreign_removal=_rate(cause["foreign_removal"], years),
        breakdown=_rate(float((fell > 0).sum()), np.where(fell > 0, fell, h).sum() / YEAR),
        attempts=_rate(attempts, years),
        success=wilson(coups, attempts),
        five_years=wilson(float((lived > five).sum()), float(len(lived))),
        life=_life(lived, young.horizon),
        ratio_attempt=after(e.first_failed.astype(np.int64)),
        ratio_civil=after(e.rebellion_week.astype(np.int64)),
    )


def _life(lived: np.ndarray[tuple[int, ...], np.dtype[np.int64]], horizon: int) -> Estimate:
    """Median life in years with its order-statistics interval; infinite if most still stand."""
    ordered = np.sort(lived)
    n = len(ordered)
    half = normal_quantile(0.95) * np.sqrt(n) / 2
    at = [int(np.clip(k, 0, n - 1)) for k in (n / 2, n / 2 - half, n / 2 + half)]
    value, low, high = (float("inf") if ordered[k] > horizon else ordered[k] / YEAR for k in at)
    return Estimate(value, low, high, n)
