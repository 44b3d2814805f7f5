"""Nothing of a user's is lost: a file is ours only where a manifest of ours lists it, no link is
followed in a run folder, every file that a command writes appears whole or not at all, and what a
message advises works.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import resource
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import date as Date
from itertools import product
from pathlib import Path

import doors
import pytest
from doors import ARTICLE, SMALL, good, inside, run_folder, tree

import regime_sim as rs
from regime_sim.history import registered

OURS = (
    "scenario.yaml",
    "result.json",
    "outcomes.parquet",
    "draws.parquet",
    "weekly.parquet",
    "manifest.json",
    "batch.json",
    "lock",
)
LIKE_OURS = ("novel.part", "scenario.yaml.part", "result.json.77-a.part")
IN_CHUNKS = (
    "chunks/000000.npz",
    "chunks/mine.txt",
    "chunks/draft.part",
    "chunks/000000.npz.77-a.part",
)
MINE = b"years of work of the user's\n"


def mine(folder: Path, *names: str) -> dict[str, str]:
    """Files of the user's in a folder, and the folder by hash."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(MINE)
    return tree(folder)


def kept(folder: Path, names: tuple[str, ...]) -> None:
    """The user's files are what they were."""
    assert {
        name: (folder / name).read_bytes() for name in names if (folder / name).is_file()
    } == dict.fromkeys(names, MINE)


# ---- files that were there before


@pytest.mark.few(6)
@pytest.mark.parametrize("replace", [(), ("--replace",)], ids=["plain", "replace"])
@pytest.mark.parametrize("name", [*OURS, *LIKE_OURS, *IN_CHUNKS])
def test_a_run_leaves_what_was_there(light_path, name, replace):
    before = mine(light_path / "b", name)
    ended = inside("run", ARTICLE, *SMALL, "--out", light_path / "b", *replace)
    assert tree(light_path / "b") == before
    assert ended.status == 2 and Path(name).parts[0] in ended.err


@pytest.mark.few(4)
@pytest.mark.parametrize("replace", [(), ("--replace",)], ids=["plain", "replace"])
@pytest.mark.parametrize("name", [*OURS, *LIKE_OURS, *IN_CHUNKS])
def test_a_batch_leaves_what_was_there_in_its_parts(light_path, name, replace):
    part = light_path / "b" / "isolation"
    before = mine(part, name)
    ended = inside("run", ARTICLE, "isolation", *SMALL, "--out", light_path / "b", *replace)
    assert tree(part) == before
    assert ended.status == 2 and Path(name).parts[0] in ended.err


@pytest.mark.few(2)
@pytest.mark.parametrize("name", ["batch.json", "lock", "manifest.json", "novel.part", ARTICLE])
def test_a_batch_leaves_what_was_there_beside_its_parts(light_path, name):
    mine(light_path / "b", name)
    ended = inside("run", ARTICLE, "isolation", *SMALL, "--out", light_path / "b")
    kept(light_path / "b", (name,))
    assert ended.status == 2 and name in ended.err


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "name", ["scenario.yaml", "result.json", "chunks/mine.txt", "novel.part", "lock"]
)
def test_rerun_leaves_what_was_there(light_path, name):
    run_folder(light_path / "a")
    before = mine(light_path / "b", name)
    ended = inside("rerun", light_path / "a", "--out", light_path / "b")
    assert tree(light_path / "b") == before
    assert ended.status == 2 and Path(name).parts[0] in ended.err


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "name", ["scenario.yaml", "result.json", "chunks/mine.txt", "novel.part", "lock"]
)
def test_simulate_leaves_what_was_there(light_path, name):
    before = mine(light_path / "b", name)
    with pytest.raises(rs.RegimeSimError, match=Path(name).parts[0]):
        rs.simulate(doors.small(), 8, workers=1, out=light_path / "b")
    assert tree(light_path / "b") == before


