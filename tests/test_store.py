"""Run folders: written whole, read back bit for bit, finished after any failure, and never believed
when a byte is not what was written.
"""

from __future__ import annotations

import ast
import errno
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from broken_off import files, light_folder

import regime_sim as rs
from regime_sim.engine.native.modules import engine as built
from regime_sim.ensemble import blocks
from regime_sim.ensemble.effort import Effort, Labour
from regime_sim.ensemble.futures import ARRAYS
from regime_sim.errors import AllFailed, Damaged, FolderInUse, NotWritten, RegimeSimError
from regime_sim.provenance import here, model_mark, versions
from regime_sim.store import disk, lock
from regime_sim.store import folder as store
from regime_sim.store.chunk import check
from regime_sim.store.manifest import manifest_in, rendered
from regime_sim.store.plan import Plan, plan_of
from regime_sim.store.reading import survey

REPLICATES, CHUNK, SEED = 200, 48, 3
EFFORT = Effort(replicates=REPLICATES, seed=SEED)


@pytest.fixture(scope="module")
def scenario() -> rs.Scenario:
    return rs.load("venezuela-2025").with_(generals=8, horizon=4)


@pytest.fixture(scope="module")
def plan(scenario: rs.Scenario) -> Plan:
    return plan_of(scenario, EFFORT, chunk=CHUNK)


@pytest.fixture(scope="module")
def whole(plan: Plan) -> Iterator[Path]:
    """A complete run folder; tests work on copies."""
    with light_folder() as folder:
        store.run_folder(folder / "run", plan)
        yield folder / "run"


@pytest.fixture
def copy(whole: Path, light_path: Path) -> Path:
    return Path(shutil.copytree(whole, light_path / "run"))


# ---- what is written and read


def test_a_folder_reads_back_as_the_run_itself(scenario, whole):
    plain, back = rs.simulate(scenario, REPLICATES, SEED), rs.read_run(whole)
    for name in ARRAYS:
        assert np.array_equal(getattr(plain, name), getattr(back, name)), name
    assert back.to_document() == plain.to_document()
    assert back.scenario == plain.scenario


def test_the_manifest_says_what_the_run_was(whole, scenario):
    found = json.loads((whole / "manifest.json").read_text())
    assert (found["seed"], found["replicates"], found["engine"], found["complete"]) == (
        SEED,
        REPLICATES,
        "kernel",
        True,
    )
    assert {"python", "numpy", "pyarrow", "regime_sim"} <= set(found["versions"])
    assert found["versions"]["engine"] == built().name
    assert found["model_sha256"] == model_mark()
    assert rs.loads(found["scenario"]["yaml"]) == scenario
    names = files(whole)
    assert {f"chunks/{one['file']}": one["sha256"] for one in found["chunks"]} | found["files"] == {
        name: sha for name, sha in names.items() if name not in ("manifest.json", "lock")
    }
    assert (whole / "lock").read_bytes() == b""


def test_the_tables_are_the_run(whole):
    import pyarrow.parquet as pq

    back = rs.read_run(whole)
    outcomes = pq.read_table(whole / "outcomes.parquet").to_pandas()
    assert outcomes["replicate"].tolist() == list(range(REPLICATES))
    assert outcomes["leader_way"].tolist() == [rs.WAYS[k] for k in back.leader_way]
    assert outcomes["regime_fate"].tolist() == [rs.REGIME[k] for k in back.regime_fate]
    assert outcomes["leader_week"].tolist() == back.leader_week.tolist()
    weekly = pq.read_table(whole / "weekly.parquet").to_pandas()
    for name in ("plotting", "reserves"):
        own, other = back.weekly(name), weekly[weekly["variable"] == name]
        for column in ("week", "mean", "q05", "q50", "q95", "n"):
            assert np.allclose(own[column], other[column], rtol=0, atol=0, equal_nan=True), (
                name,
                column,
            )


def test_a_chunk_is_a_plain_npz_without_pickle_or_date(whole):
    path = whole / "chunks" / "000001.npz"
    with np.load(path, allow_pickle=False) as found:
        assert found["leader_week"].shape == (CHUNK,)
        assert found["bins"].sum() > 0
    with zipfile.ZipFile(path) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("workers", [1, 2])
def test_no_byte_depends_on_workers(plan, whole, light_path, workers):
    store.run_folder(light_path / "other", plan, Labour(workers=workers))
    assert files(light_path / "other") == files(whole)


