"""The tables of a run folder: `outcomes.parquet`, one row per replicate, `draws.parquet`, one row
per draw of what is uncertain, and `weekly.parquet`, one row per week and variable; runs nothing.

What has a row for each replicate is written from chunk after chunk, so that it takes the same
memory whatever their number.

Nothing in their bytes depends on when, where or in how many pieces the run was made; they do depend
on the version of pyarrow, which the manifest names.
"""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..ensemble.assemble import COLUMNS
from ..ensemble.drawn import declared_draws
from ..ensemble.tables import weekly_columns
from ..facts.outcomes import FATES, OBSERVABLES, REGIME, WAYS
from ..statistics.intervals import CLUSTER, Ints
from . import disk
from .manifest import DRAWS, OUTCOMES, RESULT, WEEKLY

if TYPE_CHECKING:
    from ..ensemble.blocks import Run
    from ..ensemble.result import Ensemble

ROWS = 1 << 16  # rows that are in memory at once, and in one row group
WORDS = {
    "leader_way": WAYS,
    "leader_fate": FATES,
    "regime_fate": REGIME,
    "regime_way": WAYS,
    "regime_after": REGIME,
}


def write_outcomes(
    folder: Path, pieces: Iterable[tuple[Ints, Mapping[str, NDArray[Any]]]], token: str
) -> dict[str, str]:
    """Write replicates piece by piece (numbers, columns); SHA-256 by name. Raises NotWritten."""
    try:
        return {OUTCOMES: _write(folder / OUTCOMES, _outcomes(_regrouped(pieces)), token)}
    finally:
        pa.default_memory_pool().release_unused()
        give_back()


def write_draws(folder: Path, run: Run, attempted: int, token: str) -> dict[str, str]:
    """Write what each draw is: draw, then every uncertain lever, input and parameter by its name;
    SHA-256 by name. `draw` is the column of that name in the outcomes. Raises NotWritten.
    """
    last = (run.first + attempted - 1) // CLUSTER + 1
    size = ROWS // 4
    spans = (range(at, min(at + size, last)) for at in range(run.first // CLUSTER, last, size))
    return {DRAWS: _write(folder / DRAWS, (_draws(run, span) for span in spans), token)}


def _draws(run: Run, span: range) -> Any:
    """The rows of these draws."""
    drawn = declared_draws(run.compiled, run.seed, span)
    columns = {"draw": _array(np.arange(span.start, span.stop, dtype=np.uint32))}
    return pa.table(columns | {name: _array(values) for name, values in drawn.items()})


def give_back() -> None:
    """Let glibc return to the system what reading chunks has left behind: without it a million
    replicates take 25 MB more than a hundred thousand.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


def write_tables(folder: Path, ensemble: Ensemble, token: str) -> dict[str, str]:
    """Write the table of weeks and the result as JSON; SHA-256 by name. Raises NotWritten."""
    return {
        WEEKLY: _write(folder / WEEKLY, _weekly(ensemble), token),
        RESULT: disk.write_whole(
            folder / RESULT,
            (
                json.dumps(ensemble.to_document(), indent=1, ensure_ascii=False, allow_nan=False)
                + "\n"
            ).encode(),
            token,
        ),
    }


def _write(path: Path, tables: Iterator[Any], token: str) -> str:
    """Tables of one schema as the row groups of a Parquet file."""
    first = next(tables)
    with disk.Writing(path, token) as out:
        sink = pa.PythonFile(out, mode="w")
        with pq.ParquetWriter(
            sink, first.schema, compression="zstd", write_statistics=True, store_schema=False
        ) as writer:
            writer.write_table(first)
            for table in tables:
                writer.write_table(table)
    return out.sha256


def _array(values: NDArray[Any]) -> Any:
    """Numbers as an Arrow array, no copy; `pyarrow.array` would import pandas (45 MB, 0.5 s)."""
    kept = np.ascontiguousarray(values)
    return pa.Array.from_buffers(
        pa.from_numpy_dtype(kept.dtype), len(kept), [None, pa.py_buffer(kept)]
    )


def _words(codes: NDArray[Any], words: Sequence[str]) -> Any:
    """Codes and what they stand for, as text that is stored once."""
    encoded = [word.encode() for word in words]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    texts = pa.StringArray.from_buffers(
        len(words), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))
    )
    return pa.DictionaryArray.from_arrays(_array(codes), texts)


def _regrouped(
    pieces: Iterable[tuple[Ints, Mapping[str, NDArray[Any]]]],
) -> Iterator[dict[str, NDArray[Any]]]:
    """The pieces as row groups of `ROWS` replicates, the last one shorter, perhaps empty."""
    held: list[dict[str, NDArray[Any]]] = []
    count = 0
    for which, columns in pieces:
        piece = {"replicate": which.astype(np.uint32), **columns}
        while count + len(piece["replicate"]) > ROWS:
            cut = ROWS - count
            yield _joined([*held, {name: values[:cut] for name, values in piece.items()}])
            held, count, piece = [], 0, {name: values[cut:] for name, values in piece.items()}
        held.append(piece)
        count += len(piece["replicate"])
    yield _joined(held)


def _joined(held: Sequence[Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    return {name: np.concatenate([piece[name] for piece in held]) for name in held[0]}


def _outcomes(groups: Iterable[Mapping[str, NDArray[Any]]]) -> Iterator[Any]:
    """Replicate, its draw of shared parameters, its ledger: codes as words, weeks as numbers."""
    for group in groups:
        which = group["replicate"]
        columns: dict[str, Any] = {
            "replicate": _array(which),
            "draw": _array(which // np.uint32(CLUSTER)),
        }
        for name in COLUMNS:
            words = WORDS.get(name)
            columns[name] = _array(group[name]) if words is None else _words(group[name], words)
        yield pa.table(columns)


def _weekly(ensemble: Ensemble) -> Iterator[Any]:
    """Variable, week, mean, q05 ... q95 over the futures in which he is in office, and their n."""
    names = [known.name for known in OBSERVABLES]
    weeks = np.arange(ensemble.horizon + 1, dtype=np.int16)
    for at in range(len(OBSERVABLES)):
        columns: dict[str, Any] = {
            "variable": _words(np.full(weeks.size, at, np.int8), names),
            "week": _array(weeks),
        }
        for name, values in weekly_columns(ensemble, at).items():
            columns[name] = _array(values)
        yield pa.table(columns | {"n": _array(ensemble.counts)})
