"""A scenario as arrays for the engine: point values, priors, the timeline; draws nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import RegimeSimError
from ..facts.declare import LeverPart, Prior
from ..facts.limits import MOST_DRAWN
from ..facts.posterior import DEFAULT, Posterior, posterior
from ..facts.stocks import STOCKS
from ..law.events import ADD, BEGIN, MULTIPLY, SHIFT, SLIDE, TO
from .compiled import Compiled, EventTable, Joint, Uncertain
from .experts import EVEN, ByTable, Mixture, Quantiles
from .names import (
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
from .slides import keeps_map, standing
from .timeline import Entry, first_week, sets_of, span
from .values import MOST_TIMES, Move, Value

_PLACE = {name: place for place, name in enumerate(INPUT_NAMES)}
_HOW = {"to": TO, "multiply": MULTIPLY, "add": ADD}
SHARE = (0.0, 1.0)
Range = tuple[float, float]
Map = LeverPart | None
# target, value, share, how, place, least, most, stock (see `EventTable`)
_Effect = tuple[int, float, float, int, int, float, float, bool]


def compile_scenario(scenario: Scenario, knowledge: str | Posterior = DEFAULT) -> Compiled:
    """Arrays of one scenario: x (inputs, then MOST_DRAWN drawn numbers) and p
    (len(STRUCTURAL_NAMES),), in the units of the parameter table.

    knowledge: which calibrated sample the structural parameters are drawn from
    (`facts.posterior.SAMPLES`), "prior" for the table's priors, or a sample. A distribution counts
    in x and p with its point value (see `Value`). Every structural parameter with a prior is
    uncertain unless the scenario fixes it by a plain number.
    """
    names = scenario.names
    joint = _joint(scenario, knowledge)
    structure: Iterable[Uncertain] = _uncertain_structure(scenario.structure)
    if joint is not None:
        together = set(joint.columns.tolist())
        structure = (one for one in structure if one.targets[0][0] not in together)
    drawn = _Drawn()
    events = _Rows(scenario, drawn).table()
    behind = [*drawn.points, *[0.0] * (MOST_DRAWN - len(drawn.points))]
    x = np.array([*_slots(scenario, names), *behind], dtype=np.float64)
    own = {name: value.point for name, value in scenario.structure}
    p = np.array(
        [own.get(name, PARAMETERS[name].default) for name in STRUCTURAL_NAMES], dtype=np.float64
    )
    return Compiled(
        id=scenario.id,
        title=scenario.title,
        start=scenario.start,
        horizon=scenario.horizon,
        generals=round(scenario.value(GENERALS)),
        x=_frozen(x),
        p=_frozen(p),
        patrons=names.slots,
        uncertain=(*_uncertain_inputs(scenario, names), *drawn.uncertain, *structure),
        events=events,
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
    return _drawn_together(sample, tuple(name for name, _ in scenario.structure))


@lru_cache(maxsize=16)
def _drawn_together(sample: Posterior, apart: tuple[str, ...]) -> Joint:
    """The sample without some parameters: one object for all settings of a scenario, which by that
    can share its draws. Raises RegimeSimError for a sample of another law.
    """
    unknown = [name for name in sample.names if name not in STRUCTURAL_NAMES]
    if unknown:
        raise RegimeSimError(
            f"the sample {sample.called} was fitted to another law: it names {unknown[0]},"
            " which this one does not have - make it with `regime-sim renew samples`, or use"
            ' knowledge="prior"'
        )
    kept = [k for k, name in enumerate(sample.names) if name not in apart]
    columns = np.array([STRUCTURAL_NAMES.index(sample.names[k]) for k in kept], dtype=np.int64)
    rows = np.ascontiguousarray(sample.rows[:, kept])
    return Joint(sample.called, _frozen(columns), _frozen(rows))


def _slots(scenario: Scenario, names: Names) -> Iterator[float]:
    """Values in the order of INPUT_NAMES; slots without a patron hold the table's default, those
    without a principal nothing.
    """
    own, now = standing(dict(scenario.values), scenario.moved, names)
    now |= {name: own[name] for name in drawn_apart(scenario)}
    by_row = {names.inputs[name].name: value for name, value in now.items()}
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
                yield _uncertain(name, targets, value, names)
        else:
            yield _uncertain(name, ((_index(name, names), None),), value, names)


@lru_cache(maxsize=16)
def _uncertain_structure(structure: tuple[tuple[str, Value], ...]) -> tuple[Uncertain, ...]:
    """Structural parameters that a scenario, or else the table, leaves uncertain."""
    own = dict(structure)
    found: list[Uncertain] = []
    for place, name in enumerate(STRUCTURAL_NAMES):
        row = PARAMETERS[name]
        value = own.get(name) or Value(row.default, row.prior)
        if value.prior is not None:
            range_ = value.bounds or (row.low, row.high)
            found.append(_declared(name, "p", ((place, None),), value.prior, range_))
    return tuple(found)


def _uncertain(
    name: str,
    targets: tuple[tuple[int, LeverPart | None], ...],
    value: Value,
    names: Names,
) -> Uncertain:
    low, high = value.bounds or names.range(name)
    assert value.prior is not None
    return _declared(name, "x", targets, value.prior, (low, high))


def _declared(
    name: str,
    vector: str,
    targets: tuple[tuple[int, LeverPart | None], ...],
    prior: Prior,
    range_: Range,
) -> Uncertain:
    """An uncertain number; what experts gave is drawn as an even uniform and turned by a table."""
    key = zlib.crc32(name.encode())
    if isinstance(prior, Quantiles | Mixture):
        turned = tuple(
            (at, ByTable(part.name if part else name, prior=prior, inner=part))
            for at, part in targets
        )
        return Uncertain(name, vector, turned, EVEN, 0.0, 1.0, key)
    return Uncertain(name, vector, targets, prior, *range_, key)


class _Drawn:
    """The drawn numbers that events use in place of their own: where each lies behind the inputs,
    and by which priors they are drawn.
    """

    def __init__(self) -> None:
        self.points: list[float] = []
        self.uncertain: list[Uncertain] = []

    def places(self, name: str, value: Value, range_: Range, maps: Sequence[Map]) -> list[int]:
        """A place for each map of one number (None: the number itself); -1 for a certain one."""
        if value.prior is None:
            return [-1] * len(maps)
        first = len(self.points)
        self.points += [one.value(value.point) if one else value.point for one in maps]
        if len(self.points) > MOST_DRAWN:
            raise RegimeSimError(
                f"{name}: more than {MOST_DRAWN} numbers to draw for the timeline and for levers"
                " that were moved - expected fewer uncertain changes"
            )
        found = list(range(first, len(self.points)))
        targets = tuple((len(INPUT_NAMES) + at, one) for at, one in zip(found, maps, strict=True))
        self.uncertain.append(_declared(name, "x", targets, value.prior, value.bounds or range_))
        return found


class _Rows:
    """The rows of the event table of one scenario."""

    def __init__(self, scenario: Scenario, drawn: _Drawn) -> None:
        self.scenario, self.names, self.drawn = scenario, scenario.names, drawn
        self.values = dict(scenario.values)

    def table(self) -> EventTable:
        """One row for each input that a moved lever or an entry of the timeline moves."""
        always = (0.0, float("inf"), 0.0, -1, False, 0.0)
        rows: list[tuple[Any, ...]] = [
            (-1, *effect[:3], *always, *effect[3:]) for effect in self.begun()
        ]
        for place, entry in enumerate(self.scenario.timeline):
            when = _when(entry, self.scenario)
            rows += [(place, *effect[:3], *when, *effect[3:]) for effect in self.effects(entry)]
        kinds = (np.int64, np.int64, *[np.float64] * 5, np.int64, np.bool_, np.float64)
        kinds += (np.int64, np.int64, np.float64, np.float64, np.bool_)
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
        return EventTable(
            *(_frozen(np.array(one, dtype=kind)) for one, kind in zip(columns, kinds, strict=True))
        )

    def begun(self) -> Iterator[_Effect]:
        """Parts whose levers were moved and of which something is uncertain: slid once drawn."""
        apart = drawn_apart(self.scenario)
        for one in self.scenario.moved:
            parts = [part for part in one.parts(self.names) if part.name in apart]
            if not parts:
                continue
            at = self.drawn.places(one.lever, one.to, SHARE, [None])[0]
            for part in parts:
                yield self.slide(part, BEGIN, one.to.point, one.start, at)

    def slide(self, part: LeverPart, how: int, to: float, stands: float, at: int) -> _Effect:
        """A part when its lever goes from where it stands to a setting."""
        ends = part.value(0.0), part.value(1.0)
        return _index(part.name, self.names), to, stands, how, at, *ends, False

    def effects(self, entry: Entry) -> Iterator[_Effect]:
        """What an entry does, from its event or its `set`; a whole lever by its parts."""
        if entry.event is not None:
            yield from _of_event(entry, self.names)
            return
        fixed = {name for name, move in entry.moves if not _relative(move)}
        for name, move in entry.moves:
            if name in LEVERS:
                rows = self.lever(entry, name, move)
                kept = {_index(one, self.names) for one in fixed if one not in LEVERS}
                yield from (row for row in rows if row[0] not in kept)
            else:
                yield self.one(entry, name, move)

    def one(self, entry: Entry, name: str, move: float | Move) -> _Effect:
        how, value = (move.how, move.value) if isinstance(move, Move) else ("to", Value(move))
        low, high = self.names.range(name)
        range_ = _range_of(how, low, high)
        at = self.drawn.places(f"timeline.{entry.id}.{name}", value, range_, [None])[0]
        return _effect(_index(name, self.names), value.point, 1.0, _HOW[how], at, low, high)

    def lever(self, entry: Entry, name: str, move: float | Move) -> Iterator[_Effect]:
        """A whole lever: by its map where the scenario keeps that, else from where it stands."""
        how, value = (move.how, move.value) if isinstance(move, Move) else ("to", Value(move))
        called, parts = f"timeline.{entry.id}.{name}", self.names.parts(name)
        if how == "to" and keeps_map(name, self.values, self.scenario.moved):
            places = self.drawn.places(called, value, SHARE, parts)
            for part, at in zip(parts, places, strict=True):
                aim = part.value(value.point)
                yield _effect(_index(part.name, self.names), aim, 1.0, TO, at, 0.0, 1.0)
            return
        stands = self.scenario.value(name)
        by: Map = None
        if how == "multiply" and stands > 0.0:
            by = LeverPart("", 0.0, 1.0, 0.0, 1.0 / stands)
        elif how == "add":
            by = LeverPart("", 0.0, 1.0, -stands, 1.0 - stands)
        elif how == "multiply":
            value = Value(1.0)  # so many times nothing
        at = self.drawn.places(called, value, _range_of(how, 0.0, 1.0), [by])[0]
        to = Move(how, value).applied(stands, 0.0, 1.0)
        for part in parts:
            yield self.slide(part, SLIDE if how == "to" else SHIFT, to, stands, at)


def drawn_apart(scenario: Scenario) -> set[str]:
    """Parts of moved levers that are slid only once they are drawn: they, or the lever's setting,
    are uncertain.
    """
    names = scenario.names
    found = {name for name, value in scenario.values if value.prior is not None}
    for name, value in scenario.values:
        if name in LEVERS and value.prior is not None:
            own = {other for other, _ in scenario.values}
            found |= {part.name for part in names.parts(name) if part.name not in own}
    for one in scenario.moved:
        if one.to.prior is not None:
            found |= {part.name for part in one.parts(names)}
    moved = {part.name for one in scenario.moved for part in one.parts(names)}
    return found & moved


def _range_of(how: str, low: float, high: float) -> Range:
    """The range of an operand."""
    ranges = {"multiply": (0.0, MOST_TIMES), "add": (low - high, high - low)}
    return ranges.get(how, (low, high))


def _relative(move: float | Move) -> bool:
    return isinstance(move, Move) and move.how != "to"


def _effect(
    target: int, value: float, share: float, how: int, at: int, least: float, most: float
) -> _Effect:
    return target, value, share, how, at, least, most, INPUT_NAMES[target] in STOCKS


def _when(entry: Entry, scenario: Scenario) -> tuple[float, float, float, int, bool, float]:
    """Ramp, length, first week, and the condition of an entry."""
    variable, above, threshold, week = -1, False, 0.0, float("nan")
    if entry.when is not None:
        variable = [observable.name for observable in OBSERVABLES].index(entry.when.variable)
        above, threshold = entry.when.above, entry.when.threshold
    elif entry.week is not None:
        week = float(entry.week)
    else:
        assert entry.date is not None
        week = float(first_week(entry.date, scenario.start))
    return float(entry.over), span(entry), week, variable, above, threshold


def _of_event(entry: Entry, names: Names) -> Iterator[_Effect]:
    """What a named event does, to the one it is about if it names one."""
    assert entry.event is not None
    for name, at_zero, at_one in sets_of(entry, names):
        row, target = PARAMETERS[name], _PLACE[name]
        share = entry.intensity if np.isnan(at_zero) else 1.0
        value = at_one if np.isnan(at_zero) else at_zero + (at_one - at_zero) * entry.intensity
        yield _effect(target, value, share, TO, -1, row.low, row.high)


def _frozen[T: np.generic](array: NDArray[T]) -> NDArray[T]:
    array.flags.writeable = False
    return array
