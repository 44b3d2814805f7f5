"""The command `preview`: fits what the dashboard shows while a lever is dragged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import regime_sim as rs

from ..errors import Damaged
from ..store import disk
from . import options
from .ending import BAD_INPUT, Stop, write
from .inputs import load_all
from .output import under_a_bar, writing

if TYPE_CHECKING:
    from ..previews.preview import Preview


@dataclass(frozen=True, slots=True)
class Wanted:
    """What it is fitted to and judged on."""

    settings: Annotated[int, typer.Option(help="Settings of the levers that it learns from.")] = (
        1024
    )
    replicates: options.PerSetting = 512
    held: Annotated[
        int, typer.Option(help="Lever movements that it does not see and is judged on.")
    ] = 64
    exact: Annotated[
        int, typer.Option(help="Futures at both ends of each of those, all generals simulated.")
    ] = 2000
    seed: options.Seed = 1
    workers: options.Workers = None


def preview(
    scenarios: options.Names,
    *,
    wanted: Wanted,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Write SCENARIO.npz there instead of into the user's cache.",
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Fit even if there is one for this model and scenario.")
    ] = False,
) -> None:
    """Fit what the dashboard shows while a lever is dragged (some minutes per scenario).

    Says how far off it is on movements it has not seen.
    """
    options.check(fewest=16, **asdict(wanted))
    loaded = load_all(scenarios)
    if output is not None and (lines := _not_ours(output, loaded)):
        raise Stop(BAD_INPUT, lines)
    for scenario in loaded:
        made = None if again or output is not None else rs.Preview.find(scenario)
        # the dashboard may have fitted a small one
        if made is None or not _enough(made, wanted):
            made = _fitted(scenario, output, wanted)
        write(_errors(scenario.id, made))


def _not_ours(output: Path, scenarios: Sequence[rs.Scenario]) -> list[str]:
    """A line for each file that is no preview and would be written over."""
    from ..previews.files import read  # NumPy is not for those who ask for help

    lines = []
    for scenario in scenarios:
        place = output / f"{scenario.id}.npz"
        try:
            if disk.is_file(place):
                read(place)
        except Damaged as error:
            lines.append(f"regime-sim: {error}; it was not changed - expected another folder")
    return lines


def _enough(made: Preview, wanted: Wanted) -> bool:
    """Whether what is there was made from as much as is asked for."""
    enough = made.settings >= wanted.settings and made.replicates >= wanted.replicates
    return enough and bool(made.error()["n"] >= wanted.held)


def _fitted(scenario: rs.Scenario, output: Path | None, wanted: Wanted) -> Preview:
    """Fit one and keep it."""
    made = under_a_bar(
        scenario.id, lambda on: rs.preview(scenario, on_progress=on, **asdict(wanted))
    )
    place = None if output is None else output / f"{scenario.id}.npz"
    with writing(place or Path("the preview")):
        write(str(made.keep(place)))
    return made


def _errors(name: str, made: Preview) -> str:
    """How far off it is, in a line."""
    e, far = made.error(), made.error(far=True)
    return (
        f"{name}: {made.settings:,} settings x {made.replicates:,} futures; error of P(out) over"
        f" {e['n']:.0f} movements it had not seen: {e['mean']:.1f} points on average, 95% within"
        f" {e['p95']:.1f}, largest {e['largest']:.1f}; with several levers moved at once:"
        f" {far['mean']:.1f}, {far['p95']:.1f}, {far['largest']:.1f}"
    )
