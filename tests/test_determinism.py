"""The same numbers whatever the threads, chunks, built module and Python; and a module of another
law is refused until it is built again.

What needs a process of its own is started first and waited for last.
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
from native_side_by_side import rebuilt
from renew_golden import GOLDEN, SEED, pinned

import regime_sim as rs
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
from regime_sim.engine.native.modules import engine
digest = rs.simulate(rs.load("venezuela-2026").with_(generals=40), {REPLICATES}, seed=5).digest()
print(json.dumps([digest, engine().name, rs.__file__, list(sys.version_info[:2])]))
"""


@functools.cache
def scenario() -> rs.Scenario:
    return rs.load("venezuela-2026").with_(generals=40)


@functools.cache
def digest() -> str:
    """What every way of running the scenario must give."""
    return rs.simulate(scenario(), REPLICATES, seed=5, workers=1).digest()


# ---- what needs a process of its own, in the background

EDITED = ("law/arithmetic.py", r"0\.03125", "0.0315")
BACKGROUND = {
    "test_webassembly_gives_the_same_digest": lambda folder: start(REGIME_SIM_ENGINE="wasm"),
    "test_an_edited_law_is_refused": lambda folder: start(copied(folder, EDITED)),
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
    """Its digest, what it ran on, and where its package lies."""
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    digest_, engine, place, _ = json.loads(out)
    return digest_, engine, place


def refused(process: subprocess.Popen[str]) -> bool:
    """Whether it ended by the refusal of a module of another law."""
    _, err = process.communicate(timeout=600)
    return process.returncode != 0 and "built from another law" in err.splitlines()[-1]


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
@pytest.mark.parametrize("large", [{}, {"generals": 20_000, "horizon": 520}])
def test_cancelling_is_quick(workers, large):
    """From another thread, in the middle of a run that would take a minute: a tenth of a second on
    a machine that does nothing else. A block of the large futures would take some seconds.
    """
    cancel, moment = threading.Event(), [0.0]

    def stop() -> None:
        moment[0] = time.perf_counter()
        cancel.set()

    timer = threading.Timer(0.4, stop)
    timer.start()
    with pytest.raises(Cancelled, match="of 100000 replicates"):
        rs.simulate(rs.load("no-pressure").with_(**large), 100_000, workers=workers, cancel=cancel)
    assert time.perf_counter() - moment[0] < 1.0


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
    """No pickle, eval or exec anywhere in the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, keywords in _calls(tree):
            assert "allow_pickle" not in keywords, f"{path.name}: {name}({keywords})"
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


def test_webassembly_gives_the_same_digest(started):
    found = finish(started["test_webassembly_gives_the_same_digest"])
    assert found[:2] == (digest(), "WebAssembly")


def test_an_edited_law_is_refused(started):
    """A constant of the law is edited in a copy: its built modules are of another law."""
    assert refused(started["test_an_edited_law_is_refused"])


# ---- slow: everything that is built again

EDITS = {
    "law/arithmetic.py": (r"0\.03125", "0.0315"),
    "law/street.py": (r"\(0\.5 \+ proofing\)", "(0.51 + proofing)"),
    "law/opinion.py": (r"return log\(1\.0 \+ dead\)", "return log(1.001 + dead)"),
    "law/chance.py": (r"(?m)^MOOD = 9\b", "MOOD = 31"),
    "engine/draws.py": (r"(?m)^ROUNDS = 10\b", "ROUNDS = 9"),
    "facts/table.py": (r'(row\("patrons\.speed", (?:[^,]+, ){4})[\d.]+', r"\g<1>0.0611"),
}


@pytest.mark.slow
def test_each_edit_is_refused_until_its_module_is_built(tmp_path):
    """One place, and a file edited between two processes, as it happens at work: the old module
    must never run. A number of the tables reaches it as data.
    """
    seen = {"": finish(start(copied(tmp_path)))[0]}
    assert seen[""] == digest()
    for file, (found, instead) in EDITS.items():
        path = tmp_path / "checkout" / "regime_sim" / file
        text = path.read_text(encoding="utf-8")
        root = copied(tmp_path, (file, found, instead))
        if not file.startswith("facts"):
            assert refused(start(root)), file
            rebuilt(root)
        seen[file] = finish(start(root))[0]
        path.write_text(text, encoding="utf-8")
    assert len(set(seen.values())) == len(EDITS) + 1
    rebuilt(root)
    assert finish(start(root))[0] == digest()


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
        for name in ("numpy", "wasmtime", "scipy", "pandas", "pydantic", "ruamel.yaml")
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
