"""A scorecard: forecasters' scores on the same cases, differences, reliability; runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..facts.outcomes import REGIME
from ..statistics import reliability, scores
from ..statistics.resampling import Score, average, class_weights, concordance, counts
from ..travel import Travels
from .cases import Case
from .forecasts import Forecasts, seen_categories, went

Floats = NDArray[np.float64]
FALLS = REGIME.index("falls")
# name: (words, whether lower is better)
SCORES: dict[str, tuple[str, bool]] = {
    "brier": ("Brier, out", True),
    "log_score": ("log score, out", True),
    "auc": ("AUC, out", False),
    "survivals_below_exits": ("survivals below exits", False),
    "ranked_probability_score": ("ranked prob., ways", True),
    "category_brier": ("Brier, ways", True),
    "category_log": ("log score, ways", True),
    "hit_rate": ("likeliest way right", False),
    "crps_weeks": ("CRPS, exit week", True),
    "regime_brier": ("Brier, regime falls", True),
    "reliability_slope": ("reliability slope", False),
}
DIFFERENCES = ("brier", "log_score", "ranked_probability_score", "crps_weeks")


@dataclass(frozen=True, eq=False)
class Scorecard(Travels):
    """The scores of all forecasters on one set of cases. population: the share of exits that
    weights stand for, None unweighted.

    scores[forecaster][name]; differences[forecaster][reference][name]: forecaster less reference,
    under 0 is better; reliability[forecaster].
    """

    cases: str
    n: int
    exits: int
    population: float | None
    scores: Mapping[str, Mapping[str, Score]]
    differences: Mapping[str, Mapping[str, Mapping[str, Score]]]
    reliability: Mapping[str, tuple[reliability.Bin, ...]]


def scorecard(
    name: str,
    cases: Sequence[Case],
    forecasters: Mapping[str, Forecasts],
    references: Sequence[str],
    population: float | None = None,
    seed: int = 1,
) -> Scorecard:
    """Judge the forecasters on the cases that are known; every one on the same bootstrap draws.

    `forecasters` are for all of `cases`, in their order; a forecaster not among `references` is
    compared with each of those. Probabilities enter as they are, but for the log scores and the
    slope, which shrink them (0.98 p + 0.01).
    """
    known = np.array([case.scored for case in cases], np.bool_)
    judged = [case for case in cases if case.scored]
    y = went(judged)
    drawn = counts(len(judged), seed)
    weights = None if population is None else class_weights(y, population)
    parts = {who: said.part(known) for who, said in forecasters.items()}
    losses = {who: _losses(said, judged) for who, said in parts.items()}
    return Scorecard(
        cases=name,
        n=len(judged),
        exits=int(y.sum()),
        population=population,
        scores={who: _scores(parts[who], losses[who], y, drawn, weights) for who in parts},
        differences={
            who: {
                other: {
                    one: average(losses[who][one] - losses[other][one], drawn, weights)
                    for one in DIFFERENCES
                }
                for other in references
            }
            for who in parts
            if who not in references
        },
        reliability={who: reliability.bins(said.out, y, weights) for who, said in parts.items()},
    )


def _losses(said: Forecasts, cases: Sequence[Case]) -> dict[str, Floats]:
    """Every score that is a mean over cases, one number each; nan if it cannot judge the case."""
    y, seen = went(cases), seen_categories(cases)
    week = np.array([_week(case) for case in cases])
    fell = np.array(
        [
            (
                np.nan
                if case.observed is None or case.observed.regime is None
                else REGIME.index(case.observed.regime) == FALLS
            )
            for case in cases
        ],
        np.float64,
    )
    horizon = np.array([case.horizon for case in cases])
    return {
        "brier": scores.brier(said.out, y),
        "log_score": scores.log_score(said.out, y),
        "ranked_probability_score": scores.ranked_probability(said.categories, seen),
        "category_brier": scores.category_brier(said.categories, seen),
        "category_log": scores.category_log(said.categories, seen),
        "hit_rate": scores.category_hit(said.categories, seen),
        "crps_weeks": np.where(
            np.isnan(week), np.nan, scores.crps(said.gone_by, np.nan_to_num(week), horizon)
        ),
        "regime_brier": scores.brier(said.falls, fell),
    }


def _week(case: Case) -> float:
    """The week in which he went, 0 if he did not, nan if he did and nobody says when."""
    if case.observed is None or not case.observed.out:
        return 0.0
    return np.nan if case.observed.week is None else float(case.observed.week)


def _scores(
    said: Forecasts, losses: Mapping[str, Floats], y: Floats, drawn: Floats, weights: Floats | None
) -> dict[str, Score]:
    """All scores of one forecaster, in the order of SCORES."""
    found = {name: average(loss, drawn, weights) for name, loss in losses.items()}
    found["auc"] = concordance(said.out, y, drawn, weights)
    found["survivals_below_exits"] = concordance(said.out, y, drawn, weights, ties=0.0)
    found["reliability_slope"] = reliability.slope(said.out, y, drawn, weights)
    return {name: found[name] for name in SCORES}


__all__ = ["DIFFERENCES", "SCORES", "Scorecard", "scorecard"]
