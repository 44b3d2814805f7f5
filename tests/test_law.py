"""The law, read as text and tried as functions: pure, no number that is not in the table, a source
for every mechanism, known values, and its extremes.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import math
import re
import types
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from side_by_side import Worlds, drawn, run

import regime_sim.engine
import regime_sim.law
from regime_sim import RegimeModel, load
from regime_sim.engine.draws import private_loyalties
from regime_sim.engine.population import corps
from regime_sim.engine.records import (
    ACTORS,
    HOLDS,
    PATRON_FIELDS,
    PRINCIPAL_FIELDS,
    PRINCIPAL_SLOTS,
    UNIT_FIELDS,
    UNIT_HAS,
    UNIT_SLOTS,
)
from regime_sim.facts import evidence
from regime_sim.facts.parameters import INPUT_NAMES, PARAMETERS, PATRON_SLOTS, STRUCTURAL_NAMES
from regime_sim.law import (
    aftermath,
    arithmetic,
    choice,
    counterintelligence,
    coup,
    deal,
    events,
    exits,
    force,
    general,
    ladder,
    leader,
    loyalty,
    opinion,
    opposition,
    palace,
    patronage,
    patrons,
    plotting,
    principals,
    rebels,
    street,
    treasury,
    troops,
    units,
    vote,
)
from regime_sim.scenario import compile_scenario

FOLDER = Path(regime_sim.law.__file__).parent
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
# arithmetic, names, order and book-keeping
NO_MECHANISM = {"__init__", "arithmetic", "chance", "events", "general", "ledger", "stocks", "week"}
MECHANISMS = tuple(name for name in FILES if name not in NO_MECHANISM)
DEFAULTS = SimpleNamespace(**{row.field: row.default for row in PARAMETERS.values()})


# ---- the law as text
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_law_file_knows_nothing_but_arithmetic_and_the_law(name: str) -> None:
    assert list(strangers(TREES[name])) == []


def strangers(tree: ast.AST) -> Iterator[str]:
    """What a file of the law imports, opens or calls that it may not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name != "math")
        if isinstance(node, ast.ImportFrom) and node.module != "__future__" and node.level != 1:
            yield node.module or ""
        if isinstance(node, ast.Name) and node.id in {
            "open",
            "print",
            "input",
            "eval",
            "exec",
            "globals",
            "__import__",
            "np",
            "random",
        }:
            yield node.id
        if isinstance(
            node,
            (
                ast.Global,
                ast.Nonlocal,
                ast.ClassDef,
                ast.Try,
                ast.With,
                ast.Lambda,
                ast.AsyncFunctionDef,
                ast.Raise,
            ),
        ):
            yield type(node).__name__


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np",
        "from random import random",
        "from ..facts import levers",
        "def f():\n    open('a')",
        "from math import nan",
    ],
)
def test_a_stranger_is_found_out(text: str) -> None:
    assert list(strangers(ast.parse(text)))


@pytest.mark.parametrize("name", [name for name in FILES if name != "arithmetic"])
def test_the_law_takes_nothing_from_the_processor(name: str) -> None:
    """Powers, math's functions and sums over sets differ between machines or orders; the law has
    its own.
    """
    for node in ast.walk(TREES[name]):
        assert not isinstance(node, (ast.Pow, ast.Set, ast.SetComp, ast.DictComp)), (
            f"{name}:{getattr(node, 'lineno', 0)}"
        )
        assert not (isinstance(node, ast.Name) and node.id == "math"), name


PLAIN = {0, 1, 2, 0.5}
# numbers that are no numbers of the model: a tolerance between floats, and what keeps nothing
# against nothing from being no number
GUARDS = {
    *(("force", 1e-12), ("rebels", 1e-12), ("ladder", 1e-9), ("patrons", 1e-9)),
    *(("principals", 1e-9), ("units", 1e-9), ("week", 1e-9)),
}
RUNGS = {3, 4, 5, 6}  # rungs of the ladder, each by its number
# what is said in words beside the formula: the middling man, ruler or country at which a term is
# nought, a mean of three, decades, and shares of one formula that nobody tunes
SPOKEN = {
    *(("coup", 0.6), ("coup", 0.4), ("leader", 0.6), ("loyalty", 0.6), ("plotting", 0.6)),
    *(("opposition", 0.2), ("force", 0.3), ("palace", 0.6), ("palace", 0.8), ("palace", 0.3)),
    *(("ladder", 0.6), ("principals", 3.0), ("palace", 0.1), ("palace", 0.4), ("palace", 1.5)),
    *(("ladder", 0.2), ("ladder", 0.1), ("leader", 0.25), ("street", 0.25), ("units", 0.3)),
    *(("coup", 0.3), ("exits", 60.0), ("exits", 10.0), ("exits", 3.0)),
    *(("vote", 0.4), ("vote", 0.6), ("vote", 0.98), ("vote", 0.999)),
}


def literals(name: str, tree: ast.Module) -> list[str]:
    """Numbers written into the functions of a file that are neither plain, nor an index, nor a
    rung, nor a guard, nor spoken of.
    """
    indices = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        for part in ast.walk(node.slice)
    }
    allowed = (
        PLAIN
        | (RUNGS if name == "ladder" else set())
        | {value for file, value in GUARDS | SPOKEN if file == name}
    )
    return [
        f"{name}:{node.lineno}: {node.value}"
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
        and node.value not in allowed
        and id(node) not in indices
    ]


@pytest.mark.parametrize("name", [name for name in FILES if name != "arithmetic"])
def test_no_number_in_the_law_that_is_not_in_the_table(name: str) -> None:
    assert literals(name, TREES[name]) == []


def test_a_number_in_the_law_is_found_out() -> None:
    assert literals("coup", ast.parse("def f(x):\n    return 0.31 * x[7] + 3")) == [
        "coup:2: 3",
        "coup:2: 0.31",
    ]


def test_every_exception_is_still_needed() -> None:
    """A guard or a spoken number that has gone from the law goes from the list."""
    written = {
        (name, node.value)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    }
    assert GUARDS | SPOKEN <= written


