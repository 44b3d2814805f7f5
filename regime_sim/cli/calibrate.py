"""The command `calibrate`: the samples of the structural parameters that runs draw from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from .. import calibration, history
from ..store import disk
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
    options.check(_not_ours(output), settings=settings, held=held, seed=seed)
    cases, years = history.cases.training_cases(), history.panel.read_panel()
    about = calibration.fit.calibrate(cases, years, output, settings, held, seed)
    write(f"wrote {output}/rates.npy and {output}/cases.npy")
    for name in ("rates", "cases"):
        found = about[name]
        write(
            f"{name}: simulation-based calibration p = {found['simulation_based_p']:.3g} over"
            f" {found['datasets']} datasets; the over-confident fit p ="
            f" {found['over_confident_p']:.2g}"
        )


def _not_ours(folder: Path) -> list[str]:
    """A line for each file that is no sample of ours and would be written over: what lies beside a
    sample of ours says what it was learned from.
    """
    lines = []
    for name in ("rates", "cases"):
        about, sample = folder / f"{name}.json", folder / f"{name}.npy"
        there = [one for one in (sample, about) if os.path.lexists(one)]
        if there and not _says_what_it_learned_from(about):
            said = "is there and is no sample of ours - expected another --output"
            lines += [f"regime-sim: {one} {said}" for one in there]
    return lines


def _says_what_it_learned_from(path: Path) -> bool:
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if disk.is_file(path) else None
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and "learned_from" in found
