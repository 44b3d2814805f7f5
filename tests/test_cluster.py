"""The same bytes from threads, processes, loky and Dask, with workers that die; and a cluster that
is not like us is refused before the first task.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import (
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from broken_off import files

import regime_sim as rs
from regime_sim.ensemble import driver
from regime_sim.ensemble.effort import Effort, Labour
from regime_sim.errors import Cancelled, RegimeSimError, WorkerMismatch
from regime_sim.provenance import versions
from regime_sim.store import folder as store
from regime_sim.store import making, plan, task

REPLICATES, SEED = 400, 9
distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.fixture(scope="module")
def scenario() -> rs.Scenario:
    return rs.load("venezuela-2025").with_(generals=8, horizon=8)


@pytest.fixture(scope="module")
def whole(scenario: rs.Scenario) -> str:
    """The digest that every way of running must give."""
    return rs.simulate(scenario, REPLICATES, SEED, workers=1).digest()


@pytest.fixture(scope="module")
def small(scenario: rs.Scenario) -> plan.Plan:
    """The same run in many small chunks."""
    return plan.plan_of(scenario, Effort(replicates=REPLICATES, seed=SEED), chunk=16)


@pytest.mark.slow
def test_machines_that_run_another_module_give_the_same_bytes(whole, small, light_path):
    """A worker on machine code and one on WebAssembly."""
    with dask(1) as client:
        command = [sys.executable, "-m", "distributed.cli.dask_worker", client.scheduler.address]
        with subprocess.Popen(
            [*command, "--nthreads", "1", "--no-dashboard"],
            env=os.environ | {"REGIME_SIM_ENGINE": "wasm"},
            stderr=subprocess.DEVNULL,
        ) as other:
            try:
                client.wait_for_workers(2, timeout=60)
                found = [one["engine"] for one in client.run(versions).values()]
                assert "WebAssembly" in found and len(set(found)) == 2
                assert both(client.get_executor(), small, light_path / "mixed")[0] == whole
            finally:
                other.kill()


@contextmanager
def dask(workers: int) -> Iterator[Any]:
    """A client of a cluster on this machine, each worker a process."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def both(executor: Executor, small: plan.Plan, folder: Path) -> tuple[str, dict[str, str]]:
    """What an executor gives in memory and into a folder."""
    in_memory = making.into_memory(small, Labour(executor=executor)).digest()
    assert store.run_folder(folder, small, Labour(executor=executor)).digest() == in_memory
    return in_memory, files(folder)


# ---- the same bytes


@pytest.mark.slow
def test_threads_processes_and_loky_give_the_same_bytes(whole, small, light_path):
    import loky

    store.run_folder(light_path / "own", small)
    wanted = files(light_path / "own")
    for name, executor in (
        ("threads", ThreadPoolExecutor(3)),
        ("processes", ProcessPoolExecutor(2, mp_context=get_context("spawn"))),
        ("loky", loky.ProcessPoolExecutor(2)),
    ):
        with executor:
            assert both(executor, small, light_path / name) == (whole, wanted), name


def test_simulate_takes_any_executor(scenario, whole):
    done: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as executor:
        found = rs.simulate(
            scenario, REPLICATES, SEED, executor=executor, on_progress=lambda *at: done.append(at)
        )
    assert found.digest() == whole
    assert found.to_document() == rs.simulate(scenario, REPLICATES, SEED).to_document()
    assert done[-1] == (REPLICATES, REPLICATES)


