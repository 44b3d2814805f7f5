"""The blend for leader-years: the law, the logits on earlier years and the hazard of years and age,
weighed by what they said of shipped leader-years before the window; simulates nothing.

What is published is the blend; what answers "what if" is the law alone. Weights and level are
fitted, window by window, on the shipped leader-years from `said.FIRST` to the year before it, for
which every part is out of time itself (logits fitted again every five years on all years before;
the law as it was kept). Where there are too few, the law stands alone; where it is not
the kept one, weights are equal and the level is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from . import panel_references as references
from .blend import Weights, blend, equal, fit
from .panel import LeaderYear, happened, read_panel
from .panel_run import EXITS
from .panel_scores import MAIN, targets_of
from .said import FIRST, held_said

Floats = NDArray[np.float64]
WINDOW = 5  # years that the parts stay as fitted
# of personalists the logit is fitted twice: on their own regimes and on all autocracies
PARTS = ("model", "logit", "tenure_age")
PARTS_PERSONALISTS = ("model", "logit", "logit_all", "tenure_age")


def parts_of(personalists: bool) -> tuple[str, ...]:
    """The parts of the blend, by the names that a panel backtest gives them."""
    return PARTS_PERSONALISTS if personalists else PARTS


def weights(train_to: int, personalists: bool, only: bool, kept: bool = True) -> dict[str, Weights]:
    """Weights by target for rows after a year. personalists: the parts are those of a run on
    personalists alone; only: weights are fitted on personalists' rows; kept: whether the law that
    is blended is the kept one.
    """
    names = parts_of(personalists)
    if not kept or held_said() is None:
        return {target: equal(names) for target in MAIN}
    year, said, y = _earlier(personalists, only)
    found = {}
    for target in MAIN:
        at = (year <= train_to) & np.isfinite(y[target])
        found[target] = fit({name: said[target][name][at] for name in names}, y[target][at])
    return found


def blended(
    said: Mapping[str, Mapping[str, Floats]],
    window: NDArray[np.int64],
    by: Sequence[Mapping[str, Weights]],
) -> dict[str, Floats]:
    """The blend by target of rows of which every part is said; by[k]: the weights of window k."""
    found = {}
    for target in MAIN:
        found[target] = np.full(len(window), np.nan)
        for k, weigh in enumerate(by):
            at = window == k
            parts = {name: said[target][name][at] for name in weigh[target].parts}
            found[target][at] = blend(parts, weigh[target])
    return found


@cache
def _shipped() -> tuple[LeaderYear, ...]:
    """The shipped leader-years, read once."""
    return read_panel()


@cache
def _earlier(
    personalists: bool, only: bool
) -> tuple[NDArray[np.int64], dict[str, dict[str, Floats]], dict[str, Floats]]:
    """Of the kept leader-years (`only`: of personalists): the year (n,), what every part said of
    them out of time, by target, and what happened.
    """
    held = held_said()
    if held is None:
        raise AssertionError("no kept leader-years")
    keep = np.array([row.personalist or not only for row in held.years])
    rows = [row for row, use in zip(held.years, keep, strict=True) if use]
    law = targets_of(held.ways[keep], EXITS)
    year = np.array([row.year for row in rows], np.int64)
    names, x = references.table(rows)
    said: dict[str, dict[str, Floats]] = {
        target: {one: np.full(len(rows), np.nan) for one in parts_of(personalists)}
        for target in MAIN
    }
    for target in MAIN:
        said[target]["model"] = law[target]
    for begin in range(FIRST, int(year.max()) + 1, WINDOW):
        at = (year >= begin) & (year < begin + WINDOW)
        for target, parts in _fitted(begin - 1, personalists, x[at], names).items():
            for one, p in parts.items():
                said[target][one][at] = p
    return year, said, {target: happened(rows, target) for target in MAIN}


def _fitted(
    train_to: int, personalists: bool, x: Floats, names: Sequence[str]
) -> dict[str, dict[str, Floats]]:
    """The references of the blend for covariates x, fitted on shipped rows up to a year."""
    past = [row for row in _shipped() if row.year <= train_to]
    mine = [row for row in past if row.personalist] if personalists else past
    own = references.forecasts(_table(mine), x, names, dict.fromkeys(MAIN, ("logit", "tenure_age")))
    if personalists:
        wide = references.forecasts(_table(past), x, names, dict.fromkeys(MAIN, ("logit",)))
        for target in MAIN:
            own[target]["logit_all"] = wide[target]["logit"]
    return own


def _table(rows: Sequence[LeaderYear]) -> dict[str, Floats]:
    return {"x": references.table(rows)[1]} | {t: happened(rows, t) for t in MAIN}


def hazard(years: float | None, age: float | None) -> float:
    """The yearly chance that a personalist ruler leaves, by his years in office and his age alone
    (None: not known), fitted on all shipped personalists' leader-years."""
    known = {"tenure_years": years, "age": age}
    row = LeaderYear(2000, known={name: v for name, v in known.items() if v is not None})
    return float(_hazard()(references.table([row])[1])[0])


@cache
def _hazard() -> Callable[[Floats], Floats]:
    """The logit on years and age, fitted on all shipped personalists' leader-years."""
    rows = [row for row in _shipped() if row.personalist and row.left.out is not None]
    names, x = references.table(rows)
    return references.fitted("tenure_age", names, x, happened(rows, "any"))


__all__ = ["PARTS", "PARTS_PERSONALISTS", "blended", "hazard", "parts_of", "weights"]
