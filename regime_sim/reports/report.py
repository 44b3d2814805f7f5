"""What a report on one run rests on, gathered; the words of the page are made in `view`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

from ..ensemble.effort import Effort, takes
from ..ensemble.frames import terms_of
from ..ensemble.result import Ensemble
from ..errors import RegimeSimError, UnknownName
from ..given import able, flag
from ..given import path as given_path
from ..history.backtest import Backtest, backtest
from ..questions.attribution import MOST_MOVED, Attribution, attribute, moved_names
from ..questions.citation import Citation, cite
from ..questions.compare import Comparison, compare
from ..questions.sensitivity import Sensitivity, sensitivity
from ..questions.settings import grid
from ..questions.sweep import Sweep, sweep
from ..questions.tipping import Tipping, tipping
from ..runs import read_run, simulate
from ..runs import run as simulated
from ..scenario import Scenario, ScenarioError, load
from ..shown import Shown
from ..store import disk
from ..store.manifest import is_run
from ..stories.story import Story, story

HISTORY, HISTORY_CORPS = 128, 64  # futures per case and simulated generals, for skill on history
# deep: settings, futures at each; futures per tipping point; side of the map, futures per cell
POINTS, INNER, TIPS, CELLS, CELL = 128, 32, 512, 11, 256
DEEP_CORPS = 64
QUICK = 3  # things moved, up to which a report without the long parts says why it changed
Say = Callable[[str], object]


@dataclass(frozen=True, eq=False)
class Deep:
    """The longer questions: what decides, smallest changes to a 50% chance, map of two levers."""

    sensitivity: Sensitivity
    tipping: Tipping
    grid: Sweep


@dataclass(frozen=True, eq=False, repr=False)
class Report(Shown):
    """A report: `html`, or `save` as one file. Parts not asked for, or not to be had, are empty."""

    ensemble: Ensemble
    comparisons: tuple[Comparison, ...]
    story: Story | None
    deep: Deep | None
    history: Backtest | None
    citation: Citation
    folder: str | None = None
    why: Attribution | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.ensemble.scenario  # type: ignore[return-value]

    @property
    def baseline(self) -> Ensemble | None:
        """What the run is compared with."""
        return self.comparisons[0].before if self.comparisons else None

    def html(self, theme: str = "light") -> str:
        """The whole page. Raises MissingExtra where the extra "report" is not installed."""
        return str(self._say("page", theme))

    def save(self, path: str | Path, theme: str = "light") -> Path:
        """Write the page as one file. Raises UnknownName (not .html), MissingExtra, NotWritten."""
        target = given_path("path", path)
        if target.suffix.lower() not in (".html", ".htm"):
            raise UnknownName("report format", target.suffix or target.name, (".html",))
        return disk.write_file(target, self.html(theme))


class ReportOptions(TypedDict, total=False):
    """How a scenario is run, and who is told, as keywords (see `Effort`)."""

    replicates: int
    seed: int
    workers: int | None
    say: Say | None


@takes(ReportOptions, say=None)
def report(
    run: Ensemble | Scenario | str | os.PathLike[str],
    baseline: Scenario | Ensemble | str | os.PathLike[str] | None = None,
    *,
    deep: bool = False,
    history: bool | Backtest = True,
    world: bool = True,
    folder: str | None = None,
    **effort: Unpack[ReportOptions],
) -> Report:
    """Gather a report on an ensemble, on the run in a folder, or on a scenario that is run first
    (replicates, seed).

    baseline: what to compare with, of the same kinds; by default what the scenario's file names.
    deep: also sensitivity, tipping points and the map of rents and foreign support (minutes).
    history: the skill on history (True, False, or a backtest already made). world: tell the typical
    future. folder: the run folder, for the command that repeats the run. say: told what is being
    done. Errors: RegimeSimError where the baseline is of other futures; those of the parts.
    """
    if not isinstance(history, Backtest):
        history = flag("history", history)
    deep, world = flag("deep", deep), flag("world", world)
    told = effort.pop("say")
    able("say", told, "__call__", "a function of a line")
    say, asked = told or (lambda line: None), Effort(**effort)
    workers = asked.workers
    if isinstance(baseline, str | os.PathLike) and is_run(baseline):
        baseline = read_run(baseline)
    if baseline is not None and not isinstance(baseline, Ensemble):
        baseline = _named("baseline", baseline)
    if isinstance(run, str | os.PathLike) and is_run(run):
        folder = folder or str(run)
        run = read_run(run)
    if not isinstance(run, Ensemble):
        scenario = load(run)
        say("running the scenario")
        run = simulated(scenario, asked)
    _whole(run)
    say("comparing")
    comparisons = _comparisons(run, baseline, workers)
    why = _why(comparisons, QUICK if not deep else MOST_MOVED, workers, say)
    one = None
    if world:
        say("telling the typical future")
        one = story(run, which="typical")
    if history is True:
        say("predicting coded episodes of history")
        history = backtest(None, HISTORY, 1, HISTORY_CORPS, workers=workers)
    found = _deep(run, workers, say) if deep else None
    cited = cite(run.scenario)  # type: ignore[arg-type]
    return Report(run, comparisons, one, found, history or None, cited, folder, why)


def _named(name: str, scenario: Any) -> Scenario:
    """The scenario of an argument that is not the first. Raises ScenarioError, RegimeSimError."""
    try:
        return load(scenario)
    except ScenarioError:
        raise
    except RegimeSimError as error:
        raise RegimeSimError(f"{name}: {error}") from None


def _whole(run: Ensemble) -> None:
    """Refuse an ensemble that came from no scenario that can be run again."""
    if not isinstance(run.scenario, Scenario):
        raise RegimeSimError(
            "report: the ensemble carries no scenario that can be run - expected one from simulate"
            " or read_run"
        )


def _comparisons(
    run: Ensemble, baseline: Scenario | Ensemble | None, workers: int | None
) -> tuple[Comparison, ...]:
    """The run, then its file's arms, against the same baseline under the same draws."""
    scenario: Any = run.scenario
    if baseline is None:
        if scenario.compare is None:
            return ()
        baseline = scenario.baseline()
    terms = terms_of(run)

    def beside(other: Scenario) -> Ensemble:
        return simulate(
            other.horizon_weeks(run.horizon), run.attempted, run.seed, workers=workers, **terms
        )

    if not isinstance(baseline, Ensemble):
        baseline = beside(baseline)
    others = [arm for _, arm in scenario.arms() if _what_runs(arm) != _what_runs(scenario)]
    found = [compare(baseline, one) for one in (run, *map(beside, others))]
    return tuple(found)


