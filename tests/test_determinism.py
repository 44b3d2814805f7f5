"""The same numbers whatever the threads, chunks, cache, processor target and Python; and another
kernel as soon as the law is another.

What has to compile runs in processes of its own, which are started first and waited for last.
"""

from __future__ import annotations

import ast
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from renew_golden import GOLDEN, SEED, pinned

import regime_sim as rs
from regime_sim.engine import compiled_law
from regime_sim.ensemble import blocks as room
from regime_sim.ensemble.futures import ARRAYS
from regime_sim.errors import Cancelled
from regime_sim.runs import refine

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "regime_sim"
REPLICATES = 200
ROWS = [name for name, (_, shape) in ARRAYS.items() if shape == "n"]
WEEKLY = [name for name in ARRAYS if name not in ROWS]
PRINT_DIGEST = f"""
import json, sys
import regime_sim as rs
from regime_sim.engine import compiled_law
digest = rs.simulate(rs.load("venezuela-2026").with_(generals=40), {REPLICATES}, seed=5).digest()
cache = str(compiled_law.cache_folder())
print(json.dumps([digest, cache, rs.__file__, list(sys.version_info[:2])]))
"""


@functools.cache
def scenario() -> rs.Scenario:
    return rs.load("venezuela-2026").with_(generals=40)


@functools.cache
def digest() -> str:
    """What every way of running the scenario must give."""
    return rs.simulate(scenario(), REPLICATES, seed=5, workers=1).digest()


# ---- what has to compile, in the background

EDITED = ("law/arithmetic.py", r"0\.03125", "0.0315")
BACKGROUND = {
    "test_a_generic_processor_gives_the_same_digest": lambda folder: start(
        NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES=""
    ),
    "test_an_edited_law_is_another_kernel": lambda folder: start(
        copied(folder, EDITED), REGIME_SIM_CACHE=str(folder / "cache")
    ),
}


