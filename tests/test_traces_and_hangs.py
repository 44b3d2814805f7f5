"""No traceback and no hang reaches a user, whatever the place: odd paths, a full or closed output,
a folder that is gone, signals that are ignored, a system without files of Unix; and every command
that the documents show runs.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import doors
import pytest
from doors import ARTICLE, ROOT, SMALL, good, inside

import regime_sim as rs
from regime_sim.store import lock

LONG = "x" * 300
COMMANDS = (
    "attribute",
    "coding",
    "elicit",
    "run",
    "check",
    "new",
    "schema",
    "backtest",
    "score",
    "claim",
    "episodes",
    "resume",
    "rerun",
    "compare",
    "sweep",
    "sensitivity",
    "tipping",
    "discover",
    "ways",
    "preview",
    "story",
    "report",
    "levers",
    "scenarios",
    "cite",
    "odd",
    "patterns",
    "calibrate",
    "bench",
    "dashboard",
    "renew",
)


def a_line(ended: doors.Ended, *statuses: int) -> None:
    """An ending with a status that is documented, and lines that say why."""
    assert ended.status in (statuses or (2, 4)), (ended.status, ended.err)
    assert ended.err.strip() and "Traceback" not in ended.err and "Error:" not in ended.err, (
        ended.err
    )
    assert len(ended.err.splitlines()) <= 3, ended.err


def test_every_command_is_known_here():
    """A new command gets its place in these tests."""
    shown = set(re.findall(r"^[ │|]*([a-z]+)  ", good("--help").out, re.M))
    assert shown == set(COMMANDS), shown ^ set(COMMANDS)


# ---- odd paths

READING: dict[str, Callable[[object], tuple[object, ...]]] = {
    "run": lambda path: ("run", path, *SMALL),
    "check": lambda path: ("check", path),
    "cite": lambda path: ("cite", path),
    "story": lambda path: ("story", path, "--replicate", 1),
    "compare": lambda path: ("compare", path, path, "--replicates", 8),
    "sweep": lambda path: ("sweep", path, "--over", "rents=0,1", "--replicates", 8),
    "ways": lambda path: ("ways", path),
    "sensitivity": lambda path: ("sensitivity", path),
    "tipping": lambda path: ("tipping", path),
    "discover": lambda path: ("discover", path),
    "claim": lambda path: ("claim", path),
    "preview": lambda path: ("preview", path),
    "report": lambda path: ("report", path, "-o", "p.html"),
    "dashboard": lambda path: ("dashboard", path, "--no-browser"),
    "bench": lambda path: ("bench", path),
    "new": lambda path: ("new", "m.yaml", f"--from={path}"),
    "resume": lambda path: ("resume", path),
    "rerun": lambda path: ("rerun", path),
    "backtest": lambda path: ("backtest", f"--cases={path}"),
    "card": lambda path: ("backtest", f"--check={path}"),
    "odd": lambda path: ("odd", f"--check={path}"),
    "score": lambda path: ("score", path),
    "freeze": lambda path: ("score", "--freeze", path),
    "baseline": lambda path: (
        "report",
        ARTICLE,
        "-o",
        "p.html",
        f"--baseline={path}",
        "--replicates",
        8,
    ),
}
WRITING: dict[str, Callable[[object], tuple[object, ...]]] = {
    "run": lambda path: ("run", ARTICLE, *SMALL, f"--out={path}"),
    "rerun": lambda path: ("rerun", "kept", f"--out={path}"),
    "odd": lambda path: ("odd", f"--output={path}"),
    "schema": lambda path: ("schema", f"--output={path}"),
    "story": lambda path: ("story", ARTICLE, "--replicate", 1, f"--output={path}"),
    "new": lambda path: ("new", path, "--from", ARTICLE),
    "report": lambda path: (
        "report",
        ARTICLE,
        "--replicates",
        8,
        "--no-history",
        f"--output={path}",
    ),
    "preview": lambda path: (
        "preview",
        ARTICLE,
        "--settings",
        32,
        "--replicates",
        16,
        "--held",
        4,
        "--exact",
        16,
        f"--output={path}",
    ),
    "compare": lambda path: (
        "compare",
        ARTICLE,
        "isolation",
        "--replicates",
        8,
        "--generals",
        8,
        f"--figure={path}",
    ),
    "sweep": lambda path: (
        "sweep",
        ARTICLE,
        "--over",
        "rents=0,1",
        "--replicates",
        8,
        "--generals",
        8,
        f"--figure={path}",
    ),
    "card": lambda path: (
        "backtest",
        f"--card={path}",
        "--replicates",
        16,
        "--generals",
        8,
        "--shifts",
        1,
    ),
    "pictures": lambda path: ("dashboard", f"--pictures={path}"),
    "calibrate": lambda path: ("calibrate", f"--output={path}", "--settings", 64, "--held", 20),
    "patterns": lambda path: ("patterns", "--replicates", 160, "--generals", 8, f"--output={path}"),
    "episodes": lambda path: ("episodes", "--replicates", 16, "--generals", 8, f"--output={path}"),
}
SUFFIX = {
    "story": ".html",
    "report": ".html",
    "compare": ".svg",
    "sweep": ".svg",
    "new": ".yaml",
    "card": ".md",
    "episodes": ".md",
    "patterns": ".md",
    "odd": ".md",
    "schema": ".json",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """A folder with odd things in it, which is worked in."""
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "empty.yaml").touch()
    (tmp_path / "noise.yaml").write_bytes(bytes(range(256)))
    os.mkfifo(tmp_path / "pipe.yaml")
    with doors.standing_in(tmp_path):
        yield tmp_path


ODD = (
    "",
    ".",
    "..",
    "/",
    LONG,
    f"{LONG}.yaml",
    "a/" * 2100 + "a.yaml",
    "folder.yaml",
    "loop.yaml",
    "gone.yaml",
    "empty.yaml",
    "noise.yaml",
    "pipe.yaml",
    "empty.yaml/x.yaml",
    "/dev/null",
    "/proc/self/mem",
    "\udcff.yaml",
    "~",
    "-",
    "nul",
    "con.yaml",
    "a:b.yaml",
    "http://evil.example/x.yaml",
    "🙂",
)


QUICK = ("run", "check", "new", "resume", "rerun")


@pytest.mark.parametrize(
    "command",
    [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in READING],
)
def test_whatever_is_to_be_read_is_told_in_lines(desk, command):
    for path in ODD:
        with doors.at_most(10):
            ended = inside(*READING[command](path))
        if (command, path) in (
            ("score", "."),
            ("score", ".."),
            ("score", "/"),
            ("score", "folder.yaml"),
        ) and ended.status == 0:
            continue  # a folder without forecasts
        assert ended.status in (1, 2, 3, 4), (path[:40], ended)
        assert ended.err.strip() and "Traceback" not in ended.err, path[:40]
        assert len(ended.err.splitlines()) <= 4, (path[:40], ended.err)


TARGETS = (
    f"{LONG}{{}}",
    "empty.yaml/x{}",
    "loop.yaml/x{}",
    f"no/such/folder/{LONG}{{}}",
    "/proc/x{}",
    "/dev/full/x{}",
    "a/" * 2100 + "a{}",
)
AT_ONCE = ("run", "rerun", "odd", "schema", "new")


def refused(command: str, target: str) -> None:
    """A place at which nothing can be written is told in a line."""
    with doors.at_most(60):
        a_line(inside(*WRITING[command](target.format(SUFFIX.get(command, "")))), 2, 4)


@pytest.mark.parametrize(
    "command",
    [one if one in AT_ONCE else pytest.param(one, marks=pytest.mark.slow) for one in WRITING],
)
def test_wherever_it_is_to_be_written_is_told_in_lines(desk, command):
    doors.run_folder(desk / "kept")
    for target in TARGETS if command in AT_ONCE else TARGETS[:2]:
        refused(command, target)


@pytest.mark.slow
@pytest.mark.parametrize("command", [one for one in WRITING if one not in AT_ONCE])
def test_wherever_else_it_is_to_be_written_is_told_in_lines(desk, command):
    for target in TARGETS[2:]:
        refused(command, target)


@pytest.mark.parametrize("command", ["odd", "schema", "new"])
def test_a_folder_is_no_file(desk, command):
    (desk / f"f{SUFFIX[command]}").mkdir()
    refused(command, "f{}")


def test_rerun_of_the_folder_one_stands_in(light_path):
    doors.run_folder(light_path / "kept")
    with doors.standing_in(light_path / "kept"):
        for arguments in (("rerun", "."), ("rerun", "./"), ("rerun", "../kept/.")):
            ended = inside(*arguments)
            assert ended.status in (0, 2), ended.err
            assert ended.err == "" or len(ended.err.splitlines()) == 1
    doors.run_folder(light_path / "batch", "batch")
    with doors.standing_in(light_path / "batch"):
        assert inside("rerun", ".").status in (0, 2)
        assert inside("rerun", "isolation/..").status in (0, 2)


@pytest.mark.parametrize("path", ["a\0b", "a\0b.yaml", LONG, "\udcff.yaml", "", "a/" * 2100])
def test_python_tells_of_odd_paths_by_its_own_errors(path):
    for call in (
        lambda: rs.load(path),
        lambda: rs.load(Path(path)),
        lambda: rs.read_run(path),
        lambda: rs.backtest(path),
        lambda: rs.simulate(doors.small(), 4, out=path or "\0"),
        lambda: doors.record("Figure").save(f"{path or LONG}.svg"),
        lambda: doors.record("Story").save(f"{path or LONG}.html"),
        lambda: doors.record("Report").save(f"{path or LONG}.html"),
    ):
        with contextlib.chdir("/proc"), pytest.raises((rs.RegimeSimError, OSError)):
            call()


# ---- output that cannot be written


@pytest.mark.few(10)
@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("-h",),
        ("--version",),
        (),
        *((command, "--help") for command in COMMANDS),
        ("levers",),
        ("scenarios",),
        ("odd",),
        ("schema",),
        ("rnu",),
    ],
    ids=" ".join,
)
def test_a_full_output_is_one_line(arguments):
    full = Path("/dev/full").open("w")  # noqa: SIM115 - closing it fails, as it does for the command
    try:
        ended = inside(*arguments, out=full)
    finally:
        with contextlib.suppress(OSError):
            full.close()
    if arguments in ((), ("rnu",)):
        assert ended.status in (2, 4)
    else:
        a_line(ended, 4)
        assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("run", "--help"),
        ("--version",),
        pytest.param(("levers",), marks=pytest.mark.slow),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    "where",
    [
        "full",
        pytest.param("closed", marks=pytest.mark.slow),
        pytest.param("both closed", marks=pytest.mark.slow),
        pytest.param("gone", marks=pytest.mark.slow),
    ],
)
def test_a_full_or_closed_output_of_a_process(arguments, where):
    words = shlex.join(doors.argv(*arguments))
    tail = {
        "full": "> /dev/full",
        "closed": ">&-",
        "both closed": ">&- 2>&-",
        "gone": "| true; exit ${PIPESTATUS[0]}",
    }[where]
    ended = subprocess.run(
        ["bash", "-c", f"{words} {tail}"],
        capture_output=True,
        text=True,
        env=doors.environment(),
        timeout=60,
        check=False,
    )
    assert ended.returncode in ((0, 141) if where == "gone" else (4,)), ended
    assert (
        "Traceback" not in ended.stderr
        and "Exception ignored" not in ended.stderr
        and len(ended.stderr.splitlines()) <= 1
    )


# ---- a folder that is gone


@contextlib.contextmanager
def nowhere(tmp_path: Path) -> Iterator[None]:
    gone = tmp_path / "gone"
    gone.mkdir()
    before = Path.cwd()
    os.chdir(gone)
    gone.rmdir()
    try:
        yield
    finally:
        os.chdir(before)


GONE: tuple[tuple[object, ...], ...] = (
    ("check", "m.yaml"),
    ("run", "m.yaml"),
    ("run", ARTICLE, *SMALL, "--out", "b"),
    ("run", ARTICLE, *SMALL, "--out", "."),
    ("resume", "b"),
    ("resume", "."),
    ("rerun", "b"),
    ("rerun", "."),
    ("new", "m.yaml", "--from", ARTICLE),
    ("new", "m.yaml", "--from", "x.yaml"),
    ("report", ARTICLE, "-o", "p.html", "--replicates", 8, "--no-history"),
    ("report", "b", "-o", "p.html"),
    ("story", ARTICLE, "--replicate", 1, "-o", "p.html"),
    ("odd", "-o", "odd.md"),
    ("odd", "--check", "odd.md"),
    ("schema", "-o", "s.json"),
    ("backtest", "--cases", "c.csv"),
    ("score", "m.yaml"),
    ("compare", ARTICLE, "isolation", "--replicates", 8, "--generals", 8, "--figure", "x.svg"),
    ("dashboard", "m.yaml", "--no-browser"),
    ("backtest", "--check", "card.md"),
    (
        "preview",
        ARTICLE,
        "--settings",
        32,
        "--replicates",
        16,
        "--held",
        4,
        "--exact",
        16,
        "-o",
        "f",
    ),
)
STILL: tuple[tuple[object, ...], ...] = (
    ("--help",),
    ("--version",),
    ("levers",),
    ("scenarios",),
    ("schema", "--check"),
    ("run", ARTICLE, *SMALL),
    ("cite", ARTICLE),
    ("check", ARTICLE),
    ("score",),
    ("odd",),
)


@pytest.mark.parametrize(
    "lines", [GONE[:10], pytest.param(GONE[10:], marks=pytest.mark.slow)], ids=["first", "others"]
)
def test_a_folder_that_is_gone_is_told_in_a_line(tmp_path, lines):
    with nowhere(tmp_path):
        for arguments in lines:
            a_line(inside(*arguments))


def test_what_needs_no_folder_runs_without_one(tmp_path):
    with nowhere(tmp_path):
        for arguments in STILL:
            good(*arguments)


def test_a_folder_that_is_gone_is_no_trouble_to_a_process(tmp_path):
    words = "; ".join(
        f"{shlex.join(doors.argv(*one))} > /dev/null || echo no"
        for one in (("--version",), ("run", ARTICLE, *SMALL))
    )
    ended = subprocess.run(
        ["bash", "-c", f"mkdir g; cd g; rmdir ../g; {words}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=doors.environment(),
        timeout=90,
        check=False,
    )
    assert "no" not in ended.stdout.split() and "Traceback" not in ended.stderr, ended.stderr


# ---- dates at the end of time


@pytest.mark.parametrize(
    "start",
    [
        "9999-12-31",
        *(
            pytest.param(one, marks=pytest.mark.slow)
            for one in (
                "9990-01-01",
                "0001-01-01",
                "1899-12-31",
                "2201-01-01",
                "2200-12-31",
                "1900-01-01",
            )
        ),
    ],
)
def test_a_case_of_any_date_is_answered(tmp_path, start):
    import csv
    import io

    rows = list(
        csv.DictReader(
            io.StringIO(doors.cases_file(tmp_path / "c.csv", 2).read_text(encoding="utf-8"))
        )
    )
    rows[0].update(start_date=start, outcome_date="", weeks_to_outcome="", outcome="")
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    (tmp_path / "c.csv").write_text(text.getvalue(), encoding="utf-8")
    for form in ("table", "json", "csv"):
        ended = inside(
            "backtest",
            "--cases",
            tmp_path / "c.csv",
            "--replicates",
            16,
            "--generals",
            8,
            "--format",
            form,
        )
        assert ended.status == 0 or (
            ended.status == 2 and "start_date" in ended.err and start in ended.err
        )


@pytest.mark.parametrize(
    "start",
    [
        "9999-12-31",
        *(pytest.param(one, marks=pytest.mark.slow) for one in ("2200-12-31", "1900-01-01")),
    ],
)
def test_a_scenario_of_any_date_is_answered(tmp_path, start):
    (tmp_path / "m.yaml").write_text(
        doors.TEXT.format(id="m").replace("horizon: 4", "horizon: 60") + f"start: {start}\n",
        encoding="utf-8",
    )
    if inside("check", tmp_path / "m.yaml").status:
        return
    few = ("--replicates", 4, "--generals", 8)
    good("run", tmp_path / "m.yaml", *few)
    good("story", tmp_path / "m.yaml", "--replicate", 1, "-o", tmp_path / "s.html")
    good("compare", tmp_path / "m.yaml", tmp_path / "m.yaml", *few, "--figure", tmp_path / "x.svg")
    good(
        "report", tmp_path / "m.yaml", "--replicates", 4, "--no-history", "-o", tmp_path / "r.html"
    )


# ---- other circumstances


CIRCUMSTANCES = {
    "no HOME": {"HOME": ""},
    "HOME that is no folder": {"HOME": "/dev/null"},
    "a cache that cannot be written": {"XDG_CACHE_HOME": "/proc"},
    "C locale": {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    "no terminal type": {"TERM": ""},
    "narrow": {"COLUMNS": "1"},
    "odd width": {"COLUMNS": "x"},
    "colour": {"FORCE_COLOR": "1"},
    "PYTHONOPTIMIZE": {"PYTHONOPTIMIZE": "2"},
    "warnings are errors": {"PYTHONWARNINGS": "error"},
    "another TMPDIR": {"TMPDIR": "/nowhere"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_other_circumstances_change_nothing(tmp_path, name):
    few = ("--replicates", 2, "--horizon", 2, "--generals", 8)
    wanted = f'"sha256": "{rs.simulate(doors.small(2), 2).digest()}"'
    ended = doors.process(
        "run",
        ARTICLE,
        *few,
        "--format",
        "json",
        env=doors.environment(**CIRCUMSTANCES[name]),
        cwd=tmp_path,
        timeout=180,
    )
    assert ended.returncode == 0 and wanted in ended.stdout, ended.stderr
    for arguments in (
        ("--help",),
        ("run", ARTICLE, *few),
        ("levers",),
        ("check", "nothing-like-it"),
    ):
        assert (
            "Traceback"
            not in doors.process(
                *arguments, env=doors.environment(**CIRCUMSTANCES[name]), cwd=tmp_path, timeout=180
            ).stderr
        )


# ---- signals


def ignoring(
    words: list[str], which: str, seconds: float, **more: object
) -> subprocess.CompletedProcess[str]:
    """A process that begins with a signal ignored: in the background, under nohup, under cron."""
    numbers = {
        "SIGINT": (signal.SIGINT,),
        "nohup": (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT),
        "SIGTERM": (signal.SIGTERM,),
    }[which]

    def begin() -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)

    settings: dict[str, object] = {
        "capture_output": True,
        "text": True,
        "timeout": seconds,
        "env": doors.environment(),
        "stdin": subprocess.DEVNULL,
    }
    return subprocess.run(words, check=False, preexec_fn=begin, **(settings | more))  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("which", ["SIGINT", pytest.param("nohup", marks=pytest.mark.slow)])
def test_a_run_in_the_background_comes_to_its_end(tmp_path, which):
    ended = ignoring(
        doors.argv("run", ARTICLE, *SMALL, "--out", tmp_path / "b", "--format", "json"), which, 60
    )
    assert ended.returncode == 0 and ended.stderr == ""
    assert rs.read_run(tmp_path / "b").replicates == 8


INTERRUPTING = (
    "tests/test_cli.py",
    "tests/test_batch.py",
    "tests/test_store.py",
    "tests/test_dashboard_door.py",
)


@pytest.mark.slow
@pytest.mark.parametrize("file", INTERRUPTING)
def test_the_tests_end_where_interrupts_are_ignored(file):
    if not (ROOT / file).is_file():
        pytest.skip("it has another name now")
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-m",
        "not slow",
        "-k",
        "interrupt or signal or ended or end",
        file,
    ]
    ended = ignoring(words, "SIGINT", 240, cwd=ROOT)
    assert ended.returncode in (0, 5), ended.stdout[-2000:]


@pytest.mark.parametrize(
    "command",
    [
        ("run", ARTICLE, "--replicates", 10_000_000),
        pytest.param(
            ("compare", ARTICLE, "isolation", "--replicates", 5_000_000), marks=pytest.mark.slow
        ),
        pytest.param(("discover", ARTICLE, "--replicates", 5_000_000), marks=pytest.mark.slow),
        pytest.param(("ways", ARTICLE, "--replicates", 5_000_000), marks=pytest.mark.slow),
        pytest.param(("story", ARTICLE, "--replicates", 5_000_000), marks=pytest.mark.slow),
        pytest.param(
            (
                "sweep",
                ARTICLE,
                "--over",
                "rents=0:1:21",
                "--over",
                "foreign_support=0:1:21",
                "--replicates",
                50_000,
            ),
            marks=pytest.mark.slow,
        ),
        pytest.param(("sensitivity", ARTICLE, "--points", 8192), marks=pytest.mark.slow),
        pytest.param(("tipping", ARTICLE, "--replicates", 1_000_000), marks=pytest.mark.slow),
        pytest.param(("backtest", "--replicates", 100_000), marks=pytest.mark.slow),
        pytest.param(("claim", "--draws", 100_000), marks=pytest.mark.slow),
    ],
    ids=lambda one: one[0],
)
def test_an_interrupt_ends_a_long_command(command):
    running = subprocess.Popen(
        doors.argv(*command),
        env=doors.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(4)
    assert running.poll() is None, running.communicate()
    running.send_signal(signal.SIGINT)
    try:
        _, err = running.communicate(timeout=10)
    finally:
        running.kill()
    assert running.returncode == 130 and "Traceback" not in err and len(err.splitlines()) == 1, err


# ---- Windows, as far as it can be played here

WITHOUT = """
import sys, os, importlib
for name in ({first}):
    importlib.import_module(name)