def test_both_engines_write_the_same_results(scenario, light_path):
    kernel, mesa = (
        rs.simulate(scenario, 6, SEED, engine=engine, out=light_path / engine)
        for engine in ("kernel", "mesa")
    )
    assert kernel.digest() == mesa.digest()
    assert (
        files(light_path / "kernel")["outcomes.parquet"]
        == files(light_path / "mesa")["outcomes.parquet"]
    )


def test_a_second_run_into_the_same_folder_changes_nothing(plan, copy, whole):
    said: list[str] = []
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*.npz")}
    store.run_folder(copy, plan, Labour(say=said.append))
    assert len(said) == 1
    assert "unchanged" in said[0]
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*.npz")} == before
    assert files(copy) == files(whole)


def test_another_run_is_refused_and_named(scenario, copy, whole):
    for other, word in (
        (plan_of(scenario, replace(EFFORT, seed=SEED + 1), chunk=CHUNK), "seed 3, not 4"),
        (
            plan_of(scenario, replace(EFFORT, replicates=REPLICATES + 1), chunk=CHUNK),
            "replicates 200, not 201",
        ),
        (
            plan_of(scenario.vary(rents=0.3), EFFORT, chunk=CHUNK),
            "another text of scenario",
        ),
    ):
        with pytest.raises(RegimeSimError, match=word):
            store.run_folder(copy, other)
    assert files(copy) == files(whole)


def test_a_folder_with_something_else_in_it_is_left_alone(plan, light_path):
    (light_path / "thesis.doc").write_text("mine")
    with pytest.raises(RegimeSimError, match=r"not empty \(thesis.doc\)"):
        store.run_folder(light_path, plan)
    assert not (light_path / "manifest.json").exists()


def test_an_incomplete_folder_says_so_and_is_finished(plan, copy, whole):
    unfinish(copy, plan, keep=2)
    with pytest.raises(RegimeSimError, match=r"2 of 5 chunks - `regime-sim resume"):
        rs.read_run(copy)
    said: list[str] = []
    store.resume(copy, Labour(say=said.append))
    assert files(copy) == files(whole)
    assert any("2 of 5 chunks" in line for line in said)


def unfinish(folder: Path, plan: Plan, keep: int) -> None:
    """Bring a folder back to the state after `keep` chunks."""
    for at in range(keep, plan.chunks):
        (folder / "chunks" / f"{at:06d}.npz").unlink()
    for name in ("outcomes.parquet", "weekly.parquet", "result.json"):
        (folder / name).unlink()
    (folder / "manifest.json").write_bytes(
        rendered(plan.document | {"key": plan.key, "versions": dict(versions()), "complete": False})
    )


def test_a_run_of_another_model_is_not_resumed(plan, copy, monkeypatch):
    unfinish(copy, plan, keep=2)
    monkeypatch.setattr(store, "here", lambda: here() | {"model_sha256": "0" * 64})
    with pytest.raises(RegimeSimError) as refused:
        store.resume(copy)
    assert str(refused.value) == (
        f"{copy} was started with a different version of the model; `regime-sim rerun {copy}"
        f" --force` runs it again with this one, in {copy}-rerun"
    )


def test_other_libraries_are_written_down_and_do_not_matter(plan, copy, whole, monkeypatch):
    unfinish(copy, plan, keep=2)
    monkeypatch.setattr(store, "versions", lambda: {"numpy": "1.0"})
    store.resume(copy)
    assert files(copy) == files(whole), "the versions are those with which the run was started"


def test_a_sample_of_ones_own_cannot_be_written_down(scenario, light_path):
    with pytest.raises(RegimeSimError, match="knowledge"):
        plan_of(scenario, Effort(replicates=16, knowledge=object()))  # type: ignore[arg-type]


# ---- the lock


def test_a_second_writer_is_refused_and_told_who_the_first_is(plan, copy):
    with lock.locked(copy):
        words = rf"is in use by process {os.getpid()} on \S+, since 20\d\d-"
        with pytest.raises(FolderInUse, match=words):
            store.run_folder(copy, plan)
        with pytest.raises(FolderInUse, match=words):
            lock.refuse_if_held(copy)
    store.run_folder(copy, plan)


