"""Emulators of a simulator's counts over standard-normal coordinates of its parameters, and a
sampler of posteriors; knows no model.

Counts of events are emulated on the log scale of their rate, hits out of trials on the logit scale;
both linear in z, with ridge. What a straight line misses is measured on parts left out, as a
standard deviation on that scale. Sources: McCullagh & Nelder 1989 (iteratively reweighted least
squares); Beaumont et al. 2002 (regression in approximate Bayesian computation); Murray, Adams &
MacKay 2010 (elliptical slice sampling under a normal prior).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
PARTS = 4  # of the settings, each left out once to see what the line misses
STEPS = 25


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Outputs (m,) as intercept (m,) + slope (m, d) @ z, with the standard deviation (m,) of what
    the line misses at a setting it has not seen.
    """

    intercept: Reals
    slope: Reals
    residual: Reals

    def at(self, z: Reals) -> Reals:
        """Outputs at z (d,): (m,); at z (n, d): (n, m)."""
        return self.intercept + z @ self.slope.T


def poisson(z: Reals, events: Reals, exposure: Reals, ridge: float = 5.0) -> Linear:
    """Log rates of counts: events (n, m) in exposure (n, m) at settings z (n, d).

    Known answer: events Poisson with log rate 1 + 2 z in unit exposure give intercept 1, slope 2 (a
    little shrunk), residual 0.
    """
    return _fit(z, events, exposure, ridge, _poisson_moments)


def binomial(z: Reals, hits: Reals, trials: Reals, ridge: float = 5.0) -> Linear:
    """Log odds of shares: hits (n, m) out of trials (n, m) at settings z (n, d)."""
    return _fit(z, hits, trials, ridge, _binomial_moments)


Moments = Callable[[Reals, Reals], tuple[Reals, Reals]]


def joined(a: Linear, b: Linear) -> Linear:
    """The outputs of two emulators on the same z, one after the other."""
    return Linear(
        np.concatenate([a.intercept, b.intercept]),
        np.concatenate([a.slope, b.slope]),
        np.concatenate([a.residual, b.residual]),
    )


def better(a: Linear, b: Linear) -> Linear:
    """For each output, of two emulators the one that misses less at settings left out."""
    first = a.residual <= b.residual
    return Linear(
        np.where(first, a.intercept, b.intercept),
        np.where(first[:, None], a.slope, b.slope),
        np.where(first, a.residual, b.residual),
    )


def _poisson_moments(eta: Reals, size: Reals) -> tuple[Reals, Reals]:
    """Mean of the counts, and its derivative by the linear predictor (here also the variance)."""
    mean = size * np.exp(np.clip(eta, -30.0, 30.0))
    return mean, mean


def _binomial_moments(eta: Reals, size: Reals) -> tuple[Reals, Reals]:
    p = 1.0 / (1.0 + np.exp(-np.clip(eta, -30.0, 30.0)))
    return size * p, size * p * (1.0 - p)


def _start(y: Reals, size: Reals, moments: Moments) -> float:
    rate = (y.sum() + 0.5) / (size.sum() + 1.0)
    odds = rate if moments is _poisson_moments else rate / max(1.0 - rate, 1e-4)
    return float(np.log(odds))


def _one(z: Reals, y: Reals, size: Reals, ridge: float, moments: Moments) -> Reals:
    """Coefficients (1 + d,) of one output, by penalised reweighted least squares."""
    n, d = z.shape
    design = np.hstack([np.ones((n, 1)), z])
    penalty = np.diag([1e-6] + [ridge] * d)
    beta = np.zeros(d + 1)
    beta[0] = _start(y, size, moments)
    for _ in range(STEPS):
        mean, weight = moments(design @ beta, size)
        step = np.linalg.solve(
            (design * (weight + 1e-9)[:, None]).T @ design + penalty,
            design.T @ (y - mean) - penalty @ beta,
        )
        beta = beta + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-6:
            break
    return beta


def _fit(z: Reals, y: Reals, size: Reals, ridge: float, moments: Moments) -> Linear:
    m = y.shape[1]
    beta = np.array([_one(z, y[:, k], size[:, k], ridge, moments) for k in range(m)])
    missed = np.array([_missed(z, y[:, k], size[:, k], ridge, moments) for k in range(m)])
    return Linear(beta[:, 0].copy(), beta[:, 1:].copy(), missed)


def _missed(z: Reals, y: Reals, size: Reals, ridge: float, moments: Moments) -> float:
    """Standard deviation of the truth about the line, beyond the counts' chance (by moments)."""
    beyond, scale = 0.0, 0.0
    for part in range(PARTS):
        out = np.arange(len(z)) % PARTS == part
        beta = _one(z[~out], y[~out], size[~out], ridge, moments)
        mean, slope = moments(beta[0] + z[out] @ beta[1:], size[out])
        beyond += float(((y[out] - mean) ** 2 - slope).sum())
        scale += float((slope**2).sum())
    return float(np.sqrt(max(0.0, beyond) / max(scale, 1e-12)))


def elliptical_slice(
    log_likelihood: Callable[[Reals], Reals],
    start: Reals,
    keep: int,
    rng: np.random.Generator,
    burn: int = 400,
    thin: int = 20,
) -> Reals:
    """Chains side by side from the density N(0, I) times the likelihood: (keep, chains, d), every
    `thin`-th state after `burn`; no tuning.

    log_likelihood: (chains, d) to (chains,), each chain its own. start: (chains, d).
    """
    z, now = start.copy(), log_likelihood(start)
    kept = np.empty((keep, *start.shape))
    for step in range(burn + keep * thin):
        z, now = _slice_step(log_likelihood, z, now, rng)
        if step >= burn and (step - burn) % thin == thin - 1:
            kept[(step - burn) // thin] = z
    return kept


def _slice_step(
    log_likelihood: Callable[[Reals], Reals], z: Reals, now: Reals, rng: np.random.Generator
) -> tuple[Reals, Reals]:
    """One update of every chain: a random ellipse, its bracket shrunk to a point over the level."""
    n = len(z)
    other, level = rng.standard_normal(z.shape), now + np.log(rng.random(n))
    angle = rng.uniform(0.0, 2.0 * np.pi, n)
    low, high = angle - 2.0 * np.pi, angle.copy()
    found, value, open_ = z.copy(), now.copy(), np.ones(n, np.bool_)
    while open_.any():
        proposal = z * np.cos(angle)[:, None] + other * np.sin(angle)[:, None]
        at = log_likelihood(proposal)
        taken = open_ & (at > level)
        found[taken], value[taken] = proposal[taken], at[taken]
        open_ &= ~taken
        low, high = np.where(angle < 0.0, angle, low), np.where(angle < 0.0, high, angle)
        angle = np.where(open_, rng.uniform(low, high), angle)
    return found, value
