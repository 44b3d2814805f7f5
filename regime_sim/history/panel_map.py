"""The one map from a leader-year's covariates to a scenario, the same for every row; reads nothing
but what was known on 1 January, and knows neither names nor ends.

A row is 52 weeks from 1 January of an ordinary personalist regime (`no-pressure`). What the row
says moves an input's centre; what it leaves blank keeps the ordinary world's own spread. Numbers
are judgements written from the dictionary of columns, the law's own literature and one report on an
earlier prototype (which had seen 1955-1999, its test years among them); none was fitted to scores
of this law. Column by column:

- `tenure_years`, `age`: as they are. `personalism`: as it is, spread 0.10; where blank, by type.
- `regime`: each word's inputs (`regime_types`), averaged: military rule, monarchy, party,
  institutions. A hybrid is half a junta.
- `sec_pers`: own coup-proofing, 0.25 per unit from 0.6 at 0.9 (the mean of personalists), and 0.03
  per e-fold of years in office from seven (it is built over years: Quinlivan 1999).
- `infmort_adj`: poor states pay less and are liked less: rents -0.05, grievance +0.02 per standard
  deviation above 0.6. `gdp_pc`: soldiers' pay, 0.05 per e-fold from 1,100 dollars. `gdp_growth`:
  the domestic economy, point for point (-25 to +10), and grievance, 0.004 per point below 2.
  `oil_gas_pc`: rents, 0.01 per e-fold of dollars.
- `civil_gov`: rebels at 0.15 of the army (minor), 0.38 (war); at war a front of 0.08, rents -0.08;
  either way grievance +0.03. `civil_terr`: half that strength, no front. `rebels_state_troops`:
  +0.15. None of these: no rebels at the start. `gov_state_troops`: the patron's troops.
- `nonviolent`: a campaign of the year before is a crowd of 0.10 on 1 January (many have ended),
  0.04 more per class of `nonviolent_size` above 1, and an organised campaign of the root of that;
  grievance +0.15. Where it is blank, `nonviolent_onset_2y` stands for half of it.
- `neigh_irregular_exits`, `neigh_nonviolent_onsets`: grievance +0.03 each, three at most.
- `mid_host`, `mid_open`: while a war with a state is on (5) a ground force of 0.2. `mid_host_us`,
  `mid_open_us`: forces deployed 0.15 (3), 0.3 (4 and more), resolve 0.3.
- `pact_major`: the patron's commitment 0.35, with a pact 0.60.
- `sanctions`: as they are; half of it seizures from 0.5 on. `sanctions_regime`: resolve 0.2.
- `election_exec_due`: a vote in week 26, at 0.3 before 1990 and 0.5 since (most autocrats' votes
  were no contest, and fewer are since the Cold War: Hyde & Marinov 2012), less by 0.7 per unit of
  personalism above one half.
- `years_since_coup`: an attempt that FAILED AGAINST HIM leaves a failed coup in week 1, as fresh as
  the law's memory fades; the coup that brought him in is none. It was against him if it is younger
  than his rule, or of the year in which he came in lawfully (`entry_irregular`).
- The year itself: the world's answer to coups, and how well raids could reach one man.
- Not read: `military_career`, `elected`, `regime_age`, `coups_5y`: the law has no input for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from math import exp, log, log1p, sqrt
from typing import TYPE_CHECKING, Protocol

from ..facts.parameters import PARAMETERS
from ..scenario import loads
from .coding_map import about, condemnation, precision, ruler
from .regime_types import words_of

if TYPE_CHECKING:
    from ..scenario import Scenario

VERSION = "2"
WEEKS = 52
REMEMBERED = 0.05  # of the memory of a failed coup; less is none
STRENGTH = (0.0, 0.15, 0.38)  # rebels by `civil_gov`, against the army's full strength
ORDINARY_POOR, ORDINARY_GUARD = 0.6, 0.9  # means of personalists

TEMPLATE = """
schema: 1
id: leader-year
title: A leader-year
start: 2000-01-01
horizon: 52 weeks
extends: no-pressure
patrons:
  backer:
    {commitment: 0.4, oil: 0.5, finance: 0.5, arms: 0.7, guards: 0.2, troops: 0.0,
     distraction: 0.0, source: judgement}
