"""The law made callable from compiled code: a function of `law/` is compiled as it stands where
compiled code calls it; changes none of them.

Numba's disk cache does not see an edit in another file (numba #1833), so the cache folder is keyed
by a hash of the sources of law and engine; it must be set before the first compiled function is
declared, hence this module is imported first by every module that compiles.
"""

from __future__ import annotations

import functools
import hashlib
import os
import stat
import tempfile
from pathlib import Path
from types import FunctionType

PACKAGE = Path(__file__).resolve().parent.parent
LAW = __name__.removesuffix("engine.compiled_law") + "law."


def _engine_hash() -> str:
    """SHA-256 over the sources that compiled code is made of: law and engine (numbers of the tables
    reach it as data).
    """
    digest = hashlib.sha256()
    for room in ("law", "engine"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            if not path.name.startswith("bench"):
                digest.update(
                    str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0"
                )
    return digest.hexdigest()


def _private(folder: Path) -> bool:
    """Make `folder` and its parents usable by this user alone; False if somebody else owns it or it
    cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
        if hasattr(os, "getuid") and found.st_uid != os.getuid():  # Windows has no such numbers
            return False
        if stat.S_IMODE(found.st_mode) & 0o077:
            folder.chmod(0o700)
        return os.access(folder, os.W_OK)
    except OSError:
        return False


def cache_folder() -> Path:
    """The folder of compiled code for these sources: in the user's cache, or in a private temporary
    folder if that cannot be written.
    """
    name = _engine_hash()[:24]
    base = (
        os.environ.get("REGIME_SIM_CACHE")
        or os.environ.get("XDG_CACHE_HOME")
        or str(Path.home() / ".cache")
    )
    root = Path(base) / "regime_sim"
    if _private(root) and _private(root / name):
        return root / name
    return Path(tempfile.mkdtemp(prefix="regime_sim-"))


def _point_numba_at(folder: Path) -> None:
    import numba

    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]


def _typed_law() -> None:
    """Teach Numba that a function of `law/`, met by its plain name, is compiled as it stands;
    nothing is compiled, or even listed, before it is met.
    """
    from numba import njit, types
    from numba.extending import typeof_impl

    compile_law = functools.cache(njit(error_model="numpy"))

    @typeof_impl.register(FunctionType)
    def type_of_function(function: FunctionType, _: object) -> types.Dispatcher | None:
        return (
            types.Dispatcher(compile_law(function))
            if (function.__module__ or "").startswith(LAW)
            else None
        )


_point_numba_at(cache_folder())
_typed_law()
