"""Forecasts that are written down before their question is answered: freezes them into their files,
checks them, scores what has become known.

The score is the squared error of the probability (Brier 1950), beside that of the observed yearly
rate on the same questions. Never freezes a file twice.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import RegimeSimError
from ..facts.evidence import rates
from ..facts.outcomes import REGIME, WAYS
from ..facts.places import scenarios_folder
from ..runs import simulate
from ..scenario import load, shipped_names
from ..scenario.requests import Registered, Resolve
from ..statistics.intervals import Estimate, mean, share
from ..statistics.variance import spread
from .seal import seal, section, sources_and_seeds_hash

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..scenario import Scenario

REPLICATES, SEED, DIGITS = 20_000, 1, 4
SCALE = 10_000  # 10 ** DIGITS
YEAR = 52.1786  # weeks
BASE = {  # the yearly rate that a forecast is scored beside
    "leader_out": "archigos.leader_exit.rate.personalist.1946_2015",
    "regime_falls": "gwf.regime_breakdown.year.personalist.1946_2010",
}
STATES = ("not frozen", "open", "due", "known", "void", "altered")


class NotFrozen(RegimeSimError, ValueError):
    """A forecast cannot be frozen; says which and why."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One question: its state (one of STATES), the frozen probability with its 95% interval (luck
    and draws; nan if none) and the range of 90% of what is not known (None where nothing is), the
    base rate's probability for the same weeks, the answer (None while it is not known) and the
    squared errors of both (nan while it is not known).
    """

    id: str
    ruler: str
    question: str
    by: Date
    on: Date | None
    state: str
    probability: float
    low: float
    high: float
    range: tuple[float, float] | None
    base_rate: float
    happened: bool | None
    brier: float
    base_brier: float


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All forecasts by the day of their answer; the mean squared error of those that are known, and
    of the base rate on the same ones (n 0: nan).
    """

    forecasts: tuple[Forecast, ...]
    brier: Estimate
    base_brier: Estimate


def intact(target: str | os.PathLike[str]) -> bool:
    """Whether a frozen forecast and the file it stands in are as they were frozen; False too where
    nothing is frozen.
    """
    path, scenario = _opened(target)
    return scenario.registered is not None and scenario.registered.hash == seal(
        path.read_text(encoding="utf-8"), scenario.registered
    )


def forecast(
    scenario: Scenario, replicates: int = REPLICATES, seed: int = SEED, on: Date | None = None
) -> Registered:
    """The forecast of a scenario's own question, without a seal (hash 64 zeros). Raises NotFrozen
    if there is no question, or none in time.
    """
    question, day = scenario.resolve, on or Date.today()
    if question is None:
        raise NotFrozen(
            f"{scenario.id}: there is no question - expected resolve: {{question: ..., by: DATE}}"
        )
    if day > question.by:
        raise NotFrozen(f"{scenario.id}: the answer is due on {question.by}, and {day} is later")
    weeks = _weeks(scenario, question)
    if not 1 <= weeks <= scenario.horizon:
        raise NotFrozen(
            f"{scenario.id}: {question.by} is week {weeks} of a run of {scenario.horizon} weeks -"
            " set horizon"
        )
    ensemble = simulate(scenario, replicates, seed)
    hit = _hit(ensemble, question.of, weeks)
    at = share(hit, ensemble.cluster)
    out = (ensemble.leader_week > 0) & (ensemble.leader_week <= weeks)
    ways = tuple(
        (name, round(float((out & (ensemble.leader_way == k)).mean()), DIGITS))
        for k, name in enumerate(WAYS)
        if name != "survived"
    )
    return Registered(
        day,
        replicates,
        seed,
        round(at.value, DIGITS),
        _down(at.low),
        _up(at.high),
        _range(hit, ensemble),
        ways,
        sources_and_seeds_hash(),
        "0" * 64,
    )


def freeze(
    path: str | os.PathLike[str],
    replicates: int = REPLICATES,
    seed: int = SEED,
    on: Date | None = None,
) -> Registered:
    """Run a scenario file and append its forecast to it, sealed. The file must stand alone and hold
    no forecast yet. Raises NotFrozen, ScenarioError, OSError.
    """
    file = Path(path)
    scenario, text = load(file), file.read_text(encoding="utf-8")
    if scenario.registered is not None:
        raise NotFrozen(
            f"{file}: holds a forecast of {scenario.registered.on} already; what is frozen is not"
            " frozen again"
        )
    if re.search(r"^extends:", text, re.MULTILINE):
        raise NotFrozen(
            f"{file}: extends another file, which could change - expected a file of its own"
        )
    bare = forecast(scenario, replicates, seed, on)
    frozen = replace(bare, hash=seal(text, bare))
    fresh = file.with_name(f".{file.name}.part")
    fresh.write_text(text.rstrip("\n") + "\n" + section(frozen), encoding="utf-8")
    fresh.replace(file)
    return frozen


