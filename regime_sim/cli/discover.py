"""The command `discover`: under which parameters an outcome mostly happens."""

from __future__ import annotations

from typing import Annotated

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
    options.check(
        format=format,
        replicates=replicates,
        seed=seed,
        workers=workers,
        generals=generals,
        corps=corps,
    )
    base = load(scenario, generals)
    found = under_a_bar(
        "discover",
        lambda on: rs.discover(
            base,
            outcome,
            replicates=replicates,
            seed=seed,
            workers=workers,
            corps=corps,
            on_progress=on,
        ),
    )
    about = {
        "scenario": base.id,
        "seed": seed,
        "replicates": replicates,
        "outcome": outcome,
        "clear": found.clear,
        "words": found.words(),
        "mass": found.mass,
    }
    for name in ("base", "density", "coverage"):
        share = getattr(found, name)
        about[name] = {"value": share.value, "low": share.low, "high": share.high}
    answer(format, str(found), found.rows(), about)
