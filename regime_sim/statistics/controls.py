"""Control variates: an outcome of simulated futures, less what luck is known to have added; arrays
to arrays, no model.

Whether a future ended this way, less the sum of its weekly probabilities of ending so, has mean 0
(a counting process less its compensator: Andersen, Borgan, Gill & Keiding 1993, II.4). Whatever a
straight line in such numbers explains of an outcome can be taken away, and the mean stays the same
(Glasserman 2003, Monte Carlo Methods in Financial Engineering, section 4.1). The slopes are fitted
to the same futures: a bias of the order of their number over that of the futures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .intervals import Estimate, Ints, normal_quantile, wilson_bounds
from .pairing import variance_of_mean

Floats = NDArray[np.float64]


def luck(ended: NDArray[np.integer], chance: Floats) -> Floats:
    """Ends less chances, (settings, n, ways): `ended` (settings, n), 0 or 1 + the way; `chance`
    (settings, n, ways), each future's summed weekly chances. Mean 0 over futures.
    """
    ways = np.arange(1, chance.shape[-1] + 1)
    return np.asarray((ended[..., None] == ways) - chance, dtype=np.float64)


def steadied(y: Floats, zero: Floats) -> Floats:
    """Outcomes y (settings, n) less their least-squares slopes, setting by setting, on columns of
    known mean 0 (settings, n, k); same means, less spread. With n of 2 k + 2 or fewer: y itself.

    Known answer: y = 3 + 2 z with a column z of any sample mean -> 3 in every future.
    """
    n, k = zero.shape[-2:]
    if n <= 2 * k + 2:
        return y
    centred = zero - zero.mean(axis=-2, keepdims=True)
    gram = np.einsum("snk,snl->skl", centred, centred)
    cross = np.einsum("snk,sn->sk", centred, y)
    slopes = np.einsum("skl,sl->sk", np.linalg.pinv(gram, hermitian=True), cross)
    return np.asarray(y - np.einsum("snk,sk->sn", zero, slopes))


def share_of_mean(y: Floats, cluster: Ints | None = None, level: float = 0.95) -> Estimate:
    """A probability as the mean of numbers (n,), with the Wilson interval of so many futures as
    would have this error; n is that of y. 0 to 1
    with fewer than two futures or clusters.
    """
    error2 = variance_of_mean(y, cluster)
    p = min(1.0, max(0.0, float(y.mean())))
    worth = p * (1.0 - p) / error2 if error2 > 0.0 else 0.0
    low, high = wilson_bounds(np.array([p]), np.array([worth or float(y.size)]), level)
    # of few futures Wilson's centre moves: never narrower than the error itself on either side
    half = normal_quantile(level) * float(np.sqrt(error2))
    ends = min(float(low[0]), max(0.0, p - half)), max(float(high[0]), min(1.0, p + half))
    return Estimate(p, *ends, y.size)


__all__ = ["luck", "share_of_mean", "steadied"]
