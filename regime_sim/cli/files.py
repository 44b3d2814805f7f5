"""The commands about scenario files: `check`, `new` and `schema`; they run nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import typed
from ..store import disk
from . import options
from .ending import BAD_INPUT, Stop, write
from .inputs import load, load_all
from .output import compare_file, write_or_print


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario files, or shipped names.")
    ],
) -> None:
    """Read scenario files and report every mistake in them, with line and column."""
    loaded = load_all(files)
    write("\n".join(f"{name}: OK" for name, _ in zip(files, loaded, strict=True)))


def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")
    ],
    source: Annotated[
        str, typer.Option("--from", metavar="NAME", help=f"What to start from. {options.SCENARIO}")
    ],
) -> None:
    """Write a new scenario file that starts as another.

    Everything that can be changed is there in comments.
    """
    from ..scenario.template import template

    if file.suffix not in (".yaml", ".yml"):
        raise Stop(BAD_INPUT, [f"regime-sim: {file}: expected a name that ends in .yaml"])
    text = template(load(source), source, file)
    try:
        disk.write_file(file, text, new=True)
    except FileExistsError:
        line = f"regime-sim: {file} exists already and was not changed - expected a new name"
        raise Stop(BAD_INPUT, [line]) from None
    write(f"wrote {file}; `regime-sim run {typed(file)}` runs it")


def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the shipped schema is up to date.")
    ] = False,
    output: options.Output = None,
) -> None:
    """Print the JSON Schema of scenario files, with which editors complete and explain them."""
    from ..scenario.json_schema import schema_path, schema_text

    if check:
        compare_file(schema_path(), schema_text(), "regime-sim schema -o")
    else:
        write_or_print(output, schema_text())
