"""The commands that ask a question of a scenario: `compare`, `sweep`, `sensitivity`, `tipping`,
`discover`, `ways`; compute nothing themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import RegimeSimError
from .ending import BAD_INPUT, NOT_WRITTEN, Stop, complain, write
from .output import as_csv, as_json, format_problems, progress, range_problems
from .run import NAMED, failed_lines

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..scenario import Scenario

MOST, LARGEST_SEED = 10_000_000, 2**64 - 1
MOST_VALUES = 1001
Format = Annotated[
    str, typer.Option("--format", metavar="table|json|csv", help="How results are written.")
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same numbers.")]
Workers = Annotated[
    int | None, typer.Option(help="Threads; the numbers do not depend on it. [default: all cores]")
]
Generals = Annotated[
    int,
    typer.Option(
        help="Generals simulated one by one, each for several; 20000 for all that the scenario has."
    ),
]
Of = Annotated[
    str,
    typer.Option(
        "--of", metavar="OUTCOME", help="leader_out, regime_falls, tutelage or a way to go."
    ),
]
One = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A shipped name (see `scenarios`) or a YAML file.")
]
Figure = Annotated[
    Path | None,
    typer.Option(
        "--figure", metavar="FILE", help="Also draw it to FILE (.svg, .png, .pdf, .html)."
    ),
]
Progress = Callable[[int, int], object]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (compare, sweep, sensitivity, tipping, discover, ways):
        app.command()(command)


def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO...",
            help="Two or more, against the first; one alone: the arms that its file asks for.",
        ),
    ],
    replicates: Annotated[
        int | None, typer.Option(help="Paired worlds. [default: the first file's, else 2000]")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            help="The same seed gives the same numbers. [default: the first file's, else 1]"
        ),
    ] = None,
    workers: Workers = None,
    generals: Generals = 20_000,
    figure: Figure = None,
    format: Format = "table",
) -> None:
    """Compare scenarios with the first one under common draws: paired differences, by cause, and
    weeks in office.
    """
    _refuse(format, replicates, seed, workers, generals)
    loaded = _load(scenarios)
    from ..questions.compare import Comparison
    from ..questions.compare import compare as compared

    runs = loaded[0].runs
    number, key = (
        replicates or runs.replicates or 2000,
        (seed if seed is not None else runs.seed if runs.seed is not None else 1),
    )
    found = _timed(
        "compare",
        lambda on: compared(
            *loaded, replicates=number, seed=key, workers=workers, corps=generals, on_progress=on
        ),
    )
    each = [found] if isinstance(found, Comparison) else found.each
    complain(_failed([found.before, *(one.after for one in each)], scenarios))
    _draw(found, figure, **({"kind": "differences"} if isinstance(found, Comparison) else {}))
    rows = (
        found.rows()
        if not isinstance(found, Comparison)
        else [
            {"baseline": found.before.scenario.id, "arm": found.after.scenario.id, **row}
            for row in found.rows()
        ]
    )
    about = {
        "baseline": found.before.scenario.id,
        "seed": key,
        "replicates": number,
        "horizon_weeks": found.before.horizon,
    }
    _out(format, str(found), rows, about)


def _failed(ensembles: Sequence[Ensemble], names: Sequence[str]) -> list[str]:
    """A line for each future that failed, with the command that meets it again: the scenario alone,
    or for an arm of a file its comparison.
    """
    if len(names) > 1:
        return [
            line
            for one, name in zip(ensembles, names, strict=True)
            for line in failed_lines(one, name)
        ]
    return [
        f"regime-sim: {one.scenario.id}: replicate {bad.replicate} failed (seed {one.seed}):"
        f" {bad.error}; again: regime-sim compare {names[0]} --seed {one.seed} --replicates"
        f" {bad.replicate + 1}"
        for one in ensembles
        for bad in one.failures[:NAMED]
    ]


def ways(
    scenario: One,
    replicates: Annotated[int, typer.Option(help="Futures.")] = 10_000,
    seed: Seed = 1,
    workers: Workers = None,
    generals: Generals = 256,
    format: Format = "table",
) -> None:
    """Ways to go, rare ones too: weekly probabilities added up where that is steadier than
    counting, with what it is worth.
    """
    _refuse(format, replicates, seed, workers, generals)
    loaded = _load([scenario])[0]
    from ..questions.exit_chances import ways as found_ways

    found = found_ways(loaded, replicates, seed, workers, corps=generals)
    _out(
        format,
        str(found),
        found.rows(),
        {
            "scenario": loaded.id,
            "seed": seed,
            "replicates": replicates,
            "horizon_weeks": found.weeks,
        },
    )


def sweep(
    scenario: One,
    over: Annotated[
        list[str],
        typer.Option(
            "--over",
            metavar="NAME=LOW:HIGH:NUMBER",
            help="A lever or parameter and its values, also NAME=v1,v2; once or twice.",
        ),
    ],
    replicates: Annotated[int, typer.Option(help="Worlds a cell, the same luck in all.")] = 1000,
    seed: Seed = 1,
    of: Of = "leader_out",
    workers: Workers = None,
    generals: Generals = 256,
    figure: Figure = None,
    format: Format = "table",
) -> None:
    """Run a scenario over a grid of one or two levers or parameters under common draws."""
    _refuse(format, replicates, seed, workers, generals)
    grids = dict(_values(text) for text in over)
    base = _load([scenario])[0]
    from ..questions.quantities import known
    from ..questions.sweep import sweep as swept

    known(of)
    options: dict[str, Any] = {
        "replicates": replicates,
        "seed": seed,
        "workers": workers,
        "corps": generals,
    }
    found = _timed("sweep", lambda on: swept(base, grids, on_progress=on, **options))
    _draw(found, figure, of=of)
    rows = found.rows() if format != "table" else []
    _out(
        format,
        found.text(of),
        rows,
        {
            "scenario": base.id,
            "seed": seed,
            "replicates": replicates,
            "generals": found.simulated,
            "names": list(found.names),
        },
    )


def sensitivity(
    scenario: One,
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="levers|parameters|NAME",
            help="What varies; several names if given again.",
        ),
    ] = None,
    of: Of = "leader_out",
    method: Annotated[
        str,
        typer.Option(
            metavar="sobol|morris", help="Sobol' indices, or a screening of each single parameter."
        ),
    ] = "sobol",
    points: Annotated[
        int,
        typer.Option(
            help=(
                "Settings of each matrix, a power of two; of morris, trajectories are an eighth"
                " of it."
            )
        ),
    ] = 256,
    replicates: Annotated[
        int | None, typer.Option(help="Worlds at each setting. [default: 64 or 32]")
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
    generals: Generals = 256,
    figure: Figure = None,
    format: Format = "table",
) -> None:
    """Say which lever or parameter decides: Sobol' indices, luck and ignorance apart; or a
    screening by Morris.
    """
    _refuse(format, replicates, seed, workers, generals)
    base = _load([scenario])[0]
    options: dict[str, Any] = {"of": of, "seed": seed, "workers": workers, "corps": generals}
    about = {"scenario": base.id, "seed": seed, "of": of, "method": method}
    if method == "morris":
        from ..questions.morris import screen

        screened = _timed(
            "morris",
            lambda on: screen(
                base,
                over or "parameters",
                trajectories=max(2, points // 8),
                replicates=replicates or 32,
                on_progress=on,
                **options,
            ),
        )
        _out(format, str(screened), screened.rows(), about)
        return
    if method != "sobol":
        raise Stop(BAD_INPUT, [f"regime-sim: --method {method}: expected sobol or morris"])
    from ..questions.sensitivity import sensitivity as analysed

    what = over[0] if over and len(over) == 1 else over or "levers"
    found = _timed(
        "sensitivity",
        lambda on: analysed(
            base, what, points=points, replicates=replicates, on_progress=on, **options
        ),
    )
    _draw(found, figure)
    _out(
        format,
        str(found),
        found.rows(),
        about | {"points": points, "replicates": found.replicates, "split": found.split_rows()},
    )


def tipping(
    scenario: One,
    target: Annotated[float, typer.Option(help="The probability to reach.")] = 0.5,
    of: Of = "leader_out",
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="NAME",
            help=(
                "A lever or parameter to try; several if given again. [default: all levers, parts,"
                " pairs]"
            ),
        ),
    ] = None,
    replicates: Annotated[
        int, typer.Option(help="Worlds at a setting at most; fewer where fewer decide.")
    ] = 2048,
    seed: Seed = 1,
    workers: Workers = None,
    generals: Generals = 256,
    figure: Figure = None,
    format: Format = "table",
) -> None:
    """Find the smallest change of each lever, each part and each pair of levers that brings a
    probability to a target.
    """
    _refuse(format, replicates, seed, workers, generals)
    base = _load([scenario])[0]
    from ..questions.tipping import tipping as tipped

    options: dict[str, Any] = {
        "of": of,
        "over": over,
        "replicates": replicates,
        "seed": seed,
        "workers": workers,
        "corps": generals,
    }
    found = _timed("tipping", lambda on: tipped(base, target, on_progress=on, **options))
    _draw(found, figure)
    b = found.base
    about = {
        "scenario": base.id,
        "seed": seed,
        "of": of,
        "target": target,
        "base": {"probability": b.value, "low": b.low, "high": b.high, "n": int(b.n)},
    }
    _out(format, str(found), found.rows(), about)


def discover(
    scenario: One,
    outcome: Annotated[
        str,
        typer.Option(metavar="OUTCOME", help="leader_out, regime_falls, tutelage or a way to go."),
    ] = "leader_out",
    replicates: Annotated[
        int, typer.Option(help="Worlds, each with its own draw of the parameters.")
    ] = 10_000,
    seed: Seed = 1,
    workers: Workers = None,
    generals: Generals = 20_000,
    format: Format = "table",
) -> None:
    """Say in which part of what is not known an outcome mostly happens (scenario discovery, PRIM)."""
    _refuse(format, replicates, seed, workers, generals)
    base = _load([scenario])[0]
    from ..questions.discovery import discover as discovered

    options: dict[str, Any] = {
        "replicates": replicates,
        "seed": seed,
        "workers": workers,
        "corps": generals,
    }
    found = _timed("discover", lambda on: discovered(base, outcome, on_progress=on, **options))
    shares = {
        name: {"value": e.value, "low": e.low, "high": e.high}
        for name, e in (
            ("base", found.base),
            ("density", found.density),
            ("coverage", found.coverage),
        )
    }
    about = {
        "scenario": base.id,
        "seed": seed,
        "replicates": replicates,
        "outcome": outcome,
        "clear": found.clear,
        "words": found.words(),
        "mass": found.mass,
        **shares,
    }
    _out(format, str(found), found.rows(), about)


def bench_lines(scenario: str) -> str:
    """What the questions cost on this machine, one line a figure."""
    from ..bench.questions import rows

    return "\n".join(str(row) for row in rows(_load([scenario])[0]))


def _load(names: Sequence[str]) -> list[Scenario]:
    from .run import load_all

    return load_all(names)


def _refuse(
    format: str, replicates: int | None, seed: int | None, workers: int | None, generals: int
) -> None:
    """Stop with a line for each option that cannot be right."""
    bounds = (
        ("--replicates", replicates, 1, MOST),
        ("--seed", seed, 0, LARGEST_SEED),
        ("--workers", workers, 1, 1024),
        ("--generals", generals, 8, 20_000),
    )
    problems = range_problems(bounds) + format_problems(format)
    if problems:
        raise Stop(BAD_INPUT, problems)


def _values(text: str) -> tuple[str, tuple[float, ...]]:
    """`rents=0:1:21`, or `rents=0.2,0.5`: a name and its values. Raises Stop."""
    name, equals, rest = text.partition("=")
    try:
        if not equals or not name:
            raise ValueError
        if ":" in rest:
            low, high, number = rest.split(":")
            if not 2 <= int(number) <= MOST_VALUES:
                raise ValueError
            from ..questions.settings import grid

            return name, grid(float(low), float(high), int(number))
        return name, tuple(float(value) for value in rest.split(","))
    except ValueError as error:
        raise Stop(
            BAD_INPUT,
            [
                f"regime-sim: --over {text}: expected NAME=LOW:HIGH:NUMBER such as rents=0:1:21, or"
                " NAME=v1,v2"
            ],
        ) from error


def _timed[T](name: str, work: Callable[[Progress | None], T]) -> T:
    """Do the work under a bar on standard error."""
    with progress() as begin:
        return work(begin(name))


def _draw(found: Any, path: Path | None, **options: Any) -> None:
    """Draw a result to a file. Raises Stop where it cannot be written."""
    if path is None:
        return
    try:
        found.plot(**options).save(path)
    except RegimeSimError:
        raise
    except OSError as error:
        raise Stop(
            NOT_WRITTEN, [f"regime-sim: could not write {path}: {error.strerror}"]
        ) from error
    complain([f"regime-sim: drew {path}"])


def _out(
    format: str, text: str, rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any]
) -> None:
    """Write a result in the form asked for; what does not exist is null in JSON and empty in CSV."""
    if format == "table":
        write(text)
        return
    plain = [{key: _plain(value) for key, value in row.items()} for row in rows]
    write(
        as_json({**{key: _plain(value) for key, value in about.items()}, "rows": plain})
        if format == "json"
        else as_csv(plain).rstrip("\n")
    )


def _plain(value: Any) -> Any:
    """The value without numbers that JSON does not know, and without types that it does not."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value
