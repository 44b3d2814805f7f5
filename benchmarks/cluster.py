"""What an executor costs: two Dask workers on this machine against two threads of our own, by
turns, and the goal.

    python -m benchmarks.cluster [SCENARIO]

Each figure is the least of several rounds: whatever else the machine does only ever adds to a time.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import Executor

from distributed import Client, LocalCluster

from regime_sim.bench.report import Row
from regime_sim.runs import simulate
from regime_sim.scenario import Scenario, load

SEED = 1
WORKERS = 2


def cluster_rows(scenario: Scenario, replicates: int = 8192, rounds: int = 5) -> list[Row]:
    """Wall seconds of both, and their ratio with its goal; everything is compiled and connected
    before.
    """
    with (
        LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        by_dask: list[float] = []
        by_threads: list[float] = []
        executor = client.get_executor(pure=False)
        for turn in range(rounds + 1):
            for times, how in ((by_dask, executor), (by_threads, None))[:: 1 if turn % 2 else -1]:
                seconds = _seconds(scenario, replicates, how)
                if turn:  # the first round compiles
                    times.append(seconds)
    return [
        Row(
            f"two threads, {replicates:,} replicates, wall time, least of {rounds}",
            min(by_threads),
            "s",
        ),
        Row("two Dask workers on this machine, the same", min(by_dask), "s"),
        Row("two Dask workers against two threads", min(by_dask) / min(by_threads), "x", 1.25),
    ]


def _seconds(scenario: Scenario, replicates: int, executor: Executor | None) -> float:
    """Wall seconds of a run by the executor, or by threads."""
    begin = time.perf_counter()
    simulate(scenario, replicates, SEED, workers=WORKERS, executor=executor)
    return time.perf_counter() - begin


if __name__ == "__main__":  # the workers import this file too
    name = sys.argv[1] if len(sys.argv) > 1 else "venezuela-2025"
    print(*cluster_rows(load(name)), sep="\n")
