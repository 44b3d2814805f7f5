"""Step 2 of the fit: what the coded episodes say of the parameters, by a regression on how they
ended; simulates nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..history.cases import Case
from ..statistics.emulator import Reals
from .design import Runs
from .likelihood import uniform_p

# of rulers under acute pressure at large, who leaves within two years: 6 of the 49 that were drawn
# by rule, and a little more, as old episodes are of longer pressure (judgement)
SHARE_OUT = 0.15
WAY_WEIGHT = 0.5  # of the way he went, beside whether he went: one coder, knowing the outcome
RULE = "rule"  # the split of episodes that were drawn by rule
RIDGE = 100.0  # of the regression on the episodes, in draws


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """Parameters z regressed on simulated endings: mean, spread (s,), slope (s, d) per spread."""

    mean: Reals
    spread: Reals
    slope: Reals

    def moved(self, ended: Reals) -> Reals:
        """What endings (n, s) say of z, (n, d), from the mean."""
        return (ended - self.mean) / self.spread @ self.slope


def endings(runs: Runs, out: NDArray[np.bool_], used: NDArray[np.bool_]) -> Reals:
    """One future of each episode in use: out or not; if out, whether as in history; (n, s)."""
    return np.hstack([runs.out[:, used] > 0, runs.hit[:, used & out] > 0]).astype(np.float64)


def regress(z: Reals, ended: Reals) -> Regression:
    """Ridge regression of z (n, d) on endings (n, s)."""
    mean, spread = ended.mean(axis=0), ended.std(axis=0) + 1e-9
    x = (ended - mean) / spread
    penalised = x.T @ x + RIDGE * np.eye(x.shape[1])
    return Regression(mean, spread, np.linalg.solve(penalised, x.T @ (z - z.mean(axis=0))))


def weights_of(cases: Sequence[Case]) -> Reals:
    """What each episode counts, (n,): those drawn by rule 1; those chosen for their fame by weights
    under which SHARE_OUT of them leave, none above 1.
    """
    out, chosen = endings_of(cases), np.array([case.split != RULE for case in cases])
    weight = np.ones(len(cases))
    if not chosen.any():
        return weight
    share = float(np.clip(out[chosen].mean(), 0.01, 0.99))
    own = np.where(out, SHARE_OUT / share, (1.0 - SHARE_OUT) / (1.0 - share))
    return np.where(chosen, own / own[chosen].max(), weight)


def endings_of(cases: Sequence[Case]) -> NDArray[np.bool_]:
    """Who was out by the horizon, (n,)."""
    return np.array([case.observed is not None and case.observed.out for case in cases])


def history(
    regression: Regression, out: NDArray[np.bool_], used: NDArray[np.bool_], weight: Reals
) -> Reals:
    """What history's endings say of z, (d,): each surprise by its weight (n,), and the way he went
    by half.
    """
    ended = np.concatenate([out[used], np.ones((used & out).sum())]).astype(np.float64)
    worth = np.concatenate([weight[used], WAY_WEIGHT * weight[used & out]])
    seen = regression.mean + worth * (ended - regression.mean)
    return np.asarray(regression.moved(seen[None])[0])


def cases_sample(
    runs: Runs, out: NDArray[np.bool_], used: NDArray[np.bool_], weight: Reals, number: int
) -> Reals:
    """Draws of step 1, taken evenly, moved from their own endings to history's; (number, d)."""
    ended = endings(runs, out, used)
    regression = regress(runs.z, ended)
    taken = np.linspace(0, len(runs.z) - 1, number).astype(int)
    return np.asarray(
        runs.z[taken] - regression.moved(ended[taken]) + history(regression, out, used, weight)
    )


def check_cases(runs: Runs, held: Runs, out: NDArray[np.bool_], sharpen: float = 1.0) -> float:
    """P-value that ranks are uniform, refitting on endings that the regression never saw."""
    everything = np.ones(len(out), np.bool_)
    ended = endings(runs, out, everything)
    regression = regress(runs.z, ended)
    along = np.linalg.svd(regression.slope, full_matrices=False)[2][:8].T
    rest = (runs.z - runs.z.mean(axis=0) - regression.moved(ended)) @ along / np.sqrt(sharpen)
    truth = (
        held.z - runs.z.mean(axis=0) - regression.moved(endings(held, out, everything))
    ) @ along
    ranks = [(rest[:, k] < truth[:, k, None]).mean(axis=1) for k in range(along.shape[1])]
    return uniform_p(np.stack(ranks, axis=1))
