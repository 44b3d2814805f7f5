"""The uncertain numbers of a scenario as a module draws them; draws nothing itself."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ...facts.declare import LeverPart
from ...facts.parameters import STRUCTURAL_NAMES
from ...scenario.compiled import Compiled, Uncertain
from ...scenario.experts import ByTable, ends, table
from .. import distributions as families
from .. import parameter_draws as worlds
from ..draws import LOW
from ..records import ROW
from . import layout, quantiles
from .job import Arrays, Job

_AS_IT_IS = LeverPart("")  # of a target that takes the value itself, and is not moved


def draw_job(compiled: Compiled, seed: int, first: int, draws: int) -> Job:
    """Draws first ... first + draws - 1 of the priors: outputs "x" (draws, inputs), "p"."""
    joint = compiled.joint
    numbers = {
        "first_draw": first,
        "draws": draws,
        "seed": seed,
        "uncertain": len(compiled.uncertain),
        "joint_rows": 0 if joint is None else len(joint.rows),
        "joint_columns": 0 if joint is None else len(joint.columns),
        "key": worlds.JOINT_KEY & LOW,
    }
    outputs: Arrays = {
        "x": np.empty((draws, ROW)),
        "p": np.empty((draws, len(STRUCTURAL_NAMES))),
    }
    return Job(numbers, prior_columns(compiled), outputs)


@lru_cache(maxsize=16)
def prior_columns(compiled: Compiled) -> Arrays:
    """Everything that a draw reads, column by column (see `layout.DRAW_INPUTS`)."""
    joint = compiled.joint
    columns: dict[str, Any] = {
        "base_x": compiled.x,
        "base_p": compiled.p,
        "joint": [] if joint is None else joint.rows,
        "columns": [] if joint is None else joint.columns,
        **_priors(compiled.uncertain),
        **_targets(compiled.uncertain),
    }
    return {
        name: np.ascontiguousarray(columns[name], kind) for name, kind in layout.DRAW_INPUTS.items()
    }


def _priors(uncertain: tuple[Uncertain, ...]) -> dict[str, Any]:
    """Family, arguments, bounds and key of each uncertain number."""
    ready = [worlds._ready(one) for one in uncertain]
    places, tables = _tables(uncertain)
    ranges = [
        ends(by.prior) if (by := _by_table(one)) else (one.low, one.high) for one in uncertain
    ]
    return {
        "keys": [one.key & LOW for one in uncertain],
        "family": [_family(one) for one in uncertain],
        **{name: [_argument(one, k) for one in uncertain] for k, name in enumerate("abcd")},
        "low": [low for low, _ in ranges],
        "high": [high for _, high in ranges],
        "low_share": [one.low_share for one in ready],
        "high_share": [one.high_share for one in ready],
        "structural": [one.vector == "p" for one in uncertain],
        "grid": places,
        "tables": tables,
    }


def _by_table(one: Uncertain) -> ByTable | None:
    """The table that turns the drawn uniform into the value, the same for all its targets. The
    module knows one kind of table, that of a pert: it draws by it over the table's own ends.
    """
    part = one.targets[0][1]
    return part if isinstance(part, ByTable) else None


def _family(one: Uncertain) -> int:
    return quantiles.FAMILIES.index("pert" if _by_table(one) else one.prior.family)


def _argument(one: Uncertain, k: int) -> float:
    if by := _by_table(one):
        low, high = ends(by.prior)
        return (low, low, high, 0.0)[k]
    return one.prior.args[k] if k < len(one.prior.args) else 0.0


def _tables(uncertain: tuple[Uncertain, ...]) -> tuple[list[int], list[float]]:
    """The betas' distribution functions one after another, and where each number's begins."""
    places, tables = [], [0.0]
    for one in uncertain:
        if by := _by_table(one):
            places.append(len(tables))
            tables += table(by.prior)
            continue
        prior = families.beta_of(one.prior) if one.prior.family == "pert" else one.prior
        places.append(len(tables) if prior.family == "beta" else 0)
        tables += worlds._beta_table(*prior.args) if prior.family == "beta" else ()
    return places, tables


def _targets(uncertain: tuple[Uncertain, ...]) -> dict[str, Any]:
    """Where each value goes, and how a lever's part is moved by it."""
    every = [
        (index, part.inner if isinstance(part, ByTable) else part)
        for one in uncertain
        for index, part in one.targets
    ]
    parts = [part or _AS_IT_IS for _, part in every]
    return {
        "begins": np.cumsum([0, *(len(one.targets) for one in uncertain)]),
        "index": [index for index, _ in every],
        "moved": [part is not None for _, part in every],
        "at_zero": [part.at_zero for part in parts],
        "at_one": [part.at_one for part in parts],
        "start": [part.start for part in parts],
        "end": [part.end for part in parts],
    }
