"""What an executor costs: two Dask workers on this machine against two threads of our own, by turns; prints nothing and knows the one goal."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from ..engine.bench import Row
from .simulate import simulate

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..scenario import Scenario

SEED = 1
WORKERS = 2


def cluster_rows(scenario: Scenario, replicates: int = 8192, rounds: int = 5) -> list[Row]:
    """Wall seconds of both, and their ratio with its goal; everything is compiled and connected before. Raises ImportError without the extra `cluster`."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        by_dask, by_threads = [], []
        executor = client.get_executor(pure=False)
        for turn in range(rounds + 1):
            times = _turn(scenario, replicates, executor)
            if turn:  # the first one compiles
                by_dask.append(times[0])
                by_threads.append(times[1])
    return [
        Row(f"two threads, {replicates:,} replicates, wall time", median(by_threads), "s"),
        Row("two Dask workers on this machine, the same", median(by_dask), "s"),
        Row("two Dask workers against two threads", median(by_dask) / median(by_threads), "x", 1.25),
    ]


def _turn(scenario: Scenario, replicates: int, executor: Executor) -> tuple[float, float]:
    """Seconds by the executor, and by threads."""
    begin = time.perf_counter()
    simulate(scenario, replicates, SEED, executor=executor)
    middle = time.perf_counter()
    simulate(scenario, replicates, SEED, workers=WORKERS)
    return middle - begin, time.perf_counter() - middle
