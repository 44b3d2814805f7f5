"""Sobol' indices from runs whose draws are common to all settings, and variance split in nested
causes; arrays in, estimates out, no model.

The runs of a setting share their draws with those of every other setting: unit j (a replicate, or a
cluster of them) is the same luck everywhere. Averages of products of two *different* units contain
no variance of luck, so that few units a setting do not inflate what a factor explains (the plain
estimator counts the luck that is left in each setting's mean as importance). With one unit a
setting the model is taken to have no luck.

Estimators, E_jk the mean over ordered pairs of different units j, k (with one unit: j = k), rows
centred unit by unit: V = E_jk[a_j a_k + b_j b_k]/2;  first order S_i = E_jk[b_j (ab_i - a)_k]/V;
total T_i = E_jk[(a - ab_i)_j (a - ab_i)_k]/(2V). Sources: Saltelli et al. 2010, Computer Physics
Communications 181 (table 2, b and f; Jansen 1999 for the total). Known answer: Ishigami's function
with a = 7, b = 0.1 has S = 0.3139, 0.4424, 0 and T = 0.5576, 0.4424, 0.2437.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .intervals import Estimate, normal_quantile
from .nested import FEWEST, QUANTILES, without_chance
from .resampling import counts

Reals = NDArray[np.float64]
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Indices:
    """First-order and total indices, 95% intervals; `variance` of all factors; n: settings.

    unknown: the total index as 5% to 95% of draws of what is not known have it (`over_draws`).
    """

    first: tuple[Estimate, ...]
    total: tuple[Estimate, ...]
    variance: float
    unknown: tuple[Estimate, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of variance between settings, between clusters at one, within them; they add to 1."""

    outer: Estimate
    middle: Estimate
    inner: Estimate


def indices(a: Reals, b: Reals, ab: Reals, seed: int = 1, draws: int = DRAWS) -> Indices:
    """Indices from runs at the settings A (n, m), B (n, m), and A with factor i from B (d, n, m); m
    units of luck, the same for all settings.

    Intervals: the variance of a bootstrap over the n rows, plus that of a jackknife over the units
    where there are three or more, under a normal curve. nan where the factors explain nothing.
    """
    n, m = a.shape

    def at(units: NDArray[np.int64], weights: Reals) -> Reals:
        return _indices(a[:, units], b[:, units], ab[:, :, units], weights)

    point, error, variance = _with_error(at, n, m, seed, draws)
    d = ab.shape[0]
    found = [_estimate(point[k], error[k], n) for k in range(2 * d)]
    return Indices(tuple(found[:d]), tuple(found[d:]), float(variance))


