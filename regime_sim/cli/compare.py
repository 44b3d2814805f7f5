"""The command `compare`: scenarios against the first one, or the arms of one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

import regime_sim as rs

from ..errors import RegimeSimError
from . import options
from .answers import NAMED, failed_lines
from .ending import complain, stopped_by
from .inputs import load_all
from .output import answer, draw, own_input, under_a_bar
from .run import Asked

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..scenario import Scenario

ONE_OR_MORE = (
    "Two or more scenarios or run folders, each compared with the first; one alone: the arms that"
    " its file lists."
)


@dataclass(frozen=True, slots=True)
class Means(options.Means):
    """Who works, with all generals."""

    corps: options.Corps = 20_000


def compare(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help=ONE_OR_MORE)],
    replicates: options.ReplicatesOrFile = None,
    seed: options.SeedOrFile = None,
    *,
    means: Means,
    show: options.Shown,
) -> None:
    """Compare scenarios with the first one under the same draws, by cause and in weeks."""
    how: dict[str, Any] = {"workers": means.workers, "corps": means.corps}
    own = own_input(show.figure, "--figure", scenarios)
    how |= {"replicates": replicates, "seed": seed}
    options.check(own, format=show.format, generals=means.generals, **how)
    loaded = _loaded(scenarios, means.generals)
    if isinstance(loaded[0], rs.Ensemble):  # the others are run as it was
        number, key = loaded[0].attempted, loaded[0].seed
    else:
        number, key = Asked(replicates, seed).size(loaded[0])
    how |= {"replicates": number, "seed": key}
    found = under_a_bar(
        "compare",
        lambda on: rs.compare(*loaded, on_progress=on, **how),
    )
    base = found.before
    complain(_failed([base, *(one.after for one in found.pairs)], scenarios))
    draw(show.figure, lambda: found.plot(kind="differences"))
    about = {"seed": key, "replicates": number, "horizon_weeks": base.horizon}
    answer(show.format, str(found), found.rows(), {"baseline": base.scenario.id, **about})


def _loaded(names: Sequence[str], generals: int | None) -> list[Scenario | Ensemble]:
    """Scenarios, and the runs in folders. Raises Stop with every problem."""
    from ..store.manifest import is_run  # NumPy is not for those who ask for help

    plain = [name for name in names if not is_run(name)]
    scenarios = dict(zip(plain, load_all(plain, generals), strict=True))
    try:
        return [scenarios[name] if name in scenarios else rs.read_run(name) for name in names]
    except RegimeSimError as error:
        raise stopped_by(error) from error


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
