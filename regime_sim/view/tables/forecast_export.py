"""Frozen forecasts in the columns that forecasting platforms ask for; scores nothing and sends
nothing. Neither platform takes such a file as it is: its cells are what their pages ask for.
"""

from __future__ import annotations

import math
from typing import Any

from ...errors import RegimeSimError
from ...history.registered import Forecast, Scorecard

STYLES = ("metaculus", "gjopen")
LEAST = {"metaculus": 0.001, "gjopen": 0.01}  # the smallest chance that a platform takes


def export_rows(card: Scorecard, style: str) -> list[dict[str, Any]]:
    """metaculus: a row per question, probability_yes from 0.001 to 0.999; gjopen: two rows per
    question, Yes and No, whole percent that add up to 100. Open forecasts only. Raises
    RegimeSimError where there is none.
    """
    asked = [one for one in card.forecasts if one.state == "open"]
    if not asked:
        raise RegimeSimError("export: no forecast here is open - freeze one first")
    if style == "metaculus":
        return [
            {
                "question_title": one.question,
                "question_type": "binary",
                "resolution_date": one.by.isoformat(),
                "probability_yes": round(_inside(one, style), 3),
                "forecast_date": one.on.isoformat() if one.on else None,
                "comment": _why(one),
            }
            for one in asked
        ]
    return [
        {
            "question": one.question,
            "closes": one.by.isoformat(),
            "answer": answer,
            "percent": percent,
            "rationale": _why(one),
        }
        for one in asked
        for answer, percent in _percents(one)
    ]


def _percents(one: Forecast) -> tuple[tuple[str, int], tuple[str, int]]:
    yes = round(100.0 * _inside(one, "gjopen"))
    return ("Yes", yes), ("No", 100 - yes)


def _inside(one: Forecast, style: str) -> float:
    return min(1.0 - LEAST[style], max(LEAST[style], one.probability))


def _why(one: Forecast) -> str:
    """What the number is, in a sentence."""
    said = f"regime_sim, frozen {one.on}: {one.probability:.1%} of simulated futures"
    if one.range:
        said += f", {one.range[0]:.0%} to {one.range[1]:.0%} over the parameter uncertainty"
    if not math.isnan(one.base_rate):
        said += f"; the observed rate of personalist rulers gives {one.base_rate:.1%}"
    return said
