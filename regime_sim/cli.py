"""The command line `regime-sim`: reads options, calls the rooms, writes to standard output; holds no logic of the model.

Whatever is heavy is imported inside the command that needs it: `regime-sim --help` starts without NumPy.
Exit status: 0 done, 2 bad input, 4 could not write, 130 interrupted, 141 the reader of a pipe went away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .cli_exit import BAD_INPUT, DONE, INTERRUPTED, NOT_WRITTEN, Stop, guarded, write

app = typer.Typer(
    name="regime-sim",
    help="Scenarios of how personalist regimes survive or fall under outside pressure.\n\nTwo clocks, the ruler's and the regime's; "
    "always distributions with intervals, never a point forecast.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Names = Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="A shipped name (see `scenarios`) or a YAML file.")]
Format = Annotated[str, typer.Option("--format", metavar="table|json|csv", help="How results are written.")]


def _version(asked: bool) -> None:
    if asked:
        from . import __version__

        write(f"regime-sim {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_version, help="Show the version and exit.")] = False,
) -> None:
    """Options that stand before the command; the help text above is the application's own."""


@app.command()
def run(
    scenarios: Names,
    replicates: Annotated[int | None, typer.Option(help="Worlds per scenario. [default: the file's, else 2000]")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same numbers. [default: the file's, else 1]")] = None,
    workers: Annotated[int | None, typer.Option(help="Threads; the numbers do not depend on it. [default: all cores]")] = None,
    engine: Annotated[str, typer.Option(metavar="kernel|mesa", help="Fast kernel, or the Mesa model; same numbers.")] = "kernel",
    horizon: Annotated[int | None, typer.Option(help="Weeks, instead of the file's horizon.")] = None,
    generals: Annotated[int | None, typer.Option(help="Instead of the file's number of generals.")] = None,
    format: Format = "table",
) -> None:
    """Run scenarios and say how they end, on both clocks."""
    from .cli_run import Options, results

    options = Options(replicates, seed, workers, engine, horizon, generals, format)
    write(results(scenarios, options))


@app.command()
def check(files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files, or shipped names.")]) -> None:
    """Read scenario files and report every mistake in them, with line and column."""
    from .cli_run import load_all

    loaded = load_all(files)
    write("\n".join(f"{name}: good ({scenario.id}, {scenario.title})" for name, scenario in zip(files, loaded, strict=True)))


@app.command()
def levers(
    every: Annotated[bool, typer.Option("--all", help="Every parameter, not only the four levers.")] = False,
    format: Format = "table",
) -> None:
    """Show the four levers: parts, units, ranges, anchors, sources."""
    from .cli_output import rows_as
    from .view import levers_table as table

    rows, text = (table.parameter_rows, table.parameters_text) if every else (table.lever_rows, table.levers_text)
    write(rows_as(format, rows, text))


@app.command()
def scenarios(format: Format = "table") -> None:
    """List the shipped scenarios."""
    from .cli_output import rows_as
    from .view import scenarios_table as table

    write(rows_as(format, table.scenario_rows, table.scenarios_text))


@app.command()
def cite(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A shipped name or a YAML file.")],
    format: Format = "table",
) -> None:
    """List the facts and papers that a run of this very scenario rests on."""
    from .analysis.citation import cite as cited
    from .cli_output import rows_as
    from .cli_run import load_all

    citation = cited(load_all([scenario])[0])
    write(rows_as(format, citation.rows, lambda: str(citation)))


@app.command()
def odd(
    check: Annotated[Path | None, typer.Option(metavar="FILE", help="Compare FILE with what would be written; status 1 if it differs.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the page to FILE.")] = None,
) -> None:
    """Write the ODD page (Overview, Design concepts, Details) from the model's own registries."""
    from .cli_output import compare_file, write_file
    from .view.odd import odd_page

    if check is not None:
        compare_file(check, odd_page(), "regime-sim odd -o")
        write(f"{check}: up to date")
    elif output is not None:
        write_file(output, odd_page())
    else:
        write(odd_page())


@app.command()
def compare(
    scenarios: Names,
    replicates: Annotated[int, typer.Option(help="Paired worlds.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1,
    format: Format = "table",
) -> None:
    """Compare scenarios with the first one under common draws: paired differences, by cause."""
    from .cli_run import comparisons

    write(comparisons(scenarios, replicates, seed, format))


@app.command()
def patterns(
    replicates: Annotated[int, typer.Option(help="Worlds per arm.")] = 4000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same table.")] = 11,
    generals: Annotated[int, typer.Option(help="Generals simulated one by one; 2000 for all.")] = 256,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the page to FILE.")] = None,
) -> None:
    """Run the patterns that the model must show and print each against what it should be, misses included."""
    from .cli_output import write_file
    from .cli_run import patterns_page

    page = patterns_page(replicates, seed, generals)
    if output is not None:
        write_file(output, page)
    else:
        write(page)


@app.command()
def score(
    targets: Annotated[list[str] | None, typer.Argument(metavar="[DIR|FILE|NAME]...", help="Where to look. [default: the shipped ones]")] = None,
    freeze: Annotated[bool, typer.Option("--freeze", help="Run the files named and write their forecasts into them, for good.")] = False,
    replicates: Annotated[int, typer.Option(help="Worlds a forecast is frozen from.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Seed of a forecast that is frozen.")] = 1,
    format: Format = "table",
) -> None:
    """List registered forecasts and score those whose answer is known, beside the base rate."""
    from .analysis import registered
    from .cli_output import as_csv, as_json, format_problems
    from .view import registered_table as table

    problems = format_problems(format) + (["regime-sim: --freeze needs the files to freeze"] if freeze and not targets else [])
    if problems:
        raise Stop(BAD_INPUT, problems)
    for target in (targets or ()) if freeze else ():
        try:
            registered.freeze(Path(target), replicates, seed)
        except OSError as error:
            raise Stop(NOT_WRITTEN, [f"regime-sim: could not write {target}: {error.strerror}"]) from error
    card = registered.score(targets or ())
    write(as_json(table.score_document(card)) if format == "json" else as_csv(table.forecast_rows(card)) if format == "csv" else table.score_text(card))


@app.command()
def backtest(
    cases: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Coded episodes; columns as in seeds/cases.md. [default: the shipped ones]")] = None,
    format: Format = "table",
    replicates: Annotated[int, typer.Option(help="Worlds per case.")] = 1024,
    seed: Annotated[int, typer.Option(help="The same seed gives the same scores.")] = 1,
) -> None:
    """Predict coded episodes of history and score the model beside a base rate and a ridge logit."""
    from .cli_run import backtest_report

    write(backtest_report(cases, replicates, seed, format))


@app.command()
def calibrate(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the samples go.")] = Path("seeds/posterior"),
    settings: Annotated[int, typer.Option(help="Settings of the design (a power of two).")] = 1024,
    held: Annotated[int, typer.Option(help="Further settings for simulation-based calibration.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed gives the same samples.")] = 7,
) -> None:
    """Fit the structural parameters to observed rates, patterns and coded episodes (some minutes); write the samples that runs draw from."""
    from .cli_run import calibrate_report

    write(calibrate_report(output, settings, held, seed))


@app.command()
def bench(
    scenario: Annotated[str, typer.Argument(metavar="[SCENARIO]", help="What to run.")] = "venezuela-2025",
    replicates: Annotated[int, typer.Option(help="Worlds for the kernel; Mesa gets fewer.")] = 2000,
    memory: Annotated[bool, typer.Option("--memory", help="Also the peak memory of a million worlds, which takes minutes.")] = False,
) -> None:
    """Measure the engines on this machine, each figure beside its goal."""
    from .cli_run import bench_report

    write(bench_report(scenario, replicates, memory))


@app.command()
def dashboard(
    scenario: Annotated[str | None, typer.Argument(metavar="[SCENARIO]", help="What to open with.")] = None,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
) -> None:
    """Open the dashboard on this machine (127.0.0.1 only, nothing is sent anywhere)."""
    from .cli_dashboard import serve

    status = serve(scenario, port, browser)
    if status != DONE:
        raise Stop(status)


def main() -> None:
    """The entry point: run a command and leave with its exit status."""
    raise SystemExit(guarded(_command))


def _command() -> int:
    """Run the command that the arguments name; bad usage, and every error that the package raises on purpose, ends in lines."""
    from .errors import RegimeSimError

    try:
        status = app(prog_name="regime-sim", standalone_mode=False)
    except RegimeSimError as error:
        raise Stop(BAD_INPUT, str(error).splitlines()) from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except Exception as error:
        usage = getattr(error, "format_message", None)  # bad usage, by whichever parser typer is built on
        if usage is None:
            raise
        raise Stop(BAD_INPUT, [f"regime-sim: {_one_line(usage())}"] if usage() else []) from error
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    return status if isinstance(status, int) else DONE


def _one_line(message: str) -> str:
    return " ".join(message.split())


if __name__ == "__main__":
    main()
