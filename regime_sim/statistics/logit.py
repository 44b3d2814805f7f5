"""Ridge logistic regression on standardised inputs: the reference that any model of these cases
must be held against; knows no case.

Maximises sum_i w_i [y_i eta_i - ln(1 + e^eta_i)] - (penalty / 2) sum_j b_j^2, eta = a + sum_j b_j
(x_j - mean_j) / sd_j; the intercept is free. Sources: le Cessie & van Houwelingen 1992, Applied
Statistics 41 (ridge); McCullagh & Nelder 1989, section 2.5 (iterated weighted least squares).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .scores import log_score

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Logit:
    """A fitted regression: means, deviations (k,), standardised coefficients (k,), intercept."""

    mean: tuple[float, ...]
    sd: tuple[float, ...]
    coefficients: tuple[float, ...]
    intercept: float
    penalty: float

    def predict(self, x: ArrayLike) -> Floats:
        """Probabilities (n,) for inputs (n, k); a missing input (nan) counts as its fitted mean."""
        inputs = np.asarray(x, dtype=np.float64)
        z = _standardised(inputs, np.asarray(self.mean), np.asarray(self.sd))
        return _sigmoid(self.intercept + z @ np.asarray(self.coefficients))


def fit(
    x: ArrayLike, y: ArrayLike, penalty: float = 1.0, weights: ArrayLike | None = None
) -> Logit:
    """Weighted fit to inputs (n, k; nan is missing), outcomes (n,) in {0, 1} and weights (n,)."""
    inputs, happened = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    w = np.ones(len(happened)) if weights is None else np.asarray(weights, dtype=np.float64)
    mean, sd = _moments(inputs, w)
    design = np.column_stack([np.ones(len(happened)), _standardised(inputs, mean, sd)])
    ridge = penalty * np.eye(design.shape[1])
    ridge[0, 0] = 1e-9  # the intercept is free, but finite where only one class was seen
    b = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        mu = _sigmoid(design @ b)
        step = np.linalg.solve(
            design.T @ (design * (w * mu * (1.0 - mu))[:, None]) + ridge,
            design.T @ (w * (happened - mu)) - ridge @ b,
        )
        b = b + step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
        if float(np.abs(step).max()) < 1e-10:
            break
    return Logit(
        tuple(mean.tolist()), tuple(sd.tolist()), tuple(b[1:].tolist()), float(b[0]), penalty
    )


def choose_penalty(
    x: ArrayLike,
    y: ArrayLike,
    fold: Ints,
    weights: ArrayLike | None = None,
    penalties: Sequence[float] = PENALTIES,
) -> float:
    """The penalty with the least log score out of fold, largest of equals; fold (n,): each part."""
    inputs, happened = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    w = np.ones(len(happened)) if weights is None else np.asarray(weights, dtype=np.float64)

    def loss(penalty: float, out: NDArray[np.bool_]) -> float:
        fitted = fit(inputs[~out], happened[~out], penalty, w[~out])
        return float(w[out] @ log_score(fitted.predict(inputs[out]), happened[out]))

    parts = [fold == k for k in np.unique(fold)]
    total = {penalty: sum(loss(penalty, out) for out in parts) for penalty in penalties}
    return min(sorted(penalties, reverse=True), key=total.__getitem__)


def stratified_folds(y: ArrayLike, parts: int = 5) -> Ints:
    """A part 0 ... parts - 1 per case (n,): events and non-events are dealt out in turn."""
    event = np.asarray(y, dtype=np.float64) > 0.5
    fold = np.zeros(event.size, np.int64)
    fold[event] = np.arange(int(event.sum())) % parts
    fold[~event] = (parts - 1 - np.arange(int((~event).sum()))) % parts
    return fold


def _moments(x: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Weighted mean and deviation of each input where it is known; 0 and 1 where it never is."""
    known = np.isfinite(x)
    total = np.maximum((known * w[:, None]).sum(axis=0), 1e-300)
    filled = np.where(known, x, 0.0)
    mean = (w[:, None] * filled).sum(axis=0) / total
    sd = np.sqrt((w[:, None] * np.where(known, (filled - mean) ** 2, 0.0)).sum(axis=0) / total)
    return mean, np.where(sd > 1e-9, sd, 1.0)


def _standardised(x: Floats, mean: Floats, sd: Floats) -> Floats:
    return np.where(np.isfinite(x), (np.where(np.isfinite(x), x, 0.0) - mean) / sd, 0.0)


def _sigmoid(eta: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(eta, -500.0, 500.0))), dtype=np.float64)
