"""The command `tipping`: the smallest changes that bring a probability to a target."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import regime_sim as rs

from . import options
from .inputs import load
from .output import answer, draw, own_input, under_a_bar


def tipping(
    scenario: options.Name,
    target: Annotated[float, typer.Option(help="The probability to reach.")] = 0.5,
    of: options.Of = "leader_out",
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="NAME",
            help="A lever or parameter to try; repeat it for several.",
            show_default="all levers, parts and pairs",
        ),
    ] = None,
    replicates: Annotated[
        int, typer.Option(help="Futures per setting; fewer if the answer is clear sooner.")
    ] = 2048,
    seed: options.Seed = 1,
    workers: options.Workers = None,
    generals: options.Generals = None,
    corps: options.Corps = 256,
    quick: options.Quick = False,
    figure: options.Figure = None,
    format: options.Format = "table",
) -> None:
    """Find the smallest changes of levers that bring a probability to a target."""
    how: dict[str, Any] = {"replicates": replicates, "seed": seed}
    how |= {"workers": workers, "corps": corps}
    own = own_input(figure, "--figure", (scenario,))
    options.check(own, format=format, generals=generals, **how)
    base = load(scenario, generals)
    how["exact"] = not quick
    found = under_a_bar(
        "tipping",
        lambda on: rs.tipping(base, target, of=of, over=over, on_progress=on, **how),
    )
    draw(figure, found.plot)
    b = found.base
    now = {"probability": b.value, "low": b.low, "high": b.high, "n": int(b.n)}
    about = {"scenario": base.id, "seed": seed, "of": of, "target": target, "base": now}
    about["exact"] = found.exact
    answer(format, str(found), found.rows(), about)
