"""The commands `story` and `report`: one world told, and a run as a page for readers; checks
options, holds no logic of the model.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import RegimeSimError, nearest
from ..facts.limits import MOST_REPLICATES
from .ending import BAD_INPUT, NOT_WRITTEN, Stop, complain, write
from .output import as_json, range_problems
from .run import LARGEST_SEED, load_all

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble

FORMATS = ("text", "json")
PAGES = (".html", ".htm")
LARGEST_REPLICATE = 2**32 - 1


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(story)
    app.command()(report)


def story(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A shipped name or a YAML file.")
    ],
    seed: Annotated[int, typer.Option(help="The same seed gives the same worlds.")] = 1,
    replicate: Annotated[
        int | None, typer.Option(help="The number of the world. [default: chosen by --which]")
    ] = None,
    which: Annotated[
        str | None,
        typer.Option(
            metavar="typical|luckiest|worst",
            help="A world chosen by a rule, which is printed. [default: typical]",
        ),
    ] = None,
    replicates: Annotated[int, typer.Option(help="Worlds that --which chooses from.")] = 512,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE.html",
            help="Also write the generals' network, week by week, as a page.",
        ),
    ] = None,
    format: Annotated[
        str, typer.Option("--format", metavar="text|json", help="How the story is written.")
    ] = "text",
) -> None:
    """Tell one world week by week, and why it ended as it did."""
    from ..stories.choice import CHOICES
    from ..stories.story import story as told

    problems = range_problems(
        (
            ("--seed", seed, 0, LARGEST_SEED),
            ("--replicate", replicate, 0, LARGEST_REPLICATE),
            ("--replicates", replicates, 1, MOST_REPLICATES),
        )
    )
    if format not in FORMATS:
        problems.append(f"regime-sim: --format {format}: unknown format{nearest(format, FORMATS)}")
    if which is not None and which not in CHOICES:
        problems.append(f"regime-sim: --which {which}: unknown world{nearest(which, CHOICES)}")
    if which is not None and replicate is not None:
        problems.append("regime-sim: --which and --replicate together: expected only one of them")
    problems += _page_problems(output)
    if problems:
        raise Stop(BAD_INPUT, problems)
    found = told(load_all([scenario])[0], seed, replicate, which=which, replicates=replicates)
    if output is not None:
        _written(output, found.animation().page())
    write(as_json(found.to_document()) if format == "json" else str(found))


def report(
    run: Annotated[
        str,
        typer.Argument(
            metavar="DIR|SCENARIO",
            help="A folder that `run --out` wrote, or a scenario to run first.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.html", help="Where the page goes.")
    ],
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO",
            help="What to compare with. [default: what the file's `compare` names]",
        ),
    ] = None,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help=(
                "Also sensitivity, tipping points and the map of rents and foreign support; takes"
                " minutes."
            ),
        ),
    ] = False,
    history: Annotated[bool, typer.Option(help="The skill on history.")] = True,
    replicates: Annotated[
        int | None,
        typer.Option(help="Worlds, where a scenario is run. [default: the file's, else 2000]"),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Seed, where a scenario is run. [default: the file's, else 1]"),
    ] = None,
) -> None:
    """Write a run as one HTML page for readers who never saw the project; it prints well and loads
    nothing.
    """
    from ..reports.report import report as gathered
    from ..view.figure import MissingExtra

    problems = _page_problems(output) + range_problems(
        (("--replicates", replicates, 1, MOST_REPLICATES), ("--seed", seed, 0, LARGEST_SEED))
    )
    folder = Path(run) if Path(run).is_dir() else None
    if folder is not None and (replicates is not None or seed is not None):
        problems.append(
            "regime-sim: --replicates and --seed are for a scenario; a run folder has its own"
        )
    if problems:
        raise Stop(BAD_INPUT, problems)
    ensemble = _read(folder) if folder is not None else _simulated(run, replicates, seed)
    against = load_all([baseline])[0] if baseline is not None else None
    try:
        page = gathered(
            ensemble, against, deep=deep, history=history, folder=run if folder else None, say=_say
        ).html()
    except MissingExtra as error:
        raise Stop(BAD_INPUT, [f"regime-sim: {error}"]) from error
    _written(output, page)
    write(f"wrote {output}")


def _read(folder: Path) -> Ensemble:
    """The run in a folder. Raises Stop where it holds none, or none that is complete and whole."""
    from ..runs import read_run

    try:
        return read_run(folder)
    except RegimeSimError as error:
        raise Stop(
            BAD_INPUT, [f"regime-sim: {line}" for line in str(error).splitlines()]
        ) from error


def _simulated(name: str, replicates: int | None, seed: int | None) -> Ensemble:
    """A scenario run as its file says, unless told otherwise."""
    from ..runs import simulate

    scenario = load_all([name])[0]
    chosen: dict[str, Any] = {
        "replicates": replicates or scenario.runs.replicates or 2000,
        "seed": scenario.runs.seed if seed is None else seed,
    }
    return simulate(scenario, **{key: value for key, value in chosen.items() if value is not None})


def _page_problems(output: Path | None) -> list[str]:
    """Why a page cannot go there."""
    if output is None or output.suffix.lower() in PAGES:
        return []
    return [f"regime-sim: --output {output}: expected a name that ends in .html"]


def _written(path: Path, text: str) -> None:
    """Write a file whole. Raises Stop where that cannot be done."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stop(
            NOT_WRITTEN, [f"regime-sim: could not write {path}: {error.strerror}"]
        ) from error


def _say(line: str) -> None:
    """Tell a terminal what is being done; quiet elsewhere."""
    import sys

    if sys.stderr is not None and sys.stderr.isatty():
        complain([f"{line} ..."])
