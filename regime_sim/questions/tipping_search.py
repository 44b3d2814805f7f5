"""The search for the smallest change that brings a probability to a target: common draws,
replicates doubled only where they decide; finds no words for it.

A candidate moves one name, or two levers by the same step. Its probability is read at tenths of the
range outwards from where it stands, the first crossing is halved into, and the interval of the
change is where the bounds of the probability cross (inversion).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..ensemble.common_draws import ledgers, prepared, weighed
from ..ensemble.effort import Effort
from ..statistics.controls import luck, share_of_mean, steadied
from ..statistics.intervals import Estimate, cluster_index, share
from .quantities import of_ledgers
from .settings import bounds, set_to

if TYPE_CHECKING:
    from ..scenario import Scenario
    from ..scenario.compiled import Compiled

Floats = NDArray[np.float64]
Setting = tuple[tuple[str, float], ...]
STEPS = 10  # of the range, at which the probability is read first
HALVINGS = 2  # of such a step; within what is left the crossing is interpolated
SURE = 0.999  # level at which a candidate is given up before all replicates are spent
START = 256
WORTH = 4  # counted futures that one with its luck taken out is worth, about
FEWEST = 64


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is moved, from where, which way (+1, -1; one name with 0 is tried both ways)."""

    names: tuple[str, ...]
    start: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    way: tuple[int, ...]

    def reach(self, sign: int) -> float:
        """How far it can be moved, in the first direction of each (sign 1) or against it."""
        return max(
            (h - s if w * sign > 0 else s - low) / (h - low)
            for s, low, h, w in zip(self.start, self.low, self.high, self.way, strict=True)
        )

    def at(self, step: float) -> Setting:
        """The setting after a step (in shares of each range, signed), kept inside the ranges."""
        moved = (
            s + w * step * (h - low)
            for s, low, h, w in zip(self.start, self.low, self.high, self.way, strict=True)
        )
        return tuple(
            (name, round(min(h, max(low, v)), 10))
            for name, v, low, h in zip(self.names, moved, self.low, self.high, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The smallest step that reaches the target (nan: none does), with its interval (high inf:
    perhaps none), or the nearest that it came; together: the probability at step 0.
    """

    candidate: Candidate
    step: Estimate
    verdict: str
    best: Setting
    best_probability: Estimate
    together: Estimate


class Probes:
    """Futures of settings under common draws, run once and kept; at most `most` replicates, from
    `start` on. Not `exact`: each has its own draw, and its luck taken out by weekly chances.
    """

    def __init__(self, scenario: Scenario, of: str, effort: Effort, exact: bool = True) -> None:
        self.scenario, self.of, self.effort = scenario, of, replace(effort, on_progress=None)
        self.exact = exact
        self.most = effort.replicates if exact else max(FEWEST, effort.replicates // WORTH)
        self.start = min(START if exact else START // WORTH, self.most)
        # of each replicate: whether it happened, and luck in all
        self.kept: dict[Setting, tuple[Floats, Floats]] = {}
        self.open: dict[Setting, bool] = {}
        self.known: dict[tuple[Setting, int, float], Estimate] = {}
        self.runs = 0

    def need(self, settings: Sequence[Setting], n: int) -> None:
        """Run what is missing of the first n replicates of these settings."""
        wanted: dict[int, list[Setting]] = {}
        for setting in dict.fromkeys(settings):
            have = self.kept[setting][0].size if setting in self.kept else 0
            if have < n:
                wanted.setdefault(have, []).append(setting)
        for have, group in wanted.items():
            effort = replace(self.effort, replicates=n - have, first=have)
            asked = (set_to(self.scenario, dict(setting)) for setting in group)
            compiled = [prepared(one, effort.corps, effort.knowledge) for one in asked]
            found = self._run(compiled, effort)
            self.runs += found[0].size
            for setting, one, *new in zip(group, compiled, *found, strict=True):
                old = self.kept.get(setting, (np.zeros(0), np.zeros(0)))
                self.kept[setting] = (
                    np.concatenate([old[0], new[0]]),
                    np.concatenate([old[1], new[1]]),
                )
                self.open[setting] = bool(one.uncertain) or one.joint is not None

    def _run(self, compiled: list[Compiled], effort: Effort) -> tuple[Floats, Floats]:
        """Whether it happens, and luck in all, each (settings, replicates)."""
        horizon = self.scenario.horizon
        if self.exact:
            hit = of_ledgers(ledgers(compiled, effort), horizon).happens(self.of)
            return hit.astype(np.float64), np.zeros(hit.shape)
        rows, chances = weighed(compiled, effort, 1)
        futures = of_ledgers(rows, horizon)
        missed = luck(futures.leader_way, chances)
        return futures.happens(self.of).astype(np.float64), missed.sum(axis=-1)

    def probability(self, setting: Setting, n: int, level: float = 0.95) -> Estimate:
        """Share of the first n replicates in which it happens."""
        key = setting, n, level
        if key not in self.known:
            self.need((setting,), n)
            hit, missed = (part[:n] for part in self.kept[setting])
            if self.exact:
                cluster = cluster_index(n) if self.open[setting] else None
                self.known[key] = share(hit > 0.5, cluster, level)
            else:
                steady = steadied(hit[None], missed[None, :, None])[0]
                self.known[key] = share_of_mean(steady, None, level)
        return self.known[key]


def candidate(scenario: Scenario, name: str, way: int = 1) -> Candidate:
    """One name, from the scenario's point value."""
    low, high = bounds(scenario, name)
    return Candidate((name,), (scenario.value(name),), (low,), (high,), (way,))


def search(probes: Probes, one: Candidate, target: float, rising: bool, both: bool = True) -> Found:
    """The smallest step that brings the probability to the target; `both`: either direction."""
    sides = [sign for sign in ((1, -1) if both else (1,)) if one.reach(sign) > 1e-9]
    walks = {sign: _walk(one, sign) for sign in sides}
    n = probes.start
    while True:
        steps = [step for sign in sides for step in walks[sign]]
        probes.need([one.at(step) for step in steps], n)
        crossings = [
            found
            for sign in sides
            if (found := _crossing(probes, one, walks[sign], n, target, rising)) is not None
        ]
        if crossings:
            return _refined(probes, one, walks, min(crossings, key=abs), n, target, rising)
        hopeful = [
            step
            for step in steps
            if _passes(probes.probability(one.at(step), n, SURE), target, rising, "near")
        ]
        if not hopeful or n >= probes.most:
            return _not_found(probes, one, steps, n, target, rising)
        near = set(hopeful)
        walks = {
            sign: [0.0, *(step for step in walks[sign] if step in near and step != 0.0)]
            for sign in sides
        }
        n = min(2 * n, probes.most)


def _walk(one: Candidate, sign: int) -> list[float]:
    """Steps outwards, tenths of the range and the end of the range last, signed; 0 first."""
    far = one.reach(sign)
    inner = [k / STEPS for k in range(1, STEPS + 1) if k / STEPS < far - 0.02]
    return [0.0, *(sign * step for step in (*inner, far))]


def _passes(p: Estimate, target: float, rising: bool, bound: str) -> bool:
    """Whether an estimate is at or beyond the target: by its value, by its bound nearest the
    target's far side ("near"), or by the other ("sure").
    """
    number = _read(p, rising, bound)
    return number >= target if rising else number <= target


def _crossing(
    probes: Probes,
    one: Candidate,
    walk: Sequence[float],
    n: int,
    target: float,
    rising: bool,
    bound: str = "value",
) -> float | None:
    """The first step outwards at which the estimate (or bound) is past the target, or None."""
    for step in walk:
        if _passes(probes.probability(one.at(step), n), target, rising, bound):
            return step
    return None


def _refined(
    probes: Probes,
    one: Candidate,
    walks: dict[int, list[float]],
    first: float,
    n: int,
    target: float,
    rising: bool,
) -> Found:
    """The crossing with its interval, replicates doubled while that is wider than a step."""
    sign = -1 if first < 0.0 else 1
    walk = _walk(one, sign) if sign in walks else walks[next(iter(walks))]
    while True:
        probes.need([one.at(step) for step in walk], n)
        ends = [
            _inverted(probes, one, walk, n, target, rising, bound)
            for bound in ("value", "near", "sure")
        ]
        value, low, high = (abs(end) if end is not None else None for end in ends)
        narrow = low is not None and high is not None and high - low < 1.0 / STEPS
        if value is None or n >= probes.most or narrow:
            break
        n = min(2 * n, probes.most)
    if value is None:  # more replicates took the crossing away
        return _not_found(probes, one, walk, n, target, rising)
    step = Estimate(
        sign * value,
        min(value, low if low is not None else value),
        max(value, high) if high is not None else math.inf,
        n,
    )
    ends_at = one.at(sign * value)
    there, before = (probes.probability(setting, n) for setting in (ends_at, one.at(0.0)))
    return Found(one, step, "reached", ends_at, there, before)


def _inverted(
    probes: Probes,
    one: Candidate,
    walk: Sequence[float],
    n: int,
    target: float,
    rising: bool,
    bound: str,
) -> float | None:
    """The step at which the estimate or bound crosses the target: halved, then interpolated."""
    outer = _crossing(probes, one, walk, n, target, rising, bound)
    if outer is None or outer == 0.0:
        return outer
    inner = walk[list(walk).index(outer) - 1]
    for _ in range(HALVINGS):
        middle = round(0.5 * (inner + outer), 10)
        if _passes(probes.probability(one.at(middle), n), target, rising, bound):
            outer = middle
        else:
            inner = middle
    before, after = (
        _read(probes.probability(one.at(step), n), rising, bound) for step in (inner, outer)
    )
    part = 0.5 if after == before else min(1.0, max(0.0, (target - before) / (after - before)))
    return round(inner + part * (outer - inner), 4)


def _read(p: Estimate, rising: bool, bound: str) -> float:
    """The value of an estimate, or the bound "near" or "sure"."""
    if bound == "value":
        return p.value
    return p.high if rising == (bound == "near") else p.low


def _not_found(
    probes: Probes, one: Candidate, steps: Sequence[float], n: int, target: float, rising: bool
) -> Found:
    """No setting reaches the target; or so many replicates cannot tell."""
    sign = 1 if rising else -1
    best = one.at(max(steps, key=lambda step: sign * probes.probability(one.at(step), n).value))
    open_ = _passes(probes.probability(best, n, SURE), target, rising, "near")
    verdict = "cannot tell" if open_ else "not reached"
    none = Estimate(math.nan, math.nan, math.nan, n)
    there, before = (probes.probability(setting, n) for setting in (best, one.at(0.0)))
    return Found(one, none, verdict, best, there, before)


def every(
    probes: Probes,
    alone: Sequence[Candidate],
    pairs: bool,
    target: float,
    rising: bool,
    tell: Callable[[int], object],
) -> Iterator[Found]:
    """Search single candidates, then (`pairs`) each two of the levers, moved the better way."""
    helpful: dict[str, Candidate] = {}
    for k, one in enumerate(alone):
        yield search(probes, one, target, rising)
        tell(k + 1)
        helpful[one.names[0]] = _directed(probes, one, rising)
    if not pairs:
        return
    levers = [one for one in helpful.values() if "." not in one.names[0]]
    joined = [(a, b) for k, a in enumerate(levers) for b in levers[k + 1 :]]
    for k, (a, b) in enumerate(joined):
        both = Candidate(
            a.names + b.names, a.start + b.start, a.low + b.low, a.high + b.high, a.way + b.way
        )
        yield search(probes, both, target, rising, both=False)
        tell(len(alone) + k + 1)


def _directed(probes: Probes, one: Candidate, rising: bool) -> Candidate:
    """The candidate moved the way whose end is nearer the target."""
    n = probes.start
    ends = {sign: probes.probability(one.at(sign * one.reach(sign)), n).value for sign in (1, -1)}
    up = (ends[1] >= ends[-1]) == rising
    return (
        one
        if up
        else Candidate(one.names, one.start, one.low, one.high, tuple(-way for way in one.way))
    )
