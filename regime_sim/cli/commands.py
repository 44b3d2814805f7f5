"""The command line `regime-sim`: reads options, calls the rooms, writes to standard output; holds
no logic of the model.

Whatever is heavy is imported inside the command that needs it: `regime-sim --help` starts without
NumPy. Exit status: 0 done, 1 a check failed, 2 bad input, 3 folder in use, 4 could not write, 130
interrupted, 141 the reader of a pipe went away, 143 terminated.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from . import (
    dashboard as cli_dashboard,
)
from . import (
    history as cli_history,
)
from . import (
    pages as cli_pages,
)
from . import (
    questions as cli_questions,
)
from . import (
    renew as cli_renew,
)
from . import (
    run_folders as cli_batch,
)
from . import (
    scenario_files as cli_scenario,
)
from .ending import BAD_INPUT, DONE, INTERRUPTED, Stop, guarded, leave, write

# new objects between two searches for unreachable ones: most of what a start makes stays, and
# searching it took a tenth of a short run
FEW_LEFTOVERS = 200_000

app = typer.Typer(
    name="regime-sim",
    help=(
        "Scenarios of how personalist regimes survive or fall under outside pressure.\n\nTwo"
        " clocks, the ruler's and the regime's; always distributions with intervals, never a point"
        " forecast."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Names = Annotated[
    list[str],
    typer.Argument(metavar="SCENARIO...", help="A shipped name (see `scenarios`) or a YAML file."),
]
Format = Annotated[
    str, typer.Option("--format", metavar="table|json|csv", help="How results are written.")
]


def _version(asked: bool) -> None:
    if asked:
        from .. import __version__

        write(f"regime-sim {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_version, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Options that stand before the command; the help text above is the application's own."""


@app.command()
def run(
    scenarios: Names,
    replicates: Annotated[
        int | None, typer.Option(help="Worlds per scenario. [default: the file's, else 2000]")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="The same seed gives the same numbers. [default: the file's, else 1]"),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="Threads; the numbers do not depend on it. [default: all cores]"),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(metavar="kernel|mesa", help="Fast kernel, or the Mesa model; same numbers."),
    ] = "kernel",
    horizon: Annotated[
        int | None, typer.Option(help="Weeks, instead of the file's horizon.")
    ] = None,
    generals: Annotated[
        int | None, typer.Option(help="Instead of the file's number of generals.")
    ] = None,
    first: Annotated[
        int,
        typer.Option(
            help=(
                "Number of the first world: worlds 1000 to 1999 are --first 1000 --replicates 1000."
            )
        ),
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=(
                "Keep everything in DIR (a folder a scenario, if several); can be broken off and"
                " resumed."
            ),
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Run on the Dask cluster whose scheduler is at this address."
        ),
    ] = None,
    chunk: Annotated[
        int | None,
        typer.Option(
            help="With --out: worlds a file; what an interruption costs at most. [default: by size]"
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --out: overwrite other runs that are there.")
    ] = False,
    format: Format = "table",
) -> None:
    """Run scenarios and say how they end, on both clocks."""
    from .run import Options, results
    from .run_folders import finish

    options = Options(replicates, seed, workers, engine, horizon, generals, format, first)
    if out is not None or cluster is not None or chunk is not None or replace:
        from .run_folders import run_results
        from .targets import Where

        return finish(run_results(scenarios, options, Where(out, cluster, chunk, replace)))
    finish(results(scenarios, options))


@app.command()
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario files, or shipped names.")
    ],
) -> None:
    """Read scenario files and report every mistake in them, with line and column."""
    from .run import load_all

    loaded = load_all(files)
    write(
        "\n".join(
            f"{name}: good ({scenario.id}, {scenario.title})"
            for name, scenario in zip(files, loaded, strict=True)
        )
    )


cli_scenario.register(app)
cli_history.register(app)
cli_batch.register(app)
cli_questions.register(app)
cli_dashboard.register(app)
cli_pages.register(app)
cli_renew.register(app)


@app.command()
def levers(
    every: Annotated[
        bool, typer.Option("--all", help="Every parameter, not only the four levers.")
    ] = False,
    format: Format = "table",
) -> None:
    """Show the four levers: parts, units, ranges, anchors, sources."""
    from ..view.tables import levers as table
    from .output import rows_as

    rows, text = (
        (table.parameter_rows, table.parameters_text)
        if every
        else (table.lever_rows, table.levers_text)
    )
    write(rows_as(format, rows, text))


@app.command()
def scenarios(format: Format = "table") -> None:
    """List the shipped scenarios."""
    from ..view.tables import scenarios as table
    from .output import rows_as

    write(rows_as(format, table.scenario_rows, table.scenarios_text))


