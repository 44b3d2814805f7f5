"""How the model does on history: scores beside simple references, the reliability picture, every
case; run in the background once for all sessions, computes nothing.
"""

from __future__ import annotations

import threading
from html import escape
from typing import Any

import streamlit as st

import regime_sim as rs
from regime_sim.view.tables import scorecard

from .. import answer_files, elements, jobs, long_work
from ..answers import Answer
from ..style import theme

FUTURES, CORPS = 128, 64
SCORES = {
    "brier": "Brier score",
    "log_score": "log score",
    "ranked_probability_score": "ranked probability score, exit modes",
    "auc": "AUC",
}


def show(answer: Answer) -> None:
    """The verdict first, then scores, reliability and the cases."""

    found = long_work.ask(question())
    if found is None:
        return
    card = found.scorecards[0]
    elements.lead(
        _verdict(card),
        "Every episode is simulated from its codings and its dates alone, by one map from codings"
        " to levers. The calibration episodes were known when the law was written: their score is"
        " a check, not a record of forecasts.",
    )
    left, right = st.columns([660, 520], gap="large")
    with left:
        _scores(found, card)
    with right:
        drawn = found.plot(cases=card.cases, theme=theme())
        elements.figure(drawn, "history_reliability", "reliability")
    with st.expander(f"All {len(found.predictions)} cases", key="history_cases", type="compact"):
        _cases(found)
    st.html("".join(f'<p class="note">{escape(note)}</p>' for note in found.notes))


def question(workers: int = 1) -> long_work.Question:
    """What is asked of history."""

    def work(tell: jobs.Tell, cancel: threading.Event) -> object:
        how = {"workers": workers, "on_progress": tell, "cancel": cancel}
        return rs.backtest(None, FUTURES, 1, CORPS, **how)

    return long_work.Question(
        "history",
        f"{FUTURES} {CORPS}",
        "Predicting the coded episodes of history",
        work,
        lasting=True,
        rooms=(*answer_files.NUMBERS, "history"),
    )


def _verdict(card: Any) -> str:
    model, base, logit = (
        card.scores[who]["brier"].value for who in ("model", "base_rate", "ridge_logit")
    )
    if model > base:
        return (
            f"On {card.n} episodes the model does worse than the base rate (Brier {model:.3f}"
            f" against {base:.3f}; lower is better)."
        )
    against = "better than" if model < logit else "worse than"
    return (
        f"On {card.n} episodes the model does better than the base rate (Brier {model:.3f} against"
        f" {base:.3f}) and {against} a logistic regression on the same codings ({logit:.3f})."
    )


def _scores(found: Any, card: Any) -> None:
    names = [name for name in SCORES if name in card.scores["model"]]
    rows = [
        [
            scorecard.FORECASTERS.get(who, who).replace("\n", " "),
            *(_score(card.scores[who].get(name)) for name in names),
        ]
        for who in scorecard.shown(found)
    ]
    st.html(
        f'<h2 class="title">Scores beside simple references</h2><p class="sub">{card.n} cases,'
        f" {card.exits} exits; 95% intervals by bootstrap over cases. Lower is better, except for"
        " AUC.</p>"
    )
    elements.table(["", *(SCORES[name] for name in names)], rows, "Scores")


def _score(score: Any) -> str:
    if score is None or score.value != score.value:
        return "–"
    known = score.low == score.low
    return f"{score.value:.3f}" + (f" ({score.low:.2f} to {score.high:.2f})" if known else "")


def _cases(found: Any) -> None:
    """What was said, the highest first, and what happened; misses are named."""
    ordered = sorted(found.predictions, key=lambda one: -one.out.value)
    heads = ["case", "set", "weeks", "out of 100 (95% interval)", "what happened", ""]
    elements.table(heads, [_case(one) for one in ordered], "Cases", 2)


def _case(one: Any) -> list[str]:
    """The row of a case."""
    end, happened, missed = one.case.observed, "not known yet", False
    if end is not None:
        happened = ("out" if end.out else "stayed") + (f", week {end.week}" if end.week else "")
        missed = one.case.scored and abs(one.out.value - end.out) > 0.5
    return [
        one.case.id.replace("_", " "),
        one.case.split,
        f"{one.case.horizon}",
        f"{100 * one.out.value:.0f} ({100 * one.out.low:.0f} to {100 * one.out.high:.0f})",
        happened,
        "miss" if missed else "",
    ]
