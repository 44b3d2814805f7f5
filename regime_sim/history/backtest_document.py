"""A backtest as plain values for JSON and tables; scripts rely on names and shapes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .cases import Case
from .coding_map import VERSION
from .outcome_words import CATEGORIES
from .scoring import SCORES, Scorecard

BY_WEEK = (4, 13, 26, 52, 104)
# parts of the blend: the logit is another one than the references'
PART_NAMES = {"model": "law", "logit": "weighted_logit", "base_rate": "ordinary_rate"}
SEEN = ("leader", "week", "regime")

if TYPE_CHECKING:
    from ..statistics.resampling import Score
    from .backtest import Backtest
    from .blend_episodes import Blended


def document(b: Backtest) -> dict[str, Any]:
    """`{cases: [...], scores: {model: {brier: {value, low, high, n}, ...}, base_rate, ridge_logit,
    ...}}` and more, for one JSON document.

    `scores` are over all cases whose end is known; `by_split` and `weighted` have the same shape
    for each set of cases.
    """
    return {
        "cases": [_case(b, k) for k in range(len(b.predictions))],
        "scores": _scores(b.scorecards[0]) if b.scorecards else {},
        "reliability": _reliability(b.scorecards[0]) if b.scorecards else {},
        "by_split": {card.cases: _card(card) for card in b.scorecards},
        "weighted": {card.cases: _card(card) for card in b.weighted},
        "about": {
            "replicates": b.replicates,
            "seed": b.seed,
            "simulated_generals": b.corps,
            "map_version": VERSION,
            "model_is": f"the law drawn from {b.learned_from['model']}",
            "learned_from": dict(b.learned_from),
            "categories": {name: list(ways) for name, ways in CATEGORIES},
            "lower_is_better": {name: lower for name, (_, lower) in SCORES.items()},
            "notes": list(b.notes),
        },
    }


def rows(b: Backtest) -> list[dict[str, Any]]:
    """A flat row for each case, the same columns in all."""
    return [
        {
            "case_id": one.case.id,
            "leader": one.case.leader,
            "start_date": one.case.start.isoformat(),
            "split": one.case.split,
            "horizon_weeks": one.case.horizon,
            "p_leader_out": one.out.value,
            "low": one.out.low,
            "high": one.out.high,
            "blend_low": float(b.blend.low[k]),
            "blend_high": float(b.blend.high[k]),
            **{f"blend_{PART_NAMES[who]}": float(p[k]) for who, p in b.blend.parts.items()},
            **{f"p_{who}": float(p[k]) for who, p in b.probabilities.items() if who != "model"},
            **{f"way_{way}": p for way, p in one.outcomes.items()},
            **{f"regime_{name}": p for name, p in one.regime.items()},
            **{f"week_{name}": value for name, value in one.weeks.items()},
            **{f"observed_{key}": (_observed(one.case) or {}).get(key) for key in SEEN},
        }
        for k, one in enumerate(b.predictions)
    ]


def _case(b: Backtest, k: int) -> dict[str, Any]:
    one = b.predictions[k]
    return {
        "case_id": one.case.id,
        "leader": one.case.leader,
        "country": one.case.country,
        "start_date": one.case.start.isoformat(),
        "split": one.case.split,
        "horizon_weeks": one.case.horizon,
        "p_leader_out": one.out.value,
        "low": one.out.low,
        "high": one.out.high,
        "outcomes": dict(one.outcomes),
        "regime": dict(one.regime),
        "week_quantiles_if_out": dict(one.weeks),
        "p_out_by_week": {
            str(w): float(one.gone_by[w - 1])
            for w in (*(w for w in BY_WEEK if w < one.case.horizon), one.case.horizon)
        },
        "forecasters": {who: float(p[k]) for who, p in b.probabilities.items()},
        "blend": _blend(b.blend, k),
        "laws": {
            law: {
                "p_leader_out": said[k].out.value,
                "outcomes": dict(said[k].outcomes),
                "regime": dict(said[k].regime),
            }
            for law, said in b.by_law.items()
        },
        "fold": b.fold[k] if b.fold[k] >= 0 else None,
        "scored": one.case.scored,
        "observed": _observed(one.case),
    }


def _blend(b: Blended, k: int) -> dict[str, Any]:
    """The forecast beside the law, with each part's number; by_coder: by each coding alone."""
    weighed = b.weights[k]
    return {
        "value": float(b.out[k]),
        "low": float(b.low[k]),
        "high": float(b.high[k]),
        "parts": {PART_NAMES[name]: float(p[k]) for name, p in b.parts.items()},
        "weights": {PART_NAMES[name]: w for name, w in weighed.parts.items()},
        "level": weighed.level,
        "fitted_episodes": weighed.rows,
        "coders": int(b.coders[k]),
        "by_coder": list(b.by_coder[k]),
    }


def _observed(case: Case) -> dict[str, Any] | None:
    """What happened: null where the file does not say, "censored" where it is not known yet."""
    end = case.observed
    if end is None:
        return None
    return {
        "leader": end.leader,
        "week": end.week,
        "regime": end.regime,
        "fate": end.fate,
        "ways": list(end.ways),
        "word": end.word,
    }


def _card(card: Scorecard) -> dict[str, Any]:
    return {
        "n": card.n,
        "exits": card.exits,
        "population_exits": card.population,
        "scores": _scores(card),
        "reliability": _reliability(card),
        "differences": {
            who: {other: _named(found) for other, found in others.items()}
            for who, others in card.differences.items()
        },
    }


def _scores(card: Scorecard) -> dict[str, Any]:
    return {who: _named(found) for who, found in card.scores.items()}


def _named(found: Mapping[str, Score]) -> dict[str, Any]:
    return {
        name: {"value": _plain(s.value), "low": _plain(s.low), "high": _plain(s.high), "n": s.n}
        for name, s in found.items()
    }


def _reliability(card: Scorecard) -> dict[str, Any]:
    names = ("low", "high", "n", "forecast", "observed", "observed_low", "observed_high")
    return {
        who: [{name: _plain(getattr(bin, name)) for name in names} for bin in found]
        for who, found in card.reliability.items()
    }


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
