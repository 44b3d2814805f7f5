"""The one door to the disk of run folders: whole files, written so that a reader meets the old one
or the new one; knows nothing of what is in them.

Order of a write: temporary name, write, flush to the device, rename, flush the folder. Every call
to the system goes through the module's `os`, so that a test can make any one of them fail.
"""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import NotWritten

# ending of a temporary name; what a killed process leaves behind is removed by the next one that
# holds the folder
PART = ".part"
BUFFER = 1 << 20
OPEN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)  # Windows has the second alone
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


@contextmanager
def told(path: Path, doing: str) -> Iterator[None]:
    """Turn what the system refuses into NotWritten, naming the file and the reason; `full` on the
    error says whether the disk is.
    """
    try:
        yield
    except OSError as error:
        refused = NotWritten(f"could not {doing} {path}: {error.strerror or error}")
        refused.full = error.errno in FULL  # type: ignore[attr-defined]
        raise refused from error


def write_whole(path: Path, content: bytes) -> str:
    """Write a file whole; its SHA-256. Raises NotWritten, and then the file that was there before
    is still there.
    """
    with Writing(path) as out:
        out.write(content)
    return out.sha256


class Writing:
    """A file that appears under its name when the `with` block ends well, and never half; use as
    `with Writing(path) as out: out.write(...)`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sha256 = ""
        self.closed = False
        self._digest = hashlib.sha256()
        self._held = bytearray()
        self._part = path.with_name(f"{path.name}.{os.getpid()}-{time.monotonic_ns():x}{PART}")

    def __enter__(self) -> Self:
        with told(self.path, "write"):
            self._file = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | OPEN, 0o644)
        return self

    def write(self, content: bytes) -> int:
        """Take bytes; they reach the disk a megabyte at a time."""
        self._held += content
        if len(self._held) >= BUFFER:
            self.flush()
        return len(content)

    def flush(self) -> None:
        """Hand what is held to the system."""
        content, self._held = memoryview(bytes(self._held)), bytearray()
        self._digest.update(content)
        with told(self.path, "write"):
            while content:
                content = content[os.write(self._file, content) :]

    def close(self) -> None:
        """Nothing: leaving the `with` block closes the file (writers of other libraries call this
        first).
        """

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.flush()
                with told(self.path, "write"):
                    os.fsync(self._file)
                self.sha256 = self._digest.hexdigest()
        except BaseException:
            self._drop()
            raise
        if kind is not None:
            self._drop()
            return
        self._publish()

    def _publish(self) -> None:
        self.closed = True
        try:
            with told(self.path, "write"):
                os.close(self._file)
                os.replace(self._part, self.path)
        except BaseException:
            _quietly(os.unlink, self._part)
            raise
        flush_folder(self.path.parent)

    def _drop(self) -> None:
        self.closed = True
        _quietly(os.close, self._file)
        _quietly(os.unlink, self._part)


def _quietly(call: object, argument: object) -> None:
    """Clean up after a failure: a second one changes nothing."""
    with suppress(OSError):
        call(argument)  # type: ignore[operator]


def flush_folder(folder: Path) -> None:
    """Make names in a folder survive a power cut, where the system can. Raises NotWritten."""
    if os.name == "nt":
        return
    with told(folder, "write"):
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | OPEN)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_whole(path: Path) -> bytes | None:
    """The bytes of a file, or None where there is none. Raises NotWritten."""
    with told(path, "read"):
        try:
            handle = os.open(path, os.O_RDONLY | OPEN | getattr(os, "O_NONBLOCK", 0))
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            parts = []
            while part := os.read(handle, BUFFER):
                parts.append(part)
            return b"".join(parts)
        finally:
            os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each name flushed to the device. Raises NotWritten."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with told(folder, "make the folder"):
        try:
            os.mkdir(folder)
        except FileExistsError:
            if not folder.is_dir():
                raise
    flush_folder(folder.parent)


def names(folder: Path) -> list[str]:
    """Names in a folder, sorted; none where there is no folder. Raises NotWritten."""
    with told(folder, "read"):
        try:
            return sorted(os.listdir(folder))
        except FileNotFoundError:
            return []


def remove(path: Path) -> None:
    """Remove a file; that it is gone already is no error. Raises NotWritten."""
    with told(path, "remove"), suppress(FileNotFoundError):
        os.unlink(path)
