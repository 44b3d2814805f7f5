"""Builds the modules from the law: `regime-sim renew engine`, or `python -m
regime_sim.engine.native.build`. Needs ziglang (PyPI), a compiler that brings every platform with
it; the same sources give the same bytes. No run of a scenario needs it.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import about, header
from .mark import ENGINE, computed_mark, sources_digest
from .modules import BUILT, INDEX, ModuleRefused, checked, own_target
from .refusal import Refused
from .targets import EXACT, PLAIN, TARGETS, Level, Target


class NotBuilt(Exception):
    """The compiler is missing, or refused the sources."""


def build(folder: Path = BUILT, targets: Sequence[Target] = TARGETS) -> None:
    """Build these modules and the index of them into `folder`. Raises NotBuilt, Refused."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        sources(room)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            pairs = [(target, level) for target in targets for level in target.levels]
            list(pool.map(lambda pair: _object(room, *pair), pairs))
            list(pool.map(lambda target: _linked(room, target), targets))
        for target in targets:
            shutil.copyfile(room / target.file, folder / target.file)
    written = json.dumps(_index(folder), indent=1) + "\n"
    (folder / INDEX).write_text(written, encoding="utf-8")


def sources(room: Path) -> None:
    """Put the sources in C into a folder: the engine, and the law as it stands."""
    shutil.copy(ENGINE, room)
    (room / "law.h").write_text(header.header(about.text()), encoding="utf-8")


def compiled(room: Path, target: Target, source: str = ENGINE.name) -> Path:
    """A module of a source in `room`, beside it. Raises NotBuilt."""
    for level in target.levels:
        _object(room, target, level, source)
    return _linked(room, target)


def _linked(room: Path, target: Target) -> Path:
    objects = [_name(target, level) for level in target.levels]
    _zig(room, ["cc", "-target", target.platform, *target.link, "-o", target.file, *objects])
    if target.file.endswith(".dll"):
        _undated(room / target.file)
    return room / target.file


def _undated(module: Path) -> None:
    """Take the time of the build out of a Windows module: nothing reads it, and it moves bytes."""
    content = bytearray(module.read_bytes())
    header_at = int.from_bytes(content[0x3C:0x40], "little")
    content[header_at + 8 : header_at + 12] = bytes(4)
    module.write_bytes(content)


def _name(target: Target, level: Level) -> str:
    return f"{target.file}{level.suffix}.o"


def _object(room: Path, target: Target, level: Level, source: str = ENGINE.name) -> None:
    only = ("-DLEVEL_ONLY",) if level.suffix else ()
    stack = ("-mno-stack-arg-probe",) if "windows" in target.platform else ()
    position = () if "wasm" in target.platform or "windows" in target.platform else ("-fPIC",)
    flags = (*PLAIN, *EXACT, *position, *stack, f"-DSUFFIX={level.suffix}", *only, *level.flags)
    place = ("-target", target.platform, f"-mcpu={level.processor}")
    _zig(room, ["cc", *place, *flags, "-c", "-o", _name(target, level), source])


def _zig(room: Path, command: list[str]) -> None:
    """Run the compiler in a folder of its own, where its sources have short names."""
    try:
        importlib.metadata.version("ziglang")
    except importlib.metadata.PackageNotFoundError:
        raise NotBuilt("building needs ziglang: pip install ziglang") from None
    run = subprocess.run(
        [sys.executable, "-m", "ziglang", *command], cwd=room, capture_output=True, text=True
    )
    if run.returncode:
        raise NotBuilt(f"ziglang {' '.join(command)}:\n{run.stderr}")


def _index(folder: Path) -> dict[str, object]:
    """What is built: the mark, the compiler, and the length and SHA-256 of each file that is there;
    one that was built earlier says by its own mark from which law.
    """
    files = {}
    for target in TARGETS:
        if not (folder / target.file).is_file():
            continue
        module = (folder / target.file).read_bytes()
        files[target.file] = {"bytes": len(module), "sha256": hashlib.sha256(module).hexdigest()}
    compiler = f"ziglang {importlib.metadata.version('ziglang')}"
    own = {"mark": computed_mark(), "sources": sources_digest()}
    return {**own, "compiler": compiler, "files": files}


def stale() -> list[str]:
    """The modules of the package that are missing, damaged or of another law, each with the reason;
    no compiler is needed.
    """
    found = []
    for target in TARGETS:
        try:
            checked(BUILT / target.file)
        except ModuleRefused as refused:
            found.append(str(refused).split(";")[0])
    return found


def main() -> None:
    """The command: build everything, into the package or into the folder that is named; what this
    machine runs on first.
    """
    folder = Path(sys.argv[1]) if sys.argv[1:] else BUILT
    own = own_target()
    try:
        if own is not None:
            build(folder, [own])
        build(folder, [one for one in TARGETS if one is not own])
    except (NotBuilt, Refused) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
