"""The kernel as plain Python, for measuring coverage and for mutants: with NUMBA_DISABLE_JIT=1 its
very lines run, on records that Python can read.

Compiled code reads a field of a record by `actor.field`; Python's records of NumPy cannot, so here
each is an object over the same row of numbers.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


class Fields:
    """Numbers by name over a row of an array: read as plain floats, written through."""

    __slots__ = ("row",)

    def __init__(self, row: np.ndarray) -> None:
        self.row = row


@functools.cache
def over(names: Sequence[str]) -> type[Fields]:
    """The class of records with these fields, in the order of the row."""

    def field(k: int) -> property:
        def read(self: Fields) -> float:
            return float(self.row[k])

        def write(self: Fields, value: float) -> None:
            self.row[k] = value

        return property(read, write)

    return type(
        "Row", (Fields,), {"__slots__": ()} | {name: field(k) for k, name in enumerate(names)}
    )


class Actors:
    """One world's actors over its row of the flat state, as `WORLD_DTYPE` lays it out."""

    def __init__(self, row: np.ndarray) -> None:
        from regime_sim.engine.records import ACTORS, PATRON_FIELDS, PATRONS

        at = 0
        for actor, fields in ACTORS.items():
            setattr(self, actor, over(fields)(row[at : at + len(fields)]))
            at += len(fields)
        width = len(PATRON_FIELDS)
        self.patrons = [
            over(PATRON_FIELDS)(row[at + width * k : at + width * (k + 1)]) for k in range(PATRONS)
        ]


def plainly(run: Callable[..., None]) -> Callable[..., None]:
    """`kernel.run` taking the arguments that compiled code takes."""
    from regime_sim.engine.records import INPUT_DTYPE, STRUCTURAL_DTYPE

    @functools.wraps(run)
    def call(
        first: int,
        seed: Any,
        horizon: int,
        x: Any,
        p: Any,
        corps: Any,
        table: Any,
        start_weeks: Any,
        actors: Any,
        state: Any,
        inputs: Any,
        inputs_flat: Any,
        *rest: Any,
    ) -> None:
        columns = [column.tolist() for column in table]
        numbers = [
            over(STRUCTURAL_DTYPE.names)(row) for row in p.view(np.float64).reshape(len(p), -1)
        ]
        with np.errstate(over="ignore"):  # the counters of Philox wrap
            run(
                first,
                seed,
                horizon,
                x,
                numbers,
                corps,
                columns,
                start_weeks,
                [Actors(row) for row in state],
                state,
                [over(INPUT_DTYPE.names)(row) for row in inputs_flat],
                inputs_flat,
                *rest,
            )

    return call


def install() -> None:
    """Let every caller of the kernel have the plain one."""
    from regime_sim.engine import kernel

    kernel.run = plainly(kernel.run)
