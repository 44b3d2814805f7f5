"""Answers of long questions, kept in memory for all sessions of this process by all that they
depend on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import regime_sim as rs

KEPT = 40  # answers in memory
WAIT = 0.2  # seconds between two looks whether another session has found it

type Key = tuple[str, str]
_found: OrderedDict[Key, object] = OrderedDict()
_lines: dict[Key, threading.Lock] = {}
_lock = threading.Lock()


def get(name: str, key: str) -> Any:
    """The answer to a question; None where there is none."""
    with _lock:
        if (name, key) in _found:
            _found.move_to_end((name, key))
            return _found[name, key]
    return None


def once(name: str, key: str, work: Callable[[], object], cancel: threading.Event) -> object:
    """The answer, found by `work` unless it is kept; who asks while another finds it waits."""
    with _lock:
        line = _lines.setdefault((name, key), threading.Lock())
    while not line.acquire(timeout=WAIT):
        if cancel.is_set():
            raise rs.RegimeSimError("Cancelled.")
    try:
        found = get(name, key)
        if found is None:
            found = put(name, key, work())
        return found
    finally:
        line.release()


def forget() -> None:
    """Forget what is kept in memory."""
    with _lock:
        _found.clear()


def put(name: str, key: str, found: object) -> object:
    with _lock:
        _found[name, key] = found
        while len(_found) > KEPT:
            _found.popitem(last=False)
    return found
