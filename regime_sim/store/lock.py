"""One writer per folder: a lock that the system drops when its owner dies, however it dies; never
waits.

The file `lock` says who holds it, for the message to whoever comes second; it is empty whenever
nobody does, so that a finished folder keeps no trace of when and by whom. (The library filelock
would not do: where the system has no lock it leaves one that outlives its owner, and on Windows
nobody could read in the locked file who holds it.)
"""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from ..errors import FolderInUse, RegimeSimError
from ..inert import one_line
from . import disk

NAME = "lock"
PATIENCE = 0.5  # seconds in which the first has written who it is
LONGEST = 4096  # bytes that a lock of ours never has
SIGNED = re.compile(rb'\{"pid": \d+, "host": ".*", "since": "[^"]*"\}\Z', re.DOTALL)
_HELD: set[int] = set()

if sys.platform == "win32":
    import msvcrt

    BEHIND = 1 << 30  # the byte that is locked lies behind the text, which others can then read

    def _locks(handle: int) -> bool:
        os.lseek(handle, BEHIND, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    try:
        import fcntl
    except ImportError:  # neither Unix nor Windows
        fcntl = None  # type: ignore[assignment]

    def _locks(handle: int) -> bool:
        """Lock an open file for this process; False where another process holds it."""
        if fcntl is None:
            return not _alive(_content(handle))
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _alive(signed: bytes) -> bool:
    """Whether the process that a lock names still runs: where the system has no locks."""
    if SIGNED.match(signed) is None:
        return False
    found = json.loads(signed)
    if found["host"] != socket.gethostname():
        return True  # who can tell
    try:
        os.kill(int(found["pid"]), 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder, made if missing. Raises FolderInUse at once, NotWritten, RegimeSimError."""
    disk.make_folder(folder)
    handle = _opened(folder, os.O_CREAT)
    _HELD.add(handle)
    try:
        _take(handle, folder)
        with disk.told(folder / NAME, "write"):
            _sign(handle)
        try:
            yield
        finally:
            _blank(handle)
    finally:
        _let_go(handle)


def refuse_if_held(folder: Path) -> None:
    """Raise FolderInUse where another process holds the folder; writes nothing."""
    if not is_ours(folder) or not os.path.lexists(folder / NAME):
        return
    handle = _opened(folder)
    _HELD.add(handle)
    try:
        _take(handle, folder)
    finally:
        _let_go(handle)


def is_ours(folder: Path) -> bool:
    """Whether the `lock` is ours, empty or missing. Raises NotWritten, RegimeSimError (no file)."""
    found = disk.read_whole(folder / NAME)
    return not found or SIGNED.match(found) is not None


def _opened(folder: Path, more: int = 0) -> int:
    """The open file of a lock. Raises NotWritten; RegimeSimError where it is not ours."""
    path = folder / NAME
    if os.path.lexists(path):
        disk.refuse(path, os.lstat(path))
    with disk.told(path, "write"):
        handle = os.open(path, os.O_RDWR | more | disk.OPEN | disk.PLAIN, 0o644)
        ours = stat.S_ISREG(os.fstat(handle).st_mode)
    content = _content(handle) if ours else b"?"
    if content and SIGNED.match(content) is None:
        with suppress(OSError):
            os.close(handle)
        raise RegimeSimError(f"{path} is not the lock of a run - move it, or use another folder")
    return handle


def _content(handle: int) -> bytes:
    """What a lock says; nothing where another process holds it so that it cannot be read."""
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        return os.read(handle, LONGEST)
    except OSError:
        return b""


def _take(handle: int, folder: Path) -> None:
    with disk.told(folder / NAME, "lock"):
        free = _locks(handle)
    if not free:
        raise FolderInUse(f"{folder} is in use by {_owner(folder / NAME)}")


def _sign(handle: int) -> None:
    """Write who holds the folder."""
    since = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, text.encode())


def _blank(handle: int) -> None:
    """Leave no name behind; where that fails the lock is dropped all the same."""
    with suppress(OSError):
        os.ftruncate(handle, 0)


def _let_go(handle: int) -> None:
    """Close the handle, once."""
    if handle in _HELD:
        _HELD.discard(handle)
        with suppress(OSError):
            os.close(handle)


def _let_go_of_all() -> None:
    for handle in tuple(_HELD):
        _let_go(handle)


if hasattr(os, "register_at_fork"):
    # a forked worker must not keep the folder when its parent is gone
    os.register_at_fork(after_in_child=_let_go_of_all)


def _owner(path: Path) -> str:
    """Who holds the folder, in words; the first may not have signed yet."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            text = f"process {int(found['pid'])} on {found['host']}, since {found['since']}"
            return one_line(text)
        except (OSError, ValueError, KeyError, TypeError):
            time.sleep(0.02)
    return "another process"
