"""What a worker does, wherever it is: one chunk of a plan, sent back or written into the run's
folder; keeps no state but what it has compiled.

Tasks are module functions of plain values. A worker that sees the run's folder is sent its path,
key and the chunk's number, and answers with a receipt of about a hundred and fifty bytes; one that
does not is sent the plan, and answers with the chunk.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..engine.stopping import Stop
from ..ensemble.blocks import Blocks, spans
from ..errors import Cancelled, Damaged, NotWritten
from ..law.ledger import LENGTH
from . import disk
from .chunk import Chunk, encode
from .manifest import chunk_path, manifest_in, plan_in
from .plan import PlannedRun, runnable

Receipt = tuple[int, int, str, int]  # chunk, bytes, SHA-256, replicates that failed


@dataclass(frozen=True, slots=True)
class FolderNotSeen:
    """The worker does not see the run's folder."""

    at: int


def run_chunk(planned: PlannedRun, at: int, stop: Stop | None = None) -> Chunk:
    """Chunk `at` of a plan. Raises Cancelled, AllFailed."""
    first, number = planned.span(at)
    ledgers = np.zeros((number, LENGTH), np.int16)
    blocks = Blocks(planned.run, first, ledgers, stop)
    for span in spans(number, None if planned.run.engine == "kernel" else 1):
        _look(stop)
        blocks.add(*span)
    return Chunk(ledgers, blocks.weekly, tuple(blocks.failures))


def make_and_send(packed: bytes, at: int) -> bytes:
    """A chunk's bytes. packed: the plan's text, deflated."""
    planned = runnable(zlib.decompress(packed).decode())
    return encode(run_chunk(planned, at), planned.key, at)


def make_and_write(
    folder: str, key: str, at: int, stop: Stop | None = None
) -> Receipt | FolderNotSeen:
    """Write a chunk into the run's folder; a receipt, or FolderNotSeen. Raises NotWritten."""
    try:
        planned = runnable(_text_of(folder, key))
    except LookupError:
        return FolderNotSeen(at)
    chunk = run_chunk(planned, at, stop)
    content = encode(chunk, key, at)
    _look(stop)
    if planned.stop is not None and _beyond(folder, at):
        return at, 0, "", 0
    disk.refuse_links(Path(folder))
    sha = disk.write_whole(chunk_path(Path(folder), at), content, key[: disk.TOKEN])
    return at, len(content), sha, len(chunk.failures)


def _beyond(folder: str, at: int) -> bool:
    """Whether the run has ended before this chunk while it was made, for a client that is gone."""
    found = manifest_in(Path(folder))
    return found is not None and found["complete"] and at >= len(found["chunks"])


@lru_cache(maxsize=4)
def _text_of(folder: str, key: str) -> str:
    """The plan in a manifest. Raises LookupError (not remembered) where its key is another."""
    try:
        plan = plan_in(Path(folder))
    except (NotWritten, Damaged):
        plan = None
    if plan is None or plan.key != key:
        raise LookupError(folder)
    return plan.text


def _look(stop: Stop | None) -> None:
    if stop is not None and stop.is_set():
        raise Cancelled("cancelled")
