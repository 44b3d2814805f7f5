"""Runs that stop when enough is known, in folders and by executors: the same number of futures as
in memory, whoever makes them and however often they break off.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from broken_off import files, light_folder
from test_store import planted

import regime_sim as rs
from regime_sim.ensemble.effort import Effort, Labour
from regime_sim.ensemble.stopping import Rule, StopCheck, looks
from regime_sim.errors import Damaged
from regime_sim.provenance import versions
from regime_sim.runs import run
from regime_sim.store import folder as store
from regime_sim.store import making
from regime_sim.store.chunk import columns
from regime_sim.store.manifest import rendered
from regime_sim.store.plan import Plan, edges_of, plan_of, runnable

MOST, SEED, RULE = 3000, 3, Rule("leader_out", 0.0065)  # met at 1,536 futures
EFFORT = Effort(replicates=MOST, seed=SEED)


@pytest.fixture(scope="module")
def scenario() -> rs.Scenario:
    return rs.load("venezuela-2025").with_(generals=8, horizon=4)


@pytest.fixture(scope="module")
def plain(scenario: rs.Scenario) -> rs.Ensemble:
    """The run in memory, which all others are held against."""
    return run(scenario, replace(EFFORT, workers=1), stop=RULE)


def plan_with(scenario: rs.Scenario, chunk: int) -> Plan:
    return plan_of(scenario, EFFORT, chunk=chunk, stop=RULE)


@pytest.fixture(scope="module")
def whole(scenario: rs.Scenario) -> Iterator[Path]:
    """A complete folder of the run in chunks of 96; tests work on copies."""
    with light_folder() as folder:
        store.run_folder(folder / "run", plan_with(scenario, 96))
        yield folder / "run"


class Backwards(ThreadPoolExecutor):
    """An executor that does the tasks it was given last first, and so much that is not needed."""

    def __init__(self) -> None:
        super().__init__(1)
        self.held: list[tuple[Future[Any], tuple[Any, ...]]] = []
        self.chance = random.Random(1)

    def submit(self, function: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.held.append((future, (function, *arguments)))
        super().submit(self._one)
        return future

    def _one(self) -> None:
        future, (function, *arguments) = self.held.pop(self.chance.randrange(len(self.held)))
        if future.set_running_or_notify_cancel():
            future.set_result(function(*arguments))


# ---- the same number


def test_it_stops_before_the_end(plain):
    assert plain.replicates in looks(MOST)
    assert 512 < plain.replicates < MOST
    assert plain.provenance["stopped"]["most"] == MOST


@pytest.mark.parametrize("chunk", [16, 100, 512, 5000])
def test_any_chunk_and_any_number_of_workers_give_the_futures_of_memory(
    scenario, plain, light_path, chunk
):
    plan = plan_with(scenario, chunk)
    for workers in (1, 2, 3):
        found = store.run_folder(light_path / f"{workers}", plan, Labour(workers=workers))
        assert found.to_document() == plain.to_document()
        assert files(light_path / f"{workers}") == files(light_path / "1")
    back = rs.read_run(light_path / "1")
    assert back.to_document() == plain.to_document()
    manifest = json.loads((light_path / "1" / "manifest.json").read_text())
    assert manifest["stop_when"] == {"of": RULE.of, "half_width": RULE.half_width}
    assert manifest["stopped"] == {**plain.provenance["stopped"], "replicates": plain.replicates}
    assert sum(one["replicates"] for one in manifest["chunks"]) == plain.replicates
    assert (
        len(list((light_path / "1" / "chunks").iterdir())) == len(manifest["chunks"]) < plan.chunks
    )


@pytest.mark.parametrize(
    "make", [Backwards, lambda: ThreadPoolExecutor(3)], ids=["backwards", "threads"]
)
def test_any_executor_gives_the_same_bytes(scenario, plain, whole, light_path, make):
    plan = plan_with(scenario, 96)
    with make() as executor:
        assert (
            making.into_memory(plan, Labour(executor=executor)).to_document() == plain.to_document()
        )
    with make() as executor:
        store.run_folder(light_path / "run", plan, Labour(executor=executor))
        # before the executor is shut down: nothing that writes is under way any more
        assert files(light_path / "run") == files(whole)
    assert files(light_path / "run") == files(whole)


def test_what_was_made_ahead_is_no_part_of_it(scenario, plain, whole, light_path):
    """All chunks beyond the one at which it stops are there already when it looks."""
    plan = plan_with(scenario, 96)
    stopped = len(json.loads((whole / "manifest.json").read_text())["chunks"])
    folder = unfinished(whole, plan, light_path / "run", range(stopped - 1))
    with ThreadPoolExecutor(2) as executor:
        making.into_folder(
            folder, plan, range(stopped, plan.chunks), Labour(executor=executor), None
        )
    assert len(list((folder / "chunks").iterdir())) == plan.chunks - 1
    assert store.resume(folder).to_document() == plain.to_document()
    assert files(folder) == files(whole)


def test_a_run_that_never_knows_enough_is_a_whole_one(scenario, light_path):
    few, never = replace(EFFORT, replicates=700), Rule("leader_out", 0.0001)
    kept = run(scenario, few, light_path / "run", never)
    assert kept.to_document() == run(scenario, few, stop=never).to_document()
    assert kept.replicates == 700
    assert rs.read_run(light_path / "run").to_document() == kept.to_document()


def test_worlds_from_another_number_on(scenario, light_path):
    later = replace(EFFORT, first=1000)
    kept = run(scenario, later, light_path / "run", RULE)
    with ThreadPoolExecutor(2) as executor:
        sent = run(scenario, replace(later, executor=executor), stop=RULE)
    plain = run(scenario, later, stop=RULE)
    assert kept.to_document() == sent.to_document() == plain.to_document()
    assert plain.replicates < MOST


def test_failing_replicates_count_in_no_look(scenario, light_path, monkeypatch):
    failing = {*range(40, 60), 300, 800}
    planted(monkeypatch, failing)
    found = [
        run(scenario, EFFORT, out, Rule("leader_out", 0.008)) for out in (None, light_path / "run")
    ]
    assert (
        found[0].to_document()
        == found[1].to_document()
        == rs.read_run(light_path / "run").to_document()
    )
    assert found[0].replicates in {step - sum(k <= step for k in failing) for step in looks(MOST)}


# ---- broken off, damaged, run again


def unfinished(whole: Path, plan: Plan, folder: Path, keep: Any) -> Path:
    """A copy brought back to a state in which only these chunks are there."""
    shutil.copytree(whole, folder)
    kept = {f"{at:06d}.npz" for at in keep}
    for path in (
        *(folder / "chunks").iterdir(),
        *(folder / name for name in ("outcomes.parquet", "weekly.parquet", "result.json")),
    ):
        if path.name not in kept:
            path.unlink()
    (folder / "manifest.json").write_bytes(
        rendered(plan.document | {"key": plan.key, "versions": dict(versions()), "complete": False})
    )
    return folder


def test_from_any_chunks_that_are_there_it_ends_with_the_same_bytes(scenario, whole, light_path):
    plan, chance = plan_with(scenario, 96), random.Random(5)
    stopped = len(list((whole / "chunks").iterdir()))
    for trial in range(12):
        folder = unfinished(
            whole,
            plan,
            light_path / f"{trial}",
            [at for at in range(stopped) if chance.random() < trial / 11],
        )
        with pytest.raises(rs.RegimeSimError, match=f"of at most {plan.chunks} chunks"):
            rs.read_run(folder)
        store.resume(folder)
        assert files(folder) == files(whole), trial


def test_a_finished_run_is_not_run_again(scenario, whole, light_path):
    folder = Path(shutil.copytree(whole, light_path / "run"))
    said: list[str] = []

    class Idle(Executor):
        def submit(self, *_: Any, **__: Any) -> Any:
            raise AssertionError("nothing is left to do")

    store.run_folder(folder, plan_with(scenario, 96), Labour(executor=Idle(), say=said.append))
    assert len(said) == 1
    assert "unchanged" in said[0]
    assert files(folder) == files(whole)


def test_damage_in_a_finished_run_is_mended_without_going_beyond_it(scenario, whole, light_path):
    folder = Path(shutil.copytree(whole, light_path / "run"))
    chunks = sorted((folder / "chunks").iterdir())
    chunks[-1].write_bytes(chunks[0].read_bytes())
    (folder / "chunks" / f"{len(chunks):06d}.npz").write_bytes(chunks[0].read_bytes())
    with pytest.raises(Damaged) as refused:
        rs.read_run(folder)
    assert [line.split(": ", 1)[1] for line in str(refused.value).splitlines()] == [
        f"it is chunk 0, not {len(chunks) - 1}",
        "it does not belong to this run",
    ]
    said: list[str] = []
    store.resume(folder, Labour(say=said.append))
    assert [line.rsplit("; ", 1)[1] for line in said] == ["made again", "removed"]
    assert files(folder) == files(whole)


def test_another_rule_is_another_run(scenario, whole, light_path):
    folder = Path(shutil.copytree(whole, light_path / "run"))
    for rule, word in ((Rule("leader_out", 0.02), "stop_when"), (None, "stop_when")):
        with pytest.raises(rs.RegimeSimError, match=word):
            store.run_folder(folder, plan_of(scenario, EFFORT, chunk=96, stop=rule))
    assert files(folder) == files(whole)


def test_a_rule_that_was_edited_is_noticed(scenario, whole, light_path):
    folder = Path(shutil.copytree(whole, light_path / "run"))
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"half_width": 0.0065', '"half_width": 0.0066'))
    with pytest.raises(Damaged, match="edited or damaged"):
        rs.read_run(folder)
    broken = plan_with(scenario, 96).document | {"stop_when": {"of": "luck", "half_width": 0.1}}
    with pytest.raises(Damaged, match="stop_when is not as written"):
        Plan.read(broken)


# ---- where it is cut


def test_every_look_is_the_end_of_a_chunk_and_no_chunk_is_too_long():
    for replicates in (1, 100, 512, 513, 5000, 10**6):
        for chunk in (1, 100, 640, 8192):
            edges = edges_of({"replicates": replicates, "chunk": chunk, "stop_when": {}})
            assert set(looks(replicates)) <= set(edges)
            assert edges[0] == 0
            assert edges[-1] == replicates
            assert all(0 < b - a <= chunk for a, b in pairwise(edges))
            plain = edges_of({"replicates": replicates, "chunk": chunk})
            assert plain == (*range(0, replicates, chunk), replicates)


def test_a_look_does_not_depend_on_the_order_in_which_chunks_come(scenario, whole):
    plan = plan_with(scenario, 96)
    about = runnable(plan.text)
    read = [
        columns(path.read_bytes(), plan.key, at, about.span(at)[1], ("leader_way",))
        for at, path in enumerate(sorted((whole / "chunks").iterdir()))
    ]
    told = [(found["leader_way"], failures) for found, failures in read]
    for seed in range(5):
        watch = StopCheck(RULE, about.edges, 0, clustered=True)
        order = random.Random(seed).sample(range(len(told)), len(told))
        assert sorted(one for at in order for one in watch.take(at, *told[at])) == list(
            range(len(told))
        )
        assert watch.ends == len(told)


# ---- the command line


HEAD = (
    "schema: 1\nid: mine\nextends: venezuela-2025\nruns: {replicates: 3000, seed: 3, stop_when:"
    " {half_width: 0.0065, of: leader_out}}\n"
)
FEW = ("--generals", 8, "--horizon", 4, "--format", "json")


def test_run_resume_and_rerun_stop_where_a_plain_run_does(cli, plain, light_path):
    path = light_path / "mine.yaml"
    path.write_text(HEAD)
    memory = cli("run", path, *FEW)
    assert json.loads(memory.out)["replicates"] == plain.replicates
    line = (
        f"regime-sim: mine: stopped after {plain.replicates:,} of at most 3,000 futures: leader_out"
        " is known to within "
    )
    assert memory.complaints[0].startswith(line)
    kept = cli("run", path, *FEW, "--out", light_path / "a", "--chunk", 200)
    assert (kept.status, kept.out, kept.err) == (0, memory.out, memory.err)
    again = cli("run", path, *FEW, "--out", light_path / "a", "--chunk", 200)
    assert (again.status, again.out) == (0, memory.out)
    assert [("not run again" in one, one.startswith(line)) for one in again.complaints] == [
        (True, False),
        (False, True),
    ]
    shutil.copytree(light_path / "a", light_path / "b")
    (light_path / "b" / "chunks" / "000002.npz").unlink()
    ended = cli("resume", light_path / "b", "--format", "json")
    assert (ended.status, ended.out) == (0, memory.out)
    assert files(light_path / "b") == files(light_path / "a")
    ended = cli("rerun", light_path / "a")
    assert (ended.status, ended.out.count("byte for byte")) == (0, 1)
    assert files(light_path / "a-rerun") == files(light_path / "a")
