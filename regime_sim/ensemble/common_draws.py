"""Many settings of a scenario under common draws: every setting meets the same luck, and only the
ledgers are kept, with the summed weekly probabilities of each exit if wanted; no statistic.

`simulate` of one setting gives the same ledgers: replicate k is keyed by (seed, k) here and there.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.parameter_draws import INNER
from ..engine.replicates import Weekly, run_block, run_rows, unread_weeks, worlds
from ..facts.outcomes import WAYS
from ..law.ledger import LENGTH
from ..scenario.compiled import Compiled, Reals
from .blocks import prepared
from .driver import threads
from .effort import Effort

Ledgers = NDArray[np.int16]
Chances = NDArray[np.float64]
BLOCK = 256  # replicates of one setting in a task: more than in a run, since weeks are not kept
MOST_SHARED = 20_000  # replicates whose draws are kept in memory


def ledgers(settings: Sequence[Compiled], effort: Effort, inner: int = INNER) -> Ledgers:
    """Run the replicates of an effort in every setting (`prepared`): shape (settings, replicates,
    11), columns as in `law.ledger`; by the fast engine.

    inner: replicates that share one draw of what is uncertain (16 in every ensemble).
    on_progress(done, total) counts parts of the work. Raises Cancelled.
    """
    return _run(settings, effort, inner, None)


def weighed(
    settings: Sequence[Compiled], effort: Effort, inner: int = INNER
) -> tuple[Ledgers, Chances]:
    """The same, with each future's summed weekly probability of each exit while its ruler is in
    office (see `law.exits.weigh`): (settings, replicates, 11) and (settings, replicates, 10).
    """
    chances = np.zeros((len(settings), effort.replicates, len(WAYS) - 1))
    return _run(settings, effort, inner, chances), chances


def _run(
    settings: Sequence[Compiled], effort: Effort, inner: int, chances: Chances | None
) -> Ledgers:
    """The ledgers; adds to `chances` if there are any."""
    out = np.zeros((len(settings), effort.replicates, LENGTH), np.int16)
    turns = [(k, at) for k in range(len(settings)) for at in range(0, effort.replicates, BLOCK)]
    shared = _Shared.of(settings, effort, inner)
    of_thread = threading.local()
    done = 0

    def work(turn: int) -> None:
        k, at = turns[turn]
        weeks = _thrown_away(of_thread, settings[k].horizon)
        rows, begin = out[k, at : at + BLOCK], effort.first + at
        if shared is None and chances is None:
            found = run_block(
                settings[k], effort.seed, begin, len(rows), weeks, inner=inner, stop=crew.stop
            )
        else:
            drawn = (
                worlds(settings[k], effort.seed, begin, len(rows), inner)
                if shared is None
                else shared.rows(settings[k], at, len(rows))
            )
            kept = None if chances is None else chances[k, at : at + BLOCK]
            found = run_rows(
                *(settings[k], effort.seed, begin, *drawn, weeks), chances=kept, stop=crew.stop
            )
        rows[:] = found[0]

    def take(_: int, __: None) -> bool:
        nonlocal done
        done += 1
        if effort.on_progress is not None:
            effort.on_progress(done, len(turns))
        return True

    with threads(effort, len(turns)) as crew:
        crew.gather(lambda turn: (work, turn), range(len(turns)), take)
    return out


def _thrown_away(of_thread: threading.local, horizon: int) -> Weekly:
    """Weekly counts that nobody reads, one set for each thread and horizon."""
    held: dict[int, Weekly] = of_thread.__dict__.setdefault("weeks", {})
    if horizon not in held:
        held[horizon] = unread_weeks(horizon)
    return held[horizon]


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """What all settings share, drawn once: the places in x and p, and values per replicate."""

    x_at: NDArray[np.int64]
    p_at: NDArray[np.int64]
    x: Reals
    p: Reals

    @classmethod
    def of(cls, settings: Sequence[Compiled], effort: Effort, inner: int) -> _Shared | None:
        """The shared draws; None where settings leave different things open, or are few."""
        if len(settings) < 2 or effort.replicates > MOST_SHARED:
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
        x, p = worlds(one, effort.seed, effort.first, effort.replicates, inner)
        return cls(x_at, p_at, x[:, x_at], p[:, p_at])

    def rows(self, compiled: Compiled, at: int, number: int) -> tuple[Reals, Reals]:
        """Replicates at ... at + number - 1 of a setting: its own numbers, and what was drawn."""
        x, p = np.tile(compiled.x, (number, 1)), np.tile(compiled.p, (number, 1))
        x[:, self.x_at], p[:, self.p_at] = self.x[at : at + number], self.p[at : at + number]
        return x, p


__all__ = ["Chances", "Ledgers", "ledgers", "prepared", "weighed"]
