"""The command `story`: one future, told week by week."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import regime_sim as rs

from ..errors import nearest
from . import options
from .ending import write
from .inputs import load
from .output import as_json, own_input, page_problems, write_file

FORMATS = ("text", "json")
RULES = ("typical", "luckiest", "worst")


def story(
    scenario: options.Name,
    seed: options.Seed = 1,
    replicate: Annotated[
        int | None, typer.Option(help="The number of the future.", show_default="chosen by --which")
    ] = None,
    which: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(RULES),
            help="A future chosen by a rule, which is printed.",
            show_default="typical",
        ),
    ] = None,
    replicates: Annotated[int, typer.Option(help="Futures that --which chooses from.")] = 512,
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
    """Tell one future week by week, and why it ended as it did."""
    more = page_problems(output) + own_input(output, "--output", (scenario,))
    if which is not None and which not in RULES:
        more.append(f"regime-sim: --which {which}: unknown rule{nearest(which, RULES)}")
    if which is not None and replicate is not None:
        more.append("regime-sim: --which and --replicate together: expected only one of them")
    options.check(
        more, formats=FORMATS, format=format, seed=seed, replicate=replicate, replicates=replicates
    )
    found = rs.story(load(scenario), seed, replicate, which=which, replicates=replicates)
    if output is not None:
        write_file(output, found.animation().page())
    write(as_json(found.to_document()) if format == "json" else str(found))
