"""A quantity that differs from draw to draw of the unknown numbers, seen through the chance of few
futures each: its spread without chance; draws no world.

Design: D draws, m futures each. Per draw the mean y_d and the variance of that mean, s_d^2 =
(variance within) / m, are known. The variance between draws that is not chance is tau^2 = var(y) -
mean(s^2), clipped at 0 (method of moments; Searle, Casella & McCulloch 1992, section 3.6).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .intervals import normal_quantile, student_quantile

Floats = NDArray[np.float64]
QUANTILES = (0.05, 0.5, 0.95)
BOOTSTRAP = 1000
PARTS = 8
FEWEST = 32  # draws from which a range over them is given
BLOCKS = 25  # parts of the draws that are left out in turn for an interval


@dataclass(frozen=True, slots=True)
class Range:
    """Quantiles (5%, 50%, 95%) of a quantity over what is not known, each with a 95% interval; `sd`
    between draws; `above`: share of draws above 0.

    signal: the share of the variance of the per-draw means that is not chance.
    """

    quantiles: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    sd: float
    above: tuple[float, float, float]
    signal: float
    draws: int


def without_chance(mean: ArrayLike, variance: ArrayLike) -> Floats:
    """Per-draw means (D,) pulled towards their mean until their variance is tau^2; `variance` (D,)
    is that of each mean.

    m + sqrt(tau^2 / (tau^2 + s^2)) (y_d - m): the spread of the result is that of the quantity
    itself, which plain means overstate and posterior means understate (Louis 1984, JASA 79; one
    common s^2, since a draw's own is too noisy). Known answer: no chance (variance 0) -> the means
    themselves; nothing but chance -> all alike.
    """
    y, s = np.asarray(mean, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    total = y.var(ddof=1)
    tau = max(float(total - s.mean()), 0.0)
    share = math.sqrt(tau / total) if total > 0.0 else 0.0
    return np.asarray(y.mean() + share * (y - y.mean()), dtype=np.float64)


def outer(hits: ArrayLike, size: ArrayLike) -> tuple[float, float]:
    """5% and 95% of a probability over draws of what is not known, chance taken out; `hits` (D,) of
    the `size` (D,) futures of each draw. nan for fewer than `FEWEST` draws, or of one future each.

    Shares of few futures are steps: draws with the same count are laid evenly over their step, and
    pulled to the mean as in `without_chance`. Known answer: the same probability in every draw ->
    both ends near it.
    """
    k, m = np.asarray(hits, dtype=np.float64), np.asarray(size, dtype=np.float64)
    k, m = k[m > 1.0], m[m > 1.0]
    if k.size < FEWEST:
        return math.nan, math.nan
    y = k / m
    order = np.argsort(y, kind="stable")
    _, first, many = np.unique(y[order], return_index=True, return_counts=True)
    place = np.arange(y.size) - np.repeat(first, many)
    spread = (place + 0.5) / np.repeat(many, many) - 0.5
    spread_out = y[order] + spread / m[order]
    variance = y * (1.0 - y) / (m - 1.0) + 1.0 / (12.0 * m**2)
    clean = np.clip(without_chance(spread_out, variance[order]), 0.0, 1.0)
    low, high = np.quantile(clean, (QUANTILES[0], QUANTILES[-1]))
    return float(low), float(high)


def over_draws(mean: ArrayLike, variance: ArrayLike, grid: float = 0.0, seed: int = 1) -> Range:
    """The range of a quantity over draws, from its per-draw means and their variances (D,);
    intervals by a bootstrap over draws.

    grid: the step between possible means (1/m for counts of m futures); they are spread evenly over
    it, so that quantiles do not jump.
    """
    y, s = (
        np.asarray(mean, dtype=np.float64),
        np.asarray(variance, dtype=np.float64) + grid**2 / 12.0,
    )
    rng = np.random.default_rng([seed, y.size])
    y = y + grid * (rng.random(y.size) - 0.5)
    at, above, signal = _read(y, s)
    again = [_read(y[rows], s[rows])[:2] for rows in rng.integers(0, y.size, (BOOTSTRAP, y.size))]
    low, high = np.quantile(np.array([one[0] for one in again]), (0.025, 0.975), axis=0)
    shares = np.quantile([one[1] for one in again], (0.025, 0.975))
    return Range(
        tuple(at.tolist()),
        tuple(low.tolist()),
        tuple(high.tolist()),
        math.sqrt(signal * y.var(ddof=1)),
        (above, float(shares[0]), float(shares[1])),
        signal,
        y.size,
    )


def _read(y: Floats, s: Floats) -> tuple[Floats, float, float]:
    """Quantiles, share above 0, and the share of the variance that is not chance."""
    clean, total = without_chance(y, s), float(y.var(ddof=1))
    signal = max(total - float(s.mean()), 0.0) / total if total > 0.0 else 0.0
    return np.quantile(clean, QUANTILES), float((clean > 0.0).mean()), signal


@dataclass(frozen=True, slots=True)
class Driver:
    """What one unknown number does to a quantity: rank correlation with interval, and the share of
    the quantity's variance that goes with it alone, with interval.

    clear: whether the correlation stands out even as one of many (its interval at level 0.95 for
    all of them together keeps one sign).
    """

    name: str
    correlation: float
    low: float
    high: float
    share: float
    share_low: float
    share_high: float
    clear: bool


def drivers(
    names: Sequence[str], values: ArrayLike, mean: ArrayLike, variance: ArrayLike
) -> tuple[Driver, ...]:
    """Unknown numbers (D, k) against a quantity's per-draw means (D,), the strongest first; numbers
    that never vary are left out.

    Correlation: Spearman's, with Fisher's interval (variance 1.06 / (D - 3): Fieller, Hartley &
    Pearson 1957). Share: variance between the means of eight equal classes of the number, less what
    chance alone puts there, over the variance that is not chance (first-order index by correlation
    ratio: Plischke 2012, Reliability Engineering & System Safety 107), with a jackknife interval.
    Unknown numbers that are correlated in the sample share their shares. Known answer: y = x ->
    correlation 1, share 1.
    """
    x, y, s = (
        np.asarray(values, dtype=np.float64),
        np.asarray(mean, dtype=np.float64),
        np.asarray(variance, dtype=np.float64),
    )
    kept = [k for k in range(x.shape[1]) if np.ptp(x[:, k]) > 0.0]
    ranks = _ranks(y)
    found = [_driver(names[k], x[:, k], y, s, ranks, len(kept)) for k in kept]
    return tuple(sorted(found, key=lambda one: -abs(one.correlation)))


def _driver(name: str, x: Floats, y: Floats, s: Floats, ranks: Floats, number: int) -> Driver:
    r = float(np.corrcoef(_ranks(x), ranks)[0, 1])
    error = math.sqrt(1.06 / max(y.size - 3, 1))
    centre = math.atanh(max(-0.999999, min(0.999999, r)))
    half, strict = (normal_quantile(1.0 - 0.05 / many) * error for many in (1, number))
    at, low, high = _jackknife(lambda kept: np.array([_share(x[kept], y[kept], s[kept])]), y.size)
    return Driver(
        name,
        r,
        math.tanh(centre - half),
        math.tanh(centre + half),
        float(at[0]),
        float(low[0]),
        float(high[0]),
        abs(centre) > strict,
    )


def _jackknife(of: Callable[[NDArray[np.bool_]], Floats], n: int) -> tuple[Floats, Floats, Floats]:
    """A statistic of which draws are kept, with 95% bounds inside [0, 1] from leaving out one block
    of draws at a time (a bootstrap would count each draw's chance twice).
    """
    block = np.arange(n) % BLOCKS
    at = of(np.ones(n, np.bool_))
    left = np.array([of(block != k) for k in range(BLOCKS)])
    error = np.sqrt((BLOCKS - 1) / BLOCKS * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    half = student_quantile(0.95, BLOCKS - 1) * error
    return at, np.clip(at - half, 0.0, 1.0), np.clip(at + half, 0.0, 1.0)


def _ranks(x: Floats) -> Floats:
    return np.asarray(np.argsort(np.argsort(x, kind="stable"), kind="stable"), dtype=np.float64)


def _share(x: Floats, y: Floats, s: Floats) -> float:
    """Share of the variance of y that is not chance and lies between eight classes of x; in
    [0, 1].
    """
    total = float(y.var())
    tau = total - float(s.mean())
    if tau <= 0.0:
        return 0.0
    which = (np.argsort(np.argsort(x, kind="stable"), kind="stable") * PARTS) // y.size
    size = np.bincount(which, minlength=PARTS)
    centre = np.bincount(which, weights=y, minlength=PARTS) / size
    between = float((size * (centre - y.mean()) ** 2).sum()) / y.size
    chance = (PARTS - 1) / (y.size - PARTS) * (total - between)
    return min(1.0, max(0.0, (between - chance) / tau))


@dataclass(frozen=True, slots=True)
class Group:
    """Unknown numbers of one kind: the share of a quantity's variance (chance left out) that
    straight lines in them account for, with a 95% interval.
    """

    name: str
    share: float
    low: float
    high: float
    numbers: int


def groups(
    names: Sequence[str],
    group: Sequence[str],
    values: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
) -> tuple[Group, ...]:
    """Shares by group of the unknown numbers (D, k), the largest first; what is missing from 1 is
    curvature and numbers acting through one another.

    Least squares on standardised numbers: a group has the sum of its squared coefficients less
    their squared errors, over tau^2 (numbers independent of one another, as priors are; correlated
    numbers make it approximate). Interval by jackknife. Nothing where D < 2 k. Known answer: y = x1
    + x2 of two groups -> a half each.
    """
    x, y, s = (
        np.asarray(values, dtype=np.float64),
        np.asarray(mean, dtype=np.float64),
        np.asarray(variance, dtype=np.float64),
    )
    kept = [k for k in range(x.shape[1]) if np.ptp(x[:, k]) > 0.0]
    own = [group[k] for k in kept]
    order = sorted(set(own))
    member = np.array([[one == name for one in own] for name in order], np.float64)
    if y.size < 2 * len(kept):
        return ()
    z = (x[:, kept] - x[:, kept].mean(axis=0)) / x[:, kept].std(axis=0)
    at, low, high = _jackknife(
        lambda rows: _group_shares(z[rows], y[rows], s[rows], member), y.size
    )
    found = [
        Group(name, float(at[k]), float(low[k]), float(high[k]), int(member[k].sum()))
        for k, name in enumerate(order)
    ]
    return tuple(sorted(found, key=lambda one: -one.share))


def _group_shares(z: Floats, y: Floats, s: Floats, member: Floats) -> Floats:
    """Sum over each group of squared coefficients less squared errors, over the variance that is
    not chance (it can fall under 0).
    """
    tau = float(y.var() - s.mean())
    if tau <= 0.0:
        return np.zeros(len(member))
    gram = np.linalg.pinv(z.T @ z)
    centred = y - y.mean()
    beta = gram @ (z.T @ centred)
    noise = float(((centred - z @ beta) ** 2).sum()) / (y.size - z.shape[1] - 1)
    return np.asarray(member @ (beta**2 - noise * np.diag(gram)) / tau, dtype=np.float64)


__all__ = [
    "QUANTILES",
    "Driver",
    "Group",
    "Range",
    "drivers",
    "groups",
    "outer",
    "over_draws",
    "without_chance",
]
