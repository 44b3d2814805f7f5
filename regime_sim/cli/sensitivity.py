"""The command `sensitivity`: which lever or parameter decides, by Sobol' or by Morris."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

import regime_sim as rs

from .. import questions
from . import options
from .inputs import load
from .output import answer, draw, own_input, under_a_bar


@dataclass(frozen=True, slots=True)
class Design:
    """How settings are chosen, how many, and the futures at each."""

    method: Annotated[
        str,
        typer.Option(
            metavar="sobol|morris", help="Sobol' indices, or a screening of each single parameter."
        ),
    ] = "sobol"
    points: Annotated[
        int,
        typer.Option(
            help="Settings per matrix, a power of two; morris runs an eighth as many trajectories."
        ),
    ] = 256
    replicates: Annotated[
        int | None, typer.Option(help="Futures per setting.", show_default="64, of morris 32")
    ] = None


def sensitivity(
    scenario: options.Name,
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="levers|parameters|NAME",
            help="What varies; repeat it for several names.",
        ),
    ] = None,
    of: options.Of = "leader_out",
    *,
    design: Design,
    seed: options.Seed = 1,
    means: options.Means,
    show: options.Shown,
) -> None:
    """Say which lever or parameter decides.

    Sobol' indices, with chance and parameter uncertainty apart; or a screening by Morris.
    """
    how: dict[str, Any] = {"seed": seed, "workers": means.workers, "corps": means.corps}
    own = own_input(show.figure, "--figure", (scenario,))
    options.check(
        own,
        format=show.format,
        method=design.method,
        replicates=design.replicates,
        generals=means.generals,
        **how,
    )
    base = load(scenario, means.generals)
    how["of"] = of
    about = {"scenario": base.id, "seed": seed, "of": of, "method": design.method}
    if design.method == "morris":
        how["replicates"] = design.replicates or 32
        found = _screened(base, over or "parameters", design.points, how)
        return answer(show.format, str(found), found.rows(), about)
    points = design.points
    what: str | Sequence[str] = over[0] if over and len(over) == 1 else over or "levers"
    split = under_a_bar(
        "sensitivity",
        lambda on: rs.sensitivity(
            base, what, points=points, replicates=design.replicates, on_progress=on, **how
        ),
    )
    draw(show.figure, split.plot)
    more = {"points": points, "replicates": split.replicates, "split": split.split_rows()}
    answer(show.format, str(split), split.rows(), about | more)


def _screened(base: rs.Scenario, over: str | list[str], points: int, how: dict[str, Any]) -> Any:
    """A screening by Morris' method."""
    number = max(2, points // 8)
    return under_a_bar(
        "morris",
        lambda on: questions.morris.screen(base, over, trajectories=number, on_progress=on, **how),
    )
