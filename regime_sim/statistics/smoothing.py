"""A smooth surface over every cell of a grid, each cell known with an error: a Gaussian process
whose weights carry errors and pairings with them; arrays to arrays.

Kernel: in each direction Matern's with 3/2, the product of both; lengths and size by marginal
likelihood over a fixed set, so that the same values give the same surface. Source: Rasmussen &
Williams 2006, Gaussian Processes for Machine Learning, sections 2.2, 4.2 and 5.4. Intervals that
count the pull of the smoothing as well as the noise: Nychka 1988, JASA 83.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# of the range of a direction; none longer, since a surface that is flat here may bend there
LENGTHS = (0.05, 0.1, 0.15, 0.25, 0.4)
SIZES = tuple(10.0 ** (k / 2) for k in range(-6, 7))  # variance of the surface over that of noise


@dataclass(frozen=True, slots=True, eq=False)
class Smooth:
    """weights (cells, cells): the surface at each cell from the values of all; kernel (cells,
    cells) of the surface; lengths: in each direction.
    """

    weights: Floats
    kernel: Floats
    lengths: tuple[float, ...]

    def pull(self, signs: Floats | None = None) -> Floats:
        """Variance of what smoothing leaves out, of each cell (cells,), or of sums of cells (k,) by
        rows of signs (k, cells).
        """
        signs = np.eye(len(self.weights)) if signs is None else signs
        left = signs - signs @ self.weights
        return np.asarray(((left @ self.kernel) * left).sum(axis=1))


def smooth(values: Floats, noise: Floats, grids: Sequence[Sequence[float]]) -> Smooth:
    """The surface for values (cells,) with squared errors (cells,) over a grid of one or two
    directions, cells with the last fastest.

    Known answer: a constant with any noise -> weights of equal size; no noise -> the values.
    """
    sizes = [len(grid) for grid in grids]
    common = max(float(noise.mean()), 1e-12)
    roots = [[_root(grid, length) for length in LENGTHS] for grid in grids]
    centred = (values - values.mean()).reshape(sizes)
    best, at = -np.inf, (roots[0][-1],) * len(grids)
    lengths, size = (LENGTHS[-1],) * len(grids), SIZES[0]
    for which in product(range(len(LENGTHS)), repeat=len(grids)):
        own = [roots[axis][k] for axis, k in enumerate(which)]
        turned = centred
        for axis, (_, vectors) in enumerate(own):
            turned = np.moveaxis(np.tensordot(vectors.T, turned, (1, axis)), 0, axis)
        power = np.ones(())
        for one, _ in own:
            power = np.asarray(np.multiply.outer(power, np.maximum(one, 0.0)))
        for ratio in SIZES:
            spread = common * (ratio * power + 1.0)
            score = -0.5 * float((turned**2 / spread + np.log(spread)).sum())
            if score > best + 1e-9:
                best, at, size = score, tuple(own), ratio
                lengths = tuple(LENGTHS[k] for k in which)
    kernel = np.full((1, 1), size * common)
    for e, v in at:
        kernel = np.kron(kernel, (v * np.maximum(e, 0.0)) @ v.T)
    # the level of the surface is free: a large constant beside the kernel
    level = kernel + 100.0 * max(float(centred.var()), common, float(kernel[0, 0]))
    own_noise = np.maximum(noise, 0.01 * common)
    weights = np.linalg.solve(level + np.diag(own_noise), level).T
    return Smooth(weights, kernel, lengths)


def _root(grid: Sequence[float], length: float) -> tuple[Floats, Floats]:
    """Eigenvalues and vectors of the kernel in one direction."""
    x = np.asarray(grid, dtype=np.float64)
    width = float(np.ptp(x)) or 1.0
    r = np.sqrt(3.0) * np.abs(x[:, None] - x[None, :]) / (length * width)
    found = np.linalg.eigh((1.0 + r) * np.exp(-r))
    return np.asarray(found[0]), np.asarray(found[1])


__all__ = ["Smooth", "smooth"]
