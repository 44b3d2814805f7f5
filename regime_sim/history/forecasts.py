"""Forecasts of cases in one form, and the references that every model is held against: the base
rate and ridge logits on the codings; simulates nothing.

References are fitted on the calibration cases alone. A case that is one of those gets the forecast
of a fit that has not seen its fold (five parts, fixed: exits and survivals dealt out in order of
their dates); any other case gets the fit on all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..facts.outcomes import REGIME, WAYS
from ..statistics.logit import choose_penalty, fit, stratified_folds
from ..statistics.resampling import class_weights
from .cases import CODINGS, Case
from .outcome_words import CATEGORIES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PARTS = 5
EXILE = ("exile_offer", "exile_credibility")
CONTAMINATED = (*EXILE, "home_public_opposition")
# what each ridge logit reads: all codings, without the two that an exit itself invites, without the
# grievance that is read off the end too
LOGITS: dict[str, tuple[str, ...]] = {
    "ridge_logit": CODINGS,
    "ridge_logit_without_exile": tuple(name for name in CODINGS if name not in EXILE),
    "ridge_logit_without_contaminated": tuple(name for name in CODINGS if name not in CONTAMINATED),
}
CATEGORY_OF = {way: k for k, (_, ways) in enumerate(CATEGORIES) for way in ways}


@dataclass(frozen=True, eq=False)
class Forecasts:
    """What one forecaster says of n cases, each at its own horizon.

    out (n,): P(he is out); categories (n, 8): in the order of CATEGORIES, rows sum to 1; gone_by
    (n, W): P(out by the end of week 1 ... W), constant beyond a case's horizon; falls (n,): P(the
    regime has fallen).
    """

    out: Floats
    categories: Floats
    gone_by: Floats
    falls: Floats

    def part(self, which: NDArray[np.bool_]) -> Forecasts:
        """The forecasts of some of the cases."""
        return Forecasts(
            self.out[which], self.categories[which], self.gone_by[which], self.falls[which]
        )


def mean_of(*forecasters: Forecasts) -> Forecasts:
    """The plain mean of several forecasters, in everything that they say."""
    columns = zip(*((f.out, f.categories, f.gone_by, f.falls) for f in forecasters), strict=True)
    return Forecasts(*(np.mean(column, axis=0) for column in columns))


def by_category(ways: Floats) -> Floats:
    """Probabilities of ways (n, 10) summed by category, (n, 8)."""
    columns = ([WAYS.index(way) for way in members] for _, members in CATEGORIES)
    return np.stack([ways[:, column].sum(axis=1) for column in columns], axis=1)


def seen_categories(cases: Sequence[Case]) -> NDArray[np.bool_]:
    """True for categories that may have happened, (n, 8); all false for a case not scored."""
    seen = np.zeros((len(cases), len(CATEGORIES)), np.bool_)
    for row, case in enumerate(cases):
        for way in case.observed.ways if case.observed else ():
            seen[row, CATEGORY_OF[way]] = True
    return seen


def went(cases: Sequence[Case]) -> Floats:
    """1 for a case in which he was out by the horizon, else 0; (n,)."""
    return np.array([float(case.observed is not None and case.observed.out) for case in cases])


def codes(cases: Sequence[Case], names: Sequence[str] = CODINGS) -> Floats:
    """The codings (n, k), nan where blank."""
    table = [
        [np.nan if (value := case.codes[name]) is None else value for name in names]
        for case in cases
    ]
    return np.array(table, dtype=np.float64).reshape(len(cases), len(names))


def folds(training: Sequence[Case]) -> Ints:
    """The fold 0 ... 4 of each training case: by date, exits and survivals dealt out in turn."""
    order = sorted(range(len(training)), key=lambda k: (training[k].start, training[k].id))
    fold = np.zeros(len(training), np.int64)
    fold[order] = stratified_folds(went([training[k] for k in order]), PARTS)
    return fold


def matches(cases: Sequence[Case], training: Sequence[Case]) -> list[Case | None]:
    """The training case that each case is, by id or country and first day; None: not fitted to."""
    known: dict[object, Case] = {}
    for case in training:
        known[case.id] = case
        known[(case.country.lower(), case.start)] = case
    return [
        known.get(case.id, known.get((case.country.lower(), case.start) if case.country else None))
        for case in cases
    ]


def folds_of(cases: Sequence[Case], training: Sequence[Case]) -> Ints:
    """The fold of each case that is a training case (see `matches`); -1 for any other case."""
    own = {case.id: fold for case, fold in zip(training, folds(training).tolist(), strict=True)}
    return np.array(
        [-1 if same is None else own[same.id] for same in matches(cases, training)], np.int64
    )


def references(
    cases: Sequence[Case], training: Sequence[Case], population: float | None = None
) -> dict[str, Forecasts]:
    """The base rate and the ridge logits on these cases, out of fold where a case is in `training`.

    population: fit under weights by which this share of the training cases ended in an exit; None:
    as they are.
    """
    fold, own = folds_of(cases, training), folds(training)
    parts: dict[int, dict[str, Forecasts]] = {}
    width = max((case.horizon for case in cases), default=1)
    for k in sorted(set(fold.tolist())):
        held = own != k if k >= 0 else np.ones(len(training), np.bool_)
        learnt = [case for case, keep in zip(training, held, strict=True) if keep]
        left_out = [case for case, at in zip(cases, fold, strict=True) if at == k]
        parts[k] = _fitted(left_out, learnt, own[held], population, width)
    return {
        name: _gathered(fold, {k: found[name] for k, found in parts.items()}, width)
        for name in ("base_rate", *LOGITS)
    }


def _gathered(fold: Ints, parts: Mapping[int, Forecasts], width: int) -> Forecasts:
    """The forecasts of the folds, back in the order of the cases."""
    n = len(fold)
    whole = Forecasts(
        np.zeros(n), np.zeros((n, len(CATEGORIES))), np.zeros((n, width)), np.zeros(n)
    )
    for k, part in parts.items():
        at = fold == k
        for name in ("out", "categories", "gone_by", "falls"):
            getattr(whole, name)[at] = getattr(part, name)
    return whole


def _fitted(
    cases: Sequence[Case], learnt: Sequence[Case], fold: Ints, population: float | None, width: int
) -> dict[str, Forecasts]:
    """All references for some cases, from the training cases that they may be judged by."""
    y = went(learnt)
    weights = np.ones(len(y)) if population is None else class_weights(y, population)
    history = _History.of(learnt)
    out = {"base_rate": np.full(len(cases), float(weights @ y / weights.sum()))}
    for name, columns in LOGITS.items():
        x = codes(learnt, columns)
        fitted = fit(x, y, choose_penalty(x, y, fold, weights), weights)
        out[name] = fitted.predict(codes(cases, columns))
    return {name: history.forecasts(p, cases, width) for name, p in out.items()}


@dataclass(frozen=True, eq=False)
class _History:
    """What exits of the training cases looked like: by category (8,), their weeks, and the share in
    which the regime fell with them.

    Shares are of exits, half a case added to each: (k + 1/2) / (n + 7/2).
    """

    shares: Floats
    weeks: Ints
    falls: float

    @classmethod
    def of(cls, learnt: Sequence[Case]) -> _History:
        ends = [case.observed for case in learnt if case.observed is not None and case.observed.out]
        shares = np.array([0.0, *[0.5] * (len(CATEGORIES) - 1)])
        for end in ends:
            shares[CATEGORY_OF[end.ways[0]]] += 1.0
        fell = [end.regime == REGIME[-1] for end in ends if end.regime is not None]
        weeks = np.array(sorted(end.week for end in ends if end.week is not None), np.int64)
        return cls(shares / shares.sum(), weeks, (sum(fell) + 0.5) / (len(fell) + 1.0))

    def forecasts(self, p: Floats, cases: Sequence[Case], width: int) -> Forecasts:
        """Spread P(exit) over weeks and ways as exits were: by week h, p times their share."""
        horizon = np.array([case.horizon for case in cases], np.int64)
        week = np.minimum(np.arange(1, width + 1)[None, :], horizon[:, None])
        by_then = np.ones(week.shape)
        if len(self.weeks):
            by_then = np.searchsorted(self.weeks, week, side="right") / len(self.weeks)
        gone_by = p[:, None] * by_then
        out = gone_by[:, -1] if width else p
        categories = out[:, None] * self.shares[None, :]
        categories[:, 0] = 1.0 - out
        return Forecasts(out, categories, gone_by, out * self.falls)


__all__ = [
    "CONTAMINATED",
    "EXILE",
    "LOGITS",
    "Forecasts",
    "by_category",
    "codes",
    "folds",
    "folds_of",
    "matches",
    "mean_of",
    "references",
    "seen_categories",
    "went",
]