@pytest.mark.parametrize("workers", [pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 4)])
def test_dask_gives_the_same_bytes(whole, small, light_path, workers):
    store.run_folder(light_path / "own", small)
    with dask(workers) as client:
        assert both(client.get_executor(), small, light_path / "dask") == (
            whole,
            files(light_path / "own"),
        )


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_a_worker_killed_twice_in_the_middle_costs_no_byte(scenario, light_path, workers):
    run = plan.plan_of(scenario, Effort(replicates=20_000, seed=SEED), chunk=64)
    store.run_folder(light_path / "own", run)
    chance, killed = random.Random(workers), []
    with dask(workers) as client:

        def strike(done: int, total: int) -> None:
            if len(killed) < 2 and done > total * (1 + len(killed)) // 4:
                # one that was just killed does not answer
                there = [
                    pid
                    for pid in client.run(os.getpid, on_error="ignore").values()
                    if pid not in killed
                ]
                if there:
                    killed.append(chance.choice(sorted(there)))
                    os.kill(killed[-1], 9)

        store.run_folder(
            light_path / "dask",
            run,
            Labour(executor=client.get_executor(pure=False), on_progress=strike),
        )
        in_memory = making.into_memory(run, Labour(executor=client.get_executor(pure=False)))
    assert len(set(killed)) == 2
    assert files(light_path / "dask") == files(light_path / "own")
    assert in_memory.digest() == rs.read_run(light_path / "own").digest()


@pytest.mark.slow
def test_a_run_that_stops_when_enough_is_known_stops_there_on_a_cluster_too(root, cli, light_path):
    mine = light_path / "mine.yaml"
    mine.write_text(
        "schema: 1\nid: mine\nextends: venezuela-2025\nruns: {replicates: 3000, seed: 3, stop_when:"
        " {half_width: 0.0065}}\n"
    )
    few = ("--generals", 8, "--horizon", 4, "--format", "json")
    plain = cli("run", mine, *few)
    assert (
        512
        < int(
            re.search(r"stopped after ([\d,]+) of at most 3,000 futures", plain.err)[1].replace(
                ",", ""
            )
        )
        < 3000
    )
    with dask(2) as client:
        address = client.scheduler.address
        for arguments in ((), ("--out", light_path / "a", "--chunk", 64)):
            ended = cli("run", mine, *few, "--cluster", address, *arguments)
            assert (ended.status, ended.out, ended.err) == (0, plain.out, plain.err)
        sent = files(light_path / "a")
    cli("run", mine, *few, "--out", light_path / "b", "--chunk", 64)
    assert files(light_path / "a") == files(light_path / "b") == sent


@pytest.mark.slow
def test_the_command_line_runs_on_a_cluster(root, cli, scenario, light_path):
    few = (
        "--generals",
        8,
        "--horizon",
        8,
        "--replicates",
        REPLICATES,
        "--seed",
        SEED,
        "--format",
        "json",
    )
    with dask(2) as client:
        address = client.scheduler.address
        plain = cli("run", "venezuela-2025", *few)
        assert cli("run", "venezuela-2025", *few, "--cluster", address).out == plain.out
        kept = cli(
            "run",
            "venezuela-2025",
            *few,
            "--cluster",
            address,
            "--out",
            light_path / "a",
            "--chunk",
            64,
        )
        assert (kept.status, kept.out) == (0, plain.out)
    cli("run", "venezuela-2025", *few, "--out", light_path / "b", "--chunk", 64)
    assert files(light_path / "a") == files(light_path / "b")


# ---- what travels


def test_a_receipt_is_a_few_hundred_bytes_and_a_task_is_plain_values(small, light_path):
    """Into a folder that the workers see, what is sent and what comes back are short and hold
    nothing but text and numbers.
    """
    import pickle

    sent: list[tuple[Any, ...]] = []
    answers: list[Any] = []

    class Watching(ThreadPoolExecutor):
        def submit(
            self, function: Callable[..., Any], /, *arguments: Any, **options: Any
        ) -> Future[Any]:
            sent.append(arguments)
            future = super().submit(function, *arguments, **options)
            future.add_done_callback(lambda done: answers.append(done.result()))
            return future

    with Watching(2) as executor:
        store.run_folder(light_path / "run", small, Labour(executor=executor))
    assert len(sent) == len(answers) == small.chunks
    assert all(isinstance(one, str | int) for arguments in sent for one in arguments)
    assert all(isinstance(one, str | int) for answer in answers for one in answer)
    assert max(len(pickle.dumps(one)) for one in (*sent, *answers)) < 400
    assert pickle.loads(pickle.dumps(task.FolderNotSeen(3))) == task.FolderNotSeen(3)


