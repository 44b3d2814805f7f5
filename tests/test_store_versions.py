"""A run folder between two versions of the package: one with the same mark of the model finishes
it to the same bytes; one with another law is refused, with advice that works.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from broken_off import files
from test_provenance import edit, move_logistic

from regime_sim.provenance import PACKAGE
from regime_sim.store.manifest import chunk_path, manifest_in, plan_in, rendered

RUN = ("--replicates", 6, "--chunk", 2, "--seed", 3, "--generals", 8, "--horizon", 4)


def version(place: Path) -> Path:
    """A copy of the package as it is."""
    ignored = shutil.ignore_patterns("__pycache__", "seeds", "scenarios", "dashboard")
    shutil.copytree(PACKAGE, place / "regime_sim", ignore=ignored)
    for name in ("seeds", "scenarios", "schema"):
        shutil.copytree(PACKAGE.parent / name, place / name)
    return place


def by(place: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command line of that version. The readable engine compiles nothing."""
    return subprocess.run(
        [sys.executable, "-m", "regime_sim.cli", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(place), "XDG_CACHE_HOME": str(place / "cache")},
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
    )


def unfinished(whole: Path, folder: Path) -> Path:
    """A copy of a complete folder as it was after its first chunk."""
    shutil.copytree(whole, folder)
    manifest, plan = manifest_in(folder), plan_in(folder)
    assert manifest is not None and plan is not None
    for path in (chunk_path(folder, 1), chunk_path(folder, 2), *folder.glob("*.parquet")):
        path.unlink()
    (folder / "result.json").unlink()
    bare = plan.document | {"key": plan.key, "versions": manifest["versions"], "complete": False}
    (folder / "manifest.json").write_bytes(rendered(bare))
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete folder, made by the package as it is."""
    place = version(tmp_path_factory.mktemp("made"))
    folder = place / "run"
    ended = by(place, "run", "venezuela-2025", *RUN, "--engine", "mesa", "--out", folder)
    assert ended.returncode == 0, ended.stderr
    return folder


def test_words_and_moved_functions_between_start_and_resume_change_no_byte(
    whole: Path, tmp_path: Path
) -> None:
    place = version(tmp_path / "later")
    package = place / "regime_sim"
    move_logistic(package)
    edit(package / "law" / "coup.py", '"""', '"""Other words. ')
    edit(package / "store" / "folder.py", '"""', '"""Other words. ')
    edit(package / "cli" / "options.py", 'help="', 'help="Other words. ')
    edit(package / "ensemble" / "blocks.py", "\n\n\n", "\n\n\n# a comment\n\n\n")
    folder = unfinished(whole, tmp_path / "run")
    ended = by(place, "resume", folder)
    assert ended.returncode == 0, ended.stderr
    assert files(folder) == files(whole)


def test_another_law_is_refused_with_advice_that_works(whole: Path, tmp_path: Path) -> None:
    place = version(tmp_path / "later")
    edit(place / "regime_sim" / "law" / "arithmetic.py", "0.5", "0.6")
    folder = unfinished(whole, tmp_path / "run")
    before = files(folder)
    ended = by(place, "resume", folder)
    assert ended.returncode == 2
    assert (
        f"{folder} was started with a different version of the model; `regime-sim" in ended.stderr
    )
    assert files(folder) == before
    advice = ended.stderr.split("`regime-sim ")[1].split("`")[0].split()
    ended = by(place, *advice)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "run-rerun" / "result.json").is_file()
