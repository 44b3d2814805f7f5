"""What another coder might have written: every coding shifted at random, again and again, and the
backtest scored again each time.

The rule, the same for every coding of every case: minus a step, no change, or plus a step, a third
each, kept within 0 and 1; a step is a tenth, the spread that a coding of middling confidence is
given anyway; blanks stay blank, confidence stays. All cases are shifted, so that the ridge logits
are fitted to shifted codings too; the law's sample is not refitted. Every shift meets the same
futures, one draw of the parameters each, so that scores differ by the codings alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..engine.replicates import run_block, unread_weeks
from ..ensemble.effort import Progress
from ..errors import OutOfRange
from ..facts.outcomes import REGIME, WAYS
from ..facts.posterior import Posterior
from ..law.ledger import LEADER_WAY, LEADER_WEEK, REGIME_FATE
from ..scenario.compile import compile_scenario
from ..statistics import scores
from ..travel import Travels
from .backtest import MEANS, blind
from .cases import TRAINING, Case, read_cases, training_cases
from .coding_map import scenario_of
from .forecasters import laws
from .forecasts import Forecasts, by_category, mean_of, references, seen_categories, went

Floats = NDArray[np.float64]
MOST = 10_000
SCORES = ("brier", "log_score", "hit_rate")
FORECASTERS = (
    "model",
    *MEANS,
    "base_rate",
    "ridge_logit",
    "ridge_logit_without_exile",
    "ridge_logit_without_contaminated",
)
Board = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Claim:
    """A conclusion from one set of cases: its words, and whether a board of scores bears it out."""

    cases: str
    words: str
    holds: Callable[[Board], bool]


def _better(one: str, other: str) -> Callable[[Board], bool]:
    return lambda board: board[one]["brier"] < board[other]["brier"]


CLAIMS: tuple[Claim, ...] = (
    *(
        Claim(name, words, holds)
        for name in (TRAINING, "development")
        for words, holds in (
            (
                "the model's Brier score is better than the base rate's",
                _better("model", "base_rate"),
            ),
            (
                "the model's Brier score is better than that of the logit on all codings",
                _better("model", "ridge_logit"),
            ),
            (
                (
                    "the model's Brier score is better than that of the logit without the"
                    " contaminated codings"
                ),
                _better("model", "ridge_logit_without_contaminated"),
            ),
            (
                "the mean of model and logit has a better Brier score than the logit alone",
                _better("mean", "ridge_logit"),
            ),
            (
                "the model names the way he went more often than the base rate does",
                lambda board: board["model"]["hit_rate"] > board["base_rate"]["hit_rate"],
            ),
        )
    ),
    Claim(
        TRAINING,
        "the model's Brier score is under 0.07",
        lambda board: board["model"]["brier"] < 0.07,
    ),
    Claim(
        TRAINING,
        "the likeliest way is right in more than 70 of 100 cases",
        lambda board: board["model"]["hit_rate"] > 0.7,
    ),
    Claim(
        "development",
        "the model's Brier score is under 0.10",
        lambda board: board["model"]["brier"] < 0.10,
    ),
)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A conclusion as coded, and in how many of the shifts it comes out the other way."""

    cases: str
    words: str
    holds: bool
    flips: int
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Shifts(Travels):
    """as_coded[cases][forecaster][score] at the codings as they are;
    shifted[cases][forecaster][score] (number,), one a shift.

    Brier scores here are corrected for the few futures: p (1 - p) / (n - 1) is taken off, which is
    what the noise in p adds.
    """

    number: int
    step: float
    futures: int
    seed: int
    n: Mapping[str, int]
    as_coded: Mapping[str, Board]
    shifted: Mapping[str, Mapping[str, Mapping[str, Floats]]]
    conclusions: tuple[Conclusion, ...]

    def spread(self, cases: str, forecaster: str, score: str) -> tuple[float, float, float, float]:
        """A score as coded, and over the shifts its 5%, 50% and 95% quantile."""
        low, middle, high = np.quantile(self.shifted[cases][forecaster][score], (0.05, 0.5, 0.95))
        return self.as_coded[cases][forecaster][score], float(low), float(middle), float(high)


@dataclass(frozen=True, slots=True)
class Rule:
    """How far a coding may move; futures and simulated generals of each case after each shift."""

    step: float = 0.1
    futures: int = 64
    corps: int = 48


USUAL = Rule()


def shifted(case: Case, rng: np.random.Generator, step: float = USUAL.step) -> Case:
    """The case as another coder might have coded it."""
    moves = rng.integers(-1, 2, len(case.codes)) * step
    codes = {
        name: None if value is None else round(min(1.0, max(0.0, value + move)), 4)
        for (name, value), move in zip(case.codes.items(), moves.tolist(), strict=True)
    }
    return replace(case, codes=codes)


