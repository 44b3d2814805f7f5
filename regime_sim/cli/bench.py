"""The command `bench`: what the engines cost; `benchmarks/` holds what needs development tools."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from . import options
from .ending import BAD_INPUT, DONE, Stop, write
from .inputs import load

NEEDS = {"browser": "playwright", "cluster": "distributed"}
BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def bench(
    scenario: options.NameOrDefault = "venezuela-2025",
    replicates: Annotated[
        int, typer.Option(help="Futures for the kernel; Mesa gets fewer.")
    ] = 2000,
    memory: Annotated[
        bool,
        typer.Option("--memory", help="Also the peak memory of a million futures: takes minutes."),
    ] = False,
    questions: Annotated[
        bool, typer.Option("--questions", help="Also compare, sweep and tipping: takes minutes.")
    ] = False,
    cluster: Annotated[
        bool, typer.Option("--cluster", help="Two Dask workers against two threads instead.")
    ] = False,
    dashboard: Annotated[
        bool, typer.Option("--dashboard", help="The dashboard in a headless browser instead.")
    ] = False,
) -> None:
    """Measure the engines on this machine, each figure beside its goal.

    --questions, --cluster and --dashboard need the source repository and its development tools.
    """
    options.check(replicates=replicates)
    if dashboard:
        return development("browser")
    base = load(scenario)
    if cluster:
        return development("cluster", scenario)
    from ..bench.report import run  # loads both engines

    write(str(run(base, replicates, memory=memory)))
    if questions:
        development("questions", scenario)


def development(name: str, *arguments: str) -> None:
    """Run a benchmark of the source repository. Raises Stop where it is not there, or fails."""
    script = BENCHMARKS / f"{name}.py"
    if not script.is_file():
        raise Stop(
            BAD_INPUT,
            [
                f"regime-sim: this needs benchmarks/{name}.py, which is not part of an installed"
                " package - run it in a clone of the source repository, after `uv sync`"
            ],
        )
    if find_spec(NEEDS.get(name, "regime_sim")) is None:
        raise Stop(BAD_INPUT, [f"regime-sim: this needs {NEEDS[name]} - run `uv sync` first"])
    status = subprocess.run([sys.executable, str(script), *arguments], check=False).returncode
    if status != DONE:
        raise Stop(status)
