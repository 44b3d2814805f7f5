"""Built modules as files: which one a process takes, which it refuses and in what words, and that
the same sources give the same bytes.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from native_side_by_side import by, engines, runs_here
from random_scenarios import case

import regime_sim as rs
from regime_sim.engine.native import about, mark, modules
from regime_sim.engine.native.modules import ModuleRefused, engine
from regime_sim.engine.native.prior_job import draw_job
from regime_sim.engine.native.targets import NATIVE, TARGETS, WASM
from regime_sim.engine.parameter_draws import _drawn
from regime_sim.scenario.compile import compile_scenario

ROOT = Path(__file__).resolve().parent.parent
REBUILD = f"{modules.REBUILD}, {modules.OTHERWISE}"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the built modules, which this process takes its engine from."""
    folder = tmp_path / "built"
    shutil.copytree(modules.BUILT, folder)
    monkeypatch.setattr(modules, "BUILT", folder)
    monkeypatch.delenv(modules.CHOICE, raising=False)
    engine.cache_clear()
    yield folder
    engine.cache_clear()


def own_file() -> str:
    target = modules.own_target()
    return target.file if target else WASM.file


def refused(choice: str = "") -> str:
    with pytest.raises(ModuleRefused) as said:
        engine(choice)
    assert "\n" not in str(said.value)
    return str(said.value)


# ---- what ships


def test_all_modules_are_built_of_this_law_and_small() -> None:
    index = json.loads((modules.BUILT / modules.INDEX).read_text())
    assert set(index["files"]) == {target.file for target in TARGETS}
    assert index["mark"] == mark.law_mark()
    sizes = {target.file: len(modules.checked(modules.BUILT / target.file)) for target in TARGETS}
    assert sizes[WASM.file] <= 150_000 and sum(sizes.values()) <= 1_000_000, sizes


def test_only_what_is_built_and_the_index_lies_in_the_folder() -> None:
    names = {path.name for path in modules.BUILT.iterdir()}
    assert names == {modules.INDEX, *(target.file for target in TARGETS)}


@pytest.mark.slow
def test_the_same_sources_give_the_committed_bytes(tmp_path: Path) -> None:
    """With the compiler that the index names; another one may give other bytes, not other
    results.
    """
    ziglang = pytest.importorskip("ziglang")
    assert ziglang
    from regime_sim.engine.native import build

    index = json.loads((modules.BUILT / modules.INDEX).read_text())
    if index["compiler"] != f"ziglang {importlib.metadata.version('ziglang')}":
        pytest.skip(f"built with {index['compiler']}")
    build.build(tmp_path)
    for target in TARGETS:
        committed = (modules.BUILT / target.file).read_bytes()
        assert (tmp_path / target.file).read_bytes() == committed, target.file
    assert json.loads((tmp_path / modules.INDEX).read_text()) == index


# ---- which one runs


def test_the_widest_level_of_the_processor_runs() -> None:
    target = modules.own_target()
    if target is None:
        pytest.skip("no native module for this system")
    able = [level.name for level in target.levels if runs_here(level.name)]
    assert engine().name == able[-1]


