"""Both engines by turns, in CPU time per replicate; knows no goal and starts no process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..scenario import Scenario

SEED = 1


@dataclass(frozen=True, slots=True)
class Turns:
    """CPU seconds per replicate, for each round; `kernel_alone`: where nothing is uncertain."""

    mesa: list[float]
    kernel: list[float]
    kernel_alone: list[float]


def cpu_seconds(work: Callable[..., object], *arguments: object) -> float:
    """CPU time of the whole process while this is done."""
    begin = time.process_time()
    work(*arguments)
    return time.process_time() - begin


def by_turns(scenario: Scenario, replicates: int, rounds: int) -> Turns:
    """Each round: one replicate by Mesa, `replicates` by the kernel on one thread, all compiled."""
    from dataclasses import replace

    from ..engine.model import RegimeModel
    from ..engine.replicates import no_weeks, run_block
    from ..scenario.compile import compile_scenario

    compiled = compile_scenario(scenario)
    certain = replace(compiled, uncertain=(), joint=None)
    weekly = no_weeks(compiled.horizon)

    def by_mesa(first: int) -> None:
        RegimeModel(compiled, SEED, first).run()

    by_mesa(0)
    run_block(compiled, SEED, 0, 1, weekly)
    turns = Turns([], [], [])
    for first in range(0, rounds * replicates, replicates):
        turns.mesa.append(cpu_seconds(by_mesa, first))
        spent = cpu_seconds(run_block, compiled, SEED, first, replicates, weekly)
        turns.kernel.append(spent / replicates)
        spent = cpu_seconds(run_block, certain, SEED, first, replicates, weekly)
        turns.kernel_alone.append(spent / replicates)
    return turns
