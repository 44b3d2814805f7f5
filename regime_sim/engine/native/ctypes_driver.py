"""A native module through ctypes: arrays are handed over where they lie, and the interpreter lock
is released while worlds run.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import layout
from .job import Job
from .targets import Level


class Native:
    """The engine as machine code of this processor; any number of threads may run it at once."""

    def __init__(self, file: Path, levels: Sequence[Level], wanted: str = "") -> None:
        """Load a module that has been checked. wanted: a level by name, else the widest."""
        library = ctypes.CDLL(str(file))
        own = self._level(library) if len(levels) > 1 else 1
        able = [one for one in levels if one.number <= own and wanted in ("", one.name)]
        if not able:
            raise LookupError(wanted)
        self.name = able[-1].name
        self._run = library[f"rs_run{able[-1].suffix}"]
        self._draw, self._work = library.rs_draw, library.rs_work
        for function in (self._run, self._draw):
            function.argtypes = [ctypes.c_void_p]
        self._run.restype = self._work.restype = ctypes.c_uint64
        self._work.argtypes = [ctypes.c_uint32] * 3
        self._draw.restype = None

    @staticmethod
    def _level(library: ctypes.CDLL) -> int:
        """The level of this processor, as the module itself finds it."""
        return int(library.rs_level())

    def run(self, job: Job) -> int:
        """Run a job's worlds; how many are done (all, unless its stop was set)."""
        size = self._work(*(job.numbers[name] for name in ("generals", "peers", "rows")))
        work, flag = np.empty(size, np.uint8), np.zeros(1, np.uint32)
        own = {"work": work.ctypes.data, "stop": flag.ctypes.data}
        table = _table(layout.RUN, job.numbers | _places(job) | own)
        with job.stop.watched(flag):
            return int(self._run(table.ctypes.data))

    def draw(self, job: Job) -> None:
        """Draw a job's uncertain numbers."""
        table = _table(layout.DRAW, job.numbers | _places(job))
        self._draw(table.ctypes.data)


def _places(job: Job) -> dict[str, int]:
    return {name: array.ctypes.data for name, array in (job.inputs | job.outputs).items()}


def _table(names: Sequence[str], values: dict[str, int]) -> NDArray[np.uint64]:
    return np.array([values[name] for name in names], np.uint64)
