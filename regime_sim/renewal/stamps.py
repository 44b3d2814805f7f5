"""The marks that made files carry in themselves, so that a reader knows of which model they are:
whether a file says a mark, and another mark in place of an old one; makes no figure.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..store import disk

_ARRAYS, _NONE = ".npz", (".npy", ".png", ".svg")  # _NONE: files that carry no mark


def unsaid(path: Path, marks: Mapping[str, str]) -> list[str]:
    """Names of those marks that a file does not say and should."""
    if path.suffix in _NONE or not marks:
        return []
    said = _said(path)
    return [name for name, mark in marks.items() if mark.encode() not in said]


def restamp(path: Path, then: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Write the present marks where a file says those of `then`; its figures stay."""
    moved = {then[name]: mark for name, mark in now.items() if then.get(name, mark) != mark}
    if path.suffix in _NONE or not moved:
        return
    if path.suffix != _ARRAYS:
        disk.write_file(path, _replaced(path.read_text(encoding="utf-8"), moved))
        return
    with np.load(path, allow_pickle=False) as held:
        arrays = {name: _restamped(held[name], moved) for name in held.files}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # its own flags are flags
    disk.write_file(path, file.getvalue())


def _said(path: Path) -> bytes:
    """All that a file says in letters."""
    if path.suffix != _ARRAYS:
        return path.read_bytes()
    with np.load(path, allow_pickle=False) as held:
        return b"\n".join(_letters(held[name]) for name in held.files)


def _letters(array: NDArray[Any]) -> bytes:
    """A text, or a document kept as bytes; nothing of an array of numbers."""
    if array.dtype.kind == "U" and array.ndim == 0:
        return str(array).encode()
    return array.tobytes() if array.dtype == np.uint8 else b""


def _restamped(array: NDArray[Any], moved: Mapping[str, str]) -> NDArray[Any]:
    if not _letters(array):
        return array
    if array.dtype.kind == "U":
        return np.array(_replaced(str(array), moved))
    return np.frombuffer(_replaced(array.tobytes().decode(), moved).encode(), np.uint8)


def _replaced(text: str, moved: Mapping[str, str]) -> str:
    for old, new in moved.items():
        text = text.replace(old, new)
    return text


__all__ = ["restamp", "unsaid"]
