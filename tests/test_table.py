"""The table of the model's numbers: every row complete, in bounds and with a source that exists;
levers, events and recorded variables fit it and the law.
"""

from __future__ import annotations

import ast
import inspect
import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import regime_sim.law
from regime_sim.engine.parameter_draws import quantile, share_below
from regime_sim.engine.records import Shared
from regime_sim.facts.actors import OBSERVED_AT, STATE_NAMES
from regime_sim.facts.declare import Kind, Lever, LeverPart, NamedEvent, Parameter
from regime_sim.facts.evidence import source
from regime_sim.facts.levers import PRINCIPAL_SLOTS, UNIT_SLOTS
from regime_sim.facts.outcomes import FATES, OBSERVABLES, REGIME, WAY_WORDS, WAYS
from regime_sim.facts.parameters import (
    EVENTS,
    INPUT_NAMES,
    LEVERS,
    OBSERVABLE_NAMES,
    PARAMETERS,
    PATRON_SLOTS,
    STRUCTURAL_NAMES,
)
from regime_sim.law import (
    aftermath,
    chance,
    exits,
    general,
    ledger,
    patrons,
    principals,
    units,
    week,
)

LAW = {path.stem for path in Path(regime_sim.law.__file__).parent.glob("*.py")} - {
    "__init__",
    "arithmetic",
}
WITH_PRIOR = [row for row in PARAMETERS.values() if row.prior]
SETTINGS = np.linspace(0.0, 1.0, 101)


def ids(rows: object) -> list[str]:
    return [row.name for row in rows]  # type: ignore[attr-defined]


# ---- rows
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", PARAMETERS.values(), ids=list(PARAMETERS))
def test_a_row_is_complete(row: Parameter) -> None:
    assert PARAMETERS[row.name] is row
    assert re.fullmatch(r"[a-z_]+[0-9]?(\.[a-z0-9_]+)+", row.name)
    assert row.symbol.strip() == row.symbol != ""
    assert row.unit and row.meaning and not row.meaning.endswith(".")
    assert math.isfinite(row.low) and math.isfinite(row.high)
    assert row.low <= row.default <= row.high
    assert row.kind in Kind
    assert row.acts_in in LAW


@pytest.mark.parametrize("row", PARAMETERS.values(), ids=list(PARAMETERS))
def test_a_row_says_where_it_comes_from(row: Parameter) -> None:
    assert row.source
    for name in row.source:
        if name != "judgement":
            source(name)


def test_symbols_are_unique() -> None:
    assert {
        symbol: n
        for symbol, n in Counter(row.symbol for row in PARAMETERS.values()).items()
        if n > 1
    } == {}


def test_fields_are_unique() -> None:
    """Two names that differ in a dot alone would be one attribute to the law."""
    assert len({row.field for row in PARAMETERS.values()}) == len(PARAMETERS)


def test_the_vectors_are_the_table() -> None:
    assert (*INPUT_NAMES, *STRUCTURAL_NAMES) == tuple(PARAMETERS)
    assert all(
        (PARAMETERS[name].kind is Kind.STRUCTURAL) == (name in STRUCTURAL_NAMES)
        for name in PARAMETERS
    )


def test_levers_have_anchors_in_words() -> None:
    """A number from 0 to 1 means nothing until somebody says what half of it is."""
    for row in PARAMETERS.values():
        if row.kind is Kind.LEVER and row.name.split(".")[-1] not in PATRON_SLOTS[3:]:
            assert row.anchors, row.name
        assert all(row.low <= at <= row.high and words for at, words in row.anchors), row.name
        assert [at for at, _ in row.anchors] == sorted({at for at, _ in row.anchors}), row.name


# ---- priors
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", WITH_PRIOR, ids=ids(WITH_PRIOR))
def test_a_prior_lies_inside_the_bounds(row: Parameter) -> None:
    """Bounded families wholly, the others with 95% of their weight."""
    assert row.prior
    args = row.prior.args
    if row.prior.family in ("uniform", "loguniform", "triangular"):
        assert row.low <= args[0] < args[-1] <= row.high
    share = share_below(row.prior, row.high) - share_below(row.prior, row.low)
    assert share >= 0.95
    assert (
        row.low - 1e-9 <= quantile(row.prior, 0.025) < quantile(row.prior, 0.975) <= row.high + 1e-9
    )


@pytest.mark.parametrize("row", WITH_PRIOR, ids=ids(WITH_PRIOR))
def test_the_default_is_the_centre_of_the_prior(row: Parameter) -> None:
    """Mean of a uniform, normal or beta, median of a lognormal; each lies inside the middle half of
    the draws.
    """
    assert row.prior
    a, b = row.prior.args[:2]
    centre = {"uniform": (a + b) / 2, "normal": a, "lognormal": a, "beta": a / (a + b)}[
        row.prior.family
    ]
    assert row.default == pytest.approx(centre, rel=1e-12)
    assert quantile(row.prior, 0.25) < row.default < quantile(row.prior, 0.75)


def test_inputs_carry_no_prior() -> None:
    """What a scenario leaves open, the scenario says."""
    assert all(PARAMETERS[name].prior is None for name in INPUT_NAMES)


# ---- levers and events
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lever", LEVERS.values(), ids=list(LEVERS))
def test_a_lever_moves_parts_that_exist_within_their_bounds(lever: Lever) -> None:
    assert lever.parts and lever.meaning and lever.anchors
    assert [at for at, _ in lever.anchors] == sorted(at for at, _ in lever.anchors)
    for name in lever.source:
        source(name)
    for part in lever.parts:
        row = PARAMETERS[part.name]
        assert row.kind is Kind.LEVER and row.name.startswith(f"{lever.name}.")
        assert 0.0 <= part.start < part.end <= 1.0
        values = [part.value(at) for at in SETTINGS]
        assert row.low <= min(values) and max(values) <= row.high
        assert 0.0 <= min(values) and max(values) <= 1.0
        steps = [after - before for before, after in pairwise(values)]
        assert all(step >= 0 for step in steps) or all(step <= 0 for step in steps)
        assert values[0] != values[-1]


