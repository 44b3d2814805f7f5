"""A Dask cluster as executor, its workers checked; the one door to `distributed`, starts none."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..errors import RegimeSimError, WorkerMismatch
from ..provenance import differences, here

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 10  # seconds in which a scheduler answers
FIRST_WORKER = 30  # seconds in which it has a worker
AHEAD = 2  # tasks for each thread of the cluster that are sent ahead of what has come back


@contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """The cluster whose scheduler is at `address` ("tcp://host:8786") as an executor, and how many
    tasks to have under way.

    Raises RegimeSimError where the extra is not installed, WorkerMismatch where no scheduler or
    no worker answers, or a worker is not like this process.
    """
    client = _client(address)
    clean = False
    try:
        check_workers(client)
        threads = sum(client.nthreads().values())
        yield client.get_executor(pure=False), AHEAD * threads + 2
        clean = True
    finally:
        with suppress(Exception):
            client.close(timeout=PATIENCE if clean else 0.5)


def check_workers(client: Client) -> None:
    """Raise WorkerMismatch, naming each worker, unless all have this version of the model."""
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER)
    except TimeoutError as error:
        raise WorkerMismatch("the scheduler has no worker") from error
    mine = here()
    try:
        found = client.run(here, on_error="return")
    except Exception as error:  # whatever it is: the workers cannot even be asked
        raise WorkerMismatch(
            f"the workers cannot be asked for their version: {_line(error)}"
        ) from error
    wrong = []
    for worker, there in found.items():
        words = [_line(there)] if isinstance(there, BaseException) else differences(there, mine)
        if words:
            wrong.append(f"worker {worker}: {'; '.join(words)}")
    if wrong:
        raise WorkerMismatch("\n".join(wrong))


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise RegimeSimError(
            "a cluster needs the extra `cluster`: pip install 'regime-sim[cluster]'"
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise WorkerMismatch(f"no Dask scheduler answers at {address}: {_line(error)}") from error


def _line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
