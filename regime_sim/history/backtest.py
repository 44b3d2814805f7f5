"""The backtest: every case of a file simulated from its codings and its dates alone, and the
model's score beside those of simple references.

Nothing here knows a case by name. The codings become a scenario by `coding_map`, outcome words
become ways by `outcome_words`; the law stands as three forecasters by what it learned from
(`laws`); references are fitted on the shipped calibration cases (`forecasts`). Cases over-sample
exits: beside the plain scores stand scores, and references, re-weighted to a stated population.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import NDArray

from ..ensemble.effort import KNOWLEDGE, Effort, WorkOptions, further, takes
from ..errors import OutOfRange, RegimeSimError
from ..facts.outcomes import REGIME, WAYS
from ..facts.posterior import DEFAULT, Posterior
from ..given import choice, inside, listed, path, shown
from ..runs import run
from ..shown import Shown, framed
from ..statistics.intervals import Estimate, share
from ..travel import Travels
from .backtest_document import document
from .backtest_document import rows as flat_rows
from .blend_episodes import Blended, blended
from .cases import Case, read_cases, training_cases
from .coding_map import VERSION, scenario_of
from .forecasters import Law, laws
from .forecasts import Forecasts, by_category, folds_of, mean_of, references
from .scoring import Scorecard, scorecard

if TYPE_CHECKING:
    import pandas as pd

    from ..ensemble.result import Ensemble

Floats = NDArray[np.float64]
REFERENCES = (
    "base_rate",
    "ridge_logit",
    "ridge_logit_without_exile",
    "ridge_logit_without_contaminated",
)
# means of the model and a logit, by name
MEANS = {"mean": "ridge_logit", "mean_without_contaminated": "ridge_logit_without_contaminated"}
# of episodes of acute pressure chosen by a rule and not by fame, about half end in the ruler's exit
# within two years
POPULATION = 0.5
# generals simulated one by one: on the shipped cases P(out) is 0.5 points higher on average than
# with all 2,000 (2.2 at most), Brier 0.0001 apart; 64: 1.2 points (3.9 at most)
CORPS = 128
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Prediction(Travels):
    """What the model says of one case at its horizon. out: P(leader out) with the interval of the
    simulation; outcomes, regime: all probabilities by name.

    weeks: quantiles of the week in which he goes, over the futures in which he does (None where
    there are none); gone_by (H,): P(out by the end of week 1 ... H).
    """

    case: Case
    out: Estimate
    outcomes: Mapping[str, float]
    regime: Mapping[str, float]
    weeks: Mapping[str, float | None]
    gone_by: Floats = field(repr=False)


@dataclass(frozen=True, eq=False, repr=False)
class Backtest(Travels, Shown):
    """Predictions, one a case, and the scorecards: plain ones and, for the same sets of cases,
    weighted ones.

    predictions: of the model, as default runs draw it; by_law: of all forecasters in `laws.LAWS`,
    the model among them; learned_from: what each of those drew from; blend: the
    forecast beside the law. probabilities[forecaster]
    (n,): P(leader out) by every forecaster; fold (n,): the part of the training cases that a case
    belongs to, -1 if to none.
    """

    replicates: int
    seed: int
    corps: int | None
    predictions: tuple[Prediction, ...]
    by_law: Mapping[str, tuple[Prediction, ...]]
    learned_from: Mapping[str, str]
    blend: Blended
    probabilities: Mapping[str, Floats]
    fold: tuple[int, ...]
    scorecards: tuple[Scorecard, ...]
    weighted: tuple[Scorecard, ...]
    notes: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        """The result as one JSON document; numbers that do not exist are null."""
        return document(self)

    def rows(self) -> list[dict[str, Any]]:
        """A flat row per case: every forecaster's probabilities on both clocks, what happened."""
        return flat_rows(self)

    def to_frame(self) -> pd.DataFrame:
        """`rows` as a table."""
        return framed(self.rows())


