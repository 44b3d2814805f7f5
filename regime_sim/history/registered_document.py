"""Registered forecasts as rows and as one JSON document; scores nothing itself."""

from __future__ import annotations

import math
from typing import Any

from ..statistics.intervals import Estimate
from .registered import Forecast, Scorecard


def forecast_rows(card: Scorecard) -> list[dict[str, Any]]:
    """A row for each forecast, by the day of its answer; None for what does not exist."""
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
            **_beside(one),
        }
        for one in card.forecasts
    ]


def _beside(one: Forecast) -> dict[str, float | None]:
    """What history adds: the blend, its range and the hazard of years and age, in columns."""
    names = ("value", "low", "high", "hazard")
    keys = ("blend", "blend_low", "blend_high", "hazard")
    found = {key: getattr(one.blend, name, None) for key, name in zip(keys, names, strict=True)}
    return {**found, "blend_brier": _known(one.blend_brier)}


def _today(now: Estimate | None) -> dict[str, float | None]:
    """What today's model says, in columns; None where it was not asked."""
    values = (now.value, now.low, now.high) if now else (None, None, None)
    return dict(zip(("now", "now_low", "now_high"), values, strict=True))


def score_document(card: Scorecard) -> dict[str, Any]:
    """The scorecard as one JSON document."""
    known = sum(one.state == "known" for one in card.forecasts)
    scores = {"brier": _cells(card.brier), "base_rate_brier": _cells(card.base_brier)}
    return {"forecasts": forecast_rows(card), "scores": {"known": known, **scores}}


def _cells(score: Estimate) -> dict[str, float | None]:
    found = {name: _known(getattr(score, name)) for name in ("value", "low", "high")}
    return {**found, "n": score.n}


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
