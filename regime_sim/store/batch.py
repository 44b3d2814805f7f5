"""Several runs in one folder, each in its own subfolder: their plans are written down before the
first starts, so that the folder alone says what is left to do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Damaged, RegimeSimError
from . import disk
from .folder import conflict
from .lock import NAME as LOCK
from .manifest import MANIFEST, plan_in, sealed
from .plan import Plan

BATCH = "batch.json"
FORMAT = "regime-sim batch 2"
OWN = frozenset((BATCH, LOCK))


@dataclass(frozen=True, slots=True)
class Member:
    """A run of a batch: its folder, and its plan."""

    folder: Path
    plan: Plan


def members(folder: Path) -> list[Member]:
    """The runs that a folder holds or is to hold: one, or those of a batch. Raises RegimeSimError
    where there is none, Damaged, NotWritten.
    """
    plans = plans_in(folder)
    if plans is not None:
        return [Member(folder / plan.document["scenario"]["id"], plan) for plan in plans]
    plan = plan_in(folder)
    if plan is None:
        raise RegimeSimError(
            f"{folder} holds no run: `regime-sim run SCENARIO... --out {folder}` starts one"
        )
    return [Member(folder, plan)]


def is_batch(folder: Path) -> bool:
    """Whether a folder holds a batch. Raises Damaged, NotWritten."""
    return plans_in(folder) is not None


def plans_in(folder: Path) -> list[Plan] | None:
    """The plans of a batch, or None where there is none. Raises Damaged, NotWritten."""
    path = folder / BATCH
    content = disk.read_whole(path)
    if content is None:
        return None
    try:
        document = json.loads(content)
        if content != _rendered(document["runs"]):
            raise Damaged(f"{path}: it was edited or damaged (SHA-256)")
        return [Plan.read(one) for one in document["runs"]]
    except Damaged as error:
        raise Damaged(str(error) if str(path) in str(error) else f"{path}: {error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Damaged(f"{path}: it is not a batch, or it is damaged") from error


def write_plans(folder: Path, plans: Sequence[Plan]) -> None:
    """Write down what the folder is to hold. Raises NotWritten."""
    content = _rendered([plan.document for plan in plans])
    if disk.read_whole(folder / BATCH) != content:
        disk.write_whole(folder / BATCH, content)


def conflicts(folder: Path, plans: Sequence[Plan]) -> list[str]:
    """Why these runs cannot be made as subfolders of this folder, one line each. Raises Damaged,
    NotWritten.
    """
    names = disk.names(folder)
    if MANIFEST in names:
        return [f"{folder} holds a single run, and no batch can be put there"]
    found = [conflict(folder / plan.document["scenario"]["id"], plan) for plan in plans]
    return [line for line in found if line]


def _rendered(runs: Sequence[Any]) -> bytes:
    return sealed({"format": FORMAT, "runs": runs})
