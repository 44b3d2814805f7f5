"""Registered forecasts as rows and as text: what was frozen, what has become known, and how good it
was; scores nothing itself.
"""

from __future__ import annotations

import math
import textwrap
from typing import Any

from ...history.registered import Forecast, Scorecard
from ...statistics.intervals import Estimate


def forecast_rows(card: Scorecard) -> list[dict[str, Any]]:
    """One row a forecast, by the day of its answer; None for what does not exist."""
    return [
        {
            "id": one.id,
            "ruler": one.ruler,
            "question": one.question,
            "by": one.by.isoformat(),
            "frozen": one.on.isoformat() if one.on else None,
            "state": one.state,
            "probability": _known(one.probability),
            "low": _known(one.low),
            "high": _known(one.high),
            "range_low": one.range[0] if one.range else None,
            "range_high": one.range[1] if one.range else None,
            "base_rate": _known(one.base_rate),
            "happened": one.happened,
            "brier": _known(one.brier),
            "base_brier": _known(one.base_brier),
            **_today(one.now),
        }
        for one in card.forecasts
    ]


def score_document(card: Scorecard) -> dict[str, Any]:
    """The scorecard as one JSON document."""
    known = sum(one.state == "known" for one in card.forecasts)
    scores = {
        "known": known,
        "brier": _cells(card.brier),
        "base_rate_brier": _cells(card.base_brier),
    }
    return {"forecasts": forecast_rows(card), "scores": scores}


def score_text(card: Scorecard) -> str:
    """The scorecard for a terminal."""
    if not card.forecasts:
        return (
            "No registered forecasts here: a scenario file has one when it says resolve: {question:"
            " ..., by: DATE}."
        )
    lines: list[str] = []
    for one in card.forecasts:
        lines.append(f"{one.id}  {one.state}, answer by {one.by}{_frozen(one)}")
        lines.extend(
            textwrap.wrap(one.question, 96, initial_indent="    ", subsequent_indent="    ")
        )
        if one.now is not None:
            now = f"{one.now.value:.1%} (simulation error {one.now.low:.1%} to {one.now.high:.1%})"
            lines.append(f"    today's model says {now}; this is not what is scored")
    return "\n".join([*lines, "", _summary(card)])


def _today(now: Estimate | None) -> dict[str, float | None]:
    """What today's model says, in columns; None where it was not asked."""
    values = (now.value, now.low, now.high) if now else (None, None, None)
    return dict(zip(("now", "now_low", "now_high"), values, strict=True))


def _frozen(one: Forecast) -> str:
    if one.on is None:
        return ""
    unknown = (
        f", {one.range[0]:.0%} to {one.range[1]:.0%} over what is not known" if one.range else ""
    )
    said = (
        f"; {one.probability:.1%} (simulation error {one.low:.1%} to {one.high:.1%}{unknown}), base"
        f" rate {one.base_rate:.1%}, frozen {one.on}"
    )
    if one.state != "known":
        return said
    return (
        f"{said}; it {'happened' if one.happened else 'did not happen'}, Brier {one.brier:.4f}"
        f" (base rate {one.base_brier:.4f})"
    )


def _summary(card: Scorecard) -> str:
    known = sum(one.state == "known" for one in card.forecasts)
    if not known:
        return f"{len(card.forecasts)} questions, none answered yet: nothing to score."
    return (
        f"{len(card.forecasts)} questions, {known} answered: Brier {_said(card.brier)}, base rate"
        f" {_said(card.base_brier)}. 0 is perfect, 0.25 a coin."
    )


def _said(score: Estimate) -> str:
    interval = (
        "" if math.isnan(score.low) else f" (95% interval {score.low:.4f} to {score.high:.4f})"
    )
    return f"{score.value:.4f}{interval}, n = {score.n:g}"


def _cells(score: Estimate) -> dict[str, float | None]:
    return {
        "value": _known(score.value),
        "low": _known(score.low),
        "high": _known(score.high),
        "n": score.n,
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
