"""What concerns a whole process: start, imports, threads, memory; each in a fresh interpreter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("mesa", "pandas", "scipy.stats", "streamlit")
STARTS = 5

THREADS = """
import json, sys, time
import regime_sim as rs
path, replicates, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
scenario = rs.load(path)
rs.simulate(scenario, replicates, workers=2)
times = {"1": [], "2": [], "all": []}
for _ in range(rounds):
    for name, workers in (("1", 1), ("2", 2), ("all", None)):
        begin = time.perf_counter()
        rs.simulate(scenario, replicates, workers=workers)
        times[name].append(time.perf_counter() - begin)
print(json.dumps(times))
"""
MEMORY = """
import json, resource, sys
import regime_sim as rs
rs.simulate(rs.load(sys.argv[1]), int(sys.argv[2]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps(peak / (1e6 if sys.platform == "darwin" else 1e3)))
"""
IMPORTS = (
    "import json, sys, regime_sim;"
    " print(json.dumps([name for name in sys.argv[1:] if name in sys.modules]))"
)


def threads(scenario: Scenario, replicates: int, rounds: int) -> dict[str, list[float]]:
    """Wall seconds of `simulate` on one thread, on two, and by default, in turn each round."""
    with _file(scenario) as path:
        return _answer(THREADS, path, replicates, rounds)  # type: ignore[no-any-return]


def peak_memory(scenario: Scenario, replicates: int) -> float:
    """Peak resident memory of one `simulate`, in MB."""
    with _file(scenario) as path:
        return float(_answer(MEMORY, path, replicates))


def command(scenario: Scenario, replicates: int) -> list[float]:
    """Wall seconds of `regime-sim run`, from start to end of the process; a first run is not
    counted.
    """
    with _file(scenario) as path:
        line = ("-m", "regime_sim.cli", "run", path, "--replicates", str(replicates))
        _timed(*line)
        return [_timed(*line) for _ in range(STARTS)]


def importing() -> list[float]:
    """Wall seconds of a process that imports the package and ends."""
    return [_timed("-c", "import regime_sim") for _ in range(STARTS)]


def heavy_imports() -> list[str]:
    """Which heavy packages `import regime_sim` loads."""
    return list(_answer(IMPORTS, *HEAVY))


@contextmanager
def _file(scenario: Scenario) -> Iterator[str]:
    """The scenario as a file of its own, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="regime_sim-") as folder:
        path = Path(folder) / f"{scenario.id}.yaml"
        path.write_text(scenario.to_yaml(), encoding="utf-8")
        yield str(path)


def _run(*arguments: str) -> str:
    """Run Python with this package on its path; its standard output. Raises CalledProcessError."""
    places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(places)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _timed(*arguments: str) -> float:
    begin = time.perf_counter()
    _run(*arguments)
    return time.perf_counter() - begin


def _answer(code: str, *arguments: object) -> Any:
    """What a process printed, read as JSON."""
    return json.loads(_run("-c", code, *map(str, arguments)))