@pytest.mark.parametrize("where", [".", "case1", "./case1/../case1", "{here}/case1"])
def test_the_scenario_that_is_run_is_not_overwritten(light_path, where):
    folder = light_path if where == "." else light_path / "case1"
    file = doors.scenario_file(folder / "scenario.yaml", more="# my notes\n")
    before = file.read_bytes()
    with doors.standing_in(light_path):
        out = where.format(here=light_path)
        ended = inside(
            "run", "scenario.yaml" if where == "." else "case1/scenario.yaml", *SMALL, "--out", out
        )
    assert file.read_bytes() == before
    assert ended.status == 2 and "scenario.yaml" in ended.err


@pytest.mark.few(4)
@pytest.mark.parametrize(
    "name",
    [
        "chunks/notes.txt",
        "chunks/000009.npz",
        "chunks/draft.part",
        "novel.part",
        "my.csv",
        "chunks/sub/a.txt",
    ],
)
@pytest.mark.parametrize("state", ["complete", "unfinished"])
def test_what_a_user_lays_beside_a_run_stays(light_path, name, state):
    folder = light_path / "a"
    run_folder(folder, state)
    mine(folder, name)
    inside("resume", folder, "--workers", 1)
    kept(folder, (name,))
    inside("run", "isolation", *SMALL, "--out", folder, "--replace")
    kept(folder, (name,))


@pytest.mark.parametrize("name", ["result.json", "scenario.yaml", "outcomes.parquet"])
def test_a_table_that_the_user_has_edited_is_not_overwritten_unsaid(light_path, name):
    """It is ours by name and no longer by hash: it may be made again, but not without a word."""
    run_folder(light_path / "a")
    (light_path / "a" / name).write_bytes(MINE)
    ended = inside("resume", light_path / "a")
    assert name in ended.err or (light_path / "a" / name).read_bytes() == MINE


def test_new_never_touches_a_file_that_is_there(light_path):
    (light_path / "m.yaml").write_bytes(MINE)
    (light_path / "link.yaml").symlink_to("gone.yaml")
    for name in ("m.yaml", "link.yaml"):
        before = tree(light_path)
        ended = inside("new", light_path / name, "--from", ARTICLE)
        assert ended.status == 2 and name in ended.err
        assert tree(light_path) == before


@pytest.mark.parametrize("at", ["venezuela-2025.npz"])
def test_a_preview_does_not_replace_what_is_no_preview(light_path, at):
    mine(light_path, at)
    small = ("--settings", 32, "--replicates", 16, "--held", 4, "--exact", 16, "--workers", 1)
    assert inside("preview", ARTICLE, *small, "-o", light_path).status == 2
    kept(light_path, (at,))


INTO_ITSELF = {
    "s.html": ("report", "{}", "-o", "{}", "--no-history", "--replicates", 8),
    "t.html": ("story", "{}", "--replicate", 1, "-o", "{}"),
    "c.json": ("compare", "{}", ARTICLE, "--replicates", 8, "--generals", 8, "--figure", "{}"),
    "w.json": (
        "sweep",
        "{}",
        "--over",
        "rents=0.2,0.8",
        "--replicates",
        8,
        "--generals",
        8,
        "--figure",
        "{}",
    ),
    "p.json": (
        "tipping",
        "{}",
        "--over",
        "rents",
        "--replicates",
        256,
        "--generals",
        8,
        "--figure",
        "{}",
    ),
    "d.json": (
        "sensitivity",
        "{}",
        "--points",
        8,
        "--replicates",
        12,
        "--generals",
        8,
        "--figure",
        "{}",
    ),
    "f.json": ("elicit", "{}", "-o", "{}"),
}


@pytest.mark.few(3)
@pytest.mark.parametrize("name", INTO_ITSELF)
def test_what_a_command_reads_it_does_not_write_over(light_path, name):
    """A scenario file may have any name, that of a page too."""
    file = doors.scenario_file(light_path / name)
    before = tree(light_path)
    ended = inside(*(str(word).format(file) for word in INTO_ITSELF[name]))
    assert tree(light_path) == before
    assert ended.status == 2 and name in ended.err


FORM = "input,expert,q05,q50,q95\nrents.mining,ann,0.2,0.3,0.5\n"