for name in ({modules}):
    sys.modules[name] = None
for name in ({names}):
    if hasattr(os, name):
        delattr(os, name)
{more}
sys.argv = ["regime-sim", *sys.argv[1:]]
from {module} import main
main()
"""
FIRST = (
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "tempfile",
    "subprocess",
    "multiprocessing",
    "concurrent.futures",
    "asyncio",
    "typer",
    "rich",
    "scipy.stats",
    "rich.progress",
    "socket",
)
FEW = {"modules": ("fcntl",), "names": ("getuid",), "more": ""}
ALL = {
    "modules": ("fcntl", "pwd", "grp", "resource", "termios"),
    "names": (
        "getuid",
        "geteuid",
        "getgid",
        "register_at_fork",
        "fork",
        "pwrite",
        "pread",
        "O_DIRECTORY",
        "O_CLOEXEC",
        "O_NONBLOCK",
        "O_NOFOLLOW",
        "sched_getaffinity",
        "mkfifo",
        "EX_OK",
        "uname",
        "fchmod",
        "fchown",
    ),
    "more": """
import ctypes, signal
plain = os.open
def opened(path, *more, **given):
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", str(path))
    return plain(path, *more, **given)
os.open = opened
for name in ("SIGHUP", "SIGKILL", "SIGQUIT", "SIGALRM", "setitimer"):
    if hasattr(signal, name):
        delattr(signal, name)
