"""Several forecasters' probabilities as one, a blend: their log odds weighted and added, with a
level; knows no forecaster, no case and no ruler.

    logit p = level + sum_i weight_i logit p_i

The first part is the one that is judged by itself (the law); the others are there for what they add
to it. `fit` finds weights and level on rows whose end is known (the caller sees to it that they are
earlier ones, or others), held near the first part alone: its weight has a normal prior around 1,
the others' around 0, of deviation WEIGHT_SD, and none is negative; the level one of deviation
LEVEL_SD around 0. With few events the first part stands alone. Nothing is known of a first part
that was never tried: there weights are `equal`. Sources: Genest & Zidek 1986, Statistical Science 1
(logarithmic pooling); Wolpert 1992, Neural Networks 5 (stacking).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
LEAST = 1e-4  # a part nearer to 0 or 1 counts as this near
WEIGHT_SD, LEVEL_SD = 0.3, 0.25
LEAST_EVENTS = 10  # with fewer events, or fewer rows without one, the first part stands alone
NINETY = 1.6449  # deviations to either end of a 90% range


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, by name, and the level; rows and events that both were fitted on,
    0 where weights are equal and nothing was fitted.
    """

    parts: Mapping[str, float]
    level: float = 0.0
    rows: int = 0
    events: int = 0

    @property
    def fitted(self) -> bool:
        """Whether weights and level come from data."""
        return self.rows > 0


def log_odds(p: ArrayLike) -> Floats:
    """ln(p / (1 - p)), p kept from 0 and 1 by LEAST. Known answer: 0.5 -> 0, 0.9 -> 2.197."""
    safe = np.clip(np.asarray(p, dtype=np.float64), LEAST, 1.0 - LEAST)
    return np.asarray(np.log(safe / (1.0 - safe)), dtype=np.float64)


def chance(odds: ArrayLike) -> Floats:
    """The probability of such log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(odds, dtype=np.float64))), dtype=np.float64)


def equal(parts: Sequence[str]) -> Weights:
    """The same weight for every part, no level."""
    return Weights(dict.fromkeys(parts, 1.0 / len(parts)))


def first_alone(parts: Sequence[str]) -> Weights:
    """The first part as it is, the others for nothing, no level."""
    return Weights({name: float(name == parts[0]) for name in parts})


def blend(parts: Mapping[str, ArrayLike], by: Weights) -> Floats:
    """The blend of the parts' probabilities, each (n,) or one number. Known answer: 0.5 and 0.9
    equally -> 0.75.
    """
    return chance(by.level + sum(w * log_odds(parts[name]) for name, w in by.parts.items()))


def spread(parts: Mapping[str, ArrayLike], by: Weights) -> Floats:
    """How far the parts are apart: the deviation of their log odds, each counted by its weight."""
    w = np.array(list(by.parts.values()))
    w = w / w.sum() if w.sum() > 0.0 else np.full(len(w), 1.0 / len(w))
    odds = np.stack([log_odds(parts[name]) for name in by.parts])
    middle = np.tensordot(w, odds, 1)
    return np.asarray(np.sqrt(np.tensordot(w, (odds - middle) ** 2, 1)), dtype=np.float64)


def ends(p: ArrayLike, deviation: ArrayLike) -> tuple[Floats, Floats]:
    """A 90% range around a probability, by the deviation of its log odds."""
    odds, half = log_odds(p), NINETY * np.asarray(deviation, dtype=np.float64)
    return chance(odds - half), chance(odds + half)


def fit(
    parts: Mapping[str, ArrayLike], happened: ArrayLike, counts: ArrayLike | None = None
) -> Weights:
    """Weights and level for parts (n,) and outcomes (n,) in {0, 1}, each row counted `counts` times
    (default once). The first part alone where there are too few events.
    """
    y = np.asarray(happened, dtype=np.float64)
    w = np.ones(len(y)) if counts is None else np.asarray(counts, dtype=np.float64)
    names = tuple(parts)
    if min(float(y.sum()), float((1.0 - y).sum())) < LEAST_EVENTS:
        return first_alone(names)
    x = np.stack([log_odds(parts[name]) for name in names], axis=1)
    start = np.r_[0.0, np.arange(len(names)) == 0]
    tight = np.r_[LEVEL_SD, np.full(len(names), WEIGHT_SD)] ** -2.0

    def loss(at: Floats) -> tuple[float, Floats]:
        eta = at[0] + x @ at[1:]
        off = at - start
        value = float(w @ (np.logaddexp(0.0, eta) - y * eta) + 0.5 * tight @ off**2)
        left = w * (chance(eta) - y)
        return value, np.r_[left.sum(), x.T @ left] + tight * off

    bounds = [(None, None), *[(0.0, None)] * len(names)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    weights = dict(zip(names, (float(one) for one in found.x[1:]), strict=True))
    return Weights(weights, float(found.x[0]), len(y), round(float(y.sum())))


__all__ = [
    "LEAST_EVENTS",
    "Weights",
    "blend",
    "chance",
    "ends",
    "equal",
    "first_alone",
    "fit",
    "log_odds",
    "spread",
]
