"""Simulates what the page asks for, within a budget, and keeps it by its key; draws nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

import regime_sim as rs

FIRST, FINE = 256, 2000
BUDGET = 1_000_000_000  # generals x weeks x futures in one answer: a few seconds on two cores
AT_ONCE = 2  # first answers that are run at a time, of all sessions
THREADS = min(4, os.cpu_count() or 1)  # of one run
LEAST = 64  # futures under which no answer is worth showing
KEPT = 8  # ensembles kept for all sessions, about 6 MB each for a year
# seconds that refining stands back at most for first answers, after each of its blocks
PATIENCE = 5.0


class OverBudget(rs.RegimeSimError):
    """More was asked than the page may run; `fits` is the number of futures that it may, 0 if not
    even the least.
    """

    def __init__(self, futures: int, generals: int, weeks: int) -> None:
        most = BUDGET // (generals * weeks) // 16 * 16
        self.fits = most if most >= LEAST else 0
        super().__init__(
            f"Asked for {futures:,} futures x {generals:,} generals x {weeks:,} weeks ="
            f" {futures * generals * weeks:,}. The page stops at {BUDGET:,}."
        )


def check_budget(scenario: rs.Scenario, futures: int) -> None:
    """Refuse a run that would keep the page waiting. Raises OverBudget."""
    generals = int(scenario.value("generals.number"))
    if futures * generals * scenario.horizon > BUDGET:
        raise OverBudget(futures, generals, scenario.horizon)


def key(scenario: rs.Scenario, seed: int) -> str:
    """What an ensemble depends on besides its size: the whole scenario as a file, and the seed."""
    text = scenario.to_yaml(resolved=True, defaults=False)
    return hashlib.sha256(f"{seed}\n{text}".encode()).hexdigest()


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
                name,
                futures,
                rs.simulate(scenario, futures, seed, **options),  # type: ignore[arg-type]
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


_KEPT = Kept()


def kept() -> Kept:
    """The ensembles of this process."""
    return _KEPT
