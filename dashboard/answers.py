"""What the page shows: a first answer at once, a finer one from the background; draws nothing."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st

import regime_sim as rs

from . import jobs, runs, state

# seconds until refining begins: on two cores it would keep a browser on this machine from drawing
# the first answer, for half a second
PAUSE = 0.4
COARSE = 900  # futures: fewer are no better than the preview of a lever that was dragged
LOOKS = 0.1, 1.0  # seconds between two looks for the finer answer: at least, at most


@dataclass(frozen=True)
class Answer:
    """What the page shows: the scenario's futures beside the baseline's, the same draws; the
    interval before it was refined.
    """

    key: str
    now: rs.Ensemble
    baseline: rs.Ensemble
    same: bool  # whether this is the baseline itself
    baseline_name: str  # in words
    earlier: tuple[rs.Estimate, ...]
    refining: bool
    refusal: str  # why it will not be refined further
    corps: int = 0  # simulated generals, where they are fewer than the scenario's
    moved: tuple[tuple[str, float], ...] = ()  # what the reader moved
    link: str = ""  # the address of the page, for files made from it

    @property
    def futures(self) -> int:
        return self.now.replicates

    @property
    def id(self) -> str:
        """What tells this answer from every other, on the page."""
        return f"{self.key[:12]}-{self.futures}" + (f"-of-{self.corps}" if self.corps else "")

    @property
    def coarse(self) -> bool:
        """Whether it rests on so few futures that it may still move by a point or more."""
        return self.refining and self.futures < COARSE

    @cached_property
    def out(self) -> rs.Estimate:
        """How often he is out."""
        return self.now.out()

    @cached_property
    def of_100(self) -> Any:
        """The exit modes in whole futures of a hundred."""
        return self.now.frequencies()

    @cached_property
    def paired(self) -> rs.Comparison:
        """The baseline's futures and these, one by one."""
        return rs.compare(self.baseline, self.now)

    @cached_property
    def changed(self) -> rs.Estimate:
        """Paired difference against the baseline: out by any exit mode."""
        return self.paired.change()

    @cached_property
    def unknown(self) -> rs.Estimate | None:
        """The range of what we do not know: None where it cannot be told from so few futures."""
        found = self.now.unknown()
        return None if found.low != found.low else found

    @property
    def more(self) -> int:
        """How many more futures of a hundred he is out in: of the whole numbers that are shown."""
        return int(self.of_100.out - self.baseline.frequencies().out)


def answer() -> Answer:
    """The best answer there is for the scenario as it stands; a finer one is started. Raises
    RegimeSimError, OverBudget.
    """
    scenario, baseline, seed = state.scenario(), state.baseline(), st.session_state.seed
    name, other = runs.key(scenario, seed), runs.key(baseline, seed)
    store = runs.kept()
    now, then = _fine(name, name), _fine(name, other)
    refusal, refining, corps = "", False, 0
    if now is None or then is None:
        first = min(store.first_size(name), st.session_state.most.get(name, runs.FIRST))
        runs.check_budget(scenario, min(first, runs.QUICK))
        for work in ("refine", "why"):  # both use every core, for what nobody looks at any more
            jobs.of_session().interrupt(work, name)
        now = store.first(name, scenario, first, seed)
        then = store.first(other, baseline, first, seed)
        refusal = _refine(name, {name: scenario, other: baseline}, seed)
        refining = not refusal
        corps = runs.CORPS if scenario.value("generals.number") > runs.CORPS else 0
    fine = now.replicates == runs.FINE and not corps
    earlier = (store.coarse[name],) if fine and name in store.coarse else ()
    called = state.baseline_name()
    moved = tuple(sorted(st.session_state.moves.items()))
    return Answer(name, now, then, name == other, called, earlier, refining, refusal, corps, moved)


def at_hand() -> bool:
    """Whether the scenario as it stands, and its baseline, have answers that need not be run."""
    store, seed = runs.kept(), st.session_state.seed
    names = {runs.key(one, seed) for one in (state.scenario(), state.baseline())}
    first = store.first_size(runs.key(state.scenario(), seed))
    places = ((runs.FINE, None), (first, runs.CORPS))
    return any(all(store.get(name, *place) for name in names) for place in places)


def _fine(name: str, one: str) -> rs.Ensemble | None:
    """A finer ensemble: the one that is kept for all sessions; else, as those make room for each
    other, what this session's own job for the question `name` made.
    """
    found, job = runs.kept().get(one, runs.FINE), jobs.of_session().jobs.get("refine")
    return found or (_made_by(job).get(one) if job is not None and job.key == name else None)


def _made_by(job: jobs.Job) -> dict[str, rs.Ensemble]:
    return job.result() or {}  # type: ignore[return-value]


def refined() -> bool:
    """Whether the background has finished, or failed: time to look again."""
    job = jobs.of_session().jobs.get("refine")
    return job is None or job.finished


def soon() -> float:
    """Seconds until it is worth looking whether the background has finished, by what it took
    before.
    """
    job = jobs.of_session().jobs.get("refine")
    gone = time.monotonic() - job.began if job is not None and job.began else 0.0
    return min(LOOKS[1], max(LOOKS[0], runs.kept().pace - gone, gone / 8))


def _refine(name: str, pair: dict[str, rs.Scenario], seed: int) -> str:
    """Start the finer run unless it is under way; says why where it will not be."""
    try:
        for scenario in pair.values():
            runs.check_budget(scenario, runs.FINE)
    except runs.OverBudget as error:
        return str(error)
    own = jobs.of_session()
    done = own.jobs.get("refine")
    over = done is not None and done.finished and not done.problem()
    if over and not pair.keys() <= _made_by(done).keys():
        own.forget("refine")  # it was asked beside another baseline
    job = own.start("refine", name, _refining(pair, seed), quick=True)
    return f"Refining stopped: {job.problem()}" if job.finished and job.problem() else ""


def _refining(pair: dict[str, rs.Scenario], seed: int) -> jobs.Work:
    """The work of refining: finer ensembles of a scenario and its baseline, by their keys."""
    store = runs.kept()

    def work(tell: jobs.Tell, cancel: threading.Event) -> object:
        begun = time.monotonic()
        cancel.wait(PAUSE)
        made = {}
        for name, scenario in pair.items():
            options = {"workers": runs.THREADS, "cancel": cancel}
            made[name] = store.run(
                name, scenario, runs.FINE, seed, on_progress=store.stand_back, **options
            )
            made[name].digest()  # which takes longer than a page should
        store.pace = time.monotonic() - begun
        return made

    return work
