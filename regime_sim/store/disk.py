"""The one door to the disk: whole files, written so that a reader meets the old one or the new one;
knows nothing of what is in them.

Order of a write: temporary name in the same folder, write, flush to the device, rename, flush the
folder. Two kinds of places: a file of a run folder, where no link is ever followed (`write_whole`,
`read_whole`, `names`, `remove`), and a file that the user named, where a link of the user's leads
to what is written and a pipe or device is written through (`write_file`). Every call to the system
goes through the module's `os`, so that a test can make any one of them fail.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import NotWritten, RegimeSimError

# ending of a temporary name; what a killed process leaves behind in a run folder bears the run's
# token, and is removed by the next one that holds the folder
PART = ".part"
TOKEN = 16  # letters of a run's key that make its temporary names its own
BUFFER = 1 << 20
OPEN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)  # Windows has the second alone
PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # no link, no wait for a pipe
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


@contextmanager
def told(path: Path, doing: str) -> Iterator[None]:
    """Turn the system's refusals into NotWritten, with file and reason; `full`: the disk is."""
    try:
        yield
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        reason = getattr(error, "strerror", None) or error
        refused = NotWritten(f"could not {doing} {path}: {reason}")
        refused.full = getattr(error, "errno", None) in FULL  # type: ignore[attr-defined]
        raise refused from error


def write_whole(path: Path, content: bytes, token: str = "") -> str:
    """Write a file of a run folder whole; its SHA-256. token: marks the temporary name as this
    run's.

    Raises NotWritten, and then the file that was there before is still there.
    """
    with Writing(path, token) as out:
        out.write(content)
    return out.sha256


class Writing:
    """A file that appears under its name, whole, only when its `with` block ends well."""

    mode = 0o644  # of a new file, less what the user's umask takes away

    def __init__(self, path: Path, token: str = "") -> None:
        self.path = path
        self.sha256 = ""
        self.closed = False
        self._digest = hashlib.sha256()
        self._held = bytearray()
        self._part = path.with_name(f"{path.name}.{token}-{_unique()}{PART}")

    def __enter__(self) -> Self:
        with told(self.path, "write"):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | OPEN
            self._file = os.open(self._part, flags, self.mode)
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
        """Nothing: leaving `with` closes the file (other libraries' writers call this first)."""

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
                self._rename()
        except BaseException:
            _quietly(os.unlink, self._part)
            raise
        self._settle()

    def _settle(self) -> None:
        flush_folder(self.path.parent)

    def _rename(self) -> None:
        os.replace(self._part, self.path)

    def _drop(self) -> None:
        self.closed = True
        _quietly(os.close, self._file)
        _quietly(os.unlink, self._part)


class _Named(Writing):
    """A file that the user named: links are followed, rights kept. new: replace no file."""

    mode = 0o666

    def __init__(self, path: Path, new: bool = False) -> None:
        super().__init__(path)
        self._new = new
        # a link stays one; a short name, since the user's own may be as long as a name can be
        self._target = Path(os.path.realpath(path)) if os.path.islink(path) and not new else path
        self._part = self._target.with_name(f".regime-sim-{_unique()}{PART}")

    def _rename(self) -> None:
        if self._new:
            _link_new(self._part, self._target)
            return
        with suppress(FileNotFoundError):
            before = os.stat(self._target)
            if not os.access(self._target, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.path))
            with suppress(OSError, AttributeError):
                os.chown(self._part, before.st_uid, before.st_gid)
            os.chmod(self._part, stat.S_IMODE(before.st_mode))
        os.replace(self._part, self._target)

    def _settle(self) -> None:
        with suppress(NotWritten):  # the file is there; some folders cannot be flushed
            flush_folder(self._target.parent)


def _quietly(call: object, argument: object) -> None:
    """Clean up after a failure: a second one changes nothing."""
    with suppress(OSError):
        call(argument)  # type: ignore[operator]


def _unique() -> str:
    return f"{os.getpid()}-{time.monotonic_ns():x}"


def _link_new(part: Path, target: Path) -> None:
    """Give a finished file its name, unless something has that name. Raises FileExistsError."""
    try:
        os.link(part, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without a second name for a file
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | OPEN, 0o666))
        try:
            os.replace(part, target)
        except OSError:
            _quietly(os.unlink, target)
            raise
    else:
        _quietly(os.unlink, part)