def test_a_choice_is_obeyed_or_refused_by_name(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(modules.CHOICE, "wasm")
    assert engine().name == "WebAssembly"
    monkeypatch.setenv(modules.CHOICE, "x86-64-v9")
    engine.cache_clear()
    names = [level.name for level in modules.own_target().levels] if modules.own_target() else []
    expected = ", ".join([*names, "wasm"])
    assert f"no engine 'x86-64-v9' for {platform.system()} on" in refused()
    assert refused("x86-64-v9").endswith(f"expected one of {expected}")


def test_a_processor_without_a_native_module_takes_webassembly(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modules.platform, "machine", lambda: "riscv64")
    assert modules.own_target() is None and engine().name == "WebAssembly"
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    engine.cache_clear()
    said = f"no native engine is built for {platform.system()} on riscv64, and wasmtime is not"
    assert refused() == f"{said} installed: pip install wasmtime"


@pytest.mark.parametrize(
    ("system", "machine", "file"),
    [
        ("linux", "x86_64", "linux-x86_64.so"),
        ("linux", "aarch64", "linux-aarch64.so"),
        ("darwin", "arm64", "macos-aarch64.dylib"),
        ("darwin", "x86_64", "macos-x86_64.dylib"),
        ("win32", "AMD64", "windows-x86_64.dll"),
        ("win32", "ARM64", None),
        ("freebsd14", "x86_64", None),
        ("linux", "i686", None),
    ],
)
def test_each_system_has_its_file(
    system: str, machine: str, file: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modules.sys, "platform", system)
    monkeypatch.setattr(modules.platform, "machine", lambda: machine)
    target = modules.own_target()
    assert (target.file if target else None) == file
    assert file is None or file in {one.file for one in NATIVE}


def test_a_processor_without_the_level_that_is_asked_for(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regime_sim.engine.native import ctypes_driver

    target = modules.own_target()
    if target is None or len(target.levels) < 2:
        pytest.skip("one level only")
    monkeypatch.setattr(ctypes_driver.Native, "_level", staticmethod(lambda library: 1))
    assert engine().name == target.levels[0].name
    wide = target.levels[-1].name
    assert refused(wide) == f"this processor cannot run {wide}; unset {modules.CHOICE}"


# ---- what is refused


@pytest.mark.parametrize("file", [own_file(), WASM.file])
def test_a_file_that_is_not_whole_or_not_ours_is_refused(built: Path, file: str) -> None:
    choice = "wasm" if file == WASM.file else ""
    path, whole = built / file, (built / file).read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    assert refused(choice).startswith(f"{path}: ") and refused(choice).endswith(REBUILD)
    path.write_bytes(whole[:-1])
    assert refused(choice) == f"{path}: damaged or not complete; {REBUILD}"
    path.write_bytes(whole.replace(b"\x00", b"\x01", 1))
    assert refused(choice) == f"{path}: damaged or not complete; {REBUILD}"
    path.write_bytes(b"\x7fELF" + bytes(5000))
    assert refused(choice) == f"{path}: not a module of regime_sim; {REBUILD}"
    path.unlink()
    said = f"{path}: no such module; {REBUILD}"
    assert refused(choice) == said
    path.write_bytes(whole)
    assert engine(choice).name


def test_a_module_without_an_index_is_refused(built: Path) -> None:
    (built / modules.INDEX).unlink()
    assert refused() == f"{built / own_file()}: damaged or not complete; {REBUILD}"


def test_a_module_of_another_law_is_refused(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modules, "law_mark", lambda: "ab" * 32)
    said = f"built from another law; {REBUILD}"
    assert refused() == f"{built / own_file()}: {said}"


def test_what_a_module_says_of_itself() -> None:
    said = about.read((modules.BUILT / WASM.file).read_bytes())
    assert said and said.mark == mark.law_mark()
    assert about.read(b"") is None and about.read(about.BEGINS + b"}") is None
    assert about.read(about.BEGINS + b"}\0") is None


# ---- the mark


def package_copy(folder: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", "seeds", "scenarios", "dashboard")
    shutil.copytree(ROOT / "regime_sim", folder / "regime_sim", ignore=ignore)
    for name in ("seeds", "scenarios"):
        (folder / name).symlink_to(ROOT / name)
    return folder / "regime_sim"


def told(folder: Path, code: str) -> str:
    """The last line that a process says whose package is the copy in `folder`."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
    lines = (run.stdout or run.stderr).strip().splitlines()
    return lines[-1] if lines else ""


MARK = "from regime_sim.engine.native.mark import law_mark; print(law_mark())"
RESULT = """
import hashlib, sys
import regime_sim as rs
from native_side_by_side import by
from regime_sim.engine.native.modules import engine
from regime_sim.scenario.compile import compile_scenario
compiled = compile_scenario(rs.load("venezuela-2025").with_(generals=24, horizon=30))
print(hashlib.sha256(repr(sorted(by(engine(), compiled, 1, 0, 8).items())).encode()).hexdigest())
"""


def test_the_mark_in_the_index_is_that_of_the_files() -> None:
    assert mark.law_mark() == mark.computed_mark()


@pytest.mark.slow
def test_comments_docstrings_and_layout_leave_the_mark_alone(tmp_path: Path) -> None:
    """And any change of the law, the engine or the names of the tables' numbers does not."""
    package = package_copy(tmp_path)
    assert told(tmp_path, MARK) == mark.law_mark()
    kept = {
        "law/coup.py": ('"""Launches a year', '"""Launches, a year'),
        "law/street.py": ("\ndef ", "\n# a comment\n\n\ndef "),
        "engine/native/engine.c": ("/* The engine: world", "/*  A  comment:  world"),
        "engine/native/quantiles.py": (
            "(u: float, a: float, b: float, c: float)",
            "(\n    u: float, a: float,\n    b: float, c: float\n)",
        ),
        "facts/table.py": ("how the number of generals", "by how much the number"),
    }
    moved = {
        "law/coup.py": ("1.0 + saturation * y", "1.0 + 1.0000001 * saturation * y"),
        "law/chance.py": ("LADDER = 2", "LADDER = 3"),
        "engine/native/engine.c": ("0x1p-18", "0x1p-19"),
        "engine/native/expressions.py": ('ast.Add: "+"', 'ast.Add: "-"'),
        "engine/native/targets.py": ('"-O3"', '"-O1"'),
        "engine/records.py": ("FIXED_POINT = 4294967296.0", "FIXED_POINT = 2147483648.0"),
        "engine/draws.py": ("ROUNDS = 10", "ROUNDS = 9"),
    }
    for edits, same in ((kept, True), (moved, False)):
        for name, (old, new) in edits.items():
            path = package / name
            text = path.read_text(encoding="utf-8")
            assert old in text, (name, old)
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            assert (told(tmp_path, MARK) == mark.law_mark()) is same, (name, old)
            path.write_text(text, encoding="utf-8")


def test_an_edit_of_the_law_is_refused_and_after_a_build_changes_the_numbers(
    tmp_path: Path,
) -> None:
    pytest.importorskip("ziglang", reason="building needs ziglang")
    package = package_copy(tmp_path)
    for name in ("native_side_by_side.py",):
        shutil.copy(Path(__file__).parent / name, tmp_path)
    before = told(tmp_path, RESULT)
    assert len(before) == 64
    path = package / "law" / "arithmetic.py"
    text = path.read_text(encoding="utf-8")
    assert "x * 0.03125" in text
    path.write_text(text.replace("x * 0.03125", "x * 0.02"), encoding="utf-8")
    assert "built from another law" in told(tmp_path, RESULT)
    own = "[t for t in TARGETS if t.file == modules.own_target().file]"
    here = (
        "from regime_sim.engine.native import build, modules\n"
        "from regime_sim.engine.native.targets import TARGETS\n"
        f"build.build(targets={own})"
    )
    assert told(tmp_path, here) == ""
    after = told(tmp_path, RESULT)
    assert len(after) == 64 and after != before
    path.write_text(text, encoding="utf-8")
    assert "built from another law" in told(tmp_path, RESULT)


# ---- draws of the priors


@pytest.mark.parametrize("name", engines())
def test_draws_of_the_priors_have_the_bits_of_those_over_arrays(name: str) -> None:
    scenarios = [rs.load("venezuela-2025"), rs.load("belarus-2026")]
    compiled = [compile_scenario(one) for one in scenarios] + [case(k).compiled for k in range(25)]
    for one in compiled:
        job = draw_job(one, 2**63 + 5, 3, 40)
        engine(name).draw(job)
        x, p = _drawn(one, 2**63 + 5, range(3, 43))
        assert (
            job.outputs["x"].tobytes() == x.tobytes() and job.outputs["p"].tobytes() == p.tobytes()
        )


def test_a_block_after_a_draw_is_a_block_without(built: Path) -> None:
    """The one memory of a WebAssembly module serves jobs of any kind and size, one after
    another.
    """
    large, small = case(3).compiled, compile_scenario(rs.load("libya-2011").with_(generals=64))
    alone = by(engine("wasm"), small, 1, 0, 6)
    engine.cache_clear()
    one = engine("wasm")
    for _ in range(2):
        by(one, large, 5, 0, 9)
        one.draw(draw_job(large, 1, 0, 64))
        assert by(one, small, 1, 0, 6) == alone
    assert np.frombuffer(alone["counts"], np.int64)[0] == 6