def test_workers_that_do_not_see_the_folder_send_what_they_made(
    whole, small, light_path, monkeypatch
):
    store.run_folder(light_path / "own", small)
    calls: list[str] = []
    original = task.make_and_send
    monkeypatch.setattr(
        task,
        "make_and_write",
        lambda folder, key, at: calls.append("keep") or task.FolderNotSeen(at),
    )
    monkeypatch.setattr(
        task, "make_and_send", lambda packed, at: calls.append("bring") or original(packed, at)
    )
    with ThreadPoolExecutor(2) as executor:
        found = store.run_folder(light_path / "far", small, Labour(executor=executor, window=4))
    assert found.digest() == whole
    assert files(light_path / "far") == files(light_path / "own")
    assert calls.count("bring") == small.chunks
    assert 1 <= calls.count("keep") <= 8


def test_chunks_are_at_least_a_tenth_of_a_second_of_work(scenario):
    """By the plan's own estimate, which is held against the clock with room for a slow or a fast
    machine.
    """
    from regime_sim.scenario.compile import compile_scenario

    whole_corps = rs.load("venezuela-2025")
    for one in (
        whole_corps,
        whole_corps.with_(generals=8),
        whole_corps.with_(generals=200, horizon=104),
    ):
        compiled = compile_scenario(one)
        size = plan.chunk_size(compiled, 10_000)
        seconds = size * compiled.horizon * (plan.WEEK + plan.GENERAL_WEEK * compiled.generals)
        assert seconds >= 0.1 or size == plan.LARGEST
    run = plan.plan_of(whole_corps, Effort(replicates=512, seed=SEED))
    ready = plan.runnable(run.text)
    task.run_chunk(ready, 0)
    begin = time.process_time()
    task.run_chunk(ready, 0)
    assert time.process_time() - begin > 0.05


def test_the_chunk_does_not_depend_on_who_runs_it(scenario):
    effort = Effort(replicates=5000)
    one, other = plan.plan_of(scenario, effort), plan.plan_of(scenario, replace(effort, workers=7))
    assert one == other


# ---- what is refused


def test_a_worker_with_another_model_is_refused_before_the_first_task(small, monkeypatch):
    from regime_sim.ensemble import cluster

    class Client:
        def wait_for_workers(self, *_: object, **__: object) -> None: ...

        def run(self, function: Callable[[], Any], **_: object) -> dict[str, Any]:
            mine = function()
            other = mine | {"model_sha256": "0" * 64}
            return {
                "tcp://a:1": mine,
                "tcp://b:2": other,
                "tcp://c:3": ModuleNotFoundError("No module named 'regime_sim'"),
            }

    with pytest.raises(WorkerMismatch) as refused:
        cluster.check_workers(Client())  # type: ignore[arg-type]
    lines = str(refused.value).splitlines()
    assert len(lines) == 2
    assert lines[0] == "worker tcp://b:2: a different version of the model"
    assert "No module named 'regime_sim'" in lines[1]


def test_a_worker_that_joins_later_with_another_model_does_no_task(small):
    other = small.text.replace(small.document["model_sha256"], "0" * 64)
    with pytest.raises(WorkerMismatch, match="a different version of the model"):
        plan.runnable(other)
    with pytest.raises(WorkerMismatch, match="other numbers"):
        plan.runnable(small.text.replace(small.document["inputs_sha256"], "0" * 64))


def test_no_scheduler_is_one_line(cli, monkeypatch):
    from regime_sim.ensemble import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 1)
    ended = cli("run", "venezuela-2025", "--replicates", 16, "--cluster", "tcp://127.0.0.1:9")
    assert (ended.status, ended.out, len(ended.complaints)) == (2, "", 1)
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in ended.err


