"""Batches as a user meets them: one command that can be broken off anywhere, and the same command,
or `resume`, that ends it with the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from broken_off import files
from test_store import planted

import regime_sim as rs
from regime_sim.store import lock
from regime_sim.store.manifest import rendered

HERE = Path(__file__).resolve().parent
FEW = ("--replicates", 96, "--horizon", 4, "--generals", 8, "--seed", 5, "--chunk", 32)
BOTH = ("venezuela-2025", "isolation")


# ---- run, run again


def test_one_scenario_fills_the_folder_itself(cli, light_path):
    ended = cli("run", BOTH[0], *FEW, "--out", light_path / "a", "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    assert {path.name for path in (light_path / "a").iterdir()} == {
        "manifest.json",
        "chunks",
        "outcomes.parquet",
        "draws.parquet",
        "weekly.parquet",
        "result.json",
        "scenario.yaml",
        "lock",
    }
    assert json.loads(ended.out) == json.loads((light_path / "a" / "result.json").read_text())
    plain = cli("run", BOTH[0], *FEW[:-2], "--format", "json")
    assert ended.out == plain.out
    assert rs.read_run(light_path / "a").digest() == json.loads(plain.out)["sha256"]


def test_several_scenarios_get_a_folder_each(cli, light_path):
    ended = cli("run", *BOTH, *FEW, "--out", light_path, "--format", "csv")
    assert ended.status == 0
    assert {row["scenario"] for row in csv.DictReader(io.StringIO(ended.out))} == set(BOTH)
    before = files(light_path)
    again = cli("run", *BOTH, *FEW, "--out", light_path, "--format", "csv")
    assert again.out == ended.out
    assert [
        line.endswith("complete and unchanged, not run again") for line in again.complaints
    ] == [True, True]
    assert files(light_path) == before
    more = cli("run", *BOTH, "raid", *FEW, "--out", light_path, "--format", "csv")
    assert len(more.complaints) == 2
    assert (light_path / "raid" / "manifest.json").is_file()


def test_what_is_there_is_never_overwritten_unless_asked(cli, light_path):
    cli("run", *BOTH, *FEW, "--out", light_path / "b")
    before = files(light_path / "b")
    for arguments, words in (
        (
            (*BOTH, *FEW, "--seed", 6),
            "holds another run: seed 5, not 6; give another --out, or --replace",
        ),
        ((BOTH[0], *FEW), "holds a batch"),
    ):
        ended = cli("run", *arguments, "--out", light_path / "b")
        assert (ended.status, ended.out) == (2, "")
        assert all(words in line for line in ended.complaints)
        assert files(light_path / "b") == before
    ended = cli("run", *BOTH, *FEW, "--seed", 6, "--out", light_path / "b", "--replace")
    assert ended.status == 0
    assert rs.read_run(light_path / "b" / BOTH[0]).seed == 6


def test_two_scenarios_with_one_id_are_refused(cli, light_path):
    ended = cli("run", BOTH[0], BOTH[0], *FEW, "--out", light_path / "b")
    assert (ended.status, len(ended.complaints)) == (2, 1)
    assert "2 scenarios have the id venezuela-2025" in ended.err
    assert not (light_path / "b").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--chunk", 10), "--chunk needs --out"),
        (("--replace",), "--replace needs --out"),
        (("--out", "x", "--chunk", 0), "--chunk 0"),
        (("--first", -1), "--first -1"),
        (("--out", __file__), "expected a folder"),
    ],
)
def test_bad_options_are_one_line_each(cli, light_path, monkeypatch, arguments, words):
    monkeypatch.chdir(light_path)
    ended = cli("run", BOTH[0], *arguments)
    assert (ended.status, ended.out, len(ended.complaints)) == (2, "", 1)
    assert words in ended.err
    assert not (light_path / "x").exists()


def test_first_picks_the_worlds(cli):
    rows = [
        json.loads(
            cli(
                "run", BOTH[0], "--replicates", n, *FEW[2:8], "--first", first, "--format", "json"
            ).out
        )
        for n, first in ((64, 0), (32, 32), (32, 0))
    ]
    whole, second, first = (
        {row["outcome"]: row["probability"] for row in one["leader"]["outcomes"]} for one in rows
    )
    assert whole == pytest.approx({name: (first[name] + second[name]) / 2 for name in whole})


# ---- resume


def test_resume_finishes_a_batch(cli, light_path):
    whole = cli("run", *BOTH, *FEW, "--out", light_path / "a", "--format", "csv")
    cli("run", *BOTH, *FEW, "--out", light_path / "b", "--format", "csv")
    for path in (light_path / "b").rglob("*"):
        if path.name in ("000001.npz", "weekly.parquet"):
            path.unlink()
    ended = cli("resume", light_path / "b", "--format", "csv")
    assert (ended.status, ended.out) == (0, whole.out)
    assert sum("000001.npz: it is missing; made again" in line for line in ended.complaints) == 2
    assert files(light_path / "b") == files(light_path / "a")


def test_resume_where_nothing_was_begun_says_what_to_do(cli, light_path):
    ended = cli("resume", light_path / "none")
    assert (ended.status, len(ended.complaints)) == (2, 1)
    assert "regime-sim run SCENARIO... --out" in ended.err
    assert not (light_path / "none").exists()


def test_a_damaged_batch_or_manifest_is_refused(cli, light_path):
    cli("run", *BOTH, *FEW, "--out", light_path)
    for path in (light_path / "batch.json", light_path / BOTH[1] / "manifest.json"):
        good = path.read_bytes()
        path.write_bytes(good.replace(b'"seed": 5', b'"seed": 6'))
        ended = cli("resume", light_path)
        assert ended.status == 2
        assert "not run again" in ended.complaints[0] or len(ended.complaints) == 1
        assert f"{path}: it was edited or damaged" in ended.err
        path.write_bytes(good)
    assert cli("resume", light_path).status == 0


# ---- rerun


def test_rerun_makes_every_byte_again(cli, light_path):
    cli("run", *BOTH, *FEW, "--out", light_path / "a")
    ended = cli("rerun", light_path / "a")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.count("byte for byte") == 2
    assert files(light_path / "a-rerun") == files(light_path / "a")


def test_rerun_tells_of_a_byte_that_differs(cli, light_path):
    cli("run", BOTH[0], *FEW, "--out", light_path / "a")
    found = json.loads((light_path / "a" / "manifest.json").read_text())
    found["files"]["weekly.parquet"] = "0" * 64
    (light_path / "a" / "manifest.json").write_bytes(rendered(found))
    ended = cli("rerun", light_path / "a", "--out", light_path / "b")
    assert ended.status == 1
    assert "1 of 8 files differ" in ended.out
    assert "weekly.parquet" in ended.out


def test_rerun_with_other_code_is_refused_unless_forced(cli, light_path, monkeypatch):
    cli("run", BOTH[0], *FEW, "--out", light_path / "a")
    from regime_sim import provenance
    from regime_sim.store import plan

    monkeypatch.setattr(provenance, "model_mark", lambda: "1" * 64)
    monkeypatch.setattr(plan, "model_mark", lambda: "1" * 64)
    plan.runnable.cache_clear()
    ended = cli("rerun", light_path / "a")
    assert (ended.status, len(ended.complaints)) == (2, 1)
    assert "a different version of the model; --force" in ended.err
    ended = cli("resume", light_path / "a")
    assert ended.status == 2
    advice = ended.err.split("`regime-sim ")[1].split("`")[0]
    forced = cli(*advice.split())
    assert forced.status == 0, "the advice works"
    assert "files differ" in forced.out
    ended = cli("run", BOTH[0], *FEW, "--out", light_path / "a")
    assert ended.status == 2
    assert "a different version of the model; give another --out, or --replace" in ended.err
    assert cli("run", BOTH[0], *FEW, "--out", light_path / "a", "--replace").status == 0


# ---- failures, interrupts, locks


def test_a_failing_replicate_is_named_with_its_command_and_the_batch_goes_on(
    cli, light_path, monkeypatch
):
    planted(monkeypatch, {40})
    ended = cli("run", *BOTH, *FEW, "--out", light_path, "--format", "json")
    assert ended.status == 0
    named = [
        line
        for line in ended.complaints
        if "replicate 40 failed (seed 5): ZeroDivisionError" in line
    ]
    assert len(named) == 2
    assert (
        f"regime-sim run {light_path / BOTH[0] / 'scenario.yaml'} --seed 5 --first 40"
        " --replicates 1" in named[0]
    )
    for document in json.loads(ended.out):
        assert document["failed"] == {
            "count": 1,
            "replicates": [{"replicate": 40, "error": "ZeroDivisionError: planted in 40"}],
        }
        assert document["replicates"] == 95
    arguments = named[0].split("alone: regime-sim ")[1].split()
    alone = cli(*arguments)
    assert alone.status == 2
    assert "ZeroDivisionError" in alone.err


def test_without_a_folder_too(cli, monkeypatch):
    planted(monkeypatch, {40})
    ended = cli("run", BOTH[0], *FEW[:8], "--format", "json")
    assert ended.status == 0
    alone = ended.err.splitlines()[0].split("alone: regime-sim ")[1]
    # that very world, not one of another horizon
    assert alone == "run venezuela-2025 --horizon 4 --generals 8 --seed 5 --first 40 --replicates 1"
    again = cli(*alone.split())
    assert again.status == 2
    assert "ZeroDivisionError: planted in 40" in again.err


def test_a_scenario_of_which_nothing_is_left_does_not_end_the_others(cli, light_path, monkeypatch):
    planted(monkeypatch, set(range(96)))
    ended = cli("run", *BOTH, *FEW, "--out", light_path)
    assert ended.status == 1
    assert sum("no replicate came through" in line for line in ended.complaints) == 2


def test_a_folder_in_use_is_status_three_within_a_second(cli, light_path):
    cli("run", BOTH[0], *FEW, "--out", light_path)
    with lock.locked(light_path):
        for command in (("run", BOTH[0], *FEW, "--out", light_path), ("resume", light_path)):
            took = []
            for _ in range(3):  # the best of three: the machine may be busy with something else
                begin = time.monotonic()
                ended = cli(*command)
                took.append(time.monotonic() - begin)
            assert min(took) < 1.0
            assert (ended.status, len(ended.complaints)) == (3, 1)
            assert f"in use by process {os.getpid()} on" in ended.err


@pytest.mark.few(1)
@pytest.mark.parametrize(("which", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_names_the_command_that_goes_on(root, cli, light_path, which, status):
    arguments = (
        "run",
        BOTH[0],
        "--generals",
        8,
        "--replicates",
        200_000,
        "--chunk",
        64,
        "--seed",
        5,
        "--out",
        light_path / "a",
    )
    environment = os.environ | {"PYTHONPATH": str(root)}
    process = subprocess.Popen(
        [sys.executable, "-m", "regime_sim.cli", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    until = time.monotonic() + 60
    while not list(light_path.glob("a/chunks/*.npz")) and time.monotonic() < until:
        time.sleep(0.02)
    sent = time.monotonic()
    process.send_signal(which)
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - sent < 2.0
    assert process.returncode == status
    assert err.splitlines() == [
        f"regime-sim: {'Interrupted' if status == 130 else 'Terminated'}; `regime-sim resume"
        f" {light_path / 'a'}` continues from there"
    ]
    with pytest.raises(rs.RegimeSimError, match="not complete"):
        rs.read_run(light_path / "a")


@pytest.mark.slow
def test_a_terminal_sees_bars_and_a_pipe_nothing(root, light_path):
    """One bar per scenario, one for all, rate and time left; on a terminal only."""
    import pty

    arguments = [
        "run",
        *BOTH,
        "--generals",
        "8",
        "--replicates",
        "4000",
        "--horizon",
        "10",
        "--chunk",
        "256",
        "--out",
        str(light_path / "a"),
        "--format",
        "csv",
    ]
    main, other = pty.openpty()
    environment = os.environ | {"PYTHONPATH": str(root), "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(
        [sys.executable, "-m", "regime_sim.cli", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=other,
        env=environment,
    )
    os.close(other)
    seen = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(main)
    assert process.wait(timeout=60) == 0
    text = seen.decode(errors="replace")
    for word in ("venezuela-2025", "isolation", "all scenarios", "/s", "4000/4000"):
        assert word in text, word


# ---- the long proofs: forks of one process, so that two hundred batches take minutes


def broken_off(root: Path, what: str, count: int, folder: Path) -> dict[str, Any]:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(root), str(HERE)]),
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [
        sys.executable,
        "-W",
        "ignore::DeprecationWarning",
        str(HERE / "broken_off.py"),
        what,
        str(count),
        "1",
        str(folder),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("count", [1, pytest.param(200, marks=pytest.mark.slow)])
def test_killed_at_random_instants_and_resumed_every_byte_is_the_same(root, light_path, count):
    found = broken_off(root, "kill", count, light_path / "k")
    assert found["wrong"] == []
    assert found["identical"] == count
    # the instants were spread over the whole batch: before the first file, after many, and most of
    # them hit
    if count > 100:
        assert found["struck"] > count // 2
        assert len(found["left_behind"]) > 5


@pytest.mark.slow
@pytest.mark.parametrize("count", [100])
def test_interrupted_at_random_instants_it_is_out_in_two_seconds_with_one_line(
    root, light_path, count
):
    found = broken_off(root, "signal", count, light_path / "s")
    assert found["wrong"] == []
    assert found["identical"] == count
    assert found["slowest"] < 2.0
    assert found["struck"] > count // 2


@pytest.mark.slow
def test_of_fifty_simultaneous_starts_exactly_one_wins(root, light_path):
    found = broken_off(root, "start", 50, light_path / "w")
    assert (found["won"], found["refused"], found["named_the_first"]) == (1, 54, 50)
    assert found["later_refused_after"] < 1.0


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_a_full_disk_is_one_line_and_costs_nothing_that_was_there(root, light_path, count):
    found = broken_off(root, "full", count, light_path / "f")
    assert found["wrong"] == []
    assert found["refused"] == found["identical"] == count


PEAK = """
import json, resource, subprocess, sys
line = [sys.executable, "-m", "regime_sim.cli", *sys.argv[1:]]
subprocess.run(line, stdout=subprocess.DEVNULL, check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak / (1e6 if sys.platform == "darwin" else 1e3))
"""


def peak(root: Path, replicates: int, folder: Path) -> float:
    """Peak memory of a whole `regime-sim run --out`, in MB."""
    arguments = [
        "run",
        BOTH[0],
        "--generals",
        "8",
        "--replicates",
        str(replicates),
        "--out",
        str(folder),
    ]
    ended = subprocess.run(
        [sys.executable, "-c", PEAK, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    return float(ended.stdout)


@pytest.mark.slow
def test_a_million_replicates_need_hardly_more_memory_than_a_hundred_thousand(root, light_path):
    few, many = (peak(root, n, light_path / f"{n}") for n in (100_000, 1_000_000))
    print(f"peak memory: {few:.1f} MB at 1e5 replicates, {many:.1f} MB at 1e6")
    assert max(few, many) <= 350.0
    assert many - few <= 16.0


@pytest.mark.slow
@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_many_ensembles_in_one_process_leave_nothing_behind(root, light_path, count):
    """Resident memory after the 50th and after the last; each is another scenario, run in memory
    and into a folder by turns.
    """
    code = f"""
