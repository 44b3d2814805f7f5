"""Blocks of replicates: a scenario made ready, and what runs some consecutive replicates of it by
either engine; knows no threads.

Replicate k is the same future alone and in any block: everything random is keyed by (seed, k), and
what is added up over replicates is whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.native.modules import engine as fast_engine
from ..engine.replicates import Weekly, no_weeks
from ..engine.replicates import run_block as by_kernel
from ..engine.stopping import Stop
from ..errors import Cancelled, OutOfRange, RegimeSimError
from ..facts.limits import FEWEST_GENERALS
from ..facts.posterior import DEFAULT, Posterior
from ..given import shown
from ..scenario import Scenario
from ..scenario.compile import compile_scenario
from ..scenario.compiled import Compiled
from .effort import Effort
from .failures import Failure, RunBlock, careful

# replicates in a block: long enough for the call not to show, short enough to cancel soon
BLOCK = 128


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A scenario made ready to run: as arrays, with the seed and the first replicate."""

    scenario: Scenario
    compiled: Compiled
    seed: int
    first: int
    engine: str
    model: type[Any] | None = None

    @classmethod
    def of(cls, scenario: Scenario, effort: Effort) -> Run:
        """Compile what is asked for. Raises OutOfRange."""
        compiled = prepared(scenario, effort.corps, effort.knowledge)
        where = int(effort.seed), int(effort.first)
        return cls(scenario, compiled, *where, effort.engine, _checked(effort.model))


def _checked(model: type[Any] | None) -> type[Any] | None:
    """A model of the user's own. Raises RegimeSimError where it is none."""
    if model is None:
        return None
    if not (isinstance(model, type) and issubclass(model, _mesa().RegimeModel)):
        raise RegimeSimError(f"model: got {shown(model)} - expected a subclass of RegimeModel")
    return model


def _mesa() -> ModuleType:
    """The readable engine, which takes a second to import."""
    from ..engine import model

    return model


def prepared(
    scenario: Scenario, corps: int | None = None, knowledge: str | Posterior = DEFAULT
) -> Compiled:
    """A scenario as arrays; `corps` generals (None: all) stand for them. Raises OutOfRange."""
    compiled = compile_scenario(scenario, knowledge)
    if corps is None or corps >= compiled.generals:
        return compiled
    if corps < FEWEST_GENERALS:
        raise OutOfRange(
            f"corps: {corps!r} - expected at least {FEWEST_GENERALS} simulated generals"
        )
    return replace(compiled, generals=corps)


def _by(model: type[Any]) -> RunBlock:
    """What runs a block of replicates by a model of the user's own."""
    return partial(_mesa().run_block, kind=model)


def block_of(engine: str, stop: Stop | None = None) -> RunBlock:
    """What runs a block of replicates by this engine: (compiled, seed, first, number, weekly) ->
    ledgers (number, 11). stop: ends a block of the fast engine. Raises ModuleRefused.
    """
    if engine == "mesa":
        by_mesa: RunBlock = _mesa().run_block
        return by_mesa
    fast_engine()  # no failure of a replicate where it is refused

    def ledgers(
        compiled: Compiled, seed: int, first: int, number: int, weekly: Weekly
    ) -> NDArray[np.int16]:
        return by_kernel(compiled, seed, first, number, weekly, stop=stop)[0]

    return ledgers


def _runs(run: Run, stop: Stop | None) -> RunBlock:
    """What runs the blocks of a run: an engine, or a model of the user's own."""
    return block_of(run.engine, stop) if run.model is None else _by(run.model)


class Blocks:
    """Blocks run one after the other with one set of weekly counts until one fails; from then on
    one replicate at a time, the earlier blocks again.

    ledgers: where the rows of this run's replicates go, shape (n, 11), from its `first` on. stop:
    ends the block that is under way; `add` then raises Cancelled.
    """

    def __init__(
        self, run: Run, first: int, ledgers: NDArray[np.int16], stop: Stop | None = None
    ) -> None:
        self.weekly = no_weeks(run.compiled.horizon)
        self.failures: list[Failure] = []
        self._run, self._first, self._ledgers = run, first, ledgers
        self._run_block = _runs(run, stop)
        self._done: list[tuple[int, int]] = []

    def add(self, at: int, size: int) -> None:
        """Run the block of `size` replicates that begins with the at-th. Raises AllFailed,
        Cancelled.
        """
        if self.failures:
            self._carefully(at, size)
            return
        try:
            self._ledgers[at : at + size] = self._run_block(*self._what(at, size), self.weekly)
            self._done.append((at, size))
        except (Cancelled, MemoryError):
            raise
        except Exception:
            # half of its weeks may have been counted: count everything again, without what fails
            self.weekly = no_weeks(self._run.compiled.horizon)
            for earlier in (*self._done, (at, size)):
                self._carefully(*earlier)
            self._done.clear()

    def _what(self, at: int, size: int) -> tuple[Compiled, int, int, int]:
        return self._run.compiled, self._run.seed, self._first + at, size

    def _carefully(self, at: int, size: int) -> None:
        rows, failures = careful(self._run_block, *self._what(at, size), self.weekly)
        self._ledgers[at : at + size] = rows
        self.failures += failures


def spans(number: int, size: int | None = None) -> list[tuple[int, int]]:
    """Where each block of `number` replicates begins, and its size."""
    step = size or BLOCK
    return [(at, min(step, number - at)) for at in range(0, number, step)]
