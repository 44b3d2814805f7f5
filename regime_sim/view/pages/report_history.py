"""The skill on history in a report: scores beside two references, in words; computes no score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..tables.report import Cell, cell, table

if TYPE_CHECKING:
    from ...history.backtest import Backtest
    from ...statistics.resampling import Score

SCORES = {
    "brier": "Brier score, out of office or not",
    "log_score": "Log score, out of office or not",
    "ranked_probability_score": "Ranked probability score, how he leaves",
    "auc": "Ranking by risk (AUC; 0.5 is a coin toss)",
}
FORECASTERS = {
    "model": "this model",
    "blend": "with what history adds (blend)",
    "base_rate": "base rate",
    "ridge_logit": "logit on the codings",
}


def history(b: Backtest) -> dict[str, Any]:
    """The skill on history: scores beside two references, and what they mean in words."""
    tables = []
    for card in b.scorecards:
        shown = {who: words for who, words in FORECASTERS.items() if who in card.scores}
        rows = [
            [cell(words, way=name), *(_score(card.scores[who].get(name)) for who in shown)]
            for name, words in SCORES.items()
        ]
        caption = f"{card.cases}: {card.n} cases, {card.exits} exits; 95% intervals over cases"
        tables.append(table(f"scores-{card.cases}", caption, ["", *shown.values()], rows))
    return {
        "lead": _lead(b),
        "tables": tables,
        "notes": list(b.notes),
        "about": f"{b.replicates:,} futures per case, seed {b.seed}.",
    }


def _score(s: Score | None) -> Cell:
    """A score with its interval; a dash where there is none."""
    if s is None or math.isnan(s.value):
        return cell("–")
    return cell(f"{s.value:.3f} ({s.low:.3f} to {s.high:.3f})", s.value)


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
                f"{verdict} {name} (Brier {d.value:+z.3f}, 95% interval {d.low:+z.3f} to"
                f" {d.high:+z.3f})"
            )
    score = card.scores["model"]["brier"]
    return (
        f"On {card.n} coded episodes the model's Brier score is {score.value:.3f} (95%"
        f" interval {score.low:.3f} to {score.high:.3f}; 0 is perfect): " + "; ".join(said) + "."
    )
