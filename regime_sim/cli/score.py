"""The command `score`: registered forecasts, and the score of those whose answer is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .. import history
from ..view import tables
from . import options
from .ending import write
from .output import as_csv, as_json, writing


def score(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DIR|FILE|NAME]...", help="Where to look.", show_default="the shipped ones"
        ),
    ] = None,
    freeze: Annotated[
        bool,
        typer.Option(
            "--freeze",
            help=(
                "Run the files named and freeze their forecasts, for good: FILE.yaml into"
                " FILE.forecast.yaml beside it."
            ),
        ),
    ] = False,
    now: Annotated[
        bool,
        typer.Option(
            "--now",
            help="Also run today's model on each question, shown beside the frozen forecast.",
        ),
    ] = False,
    replicates: Annotated[
        int, typer.Option(help="Futures behind a forecast that is frozen.")
    ] = 20_000,
    seed: Annotated[int, typer.Option(help="Seed of a forecast that is frozen.")] = 1,
    export: Annotated[
        str | None,
        typer.Option(
            "--export",
            metavar="metaculus|gjopen",
            help="Print open forecasts as CSV in the columns that a platform asks for.",
        ),
    ] = None,
    format: options.Format = "table",
) -> None:
    """List registered forecasts and score those whose answer is known."""
    more = ["regime-sim: --freeze needs the files to freeze"] if freeze and not targets else []
    if export is not None and export not in tables.forecast_export.STYLES:
        more.append(f"regime-sim: --export {export}: expected metaculus or gjopen")
    if export is not None and format == "json":
        more.append("regime-sim: --export prints CSV and does not go with --format json")
    options.check(more, fewest=16, format=format, replicates=replicates, seed=seed)
    for target in (targets or ()) if freeze else ():
        with writing(Path(target)):
            history.registered.freeze(Path(target), replicates, seed)
    card = history.registered.score(targets or (), now=now)
    if export is not None:
        write(as_csv(tables.forecast_export.export_rows(card, export)).rstrip("\n"))
    elif format == "json":
        write(as_json(history.registered_document.score_document(card)))
    elif format == "csv":
        write(as_csv(history.registered_document.forecast_rows(card)))
    else:
        write(tables.registered.score_text(card))
