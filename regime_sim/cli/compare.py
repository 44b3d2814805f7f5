"""The command `compare`: scenarios against the first one, or the arms of one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

import regime_sim as rs

from . import options
from .answers import NAMED, failed_lines
from .ending import complain
from .inputs import load_all
from .output import answer, draw, own_input, under_a_bar

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble

ONE_OR_MORE = "Two or more, each compared with the first; one alone: the arms that its file lists."


def compare(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help=ONE_OR_MORE)],
    replicates: options.ReplicatesOrFile = None,
    seed: options.SeedOrFile = None,
    workers: options.Workers = None,
    generals: options.Generals = None,
    corps: options.Corps = 20_000,
    figure: options.Figure = None,
    format: options.Format = "table",
) -> None:
    """Compare scenarios with the first one under the same draws, by cause and in weeks."""
    how: dict[str, Any] = {"workers": workers, "corps": corps}
    own = own_input(figure, "--figure", scenarios)
    options.check(own, format=format, replicates=replicates, seed=seed, generals=generals, **how)
    loaded = load_all(scenarios, generals)
    runs = loaded[0].runs
    number = replicates or runs.replicates or options.DEFAULT_REPLICATES
    seeds = (seed, runs.seed, options.DEFAULT_SEED)
    key = next(one for one in seeds if one is not None)
    found = under_a_bar(
        "compare",
        lambda on: rs.compare(*loaded, replicates=number, seed=key, on_progress=on, **how),
    )
    base = found.before
    complain(_failed([base, *(one.after for one in found.pairs)], scenarios))
    draw(figure, lambda: found.plot(kind="differences"))
    about = {"seed": key, "replicates": number, "horizon_weeks": base.horizon}
    answer(format, str(found), found.rows(), {"baseline": base.scenario.id, **about})


def _failed(ensembles: Sequence[Ensemble], names: Sequence[str]) -> list[str]:
    """A line per failed future, with the command (`run` or `compare`) that meets it again."""
    if len(names) > 1:
        pairs = zip(ensembles, names, strict=True)
        return [line for one, name in pairs for line in failed_lines(one, name)]
    return [
        f"regime-sim: {one.scenario.id}: replicate {bad.replicate} failed (seed {one.seed}):"
        f" {bad.error}; to repeat: regime-sim compare {names[0]} --seed {one.seed} --replicates"
        f" {bad.replicate + 1}"
        for one in ensembles
        for bad in one.failures[:NAMED]
    ]
