"""Sensitivity: which lever, parameter or group decides, by Sobol' indices from ensembles under
common draws; finds no words for it.

Design: Sobol' points (scipy.stats.qmc) for the settings, several replicates at each with the same
random draws everywhere. The estimator multiplies different draws only (`statistics.sobol`), so that
chance does not pass for importance. Where parameters are uncertain that are not varied, four
replicates share a draw of them and count as one unit.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import NDArray

from ..ensemble.common_draws import ledgers, prepared
from ..ensemble.effort import Effort, QuestionOptions, takes
from ..errors import OutOfRange
from ..given import whole
from ..scenario import load
from ..scenario.compiled import Compiled
from ..shown import Shown, framed
from ..statistics.intervals import Estimate
from ..statistics.sobol import Indices, Split, indices, over_draws, split
from .factors import Factor, Over, factors_of, is_random, opened, points_at
from .quantities import known, of_ledgers
from .sweep import CORPS

if TYPE_CHECKING:
    import pandas as pd

    from ..scenario import Scenario

Reals = NDArray[np.float64]
QUANTITIES = ("probability", "weeks in office")
MOST_RUNS = 50_000_000
INNER = 4  # replicates that share a draw of what is uncertain and not varied
LEAST = 3 * INNER  # replicates at a setting, where something is


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity(Shown):
    """First-order and total Sobol' indices of each factor, for the probability of an outcome and
    for the weeks in office.

    first: the share of the variance that goes if the factor alone became known; total: the share
    that remains if all but it were known, with its range over draws of what is not known where
    there are 32 draws (128 replicates) or more. split: how much of all variance is choice (levers),
    parameter uncertainty and chance. points: settings of each of the two matrices; replicates
    inside each.
    """

    scenario: Scenario
    of: str
    over: str
    factors: tuple[Factor, ...]
    probability: Indices
    weeks: Indices
    split: Split
    chosen: bool
    mean: float
    points: int
    replicates: int
    seed: int
    simulated: int

    @property
    def names(self) -> tuple[str, ...]:
        """The factors, in order."""
        return tuple(factor.name for factor in self.factors)

    @property
    def runs(self) -> int:
        """Futures simulated in all."""
        return (len(self.factors) + 2) * self.points * self.replicates

    def rows(self) -> list[dict[str, Any]]:
        """The rows of `frame`."""
        return [
            row
            for quantity, found in zip(QUANTITIES, (self.probability, self.weeks), strict=True)
            for row in _rows(quantity, self.factors, found)
        ]

    def frame(self) -> pd.DataFrame:
        """A row per quantity and factor: first, total (each also _low, _high); unknown_low and
        unknown_high: 5% and 95% of the total over `draws` of what is not known (nan for fewer than
        32 draws, or where nothing else is unknown); parameters, n.
        """
        return framed(self.rows())

    def split_rows(self) -> list[dict[str, Any]]:
        """Variance shares: choice (if varied), ignorance (parameter uncertainty), luck (chance)."""
        s = self.split
        # what was varied, and what was left open besides
        all_ = Estimate(1.0 - s.inner.value, 1.0 - s.inner.high, 1.0 - s.inner.low, s.inner.n)
        known = {"choice": s.outer, "ignorance": s.middle} if self.chosen else {"ignorance": all_}
        return [
            {"part": name, "share": e.value, "low": e.low, "high": e.high, "n": int(e.n)}
            for name, e in (known | {"luck": s.inner}).items()
        ]

    def split_words(self) -> str:
        """Chance, parameter uncertainty and choice in one sentence."""
        return str(self._say("split_words"))


@takes(QuestionOptions, corps=CORPS)
def sensitivity(
    scenario: Scenario | str | os.PathLike[str],
    over: Over = "levers",
    *,
    of: str = "leader_out",
    points: int = 256,
    replicates: int | None = None,
    **effort: Unpack[QuestionOptions],
) -> Sensitivity:
    """Sobol' indices of P(outcome) and of the restricted mean survival time, with 95% intervals.

    over: "levers" (each from 0 to 1, whatever the scenario sets), "parameters" (all that is
    uncertain, by its prior, in groups), names, or a mapping of name -> (low, high) or group ->
    names. points: a power of two. replicates: futures at each setting, 64 unless told where
    parameters stay uncertain (then a multiple of 4), else 32. Errors: UnknownName, OutOfRange,
    RegimeSimError, Cancelled.
    """
    scenario, of = load(scenario), known(of)
    asked = Effort(replicates=LEAST if replicates is None else replicates, **effort)
    seed = asked.seed
    compiled = prepared(scenario, asked.corps, asked.knowledge)
    compiled, factors = opened(
        scenario,
        compiled,
        factors_of(scenario, compiled, over),
        lambda other: prepared(other, asked.corps, asked.knowledge),
    )
    dimensions = [one for factor in factors for one in factor.dimensions]
    noisy = is_random(points_at(compiled, dimensions, np.full((1, len(dimensions)), 0.5))[0])
    points = whole("points", points, 1, MOST_RUNS)
    wanted = None if replicates is None else asked.replicates
    asked = replace(asked, replicates=_checked(points, wanted, noisy, len(factors)))
    settings = _settings(compiled, factors, points, seed)
    found = of_ledgers(ledgers(settings, asked, INNER), scenario.horizon)
    size = INNER if noisy else 1
    probability, weeks = (
        _found(y, points, size, seed)
        for y in (found.happens(of).astype(np.float64), found.lasts().astype(np.float64))
    )
    hit = found.happens(of)[: 2 * points].astype(np.float64).reshape(2 * points, -1, size)
    return Sensitivity(
        scenario,
        of,
        over if isinstance(over, str) else "the factors named",
        factors,
        probability,
        weeks,
        split(hit, seed),
        _chosen(factors),
        float(hit.mean()),
        points,
        asked.replicates,
        seed,
        compiled.generals,
    )


def _checked(points: int, replicates: int | None, noisy: bool, number: int) -> int:
    """The number of replicates at each setting. Raises OutOfRange."""
    if points < 8 or points & (points - 1):
        raise OutOfRange(f"points: {points!r} - expected a power of two, 8 or more")
    replicates = (64 if noisy else 32) if replicates is None else replicates
    least = LEAST if noisy else 3
    if replicates < least or (noisy and replicates % INNER):
        fours = f"a multiple of {INNER}, " if noisy else ""
        raise OutOfRange(f"replicates: {replicates} - expected {fours}{least} or more")
    futures = (number + 2) * points * replicates
    if futures > MOST_RUNS:
        raise OutOfRange(f"points: {futures:,} futures in all - expected at most {MOST_RUNS:,}")
    return replicates


def _settings(
    compiled: Compiled, factors: Sequence[Factor], points: int, seed: int
) -> list[Compiled]:
    """The scenario at rows of A, of B, then of A with each factor's columns from B."""
    from scipy.stats import qmc  # takes a second to load

    dimensions = [one for factor in factors for one in factor.dimensions]
    d = len(dimensions)
    u = qmc.Sobol(2 * d, seed=np.random.default_rng(seed)).random(points)
    a, b = u[:, :d], u[:, d:]
    blocks, at = [a, b], 0
    for factor in factors:
        mixed = a.copy()
        mixed[:, at : at + len(factor.dimensions)] = b[:, at : at + len(factor.dimensions)]
        at += len(factor.dimensions)
        blocks.append(mixed)
    return points_at(compiled, dimensions, np.clip(np.concatenate(blocks), 1e-9, 1.0 - 1e-9))


