"""A scenario as arrays for the engine: point values, priors, the timeline; draws nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..facts.declare import LeverPart
from ..facts.posterior import DEFAULT, Posterior, posterior
from .compiled import Compiled, EventTable, Joint, Uncertain
from .names import (
    EVENTS,
    GENERALS,
    INPUT_NAMES,
    LEVERS,
    OBSERVABLES,
    PARAMETERS,
    STRUCTURAL_NAMES,
    USUAL,
    Names,
)
from .scenario import Scenario
from .timeline import Entry, first_week, span
from .values import Value

_PLACE = {name: place for place, name in enumerate(INPUT_NAMES)}
_Row = tuple[int, int, float, float, float, float, float, int, bool, float]


def compile_scenario(scenario: Scenario, knowledge: str | Posterior = DEFAULT) -> Compiled:
    """Arrays of one scenario: x (len(INPUT_NAMES),), p (len(STRUCTURAL_NAMES),), in the units of
    the parameter table.

    knowledge: which calibrated sample the structural parameters are drawn from
    (`facts.posterior.SAMPLES`), "prior" for the table's priors, or a sample. A distribution counts
    in x and p with its point value (see `Value`). Every structural parameter with a prior is
    uncertain unless the scenario fixes it by a plain number.
    """
    names = scenario.names
    joint = _joint(scenario, knowledge)
    structure = _uncertain_structure(scenario)
    if joint is not None:
        together = set(joint.columns.tolist())
        structure = (one for one in structure if one.targets[0][0] not in together)
    x = np.array(list(_slots(scenario, names)), dtype=np.float64)
    p = np.array([scenario.value(name) for name in STRUCTURAL_NAMES], dtype=np.float64)
    return Compiled(
        id=scenario.id,
        title=scenario.title,
        start=scenario.start,
        horizon=scenario.horizon,
        generals=round(scenario.value(GENERALS)),
        x=_frozen(x),
        p=_frozen(p),
        patrons=names.slots,
        uncertain=(*_uncertain_inputs(scenario, names), *structure),
        events=_events(scenario, names),
        event_names=tuple(entry.id for entry in scenario.timeline),
        joint=joint,
        principals=names.principals,
        titles=tuple(one.called for one in scenario.principals or USUAL),
    )


def _joint(scenario: Scenario, knowledge: str | Posterior) -> Joint | None:
    """The calibrated sample, without the parameters that the scenario sets itself."""
    sample = knowledge if isinstance(knowledge, Posterior) else posterior(knowledge)
    if sample is None:
        return None
    own = dict(scenario.structure)
    kept = [k for k, name in enumerate(sample.names) if name not in own]
    columns = np.array([STRUCTURAL_NAMES.index(sample.names[k]) for k in kept], dtype=np.int64)
    return Joint(sample.called, columns, np.ascontiguousarray(sample.rows[:, kept]))


def _slots(scenario: Scenario, names: Names) -> Iterator[float]:
    """Values in the order of INPUT_NAMES; slots without a patron hold the table's default, those
    without a principal nothing.
    """
    by_row = {names.inputs[name].name: value for name, value in scenario.inputs().items()}
    for name in INPUT_NAMES:
        nobody = 0.0 if name.startswith("principal.") else PARAMETERS[name].default
        yield by_row.get(name, nobody)


def _index(name: str, names: Names) -> int:
    return _PLACE[names.inputs[name].name]


def _uncertain_inputs(scenario: Scenario, names: Names) -> Iterator[Uncertain]:
    """Uncertain levers and inputs; a whole lever moves the parts that have no own value."""
    own = {name for name, _ in scenario.values}
    for name, value in scenario.values:
        if value.prior is None:
            continue
        if name in LEVERS:
            free = (part for part in names.parts(name) if part.name not in own)
            targets = tuple((_index(part.name, names), part) for part in free)
            if targets:
                yield _uncertain(name, "x", targets, value, names)
        else:
            yield _uncertain(name, "x", ((_index(name, names), None),), value, names)


def _uncertain_structure(scenario: Scenario) -> Iterator[Uncertain]:
    names = scenario.names
    own = dict(scenario.structure)
    for place, name in enumerate(STRUCTURAL_NAMES):
        row = names.structural[name]
        value = own.get(name) or Value(row.default, row.prior)
        if value.prior is not None:
            yield _uncertain(name, "p", ((place, None),), value, names)


def _uncertain(
    name: str,
    vector: str,
    targets: tuple[tuple[int, LeverPart | None], ...],
    value: Value,
    names: Names,
) -> Uncertain:
    low, high = value.bounds or names.range(name)
    assert value.prior is not None
    return Uncertain(name, vector, targets, value.prior, low, high, zlib.crc32(name.encode()))


def _events(scenario: Scenario, names: Names) -> EventTable:
    rows = [
        row
        for place, entry in enumerate(scenario.timeline)
        for row in _rows(place, entry, scenario, names)
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 10
    kinds = (np.int64, np.int64, *[np.float64] * 5, np.int64, np.bool_, np.float64)
    arrays: list[NDArray[Any]] = [
        _frozen(np.array(column, dtype=kind)) for column, kind in zip(columns, kinds, strict=True)
    ]
    return EventTable(*arrays)


def _rows(place: int, entry: Entry, scenario: Scenario, names: Names) -> Iterator[_Row]:
    """One row for each input that an entry moves."""
    variable, above, threshold, week = -1, False, 0.0, float("nan")
    if entry.when is not None:
        variable = [observable.name for observable in OBSERVABLES].index(entry.when.variable)
        above, threshold = entry.when.above, entry.when.threshold
    elif entry.week is not None:
        week = float(entry.week)
    else:
        assert entry.date is not None
        week = float(first_week(entry.date, scenario.start))
    when = (float(entry.over), span(entry), week, variable, above, threshold)
    for target, value, share in _effects(entry, names):
        yield (place, target, value, share, *when)


def _effects(entry: Entry, names: Names) -> Iterator[tuple[int, float, float]]:
    """(input, value, share of the way to it) from an event or `set`; a whole lever by its parts."""
    if entry.event is not None:
        for name, at_zero, at_one in EVENTS[entry.event].sets:
            target = _PLACE[name]
            if np.isnan(at_zero):
                yield target, at_one, entry.intensity
            else:
                yield target, at_zero + (at_one - at_zero) * entry.intensity, 1.0
        return
    moved: dict[int, float] = {}
    for name, value in entry.moves:
        if name in LEVERS:
            parts = names.parts(name)
            moved |= {_index(part.name, names): part.value(value) for part in parts}
        else:
            moved[_index(name, names)] = value
    yield from ((target, value, 1.0) for target, value in moved.items())


def _frozen[T: np.generic](array: NDArray[T]) -> NDArray[T]:
    array.flags.writeable = False
    return array
