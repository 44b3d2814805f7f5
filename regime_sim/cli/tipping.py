"""The command `tipping`: the smallest changes that bring a probability to a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

import regime_sim as rs

from . import options
from .inputs import load
from .output import answer, draw, own_input, under_a_bar


@dataclass(frozen=True, slots=True)
class Effort(options.Effort):
    """How much is simulated."""

    replicates: Annotated[
        int, typer.Option(help="Futures per setting; fewer if the answer is clear sooner.")
    ] = 2048
    corps: options.Corps = 256


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
    *,
    effort: Effort,
    quick: options.Quick = False,
    show: options.Shown,
) -> None:
    """Find the smallest changes of levers that bring a probability to a target."""
    how = effort.how()
    own = own_input(show.figure, "--figure", (scenario,))
    options.check(own, format=show.format, generals=effort.generals, **how)
    base = load(scenario, effort.generals)
    how["exact"] = not quick
    found = under_a_bar(
        "tipping",
        lambda on: rs.tipping(base, target, of=of, over=over, on_progress=on, **how),
    )
    draw(show.figure, found.plot)
    b = found.base
    now = {"probability": b.value, "low": b.low, "high": b.high, "n": int(b.n)}
    about = {"scenario": base.id, "seed": effort.seed, "of": of, "target": target, "base": now}
    about["exact"] = found.exact
    answer(show.format, str(found), found.rows(), about)
