"""The model card in Markdown: skill, reliability, misses, limits of the data; computes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from ...history.outcome_words import CATEGORIES
from ..tables.skill import NAMES, goal_lines, reliability_lines, skill_lines
from ..words.claim import LEARNED, claim_lines, december_lines, markdown_table
from .miss_reasons import REASONS
from .second_edition import (
    coder_lines,
    edition_lines,
    episode_lines,
    journalist_lines,
    panel_lines,
)

if TYPE_CHECKING:
    from ...history.backtest import Prediction
    from ...history.model_card import Evidence

MISS = 0.5
# what the table of coding shifts shows: scores and forecasters
SHIFTED = {"brier": "Brier, out", "log_score": "log score, out", "hit_rate": "likeliest exit right"}
FORECASTERS = ("model", "mean", "base_rate", "ridge_logit", "ridge_logit_without_contaminated")


def model_card(e: Evidence, command: str, version: str, picture: str) -> str:
    """The whole page. picture: the file name of the reliability figure beside it."""
    sets = {card.cases: card.n for card in e.backtest.scorecards}
    template = (files("regime_sim.view.pages") / "model_card.md").read_text("utf-8")
    parts: dict[str, Iterator[str]] = {
        "journalist": journalist_lines(e.edition),
        "editions": edition_lines(e.edition),
        "panel": panel_lines(e.edition),
        "episodes": episode_lines(e.edition),
        "coders": coder_lines(e.edition),
        "goals": goal_lines(e),
        "skill": skill_lines(e),
        "reliability": reliability_lines(e, picture),
        "misses": _misses(e),
        "shifts": _shifts(e),
        "rates": _rates(e),
        "unknown": _unknown(e),
        "claim": claim_lines(e.claim),
        "december": december_lines(e.december),
        "made": _made(e),
    }
    return Template(template).substitute(
        {name: "\n".join(lines).rstrip() for name, lines in parts.items()},
        mark=f"<!-- fingerprint: {e.fingerprint} -->",
        command=command,
        model=e.model[:16],
        version=version,
        calibration=sets.get("calibration", 0),
        development=sets.get("development", 0),
    )


def _misses(e: Evidence) -> Iterator[str]:
    known = [one for one in e.backtest.predictions if one.case.scored]
    wrong = sorted(
        (one for one in known if abs(_error(one)) > MISS), key=lambda one: -abs(_error(one))
    )
    yield (
        f"Missed (more than half was given to the wrong side): {len(wrong)} of {len(known)} cases."
        " The reasons are judgement."
    )
    yield ""
    yield from markdown_table(
        ["case", "set", "P(out) given", "what happened", "why, as far as known"],
        [_miss_row(one) for one in wrong],
    )
    exits = [one for one in known if one.case.observed is not None and one.case.observed.out]
    other = [one for one in exits if one not in wrong and not _way_right(one)]
    yield ""
    yield (
        f"Of {len(exits)} exits, {len(other)} were foreseen as exits, or left open, with another"
        " exit mode likeliest:"
    )
    yield ""
    yield from markdown_table(
        ["case", "set", "likeliest exit given", "what happened", "why, as far as known"],
        [_way_row(one) for one in other],
    )


def _error(one: Prediction) -> float:
    return one.out.value - float(one.case.observed is not None and one.case.observed.out)


def _category(one: Prediction, inside: bool = False) -> tuple[str, float]:
    """The likeliest category of exits with its probability (`inside`: staying counts as one)."""
    sums = {
        name: sum(one.outcomes[way] for way in ways)
        for name, ways in CATEGORIES
        if inside or "survived" not in ways
    }
    best = max(sums, key=lambda name: sums[name])
    return best, sums[best]


def _way_right(one: Prediction) -> bool:
    """Whether the likeliest category, staying in office among them, may be what happened."""
    best = dict(CATEGORIES)[_category(one, inside=True)[0]]
    return one.case.observed is not None and bool(set(best) & set(one.case.observed.ways))


def _happened(one: Prediction) -> str:
    end = one.case.observed
    if end is None:
        return "–"
    week = "" if end.week is None else f", week {end.week}"
    return f"{end.leader.replace('_', ' ')}{week}"


def _miss_row(one: Prediction) -> list[str]:
    return [
        f"`{one.case.id}`",
        one.case.split,
        f"{one.out.value:.2f} ({one.out.low:.2f} to {one.out.high:.2f})",
        _happened(one),
        REASONS.get(one.case.id, "not known"),
    ]


def _way_row(one: Prediction) -> list[str]:
    name, p = _category(one)
    return [
        f"`{one.case.id}`",
        one.case.split,
        f"{name} {p:.2f}, of P(out) {one.out.value:.2f}",
        _happened(one),
        REASONS.get(one.case.id, "not known"),
    ]


def _shifts(e: Evidence) -> Iterator[str]:
    s = e.shifts
    if s is None:
        yield "Not run for this page."
        return
    yield (
        "Every coding of every case moved at random by minus a step, nothing or plus a step"
        f" ({s.step:g}, kept within 0 and 1), {s.number} times; all forecasters scored again, the"
        " logits fitted again, the"
    )
    yield (
        f"law's sample kept. {s.futures} futures per case, the same ones each time. Scores: as"
        " coded, and 5% to 95% over the shifts. From so few futures the scores as coded differ from"
        " those above; what counts here is the spread."
    )
    for cases in s.n:
        if cases in ("calibration", "development"):
            yield ""
            rows = [
                [
                    NAMES.get(who, who),
                    *(_shift_cell(s.spread(cases, who, name)) for name in SHIFTED),
                ]
                for who in FORECASTERS
            ]
            head = [f"{cases}, {s.n[cases]} cases", *SHIFTED.values()]
            yield from markdown_table(head, rows)
    yield ""
    rows = [
        [
            c.cases,
            c.words,
            "yes" if c.holds else "no",
            f"**flips in {c.flips} of {c.number}**" if c.flips else f"in none of {c.number}",
        ]
        for c in s.conclusions
    ]
    flipped = sum(c.flips > 0 for c in s.conclusions)
    yield (
        f"Conclusions, and whether a shift reverses them: {flipped} of {len(s.conclusions)} do"
        " not hold against every shift."
    )
    yield ""
    yield from markdown_table(["cases", "conclusion", "as coded", "reversed"], rows)


def _shift_cell(values: tuple[float, float, float, float]) -> str:
    at, low, _, high = values
    return f"{at:.3f}; {low:.3f} to {high:.3f}"


def _rates(e: Evidence) -> Iterator[str]:
    inside = sum(bool(row.met) for row in e.rates)
    yield (
        "Futures without outside pressure, against what was observed of personalist rulers:"
        f" {inside} of {len(e.rates)} inside the observed 95% interval. All patterns that the model"
        " must show: [PATTERNS.md](PATTERNS.md)."
    )
    yield ""
    said = [f"{row.value:.3g} ({row.low:.3g} to {row.high:.3g})" for row in e.rates]
    rows = [
        [row.what, row.target, words, "yes" if row.met else "**no**"]
        for row, words in zip(e.rates, said, strict=True)
    ]
    head = ["figure", "observed 95% interval", "model (95% of its simulation)", "inside"]
    yield from markdown_table(head, rows)


def _unknown(e: Evidence) -> Iterator[str]:
    if not e.samples:
        yield (
            "No fitted sample is shipped: every structural parameter is drawn from its prior, so"
            " that nothing here was learned from data but what went into the priors (see"
            " `regime-sim levers --all`)."
        )
        return
    for name, about in e.samples.items():
        learned, rest = about.get("narrowed", {}), about.get("not_identified", [])
        yield (
            f"**{LEARNED[name].capitalize()}**: {len(learned)} parameters were moved or narrowed,"
            f" {len(rest)} were not (posterior = prior; the answer to anything that depends on"
            " these is prior judgement)."
        )
        yield ""
        yield (
            "- learned something (mean and standard deviation, in standard deviations of the"
            f" prior): {_names(learned)}"
        )
        yield f"- as wide as before: {_names(rest)}"
        yield from _checks(about)
        yield ""


def _names(found: Any) -> str:
    cells = [f"`{name}`" for name in found]
    if isinstance(found, dict):
        cells = [f"`{name}` ({mean:+g}, {width:g})" for name, (mean, width) in found.items()]
    return ", ".join(cells) or "none"


def _checks(about: Any) -> Iterator[str]:
    """Simulation-based calibration of the sample, where it is recorded."""
    if "simulation_based_p" in about:
        yield (
            "- simulation-based calibration: ranks uniform with p ="
            f" {about['simulation_based_p']:.3g} over {about.get('datasets', '?')} datasets; an"
            f" over-confident fit p = {about.get('over_confident_p', math.nan):.2g}"
        )


def _made(e: Evidence) -> Iterator[str]:
    b = e.backtest
    generals = (
        "all generals"
        if b.corps is None
        else (
            f"{b.corps} simulated generals (P(out) about half a point higher than with all 2,000,"
            " two points at most)"
        )
    )
    yield (
        f"- cases: {b.replicates:,} futures each, {generals}, seed {b.seed}; intervals of scores:"
        " bootstrap over cases, 2,000 draws"
    )
    yield (
        f"- claim: {e.claim.draws:,} draws of {e.claim.inner} futures in four scenarios,"
        f" {e.claim.corps} simulated generals; December 2025: {e.december.replicates:,} futures,"
        f" {e.december.corps} simulated generals"
    )
    yield (
        f"- mark of the model, samples, cases and rates: `{e.fingerprint}`; a test fails when it is"
        " not that of the checkout"
    )


def figure_name(card: str) -> str:
    """The name of the picture beside a card of that name."""
    return f"{card.rsplit('.', 1)[0]}-reliability.svg"


__all__ = ["NAMES", "figure_name", "model_card"]
