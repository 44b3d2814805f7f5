"""December 2025 as it could be known, run untuned, beside what happened on 3 January 2026 and what
markets had said; judges nothing.

The inputs are the shipped scenario `venezuela-2025`, in which nothing later than 1 December 2025
stands; facts and figures of what followed are read from the seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..facts.evidence import Fact, facts
from ..facts.outcomes import REGIME, WAYS
from ..facts.posterior import DEFAULT, Posterior
from ..questions.plain_values import cells, range_cells
from ..runs import simulate
from ..scenario import load
from ..scenario.timeline import first_week
from ..statistics.intervals import Estimate, share
from ..statistics.nested import Range, over_draws

SCENARIO = "venezuela-2025"
# the day of the raid; the day by which the contract of `MARKETS` asked for his leaving
TAKEN, CONTRACT = date(2026, 1, 3), date(2026, 1, 31)
RAID = "raid2026"
MARKETS = ("market_oct2025", "market_peak2025", "market_before_raid2025")
WEEKS = (26, 52)
FALLS = REGIME.index("falls")


@dataclass(frozen=True, slots=True, eq=False)
class December:
    """by_week[26 | 52]: share of futures in which he has gone each way, and is in office;
    out_range, seized_range: P over what is not known at those weeks.

    contract: P(out by the day that the market asked about); taken: P(seized by the day on which he
    was); goes_on: of the futures in which he is seized within 52 weeks, those in which the regime
    goes on (n: such futures). happened: the fact; markets: what was paid for his leaving.
    """

    scenario: str
    replicates: int
    seed: int
    corps: int | None
    learned_from: str
    by_week: Mapping[int, Mapping[str, Estimate]]
    out_range: Mapping[int, Range]
    seized_range: Mapping[int, Range]
    contract: Estimate
    contract_week: int
    taken: Estimate
    taken_week: int
    goes_on: Estimate
    happened: Fact
    markets: tuple[Fact, ...]

    def to_document(self) -> dict[str, Any]:
        """All of it as plain values for JSON."""
        return {
            "scenario": self.scenario,
            "replicates": self.replicates,
            "seed": self.seed,
            "simulated_generals": self.corps,
            "learned_from": self.learned_from,
            "by_week": {
                str(w): {
                    "outcomes": {way: cells(e) for way, e in ways.items()},
                    "out_over_draws": range_cells(self.out_range[w]),
                    "seized_over_draws": range_cells(self.seized_range[w]),
                }
                for w, ways in self.by_week.items()
            },
            "out_by_31_january": {"week": self.contract_week, **cells(self.contract)},
            "seized_by_3_january": {"week": self.taken_week, **cells(self.taken)},
            "regime_goes_on_if_seized": cells(self.goes_on),
            "happened": _fact(self.happened),
            "markets": [_fact(fact) for fact in self.markets],
        }


def december(
    replicates: int = 8192,
    seed: int = 1,
    corps: int | None = 256,
    knowledge: str | Posterior = DEFAULT,
    workers: int | None = None,
) -> December:
    """Run December 2025 for a year; `corps` simulated generals (None: all). Raises OutOfRange."""
    scenario = load(SCENARIO).with_(horizon=max(WEEKS))
    e = simulate(scenario, replicates, seed, corps=corps, knowledge=knowledge, workers=workers)
    week, way = e.leader_week.astype(np.int64), e.leader_way
    seized, cluster = way == WAYS.index("seized"), e.cluster
    contract, taken = first_week(CONTRACT, scenario.start), first_week(TAKEN, scenario.start)

    def by(hit: NDArray[np.bool_], weeks: int) -> NDArray[np.bool_]:
        return np.asarray(hit & (week > 0) & (week <= weeks))

    every = np.ones(replicates, np.bool_)
    return December(
        scenario=scenario.id,
        replicates=replicates,
        seed=seed,
        corps=corps,
        learned_from=str(e.provenance["knowledge"]),
        by_week={
            w: {
                "survived": share(~by(every, w), cluster),
                **{name: share(by(way == k, w), cluster) for k, name in enumerate(WAYS) if k},
            }
            for w in WEEKS
        },
        out_range={w: _range(by(every, w), cluster) for w in WEEKS},
        seized_range={w: _range(by(seized, w), cluster) for w in WEEKS},
        contract=share(by(every, contract), cluster),
        contract_week=contract,
        taken=share(by(seized, taken), cluster),
        taken_week=taken,
        goes_on=share(
            e.regime_after[seized] != FALLS, None if cluster is None else cluster[seized]
        ),
        happened=facts()[RAID],
        markets=tuple(facts()[name] for name in MARKETS),
    )


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "date": fact.date,
        "statement": fact.statement,
        "value": fact.value,
        "low": fact.low,
        "high": fact.high,
        "source": list(fact.source),
    }


def _range(hit: NDArray[np.bool_], cluster: NDArray[np.int64] | None) -> Range:
    """The range of a probability over draws of parameters, chance taken out; whole draws only."""
    size = 1 if cluster is None else int(np.bincount(cluster).max())
    by_draw = hit[: len(hit) // size * size].reshape(-1, size).astype(np.float64)
    variance = by_draw.var(axis=1, ddof=1) / size if size > 1 else np.zeros(len(by_draw))
    return over_draws(by_draw.mean(axis=1), variance, 1.0 / size)


__all__ = ["MARKETS", "RAID", "SCENARIO", "WEEKS", "December", "december"]