def write_file(path: str | os.PathLike[str], content: str | bytes, *, new: bool = False) -> Path:
    """Write a file that the user named, whole; its path. A pipe or a device is written through.

    new: only where nothing is there yet. Raises NotWritten, and then the file that was there before
    is still there and nothing is left beside it; with `new` FileExistsError.
    """
    place = Path(path)
    held = content.encode("utf-8") if isinstance(content, str) else content
    with told(place, "write"):
        kind = _kind(place)
        if new and os.path.lexists(place):
            kind = stat.S_IFREG
    if new and kind is not None:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
    if kind is None or stat.S_ISREG(kind):
        with _Named(place, new) as out:
            out.write(held)
    else:
        with told(place, "write"):
            _write_through(place, held)
    return place


def _kind(path: Path) -> int | None:
    """The mode of what a path leads to; None where there is nothing."""
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _write_through(path: Path, content: bytes) -> None:
    """Write to a pipe or a device, in whose place no file may come."""
    handle = os.open(path, os.O_WRONLY | OPEN)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
    finally:
        os.close(handle)


def flush_folder(folder: Path) -> None:
    """Make names in a folder survive a power cut, where the system can. Raises NotWritten."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folder
        return
    with told(folder, "write"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | OPEN)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_whole(path: Path) -> bytes | None:
    """Bytes of a run folder's file; None: no file. Raises NotWritten; RegimeSimError: not plain."""
    with told(path, "read"):
        try:
            found = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
    refuse(path, found)
    with told(path, "read"):
        try:
            handle = os.open(path, os.O_RDONLY | OPEN | PLAIN)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            parts = []
            while part := os.read(handle, BUFFER):
                parts.append(part)
            return b"".join(parts)
        finally:
            os.close(handle)


def refuse(path: Path, found: os.stat_result) -> None:
    """Raise RegimeSimError where this is a link, or neither a file nor a folder."""
    if stat.S_ISLNK(found.st_mode) or os.path.isjunction(path):
        what = "is a link, and no link in a run folder is followed"
    elif stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode):
        return
    else:
        what = "is neither a file nor a folder"
    raise RegimeSimError(f"{path} {what} - remove it, or use another folder")


def refuse_links(folder: Path, *below: str) -> None:
    """Raise RegimeSimError where a run folder, or one of these folders in it, holds a link, a pipe
    or the like. The folder itself may be reached through a link: the user named it.
    """
    for name in ("", *below):
        place = folder / name
        with told(place, "read"):
            try:
                found = [(Path(one.path), one.stat(follow_symlinks=False)) for one in _scan(place)]
            except (FileNotFoundError, NotADirectoryError):
                continue
        for path, state in found:
            refuse(path, state)


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda one: one.name)


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether a file is there, and no broken link; a name that no file can have is none."""
    return os.path.isfile(path)


def is_folder(path: str | os.PathLike[str]) -> bool:
    """The same of a folder."""
    return os.path.isdir(path)


def same_file(one: str | os.PathLike[str], other: str | os.PathLike[str]) -> bool:
    """Whether two names lead to one file that is there."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return False


def standing_somewhere() -> bool:
    """Whether the folder that this process works in is still there."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each name flushed to the device. Raises NotWritten."""
    with told(folder, "make the folder"), suppress(FileNotFoundError):
        os.lstat(folder)  # a name that is too long is told before those above it are made
    missing = []
    at = folder
    while not os.path.isdir(at) and at != at.parent:
        missing.append(at)
        at = at.parent
    for one in reversed(missing):
        with told(one, "make the folder"):
            try:
                os.mkdir(one)
            except FileExistsError:
                if not os.path.isdir(one):
                    raise
        flush_folder(one.parent)


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


def set_aside(path: Path) -> Path:
    """Give a file that is not ours to remove another name, beside; that name. Raises NotWritten."""
    number = 1
    while os.path.lexists(other := path.with_name(f"{path.name}.kept-{number}")):
        number += 1
    with told(path, "set aside"):
        os.rename(path, other)
    return other


def is_part(name: str, token: str) -> bool:
    """Whether a name is a temporary one of the run with this token."""
    return name.endswith(PART) and f".{token}-" in name
