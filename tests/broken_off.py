"""Batches broken off at random instants, each in a process of its own: prints what became of them
as one JSON document.

    python tests/broken_off.py kill|signal|start|full COUNT SEED FOLDER

The model is loaded and compiled once; every batch is a fork of that, which runs the command line as
a user would and is really killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SMALL = (
    "--generals",
    "8",
    "--horizon",
    "6",
    "--replicates",
    "1024",
    "--seed",
    "3",
    "--workers",
    "2",
    "--format",
    "csv",
)
WHOLE = "venezuela-2025"
# after 768
STOPS = (
    "schema: 1\nid: stops\nextends: isolation\nruns: {stop_when: {half_width: 0.0115, of:"
    " leader_out}}\n"
)


@contextmanager
def light_folder() -> Iterator[Path]:
    """An empty folder in memory where there is one: flushing to a disk takes longer than all the
    rest of a test.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        prefix="regime_sim-", dir=memory if os.access(memory, os.W_OK) else None
    ) as name:
        yield Path(name)


def files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file under a folder, by its name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def begin(
    arguments: list[str], err: Path, limit: int | None = None, gate: int | None = None
) -> int:
    """Start `regime-sim` with these arguments in a fork; its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        if gate is not None:
            os.read(gate, 1)
        for handle, path in ((1, os.devnull), (2, str(err))):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), handle)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from regime_sim.cli import application as cli

        sys.argv = ["regime-sim", *arguments]
        try:
            cli.main()
        except SystemExit as ended:
            status = int(ended.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(status)


def ended(pid: int) -> int:
    """Wait for a process; its status as a shell shows it."""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code if code >= 0 else 128 - code


def command(folder: Path, chunk: int = 64) -> list[str]:
    """A batch of two: one that runs to its end, and one that stops when enough is known."""
    return [
        "run",
        WHOLE,
        str(folder.parent / "stops.yaml"),
        *SMALL,
        "--chunk",
        str(chunk),
        "--out",
        str(folder),
    ]


def again(folder: Path) -> list[str]:
    """What goes on: `resume` where something was begun, the same command where nothing was."""
    return (
        ["resume", str(folder), "--format", "csv"]
        if (folder / "batch.json").is_file()
        else command(folder)
    )


def undisturbed(folder: Path) -> tuple[dict[str, str], float]:
    """The files of an undisturbed batch, and the seconds that it takes."""
    assert ended(begin(command(folder), folder.with_suffix(".err"))) == 0, folder.with_suffix(
        ".err"
    ).read_text()
    shutil.rmtree(folder)
    start = time.perf_counter()
    assert ended(begin(command(folder), folder.with_suffix(".err"))) == 0
    seconds = time.perf_counter() - start
    made = [len(list((folder / name / "chunks").iterdir())) for name in (WHOLE, "stops")]
    # the second stops before its end, and not at its first look
    assert made[0] == 16 > made[1] > 4, made
    return files(folder), seconds


def kill(count: int, chance: random.Random, root: Path) -> dict[str, object]:
    """kill -9 at a random instant, in one trial of three once more while it is being finished; then
    finish, and hold every byte against the undisturbed batch.
    """
    wanted, seconds = undisturbed(root / "undisturbed")
    same = struck = 0
    left: list[int] = []
    wrong: list[str] = []
    for trial in range(count):
        folder = root / f"{trial}"
        for blow in range(2 if trial % 3 == 0 else 1):
            pid = begin(command(folder) if blow == 0 else again(folder), root / "err")
            time.sleep(chance.uniform(0.0, seconds))
            os.kill(pid, signal.SIGKILL)
            struck += ended(pid) == 137
        left.append(len(files(folder)) if folder.is_dir() else 0)
        status = ended(begin(again(folder), root / "err"))
        good = status == 0 and files(folder) == wanted
        same += good
        if not good:
            wrong.append(f"trial {trial}: status {status}: {(root / 'err').read_text()[-300:]}")
        shutil.rmtree(folder)
    return {
        "trials": count,
        "identical": same,
        "struck": struck,
        "left_behind": sorted(set(left)),
        "files": len(wanted),
        "seconds": seconds,
        "wrong": wrong,
    }


def interrupt(count: int, chance: random.Random, root: Path) -> dict[str, object]:
    """SIGINT and SIGTERM by turns at a random instant: out within two seconds, the right status,
    one line; then finish.
    """
    wanted, seconds = undisturbed(root / "undisturbed")
    same = struck = 0
    slowest = 0.0
    wrong: list[str] = []
    for trial in range(count):
        folder, which = root / f"{trial}", (signal.SIGINT, signal.SIGTERM)[trial % 2]
        pid = begin(command(folder), root / "err")
        until = time.monotonic() + 30.0
        while not (folder / "batch.json").is_file() and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.6 * seconds))  # what comes before the first file is over
        sent = time.monotonic()
        os.kill(pid, which)
        status = ended(pid)
        slowest = max(slowest, time.monotonic() - sent)
        # which a run had said that was over before
        lines = [
            line
            for line in (root / "err").read_text().splitlines()
            if ": stopped after " not in line
        ]
        if status != 0:
            struck += 1
            if (
                status != 128 + which
                or len(lines) != 1
                or f"`regime-sim resume {folder}`" not in lines[0]
            ):
                wrong.append(f"trial {trial}: status {status}: {lines}")
        status = ended(begin(again(folder), root / "err"))
        good = status == 0 and files(folder) == wanted
        same += good
        if not good:
            wrong.append(
                f"trial {trial}: resumed with {status}: {(root / 'err').read_text()[-300:]}"
            )
        shutil.rmtree(folder)
    return {
        "trials": count,
        "identical": same,
        "struck": struck,
        "slowest": slowest,
        "seconds": seconds,
        "wrong": wrong,
    }


def start(count: int, chance: random.Random, root: Path) -> dict[str, object]:
    """So many starts at the same moment into one folder, then five later ones: who won, who was
    refused, by which words and after how long.
    """
    folder = root / "one"
    arguments = [
        "run",
        WHOLE,
        "--generals",
        "64",
        "--replicates",
        "2000000",
        "--workers",
        "1",
        "--format",
        "csv",
        "--out",
        str(folder),
    ]
    gate, opener = os.pipe()
    pids = [begin(arguments, root / f"{k}.err", gate=gate) for k in range(count)]
    time.sleep(chance.uniform(0.2, 0.5))
    os.write(opener, b"x" * count)
    done: dict[int, int] = {}
    while len(done) < count - 1:
        pid, code = os.waitpid(-1, 0)
        done[pid] = os.waitstatus_to_exitcode(code)
    left = [pid for pid in pids if pid not in done]
    later = []
    for _ in range(5):
        sent = time.monotonic()
        done[-len(later) - 1] = ended(begin(arguments, root / "later.err"))
        later.append(time.monotonic() - sent)
    os.kill(left[0], signal.SIGTERM)
    running = ended(left[0]) == 143
    refused = list(done.values()).count(3)
    named = sum(f"process {left[0]} on" in path.read_text() for path in root.glob("*.err"))
    return {
        "starts": count,
        "won": int(running),
        "refused": refused,
        "named_the_first": named,
        "later_refused_after": max(later),
    }


def full(count: int, chance: random.Random, root: Path) -> dict[str, object]:
    """A limit on the size of files, at so many points below the largest: one line, status 4, what
    is there is good; then finish without the limit.
    """
    wanted, _ = undisturbed(root / "undisturbed")
    largest = max(
        path.stat().st_size for path in (root / "undisturbed").rglob("*") if path.is_file()
    )
    refused = same = 0
    wrong: list[str] = []
    for trial in range(count):
        folder = root / f"{trial}"
        # the line on standard error must fit, which is a file here
        limit = max(1000, largest * trial // count)
        status = ended(begin(command(folder), root / "err", limit=limit))
        lines = (root / "err").read_text().splitlines()
        good = status == 4 and len(lines) == 1 and str(folder) in lines[0] and "bytes" in lines[0]
        refused += good
        if not good:
            wrong.append(f"limit {limit}: status {status}: {lines}")
        chunks = list(folder.rglob("*.npz"))
        if any(
            files(folder)[str(path.relative_to(folder))] != wanted[str(path.relative_to(folder))]
            for path in chunks
        ):
            wrong.append(f"limit {limit}: a chunk is not good")
        status = ended(begin(again(folder), root / "err"))
        same += status == 0 and files(folder) == wanted
    chance.random()
    return {
        "points": count,
        "refused": refused,
        "identical": same,
        "largest": largest,
        "wrong": wrong,
    }


def main() -> None:
    what, count, seed, root = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    root.mkdir(parents=True, exist_ok=True)
    import pyarrow.parquet  # noqa: F401  (loaded once, not in every fork)

    import regime_sim.cli.run_folders
    import regime_sim.store.folder
    import regime_sim.store.tables  # noqa: F401
    from regime_sim.engine.replicates import no_weeks, run_block
    from regime_sim.scenario import load
    from regime_sim.scenario.compile import compile_scenario

    (root / "stops.yaml").write_text(STOPS)
    compiled = compile_scenario(load(WHOLE).with_(generals=8, horizon=6))
    run_block(compiled, 1, 0, 1, no_weeks(6))
    found = {"kill": kill, "signal": interrupt, "start": start, "full": full}[what](
        count, random.Random(seed), root
    )
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
