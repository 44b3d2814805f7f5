"""Builds the modules from the law: `python -m regime_sim.engine.native.build`. Needs ziglang
(PyPI), a compiler that brings every platform with it; the same sources give the same bytes.

A development tool: nothing else in the package calls it, and no compiler is needed to run.
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
from .mark import ENGINE, law_mark
from .modules import BUILT, INDEX
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
            list(pool.map(lambda target: compiled(room, target), targets))
        for target in targets:
            shutil.copyfile(room / target.file, folder / target.file)
    written = json.dumps(_index(folder, targets), indent=1) + "\n"
    (folder / INDEX).write_text(written, encoding="utf-8")


def sources(room: Path) -> None:
    """Put the sources in C into a folder: the engine, and the law as it stands."""
    shutil.copy(ENGINE, room)
    (room / "law.h").write_text(header.header(about.text()), encoding="utf-8")


def compiled(room: Path, target: Target, source: str = ENGINE.name) -> Path:
    """A module of a source in `room`, beside it. Raises NotBuilt."""
    objects = [_object(room, target, level, source) for level in target.levels]
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


def _object(room: Path, target: Target, level: Level, source: str) -> str:
    name = f"{target.file}{level.suffix}.o"
    only = ("-DLEVEL_ONLY",) if level.suffix else ()
    stack = ("-mno-stack-arg-probe",) if "windows" in target.platform else ()
    position = () if "wasm" in target.platform or "windows" in target.platform else ("-fPIC",)
    flags = (*PLAIN, *EXACT, *position, *stack, f"-DSUFFIX={level.suffix}", *only, *level.flags)
    place = ("-target", target.platform, f"-mcpu={level.processor}")
    _zig(room, ["cc", *place, *flags, "-c", "-o", name, source])
    return name


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


def _index(folder: Path, targets: Sequence[Target]) -> dict[str, object]:
    """What was built: the mark, the compiler, and each file's length and SHA-256."""
    files = {}
    for target in targets:
        module = (folder / target.file).read_bytes()
        files[target.file] = {"bytes": len(module), "sha256": hashlib.sha256(module).hexdigest()}
    compiler = f"ziglang {importlib.metadata.version('ziglang')}"
    return {"mark": law_mark(), "compiler": compiler, "files": files}


def main() -> None:
    """The command: build everything, into the package or into the folder that is named."""
    build(Path(sys.argv[1]) if sys.argv[1:] else BUILT)


if __name__ == "__main__":
    main()
