"""Checks: what a scenario file asserts about itself, tested on paired futures under common draws;
finds no words for it.

A check "increasing" (or "decreasing", "flat") is about the share of futures with an outcome as the
settings of `vary` are walked through in order. All pairs of settings are compared, earlier with
later; the paired intervals are widened so that all of one check hold together with 95%
(Bonferroni). Then

- it FAILS if one whole interval lies beyond the tolerance on the wrong side (increasing:
  the whole interval below -tolerance),
- it HOLDS if every whole interval lies within what the check allows,
- else it is NOT REFUTED: this many futures cannot tell.

A range ("0.2 to 0.5") is about the share itself at every setting: it fails where the whole interval
lies outside the range by more than the tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ensemble.frames import replicates_of
from ..ensemble.stopping import happened
from ..runs import simulate
from ..shown import Shown
from ..statistics.intervals import CLUSTER, Estimate, dense, paired_difference, share

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..scenario import Scenario
    from ..scenario.requests import Check

HOLDS, NOT_REFUTED, FAILS = "holds", "not refuted", "fails"
_WORST = (HOLDS, NOT_REFUTED, FAILS)
Run = Callable[["Scenario"], "Ensemble"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One comparison. settings: which, from 1 (two for a difference). level: of its interval."""

    outcome: str
    expected: str
    settings: tuple[int, ...]
    estimate: Estimate
    level: float
    verdict: str


@dataclass(frozen=True, slots=True, repr=False)
class Verdict(Shown):
    """What became of one check: the worst of its readings decides."""

    check: Check
    readings: tuple[Reading, ...]

    @property
    def verdict(self) -> str:
        """holds, not refuted or fails."""
        return max((reading.verdict for reading in self.readings), key=_WORST.index)

    @property
    def failed(self) -> bool:
        return self.verdict == FAILS

    @property
    def worst(self) -> Reading:
        """The reading that decides: of the worst verdict, the one furthest beyond its bound."""

        def badness(one: Reading) -> tuple[int, float]:
            return _WORST.index(one.verdict), _excess(one, self.check.tolerance)

        return max(self.readings, key=badness)

    def to_document(self) -> dict[str, Any]:
        """The verdict for JSON: it, verdict, tolerance, vary, readings."""
        rows = [
            {
                "outcome": r.outcome,
                "expected": r.expected,
                "settings": list(r.settings),
                "value": r.estimate.value,
                "low": r.estimate.low,
                "high": r.estimate.high,
                "level": r.level,
                "n": int(r.estimate.n),
                "verdict": r.verdict,
            }
            for r in self.readings
        ]
        vary = {name: list(values) for name, values in self.check.vary}
        return {
            "it": self.check.it,
            "verdict": self.verdict,
            "tolerance": self.check.tolerance,
            "vary": vary,
            "readings": rows,
        }


def verdicts(
    scenario: Scenario,
    replicates: int = 2000,
    seed: int = 1,
    engine: str = "kernel",
    workers: int | None = None,
    *,
    done: Ensemble | None = None,
) -> tuple[Verdict, ...]:
    """Test every check of a scenario over the same futures, in the file's order. done: an ensemble
    of the scenario as it stands, which is not run again.

    Errors: those of `simulate`.
    """
    kept: dict[Scenario, Ensemble] = {}
    if done is not None:
        replicates, seed = done.attempted, done.seed
        kept[scenario] = done
    first = 0 if done is None else done.first

    def run(setting: Scenario) -> Ensemble:
        if setting not in kept:
            kept[setting] = simulate(setting, replicates, seed, engine, workers, first=first)
        return kept[setting]

    return tuple(
        judge(check, [run(setting) for setting in settings(scenario, check)])
        for check in scenario.checks
    )


def settings(scenario: Scenario, check: Check) -> list[Scenario]:
    """The scenario at each step of the check's `vary`; as it stands where nothing varies."""
    if not check.vary:
        return [scenario]
    steps = range(len(check.vary[0][1]))
    return [scenario.vary({name: values[k] for name, values in check.vary}) for k in steps]


def judge(check: Check, ensembles: Sequence[Ensemble]) -> Verdict:
    """What ensembles of the same futures, one per setting in order, say about a check."""
    asked = [
        (outcome, wanted, pair)
        for outcome, wanted in check.expect
        for pair in _comparisons(wanted, len(ensembles))
    ]
    level = 1.0 - 0.05 / max(1, len(asked))
    return Verdict(check, tuple(_reading(check, *one, ensembles, level) for one in asked))


def _comparisons(wanted: str | tuple[float, float], number: int) -> Iterator[tuple[int, ...]]:
    """Which settings a check compares: all pairs for a trend, each alone for a range."""
    yield from combinations(range(number), 2 if isinstance(wanted, str) else 1)


def _reading(
    check: Check,
    outcome: str,
    wanted: str | tuple[float, float],
    which: tuple[int, ...],
    ensembles: Sequence[Ensemble],
    level: float,
) -> Reading:
    held = [ensembles[k] for k in which]
    # a future that failed in one is left out
    numbers = [replicates_of(e) for e in held]
    common = reduce(np.intersect1d, numbers)
    hits = [
        happened(e, outcome)[np.isin(own, common)] for e, own in zip(held, numbers, strict=True)
    ]
    cluster = dense(common // CLUSTER) if any(e.clustered for e in held) else None
    estimate = (
        paired_difference(hits[0], hits[1], cluster, level)
        if len(hits) == 2
        else share(hits[0], cluster, level)
    )
    words = wanted if isinstance(wanted, str) else f"{wanted[0]:g} to {wanted[1]:g}"
    low, high = _allowed(wanted, check.tolerance)
    settings, verdict = tuple(k + 1 for k in which), verdict_of(estimate, low, high)
    return Reading(outcome, words, settings, estimate, 100 * level, verdict)


def verdict_of(estimate: Estimate, low: float, high: float) -> str:
    """fails: the interval is outside [low, high]; holds: inside; else not refuted (nan too)."""
    if estimate.high < low or estimate.low > high:
        return FAILS
    return HOLDS if low <= estimate.low and estimate.high <= high else NOT_REFUTED


def _allowed(wanted: str | tuple[float, float], tolerance: float) -> tuple[float, float]:
    """What a check allows: of a difference (later less earlier), or of a share."""
    if not isinstance(wanted, str):
        return wanted[0] - tolerance, wanted[1] + tolerance
    return {
        "increasing": (-tolerance, 2.0),
        "decreasing": (-2.0, tolerance),
        "flat": (-tolerance, tolerance),
    }[wanted]


def _excess(reading: Reading, tolerance: float) -> float:
    """How far the estimate lies beyond what is allowed; less than 0 inside."""
    ends = reading.expected.split(" to ")
    wanted = reading.expected if len(ends) == 1 else (float(ends[0]), float(ends[1]))
    low, high = _allowed(wanted, tolerance)
    return max(low - reading.estimate.value, reading.estimate.value - high)
