"""Engines by turns, in CPU time per replicate; knows no goal and starts no process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..engine.model import RegimeModel
from ..engine.native.job import run_job
from ..engine.native.modules import Engine, engine
from ..engine.population import corps_of
from ..engine.replicates import no_trace, no_weeks, run_block
from ..scenario import Scenario
from ..scenario.compile import compile_scenario
from ..scenario.compiled import Compiled

SEED = 1
FEW = 128  # simulated generals of a small corps
LEAST = 8  # so few that a world's own law is what takes time


@dataclass(frozen=True, slots=True)
class Turns:
    """CPU seconds per replicate, one entry a round: by Mesa, by the built engine with draws of the
    priors, without them, with few generals and with the least; and by WebAssembly with all generals
    and with few.
    """

    engine: str
    mesa: list[float] = field(default_factory=list)
    built: list[float] = field(default_factory=list)
    certain: list[float] = field(default_factory=list)
    few: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    wasm: list[float] = field(default_factory=list)
    wasm_few: list[float] = field(default_factory=list)


def cpu_seconds(work: Callable[..., object], *arguments: object) -> float:
    """CPU time of the whole process while this is done."""
    begin = time.process_time()
    work(*arguments)
    return time.process_time() - begin


def by_turns(scenario: Scenario, replicates: int, rounds: int) -> Turns:
    """Run one replicate by Mesa, then `replicates` by each of the others on one thread, in so many
    rounds; all is loaded before.
    """
    compiled = compile_scenario(scenario)
    certain = replace(compiled, uncertain=(), joint=None)
    few, least = (replace(certain, generals=n) for n in (FEW, LEAST))
    weekly = no_weeks(compiled.horizon)
    turns = Turns(engine().name)

    def by_mesa(first: int) -> None:
        RegimeModel(compiled, SEED, first).run()

    def built(first: int, number: int = replicates) -> None:
        run_block(compiled, SEED, first, number, weekly)

    by_mesa(0)
    built(0, 1)
    rest = (
        (turns.certain, certain, engine()),
        (turns.few, few, engine()),
        (turns.least, least, engine()),
        (turns.wasm, certain, engine("wasm")),
        (turns.wasm_few, few, engine("wasm")),
    )
    for _, one, by in rest:
        _run(by, one, 0, 1)
    for first in range(0, rounds * replicates, replicates):
        turns.mesa.append(cpu_seconds(by_mesa, first))
        turns.built.append(cpu_seconds(built, first) / replicates)
        for times, one, by in rest:
            times.append(cpu_seconds(_run, by, one, first, replicates) / replicates)
    return turns


def _run(by: Engine, certain: Compiled, first: int, number: int) -> None:
    """Replicates of a scenario in which nothing is uncertain, by a certain engine."""
    people, kept = corps_of(certain), no_trace(0, certain.generals)
    rows = certain.x[None], certain.p[None]
    weekly = no_weeks(certain.horizon)
    # one row for all: so many replicates share it that none begins another
    start, every = first + 2**31, 2**31
    by.run(run_job(certain, SEED, start, *rows, weekly, people, kept, number=number, every=every))
