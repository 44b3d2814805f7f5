"""Scores of yearly probabilities, with intervals by bootstrap over rulers; knows no forecaster.

A ruler's years are drawn together (cluster bootstrap: Cameron, Gelbach & Miller 2008, Review of
Economics and Statistics 90). Where forecasts come from several windows of years, AUC compares rows
of one window only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..statistics.intervals import wilson
from ..statistics.reliability import Bin
from ..statistics.resampling import Score, interval

Floats = NDArray[np.float64]
DRAWS = 1000
LEAST = 1e-4  # a forecast nearer to 0 or 1 counts as this near, in the log score alone
# the model's ways that a target is; `any` and `irregular` are told by the file's own columns too
TARGETS: dict[str, tuple[str, ...]] = {
    "any": (
        *("coup", "palace_coup", "uprising", "rebellion", "foreign_removal", "seized"),
        *("assassinated", "negotiated_exit", "died", "regular"),
    ),
    "irregular": (
        *("coup", "palace_coup", "uprising", "rebellion", "foreign_removal", "seized"),
        *("assassinated", "negotiated_exit"),
    ),
    "coup": ("coup", "palace_coup"),
    "uprising": ("uprising",),
    "rebellion": ("rebellion",),
    "foreign": ("foreign_removal", "seized"),
    "assassinated": ("assassinated",),
    "died": ("died",),
    "regular": ("regular",),
}
MAIN = ("any", "irregular")
# name: whether lower is better (None: neither)
SCORES: dict[str, bool | None] = {
    "auc": False,
    "brier": True,
    "skill": False,
    "log_score": True,
    "mean_p": None,
    "ratio": None,
}
CUTS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)  # bins: fifths of the forecasts, the last one halved


@dataclass(frozen=True, slots=True)
class Judged:
    """What forecasts of one target are judged by: outcomes (n,) in {0, 1}; the probability that the
    training rate gives each row (n,); the window of each row (n,); times each row counts in each
    bootstrap draw (draws, n).
    """

    y: Floats
    rate: Floats
    window: NDArray[np.int64]
    drawn: Floats


def drawn_again(rulers: Sequence[str], seed: int = 1, draws: int = DRAWS) -> Floats:
    """Times that each row counts, (draws, rows): rulers drawn with replacement, all their years
    with them. A row without a ruler's name ("") stands for itself.
    """
    names = [name or f"row {k}" for k, name in enumerate(rulers)]
    unique, place = np.unique(names, return_inverse=True)
    n = len(unique)
    if n == 0:
        return np.zeros((draws, 0))
    rng = np.random.default_rng([seed, n])
    counts = rng.multinomial(n, np.full(n, 1.0 / n), size=draws)
    return counts[:, place].astype(np.float64)


def auc(p: ArrayLike, y: ArrayLike, window: ArrayLike, weights: ArrayLike) -> Floats:
    """Share of the pairs of an exit and a non-exit of one window in which the exit had the higher
    probability, a tie counting one half; weights (draws, n), result (draws,), nan without pairs.

    Source: Hanley & McNeil 1982. Known answer: exits 0.9, 0.4, others 0.4, 0.1 -> 0.875.
    """
    forecast, event = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64)
    w, which = np.atleast_2d(np.asarray(weights, dtype=np.float64)), np.asarray(window)
    right, pairs = np.zeros(len(w)), np.zeros(len(w))
    for one in np.unique(which):
        rows = np.flatnonzero(which == one)
        order = rows[np.argsort(forecast[rows], kind="stable")]
        starts = np.flatnonzero(np.diff(forecast[order], prepend=-1.0))
        out = np.add.reduceat(w[:, order] * event[order], starts, axis=1)
        stay = np.add.reduceat(w[:, order] * (1.0 - event[order]), starts, axis=1)
        below = np.cumsum(stay, axis=1) - stay
        right += (out * (below + 0.5 * stay)).sum(axis=1)
        pairs += out.sum(axis=1) * stay.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(pairs > 0.0, right / pairs, np.nan)


type ByDraw = dict[str, tuple[Floats, Floats]]


def by_draw(p: ArrayLike, by: Judged) -> ByDraw:
    """Each score of a forecaster over all rows, (1,), and over those of each bootstrap draw,
    (draws,), in the order of SCORES. skill: 1 - Brier / Brier of the training rate; ratio: mean
    probability over the share that left.

    Known answer: p 0.5, 0.5, y 1, 0, rate 0.25 -> Brier 0.25, skill 1 - 0.25 / 0.3125 = 0.2.
    """
    whole = np.ones((1, len(by.y)))
    value, again = _values(p, by, whole), _values(p, by, by.drawn)
    return {name: (value[name], again[name]) for name in SCORES}


def score(found: ByDraw) -> dict[str, Score]:
    """The scores of one forecaster."""
    return {name: _figure(*pair) for name, pair in found.items()}


def difference(first: ByDraw, second: ByDraw) -> dict[str, Score]:
    """Scores of one forecaster less those of another, on the same draws."""
    return {
        name: _figure(first[name][0] - second[name][0], first[name][1] - second[name][1])
        for name in ("auc", "brier", "skill", "log_score")
    }


def _values(p: ArrayLike, by: Judged, w: Floats) -> dict[str, Floats]:
    forecast = np.asarray(p, dtype=np.float64)
    safe = np.clip(forecast, LEAST, 1.0 - LEAST)
    happened = by.y > 0.5
    with np.errstate(invalid="ignore", divide="ignore"):
        total = w.sum(axis=1)
        brier = w @ (forecast - by.y) ** 2 / total
        mean = w @ forecast / total
        return {
            "auc": auc(forecast, by.y, by.window, w),
            "brier": brier,
            "skill": 1.0 - brier / (w @ (by.rate - by.y) ** 2 / total),
            "log_score": w @ -np.log(np.where(happened, safe, 1.0 - safe)) / total,
            "mean_p": mean,
            "ratio": np.where(w @ by.y > 0.0, mean * total / (w @ by.y), np.nan),
        }


def _figure(value: Floats, again: Floats) -> Score:
    """A score with its 95% interval; none where the draws do not vary."""
    low, high = interval(again)
    return Score(float(value[0]), low, high, int(np.isfinite(again).sum()))


def bins(p: ArrayLike, y: ArrayLike) -> tuple[Bin, ...]:
    """Calibration by bins of equal number (CUTS): rows, mean forecast, share that left (Wilson)."""
    forecast, happened = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64)
    order = np.argsort(forecast, kind="stable")
    edges = [round(cut * len(order)) for cut in CUTS]
    found = []
    for first, last in pairwise(edges):
        rows = order[first:last]
        if rows.size:
            left = float(happened[rows].sum())
            at = wilson(left, float(rows.size))
            ends = float(forecast[rows[0]]), float(forecast[rows[-1]])
            mean = float(forecast[rows].mean())
            found.append(Bin(*ends, int(rows.size), mean, left / rows.size, at.low, at.high))
    return tuple(found)


def targets_of(ways: Floats, exits: Sequence[str]) -> dict[str, Floats]:
    """The model's probability of each target, from those of the ways (n, len(exits))."""
    return {
        target: ways[:, [exits.index(way) for way in members]].sum(axis=1)
        for target, members in TARGETS.items()
    }


def mean_log_odds(*forecasts: ArrayLike) -> Floats:
    """The plain mean of several forecasts on the scale of log odds. Known answer: 0.5 and 0.9 ->
    0.75."""
    safe = [np.clip(np.asarray(p, dtype=np.float64), LEAST, 1.0 - LEAST) for p in forecasts]
    odds = np.mean([np.log(p / (1.0 - p)) for p in safe], axis=0)
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float64)


__all__ = [
    "MAIN",
    "SCORES",
    "TARGETS",
    "ByDraw",
    "Judged",
    "auc",
    "bins",
    "by_draw",
    "difference",
    "drawn_again",
    "mean_log_odds",
    "score",
    "targets_of",
]
