"""Chances of every exit, rare ones too, from weekly probabilities instead of counts; finds no words
for them.

Each week a ruler in office goes way k with probability (1 - exp(-H)) h_k / H, where h_k are the
hazards of the ways and H their sum; which, if any, is then one throw. The sum of those
probabilities over the weeks in which he is in office has the same mean as the throw (its
compensator: Andersen, Borgan, Gill & Keiding 1993, II.4), so its average over futures estimates the
same probability without bias, and far more precisely where the exit is rare and depends little on
what came before.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..engine.parameter_draws import INNER
from ..engine.replicates import run_rows, unread_weeks, worlds
from ..ensemble.common_draws import prepared
from ..ensemble.effort import Effort
from ..facts.outcomes import WAYS
from ..facts.posterior import DEFAULT, Posterior
from ..given import choice
from ..law.ledger import LEADER_WAY, LENGTH
from ..scenario import load
from ..shown import Shown, framed
from ..statistics.intervals import Estimate, cluster_index, mean, share
from ..travel import Travels

if TYPE_CHECKING:
    import pandas as pd

    from ..scenario import Scenario

BLOCK = 128
# a way's averaged estimate is preferred where it is worth so many times the futures
GAIN_WANTED = 1.5


@dataclass(frozen=True, eq=False, repr=False)
class Ways(Travels, Shown):
    """Exits of one scenario, counted and averaged over the same futures.

    way (n,): index in WAYS of how each ended (0 still in office); chance (n, 10): each future's
    summed probability of each way. `clustered`: 16 neighbours share a draw.
    """

    scenario: str
    title: str
    weeks: int
    seed: int
    corps: int
    clustered: bool
    way: NDArray[np.int8]
    chance: NDArray[np.float64]

    def _groups(self) -> NDArray[np.int64] | None:
        return cluster_index(len(self.way), 0) if self.clustered else None

    def counted(self, way: str) -> Estimate:
        """Share of futures that end this way, Wilson interval on the effective number. Raises
        UnknownName.
        """
        return share(self.way == WAYS.index(choice("way", way, WAYS)), self._groups())

    def averaged(self, way: str) -> Estimate:
        """Mean probability of ending this way, interval from the spread between draws. Raises
        UnknownName.
        """
        column = WAYS[1:].index(choice("way", way, WAYS[1:]))
        found = mean(self.chance[:, column], self._groups())
        low, high = np.clip((found.low, found.high), 0.0, 1.0).tolist()
        return Estimate(found.value, low, high, found.n)

    def gain(self, way: str) -> float:
        """How many times the futures counting would need for the same precision (ratio of the
        squared widths of the intervals); nan where it never happened.
        """
        counted, averaged = self.counted(way), self.averaged(way)
        if not (self.way == WAYS.index(way)).any() or averaged.high <= averaged.low:
            return float("nan")
        return float(((counted.high - counted.low) / (averaged.high - averaged.low)) ** 2)

    def probability(self, way: str) -> tuple[Estimate, str]:
        """The more precise of the two estimates and its name: "averaged" where it is worth at least
        1.5 times the futures, or where counting saw none; else "counted".
        """
        gain = self.gain(choice("exit mode", way, WAYS[1:]))
        steadier = np.isnan(gain) or gain >= GAIN_WANTED
        return (self.averaged(way), "averaged") if steadier else (self.counted(way), "counted")

    def rows(self) -> list[dict[str, Any]]:
        """A row per exit: outcome, probability, low, high, by (method), counted, gain, n."""
        found = []
        for way in WAYS[1:]:
            best, by = self.probability(way)
            found.append(
                {
                    "outcome": way,
                    "probability": best.value,
                    "low": best.low,
                    "high": best.high,
                    "by": by,
                    "counted": self.counted(way).value,
                    "gain": self.gain(way),
                    "n": len(self.way),
                }
            )
        return found

    def frame(self) -> pd.DataFrame:
        """`rows` as a DataFrame."""
        return framed(self.rows())


def ways(
    scenario: Scenario | str | os.PathLike[str],
    replicates: int = 2000,
    seed: int = 1,
    workers: int | None = None,
    *,
    corps: int | None = None,
    knowledge: str | Posterior = DEFAULT,
) -> Ways:
    """Probabilities of the ten exits, from weekly probabilities where that is more precise; the
    futures are those of `simulate` with the same seed.

    corps: simulated generals (default all). Errors: OutOfRange, UnknownName.
    """
    scenario = load(scenario)
    effort = Effort(
        replicates=replicates, seed=seed, workers=workers, corps=corps, knowledge=knowledge
    )
    replicates, seed = effort.replicates, effort.seed
    compiled = prepared(scenario, effort.corps, effort.knowledge)
    ledgers = np.zeros((replicates, LENGTH), np.int16)
    chance = np.zeros((replicates, len(WAYS) - 1))

    def block(at: int) -> None:
        to = min(replicates, at + BLOCK)
        x, p = worlds(compiled, seed, at, to - at, INNER)
        ledgers[at:to] = run_rows(
            compiled, seed, at, x, p, unread_weeks(compiled.horizon), chances=chance[at:to]
        )[0]

    with ThreadPoolExecutor(effort.workers or os.cpu_count() or 1) as pool:
        list(pool.map(block, range(0, replicates, BLOCK)))
    clustered = bool(compiled.uncertain) or compiled.joint is not None
    return Ways(
        scenario.id,
        scenario.title,
        compiled.horizon,
        seed,
        compiled.generals,
        clustered,
        ledgers[:, LEADER_WAY].astype(np.int8),
        chance,
    )


__all__ = ["Ways", "ways"]
