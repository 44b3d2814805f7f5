"""The command `attribute`: why one scenario differs from another, split over what was moved."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import regime_sim as rs

from . import options
from .ending import BAD_INPUT, Stop
from .inputs import load
from .output import answer, draw, own_input, under_a_bar

MOVED = "Another scenario: a shipped name or a YAML file."
SET = "In place of another scenario: what is moved, NAME=VALUE; as often as wanted, up to five."


def attribute(
    scenario: options.Name,
    moved: Annotated[str | None, typer.Argument(metavar="[SCENARIO]", help=MOVED)] = None,
    set: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=SET)] = None,
    *,
    effort: options.Effort,
    show: options.Shown,
) -> None:
    """Split a change over the levers that were moved: each alone, only together, its fair share.

    Every subset is run under the same draws.
    """
    how = effort.how()
    names = (scenario,) if moved is None else (scenario, moved)
    own = own_input(show.figure, "--figure", names)
    options.check(own, format=show.format, generals=effort.generals, **how)
    if (moved is None) == (not set):
        raise Stop(
            BAD_INPUT,
            [
                "regime-sim: attribute: expected another scenario, or what is moved, by --set"
                " NAME=VALUE"
            ],
        )
    base = load(scenario, effort.generals)
    other: Any = dict(map(_setting, set or ())) if moved is None else load(moved, effort.generals)
    found = under_a_bar("attribute", lambda on: rs.attribute(base, other, on_progress=on, **how))
    draw(show.figure, found.plot)
    about = {
        "baseline": base.id,
        "scenario": found.after.id,
        "seed": effort.seed,
        "replicates": effort.replicates,
        "horizon_weeks": found.horizon,
        "moved": {name: list(found.settings.get(name, ())) for name in found.names},
    }
    answer(show.format, str(found), found.rows() if show.format != "table" else [], about)


def _setting(text: str) -> tuple[str, float]:
    """`rents=0.2`: a name and its value. Raises Stop."""
    name, equals, value = text.partition("=")
    try:
        if not equals or not name:
            raise ValueError
        return name, float(value)
    except ValueError as error:
        expected = "expected NAME=VALUE such as rents=0.2"
        raise Stop(BAD_INPUT, [f"regime-sim: --set {text}: {expected}"]) from error
