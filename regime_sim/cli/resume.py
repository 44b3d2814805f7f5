"""The commands `resume` and `rerun`; the work is in `run_folders` and `run_again`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import options
from .ending import finish


def resume(
    folder: options.RunFolder,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    format: options.Format = "table",
    verbose: options.Verbose = False,
) -> None:
    """Finish what `run --out DIR` started, to the bytes of an undisturbed run.

    What is complete is only checked.
    """
    options.check(workers=workers, format=format)
    from .run_folders import resumed  # NumPy is not for those who mistyped

    finish(resumed(folder, workers, cluster, format, verbose))


def rerun(
    folder: options.RunFolder,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write.", show_default="DIR-rerun")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Re-run even if the code has changed.")
    ] = False,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
) -> None:
    """Run a folder again from its manifest alone and compare every byte.

    The status is 1 if one differs.
    """
    options.check(workers=workers)
    from .run_again import made_again  # as above

    finish(made_again(folder, out, force, workers, cluster))