def _why(
    comparisons: tuple[Comparison, ...], most: int, workers: int | None, say: Say
) -> Attribution | None:
    """The change against the baseline, split over what differs: where that is one thing or several,
    at most `most`, and the two are of one case.
    """
    if not comparisons:
        return None
    before, after = comparisons[0].before, comparisons[0].after
    both = (before.scenario, after.scenario)
    if not all(isinstance(one, Scenario) for one in both):
        return None
    try:
        names = moved_names(*both)  # type: ignore[arg-type]
    except RegimeSimError:
        return None
    if not 1 <= len(names) <= most:
        return None
    say("why it changed")
    return attribute(before, after, workers=workers)


def _what_runs(scenario: Any) -> tuple[Any, ...]:
    """All of a scenario that changes its futures: not its name."""
    return (
        scenario.values,
        scenario.structure,
        scenario.timeline,
        scenario.start,
        scenario.patrons,
        scenario.principals,
        scenario.moved,
    )


def _deep(run: Ensemble, workers: int | None, say: Say) -> Deep:
    """Sensitivity, tipping points and the map, on smaller designs than the commands' own."""
    scenario: Any = run.scenario
    options: dict[str, Any] = {
        "seed": run.seed,
        "workers": workers,
        "corps": DEEP_CORPS,
        "knowledge": terms_of(run)["knowledge"],
    }
    say("which lever decides")
    which = sensitivity(scenario, points=POINTS, replicates=INNER, **options)
    say("the smallest changes to a 50% chance")
    tips = tipping(scenario, 0.5, replicates=TIPS, **options)
    say("the map of rents and foreign support")
    side = grid(0.0, 1.0, CELLS)
    over = {"rents": side, "foreign_support": side}
    return Deep(which, tips, sweep(scenario, over, replicates=CELL, **options))
