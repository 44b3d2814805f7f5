"""Forecasts that are written down before their question is answered: freezes them, each into a file
of its own, and scores what has become known.

The score is the squared error of the probability (Brier 1950), beside that of the observed yearly
rate on the same questions. A frozen number is never replaced: what today's model says is shown
beside it, on request.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..facts.outcomes import REGIME, WAYS
from ..provenance import model_mark
from ..runs import simulate
from ..scenario import load, loads, shipped_names
from ..scenario.requests import Registered, Resolve
from ..scenario.shipped import shipped_path
from ..statistics.intervals import Estimate, mean, share
from ..statistics.variance import spread
from ..store import disk
from . import frozen as record
from .base_rates import base_rate
from .blend_questions import Beside, beside
from .frozen import Frozen, NotFrozen
from .seal import seal

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..scenario import Scenario

REPLICATES, SEED, DIGITS = 20_000, 1, 4
SCALE = 10_000  # 10 ** DIGITS
STATES = ("not frozen", "open", "due", "known", "void", "altered")


@dataclass(frozen=True, slots=True)
class Forecast:
    """One question: its state (one of STATES), the frozen probability with its 95% interval
    (simulation error; nan if none) and its 90% range over parameter uncertainty (None without any),
    the base rate's probability for the same weeks, the answer (None while it is not known) and the
    squared errors of both (nan while it is not known). now: what today's model says, where asked;
    blend: what history adds to the law (as frozen with it, else by today's history), None where it
    is not defined.
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
    now: Estimate | None = None
    blend: Beside | None = None
    blend_brier: float = math.nan


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All forecasts by due day; mean squared error of known ones and the base rate (n 0: nan)."""

    forecasts: tuple[Forecast, ...]
    brier: Estimate
    base_brier: Estimate


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question with all that is known of it. base: the base rate's probability."""

    id: str
    ruler: str
    question: Resolve
    frozen: Registered | None
    intact: bool
    base: float
    scenario: Scenario
    blend: Beside | None = None


def intact(target: str | os.PathLike[str]) -> bool:
    """Whether a frozen forecast is as it was frozen; False too where nothing is frozen."""
    asked = _asked(target)
    return asked is not None and asked.frozen is not None and asked.intact


def forecast(
    scenario: Scenario, replicates: int = REPLICATES, seed: int = SEED, on: Date | None = None
) -> Registered:
    """Forecast of a scenario's question, hash 64 zeros. Raises NotFrozen: none, or none in time."""
    question, day = scenario.resolve, on or Date.today()
    if question is not None and day > question.by:
        raise NotFrozen(f"{scenario.id}: the answer is due on {question.by}, and {day} is later")
    ensemble, hit, weeks = _run(scenario, replicates, seed)
    at = share(hit, ensemble.cluster)
    out = (ensemble.leader_week > 0) & (ensemble.leader_week <= weeks)
    return Registered(
        on=day,
        replicates=replicates,
        seed=seed,
        probability=round(at.value, DIGITS),
        low=_down(at.low),
        high=_up(at.high),
        range=_range(hit, ensemble),
        outcomes=tuple(
            (name, round(float((out & (ensemble.leader_way == k)).mean()), DIGITS))
            for k, name in enumerate(WAYS)
            if name != "survived"
        ),
        model=model_mark(),
        hash="0" * 64,
    )


def freeze(
    path: str | os.PathLike[str],
    replicates: int = REPLICATES,
    seed: int = SEED,
    on: Date | None = None,
) -> Registered:
    """Run a scenario file and freeze its forecast, once, into a file of its own (`place_of`); the
    scenario file is left alone. Raises NotFrozen, ScenarioError, OSError.
    """
    file = Path(path)
    scenario, written = load(file), file.read_text(encoding="utf-8")
    place = record.place_of(file)
    if scenario.registered is not None:
        day = scenario.registered.on
        raise NotFrozen(f"{file}: holds a forecast of {day} already, which is not frozen again")
    if os.path.lexists(place):  # said before the run, which takes a while
        raise NotFrozen(f"{place}: {record.FROZEN_ALREADY}")
    numbers = forecast(scenario, replicates, seed, on)
    base = base_rate(_question(scenario).of, _weeks(scenario))
    mixed = _beside(scenario, _question(scenario), numbers.probability)
    record.write(place, record.record_text(scenario, written, numbers, base, blend=mixed))
    return record.read(place).numbers


def score(
    targets: Iterable[str | os.PathLike[str]] = (),
    known: Mapping[str, bool] | None = None,
    today: Date | None = None,
    now: bool = False,
) -> Scorecard:
    """The questions in these folders, files or shipped names (default: all shipped), scored where
    they are known.

    known: answers by id that stand above those in the files. now: also run today's model on each
    question; nothing is written. Altered forecasts are listed and not scored. Raises ScenarioError,
    NotFrozen.
    """
    found = [one for target in _found(targets) if (one := _asked(target)) is not None]
    rows = [_row(one, known or {}, today or Date.today(), now) for one in found]
    asked = tuple(sorted(rows, key=lambda row: (row.by, row.id)))
    done = [row for row in asked if row.state == "known"]
    brier, base = ([getattr(row, name) for row in done] for name in ("brier", "base_brier"))
    return Scorecard(asked, mean(brier), mean(base))


def _asked(target: str | os.PathLike[str]) -> _Asked | None:
    """A frozen forecast alone, or a scenario with its forecast if any; None without a question."""
    shipped = isinstance(target, str) and target in shipped_names()
    path = shipped_path(str(target)) if shipped else Path(target)
    if record.is_frozen(path):
        held = record.read(path)
        return _of_record(held, loads(held.resolved, f"{path}: resolved"))
    scenario = load(target)
    place = record.place_of(path)
    if place.is_file():
        return _of_record(record.read(place), scenario)
    if scenario.resolve is None:
        return None
    own = scenario.registered  # in the scenario file itself, as older versions wrote it
    whole = own is not None and own.hash == seal(path.read_text(encoding="utf-8"), own)
    base = base_rate(scenario.resolve.of, _weeks(scenario))
    return _Asked(scenario.id, scenario.ruler, scenario.resolve, own, whole, base, scenario)


def _of_record(held: Frozen, scenario: Scenario) -> _Asked:
    """A frozen forecast; `scenario`, its file of today, answers if it asks the same question."""
    if scenario.resolve != held.question:
        scenario = loads(held.resolved, f"{held.id}: resolved")
    known = (held.question, held.numbers, held.intact, held.base_rate)
    return _Asked(held.id, held.ruler, *known, scenario, held.blend)


def _beside(scenario: Scenario, question: Resolve, law: float) -> Beside | None:
    """What history adds to the law's answer."""
    weeks = -(-(question.by - scenario.start).days // 7)
    years, age = scenario.value("leader.tenure"), scenario.value("leader.age")
    return beside(question.of, law, years, age, weeks)


def _row(asked: _Asked, known: Mapping[str, bool], today: Date, now: bool) -> Forecast:
    question, frozen, resolved = asked.question, asked.frozen, asked.scenario.resolved
    answer = known.get(asked.id, resolved.happened if resolved else None)
    void = resolved is not None and resolved.happened is None and asked.id not in known
    state = "not frozen"
    if frozen is not None:
        state = "known" if answer is not None else "due" if today > question.by else "open"
        state = "void" if void else state if asked.intact else "altered"
    chance, low, high = (frozen.probability, frozen.low, frozen.high) if frozen else (math.nan,) * 3
    mixed = asked.blend or _beside(asked.scenario, question, chance)
    told = float(answer) if state == "known" and answer is not None else math.nan
    return Forecast(
        id=asked.id,
        ruler=asked.ruler,
        question=question.question,
        by=question.by,
        on=frozen.on if frozen else None,
        state=state,
        probability=chance,
        low=low,
        high=high,
        range=frozen.range if frozen else None,
        base_rate=asked.base,
        happened=answer,
        brier=(chance - told) ** 2,
        base_brier=(asked.base - told) ** 2,
        now=_now(asked) if now else None,
        blend=mixed,
        blend_brier=math.nan if mixed is None else (mixed.value - told) ** 2,
    )


def _now(asked: _Asked) -> Estimate:
    """What today's model says of it, with the frozen forecast's seed and number of futures."""
    frozen = asked.frozen
    replicates, seed = (frozen.replicates, frozen.seed) if frozen else (REPLICATES, SEED)
    ensemble, hit, _ = _run(replace(asked.scenario, resolve=asked.question), replicates, seed)
    return share(hit, ensemble.cluster)


def _run(scenario: Scenario, replicates: int, seed: int) -> tuple[Ensemble, NDArray[np.bool_], int]:
    """A scenario's futures, where the answer is yes, the week it is due. Raises NotFrozen."""
    question, weeks = _question(scenario), _weeks(scenario)
    if not 1 <= weeks <= scenario.horizon:
        late = f"{question.by} is week {weeks} of a run of {scenario.horizon} weeks"
        raise NotFrozen(f"{scenario.id}: {late} - set horizon")
    ensemble = simulate(scenario, replicates, seed)
    return ensemble, _hit(ensemble, question.of, weeks), weeks


def _question(scenario: Scenario) -> Resolve:
    if scenario.resolve is None:
        expected = "expected resolve: {question: ..., by: DATE}"
        raise NotFrozen(f"{scenario.id}: there is no question - {expected}")
    return scenario.resolve


def _weeks(scenario: Scenario) -> int:
    """The week of the run by whose end the answer is due."""
    return -(-(_question(scenario).by - scenario.start).days // 7)


def _hit(ensemble: Ensemble, of: str, weeks: int) -> NDArray[np.bool_]:
    """In which futures the answer is yes by the end of that week."""
    if of == "leader_out":
        return np.asarray((ensemble.leader_week > 0) & (ensemble.leader_week <= weeks))
    if of in WAYS:  # an exit mode
        out = (ensemble.leader_week > 0) & (ensemble.leader_week <= weeks)
        return np.asarray(out & (ensemble.leader_way == WAYS.index(of)))
    at = (ensemble.regime_week > 0) & (ensemble.regime_week <= weeks)
    fate = "falls" if of == "regime_falls" else "tutelage"
    return np.asarray(at & (ensemble.regime_fate == REGIME.index(fate)))


def _range(hit: NDArray[np.bool_], ensemble: Ensemble) -> tuple[float, float] | None:
    """90% interval: the beta with the mean and variance between draws; None if nothing varies."""
    from scipy.stats import beta  # takes a second to load

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
    """Names and files, folders opened (none: all shipped); no forecast whose scenario is there."""
    asked = list(targets)
    if not asked:
        return shipped_names()
    found: list[str | Path] = []
    for target in asked:
        if isinstance(target, str) and target in shipped_names():
            found.append(target)
        elif disk.is_folder(target):
            files = sorted(Path(target).glob("*.yaml"))
            reached = {record.place_of(one) for one in files if not record.is_frozen(one)}
            found.extend(one for one in files if one not in reached)
        else:
            found.append(target if isinstance(target, str) else Path(target))
    return found


__all__ = [
    "STATES",
    "Forecast",
    "NotFrozen",
    "Scorecard",
    "base_rate",
    "forecast",
    "freeze",
    "intact",
    "score",
]
