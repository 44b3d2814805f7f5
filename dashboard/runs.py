"""Runs what the page asks for: a first answer at once, a finer one in the background, both kept by
what was asked; draws nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jobs
import shelf
import state
import streamlit as st
import warm

import regime_sim as rs

FIRST, FINE = 256, 2000
BUDGET = 1_000_000_000  # generals x weeks x futures in one answer: a few seconds on two cores
AT_ONCE = 2  # first answers that are run at a time, of all sessions
THREADS = min(4, os.cpu_count() or 1)  # of one run
LEAST = 64  # futures under which no answer is worth showing
KEPT = 8  # ensembles kept for all sessions, about 6 MB each for a year
# seconds until refining begins: on two cores it would keep a browser on this machine from drawing
# the first answer, for half a second
PAUSE = 0.4
LOOKS = 0.1, 1.0  # seconds between two looks for the finer answer: at least, at most
# seconds that refining stands back at most: for the law to be loaded, and for first answers after
# each of its blocks
PATIENCE = 5.0


class OverBudget(rs.RegimeSimError):
    """More was asked than the page may run; `fits` is the number of futures that it may, 0 if not
    even the least.
    """

    def __init__(self, futures: int, generals: int, weeks: int) -> None:
        most = BUDGET // (generals * weeks) // 16 * 16
        self.fits = most if most >= LEAST else 0
        super().__init__(
            f"Asked: {futures:,} futures x {generals:,} generals x {weeks:,} weeks ="
            f" {futures * generals * weeks:,}. The page stops at {BUDGET:,}."
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
    """Ensembles by what they depend on, the oldest forgotten first. Shared by sessions: only who
    asks the very same question finds an answer.
    """

    found: OrderedDict[tuple[str, int], rs.Ensemble] = field(default_factory=OrderedDict)
    # how often he was out among the first futures of a question
    coarse: OrderedDict[str, rs.Estimate] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))
    # who runs a question, and how many wait for that
    lines: dict[tuple[str, int], tuple[threading.Lock, int]] = field(default_factory=dict)
    asked: int = 0  # first answers that sessions wait for
    pace: float = 0.8  # seconds that refining took when it was last done

    def get(self, name: str, futures: int) -> rs.Ensemble | None:
        with self.lock:
            if (name, futures) in self.found:
                self.found.move_to_end((name, futures))
            return self.found.get((name, futures))

    def put(self, name: str, futures: int, ensemble: rs.Ensemble) -> rs.Ensemble:
        with self.lock:
            self.found[name, futures] = ensemble
            if futures < FINE:
                self.coarse[name] = ensemble.out()
            for kept, most in ((self.found, KEPT), (self.coarse, 20 * KEPT)):
                while len(kept) > most:
                    kept.popitem(last=False)
        return ensemble

    def run(
        self, name: str, scenario: rs.Scenario, futures: int, seed: int, **options: object
    ) -> rs.Ensemble:
        """The ensemble, run unless it is kept; who asks while another runs it waits for that."""
        with self._line(name, futures):
            return self.get(name, futures) or self.put(
                name, futures, _made(scenario, futures, seed, options)
            )

    @contextlib.contextmanager
    def _line(self, name: str, futures: int) -> Iterator[None]:
        """One at a time for each question."""
        with self.lock:
            door, waiting = self.lines.get((name, futures), (threading.Lock(), 0))
            self.lines[name, futures] = (door, waiting + 1)
        try:
            with door:
                yield
        finally:
            with self.lock:
                door, waiting = self.lines.pop((name, futures))
                if waiting > 1:
                    self.lines[name, futures] = (door, waiting - 1)

    def first(self, name: str, scenario: rs.Scenario, futures: int, seed: int) -> rs.Ensemble:
        """The first answer to a question. Few are run at once, so that many sessions wait in line
        instead of slowing each other down.
        """
        found = self.get(name, futures)
        if found is None:
            with self.lock:
                self.asked += 1
            try:
                with self.gate:
                    found = self.run(name, scenario, futures, seed, workers=THREADS)
            finally:
                with self.lock:
                    self.asked -= 1
        return found

    def stand_back(self, done: int, total: int) -> None:
        """Hold refining up, between two blocks, while first answers are waited for."""
        until = time.monotonic() + PATIENCE
        while self.asked and time.monotonic() < until:
            time.sleep(0.01)


def _made(
    scenario: rs.Scenario, futures: int, seed: int, options: dict[str, object]
) -> rs.Ensemble:
    """The ensemble: while the law is not loaded yet, from the shelf if it is there."""
    found = None if warm.loaded.is_set() else shelf.take(scenario, futures, seed)
    return found or rs.simulate(scenario, futures, seed, **options)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Answer:
    """What the page shows: the scenario's futures beside the baseline's, the same draws; the
    interval before it was refined.
    """

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
    def mark(self) -> str:
        """What tells this answer from every other, on the page."""
        return f"{self.key[:12]}-{self.futures}"

    @property
    def stem(self) -> str:
        """How files made from it are called."""
        return f"{self.now.scenario.id}-seed{self.now.seed}-n{self.futures}"

    @cached_property
    def out(self) -> rs.Estimate:
        """How often he is out."""
        return self.now.out()

    @cached_property
    def whole(self) -> Any:
        """The ten ways in whole futures of a hundred."""
        return self.now.frequencies()

    @cached_property
    def _paired(self) -> rs.Comparison:
        return rs.compare(self.before, self.now)

    @cached_property
    def changed(self) -> rs.Estimate:
        """Paired difference against the baseline: out any way."""
        return self._paired.change()

    def change(self, way: str) -> rs.Estimate:
        """Paired difference against the baseline: out this way."""
        return self._paired.change(way)


def answer() -> Answer:
    """The best answer there is for the scenario as it stands; a finer one is started. Raises
    RegimeSimError, OverBudget.
    """
    world, seed = state.scenario(), st.session_state.seed
    before = state.baseline()
    name, other = key(world, seed), key(before, seed)
    pair = {name: world, other: before}
    first = min(FIRST, st.session_state.most.get(name, FIRST))
    store = kept()
    now, then = _fine(name, name), _fine(name, other)
    refusal, refining = "", False
    if now is None or then is None:
        check_budget(world, first)
        jobs.bench().interrupt("refine", name)
        now, then = store.first(name, world, first, seed), store.first(other, before, first, seed)
        refusal = _refine(name, pair, seed)
        refining = not refusal
    earlier = (store.coarse[name],) if now.replicates == FINE and name in store.coarse else ()
    return Answer(name, now, then, name == other, state.other(), earlier, refining, refusal)


def at_hand() -> bool:
    """Whether the scenario as it stands, and its baseline, have answers that need not be run."""
    names = {key(world, st.session_state.seed) for world in (state.scenario(), state.baseline())}
    return any(all(kept().get(name, size) for name in names) for size in (FINE, FIRST))


def _fine(name: str, one: str) -> rs.Ensemble | None:
    """A finer ensemble: the one that is kept for all sessions; else, as those make room for each
    other, what this session's own job for the question `name` made.
    """
    found, job = kept().get(one, FINE), jobs.bench().jobs.get("refine")
    return found or (_made_by(job).get(one) if job is not None and job.key == name else None)


def _made_by(job: jobs.Job) -> dict[str, rs.Ensemble]:
    return job.result() or {}  # type: ignore[return-value]


def refined() -> bool:
    """Whether the background has finished, or failed: time to look again."""
    job = jobs.bench().jobs.get("refine")
    return job is None or job.finished


_KEPT = Kept()


def soon() -> float:
    """Seconds until it is worth looking whether the background has finished, by what it took
    before.
    """
    job = jobs.bench().jobs.get("refine")
    gone = time.monotonic() - job.began if job is not None and job.began else 0.0
    return min(LOOKS[1], max(LOOKS[0], kept().pace - gone, gone / 8))


def kept() -> Kept:
    """The ensembles of this process."""
    return _KEPT


def _refine(name: str, pair: dict[str, rs.Scenario], seed: int) -> str:
    """Start the finer run unless it is under way; says why where it will not be."""
    try:
        for scenario in pair.values():
            check_budget(scenario, FINE)
    except OverBudget as error:
        return str(error)
    store = kept()

    def work(tell: jobs.Tell, cancel: threading.Event) -> object:
        begun = time.monotonic()
        cancel.wait(PAUSE)
        warm.loaded.wait(PATIENCE)
        made = {}
        for one, scenario in pair.items():
            made[one] = store.run(
                one,
                scenario,
                FINE,
                seed,
                workers=THREADS,
                cancel=cancel,
                on_progress=store.stand_back,
            )
            made[one].digest()  # which takes longer than a page should
        store.pace = time.monotonic() - begun
        return made

    done = jobs.bench().jobs.get("refine")
    if (
        done is not None
        and done.finished
        and not done.problem()
        and not pair.keys() <= _made_by(done).keys()
    ):
        jobs.bench().forget("refine")  # it was asked beside another baseline
    job = jobs.bench().start("refine", name, work, quick=True)
    return f"Refining stopped: {job.problem()}" if job.finished and job.problem() else ""
