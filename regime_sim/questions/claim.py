"""The article's claim as a number: what isolation and an army cut off from its rents do alone, and
what both do together beyond that; finds no words for it.

Four scenarios under common draws: neither, isolation (every patron steps back), rents cut (the
streams that feed officers dry up), both. The interaction is P(both) - P(isolation) - P(rents cut) +
P(neither): over 0, both together do more than the two effects added up. Its size depends on
parameters that nobody knows: it is given as the range over draws of those, with chance removed, and
with what drives it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import NDArray

from ..engine.parameter_draws import INNER
from ..engine.replicates import worlds
from ..ensemble.common_draws import ledgers, prepared
from ..ensemble.effort import Effort, KnowledgeOptions, takes
from ..errors import OutOfRange
from ..facts.limits import LONGEST, MOST_REPLICATES
from ..facts.outcomes import WAYS
from ..facts.parameters import STRUCTURAL_NAMES
from ..given import whole
from ..law.ledger import LEADER_WAY, LEADER_WEEK
from ..scenario import load
from ..shown import Shown
from ..statistics.intervals import Estimate, mean, share
from ..statistics.nested import Driver, Group, Range, drivers, groups, over_draws
from .plain_values import cells, meaning, plain, range_cells

if TYPE_CHECKING:
    from ..scenario import Scenario
    from ..scenario.compiled import Compiled

ARMS = ("neither", "isolation", "rents_cut", "both")
ENDS = ("coup", "exit")
SIGNS = np.array([1.0, -1.0, -1.0, 1.0])  # of the arms in the interaction
WEEKS = 52
MOST_DRAWS, MOST_INNER = 1_000_000, 100_000
# the levers in the arms, as in the shipped scenarios `isolation` and `rents-cut`
ISOLATED, CUT = 0.1, 0.15
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Interaction:
    """One end (coup or exit, any way): P in each arm; the interaction with its paired interval; its
    range over the parameter uncertainty, and what drives it, by parameter and by part of the model
    (the first word of a parameter's name).
    """

    end: str
    arms: Mapping[str, Estimate]
    beyond: Estimate
    over: Range
    drivers: tuple[Driver, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Claim(Shown):
    """The claim for one scenario within `weeks`, ends coup and exit; `inner` futures per draw."""

    scenario: str
    weeks: int
    seed: int
    draws: int
    inner: int
    corps: int | None
    learned_from: str
    ends: Mapping[str, Interaction]

    def to_document(self) -> dict[str, Any]:
        """The claim as plain values for JSON: every arm, interaction, range and driver."""
        return {
            "scenario": self.scenario,
            "weeks": self.weeks,
            "seed": self.seed,
            "draws": self.draws,
            "futures_per_draw": self.inner,
            "simulated_generals": self.corps,
            "learned_from": self.learned_from,
            "ends": {end: _plain_interaction(one) for end, one in self.ends.items()},
        }


@takes(KnowledgeOptions)
def claim(
    scenario: Scenario | str | os.PathLike[str] = "venezuela-2025",
    draws: int = 1024,
    seed: int = 1,
    inner: int = INNER,
    corps: int | None = 128,
    *,
    weeks: int = WEEKS,
    **effort: Unpack[KnowledgeOptions],
) -> Claim:
    """Coup and exit within `weeks` under neither, isolation, rents cut and both; draws of the
    unknown parameters, `inner` futures each, the same in all four.

    corps: simulated generals (an approximation; None for all). Raises OutOfRange, ScenarioError,
    Cancelled.
    """
    draws, inner = whole("draws", draws, 16, MOST_DRAWS), whole("inner", inner, 2, MOST_INNER)
    weeks = whole("weeks", weeks, 1, LONGEST)
    if draws * inner > MOST_REPLICATES:
        raise OutOfRange(
            f"draws: {draws:,} of {inner:,} futures each - expected at most {MOST_REPLICATES:,}"
            " in all"
        )
    asked = Effort(replicates=draws * inner, seed=seed, corps=corps, **effort)
    seed, corps = asked.seed, asked.corps
    base = load(scenario)
    ready = [prepared(arm, corps, asked.knowledge) for arm in arms_of(base.with_(horizon=weeks))]
    ran = ledgers(ready, asked, inner)
    ends = {"coup": ran[..., LEADER_WAY] == WAYS.index("coup"), "exit": ran[..., LEADER_WEEK] > 0}
    x, p = worlds(ready[0], seed, 0, draws * inner, inner)
    names, values = _unknown(ready[0], x[::inner], p[::inner])
    found = {end: _interaction(end, ends[end], inner, names, values, seed) for end in ENDS}
    learned_from = "prior" if ready[0].joint is None else ready[0].joint.name
    return Claim(base.id, weeks, seed, draws, inner, corps, learned_from, found)


def arms_of(base: Scenario) -> tuple[Scenario, ...]:
    """The four scenarios, in the order of ARMS: those of Venezuela in 2025 are the shipped ones."""
    isolated, cut = _down(base, "foreign_support", ISOLATED), _down(base, "rents", CUT)
    return base, base.vary(isolated), base.vary(cut), base.vary(isolated | cut)


def _down(base: Scenario, lever: str, to: float) -> dict[str, float]:
    """Every part of a lever that stands above `to`, down to it."""
    stands = base.inputs()
    return {part.name: to for part in base.names.parts(lever) if stands[part.name] > to}


def _unknown(compiled: Compiled, x: Floats, p: Floats) -> tuple[list[str], Floats]:
    """Names and values (draws, k) of everything that is drawn in the scenario with neither."""
    names: list[str] = []
    columns: list[Floats] = []
    if compiled.joint is not None:
        for at in compiled.joint.columns.tolist():
            names.append(STRUCTURAL_NAMES[at])
            columns.append(p[:, at])
    for what in compiled.uncertain:
        names.append(what.name)
        columns.append((x if what.vector == "x" else p)[:, what.targets[0][0]])
    return names, np.array(columns, dtype=np.float64).T


def _interaction(
    end: str, hit: Flags, inner: int, names: list[str], values: Floats, seed: int
) -> Interaction:
    """One end from its futures, (4, draws * inner)."""
    cluster = np.arange(hit.shape[1]) // inner
    each = SIGNS @ hit.astype(np.float64)
    by_draw = each.reshape(-1, inner)
    centre, variance = by_draw.mean(axis=1), by_draw.var(axis=1, ddof=1) / inner
    return Interaction(
        end,
        {arm: share(one, cluster) for arm, one in zip(ARMS, hit, strict=True)},
        mean(each, cluster),
        over_draws(centre, variance, 1.0 / inner, seed),
        drivers(names, values, centre, variance),
        groups(names, [name.split(".")[0] for name in names], values, centre, variance),
    )


def _plain_interaction(one: Interaction) -> dict[str, Any]:
    return {
        "arms": {arm: cells(e) for arm, e in one.arms.items()},
        "beyond_the_sum": cells(one.beyond),
        "over_draws": range_cells(one.over),
        "drivers": [_plain_driver(d) for d in one.drivers],
        "parts": [
            {"part": g.name, "share": plain(g.share)}
            | {"low": plain(g.low), "high": plain(g.high), "numbers": g.numbers}
            for g in one.groups
        ],
    }


def _plain_driver(d: Driver) -> dict[str, Any]:
    return {
        "parameter": d.name,
        "meaning": meaning(d.name),
        "rank_correlation": plain(d.correlation),
        "low": plain(d.low),
        "high": plain(d.high),
        "share": plain(d.share),
        "share_low": plain(d.share_low),
        "share_high": plain(d.share_high),
        "clear": d.clear,
    }


__all__ = ["ARMS", "ENDS", "Claim", "Interaction", "arms_of", "claim"]