@pytest.mark.parametrize(
    "words",
    [
        ("elicit", "s.yaml", "-o", "s.yaml"),
        ("elicit", "s.yaml", "form.csv", "-o", "s.yaml"),
        ("elicit", "s.yaml", "form.csv", "-o", "form.csv"),
        ("elicit", "s.yaml", "form.csv", "-o", "./link.csv"),
        ("coding", "first.csv", "second.csv", "-o", "first.csv"),
        ("coding", "first.csv", "second.csv", "-o", "second.csv"),
        ("calibrate", "-o", "."),
    ],
    ids=" ".join,
)
def test_forms_cases_and_samples_are_not_written_over(light_path, words):
    doors.scenario_file(light_path / "s.yaml")
    (light_path / "form.csv").write_text(FORM)
    (light_path / "link.csv").hardlink_to(light_path / "form.csv")
    for name in ("first.csv", "second.csv"):
        doors.cases_file(light_path / name, 2)
    for name in ("rates.npy", "cases.json"):
        (light_path / name).write_text("the user's own\n")
    before = tree(light_path)
    with doors.standing_in(light_path):
        ended = inside(*words)
    assert tree(light_path) == before
    assert ended.status == 2 and ended.err.startswith("regime-sim: ")


def test_a_form_and_its_scenario_are_written_whole(light_path):
    file = doors.scenario_file(light_path / "s.yaml")
    (light_path / "form.csv").write_text(FORM)
    for words in (("elicit", file), ("elicit", file, light_path / "form.csv"), ("coding",)):
        kept = light_path / "kept.yaml"
        kept.write_text("the old file\n")
        with full_disk():
            ended = inside(*words, "-o", kept)
        assert ended.status == 4 and "kept.yaml" in ended.err
        assert kept.read_text() == "the old file\n"
        assert not list(light_path.glob("*.part"))
        good(*words, "-o", kept)
        assert kept.read_text() != "the old file\n"


# ---- links


@pytest.fixture
def outside(light_path: Path) -> Path:
    """A folder of the user's that a link may lead to."""
    folder = light_path / "outside"
    mine(folder, "thesis.txt", "000000.npz", "notes.part", "lock", "deep/manifest.json")
    return folder


def linked(folder: Path, name: str, target: Path) -> None:
    """Put a link where a file or folder of the run is."""
    path = folder / name
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(target)


LINKS = {
    "chunks": "",
    "lock": "thesis.txt",
    "manifest.json": "thesis.txt",
    "scenario.yaml": "thesis.txt",
    "result.json": "thesis.txt",
    "outcomes.parquet": "thesis.txt",
    "draws.parquet": "thesis.txt",
    "weekly.parquet": "thesis.txt",
    "chunks/000000.npz": "000000.npz",
    "old.part": "notes.part",
    "chunks/old.part": "notes.part",
    "chunks/sub": "",
}
COMMANDS: dict[str, Callable[[Path], tuple[object, ...]]] = {
    "resume": lambda folder: ("resume", folder, "--workers", 1),
    "again": lambda folder: ("run", ARTICLE, *SMALL, "--out", folder),
    "replace": lambda folder: ("run", "isolation", *SMALL, "--out", folder, "--replace"),
    "rerun": lambda folder: ("rerun", folder, "--out", f"{folder}-2"),
    "report": lambda folder: ("report", folder, "-o", f"{folder}.html", "--no-history"),
}


def linkings() -> list[object]:
    """Each link, each command, each state; by default each link with two commands and each command
    with three links.
    """
    found = []
    for state, name, command in product(("complete", "unfinished"), LINKS, COMMANDS):
        first = command in ("resume", "replace") or name in ("chunks", "lock", "manifest.json")
        often = first and (state == "complete" or command == "resume")
        found.append(pytest.param(state, name, command, marks=() if often else pytest.mark.slow))
    return found


