"""Reliability: whether what was said to have probability p happened in a share p of the cases;
knows no forecaster.

By bins of the forecast, and as one number: the slope of a logistic recalibration.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .intervals import wilson
from .resampling import Score, interval
from .scores import shrunk

Floats = NDArray[np.float64]
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
# forecasts whose log odds have a standard deviation under this are all alike: they have no slope
ALIKE = 0.1
# where the cases are perfectly separated no finite slope is best: the search stops here
STEEPEST = 10.0
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts from low to under high: number, mean, share that happened (Wilson; nan if none)."""

    low: float
    high: float
    n: int
    forecast: float
    observed: float
    observed_low: float
    observed_high: float


def bins(
    p: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None, edges: tuple[float, ...] = EDGES
) -> tuple[Bin, ...]:
    """The reliability table, one bin between each pair of edges (the last holds its upper edge).
    Weighted: means and shares are, n is not.

    Intervals count the effective number of cases, (sum w)^2 / sum w^2 (Kish 1965). Source: Murphy
    1973, J. Applied Meteorology 12.
    """
    forecast, happened = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64)
    w = np.ones(forecast.size) if weights is None else np.asarray(weights, dtype=np.float64)
    which = np.clip(
        np.searchsorted(np.asarray(edges), forecast, side="right") - 1, 0, len(edges) - 2
    )
    return tuple(
        _bin(edges[k], edges[k + 1], forecast[which == k], happened[which == k], w[which == k])
        for k in range(len(edges) - 1)
    )


def _bin(low: float, high: float, p: Floats, y: Floats, w: Floats) -> Bin:
    if p.size == 0:
        return Bin(low, high, 0, math.nan, math.nan, math.nan, math.nan)
    effective = float(w.sum() ** 2 / (w**2).sum())
    share = float(w @ y / w.sum())
    at = wilson(min(share * effective, effective), effective)
    return Bin(low, high, int(p.size), float(w @ p / w.sum()), share, at.low, at.high)


def recalibration(
    p: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Intercept a and slope b of logit P(y = 1) = a + b logit p', p' = 0.98 p + 0.01, by maximum
    likelihood.

    weights (n,) or, for many fits at once, (..., n); results have the leading shape. b = 1, a = 0:
    reliable; b < 1: over-confident. nan where p hardly varies or one class is missing. Source: Cox
    1958, Biometrika 45. Known answer: p' 0.2 and 0.8 that happen at 0.2 and 0.8 -> b 1; at 0.5 both
    -> b 0.
    """
    q = shrunk(p)
    x, happened = np.log(q / (1.0 - q)), np.asarray(y, dtype=np.float64)
    w = np.ones(x.size) if weights is None else np.asarray(weights, dtype=np.float64)
    centre = (w @ x) / w.sum(axis=-1)
    off = x - centre[..., None]
    scale = np.sqrt((w * off**2).sum(axis=-1) / w.sum(axis=-1))
    events = (w @ happened) / w.sum(axis=-1)
    good = (scale > ALIKE) & (events > 0.0) & (events < 1.0)
    scale = np.where(good, scale, 1.0)
    z = off / scale[..., None]
    a, b = _newton(z, happened, w, STEEPEST * scale)
    slope = b / scale
    return np.where(good, a - slope * centre, np.nan), np.where(good, slope, np.nan)


def _newton(z: Floats, y: Floats, w: Floats, steepest: Floats) -> tuple[Floats, Floats]:
    """Maximum likelihood of a + b z by damped Newton, many fits at once; |b| <= `steepest`."""
    a, b = np.zeros(z.shape[:-1]), np.zeros(z.shape[:-1])
    for _ in range(_STEPS):
        mu = 1.0 / (1.0 + np.exp(-np.clip(a[..., None] + b[..., None] * z, -35.0, 35.0)))
        r, v = w * (y - mu), w * np.maximum(mu * (1.0 - mu), 1e-9)
        g0, g1 = r.sum(axis=-1), (r * z).sum(axis=-1)
        h00, h01, h11 = v.sum(axis=-1), (v * z).sum(axis=-1), (v * z * z).sum(axis=-1)
        det = np.maximum(h00 * h11 - h01**2, 1e-12)
        a = a + np.clip((h11 * g0 - h01 * g1) / det, -2.0, 2.0)
        b = np.clip(b + np.clip((h00 * g1 - h01 * g0) / det, -2.0, 2.0), -steepest, steepest)
    return a, b


def slope(p: ArrayLike, y: ArrayLike, drawn: Floats, weights: ArrayLike | None = None) -> Score:
    """Slope of `recalibration`, bootstrap interval over cases; `drawn` from `resampling.counts`."""
    forecast = np.asarray(p, dtype=np.float64)
    w = np.ones(forecast.size) if weights is None else np.asarray(weights, dtype=np.float64)
    if forecast.size == 0:
        return Score(math.nan, math.nan, math.nan, 0)
    value = float(recalibration(forecast, y, w)[1])
    if math.isnan(value):
        return Score(value, math.nan, math.nan, int(forecast.size))
    return Score(value, *interval(recalibration(forecast, y, drawn * w)[1]), int(forecast.size))
