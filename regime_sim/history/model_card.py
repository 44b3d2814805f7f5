"""What the model card rests on, gathered in one go: the backtest, coding shifts, base rates, the
claim, December 2025; and the mark by which a stale card is known. Writes nothing.

`fingerprint` covers what the card's numbers come from, by meaning: the model, the coding map, the
shipped samples, the cases, the observed rates and the scenario of the claim. It does not cover the
rooms that only score and print.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..ensemble.effort import Effort
from ..facts import posterior as shipped
from ..provenance import canonical, model_mark, sha256
from ..questions.claim import Claim, claim
from ..statistics.resampling import Score
from . import marks, said
from .backtest import Backtest, forecasts_of, predict
from .cases import TRAINING, training_cases
from .december import SCENARIO, December, december
from .forecasters import LAWS, laws
from .forecasts import CONTAMINATED, EXILE
from .patterns import Lab, Row, base_rates
from .recoding import Shifts, shifts
from .scoring import Scorecard, scorecard
from .second_edition import SecondEdition, second_edition

MARK = re.compile(r"<!-- fingerprint: ([0-9a-f]{64}) -->")
HISTORY = ("panel map", "seeds")  # of what the kept law rests on, what nothing else here does
DEVELOPMENT = "development"
Tell = Callable[[str], Callable[..., None] | None]
HINDSIGHT_REFERENCE = "ridge_logit_without_contaminated"


@dataclass(frozen=True, slots=True)
class Goal:
    """Scores by forecaster on a set of cases, their bounds, and whether each keeps to them."""

    cases: str
    words: str
    scores: Mapping[str, Score]
    low: float
    high: float

    def met(self, who: str) -> bool:
        """Whether the score lies where it should."""
        return self.low < self.scores[who].value < self.high

    def clear(self, who: str) -> bool:
        """Whether its whole interval does."""
        return self.low < self.scores[who].low and self.scores[who].high < self.high


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Everything that the card says. rates: observed yearly rates against the model's; samples:
    what is known of each shipped sample, by name; edition: leader-years, episodes by rule, blend.

    blanked[cases][what is blanked][score]: the model where it does not see the contaminated
    codings.
    """

    backtest: Backtest
    shifts: Shifts | None
    claim: Claim
    december: December
    rates: tuple[Row, ...]
    blanked: Mapping[str, Mapping[str, Mapping[str, Score]]]
    samples: Mapping[str, Mapping[str, Any]]
    edition: SecondEdition | None
    model: str
    fingerprint: str

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals that were set before the fit, as they came out."""
        return tuple(goal for card in self.backtest.scorecards for goal in _goals(card))

    def card(self, cases: str) -> Scorecard | None:
        """The plain scorecard of one set of cases."""
        return next((card for card in self.backtest.scorecards if card.cases == cases), None)


def fingerprint() -> str:
    """SHA-256 over what the numbers of the card come from."""
    return sha256(canonical(rests_on()).encode())


def rests_on() -> dict[str, str]:
    """The marks of all that the numbers of the card come from."""
    return {
        "model": model_mark(),
        "coding map": marks.map_mark(),
        "samples": marks.samples_mark(),
        "cases": marks.cases_mark(),
        "rates": marks.rates_mark(),
        "scenarios": marks.scenario_mark(SCENARIO, "no-pressure"),
        **{f"history: {name}": mark for name, mark in said.marks().items() if name in HISTORY},
    }


def stale(text: str) -> bool:
    """Whether a card is of another model, other samples or cases; True too without a mark."""
    found = MARK.search(text)
    return found is None or found.group(1) != fingerprint()


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is run for the card. shifts: of the codings (0: none); draws: of the claim; futures:
    of December 2025; lab: of the base rates.
    """

    shifts: int = 200
    draws: int = 1024
    futures: int = 8192
    lab: Lab = field(default_factory=Lab)


def gather(
    b: Backtest,
    sizes: Sizes,
    seed: int = 1,
    *,
    workers: int | None = None,
    tell: Tell = lambda _: None,
) -> Evidence:
    """Run all that the card needs beside a backtest of the shipped cases."""
    moved = None
    if sizes.shifts:
        moved = shifts(sizes.shifts, seed, workers=workers, on_progress=tell("coding shifts"))
    answer = claim(draws=sizes.draws, seed=seed, workers=workers, on_progress=tell("the claim"))
    about = {
        name: one.about for name in shipped.SAMPLES if (one := shipped.posterior(name)) is not None
    }
    return Evidence(
        b,
        moved,
        answer,
        december(sizes.futures, seed, workers=workers),
        tuple(base_rates(sizes.lab)),
        _blanked(b, seed, workers, tell),
        about,
        second_edition(seed),
        model_mark(),
        fingerprint(),
    )


def _blanked(
    b: Backtest, seed: int, workers: int | None, tell: Tell
) -> dict[str, dict[str, dict[str, Score]]]:
    """Scores of the model with all codings, no exile ones, none contaminated; per set of cases."""
    found: dict[str, dict[str, dict[str, Score]]] = {
        card.cases: {"nothing": dict(card.scores["model"])} for card in b.scorecards
    }
    cases = [one.case for one in b.predictions if one.case.scored]
    samples = laws(cases, training_cases())[0].samples
    effort = Effort(replicates=b.replicates, seed=seed, corps=b.corps, workers=workers)
    for words, names in (
        ("the two exile codings", EXILE),
        ("all three contaminated codings", CONTAMINATED),
    ):
        without = [replace(case, codes={**case.codes, **dict.fromkeys(names)}) for case in cases]
        told = replace(effort, on_progress=tell(f"without {words}"))
        said = forecasts_of(predict(without, told, samples))
        for name in found:
            which = np.array([name in ("all", case.split) for case in cases])
            kept = [case for case, keep in zip(cases, which, strict=True) if keep]
            card = scorecard(name, kept, {"model": said.part(which)}, (), None, b.seed)
            found[name][words] = dict(card.scores["model"])
    return found


def _goals(card: Scorecard) -> tuple[Goal, ...]:
    """The goals of one set of cases."""
    who = (*LAWS, "mean")

    def goal(words: str, name: str, low: float, high: float) -> Goal:
        return Goal(card.cases, words, {one: card.scores[one][name] for one in who}, low, high)

    def against(words: str, reference: str, name: str = "brier") -> Goal:
        less = {one: card.differences[one][reference][name] for one in who}
        return Goal(card.cases, words, less, -math.inf, 0.0)

    better = (
        against("Brier score less the base rate's: under 0", "base_rate"),
        against("log score less the base rate's: under 0", "base_rate", "log_score"),
        against(
            "Brier score less that of the logit without contaminated codings: under 0",
            HINDSIGHT_REFERENCE,
        ),
    )
    if card.cases == TRAINING:
        return (
            goal("Brier score under 0.07", "brier", -math.inf, 0.07),
            goal("likeliest way right in more than 70 of 100", "hit_rate", 0.7, math.inf),
            goal("reliability slope 0.8 to 1.2", "reliability_slope", 0.8, 1.2),
            *better,
        )
    if card.cases == DEVELOPMENT:
        return (goal("Brier score under 0.10", "brier", -math.inf, 0.10), *better)
    return ()


__all__ = ["DEVELOPMENT", "MARK", "Evidence", "Goal", "fingerprint", "gather", "stale"]
