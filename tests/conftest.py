"""What every test may ask for: the command line run in this process or in its own, and the root of
the checkout.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from broken_off import light_folder

from regime_sim.engine.native import about, modules

# in the background of a shell, under nohup or cron an interrupt is ignored, by children too, and
# tests that send one would wait for ever
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# where coverage is measured and mutants are tried: no clock, the same examples each time
hypothesis.settings.register_profile("plain", deadline=None, derandomize=True)
if "MUTANTS" in os.environ:  # set by tools/mutation.py
    hypothesis.settings.load_profile("plain")
    # a mutant meets the built engine of the law as it was, and is not just refused by its mark
    held = about.read((modules.BUILT / modules.WASM.file).read_bytes())
    assert held is not None
    modules.law_mark = lambda: held.mark

MAIN = sys.modules["__main__"]
CORES = 4  # at most: each process of the tests holds some hundred megabytes
SLOW_LIMIT = 1800  # seconds


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """The default suite is shared out among the cores, a file as a whole to one; single files, the
    slow tests, which want the whole machine, and whatever asks for something else run in this
    process.
    """
    option = config.option
    if (
        config.pluginmanager.hasplugin("xdist")
        and not hasattr(config, "workerinput")
        and option.numprocesses is None
        and (option.dist, option.tx) == ("no", [])
        and option.markexpr == "not slow"
        and not (option.usepdb or option.collectonly or option.capture == "no")
        and not any(Path(one.partition("::")[0]).is_file() for one in config.args)
    ):
        cores = min(CORES, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
        if cores > 1:
            option.numprocesses, option.dist = cores, "loadfile"
            option.maxworkerrestart = "0"  # a process that died: the others take its files


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem() -> Iterator[object]:
    """Of the cases of a test with the mark `few(count)`, so many by default, evenly from the first
    to the last; the others are slow ones.
    """
    made = yield
    cases = [one for one in made if isinstance(one, pytest.Item)] if isinstance(made, list) else []
    mark = cases[0].get_closest_marker("few") if cases else None
    if mark is not None:
        (count,) = mark.args
        cases = [one for one in cases if not one.get_closest_marker("slow")]
        kept = {round(k * (len(cases) - 1) / max(1, count - 1)) for k in range(count)}
        for at, one in enumerate(cases):
            if at not in kept:
                one.add_marker(pytest.mark.slow)
    return made


def pytest_unconfigure(config: pytest.Config) -> None:
    """A thread that is left over does not keep the process from ending."""
    # not in a program that goes on, nor where the other processes of the tests are waited for
    if not config.invocation_params.plugins and not hasattr(config, "workerinput"):
        faulthandler.dump_traceback_later(120, exit=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_LIMIT))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Where the exception of pytest-timeout does not end a test either, as where its cleaning up
    waits for what never comes, the process ends, with a traceback of all threads; pytest-xdist
    counts the test as failed and goes on in another process.
    """
    option = item.config.option
    if option.usepdb or option.trace:
        return (yield)
    limit = float(option.timeout or item.config.getini("timeout"))
    if item.get_closest_marker("slow"):
        limit = max(limit, SLOW_LIMIT)
    faulthandler.dump_traceback_later(limit + 120, exit=True, file=_error(item.config))
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@cache
def _error(config: pytest.Config) -> int:
    """Standard error itself, not the file that takes what a test says."""
    with config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        return os.dup(2)


ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        return self.err.splitlines()


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """Streamlit's AppTest leaves its page behind as the main module, and every process that
    `multiprocessing` starts runs the main module first: it would serve the dashboard for ever.
    """
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture
def light_path() -> Iterator[Path]:
    """An empty folder in memory where there is one, for run folders: they flush every file, and a
    disk under load would decide how long a test takes.
    """
    with light_folder() as folder:
        yield folder


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ended]:
    """Run `regime-sim` with these arguments in this process."""
    from regime_sim.cli.application import main

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["regime-sim", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        text = capsys.readouterr()
        return Ended(int(ended.value.code or 0), text.out, text.err)

    return call


@pytest.fixture
def shell() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `python -m regime_sim.cli` with these arguments in a process of its own, from any
    folder.
    """

    def call(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "regime_sim.cli", *map(str, arguments)]
        settings: dict[str, object] = {
            "capture_output": True,
            "text": True,
            "timeout": 120,
            "env": environment,
        }
        return subprocess.run(command, check=False, **(settings | options))  # type: ignore[call-overload,no-any-return]

    return call
