"""One failing replicate and the others: a block that fails is run again one replicate at a time,
and what fails is written down; hides nothing.

The numbers of the replicates that come through are those of an undisturbed run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.replicates import Weekly, no_weeks
from ..errors import AllFailed, Cancelled
from ..law.ledger import LENGTH
from ..scenario.compiled import Compiled

RunBlock = Callable[[Compiled, int, int, int, Weekly], NDArray[np.int16]]
HOPELESS = 128  # replicates in a row, all of them failed: no accident of one replicate
SHOWN = 200  # letters of an error that are kept


@dataclass(frozen=True, slots=True)
class Failure:
    """A replicate that ended in an error, and the error in one line."""

    replicate: int
    error: str

    def told(self, scenario: str, seed: int) -> str:
        """The failure and the command that repeats it, which takes the name or file `scenario`."""
        alone = f"regime-sim run {scenario} --seed {seed} --first {self.replicate} --replicates 1"
        return f"replicate {self.replicate} failed (seed {seed}): {self.error}; alone: {alone}"


def careful(
    run_block: RunBlock, compiled: Compiled, seed: int, first: int, number: int, weekly: Weekly
) -> tuple[NDArray[np.int16], list[Failure]]:
    """A block (number, 11) and its failures: rows zero, not in `weekly`. Raises AllFailed."""
    own = no_weeks(compiled.horizon)
    failures: list[Failure] = []
    try:
        rows = run_block(compiled, seed, first, number, own)
    except (Cancelled, MemoryError):
        raise
    except Exception:  # whatever the law raised: it is one replicate's until shown otherwise
        own = no_weeks(compiled.horizon)
        rows = _one_by_one(run_block, compiled, seed, first, number, own, failures)
    weekly.add(own)
    return rows, failures


def _one_by_one(
    run_block: RunBlock,
    compiled: Compiled,
    seed: int,
    first: int,
    number: int,
    weekly: Weekly,
    failures: list[Failure],
) -> NDArray[np.int16]:
    rows = np.zeros((number, LENGTH), np.int16)
    for k in range(number):
        own = no_weeks(compiled.horizon)
        try:
            rows[k] = run_block(compiled, seed, first + k, 1, own)[0]
        except (Cancelled, MemoryError):
            raise
        except Exception as error:
            failures.append(Failure(first + k, _line(error)))
            if len(failures) == k + 1 == HOPELESS:
                raise AllFailed(
                    f"{HOPELESS} replicates in a row failed; the first:"
                    f" {failures[0].told(compiled.id, seed)}"
                ) from error
            continue
        weekly.add(own)
    return rows


def none_left(failures: Sequence[Failure], scenario: str, seed: int) -> AllFailed:
    """The error of a run of which nothing is left."""
    return AllFailed(f"no replicate came through; the first: {failures[0].told(scenario, seed)}")


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:SHOWN] if text else type(error).__name__
