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

# futures of a first answer where nobody waits, and of the finer one: the same futures, under the
# same draws
FIRST, FINE = 2000, 2000
# simulated generals of a first answer, each standing for several: what is left of a jump is theirs
# alone, since the futures are the same. Where Venezuela is isolated and unpaid, 64 of 2,000 were 2
# points away from all of them, 256 half a point; 256 futures with all of them are 1.6 points away
# from 2,000, in the median of 16 settings
CORPS = 256
BUDGET = 1_000_000_000  # generals x weeks x futures in one answer: a few seconds on two cores
AT_ONCE = 2  # first answers that are run at a time, of all sessions
THREADS = min(4, os.cpu_count() or 1)  # of one run
LEAST = 64  # futures under which no answer is worth showing
QUICK = 256  # futures of a first answer while many sessions wait
KEYS = 256  # scenarios whose keys are kept
KEPT = 10  # ensembles kept for all sessions, about 6 MB each for a year
# seconds that refining stands back at most for pages, after each of its blocks
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
    found = _keys.get((id(scenario), seed))
    if found is None or found[0] is not scenario:
        text = scenario.to_yaml(resolved=True, defaults=False)
        found = scenario, hashlib.sha256(f"{seed}\n{text}".encode()).hexdigest()
        if len(_keys) >= KEYS:
            _keys.clear()
        _keys[id(scenario), seed] = found
    return found[1]


# by the scenario itself, which is kept so that no other takes its place: a page asks for the key
# of the same one many times, and writing it out takes longer than a headline
_keys: dict[tuple[int, int], tuple[rs.Scenario, str]] = {}


# what is asked, how many futures, how many simulated generals (None: all)
type Place = tuple[str, int, int | None]


@dataclass
class Kept:
    """Ensembles by what they depend on, the oldest forgotten first. Shared by sessions: only who
    asks the very same question finds an answer.
    """

    found: OrderedDict[Place, rs.Ensemble] = field(default_factory=OrderedDict)
    # how often he was out among the first futures of a question, where they were fewer
    coarse: OrderedDict[str, rs.Estimate] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))
    # who runs a question, and how many wait for that
    lines: dict[Place, tuple[threading.Lock, int]] = field(default_factory=dict)
    asked: int = 0  # first answers that sessions wait for
    drawn: int = 0  # pages that are being drawn
    pace: float = 0.8  # seconds that refining took when it was last done

    def get(self, name: str, futures: int, corps: int | None = None) -> rs.Ensemble | None:
        with self.lock:
            if (name, futures, corps) in self.found:
                self.found.move_to_end((name, futures, corps))
            return self.found.get((name, futures, corps))

    def put(
        self, name: str, futures: int, ensemble: rs.Ensemble, corps: int | None = None
    ) -> rs.Ensemble:
        with self.lock:
            self.found[name, futures, corps] = ensemble
            if futures < FINE:
                self.coarse[name] = ensemble.out()
            for kept, most in ((self.found, KEPT), (self.coarse, 20 * KEPT)):
                while len(kept) > most:
                    kept.popitem(last=False)
        return ensemble

    def run(
        self,
        name: str,
        scenario: rs.Scenario,
        futures: int,
        seed: int,
        corps: int | None = None,
        **options: object,
    ) -> rs.Ensemble:
        """The ensemble, run unless it is kept; who asks while another runs it waits for that."""
        place = (name, futures, corps)
        with self._line(place):
            return self.get(*place) or self.put(
                name,
                futures,
                rs.simulate(scenario, futures, seed, corps=corps, **options),  # type: ignore[arg-type]
                corps,
            )

    @contextlib.contextmanager
    def _line(self, place: Place) -> Iterator[None]:
        """One at a time for each question."""
        with self.lock:
            door, waiting = self.lines.get(place, (threading.Lock(), 0))
            self.lines[place] = (door, waiting + 1)
        try:
            with door:
                yield
        finally:
            with self.lock:
                door, waiting = self.lines.pop(place)
                if waiting > 1:
                    self.lines[place] = (door, waiting - 1)

    def first(self, name: str, scenario: rs.Scenario, futures: int, seed: int) -> rs.Ensemble:
        """The first answer to a question, with few simulated generals. Few are run at once, so that
        many sessions wait in line instead of slowing each other down.
        """
        found = self.get(name, futures, CORPS)
        if found is None:
            with self.lock:
                self.asked += 1
            try:
                with self.gate:
                    found = self.run(name, scenario, futures, seed, CORPS, workers=THREADS)
            finally:
                with self.lock:
                    self.asked -= 1
        return found

    @contextlib.contextmanager
    def drawing(self) -> Iterator[None]:
        """While a page is drawn: refining stands back."""
        with self.lock:
            self.drawn += 1
        try:
            yield
        finally:
            with self.lock:
                self.drawn -= 1

    def first_size(self, name: str) -> int:
        """How many futures a first answer to this question rests on: as many as are kept; else
        fewer the more sessions wait, for an answer or for the rest of their page.
        """
        sizes = _sizes()
        kept = [size for size in sizes if self.get(name, size, CORPS) is not None]
        others = max(self.asked, self.drawn - 1)
        return kept[0] if kept else sizes[min(others, len(sizes) - 1)]

    def stand_back(self, done: int, total: int) -> None:
        """Hold refining up, between two blocks, while pages and their first answers are waited
        for.
        """
        until = time.monotonic() + PATIENCE
        while (self.asked or self.drawn) and time.monotonic() < until:
            time.sleep(0.01)


def _sizes() -> list[int]:
    """Futures of first answers, the most first."""
    halves = (FIRST, FIRST // 2 // 16 * 16, FIRST // 4 // 16 * 16)
    return [*(size for size in halves if size > QUICK), min(FIRST, QUICK)]


_KEPT = Kept()


def kept() -> Kept:
    """The ensembles of this process."""
    return _KEPT
