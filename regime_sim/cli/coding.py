"""The command `coding`: a form to code a case of one's own, its rules, and a second coder's
agreement.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .. import history
from ..view import tables
from . import options
from .ending import BAD_INPUT, Stop
from .output import answer, as_csv, own_input, write_or_print


def coding(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FIRST.csv SECOND.csv]",
            help="The same cases, coded by two people.",
            show_default="none: an empty form",
        ),
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Print what each coding means at 0 and at 1.")
    ] = False,
    format: options.Format = "table",
    output: options.Output = None,
) -> None:
    """Code a case: write an empty form, print the rules, or compare two coders."""
    more = own_input(output, "--output", map(str, files or ()))
    if rules and files:
        more.append("regime-sim: --rules goes alone, without files of cases")
    options.check(more, format=format)
    if rules:
        return write_or_print(output, history.second_coder.rules())
    if not files:
        return write_or_print(output, as_csv(history.second_coder.form()))
    if len(files) != 2:
        raise Stop(BAD_INPUT, ["regime-sim: expected two files of cases, FIRST.csv SECOND.csv"])
    found = history.second_coder.two_coders(*map(history.cases.read_cases, files))
    if not found.cases:
        raise Stop(BAD_INPUT, [f"regime-sim: {files[0]} and {files[1]} have no case_id in common"])
    rows = tables.second_coder.coder_rows(found)
    if output is not None:
        return write_or_print(output, as_csv(rows))
    answer(format, tables.second_coder.coders_text(found), rows, {"cases": list(found.cases)})
