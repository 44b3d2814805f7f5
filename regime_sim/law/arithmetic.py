"""Elementary functions by + - * / and exact scaling alone, so that every engine and every machine
gets the same bits.

The C library's exp and log differ in the last bit between processors; these do not. `steep` and
`within` have no branch that a vector unit could not take, for they run once per general and week.
"""

from __future__ import annotations

import math

LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
INV_LN2 = 1.44269504088896338700e00
SQRT_HALF = 7.07106781186547524401e-01
EXP_LIMIT = 700.0
ROUNDED = 1e-12  # far above what a chance can be rounded by
TERM = tuple(1.0 / math.factorial(n) for n in range(14))  # of the exponential series


def within(value: float, low: float, high: float) -> float:
    """`value` moved into [low, high]."""
    raised = low if value < low else value
    return high if raised > high else raised


def exp(x: float) -> float:
    """e to the x, relative error below 1e-15; x is first moved into [-700, 700]."""
    x = within(x, -EXP_LIMIT, EXP_LIMIT)
    k = math.floor(x * INV_LN2 + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    # Taylor to the 13th power on |r| <= 0.3466, even and odd powers apart: two short chains instead
    # of a long one
    z = r * r
    even = 1.0 + z * (
        TERM[2] + z * (TERM[4] + z * (TERM[6] + z * (TERM[8] + z * (TERM[10] + z * TERM[12]))))
    )
    odd = 1.0 + z * (
        TERM[3] + z * (TERM[5] + z * (TERM[7] + z * (TERM[9] + z * (TERM[11] + z * TERM[13]))))
    )
    s = even + r * odd
    return math.ldexp(s, int(k))


def log(x: float) -> float:
    """Natural logarithm of a positive x, relative error below 1e-15 away from 1 (2 artanh of (m -
    1) / (m + 1)).
    """
    m, e = math.frexp(x)
    low = m < SQRT_HALF
    m = m * 2.0 if low else m
    k = float(e - 1) if low else float(e)
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    t = 1.0 / 21.0
    t = 1.0 / 19.0 + z * t
    t = 1.0 / 17.0 + z * t
    t = 1.0 / 15.0 + z * t
    t = 1.0 / 13.0 + z * t
    t = 1.0 / 11.0 + z * t
    t = 1.0 / 9.0 + z * t
    t = 1.0 / 7.0 + z * t
    t = 1.0 / 5.0 + z * t
    t = 1.0 / 3.0 + z * t
    t = 1.0 + z * t
    return k * LN2_HIGH + (2.0 * s * t + k * LN2_LOW)


def power(base: float, exponent: float) -> float:
    """`base` to the `exponent` for base >= 0; 0 to any power is 0."""
    if base <= 0.0:
        return 0.0
    return exp(exponent * log(base))


def logistic(x: float) -> float:
    """1 / (1 + exp(-x)): log odds to probability."""
    return 1.0 / (1.0 + exp(-x))


def log_odds(probability: float) -> float:
    """Probability in (0, 1) to log odds."""
    return log(probability / (1.0 - probability))


def steep(x: float) -> float:
    """A quantal response without libm: 1 / (1 + (1 - x/32)^32), within 0.02 of the logistic, tails
    nearly as thin. It is 1 from x = 32 on.
    """
    return 1.0 / (1.0 + odds_against(x))


def odds_against(x: float) -> float:
    """Odds against what `steep` gives the probability of: (1 - x/32)^32, which tends to exp(-x);
    five squarings vectorise.
    """
    t = 1.0 - x * 0.03125
    t = t if t > 0.0 else 0.0
    t = t * t
    t = t * t
    t = t * t
    t = t * t
    return t * t


def normal(uniform: float) -> float:
    """Standard normal quantile of a uniform in (0, 1): Acklam's rational approximation, relative
    error below 1.2e-9.
    """
    q = uniform - 0.5
    if -0.47575 <= q <= 0.47575:
        r = q * q
        a = (
            (
                ((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r
                + 1.383577518672690e02
            )
            * r
            - 3.066479806614716e01
        ) * r + 2.506628277459239e00
        b = (
            (
                ((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r
                + 6.680131188771972e01
            )
            * r
            - 1.328068155288572e01
        ) * r + 1.0
        return q * a / b
    tail = uniform if q < 0.0 else 1.0 - uniform
    r = math.sqrt(-2.0 * log(tail))
    c = (
        (
            ((-7.784894002430293e-03 * r - 3.223964580411365e-01) * r - 2.400758277161838e00) * r
            - 2.549732539343734e00
        )
        * r
        + 4.374664141464968e00
    ) * r + 2.938163982698783e00
    d = (
        ((7.784695709041462e-03 * r + 3.224671290700398e-01) * r + 2.445134137142996e00) * r
        + 3.754408661907416e00
    ) * r + 1.0
    value = c / d
    return value if q < 0.0 else -value


def chance(hazard: float) -> float:
    """Probability that something with this cumulative hazard happens: 1 - exp(-h)."""
    return 1.0 - exp(-hazard)


def happens(u: float, hazard: float) -> bool:
    """Whether it happens this time, by a uniform: u < chance(hazard). A chance is never above its
    hazard (rounding is far below ROUNDED), so that most often no exponential is needed.
    """
    if u > hazard + ROUNDED:
        return False
    return u < chance(hazard)
