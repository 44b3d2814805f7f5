"""The manifest of a run folder: all that it holds, in one file that shows every edit."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import Damaged, typed
from ..provenance import RUN_FORMAT, canonical, sha256
from . import disk
from .plan import KEYS, STOP, Plan

MANIFEST = "manifest.json"
CHUNKS = "chunks"
SCENARIO = "scenario.yaml"
OUTCOMES, DRAWS, WEEKLY = "outcomes.parquet", "draws.parquet", "weekly.parquet"
RESULT = "result.json"
# how every manifest begins, of whatever version
BEGINNING = '{\n "format": "' + RUN_FORMAT.rpartition(" ")[0]


def is_run(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder holds a run, whole or not."""
    return disk.is_file(Path(folder) / MANIFEST)


def chunk_path(folder: Path, at: int) -> Path:
    """The file of a chunk."""
    return folder / CHUNKS / f"{at:06d}.npz"


def manifest_in(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, or None where there is none. Raises Damaged, NotWritten."""
    path = folder / MANIFEST
    content = disk.read_whole(path)
    if content is None:
        return None
    advice = (
        f"`regime-sim run SCENARIO --out {typed(folder)} --replace` starts the run again"
        if is_ours(content)
        else "use another folder"
    )
    try:
        document = json.loads(content)
        own = document.pop("sha256")
        intact = own == sha256(canonical(document).encode()) and content == rendered(document)
        plan = Plan.read(document)
    except Damaged as error:
        raise Damaged(f"{path}: {error}; {advice}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(f"{path}: it is not a manifest, or it is damaged; {advice}") from error
    if not intact or document["key"] != plan.key:
        raise Damaged(f"{path}: it was edited or damaged (SHA-256); {advice}")
    return document  # type: ignore[no-any-return]


def is_ours(content: bytes) -> bool:
    """Whether this program wrote a manifest, damaged or not: by its beginning, or it is empty."""
    return not content.strip(b"\0") or content.startswith(BEGINNING.encode())


def plan_in(folder: Path) -> Plan | None:
    """The plan of a folder, or None where it holds no run. Raises Damaged, NotWritten."""
    found = manifest_in(folder)
    return None if found is None else Plan.read(found)


def chunks_of(plan: Plan, manifest: Mapping[str, Any]) -> int:
    """How many chunks the run has; where it may stop and is not complete, at most."""
    return len(manifest["chunks"]) if manifest["complete"] else plan.chunks


def rendered(manifest: Mapping[str, Any]) -> bytes:
    """A manifest as bytes: the plan first, its own SHA-256 last, in one spelling only."""
    plan = {name: manifest[name] for name in (*KEYS, STOP) if name in manifest}
    return sealed(plan | {name: value for name, value in manifest.items() if name != "sha256"})


def sealed(document: Mapping[str, Any]) -> bytes:
    """A JSON document as bytes, with its own SHA-256 as the last entry."""
    whole = {**document, "sha256": sha256(canonical(document).encode())}
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()
