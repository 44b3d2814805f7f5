"""A backtest as text: each case and what happened, each forecaster's scores; computes nothing."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...history.scoring import SCORES, Scorecard
from ...inert import one_line

if TYPE_CHECKING:
    from ...history.backtest import Backtest, Prediction
    from ...statistics.resampling import Score

WIDTH = 100
FORECASTERS = {
    "model": "model",
    "blend": "blend",
    "law_rates": "law,\nrates",
    "law_cases": "law,\ncases",
    "mean": "mean with\nlogit",
    "mean_without_contaminated": "mean with\nclean logit",
    "base_rate": "base rate",
    "ridge_logit": "logit",
    "ridge_logit_without_exile": "logit,\nno exile",
    "ridge_logit_without_contaminated": "logit,\nclean",
}
LEFT_OUT = (
    "ridge_logit_without_exile",
    "mean_without_contaminated",
)  # of the text, which has no room; the documents have it
# scores that are shown re-weighted too
WEIGHTED = ("brier", "log_score", "ranked_probability_score", "hit_rate")
SIGNS = {"reliability_slope": ""}
SHORT = {
    "survived": "in office",
    "coup": "coup",
    "uprising": "uprising",
    "rebellion": "rebels",
    "negotiated_exit": "negotiated",
    "foreign_removal": "invasion",
    "seized": "seized",
    "assassinated": "killed",
    "died": "died",
    "regular": "regular",
    "palace_coup": "palace",
    "leader_removed_regime_continues": "he alone",
    "censored": "not known yet",
}


def text(b: Backtest) -> str:
    """The whole backtest: cases, plain scores, weighted scores, reliability, notes."""
    parts = [_title(b), _cases(b), _blend(b)]
    for card, weighted in zip(b.scorecards, b.weighted, strict=True):
        parts += [_scores(card, weighted, shown(b)), _reliability(card)]
    notes = [
        line
        for note in b.notes
        for line in textwrap.wrap(note, WIDTH - 2, initial_indent="- ", subsequent_indent="  ")
    ]
    return "\n\n".join([*parts, "\n".join(notes)])


def _title(b: Backtest) -> str:
    known = sum(one.case.scored for one in b.predictions)
    generals = "all generals" if b.corps is None else f"{b.corps} simulated generals"
    title = (
        f"{len(b.predictions)} cases, {known} with a known end; {b.replicates:,} futures each"
        f" ({generals}), seed {b.seed}. P(out): out of office by the horizon."
    )
    return "\n".join(textwrap.wrap(title, WIDTH))


def _cases(b: Backtest) -> str:
    heads = ("case", "weeks", "P(out)", "95% interval", "logit", "likeliest exits")
    rows = [_case(b, k, one) for k, one in enumerate(b.predictions)]
    return _aligned([(*heads, "falls", "happened", "week", ""), *rows], left=(0, 5, 7))


def _blend(b: Backtest) -> str:
    """The forecast beside the law, each part's number."""
    heads = ("blend", "P(out)", "90% range", "law", "weighted logit", "ordinary rate", "happened")
    rows = []
    for k, one in enumerate(b.predictions):
        end, mixed = one.case.observed, b.blend
        rows.append(
            (
                one_line(one.case.id)[:24] + (" *" if mixed.coders[k] > 1 else ""),
                f"{mixed.out[k]:.2f}",
                f"{mixed.low[k]:.2f}-{mixed.high[k]:.2f}",
                *(f"{p[k]:.2f}" for p in mixed.parts.values()),
                SHORT.get(end.leader, end.leader) if end else "not said",
            )
        )
    note = "\n* coded twice" if (b.blend.coders > 1).any() else ""
    return _aligned([heads, *rows], left=(0, 6)) + note


