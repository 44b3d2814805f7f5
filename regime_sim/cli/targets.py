"""Where runs are kept: the folder and the plan of each scenario that `run --out` and `run
--cluster` are given; runs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..ensemble.effort import Effort
from ..ensemble.stopping import Rule
from ..errors import Damaged
from ..store import batch
from ..store import folder as store
from ..store.batch import Member
from ..store.manifest import plan_in
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
    if where.out.exists() and not where.out.is_dir():
        lines.append(f"regime-sim: --out {where.out}: expected a folder")
    lines += [
        f"regime-sim: {count} scenarios have the id {name}: expected a different id for each, its"
        " folder is named by it"
        for name, count in Counter(scenario.id for scenario in scenarios).items()
        if count > 1
    ]
    return lines


def planned(scenario: Scenario, asked: Asked, chunk: int | None) -> Plan:
    """What is to be run of a scenario: what the options leave open its own `runs` decides, and then
    the defaults.
    """
    replicates, seed = asked.size(scenario)
    width = scenario.runs.stop_half_width
    stop = None if width is None else Rule(scenario.runs.stop_of, width)
    effort = Effort(
        replicates=replicates,
        seed=seed,
        first=asked.first,
        engine=asked.engine,
        corps=asked.corps,
    )
    return plan_of(scenario, effort, chunk=chunk, stop=stop)


def placed(where: Where, plans: Sequence[Plan]) -> list[Member]:
    """A folder for each run, looked at before anything is run. Raises Stop where something else is
    there.
    """
    assert where.out is not None
    several = len(plans) > 1
    places = targets(where.out, plans, several)
    if not several and batch.is_batch(where.out):
        raise Stop(
            BAD_INPUT,
            [f"regime-sim: {where.out} holds a batch: give --out {where.out / plan_id(plans[0])}"],
        )
    if where.replace:
        for member in places:
            if member.folder.is_dir() and _in_the_way(member):
                store.clear(member.folder)
    lines = (
        batch.conflicts(where.out, plans)
        if several
        else [line for line in [store.conflict(where.out, plans[0])] if line]
    )
    if lines:
        raise Stop(
            BAD_INPUT, [f"regime-sim: {line}; give another --out, or --replace" for line in lines]
        )
    return places


def targets(out: Path, plans: Sequence[Plan], several: bool) -> list[Member]:
    """The folder of each plan: `out` itself, or where there are several one in it for each, named
    by its scenario.
    """
    return [Member(out / plan_id(plan) if several else out, plan) for plan in plans]


def plan_id(plan: Plan) -> str:
    """The id of a plan's scenario."""
    return str(plan.document["scenario"]["id"])


def _in_the_way(member: Member) -> bool:
    """Whether a folder holds another run than this one, or one that cannot be read."""
    try:
        found = plan_in(member.folder)
    except Damaged:
        return True
    return found is not None and found.key != member.plan.key
