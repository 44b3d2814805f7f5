"""Emulators of a simulator's outputs over standard-normal coordinates of its parameters: regressions with ridge, and a sampler; knows no model.

Outputs that are counts out of n are emulated on the logit scale, rates on the log scale; both linear in z. Sources: McCullagh & Nelder 1989 (IRLS); Beaumont et al.
2002 (regression in ABC); Murray, Adams & MacKay 2010 (elliptical slice sampling under a normal prior).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Outputs (m,) as intercept (m,) + slope (m, d) @ z, with the residual standard deviation of each (m,) around it."""

    intercept: Reals
    slope: Reals
    residual: Reals

    def at(self, z: Reals) -> Reals:
        """Outputs at z (d,): (m,); at z (n, d): (n, m)."""
        return self.intercept + z @ self.slope.T


def linear(z: Reals, y: Reals, ridge: float = 5.0) -> Linear:
    """Ridge regression of outputs y (n, m) on z (n, d); residuals by leave-one-out, so that many inputs do not make it look better than it is.

    Known answer: y = 1 + 2 z gives intercept 1, slope 2 (shrunk by ridge / n), residual 0.
    """
    n, d = z.shape
    design = np.hstack([np.ones((n, 1)), z])
    penalty = np.diag([0.0] + [ridge] * d)
    gain = np.linalg.solve(design.T @ design + penalty, design.T)
    beta = gain @ y
    leverage = np.einsum("ij,ji->i", design, gain)
    residual = (y - design @ beta) / (1.0 - leverage)[:, None]
    return Linear(beta[0], beta[1:].T, residual.std(axis=0))


def binomial(z: Reals, hits: Reals, trials: Reals, ridge: float = 5.0, steps: int = 25) -> Linear:
    """Logistic regression of hits (n, m) out of trials (n, m) on z (n, d), with ridge on the slopes; residual is not used (0)."""
    n, d = z.shape
    design = np.hstack([np.ones((n, 1)), z])
    penalty = np.diag([1e-6] + [ridge] * d)
    intercept, slope = np.zeros(hits.shape[1]), np.zeros((hits.shape[1], d))
    for k in range(hits.shape[1]):
        h, t = hits[:, k], trials[:, k]
        start = np.clip((h.sum() + 0.5) / (t.sum() + 1.0), 1e-4, 1 - 1e-4)
        beta = np.zeros(d + 1)
        beta[0] = np.log(start / (1 - start))
        for _ in range(steps):
            p = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -30, 30)))
            weight = t * p * (1 - p) + 1e-9
            step = np.linalg.solve((design * weight[:, None]).T @ design + penalty, design.T @ (h - t * p) - penalty @ beta)
            beta = beta + step
            if np.abs(step).max() < 1e-6:
                break
        intercept[k], slope[k] = beta[0], beta[1:]
    return Linear(intercept, slope, np.zeros(hits.shape[1]))


def elliptical_slice(log_likelihood: Callable[[Reals], float], d: int, steps: int, rng: np.random.Generator, start: Reals | None = None) -> Reals:
    """A chain (steps, d) from the density prior N(0, I) times the likelihood (Murray, Adams & MacKay 2010); no tuning."""
    z = rng.standard_normal(d) if start is None else start
    now = log_likelihood(z)
    chain = np.empty((steps, d))
    for k in range(steps):
        other = rng.standard_normal(d)
        level = now + np.log(rng.random())
        angle = rng.uniform(0.0, 2 * np.pi)
        low, high = angle - 2 * np.pi, angle
        while True:
            proposal = z * np.cos(angle) + other * np.sin(angle)
            now = log_likelihood(proposal)
            if now > level:
                break
            low, high = (angle, high) if angle < 0 else (low, angle)
            angle = rng.uniform(low, high)
        z = proposal
        chain[k] = z
    return chain
