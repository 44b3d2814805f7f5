"""Running a scenario: the public door to runs in memory, by any executor and into folders; computes
no statistic.

The path of one run: what is asked for becomes an `Effort`. In memory, `ensemble.memory` runs blocks
of replicates on threads. By an executor or into a folder, it becomes a `store.plan`, whose chunks
`store.making` has made; `store.folder` keeps them and `store.reading` adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Unpack

from .ensemble.effort import Effort, RefineOptions, SimulateOptions, takes
from .ensemble.memory import grow
from .ensemble.stopping import Rule, happened, looks
from .errors import OutOfRange, RegimeSimError
from .given import listed, path
from .scenario import load
from .statistics.intervals import share
from .store.folder import run_folder
from .store.making import into_memory
from .store.plan import plan_of
from .store.reading import read_run

if TYPE_CHECKING:
    from .ensemble.result import Ensemble
    from .scenario import Scenario


@takes(SimulateOptions)
def simulate(
    scenario: Scenario | str | os.PathLike[str],
    replicates: int = 2000,
    seed: int = 1,
    engine: str = "kernel",
    workers: int | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    **more: Unpack[SimulateOptions],
) -> Ensemble:
    """Run `replicates` futures of a scenario, replicates first ... first + replicates - 1.

    scenario: a Scenario, a shipped name or the path of a YAML file.

    engine: "kernel" (fast) or "mesa" (the readable model); both give the same numbers. workers:
    threads, by default one per core. corps: simulate only so many generals one by one, each
    standing for several of the scenario's number (an approximation, named in the provenance);
    default all of them. knowledge: what the structural parameters are drawn from, "rates"
    (calibrated to observed rates), "cases" (and to the coded episodes), "prior", or a sample of
    your own (`facts.posterior.Posterior`). on_progress(done, total) is called as futures are done.
    cancel: set this event to stop; raises Cancelled. executor: any `concurrent.futures.Executor`
    (processes, loky, Dask's `Client.get_executor()`) instead of threads; the same bytes.
    model: a subclass of `RegimeModel`, run future by future by the slow engine (0.3 s each with
    2,000 generals, a tenth of that with corps=64), in this process and in memory alone; the
    provenance names it under "own_model".
    out: a run folder to write into, or to finish (see `store.folder`). A replicate that raises an
    error is left out and named in `failures`. Errors: OutOfRange, UnknownName; AllFailed where no
    replicate came through; with `out` FolderInUse, NotWritten, Damaged.
    """
    effort = Effort(
        replicates=replicates,
        seed=seed,
        engine=engine,
        workers=workers,
        **more,
    )
    if effort.model is not None and out is not None:
        raise RegimeSimError(
            "model: a run folder could not name a model of your own - leave out `out`, and keep"
            " the result by to_frame()"
        )
    return run(load(scenario), effort, out)


@takes(RefineOptions)
def refine(
    scenario: Scenario | str | os.PathLike[str],
    steps: Sequence[int],
    seed: int = 1,
    engine: str = "kernel",
    workers: int | None = None,
    **more: Unpack[RefineOptions],
) -> Iterator[Ensemble]:
    """Yield a growing ensemble at each number of replicates in `steps` (increasing); each holds all
    that came before it, bit for bit. Options and errors as `simulate`.
    """
    scenario = load(scenario)
    numbers = listed("steps", steps, "increasing numbers of replicates")
    efforts = [
        Effort(
            replicates=step,
            seed=seed,
            engine=engine,
            workers=workers,
            **more,
        )
        for step in numbers
    ]
    asked = [effort.replicates for effort in efforts]
    if not asked or sorted(set(asked)) != asked:
        raise OutOfRange(f"steps: {asked} - expected increasing numbers of replicates")
    yield from grow(scenario, asked, efforts[-1])


def run(
    scenario: Scenario,
    effort: Effort,
    out: str | os.PathLike[str] | None = None,
    stop: Rule | None = None,
) -> Ensemble:
    """Run a scenario with this effort, until a rule is met where there is one; the first futures of
    `simulate`, bit for bit, wherever and in how many goes they were made.

    Where it stops, the provenance says under "stopped" by which rule. Errors as `simulate`.
    """
    if out is not None:
        return run_folder(path("out", out), plan_of(scenario, effort, stop=stop), effort)
    if effort.executor is not None:
        return into_memory(plan_of(scenario, effort, stop=stop), effort)
    if stop is None:
        return next(grow(scenario, (effort.replicates,), effort))
    for found in grow(scenario, looks(effort.replicates), effort):
        if stop.met(share(happened(found, stop.of), found.cluster)):
            break
    return stop.signed(found, effort.replicates)


__all__ = ["read_run", "refine", "run", "simulate"]
