"""The skill on history in a report: scores beside two references, in words; computes no score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..tables.report import cell, table

if TYPE_CHECKING:
    from ...history.backtest import Backtest

SCORES = {
    "brier": "Brier score, out of office or not",
    "log_score": "Log score, out of office or not",
    "ranked_probability_score": "Ranked probability score, how he leaves",
    "auc": "Ranking by risk (AUC; 0.5 is a coin toss)",
}
FORECASTERS = {
    "model": "this model",
    "base_rate": "base rate",
    "ridge_logit": "logit on the codings",
}


def history(b: Backtest) -> dict[str, Any]:
    """The skill on history: scores beside two references, and what they mean in words."""
    tables = []
    for card in b.scorecards:
        rows = []
        for name, words in SCORES.items():
            found = [card.scores[who].get(name) for who in FORECASTERS if who in card.scores]
            rows.append(
                [
                    cell(words, way=name),
                    *(
                        cell(
                            (
                                "–"
                                if s is None or math.isnan(s.value)
                                else f"{s.value:.3f} ({s.low:.3f} to {s.high:.3f})"
                            ),
                            s and s.value,
                        )
                        for s in found
                    ),
                ]
            )
        heads = ["", *(words for who, words in FORECASTERS.items() if who in card.scores)]
        tables.append(
            table(
                f"scores-{card.cases}",
                f"{card.cases}: {card.n} cases, {card.exits} exits; 95% intervals over cases",
                heads,
                rows,
            )
        )
    return {
        "lead": _lead(b),
        "tables": tables,
        "notes": list(b.notes),
        "about": f"{b.replicates:,} futures per case, seed {b.seed}.",
    }


def _lead(b: Backtest) -> str:
    """Whether the model does better than the base rate and the logit, first set of cases."""
    card = b.scorecards[0]
    said = []
    for other, name in (
        ("base_rate", "the base rate"),
        ("ridge_logit", "a plain logit on the same codings"),
    ):
        d = card.differences.get("model", {}).get(other, {}).get("brier")
        if d is not None and not math.isnan(d.value):
            verdict = (
                "better than"
                if d.high < 0
                else "worse than"
                if d.low > 0
                else "neither clearly better nor worse than"
            )
            said.append(
                f"{verdict} {name} (Brier {d.value:+.3f}, 95% interval {d.low:+.3f} to"
                f" {d.high:+.3f})"
            )
    score = card.scores["model"]["brier"]
    return (
        f"On {card.n} coded episodes the model's Brier score is {score.value:.3f} (95%"
        f" interval {score.low:.3f} to {score.high:.3f}; 0 is perfect): " + "; ".join(said) + "."
    )
