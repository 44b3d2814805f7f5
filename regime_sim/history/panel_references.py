"""What simple forecasters say of leader-years, fitted on earlier ones: the rate, two logits, a
random forest and gradient boosting; simulates nothing.

All but the rate read covariates of the year before, the same ones as the map and a few more; a
blank counts as the training mean (logits) or median (trees), and a column that no training row has
is left out. The logits are ridge fits of the project's own; forest and boosting need scikit-learn
(the extra `history`) and are left out, with a note, where it is not installed. Settings are fixed
beforehand: penalty 20; 500 trees of 15 rows a leaf at least; 100 steps of boosting at rate 0.03,
depth 2, 15 rows a leaf.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from math import log, log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import MissingExtra
from ..statistics import logit
from .panel import LeaderYear

Floats = NDArray[np.float64]
EXTRA = "history"
PENALTY = 20.0
SIMPLE = ("climatology", "tenure_age", "logit")
TREES = ("forest", "boosting")
GROWN = 500  # trees of a forest
TENURE_AGE = ("years", "age", "old")


def features(row: LeaderYear) -> dict[str, float]:
    """What references read of a leader-year; nan where it is not known."""
    known, nan = row.known, float("nan")
    words = (row.regime or "").split("-")

    def at(name: str, otherwise: float = nan) -> float:
        return known.get(name, otherwise)

    def over(name: str, least: float) -> float:
        return float(known[name] >= least) if name in known else nan

    def typed(word: str) -> float:
        return float(word in words) if row.regime else nan

    return {
        "years": log1p(at("tenure_years")),
        "age": max(40.0, known["age"]) if "age" in known else nan,
        "old": over("age", 73),
        "personalist": float(row.personalist) if row.regime or "personalist" in known else nan,
        "party": typed("party"),
        "military": typed("military"),
        "monarchy": typed("monarchy"),
        "personalism": at("personalism"),
        "security": at("sec_pers"),
        "coups": min(3.0, at("coups_5y")),
        "coup_last_year": over("coups_1y", 1),
        "conflict": over("civil_gov", 1),
        "war": over("civil_gov", 2),
        "territory": over("civil_terr", 1),
        "campaign": at("nonviolent", at("nonviolent_onset_2y", 0.0)),
        "sanctions": at("sanctions"),
        "dispute_us": over("mid_host_us", 3),
        "state_war": over("mid_host", 5),
        "pact": at("pact_major"),
        "poor": at("infmort_adj"),
        "income": log(max(100.0, at("gdp_pc"))) if "gdp_pc" in known else nan,
        "growth": min(10.0, max(-10.0, at("gdp_growth"))) if "gdp_growth" in known else nan,
        "irregular_entry": at("entry_irregular"),
        "soldier": at("military_career"),
        "elected": at("elected"),
        "regime_age": log1p(at("regime_age")),
        "vote_due": at("election_exec_due"),
        "neighbours": at("neigh_irregular_exits", 0.0) + at("neigh_nonviolent_onsets", 0.0),
    }


def table(rows: Sequence[LeaderYear]) -> tuple[tuple[str, ...], Floats]:
    """Names and values, (rows, features), of what references read."""
    found = [features(row) for row in rows]
    names = tuple(features(LeaderYear(2000)))
    return names, np.array([[one[name] for name in names] for one in found])


def has_trees() -> bool:
    """Whether scikit-learn is there."""
    return find_spec("sklearn") is not None


def fitted(
    name: str, names: Sequence[str], x: Floats, y: Floats, seed: int = 0
) -> Callable[[Floats], Floats]:
    """A reference fitted to covariates x (n, k) and outcomes y (n,): its probabilities for others.

    With fewer than two events of either kind every reference says the training rate. Raises
    MissingExtra for a forest or boosting without scikit-learn.
    """
    rate = float(y.mean())
    if name == "climatology" or min(y.sum(), len(y) - y.sum()) < 2:
        return lambda new: np.full(len(new), rate)
    columns = [
        k
        for k, one in enumerate(names)
        if np.isfinite(x[:, k]).any() and (name != "tenure_age" or one in TENURE_AGE)
    ]
    if not columns:
        return lambda new: np.full(len(new), rate)
    if name in TREES:
        return _trees(name, x, y, columns, seed)
    model = logit.fit(x[:, columns], y, PENALTY)
    return lambda new: model.predict(new[:, columns])


def _trees(
    name: str, x: Floats, y: Floats, columns: Sequence[int], seed: int
) -> Callable[[Floats], Floats]:
    """A forest or boosting, blanks filled by the training medians."""
    if not has_trees():
        raise MissingExtra("a random forest or gradient boosting", EXTRA)
    middle = np.nanmedian(x[:, columns], axis=0)

    def filled(values: Floats) -> Floats:
        part = values[:, columns]
        return np.where(np.isfinite(part), part, middle)

    kinds: Any = import_module("sklearn.ensemble")
    if name == "forest":
        model = kinds.RandomForestClassifier(
            GROWN, min_samples_leaf=15, random_state=seed, n_jobs=2
        )
    else:
        model = kinds.GradientBoostingClassifier(
            n_estimators=100,
            learning_rate=0.03,
            max_depth=2,
            min_samples_leaf=15,
            subsample=0.7,
            random_state=seed,
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(filled(x), y > 0.5)
    if name == "forest":
        model.set_params(n_jobs=1)  # threads would add up in any order
    return lambda new: np.asarray(model.predict_proba(filled(new))[:, 1], dtype=np.float64)


def forecasts(
    train: Mapping[str, Floats],
    test: Floats,
    names: Sequence[str],
    which: Mapping[str, Sequence[str]],
) -> dict[str, dict[str, Floats]]:
    """Probabilities by target and reference for rows with covariates `test` (m, k).

    train: "x", covariates (n, k), and each target's outcomes (n,), nan where not known. which:
    references by target.
    """
    said: dict[str, dict[str, Floats]] = {}
    for target, references in which.items():
        known = np.isfinite(train[target])
        x, y = train["x"][known], train[target][known]
        said[target] = {one: fitted(one, names, x, y)(test) for one in references}
    return said


__all__ = ["EXTRA", "SIMPLE", "TREES", "features", "fitted", "forecasts", "has_trees", "table"]