@app.command()
def cite(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A shipped name or a YAML file.")
    ],
    format: Format = "table",
) -> None:
    """List the facts and papers that a run of this very scenario rests on."""
    from ..questions.citation import cite as cited
    from .output import rows_as
    from .run import load_all

    citation = cited(load_all([scenario])[0])
    write(rows_as(format, citation.rows, lambda: str(citation)))


@app.command()
def odd(
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Compare FILE with what would be written; status 1 if it differs."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the page to FILE.")
    ] = None,
) -> None:
    """Write the ODD page (Overview, Design concepts, Details) from the model's own registries."""
    from ..view.pages.odd import odd_page
    from .output import compare_file, write_file

    if check is not None:
        compare_file(check, odd_page(), "regime-sim odd -o")
        write(f"{check}: up to date")
    elif output is not None:
        write_file(output, odd_page())
    else:
        write(odd_page())


@app.command()
def patterns(
    replicates: Annotated[int, typer.Option(help="Worlds per arm.")] = 4000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same table.")] = 11,
    generals: Annotated[
        int, typer.Option(help="Generals simulated one by one; 2000 for all.")
    ] = 256,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the page to FILE.")
    ] = None,
) -> None:
    """Run the patterns that the model must show and print each against what it should be, misses
    included.
    """
    from .output import write_file
    from .run import patterns_page

    page = patterns_page(replicates, seed, generals)
    if output is not None:
        write_file(output, page)
    else:
        write(page)


@app.command()
def calibrate(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the samples go.")
    ] = Path("seeds/posterior"),
    settings: Annotated[int, typer.Option(help="Settings of the design (a power of two).")] = 8192,
    held: Annotated[
        int, typer.Option(help="Further settings for simulation-based calibration.")
    ] = 500,
    seed: Annotated[int, typer.Option(help="The same seed gives the same samples.")] = 7,
) -> None:
    """Fit the structural parameters to observed rates, patterns and coded episodes (some minutes);
    write the samples that runs draw from.
    """
    from .run import calibrate_report

    write(calibrate_report(output, settings, held, seed))


@app.command()
def bench(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="What to run.")
    ] = "venezuela-2025",
    replicates: Annotated[int, typer.Option(help="Worlds for the kernel; Mesa gets fewer.")] = 2000,
    memory: Annotated[
        bool,
        typer.Option(
            "--memory", help="Also the peak memory of a million worlds, which takes minutes."
        ),
    ] = False,
    questions: Annotated[
        bool,
        typer.Option("--questions", help="Also compare, sweep and tipping, which takes minutes."),
    ] = False,
    cluster: Annotated[
        bool,
        typer.Option(
            "--cluster",
            help="Two Dask workers against two threads instead (needs the extra `cluster`).",
        ),
    ] = False,
    page: Annotated[
        bool,
        typer.Option(
            "--dashboard",
            help="The dashboard instead, in a headless browser (needs Playwright and Chromium).",
        ),
    ] = False,
) -> None:
    """Measure the engines on this machine, each figure beside its goal."""
    if page:
        from ..bench.browser import bench as page_bench

        return write(page_bench())
    if cluster:
        return write(cli_batch.cluster_bench(scenario))
    from .run import bench_report

    write(bench_report(scenario, replicates, memory))
    if questions:
        from .questions import bench_lines

        write(bench_lines(scenario))


@app.command()
def dashboard(
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="What to open with.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port on this machine. [default: 8501, or the next free one]")
    ] = None,
    browser: Annotated[
        bool | None,
        typer.Option(
            "--browser/--no-browser", help="Open a browser window. [default: where there is one]"
        ),
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write three pictures of it to FOLDER instead (needs Playwright and Chromium).",
        ),
    ] = None,
) -> None:
    """Open the dashboard on this machine (127.0.0.1 only, nothing is sent anywhere)."""
    from .dashboard import serve

    if pictures is not None:
        from ..bench.browser import pictures as taken

        return write("\n".join(str(path) for path in taken(pictures)))

    status = serve(scenario, port, browser)
    if status != DONE:
        raise Stop(status)


def main() -> None:
    """The entry point: run a command and leave with its exit status."""
    gc.set_threshold(FEW_LEFTOVERS)
    leave(guarded(_command))


def _command() -> int:
    """Run the command that the arguments name; bad usage, and every error that the package raises
    on purpose, ends in lines.
    """
    from ..errors import RegimeSimError

    try:
        status = app(prog_name="regime-sim", standalone_mode=False)
    except RegimeSimError as error:
        raise Stop(BAD_INPUT, str(error).splitlines()) from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except Exception as error:
        # bad usage, by whichever parser typer is built on
        usage = getattr(error, "format_message", None)
        if usage is None:
            raise
        raise Stop(BAD_INPUT, [f"regime-sim: {_one_line(usage())}"] if usage() else []) from error
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    return status if isinstance(status, int) else DONE


def _one_line(message: str) -> str:
    return " ".join(message.split())