class BacktestOptions(WorkOptions, total=False):
    """And what all laws are drawn from (None: each from its own), as keywords."""

    knowledge: str | None


@takes(BacktestOptions, knowledge=None)
def backtest(
    cases: str | Path | Sequence[Case] | None = None,
    replicates: int = 1024,
    seed: int = 1,
    corps: int | None = CORPS,
    *,
    population: float = POPULATION,
    second: str | Path | Sequence[Case] | None = None,
    **work: Unpack[BacktestOptions],
) -> Backtest:
    """Predict every case and score those whose end is known.

    cases: a CSV file with the columns of `seeds/cases.csv`, cases that were read, or None for the
    shipped ones. replicates: futures a case; the same seed gives the same numbers. corps: generals
    simulated one by one (an approximation, see CORPS; None for all). population: share of exits
    that weighted scores stand for. on_progress(done, of) after each case. knowledge: what all laws
    are drawn from (`facts.posterior.SAMPLES` or "prior"), None for each its own. second: a second
    coding of some of the cases, by case_id, which the blend averages in. Raises CaseFileError,
    OutOfRange, UnknownName, Cancelled.
    """
    population = inside("population", population)
    knowledge = work.pop("knowledge")
    if knowledge is not None:
        knowledge = choice("knowledge", knowledge, KNOWLEDGE)
    # what is left of `work` is WorkOptions
    effort = Effort(replicates=replicates, seed=seed, corps=corps, **work)  # type: ignore[arg-type]
    seed = effort.seed
    asked = _cases(cases)
    training = training_cases()
    drawn = laws(asked, training, knowledge)
    again = () if second is None else _again(asked, _cases(second))
    said = _by_law(asked, drawn, effort)
    kept = drawn[0].learned_from == DEFAULT
    law = forecasts_of(said["model"])
    mixed = blended(asked, law.out, _second(asked, again, drawn[0], effort), kept)
    beside = {"blend": _as_law(mixed.out, law)}
    plain, weighted = (
        forecasters(asked, said, training, share) | beside for share in (None, population)
    )
    fold = folds_of(asked, training)
    return Backtest(
        replicates=effort.replicates,
        seed=seed,
        corps=effort.corps,
        predictions=said["model"],
        by_law=said,
        learned_from={one.name: one.learned_from for one in drawn},
        blend=mixed,
        probabilities={who: f.out for who, f in plain.items()},
        fold=tuple(fold.tolist()),
        scorecards=_scorecards(asked, plain, None, seed),
        weighted=_scorecards(asked, weighted, population, seed),
        notes=(*_notes(asked, fold.tolist()), *_law_notes(drawn), _blend_note(mixed)),
    )


def _cases(raw: object) -> tuple[Case, ...]:
    """The cases of a file, or as they are. Raises CaseFileError, OutOfRange, RegimeSimError."""
    if raw is None or isinstance(raw, str | os.PathLike):
        return read_cases(raw if raw is None else path("cases", raw))
    found = listed("cases", raw, "a CSV file, or cases that were read from one")
    if not found:
        raise OutOfRange("cases: none - expected at least one")
    for one in found:
        if not isinstance(one, Case):
            raise RegimeSimError(f"cases: got {shown(one)} - expected cases that were read")
    return tuple(found)


def _again(cases: Sequence[Case], second: Sequence[Case]) -> tuple[Case, ...]:
    """The second codings of these cases. Raises OutOfRange where there is none of any."""
    known = {case.id for case in cases}
    found = tuple(case for case in second if case.id in known)
    if not found:
        raise OutOfRange(
            f"second: no case_id of the {len(second)} is among the cases, such as"
            f" {shown(second[0].id)} - expected a second coding of some of them"
        )
    return found


def _second(
    cases: Sequence[Case], again: Sequence[Case], law: Law, effort: Effort
) -> dict[str, tuple[Case, float]]:
    """Second codings and what the law says of them, by id, each from the sample of the first."""
    samples = {case.id: sample for case, sample in zip(cases, law.samples, strict=True)}
    quiet = replace(effort, on_progress=None)
    said = predict(again, quiet, [samples[case.id] for case in again])
    return {case.id: (case, one.out.value) for case, one in zip(again, said, strict=True)}


