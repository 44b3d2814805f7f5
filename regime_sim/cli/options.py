"""Options that several commands share: type, help and range, declared once; runs nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from ..errors import nearest
from ..facts import limits
from .ending import BAD_INPUT, Stop, complain

FORMATS = ("table", "json", "csv")
ENGINES = ("kernel", "mesa")
DEFAULT_REPLICATES, DEFAULT_SEED = 2000, 1

# the smallest and the largest value of each numeric option, wherever it occurs
RANGES = {
    "replicates": (1, limits.MOST_REPLICATES),
    "seed": (0, limits.LARGEST_SEED),
    "first": (0, limits.LAST_REPLICATE),
    "replicate": (0, limits.LAST_REPLICATE),
    "workers": (1, limits.MOST_WORKERS),
    "horizon": (1, limits.LONGEST),
    "generals": (limits.FEWEST_GENERALS, limits.MOST_GENERALS),
    "corps": (limits.FEWEST_GENERALS, limits.MOST_GENERALS),
    "chunk": (1, 65_535),
    "draws": (16, 1_000_000),
    "futures": (2, 100_000),
    "weeks": (1, limits.LONGEST),
    "shifts": (0, 10_000),
    "settings": (32, 65_536),
    "held": (4, 10_000),
    "exact": (16, 1_000_000),
    "port": (1, 65_535),
    "sample": (1, 1_000_000),
    "train-to": (1800, 2200),
    "windows-from": (1800, 2200),
}
CHOICES = {
    "format": FORMATS,
    "engine": ENGINES,
    "method": ("sobol", "morris"),
    "knowledge": ("prior", "rates", "cases"),
}

SCENARIO = "A shipped name (see `scenarios`) or a YAML file."
SAME = "The same seed gives the same numbers."
OUTCOMES = "leader_out, regime_falls, tutelage or an exit mode such as coup."

Names = Annotated[list[str], typer.Argument(metavar="SCENARIO...", help=SCENARIO)]
Name = Annotated[str, typer.Argument(metavar="SCENARIO", help=SCENARIO)]
NameOrDefault = Annotated[str, typer.Argument(metavar="[SCENARIO]", help=SCENARIO)]
RunFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A folder that `run --out` wrote into.")
]

Replicates = Annotated[int, typer.Option(help="Number of futures.")]
ReplicatesOrFile = Annotated[
    int | None, typer.Option(help="Futures per scenario.", show_default="the file's, else 2000")
]
PerSetting = Annotated[int, typer.Option(help="Futures at each setting.")]
Seed = Annotated[int, typer.Option(help=SAME)]
SeedOrFile = Annotated[int | None, typer.Option(help=f"{SAME}", show_default="the file's, else 1")]
Workers = Annotated[
    int | None,
    typer.Option(help="Number of threads; does not affect results.", show_default="all cores"),
]
Generals = Annotated[
    int | None, typer.Option(help="Number of generals, instead of the scenario's.")
]
CORPS_HELP = "Simulated generals, each standing for several; 20000 for all of them."
Corps = Annotated[int, typer.Option("--corps", help=CORPS_HELP)]
CorpsOrAll = Annotated[
    int | None, typer.Option("--corps", help=CORPS_HELP, show_default="all of them")
]
# commands over many scenarios set no number of generals; there --corps had this name once
OldCorps = Annotated[
    int | None, typer.Option("--generals", hidden=True, help="The name that --corps had here.")
]
Quick = Annotated[
    bool,
    typer.Option("--quick", help="Fewer futures with their luck taken out; only of leader_out."),
]
Of = Annotated[str, typer.Option("--of", metavar="OUTCOME", help=OUTCOMES)]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="Run on the Dask cluster with this scheduler, tcp://host:8786."
    ),
]
Figure = Annotated[
    Path | None,
    typer.Option("--figure", metavar="FILE", help="Also draw it: .svg, .png, .pdf or .html."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to FILE instead of the terminal."),
]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", help="Of several scenarios, print all tables, not a line each."),
]
Format = Annotated[
    str, typer.Option("--format", metavar="table|json|csv", help="How results are written.")
]


@dataclass(frozen=True, slots=True)
class Means:
    """Who works, and with how many generals."""

    workers: Workers = None
    generals: Generals = None
    corps: Corps = 256


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a question may simulate; a command of other defaults overrides them."""

    replicates: Replicates = 2000
    seed: Seed = 1
    workers: Workers = None
    generals: Generals = None
    corps: Corps = 20_000

    def how(self) -> dict[str, Any]:
        """The same as keywords of a question in Python."""
        names = ("replicates", "seed", "workers", "corps")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer is shown."""

    figure: Figure = None
    format: Format = "table"


def laid_out(command: Callable[..., None]) -> Callable[..., None]:
    """A command as typer reads it: in place of each record of options stand its fields, in order,
    with their types, help and defaults.
    """
    signature = inspect.signature(command, eval_str=True)
    records: dict[str, Any] = {
        name: one.annotation
        for name, one in signature.parameters.items()
        if is_dataclass(one.annotation)
    }
    options: list[inspect.Parameter] = []
    for name, one in signature.parameters.items():
        options += _fields(records[name]) if name in records else [one]

    @wraps(command)
    def with_records(**given: Any) -> None:
        for name, record in records.items():
            given[name] = record(**{one.name: given.pop(one.name) for one in fields(record)})
        command(**given)

    in_any_order = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in options]
    with_records.__signature__ = signature.replace(parameters=in_any_order)  # type: ignore[attr-defined]
    return with_records if records else command


def _fields(record: Any) -> list[inspect.Parameter]:
    """The fields of a record of options as parameters."""
    types = get_type_hints(record, include_extras=True)
    kind = inspect.Parameter.KEYWORD_ONLY
    return [
        inspect.Parameter(one.name, kind, default=one.default, annotation=types[one.name])
        for one in fields(record)
    ]


def renamed(corps: int, generals: int | None) -> int:
    """The simulated generals that were asked for, by the name of today or by that of before."""
    if generals is None:
        return corps
    complain([f"regime-sim: --generals {generals}: taken as --corps {generals}, its name now"])
    return generals


def check(
    more: Iterable[str] = (),
    *,
    fewest: int = 1,
    formats: Sequence[str] = FORMATS,
    **given: int | str | None,
) -> None:
    """Stop with a line for each wrong option (see `problems`), and the lines of `more`."""
    lines = [*problems(fewest=fewest, formats=formats, **given), *more]
    if lines:
        raise Stop(BAD_INPUT, lines)


def problems(
    *, fewest: int = 1, formats: Sequence[str] = FORMATS, **given: int | str | None
) -> list[str]:
    """One line for each option outside its range or its choices; None is no value.

    fewest: the smallest number of replicates here. formats: the values of --format here.
    """
    choices = CHOICES | {"format": tuple(formats)}
    lines = []
    for name, value in given.items():
        if isinstance(value, str) and value not in choices[name]:
            lines.append(
                f"regime-sim: --{name} {value}: unknown {name}{nearest(value, choices[name])}"
            )
        elif isinstance(value, int):
            low, high = RANGES[name]
            low = fewest if name == "replicates" else low
            if not low <= value <= high:
                lines.append(
                    f"regime-sim: --{name} {value}: must be a whole number from {low} to {high}"
                )
    return lines
