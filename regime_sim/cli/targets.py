"""Where runs are made and kept: the folder and the plan of each scenario that `run --out` and `run
--cluster` are given; runs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .ending import BAD_INPUT, Stop
from .output import range_problems
from .run import Options

if TYPE_CHECKING:
    from ..scenario import Scenario
    from ..store.batch import Member
    from ..store.plan import Plan

LARGEST_CHUNK = 65_535
DEFAULT_REPLICATES, DEFAULT_SEED = 2000, 1  # those of `simulate`


@dataclass(frozen=True, slots=True)
class Where:
    """Where runs are made and kept. out: folder; cluster: address of a Dask scheduler; chunk:
    replicates a file; replace: overwrite other runs.
    """

    out: Path | None = None
    cluster: str | None = None
    chunk: int | None = None
    replace: bool = False


def placed(where: Where, plans: Sequence[Plan]) -> list[Member]:
    """A folder for each run, looked at before anything is run. Raises Stop where something else is
    there.
    """
    from ..store import batch
    from ..store import folder as store

    assert where.out is not None
    several = len(plans) > 1
    places = targets(where.out, plans, several)
    if not several and batch.is_batch(where.out):
        raise Stop(
            BAD_INPUT,
            [
                f"regime-sim: {where.out} holds a batch: give --out"
                f" {where.out / str(plans[0].document['scenario']['id'])}"
            ],
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


def _in_the_way(member: Member) -> bool:
    """Whether a folder holds another run than this one, or one that cannot be read."""
    from ..errors import Damaged
    from ..store.manifest import plan_in

    try:
        found = plan_in(member.folder)
    except Damaged:
        return True
    return found is not None and found.key != member.plan.key


def targets(out: Path, plans: Sequence[Plan], several: bool) -> list[Member]:
    """The folder of each plan: `out` itself, or where there are several one in it for each, named
    by its scenario.
    """
    from ..store.batch import Member

    return [
        Member(out / plan.document["scenario"]["id"] if several else out, plan) for plan in plans
    ]


def where_problems(where: Where, scenarios: Sequence[Scenario]) -> list[str]:
    """Every option of the batch that cannot be right, one line each."""
    problems = range_problems((("--chunk", where.chunk, 1, LARGEST_CHUNK),))
    if where.out is None:
        problems += [
            f"regime-sim: {name} needs --out"
            for name, given in (("--chunk", where.chunk), ("--replace", where.replace))
            if given
        ]
    elif where.out.exists() and not where.out.is_dir():
        problems.append(f"regime-sim: --out {where.out}: expected a folder")
    for name, count in Counter(scenario.id for scenario in scenarios).items():
        if count > 1 and where.out is not None:
            problems.append(
                f"regime-sim: {count} scenarios have the id {name}: each needs its own, a run's"
                " folder is named by it"
            )
    return problems


def planned(scenario: Scenario, options: Options, where: Where) -> Plan:
    """What is to be run of a scenario: what the options leave open its own `runs` decides, and then
    the defaults.
    """
    from ..ensemble.effort import Effort
    from ..ensemble.stopping import Rule
    from ..store.plan import plan_of

    replicates = options.replicates or scenario.runs.replicates or DEFAULT_REPLICATES
    seed = next(one for one in (options.seed, scenario.runs.seed, DEFAULT_SEED) if one is not None)
    runs = scenario.runs
    stop = None if runs.stop_half_width is None else Rule(runs.stop_of, runs.stop_half_width)
    effort = Effort(replicates=replicates, seed=seed, first=options.first, engine=options.engine)
    return plan_of(scenario, effort, chunk=where.chunk, stop=stop)