def score(
    targets: Iterable[str | os.PathLike[str]] = (),
    known: Mapping[str, bool] | None = None,
    today: Date | None = None,
) -> Scorecard:
    """The questions in these folders, files or shipped names (default: all shipped), scored where
    they are known.

    known: answers by id that stand above those in the files. Altered forecasts are listed and not
    scored. Raises ScenarioError.
    """
    rows = [_row(target, known or {}, today or Date.today()) for target in _found(targets)]
    asked = tuple(
        sorted((row for row in rows if row is not None), key=lambda row: (row.by, row.id))
    )
    done = [row for row in asked if row.state == "known"]
    return Scorecard(
        asked, mean([row.brier for row in done]), mean([row.base_brier for row in done])
    )


def _row(target: str | Path, known: Mapping[str, bool], today: Date) -> Forecast | None:
    path, scenario = _opened(target)
    question, frozen = scenario.resolve, scenario.registered
    if question is None:
        return None
    answer = known.get(scenario.id, scenario.resolved.happened if scenario.resolved else None)
    void = (
        scenario.resolved is not None
        and scenario.resolved.happened is None
        and scenario.id not in known
    )
    state = "not frozen"
    if frozen is not None:
        whole = frozen.hash == seal(path.read_text(encoding="utf-8"), frozen)
        state = (
            "altered"
            if not whole
            else (
                "void"
                if void
                else "known"
                if answer is not None
                else "due"
                if today > question.by
                else "open"
            )
        )
    base = base_rate(question.of, _weeks(scenario, question))
    chance, low, high = (frozen.probability, frozen.low, frozen.high) if frozen else (math.nan,) * 3
    told = float(answer) if state == "known" and answer is not None else math.nan
    return Forecast(
        scenario.id,
        scenario.ruler,
        question.question,
        question.by,
        frozen.on if frozen else None,
        state,
        chance,
        low,
        high,
        frozen.range if frozen else None,
        base,
        answer,
        (chance - told) ** 2,
        (base - told) ** 2,
    )


def base_rate(of: str, weeks: int) -> float:
    """The probability by the observed yearly rate of personalist rulers, 1 - exp(-rate * years);
    nan where no rate is known (tutelage).
    """
    if of not in BASE:
        return math.nan
    rate = rates()[BASE[of]].value
    return math.nan if rate is None else 1.0 - math.exp(-rate * weeks / YEAR)


def _weeks(scenario: Scenario, question: Resolve) -> int:
    """The week of the run by whose end the answer is due."""
    return -(-(question.by - scenario.start).days // 7)


def _hit(ensemble: Ensemble, of: str, weeks: int) -> NDArray[np.bool_]:
    """In which futures the answer is yes by the end of that week."""
    if of == "leader_out":
        return np.asarray((ensemble.leader_week > 0) & (ensemble.leader_week <= weeks))
    at = (ensemble.regime_week > 0) & (ensemble.regime_week <= weeks)
    return np.asarray(
        at & (ensemble.regime_fate == REGIME.index("falls" if of == "regime_falls" else "tutelage"))
    )


def _range(hit: NDArray[np.bool_], ensemble: Ensemble) -> tuple[float, float] | None:
    """90% of the probability over the draws of what is not known: the beta with the observed mean
    and the variance between draws; None if nothing varies.
    """
    from scipy.stats import beta

    p, between = float(hit.mean()), spread(hit, ensemble.cluster).ignorance.value
    if not 0.0 < between < 1.0:
        return None
    size = 1.0 / between - 1.0
    low, high = beta.ppf((0.05, 0.95), p * size, (1.0 - p) * size)
    return _down(float(low)), _up(float(high))


def _down(value: float) -> float:
    return math.floor(value * SCALE) / SCALE


def _up(value: float) -> float:
    return math.ceil(value * SCALE) / SCALE


def _found(targets: Iterable[str | os.PathLike[str]]) -> Sequence[str | Path]:
    """Names and files, folders opened up; all shipped names if nothing is asked for."""
    asked = list(targets)
    if not asked:
        return shipped_names()
    found: list[str | Path] = []
    for target in asked:
        if isinstance(target, str) and target in shipped_names():
            found.append(target)
        elif Path(target).is_dir():
            found.extend(sorted(Path(target).glob("*.yaml")))
        else:
            found.append(Path(target))
    return found


def _opened(target: str | os.PathLike[str]) -> tuple[Path, Scenario]:
    """The file and the scenario of a shipped name or a path."""
    if isinstance(target, str) and target in shipped_names():
        return scenarios_folder() / f"{target}.yaml", load(target)
    return Path(target), load(Path(target))
