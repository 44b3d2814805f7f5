"""What a sensitivity analysis varies, and a scenario's arrays at unit points; runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.parameter_draws import Draw, share_below
from ..errors import OutOfRange, RegimeSimError, UnknownName, closest
from ..facts.declare import LeverPart
from ..facts.parameters import INPUT_NAMES, LEVERS, PARAMETERS, STRUCTURAL_NAMES
from ..given import as_mapping, as_number, listed
from ..given import number as within
from ..scenario.compiled import Compiled, Joint, Reals, Uncertain
from .settings import bounds, known_name

if TYPE_CHECKING:
    from ..scenario import Scenario

Target = tuple[int, LeverPart | None]
Over = str | Iterable[str] | Mapping[str, object]
JOINT = "calibrated sample"
GROUPS = ("levers", "parameters")


@dataclass(frozen=True, slots=True)
class Dimension:
    """One axis of the unit cube: u to a number (by prior, or evenly) at targets in "x" or "p"."""

    name: str
    vector: str
    targets: tuple[Target, ...]
    low: float
    high: float
    draw: Draw | None = None
    joint: Joint | None = None

    def values(self, u: Reals) -> Reals:
        """The parameter at each u of (0, 1); of a calibrated sample, the number of the row."""
        if self.joint is not None:
            return np.minimum(np.floor(u * len(self.joint.rows)), len(self.joint.rows) - 1.0)
        if self.draw is not None:
            return self.draw.values(u)
        return self.low + u * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Factor:
    """What counts as one: a lever, a parameter, or a group of parameters that move together."""

    name: str
    dimensions: tuple[Dimension, ...]


def factors_of(scenario: Scenario, compiled: Compiled, over: Over) -> tuple[Factor, ...]:
    """The factors that `over` asks for.

    "levers": the four, each evenly over [0, 1] (see `opened`). "parameters": everything that is
    uncertain in this scenario, by its own prior, in groups by the first part of the name; a
    calibrated sample, whose parameters depend on one another, is one factor (knowledge="prior"
    takes them apart). Names: one factor each; those that are uncertain, or have a prior in the
    table, by it, others evenly over their range. A mapping: name -> (low, high), or group ->
    names. Raises UnknownName, OutOfRange, RegimeSimError.
    """
    if isinstance(over, str):
        if over == "levers":
            return tuple(Factor(name, (_even(scenario, name, 0.0, 1.0),)) for name in LEVERS)
        if over == "parameters":
            return _uncertain_groups(compiled)
        return (_single(scenario, compiled, over, GROUPS),)
    if (asked := as_mapping(over)) is not None:
        found = tuple(_asked(scenario, compiled, str(name), what) for name, what in asked.items())
    else:
        names = listed("over", over, 'names, or "levers", or "parameters", or a mapping')
        found = tuple(_single(scenario, compiled, name) for name in names)
    if not found:
        raise RegimeSimError(
            'over: nothing to vary - expected "levers", "parameters", names, or a mapping of groups'
            " or ranges"
        )
    return found


def opened(
    scenario: Scenario,
    compiled: Compiled,
    factors: tuple[Factor, ...],
    prepare: Callable[[Scenario], Compiled],
) -> tuple[Compiled, tuple[Factor, ...]]:
    """The arrays and the factors where whole levers among them slide their parts from where these
    stand; as they are if no lever does.

    A lever that slides is one drawn number of its own behind the inputs: it is set to any setting
    as if it were uncertain over [0, 1].
    """
    plain = {
        one.name
        for factor in factors
        for one in factor.dimensions
        if one.name in LEVERS and one.draw is None
    }
    if not plain:
        return compiled, factors
    spread = {"uniform": {"low": 0.0, "high": 1.0}}
    wide = prepare(scenario.vary(dict.fromkeys(plain, spread)))
    targets = {what.name: what.targets for what in wide.uncertain if what.name in plain}
    return wide, tuple(
        replace(
            factor,
            dimensions=tuple(
                replace(one, targets=targets[one.name]) if one.name in plain else one
                for one in factor.dimensions
            ),
        )
        for factor in factors
    )


def single_factors(scenario: Scenario, compiled: Compiled, over: Over) -> tuple[Factor, ...]:
    """One factor per parameter, groups taken apart; a calibrated sample by priors of the table."""
    found: list[Factor] = []
    for factor in factors_of(scenario, compiled, over):
        for one in factor.dimensions:
            members = (
                [one]
                if one.joint is None
                else [_by_table(STRUCTURAL_NAMES[index]) for index, _ in one.targets]
            )
            found += [Factor(member.name, (member,)) for member in members if member is not None]
    return tuple(found)


def points_at(compiled: Compiled, dimensions: Sequence[Dimension], u: Reals) -> list[Compiled]:
    """The scenario at each row of u (points, dimensions); what u sets is no longer uncertain."""
    template = _without(compiled, dimensions)
    x, p = np.tile(compiled.x, (len(u), 1)), np.tile(compiled.p, (len(u), 1))
    for k, one in enumerate(dimensions):
        values = one.values(u[:, k])
        if one.joint is not None:
            p[:, one.joint.columns] = one.joint.rows[values.astype(np.int64)]
            continue
        for index, part in one.targets:
            (x if one.vector == "x" else p)[:, index] = (
                values if part is None else [part.value(v) for v in values.tolist()]
            )
    return [replace(template, x=own_x, p=own_p) for own_x, own_p in zip(x, p, strict=True)]


def is_random(compiled: Compiled) -> bool:
    """Whether anything is left open, so that sixteen replicates share a draw."""
    return bool(compiled.uncertain) or compiled.joint is not None


def _without(compiled: Compiled, dimensions: Sequence[Dimension]) -> Compiled:
    """The scenario with nothing uncertain at the places that the dimensions set."""
    taken = {(one.vector, index) for one in dimensions for index, _ in one.targets}
    kept = []
    for what in compiled.uncertain:
        targets = tuple(
            (index, part) for index, part in what.targets if (what.vector, index) not in taken
        )
        if targets:
            kept.append(what if targets == what.targets else replace(what, targets=targets))
    joint = _joint_without(compiled, dimensions, taken)
    return replace(compiled, uncertain=tuple(kept), joint=joint)


def _joint_without(
    compiled: Compiled, dimensions: Sequence[Dimension], taken: set[tuple[str, int]]
) -> Joint | None:
    joint = compiled.joint
    if joint is None or any(one.joint is not None for one in dimensions):
        return None
    free = [k for k, column in enumerate(joint.columns.tolist()) if ("p", column) not in taken]
    return Joint(joint.name, joint.columns[free], joint.rows[:, free]) if free else None


def _asked(scenario: Scenario, compiled: Compiled, name: str, what: object) -> Factor:
    """One entry of a mapping: a range of one name, or the names of a group."""
    members: list[Any] = (
        list(what) if isinstance(what, Iterable) and not isinstance(what, str) else [what]
    )
    ends = [end for one in members if (end := as_number(one)) is not None]
    if len(members) == len(ends) == 2:
        known = known_name(scenario, name)
        low, high = (within(f"over: {known}", end, *bounds(scenario, known)) for end in ends)
        return Factor(known, (_even(scenario, known, low, high),))
    if not members or not all(isinstance(one, str) for one in members):
        raise RegimeSimError(f"over: {name}: expected a range (0.2, 0.8) or a list of names")
    parts = (_single(scenario, compiled, one).dimensions for one in members)
    return Factor(name, tuple(chain.from_iterable(parts)))


def _single(
    scenario: Scenario, compiled: Compiled, name: str, groups: tuple[str, ...] = ()
) -> Factor:
    """One name, by its prior here or in the table, else evenly. groups: other names it may mean."""
    if isinstance(name, str) and closest(name, groups):
        raise UnknownName("group", name, groups)
    known = known_name(scenario, name)
    own = next((_by_prior(what) for what in compiled.uncertain if what.name == known), None)
    found = own or _by_table(known) or _even(scenario, known, *bounds(scenario, known))
    return Factor(known, (found,))


def _even(scenario: Scenario, name: str, low: float, high: float) -> Dimension:
    least, most = bounds(scenario, name)
    if not least <= low < high <= most:
        raise OutOfRange(
            f"over: {name}: {low:g} to {high:g} - expected a range inside {least:g} to {most:g}"
        )
    return Dimension(name, *_places(scenario, name), low, high)


def _places(scenario: Scenario, name: str) -> tuple[str, tuple[Target, ...]]:
    """The vector and the targets of a lever, input or structural parameter."""
    names = scenario.names
    if name in names.structural:
        return "p", ((STRUCTURAL_NAMES.index(name), None),)
    if name in LEVERS:
        return "x", tuple(
            (INPUT_NAMES.index(names.inputs[part.name].name), part) for part in names.parts(name)
        )
    return "x", ((INPUT_NAMES.index(names.inputs[name].name), None),)


def _by_prior(what: Uncertain) -> Dimension:
    low, high = share_below(what.prior, what.low), share_below(what.prior, what.high)
    draw = Draw(what, low, high) if high > low else Draw(what, 0.0, 1.0)
    return Dimension(what.name, what.vector, what.targets, what.low, what.high, draw)


def _by_table(name: str) -> Dimension | None:
    """A structural parameter by its prior in the table; None for what has none."""
    row = PARAMETERS.get(name)
    if row is None or row.prior is None or name not in STRUCTURAL_NAMES:
        return None
    targets = ((STRUCTURAL_NAMES.index(name), None),)
    return _by_prior(Uncertain(name, "p", targets, row.prior, row.low, row.high, 0))


def _uncertain_groups(compiled: Compiled) -> tuple[Factor, ...]:
    """Everything uncertain, by first part of the name; a calibrated sample is one factor."""
    groups: dict[str, list[Dimension]] = {}
    for what in compiled.uncertain:
        groups.setdefault(what.name.split(".")[0], []).append(_by_prior(what))
    found = [Factor(name, tuple(members)) for name, members in groups.items()]
    if compiled.joint is not None:
        targets = tuple((int(column), None) for column in compiled.joint.columns)
        sample = Dimension(JOINT, "p", targets, 0.0, 1.0, joint=compiled.joint)
        found.append(Factor(JOINT, (sample,)))
    if not found:
        raise RegimeSimError("over: nothing is uncertain here - vary the levers instead")
    return tuple(found)


__all__ = [
    "JOINT",
    "Dimension",
    "Factor",
    "Over",
    "factors_of",
    "is_random",
    "opened",
    "points_at",
    "single_factors",
]
