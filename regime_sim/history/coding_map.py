"""The one map from the codings of an episode to a scenario, the same for every episode; knows
nothing of a case but its codings and its dates.

A coding is a distribution: normal around the coder's value, drawn a fifth of the way to what is
ordinary (RELIABILITY), with a spread by confidence (H 0.03, M 0.06, L 0.10: two coders of the same
episodes differ by 0.04 on average), kept in [0, 1]. A blank is
what its population is: the mean and spread of ordinary personalist rulers. What no coding says
keeps the value of the ordinary world (`no-pressure`). Version 3:

- rents: all four streams so rich that, after today's sanctions and with today's patron, the coded
  level arrives. Officers are used to 0.55 at least, so that a regime coded as unpaid starts in
  arrears. Reserves: 25 weeks at rents 1.
- patron: one all-purpose patron (oil 0.8, finance 0.6, arms 0.8, guards 0.3) as committed as coded;
  its troops as coded.
- outside military pressure: deployment 1.2 times the coding, airspace closed and strikes in
  proportion above 0.45; resolve 0.2 + 0.7 times it; raids with strikes, by what precision the year
  allowed (0.15 before 2000, 0.3 before 2015, 0.6 before 2025, 0.8 since: hindsight on technology,
  said to be so).
- ground force: invasion. Sanctions: sanctions, and half of them as seizures. An offer of exile, its
  credibility, guards, grievance, the outside public: as coded.
- rebels: coders' scale is of ground held and the law's of strength: the square of the coding (a war
  in the provinces, 0.5, is a quarter of an army), half again as strong with an outside force of
  their own, for whom strikes fly; none below 0.15; a front, a third of the way per unit, from 0.5
  on.
- crowd: as coded. The world's answer to coups: by the year (see CONDEMNATION).
- Where a file gives them (they change nothing where it does not): `leader_age` and `tenure_years`
  as they are, `personalism` with a spread of 0.10, and `regime_type` by `regime_types` (junta,
  monarchy, party, institutions; personal power where no `personalism` says otherwise).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Protocol

from ..scenario import loads
from .regime_types import typed

if TYPE_CHECKING:
    from ..scenario import Scenario

VERSION = "3"
SPREAD = {"H": 0.03, "M": 0.06, "L": 0.10}
# of ordinary personalist rulers, where a coder says nothing: mean and spread (no-pressure's own;
# the others a judgement)
ORDINARY = {
    "rents_to_elite": (0.58, 0.15),
    "patron_support": (0.4, 0.2),
    "home_public_opposition": (0.42, 0.14),
    "coup_proofing_bodyguards": (0.6, 0.16),
    "exile_credibility": (0.45, 0.2),
    "exile_offer": (0.1, 0.05),
    "sanctions_isolation": (0.15, 0.1),
    "outside_power_domestic_opposition": (0.5, 0.1),
    "armed_rebels": (0.1, 0.05),
}
NOTHING = (0.0, 0.0)
# of a coding's distance from what is ordinary, the part that is believed: whoever codes a crisis
# marks towards the ends of the scale. Of 1, 0.8, 0.7 and 0.6 that with which a law that had seen no
# episode told leavers from stayers better than with 1 in every set (rule-drawn, old, development)
# without sinking below half of the old exits
RELIABILITY = 0.8
CAMPAIGN = 13  # weeks that outside strikes last (four days to thirty weeks in the cases)
PRECISION = ((2000, 0.15), (2015, 0.3), (2025, 0.6))  # before a year; LATER from the last one on
LATER = 0.8
# how surely the world punishes a coup government, before a year; NOW from the last one on: a
# judgement from attempts by period (rate pt.coup_attempts.rate.personalist.by_period; Marinov &
# Goemans 2014; coups in Africa since 2020 went unpunished)
CONDEMNATION = ((1990, 0.2), (2010, 0.6), (2021, 0.8))
NOW = 0.6

TEMPLATE = """
schema: 1
id: coded-episode
title: An episode as coded
start: 2000-01-01
horizon: 104 weeks
extends: no-pressure
patrons:
  backer:
    {commitment: 0.4, oil: 0.8, finance: 0.6, arms: 0.8, guards: 0.3, troops: 0.0,
     distraction: 0.0, source: judgement}