@pytest.mark.few(8)
@pytest.mark.parametrize(("state", "name", "command"), linkings())
def test_no_link_in_a_run_folder_is_followed(light_path, outside, state, name, command):
    folder = run_folder(light_path / "run", state)
    linked(folder, name, outside / LINKS[name])
    before = tree(outside)
    ended = inside(*COMMANDS[command](folder))
    assert tree(outside) == before
    assert ended.status == 2 and "link" in ended.err and Path(name).name in ended.err


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "name", ["lock", "manifest.json", "scenario.yaml", "chunks", "result.json", "batch.json"]
)
def test_no_link_that_leads_nowhere_makes_a_file(light_path, outside, name):
    folder = run_folder(light_path / "run", "unfinished")
    linked(folder, name, outside / "new.txt")
    before = tree(outside)
    for command in ("resume", "again", "replace"):
        ended = inside(*COMMANDS[command](folder))
        assert tree(outside) == before
        assert ended.status == 2 and "link" in ended.err


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "name", ["batch.json", "lock", ARTICLE, "isolation", "isolation/chunks", "isolation/lock"]
)
def test_no_link_in_a_batch_is_followed(light_path, outside, name):
    folder = run_folder(light_path / "run", "batch")
    linked(folder, name, outside if (folder / name).is_dir() else outside / "thesis.txt")
    before = tree(outside)
    for arguments in (
        ("resume", folder),
        ("rerun", folder, "--out", light_path / "two"),
        ("run", ARTICLE, "isolation", *SMALL, "--out", folder),
    ):
        ended = inside(*arguments)
        assert tree(outside) == before
        assert ended.status == 2 and "link" in ended.err


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "name",
    [
        "chunks",
        "manifest.json",
        "result.json",
        "chunks/000000.npz",
        "scenario.yaml",
        "lock",
        "outcomes.parquet",
        "draws.parquet",
    ],
)
def test_a_copy_behind_a_link_is_not_read(light_path, name):
    """Even where the bytes are right: what a link shows can be changed while it is read."""
    folder = run_folder(light_path / "run", "complete")
    copy = light_path / "copy"
    shutil.copytree(folder, copy)
    linked(folder, name, copy / name)
    with pytest.raises(rs.RegimeSimError, match="link"):
        rs.read_run(folder)


@pytest.mark.parametrize("name", ["chunks", "lock", "scenario.yaml"])
def test_simulate_follows_no_link(light_path, outside, name):
    folder = run_folder(light_path / "run", "unfinished")
    linked(folder, name, outside / LINKS[name])
    before = tree(outside)
    with pytest.raises(rs.RegimeSimError, match="link"):
        rs.simulate(doors.small(), 8, workers=1, out=folder)
    assert tree(outside) == before


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "name",
    ["lock", "manifest.json", "chunks/000000.npz", "scenario.yaml", "batch.json", "result.json"],
)
def test_a_pipe_in_a_run_folder_holds_nobody_up(light_path, name):
    folder = run_folder(light_path / "run", "complete")
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    for command in ("resume", "again", "report"):
        with doors.at_most(10):
            assert inside(*COMMANDS[command](folder)).status in (0, 2, 4)
    assert stat.S_ISFIFO((folder / name).lstat().st_mode)


def test_the_folder_itself_may_be_a_link(light_path):
    (light_path / "real").mkdir()
    (light_path / "name").symlink_to(light_path / "real")
    good("run", ARTICLE, *SMALL, "--format", "csv", "--out", light_path / "name")
    assert (light_path / "real" / "manifest.json").is_file()
    assert rs.read_run(light_path / "name").replicates == 8


