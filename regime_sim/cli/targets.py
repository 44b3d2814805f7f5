"""The folder and the plan of each scenario of `run --out` and `run --cluster`; runs nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..ensemble.effort import Effort
from ..ensemble.stopping import Rule
from ..errors import typed
from ..store import batch, disk
from ..store import folder as store
from ..store.batch import Member
from ..store.lock import NAME as LOCK
from ..store.plan import Plan, plan_of
from . import options
from .ending import BAD_INPUT, Stop
from .run import Asked, Where

if TYPE_CHECKING:
    from ..scenario import Scenario


def where_problems(where: Where, scenarios: Sequence[Scenario]) -> list[str]:
    """Every option of where to keep runs that cannot be right, one line each."""
    lines = options.problems(chunk=where.chunk)
    if where.out is None:
        given = (("--chunk", where.chunk), ("--replace", where.replace))
        return lines + [f"regime-sim: {name} needs --out" for name, value in given if value]
    if os.path.lexists(where.out) and not disk.is_folder(where.out):
        lines.append(f"regime-sim: --out {where.out}: expected a folder")
    lines += [
        f"regime-sim: {count} scenarios have the id {name}: expected a different id for each, its"
        " folder is named by it"
        for name, count in Counter(scenario.id for scenario in scenarios).items()
        if count > 1
    ]
    if len(scenarios) > 1 and any(scenario.id == LOCK for scenario in scenarios):
        lines.append(
            f"regime-sim: scenario id {LOCK}: a file here has that name - expected another"
        )
    return lines


def planned(scenario: Scenario, asked: Asked, chunk: int | None) -> Plan:
    """What is to be run of a scenario: by the options, else its own `runs`, else the defaults."""
    replicates, seed = asked.size(scenario)
    width = scenario.runs.stop_half_width
    stop = None if width is None else Rule(scenario.runs.stop_of, width)
    effort = Effort(
        replicates=replicates, seed=seed, first=asked.first, engine=asked.engine, corps=asked.corps
    )
    return plan_of(scenario, effort, chunk=chunk, stop=stop)


def placed(where: Where, plans: Sequence[Plan]) -> list[Member]:
    """A folder for each run, looked at before any run. Raises Stop if something else is there."""
    assert where.out is not None
    several = len(plans) > 1
    places = targets(where.out, plans, several)
    if several:
        found = batch.conflicts(where.out, plans, where.replace)
    elif batch.is_batch(where.out):
        inside = typed(where.out / plan_id(plans[0]))
        line = f"regime-sim: {where.out} holds a batch: give --out {inside}"
        raise Stop(BAD_INPUT, [line])
    else:
        one = store.conflict(where.out, plans[0])
        found = [one] if one and not (where.replace and one.replaceable) else []
    if found:
        raise Stop(BAD_INPUT, [f"regime-sim: {one.told()}" for one in found])
    return places


def targets(out: Path, plans: Sequence[Plan], several: bool) -> list[Member]:
    """The folder of each plan: `out`, or for several a subfolder each, named by its scenario."""
    return [Member(out / plan_id(plan) if several else out, plan) for plan in plans]


def plan_id(plan: Plan) -> str:
    """The id of a plan's scenario."""
    return str(plan.document["scenario"]["id"])
