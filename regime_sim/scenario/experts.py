"""Distributions that experts give: by quantiles, and several experts together; what either is as a
table, and how a drawn uniform becomes its value. Reads no file and draws nothing.

quantiles: the share below rises in straight lines between the points that are given. Where the
least and the greatest possible value are not given (shares 0 and 1), the ends lie a tenth of the
given span further out, inside the bounds (Cooke 1991, Experts in Uncertainty, chapter 12).

mixture: with weights that add up to one, the weighted mean of the experts' distributions, each cut
off at the bounds first: a linear opinion pool (Stone 1961, Annals of Mathematical Statistics 32).

Either is kept as its distribution function on a grid of 1,024 even cells, by the law's arithmetic:
a draw has the same bits in every engine, and lies within a cell of what was declared.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from ..facts.declare import LeverPart, Prior
from ..law.arithmetic import exp, log, within

GRID = 1024
OVERSHOOT = 0.1  # of the given span: how far the ends lie beyond the outermost quantiles
NARROW = 4  # cells of the grid: what is narrower would be lost in it
WHOLE, MOST_OF = 4.0, 1.645  # normal scores: of everything, and of 90%
EVEN = Prior("uniform", (0.0, 1.0))
FORMS = ("quantiles", "mixture")
_NEVER = 1e-12
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Quantiles(Prior):
    """A prior by quantiles. args: shares below, then values, the ends (shares 0 and 1) included;
    given: the points as they were given, (share, value).
    """

    given: tuple[Range, ...] = ()

    @classmethod
    def of(cls, given: tuple[Range, ...], low: float, high: float) -> Quantiles:
        """From points in rising order, with ends inside [low, high]."""
        points = list(given)
        beyond = OVERSHOOT * (points[-1][1] - points[0][1])
        if points[0][0] > 0.0:
            points.insert(0, (0.0, min(points[0][1], max(low, points[0][1] - beyond))))
        if points[-1][0] < 1.0:
            points.append((1.0, max(points[-1][1], min(high, points[-1][1] + beyond))))
        shares, values = zip(*points, strict=True)
        return cls("quantiles", (*shares, *values), given)

    def __str__(self) -> str:
        return ", ".join(f"{100.0 * share:g}%: {value:g}" for share, value in self.given)

    @property
    def shares(self) -> tuple[float, ...]:
        """Shares below, rising from 0 to 1."""
        return self.args[: len(self.args) // 2]

    @property
    def values(self) -> tuple[float, ...]:
        """The value at each share."""
        return self.args[len(self.args) // 2 :]

    def below(self, x: float) -> float:
        """Share below x."""
        return _line(self.values, self.shares, x)

    def at(self, share: float) -> float:
        """The value that this share lies below."""
        return _line(self.shares, self.values, share)


@dataclass(frozen=True, slots=True)
class Expert:
    """One expert of a mixture: the weight as given, the distribution, and where that is cut off
    besides the mixture's own ends; interval: "a to b" as written.
    """

    weight: float
    prior: Prior
    bounds: Range | None = None
    interval: Range | None = None


@dataclass(frozen=True, slots=True)
class Mixture(Prior):
    """Several experts together. args: the bounds inside which all of them lie."""

    experts: tuple[Expert, ...] = ()

    def __str__(self) -> str:
        return f"mixture of {len(self.experts)} experts"


@dataclass(frozen=True, slots=True)
class ByTable(LeverPart):
    """How a drawn uniform becomes the value of a `Quantiles` or a `Mixture`; inner: the part of a
    lever that the value moves then.
    """

    prior: Prior = EVEN
    inner: LeverPart | None = None

    def drawn(self, uniform: float) -> float:
        """The value at a uniform of (0, 1)."""
        (low, high), shares = ends(self.prior), table(self.prior)
        u = min(max(uniform, _NEVER), 1.0 - _NEVER)
        k = max(1, bisect_left(shares, u))
        cell = (float(k - 1) + (u - shares[k - 1]) / (shares[k] - shares[k - 1])) / float(GRID)
        return min(max(low + (high - low) * cell, low), high)

    def value(self, lever: float) -> float:
        """What the uniform `lever` does to the target."""
        found = self.drawn(lever)
        return found if self.inner is None else self.inner.value(found)


def ends(prior: Prior) -> Range:
    """The least and the greatest value of a `Quantiles` or a `Mixture`."""
    if isinstance(prior, Mixture):
        low, high = prior.args
        reached = [_reached(one, WHOLE, low, high) for one in prior.experts]
        return min(a for a, _ in reached), max(b for _, b in reached)
    assert isinstance(prior, Quantiles)
    return prior.values[0], prior.values[-1]


@lru_cache(maxsize=256)
def table(prior: Prior) -> tuple[float, ...]:
    """Share below each of the 1,025 edges of the grid between the ends, from 0 to 1."""
    low, high = ends(prior)
    edges = [low + (high - low) * (k / GRID) for k in range(GRID + 1)]
    if isinstance(prior, Quantiles):
        masses = _masses(prior, edges, prior.values[0], prior.values[-1])
    else:
        assert isinstance(prior, Mixture)
        masses = [0.0] * GRID
        for one in prior.experts:
            own = _masses(one.prior, edges, *(one.bounds or prior.args))
            share = one.weight / _sums(own)[-1]
            masses = [a + share * b for a, b in zip(masses, own, strict=True)]
    steps = _sums(masses)
    return tuple(step / steps[-1] for step in steps)


def _sums(masses: Sequence[float]) -> list[float]:
    """Sums from the left, one addition after another: `sum` adds otherwise in some Pythons."""
    return list(accumulate(masses, initial=0.0))


def narrow(prior: Prior) -> str:
    """What of a distribution is too narrow for its grid, in words; "" where nothing is."""
    low, high = ends(prior)
    least = NARROW * (high - low) / GRID
    if isinstance(prior, Quantiles):
        for (_, a), (_, b) in pairwise(prior.given):
            if b - a < least:
                return f"{a:g} and {b:g} are too close beside {low:g} to {high:g}"
        return ""
    assert isinstance(prior, Mixture)
    for place, one in enumerate(prior.experts, 1):
        a, b = _reached(one, MOST_OF, *prior.args)
        if b - a < least:
            return f"expert {place}, {a:g} to {b:g}, is too narrow beside {low:g} to {high:g}"
    return ""


def _reached(one: Expert, z: float, low: float, high: float) -> Range:
    """From where to where an expert's distribution reaches, inside all bounds."""
    a, b = reach(one.prior, z)
    least, most = one.bounds or (low, high)
    return min(max(a, least), most), max(min(b, most), least)