"""


class Known(Protocol):
    """What the map may see of a leader-year."""

    @property
    def year(self) -> int: ...
    @property
    def regime(self) -> str | None: ...
    @property
    def known(self) -> Mapping[str, float]: ...


@cache
def _template() -> Scenario:
    return loads(TEMPLATE, "panel_map")


def _campaign(known: Mapping[str, float]) -> float:
    """How much of a campaign the year before had: 1, one half where only its onset is known."""
    return known.get("nonviolent", 0.5 * known.get("nonviolent_onset_2y", 0.0))


def _war(known: Mapping[str, float]) -> bool:
    return known.get("civil_gov", 0.0) > 1.5


def _ruler(row: Known) -> dict[str, object]:
    """Type of regime, personal power, years and age, and how he guards himself."""
    known = row.known
    facts = dict(known) | ({"leader_age": known["age"]} if "age" in known else {})
    found = ruler(facts, words_of(row.regime) if row.regime else ())
    if "sec_pers" in known or "tenure_years" in known:
        guard = known.get("sec_pers", ORDINARY_GUARD) - ORDINARY_GUARD
        years = log1p(known.get("tenure_years", 7.0)) - log1p(7.0)
        spread = 0.12 if "sec_pers" in known else 0.16
        found["regime.coup_proofing"] = about(0.60 + 0.25 * guard + 0.03 * years, spread)
    return found


def _state(known: Mapping[str, float]) -> dict[str, object]:
    """Rents, pay, the economy and grievance."""
    poor = known.get("infmort_adj", ORDINARY_POOR) - ORDINARY_POOR
    growth = known.get("gdp_growth")
    slump = 0.0 if growth is None else max(0.0, 2.0 - max(-10.0, growth))
    around = known.get("neigh_irregular_exits", 0.0) + known.get("neigh_nonviolent_onsets", 0.0)
    fighting = max(known.get("civil_gov", 0.0), 0.0) > 0.5
    home = 0.38 + 0.02 * poor + 0.004 * slump + 0.03 * min(3.0, around)
    home += 0.15 * _campaign(known) + 0.03 * fighting
    rents = 0.62 - 0.05 * poor + 0.01 * log1p(known.get("oil_gas_pc", 0.0)) - 0.08 * _war(known)
    found: dict[str, object] = {
        "public_opinion.home_opposition": about(home, 0.13),
        "rents": about(rents, 0.13),
    }
    if "gdp_pc" in known:
        rich = log(max(100.0, known["gdp_pc"]) / 1100.0)
        found["troops.pay"] = about(0.60 + 0.05 * rich, 0.12)
    if growth is not None:
        found["treasury.economy"] = 1.0 + max(-0.25, min(0.1, growth / 100.0))
    return found


def _arms(known: Mapping[str, float]) -> dict[str, object]:
    """Rebels and crowds, where the columns say whether there were any."""
    found: dict[str, object] = {}
    if "civil_gov" in known or "civil_terr" in known:
        over = STRENGTH[round(known.get("civil_gov", 0.0))]
        land = 0.5 * STRENGTH[round(known.get("civil_terr", 0.0))]
        rebels = max(over, land)
        rebels += 0.15 * known.get("rebels_state_troops", 0.0) * (rebels > 0.0)
        found["rebels.strength"] = about(rebels, 0.10) if rebels > 0.08 else rebels
        found["rebels.front"] = 0.08 if _war(known) else 0.0
    if _campaign(known) > 0.0:
        size = 0.10 + 0.04 * max(0.0, known.get("nonviolent_size", 1.0) - 1.0)
        found["street.crowd"] = round(size * _campaign(known), 3)
        found["street.campaign"] = round(sqrt(size) * _campaign(known), 3)
    return found


def _outside(row: Known) -> dict[str, object]:
    """Patrons, sanctions and disputes."""
    known = row.known
    us = max(known.get("mid_host_us", 0.0), 3.0 * known.get("mid_open_us", 0.0))
    bite = known.get("sanctions", 0.0)
    patron = 0.35 + 0.25 * known.get("pact_major", 0.0)
    regime = 0.2 * (known.get("sanctions_regime", 0.0) > 0.5)
    return {
        "foreign_support.russia": 0.0,
        "foreign_support.china": 0.0,
        "foreign_support.cuba": 0.0,
        "foreign_support.backer": about(patron, 0.15),
        "patron.backer.troops": 0.30 / patron * known.get("gov_state_troops", 0.0),
        "us_pressure.sanctions": bite,
        "us_pressure.seizures": 0.5 * bite if bite >= 0.5 else 0.0,
        "us_pressure.deployment": 0.3 if us >= 4 else 0.15 if us >= 3 else 0.0,
        "us_pressure.invasion": 0.2 if known.get("mid_host", 0.0) >= 5 else 0.0,
        "sender.resolve": max(regime, 0.3 if us >= 4 else 0.0),
        "force.precision": precision(row.year),
        "coup.condemnation": condemnation(row.year),
    }


def coup_memory(known: Mapping[str, float]) -> float:
    """How fresh on 1 January the last coup attempt that failed against him is, 0 to 1."""
    since = known.get("years_since_coup")
    if since is None:
        return 0.0
    tenure = known.get("tenure_years")
    lawful = known.get("entry_irregular", 0.0) < 0.5
    if tenure is not None and since + 1.0 > tenure and not (lawful and since < 0.5):
        return 0.0
    return round(exp(-(since + 0.5) * 52.0 / PARAMETERS["plotting.memory_weeks"].default), 2)


def vote(known: Mapping[str, float], year: int) -> float:
    """A due executive vote in the units of `calendar.vote`, 0 without one."""
    if not known.get("election_exec_due"):
        return 0.0
    contest = 0.3 if year < 1990 else 0.5
    return round(contest * max(0.2, 1.0 - 0.7 * max(0.0, known.get("personalism", 0.5) - 0.5)), 2)


def scenario_of(row: Known) -> Scenario:
    """The scenario that a leader-year stands for: 52 weeks from 1 January."""
    known = row.known
    settings = _ruler(row) | _state(known) | _arms(known) | _outside(row)
    scenario = _template().vary(settings).with_(start=date(row.year, 1, 1))
    if coup_memory(known) >= REMEMBERED:
        scenario = scenario.at(week=1, event="failed_coup", intensity=coup_memory(known))
    held = vote(known, row.year)
    if held > 0.0:
        scenario = scenario.at(week=26, event="vote", intensity=held)
    return scenario


__all__ = ["REMEMBERED", "VERSION", "WEEKS", "Known", "coup_memory", "scenario_of", "vote"]
