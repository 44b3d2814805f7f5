"""Averages over cases with bootstrap intervals, and scores that compare cases with one another;
draws only which cases are drawn again, by seed.

The bootstrap draws cases with replacement (Efron & Tibshirani 1993, chapter 13: percentile
interval). Draws are a matrix of counts, so that every forecaster is judged on the same draws and
differences are paired.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Score:
    """A score with its 95% bootstrap interval over n cases; nan where it does not exist."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "–"
        known = not math.isnan(self.low)
        range_ = f"{self.low:.3f} to {self.high:.3f}" if known else "interval unknown"
        return f"{self.value:.3f} ({range_})"


def counts(n: int, seed: int = 1, draws: int = DRAWS) -> Floats:
    """Times each of n cases is drawn, (draws, n), rows sum to n; a seed gives the same draws."""
    if n == 0:
        return np.zeros((draws, 0))
    rng = np.random.default_rng([seed, n])
    return rng.multinomial(n, np.full(n, 1.0 / n), size=draws).astype(np.float64)


def class_weights(y: ArrayLike, share: float) -> Floats:
    """Weights, mean 1, under which events (y = 1) are `share` of the cases: share / observed share,
    and likewise for the others.

    Source: King & Zeng 2001, Political Analysis 9 (weighting for a sample chosen by outcome). All
    ones where one class is missing. Known answer: 3 events of 4, share 0.5 -> 2/3 each, and 2 for
    the other.
    """
    event = np.asarray(y, dtype=np.float64) > 0.5
    seen = float(event.mean()) if event.size else 0.0
    if not 0.0 < share < 1.0:
        raise ValueError(f"a population share lies between 0 and 1, not {share!r}")
    if seen in (0.0, 1.0):
        return np.ones(event.size)
    return np.where(event, share / seen, (1.0 - share) / (1.0 - seen))


def average(losses: ArrayLike, drawn: Floats, weights: ArrayLike | None = None) -> Score:
    """Weighted mean of one number a case, (n,), nan where a case cannot be judged (left out), with
    its interval.

    Known answer: 1, 2, 3 with weights 1, 1, 2 -> 2.25.
    """
    x = np.asarray(losses, dtype=np.float64)
    known = np.isfinite(x)
    w = _weights(weights, x.size)
    if not known.any():
        return Score(math.nan, math.nan, math.nan, 0)
    x, w, c = x[known], w[known], drawn[:, known]
    with np.errstate(invalid="ignore", divide="ignore"):
        again = (c @ (w * x)) / (c @ w)
    bounds = interval(again) if x.size > 1 else (math.nan, math.nan)
    return Score(float(w @ x / w.sum()), *bounds, int(known.sum()))


def concordance(
    p: ArrayLike, y: ArrayLike, drawn: Floats, weights: ArrayLike | None = None, ties: float = 0.5
) -> Score:
    """Share of the pairs of an event and a non-event in which the event had the higher probability;
    a tie counts `ties`.

    With ties 0.5 this is the area under the ROC curve (Hanley & McNeil 1982, Radiology 143); with
    ties 0 the share of survivals ranked strictly below exits. Known answer: events 0.9, 0.4, others
    0.4, 0.1 -> 0.875 (0.75 with ties 0).
    """
    forecast, event = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64) > 0.5
    w = _weights(weights, forecast.size)
    if event.all() or not event.any():
        return Score(math.nan, math.nan, math.nan, int(event.size))
    high, low = forecast[event][:, None], forecast[~event][None, :]
    right = (high > low) + ties * (high == low)
    a, b = w[event], w[~event]
    above, below = drawn[:, event] * a, drawn[:, ~event] * b
    with np.errstate(invalid="ignore", divide="ignore"):
        again = ((above @ right) * below).sum(axis=1) / (above.sum(axis=1) * below.sum(axis=1))
    # one case of a class is drawn again as itself, which says nothing of the spread
    bounds = interval(again) if min(a.size, b.size) > 1 else (math.nan, math.nan)
    return Score(float(a @ right @ b / (a.sum() * b.sum())), *bounds, int(event.size))


def interval(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap values; draws without a score (one class) are left out."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return math.nan, math.nan
    low, high = np.quantile(known, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)


def _weights(weights: ArrayLike | None, n: int) -> Floats:
    return np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
