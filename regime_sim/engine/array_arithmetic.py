"""The law's arithmetic over arrays: the same operations in the same order, so that each element has
the bits of the scalar function; adds no function of its own.

Used where many uncertain parameters are drawn at once. A test holds every element equal to
`law.arithmetic`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..law.arithmetic import EXP_LIMIT, INV_LN2, LN2_HIGH, LN2_LOW, SQRT_HALF, TERM

Reals = NDArray[np.float64]


def exp(x: Reals) -> Reals:
    """Elementwise `law.arithmetic.exp`."""
    x = np.minimum(np.maximum(x, -EXP_LIMIT), EXP_LIMIT)
    k = np.floor(x * INV_LN2 + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    z = r * r
    even = 1.0 + z * (
        TERM[2] + z * (TERM[4] + z * (TERM[6] + z * (TERM[8] + z * (TERM[10] + z * TERM[12]))))
    )
    odd = 1.0 + z * (
        TERM[3] + z * (TERM[5] + z * (TERM[7] + z * (TERM[9] + z * (TERM[11] + z * TERM[13]))))
    )
    return np.ldexp(even + r * odd, k.astype(np.int32))


def log(x: Reals) -> Reals:
    """Elementwise `law.arithmetic.log`."""
    m, e = np.frexp(x)
    low = m < SQRT_HALF
    m = np.where(low, m * 2.0, m)
    k = np.where(low, e - 1, e).astype(np.float64)
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    t = np.full_like(z, 1.0 / 21.0)
    for n in (19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0):
        t = 1.0 / n + z * t
    t = 1.0 + z * t
    return k * LN2_HIGH + (2.0 * s * t + k * LN2_LOW)


_A = (
    -3.969683028665376e01,
    2.209460984245205e02,
    -2.759285104469687e02,
    1.383577518672690e02,
    -3.066479806614716e01,
    2.506628277459239e00,
)
_B = (
    -5.447609879822406e01,
    1.615858368580409e02,
    -1.556989798598866e02,
    6.680131188771972e01,
    -1.328068155288572e01,
    1.0,
)
_C = (
    -7.784894002430293e-03,
    -3.223964580411365e-01,
    -2.400758277161838e00,
    -2.549732539343734e00,
    4.374664141464968e00,
    2.938163982698783e00,
)
_D = (7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00, 3.754408661907416e00, 1.0)


def _polynomial(coefficients: tuple[float, ...], r: Reals) -> Reals:
    value = np.full_like(r, coefficients[0])
    for c in coefficients[1:]:
        value = value * r + c
    return value


def normal(uniform: Reals) -> Reals:
    """Elementwise `law.arithmetic.normal`."""
    q = uniform - 0.5
    middle = (q >= -0.47575) & (q <= 0.47575)
    r = q * q
    centre = q * _polynomial(_A, r) / _polynomial(_B, r)
    tail = np.where(middle, 0.25, np.where(q < 0.0, uniform, 1.0 - uniform))
    t = np.sqrt(-2.0 * log(tail))
    value = _polynomial(_C, t) / _polynomial(_D, t)
    return np.where(middle, centre, np.where(q < 0.0, value, -value))
