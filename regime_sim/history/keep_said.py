"""Makes the file that `said` reads: the law on every shipped leader-year from 1965 on and on every
shipped episode, a few minutes on two cores. `python -m regime_sim.history.keep_said`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..ensemble.effort import Effort, Progress
from ..facts import limits
from ..facts.places import seeds_folder
from ..facts.posterior import Posterior
from ..provenance import canonical
from ..store import disk
from .backtest import forecasts_of, predict
from .cases import Case, read_cases, training_cases
from .forecasters import laws
from .panel import LeaderYear
from .panel_run import CORPS, EXITS, Drawn, chances
from .panel_samples import sample_before
from .said import FILE, FIRST, held_said, leader_years, marks, rule_cases, second_codings

Floats = NDArray[np.float64]
WORLDS, FUTURES, SEED = 512, 1024, 1
WINDOW = 5  # years that a sample stays as fitted


def sample_of(row: LeaderYear) -> str | Posterior:
    """What the law draws its numbers from for this leader-year: the sample fitted on the years
    before its window of five, the priors where none ships.
    """
    begins = FIRST + WINDOW * ((row.year - FIRST) // WINDOW)
    return sample_before(begins) or "prior"


def make(path: Path | None = None, on_progress: Progress | None = None) -> Path:
    """Simulate every shipped leader-year and episode and write the file. Raises NotWritten."""
    place = path or seeds_folder() / "posterior" / FILE
    cores = min(limits.MOST_WORKERS, os.cpu_count() or 1)
    rows = leader_years()
    ways = np.zeros((len(rows), len(EXITS)))
    samples = [sample_of(row) for row in rows]
    for one in dict.fromkeys(samples):
        at = [k for k, sample in enumerate(samples) if sample is one or sample == one]
        drawn = Drawn(WORLDS, SEED, CORPS, one, cores)
        ways[at] = chances([rows[k] for k in at], drawn, on_progress)
    old, rule, second = read_cases(), rule_cases(), second_codings()
    out, categories = _episodes((*old, *rule), cores)
    held = io.BytesIO()
    np.savez_compressed(
        held,
        ways=ways.astype(np.float32),
        episode=np.array([case.id for case in (*old, *rule)]),
        out=out,
        categories=categories.astype(np.float32),
        second=np.array([case.id for case in second]),
        second_out=_episodes(second, cores)[0],
        made_from=np.array(canonical(marks())),
    )
    disk.make_folder(place.parent)
    disk.write_file(place, held.getvalue())
    held_said.cache_clear()
    return place


def _episodes(cases: Sequence[Case], workers: int) -> tuple[Floats, Floats]:
    """P(out), and by category, each case by a law that was not fitted to it."""
    samples = laws(cases, training_cases())[0].samples
    effort = Effort(replicates=FUTURES, seed=SEED, corps=CORPS, workers=workers)
    said = forecasts_of(predict(cases, effort, samples))
    return said.out, said.categories


if __name__ == "__main__":
    make()


__all__ = ["make", "sample_of"]
