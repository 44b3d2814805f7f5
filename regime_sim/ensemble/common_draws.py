"""Many settings of a scenario under common draws: every setting meets the same luck, and only the
ledgers are kept; computes no statistic.

`simulate` of one setting gives the same ledgers: replicate k is keyed by (seed, k) here and there.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..engine.parameter_draws import INNER
from ..errors import Cancelled, OutOfRange
from ..facts.posterior import DEFAULT, Posterior
from ..law.ledger import LENGTH
from ..scenario.compile import compile_scenario
from ..scenario.compiled import Compiled, Reals
from .simulate import with_corps

if TYPE_CHECKING:
    from ..scenario import Scenario

Ledgers = NDArray[np.int16]
Progress = Callable[[int, int], object]
# replicates of one setting a turn: long enough for the call not to show, short enough to cancel at
# once
BLOCK = 256
MOST_SHARED = 20_000  # replicates whose draws are kept in memory


def prepared(
    scenario: Scenario, corps: int | None = None, knowledge: str | Posterior = DEFAULT
) -> Compiled:
    """A scenario as arrays, its corps of generals cut to `corps` (None: all of them). Raises
    OutOfRange.
    """
    return with_corps(compile_scenario(scenario, knowledge), corps)


def ledgers(
    settings: Sequence[Compiled],
    replicates: int,
    seed: int = 1,
    workers: int | None = None,
    *,
    first: int = 0,
    inner: int = INNER,
    on_progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Ledgers:
    """Run replicates first ... first + replicates - 1 of every setting: shape (settings,
    replicates, 11), columns as in `law.ledger`.

    inner: replicates that share one draw of what is uncertain (16 in every ensemble).
    on_progress(done, total) counts settings. cancel: set this event to stop; raises Cancelled.
    Errors: OutOfRange.
    """
    checked(replicates, seed, first)
    out = np.zeros((len(settings), replicates, LENGTH), np.int16)
    turns = [(k, at) for k in range(len(settings)) for at in range(0, replicates, BLOCK)]
    _Crew(settings, out, turns, seed, first, inner, on_progress, cancel).work(workers)
    return out


def checked(replicates: int, seed: int, first: int = 0) -> None:
    """Raise OutOfRange for a number of replicates or a seed that cannot be."""
    if (
        isinstance(replicates, bool)
        or not isinstance(replicates, int | np.integer)
        or replicates < 1
    ):
        raise OutOfRange(f"replicates: {replicates!r} - expected a whole number, 1 or more")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**64:
        raise OutOfRange(f"seed: {seed!r} - expected a whole number from 0 to 2^64 - 1")
    if not 0 <= first or first + replicates > 2**32:
        raise OutOfRange(f"first: {first!r} - expected a replicate from 0 to 2^32 - 1")


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """What is uncertain in every setting alike, drawn once for all of them: the places in x and p,
    and their values for each replicate.
    """

    x_at: NDArray[np.int64]
    p_at: NDArray[np.int64]
    x: Reals
    p: Reals

    @classmethod
    def of(
        cls, settings: Sequence[Compiled], replicates: int, seed: int, first: int, inner: int
    ) -> _Shared | None:
        """The shared draws; None where settings leave different things open, or are few."""
        from ..engine.parameter_draws import worlds

        if len(settings) < 2 or replicates > MOST_SHARED:
            return None
        one = settings[0]
        if any(
            other.joint is not one.joint or other.uncertain != one.uncertain
            for other in settings[1:]
        ):
            return None
        places: dict[str, set[int]] = {
            "x": set(),
            "p": set() if one.joint is None else set(one.joint.columns.tolist()),
        }
        for what in one.uncertain:
            places[what.vector].update(index for index, _ in what.targets)
        x_at, p_at = (np.array(sorted(places[vector]), dtype=np.int64) for vector in ("x", "p"))
        x, p = worlds(one, seed, first, replicates, inner)
        return cls(x_at, p_at, x[:, x_at], p[:, p_at])

    def rows(self, compiled: Compiled, at: int, number: int) -> tuple[Reals, Reals]:
        """The numbers of replicates at ... at + number - 1 in one setting: its own, and what was
        drawn.
        """
        x, p = np.tile(compiled.x, (number, 1)), np.tile(compiled.p, (number, 1))
        x[:, self.x_at], p[:, self.p_at] = self.x[at : at + number], self.p[at : at + number]
        return x, p


class _Crew:
    """Threads that take turns (a setting, a block of replicates) in order until none is left."""

    def __init__(
        self,
        settings: Sequence[Compiled],
        out: Ledgers,
        turns: list[tuple[int, int]],
        seed: int,
        first: int,
        inner: int,
        on_progress: Progress | None,
        cancel: threading.Event | None,
    ) -> None:
        self.settings, self.out, self.seed, self.first, self.inner = (
            settings,
            out,
            seed,
            first,
            inner,
        )
        self.shared = _Shared.of(settings, out.shape[1], seed, first, inner)
        self.turns, self.total, self.done = iter(turns), len(turns), 0
        self.on_progress, self.cancel = on_progress, cancel
        self.lock, self.failed = threading.Lock(), threading.Event()

    def work(self, workers: int | None) -> None:
        """Do all turns on so many threads (None: one per core)."""
        count = min(workers or os.cpu_count() or 1, max(self.total, 1))
        if count == 1:
            self._member()
            return
        with ThreadPoolExecutor(count, thread_name_prefix="regime_sim") as pool:
            futures = [pool.submit(self._member) for _ in range(count)]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                self.failed.set()
                raise

    def _member(self) -> None:
        from ..engine.replicates import no_weeks, run_block, run_rows

        # weeks are counted and thrown away
        scratch = no_weeks(max((one.horizon for one in self.settings), default=0))
        try:
            while not self.failed.is_set() and (turn := self._next()) is not None:
                k, at = turn
                rows, compiled, begin = (
                    self.out[k, at : at + BLOCK],
                    self.settings[k],
                    self.first + at,
                )
                if self.shared is not None:
                    rows[:] = run_rows(
                        compiled,
                        self.seed,
                        begin,
                        *self.shared.rows(compiled, at, len(rows)),
                        scratch,
                    )[0]
                else:
                    rows[:] = run_block(
                        compiled, self.seed, begin, len(rows), scratch, inner=self.inner
                    )[0]
        except BaseException:
            self.failed.set()
            raise

    def _next(self) -> tuple[int, int] | None:
        with self.lock:
            if self.cancel is not None and self.cancel.is_set():
                raise Cancelled(f"cancelled after {self.done} of {self.total} parts")
            turn = next(self.turns, None)
            if turn is not None:
                self.done += 1
                if self.on_progress is not None:
                    self.on_progress(self.done, self.total)
            return turn
