"""A campaign against the whole package: random scenarios engine against engine, random argument
lists over every command, random calls over every public function; prints totals, and every finding
with the line that repeats it.

    python tools/campaign.py --seed 1 --engines 2000 --commands 500 --calls 500

Nothing may reach a user but results, a documented status with lines, a RegimeSimError, or a
TypeError that names the argument; nothing may take over ten seconds; no file of the user's (a tree
that is hashed before and after) may change. The same seed gives the same campaign. Status 0:
nothing was found, 1: something was.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import decimal
import fractions
import inspect
import io
import itertools
import json
import os
import random
import re
import shlex
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import doors  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

import regime_sim as rs  # noqa: E402

PATIENCE = 10.0  # seconds that anything may take
STATUSES = frozenset((0, 1, 2, 3, 4))
SHOWN = 40  # findings that are printed
ARTICLE = doors.ARTICLE


class Hang(BaseException):
    """Something took too long. No Exception, so that nothing on the way takes it for a failure
    of its own.
    """


@dataclass
class Totals:
    """What a part of the campaign met."""

    part: str
    tried: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    began: float = field(default_factory=time.monotonic)
    took: float = 0.0

    def note(self, how: str, what: str, seconds: float) -> None:
        """One try, how it ended, and how long it took."""
        self.tried += 1
        self.ended[how] += 1
        self.slowest = max(self.slowest, (seconds, what))
        self.took = time.monotonic() - self.began

    def __str__(self) -> str:
        ways = ", ".join(f"{how} {count:,}" for how, count in sorted(self.ended.items()))
        seconds, what = self.slowest
        return (
            f"{self.part}: {self.tried:,} tried in {self.took:.0f} s ({ways}); longest"
            f" {seconds:.1f} s: {what[:120]}; found {len(self.found)}"
        )


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise Hang in the main thread after so many seconds, and again each second, should
    something swallow it.
    """

    def end(_: int, __: FrameType | None) -> None:
        raise Hang(f"no end after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def where(error: BaseException) -> str:
    """An error in a line, with the place of ours that it came from."""
    places = [
        one for one in traceback.extract_tb(error.__traceback__) if "regime_sim" in one.filename
    ]
    place = f" at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}{place}"


# ---- engine against engine


def corner(number: int) -> Any:
    """A case with most of the declared table at its bounds, few generals, and an event in full."""
    from random_scenarios import Case

    from regime_sim.scenario.compile import compile_scenario

    rng = np.random.default_rng([20251202, number])
    start = datetime.date(2026, 1, 5)
    scenario = rs.Scenario(
        id="corner", title="corner", start=start, horizon=int(rng.integers(2, 25))
    )
    names = scenario.names
    taken = {*names.levers, *names.given} - {"generals.number"} - set(rs.LEVERS)
    inputs = {
        n: _end(rng, names.inputs[n])
        for n in sorted(taken)
        if n in names.inputs and rng.random() < 0.7 and not n.startswith("shock.")
    }
    often = rng.choice([0.1, 0.5, 0.9])
    fixed = {
        n: _end(rng, row)
        for n, row in names.structural.items()
        if not n.startswith(("generals.", "time.")) and row.low < row.high and rng.random() < often
    }
    scenario = scenario.vary(inputs).fix(fixed).with_(generals=int(rng.integers(8, 21)))
    scenario = scenario.at(
        week=int(rng.integers(1, 5)), event=str(rng.choice(sorted(rs.EVENTS))), intensity=1.0
    )
    return Case(
        scenario,
        compile_scenario(scenario, str(rng.choice(["prior", "rates"]))),
        int(rng.integers(0, 2**63)),
        int(rng.integers(0, 2**31)),
    )


def _end(rng: np.random.Generator, row: Any) -> float:
    return float(rng.choice([row.low, row.high]))


def engines(number: int, seed: int) -> Totals:
    """Random scenarios over the whole declared table, few generals and its corners among them,
    both engines week by week.
    """
    from random_scenarios import case, difference, kernel_trace, mesa_trace

    totals = Totals("engine against engine")
    for at in range(number):
        most, place = (8, 16, 40, 120)[at % 4], seed * 1_000_003 + at
        what = f"corner({place})" if at % 3 == 2 else f"case({place}, {most}, 24)"
        started = time.monotonic()
        try:
            with at_most(120 if at < 3 else 60):
                one = corner(place) if at % 3 == 2 else case.__wrapped__(place, most, 24)
                apart = difference(
                    kernel_trace(one.compiled, one.seed, one.replicate),
                    mesa_trace(one.compiled, one.seed, one.replicate),
                )
        except (Exception, Hang) as error:
            totals.found.append(f"{what}: {where(error)}")
            totals.note(type(error).__name__, what, time.monotonic() - started)
            continue
        if apart:
            totals.found.append(f"{what}: {apart}")
        totals.note("apart" if apart else "the same", what, time.monotonic() - started)
    return totals


# ---- commands

FILES = (
    "mine.yaml",
    "bad.yaml",
    "notes.txt",
    "cases.csv",
    "run",
    "batch",
    "unfinished",
    "folder",
    "empty.yaml",
    "gone.yaml",
    "page.html",
    "run/chunks",
    "folder/scenario.yaml",
    "novel.part",
)


def yard(folder: Path) -> None:
    """A user's folder: scenario files, cases, run folders of ours, and files of his own with
    names like ours.
    """
    folder.mkdir(parents=True)
    doors.scenario_file(
        folder / "mine.yaml",
        more="compare: {arms: [{id: a, set: {rents: 0.1}}]}\n"
        "checks: [{it: x, expect: {leader_out: 0 to 1}}]\n",
    )
    (folder / "bad.yaml").write_text("schema: 1\nlevers: {rentz: 3}\nhorizon: x\n")
    doors.cases_file(folder / "cases.csv", 2)
    for kind, name in (("complete", "run"), ("batch", "batch"), ("unfinished", "unfinished")):
        doors.run_folder(folder / name, kind)
    (folder / "folder" / "chunks").mkdir(parents=True)
    for name in (
        "notes.txt",
        "page.html",
        "novel.part",
        "folder/scenario.yaml",
        "folder/result.json",
        "folder/chunks/000000.npz",
        "run/diary.txt",
        "run/chunks/mine.txt",
        "batch/notes.part",
    ):
        (folder / name).write_text("the user's own\n")
    (folder / "empty.yaml").touch()
    (folder / "gone.yaml").symlink_to("nowhere.yaml")
    (folder / "folder" / "lock").symlink_to("../notes.txt")


def of_the_users(folder: Path) -> dict[str, str]:
    """What no command may change but one that was given the very name as its output."""
    ours = re.compile(
        r"(run|batch|unfinished)/(?!diary|notes|chunks/mine)|^(run|batch|unfinished)$|/chunks$"
    )
    return {name: what for name, what in doors.tree(folder).items() if not ours.search(name)}


def commands_of() -> dict[str, list[Any]]:
    """Every command and its parameters, as the command line itself knows them."""
    import typer

    from regime_sim.cli import app

    group = typer.main.get_command(app)
    return {name: list(command.params) for name, command in group.commands.items()}  # type: ignore[attr-defined]


BIG = {
    "--replicates": 16,
    "--generals": 8,
    "--corps": 8,
    "--horizon": 6,
    "--points": 8,
    "--draws": 16,
    "--futures": 2,
    "--settings": 32,
    "--held": 4,
    "--exact": 16,
    "--workers": 1,
}
CALIBRATING = {"--settings": 64, "--held": 20}
# they serve, measure or renew the checkout until they are stopped: only their mistakes are tried
NOT_RUN = {"dashboard", "bench", "renew"}
MOST_SHIFTS = 2  # each is a whole backtest
ODD_WORDS = (
    "",
    "0",
    "-1",
    "1.5",
    "x",
    "nan",
    "1e9",
    "99999999999999999999",
    "--",
    "-",
    "é",
    "\x1b[31m",
    "a\nb",
    "x" * 300,
    "../..",
    "/",
    ".",
    "=",
    "rents=",
    "rents=0:1",
    "True",
    "None",
)


def strategy(kind: str) -> Any:
    """What may stand behind an option or as an argument: right words, neighbouring ones, wrong
    ones.
    """
    from hypothesis import strategies as st

    odd = st.sampled_from(ODD_WORDS)
    if kind == "number":
        right = st.sampled_from(("8", "12", "16", "32", "64"))
        return st.one_of(*[right] * 9, st.integers(-3, 70).map(str), odd)
    if kind == "path":
        return st.one_of(
            st.sampled_from(FILES),
            *[
                st.sampled_from(
                    (
                        "new.yaml",
                        "new.html",
                        "new.svg",
                        "new.json",
                        "new.md",
                        "newdir",
                        "no/such/x.html",
                    )
                )
            ]
            * 2,
            odd,
        )
    if kind == "run folder":
        right = st.sampled_from(("run", "batch", "unfinished"))
        return st.one_of(*[right] * 9, st.sampled_from(FILES), odd)
    if kind == "scenario":
        right = st.sampled_from((ARTICLE, "isolation", "mine.yaml"))
        return st.one_of(
            *[right] * 9, st.sampled_from(("run", "batch")), st.sampled_from(FILES), odd
        )
    right = st.sampled_from(WORDS.get(kind, ("table", "json", "csv")))
    return st.one_of(*[right] * 9, odd)


WORDS = {
    "--format": ("table", "json", "csv", "text"),
    "--engine": ("kernel",),
    "--of": ("leader_out", "coup", "tutelage"),
    "--outcome": ("leader_out", "coup"),
    "--which": ("typical", "worst", "luckiest"),
    "--method": ("sobol", "morris"),
    "--over": ("rents", "rents=0:1:3", "rents=0.2,0.4", "us_pressure.strikes=0:1:2", "levers"),
}


def kind_of(parameter: Any) -> str:
    """What an option takes: those that take a number show no word of their own for it."""
    name, about = parameter.name or "", parameter.metavar or ""
    if name in ("scenario", "scenarios", "source", "files", "run", "baseline", "targets"):
        return "scenario"
    if parameter.param_type_name == "argument" and about.strip("[").startswith("DIR"):
        return "run folder"
    if not about:
        return "number"
    if re.search("FILE|DIR|FOLDER", about):
        return "path"
    return str(parameter.opts[0])


def argument_list(data: Any, known: dict[str, list[Any]]) -> list[str]:
    """One command line."""
    from hypothesis import strategies as st

    name = data.draw(st.sampled_from(sorted(known)))
    words = [name]
    given: set[str] = set()
    for parameter in known[name]:
        if parameter.param_type_name == "argument":
            count = data.draw(
                st.sampled_from((1, 1, 1, 1, 2, 0) if parameter.nargs == -1 else (1, 1, 1, 1, 0))
            )
            words += [data.draw(strategy(kind_of(parameter))) for _ in range(count)]
            continue
        option = parameter.opts[0]
        if option == "--cluster" or (option == "--freeze" and data.draw(st.integers(0, 3))):
            continue  # a cluster that is not there is waited for, ten seconds
        required = parameter.required and data.draw(st.integers(0, 7)) != 5
        if required or data.draw(st.integers(0, 5)) == 4:
            given.add(option)
            words += (
                [option] if parameter.is_flag else [option, data.draw(strategy(kind_of(parameter)))]
            )
    options = {one for parameter in known[name] for one in parameter.opts}
    small = CALIBRATING if name == "calibrate" else BIG
    for option, value in small.items():
        if option in options and option not in given:
            words += [option, str(value)]
    if name == "backtest" and "--cases" not in given:
        words += ["--cases", "cases.csv"]
    if "--deep" in words:
        words.remove("--deep")
    if name == "report" and "--no-history" not in words:
        words.append("--no-history")
    return words


def too_much(words: list[str]) -> bool:
    """Whether a command line that is right asks for more than ten seconds of work, or would
    not end by itself.
    """
    if words[0] in NOT_RUN:
        return "--help" not in words and not any(
            word in ("nothing", "x", "") for word in words[1:2]
        )
    heavy = (
        words[0] in ("episodes", "calibrate", "patterns")
        or "--card" in words
        or "mesa" in words
        or "--memory" in words
        or "parameters" in words
        or "--effects" in words
        or "--inputs" in words
    )
    shifts = words[words.index("--shifts") + 1] if "--shifts" in words else "0"
    heavy |= shifts.isdecimal() and int(shifts) > MOST_SHIFTS
    return heavy or (words[0] == "tipping" and "--over" not in words)


def outputs(words: list[str]) -> set[str]:
    """The files that a command line names as what is to be written: the user gave those."""
    flags = ("-o", "--output", "--figure", "--out", "--card", "--pictures")
    named = {after for before, after in itertools.pairwise(words) if before in flags}
    return named | set(words[1:]) if words[0] == "score" and "--freeze" in words else named


def commands(number: int, seed: int) -> Totals:
    """Random argument lists over every command, each in a user's folder."""
    import hypothesis
    from hypothesis import strategies as st

    totals = Totals("argument lists")
    known = commands_of()
    home = Path(
        tempfile.mkdtemp(
            prefix="campaign-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        )
    )
    yard(home / "pattern")
    tried: set[tuple[str, ...]] = set()

    @hypothesis.settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.seed(seed)
    @hypothesis.given(st.data())
    def each(data: Any) -> None:
        words = argument_list(data, known)
        hypothesis.assume(not too_much(words) and tuple(words) not in tried)
        tried.add(tuple(words))
        folder = home / f"{len(tried)}"
        shutil.copytree(home / "pattern", folder, symlinks=True)
        try:
            attempt(words, folder, totals)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    try:
        each()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return totals


def attempt(words: list[str], folder: Path, totals: Totals) -> None:
    """One command line in a folder; what is wrong with how it ended is noted."""
    what = f"regime-sim {shlex.join(words)}"
    before = of_the_users(folder)
    started = time.monotonic()
    problems = []
    try:
        with doors.standing_in(folder), at_most(PATIENCE):
            ended = doors.inside(*words)
        how = f"status {ended.status}"
        problems += wrong_ending(ended)
    except (Exception, Hang) as error:
        how = type(error).__name__
        problems.append(where(error))
    named = {Path(os.path.normpath(one)).as_posix() for one in outputs(words) if one}
    changed = [
        name
        for name, was in before.items()
        if of_the_users(folder).get(name) != was and name not in named
    ]
    if changed:
        problems.append(f"changed files of the user's: {', '.join(changed[:5])}")
    totals.found += [f"{what}: {one}" for one in problems]
    totals.note(how, what, time.monotonic() - started)


def wrong_ending(ended: doors.Ended) -> list[str]:
    """What a user should not have seen."""
    found = []
    if ended.status not in STATUSES:
        found.append(f"status {ended.status} is not documented")
    if ended.status not in (0, 1) and not ended.err.strip():
        found.append(f"status {ended.status} without a word")
    if "Traceback" in ended.err or re.search(r"^\w*(Error|Exception): ", ended.err, re.M):
        found.append(f"a traceback: {ended.err.strip().splitlines()[-1][:160]}")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", ended.out + ended.err):
        found.append("control characters on the terminal")
    if re.search(
        r"\b(object has no attribute|not supported between|NoneType|unexpected keyword|list index"
        r"|embedded null)\b",
        ended.err,
    ):
        found.append(f"raw words: {ended.err.strip()[:160]}")
    return found


# ---- calls


def neighbours(rng: random.Random) -> list[Any]:
    """Values of wrong and of neighbouring types, none of them shared between calls."""
    return [
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        7,
        8,
        16,
        64,
        2**31,
        2**32,
        2**64,
        -(2**63),
        0.0,
        0.3,
        1.0,
        1.5,
        -0.1,
        1.0000000000000004,
        float("nan"),
        float("inf"),
        1j,
        "",
        "x",
        "7",
        "0.3",
        "rents",
        "leader",
        "regime",
        "coup",
        "leader_out",
        "survival",
        "plotting",
        "prior",
        "mesa",
        "kernel",
        "typical",
        "levers",
        "parameters",
        "dark",
        "exit",
        ARTICLE,
        "isolation",
        "mine.yaml",
        "nothing.yaml",
        "x.svg",
        "a\0b",
        "\x1b[31m",
        "é",
        "x" * 300,
        "0.2 to 0.4",
        "2026-01-05",
        b"x",
        bytearray(b"x"),
        (),
        [],
        {},
        set(),
        (0.2, 0.8),
        [8, 16],
        ["rents"],
        {"rents": 0.3},
        {"rents": (0.2, 0.8)},
        {"rentz": 1},
        {3: 4},
        {"normal": {"mean": 0.5, "sd": 0.1}},
        range(3),
        iter((0.2, 0.4)),
        np.int64(8),
        np.float32(0.3),
        np.float64(1.0),
        np.array(8),
        np.array([0.2, 0.8]),
        np.array([]),
        np.str_("rents"),
        np.bool_(True),
        np.datetime64("2026-01-05"),
        np.datetime64("NaT", "D"),
        pd.Timestamp("2026-01-05"),
        pd.NaT,
        pd.NA,
        pd.Series({"rents": 0.3}),
        pd.Series([0.2, 0.8]),
        pd.DataFrame({"a": [1]}),
        datetime.date(2026, 1, 5),
        datetime.datetime(2026, 1, 5, 3),
        datetime.timedelta(3),
        decimal.Decimal("0.3"),
        fractions.Fraction(1, 3),
        Path("mine.yaml"),
        Path("nothing"),
        object(),
        object,
        len,
        lambda *_: None,
        threading.Event(),
        rs,
        rs.Scenario,
        doors.small(),
        doors.armed(),
        doors.record("Ensemble"),
        doors.record("Comparison"),
        doors.record("Estimate"),
        rs.PARAMETERS,
        rs.WAYS,
        Ellipsis,
        NotImplemented,
        io.StringIO("x"),
        rng,
    ]


def targets() -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """Every public function and every public method of what they give, with arguments that are
    right and small.
    """
    s = doors.small(4)
    many: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
        "load": (rs.load, {"name_or_path": ARTICLE}),
        "loads": (rs.loads, {"text": doors.TEXT.format(id="a")}),
        "simulate": (rs.simulate, {"scenario": s, "replicates": 4, "workers": 1, "corps": 8}),
        "refine": (
            lambda *a, **k: list(rs.refine(*a, **k)),
            {"scenario": s, "steps": (2, 4), "corps": 8},
        ),
        "compare": (rs.compare, {"first": s, "replicates": 4, "corps": 8}),
        "sweep": (
            rs.sweep,
            {"scenario": s, "over": {"rents": (0.2, 0.8)}, "replicates": 4, "corps": 8},
        ),
        "sensitivity": (
            rs.sensitivity,
            {"scenario": s, "over": ["rents"], "points": 8, "replicates": 12, "corps": 8},
        ),
        "tipping": (rs.tipping, {"scenario": s, "over": ["rents"], "replicates": 64, "corps": 8}),
        "discover": (rs.discover, {"scenario": s, "replicates": 256, "corps": 8}),
        "story": (rs.story, {"scenario": s, "replicate": 1, "replicates": 4, "corps": 8}),
        "attribute": (
            rs.attribute,
            {"base": s, "moved": {"rents": 0.2}, "replicates": 16, "corps": 8},
        ),
        "ways": (rs.ways, {"scenario": s, "replicates": 8, "corps": 8}),
        "cite": (rs.cite, {"scenario": s}),
        "claim": (rs.claim, {"scenario": s, "draws": 16, "inner": 2, "corps": 8, "weeks": 4}),
        "report": (rs.report, {"run": doors.record("Ensemble"), "history": False, "world": False}),
        "preview": (
            rs.preview,
            {"scenario": s, "settings": 32, "replicates": 16, "held": 4, "exact": 16, "corps": 8},
        ),
        "grid": (rs.grid, {"low": 0.0, "high": 1.0, "number": 3}),
        "read_run": (rs.read_run, {"folder": "run"}),
        "source": (rs.source, {"name": "rent_streams"}),
        "backtest": (rs.backtest, {"cases": "cases.csv", "replicates": 16, "corps": 8}),
        "levers": (rs.levers, {}),
        "scenarios": (rs.scenarios, {}),
        "RegimeModel": (rs.RegimeModel, {"scenario": s, "seed": 1, "replicate": 0}),
    }
    methods = {
        "Scenario": ("vary", "fix", "at", "without", "with_", "horizon_weeks", "value", "to_yaml"),
        "Ensemble": (
            "outcomes",
            "survival",
            "incidence",
            "weekly",
            "aftermath",
            "out",
            "share",
            "median_week",
            "median",
            "restricted_mean",
            "spread",
            "survival_curve",
            "frequencies",
            "plot",
            "to_frame",
            "to_xarray",
        ),
        "Attribution": (
            "alone",
            "together",
            "fair",
            "shares",
            "change",
            "rows",
            "frame",
            "plot",
        ),
        "Comparison": (
            "change",
            "shares",
            "turned",
            "apart",
            "restricted_mean",
            "rows",
            "frame",
            "plot",
        ),
        "Comparisons": ("rows", "frame", "weeks", "plot", "__getitem__"),
        "Sweep": ("values", "weeks", "change", "interaction", "plot", "text"),
        "Ways": ("counted", "averaged", "gain", "probability"),
        "Figure": ("save",),
        "Report": ("html", "save"),
        "Story": ("animation", "save", "plot"),
        "Frequencies": ("of",),
        "Preview": ("predict", "keep", "error", "outputs", "ramps"),
        "Sensitivity": ("plot",),
        "Tipping": ("plot",),
    }
    right: dict[str, dict[str, Any]] = {
        "Scenario.at": {"week": 2, "event": "strikes"},
        "Ensemble.weekly": {"name": "plotting"},
        "Attribution.alone": {"name": "rents"},
        "Attribution.fair": {"name": "rents"},
        "Ensemble.share": {"way": "coup"},
        "Ensemble.median_week": {"outcome": "coup"},
        "Sweep.change": {"before": {"rents": 0.2}, "after": {"rents": 0.8}},
        "Figure.save": {"path": "new.svg"},
        "Report.save": {"path": "new.html"},
        "Story.save": {"path": "new.html"},
        "Preview.keep": {"path": "new.npz"},
        "Frequencies.of": {"way": "coup"},
        "Comparisons.__getitem__": {"arm": 0},
        "Scenario.horizon_weeks": {"weeks": 4},
        "Scenario.value": {"name": "rents"},
        "Ways.probability": {"way": "coup"},
        "Ways.counted": {"way": "coup"},
        "Ways.averaged": {"way": "coup"},
        "Ways.gain": {"way": "coup"},
        "Scenario.vary": {"levers": {"rents": 0.2}},
    }
    for kind, names in methods.items():
        for name in names:
            many[f"{kind}.{name}"] = (
                getattr(doors.record(kind), name),
                right.get(f"{kind}.{name}", {}),
            )
    return many


def parameters(call: Callable[..., Any], given: dict[str, Any]) -> list[inspect.Parameter]:
    try:
        return [
            one
            for one in inspect.signature(call).parameters.values()
            if one.name not in ("args", "kwargs")
        ] or []
    except (TypeError, ValueError):
        return [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in given]


HUGE = {
    "replicates",
    "points",
    "settings",
    "held",
    "exact",
    "draws",
    "inner",
    "number",
    "steps",
    "whole",
    "horizon",
}


def asks_for_much(name: str, value: Any) -> bool:
    """Whether a right value asks for more than ten seconds of work."""
    number = (
        isinstance(value, (int, np.integer))
        and not isinstance(value, bool)
        and abs(int(value)) > 10_000
    )
    return (
        (name in HUGE and number)
        or (name in ("deep", "history") and value is True)
        or (name in ("cases", "over", "corps", "knowledge") and value is None)
    )


def arguments(
    call: Callable[..., Any], given: dict[str, Any], rng: random.Random
) -> tuple[list[Any], dict[str, Any], str]:
    """The arguments of one call: right ones, of which one to three were put out, and what to
    call it.
    """
    chosen = dict(given)
    known = parameters(call, given) or [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in given
    ]
    wrong = []
    for one in rng.sample(known, min(len(known), rng.choice((1, 1, 1, 2, 3)))):
        value = rng.choice(neighbours(rng))
        if not asks_for_much(one.name, value):
            chosen[one.name] = value
            wrong.append(f"{one.name}={_shown(value)}")
    before: list[Any] = []
    named = {}
    for one in known:
        if one.name not in chosen:
            continue
        if one.kind is one.VAR_POSITIONAL:
            before.append(chosen[one.name])
        elif one.kind is one.VAR_KEYWORD:
            named[rng.choice(("rents", "rentz", "us_pressure__strikes", "theme"))] = chosen[
                one.name
            ]
        elif one.kind is one.POSITIONAL_ONLY:
            before.append(chosen[one.name])
        else:
            named[one.name] = chosen[one.name]
    if any(one.kind is one.VAR_POSITIONAL and one.name in chosen for one in known):
        for one in known:  # what stands before it cannot be named any more
            if one.kind is one.POSITIONAL_OR_KEYWORD and one.name in named:
                before.insert(0, named.pop(one.name))
    named |= {name: value for name, value in chosen.items() if not known and name not in named}
    return before, named, ", ".join(wrong)


def _shown(value: Any) -> str:
    return " ".join(repr(value).split())[:60]


def names_the_argument(
    error: BaseException, call: Callable[..., Any], given: dict[str, Any]
) -> bool:
    """Whether a message names one of the arguments, as Python's own TypeError of a call does."""
    words = {one.name for one in parameters(call, given)} | set(given)
    return any(re.search(rf"\b{re.escape(word)}\b", str(error)) for word in words)


def calls(number: int, seed: int) -> Totals:
    """Random calls over every public function and method, with values of wrong and of
    neighbouring types.
    """
    totals = Totals("calls")
    many = targets()
    rng = random.Random(seed)
    home = Path(
        tempfile.mkdtemp(
            prefix="campaign-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        )
    )
    yard(home / "yard")
    before = doors.tree(home / "yard")
    names = sorted(many)
    try:
        for at in range(number):
            name = names[at % len(names)]
            call, given = many[name]
            first, named, wrong = arguments(call, given, rng)
            what = f"{name}({wrong})"
            started = time.monotonic()
            how, problem = _called(call, first, named, given, home / "yard")
            if problem:
                totals.found.append(f"{what}: {problem}")
            totals.note(how, what, time.monotonic() - started)
            _tidied(home / "yard", before, totals, what)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return totals


def _called(
    call: Callable[..., Any],
    first: list[Any],
    named: dict[str, Any],
    given: dict[str, Any],
    folder: Path,
) -> tuple[str, str]:
    """How a call ended, and what is wrong with that."""
    try:
        with (
            doors.standing_in(folder),
            at_most(PATIENCE),
            contextlib.redirect_stderr(io.StringIO()),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            found = call(*first, **named)
            str(found)
        return "a result", ""
    except rs.RegimeSimError as error:
        return "RegimeSimError", "" if "\n" not in str(error) or isinstance(
            error, rs.ScenarioError
        ) or len(str(error)) < 2000 else f"a long message: {str(error)[:80]}"
    except TypeError as error:
        return "TypeError", "" if names_the_argument(error, call, given) and _of_the_call(
            error
        ) else where(error)
    except OSError as error:
        return "OSError", "" if "path" in named or "out" in named or "folder" in named else where(
            error
        )
    except (Exception, Hang) as error:
        return type(error).__name__, where(error)


def _of_the_call(error: BaseException) -> bool:
    """Whether a TypeError is about how the call was made, and not from somewhere within."""
    return bool(re.search(r"argument|expected", str(error)))


def _tidied(folder: Path, before: dict[str, str], totals: Totals, what: str) -> None:
    """Note what of the user's has changed, and take away what was made."""
    after = doors.tree(folder)
    changed = [
        name
        for name, was in before.items()
        if after.get(name) != was
        and not re.match(r"(run|batch|unfinished)(/(?!diary|notes|chunks/mine)|$)", name)
    ]
    if changed:
        totals.found.append(f"{what}: changed files of the user's: {', '.join(changed[:5])}")
    if after != before:
        shutil.rmtree(folder)
        yard(folder)


# ---- all of it


def document(parts: list[Totals]) -> str:
    """The totals as one JSON document."""
    about = [
        {"part": one.part, "tried": one.tried, "ended": dict(one.ended), "found": one.found}
        for one in parts
    ]
    return json.dumps(about, indent=1, ensure_ascii=False)


def report(parts: list[Totals]) -> str:
    """The totals and the first findings as lines."""
    lines: list[str] = []
    for one in parts:
        lines += [str(one), *(f"  {line}" for line in one.found[:SHOWN])]
        lines += [f"  ... and {len(one.found) - SHOWN} more"] * (len(one.found) > SHOWN)
    return "\n".join(lines)


def main() -> int:
    """Run the parts that were asked for and say what they met."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument(
        "--seed", type=int, default=1, help="the same seed gives the same campaign [1]"
    )
    asked.add_argument(
        "--engines", type=int, default=2000, help="random scenarios, engine against engine [2000]"
    )
    asked.add_argument("--commands", type=int, default=500, help="random argument lists [500]")
    asked.add_argument(
        "--calls", type=int, default=500, help="random calls of public functions [500]"
    )
    asked.add_argument("--json", action="store_true", help="the totals as one JSON document")
    options = asked.parse_args()
    warnings.simplefilter("ignore")
    rs.simulate(
        doors.small(), 4, workers=1
    )  # compiles, which takes half a minute where nothing is kept
    rs.simulate(doors.small(), 4, engine="mesa")
    parts = [
        part(number, options.seed)
        for part, number in (
            (engines, options.engines),
            (commands, options.commands),
            (calls, options.calls),
        )
        if number > 0
    ]
    sys.stdout.write((document(parts) if options.json else report(parts)) + "\n")
    return 1 if any(one.found for one in parts) else 0


if __name__ == "__main__":
    sys.exit(main())