def test_a_lever_part_outside_0_and_1_is_held_at_its_ends() -> None:
    part = LeverPart("us_pressure.deployment", 0.1, 0.9, 0.2, 0.8)
    assert [part.value(at) for at in (-1.0, 0.0, 0.2, 0.5, 0.8, 1.0, 2.0)] == pytest.approx(
        [0.1, 0.1, 0.1, 0.5, 0.9, 0.9, 0.9]
    )


def test_every_part_belongs_to_one_lever() -> None:
    parts = [part.name for lever in LEVERS.values() for part in lever.parts]
    assert len(parts) == len(set(parts))
    spare = {f"foreign_support.{slot}" for slot in PATRON_SLOTS[3:]}
    assert set(parts) | spare == {row.name for row in PARAMETERS.values() if row.kind is Kind.LEVER}


@pytest.mark.parametrize("event", EVENTS.values(), ids=list(EVENTS))
def test_an_event_sets_inputs_that_exist_within_their_bounds(event: NamedEvent) -> None:
    assert EVENTS[event.name] is event and event.meaning and event.sets
    assert event.lasts >= 1
    assert len({name for name, _, _ in event.sets}) == len(event.sets)
    for name in event.source:
        assert name == "judgement" or source(name)
    for name, at_zero, at_one in event.sets:
        row = PARAMETERS[name]
        assert row.name in INPUT_NAMES and name != "generals.number"
        assert math.isnan(at_zero) or row.low <= at_zero <= row.high
        assert row.low <= at_one <= row.high


def test_shocks_last_weeks_and_not_for_good() -> None:
    """A shock is over in a month; elections are near for a season; who turns does so once."""
    for event in EVENTS.values():
        for name, _, _ in event.sets:
            if name.startswith("shock.") or name.endswith(".turns"):
                assert event.lasts <= 4, event.name
            if name.startswith("calendar."):
                assert event.lasts <= (12 if name == "calendar.midterms" else 1), event.name


# ---- the table and the law
# -------------------------------------------------------------------------------------------------


def test_what_is_recorded_is_a_state_of_an_actor() -> None:
    assert len(set(OBSERVABLE_NAMES)) == len(OBSERVABLES)
    for row, at in zip(OBSERVABLES, OBSERVED_AT, strict=True):
        assert STATE_NAMES[at] == row.reads
        assert row.low < row.high and row.unit and row.meaning


def test_the_words_for_what_can_happen_are_the_laws() -> None:
    numbers = {
        "coup": exits.COUP,
        "uprising": exits.UPRISING,
        "rebellion": exits.REBELLION,
        "negotiated_exit": exits.NEGOTIATED,
        "foreign_removal": exits.FOREIGN,
        "seized": exits.SEIZED,
        "assassinated": exits.ASSASSINATED,
        "died": exits.DIED,
        "regular": exits.REGULAR,
        "palace_coup": exits.PALACE,
    }
    assert {WAYS[number]: number for number in range(1, len(WAYS))} == numbers
    assert set(WAY_WORDS) == set(WAYS)
    assert [REGIME[k] for k in (aftermath.STANDS, aftermath.TUTELAGE, aftermath.FALLS)] == [
        "stands",
        "tutelage",
        "falls",
    ]
    assert [
        FATES[k] for k in (aftermath.HOME, aftermath.EXILE, aftermath.JAIL, aftermath.DEAD)
    ] == ["home", "exile", "jail", "dead"]
    assert len(PATRON_SLOTS) == week.PATRONS == patrons.PATRONS
    assert len(PRINCIPAL_SLOTS) == principals.PRINCIPALS and len(UNIT_SLOTS) == units.UNITS
    assert UNIT_SLOTS[units.REGION] == "region"


def test_every_chance_of_a_week_has_a_place_of_its_own() -> None:
    """Two mechanisms that share a uniform would be correlated by accident."""
    wide = {
        "PATRON": week.PATRONS,
        "PATRON_MOVE": patrons.PATRONS,
        "PRINCIPAL": principals.PRINCIPALS,
        "UNIT": units.UNITS,
        "DAY": int(PARAMETERS["time.days_a_week"].high),
    }
    left_out = ("WEEK_LENGTH", "HIDDEN", "CHANNEL")
    places = {
        name: value
        for name, value in vars(chance).items()
        if name.isupper() and not name.startswith(left_out)
    }
    taken = [place + k for name, place in places.items() for k in range(wide.get(name, 1))]
    assert len(taken) == len(set(taken))
    assert max(taken) < chance.WEEK_LENGTH and chance.WEEK_LENGTH % 4 == 0
    channels = [value for name, value in vars(chance).items() if name.startswith("CHANNEL")]
    assert len(channels) == len(set(channels))


def test_the_ledger_has_a_place_for_each_entry() -> None:
    places = sorted(
        value for name, value in vars(ledger).items() if name.isupper() and name != "LENGTH"
    )
    assert places == list(range(ledger.LENGTH))


def test_the_generals_terms_are_as_many_as_the_engine_takes() -> None:
    tree = ast.parse(inspect.getsource(week.before_generals))
    returned = next(node.value for node in ast.walk(tree) if isinstance(node, ast.Return))
    assert isinstance(returned, ast.Tuple) and len(returned.elts) == len(Shared._fields)
    taken = [*inspect.signature(general.answer).parameters][6:]
    assert (*taken, *[*inspect.signature(general.fate).parameters][3:]) == Shared._fields
