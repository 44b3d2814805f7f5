"""Where previews are kept, one file each, by model and scenario; knows arrays, not meanings."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ..errors import Damaged
from ..facts.places import cache_folder, seeds_folder
from ..store import disk

FORMAT = 2
SHORT = 24  # letters of the key that name a file in the cache
Arrays = dict[str, NDArray[np.float64]]


def cached(name: str, key: str) -> Path:
    """The file of a scenario's preview in the user's cache."""
    return cache_folder() / "previews" / f"{name}-{key[:SHORT]}.npz"


def shipped(name: str) -> Path:
    """The file that ships for a scenario of this name."""
    return seeds_folder() / "preview" / f"{name}.npz"


def write(path: Path, about: Mapping[str, Any], arrays: Arrays) -> Path:
    """Write a preview. Raises NotWritten."""
    head = json.dumps({"format": FORMAT, **about}).encode()
    held = io.BytesIO()
    np.savez_compressed(
        held,
        about=np.frombuffer(head, np.uint8),
        **{k: v.astype(np.float32) for k, v in arrays.items()},  # type: ignore[arg-type]
    )
    disk.make_folder(path.parent)
    return disk.write_file(path, held.getvalue())


def read(path: Path) -> tuple[dict[str, Any], Arrays]:
    """What `write` wrote. Raises Damaged for a file that is no preview."""
    try:
        with np.load(path, allow_pickle=False) as file:
            about: dict[str, Any] = json.loads(bytes(file["about"]).decode())
            arrays = {name: file[name].astype(np.float64) for name in file.files if name != "about"}
            if about.pop("format") != FORMAT:
                raise ValueError("another format")
            return about, arrays
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, zlib.error) as error:
        raise Damaged(f"{path}: not a preview ({error})") from error
