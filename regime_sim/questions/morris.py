"""Screening: which of many parameters matter at all, by Morris' elementary effects (SALib) under
common draws; finds no words for it.

Every setting meets the same random draws, so that a parameter without effect has an effect of
exactly 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import NDArray

from ..ensemble.common_draws import ledgers, prepared
from ..ensemble.effort import Effort, QuestionOptions, takes
from ..errors import OutOfRange, RegimeSimError
from ..shown import Shown, framed
from ..statistics.sobol import pair
from ..travel import Travels
from .factors import Over, opened, points_at, single_factors
from .quantities import known, of_ledgers
from .sweep import CORPS

if TYPE_CHECKING:
    import pandas as pd

    from ..scenario import Scenario

Reals = NDArray[np.float64]
LEVELS = 4
ENDS = (0.05, 0.95)  # the range walked, as quantiles of each prior (or shares of the range)
INNER = 4


@dataclass(frozen=True, eq=False, repr=False)
class Screening(Travels, Shown):
    """Elementary effects of each parameter on the probability of an outcome, over the range from
    its 5% to its 95% quantile, largest first.

    Arrays in the order of `names`: mean (mu), mean_absolute (mu*, with `error`, half its 95%
    interval), spread (sigma: interaction or curvature), and plain: the root mean square effect with
    chance removed, which mu* still contains.
    """

    scenario: Scenario
    of: str
    names: tuple[str, ...]
    mean: Reals
    mean_absolute: Reals
    error: Reals
    spread: Reals
    plain: Reals
    trajectories: int
    replicates: int
    seed: int

    def rows(self) -> list[dict[str, Any]]:
        """The rows of `frame`."""
        columns = (self.mean_absolute, self.error, self.plain, self.mean, self.spread)
        return [
            {
                "parameter": name,
                "effect": a,
                "low": max(0.0, a - e),
                "high": a + e,
                "without_luck": p,
                "mean": m,
                "spread": s,
                "n": self.trajectories,
            }
            for name, a, e, p, m, s in zip(
                self.names, *map(np.ndarray.tolist, columns), strict=True
            )
        ]

    def frame(self) -> pd.DataFrame:
        """A row for each parameter: parameter, effect (mu*), low, high, without_luck, mean (mu),
        spread (sigma), n (trajectories).
        """
        return framed(self.rows())


@takes(QuestionOptions, corps=CORPS)
def screen(
    scenario: Scenario,
    over: Over = "parameters",
    *,
    of: str = "leader_out",
    trajectories: int = 16,
    replicates: int = 32,
    **effort: Unpack[QuestionOptions],
) -> Screening:
    """Screen many parameters by elementary effects: (parameters + 1) * trajectories settings,
    `replicates` futures (a multiple of 4) at each.

    over: as in `sensitivity`, every group taken apart. Source: Morris 1991, Technometrics 33;
    Campolongo, Cariboni & Saltelli 2007. Errors: UnknownName, OutOfRange, RegimeSimError (SALib is
    not installed), Cancelled.
    """
    known(of)
    asked = Effort(replicates=replicates, **effort)
    seed = asked.seed
    if trajectories < 2 or replicates % INNER:
        raise OutOfRange(
            f"trajectories: {trajectories}, replicates: {replicates} - expected 2 trajectories or"
            f" more, and a multiple of {INNER} replicates"
        )
    sample, analyze = _salib()
    compiled = prepared(scenario, asked.corps, asked.knowledge)
    compiled, factors = opened(
        scenario,
        compiled,
        single_factors(scenario, compiled, over),
        lambda other: prepared(other, asked.corps, asked.knowledge),
    )
    names = tuple(factor.name for factor in factors)
    problem = {"num_vars": len(names), "names": list(names), "bounds": [list(ENDS)] * len(names)}
    u = sample.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    settings = points_at(compiled, [factor.dimensions[0] for factor in factors], u)
    found = of_ledgers(ledgers(settings, asked, INNER), scenario.horizon)
    y = found.happens(of).astype(np.float64).reshape(len(u), -1, INNER).mean(axis=-1)
    effects = analyze.analyze(problem, u, y.mean(axis=-1), num_levels=LEVELS, seed=seed)
    read = ("mu", "mu_star", "mu_star_conf", "sigma")
    columns = [np.asarray(effects[name], dtype=np.float64) for name in read]
    columns.append(_without_luck(u, y, trajectories))
    order = np.lexsort((np.arange(len(names)), -columns[1]))
    mean, absolute, error, spread, plain = (column[order] for column in columns)
    return Screening(
        scenario,
        of,
        tuple(names[k] for k in order),
        mean,
        absolute,
        error,
        spread,
        plain,
        trajectories,
        replicates,
        seed,
    )


def _without_luck(u: Reals, y: Reals, trajectories: int) -> Reals:
    """Root mean square elementary effects from different draws; 0 where chance explains all."""
    d = u.shape[1]
    step = LEVELS / (2.0 * (LEVELS - 1.0))
    walk, seen = u.reshape(trajectories, d + 1, d), y.reshape(trajectories, d + 1, -1)
    which = np.abs(np.diff(walk, axis=1)).argmax(axis=2)
    square = pair(np.diff(seen, axis=1), np.diff(seen, axis=1)) / step**2
    total = np.bincount(which.ravel(), weights=square.ravel(), minlength=d) / trajectories
    return np.asarray(np.sqrt(np.maximum(total, 0.0)))


def _salib() -> tuple[Any, Any]:
    try:  # an extra
        from SALib.analyze import morris as analyze
        from SALib.sample import morris as sample
    except ImportError as error:
        raise RegimeSimError(
            'screening by Morris\' method needs the extra "analysis": pip install'
            ' "regime-sim[analysis]"'
        ) from error
    return sample, analyze
