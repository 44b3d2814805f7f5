"""Registered forecasts as text: what was frozen, what is known, the scores; scores nothing."""

from __future__ import annotations

import math
import textwrap

from ...history.registered import Forecast, Scorecard
from ...statistics.intervals import Estimate


def score_text(card: Scorecard) -> str:
    """The scorecard for a terminal."""
    if not card.forecasts:
        return (
            "No registered forecasts here: a scenario file registers one with `resolve: {question:"
            " ..., by: DATE}`."
        )
    lines: list[str] = []
    for one in card.forecasts:
        lines.append(f"{one.id}  {one.state}, answer by {one.by}{_frozen(one)}")
        lines.extend(
            textwrap.wrap(one.question, 96, initial_indent="    ", subsequent_indent="    ")
        )
        if one.blend is not None:
            mixed = one.blend
            lines.append(
                f"    what history adds: rulers of his years and age {mixed.hazard:.1%}, the law"
                f" {mixed.law:.1%}; blend of both {mixed.value:.1%} (90% range {mixed.low:.0%} to"
                f" {mixed.high:.0%})"
            )
        if one.now is not None:
            now = f"{one.now.value:.1%} (simulation error {one.now.low:.1%} to {one.now.high:.1%})"
            lines.append(f"    today's model says {now}; this is not what is scored")
    return "\n".join([*lines, "", _summary(card)])


def _frozen(one: Forecast) -> str:
    if one.on is None:
        return ""
    unknown = (
        f", {one.range[0]:.0%} to {one.range[1]:.0%} over the parameter uncertainty"
        if one.range
        else ""
    )
    rate = "no base rate" if math.isnan(one.base_rate) else f"base rate {one.base_rate:.1%}"
    said = (
        f"; {one.probability:.1%} (simulation error {one.low:.1%} to {one.high:.1%}{unknown}),"
        f" {rate}, frozen {one.on}"
    )
    if one.state != "known":
        return said
    beside = "" if math.isnan(one.base_brier) else f" (base rate {one.base_brier:.4f})"
    told = "happened" if one.happened else "did not happen"
    return f"{said}; it {told}, Brier {one.brier:.4f}{beside}"


def _summary(card: Scorecard) -> str:
    known = sum(one.state == "known" for one in card.forecasts)
    if not known:
        return f"{len(card.forecasts)} questions, none answered yet: nothing to score."
    return (
        f"{len(card.forecasts)} questions, {known} answered: Brier {_said(card.brier)}, base rate"
        f" {_said(card.base_brier)}. 0 is perfect, 0.25 a coin."
    )


def _said(score: Estimate) -> str:
    if math.isnan(score.value):
        return "unknown"
    interval = (
        "" if math.isnan(score.low) else f" (95% interval {score.low:.4f} to {score.high:.4f})"
    )
    return f"{score.value:.4f}{interval}, n = {score.n:g}"
