"""Leader-years through the built engine: the probability of each way of leaving within 52 weeks.

Every world keeps its weekly hazards while its ruler is in office, so that the last coin is averaged
instead of thrown and few worlds do. All rows meet the same draws and the same luck (common random
numbers): rows compare better, and a row's figures do not depend on which others are run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..engine.replicates import run_rows, unread_weeks, worlds
from ..facts.outcomes import WAYS
from ..scenario.compile import compile_scenario
from .panel_map import Known, scenario_of

if TYPE_CHECKING:
    from ..facts.posterior import Posterior

Floats = NDArray[np.float64]
EXITS = WAYS[1:]
# few simulated generals heat ordinary years: P(out) 0.131 with 32, 0.105 with 384, 0.103 with 2,000
# (first edition, 80 leader-years)
CORPS = 384
BLOCK = 32  # rows that a thread takes at a time
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Drawn:
    """How rows are simulated: worlds each, seed, simulated generals, what the structural parameters
    are drawn from, and threads.
    """

    worlds: int
    seed: int
    corps: int
    knowledge: str | Posterior
    workers: int


def chances(rows: Sequence[Known], drawn: Drawn, tell: Progress | None = None) -> Floats:
    """P(he leaves this way within 52 weeks), (rows, ways in the order of EXITS)."""
    found = np.zeros((len(rows), len(EXITS)))
    blocks = [range(a, min(a + BLOCK, len(rows))) for a in range(0, len(rows), BLOCK)]
    done = 0
    with ThreadPoolExecutor(drawn.workers) as pool:
        run = pool.map(lambda block: _block(rows, block, drawn), blocks)
        for block, ways in zip(blocks, run, strict=True):
            found[block.start : block.stop] = ways
            done += len(block)
            if tell is not None:
                tell(done, len(rows))
    return found


def _block(rows: Sequence[Known], block: range, drawn: Drawn) -> Floats:
    return np.stack([_row(rows[k], drawn) for k in block])


def _row(row: Known, drawn: Drawn) -> Floats:
    """One row's probabilities, by way."""
    compiled = compile_scenario(scenario_of(row), drawn.knowledge)
    compiled = replace(compiled, generals=min(drawn.corps, compiled.generals))
    x, p = worlds(compiled, drawn.seed, 0, drawn.worlds, 1)
    weighed = np.zeros((drawn.worlds, len(EXITS)))
    run_rows(compiled, drawn.seed, 0, x, p, unread_weeks(compiled.horizon), chances=weighed)
    mean: Floats = weighed.mean(axis=0)
    return mean


__all__ = ["CORPS", "EXITS", "Drawn", "chances"]