def _found(y: Reals, points: int, size: int, seed: int) -> Indices:
    """The indices of y (settings, replicates), and how they differ from draw to draw."""
    found = indices(*_matrices(y, points, size), seed=seed)
    a, b, rest = np.split(y.reshape(len(y), -1, size), (points, 2 * points))
    mixed = rest.reshape(-1, points, *rest.shape[1:])
    return replace(found, unknown=over_draws(a, b, mixed, found.total))


def _matrices(y: Reals, points: int, size: int) -> tuple[Reals, Reals, Reals]:
    """Means over units of `size` replicates: A (n, m), B (n, m), AB (d, n, m)."""
    means = y.reshape(len(y), -1, size).mean(axis=-1)
    a, b, mixed = np.split(means, (points, 2 * points))
    return a, b, mixed.reshape(-1, points, means.shape[-1])


def _chosen(factors: Sequence[Factor]) -> bool:
    """Whether the factors are choices (levers and other settings) or uncertain parameters."""
    return any(
        one.draw is None and one.joint is None for factor in factors for one in factor.dimensions
    )


def _rows(quantity: str, factors: Sequence[Factor], found: Indices) -> list[dict[str, Any]]:
    """A row for each factor."""
    return [
        {
            "quantity": quantity,
            "factor": factor.name,
            "first": a.value,
            "first_low": a.low,
            "first_high": a.high,
            "total": b.value,
            "total_low": b.low,
            "total_high": b.high,
            "unknown_low": c.low,
            "unknown_high": c.high,
            "draws": int(c.n),
            "parameters": len(factor.dimensions),
            "n": int(a.n),
        }
        for factor, a, b, c in zip(factors, found.first, found.total, found.unknown, strict=True)
    ]