def over_draws(a: Reals, b: Reals, ab: Reals, total: tuple[Estimate, ...]) -> tuple[Estimate, ...]:
    """How the total indices differ from draw to draw of what is not known: 5% and 95% over draws,
    chance taken out, and never narrower than the 95% intervals of `total`; n: draws. nan for fewer
    than `FEWEST` draws of three replicates or more.

    Replicates at the settings A (n, m, k), B (n, m, k), and A with factor i from B (d, n, m, k): m
    draws, k replicates of each, the same luck at all settings. Each draw has its own index, by the
    estimators above over pairs of its replicates, kept within 0 and 1; the variance that their
    chance gives it (a jackknife over them) is taken out by the method of moments. A draw in which
    the factors explain nothing has no index and is left out. Known answer: the same model in every
    draw -> both ends near the index.
    """
    n, _, k = a.shape
    d, weights = ab.shape[0], np.full((1, n), 1.0 / n)

    def at(draw: int, some: NDArray[np.int64]) -> Reals:
        one = (a[:, draw][:, some], b[:, draw][:, some], ab[:, :, draw][..., some])
        return np.clip(_indices(*one, weights)[0, d : 2 * d], 0.0, 1.0)

    found, chance = [], []
    for draw in range(a.shape[1] if k >= 3 else 0):
        every = np.arange(k)
        left = np.stack([at(draw, np.delete(every, j)) for j in every])
        found.append(at(draw, every))
        chance.append((k - 1) / k * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    known = [j for j, one in enumerate(found) if np.isfinite(one + chance[j]).all()]
    if len(known) < FEWEST:
        return tuple(Estimate(e.value, math.nan, math.nan, len(known)) for e in total)
    y, s = np.stack(found)[known], np.stack(chance)[known]
    made = []
    for i, e in enumerate(total):
        clean = np.clip(without_chance(y[:, i], s[:, i]), 0.0, 1.0)
        low, high = np.quantile(clean, (QUANTILES[0], QUANTILES[-1])).tolist()
        made.append(Estimate(e.value, min(low, e.low), max(high, e.high), len(known)))
    return tuple(made)


def split(y: Reals, seed: int = 1, draws: int = DRAWS) -> Split:
    """Split the variance of y (settings, clusters, replicates), clusters and replicates the same
    luck at every setting.

    outer = Var E[y | setting]; middle = Var E[y | setting, cluster] less that; inner = what is
    left. With one replicate a cluster there is no middle. Products of different clusters, and of
    different replicates of a cluster, keep luck out (Searle, Casella & McCulloch 1992, ch. 4,
    crossed with the settings).
    """
    n, m, _ = y.shape

    def at(units: NDArray[np.int64], weights: Reals) -> Reals:
        return _split(y[:, units], weights)

    point, error, _ = _with_error(at, n, m, seed, draws)
    return Split(*(_estimate(point[k], error[k], n) for k in range(3)))


def pair(u: Reals, v: Reals) -> Reals:
    """Mean of u_j v_k over ordered pairs of different units (last axis); of one unit, u v."""
    m = u.shape[-1]
    if m == 1:
        return np.asarray(u[..., 0] * v[..., 0])
    return np.asarray((u.sum(-1) * v.sum(-1) - (u * v).sum(-1)) / (m * (m - 1)))


def _indices(a: Reals, b: Reals, ab: Reals, weights: Reals) -> Reals:
    """First-order and total indices, then variance, per row of weights (w, n): (w, 2d + 1)."""
    centre = 0.5 * (a.mean(axis=0) + b.mean(axis=0))
    a, b, ab = a - centre, b - centre, ab - centre
    square = 0.5 * (pair(a, a) + pair(b, b))
    first, total = pair(b, ab - a), 0.5 * pair(a - ab, a - ab)
    mean = weights @ (0.5 * (a + b))
    variance = weights @ square - pair(mean, mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = (
            np.concatenate([weights @ first.T, weights @ total.T], axis=1)
            / np.where(variance > 0.0, variance, np.nan)[:, None]
        )
    return np.concatenate([shares, variance[:, None]], axis=1)


def _split(y: Reals, weights: Reals) -> Reals:
    """Outer, middle and inner share, then the variance, for each row of weights (w, n): (w, 4)."""
    cells = y.mean(axis=-1)
    across = weights @ pair(cells, cells)
    within = weights @ pair(y, y).mean(axis=-1) if y.shape[-1] > 1 else across
    mean = weights @ cells
    known, square = pair(mean, mean), weights @ (y**2).mean(axis=(1, 2))
    whole = square - known
    parts = np.stack([across - known, within - across, square - within], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = parts / np.where(whole > 0.0, whole, np.nan)[:, None]
    return np.concatenate([shares, whole[:, None]], axis=1)


def _with_error(
    at: Callable[[NDArray[np.int64], Reals], Reals], n: int, m: int, seed: int, draws: int
) -> tuple[Reals, Reals, float]:
    """Estimates, errors (bootstrap of rows, jackknife of units), the last column's variance."""
    units = np.arange(m)
    whole = at(units, np.full((1, n), 1.0 / n))[0]
    again = at(units, counts(n, seed, draws) / n)
    with np.errstate(invalid="ignore"):
        error2 = (
            again.var(axis=0, where=np.isfinite(again))
            if np.isfinite(again).all(axis=1).any()
            else np.full(whole.size, math.nan)
        )
    if m >= 3:
        left = np.stack([at(np.delete(units, j), np.full((1, n), 1.0 / n))[0] for j in range(m)])
        error2 = error2 + (m - 1) / m * ((left - left.mean(axis=0)) ** 2).sum(axis=0)
    return whole[:-1], np.sqrt(error2[:-1]), float(whole[-1])


def _estimate(value: float, error: float, n: int) -> Estimate:
    half = normal_quantile(0.95) * float(error)
    return Estimate(float(value), float(value) - half, float(value) + half, n)