def start(root: Path = ROOT, **environment: str) -> subprocess.Popen[str]:
    """Start a process that runs the scenario from the package under `root` and prints its
    digest.
    """
    env = os.environ | {"PYTHONPATH": str(root)} | environment
    return subprocess.Popen(
        [sys.executable, "-c", PRINT_DIGEST],
        env=env,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[str, str, str]:
    """Its digest, the folder of its compiled code, and where its package lies."""
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    digest_, folder, place, _ = json.loads(out)
    return digest_, folder, place


def copied(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """A copy of the checkout's package, scenarios and seeds with these edits (file, what is found
    once, what takes its place).
    """
    root = folder / "checkout"
    for name in ("regime_sim", "scenarios", "seeds"):
        if not (root / name).exists():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file, found, instead in edits:
        path = root / "regime_sim" / file
        text, times = re.subn(found, instead, path.read_text(encoding="utf-8"))
        assert times == 1, f"{file}: {found} found {times} times"
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module", autouse=True)
def started(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """The processes that the selected tests of this file wait for."""
    wanted = {item.name for item in request.session.items} & set(BACKGROUND)
    running = {name: BACKGROUND[name](tmp_path_factory.mktemp("edited")) for name in sorted(wanted)}
    yield running
    for process in running.values():
        if process.poll() is None:
            process.kill()
            process.communicate()


# ---- threads, chunks, order


@pytest.mark.parametrize("workers", [1, 2, 8])
@pytest.mark.parametrize("chunk", [7, 16, 100, 1000])
def test_threads_and_chunks_do_not_show(workers, chunk, monkeypatch):
    monkeypatch.setattr(room, "BLOCK", chunk)
    assert rs.simulate(scenario(), REPLICATES, seed=5, workers=workers).digest() == digest()


def test_another_seed_shows():
    assert rs.simulate(scenario(), REPLICATES, seed=6).digest() != digest()


def test_two_sessions_at_once_do_not_disturb_each_other():
    found: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(
                rs.simulate(scenario(), REPLICATES, seed=5, workers=2).digest()
            )
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [digest()] * 4


def test_parts_are_the_whole():
    """Any stretch of replicates is that stretch of a longer run, and weekly counts add up."""
    whole, first, rest = (
        rs.simulate(scenario(), number, seed=5, first=begin)
        for begin, number in ((0, REPLICATES), (0, 77), (77, REPLICATES - 77))
    )
    for name in ROWS:
        assert (
            np.concatenate([getattr(first, name), getattr(rest, name)]) == getattr(whole, name)
        ).all()
    for name in WEEKLY:
        assert (getattr(first, name) + getattr(rest, name) == getattr(whole, name)).all()


def test_refining_is_running_at_once():
    steps = (5, 64, 130, REPLICATES)
    grown = list(refine(scenario(), steps, seed=5))
    assert [one.replicates for one in grown] == list(steps)
    for step, one in zip(steps, grown, strict=True):
        assert one.digest() == rs.simulate(scenario(), step, seed=5).digest()


# ---- cancelling and progress


def test_progress_is_told_to_the_end():
    for engine, number in (("kernel", 300), ("mesa", 3)):
        told: list[tuple[int, int]] = []
        rs.simulate(
            scenario(),
            number,
            engine=engine,
            on_progress=lambda done, total: told.append((done, total)),
        )
        assert (
            told[-1] == (number, number)
            and told == sorted(told)
            and {total for _, total in told} == {number}
        )


@pytest.mark.parametrize("workers", [1, 2])
def test_cancelling_is_quick(workers):
    """At the full corps, from another thread, in the middle of a run that would take a minute."""
    cancel, moment = threading.Event(), [0.0]

    def stop() -> None:
        moment[0] = time.perf_counter()
        cancel.set()

    timer = threading.Timer(0.4, stop)
    timer.start()
    with pytest.raises(Cancelled, match="of 100000 replicates"):
        rs.simulate(rs.load("venezuela-2025"), 100_000, workers=workers, cancel=cancel)
    assert time.perf_counter() - moment[0] < 2.0


def test_cancelled_beforehand_and_errors_of_the_listener_come_through():
    cancel = threading.Event()
    cancel.set()
    for engine in ("kernel", "mesa"):
        with pytest.raises(Cancelled):
            rs.simulate(scenario(), 10_000, engine=engine, cancel=cancel)

    def listener(done: int, total: int) -> None:
        raise KeyError("from the listener")

    with pytest.raises(KeyError, match="from the listener"):
        rs.simulate(scenario(), 10_000, workers=2, on_progress=listener)


# ---- pinned


def test_golden_digests():
    held = json.loads(GOLDEN.read_text(encoding="utf-8"))
    digests, out = pinned()
    assert held["seed"] == SEED and out == held["out"]
    assert digests == held["sha256"], "changed on purpose? regime-sim renew golden"


# ---- the sources


def test_every_source_of_the_kernel_keys_the_cache(tmp_path, monkeypatch):
    """A changed byte in any file of the law or the engine that the kernel is made of is another
    folder of compiled code.
    """
    monkeypatch.setenv("REGIME_SIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(compiled_law, "PACKAGE", copied(tmp_path) / "regime_sim")
    own, seen = compiled_law.cache_folder().name, set()
    sources = kernel_sources(compiled_law.PACKAGE)
    rooms = {path: path.relative_to(compiled_law.PACKAGE).parts[0] for path in sources}
    assert set(rooms.values()) <= {"law", "engine", "facts"}
    compiled = sorted(path for path, room_ in rooms.items() if room_ != "facts")
    for path in compiled:
        text = path.read_bytes()
        path.write_bytes(text + b"\n")
        seen.add(compiled_law.cache_folder().name)
        path.write_bytes(text)
        assert compiled_law.cache_folder().name == own
    assert len(seen) == len(compiled) > 20 and own not in seen


def test_tables_reach_the_kernel_as_data():
    """Numbers of the tables are arguments of the kernel. Which rows there are, and in what order,
    is part of its arguments' type: Numba's own key.
    """
    import numba

    from regime_sim.engine.records import INPUT_DTYPE, STRUCTURAL_DTYPE

    for dtype in (INPUT_DTYPE, STRUCTURAL_DTYPE):
        names = list(dtype.names or ())
        for other in (names[1:] + names[:1], names[:-1], [*names, "another"]):
            assert numba.from_dtype(
                np.dtype([(name, np.float64) for name in other])
            ) != numba.from_dtype(dtype)


def kernel_sources(package: Path) -> set[Path]:
    """The kernel's file and every file of the package that it imports, and they import, in turn;
    the law as a whole, for the kernel compiles it.
    """
    found: set[Path] = set()
    open_ = [package / "engine" / "kernel.py", *(package / "law").glob("*.py")]
    while open_:
        path = open_.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
                open_ += [
                    base.with_suffix(".py"),
                    *(base / f"{alias.name}.py" for alias in node.names),
                ]
    return found


def _calls(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Name and keywords of every call, without keywords that are plainly False."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = (
                node.func.id
                if isinstance(node.func, ast.Name)
                else node.func.attr
                if isinstance(node.func, ast.Attribute)
                else ""
            )
            off = [
                keyword
                for keyword in node.keywords
                if isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            ]
            yield name, [keyword.arg or "" for keyword in node.keywords if keyword not in off]


def test_nothing_that_would_break_equality_or_trust():
    """No fastmath, no parallel=True, no prange; no pickle, eval or exec anywhere in the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, keywords in _calls(tree):
            assert not {"fastmath", "parallel", "allow_pickle"} & set(keywords), (
                f"{path.name}: {name}({keywords})"
            )
            assert name not in ("prange", "vectorize", "guvectorize"), f"{path.name}: {name}"
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in (
                    "eval",
                    "exec",
                    "__import__",
                ), f"{path.name}:{node.lineno}"
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {name.split(".")[0] for name in names} & {
                "pickle",
                "cPickle",
                "dill",
                "cloudpickle",
                "shelve",
                "marshal",
                "random",
                "secrets",
            }, f"{path.name}: {names}"


# ---- what was started first


def test_a_generic_processor_gives_the_same_digest(started):
    """Compiled for plain SSE2, without wider vectors or fused operations. Its code is kept in the
    usual cache, so that only the first run compiles.
    """
    assert finish(started["test_a_generic_processor_gives_the_same_digest"])[0] == digest()


def test_an_edited_law_is_another_kernel(started, tmp_path):
    """A constant of the law, in a file that the kernel only imports, is edited in a copy: other
    numbers, other folder of compiled code.
    """
    found, folder, place = finish(started["test_an_edited_law_is_another_kernel"])
    assert Path(place).parent != PACKAGE and Path(folder).name != compiled_law.cache_folder().name
    assert found != digest()


# ---- slow: everything that compiles more than once

EDITS = {
    "law/arithmetic.py": (r"0\.03125", "0.0315"),
    "law/street.py": (r"\(0\.5 \+ proofing\)", "(0.51 + proofing)"),
    "law/opinion.py": (r"return log\(1\.0 \+ dead\)", "return log(1.001 + dead)"),
    "law/chance.py": (r"(?m)^MOOD = 9\b", "MOOD = 31"),
    "engine/draws.py": (r"(?m)^ROUNDS = 10\b", "ROUNDS = 9"),
    "facts/table.py": (r'(s\("patrons\.speed", (?:[^,]+, ){4})[\d.]+', r"\g<1>0.0611"),
}


@pytest.mark.slow
def test_a_cold_cache_a_warm_one_and_none(tmp_path):
    """Cold, warm, and a cache that cannot be written: one digest; the second run compiles
    nothing.
    """
    cache = tmp_path / "cache"
    cold = finish(start(REGIME_SIM_CACHE=str(cache)))
    files = sorted(path.name for path in cache.rglob("*"))
    begin = time.perf_counter()
    warm = finish(start(REGIME_SIM_CACHE=str(cache)))
    took = time.perf_counter() - begin
    assert cold[0] == warm[0] == digest() and Path(cold[1]).is_relative_to(cache)
    assert took < 10.0 and sorted(path.name for path in cache.rglob("*")) == files
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    none = finish(start(REGIME_SIM_CACHE=str(blocked)))
    assert none[0] == digest() and not Path(none[1]).is_relative_to(blocked)


@pytest.mark.slow
def test_each_edit_is_seen_by_the_next_process(tmp_path):
    """One place, one cache, and the file edited between two processes, as it happens at work: the
    old code must never be run again.
    """
    cache = {"REGIME_SIM_CACHE": str(tmp_path / "cache")}
    seen = {"": finish(start(copied(tmp_path), **cache))[:2]}
    assert seen[""][0] == digest()
    for file, (found, instead) in EDITS.items():
        path = tmp_path / "checkout" / "regime_sim" / file
        text = path.read_text(encoding="utf-8")
        seen[file] = finish(start(copied(tmp_path, (file, found, instead)), **cache))[:2]
        path.write_text(text, encoding="utf-8")
    assert len({one for one, _ in seen.values()}) == len(EDITS) + 1
    assert len(
        {folder for file, (_, folder) in seen.items() if not file.startswith("facts")}
    ) == len(EDITS)
    assert finish(start(copied(tmp_path), **cache))[0] == digest()


def _works(python: str) -> bool:
    try:
        return (
            subprocess.run(
                [python, "-c", "pass"], check=False, capture_output=True, timeout=30
            ).returncode
            == 0
        )
    except OSError:
        return False


def _other_python() -> tuple[str, str]:
    """The other of 3.12 and 3.13, if it is on this machine: its version and its program ("" if
    there is none).
    """
    other = "3.12" if sys.version_info[:2] == (3, 13) else "3.13"
    places = [
        shutil.which(f"python{other}") or "",
        *map(
            str, sorted((Path.home() / ".pyenv" / "versions").glob(f"{other}*/bin/python{other}"))
        ),
    ]
    asked = subprocess.run(
        ["uv", "python", "find", "--no-python-downloads", other],
        check=False,
        capture_output=True,
        text=True,
    )
    return other, next(
        (place for place in [asked.stdout.strip(), *places] if place and _works(place)), ""
    )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not on the path")
def test_the_other_python_gives_the_same_digest():
    other, python = _other_python()
    if not python:
        pytest.skip(f"Python {other} is not on this machine")
    needs = [
        word
        for name in ("numpy", "numba", "scipy", "pandas", "pydantic", "ruamel.yaml")
        for word in ("--with", f"{name}=={version(name)}")
    ]
    command = [
        "uv",
        "run",
        "--isolated",
        "--no-project",
        "--python",
        python,
        *needs,
        "python",
        "-c",
        PRINT_DIGEST,
    ]
    ended = subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
        timeout=900,
    )
    if ended.returncode != 0 and "regime_sim" not in ended.stderr:
        pytest.skip(
            f"Python {other} could not be made ready: {ended.stderr.strip().splitlines()[-1]}"
        )
    assert ended.returncode == 0, ended.stderr
    found, _, _, running = json.loads(ended.stdout)
    assert running == [int(part) for part in other.split(".")] and found == digest()
