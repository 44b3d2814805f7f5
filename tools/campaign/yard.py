"""A user's folder, with files of his own beside ours."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import doors

FILES = (
    "mine.yaml",
    "bad.yaml",
    "notes.txt",
    "cases.csv",
    "run",
    "batch",
    "unfinished",
    "folder",
    "empty.yaml",
    "gone.yaml",
    "page.html",
    "run/chunks",
    "folder/scenario.yaml",
    "novel.part",
)


def yard(folder: Path) -> None:
    """A user's folder: scenario files, cases, run folders of ours, and files of his own with
    names like ours.
    """
    folder.mkdir(parents=True)
    doors.scenario_file(
        folder / "mine.yaml",
        more="compare: {arms: [{id: a, set: {rents: 0.1}}]}\n"
        "checks: [{it: x, expect: {leader_out: 0 to 1}}]\n",
    )
    (folder / "bad.yaml").write_text("schema: 1\nlevers: {rentz: 3}\nhorizon: x\n")
    doors.cases_file(folder / "cases.csv", 2)
    for kind, name in (("complete", "run"), ("batch", "batch"), ("unfinished", "unfinished")):
        doors.run_folder(folder / name, kind)
    (folder / "folder" / "chunks").mkdir(parents=True)
    for name in (
        "notes.txt",
        "page.html",
        "novel.part",
        "folder/scenario.yaml",
        "folder/result.json",
        "folder/chunks/000000.npz",
        "run/diary.txt",
        "run/chunks/mine.txt",
        "batch/notes.part",
    ):
        (folder / name).write_text("the user's own\n")
    (folder / "empty.yaml").touch()
    (folder / "gone.yaml").symlink_to("nowhere.yaml")
    (folder / "folder" / "lock").symlink_to("../notes.txt")


def of_the_users(folder: Path) -> dict[str, str]:
    """What no command may change but one that was given the very name as its output."""
    ours = re.compile(
        r"(run|batch|unfinished)/(?!diary|notes|chunks/mine)|^(run|batch|unfinished)$|/chunks$"
    )
    return {name: what for name, what in doors.tree(folder).items() if not ours.search(name)}


@contextlib.contextmanager
def home_of() -> Iterator[Path]:
    """A folder for the campaign's yards, in memory where there is room, and gone afterwards."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    home = Path(tempfile.mkdtemp(prefix="campaign-", dir=memory))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
