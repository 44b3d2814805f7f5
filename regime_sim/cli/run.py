"""The command `run`: options checked all at once, scenarios loaded and altered as asked, results in
the form asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import RegimeSimError, nearest
from ..facts.limits import MOST_REPLICATES
from .ending import BAD_INPUT, Stop, complain
from .file_checks import status_of, stopped_line, tested, with_claims
from .output import (
    OnProgress,
    as_csv,
    as_json,
    as_terminal,
    format_problems,
    progress,
    range_problems,
)

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..questions.checks import Verdict
    from ..questions.exit_chances import Ways
    from ..scenario import Scenario

ENGINES = ("kernel", "mesa")
MOST_WORKERS = 1024
LARGEST_SEED = 2**64 - 1
# futures whose weekly chances are added up for rare ways: worth tens of thousands that are counted
MEASURED = 480
NAMED = 10  # failed replicates of a run that are named one by one


@dataclass(frozen=True, slots=True)
class Options:
    """What `run` was asked for; None where the scenario decides."""

    replicates: int | None
    seed: int | None
    workers: int | None
    engine: str
    horizon: int | None
    generals: int | None
    format: str
    first: int = 0


def results(names: Sequence[str], options: Options) -> tuple[str, int]:
    """Run each scenario: all results in the form asked for, and the status (1 if a claim failed).
    Raises Stop with every problem of options and files.
    """
    problems = option_problems(options)
    scenarios, more = loaded(names)
    if problems or more:
        raise Stop(BAD_INPUT, [*problems, *more])
    asked = [
        scenario.with_(horizon=options.horizon, generals=options.generals) for scenario in scenarios
    ]
    parts: list[Any] = []
    claims: list[Verdict] = []
    with progress(len(asked)) as begin, without_linear_algebra(options.engine):
        for name, scenario in zip(names, asked, strict=True):
            ensemble = _simulated(scenario, options, begin(scenario.id), name)
            found = tested(scenario, ensemble, options.workers)
            claims += found
            parts.append(
                with_claims(part_of(ensemble, scenario, options.format), found, options.format)
            )
    return joined(parts, options.format), status_of(claims)


def load_all(names: Sequence[str]) -> list[Scenario]:
    """Load every scenario. Raises Stop with all problems of all files."""
    scenarios, problems = loaded(names)
    if problems:
        raise Stop(BAD_INPUT, problems)
    return scenarios


def loaded(names: Sequence[str]) -> tuple[list[Scenario], list[str]]:
    """The scenarios that load, and every problem of those that do not."""
    from ..scenario import load

    scenarios: list[Scenario] = []
    problems: list[str] = []
    for name in names:
        try:
            scenarios.append(load(name))
        except RegimeSimError as error:
            problems.extend(line for line in str(error).splitlines() if line not in problems)
    return scenarios, problems


def option_problems(options: Options) -> list[str]:
    """Every option that cannot be right, one line each."""
    from ..facts.parameters import PARAMETERS
    from ..scenario.timeline import LONGEST

    corps = PARAMETERS["generals.number"]
    bounds = (
        ("--replicates", options.replicates, 1, MOST_REPLICATES),
        ("--seed", options.seed, 0, LARGEST_SEED),
        ("--first", options.first, 0, 2**32 - MOST_REPLICATES),
        ("--workers", options.workers, 1, MOST_WORKERS),
        ("--horizon", options.horizon, 1, LONGEST),
        ("--generals", options.generals, int(corps.low), int(corps.high)),
    )
    problems = range_problems(bounds)
    if options.engine not in ENGINES:
        problems.append(
            f"regime-sim: --engine {options.engine}: unknown"
            f" engine{nearest(options.engine, ENGINES)}"
        )
    return problems + format_problems(options.format)


@contextmanager
def without_linear_algebra(engine: str) -> Iterator[None]:
    """Keep Numba from importing scipy.linalg, a quarter of a second, to look for a BLAS that the
    kernel never calls, and PyYAML for a settings file of its own.

    Only here, where the process is ours alone: Numba remembers for good that it found none.
    """
    names = [
        name for name in ("scipy.linalg", "yaml") if engine == "kernel" and name not in sys.modules
    ]
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)


def _simulated(
    scenario: Scenario, options: Options, on_progress: OnProgress | None, name: str
) -> Ensemble:
    """Run one scenario, called `name` by the user; what the options leave open its own `runs`
    decides, and then the engine's defaults.
    """
    from ..ensemble.effort import Effort
    from ..ensemble.stopping import Rule
    from ..runs import run

    replicates = options.replicates if options.replicates is not None else scenario.runs.replicates
    seed = options.seed if options.seed is not None else scenario.runs.seed
    chosen: dict[str, Any] = {
        name: value
        for name, value in (("replicates", replicates), ("seed", seed))
        if value is not None
    }
    effort = Effort(
        engine=options.engine,
        workers=options.workers,
        first=options.first,
        on_progress=on_progress,
        **chosen,
    )
    half = scenario.runs.stop_half_width
    stop = None if half is None else Rule(scenario.runs.stop_of, half)
    ensemble = run(scenario, effort, stop=stop)
    given = (("--horizon", options.horizon), ("--generals", options.generals))
    complain(
        [
            *failed_lines(
                ensemble,
                " ".join(
                    [name, *(f"{flag} {value}" for flag, value in given if value is not None)]
                ),
            ),
            *stopped_line(ensemble),
        ]
    )
    return ensemble


def failed_lines(ensemble: Ensemble, scenario: str) -> list[str]:
    """A line for each of the first ten replicates that failed, with the command that repeats it,
    and one on all. `scenario`: as that command takes it.
    """
    scenario += "" if ensemble.engine == "kernel" else f" --engine {ensemble.engine}"
    lines = [
        f"regime-sim: {one.told(scenario, ensemble.seed)}" for one in ensemble.failures[:NAMED]
    ]
    if ensemble.failures:
        lines.append(
            f"regime-sim: {ensemble.scenario.id}: {len(ensemble.failures):,} of"
            f" {ensemble.attempted:,} replicates failed; the results are over the other"
            f" {ensemble.replicates:,}"
        )
    return lines


def part_of(ensemble: Ensemble, scenario: Scenario, format: str) -> Any:
    """What is kept of one run: its text, or its document."""
    if format == "table":
        from ..questions.citation import basis
        from ..view.tables import ensemble as terminal
        from ..view.words.citation import summary

        return as_terminal(
            terminal.report(
                ensemble,
                rests_on=[summary(basis(scenario))],
                measured=_measured(ensemble, scenario),
            )
        )
    return ensemble.to_document()


def _measured(ensemble: Ensemble, scenario: Scenario) -> Ways | None:
    """Ways to go by the weekly chances of the run's first futures, where some way is too rare to be
    counted well; only of worlds that this very run came through.
    """
    from ..questions.exit_chances import ways
    from ..view.words import sentences

    if ensemble.failures or ensemble.first or not sentences.scarce(ensemble):
        return None
    return ways(scenario, min(MEASURED, ensemble.replicates), ensemble.seed)


def joined(parts: Sequence[Any], format: str) -> str:
    """All runs together: one text, one JSON document (a list of them for several scenarios), or one
    CSV table.
    """
    if format == "table":
        return "\n\n".join(parts)
    if format == "json":
        return as_json(parts if len(parts) > 1 else parts[0])
    about = ("scenario", "seed", "replicates", "engine", "horizon_weeks")
    return as_csv(
        [
            {**{key: document[key] for key in about}, "clock": clock, **row}
            for document in parts
            for clock in ("leader", "regime")
            for row in document[clock]["outcomes"]
        ]
    )


def bench_report(name: str, replicates: int, memory: bool = False) -> str:
    """What the engines' own benchmark says of this scenario on this machine."""
    from ..bench import report as bench

    problems = (
        []
        if 1 <= replicates <= MOST_REPLICATES
        else [f"regime-sim: --replicates {replicates}: must be from 1 to {MOST_REPLICATES}"]
    )
    scenarios, more = loaded([name])
    if problems or more:
        raise Stop(BAD_INPUT, [*problems, *more])
    return str(bench.run(scenarios[0], replicates, memory=memory))


