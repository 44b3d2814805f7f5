"""A chunk: some consecutive replicates of a run, as arrays and as the bytes of one file; starts
nothing and touches no disk.

The bytes are a plain `.npz` (numpy.load reads it; nothing in it is pickled) without any date, so
that they depend on the plan and the chunk's number alone. The comment at its end seals it: the
run's key, the chunk's number, and the SHA-256 of everything before that hash.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.replicates import BINS, Weekly
from ..ensemble.assemble import COLUMNS
from ..ensemble.failures import Failure
from ..ensemble.futures import ARRAYS
from ..errors import Damaged
from ..facts.outcomes import OBSERVABLES
from ..provenance import sha256

SEAL = re.compile(rb"regime-sim chunk 1 ([0-9a-f]{64}) ([0-9]{10}) ([0-9a-f]{64})\Z")
SEAL_LENGTH = len(b"regime-sim chunk 1 ") + 64 + 1 + 10 + 1 + 64
LEVEL = 1  # of deflate: five times as fast as the usual one for a quarter more bytes
DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows: no time of writing gets in


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Ledgers (n, 11) int16 of n consecutive replicates, weekly counts, failures (ledgers zero)."""

    ledgers: NDArray[np.int16]
    weekly: Weekly
    failures: tuple[Failure, ...]


def encode(chunk: Chunk, key: str, at: int) -> bytes:
    """The bytes of chunk number `at` of the run with this key."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, array in _arrays(chunk).items():
            _add(archive, f"{name}.npy", _npy(array))
        failures = [{"replicate": one.replicate, "error": one.error} for one in chunk.failures]
        _add(archive, "failures.json", json.dumps(failures).encode())
        archive.comment = f"regime-sim chunk 1 {key} {at:010d} {'0' * 64}".encode()
    body = held.getvalue()[:-64]
    return body + sha256(body).encode()


def check(content: bytes, key: str, at: int) -> None:
    """Raise Damaged, saying why, unless these are the bytes of chunk `at` of the run with key."""
    if not content:
        raise Damaged("it is empty")
    seal = SEAL.search(content[-SEAL_LENGTH:])
    if seal is None:
        raise Damaged("it is cut short, or no chunk of a run")
    if sha256(content[:-64]) != seal[3].decode():
        raise Damaged("its bytes are not those that were written (SHA-256)")
    if seal[1].decode() != key:
        raise Damaged("it belongs to another run")
    if int(seal[2]) != at:
        raise Damaged(f"it is chunk {int(seal[2])}, not {at}")


def owner(content: bytes) -> str | None:
    """The key of the run that an intact chunk says it is of; None for any other bytes."""
    seal = SEAL.search(content[-SEAL_LENGTH:])
    if seal is None or sha256(content[:-64]) != seal[3].decode():
        return None
    return seal[1].decode()


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A chunk as read: columns (n,) by name as kept, weekly counts as in the file, and failures."""

    columns: dict[str, NDArray[np.generic]]
    counts: NDArray[np.int64]
    sums: NDArray[np.int64]
    bins: NDArray[np.generic]
    failures: tuple[Failure, ...]

    def add_to(self, weekly: Weekly) -> None:
        """Add these weeks to the run's."""
        weekly.counts += self.counts
        weekly.sums += self.sums
        np.add(weekly.bins, self.bins, out=weekly.bins, casting="unsafe")


def decode(content: bytes, key: str, at: int, number: int, horizon: int) -> Decoded:
    """The chunk in these bytes, which are checked first. Raises Damaged."""
    check(content, key, at)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {name: _read(archive, name) for name in (*COLUMNS, "counts", "sums", "bins")}
            failures = _failures(archive)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError) as error:
        raise Damaged(f"it cannot be read: {error}") from error
    columns = {name: _shaped(found[name], (number,)) for name in COLUMNS}
    counts: Any = _shaped(found["counts"], (horizon + 1,))
    sums: Any = _shaped(found["sums"], (len(OBSERVABLES), horizon + 1))
    bins = _shaped(found["bins"], (len(OBSERVABLES), horizon + 1, BINS))
    return Decoded(columns, counts, sums, bins, failures)


def columns(
    content: bytes, key: str, at: int, number: int, names: Sequence[str]
) -> tuple[dict[str, NDArray[np.generic]], tuple[Failure, ...]]:
    """Columns and failures of the chunk in these bytes, checked first; no weeks. Raises Damaged."""
    check(content, key, at)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {name: _shaped(_read(archive, name), (number,)) for name in names}
            return found, _failures(archive)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError) as error:
        raise Damaged(f"it cannot be read: {error}") from error


def _failures(archive: zipfile.ZipFile) -> tuple[Failure, ...]:
    found = json.loads(archive.read("failures.json"))
    return tuple(Failure(int(one["replicate"]), str(one["error"])) for one in found)


def _arrays(chunk: Chunk) -> dict[str, NDArray[np.generic]]:
    """Every array in the narrowest type for any run; a bin holds at most the chunk's replicates."""
    arrays: dict[str, NDArray[np.generic]] = {
        name: chunk.ledgers[:, k].astype(ARRAYS[name][0]) for k, name in enumerate(COLUMNS)
    }
    wide = "<u2" if len(chunk.ledgers) < 2**16 else "<u4"
    weekly: dict[str, Any] = {
        "counts": chunk.weekly.counts.astype("<i8"),
        "sums": chunk.weekly.sums.astype("<i8"),
        "bins": chunk.weekly.bins.astype(wide),
    }
    return arrays | weekly


def _npy(array: NDArray[np.generic]) -> bytes:
    held = io.BytesIO()
    np.lib.format.write_array(held, np.ascontiguousarray(array), allow_pickle=False)
    return held.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    about = zipfile.ZipInfo(name, DATE)
    about.create_system = 3
    about.external_attr = 0o644 << 16
    archive.writestr(about, content, zipfile.ZIP_DEFLATED, LEVEL)


def _read(archive: zipfile.ZipFile, name: str) -> NDArray[np.generic]:
    with archive.open(f"{name}.npy") as member:
        array: NDArray[np.generic] = np.lib.format.read_array(member, allow_pickle=False)
    return array


def _shaped(array: NDArray[np.generic], shape: tuple[int, ...]) -> NDArray[np.generic]:
    if array.shape != shape:
        raise Damaged(f"an array has shape {array.shape}, expected {shape}")
    return array