""",
}


def elsewhere(
    kind: dict[str, object], *arguments: object, cwd: Path
) -> subprocess.CompletedProcess[str]:
    def listed(names: object) -> str:
        return "".join(f"{name!r}, " for name in names)  # type: ignore[attr-defined]

    text = WITHOUT.format(
        first=listed(FIRST),
        modules=listed(kind["modules"]),
        names=listed(kind["names"]),
        more=kind["more"],
        module=doors.MODULE,
    )
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env=doors.environment(),
        timeout=180,
        check=False,
    )


def test_a_folder_is_held_where_the_system_has_no_locks(light_path, monkeypatch):
    """By the process that the lock names, as long as it runs."""
    monkeypatch.setattr(lock, "fcntl", None)
    with lock.locked(light_path):
        with pytest.raises(rs.RegimeSimError, match=f"in use by process {os.getpid()} on"):
            lock.refuse_if_held(light_path)
        signed = (light_path / "lock").read_text()
    lock.refuse_if_held(light_path)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (light_path / "lock").write_text(signed.replace(str(os.getpid()), str(gone.pid), 1))
    with lock.locked(light_path):
        pass
    assert (light_path / "lock").read_bytes() == b""


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FEW, ALL], ids=["both", "all"])
def test_it_works_without_the_files_of_unix(tmp_path, kind):
    """Or it refuses in one line that says so, and the README with it; working is the goal."""
    ended = elsewhere(kind, "run", ARTICLE, *SMALL, "--format", "json", cwd=tmp_path)
    if ended.returncode == 2 and "Windows" in ended.stderr:
        assert len(ended.stderr.splitlines()) == 1 and "Windows" in (ROOT / "README.md").read_text()
        return
    assert ended.returncode == 0, ended.stderr
    assert f'"sha256": "{rs.simulate(doors.small(4), 8, seed=1).digest()}"' in ended.stdout
    for arguments in (
        ("run", ARTICLE, *SMALL, "--out", "b"),
        ("resume", "b"),
        ("run", ARTICLE, "isolation", *SMALL, "--out", "c"),
    ):
        ended = elsewhere(kind, *arguments, cwd=tmp_path)
        assert ended.returncode == 0, (arguments, ended.stderr)
    assert rs.read_run(tmp_path / "b").replicates == 8


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("rerun", "b"),
        ("report", "b", "-o", "r.html", "--no-history"),
        ("new", "m.yaml", "--from", ARTICLE),
        ("odd", "-o", "odd.md"),
        ("compare", ARTICLE, "isolation", "--replicates", 8, "--generals", 8),
        ("story", ARTICLE, "--replicate", 1, "-o", "s.html"),
        ("backtest", "--replicates", 16, "--generals", 8),
    ],
    ids=lambda one: one[0],
)
def test_other_commands_work_without_the_files_of_unix(tmp_path, arguments):
    doors.run_folder(tmp_path / "b")
    ended = elsewhere(ALL, *arguments, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.slow
def test_a_second_writer_is_refused_there_too(tmp_path):
    doors.run_folder(tmp_path / "b", "unfinished")
    with pytest.raises(rs.RegimeSimError, match="in use"):
        import multiprocessing

        context = multiprocessing.get_context("fork")
        ready = context.Event()
        other = context.Process(target=_hold, args=(str(tmp_path / "b"), ready), daemon=True)
        other.start()
        assert ready.wait(20)
        try:
            rs.simulate(doors.small(), 8, workers=1, out=tmp_path / "b")
        finally:
            other.kill()
            other.join()


def _hold(folder: str, ready: object) -> None:
    """Run into a folder, and stay in it."""

    def wait(*_: object) -> None:
        ready.set()  # type: ignore[attr-defined]
        time.sleep(60)

    rs.simulate(doors.small(), 8, workers=1, out=folder, on_progress=wait)


# ---- the source


def test_no_module_is_put_out_of_the_way():
    """A name in `sys.modules` that stands for nothing is met by every other library too."""
    for path in (ROOT / "regime_sim").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else node.targets
                if isinstance(node, ast.Delete)
                else ()
            )
            for target in targets:
                assert not (
                    isinstance(target, ast.Subscript) and ast.unparse(target.value) == "sys.modules"
                ), f"{path}:{node.lineno}"
            if isinstance(node, ast.Call):
                assert not re.match(
                    r"sys\.modules\.(update|setdefault|pop)", ast.unparse(node.func)
                ), f"{path}:{node.lineno}"


# ---- the commands of the documents

FENCE = re.compile(r"```(?:sh|bash|console|shell)\n(.*?)```", re.S)
INLINE = re.compile(r"`(?:uv run )?regime-sim ([a-z][^`]*)`")
# what stands in a document for a name of the reader's own
STANDS = {"SCENARIO": ARTICLE, "FILE": "carrier.yaml", "FILE.html": "page.html"}
# mentioned as a name, without what it needs
NAMED = {"run", "report", "run --generals 8 --out"}
SHRUNK: dict[str, tuple[object, ...]] = {
    "run": ("--replicates", 64, "--horizon", 4, "--generals", 8),
    "backtest": ("--replicates", 16, "--generals", 8),
    "compare": ("--replicates", 16, "--generals", 8),
    "sweep": ("--replicates", 8, "--generals", 8),
    "sensitivity": ("--points", 8, "--replicates", 12, "--generals", 8),
    "tipping": ("--replicates", 128, "--generals", 8),
    "discover": ("--replicates", 2048, "--generals", 8),
    "ways": ("--replicates", 64, "--generals", 8),
    "claim": ("--draws", 16, "--futures", 2, "--generals", 8),
    "story": ("--replicates", 16),
    "patterns": ("--replicates", 160, "--generals", 8),
    "episodes": ("--replicates", 16, "--generals", 8),
    "bench": ("--replicates", 64),
    "preview": ("--settings", 32, "--replicates", 16, "--held", 4, "--exact", 16),
    "calibrate": ("--settings", 64, "--held", 20),
    "report": ("--no-history",),
}
PLAIN = (
    "check",
    "coding",
    "elicit",
    "levers",
    "scenarios",
    "cite",
    "new",
    "schema",
    "score",
    "odd",
    "resume",
    "rerun",
    "--version",
    "--help",
)
ELSEWHERE = {
    "renew",  # it would write into the checkout
    "bench --dashboard",
    "bench --memory",
    "bench --cluster",
    "dashboard",
    "backtest --card",
    "calibrate",
    "sensitivity --over parameters",
}


def shown() -> list[tuple[str, str]]:
    """Every command line of regime-sim in the documents, in blocks and in sentences: the file, and
    the command without what comes after a `#`.
    """
    found = []
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        found += [(path.name, line) for line in INLINE.findall(text) if line not in NAMED]
        for block in FENCE.findall(text):
            for line in block.replace("\\\n", " ").splitlines():
                words = line.split("  #")[0].split(" #")[0].strip().removeprefix("$ ")
                if (
                    match := re.search(r"(?:^|&& |uv run )(?:uv run )?regime-sim (.*)$", words)
                ) and "$((" not in words:
                    found.append((path.name, match.group(1)))
    return list(dict.fromkeys(found))


def test_the_documents_show_commands():
    assert len(shown()) > 30
    for _, line in shown():
        word = shlex.split(line)[0]
        assert word in (*COMMANDS, "--version", "--help"), line
        assert word in SHRUNK or word in PLAIN or word in ("dashboard", "renew"), (
            f"say here how `{line}` is made small"
        )


def prepared(folder: Path, line: str) -> list[str]:
    """The words of a command, made small, and in a folder with what it needs."""
    words = [STANDS.get(word, word) for word in shlex.split(line)]
    for word in words:
        if word.endswith(".yaml") and words[0] != "new":
            doors.scenario_file(folder / word, Path(word).stem)
        (folder / word).parent.mkdir(parents=True, exist_ok=True)
    doors.scenario_file(
        folder / "mine.yaml", "mine", "compare: {arms: [{id: a, set: {rents: 0.1}}]}\n"
    )
    doors.scenario_file(
        folder / "carrier.yaml", "carrier", "compare: {arms: [{id: a, set: {rents: 0.1}}]}\n"
    )
    doors.cases_file(folder / "FILE.csv")
    for name in ("results", "kept", "DIR"):
        if name in words and words[0] != "run":
            doors.run_folder(folder / name)
    if words[0] == "new":
        for word in words:
            (folder / word).unlink(missing_ok=True) if word.endswith(".yaml") else None
    if words[0] == "run":
        words = [
            one
            for word in words
            for one in (sorted(path.name for path in folder.glob(word)) if "*" in word else [word])
        ]
        for option in ("--replicates", "--generals", "--horizon"):
            if option in words:
                del words[words.index(option) : words.index(option) + 2]
    small = [str(word) for word in SHRUNK.get(words[0], ())]
    if words[0] == "report" and "DIR" not in words and "kept" not in words:
        small += ["--replicates", "16"]
    if words[0] == "sensitivity" and "morris" in words:
        small = ["--points", "16", "--replicates", "8", "--generals", "8"]
    if "--engine" in words:
        small = ["--replicates", "4", "--horizon", "3", "--generals", "8"]
    taken = {word for word in words if word.startswith("--")}
    for place in range(len(small)):
        if (
            small[place] in taken
            and small[place].startswith("--")
            and small[place] != "--no-history"
        ):
            at = words.index(small[place])
            del words[at : at + 2]
    return [
        *words,
        *(word for word in small if word != "--no-history" or "--no-history" not in words),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "line"),
    [
        one
        for one in shown()
        if not any(one[1].startswith(word) for word in ELSEWHERE) and "--cluster" not in one[1]
    ],
    ids=lambda one: one[:60],
)
def test_a_command_of_the_documents_runs(tmp_path, file, line):
    """As a user runs it: a process, in a folder of his own."""
    ended = doors.process(*prepared(tmp_path, line), cwd=tmp_path, timeout=240)
    allowed = (0, 1) if "--check" in line or line.startswith(("run", "score")) else (0,)
    assert ended.returncode in allowed, ended.stderr
    assert "Traceback" not in ended.stderr


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[str]:
    """A Dask scheduler and its workers, each a process, as the README starts them: its address."""
    port = doors.free_port()
    address = f"tcp://127.0.0.1:{port}"
    dask = (
        [sys.executable, "-m", "dask"]
        if not (Path(sys.executable).with_name("dask")).is_file()
        else [str(Path(sys.executable).with_name("dask"))]
    )
    log = (folder / "dask.txt").open("w")
    settings = {
        "cwd": folder,
        "env": doors.environment(),
        "stdout": log,
        "stderr": subprocess.STDOUT,
        "start_new_session": True,
    }
    started = [
        subprocess.Popen(
            [
                *dask,
                "scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--no-dashboard",
                "--dashboard-address",
                ":0",
            ],
            **settings,
        )
    ]  # type: ignore[call-overload]
    try:
        for _ in range(workers):
            started.append(
                subprocess.Popen(
                    [*dask, "worker", address, "--nthreads", "1", "--no-dashboard"], **settings
                )
            )  # type: ignore[call-overload]
        time.sleep(5)
        assert all(one.poll() is None for one in started), (folder / "dask.txt").read_text()
        yield address
    finally:
        for one in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()
        log.close()


@pytest.mark.slow
def test_the_cluster_command_of_the_documents_runs(tmp_path):
    """`regime-sim run ... --out DIR --cluster tcp://...` with a scheduler and two workers, as
    processes; the bytes are those of a run without.
    """
    pytest.importorskip("distributed")
    few = ("--replicates", 256, "--horizon", 4, "--generals", 8, "--seed", 3, "--chunk", 32)
    with cluster(tmp_path) as address:
        ended = doors.process(
            "run", ARTICLE, *few, "--out", "far", "--cluster", address, cwd=tmp_path, timeout=240
        )
        assert ended.returncode == 0, ended.stderr
        ended = doors.process(
            "run",
            ARTICLE,
            *few[:-2],
            "--cluster",
            address,
            "--format",
            "json",
            cwd=tmp_path,
            timeout=240,
        )
        assert ended.returncode == 0, ended.stderr
        assert rs.read_run(tmp_path / "far").digest() in ended.stdout
        ended = doors.process("rerun", "far", "--cluster", address, cwd=tmp_path, timeout=240)
        assert ended.returncode == 0, ended.stderr
        ended = doors.process("resume", "far", "--cluster", address, cwd=tmp_path, timeout=240)
        assert ended.returncode == 0, ended.stderr
    assert good("run", ARTICLE, *few, "--out", tmp_path / "near").status == 0
    assert {name: one for name, one in doors.tree(tmp_path / "far").items() if name != "lock"} == {
        name: one for name, one in doors.tree(tmp_path / "near").items() if name != "lock"
    }


@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_told_in_a_line(tmp_path):
    """The extra is installed here, so a missing one is not what is told."""
    pytest.importorskip("distributed")
    ended = doors.process(
        "run",
        ARTICLE,
        *SMALL,
        "--cluster",
        f"tcp://127.0.0.1:{doors.free_port()}",
        cwd=tmp_path,
        timeout=60,
    )
    assert ended.returncode == 2 and len(ended.stderr.splitlines()) == 1, ended.stderr
    assert "scheduler" in ended.stderr and "extra" not in ended.stderr
