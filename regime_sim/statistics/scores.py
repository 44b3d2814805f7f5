"""Scores of probability forecasts, one number a case, lower is better unless said; knows no
forecaster, and averages nothing.

All are proper: the expected score is best for who says what he believes (Gneiting & Raftery 2007,
JASA 102). Averages, weights and bootstrap intervals over cases are in `resampling`; reliability is
in `reliability`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
# the share of a forecast that is replaced by the uniform one before a logarithm is taken
SHRINK = 0.02


def brier(p: ArrayLike, y: ArrayLike) -> Floats:
    """(p - y)^2 for the probability p of an event that happened (y = 1) or not (0); shapes (n,), 0
    to 1.

    Source: Brier 1950, Monthly Weather Review 78 (half of his two-class sum). Known answer: p 0.8
    -> 0.04 if it happened, 0.64 if not.
    """
    return np.asarray((_floats(p) - _floats(y)) ** 2, dtype=np.float64)


def shrunk(p: ArrayLike, share: ArrayLike = 0.5) -> Floats:
    """0.98 p + 0.02 times a uniform forecast's share: of two classes, from 0.01 to 0.99."""
    return np.asarray((1.0 - SHRINK) * _floats(p) + SHRINK * _floats(share), dtype=np.float64)


def log_score(p: ArrayLike, y: ArrayLike) -> Floats:
    """-ln of the probability given to what happened, after `shrunk` (a forecast of 0 or 1 would be
    infinitely wrong); shapes (n,).

    Source: Good 1952, JRSS B 14. Known answer: p 0.5 -> 0.6931 either way; p 1 and it did not
    happen -> -ln 0.01 = 4.605.
    """
    q = shrunk(p)
    return np.asarray(-np.log(np.where(_floats(y) > 0.5, q, 1.0 - q)), dtype=np.float64)


def category_brier(p: ArrayLike, seen: ArrayLike) -> Floats:
    """Sum over categories of (p_k - o_k)^2, 0 to 2; p (n, K), seen (n, K) true for the categories
    that may be what happened.

    Where several may be, they count as one category: the forecast is judged by their sum. Source:
    Brier 1950. Known answer: p (0.2, 0.5, 0.3), the second seen -> 0.04 + 0.25 + 0.09 = 0.38.
    """
    q, o = _floats(p), np.asarray(seen, dtype=np.bool_)
    hit = np.where(o, q, 0.0).sum(axis=1)
    return np.asarray((1.0 - hit) ** 2 + np.where(o, 0.0, q**2).sum(axis=1), dtype=np.float64)


def category_log(p: ArrayLike, seen: ArrayLike) -> Floats:
    """-ln of the probability of the categories that may be what happened, after `shrunk` towards
    1/K each; shapes as above.

    Known answer: four categories at 0.25, one seen -> ln 4 = 1.386.
    """
    o = np.asarray(seen, dtype=np.bool_)
    hit = np.where(o, _floats(p), 0.0).sum(axis=1)
    return np.asarray(-np.log(shrunk(hit, o.mean(axis=1))), dtype=np.float64)


def category_hit(p: ArrayLike, seen: ArrayLike) -> Floats:
    """1 where the likeliest category (first of equals) may be what happened, else 0; as above."""
    best = _floats(p).argmax(axis=1)
    return np.asarray(seen, dtype=np.bool_)[np.arange(len(best)), best].astype(np.float64)


def ranked_probability(p: ArrayLike, seen: ArrayLike) -> Floats:
    """Mean over the K - 1 cuts of ordered categories of (P_k - O_k)^2, both cumulative; p and seen
    (n, K) in order, 0 to 1.

    Where several categories may be what happened, a cut between them says nothing and is left out.
    Source: Epstein 1969, J. Applied Meteorology 8. Known answer: p (0.2, 0.5, 0.3), the second seen
    -> (0.2^2 + 0.3^2) / 2 = 0.065.
    """
    q, o = _floats(p), np.asarray(seen, dtype=np.bool_)
    below = np.cumsum(q, axis=1)[:, :-1]
    some, all_of = np.cumsum(o, axis=1)[:, :-1], o.sum(axis=1, keepdims=True)
    known = (some == 0) | (some == all_of)
    off = np.where(known, (below - (some == all_of)) ** 2, 0.0)
    return np.asarray(off.sum(axis=1) / np.maximum(known.sum(axis=1), 1), dtype=np.float64)


def crps(gone_by: ArrayLike, week: ArrayLike, horizon: ArrayLike) -> Floats:
    """Sum over weeks 1 ... horizon of (F_w - [he had gone by w])^2, in weeks; it stops at the
    horizon, as does what is known.

    gone_by (n, W): F_w, probability that he has gone by the end of week w, w = 1 ... W (columns
    beyond a case's horizon are not read); week (n,): when he went, 0 if he had not; horizon (n,).
    Source: Matheson & Winkler 1976, Management Science 22. Known answer: sure of week 10 and it was
    13 -> 3.
    """
    forecast, gone = _floats(gone_by), _floats(week)[:, None]
    weeks = np.arange(1, forecast.shape[1] + 1, dtype=np.float64)[None, :]
    happened = (gone > 0) & (weeks >= gone)
    inside = weeks <= _floats(horizon)[:, None]
    off = np.where(inside, forecast - happened, 0.0)
    return np.asarray((off**2).sum(axis=1), dtype=np.float64)


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)