def test_without_the_extra_it_says_which(cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    ended = cli("run", "venezuela-2025", "--replicates", 16, "--cluster", "tcp://127.0.0.1:9")
    assert (ended.status, len(ended.complaints)) == (2, 1)
    assert "regime-sim[cluster]" in ended.err


# ---- the loop itself


def _unpacked() -> BaseException:
    """What Dask's executor raises where it takes a lost task's error apart: an error of Python's
    own, from a module of Dask's.
    """
    code = compile("def told():\n    typ, exc, tb = 'lost'\n", "cfexecutor.py", "exec")
    names = {"__name__": "distributed.cfexecutor"}
    exec(code, names)
    try:
        names["told"]()  # type: ignore[operator]
    except ValueError as error:
        return error
    raise AssertionError


LOST = {
    "killed": lambda: type("KilledWorker", (Exception,), {})("tcp://a:1"),
    "taken back": lambda: CancelledError("tcp://a:1"),
    "of Dask's own": lambda: type(
        "CommClosedError", (OSError,), {"__module__": "distributed.comm.core"}
    )("tcp://a:1"),
    "badly told": _unpacked,
}


class Dying(ThreadPoolExecutor):
    """Workers of which the first `deaths` tasks are lost, as Dask tells it."""

    def __init__(self, deaths: int, how: str = "killed") -> None:
        super().__init__(1)
        self.deaths, self.how = deaths, how

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **options: Any
    ) -> Future[Any]:
        if self.deaths:
            self.deaths -= 1
            lost: Future[Any] = Future()
            lost.set_exception(LOST[self.how]())
            return lost
        return super().submit(function, *arguments, **options)


@pytest.mark.parametrize("how", LOST)
def test_a_task_whose_workers_die_is_sent_again_but_not_for_ever(small, whole, how):
    with Dying(4, how) as executor:
        assert making.into_memory(small, Labour(executor=executor, window=1)).digest() == whole
    with (
        Dying(1000, how) as executor,
        pytest.raises(WorkerMismatch, match="takes no more work"),
    ):
        making.into_memory(small, Labour(executor=executor, window=1))


def test_a_task_that_fails_by_itself_is_not_sent_again():
    sent = []

    def fails(at: int) -> None:
        sent.append(at)
        raise ValueError("its own")

    with ThreadPoolExecutor(1) as executor, pytest.raises(ValueError, match="its own"):
        driver.Crew(executor).gather(lambda at: (fails, at), [3], lambda *_: True)
    assert sent == [3]


def test_a_broken_pool_is_one_clear_error(small, light_path):
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(WorkerMismatch, match="takes no more work"):
        store.run_folder(light_path / "run", small, Labour(executor=executor))
    store.resume(light_path / "run")


def test_an_executor_can_be_cancelled(small):
    cancel = threading.Event()
    with ThreadPoolExecutor(1) as executor, pytest.raises(Cancelled):
        making.into_memory(
            small,
            Labour(executor=executor, window=2, cancel=cancel, on_progress=lambda *_: cancel.set()),
        )


def test_what_a_task_raises_is_raised_and_the_rest_is_taken_back():
    begun: list[int] = []

    def work(at: int) -> int:
        begun.append(at)
        if at == 3:
            raise RegimeSimError("three")
        time.sleep(0.01)
        return at

    with ThreadPoolExecutor(1) as executor, pytest.raises(RegimeSimError, match="three"):
        driver.Crew(executor, 20).gather(lambda at: (work, at), range(100), lambda *_: True)
    assert len(begun) < 30


# ---- without a network


@pytest.mark.slow
def test_folders_work_with_the_network_off(root):
    """The quick tests of run folders and batches in a network namespace that has not even a
    loopback.
    """
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no network namespaces here")
    command = [
        "unshare",
        "-rn",
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/test_store.py",
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert ended.returncode == 0, ended.stdout[-2000:]
