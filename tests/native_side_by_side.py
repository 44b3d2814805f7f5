"""For the tests of the built engine: one block by any engine, all its results as bytes, and small
modules of C that reach the engine's inner functions. Tests nothing.
"""

from __future__ import annotations

import ctypes
import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from regime_sim.engine import replicates as block
from regime_sim.engine.native import modules
from regime_sim.engine.native.job import run_job
from regime_sim.engine.native.modules import Engine, engine
from regime_sim.engine.native.targets import Target
from regime_sim.engine.parameter_draws import worlds
from regime_sim.engine.population import Population, corps_of
from regime_sim.facts.outcomes import WAYS
from regime_sim.scenario.compiled import Compiled

Results = dict[str, bytes]
ARRAYS = (
    "ledger",
    "counts",
    "sums",
    "bins",
    "chances",
    "trace_state",
    "trace_inputs",
    "trace_status",
    "trace_private",
)


def runs_here(name: str) -> bool:
    """Whether this processor runs an engine; a module that is stale or missing is an error."""
    try:
        engine(name)
    except modules.ModuleRefused as refused:
        if "this processor" in str(refused) or "no engine" in str(refused):
            return False
        raise
    return True


def engines() -> list[str]:
    """Every engine that can run here: each level of this processor, and WebAssembly."""
    target = modules.own_target()
    levels = [level.name for level in target.levels] if target else []
    return [*filter(runs_here, levels), "wasm"]


def by(
    one: Engine,
    compiled: Compiled,
    seed: int,
    first: int,
    number: int,
    traced: int = 0,
    population: Population | None = None,
) -> Results:
    """A block's results by a built engine, every array as bytes."""
    x, p = worlds(compiled, seed, first, number)
    people = population or corps_of(compiled)
    weekly, chances = block.no_weeks(compiled.horizon), np.zeros((number, len(WAYS) - 1))
    kept = block.no_trace(compiled.horizon, people.number)
    given = (compiled, seed, first, x, p, weekly, people, kept)
    job = run_job(*given, traced=traced, chances=chances)
    assert one.run(job) == number
    return {name: job.outputs[name].tobytes() for name in ARRAYS}


def by_block(compiled: Compiled, seed: int, first: int, number: int, traced: int = 0) -> Results:
    """The same block by `engine.replicates`."""
    x, p = worlds(compiled, seed, first, number)
    weekly, chances = block.no_weeks(compiled.horizon), np.zeros((number, len(WAYS) - 1))
    given = (compiled, seed, first, x, p, weekly)
    ledger, kept = block.run_rows(*given, traced=traced, chances=chances)
    arrays = (ledger, weekly.counts, weekly.sums, weekly.bins, chances)
    arrays += (kept.state, kept.inputs, kept.status, kept.private)
    return dict(zip(ARRAYS, [a.tobytes() for a in arrays], strict=True))


def differing(one: Results, other: Results) -> list[str]:
    """The names of the arrays in which two results differ in any bit."""
    return [name for name in ARRAYS if one[name] != other[name]]


BUILD = """
from regime_sim.engine.native import build, modules
from regime_sim.engine.native.targets import WASM
build.build(modules.BUILT, [modules.own_target() or WASM])
"""


def rebuilt(root: Path) -> None:
    """Build this machine's module of the package under `root` from its own law."""
    pytest.importorskip("ziglang", reason="building needs ziglang")
    environment = os.environ | {"PYTHONPATH": str(root)}
    command = [sys.executable, "-c", BUILD]
    subprocess.run(command, check=True, cwd=root, env=environment, timeout=300)


@functools.cache
def probe(source: str, target: Target) -> bytes:
    """A module of C that includes the engine and lets a test into it."""
    pytest.importorskip("ziglang", reason="building needs ziglang")
    from regime_sim.engine.native import build

    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        build.sources(room)
        (room / "probe.c").write_text(f'#include "engine.c"\n{source}', encoding="utf-8")
        return build.compiled(room, target, "probe.c").read_bytes()


def library(module: bytes) -> ctypes.CDLL:
    """A native module loaded from its bytes."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "probe.so"
        path.write_bytes(module)
        return ctypes.CDLL(str(path))