def patterns_page(replicates: int, seed: int, generals: int) -> str:
    """The table of patterns as a page of Markdown, with the command that made it."""
    from ..history.patterns import Lab, markdown, patterns

    problems = range_problems(
        (
            ("--replicates", replicates, 160, MOST_REPLICATES),
            ("--generals", generals, 8, 20_000),
            ("--seed", seed, 0, LARGEST_SEED),
        )
    )
    if problems:
        raise Stop(BAD_INPUT, problems)
    table = markdown(patterns(Lab(replicates, seed, generals)))
    return (
        PATTERNS_HEAD.format(
            command=(
                f"regime-sim patterns --replicates {replicates} --seed {seed} --generals {generals}"
            )
        )
        + table
    )


PATTERNS_HEAD = """# Patterns that the model must show

Written by `{command}`. Each row is a claim that is tested: what is measured, the figure with its 95% interval over simulated futures, what it should
be, and whether it is. Rows without a target give context. The parameters' priors were set so that the rows of 9 (observed yearly rates) are met, and with
the others in sight: this table shows that the law can do all of it at once, not that it predicts. Intervals are luck of the dice and the draw of the
parameters; they do not cover a wrong law.

Pattern 6 asks that coups do not go one way with the number of generals; it is judged from 200 generals up. Under 200 coups rise again, with every general simulated one by one above all other
counts: few need to agree, and one man's troops weigh more. An earlier row asked for a peak inside all the counts, and that does not hold.

"""


def calibrate_report(folder: Path, settings: int, held: int, seed: int) -> str:
    """Run the calibration, write its samples to `folder`, and say how its checks came out."""
    from ..calibration.fit import calibrate
    from ..history.cases import read_cases

    problems = range_problems(
        (
            ("--settings", settings, 64, 2**16),
            ("--held", held, 20, 10_000),
            ("--seed", seed, 0, 2**31),
        )
    )
    if problems:
        raise Stop(BAD_INPUT, problems)
    about = calibrate(
        [case for case in read_cases() if case.split == "calibration"], folder, settings, held, seed
    )
    lines = [f"wrote {folder}/rates.npy and {folder}/cases.npy"]
    for name in ("rates", "cases"):
        found = about[name]
        lines.append(
            f"{name}: simulation-based calibration p = {found['simulation_based_p']:.3g} over"
            f" {found['datasets']} datasets; the over-confident fit p ="
            f" {found['over_confident_p']:.2g}"
        )
    return "\n".join(lines)
