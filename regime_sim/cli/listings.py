"""The commands that list what there is: `levers`, `scenarios` and `cite`."""

from __future__ import annotations

from typing import Annotated

import typer

import regime_sim as rs

from .. import questions
from ..facts.pressing import NOBODY, power_of
from ..view import tables, words
from . import options
from .ending import write
from .inputs import load
from .options import check
from .output import rows_as


def levers(
    scenario: Annotated[
        str | None,
        typer.Argument(help="In the words of this scenario: its name for the pressing power."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every parameter, not only the four levers.")
    ] = False,
    effects: Annotated[
        bool,
        typer.Option("--effects", help="What every input does, by simulation (a minute or two)."),
    ] = False,
    format: options.Format = "table",
) -> None:
    """Show the four levers: parts, units, ranges, anchors, sources."""
    check(format=format)
    if effects:
        said, found = words.effects, questions.effects.effects()
        write(rows_as(format, lambda: said.rows(found), lambda: said.text(found)))
        return
    table = tables.levers
    power = NOBODY if scenario is None else power_of(load(scenario))
    rows, text = (
        (table.parameter_rows, table.parameters_text)
        if every
        else (table.lever_rows, table.levers_text)
    )
    write(rows_as(format, lambda: rows(power), lambda: text(power)))


def scenarios(format: options.Format = "table") -> None:
    """List the shipped scenarios."""
    table = tables.scenarios
    write(rows_as(format, table.scenario_rows, table.scenarios_text))


def cite(scenario: options.Name, format: options.Format = "table") -> None:
    """List the facts and papers that a run of this very scenario rests on."""
    citation = rs.cite(load(scenario))
    write(rows_as(format, citation.rows, lambda: str(citation)))
