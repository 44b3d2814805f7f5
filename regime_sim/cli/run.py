"""The command `run`: in memory, or by `run_folders` where runs are kept or sent to a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options
from .answers import Answers
from .ending import BAD_INPUT, Stop, finish
from .inputs import loaded
from .output import OnProgress, progress

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..scenario import Scenario


@dataclass(frozen=True, slots=True)
class Runs:
    """Which futures `run` was asked for; None where the scenario decides."""

    replicates: options.ReplicatesOrFile = None
    seed: options.SeedOrFile = None
    workers: options.Workers = None
    engine: Annotated[
        str,
        typer.Option(
            metavar="kernel|mesa", help="The fast kernel or the Mesa model; same numbers."
        ),
    ] = "kernel"
    horizon: Annotated[int | None, typer.Option(help="Weeks, instead of the file's horizon.")] = (
        None
    )
    generals: options.Generals = None
    corps: options.CorpsOrAll = None
    first: Annotated[
        int,
        typer.Option(
            help="Number of the first future: `--first 1000 --replicates 1000` runs 1000 to 1999."
        ),
    ] = 0


@dataclass(frozen=True, slots=True)
class Asked(Runs):
    """What `run` was asked for."""

    format: str = "table"
    verbose: bool = False

    def problems(self) -> list[str]:
        """One line for each option that cannot be right."""
        given = asdict(self)
        del given["verbose"]
        return options.problems(**given)

    def brief(self, runs: int) -> bool:
        """Whether a line is said of each run."""
        return runs > 1 and not self.verbose

    def altered(self, scenario: Scenario) -> Scenario:
        """The scenario with the horizon and the number of generals asked for."""
        return scenario.with_(horizon=self.horizon, generals=self.generals)

    def size(self, scenario: Scenario) -> tuple[int, int]:
        """Replicates and seed: those asked for, else the file's, else the defaults."""
        own = scenario.runs
        seeds = (self.seed, own.seed, options.DEFAULT_SEED)
        return (
            self.replicates or own.replicates or options.DEFAULT_REPLICATES,
            next(one for one in seeds if one is not None),
        )

    def again(self, name: str) -> str:
        """A scenario as the command that repeats one of its futures takes it."""
        given = {one: getattr(self, one) for one in ("horizon", "generals", "corps")}
        return " ".join([name, *(f"--{k} {v}" for k, v in given.items() if v is not None)])


@dataclass(frozen=True, slots=True)
class Where:
    """Where runs go: folder, address of a Dask scheduler, futures per file, overwrite others."""

    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=(
                "Save results in DIR, one subfolder per scenario if there are several; an"
                " interrupted run can be resumed."
            ),
        ),
    ] = None
    cluster: options.Cluster = None
    chunk: Annotated[
        int | None,
        typer.Option(
            help="With --out: futures per file, the most an interruption loses.",
            show_default="by size",
        ),
    ] = None
    replace: Annotated[
        bool, typer.Option("--replace", help="With --out: overwrite other runs in DIR.")
    ] = False


def run(
    scenarios: options.Names,
    *,
    runs: Runs,
    where: Where,
    format: options.Format = "table",
    verbose: options.Verbose = False,
) -> None:
    """Run scenarios and say how they end, on both clocks: one in full, several a line each."""
    asked = Asked(**asdict(runs), format=format, verbose=verbose)
    if where == Where():
        finish(in_memory(scenarios, asked))
    else:
        from .run_folders import kept  # what files and clusters need, a short run does not

        finish(kept(scenarios, asked, where))


def in_memory(names: Sequence[str], asked: Asked) -> tuple[str, int]:
    """Run each scenario: results and status (1: a check failed). Raises Stop with every problem."""
    scenarios, more = loaded(names)
    if lines := [*asked.problems(), *more]:
        raise Stop(BAD_INPUT, lines)
    answers = Answers(asked.format, asked.workers, asked.brief(len(scenarios)))
    with progress(len(scenarios)) as begin:
        for name, scenario in zip(names, scenarios, strict=True):
            answers.add(_simulated(scenario, asked, begin(scenario.id)), asked.again(name))
    return answers.text(), answers.status()


def _simulated(scenario: Scenario, asked: Asked, on_progress: OnProgress | None) -> Ensemble:
    """Run one scenario as asked."""
    from ..ensemble.effort import Effort  # NumPy is not for those who mistyped
    from ..ensemble.stopping import Rule
    from ..runs import run as simulated

    replicates, seed = asked.size(scenario)
    effort = Effort(
        replicates=replicates,
        seed=seed,
        first=asked.first,
        engine=asked.engine,
        corps=asked.corps,
        workers=asked.workers,
        on_progress=on_progress,
    )
    scenario = asked.altered(scenario)
    width = scenario.runs.stop_half_width
    stop = None if width is None else Rule(scenario.runs.stop_of, width)
    return simulated(scenario, effort, stop=stop)
