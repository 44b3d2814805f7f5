"""Several runs in one folder, a subfolder each; their plans are written before the first starts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Damaged, RegimeSimError, typed
from ..provenance import sha256
from . import disk
from .folder import Conflict, conflict
from .lock import NAME as LOCK
from .lock import is_ours
from .manifest import CHUNKS, MANIFEST, plan_in, sealed
from .plan import Plan

BATCH = "batch.json"
FORMAT = "regime-sim batch 2"
BEGINNING = '{\n "format": "' + FORMAT.rpartition(" ")[0]  # of every version
# what a subfolder may be called: a scenario's id, and so no path that leads elsewhere
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Member:
    """A run of a batch: its folder, and its plan."""

    folder: Path
    plan: Plan


def members(folder: Path) -> list[Member]:
    """Runs that a folder holds or is to hold. Raises RegimeSimError (none), Damaged, NotWritten."""
    disk.refuse_links(folder, CHUNKS)
    plans = plans_in(folder)
    if plans is not None:
        return [Member(folder / plan.document["scenario"]["id"], plan) for plan in plans]
    plan = plan_in(folder)
    if plan is None:
        raise RegimeSimError(
            f"{folder} holds no run: `regime-sim run SCENARIO... --out {typed(folder)}` starts one"
        )
    return [Member(folder, plan)]


def is_batch(folder: Path) -> bool:
    """Whether a folder holds a batch. Raises Damaged, NotWritten."""
    return plans_in(folder) is not None


def plans_in(folder: Path) -> list[Plan] | None:
    """The plans of a batch, or None where there is none. Raises Damaged, NotWritten."""
    path = folder / BATCH
    disk.refuse_links(folder)
    content = disk.read_whole(path)
    if content is None:
        return None
    try:
        document = json.loads(content)
        if content != _rendered(document["runs"]):
            raise Damaged(f"{path}: it was edited or damaged (SHA-256)")
        plans = [Plan.read(one) for one in document["runs"]]
        for plan in plans:
            name = plan.document["scenario"]["id"]
            if not NAME.fullmatch(name) or name == LOCK:
                raise Damaged(f"{path}: a run is called {name!r}, which names no subfolder")
    except Damaged as error:
        raise Damaged(str(error) if str(path) in str(error) else f"{path}: {error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Damaged(f"{path}: it is not a batch, or it is damaged") from error
    for plan in plans:
        disk.refuse_links(folder / plan.document["scenario"]["id"], CHUNKS)
    return plans


def write_plans(folder: Path, plans: Sequence[Plan]) -> None:
    """Write down what the folder is to hold. Raises NotWritten."""
    content = _rendered([plan.document for plan in plans])
    token = _token(content)
    for name in disk.names(folder):
        if disk.is_part(name, token):
            disk.remove(folder / name)
    if disk.read_whole(folder / BATCH) != content:
        disk.write_whole(folder / BATCH, content, token)


def conflicts(folder: Path, plans: Sequence[Plan], replace: bool = False) -> list[Conflict]:
    """Why these runs cannot be made as subfolders of this folder. replace: other runs of ours may
    give way. Raises Damaged, NotWritten, RegimeSimError.
    """
    if os.path.lexists(folder / MANIFEST):
        return [Conflict(f"{folder} holds a {MANIFEST}, and no batch can be put there")]
    disk.refuse_links(folder)
    found = [_beside(folder, plans, replace)]
    found += [conflict(folder / plan.document["scenario"]["id"], plan) for plan in plans]
    return [one for one in found if one and not (replace and one.replaceable)]


def _beside(folder: Path, plans: Sequence[Plan], replace: bool) -> Conflict | None:
    """What is in the way beside the subfolders."""
    if not is_ours(folder):
        return Conflict(f"{folder / LOCK} is not the lock of a run")
    content = disk.read_whole(folder / BATCH)
    if content is None:
        token = _token(_rendered([plan.document for plan in plans]))
        own = {LOCK, *(plan.document["scenario"]["id"] for plan in plans)}
        names = [name for name in disk.names(folder) if name not in own]
        strange = [name for name in names if not disk.is_part(name, token)]
        if strange:
            return Conflict(f"{folder} is not empty ({', '.join(strange[:3])}) and holds no batch")
        return None
    ours = not content.strip(b"\0") or content.startswith(BEGINNING.encode())
    if not (replace and ours):
        try:
            plans_in(folder)
        except Damaged as error:
            return Conflict(str(error), replaceable=ours)
    return None


def _token(content: bytes) -> str:
    return sha256(content)[: disk.TOKEN]


def _rendered(runs: Sequence[Any]) -> bytes:
    return sealed({"format": FORMAT, "runs": runs})
