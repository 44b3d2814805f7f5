"""Answers of long questions, kept for all sessions of this process by all that they depend on;
those to shipped scenarios as they ship also on disk, in the user's own cache, until the code
changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import stat
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import regime_sim as rs
from regime_sim.facts.places import cache_folder

KEPT = 40  # answers in memory
LARGEST = 40_000_000  # bytes of an answer on disk
WAIT = 0.2  # seconds between two looks whether another session has found it

type Key = tuple[str, str]
_found: OrderedDict[Key, object] = OrderedDict()
_lines: dict[Key, threading.Lock] = {}
_lock = threading.Lock()


def get(name: str, key: str, lasting: bool = False) -> Any:
    """The answer to a question; None where there is none. lasting: it may lie on disk."""
    with _lock:
        if (name, key) in _found:
            _found.move_to_end((name, key))
            return _found[name, key]
    found = _read(_file(name, key)) if lasting else None
    return None if found is None else _put(name, key, found)


def once(
    name: str, key: str, lasting: bool, work: Callable[[], object], cancel: threading.Event
) -> object:
    """The answer, found by `work` unless it is kept; who asks while another finds it waits."""
    with _lock:
        line = _lines.setdefault((name, key), threading.Lock())
    while not line.acquire(timeout=WAIT):
        if cancel.is_set():
            raise rs.RegimeSimError("Cancelled.")
    try:
        found = get(name, key, lasting)
        if found is None:
            found = _put(name, key, work())
            if lasting:
                _write(_file(name, key), found)
        return found
    finally:
        line.release()


def forget() -> None:
    """Forget what is kept in memory."""
    with _lock:
        _found.clear()


def _put(name: str, key: str, found: object) -> object:
    with _lock:
        _found[name, key] = found
        while len(_found) > KEPT:
            _found.popitem(last=False)
    return found


@cache
def code() -> str:
    """A mark of the package's sources: an answer of other code is not read."""
    folder, mark = Path(rs.__file__).parent, hashlib.sha256(rs.__version__.encode())
    for path in sorted(folder.rglob("*.py")):
        mark.update(path.read_bytes())
    return mark.hexdigest()[:20]


def _file(name: str, key: str) -> Path:
    named = hashlib.sha256(key.encode()).hexdigest()[:24]
    return cache_folder() / "answers" / code() / f"{name}-{named}.pickle"


def _read(file: Path) -> object | None:
    """What a file holds; None where there is none, or where anybody else could have written it."""
    try:
        for place in (file, file.parent, file.parent.parent):
            about = place.stat()
            others = about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
            if hasattr(os, "getuid") and (about.st_uid != os.getuid() or others):
                return None
        found: object = pickle.loads(file.read_bytes())
        return found
    except Exception:
        return None  # absent, cut short, or of a type that is gone: it is found again


def _write(file: Path, found: object) -> None:
    """Keep an answer, whole or not at all; a full disk or a folder that is closed only loses it."""
    with contextlib.suppress(OSError, pickle.PicklingError, TypeError, AttributeError):
        data = pickle.dumps(found)
        if len(data) > LARGEST:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        for place in (file.parent, file.parent.parent):
            place.chmod(0o700)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(name).replace(file)
