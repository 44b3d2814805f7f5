"""From a compiled scenario to the numbers of each world: uncertain parameters drawn by key, shared by sixteen replicates at a time; runs nothing.

Quantiles are computed by the law's own arithmetic, so that a draw has the same bits on every machine and alone or in a million.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..facts.declare import Prior
from ..law.arithmetic import exp, log, normal, within
from ..scenario.compiled import Compiled, Uncertain
from .draws import prior_uniform

INNER = 16  # replicates that share one draw of the uncertain parameters (nested design: dice inside, not knowing outside)
_GRID = 1024


def _normal_share(z: float) -> float:
    """Standard normal distribution function by bisection of its quantile (bounds of truncated priors only)."""
    low, high = 1e-12, 1.0 - 1e-12
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if normal(middle) < z else (low, middle)
    return 0.5 * (low + high)


@lru_cache(maxsize=64)
def _beta_table(a: float, b: float) -> tuple[float, ...]:
    """Distribution function of Beta(a, b) on a grid of 1,024 cells, by the midpoint rule."""
    total, steps = 0.0, [0.0]
    for k in range(_GRID):
        x = (k + 0.5) / _GRID
        total += exp((a - 1.0) * log(x) + (b - 1.0) * log(1.0 - x))
        steps.append(total)
    return tuple(s / total for s in steps)


def share_below(prior: Prior, x: float) -> float:
    """Share of the untruncated prior below x."""
    a, b = prior.args[0], prior.args[1]
    if prior.family == "normal":
        return _normal_share((x - a) / b)
    if prior.family == "lognormal":
        return 0.0 if x <= 0.0 else _normal_share((log(x) - log(a)) / b)
    if prior.family == "uniform":
        return within((x - a) / (b - a), 0.0, 1.0)
    if prior.family == "loguniform":
        return 0.0 if x <= 0.0 else within((log(x) - log(a)) / (log(b) - log(a)), 0.0, 1.0)
    if prior.family == "triangular":
        c = prior.args[2]
        if x <= b:
            return 0.0 if x <= a or b == a else (x - a) * (x - a) / ((c - a) * (b - a))
        return 1.0 if x >= c else 1.0 - (c - x) * (c - x) / ((c - a) * (c - b))
    table = _beta_table(a, b)
    at = within(x, 0.0, 1.0) * _GRID
    k = min(int(at), _GRID - 1)
    return table[k] + (at - k) * (table[k + 1] - table[k])


def quantile(prior: Prior, u: float) -> float:
    """Quantile of the untruncated prior at u in (0, 1)."""
    a, b = prior.args[0], prior.args[1]
    if prior.family == "normal":
        return a + b * normal(u)
    if prior.family == "lognormal":
        return a * exp(b * normal(u))
    if prior.family == "uniform":
        return a + u * (b - a)
    if prior.family == "loguniform":
        return exp(log(a) + u * (log(b) - log(a)))
    if prior.family == "triangular":
        c = prior.args[2]
        left = (b - a) / (c - a)
        if u < left:
            return a + float(np.sqrt(u * (c - a) * (b - a)))
        return c - float(np.sqrt((1.0 - u) * (c - a) * (c - b)))
    table = _beta_table(a, b)
    k = max(1, bisect_left(table, u))
    step = table[k] - table[k - 1]
    return (k - 1 + (u - table[k - 1]) / step) / _GRID


@dataclass(frozen=True, slots=True)
class Draw:
    """An uncertain number made ready: the share of its prior inside its bounds."""

    what: Uncertain
    low_share: float
    high_share: float

    def value(self, seed: int, draw: int) -> float:
        """Its value in this draw of the priors."""
        u = self.low_share + prior_uniform(seed, draw, self.what.key) * (self.high_share - self.low_share)
        return within(quantile(self.what.prior, within(u, 1e-12, 1.0 - 1e-12)), self.what.low, self.what.high)


@lru_cache(maxsize=4096)
def _ready(what: Uncertain) -> Draw:
    low, high = share_below(what.prior, what.low), share_below(what.prior, what.high)
    return Draw(what, low, high) if high > low else Draw(what, 0.0, 1.0)


def one_world(compiled: Compiled, seed: int, draw: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Inputs (len(INPUT_NAMES),) and structural parameters (len(STRUCTURAL_NAMES),) of the draw-th draw of the priors."""
    x, p = compiled.x.copy(), compiled.p.copy()
    for what in compiled.uncertain:
        value = _ready(what).value(seed, draw)
        vector = x if what.vector == "x" else p
        for index, part in what.targets:
            vector[index] = value if part is None else part.value(value)
    return x, p


def worlds(compiled: Compiled, seed: int, first: int, number: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Inputs (number, inputs) and structural parameters (number, structural) of replicates first ... first + number - 1."""
    if not compiled.uncertain:
        return np.tile(compiled.x, (number, 1)), np.tile(compiled.p, (number, 1))
    draws = range(first // INNER, (first + number - 1) // INNER + 1)
    pairs = [one_world(compiled, seed, draw) for draw in draws]
    which = np.arange(first, first + number) // INNER - draws.start
    x = np.stack([pair[0] for pair in pairs])[which]
    p = np.stack([pair[1] for pair in pairs])[which]
    return np.ascontiguousarray(x), np.ascontiguousarray(p)
