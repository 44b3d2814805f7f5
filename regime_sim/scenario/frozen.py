"""Frozen distributions of scipy as values of the grammar of files; draws nothing, imports no scipy.

The families that files name are taken as they are, others by 21 quantiles inside the range.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

SHARES = (
    *(0.0, 0.005, 0.01, 0.025, 0.05),
    *(k / 20 for k in range(2, 19)),
    *(0.95, 0.975, 0.99, 0.995, 1.0),
)
CLOSE = 0.01  # of the whole: points that are no further apart say nothing more
SMALLEST, LARGEST = 0.1, 500.0
Cells = dict[str, float] | None


def from_scipy(raw: Any, low: float, high: float) -> dict[str, object]:
    """A frozen continuous distribution, `stats.beta(2, 6)` or `stats.Normal(mu=0.5)`, as a mapping
    such as {"beta": {"a": 2, "b": 6}}. Raises ValueError.
    """
    if hasattr(raw, "dist") and hasattr(raw, "ppf"):
        family = str(getattr(raw.dist, "name", ""))
        if not hasattr(raw, "pdf"):
            raise ValueError(f"got {family}, a discrete distribution - expected a continuous one")
        found = _named(raw, family)
        return found or {"quantiles": _quantiles(raw.ppf, raw.cdf, low, high)}
    cdf = getattr(raw, "cdf", None)
    ppf = getattr(raw, "icdf", None)
    if ppf is None or cdf is None or not hasattr(raw, "pdf"):
        raise ValueError(
            "got a distribution that is not frozen - expected one with its arguments, such as"
            " stats.beta(2, 6)"
        )
    return {"quantiles": _quantiles(ppf, cdf, low, high)}


def _named(raw: Any, family: str) -> dict[str, object] | None:
    """One of the families that files name, in its own arguments; None for any other."""
    if family not in _FAMILIES:
        return None
    shapes, loc, scale = raw.dist._parse_args(*raw.args, **raw.kwds)
    numbers = [float(one) for one in (*shapes, loc, scale)]
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"got {family} of numbers that are not finite")
    name, arguments = _FAMILIES[family]
    cells = arguments(*numbers)
    return None if cells is None else {name: cells}


def _beta(a: float, b: float, loc: float, scale: float) -> Cells:
    plain = (loc, scale) == (0.0, 1.0) and min(a, b) >= 1.0 and max(a, b) <= LARGEST
    return {"a": a, "b": b} if plain else None


def _lognorm(s: float, loc: float, scale: float) -> Cells:
    return {"median": scale, "sigma": s} if loc == 0.0 else None


def _triang(c: float, loc: float, scale: float) -> Cells:
    return {"low": loc, "mode": loc + c * scale, "high": loc + scale}


def _trapezoid(c: float, d: float, loc: float, scale: float) -> Cells:
    left, right = loc + c * scale, loc + d * scale
    return {"low": loc, "left": left, "right": right, "high": loc + scale}


def _loguniform(a: float, b: float, loc: float, scale: float) -> Cells:
    return {"low": a * scale, "high": b * scale} if loc == 0.0 else None


def _weibull(c: float, loc: float, scale: float) -> Cells:
    return {"scale": scale, "shape": c} if loc == 0.0 and c >= SMALLEST and c <= 100.0 else None


_FAMILIES: dict[str, tuple[str, Callable[..., Cells]]] = {
    "norm": ("normal", lambda loc, scale: {"mean": loc, "sd": scale}),
    "uniform": ("uniform", lambda loc, scale: {"low": loc, "high": loc + scale}),
    "beta": ("beta", _beta),
    "lognorm": ("lognormal", _lognorm),
    "triang": ("triangular", _triang),
    "trapezoid": ("trapezoid", _trapezoid),
    "loguniform": ("loguniform", _loguniform),
    "reciprocal": ("loguniform", _loguniform),
    "halfnorm": ("halfnormal", lambda loc, scale: {"sd": scale} if loc == 0.0 else None),
    "expon": ("exponential", lambda loc, scale: {"mean": scale} if loc == 0.0 else None),
    "weibull_min": ("weibull", _weibull),
}


def _quantiles(
    ppf: Callable[[float], Any], cdf: Callable[[float], Any], low: float, high: float
) -> dict[float, float]:
    """Shares and values of what lies inside [low, high]."""
    least, most = (float(cdf(one)) if math.isfinite(one) else float(one > 0) for one in (low, high))
    if not most > least:
        raise ValueError(f"got a distribution with nothing from {low:g} to {high:g}")
    values = [min(high, max(low, float(ppf(least + one * (most - least))))) for one in SHARES]
    points = [point for point in zip(SHARES, values, strict=True) if math.isfinite(point[1])]
    apart = CLOSE * (points[-1][1] - points[0][1])
    found = dict(points[:1])
    for share, value in points[1:]:
        if value - max(found.values()) > apart:
            found[share] = value
    return found
