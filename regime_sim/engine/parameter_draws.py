"""From a compiled scenario to the numbers of each world: uncertain parameters drawn by key, shared
by sixteen replicates at a time; runs nothing.

Quantiles are computed by the law's own arithmetic, so that a draw has the same bits on every
machine and alone or in a million.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..facts.declare import Prior
from ..facts.parameters import PARAMETERS, STRUCTURAL_NAMES
from ..law.arithmetic import exp, log, normal, within
from ..scenario.compiled import Compiled, Joint, Reals, Uncertain
from . import array_arithmetic as vector
from . import distributions as families
from .draws import prior_uniforms

# replicates that share one draw of the uncertain parameters (nested design: chance inside,
# parameter uncertainty outside)
INNER = 16
_GRID = 1024
JOINT_KEY = zlib.crc32(b"joint")


def normal_share(z: float) -> float:
    """Standard normal distribution function by bisection of its quantile (bounds of truncated
    priors only).
    """
    low, high = 1e-12, 1.0 - 1e-12
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if normal(middle) < z else (low, middle)
    return 0.5 * (low + high)


@lru_cache(maxsize=64)
def _beta_table(a: float, b: float) -> tuple[float, ...]:
    """Distribution function of Beta(a, b) on a grid of 1,024 cells, by the midpoint rule."""
    points = [(k + 0.5) / _GRID for k in range(_GRID)]
    logs = [(a - 1.0) * log(x) + (b - 1.0) * log(1.0 - x) for x in points]
    most = max(logs)  # so that a sharp peak does not vanish below the smallest number
    total, steps = 0.0, [0.0]
    for one in logs:
        total += exp(one - most)
        steps.append(total)
    return tuple(s / total for s in steps)


def share_below(prior: Prior, x: float) -> float:
    """Share of the untruncated prior below x."""
    if prior.family in families.RARER:
        return families.share_below(prior, x, normal_share, share_below)
    a, b = prior.args[0], prior.args[1]
    if prior.family == "normal":
        return normal_share((x - a) / b)
    if prior.family == "lognormal":
        return 0.0 if x <= 0.0 else normal_share((log(x) - log(a)) / b)
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


def quantile(prior: Prior, u: Reals) -> Reals:
    """Quantiles of the untruncated prior at u in (0, 1), elementwise."""
    if prior.family in families.RARER:
        return families.quantile(prior, u, quantile)
    a, b = prior.args[0], prior.args[1]
    if prior.family == "normal":
        return a + b * vector.normal(u)
    if prior.family == "lognormal":
        return a * vector.exp(b * vector.normal(u))
    if prior.family == "uniform":
        return a + u * (b - a)
    if prior.family == "loguniform":
        return vector.exp(log(a) + u * (log(b) - log(a)))
    if prior.family == "triangular":
        c = prior.args[2]
        rising = a + np.sqrt(u * (c - a) * (b - a))
        falling = c - np.sqrt((1.0 - u) * (c - a) * (c - b))
        return np.where(u < (b - a) / (c - a), rising, falling)
    table = np.array(_beta_table(a, b))
    k = np.maximum(1, np.searchsorted(table, u))
    value: Reals = (k - 1 + (u - table[k - 1]) / (table[k] - table[k - 1])) / _GRID
    return value


@dataclass(frozen=True, slots=True)
class Draw:
    """An uncertain number made ready: the share of its prior inside its bounds."""

    what: Uncertain
    low_share: float
    high_share: float

    def values(self, uniforms: Reals) -> Reals:
        """Its value for each of these uniforms."""
        u = self.low_share + uniforms * (self.high_share - self.low_share)
        value = quantile(self.what.prior, np.minimum(np.maximum(u, 1e-12), 1.0 - 1e-12))
        return np.minimum(np.maximum(value, self.what.low), self.what.high)


@lru_cache(maxsize=4096)
def _ready(what: Uncertain) -> Draw:
    low, high = share_below(what.prior, what.low), share_below(what.prior, what.high)
    return Draw(what, low, high) if high > low else Draw(what, 0.0, 1.0)


def parameters_at(names: Sequence[str], z: Reals) -> Reals:
    """Structural parameters (n, len(STRUCTURAL_NAMES)) where those in `names` stand at the quantile
    Phi(z) of their priors, z (n, len(names)).
    """
    from scipy.special import ndtr

    rows = np.tile(np.array([PARAMETERS[name].default for name in STRUCTURAL_NAMES]), (len(z), 1))
    for k, name in enumerate(names):
        row = PARAMETERS[name]
        assert row.prior is not None
        ready = _ready(Uncertain(name, "p", (), row.prior, row.low, row.high, 0))
        u = ready.low_share + ndtr(z[:, k]) * (ready.high_share - ready.low_share)
        value = quantile(row.prior, np.minimum(np.maximum(u, 1e-12), 1.0 - 1e-12))
        rows[:, STRUCTURAL_NAMES.index(name)] = np.minimum(np.maximum(value, row.low), row.high)
    return rows


def one_world(compiled: Compiled, seed: int, draw: int) -> tuple[Reals, Reals]:
    """Inputs (ROW,) and structural parameters (len(STRUCTURAL_NAMES),) of the draw-th
    draw of the priors.
    """
    x, p = _drawn(compiled, seed, range(draw, draw + 1))
    return x[0], p[0]


def _drawn(compiled: Compiled, seed: int, draws: range) -> tuple[Reals, Reals]:
    """The numbers of each draw: x (draws, inputs), p (draws, structural)."""
    x, p = np.tile(compiled.x, (len(draws), 1)), np.tile(compiled.p, (len(draws), 1))
    if compiled.joint is not None:
        p[:, compiled.joint.columns] = _joint_rows(compiled.joint, seed, draws)
    uniforms = prior_uniforms(seed, draws, [what.key for what in compiled.uncertain])
    for what, own in zip(compiled.uncertain, uniforms, strict=True):
        values = _ready(what).values(own)
        vectors = x if what.vector == "x" else p
        for index, part in what.targets:
            vectors[:, index] = values if part is None else [part.value(v) for v in values.tolist()]
    return x, p


def named_draws(compiled: Compiled, seed: int, draws: range) -> dict[str, Reals]:
    """Every uncertain lever, input and parameter by its name: its value in each draw, (draws,)."""
    found: dict[str, Reals] = {}
    uniforms = prior_uniforms(seed, draws, [what.key for what in compiled.uncertain])
    for what, own in zip(compiled.uncertain, uniforms, strict=True):
        found[what.name] = _ready(what).values(own)
    if compiled.joint is not None:
        rows = _joint_rows(compiled.joint, seed, draws)
        for k, column in enumerate(compiled.joint.columns.tolist()):
            found[STRUCTURAL_NAMES[column]] = rows[:, k]
    return found


def _joint_rows(joint: Joint, seed: int, draws: range) -> Reals:
    """The row of the joint sample that each draw has, (draws, columns)."""
    which = np.floor(prior_uniforms(seed, draws, [JOINT_KEY])[0] * len(joint.rows))
    return np.asarray(joint.rows[which.astype(np.int64)])


def worlds(
    compiled: Compiled, seed: int, first: int, number: int, inner: int = INNER
) -> tuple[Reals, Reals]:
    """Inputs (number, inputs) and structural parameters (number, structural) of replicates first
    ... first + number - 1. The reference for `replicates.worlds`, which is faster.

    inner: replicates that share a draw; the design of every ensemble is 16, calibration takes 1.
    """
    which = np.arange(first, first + number) // inner
    x, p = _drawn(compiled, seed, range(int(which[0]), int(which[-1]) + 1))
    return x[which - which[0]], p[which - which[0]]