def _as_law(out: Floats, law: Forecasts) -> Forecasts:
    """A probability of leaving, (n,), spread over ways, weeks and the regime's end as the law's."""
    share = (out / np.maximum(law.out, 1e-6))[:, None]
    categories = law.categories * share
    categories[:, 0] = 1.0 - out
    return Forecasts(out, categories, law.gone_by * share, law.falls * share[:, 0])


def predict(
    cases: Sequence[Case], effort: Effort, samples: Sequence[str | Posterior]
) -> tuple[Prediction, ...]:
    """Simulate each case from its codings, its first day and its horizon; the map sees neither its
    name nor its end.

    samples: what the structural parameters are drawn from, case by case.
    """
    said = []
    for done, (case, sample) in enumerate(zip(cases, samples, strict=True), start=1):
        found = run(scenario_of(blind(case)), replace(effort, knowledge=sample, on_progress=None))
        said.append(prediction(case, found))
        if effort.on_progress is not None:
            effort.on_progress(done, len(cases))
    return tuple(said)


def blind(case: Case) -> Case:
    """The case without what the map may not see: its names and its end."""
    return replace(case, id="episode", leader="", country="", split="", observed=None)


def _by_law(
    cases: Sequence[Case], drawn: Sequence[Law], effort: Effort
) -> dict[str, tuple[Prediction, ...]]:
    """The predictions of each law; laws that draw from the same samples are simulated once."""
    said: dict[str, tuple[Prediction, ...]] = {}
    # the first law of each sample, by name of every law that draws from it
    first = {law.name: next(other.name for other in drawn if law.like(other)) for law in drawn}
    of = len(cases) * len(set(first.values()))
    for k, law in enumerate(one for one in drawn if first[one.name] == one.name):
        told = replace(effort, on_progress=further(effort.on_progress, k * len(cases), of))
        said[law.name] = predict(cases, told, law.samples)
    return {law.name: said[first[law.name]] for law in drawn}


def prediction(case: Case, e: Ensemble) -> Prediction:
    """Read an ensemble of a case."""
    week = e.leader_week.astype(np.int64)
    gone = np.sort(week[week > 0])
    weeks: dict[str, float | None] = {
        f"q{round(100 * q):02d}": (
            float(np.quantile(gone, q, method="inverted_cdf")) if gone.size else None
        )
        for q in QUANTILES
    }
    return Prediction(
        case=case,
        out=share(week > 0, e.cluster),
        outcomes={way: float((e.leader_way == k).mean()) for k, way in enumerate(WAYS)},
        regime={name: float((e.regime_fate == k).mean()) for k, name in enumerate(REGIME)},
        weeks=weeks,
        gone_by=np.cumsum(np.bincount(week, minlength=e.horizon + 1)[1:]) / e.replicates,
    )


def forecasts_of(said: Sequence[Prediction]) -> Forecasts:
    """The model's predictions in the form that is scored."""
    width = max(len(one.gone_by) for one in said)
    return Forecasts(
        out=np.array([one.out.value for one in said]),
        categories=by_category(np.array([[one.outcomes[way] for way in WAYS] for one in said])),
        gone_by=np.array(
            [np.pad(one.gone_by, (0, width - len(one.gone_by)), mode="edge") for one in said]
        ),
        falls=np.array([one.regime["falls"] for one in said]),
    )


def forecasters(
    cases: Sequence[Case],
    said: Mapping[str, Sequence[Prediction]],
    training: Sequence[Case],
    population: float | None,
) -> dict[str, Forecasts]:
    """The laws, the references, and the plain means of the model with a logit, on the same cases.

    A logit gives P(out) alone; before it is averaged its P(out) is spread over weeks and ways as
    the exits of the training cases were (`forecasts`).
    """
    law = {name: forecasts_of(one) for name, one in said.items()}
    others = references(cases, training, population)
    means = {name: mean_of(law["model"], others[logit]) for name, logit in MEANS.items()}
    return law | means | others


