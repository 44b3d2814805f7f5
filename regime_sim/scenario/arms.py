"""The arms that a scenario's file compares, each a scenario of its own, and their baseline."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ..errors import RegimeSimError
from .changes import free_id, with_values
from .names import LEVERS
from .problems import show
from .requests import Arm, Runs
from .shipped import shipped_names
from .timeline import Entry
from .values import Move, Value

if TYPE_CHECKING:
    from .scenario import Scenario


def arm_of(scenario: Scenario, arm: Arm) -> Scenario:
    """A scenario as an arm of its file changes it, without requests."""
    changed, later = scenario.without(*arm.without), {}
    for name, move in arm.moves:
        value = _at_once(changed, name, move)
        if value is None:
            later[name] = move
        else:
            changed = with_values(changed, {name: value})
    timeline = {entry.id: entry for entry in (*changed.timeline, *arm.entries)}
    if later:  # a change of what is uncertain, in force from before the start on
        name = free_id(f"{arm.id}-set"[:60], tuple(timeline.values()))
        before = scenario.start - timedelta(days=1)
        first = Entry(name, date=before, moves=tuple(later.items()))
        timeline = {name: first, **timeline}
    named = changed.with_(id=arm.id, title=f"{scenario.title[:120]}: {arm.id}")
    return replace(_alone(named), timeline=tuple(timeline.values()))


def baseline_of(scenario: Scenario) -> Scenario:
    """What the arms are compared with. Raises ScenarioError, RegimeSimError."""
    name, origin = scenario.compare.baseline if scenario.compare else None, scenario.origin
    if name is None:
        return _alone(scenario)
    if origin is None or (name not in shipped_names() and origin.folder is None):
        raise RegimeSimError(
            f"compare.baseline: {show(name)} is a file, and this scenario was not read from a"
            " file - use the name of a shipped scenario"
        )
    from .load import load_beside  # which makes scenarios, and so cannot be imported above

    return _alone(load_beside(name, origin.folder))


def _at_once(scenario: Scenario, name: str, move: float | Move) -> Value | None:
    """The value that a change leads to, None if what it changes or the change is uncertain."""
    if not isinstance(move, Move):
        return Value(move)
    if move.how == "to":
        return move.value
    own = dict(scenario.values).get(name)
    if move.value.prior is not None or (name not in LEVERS and own and own.prior is not None):
        return None
    return Value(move.applied(scenario.value(name), *scenario.names.range(name)))


def _alone(scenario: Scenario) -> Scenario:
    """A scenario without its requests."""
    runs = Runs(scenario.runs.replicates, scenario.runs.seed)
    return replace(
        scenario,
        compare=None,
        checks=(),
        resolve=None,
        registered=None,
        resolved=None,
        origin=None,
        runs=runs,
    )
