"""The command `discover`: under which parameters an outcome mostly happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

import regime_sim as rs

from . import options
from .inputs import load
from .output import answer, under_a_bar


@dataclass(frozen=True, slots=True)
class Effort(options.Effort):
    """How much is simulated."""

    replicates: Annotated[
        int, typer.Option(help="Futures, each with its own draw of the parameters.")
    ] = 10_000


def discover(
    scenario: options.Name,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="OUTCOME", help=options.OUTCOMES)
    ] = "leader_out",
    *,
    effort: Effort,
    format: options.Format = "table",
) -> None:
    """Say under which parameters an outcome mostly happens (scenario discovery, PRIM)."""
    how = effort.how()
    options.check(format=format, generals=effort.generals, **how)
    base = load(scenario, effort.generals)
    found = under_a_bar("discover", lambda on: rs.discover(base, outcome, on_progress=on, **how))
    about: dict[str, Any] = {"scenario": base.id, "seed": effort.seed}
    about |= {"replicates": effort.replicates, "outcome": outcome}
    about |= {"clear": found.clear, "words": found.words(), "mass": found.mass}
    for name in ("base", "density", "coverage"):
        share = getattr(found, name)
        about[name] = {"value": share.value, "low": share.low, "high": share.high}
    answer(format, str(found), found.rows(), about)
