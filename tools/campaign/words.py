"""Random command lines: right words, neighbouring ones, wrong ones."""

from __future__ import annotations

import itertools
import re
from typing import Any

import doors
import typer
from hypothesis import strategies as st

from regime_sim.cli import app

from .yard import FILES

ARTICLE = doors.ARTICLE


def commands_of() -> dict[str, list[Any]]:
    """Every command and its parameters, as the command line itself knows them."""
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
    name = data.draw(st.sampled_from(sorted(known)))
    words = [name]
    given: set[str] = set()
    for parameter in known[name]:
        if parameter.param_type_name == "argument":
            words += _arguments(data, parameter)
            continue
        said = _option(data, parameter)
        words += said
        given |= set(said[:1])
    return words + _kept_small(words, given, known[name])


def _arguments(data: Any, parameter: Any) -> list[str]:
    """Words for an argument: mostly one."""
    counts = (1, 1, 1, 1, 2, 0) if parameter.nargs == -1 else (1, 1, 1, 1, 0)
    count = data.draw(st.sampled_from(counts))
    return [data.draw(strategy(kind_of(parameter))) for _ in range(count)]


def _option(data: Any, parameter: Any) -> list[str]:
    """An option with its value, now and then."""
    option = parameter.opts[0]
    if option == "--cluster" or (option == "--freeze" and data.draw(st.integers(0, 3))):
        return []  # a cluster that is not there is waited for, ten seconds
    if option == "--deep":
        return []  # minutes
    required = parameter.required and data.draw(st.integers(0, 7)) != 5
    if not required and data.draw(st.integers(0, 5)) != 4:
        return []
    return [option] if parameter.is_flag else [option, data.draw(strategy(kind_of(parameter)))]


def _kept_small(words: list[str], given: set[str], parameters: list[Any]) -> list[str]:
    """Options that keep the work small, where the command line says nothing of them."""
    options = {one for parameter in parameters for one in parameter.opts}
    small = CALIBRATING if words[0] == "calibrate" else BIG
    more = [
        word
        for option, value in small.items()
        if option in options and option not in given
        for word in (option, str(value))
    ]
    if words[0] == "backtest" and not given & {"--cases", "--panel"}:
        more += ["--cases", "cases.csv"]
    if words[0] == "report" and "--no-history" not in given:
        more.append("--no-history")
    return more


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
