"""How it did on history: scores beside simple references, the reliability picture, every case; run
in the background once for all sessions, computes nothing.
"""

from __future__ import annotations

import threading
from html import escape
from typing import Any

import asking
import jobs
import streamlit as st
from runs import Answer
from style import theme

import regime_sim as rs
from regime_sim.view.tables import scorecard

FUTURES, CORPS = 128, 64
SCORES = {
    "brier": "Brier score",
    "log_score": "log score",
    "ranked_probability_score": "ranked probability score, ways",
    "auc": "AUC",
}


@st.cache_resource(show_spinner=False)
def _known() -> dict[str, Any]:
    """The backtest of this process, once it has been run."""
    return {}


def show(answer: Answer) -> None:
    """The verdict first, then scores, reliability and the cases."""

    def work(tell: jobs.Tell, cancel: threading.Event) -> object:
        store = _known()
        if "backtest" not in store:
            # `tell` raises once it is cancelled
            store["backtest"] = rs.backtest(None, FUTURES, 1, CORPS, workers=1, on_progress=tell)
        return store["backtest"]

    found = asking.ask("history", "history", "Predicting the coded episodes of history", work)
    if found is None:
        return
    card = found.scorecards[0]
    asking.lead(
        _verdict(card),
        "Every episode is simulated from its codings and its dates alone, by one map from codings"
        " to levers. The calibration episodes were looked at while the law was written: treat their"
        " score as a check, not as a forecast record.",
    )
    left, right = st.columns([660, 520], gap="large")
    with left:
        _scores(found, card)
    with right:
        asking.figure(
            found.plot(cases=card.cases, theme=theme()),
            "history_reliability",
            "reliability",
        )
    with st.expander(f"All {len(found.predictions)} cases", key="history_cases", type="compact"):
        _cases(found)
    st.html("".join(f'<p class="note">{escape(note)}</p>' for note in found.notes))


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
        f" {base:.3f}) and {against} a logit on the same codings ({logit:.3f})."
    )


def _scores(found: Any, card: Any) -> None:
    names = [name for name in SCORES if name in card.scores["model"]]
    rows = [
        [
            scorecard.FORECASTERS.get(who, who).replace("\n", " "),
            *(_figure(card.scores[who].get(name)) for name in names),
        ]
        for who in scorecard.shown(found)
    ]
    st.html(
        f'<h3 class="title">Scores beside simple references</h3><p class="sub">{card.n} cases,'
        f" {card.exits} exits; 95% ranges by bootstrap over cases. Lower is better, but for"
        " AUC.</p>"
    )
    asking.table(["", *(SCORES[name] for name in names)], rows, "Scores")


def _figure(score: Any) -> str:
    if score is None or score.value != score.value:
        return "–"
    return (
        f"{score.value:.3f}"
        if score.low != score.low
        else f"{score.value:.3f} ({score.low:.2f}–{score.high:.2f})"
    )


def _cases(found: Any) -> None:
    """What was said, the highest first, and what happened; misses are named."""
    ordered = sorted(found.predictions, key=lambda one: -one.out.value)
    rows = []
    for one in ordered:
        end = one.case.observed
        happened = (
            "not known yet"
            if end is None
            else ("out" if end.out else "stayed") + (f", week {end.week}" if end.week else "")
        )
        miss = (
            "miss"
            if one.case.scored and end is not None and abs(one.out.value - end.out) > 0.5
            else ""
        )
        rows.append(
            [
                one.case.id.replace("_", " "),
                one.case.split,
                f"{one.case.horizon}",
                f"{100 * one.out.value:.0f} ({100 * one.out.low:.0f} to {100 * one.out.high:.0f})",
                happened,
                miss,
            ]
        )
    asking.table(
        ["case", "set", "weeks", "out of 100 (95%)", "what happened", ""], rows, "Cases", 2
    )
