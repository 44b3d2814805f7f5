"""Runs what the page asks for: a first answer at once, a finer one in the background, both kept by what was asked; draws nothing."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import jobs
import state
import streamlit as st

import regime_sim as rs

FIRST, FINE = 256, 2000
BUDGET = 1_000_000_000  # generals x weeks x futures in one answer: a few seconds on two cores
AT_ONCE = 2  # runs at a time, of all sessions
LEAST = 64  # futures under which no answer is worth showing
KEPT = 16  # ensembles kept for all sessions, about 7 MB each for a year


class OverBudget(rs.RegimeSimError):
    """More was asked than the page may run; `fits` is the number of futures that it may, 0 if not even the least."""

    def __init__(self, futures: int, generals: int, weeks: int) -> None:
        most = BUDGET // (generals * weeks) // 16 * 16
        self.fits = most if most >= LEAST else 0
        super().__init__(
            f"Asked: {futures:,} futures x {generals:,} generals x {weeks:,} weeks = {futures * generals * weeks:,}. "
            f"The page stops at {BUDGET:,}."
        )


def check_budget(scenario: rs.Scenario, futures: int) -> None:
    """Refuse a run that would keep the page waiting. Raises OverBudget."""
    generals = int(scenario.value("generals.number"))
    if futures * generals * scenario.horizon > BUDGET:
        raise OverBudget(futures, generals, scenario.horizon)


def key(scenario: rs.Scenario, seed: int) -> str:
    """What an ensemble depends on besides its size: the whole scenario as a file, and the seed."""
    return hashlib.sha256(f"{seed}\n{scenario.to_yaml(resolved=True)}".encode()).hexdigest()


@dataclass
class Kept:
    """Ensembles by what they depend on, the oldest forgotten first. Shared by sessions: only who asks the very same question finds an answer."""

    found: OrderedDict[tuple[str, int], rs.Ensemble] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))

    def get(self, name: str, futures: int) -> rs.Ensemble | None:
        with self.lock:
            if (name, futures) in self.found:
                self.found.move_to_end((name, futures))
            return self.found.get((name, futures))

    def put(self, name: str, futures: int, ensemble: rs.Ensemble) -> rs.Ensemble:
        with self.lock:
            self.found[name, futures] = ensemble
            while len(self.found) > KEPT:
                self.found.popitem(last=False)
        return ensemble

    def run(self, name: str, scenario: rs.Scenario, futures: int, seed: int, **options: object) -> rs.Ensemble:
        """The ensemble, run unless it is kept. In the foreground few run at once, so that many sessions wait in line instead of slowing each other down."""
        found = self.get(name, futures)
        if found is None:
            with contextlib.nullcontext() if "cancel" in options else self.gate:
                found = self.get(name, futures) or self.put(name, futures, rs.simulate(scenario, futures, seed, **options))  # type: ignore[arg-type]
        return found


@dataclass(frozen=True)
class Answer:
    """What the page shows: the scenario's futures beside the baseline's, the same draws; earlier intervals of the same question."""

    key: str
    now: rs.Ensemble
    before: rs.Ensemble
    same: bool  # whether this is the baseline itself
    other: str  # the baseline in words
    earlier: tuple[rs.Estimate, ...]
    refining: bool
    refusal: str  # why it will not be refined further

    @property
    def futures(self) -> int:
        return self.now.replicates

    @property
    def stem(self) -> str:
        """How files made from it are called."""
        return f"{self.now.scenario.id}-seed{self.now.seed}-n{self.futures}"

    def change(self, way: str | None = None) -> rs.Estimate:
        """Paired difference against the article's world: out any way, or this way."""
        return rs.compare(self.before, self.now).change(way)


def answer() -> Answer:
    """The best answer there is for the scenario as it stands; a finer one is started. Raises RegimeSimError, OverBudget."""
    world, seed = state.scenario(), st.session_state.seed
    before = state.baseline()
    name, other = key(world, seed), key(before, seed)
    pair = {name: world, other: before}
    first = min(FIRST, st.session_state.most.get(name, FIRST))
    found = _found(name, other, FINE)
    refusal, refining = "", False
    if found is None:
        check_budget(world, first)
        jobs.bench().interrupt("refine", name)
        found = kept().run(name, world, first, seed), kept().run(other, before, first, seed)
        refusal = _refine(name, pair, seed)
        refining = not refusal
    now, then = found
    coarser = kept().get(name, first) if now.replicates == FINE else None
    earlier = (coarser.out(),) if coarser else ()
    return Answer(name, now, then, name == other, state.other(), earlier, refining, refusal)


def refined() -> bool:
    """Whether the background has finished, or failed: time to look again."""
    job = jobs.bench().jobs.get("refine")
    return job is None or job.finished


def _found(name: str, other: str, futures: int) -> tuple[rs.Ensemble, rs.Ensemble] | None:
    now, before = kept().get(name, futures), kept().get(other, futures)
    return None if now is None or before is None else (now, before)


@st.cache_resource(show_spinner=False)
def kept() -> Kept:
    """The ensembles of this process."""
    return Kept()


def _refine(name: str, pair: dict[str, rs.Scenario], seed: int) -> str:
    """Start the finer run unless it is under way; says why where it will not be."""
    try:
        for scenario in pair.values():
            check_budget(scenario, FINE)
    except OverBudget as error:
        return str(error)
    store = kept()

    def work(tell: jobs.Tell, cancel: threading.Event) -> object:
        for one, scenario in pair.items():
            store.run(one, scenario, FINE, seed, workers=1, cancel=cancel)
        return True

    job = jobs.bench().start("refine", name, work, quick=True)
    return f"Refining stopped: {job.problem()}" if job.finished and job.problem() else ""
