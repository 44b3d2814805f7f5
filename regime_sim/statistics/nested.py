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
Ints = NDArray[np.int64]
QUANTILES = (0.05, 0.5, 0.95)
BOOTSTRAP = 1000
PARTS = 8
FEWEST = 32  # draws from which a range over them is given
WELL_MADE = 1e10  # condition number up to which a matrix is inverted as it is
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
    places = rng.integers(0, y.size, (BOOTSTRAP, y.size))
    again, over = _read_rows(y[places], s[places])
    low, high = np.quantile(again, (0.025, 0.975), axis=0)
    shares = np.quantile(over, (0.025, 0.975))
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


def _read_rows(y: Floats, s: Floats) -> tuple[Floats, Floats]:
    """Quantiles (rows, 3) and shares above 0 (rows,) of many samples at once, (rows, D)."""
    centre, total = y.mean(axis=1), y.var(axis=1, ddof=1)
    tau = np.maximum(total - s.mean(axis=1), 0.0)
    share = np.sqrt(np.divide(tau, total, out=np.zeros_like(tau), where=total > 0.0))
    # a pull towards the mean keeps the order: quantiles are pulled, not the draws
    found = np.quantile(y, QUANTILES, axis=1).T
    pulled = centre[:, None] + share[:, None] * (found - centre[:, None])
    above = (centre[:, None] + share[:, None] * (y - centre[:, None]) > 0.0).mean(axis=1)
    return np.asarray(pulled), np.asarray(above)


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
    if not kept:
        return ()
    ranks, order = _ranks(y), np.argsort(x[:, kept], axis=0, kind="stable").T
    shares = _jackknife(lambda rows: _shares(order, y, s, rows), y.size)
    found = [
        _driver(names[k], x[:, k], ranks, len(kept), [float(e[at]) for e in shares])
        for at, k in enumerate(kept)
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.correlation)))


def _driver(name: str, x: Floats, ranks: Floats, number: int, share: Sequence[float]) -> Driver:
    r = float(np.corrcoef(_ranks(x), ranks)[0, 1])
    error = math.sqrt(1.06 / max(x.size - 3, 1))
    centre = math.atanh(max(-0.999999, min(0.999999, r)))
    half, strict = (normal_quantile(1.0 - 0.05 / many) * error for many in (1, number))
    ends = math.tanh(centre - half), math.tanh(centre + half)
    return Driver(name, r, *ends, share[0], share[1], share[2], abs(centre) > strict)


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
    order = np.argsort(x, kind="stable")[None]
    return float(_shares(order, y, s, np.ones(y.size, np.bool_))[0])


def _shares(order: Ints, y: Floats, s: Floats, rows: NDArray[np.bool_]) -> Floats:
    """The same over some rows, for many numbers at once: `order` (k, D) sorts each."""
    size = int(rows.sum())
    total = float(y[rows].var())
    tau = total - float(s[rows].mean())
    if tau <= 0.0:
        return np.zeros(len(order))
    sorted_ = y[order[rows[order]].reshape(len(order), size)]
    which = np.arange(size) * PARTS // size
    members = np.bincount(which, minlength=PARTS)
    centre = np.add.reduceat(sorted_, np.flatnonzero(np.diff(which, prepend=-1)), axis=1)
    members = members[members > 0]
    centre = centre / members
    between = (members * (centre - y[rows].mean()) ** 2).sum(axis=1) / size
    chance = (PARTS - 1) / (size - PARTS) * (total - between)
    return np.asarray(np.clip((between - chance) / tau, 0.0, 1.0))


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
    gram = _inverse(z.T @ z)
    centred = y - y.mean()
    beta = gram @ (z.T @ centred)
    noise = float(((centred - z @ beta) ** 2).sum()) / (y.size - z.shape[1] - 1)
    return np.asarray(member @ (beta**2 - noise * np.diag(gram)) / tau, dtype=np.float64)


def _inverse(gram: Floats) -> Floats:
    """The inverse of a matrix of products; a pseudo-inverse where it has none to speak of."""
    try:
        found = np.linalg.inv(gram)
    except np.linalg.LinAlgError:
        return np.linalg.pinv(gram)
    sound = np.abs(gram).sum(axis=0).max() * np.abs(found).sum(axis=0).max() < WELL_MADE
    return found if sound else np.linalg.pinv(gram)


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
