"""The command `sweep`: a scenario over a grid of one or two levers or parameters."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import regime_sim as rs

from .. import questions
from . import options
from .ending import BAD_INPUT, Stop
from .inputs import load
from .output import answer, draw, own_input, under_a_bar

MOST_VALUES = 1001


def sweep(
    scenario: options.Name,
    over: Annotated[
        list[str],
        typer.Option(
            "--over",
            metavar="NAME=LOW:HIGH:NUMBER",
            help="A lever or parameter and its values, also NAME=v1,v2; once or twice.",
        ),
    ],
    replicates: Annotated[int, typer.Option(help="Futures per cell, the same draws in all.")] = (
        1000
    ),
    seed: options.Seed = 1,
    of: options.Of = "leader_out",
    *,
    means: options.Means,
    show: options.Shown,
) -> None:
    """Run a scenario over a grid of one or two levers or parameters under the same draws."""
    how: dict[str, Any] = {"replicates": replicates, "seed": seed}
    how |= {"workers": means.workers, "corps": means.corps}
    own = own_input(show.figure, "--figure", (scenario,))
    options.check(own, format=show.format, generals=means.generals, **how)
    grids = dict(values(text) for text in over)
    base = load(scenario, means.generals)
    questions.quantities.known(of)
    found = under_a_bar("sweep", lambda on: rs.sweep(base, grids, on_progress=on, **how))
    draw(show.figure, lambda: found.plot(of=of))
    about = {"seed": seed, "replicates": replicates, "generals": found.generals}
    about["simulated_generals"] = found.simulated
    rows = found.rows() if show.format != "table" else []
    answer(
        show.format,
        found.text(of),
        rows,
        {"scenario": base.id, **about, "names": list(found.names)},
    )


def values(text: str) -> tuple[str, tuple[float, ...]]:
    """`rents=0:1:21`, or `rents=0.2,0.5`: a name and its values. Raises Stop."""
    name, equals, rest = text.partition("=")
    try:
        if not equals or not name:
            raise ValueError
        if ":" not in rest:
            return name, tuple(float(value) for value in rest.split(","))
        low, high, number = rest.split(":")
        if not 2 <= int(number) <= MOST_VALUES:
            raise ValueError
        return name, rs.grid(float(low), float(high), int(number))
    except ValueError as error:
        expected = "expected NAME=LOW:HIGH:NUMBER such as rents=0:1:21, or NAME=v1,v2"
        raise Stop(BAD_INPUT, [f"regime-sim: --over {text}: {expected}"]) from error