def test_a_lock_left_by_a_dead_process_holds_nobody_up(plan, copy, whole):
    (copy / "lock").write_text(
        '{"pid": 1, "host": "elsewhere", "since": "2020-01-01T00:00:00+00:00"}'
    )
    store.run_folder(copy, plan)
    assert files(copy) == files(whole)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_does_not_keep_the_folder(copy):
    """A worker that was forked while the folder was held lives on; the folder is free all the
    same.
    """
    opened, closing = os.pipe()
    told, telling = os.pipe()
    with lock.locked(copy):
        child = os.fork()
        if child == 0:
            os.close(closing)
            os.write(telling, b"x")
            os.read(opened, 1)
            os._exit(0)
        os.read(told, 1)  # it runs, and has done what is done after a fork
    try:
        with lock.locked(copy):
            pass
    finally:
        os.close(closing)
        os.waitpid(child, 0)


# ---- failing replicates


def planted(monkeypatch: pytest.MonkeyPatch, bad: set[int]) -> None:
    """Let these replicates raise an error after they have counted their weeks, as a bug in the law
    would.
    """
    original = blocks.block_of

    def block_of(engine: str, stop: Any = None) -> Callable[..., Any]:
        run_block = original(engine, stop)

        def run(compiled: Any, seed: int, first: int, number: int, weekly: Any) -> Any:
            rows = run_block(compiled, seed, first, number, weekly)
            hit = sorted(bad & set(range(first, first + number)))
            if hit:
                raise ZeroDivisionError(f"planted\nin {hit[0]}")
            return rows

        return run

    monkeypatch.setattr(blocks, "block_of", block_of)


