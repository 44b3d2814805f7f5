"""The WebAssembly module through wasmtime: arrays are copied into its memory and back; the
interpreter lock is released while worlds run. For processors that no native module is built for.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import layout
from .job import Job

if TYPE_CHECKING:
    import wasmtime

PAGE = 65536
_BINS = "bins"  # the one array that is not copied whole: a block fills few of them


class _Instance:
    """One memory and what runs in it; one thread at a time may use it."""

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module) -> None:
        import wasmtime

        self.store = wasmtime.Store(engine)
        found: Any = wasmtime.Instance(self.store, module, []).exports(self.store)
        self._exports, self._memory = found, found["memory"]
        self._heap = _padded(found["__heap_base"].value(self.store))
        self._empty = (0, 0)  # where in memory all is known to be zero

    def call(self, name: str, *given: int) -> int:
        """Call a function of the module."""
        return int(self._exports[name](self.store, *given) or 0)

    def places(self, sizes: dict[str, int]) -> dict[str, int]:
        """A place in memory for each of these, which grows to hold them all."""
        places, at = {}, self._heap
        for name, size in sizes.items():
            places[name] = at
            at = _padded(at + size)
        missing = at - int(self._memory.data_len(self.store))
        if missing > 0:
            self._memory.grow(self.store, -(-missing // PAGE))
        return places

    def memory(self) -> NDArray[np.uint8]:
        """The whole memory, as it is now."""
        pointer, size = self._memory.data_ptr(self.store), self._memory.data_len(self.store)
        return np.ctypeslib.as_array(pointer, (size,))

    def emptied(self, at: int, size: int) -> None:
        """Have these bytes zero; nothing is done if the last run has left them so."""
        if self._empty != (at, size):
            self.memory()[at : at + size] = 0
        self._empty = (at, size)


class Wasm:
    """The engine in a virtual machine; any number of threads may run it, each in its own memory."""

    name = "WebAssembly"

    def __init__(self, module: bytes) -> None:
        """Compile a module that has been checked. Raises ImportError without wasmtime."""
        import wasmtime

        self._engine = wasmtime.Engine()
        self._module = wasmtime.Module(self._engine, module)
        self._free: list[_Instance] = []
        self._lock = threading.Lock()
        # before wasmtime itself is taken down, which it would complain of
        atexit.register(self._close)

    def _close(self) -> None:
        self._free.clear()
        del self._module, self._engine

    @contextmanager
    def _instance(self) -> Iterator[_Instance]:
        with self._lock:
            found = self._free.pop() if self._free else None
        one = found or _Instance(self._engine, self._module)
        yield one
        with self._lock:  # not after an error: its memory may be in any state
            self._free.append(one)

    def run(self, job: Job) -> int:
        """Run a job's worlds; how many are done (all, unless its stop was set)."""
        with self._instance() as one:
            bins = job.outputs[_BINS]
            lived = job.numbers["worlds"] * (job.numbers["horizon"] + 1) * bins.shape[0]
            work = one.call("rs_work", *(job.numbers[k] for k in ("generals", "peers", "rows")))
            own = {"work": work, "stop": 4, "pairs": 8 * min(bins.size, lived)}
            places = one.places(
                {_BINS: bins.nbytes, "job": 8 * len(layout.RUN)} | _sizes(job) | own
            )
            one.emptied(places[_BINS], bins.nbytes)
            _write(one, job, layout.RUN, places)
            with job.stop.watched(_view(one.memory(), places["stop"], np.zeros(1, np.uint32))):
                done = one.call("rs_run", places["job"])
            _read(one, job, places)
            many = one.call("rs_moved_out", places[_BINS], bins.size, places["pairs"])
            pairs = _view(one.memory(), places["pairs"], np.empty((many, 2), np.uint32))
            bins.reshape(-1)[pairs[:, 0]] += pairs[:, 1]
        return done

    def draw(self, job: Job) -> None:
        """Draw a job's uncertain numbers."""
        with self._instance() as one:
            places = one.places({"job": 8 * len(layout.DRAW)} | _sizes(job))
            one.emptied(0, 0)
            _write(one, job, layout.DRAW, places)
            one.call("rs_draw", places["job"])
            _read(one, job, places)


def _copied(job: Job) -> dict[str, NDArray[Any]]:
    return {name: array for name, array in (job.inputs | job.outputs).items() if name != _BINS}


def _sizes(job: Job) -> dict[str, int]:
    return {name: array.nbytes for name, array in _copied(job).items()}


def _write(one: _Instance, job: Job, names: Sequence[str], places: dict[str, int]) -> None:
    """Copy a job's arrays and its table into memory."""
    memory = one.memory()
    for name, array in _copied(job).items():
        _view(memory, places[name], array)[...] = array
    table = np.array([(job.numbers | places)[name] for name in names], np.uint64)
    _view(memory, places["job"], table)[...] = table


def _read(one: _Instance, job: Job, places: dict[str, int]) -> None:
    """Copy a job's results out of memory."""
    memory = one.memory()
    for name, array in job.outputs.items():
        if name != _BINS:
            array[...] = _view(memory, places[name], array)


def _padded(size: int) -> int:
    return (size + 63) // 64 * 64


def _view(memory: NDArray[np.uint8], at: int, like: NDArray[Any]) -> NDArray[Any]:
    return memory[at : at + like.nbytes].view(like.dtype).reshape(like.shape)
