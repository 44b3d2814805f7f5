"""What every test may ask for: the command line run in this process or in its own, and the root of
the checkout.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