def reach(prior: Prior, z: float) -> Range:
    """The values at normal scores -z and z, or nearly; the ends of what has ends."""
    first, last = prior.args[0], prior.args[-1]
    if isinstance(prior, Quantiles):
        return prior.values[0], prior.values[-1]
    if prior.family == "normal":
        return first - z * last, first + z * last
    if prior.family == "lognormal":
        return first * exp(-z * last), first * exp(z * last)
    if prior.family == "logitnormal":
        odds = log(first) - log(1.0 - first)
        return 1.0 / (1.0 + exp(z * last - odds)), 1.0 / (1.0 + exp(-z * last - odds))
    if prior.family == "beta":
        mean = first / (first + last)
        sd = math.sqrt(mean * (1.0 - mean) / (first + last + 1.0))
        return (0.0, 1.0) if z >= WHOLE else (mean - z * sd, mean + z * sd)
    if prior.family == "halfnormal":
        return 0.0, z * first
    if prior.family == "exponential":
        return 0.0, first * 0.5 * (z * z + z)
    if prior.family == "weibull":
        return 0.0, first * exp(log(0.5 * (z * z + z)) / last)
    return first, last


def _masses(prior: Prior, edges: Sequence[float], low: float, high: float) -> list[float]:
    """The mass of each cell inside [low, high]: exact by quantiles, else by the middle of the cell,
    up to a common factor.
    """
    if isinstance(prior, Quantiles):
        shares = [prior.below(within(edge, low, high)) for edge in edges]
        return [b - a for a, b in pairwise(shares)]
    middles = [0.5 * (a + b) for a, b in pairwise(edges)]
    logs = [_log_density(prior, x) if low <= x <= high else None for x in middles]
    most = max((one for one in logs if one is not None), default=0.0)
    return [0.0 if one is None else exp(one - most) for one in logs]


def _log_density(prior: Prior, x: float) -> float | None:
    """Logarithm of the density at x, up to a constant; None outside. The families of files."""
    first, last = prior.args[0], prior.args[-1]
    if prior.family == "normal":
        return -0.5 * ((x - first) / last) * ((x - first) / last)
    if prior.family in ("beta", "pert"):
        return _log_beta(prior, x)
    if prior.family in ("uniform", "triangular", "trapezoid"):
        return _log_polygon(prior.args, x)
    if x <= 0.0:
        return None
    if prior.family == "lognormal":
        z = (log(x) - log(first)) / last
        return -0.5 * z * z - log(x)
    if prior.family == "loguniform":
        return -log(x) if first <= x <= last else None
    if prior.family == "halfnormal":
        return -0.5 * (x / first) * (x / first)
    if prior.family == "logitnormal":
        if x >= 1.0:
            return None
        z = (log(x) - log(1.0 - x) - log(first) + log(1.0 - first)) / last
        return -0.5 * z * z - log(x) - log(1.0 - x)
    if prior.family == "exponential":
        return -x / first
    assert prior.family == "weibull"
    waited = exp(last * (log(x) - log(first)))
    return (last - 1.0) * log(x) - waited


def _log_beta(prior: Prior, x: float) -> float | None:
    low, high, (a, b) = 0.0, 1.0, prior.args[:2]
    if prior.family == "pert":
        low, mode, high = prior.args
        a = 1.0 + 4.0 * (mode - low) / (high - low)
        b = 1.0 + 4.0 * (high - mode) / (high - low)
    share = (x - low) / (high - low)
    if not 0.0 < share < 1.0:
        return None
    return (a - 1.0) * log(share) + (b - 1.0) * log(1.0 - share)


def _log_polygon(args: tuple[float, ...], x: float) -> float | None:
    """A uniform, a triangle or a trapezoid: a flat top with a slope on either side."""
    low, high = args[0], args[-1]
    left, right = (args[1], args[-2]) if len(args) > 2 else (low, high)
    if not low < x < high:
        return None
    if x < left:
        return log((x - low) / (left - low))
    return log((high - x) / (high - right)) if x > right else 0.0


def _line(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """Straight lines through rising points; the outermost values beyond them."""
    if x <= xs[0]:
        return ys[0]
    if x >= xs[-1]:
        return ys[-1]
    k = bisect_left(xs, x)
    return ys[k - 1] + (ys[k] - ys[k - 1]) * ((x - xs[k - 1]) / (xs[k] - xs[k - 1]))
