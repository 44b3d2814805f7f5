"""The command `report`: a run as a page for readers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import regime_sim as rs

from ..errors import RegimeSimError
from ..store import disk
from . import options
from .ending import complain, stopped_by, write
from .inputs import load
from .output import own_input, page_problems, write_file
from .run import Asked

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..scenario import Scenario


def report(
    run: Annotated[
        str,
        typer.Argument(
            metavar="DIR|SCENARIO",
            help="A folder that `run --out` wrote, or a scenario to run first.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.html", help="Where to write the page.")
    ],
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|SCENARIO",
            help="What to compare with.",
            show_default="what the file's `compare` names",
        ),
    ] = None,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="Also sensitivity, tipping points and the map of rents and foreign support: "
            "takes minutes.",
        ),
    ] = False,
    history: Annotated[
        bool, typer.Option(help="How well the model predicts past episodes.")
    ] = True,
    replicates: options.ReplicatesOrFile = None,
    seed: options.SeedOrFile = None,
) -> None:
    """Write a run as one HTML page for readers who do not know the project.

    It prints well and loads nothing.
    """
    more = page_problems(output) + own_input(output, "--output", (run, baseline))
    folder = Path(run) if disk.is_folder(run) else None
    if folder is not None and (replicates is not None or seed is not None):
        more.append("regime-sim: --replicates and --seed are for a scenario, not for a run folder")
    options.check(more, replicates=replicates, seed=seed)
    ensemble = _read(folder) if folder is not None else _simulated(run, replicates, seed)
    against: Scenario | Ensemble | None = None
    if baseline is not None:
        from ..store.manifest import is_run  # NumPy is not for those who ask for help

        against = _read(Path(baseline)) if is_run(baseline) else load(baseline)
    kept_in = run if folder is not None else None
    try:
        page = rs.report(
            ensemble, against, deep=deep, history=history, folder=kept_in, say=_say
        ).html()
    except rs.MissingExtra as error:
        raise stopped_by(error) from error
    write_file(output, page)
    write(f"wrote {output}")


def _read(folder: Path) -> Ensemble:
    """The run in a folder. Raises Stop where it holds none, or none that is complete and whole."""
    try:
        return rs.read_run(folder)
    except RegimeSimError as error:
        raise stopped_by(error) from error


def _simulated(name: str, replicates: int | None, seed: int | None) -> Ensemble:
    """A scenario run as its file says, unless told otherwise."""
    scenario = load(name)
    return rs.simulate(scenario, *Asked(replicates, seed).size(scenario))


def _say(line: str) -> None:
    """Tell a terminal what is being done; quiet elsewhere."""
    if sys.stderr is not None and sys.stderr.isatty():
        complain([f"{line} ..."])
