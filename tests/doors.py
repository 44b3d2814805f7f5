"""The doors through which the tests of loss, of export, of travel and of odd values go in: the
command line in this process or in its own, small scenarios, one of every public record, a tree of
files by hash. Tests nothing.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import io
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import regime_sim as rs
from regime_sim.facts.outcomes import OBSERVABLES

ROOT = Path(__file__).resolve().parent.parent
DASHBOARD = ROOT / "dashboard" / "app.py"
MODULE = "regime_sim.cli"
_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
SMALL = ("--replicates", "8", "--horizon", "4", "--generals", "8", "--workers", "1")
ARTICLE = "venezuela-2025"
TEXT = f"schema: 1\nid: {{id}}\nextends: {ARTICLE}\nhorizon: 4\ngiven: {{{{generals.number: 8}}}}\n"
RANGES = {known.name: (known.low, known.high) for known in OBSERVABLES}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


class TooLong(AssertionError):
    """Something did not come to an end in the time that it had."""


# ---- the command line


def argv(*arguments: object) -> list[str]:
    """The command that a user types, as a list for a process."""
    return [sys.executable, "-m", MODULE, *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def process(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    settings: dict[str, Any] = {
        "capture_output": True,
        "text": True,
        "timeout": 120,
        "env": environment(),
    }
    return subprocess.run(argv(*arguments), check=False, **(settings | options))


def inside(*arguments: object, out: Any = None) -> Ended:
    """The command in this process. What is raised beside its end reaches the caller: it is a
    traceback to a user.
    """
    from regime_sim.cli import main

    said, complained = io.StringIO() if out is None else out, io.StringIO()
    before = sys.argv
    sys.argv = ["regime-sim", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
            main()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        return Ended(status, said.getvalue() if out is None else "", complained.getvalue())
    finally:
        sys.argv = before
    raise AssertionError("the command returned without a status")


def good(*arguments: object) -> Ended:
    """The command, which is to end well."""
    ended = inside(*arguments)
    assert ended.status == 0, ended.err
    return ended


@functools.cache
def _pattern(kind: str) -> Path:
    """A run folder of each kind, made once for all tests and copied from then on."""
    folder = Path(tempfile.mkdtemp(prefix="regime_sim-", dir=_MEMORY)) / "run"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    if kind == "unfinished":
        cancel = threading.Event()
        cancel.set()
        with contextlib.suppress(rs.RegimeSimError):
            rs.simulate(small(), 8, workers=1, out=folder, cancel=cancel)
    else:
        names = (ARTICLE, "isolation") if kind == "batch" else (ARTICLE,)
        good("run", *names, *SMALL, "--format", "csv", "--out", folder)
    return folder


def run_folder(folder: Path, kind: str = "complete") -> Path:
    """A run folder: complete, a batch of two, or unfinished, with nothing but its plan."""
    shutil.copytree(_pattern(kind), folder)
    assert (folder / ("batch.json" if kind == "batch" else "manifest.json")).is_file()
    return folder


def advised(text: str, **replaced: str) -> list[list[str]]:
    """The commands between backticks in a message, as a shell reads them, with words such as
    SCENARIO replaced.
    """
    found = []
    for words in map(shlex.split, re.findall(r"`regime-sim ([^`]*)`", text)):
        found.append([replaced.get(word.rstrip("."), word) for word in words])
    return found


# ---- files


def tree(folder: Path) -> dict[str, str]:
    """Everything below a folder by its name: what a file holds, where a link leads, that a folder
    is one.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_dir():
            found[name] = "folder"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = "neither file nor folder"
    return found


def scenario_file(path: Path, name: str = "mine", more: str = "") -> Path:
    """A small scenario file of the user's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT.format(id=name) + more, encoding="utf-8")
    return path


@contextlib.contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """Work in this folder for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TooLong in the main thread after so many seconds; the time limit of the whole test,
    which uses the same clock, goes on afterwards.
    """

    def end(_: int, __: FrameType | None) -> None:
        raise TooLong(f"no end after {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, end)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    begin = time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(0.01, left - (time.monotonic() - begin)))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(seconds: float, done: Callable[[], bool]) -> bool:
    """Whether something comes true within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.05)
    return done()


# ---- scenarios and records


