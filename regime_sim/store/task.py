"""What a worker does, wherever it is: one chunk of a plan, handed back or written into the run's
folder; keeps no state but what it has compiled.

Tasks are module functions of plain values. A worker that sees the run's folder is sent its path,
key and the chunk's number, and answers with a receipt of about a hundred and fifty bytes; one that
does not is sent the plan, and answers with the chunk.
"""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..engine.replicates import no_weeks
from ..ensemble.failures import Failure, careful
from ..errors import Cancelled, Damaged, NotWritten
from ..law.ledger import LENGTH
from . import disk
from .chunk import Chunk, encode
from .plan import Ready, ready

BLOCK = 128  # replicates between two looks at `cancel`
MANIFEST = "manifest.json"
CHUNKS = "chunks"
Receipt = tuple[int, int, str, int]  # chunk, bytes, SHA-256, replicates that failed


@dataclass(frozen=True, slots=True)
class Unseen:
    """The worker does not see the run's folder."""

    at: int


def chunk_path(folder: Path, at: int) -> Path:
    """The file of a chunk."""
    return folder / CHUNKS / f"{at:06d}.npz"


def run_chunk(plan: Ready, at: int, cancel: threading.Event | None = None) -> Chunk:
    """Chunk `at` of a plan. Raises Cancelled, AllFailed."""
    from ..ensemble.simulate import block_of

    first, number = plan.span(at)
    run_block = block_of(plan.engine)
    step = BLOCK if plan.engine == "kernel" else 1
    spans = [(start, min(step, number - start)) for start in range(0, number, step)]
    ledgers = np.zeros((number, LENGTH), np.int16)
    weekly = no_weeks(plan.compiled.horizon)
    failures: list[Failure] = []
    try:
        for start, size in spans:
            _look(cancel)
            ledgers[start : start + size] = run_block(
                plan.compiled, plan.seed, first + start, size, weekly
            )
    except (Cancelled, MemoryError):
        raise
    except Exception:
        # some block failed and may have left half of its weeks: the chunk is begun again, each
        # block on its own
        weekly = no_weeks(plan.compiled.horizon)
        for start, size in spans:
            _look(cancel)
            rows, failed = careful(run_block, plan.compiled, plan.seed, first + start, size, weekly)
            ledgers[start : start + size] = rows
            failures += failed
    return Chunk(ledgers, weekly, tuple(failures))


def bring(packed: bytes, at: int) -> bytes:
    """A chunk's bytes. `packed`: the plan's text, deflated."""
    plan = ready(zlib.decompress(packed).decode())
    return encode(run_chunk(plan, at), plan.key, at)


def keep(folder: str, key: str, at: int, cancel: threading.Event | None = None) -> Receipt | Unseen:
    """Write a chunk into the run's folder; a receipt, or Unseen where this worker does not see that
    folder. Raises NotWritten.
    """
    try:
        plan = ready(_text_of(folder, key))
    except LookupError:
        return Unseen(at)
    chunk = run_chunk(plan, at, cancel)
    content = encode(chunk, key, at)
    _look(cancel)
    if plan.stop is not None and _beyond(folder, at):
        return at, 0, "", 0
    return (
        at,
        len(content),
        disk.write_whole(chunk_path(Path(folder), at), content),
        len(chunk.failures),
    )


def _beyond(folder: str, at: int) -> bool:
    """Whether the run has ended before this chunk while it was made, for a client that is gone."""
    from .folder import manifest_in

    found = manifest_in(Path(folder))
    return found is not None and found["complete"] and at >= len(found["chunks"])


@lru_cache(maxsize=4)
def _text_of(folder: str, key: str) -> str:
    """The plan in a folder's manifest. Raises LookupError, which is not remembered, where that is
    not the one with this key.
    """
    from .folder import plan_in

    try:
        plan = plan_in(Path(folder))
    except (NotWritten, Damaged):
        plan = None
    if plan is None or plan.key != key:
        raise LookupError(folder)
    return plan.text


def _look(cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled("cancelled")
