"""Gaussian-process regression with a length of its own for each input, fitted by maximum
likelihood; arrays in, a small record out, knows no model.

Matérn covariance of smoothness 5/2 about a straight line; outputs share lengths and noise, each has
its own scale. Source: Rasmussen & Williams 2006, sections 2.2, 4.2.1, 5.4.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..travel import Travels

Reals = NDArray[np.float64]
MOST_FITTED = 400  # points that the lengths are fitted on; all of them are then used
STEPS = 40
LENGTHS, NOISE = (-2.0, 4.0), (-9.0, 2.0)  # bounds of the logs


@dataclass(frozen=True, slots=True, eq=False)
class Process(Travels):
    """Outputs (m,) at x (d,) as line (1 + d, m) plus a weighted sum (n, m) of covariances with the
    points (n, d), each input divided by its length (d,).
    """

    line: Reals
    points: Reals
    weights: Reals
    lengths: Reals
    noise: float

    def at(self, x: Reals) -> Reals:
        """Outputs at x (q, d): (q, m)."""
        return (
            _design(x) @ self.line
            + covariance(x / self.lengths, self.points / self.lengths) @ self.weights
        )


def covariance(a: Reals, b: Reals) -> Reals:
    """Matérn 5/2 of scaled points (q, d), (n, d): (1 + r + r^2 / 3) exp(-r), r = sqrt(5) dist."""
    square = np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2.0 * a @ b.T, 0.0)
    r = np.sqrt(5.0 * square)
    return np.asarray((1.0 + r + r * r / 3.0) * np.exp(-r))


def fit(x: Reals, y: Reals, leading: int = 4, seed: int = 0) -> Process:
    """Fit to outputs y (n, m) at points x (n, d) in the unit cube; lengths and noise are those most
    likely for the first `leading` outputs.

    Known answer: y = a straight line in x gives that line, and no residual.
    """
    design = _design(x)
    line = np.linalg.lstsq(design, y, rcond=None)[0]
    rest = y - design @ line
    some = np.random.default_rng(seed).permutation(len(x))[:MOST_FITTED]
    log = _likeliest(x[some], rest[some][:, :leading])
    lengths, noise = np.exp(log[:-1]), float(np.exp(log[-1]))
    among = covariance(x / lengths, x / lengths) + noise * np.eye(len(x))
    return Process(line, x, np.linalg.solve(among, rest), lengths, noise)


def _design(x: Reals) -> Reals:
    return np.hstack([np.ones((len(x), 1)), x])


def _likeliest(x: Reals, y: Reals) -> Reals:
    """Logs of the lengths (d,) and of the noise that make y likeliest."""
    from scipy.optimize import minimize  # takes half a second to load

    d = x.shape[1]
    start = np.append(np.full(d, np.log(2.0)), np.log(0.1))
    found = minimize(
        _surprise,
        start,
        args=(x, y),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": STEPS},
        bounds=[LENGTHS] * d + [NOISE],
    )
    return np.asarray(found.x, dtype=np.float64)


def _surprise(log: Reals, x: Reals, y: Reals) -> tuple[float, Reals]:
    """Minus the log likelihood with each output's scale profiled out, and its gradient."""
    n, d = x.shape
    scaled = x / np.exp(log[:d])
    noise = np.exp(log[d])
    square = np.maximum(
        (scaled**2).sum(1)[:, None] + (scaled**2).sum(1)[None, :] - 2.0 * scaled @ scaled.T, 0.0
    )
    r = np.sqrt(5.0 * square)
    decay = np.exp(-r)
    among = (1.0 + r + r * r / 3.0) * decay + noise * np.eye(n)
    root = np.linalg.cholesky(among)
    inverse = np.linalg.inv(among)
    weighted = inverse @ y
    scale = np.maximum((y * weighted).sum(0) / n, 1e-300)
    value = 0.5 * n * np.log(scale).sum() + y.shape[1] * np.log(np.diag(root)).sum()
    outer = y.shape[1] * inverse - (weighted / scale) @ weighted.T
    slope = outer * ((5.0 / 3.0) * (1.0 + r) * decay)
    # sum over pairs of slope * (a_i - a_j)^2, input by input
    sums = slope.sum(1)
    lengths = [0.5 * (2.0 * (sums * a * a).sum() - 2.0 * a @ slope @ a) for a in scaled.T]
    return float(value), np.array([*lengths, 0.5 * np.trace(outer) * noise])
