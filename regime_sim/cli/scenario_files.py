"""The commands about scenario files: `new` and `schema`, and the claims and arms that a file asks
for; holds no grammar and runs nothing itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .ending import BAD_INPUT, NOT_WRITTEN, Stop, write

Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to FILE.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(new)
    app.command()(schema)


def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")
    ],
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="NAME",
            help="What to begin from: a shipped name (see `scenarios`) or a file.",
        ),
    ],
) -> None:
    """Write a new scenario file that begins as another, with everything that can be changed in
    comments.
    """
    from ..scenario.template import template
    from .run import load_all

    if file.suffix not in (".yaml", ".yml"):
        raise Stop(BAD_INPUT, [f"regime-sim: {file}: expected a name that ends in .yaml"])
    text = template(load_all([source])[0], source, file)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError as error:
        raise Stop(
            BAD_INPUT,
            [f"regime-sim: {file} is there already, and stays as it is - expected a new name"],
        ) from error
    except OSError as error:
        raise Stop(
            NOT_WRITTEN, [f"regime-sim: could not write {file}: {error.strerror}"]
        ) from error
    write(f"wrote {file}; `regime-sim run {file}` runs it")


def schema(
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=(
                "Compare the shipped schema with what would be written; status 1 if it is out of"
                " date."
            ),
        ),
    ] = False,
    output: Output = None,
) -> None:
    """Print the JSON Schema of scenario files, by which editors complete and explain them."""
    from ..scenario.json_schema import schema_path, schema_text
    from .output import compare_file, write_file

    if check:
        compare_file(schema_path(), schema_text(), "regime-sim schema -o")
        write(f"{schema_path().name}: up to date")
    elif output is not None:
        write_file(output, schema_text())
    else:
        write(schema_text())
