"""A flag that ends runs of the built engine from another thread; knows nothing of what they run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]


class Stop:
    """A flag that another thread may raise; a run looks at it before each world."""

    def __init__(self) -> None:
        self._raised = False
        self._flags: list[Words] = []
        self._lock = threading.Lock()

    def set(self) -> None:
        """Let all runs that watch it end before their next world, and later ones before theirs."""
        with self._lock:
            self._raised = True
            for flag in self._flags:
                flag[0] = 1

    def is_set(self) -> bool:
        """Whether it has been raised."""
        return self._raised

    @contextmanager
    def watched(self, flag: Words) -> Iterator[None]:
        """Have a run's own word of memory raised with it, as long as the run lasts."""
        with self._lock:
            flag[0] = int(self._raised)
            self._flags.append(flag)
        try:
            yield
        finally:
            with self._lock:
                self._flags = [one for one in self._flags if one is not flag]
