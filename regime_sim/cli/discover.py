"""The command `discover`: under which parameters an outcome mostly happens."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import regime_sim as rs

from . import options
from .inputs import load
from .output import answer, under_a_bar


def discover(
    scenario: options.Name,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="OUTCOME", help=options.OUTCOMES)
    ] = "leader_out",
    replicates: Annotated[
        int, typer.Option(help="Futures, each with its own draw of the parameters.")
    ] = 10_000,
    seed: options.Seed = 1,
    workers: options.Workers = None,
    generals: options.Generals = None,
    corps: options.Corps = 20_000,
    format: options.Format = "table",
) -> None:
    """Say under which parameters an outcome mostly happens (scenario discovery, PRIM)."""
    how: dict[str, Any] = {"replicates": replicates, "seed": seed}
    how |= {"workers": workers, "corps": corps}
    options.check(format=format, generals=generals, **how)
    base = load(scenario, generals)
    found = under_a_bar("discover", lambda on: rs.discover(base, outcome, on_progress=on, **how))
    about = {"scenario": base.id, "seed": seed, "replicates": replicates, "outcome": outcome}
    about |= {"clear": found.clear, "words": found.words(), "mass": found.mass}
    for name in ("base", "density", "coverage"):
        share = getattr(found, name)
        about[name] = {"value": share.value, "low": share.low, "high": share.high}
    answer(format, str(found), found.rows(), about)