@pytest.mark.parametrize("name", FILES)
def test_constants_of_a_file_are_names_of_places(name: str) -> None:
    """Module constants are whole numbers (codes, positions, counts) outside arithmetic; rungs are
    counted in floats.
    """
    for node in TREES[name].body:
        if isinstance(node, ast.Assign) and name not in ("arithmetic", "general"):
            values = [part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
            assert all(
                isinstance(value, (int, str)) or (name == "ladder" and value == 6.0)
                for value in values
            )


def read_of(name: str) -> set[str]:
    """Attributes that the law reads of the structural parameters p or the inputs x."""
    return {
        node.attr
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    }


def test_every_parameter_that_the_law_reads_is_in_the_table() -> None:
    assert read_of("p") <= {PARAMETERS[name].field for name in STRUCTURAL_NAMES}
    assert read_of("x") <= {PARAMETERS[name].field for name in INPUT_NAMES}


def test_every_row_of_the_table_is_read() -> None:
    """By the law, or by the engine: the patrons' rows by their place, and the corps as it is
    built.
    """
    built = (Path(regime_sim.engine.__file__).parent / "population.py").read_text(encoding="utf-8")
    corps_reads = {f"generals_{name}" for name in re.findall(r"build\.(\w+)", built)}
    by_place = {f"foreign_support_{slot}" for slot in PATRON_SLOTS}
    for slots, kind, fields, who in (
        (PATRON_SLOTS, "patron", PATRON_FIELDS[1:7], "patron"),
        (PRINCIPAL_SLOTS, "principal", HOLDS, "man"),
        (UNIT_SLOTS, "unit", UNIT_HAS, "unit"),
    ):
        assert set(fields) <= read_of(who), kind
        by_place |= {f"{kind}_{slot}_{one}" for slot in slots for one in fields}
    read = read_of("p") | read_of("x") | corps_reads | by_place
    assert {row.field for row in PARAMETERS.values()} - read == set()


def test_every_actors_state_that_the_law_touches_is_declared() -> None:
    """Attributes of the actors by the names under which the week hands them round."""
    spoken = {
        "street_": "street",
        "rebels_": "rebels",
        "force_": "force",
        "t": "treasury",
        "e": "exits",
        "treasury_": "treasury",
        "leader_": "leader",
        "heir": "man",
    }
    known = {actor: set(fields) for actor, fields in ACTORS.items()} | {
        "patron": set(PATRON_FIELDS),
        "man": set(PRINCIPAL_FIELDS),
        "unit": set(UNIT_FIELDS),
    }
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                actor = spoken.get(node.value.id, node.value.id)
                if actor in known and not hasattr(
                    importlib.import_module(f"regime_sim.law.{name}"), node.value.id
                ):
                    assert node.attr in known[actor], f"{name}:{node.lineno}"


# ---- sources
# --------------------------------------------------------------------------------------------------

AUTHORS = re.compile(r"([A-Z][\w'-]+)(?:(?:,| &| and| et al\.)(?: [A-Z][\w'-]+)?)* (\d{4})\b")
IDS = re.compile(r"\b(?:facts?|rates?) ((?:[a-z0-9]+[_.][\w.]*\*?(?:, | and )?)+)")
EVENTS_OF_A_YEAR = {
    *(("Bahrain", 2011), ("Syria", 2024), ("January", 2026), ("Romania", 1952)),
    *(("Union", 1964), ("Tunisia", 1987), ("Zimbabwe", 2017)),
}


def plain(text: str) -> str:
    """Without accents and case."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def cited(text: str) -> tuple[list[str], list[str]]:
    """What a docstring names: sources that resolve, and sources that do not."""
    text = " ".join(text.split())
    found, lost = [], []
    for author, year in AUTHORS.findall(text):
        if (author, int(year)) not in EVENTS_OF_A_YEAR:
            known = any(
                work.year == int(year) and plain(author) in plain(work.authors)
                for work in evidence.works().values()
            )
            (found if known else lost).append(f"{author} {year}")
    ids = [
        *evidence.facts(),
        *evidence.rates(),
        *(name for rate in evidence.rates().values() for name in rate.alias),
    ]
    ids += [name for fact in evidence.facts().values() for name in fact.alias]
    for listed in IDS.findall(text):
        for name in re.split(r", | and ", listed.strip(" ,")):
            start = name.rstrip(".*")
            (found if any(one.startswith(start) for one in ids) else lost).append(name)
    return found, lost


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_names_a_source_that_exists_or_says_judgement(name: str) -> None:
    text = ast.get_docstring(TREES[name]) or ""
    found, lost = cited(text)
    assert lost == []
    assert found or "judgement" in text


def test_an_invented_source_is_found_out() -> None:
    assert cited("A form (Nobody 1999; Kuran 1991; facts soldier_pay, soldier_joy)") == (
        ["Kuran 1991", "soldier_pay"],
        ["Nobody 1999", "soldier_joy"],
    )


@pytest.mark.parametrize("name", FILES)
def test_every_function_of_the_law_says_what_it_is(name: str) -> None:
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.FunctionDef):
            assert ast.get_docstring(node), f"{name}.{node.name}"
            assert node.end_lineno and node.end_lineno - node.lineno < 75, f"{name}.{node.name}"


# ---- known values
# --------------------------------------------------------------------------------------------------

E = math.e
P = DEFAULTS


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def law(**numbers: float) -> SimpleNamespace:
    """A law of these numbers alone: a formula that reads another one fails."""
    assert set(numbers) <= set(vars(P))
    return SimpleNamespace(**numbers)


def of(mechanism: str, **numbers: float) -> SimpleNamespace:
    """Numbers of one mechanism, by the rest of their names."""
    return law(**{f"{mechanism}_{name}": value for name, value in numbers.items()})


LADDER = law(ladder_climb=1.6, ladder_gain=2.0, ladder_leap=1.5)
PATRON = law(
    patrons_leave=0.25,
    patrons_bargain=0.5,
    patrons_silence=1.5,
    patrons_interest=2.0,
    patrons_evacuate=0.4,
    patrons_near=0.7,
    patrons_sharp=15.0,
    patrons_sky=0.7,
)
DEAL = law(deal_tired=0.6, deal_years=0.1, deal_resolve=0.5)
PALACE = law(
    palace_launch=0.05,
    palace_without=0.15,
    palace_weak=2.0,
    palace_age=0.6,
    palace_personal=2.5,
    palace_base=0.0,
    palace_party=2.0,
    palace_guards=1.5,
)
UNIT = law(units_crowd=0.2, units_front=0.04, units_tie=5.0, units_rents=1.0)
KNOWN: list[tuple[Callable[..., float], tuple[object, ...], float]] = [
    (aftermath.continuity, (0.28, 0.5, 0.5, 0.0, 1.0, 1.0, 1.0), 0.28),
    (aftermath.continuity, (0.5, 1.0, 0.5, 0.0, 2.0, 1.0, 1.0), E / (1 + E)),
    (aftermath.continuity, (0.5, 0.5, 1.0, 1.0, 2.0, 1.0, 0.5), 1 / (1 + E)),
    (counterintelligence.guards, (0.6, 0.5, 0.5), 0.7),  # 1 - 0.4 * 0.75
    (counterintelligence.guards, (0.0, 1.0, 1.0), 1.0),
    (
        counterintelligence.found,
        (
            0.8,
            0.25,
            0.0,
            of("counterintelligence", rate=0.03, base=0.2, plot=2.0, purge=3.0, most=0.6),
        ),
        0.045,
    ),
    (
        counterintelligence.found,
        (
            1.0,
            1.0,
            1.0,
            of("counterintelligence", rate=0.3, base=1.0, plot=10.0, purge=10.0, most=0.6),
        ),
        0.6,
    ),
    (counterintelligence.flees, (0.004, 0.5), 0.002),
    (counterintelligence.flees, (0.004, 0.0), 0.0),
    (counterintelligence.promoted, (-3.0,), 3.0),
    (counterintelligence.promoted, (2.0,), 2.0),
    (counterintelligence.promoted, (-0.4,), 0.4),
    (coup.launch_hazard, (0.1, 0.4, 0.1, 1.8, 0.0), 0.4),
    (coup.launch_hazard, (0.2, 0.5, 0.1, 2.0, 0.25), 1.0),  # 0.5 * 4 / 2
    (coup.young, (0.0, 2.0, 3.0), 3.0),
    (coup.young, (3.0, 2.0, 3.0), 1 + 2 / E),
    (
        coup.odds,
        (
            0.1,
            0.0,
            0.0,
            0.0,
            0.0,
            of(
                "coup",
                success_odds=1.5,
                reference=0.1,
                share=4.0,
                proofing=1.3,
                guards=0.7,
                crowd=1.4,
            ),
        ),
        1.5,
    ),
    (
        coup.odds,
        (
            0.35,
            0.5,
            0.5,
            0.0,
            0.0,
            of(
                "coup",
                success_odds=1.0,
                reference=0.1,
                share=4.0,
                proofing=1.0,
                guards=1.0,
                crowd=0.0,
            ),
        ),
        1.0,
    ),  # 1 - 0.5 - 0.5
    (coup.success, (1.0, 3, 0.4, 1.0), 0.5),
    (coup.success, (3.0, 1, 0.4, 1.0), 0.4 * 0.75 + 0.6 * (0.75 + 0.25 * 0.75 * 0.25)),
    (events.reach, (5.0, 5.0, 0.0, 1.0), 1.0),
    (events.reach, (6.0, 5.0, 4.0, 9.0), 0.5),
    (events.reach, (6.0, 5.0, 0.0, 1.0), 0.0),
    (events.moved, (0.2, 1.0, 0.5, 0.5), 0.4),
    (events.moved, (0.2, 1.0, 0.0, 1.0), 0.2),
    (exits.regular_hazard, (0.04, 0.0, 0.5, 0.7, 2.0), 0.04),
    (exits.regular_hazard, (0.04, 3.0, 1.0, 0.5, 2.0), 0.02 / E),
    (exits.assassin_hazard, (0.0015, 0.5, 4.0), 0.0045),
    (exits.assassin_hazard, (0.0015, 0.0, 4.0), 0.0015),
    (
        force.raid_success,
        (
            0.0,
            0.0,
            0.0,
            0.5,
            0.3,
            0.5,
            of(
                "force",
                raid_base=0.0,
                raid_lent=0.5,
                raid_insider=1.0,
                raid_bounty=1.0,
                raid_plot=1.0,
                raid_guards=1.0,
                raid_defence=1.0,
            ),
        ),
        0.5,
    ),
    (
        force.raid_success,
        (
            1.0,
            0.0,
            0.0,
            0.5,
            0.3,
            0.5,
            of(
                "force",
                raid_base=0.0,
                raid_lent=0.5,
                raid_insider=1.0,
                raid_bounty=1.0,
                raid_plot=1.0,
                raid_guards=1.0,
                raid_defence=1.0,
            ),
        ),
        E / (1 + E),
    ),
    (force.raid_hazard, (4.0, 0.5, 0.5, 0.8), 0.8),
    (force.raid_hazard, (4.0, 0.0, 1.0, 1.0), 0.0),
    (force.invasion_hazard, (2.6, 0.5, 3.0, 0.4), 0.052),  # 2.6 / 8 * 0.16
    (force.invasion_hazard, (2.6, 0.0, 3.0, 1.0), 0.0),
    (force.invasion_hazard, (2.6, 1.0, 3.0, 0.0), 0.0),
    (force.beats, (0.2, 1.0, 5.0, 2.5), 0.5),
    (force.beats, (0.0, 0.0, 5.0, 2.5), 0.0),
    (force.beats, (0.4, 1.0, 5.0, 2.0), 0.8),
    (force.on_land, (0.2, 0.2), 0.0),
    (force.on_land, (1.0, 0.2), 1.0),
    (force.on_land, (0.1, 0.2), 0.0),
    (force.defence, (0.8, 0.0, 0.0, 0.5), 0.8),
    (force.defence, (0.8, 1.0, 0.0, 0.5), 0.0),
    (force.defence, (0.8, 0.0, 1.0, 1.0), 0.0),
    (force.build_up, (0.0, 0.9, 9.0), 0.1),
    (force.build_up, (0.9, 0.9, 9.0), 0.9),
    (force.wear, (0.5, 1.0, 0.04, 0.01), 0.515),
    (force.wear, (0.0, 1.0, 0.05, 0.01), 0.05),
    (ladder.resolve, (0.5, 0.5, 0.5, 0.0, 0.2, 0.4, 0.6), 0.6),
    (ladder.resolve, (0.5, 0.0, 0.0, 1.0, 0.2, 0.4, 0.6), 0.0),
    (ladder.climb_hazard, (0.5, 0.0, 0.0, 0.0, LADDER), 0.8),
    (ladder.climb_hazard, (0.0, 1.0, 0.0, 0.0, LADDER), 0.0),
    (ladder.climb_hazard, (1.0, 0.5, 0.0, 0.0, LADDER), 1.6 * E),
    (ladder.climb_hazard, (1.0, 0.0, 0.25, 0.5, LADDER), 1.6 / E),
    (
        ladder.blink_hazard,
        (
            0.5,
            0.0,
            0.0,
            0.0,
            of(
                "ladder",
                blink=0.35,
                blink_opposition=3.0,
                blink_years=0.3,
                blink_dead=0.2,
                blink_sunk=1.0,
            ),
        ),
        0.35,
    ),
    # 1.5 + 0.5 - 1
    (
        ladder.blink_hazard,
        (
            1.0,
            0.0,
            2.5,
            1.0,
            of(
                "ladder",
                blink=0.35,
                blink_opposition=3.0,
                blink_years=0.3,
                blink_dead=0.2,
                blink_sunk=1.0,
            ),
        ),
        0.35 * E,
    ),
    (ladder.rung_reached, (0.5, 3.0, 0.5, 0.0), 0.5),
    (ladder.rung_reached, (0.4, 3.0, 0.5, 1 / 6), 1 / 6),
    (ladder.in_force, (0.2, 4.0, 0.5, 0.5, 0.6, 0.5), 0.1),
    (ladder.in_force, (0.2, 4.0, 0.5, 4 / 6, 0.6, 0.5), 0.3),
    (ladder.highest, (0.4, 0.4, 0.4, 0.4, 0.4, 0.4, law(ladder_reached=0.5)), 0.0),
    (ladder.highest, (0.5, 0.4, 0.6, 0.4, 0.4, 0.4, law(ladder_reached=0.5)), 0.5),
    (ladder.highest, (0.0, 0.0, 0.9, 0.0, 0.0, 0.5, law(ladder_reached=0.5)), 1.0),
    (ladder.cost, (1, P), P.ladder_cost_deployment),
    (ladder.cost, (5, P), P.ladder_cost_raid),
    (ladder.cost, (6, P), 1.0),
    (ladder.odds, (5, 0.3, 0.7, P), 0.3),
    (ladder.odds, (6, 0.3, 0.7, P), 0.7),
    (ladder.odds, (3, 0.3, 0.7, P), P.ladder_hope / 2),
    (ladder.locked, (0.5, 0.5, 0.2), 0.2),
    (ladder.locked, (0.6, 0.5, 0.2), 0.6),
    (ladder.above, (0.5, 0.5), 0.0),
    (ladder.above, (0.6, 0.5), 0.6),
    (leader.believed, (1.0, 0.5, 0.0), 1 / E),
    (leader.believed, (2.0, 0.5, 1.0), 1 / E),
    (leader.fall_value, (0.1, 0.5), 0.05),
    (leader.fall_value, (0.1, 1.0), 0.0),
    (leader.exile_value, (0.8, 0.5, 0.6, 1.1), 0.616),
    (leader.exile_value, (0.0, 0.5, 0.6, 1.1), 0.0),
    (leader.felt, (0.8, 0.4), 0.5),
    (leader.felt, (0.1, 0.4), 1.0),
    (leader.exile_hazard, (0.5, 0.7, 0.7, 1.0, 0.2, 24.0), 0.05),
    (leader.exile_hazard, (0.5, 0.7, 0.7, 0.5, 0.2, 24.0), 0.0125),
    (leader.exile_hazard, (0.0, 1.0, 0.0, 1.0, 0.2, 24.0), 0.0),
    (leader.gamble, (0.5, 0.2, 0.5), 0.2),
    (leader.gamble, (2.0, 1.0, 0.5), 0.0),
    # 1 + 0.3 + 0.2 - 0.3 + 0.5
    (loyalty.loyalty, (0.5, 0.5, 0.5, 1.0, 2.0, 0.5, 0.6, 0.4, -0.3, 0.5), 1.7),
    (loyalty.loyalty, (0.0, 1.0, 0.0, 0.0, 2.0, 0.5, 0.6, 0.4, 0.0, 0.5), 0.6),
    (loyalty.complicity_binds, (0.6, 0.5, 0.1), 0.4),
    (loyalty.complicity_binds, (0.6, 1.0, 0.0), 0.0),
    (loyalty.lure, (1.0, 0.5, 0.2, 0.1), 0.25),
    (loyalty.lure, (0.0, 0.0, 0.2, 0.1), 0.0),
    (loyalty.common, (0.5, 0.2, 0.8), -0.6),
    (loyalty.common, (0.0, 0.0, 0.8), 0.0),
    (loyalty.personal, (2.0, 0.6, 1.4), 2.0),
    (loyalty.personal, (2.0, 1.0, 1.0), 2.8),
    (loyalty.office, (2.0, 0.6, 1.4, 0.8, 0.4), 0.0),
    (loyalty.office, (2.0, 0.1, 1.0, 0.4, 0.4), 0.5),
    (opinion.log_dead, (0.0,), 0.0),
    (opinion.log_dead, (E - 1,), 1.0),
    (patronage.dilution, (2000.0, 2000.0, 0.4), 1.0),
    (patronage.dilution, (8000.0, 2000.0, 0.5), 0.5),
    (patronage.share, (1.5, 1.0, 0.6), 1.95),
    (patronage.share, (1.5, 0.5, 0.6), 1.5),
    (patronage.exit_cost, (2000.0, 2000.0, 0.1), 0.0),
    (patronage.exit_cost, (2000.0 * E, 2000.0, 0.1), 0.1),
    (patronage.coordination, (2000.0, 2000.0, 0.4), 1.0),
    (patronage.coordination, (6000.0, 2000.0, 0.5), 0.6),
    (patronage.felt, (0.4, 0.4, 0.5), 0.4),
    (patronage.felt, (1.0, 0.4, 0.5), 0.7),
    (patronage.felt, (0.3, 0.4, 0.5), 0.3),
    (patronage.concentrated, (0.8, 0.0, 0.4), 0.8),
    (patronage.concentrated, (0.8, 1.0, 0.4), 0.8),
    (patronage.concentrated, (0.8, 0.5, 0.4), 0.88),
    (patrons.target, (0.8, 0.5, 0.0, 0.0, 0.5, 0.4, 0.3), 0.6),
    (patrons.target, (1.0, 0.0, 0.5, 1.0, 0.5, 0.4, 0.5), 0.4),
    (patrons.raised, (0.4, 0.8, 0.0, 0.4), 0.4),
    (patrons.raised, (0.4, 1.0, 0.5, 0.4), 0.6),
    (patrons.raised, (0.9, 1.0, 1.0, 0.4), 1.0),
    (patrons.leave_hazard, (0.5, 1.0, 0.0, 0.0, PATRON), 0.25),
    (patrons.leave_hazard, (0.5, 0.0, 0.0, 1.0, PATRON), 0.0),
    (patrons.leave_hazard, (1.0, 1.0, 0.0, 0.0, PATRON), 0.25 / E),
    (patrons.leave_hazard, (0.5, 0.2, 1.0, 1.0, PATRON), 0.25 * 0.7 * 2.5),
    (patrons.evacuation, (0.6, 0.0, 0.7, 0.0, PATRON), 0.12),
    (patrons.evacuation, (0.0, 0.0, 1.0, 0.0, PATRON), 0.0),
    (patrons.evacuation, (0.6, 0.9, 0.7, 0.5, PATRON), 0.13),  # 0.4 * 1/2 * (1 - 0.35)
    (choice.repression, (0.5, 0.0, 1.0, 0.4, 0.3), 0.5),
    (choice.repression, (0.5, 1.0, 1.0, 0.4, 0.3), 0.9),
    (choice.repression, (0.5, 0.0, 0.0, 0.4, 0.3), 0.35),
    (choice.purge, (0.4, 1.0, 1.0, 1.0), 0.4),
    (choice.purge, (0.4, 0.0, 1.0, 1.0), 0.0),
    (choice.purge, (0.4, 1.0, 0.0, 1.0), 0.0),
    (choice.purge, (0.4, 1.0, 1.0, 0.0), 0.0),
    (choice.growth, (0.0, 1.0, 0.0, 0.2, 0.1), 0.0),
    (choice.growth, (1.0, 1.0, 0.0, 0.2, 0.1), 0.2),
    (choice.growth, (1.0, 0.0, 1.0, 0.2, 0.1), -0.1),
    (deal.settles, (0.4, 0.5, 0.5, 0.0, DEAL), 0.4),
    (deal.settles, (0.0, 1.0, 0.0, 0.0, DEAL), 0.0),
    (deal.settles, (0.9, 0.0, 1.0, 9.0, DEAL), 1.0),
    (deal.strike_hazard, (1.5, 1.0, 1.0, 1.0), 1.5),
    (deal.strike_hazard, (1.5, 0.0, 1.0, 1.0), 0.0),
    (deal.strike_hazard, (1.5, 1.0, 0.0, 1.0), 0.0),
    (deal.strike_hazard, (1.5, 1.0, 1.0, 0.0), 0.0),
    (opposition.coordination, (0.4, 0.5, 3.0), 1.0),
    (opposition.coordination, (0.0, 1.0, 5.0), 1 / E),
    (palace.launches, (0.0, 1.0, 1.0, 0.0, 3.0, PALACE), 0.0),
    (palace.launches, (1.0, 0.85, 0.0, 0.6, 0.0, PALACE), 0.05),
    (palace.launches, (1.0, 0.85, 0.0, 1.0, 0.0, PALACE), 0.05 / E),
    (palace.launches, (0.5, 0.35, 9.0, 0.6, 0.0, PALACE), 0.0125 * E**3),  # weakness counts to 1.5
    (palace.success, (0.0, 0.8, 0.5, 0.3, PALACE), 0.5),
    (palace.success, (0.5, 0.8, 0.5, 0.3, PALACE), E / (1 + E)),
    (principals.leave_hazard, (0.0, 1.0, 6.0, 1.5), 6.0),
    (principals.leave_hazard, (1.0, 0.5, 6.0, 1.0), 0.75 / E),  # a half, cubed: an eighth
    (principals.leave_hazard, (-9.0, 0.0, 6.0, 1.0), 0.0),
    (units.turn_hazard, (0.0, 1.0, 0.0, 0.3, 1.0, UNIT), 0.0),
    (units.turn_hazard, (1.0, 1.0, 0.0, 0.0, 1.0, UNIT), 0.2),
    (units.turn_hazard, (0.0, 0.0, 1.0, 0.0, 1.0, UNIT), 0.04),
    (units.turn_hazard, (1.0, 1.0, 0.0, 0.2, 1.0, UNIT), 0.2 / E),
    (units.turn_hazard, (1.0, 1.0, 0.0, 0.0, 2.0, UNIT), 0.2 / E),
    (vote.lost, (0.5, 0.5, 9.0), 0.5),
    (vote.lost, (0.6, 0.5, 10.0), E / (1 + E)),
    (vote.falsified, (0.0, 1.0), 0.0),
    (vote.falsified, (0.5, 0.0), 0.3),
    (vote.falsified, (1.0, 1.0), 0.98),
    (plotting.prize, (2.0, 0.62, 0.62, 0.25), 2.0),
    (plotting.prize, (2.0, 1.5, 0.62, 0.25), 2.0),
    (plotting.prize, (2.0, 0.0, 0.62, 0.25), 1.5),
    (plotting.belief, (0.0, 2.0, 0.0), 0.5),
    (plotting.belief, (0.5, 2.0, -1.0), 0.5),
    (plotting.response, (0.5, 0.0, 0.0, 1.5, 1.5, 2.0), 1.0),
    (plotting.response, (1.0, 1.0, 0.5, 1.5, 1.5, 2.0), 1.0),  # 3 - 1.5 - 0.5 - 1
    (plotting.reconsider, (0.1, 0.0, 1.0, 0.25), 1.0),
    (plotting.reconsider, (0.2, 1.0, 1.0, 0.25), 0.0),
    (plotting.reconsider, (0.3, 1.0, 1.0, 0.25), 1.0),
    (general.fate, (0.95, 1.0, 9.0, 0.25, 0.9, 0.8), general.PURGED),
    (general.fate, (0.95, 0.0, 9.0, 0.25, 0.9, 0.8), 0.0),
    (general.fate, (0.85, 1.0, 9.0, 0.25, 0.9, 0.8), general.FLED),
    (general.fate, (0.85, 0.0, 9.0, 0.25, 0.9, 0.8), 0.0),
    # too low to be found, too high to reconsider
    (general.fate, (0.79, 1.0, 9.0, 0.25, 0.9, 0.8), general.PLOTTING),
    (general.fate, (0.2, 1.0, 9.0, 0.25, 0.9, 0.8), 0.0),
    (general.fate, (0.02, 0.0, 9.0, 0.25, 0.9, 0.8), general.PLOTTING),
    (plotting.weakness, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, P), 0.0),
    (
        plotting.weakness,
        (0.5, 0.0, 0.0, 0.0, 1.0, 0.0, P),
        0.5 * P.plotting_crowd + P.plotting_memory,
    ),
    (plotting.break_open, (0.0, 0.0, 0.0, 0.0, 1.5), 1.0),
    (plotting.break_open, (0.5, 0.5, 0.5, 0.5, 1.5), 2.5),
    (rebels.contest, (0.5, 0.5, 1.7), 0.5),
    (rebels.contest, (0.6, 0.3, 2.0), 0.8),
    (rebels.contest, (0.0, 0.0, 2.0), 0.0),
    (rebels.onset_hazard, (0.5, 0.03, 2.0), 0.03),
    (rebels.onset_hazard, (1.0, 0.03, 2.0), 0.03 * E),
    (rebels.win_hazard, (1.0, 0.1, 2.5), 0.1),
    (rebels.win_hazard, (0.25, 0.1, 2.5), 0.003125),
    (
        street.refusal,
        (
            0.0,
            0.0,
            0.5,
            0.0,
            0.0,
            0.0,
            of(
                "street",
                refusal=0.0,
                refusal_crowd=2.0,
                refusal_anger=3.0,
                refusal_proofing=2.5,
                refusal_plot=2.0,
                refusal_troops=7.0,
            ),
        ),
        0.5,
    ),
    # 1 - 1 + 1
    (
        street.refusal,
        (
            0.5,
            0.0,
            1.0,
            0.5,
            0.0,
            0.0,
            of(
                "street",
                refusal=0.0,
                refusal_crowd=2.0,
                refusal_anger=3.0,
                refusal_proofing=2.0,
                refusal_plot=2.0,
                refusal_troops=7.0,
            ),
        ),
        E / (1 + E),
    ),
    (rebels.first_strength, (0.1, 0.8, 2.5, 1.0), 0.9),
    (rebels.first_strength, (0.1, 0.8, 2.0, 0.5), 0.3),
    (rebels.first_strength, (0.6, 0.8, 2.0, 1.0), 1.0),
    (
        street.growth,
        (
            0.0,
            1.0,
            0.0,
            1.0,
            0.5,
            0.2,
            of("street", growth=0.4, wane=0.1, growth_base=0.3, disperse=6.0),
        ),
        0.3,
    ),
    (
        street.growth,
        (
            0.0,
            0.0,
            0.0,
            1.0,
            0.5,
            0.2,
            of("street", growth=0.4, wane=0.1, growth_base=0.25, disperse=6.0),
        ),
        0.0,
    ),
    (
        street.growth,
        (
            1.0,
            1.0,
            1.0,
            0.0,
            0.5,
            0.2,
            of("street", growth=0.4, wane=0.1, growth_base=0.3, disperse=3.0),
        ),
        -0.25,
    ),
    (street.onset_hazard, (0.5, 0.05, 4.0), 0.05),
    (street.onset_hazard, (0.75, 0.05, 4.0), 0.05 * E),
    (street.grievance, (0.4, 0.05, 0.5, 0.5, 0.1, 0.2, 0.3), 0.6),
    (street.grievance, (0.9, 0.0, 1.0, 0.0, 0.0, 0.5, 0.5), 1.0),
    (street.endgame, (0.5, 0.2), 0.2),
    (street.endgame, (1.0, 0.2), 0.0),
    (treasury.exports, (0.0, 0.0, 0.0, 0.6, 0.9, 0.7, 0.3), 1.0),
    # (1 - 0.6 * 0.6) * (1 - 0.5 * 0.8)
    (treasury.exports, (1.0, 0.5, 1.0, 0.6, 0.8, 0.5, 0.2), 0.384),
    (treasury.gold, (1.0, 0.5, 0.6, 1.0), 0.7),
    (treasury.gold, (1.0, 1.0, 0.6, 1.5), 1.0),
    (treasury.illicit, (0.5, 0.2, 0.4), 0.8),
    (treasury.illicit, (0.0, 0.0, 0.4), 1.0),
    (treasury.cut_off, (0.0, 0.1), 1.0),
    (treasury.cut_off, (1.0, 0.1), 0.9),
    (exits.interim, (0.0, 3.0, 0.7), 4.0),
    (exits.aged, (60.0, 0.9, 0.5), 1.0),
    (exits.aged, (80.0, 0.5, 1.0), E),
    (exits.aged, (80.0, 0.0, 1.0), 1.0),
    (exits.aged, (94.0, 0.5, 1.0), math.exp(1.5)),
    (street.campaign, (0.1, 0.25, 0.5, 0.9), 0.3),
    (street.campaign, (0.8, 0.25, 0.5, 0.9), 0.72),
    (street.campaign, (0.0, 0.0, 0.5, 0.9), 0.0),
    (deal.wish, (0.2, 0.5, 1.2), 0.8),
    (deal.wish, (0.9, 0.5, 1.2), 1.0),
    (exits.interim, (0.7, 3.0, 0.7), 1 + 3 / E),
    (treasury.economy, (1.0, 0.5, 0.5, 0.2, 0.4), 0.72),
    (treasury.economy, (1.2, 0.0, 0.0, 0.2, 0.4), 1.2),
    (troops.pay, (0.6, 0.0, 0.2), 0.6),
    (troops.pay, (0.6, 0.5, 0.2), 0.36),
    (troops.desertion, (0.5, 0.2, 0.04, 0.2), 0.02),
    (troops.desertion, (0.0, 0.0, 0.04, 0.2), 0.0),
    (troops.at_rest, (0.5, 0.04, 0.04, 0.5), 1 / 3),
    (troops.at_rest, (1.0, 0.04, 0.04, 0.2), 0.0),
    (
        troops.strength,
        (
            1.0,
            0.0,
            0.0,
            0.0,
            1.0,
            0.0,
            of("troops", strength=0.5, paid=0.5, proofing=0.35, arms=0.6, allied=0.5),
        ),
        1.0,
    ),
    (
        troops.strength,
        (
            1.0,
            1.0,
            0.0,
            0.0,
            1.0,
            0.0,
            of("troops", strength=0.5, paid=0.5, proofing=0.25, arms=0.6, allied=0.5),
        ),
        0.75,
    ),
    (
        troops.strength,
        (
            1.0,
            0.0,
            1.0,
            0.0,
            1.0,
            1.0,
            of("troops", strength=0.5, paid=0.5, proofing=0.25, arms=0.6, allied=0.5),
        ),
        0.0,
    ),
    # 0.1 * 1.5, and 0.3 of a patron's own
    (
        troops.strength,
        (
            0.0,
            0.0,
            1.0,
            0.5,
            0.5,
            0.5,
            of("troops", strength=0.4, paid=0.35, proofing=0.35, arms=0.5, allied=0.6),
        ),
        0.45,
    ),
    (troops.waiting, (0.0, 1.0, 2.0), 0.0),
    (troops.waiting, (0.2, 0.0, 1.0), 0.3),
    (troops.waiting, (0.2, 1.0, 1.0), 0.5),
    (troops.waiting, (0.9, 1.0, 1.0), 1.0),
]


# the same formulas where no argument is nought, one or like another, so that each sign, factor and
# place counts: the documented formula with the numbers in it
AWAY_FROM_THE_ENDS: list[tuple[Callable[..., float], tuple[object, ...], float]] = [
    (
        aftermath.continuity,
        (0.28, 0.8, 0.7, 0.3, 1.2, 0.9, 1.1),
        sigmoid(math.log(0.28 / 0.72) + 0.36 - 0.18 - 0.33),
    ),
    (counterintelligence.guards, (0.6, 0.7, 0.3), 0.684),
    # 0.021 * 1.4 * 2.2
    (
        counterintelligence.found,
        (
            0.5,
            0.25,
            0.4,
            of("counterintelligence", rate=0.03, base=0.2, plot=1.6, purge=3.0, most=0.6),
        ),
        0.06468,
    ),
    (
        counterintelligence.found,
        (
            0.5,
            0.25,
            0.4,
            of("counterintelligence", rate=0.3, base=0.2, plot=1.6, purge=3.0, most=0.6),
        ),
        0.6,
    ),
    (coup.launch_hazard, (0.3, 0.4, 0.1, 2.0, 0.25), 3.6 / 3.25),
    (coup.young, (1.5, 2.0, 3.0), 1 + 2 * math.exp(-0.5)),
    (
        coup.odds,
        (
            0.35,
            0.6,
            0.7,
            0.2,
            0.3,
            of(
                "coup",
                success_odds=1.5,
                reference=0.1,
                share=4.0,
                proofing=1.3,
                guards=0.7,
                crowd=1.4,
            ),
        ),
        1.5 * math.exp(1.0 - 0.78 - 0.49 + 0.28 + 0.3),
    ),
    (
        coup.success,
        (3.0, 2, 0.4, 2.0),
        0.4 * 0.75 + 0.6 * 0.4 * 0.84375 + 0.36 * (0.84375 + 2 * 0.34375 * 0.84375 * 0.15625),
    ),
    (events.reach, (7.0, 5.0, 4.0, 9.0), 0.75),
    (events.reach, (9.0, 5.0, 4.0, 9.0), 1.0),
    (events.reach, (13.0, 5.0, 2.0, 9.0), 1.0),
    (events.reach, (14.0, 5.0, 2.0, 9.0), 0.0),
    (events.reach, (4.0, 5.0, 2.0, 9.0), 0.0),
    (events.moved, (0.2, 0.9, 0.5, 0.6), 0.41),
    (exits.regular_hazard, (0.04, 0.5, 0.7, 0.6, 2.0), 0.028 * math.exp(-0.4)),
    (exits.assassin_hazard, (0.002, 0.3, 4.0), 0.0044),
    (
        force.raid_success,
        (
            0.3,
            0.6,
            0.2,
            0.7,
            0.5,
            0.6,
            of(
                "force",
                raid_base=-1.1,
                raid_lent=0.5,
                raid_insider=1.1,
                raid_bounty=0.4,
                raid_plot=0.9,
                raid_guards=0.8,
                raid_defence=1.3,
            ),
        ),
        sigmoid(-1.2 + 0.33 + 0.24 + 0.18 - 0.16 - 0.13),
    ),
    (force.raid_hazard, (4.0, 0.3, 0.6, 0.8), 0.576),
    (force.invasion_hazard, (2.6, 0.6, 2.0, 0.4), 0.14976),
    (force.beats, (0.3, 0.5, 4.0, 2.0), 1.44 / 1.69),
    (force.on_land, (0.6, 0.2), 0.5),
    (force.on_land, (1.4, 0.2), 1.0),
    (force.defence, (0.7, 0.25, 0.6, 0.5), 0.3675),
    (force.build_up, (0.2, 0.9, 4.0), 0.375),
    (force.wear, (0.3, 0.6, 0.2, 0.1), 0.354),
    (ladder.resolve, (0.4, 0.3, 0.7, 0.6, 0.2, 0.4, 0.1), 0.48),
    (ladder.resolve, (0.9, 0.9, 0.9, 0.1, 0.2, 0.4, 0.1), 1.0),
    (ladder.climb_hazard, (0.7, 0.3, 0.4, 2.0, LADDER), 1.12 * math.exp(0.6 - 0.4 - 3.0)),
    (ladder.locked, (0.4, 0.5, 0.2), 0.2),
    (ladder.odds, (2, 0.3, 0.7, law(ladder_hope=0.15)), 0.05),
    (
        ladder.blink_hazard,
        (
            0.8,
            1.5,
            2.0,
            0.4,
            of(
                "ladder",
                blink=0.35,
                blink_opposition=3.0,
                blink_years=0.3,
                blink_dead=0.2,
                blink_sunk=0.7,
            ),
        ),
        0.35 * math.exp(0.9 + 0.45 + 0.4 - 0.28),
    ),
    (ladder.rung_reached, (0.6, 3.0, 0.5, 5 / 6), 5 / 6),
    (ladder.rung_reached, (0.5, 4.0, 0.5, 1 / 6), 4 / 6),
    (ladder.in_force, (0.7, 4.0, 0.5, 5 / 6, 0.6, 0.5), 0.35),
    (ladder.in_force, (0.2, 4.0, 4 / 6, 5 / 6, 0.6, 0.5), 0.1),
    (leader.believed, (0.7, 0.4, 0.6), math.exp(-0.532)),
    (leader.fall_value, (0.3, 0.4), 0.18),
    (leader.felt, (0.8, 0.3), 2 / 3),
    (leader.exile_hazard, (0.6, 0.7, 0.4, 0.5, 0.2, 3.0), 0.03 * sigmoid(0.9)),
    (leader.gamble, (0.6, 0.3, 0.5), 0.21),
    (
        loyalty.loyalty,
        (0.7, 0.4, 0.3, -0.8, 2.0, 0.35, 0.6, 0.5, -0.3, 0.25),
        4 / 3 + 0.24 + 0.15 - 0.3 - 0.2,
    ),
    (loyalty.complicity_binds, (0.6, 0.3, 0.1), 0.52),
    (loyalty.lure, (0.4, 0.6, 0.2, 0.3), 0.26),
    (loyalty.common, (0.7, 0.2, 0.4), -0.48),
    (loyalty.personal, (2.0, 0.3, 0.7), 1.58),
    (loyalty.office, (2.0, 0.3, 0.7, 0.9, 0.3), 0.315),
    (loyalty.office, (2.0, 0.9, 0.7, 0.9, 0.3), -0.315),
    (opinion.log_dead, (4.0,), math.log(5)),
    (patronage.felt, (0.9, 0.4, 0.3), 0.55),
    (patronage.concentrated, (0.8, 0.3, 0.5), 0.884),
    (patrons.raised, (0.3, 0.6, 0.7, 0.5), 0.426),
    (
        patrons.leave_hazard,
        (0.8, 0.4, 0.6, 0.3, PATRON),
        0.25 * 0.7 * 1.45 * math.exp(-0.6),
    ),
    (patrons.evacuation, (0.3, 0.2, 0.8, 0.4, PATRON), 0.4 * 0.5 * sigmoid(1.5) * 0.72),
    (choice.repression, (0.4, 0.5, 0.6, 0.3, 0.25), 0.495),
    (choice.repression, (0.9, 0.9, 1.0, 0.9, 0.5), 1.0),
    (choice.purge, (0.5, 0.6, 0.7, 0.4), 0.084),
    (choice.purge, (2.0, 0.9, 0.9, 0.9), 1.0),
    (choice.growth, (0.6, 0.7, 0.3, 0.2, 0.1), 0.054),
    # 0.3 + 0.12 + 0.15 - 0.1
    (deal.settles, (0.3, 0.7, 0.7, 1.5, DEAL), 0.47),
    (deal.strike_hazard, (1.5, 0.6, 0.3, 0.7), 0.189),
    (opposition.coordination, (0.7, 0.8, 1.5), math.exp(0.54)),
    (
        palace.launches,
        (0.4, 0.25, 0.7, 0.8, 0.5, PALACE),
        0.05 * 0.4 * 0.4 * math.exp(1.4 + 0.3 - 0.5),
    ),
    (
        palace.success,
        (0.3, 0.6, 0.7, 0.5, PALACE),
        sigmoid(0.6 + 0.4 - 0.3 + 0.2),
    ),
    (principals.leave_hazard, (0.7, 0.6, 6.0, 1.5), 1.296 * math.exp(-1.05)),
    (
        units.turn_hazard,
        (0.6, 0.5, 0.3, 0.1, 1.3, UNIT),
        (0.06 + 0.0036) * math.exp(-0.5 - 0.3),
    ),
    (vote.lost, (0.3, 0.45, 8.0), sigmoid(-1.2)),
    (vote.falsified, (0.7, 0.6), 0.588),
    (plotting.prize, (2.0, 0.4, 0.5, 0.25), 1.9),
    (patronage.dilution, (6000.0, 2000.0, 0.7), 3**-0.7),
    (patronage.share, (1.5, 0.7, 0.6), 1.68),
    (patronage.exit_cost, (6000.0, 2000.0, 0.3), 0.3 * math.log(3)),
    (patronage.coordination, (5000.0, 2000.0, 0.4), 0.7),
    (patrons.target, (0.8, 0.3, 0.4, 0.6, 0.5, 0.7, 0.25), 0.8 * 0.85 * 0.72 * 0.85),
    (plotting.belief, (0.3, 2.0, -0.2), 1 / (1 + 0.9875**32)),
    # 2 * (1.44 - 0.9 - 0.1 - 0.2) = 0.48, a 32nd of it is 0.015
    (plotting.response, (0.6, 0.2, 0.1, 1.5, 0.9, 2.0), 0.985**32),
    (plotting.break_open, (0.1, 0.2, 0.15, 0.05, 1.5), 1.75),
    (
        general.answer,
        (
            0.3,
            0.25,
            1.2,
            0.4,
            0.3,
            -0.8,
            0.5,
            2.0,
            0.4,
            0.6,
            0.5,
            -0.3,
            0.25,
            2.0,
            -0.2,
            1.5,
            0.9,
            0.4,
            2.0,
        ),
        # 2 * 0.6 / (0.6 + 0.4) of rents
        (1 - (2 / (1 + 0.9875**32) * 2.4 - 2 * (0.9 + 0.1 + 1.2 + 0.24 + 0.15 - 0.3 - 0.2)) / 32)
        ** 32,
    ),
    (rebels.contest, (0.6, 0.3, 3.0), 8 / 9),
    (rebels.onset_hazard, (0.7, 0.03, 2.0), 0.03 * math.exp(0.4)),
    (rebels.win_hazard, (0.6, 0.1, 2.0), 0.036),
    (
        street.refusal,
        (
            0.3,
            0.4,
            0.7,
            0.2,
            0.1,
            0.25,
            of(
                "street",
                refusal=-0.5,
                refusal_crowd=2.0,
                refusal_anger=3.0,
                refusal_proofing=2.5,
                refusal_plot=1.5,
                refusal_troops=7.0,
            ),
        ),
        sigmoid(-0.5 + 0.6 + 1.2 - 0.5 + 0.3 - 0.7 + 0.25),
    ),
    (rebels.first_strength, (0.1, 0.5, 3.0, 0.4), 0.132),
    # 0.4 * 0.7 - 0.13 - 0.081 / 2
    (
        street.growth,
        (
            0.2,
            0.6,
            0.3,
            0.7,
            0.4,
            0.3,
            of("street", growth=0.5, wane=0.1, growth_base=0.25, disperse=5.0),
        ),
        0.28 - 0.13 - 0.0405,
    ),
    (street.onset_hazard, (0.7, 0.05, 4.0), 0.05 * math.exp(0.8)),
    (street.grievance, (0.2, 0.05, 0.3, 0.6, 0.1, 0.2, 0.5), 0.41),
    (street.grievance, (0.1, 0.05, 0.3, 0.6, 0.5, 0.2, 0.5), 0.0),
    (street.endgame, (0.7, 0.2), 0.12),
    (street.endgame, (0.1, 0.9), 1.0),
    (plotting.break_open, (0.7, 0.2, 0.4, 0.1, 1.5), 2.5),
    (force.wear, (0.8, 0.9, 3.0, 0.1), 1.0),
    (leader.gamble, (1.6, 0.3, 0.5), 0.35),
    (leader.gamble, (0.6, 1.7, 0.5), 0.0),
    (exits.regular_hazard, (0.04, 1.7, 0.7, 0.6, 2.0), 0.016 * math.exp(-0.4)),
    (treasury.gold, (0.6, 0.5, 0.7, 3.0), 1.0),
    (treasury.exports, (0.6, 0.5, 0.7, 0.8, 0.4, 0.9, 0.25), (1 - 0.48 * 0.8) * (1 - 0.63 * 0.75)),
    (treasury.gold, (0.6, 0.5, 0.7, 0.8), 0.748),
    (treasury.illicit, (0.2, 0.6, 0.3), 0.82),
    (treasury.economy, (0.9, 0.5, 0.4, 0.2, 0.3), 0.9 * 0.9 * 0.88),
    (treasury.cut_off, (0.4, 0.3), 0.88),
    (exits.interim, (1.4, 2.5, 0.7), 1 + 2.5 * math.exp(-2)),
    (troops.pay, (0.6, 0.3, 0.2), 0.456),
    (troops.desertion, (0.4, 0.3, 0.04, 0.2), 0.0144),
    (troops.at_rest, (0.3, 0.05, 0.04, 0.2), 35 / 71),
    (troops.at_rest, (1.0, 0.05, 0.0, 0.2), 0.0),
    (
        troops.strength,
        (
            0.7,
            0.4,
            0.6,
            0.3,
            0.9,
            0.2,
            of("troops", strength=0.3, paid=0.35, proofing=0.25, arms=0.5, allied=0.6),
        ),
        # 0.3 * 0.5 of arms, 0.25 * 0.4 of coup-proofing
        0.9 * (0.3 + 0.245) * 0.9 * 1.3 * 0.8 + 0.18,
    ),
    (troops.waiting, (0.3, 0.4, 0.5), 0.435),
    # the ends of their ranges hold whatever comes
    (
        counterintelligence.found,
        (
            0.5,
            0.25,
            0.4,
            of("counterintelligence", rate=-0.3, base=0.2, plot=1.6, purge=3.0, most=0.6),
        ),
        0.0,
    ),
    (exits.regular_hazard, (0.04, -0.5, 0.7, 0.6, 2.0), 0.04 * math.exp(-0.4)),
    (force.wear, (0.1, 0.2, 0.1, 3.0), 0.0),
    (leader.gamble, (-0.6, 0.3, 0.5), 0.0),
    (leader.gamble, (0.6, -0.7, 0.5), 0.3),
    (leader.felt, (1.2, 0.3), 0.0),
    (plotting.break_open, (-0.7, 0.2, 0.1, 0.1, 1.5), 1.0),
    (street.endgame, (1.4, 0.2), 0.0),
    (treasury.exports, (1.0, 0.2, 0.5, 1.6, 0.1, 0.5, 0.2), 0.0),
    (treasury.exports, (-1.0, 0.2, 0.5, 1.6, 0.1, 0.5, 0.2), 1.0),
    (treasury.gold, (0.6, -0.5, 0.7, 0.8), 0.58),
    (troops.pay, (0.6, 3.0, 0.2), 0.0),
    (troops.pay, (1.8, 0.1, 0.2), 1.0),
]


def label(case: object) -> str:
    return (
        f"{case.__module__.split('.')[-1]}.{case.__name__}"
        if isinstance(case, types.FunctionType)
        else ""
    )


@pytest.mark.parametrize(
    ("function", "arguments", "expected"), [*KNOWN, *AWAY_FROM_THE_ENDS], ids=label
)
def test_a_formula_gives_the_figure_worked_out_by_hand(
    function: Callable[..., float], arguments: tuple[object, ...], expected: float
) -> None:
    assert function(*arguments) == pytest.approx(expected, rel=1e-9, abs=1e-9)


# functions that act on the world, or choose by code: tried elsewhere
ACTING = {"x", "world", "exits", "regime", "plot", "t", "table", "way", "man", "sender", "rebels"}
ACTING |= {"street", "army"}


def test_no_formula_is_left_untried() -> None:
    tried = {(function.__module__, function.__name__) for function, _, _ in KNOWN}
    for name in MECHANISMS:
        module = importlib.import_module(f"regime_sim.law.{name}")
        for title, function in inspect.getmembers(module, inspect.isfunction):
            takes = set(inspect.signature(function).parameters)
            if (
                function.__module__ == module.__name__
                and title not in ("start", "week", "hazards", "failed")
                and not takes & ACTING
            ):
                assert (
                    module.__name__,
                    title,
                ) in tried or title == "death_hazard", f"{name}.{title}"


# ---- shapes
# --------------------------------------------------------------------------------------------------


def test_what_happens_is_what_the_chance_says_without_its_exponential() -> None:
    rng = np.random.default_rng(3)
    hazards = [0.0, 1e-300, 1e-16, 1e-12, 0.5, 700.0, 1e9, math.inf, -0.1]
    hazards += (10.0 ** rng.uniform(-15, 2, 4_000)).tolist()
    for h in hazards:
        near = [arithmetic.chance(h), h, h * (1.0 - 1e-15), h + 1e-12, h - 1e-12]
        for u in (*near, *(np.nextafter(one, 2.0) for one in near), 0.0, 0.5, 1.0):
            assert arithmetic.happens(float(u), h) == (u < arithmetic.chance(h)), (u, h)


def test_a_coup_carries_more_surely_the_better_the_odds() -> None:
    for bandwagon in (0.0, 1.0, 4.0):
        for days in (1, 3, 14):
            chances = [
                coup.success(odds, days, 0.4, bandwagon)
                for odds in np.geomspace(1e-3, 1e3, 121).tolist()
            ]
            assert all(0 <= one <= 1 for one in chances)
            assert (np.diff(chances) > 0).all()
            assert coup.success(1.0, days, 0.4, bandwagon) == pytest.approx(0.5)


def test_who_leads_a_coup_is_joined() -> None:
    assert coup.success(3.0, 3, 0.4, 2.0) > coup.success(3.0, 3, 0.4, 0.0) == pytest.approx(0.75)
    assert coup.success(1 / 3, 3, 0.4, 2.0) < 0.25


def test_launches_rise_with_the_share_and_level_off() -> None:
    rates = [
        coup.launch_hazard(share, 0.4, 0.1, 1.8, 0.02) for share in np.linspace(0, 1, 101).tolist()
    ]
    assert rates[0] == 0.0
    assert (np.diff(rates) > 0).all()
    assert rates[-1] < 0.4 / 0.02


def test_a_contest_is_even_between_equals_and_decided_by_strength() -> None:
    for decisiveness in (0.5, 1.0, 2.5, 6.0):
        assert rebels.contest(0.7, 0.7, decisiveness) == pytest.approx(0.5)
        assert (
            np.diff([rebels.contest(b, 0.5, decisiveness) for b in np.linspace(0, 1, 51).tolist()])
            > 0
        ).all()
        assert rebels.contest(0.4, 0.8, decisiveness) + rebels.contest(
            0.8, 0.4, decisiveness
        ) == pytest.approx(1.0)


def test_exile_needs_an_offer_that_is_believed_and_an_end_in_sight() -> None:
    """The gate at the table's centre, for a ruler of middling guilt: weekly hazards."""

    def hazard(offer: float, credibility: float, belief: float) -> float:
        go = leader.exile_value(credibility, 0.5, P.leader_culpable, P.leader_exile)
        stay = belief + (1 - belief) * leader.fall_value(P.leader_fall, 0.5)
        return leader.exile_hazard(
            offer,
            go,
            stay,
            leader.felt(belief, P.leader_doubt),
            P.leader_exile_rate,
            P.leader_sharpness,
        )

    both = hazard(1.0, 0.8, 0.1)
    assert both > 0.9 * P.leader_exile_rate
    assert hazard(1.0, 0.8, 1.0) < 0.01 * both
    assert hazard(1.0, 0.1, 0.5) < 0.01 * both
    assert hazard(0.0, 0.8, 0.1) == 0.0


def test_natural_death_by_age_is_the_observed_rate() -> None:
    ages = [P.exits_middle_age - 1e-9, P.exits_middle_age, P.exits_old_age, P.exits_great_age, 95.0]
    assert [exits.death_hazard(age, P) for age in ages] == [
        P.exits_death_young,
        P.exits_death_middle,
        P.exits_death_old,
        P.exits_death_great,
        P.exits_death_great,
    ]


HAZARDS = ACTORS["exits"]


def test_one_uniform_picks_among_causes_in_proportion() -> None:
    sizes = {field: 0.01 * (k + 1) for k, field in enumerate(HAZARDS)}
    week = SimpleNamespace(**sizes)
    whole = sum(sizes.values())
    assert exits.total(week) == pytest.approx(whole)
    assert exits.pick(week, 1 - math.exp(-whole) + 1e-9, 0.5) == 0
    grid = (np.arange(5500) + 0.5) / 5500
    picked = np.bincount([exits.pick(week, 0.0, u) for u in grid.tolist()], minlength=11)
    assert picked[0] == 0 and len(picked) == 11
    assert picked[1:] / 5500 == pytest.approx([size / whole for size in sizes.values()], abs=1e-3)


@pytest.mark.parametrize("k", range(1, 11))
def test_a_lone_cause_is_the_one_picked(k: int) -> None:
    week = SimpleNamespace(**{field: float(place == k) for place, field in enumerate(HAZARDS, 1)})
    assert exits.pick(week, 0.5, 0.999999) == k
    assert exits.pick(week, 0.0, 0.0) == k


@pytest.mark.parametrize("way", range(1, 11))
def test_fates_come_in_the_shares_of_the_table(way: int) -> None:
    """At middling personal power; the more personal, the deadlier; whoever dies or is assassinated
    is dead.
    """
    u = ((np.arange(2000) + 0.5) / 2000).tolist()
    share = np.bincount([aftermath.fate(way, 0.5, one, P) for one in u], minlength=5) / 2000
    assert share[0] == 0
    named = {
        exits.COUP: "coup",
        exits.UPRISING: "uprising",
        exits.REBELLION: "rebellion",
        exits.FOREIGN: "foreign",
        exits.PALACE: "palace",
    }
    if way in named:
        expected = [getattr(P, f"fate_{named[way]}_{end}") for end in ("exile", "jail", "dead")]
        assert share[2:] == pytest.approx(expected, abs=2e-3)
    if way == exits.NEGOTIATED:
        assert share[1:] == pytest.approx(
            [1 - P.fate_negotiated_exile, P.fate_negotiated_exile, 0, 0], abs=2e-3
        )
    if way == exits.REGULAR:
        assert share[1:] == pytest.approx(
            [
                1 - P.fate_regular_exile - P.fate_regular_jail,
                P.fate_regular_exile,
                P.fate_regular_jail,
                0,
            ],
            abs=2e-3,
        )
    if way in (exits.ASSASSINATED, exits.DIED):
        assert share[aftermath.DEAD] == 1
    if way == exits.SEIZED:
        assert share[aftermath.HOME] == share[aftermath.EXILE] == 0
    deaths = [
        np.mean([aftermath.fate(way, power, one, P) == aftermath.DEAD for one in u])
        for power in (0.0, 0.5, 1.0)
    ]
    assert deaths == sorted(deaths)


def test_what_becomes_of_the_regime() -> None:
    assert aftermath.regime_fate(exits.SEIZED, 0.6, 0.7, 0.0, P) == aftermath.FALLS
    assert aftermath.regime_fate(exits.SEIZED, 0.6, 0.5, 0.0, P) == aftermath.TUTELAGE
    assert aftermath.regime_fate(exits.SEIZED, 0.6, 0.5, 1.0, P) == aftermath.STANDS
    assert aftermath.regime_fate(exits.COUP, 0.6, 0.5, 0.0, P) == aftermath.STANDS
    shares = [aftermath.base_continuity(way, P) for way in range(1, 11)]
    assert shares == [
        P.aftermath_coup,
        P.aftermath_uprising,
        P.aftermath_rebellion,
        P.aftermath_negotiated_exit,
        P.aftermath_foreign_removal,
        P.aftermath_seized,
        P.aftermath_assassinated,
        P.aftermath_died,
        P.aftermath_regular,
        P.aftermath_palace_coup,
    ]


def test_income_is_the_streams_by_weight() -> None:
    open_ = SimpleNamespace(exports=1.0, gold=1.0, illicit=1.0, economy=1.0)
    full = SimpleNamespace(
        rents_hard_currency=1.0, rents_mining=1.0, rents_illicit=1.0, rents_enterprises=1.0
    )
    assert treasury.income(full, open_, 0.0, P) == pytest.approx(1.0)
    assert treasury.income(full, open_, 1.0, P) == pytest.approx(1.0 + P.treasury_aid)
    closed = SimpleNamespace(exports=0.0, gold=1.0, illicit=1.0, economy=1.0)
    assert treasury.income(full, closed, 0.0, P) == pytest.approx(1.0 - P.treasury_oil_weight)


def test_what_a_successor_could_expect_is_the_income_without_pressure() -> None:
    x = SimpleNamespace(
        rents_hard_currency=0.7,
        rents_mining=0.3,
        rents_illicit=0.2,
        rents_enterprises=0.6,
        treasury_economy=0.9,
    )
    free = SimpleNamespace(exports=1.0, gold=1.0, illicit=1.0, economy=0.9)
    assert treasury.prospect(x, P) == pytest.approx(treasury.income(x, free, 0.0, P))
    x.treasury_economy = 0.0
    assert treasury.prospect(x, P) == pytest.approx(
        0.7 * P.treasury_oil_weight
        + 0.3 * P.treasury_mining_weight
        + 0.2 * P.treasury_illicit_weight
    )


def test_reserves_pay_for_a_gap_until_they_are_gone() -> None:
    """What is drawn from reserves and what is paid out balance, and arrears begin when nothing is
    left.
    """
    state = SimpleNamespace(income=0.4, customary=0.8, reserves=3.0, rents=0.0, arrears=0.0)
    patron = SimpleNamespace(finance=0.0)
    weeks = 0
    while state.reserves > 0 and weeks < 100:
        before = state.reserves
        treasury.pay_out(state, patron, P)
        assert state.rents - state.income == pytest.approx(
            (before - state.reserves) * state.customary
        )
        weeks += 1
    assert weeks == math.ceil(3.0 * 0.8 / (P.treasury_spend * 0.4))
    treasury.pay_out(state, patron, P)
    assert state.rents == pytest.approx(0.4) and state.arrears == pytest.approx(0.5)


def test_a_general_turns_when_the_prize_outweighs_what_he_would_lose() -> None:
    quiet = (0.65, P.loyalty_rent, P.loyalty_half, P.loyalty_complicity, P.loyalty_tie, -0.3, 0.5)
    game = (
        P.plotting_gain,
        P.plotting_base,
        P.plotting_prize,
        P.plotting_cost,
        P.counterintelligence_alarm,
        P.plotting_beta,
    )

    def plots(
        peers: float = 0.0,
        alarmed: float = 0.0,
        rent: float = 1.0,
        complicity: float = 0.5,
        private: float = 0.0,
    ) -> float:
        return 1.0 / (
            1.0 + general.answer(peers, alarmed, rent, complicity, 0.5, private, *quiet, *game)
        )

    assert plots() < 0.1
    assert plots(peers=1.0) > plots() > plots(alarmed=1.0)
    assert plots(rent=0.0) > plots() > plots(rent=5.0)
    assert plots(complicity=0.0) > plots() > plots(complicity=1.0)
    assert plots(private=-2.0) > plots() > plots(private=2.0)


# ---- coordination: the map from the share of peers who plot to the share who answer that they
# would ---------------------------

QUIET_TERMS = slice(0, 13)


@pytest.fixture(scope="module")
def peer_map() -> Callable[..., float]:
    """map(share, gain, weak): mean answer of 800 generals at the table's centre and quiet inputs,
    given that so many trusted peers are in.
    """
    compiled = compile_scenario(load("no-pressure").with_(generals=200))
    x = compiled.x.copy()
    x[INPUT_NAMES.index("generals.number")] = P.generals_reference
    model = RegimeModel(replace(compiled, x=x, uncertain=(), joint=None), 1, 0)
    model.step()
    terms = list(model.terms)
    people = corps(200)
    private = np.array([private_loyalties(1, replicate, 200) for replicate in range(4)])

    def mapped(share: float, gain: float = P.plotting_gain, weak: float = 0.0) -> float:
        own = list(terms)
        own[7], own[8] = gain, P.plotting_base + P.plotting_signal * weak
        rows = zip(
            people.rent_share.tolist() * 4,
            people.complicity.tolist() * 4,
            people.tie.tolist() * 4,
            private.ravel().tolist(),
            strict=True,
        )
        return float(
            np.mean(
                [1.0 / (1.0 + general.answer(share, 0.0, *row, *own[QUIET_TERMS])) for row in rows]
            )
        )

    return mapped


def shape(mapped: Callable[..., float], gain: float, weak: float) -> tuple[int, float]:
    """Number of fixed points of the map, and its steepest slope."""
    grid = np.linspace(0.0, 1.0, 26)
    values = np.array([mapped(share, gain, weak) for share in grid.tolist()])
    crossings = int(np.sum(np.diff(np.sign(values - grid)) != 0))
    return crossings, float(np.max(np.diff(values) / np.diff(grid)))


def test_in_quiet_times_peers_matter_little(
    peer_map: Callable[..., float], record_property: Callable[[str, object], None]
) -> None:
    """One fixed point and a slope below 0.8 at the centre, whatever the signs of weakness; below 1
    up to the prior's upper end.
    """
    prior = PARAMETERS["plotting.gain"].prior
    assert prior
    for weak in (0.0, 0.5, 1.0, 1.5):
        fixed, slope = shape(peer_map, P.plotting_gain, weak)
        record_property(f"slope at weakness {weak}", round(slope, 2))
        assert fixed == 1
        assert slope < 0.8
        assert shape(peer_map, prior.args[1], weak)[1] < 1.0


def test_an_event_that_all_can_see_takes_coordination_across_the_edge(
    peer_map: Callable[..., float], record_property: Callable[[str, object], None]
) -> None:
    """The prior of what a public event adds straddles a slope of 1; two worlds at one input lie
    beyond quiet times, and where is reported.
    """
    gain, after = PARAMETERS["plotting.gain"].prior, PARAMETERS["plotting.break"].prior
    assert gain and after
    weakest, strongest = gain.args[0] * (1 + after.args[0]), gain.args[1] * (1 + after.args[1])
    assert shape(peer_map, weakest, 0.0)[1] < 1.0 < shape(peer_map, strongest, 0.0)[1]
    gains = np.linspace(gain.args[1], PARAMETERS["plotting.gain"].high, 13).tolist()
    both = [one for one in gains if shape(peer_map, one, 0.0)[0] >= 3]
    record_property("two worlds from a gain of", min(both, default=math.inf))
    assert not both or min(both) > gain.args[1]


# ---- extremes
# --------------------------------------------------------------------------------------------------

CENTRE = np.array([PARAMETERS[name].default for name in STRUCTURAL_NAMES])
NO_EXITS = dict.fromkeys(
    (
        "coup__launch",
        "palace__launch",
        "street__onset",
        "rebels__onset",
        "exits__regular",
        "exits__assassin",
        "exits__death_young",
        "exits__death_middle",
        "exits__death_old",
        "exits__death_great",
        "force__background",
        "street__mood",
    ),
    0.0,
)


def at_the_centre(worlds: Worlds) -> Worlds:
    return replace(worlds, p=np.tile(CENTRE, (len(worlds.p), 1)))


def boundless() -> Worlds:
    kind: dict[str, object] = {
        **{f"rents.{name}": 1.0 for name in STREAMS},  # each by itself: a whole lever slides
        "foreign_support": 1.0,
        "us_pressure": 0.0,
        "public_opinion.home_opposition": 0.0,
    }
    return drawn(load("no-pressure").vary(kind).with_(generals=64), 1000)


def test_no_generals_plot_when_rents_are_boundless_and_grievance_nil() -> None:
    """At the centre of the priors."""
    assert run(at_the_centre(boundless())).state("plot.plotting").mean() < 0.01


def test_no_generals_plot_when_rents_are_boundless_whatever_the_priors() -> None:
    paid = run(boundless()).state("plot.plotting").mean()
    assert paid < 0.02
    unpaid = boundless()
    unpaid.x[:, [INPUT_NAMES.index(f"rents.{name}") for name in STREAMS]] = 0.1
    assert run(unpaid).state("plot.plotting").mean() > max(0.03, 2 * paid), "the twin"


@pytest.mark.parametrize("where", ["no-pressure", "venezuela-2025"])
def test_nobody_survives_when_every_lever_is_against_him_for_long_enough(where: str) -> None:
    """Two years; and the twin: with every lever for him, most do."""
    base = load(where)
    base = base.without(*(entry.id for entry in base.timeline)).with_(generals=64, horizon=104)
    against = base.vary(rents=0.0, foreign_support=0.0, us_pressure=1.0, public_opinion=0.0)
    assert (run(drawn(against, 1000)).way == 0).mean() < 0.02
    with_him = base.vary(rents=1.0, foreign_support=1.0, us_pressure=0.0, public_opinion=1.0)
    assert (run(drawn(with_him, 1000)).way == 0).mean() > 0.7


STREAMS = ("enterprises", "hard_currency", "illicit", "mining")


def launches(rents: float) -> float:
    """Mean launch hazard a year of a corps at rest at quiet inputs, over the priors; nothing else
    happens in these worlds.
    """
    streams = {f"rents.{name}": rents * 0.62 for name in STREAMS}
    quiet = {
        **streams,
        "foreign_support": 0.4,
        "public_opinion.home_opposition": 0.4,
        "regime.coup_proofing": 0.6,
        "rebels.strength": 0.0,
    }
    worlds = drawn(load("no-pressure").vary(quiet).with_(generals=128, horizon=60), 800)
    after = run(worlds.under(**NO_EXITS))
    assert (after.way == 0).all()
    law = {
        name: worlds.p[:, STRUCTURAL_NAMES.index(f"coup.{name}")].tolist()
        for name in ("launch", "reference", "steepness", "saturation")
    }
    return float(
        np.mean(
            [
                coup.launch_hazard(*row)
                for row in zip(after.state("plot.command").tolist(), *law.values(), strict=True)
            ]
        )
    )


def test_a_hundredth_of_rents_moves_no_launch_hazard_by_a_tenth() -> None:
    """No knife edge in quiet times; and the right sign."""
    as_now, more, less = launches(1.0), launches(1.01), launches(0.99)
    assert 0.9 < more / as_now < 1.0 < less / as_now < 1.1