@pytest.mark.parametrize("out", [False, True])
def test_a_failing_replicate_is_named_and_the_others_are_as_they_were(
    scenario, light_path, monkeypatch, out
):
    clean = rs.simulate(scenario, 300, SEED)
    planted(monkeypatch, {17, 250})
    for workers in (1, 2):
        found = rs.simulate(
            scenario,
            300,
            SEED,
            workers=workers,
            **({"out": light_path / f"{workers}"} if out else {}),
        )
        assert [one.replicate for one in found.failures] == [17, 250]
        assert found.failures[0].error == "ZeroDivisionError: planted in 17"
        assert (
            found.failures[0]
            .told("x.yaml", SEED)
            .endswith("regime-sim run x.yaml --seed 3 --first 17 --replicates 1")
        )
        assert found.replicates == 298
        keep = np.delete(np.arange(300), [17, 250])
        for name in ("leader_week", "leader_way", "regime_fate", "first_failed"):
            assert np.array_equal(getattr(found, name), getattr(clean, name)[keep]), name
        assert found.cluster is not None
        assert np.array_equal(found.cluster, keep // 16)
        assert found.to_document()["failed"]["count"] == 2
        assert clean.counts[0] - found.counts[0] == 2
    if out:
        assert files(light_path / "1") == files(light_path / "2")
        back = rs.read_run(light_path / "1")
        assert back.failures == found.failures
        assert back.digest() == found.digest()


def test_the_command_that_is_named_shows_the_error(scenario, monkeypatch):
    planted(monkeypatch, {17})
    assert rs.simulate(scenario, 1, SEED, first=16).replicates == 1
    with pytest.raises(AllFailed, match="planted in 17"):
        rs.simulate(scenario, 1, SEED, first=17)


def test_a_law_that_always_fails_is_an_error_at_once(scenario, monkeypatch):
    planted(monkeypatch, set(range(10_000)))
    with pytest.raises(AllFailed, match="128 replicates in a row"):
        rs.simulate(scenario, 1000, SEED)


# ---- damage


def corruptions(
    folder: Path, chance: random.Random, count: int
) -> Iterator[tuple[str, str, Callable[[Path], None]]]:
    """Kinds of damage, each to one file: (kind, name of the file, how to do it to a copy)."""
    names = [name for name in files(folder) if name != "lock"]
    chunks = [name for name in names if name.startswith("chunks/")]
    for k in range(count):
        kind = (
            "bit",
            "truncated",
            "emptied",
            "swapped",
            "foreign",
            "manifest",
            "missing",
            "appended",
        )[k % 8]
        name = chance.choice(chunks if kind in ("swapped", "foreign") else names)
        yield (
            kind,
            "manifest.json" if kind == "manifest" else name,
            damage(kind, name, chance.random(), chunks),
        )


def damage(kind: str, name: str, where: float, chunks: list[str]) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        path = folder / name
        content = bytearray(path.read_bytes())
        if kind == "bit":
            content[int(where * len(content))] ^= 1 << int(where * 1e6) % 8
        elif kind == "truncated":
            del content[int(where * len(content)) :]
        elif kind == "emptied":
            content.clear()
        elif kind == "appended":
            content += b"\0"
        elif kind == "missing":
            path.unlink()
            return
        elif kind == "swapped":
            other = folder / chunks[(chunks.index(name) + 1) % len(chunks)]
            theirs = other.read_bytes()
            other.write_bytes(content)
            content = bytearray(theirs)
        elif kind == "foreign":
            content = bytearray((folder.parent / "foreign" / name).read_bytes())
        else:
            edit(folder / "manifest.json", where)
            return
        path.write_bytes(content)

    return do


def edit(path: Path, where: float) -> None:
    """Change one thing in a manifest, as somebody with an editor would."""
    found = json.loads(path.read_text())
    key = (
        "seed",
        "replicates",
        "engine",
        "model_sha256",
        "chunks",
        "files",
        "complete",
        "failures",
    )[int(where * 8)]
    found[key] = {
        "seed": 4,
        "replicates": 10,
        "engine": "mesa",
        "model_sha256": "0" * 64,
        "chunks": found["chunks"][:-1],
        "files": {},
        "complete": False,
        "failures": [{"replicate": 1, "error": "x"}],
    }[key]
    path.write_text(json.dumps(found, indent=1) + "\n")


def all_named_none_used(
    scenario: rs.Scenario, whole: Path, plan: Plan, root: Path, count: int
) -> None:
    store.run_folder(
        root / "foreign", plan_of(scenario, replace(EFFORT, seed=SEED + 1), chunk=CHUNK)
    )
    wanted = files(whole)
    for k, (kind, name, do) in enumerate(corruptions(whole, random.Random(count), count)):
        folder = Path(shutil.copytree(whole, root / "run"))
        do(folder)
        told = f"{k}: {kind} of {name}"
        assert files(folder) != wanted, told
        with pytest.raises(RegimeSimError) as refused:
            rs.read_run(folder)
        if name == "manifest.json":
            if kind != "missing":
                assert isinstance(refused.value, Damaged), told
                assert str(folder / name) in str(refused.value), told
                with pytest.raises(Damaged):
                    store.run_folder(folder, plan)
            else:
                store.run_folder(folder, plan)
                assert files(folder) == wanted, told
        else:
            assert isinstance(refused.value, Damaged), told
            assert str(folder / name) in str(refused.value), told
            said: list[str] = []
            store.resume(folder, Labour(workers=1, say=said.append))
            assert any(str(folder / name) in line for line in said), told
            (folder / "scenario.yaml.kept-1").unlink(missing_ok=True)  # what might be an edit
            assert files(folder) == wanted, told
        shutil.rmtree(folder)


def test_damage_is_named_and_mended(scenario, whole, plan, light_path):
    all_named_none_used(scenario, whole, plan, light_path, 40)


@pytest.mark.slow
def test_five_hundred_kinds_of_damage_are_named_and_none_is_used(scenario, whole, plan, light_path):
    all_named_none_used(scenario, whole, plan, light_path, 500)


def test_damage_before_the_end_is_found_without_a_manifest_that_knows(plan, copy, whole):
    """While a run is under way the manifest lists no chunk: each must be known by itself."""
    unfinish(copy, plan, keep=4)
    chunks = [copy / "chunks" / f"{at:06d}.npz" for at in range(4)]
    content = bytearray(chunks[0].read_bytes())
    content[len(content) // 2] ^= 1
    chunks[0].write_bytes(content)
    first, second = chunks[1].read_bytes(), chunks[2].read_bytes()
    chunks[1].write_bytes(second)
    chunks[2].write_bytes(first)
    chunks[3].write_bytes(b"")
    (copy / "chunks" / "000099.npz").write_bytes(first)
    good, problems = survey(copy, plan, manifest_in(copy) or {})
    assert good == set()
    assert len(problems) == 5
    for path, word in zip(
        [*chunks, copy / "chunks" / "000099.npz"],
        ("SHA-256", "chunk 2, not 1", "chunk 1, not 2", "empty", "does not belong to this run"),
        strict=True,
    ):
        assert any(line.startswith(f"{path}: ") and word in line for line in problems), (
            path,
            problems,
        )
    store.resume(copy)
    assert files(copy) == files(whole)


def test_a_manifest_that_was_edited_and_sealed_again_is_still_no_match_for_its_chunks(plan, copy):
    found = json.loads((copy / "manifest.json").read_text())
    found["seed"] = 4
    forged = Plan.read(found)
    (copy / "manifest.json").write_bytes(rendered(found | {"key": forged.key}))
    with pytest.raises(Damaged) as refused:
        rs.read_run(copy)
    assert str(refused.value).count("it belongs to another run") == plan.chunks


def test_a_check_that_looks_at_nothing_would_be_noticed(whole, plan):
    """The negative twin: a chunk that is good passes, the same one with another number does not."""
    content = (whole / "chunks" / "000000.npz").read_bytes()
    check(content, plan.key, 0)
    with pytest.raises(Damaged):
        check(content, plan.key, 1)
    with pytest.raises(Damaged):
        check(content, "0" * 64, 0)


# ---- a disk that fails


class FailingOs:
    """The module os, but the n-th call of those that reach the disk fails."""

    CALLS = (
        "open",
        "write",
        "fsync",
        "replace",
        "close",
        "mkdir",
        "unlink",
        "listdir",
        "read",
        "ftruncate",
    )

    def __init__(self, at: int, code: int) -> None:
        self.at, self.code, self.count = at, code, 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in self.CALLS:
            return real

        def call(*arguments: Any, **options: Any) -> Any:
            self.count += 1
            if self.count == self.at:
                if name == "close":
                    real(*arguments)
                raise OSError(self.code, os.strerror(self.code))
            return real(*arguments, **options)

        return call


def with_a_failing_disk(
    monkeypatch: pytest.MonkeyPatch, at: int, code: int, work: Callable[[], object]
) -> tuple[FailingOs, NotWritten | None]:
    failing = FailingOs(at, code)
    with monkeypatch.context() as patch:
        patch.setattr(disk, "os", failing)
        patch.setattr(lock, "os", failing)
        try:
            work()
        except NotWritten as error:
            return failing, error
    return failing, None


def every_call_fails_once(
    plan: Plan, whole: Path, root: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> int:
    calls = with_a_failing_disk(
        monkeypatch, -1, 0, lambda: store.run_folder(root / "count", plan, Labour(workers=1))
    )[0].count
    failed = 0
    for at in range(1, calls + 1, step):
        folder = root / f"{at}"
        code = (errno.ENOSPC, errno.EIO, errno.EDQUOT)[at % 3]
        _, error = with_a_failing_disk(
            monkeypatch,
            at,
            code,
            lambda folder=folder: store.run_folder(folder, plan, Labour(workers=1)),
        )  # type: ignore[misc]
        if error is not None:
            failed += 1
            assert os.strerror(code) in str(error), at
            assert str(folder) in str(error), at
            assert "bytes more" in str(error), at
            assert "\n" not in str(error), at
        for path in folder.rglob("*.npz"):
            check(path.read_bytes(), plan.key, int(path.stem))
        store.run_folder(folder, plan)
        assert files(folder) == files(whole), at
        shutil.rmtree(folder)
    assert calls > 100
    return failed


def test_a_fault_at_some_calls_costs_nothing_but_time(plan, whole, light_path, monkeypatch):
    assert every_call_fails_once(plan, whole, light_path, monkeypatch, 9) > 5


@pytest.mark.slow
def test_a_fault_at_every_call_in_turn_costs_nothing_but_time(plan, whole, light_path, monkeypatch):
    assert every_call_fails_once(plan, whole, light_path, monkeypatch, 1) > 50


# ---- nothing that runs what it reads


def test_nothing_is_pickled_evaluated_or_read_by_an_unsafe_reader(root):
    modules = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve", "joblib", "yaml"}
    for path in sorted((root / "regime_sim").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                assert not {alias.name.split(".")[0] for alias in node.names} & modules, where
            elif isinstance(node, ast.ImportFrom):
                assert node.level or (node.module or "").split(".")[0] not in modules, where
            elif isinstance(node, ast.Call):
                name = (
                    node.func.id
                    if isinstance(node.func, ast.Name)
                    else node.func.attr
                    if isinstance(node.func, ast.Attribute)
                    else ""
                )
                assert not (
                    isinstance(node.func, ast.Name)
                    and name in {"eval", "exec", "compile", "__import__"}
                ), where
                options = {one.arg: one.value for one in node.keywords}
                if (
                    name == "load"
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "np"
                ):
                    assert isinstance(options.get("allow_pickle"), ast.Constant), where
                for option, bad in (("allow_pickle", True), ("typ", "unsafe")):
                    value = options.get(option)
                    assert not (isinstance(value, ast.Constant) and value.value == bad), where