import shutil, regime_sim as rs
base = rs.load("venezuela-2025").with_(generals=8, horizon=6)
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * {resource.getpagesize()} / 1e6
for k in range({count}):
    out = {str(light_path / "x")!r} if k % 2 else None
    rs.simulate(base.vary(rents=k / {count}), 32, seed=k, out=out)
    shutil.rmtree({str(light_path / "x")!r}, ignore_errors=True)
    if k == 49:
        before = resident()
print(resident() - before)
"""
    if not Path("/proc/self/statm").exists():
        pytest.skip("resident memory is read from /proc")
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert float(ended.stdout) < 6.0


# ---- a summary of many runs


def test_a_batch_leaves_a_summary_and_says_a_line_per_scenario(cli, light_path):
    ended = cli("run", *BOTH, *FEW, "--out", light_path)
    lines = ended.out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["scenario", *BOTH]
    with (light_path / "summary.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["scenario"] for row in rows] == list(BOTH)
    for row in rows:
        run = rs.read_run(light_path / row["scenario"])
        assert float(row["leader_out"]) == run.out().value
        shares = [float(row[way]) for way in rs.WAYS]
        assert sum(shares) == pytest.approx(1.0) and shares[0] == pytest.approx(1 - run.out().value)
    assert "<svg" in (light_path / "summary.svg").read_text()
    full = cli("run", *BOTH, *FEW, "--out", light_path, "--verbose")
    assert full.out.count("How he leaves") == 2 and len(full.out) > 3 * len(ended.out)


def test_a_summary_that_somebody_edited_is_kept(cli, light_path):
    cli("run", BOTH[0], "raid", *FEW, "--out", light_path)
    (light_path / "summary.csv").write_text("my notes\n")
    ended = cli("run", *BOTH, "raid", *FEW, "--out", light_path)
    assert "kept as" in ended.err and ended.status == 0
    kept = [path for path in light_path.glob("summary.csv*") if path.read_text() == "my notes\n"]
    assert len(kept) == 1
    assert len((light_path / "summary.csv").read_text().splitlines()) == 4
    assert len(list(light_path.glob("summary.svg*"))) == 1  # ours, and replaced
