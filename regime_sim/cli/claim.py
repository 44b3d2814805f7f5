"""The command `claim`: the article's claim, tested over all that is uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

import regime_sim as rs

from . import options
from .ending import write
from .inputs import load
from .output import as_json, under_a_bar


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn, and how many futures each draw has."""

    draws: Annotated[int, typer.Option(help="Draws of the uncertain parameters.")] = 1024
    futures: Annotated[int, typer.Option(help="Futures per draw.")] = 16
    seed: options.Seed = 1


def claim(
    scenario: options.NameOrDefault = "venezuela-2025",
    *,
    drawn: Drawn,
    generals: options.Generals = None,
    corps: options.Corps = 128,
    weeks: Annotated[int, typer.Option(help="Within how many weeks.")] = 52,
    format: Annotated[
        str, typer.Option("--format", metavar="table|json", help="How the result is written.")
    ] = "table",
) -> None:
    """Test the article's claim: isolation, an army cut off from its rents, and both.

    Each alone, both, and what both do beyond the sum, over all uncertain parameters.
    """
    how: dict[str, Any] = {"draws": drawn.draws, "seed": drawn.seed, "corps": corps, "weeks": weeks}
    formats = ("table", "json")
    options.check(formats=formats, format=format, futures=drawn.futures, generals=generals, **how)
    found = under_a_bar(
        scenario,
        lambda on: rs.claim(load(scenario, generals), inner=drawn.futures, on_progress=on, **how),
    )
    write(as_json(found.to_document()) if format == "json" else str(found))
