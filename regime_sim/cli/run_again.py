"""What `rerun` does: makes a folder's runs again, from manifests alone, and compares every byte."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from ..ensemble.effort import Effort
from ..scenario import loads
from ..store.batch import Member, conflicts, is_batch, members
from ..store.folder import conflict, other_model, rerun_folder
from ..store.manifest import manifest_in
from ..store.plan import Plan, plan_of, rule_in
from .ending import BAD_INPUT, CHECK_FAILED, DONE, Stop
from .run_folders import batch, each, endings
from .targets import targets


def made_again(
    folder: Path, out: Path | None, force: bool, workers: int | None, cluster: str | None
) -> tuple[str, int]:
    """Make a folder's files again in another and compare: a line per run, status. Raises Stop."""
    target = rerun_folder(folder) if out is None else out
    if os.path.realpath(target) == os.path.realpath(folder):
        raise Stop(
            BAD_INPUT, [f"regime-sim: --out {target}: expected another folder than the original"]
        )
    with endings(target):
        found = members(folder)
        several = is_batch(folder)
        places = targets(target, [_plan(member, force) for member in found], several)
        _look(target, places, several)
        with batch(target, places) if several else nullcontext():
            each(places, workers, cluster, summed=target if several else None)
        verdicts = [_compared(old, new) for old, new in zip(found, places, strict=True)]
    same = all(good for _, good in verdicts)
    return "\n".join(line for line, _ in verdicts), DONE if same or force else CHECK_FAILED


def _look(target: Path, places: Sequence[Member], several: bool) -> None:
    """Stop where something else is in the way."""
    plans = [member.plan for member in places]
    found = conflicts(target, plans) if several else [conflict(target, plans[0])]
    lines = [f"regime-sim: {one.reason}; give another --out" for one in found if one]
    if lines:
        raise Stop(BAD_INPUT, lines)


def _plan(member: Member, force: bool) -> Plan:
    """The plan of a run to be made again; forced: with the code that is here. Raises Stop."""
    old = member.plan.document
    reason = other_model(member.folder, member.plan)
    if reason is None:
        return member.plan
    if not force:
        raise Stop(BAD_INPUT, [f"regime-sim: {reason}; --force re-runs it with this one"])
    scenario = loads(old["scenario"]["yaml"], str(member.folder))
    names = ("replicates", "seed", "engine", "first", "corps")
    effort = Effort(knowledge=old["knowledge"]["name"], **{name: old[name] for name in names})
    return plan_of(scenario, effort, chunk=old["chunk"], stop=rule_in(old))


def _compared(old: Member, new: Member) -> tuple[str, bool]:
    """Whether two run folders have the same bytes, in one line."""
    before, after = manifest_in(old.folder), manifest_in(new.folder)
    if before is None or after is None or not before["complete"]:
        return f"{new.folder}: made; nothing to compare with, {old.folder} is not complete", True
    was, now = _digests(before), _digests(after)
    apart = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
    if apart:
        names = ", ".join(apart[:5]) + (" ..." if len(apart) > 5 else "")
        line = f"{new.folder}: {len(apart)} of {len(was)} files differ from {old.folder}: {names}"
        return line, False
    if before != after:
        return (
            f"{new.folder}: results identical to {old.folder}; the manifests name different"
            " versions of the code",
            True,
        )
    return f"{new.folder}: identical to {old.folder}, byte for byte ({len(was) + 1} files)", True


def _digests(manifest: dict[str, Any]) -> dict[str, str]:
    """The SHA-256 of every file that a manifest lists."""
    chunks = {f"chunks/{one['file']}": str(one["sha256"]) for one in manifest["chunks"]}
    return {**chunks, **manifest["files"]}
