"""Skill on the model card: the aim, all forecasters' scores, reliability; computes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...history.forecasters import LAWS
from ...history.scoring import SCORES, Scorecard
from ..figures.reliability import alt_text
from ..words.claim import LEARNED, markdown_table, percent

if TYPE_CHECKING:
    from ...history.model_card import Evidence, Goal
    from ...statistics.reliability import Bin
    from ...statistics.resampling import Score

NAMES = {
    "model": "**model**",
    "law_rates": "law, fitted to rates and patterns (no case seen)",
    "law_cases": "law, fitted to cases too",
    "mean": "mean of model and logit",
    "mean_without_contaminated": "mean of model and clean logit",
    "base_rate": "base rate",
    "ridge_logit": "ridge logit, all codings",
    "ridge_logit_without_exile": "ridge logit, no exile codings",
    "ridge_logit_without_contaminated": 'ridge logit, no contaminated codings ("clean")',
}
# the columns of the two tables of a set of cases: (score, whether re-weighted)
WHETHER = (
    ("brier", False),
    ("brier", True),
    ("log_score", False),
    ("log_score", True),
    ("auc", False),
    ("reliability_slope", False),
)
HOW = (
    ("hit_rate", False),
    ("hit_rate", True),
    ("category_brier", False),
    ("ranked_probability_score", False),
    ("crps_weeks", False),
    ("regime_brier", False),
)


def goal_lines(e: Evidence) -> Iterator[str]:
    met, clear = (
        sum(test("model") for test in tests)
        for tests in ([goal.met for goal in e.goals], [goal.clear for goal in e.goals])
    )
    yield (
        f"Set before the fit; the model reaches {met} of {len(e.goals)}, and {clear} of these with"
        " its whole interval. Figures with 95% bootstrap intervals over cases."
    )
    yield ""
    who = [one for one in _rows(e) if one in (*LAWS, "mean")]
    rows = [
        [
            f"{goal.cases}: {goal.words}",
            *(f"{_cell(goal.scores[one])}, {_verdict(goal, one)}" for one in who),
        ]
        for goal in e.goals
    ]
    yield from markdown_table(["goal", *(NAMES[one] for one in who)], rows)


def _verdict(goal: Goal, who: str) -> str:
    if not goal.met(who):
        return "**not met**"
    return "met" if goal.clear(who) else "met, not clearly"


def _rows(e: Evidence) -> list[str]:
    """The forecasters that have a row: a law that is the model under another name has none."""
    by_law = e.backtest.by_law
    known = [who for who in NAMES if who in e.backtest.probabilities]
    return [who for who in known if who == "model" or by_law.get(who) is not by_law["model"]]


def skill_lines(e: Evidence) -> Iterator[str]:
    learned = e.backtest.learned_from
    yield (
        f"`model` is the law as default runs draw it: {LEARNED[learned['model']]}. The law fitted"
        f" to rates and patterns draws from {LEARNED[learned['law_rates']]}; the law fitted to"
        f" cases too from {LEARNED[learned['law_cases']]}."
    )
    yield from (
        f"The {NAMES[law]}, is the model itself: it has no row of its own."
        for law in LAWS[1:]
        if law not in _rows(e)
    )
    yield (
        "A logit gives P(out) alone; its P(out) is spread over weeks and exit modes as the exits of"
        " the calibration cases were. References are fitted on the calibration cases alone, out of"
        " fold there."
    )
    yield from (f"- {note}" for note in e.backtest.notes)
    for card, weighted in zip(e.backtest.scorecards, e.backtest.weighted, strict=True):
        if card.cases != "all":
            yield ""
            yield from _skill_table(card, weighted, _rows(e))
            yield ""
            rows = [
                [words, *(_cell(found[name]) for name in ("brier", "log_score", "hit_rate", "auc"))]
                for words, found in e.blanked[card.cases].items()
            ]
            scores = ("Brier, out", "log score, out", "likeliest exit right", "AUC, out")
            yield from markdown_table(["blanked for the model", *scores], rows)
            yield ""
            yield (
                "The model reads the contaminated codings and the clean logit (without them) does"
                " not: the last row compares the law with it on equal terms (clean logit: Brier"
                f" {_cell(card.scores['ridge_logit_without_contaminated']['brier'])})."
            )


def _skill_table(card: Scorecard, weighted: Scorecard, who: Sequence[str]) -> Iterator[str]:
    """One set of cases: a row for each forecaster; whether he leaves, then how and when."""
    yield f"### {card.cases.capitalize()}: {card.n} cases, {card.exits} exits"
    yield ""
    yield (
        f"Re-weighted: exits count as {percent(weighted.population or math.nan)} of the cases."
        " Lower is better, but for the likeliest exit, AUC (higher) and the slope (1; 10 is the end"
        " of its scale)."
    )
    for columns in (WHETHER, HOW):
        yield ""
        heads = [SCORES[name][0] + (", re-weighted" if again else "") for name, again in columns]
        read = [((weighted if again else card).scores, name) for name, again in columns]
        rows = [[NAMES[one], *(_cell(scores[one][name]) for scores, name in read)] for one in who]
        yield from markdown_table(["forecaster", *heads], rows)


def _cell(s: Score) -> str:
    if math.isnan(s.value):
        return "–"
    digits = 1 if abs(s.value) >= 10 else 3
    return f"{s.value:.{digits}f} ({s.low:.{digits}f} to {s.high:.{digits}f})"


def reliability_lines(e: Evidence, picture: str) -> Iterator[str]:
    card = e.card("calibration") or e.backtest.scorecards[0]
    yield (
        f"![{alt_text(card.cases, [one for one in card.reliability['model'] if one.n])}]({picture})"
    )
    for one in e.backtest.scorecards:
        if one.cases == "all":
            continue
        yield ""
        heads = ("cases", "mean P(out)", "share that left (95% interval)")
        rows = [_bin_row(bin) for bin in one.reliability["model"]]
        yield from markdown_table([f"{one.cases}: the model said", *heads], rows)


def _bin_row(bin: Bin) -> list[str]:
    """What the model said in a bin, of how many cases, and how many left."""
    said = ["–", "–"]
    if bin.n:
        interval = f"{bin.observed_low:.2f} to {bin.observed_high:.2f}"
        said = [f"{bin.forecast:.2f}", f"{bin.observed:.2f} ({interval})"]
    return [f"{bin.low:.1f} to {bin.high:.1f}", str(bin.n), *said]


__all__ = ["NAMES", "goal_lines", "reliability_lines", "skill_lines"]
