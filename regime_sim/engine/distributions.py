"""Quantiles and shares of the rarer families of priors, by the law's own arithmetic; knows no
bounds, no scenario and draws nothing.

pert(low, mode, high): Beta(1 + 4 (mode - low) / (high - low), 1 + 4 (high - mode) / (high - low))
over [low, high] (Malcolm et al. 1959, Operations Research 7). trapezoid(low, left, right, high):
flat from left to right. halfnormal(sd): |normal(0, sd)|. logitnormal(median, sigma): the log-odds
are normal. exponential(mean). weibull(scale, shape): (x / scale)^shape is exponential with mean 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..facts.declare import Prior
from ..law.arithmetic import exp, log, within
from ..scenario.compiled import Reals
from . import array_arithmetic as vector

Share = Callable[[float], float]
RARER = ("pert", "trapezoid", "halfnormal", "logitnormal", "exponential", "weibull")


def beta_of(prior: Prior) -> Prior:
    """The beta over [0, 1] that a pert is, stretched."""
    low, mode, high = prior.args
    return Prior(
        "beta", (1.0 + 4.0 * (mode - low) / (high - low), 1.0 + 4.0 * (high - mode) / (high - low))
    )


def share_below(
    prior: Prior, x: float, normal_share: Share, beta_share: Callable[[Prior, float], float]
) -> float:
    """Share of an untruncated prior of a rarer family below x."""
    first, last = prior.args[0], prior.args[-1]
    if prior.family == "pert":
        return beta_share(beta_of(prior), within((x - first) / (last - first), 0.0, 1.0))
    if prior.family == "trapezoid":
        return _below_trapezoid(prior.args, x)
    if x <= 0.0:
        return 0.0
    if prior.family == "halfnormal":
        return within(2.0 * normal_share(x / first) - 1.0, 0.0, 1.0)
    if prior.family == "logitnormal":
        return 1.0 if x >= 1.0 else normal_share((_logit(x) - _logit(first)) / last)
    rate = x / first if prior.family == "exponential" else exp(last * (log(x) - log(first)))
    return 1.0 - exp(-rate)


def quantile(prior: Prior, u: Reals, beta_quantile: Callable[[Prior, Reals], Reals]) -> Reals:
    """Quantiles of an untruncated prior of a rarer family at u in (0, 1), elementwise."""
    first, last = prior.args[0], prior.args[-1]
    if prior.family == "pert":
        return first + (last - first) * beta_quantile(beta_of(prior), u)
    if prior.family == "trapezoid":
        return _trapezoid(prior.args, u)
    if prior.family == "halfnormal":
        return first * vector.normal(0.5 + 0.5 * u)
    if prior.family == "logitnormal":
        return 1.0 / (1.0 + vector.exp(-(_logit(first) + last * vector.normal(u))))
    waited = -vector.log(1.0 - u)
    return (
        first * waited
        if prior.family == "exponential"
        else first * vector.exp(vector.log(waited) / last)
    )


def _logit(x: float) -> float:
    return log(x) - log(1.0 - x)


def _below_trapezoid(args: tuple[float, ...], x: float) -> float:
    a, b, c, d = args
    height = 2.0 / ((d - a) + (c - b))
    if x <= b:
        return 0.0 if x <= a else 0.5 * height * (x - a) * (x - a) / (b - a)
    if x <= c:
        return height * (0.5 * (b - a) + (x - b))
    return 1.0 if x >= d else 1.0 - 0.5 * height * (d - x) * (d - x) / (d - c)


def _trapezoid(args: tuple[float, ...], u: Reals) -> Reals:
    a, b, c, d = args
    height = 2.0 / ((d - a) + (c - b))
    rising = a + np.sqrt(u * 2.0 * (b - a) / height)
    falling = d - np.sqrt((1.0 - u) * 2.0 * (d - c) / height)
    flat = b + u / height - 0.5 * (b - a)
    return np.where(
        u < 0.5 * height * (b - a),
        rising,
        np.where(u > 1.0 - 0.5 * height * (d - c), falling, flat),
    )
