"""The command `calibrate`: the samples of the structural parameters that runs draw from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import options
from .ending import write


def calibrate(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where to write the samples.")
    ] = Path("seeds/posterior"),
    settings: Annotated[int, typer.Option(help="Settings of the design (a power of two).")] = 4096,
    held: Annotated[
        int, typer.Option(help="Further settings for simulation-based calibration.")
    ] = 400,
    seed: options.Seed = 7,
) -> None:
    """Fit the parameters to leader-years, observed rates and coded episodes (half an hour).

    Writes the samples that runs draw from.
    """
    options.check(settings=settings, held=held, seed=seed)
    from ..calibration.fit import calibrate as fitted
    from ..history.cases import training_cases
    from ..history.panel import read_panel

    about = fitted(training_cases(), read_panel(), output, settings, held, seed)
    write(f"wrote {output}/rates.npy and {output}/cases.npy")
    for name in ("rates", "cases"):
        found = about[name]
        write(
            f"{name}: simulation-based calibration p = {found['simulation_based_p']:.3g} over"
            f" {found['datasets']} datasets; the over-confident fit p ="
            f" {found['over_confident_p']:.2g}"
        )
