"""Finds the module that this process runs on: native where one is built for the system and the
processor, else WebAssembly; checks that it is whole and of this very law. Builds nothing.

Every refusal is one line that says which file, what is wrong with it, and what to do.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from ...errors import RegimeSimError
from . import about
from .job import Job
from .mark import law_mark
from .targets import NATIVE, WASM, Target

BUILT = Path(__file__).resolve().parent / "built"
INDEX = "modules.json"
REBUILD = "rebuild it with `regime-sim renew engine` (pip install ziglang first)"
OTHERWISE = "or use `--engine mesa`, which needs no module"
CHOICE = "REGIME_SIM_ENGINE"  # the environment's word on what to run on: a level's name, or "wasm"
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}
_SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}


class Engine(Protocol):
    """A module made ready: the same numbers whichever it is."""

    name: str

    def run(self, job: Job) -> int:
        """Run a job's worlds; how many are done (all, unless its stop was set)."""

    def draw(self, job: Job) -> None:
        """Draw a job's uncertain numbers."""


class ModuleRefused(RegimeSimError):
    """A built module that cannot be used, and why."""


@cache
def engine(choice: str = "") -> Engine:
    """The engine of this process. choice: a level such as "x86-64-v3", or "wasm"; "" picks the
    fastest that runs here, unless REGIME_SIM_ENGINE names one. Raises ModuleRefused.
    """
    choice = choice or os.environ.get(CHOICE, "")
    target = own_target()
    if choice == "wasm" or (target is None and not choice):
        return _wasm()
    names = [level.name for level in target.levels] if target else []
    if target is None or (choice and choice not in names):
        known = ", ".join([*names, "wasm"])
        raise ModuleRefused(f"no engine {choice!r} for {_here()}; expected one of {known}")
    return _native(target, choice)


def own_target() -> Target | None:
    """The native module for this system and processor, None if none is built for it."""
    system, machine = _SYSTEMS.get(sys.platform), _MACHINES.get(platform.machine().lower())
    if sys.maxsize < 2**32 or sys.byteorder != "little":
        return None
    stem = f"{system}-{machine}"
    return next((one for one in NATIVE if Path(one.file).stem == stem), None)


def _here() -> str:
    return f"{platform.system()} on {platform.machine()}"


def _native(target: Target, choice: str) -> Engine:
    from .ctypes_driver import Native

    path = BUILT / target.file
    checked(path)
    try:
        return Native(path, target.levels, choice)
    except OSError as error:
        raise ModuleRefused(
            f"{path}: cannot be loaded ({error}); {CHOICE}=wasm runs anywhere"
        ) from None
    except LookupError:
        raise ModuleRefused(f"this processor cannot run {choice}; unset {CHOICE}") from None


def _wasm() -> Engine:
    from .wasm_driver import Wasm

    module = checked(BUILT / WASM.file)
    try:
        return Wasm(module)
    except ImportError:
        why = f"no native engine is built for {_here()}, and wasmtime is not installed"
        raise ModuleRefused(f"{why}: pip install wasmtime") from None


def checked(path: Path) -> bytes:
    """A module's bytes, if it is whole and of the law as it stands. Raises ModuleRefused."""
    try:
        module = path.read_bytes()
    except OSError:
        raise ModuleRefused(f"{path}: no such module; {REBUILD}, {OTHERWISE}") from None
    said = about.read(module)
    if said is None:
        raise ModuleRefused(f"{path}: not a module of regime_sim; {REBUILD}, {OTHERWISE}")
    expected = _expected(path)
    if expected != {"bytes": len(module), "sha256": hashlib.sha256(module).hexdigest()}:
        raise ModuleRefused(f"{path}: damaged or not complete; {REBUILD}, {OTHERWISE}")
    if said.mark != law_mark():
        raise ModuleRefused(f"{path}: built from another law; {REBUILD}, {OTHERWISE}")
    return module


def _expected(path: Path) -> dict[str, Any] | None:
    """What the index says of a module: its length and SHA-256; None if it says nothing."""
    try:
        index = json.loads((path.parent / INDEX).read_text(encoding="utf-8"))
        return dict(index["files"][path.name])
    except (OSError, ValueError, KeyError, TypeError):
        return None