def shifts(
    number: int = 200,
    seed: int = 1,
    rule: Rule = USUAL,
    *,
    cases: Sequence[Case] | None = None,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Shifts:
    """Shift all codings of the shipped cases `number` times and score each time.

    cases: others than the shipped ones (those with a known end are used). Raises OutOfRange.
    """
    if not 1 <= number <= MOST or rule.futures < 2:
        raise OutOfRange(
            f"shifts: {number} of {rule.futures} futures - expected 1 to {MOST}, of 2 futures or"
            " more"
        )
    used = [case for case in (read_cases() if cases is None else cases) if case.scored]
    splits = dict.fromkeys(case.split for case in used)
    sets = {name: np.array([case.split == name for case in used]) for name in splits}
    rng = np.random.default_rng([seed, 3])
    tables = [used, *([shifted(case, rng, rule.step) for case in used] for _ in range(number))]
    boards = _boards(tables, sets, seed, rule, workers, on_progress)
    first, rest = boards[0], boards[1:]
    spread = {
        name: {
            who: {score: np.array([board[name][who][score] for board in rest]) for score in SCORES}
            for who in FORECASTERS
        }
        for name in sets
    }
    return Shifts(
        number,
        rule.step,
        rule.futures,
        seed,
        {name: int(which.sum()) for name, which in sets.items()},
        first,
        spread,
        _conclusions(first, rest),
    )


def _boards(
    tables: Sequence[Sequence[Case]],
    sets: Mapping[str, NDArray[np.bool_]],
    seed: int,
    rule: Rule,
    workers: int | None,
    on_progress: Progress | None,
) -> list[dict[str, dict[str, dict[str, float]]]]:
    """The scores of each table of cases, by set and forecaster; threads take tables in order."""
    training = training_cases()
    samples = laws(tables[0], training)[0].samples
    done = 0

    def one(cases: Sequence[Case]) -> dict[str, dict[str, dict[str, float]]]:
        nonlocal done
        by_id = {case.id: case for case in cases}
        model = _simulated(cases, samples, seed, rule)
        fitted = [by_id.get(case.id, case) for case in training]
        said = {"model": model, **references(cases, fitted)}
        said |= {name: mean_of(model, said[logit]) for name, logit in MEANS.items()}
        done += 1
        if on_progress is not None:
            on_progress(done, len(tables))
        return {
            name: _board(
                {who: said[who].part(which) for who in FORECASTERS},
                [case for case, keep in zip(cases, which, strict=True) if keep],
                rule.futures,
            )
            for name, which in sets.items()
        }

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        return list(pool.map(one, tables))


def _simulated(
    cases: Sequence[Case], samples: Sequence[str | Posterior], seed: int, rule: Rule
) -> Forecasts:
    """What the law says of each case, from few futures of one draw each."""
    width = max(case.horizon for case in cases)
    out, ways, falls, gone_by = (
        np.zeros(len(cases)),
        np.zeros((len(cases), len(WAYS))),
        np.zeros(len(cases)),
        np.zeros((len(cases), width)),
    )
    for k, (case, sample) in enumerate(zip(cases, samples, strict=True)):
        compiled = compile_scenario(scenario_of(blind(case)), sample)
        ledger = run_block(
            replace(compiled, generals=min(rule.corps, compiled.generals)),
            seed,
            0,
            rule.futures,
            unread_weeks(compiled.horizon),
            inner=1,
        )[0]
        week = ledger[:, LEADER_WEEK].astype(np.int64)
        out[k] = (week > 0).mean()
        falls[k] = (ledger[:, REGIME_FATE] == REGIME.index("falls")).mean()
        ways[k] = np.bincount(ledger[:, LEADER_WAY], minlength=len(WAYS)) / rule.futures
        gone_by[k] = np.pad(
            np.cumsum(np.bincount(week, minlength=case.horizon + 1)[1:]) / rule.futures,
            (0, width - case.horizon),
            mode="edge",
        )
    return Forecasts(out, by_category(ways), gone_by, falls)


def _board(
    said: Mapping[str, Forecasts], cases: Sequence[Case], futures: int
) -> dict[str, dict[str, float]]:
    """The scores of every forecaster on one set of cases."""
    y, seen = went(cases), seen_categories(cases)
    noise = said["model"].out * (1.0 - said["model"].out) / (futures - 1)
    taken = {"model": noise, **dict.fromkeys(MEANS, noise / 4.0)}
    return {
        who: {
            "brier": float((scores.brier(f.out, y) - taken.get(who, 0.0)).mean()),
            "log_score": float(scores.log_score(f.out, y).mean()),
            "hit_rate": float(scores.category_hit(f.categories, seen).mean()),
        }
        for who, f in said.items()
    }


def _conclusions(
    first: Mapping[str, Board], rest: Sequence[Mapping[str, Board]]
) -> tuple[Conclusion, ...]:
    """Every claim as it stands, and how often the shifts turn it round."""
    found = []
    for claim in CLAIMS:
        if claim.cases in first:
            holds = claim.holds(first[claim.cases])
            found.append(
                Conclusion(
                    claim.cases,
                    claim.words,
                    holds,
                    sum(claim.holds(board[claim.cases]) != holds for board in rest),
                    len(rest),
                )
            )
    return tuple(found)


__all__ = ["CLAIMS", "FORECASTERS", "Conclusion", "Rule", "Shifts", "shifted", "shifts"]