def small(horizon: int = 6, generals: int = 8, name: str = ARTICLE) -> rs.Scenario:
    """A shipped scenario that runs in no time."""
    return rs.load(name).with_(horizon=horizon, generals=generals)


def armed() -> rs.Scenario:
    """A scenario with arms, claims, a question and sources of its own."""
    return rs.loads(
        TEXT.format(id="armed") + "levers: {rents: {value: 0.5, source: note}}\n"
        "sources: {note: {cite: a note of mine}}\n"
        "compare: {arms: [{id: cut, set: {rents: 0.1}},"
        " {id: apart, set: {foreign_support: 0.1}}]}\n"
        "checks: [{it: he may go, expect: {leader_out: 0 to 1}}]\n"
        "resolve: {question: Is he out?, by: 2026-12-31}\n"
    )


def _story() -> Any:
    return rs.story(small(), seed=3, replicate=2)


def _comparisons() -> Any:
    cut = small().vary(rents=0.1)
    return rs.compare(small(), cut, cut.vary(foreign_support=0.1), replicates=16)


MAKERS: Mapping[str, Callable[[], Any]] = {
    "Scenario": armed,
    "Ensemble": lambda: rs.simulate(small(), 32),
    "Ensemble that was read": lambda: _read(),
    "Comparison": lambda: rs.compare(small(), small().vary(rents=0.1), replicates=32),
    "Comparisons": _comparisons,
    "Attribution": lambda: rs.attribute(small(), {"rents": 0.1, "exile.offer": 0.5}, replicates=32),
    "Sweep": lambda: rs.sweep(small(), rents=(0.2, 0.8), replicates=16, corps=8),
    "Sensitivity": lambda: rs.sensitivity(small(), points=8, replicates=12, corps=8),
    "Tipping": lambda: rs.tipping(small(), over=["rents"], replicates=256, corps=8),
    "Discovery": lambda: rs.discover(small(horizon=20), replicates=2048, corps=8),
    "Ways": lambda: rs.ways(small(), 64, corps=8),
    "Claim": lambda: rs.claim(draws=16, inner=2, corps=8, weeks=6),
    "Backtest": lambda: _backtest(),
    "Story": _story,
    "Animation": lambda: _story().animation(),
    "Report": lambda: rs.report(rs.simulate(small(), 16), history=False),
    "Citation": lambda: rs.cite(armed()),
    "Preview": lambda: rs.preview(small(4), 32, 16, held=4, exact=16, corps=8),
    "Figure": lambda: rs.simulate(small(), 32).plot("survival"),
    "Estimate": lambda: rs.simulate(small(), 32).out(),
    "Spread": lambda: rs.simulate(small(), 32).spread(),
    "Frequencies": lambda: rs.simulate(small(), 32).frequencies(),
    "Curve": lambda: rs.simulate(small(), 32).survival_curve(),
    "Parameter": lambda: rs.PARAMETERS["coup.success_odds"],
    "Lever": lambda: rs.LEVERS["rents"],
    "Event": lambda: next(iter(rs.EVENTS.values())),
    "source": lambda: rs.source(next(iter(small().sources()))),
    "PARAMETERS": lambda: rs.PARAMETERS,
    "LEVERS": lambda: rs.LEVERS,
    "EVENTS": lambda: rs.EVENTS,
    "levers": lambda: rs.levers(),
    "scenarios": lambda: rs.scenarios(),
}


@functools.cache
def record(name: str) -> Any:
    """One of every public record, made once."""
    return MAKERS[name]()


def _read() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        rs.simulate(small(), 16, workers=1, out=Path(folder) / "run")
        return rs.read_run(Path(folder) / "run")


def cases_file(path: Path, number: int = 4) -> Path:
    """The first shipped cases, or so many of them, as a file."""
    lines = (ROOT / "seeds" / "cases.csv").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[: number + 1]) + "\n", encoding="utf-8")
    return path


def _backtest() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        return rs.backtest(cases_file(Path(folder) / "few.csv"), replicates=16, corps=8)


def said(one: Any) -> Any:
    """What a record says, in a form that can be compared: its digest, its rows, its document, else
    itself as text.
    """
    for name in ("digest", "rows", "to_document", "html", "page", "to_yaml"):
        if callable(getattr(one, name, None)):
            return repr(getattr(one, name)())
    return (
        str(one)
        if not isinstance(one, Mapping)
        else {key: str(value) for key, value in one.items()}
    )