"""


class Coded(Protocol):
    """What the map may see of an episode."""

    @property
    def id(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def horizon(self) -> int: ...
    @property
    def codes(self) -> Mapping[str, float | None]: ...
    @property
    def confidence(self) -> Mapping[str, str | None]: ...
    @property
    def facts(self) -> Mapping[str, float]: ...
    @property
    def regime(self) -> tuple[str, ...]: ...


@cache
def _template() -> Scenario:
    return loads(TEMPLATE, "coding_map")


def _spread(case: Coded, name: str) -> tuple[float, float]:
    value, usual = case.codes.get(name), ORDINARY.get(name, NOTHING)
    if value is None:
        return usual
    drawn = usual[0] + RELIABILITY * (value - usual[0])
    return drawn, SPREAD.get(case.confidence.get(name) or "M", SPREAD["M"])


def about(mean: float, sd: float, low: float = 0.0, high: float = 1.0) -> object:
    """A value for a scenario: normal within its bounds; a plain number where it is certain."""
    mean = min(high, max(low, mean))
    return (
        {"normal": {"mean": round(mean, 4), "sd": round(sd, 4)}, "bounds": [low, high]}
        if sd > 0
        else mean
    )


def precision(year: int) -> float:
    """How well raids and strikes of that year could reach one man."""
    return next((value for before, value in PRECISION if year < before), LATER)


def condemnation(year: int) -> float:
    """How surely the world withheld aid and recognition from coup governments in that year."""
    return next((value for before, value in CONDEMNATION if year < before), NOW)


def _rents(case: Coded) -> dict[str, object]:
    level, sd = _spread(case, "rents_to_elite")
    bite, patron = _spread(case, "sanctions_isolation")[0], _spread(case, "patron_support")[0]
    richer = 1.0 + 0.35 * bite * (1.0 - patron) + 0.05 * bite
    return {
        "rents": about(level * richer, sd * richer),
        "treasury.customary": max(0.55, level),
        "treasury.reserves": max(1.0, 25.0 * level),
    }


def _outside(case: Coded) -> dict[str, object]:
    force, sd = _spread(case, "outside_military_pressure")
    ground, ground_sd = _spread(case, "credible_ground_force")
    bite, bite_sd = _spread(case, "sanctions_isolation")
    opposed, opposed_sd = _spread(case, "outside_power_domestic_opposition")
    strikes = max(0.0, (force - 0.45) / 0.55)
    return {
        "us_pressure.deployment": min(1.0, 1.2 * force),
        "us_pressure.airspace": strikes,
        "us_pressure.strikes": about(strikes, sd if strikes > 0 else 0.0),
        "us_pressure.raid": 0.5 * strikes,
        "us_pressure.invasion": about(ground, ground_sd if ground > 0.05 else 0.0),
        "us_pressure.sanctions": about(bite, bite_sd if bite > 0.05 else 0.0),
        "us_pressure.seizures": 0.5 * bite,
        "public_opinion.us_opposition": about(opposed, opposed_sd),
        "sender.resolve": 0.2 + 0.7 * max(force, ground) if max(force, ground) > 0.05 else 0.0,
        "force.precision": precision(case.start.year),
        "coup.condemnation": condemnation(case.start.year),
    }


def _inside(case: Coded) -> dict[str, object]:
    home, home_sd = _spread(case, "home_public_opposition")
    proof, proof_sd = _spread(case, "coup_proofing_bodyguards")
    offer, offer_sd = _spread(case, "exile_offer")
    credible, credible_sd = _spread(case, "exile_credibility")
    armed, armed_sd = _spread(case, "armed_rebels")
    allied = _spread(case, "outside_force_for_rebels")[0]
    crowd, crowd_sd = _spread(case, "crowd_in_streets")
    fighting = armed > 0.15
    strength, spread = armed * armed * (1.0 + 0.5 * allied), 2.0 * armed * armed_sd
    return {
        "public_opinion.home_opposition": about(home, home_sd),
        "regime.coup_proofing": about(proof, proof_sd),
        "exile.offer": about(offer, offer_sd),
        "exile.credibility": about(credible, credible_sd),
        "rebels.strength": about(strength, spread) if fighting else 0.0,
        "rebels.front": max(0.0, (armed - 0.5) / 3.0),
        "rebels.air_support": allied,
        "street.crowd": about(crowd, crowd_sd if crowd > 0.02 else 0.0),
    }


def _patron(case: Coded) -> dict[str, object]:
    level, sd = _spread(case, "patron_support")
    troops = _spread(case, "patron_troops_present")[0]
    return {
        "foreign_support.russia": 0.0,
        "foreign_support.china": 0.0,
        "foreign_support.cuba": 0.0,
        "foreign_support.backer": about(level, sd),
        "patron.backer.troops": min(1.0, troops / max(level, 0.2)),
    }


def ruler(facts: Mapping[str, float], regime: tuple[str, ...]) -> dict[str, object]:
    """Years in office, age, personal power and type of regime, where they are known: of an episode
    or a leader-year.
    """
    found: dict[str, object] = {}
    if regime:
        kind = typed(regime)
        found = {
            "regime.military": kind.military,
            "regime.monarchy": kind.monarchy,
            "regime.party": kind.party,
            "regime.institutions": about(kind.institutions, 0.15),
            "leader.personalism": about(kind.personalism, 0.20),
        }
    if "personalism" in facts:
        found["leader.personalism"] = about(facts["personalism"], 0.10)
    if "tenure_years" in facts:
        found["leader.tenure"] = min(50.0, facts["tenure_years"])
    if "leader_age" in facts:
        found["leader.age"] = min(94.0, max(25.0, facts["leader_age"]))
    return found


def scenario_of(case: Coded) -> Scenario:
    """The scenario that an episode's codings stand for."""
    settings = _rents(case) | _outside(case) | _inside(case) | _patron(case)
    settings |= ruler(case.facts, case.regime)
    scenario = (
        _template()
        .vary(settings)
        .with_(id=case.id, title=case.id, start=case.start, horizon=case.horizon)
    )
    if case.horizon <= CAMPAIGN:
        return scenario
    return scenario.at(
        week=CAMPAIGN + 1,
        set={"us_pressure.strikes": 0.0, "us_pressure.raid": 0.0, "us_pressure.airspace": 0.0},
    )


__all__ = ["VERSION", "Coded", "about", "condemnation", "precision", "ruler", "scenario_of"]