def _scorecards(
    cases: Sequence[Case], said: Mapping[str, Forecasts], population: float | None, seed: int
) -> tuple[Scorecard, ...]:
    """One for all known cases, and one for each of several splits of the file."""
    splits = list(dict.fromkeys(case.split for case in cases if case.scored))
    name = splits[0] if len(splits) == 1 else "all"
    sets: list[tuple[str, NDArray[np.bool_]]] = [(name, np.ones(len(cases), np.bool_))]
    if len(splits) > 1:
        sets += [(split, np.array([case.split == split for case in cases])) for split in splits]
    return tuple(
        scorecard(
            name,
            [case for case, keep in zip(cases, which, strict=True) if keep],
            {who: f.part(which) for who, f in said.items()},
            REFERENCES,
            population,
            seed,
        )
        for name, which in sets
        if any(case.scored for case in cases)
    )


def _law_notes(drawn: Sequence[Law]) -> tuple[str, ...]:
    """Which law the model is, and what stands in for a sample that has not been made."""
    words = {
        "prior": "the priors of the parameter table",
        "rates": "the sample learned from rates and patterns (no case seen)",
        "cases": "the sample learned from rates, patterns and cases",
    }
    said = (
        f"model is the law as default runs draw it: from {words[drawn[0].learned_from]}. mean is"
        " the plain mean of model and logit, mean clean that of model and clean logit; a logit's"
        " P(out) is spread over weeks and ways as exits of the calibration cases were."
    )
    return (said, *(note for law in drawn[1:] for note in law.notes))


def _blend_note(mixed: Blended) -> str:
    """What the blend is made of."""
    weighed = [one for one in mixed.weights if one.fitted]
    how = (
        "weights and level are fitted without the episode's country"
        if len(weighed) == len(mixed.weights)
        else "weights are equal and nothing was fitted"
    )
    twice = int((mixed.coders > 1).sum())
    return (
        "blend is the forecast that stands beside the law: log odds of the law, of a logit on"
        " codings that is fitted so that exits are not over-sampled, without the episode's country,"
        f" and of the ordinary rate of personalist rulers; {how}. Its 90% range is by how far its"
        f" parts and two coders are apart; {twice} of {len(mixed.coders)} episodes were coded twice"
        " here."
    )


def _notes(cases: Sequence[Case], fold: Sequence[int]) -> tuple[str, ...]:
    """What a reader must know before believing a score."""
    inside = sum(k >= 0 for k in fold)
    unknown = [case for case in cases if not case.scored]
    ends = ((case, case.observed) for case in cases if case.scored)
    unread = [case.id for case, end in ends if end is not None and end.regime is None]
    notes = [
        (
            f"{inside} of {len(cases)} cases are among those that the references were fitted on;"
            " there the references are out of fold."
        ),
        (
            f"Codings become scenarios by map version {VERSION}, the same for every case; the"
            " codings were made by people who knew the outcomes."
        ),
        (
            "Log scores and the reliability slope shrink every probability: 0.98 p + 0.01. A slope"
            " of 10 is the end of its scale: exits and survivals are told apart perfectly."
        ),
    ]
    if unknown:
        notes.append(
            f"Predicted and not scored, since the end is not known: {len(unknown)}"
            f" ({', '.join(case.id for case in unknown[:8])}{', ...' if len(unknown) > 8 else ''})."
        )
    if unread:
        notes.append(
            "The regime's end is not scored where the file's words do not say it:"
            f" {', '.join(unread[:8])}{', ...' if len(unread) > 8 else ''}."
        )
    return tuple(notes)


__all__ = [
    "CORPS",
    "MEANS",
    "POPULATION",
    "REFERENCES",
    "Backtest",
    "Prediction",
    "backtest",
    "blind",
    "forecasters",
    "forecasts_of",
    "predict",
    "prediction",
]
