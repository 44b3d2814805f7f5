"""What a batch leaves beside its runs: `summary.csv`, a row per scenario, and `summary.svg`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import regime_sim as rs

from ..provenance import sha256
from ..store import disk
from .ending import complain
from .output import as_csv

CSV, SVG, SUMS = "summary.csv", "summary.svg", "summary.sha256"


def write_summary(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write both files, and their SHA-256 as `sha256sum -c` reads it: by that a file is known as
    written here when the batch grows. One that was changed since is kept under another name. Raises
    NotWritten.
    """
    if not rows:
        return
    from ..view.figures.summary import summary  # not for a single run

    made = {CSV: as_csv(rows).encode()}
    try:
        made[SVG] = summary(rows).to_svg().encode()
    except rs.MissingExtra as error:
        complain([f"regime-sim: no {SVG}: {error}"])
    held = disk.read_whole(folder / SUMS) or b""
    ours = {line.partition(" ")[0] for line in held.decode(errors="replace").splitlines()}
    sums = "".join(f"{sha256(content)}  {name}\n" for name, content in made.items()).encode()
    if held == sums and all(disk.read_whole(folder / name) == made[name] for name in made):
        return
    disk.write_whole(folder / SUMS, held + sums)  # both lists, until both files are there
    for name, content in made.items():
        _put(folder / name, content, ours | {sha256(content)})
    disk.write_whole(folder / SUMS, sums)


def _put(path: Path, content: bytes, ours: set[str]) -> None:
    """Write a file unless it is there already."""
    held = disk.read_whole(path)
    if held == content:
        return
    if held and sha256(held) not in ours:
        kept = disk.set_aside(path).name
        complain([f"regime-sim: {path}: it was changed since it was written; kept as {kept}"])
    disk.write_whole(path, content)