def _case(b: Backtest, k: int, one: Prediction) -> tuple[str, ...]:
    seen = ((p, way) for way, p in one.outcomes.items() if way != "survived" and p >= 0.02)
    ways = sorted(seen, reverse=True)[:2]
    end, out = one.case.observed, one.out
    miss = "miss" if one.case.scored and end is not None and abs(out.value - end.out) > 0.5 else ""
    return (
        one_line(one.case.id)[:24],
        str(one.case.horizon),
        f"{out.value:.2f}",
        f"{out.low:.2f}-{out.high:.2f}",
        f"{b.probabilities['ridge_logit'][k]:.2f}",
        ", ".join(f"{SHORT[way]} {p:.2f}" for p, way in ways),
        f"{one.regime['falls']:.2f}",
        SHORT.get(end.leader, end.leader) if end else "not said",
        str(end.week) if end and end.week else "–",
        miss,
    )


def shown(b: Backtest) -> list[str]:
    """The forecasters that have a column: a law that is the model under another name has none."""
    same = [law for law, said in b.by_law.items() if law != "model" and said is b.by_law["model"]]
    absent = (*same, *LEFT_OUT)
    return [name for name in FORECASTERS if name in b.probabilities and name not in absent]


def _scores(card: Scorecard, weighted: Scorecard, who: Sequence[str]) -> str:
    """A row per score, a column per forecaster; below them intervals and re-weighted scores."""
    heads = [FORECASTERS.get(name, name).split("\n") for name in who]
    rows: list[tuple[str, ...]] = [
        ("", *(head[0] for head in heads)),
        ("", *(head[1] if len(head) > 1 else "" for head in heads)),
    ]
    for name, (words, lower) in SCORES.items():
        sign = SIGNS.get(name, "" if lower else " *")
        rows += _score_rows(f"{words}{sign}", [card.scores[one][name] for one in who])
        if name in WEIGHTED:
            rows += _score_rows("  re-weighted", [weighted.scores[one][name] for one in who])
    title = (
        f"Scores, {one_line(card.cases)}: {card.n} cases, {card.exits} exits. Lower is better (*"
        " higher; slope: 1); below each its 95% interval, bootstrap over cases. "
    )
    title += (
        f"Re-weighted: so that exits are {weighted.population:.0%}, as among episodes not chosen by"
        " fame (references fitted so too)."
    )
    return "\n".join([*textwrap.wrap(title, WIDTH), _aligned(rows, left=(0,)), *_differences(card)])


def _score_rows(words: str, found: Sequence[Score]) -> list[tuple[str, ...]]:
    """The figures of one score, and their intervals below."""
    intervals = (
        ("" if math.isnan(s.value) else "unknown")
        if math.isnan(s.low)
        else f"{_figure(s.low)}–{_figure(s.high)}"
        for s in found
    )
    return [(words, *(_figure(s.value) for s in found)), ("", *intervals)]


def _differences(card: Scorecard) -> list[str]:
    """The model against each reference, on the same draws of cases."""
    against = card.differences.get("model", {})
    return [
        f"Model minus {FORECASTERS.get(other, other).replace(chr(10), ' ')}: Brier"
        f" {_signed(found['brier'])}, log score {_signed(found['log_score'])}"
        for other, found in against.items()
    ]


def _signed(s: Score) -> str:
    if math.isnan(s.value):
        return "–"
    if math.isnan(s.low):
        return f"{s.value:+z.3f} (interval unknown)"
    return f"{s.value:+z.3f} ({s.low:+z.3f} to {s.high:+z.3f})"


def _reliability(card: Scorecard) -> str:
    rows = [("model said", "cases", "mean P(out)", "left", "95% interval")]
    for bin in card.reliability["model"]:
        empty = bin.n == 0
        band = "" if empty else f"{bin.observed_low:.2f} to {bin.observed_high:.2f}"
        said = ("–", "–") if empty else (f"{bin.forecast:.2f}", f"{bin.observed:.2f}")
        rows.append((f"{bin.low:.1f} to {bin.high:.1f}", str(bin.n), *said, band))
    return f"Reliability, {one_line(card.cases)}:\n{_aligned(rows, left=(0,))}"


def _figure(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def _aligned(rows: Sequence[Sequence[str]], left: Sequence[int]) -> str:
    """Columns under one another, two blanks apart; those in `left` flush left, others right."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = (
        "  ".join(
            cell.ljust(width) if k in left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