@pytest.mark.few(4)
@pytest.mark.parametrize(
    "name", ["../victim", "/{here}/victim", "a/../../victim", ".", "", "..", "isolation\0"]
)
def test_a_batch_from_elsewhere_names_no_folder_outside(light_path, name):
    """Its own SHA-256 is right: whoever made it could compute it."""
    folder = run_folder(light_path / "run", "batch")
    victim = light_path / "victim"
    mine(victim, "chunks/a.txt", "novel.part")
    before = tree(light_path / "victim")
    document = json.loads((folder / "batch.json").read_text())
    document["runs"][0]["scenario"]["id"] = name.format(here=str(light_path).lstrip("/"))
    bare = {key: value for key, value in document.items() if key != "sha256"}
    spelled = json.dumps(bare, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    bare["sha256"] = hashlib.sha256(spelled.encode()).hexdigest()
    (folder / "batch.json").write_text(json.dumps(bare, indent=1, ensure_ascii=False) + "\n")
    for arguments in (("resume", folder), ("rerun", folder, "--out", light_path / "two" / "three")):
        assert inside(*arguments).status == 2
    assert tree(victim) == before
    assert not (light_path / "two").exists() or not any((light_path / "two").iterdir())


# ---- a full disk, and whole files


@contextlib.contextmanager
def full_disk(size: int = 100) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def story_page(path: Path) -> tuple[object, ...]:
    return ("story", path.parent / "mine.yaml", "--replicate", 1, "-o", path)


def report_page(path: Path) -> tuple[object, ...]:
    return ("report", path.parent / "mine.yaml", "-o", path, "--replicates", 8, "--no-history")


def compared(path: Path) -> tuple[object, ...]:
    return (
        "compare",
        path.parent / "mine.yaml",
        ARTICLE,
        "--replicates",
        8,
        "--generals",
        8,
        "--figure",
        path,
    )


def swept(path: Path) -> tuple[object, ...]:
    return (
        "sweep",
        path.parent / "mine.yaml",
        "--over",
        "rents=0.2,0.8",
        "--replicates",
        8,
        "--generals",
        8,
        "--figure",
        path,
    )


def tipped(path: Path) -> tuple[object, ...]:
    return (
        "tipping",
        path.parent / "mine.yaml",
        "--over",
        "rents",
        "--replicates",
        256,
        "--generals",
        8,
        "--figure",
        path,
    )


def decided(path: Path) -> tuple[object, ...]:
    return (
        "sensitivity",
        path.parent / "mine.yaml",
        "--points",
        8,
        "--replicates",
        12,
        "--generals",
        8,
        "--figure",
        path,
    )


WRITING: dict[str, Callable[[Path], tuple[object, ...]]] = {
    "odd.md": lambda path: ("odd", "-o", path),
    "schema.json": lambda path: ("schema", "-o", path),
    "story.html": story_page,
    "report.html": report_page,
    "compare.svg": compared,
    "compare.html": compared,
    "compare.png": compared,
    "compare.pdf": compared,
    "compare.json": compared,
    "sweep.svg": swept,
    "tipping.svg": tipped,
    "sensitivity.svg": decided,
    "patterns.md": lambda path: ("patterns", "--replicates", 160, "--generals", 8, "-o", path),
    "episodes.md": lambda path: ("episodes", "--replicates", 16, "--generals", 8, "-o", path),
    "card.md": lambda path: (
        "backtest",
        "--card",
        path,
        "--replicates",
        16,
        "--generals",
        8,
        "--shifts",
        1,
    ),
}
LONG = ("patterns.md", "episodes.md", "card.md", "compare.html", "compare.png", "compare.pdf")
LONG += ("tipping.svg", "sensitivity.svg", "sweep.svg")
LISTED = [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in WRITING]


@pytest.fixture
def desk(light_path: Path) -> Path:
    doors.scenario_file(light_path / "mine.yaml")
    return light_path


@pytest.mark.few(3)
@pytest.mark.parametrize("name", LISTED)
def test_on_a_full_disk_the_old_file_stays(desk, name):
    (desk / name).write_bytes(MINE)
    before = tree(desk)
    with full_disk():
        ended = inside(*WRITING[name](desk / name))
    assert tree(desk) == before
    assert ended.status == 4 and name in ended.err


@pytest.mark.few(3)
@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize(
    "name", ["odd.md", "schema.json", "story.html", "report.html", "compare.svg", "compare.json"]
)
def test_whatever_the_disk_refuses_the_old_file_stays(desk, name, call, monkeypatch):
    """A write is: a temporary name, write, flush, rename; each may fail."""
    (desk / name).write_bytes(MINE)
    before = tree(desk)

    def refused(*_: object, **__: object) -> object:
        raise OSError(errno.EIO, "Input/output error")

    for one in ("fsync",) if call == "fsync" else ("replace", "rename"):
        monkeypatch.setattr(os, one, refused)
    ended = inside(*WRITING[name](desk / name))
    monkeypatch.undo()
    assert tree(desk) == before
    assert ended.status == 4 and name in ended.err


def test_new_on_a_full_disk_leaves_nothing_in_the_way(light_path):
    with full_disk():
        ended = inside("new", light_path / "m.yaml", "--from", ARTICLE)
    assert ended.status == 4 and "m.yaml" in ended.err
    assert tree(light_path) == {}
    good("new", light_path / "m.yaml", "--from", ARTICLE)
    good("check", light_path / "m.yaml")


def test_a_forecast_is_frozen_whole_or_not_at_all(light_path):
    more = "resolve: {question: Is he out?, by: 2026-01-15}\n"
    file = doors.scenario_file(light_path / "mine.yaml", more=more)
    file.write_text(file.read_text().replace("horizon: 4", "horizon: 20"))
    before = tree(light_path)
    with full_disk(), pytest.raises(rs.RegimeSimError, match=r"mine\.forecast\.yaml"):
        registered.freeze(file, 64, on=Date(2026, 1, 1))
    assert tree(light_path) == before
    registered.freeze(file, 64, on=Date(2026, 1, 1))
    assert (light_path / "mine.forecast.yaml").is_file()


def test_a_preview_on_a_full_disk_leaves_the_old_one(light_path):
    small = (
        "preview",
        ARTICLE,
        "--settings",
        32,
        "--replicates",
        16,
        "--held",
        4,
        "--exact",
        16,
        "--workers",
        1,
        "-o",
        light_path,
    )
    good(*small)
    before = tree(light_path)
    with full_disk():
        ended = inside(*small)
    assert tree(light_path) == before
    assert ended.status == 4


PYTHON: dict[str, Callable[[Path], object]] = {
    "figure.svg": lambda path: doors.record("Figure").save(path),
    "figure.html": lambda path: doors.record("Figure").save(path),
    "figure.png": lambda path: doors.record("Figure").save(path),
    "figure.pdf": lambda path: doors.record("Figure").save(path),
    "figure.json": lambda path: doors.record("Figure").save(path),
    "story.html": lambda path: doors.record("Story").save(path),
    "page.html": lambda path: doors.record("Report").save(path),
    "preview.npz": lambda path: doors.record("Preview").keep(path),
}


@pytest.mark.few(3)
@pytest.mark.parametrize("name", PYTHON)
def test_python_writes_whole_files_too(light_path, name):
    if name == "preview.npz":  # takes the place of a preview only
        PYTHON[name](light_path / name)
    else:
        (light_path / name).write_bytes(MINE)
    before = tree(light_path)
    with full_disk(), pytest.raises((OSError, rs.RegimeSimError), match=name):
        PYTHON[name](light_path / name)
    assert tree(light_path) == before
    PYTHON[name](light_path / name)
    assert set(tree(light_path)) == {name} and (light_path / name).read_bytes() != MINE


def test_what_is_no_plain_file_is_written_through(light_path):
    """A rename would put a file in the place of a pipe, of a device, or of a link."""
    (light_path / "real.md").write_bytes(MINE)
    (light_path / "link.md").symlink_to("real.md")
    good("odd", "-o", light_path / "link.md")
    assert (light_path / "link.md").is_symlink() and (light_path / "real.md").read_bytes() != MINE
    os.mkfifo(light_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(
        target=lambda: read.append((light_path / "pipe").read_bytes()), daemon=True
    )
    reader.start()
    with doors.at_most(20):
        good("odd", "-o", light_path / "pipe")
    reader.join(10)
    assert read and read[0] == (light_path / "real.md").read_bytes()
    assert stat.S_ISFIFO((light_path / "pipe").lstat().st_mode)


def test_a_file_keeps_its_permissions(light_path):
    (light_path / "odd.md").write_bytes(MINE)
    (light_path / "odd.md").chmod(0o640)
    good("odd", "-o", light_path / "odd.md")
    assert stat.S_IMODE((light_path / "odd.md").stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        good("odd", "-o", light_path / "other.md")
    finally:
        os.umask(before)
    assert stat.S_IMODE((light_path / "other.md").stat().st_mode) == 0o640


# ---- advice works


def follows(text: str, **replaced: str) -> None:
    """Do what a message says between backticks: it ends well."""
    commands = doors.advised(text, **replaced)
    assert commands, f"no advice in {text!r}"
    for command in commands:
        small = [*command, *SMALL] if command[0] == "run" else command
        good(*small)


@pytest.mark.parametrize("name", ["notes.txt", "scenario.yaml", "chunks/a.txt"])
def test_replace_is_advised_only_where_it_helps(light_path, name):
    before = mine(light_path / "b", name)
    ended = inside("run", ARTICLE, *SMALL, "--out", light_path / "b")
    assert ended.status == 2
    if "--replace" in ended.err:
        good("run", ARTICLE, *SMALL, "--out", light_path / "b", "--replace")
    kept(light_path / "b", (name,))
    assert {key: value for key, value in tree(light_path / "b").items() if key in before} == before


def test_replace_replaces_another_run(light_path):
    run_folder(light_path / "b")
    ended = inside("run", "isolation", *SMALL, "--out", light_path / "b")
    assert ended.status == 2 and "--replace" in ended.err
    good("run", "isolation", *SMALL, "--out", light_path / "b", "--replace")
    assert rs.read_run(light_path / "b").scenario.id == "isolation"


@pytest.mark.parametrize("there", ["run", "batch"])
@pytest.mark.parametrize("asked", ["run", "batch"])
def test_what_a_refused_run_is_told_to_do_works(light_path, there, asked):
    folder = light_path / "b"
    run_folder(folder, "complete" if there == "run" else "batch")
    names = ("isolation",) if asked == "run" else (ARTICLE, "rents-cut")
    ended = inside("run", *names, *SMALL, "--out", folder)
    if ended.status == 0:
        return
    assert ended.status == 2
    if "--replace" in ended.err:
        good("run", *names, *SMALL, "--out", folder, "--replace")
    if (given := ended.err.partition("give --out ")[2].split()) and given[0] != "another":
        good("run", *names, *SMALL, "--out", given[0].rstrip(";,"))
    assert "--replace" in ended.err or "--out" in ended.err


@pytest.mark.few(6)
@pytest.mark.parametrize("damage", ["manifest.json", "unfinished", "nothing", "half"])
@pytest.mark.parametrize("folder", ["plain", "two words", "it's", "a;b", "$HOME"])
def test_what_a_damaged_folder_says_can_be_typed(light_path, damage, folder):
    path = light_path / folder
    if damage == "unfinished":
        run_folder(path, "unfinished")
    elif damage == "nothing":
        path.mkdir()
    else:
        run_folder(path)
        text = (path / "manifest.json").read_text()
        (path / "manifest.json").write_text(
            text.replace('"seed": 1', '"seed": 2') if damage == "manifest.json" else text[:100]
        )
    with pytest.raises(rs.RegimeSimError) as error:
        rs.read_run(path)
    if damage == "nothing" and "`" not in str(error.value):
        return
    follows(str(error.value), SCENARIO=ARTICLE)
    assert rs.read_run(path).replicates >= 8


def test_what_a_stale_page_says_works(light_path):
    for name, check, label in (("odd.md", ("odd", "--check"), "odd"),):
        path = light_path / "my pages" / name
        path.parent.mkdir()
        path.write_bytes(MINE)
        ended = inside(*check, path)
        assert ended.status == 1, label
        follows(ended.err)
        good(*check, path)


def test_what_new_says_works(light_path):
    (light_path / "my files").mkdir()
    follows(good("new", light_path / "my files" / "m.yaml", "--from", ARTICLE).out)


def test_a_held_folder_is_named_and_nothing_is_written(light_path):
    run_folder(light_path / "b")
    before = tree(light_path / "b")
    with (light_path / "b" / "lock").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for arguments in (
            ("resume", light_path / "b"),
            ("run", "isolation", *SMALL, "--out", light_path / "b", "--replace"),
        ):
            assert inside(*arguments).status == 3
    assert tree(light_path / "b") == before
