"""The commands about scenario files: `check`, `new` and `schema`; they run nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .. import questions
from ..errors import typed
from ..inert import one_line
from ..store import disk
from ..view import words
from . import options
from .ending import BAD_INPUT, Stop, write
from .inputs import load, load_all
from .output import compare_file, write_or_print


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario files, or shipped names.")
    ],
    inputs: Annotated[
        bool,
        typer.Option(
            "--inputs", help="Name the inputs at their defaults that matter most for the answer."
        ),
    ] = False,
) -> None:
    """Read scenario files and report every mistake in them, with line and column.

    Says how many inputs nobody has set, so that they stand at the table's defaults.
    """
    loaded = load_all(files)
    for name, scenario in zip(files, loaded, strict=True):
        write(f"{name}: OK, {words.defaults.count(scenario)}")
        if inputs:
            write(words.defaults.text(questions.defaults.ranked(scenario)))


def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")
    ],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME", help=f"What to start from. {options.SCENARIO}"),
    ] = None,
    empty: Annotated[
        bool,
        typer.Option("--blank", help="Start from nothing: a form with every input to fill in."),
    ] = False,
) -> None:
    """Write a new scenario file that starts as another, or as a blank form.

    Everything that can be changed is there in comments.
    """
    from ..scenario.template import blank, template  # NumPy is not for those who ask for help

    if empty == (source is not None):
        raise Stop(BAD_INPUT, ["regime-sim: expected either --from NAME or --blank"])
    if file.suffix not in (".yaml", ".yml"):
        raise Stop(BAD_INPUT, [f"regime-sim: {file}: expected a name that ends in .yaml"])
    text = blank(file) if source is None else template(load(source), source, file)
    try:
        disk.write_file(file, text, new=True)
    except FileExistsError:
        line = f"regime-sim: {file} exists already and was not changed - expected a new name"
        raise Stop(BAD_INPUT, [line]) from None
    write(f"wrote {one_line(str(file))}; `regime-sim run {typed(file)}` runs it")


def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the shipped schema is up to date.")
    ] = False,
    output: options.Output = None,
) -> None:
    """Print the JSON Schema of scenario files, with which editors complete and explain them."""
    from ..scenario.json_schema import schema_path, schema_text  # nor is pydantic

    if check:
        compare_file(schema_path(), schema_text(), "regime-sim schema -o")
    else:
        write_or_print(output, schema_text())
