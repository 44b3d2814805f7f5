"""Runs what the page asks for: a first answer at once, a finer one in the background, both kept for the session; draws nothing."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import state
import streamlit as st

import regime_sim as rs

FIRST, FINE = 512, 2000
BUDGET = 1_000_000_000  # generals x weeks x futures in one answer: a few seconds on two cores
LEAST = 64  # futures under which no answer is worth showing
KEPT = 10  # ensembles a session keeps, about 7 MB each for a year


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
    return hashlib.sha256(f"{seed}\n{scenario.to_yaml()}".encode()).hexdigest()


@dataclass
class Kept:
    """The ensembles of one session, the oldest forgotten first; the background thread writes to it too."""

    found: OrderedDict[tuple[str, int], rs.Ensemble] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: str, futures: int) -> rs.Ensemble | None:
        with self.lock:
            if (name, futures) in self.found:
                self.found.move_to_end((name, futures))
            return self.found.get((name, futures))

    def put(self, name: str, futures: int, ensemble: rs.Ensemble) -> None:
        with self.lock:
            self.found[name, futures] = ensemble
            while len(self.found) > KEPT:
                self.found.popitem(last=False)


@dataclass
class Refining:
    """A run in the background, of the scenario and of the article's world, that can be stopped."""

    wanted: tuple[str, ...]
    cancel: threading.Event
    future: Future[None]


@dataclass(frozen=True)
class Answer:
    """What the page shows: the scenario's futures beside the article's, the same draws; earlier intervals of the same question."""

    now: rs.Ensemble
    before: rs.Ensemble
    same: bool  # whether this is the article's world itself
    earlier: tuple[rs.Estimate, ...]
    refining: bool
    refusal: str  # why it will not be refined further

    @property
    def futures(self) -> int:
        return self.now.replicates

    def change(self, way: str | None = None) -> rs.Estimate:
        """Paired difference against the article's world: out any way, or this way."""
        return rs.compare(self.before, self.now).change(way)


def answer() -> Answer:
    """The best answer there is for the scenario as it stands; a finer one is started. Raises RegimeSimError, OverBudget."""
    world, seed = state.scenario(), st.session_state.seed
    article = rs.load(state.ARTICLE).horizon_weeks(world.horizon)
    pair = {key(world, seed): world, key(article, seed): article}
    name, other = key(world, seed), key(article, seed)
    kept = _kept()
    first = min(FIRST, st.session_state.most.get(name, FIRST))
    for at in (FINE, first):
        if kept.get(name, at) and kept.get(other, at):
            break
    else:
        _stop()
        check_budget(world, first)
        for one, scenario in pair.items():
            if not kept.get(one, first):
                kept.put(one, first, rs.simulate(scenario, first, seed))
        at = first
    refusal, refining = "", False
    if at != FINE:
        refusal = _refine(pair, seed, kept)
        refining = not refusal
    now, before = kept.get(name, at), kept.get(other, at)
    assert now is not None
    assert before is not None
    coarser = kept.get(name, first) if at == FINE else None
    earlier = (coarser.out(),) if coarser else ()
    return Answer(now, before, name == other, earlier, refining, refusal)


def refined() -> bool:
    """Whether the background has finished, or failed: time to look again."""
    job: Refining | None = st.session_state.get("job")
    return job is None or job.future.done()


def _kept() -> Kept:
    if "kept" not in st.session_state:
        st.session_state.kept = Kept()
    return st.session_state.kept


@st.cache_resource
def _pool() -> ThreadPoolExecutor:
    """One thread for all sessions: the foreground keeps a core."""
    return ThreadPoolExecutor(1, thread_name_prefix="refine")


def _stop() -> None:
    job: Refining | None = st.session_state.get("job")
    if job:
        job.cancel.set()


def _refine(pair: dict[str, rs.Scenario], seed: int, kept: Kept) -> str:
    """Start the finer run unless it is under way; says why where it will not be."""
    try:
        for scenario in pair.values():
            check_budget(scenario, FINE)
    except OverBudget as error:
        return str(error)
    job: Refining | None = st.session_state.get("job")
    if job and job.wanted == tuple(pair):
        if not job.future.done():
            return ""
        failed = job.future.exception()
        if failed and not job.cancel.is_set():
            return f"Refining stopped: {failed}"
    _stop()
    cancel = threading.Event()

    def work() -> None:
        for name, scenario in pair.items():
            if not kept.get(name, FINE):
                kept.put(name, FINE, rs.simulate(scenario, FINE, seed, workers=1, cancel=cancel))

    st.session_state.job = Refining(tuple(pair), cancel, _pool().submit(work))
    return ""
