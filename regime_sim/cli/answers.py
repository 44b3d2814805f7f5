"""What `run` says: results in the form asked for, checks, failed futures, and the exit status."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .. import questions
from .ending import CHECK_FAILED, DONE, complain
from .output import as_csv, as_json

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..questions.checks import Verdict
    from ..scenario import Scenario

NAMED = 10  # failed futures of a run that are named one by one


class Answers:
    """The results of several runs, taken in one at a time. brief: as a table, a line per run in
    place of its tables.
    """

    def __init__(self, format: str, workers: int | None = None, brief: bool = False) -> None:
        self.format = format
        self.brief = brief and format == "table"
        self._rows: list[dict[str, Any]] = []
        self._told: list[str] = []
        self.workers = workers
        self.parts: list[Any] = []
        self.failed: list[Verdict] = []

    def add(self, ensemble: Ensemble, repeat: str) -> None:
        """Test the file's checks, keep what is said; a failed future's command takes `repeat`."""
        complain([*failed_lines(ensemble, repeat), *_stopped_lines(ensemble)])
        scenario: Scenario = ensemble.scenario  # type: ignore[assignment]
        found = _verdicts(ensemble, scenario, self.workers)
        self.failed += [one for one in found if one.failed]
        if self.brief:
            self._rows.append(_words().summary_row(ensemble))
            self._told += [f"{scenario.id}: {one}" for one in found]
            return
        if self.format == "table":
            self.parts.append("\n".join([_words().text(ensemble, scenario), *_below(found)]))
            return
        document = ensemble.to_document()
        if self.format == "csv":
            complain(f"regime-sim: {one}" for one in found if not one.failed)
        elif found:
            document["checks"] = [one.to_document() for one in found]
        self.parts.append(document)

    def text(self) -> str:
        """All runs as one text, JSON document (a list for several) or CSV table; empty if none."""
        if self._rows:
            return "\n".join([*_words().summary_lines(self._rows), *self._told])
        if not self.parts:
            return ""
        if self.format == "table":
            return "\n\n".join(self.parts)
        if self.format == "json":
            return as_json(self.parts if len(self.parts) > 1 else self.parts[0])
        return as_csv([row for document in self.parts for row in _csv_rows(document)])

    def status(self) -> int:
        """1 if a check failed, else 0; the failed ones are named on standard error."""
        complain(f"regime-sim: {one}" for one in self.failed)
        return CHECK_FAILED if self.failed else DONE


def failed_lines(ensemble: Ensemble, scenario: str) -> list[str]:
    """A line per failed future (ten at most) with its command, given `scenario`; one for all."""
    scenario += "" if ensemble.engine == "kernel" else f" --engine {ensemble.engine}"
    told = (one.told(scenario, ensemble.seed) for one in ensemble.failures[:NAMED])
    lines = [f"regime-sim: {one}" for one in told]
    if ensemble.failures:
        lines.append(
            f"regime-sim: {ensemble.scenario.id}: {len(ensemble.failures):,} of"
            f" {ensemble.attempted:,} replicates failed; the results are over the other"
            f" {ensemble.replicates:,}"
        )
    return lines


def _stopped_lines(ensemble: Ensemble) -> list[str]:
    """Why a run with `stop_when` has its number of futures, in a line; none for another run."""
    rule = ensemble.provenance.get("stopped")
    if rule is None:
        return []
    most = rule["most"]
    number = (
        f"stopped after {ensemble.replicates:,} of at most {most:,} futures"
        if ensemble.replicates < most
        else f"ran all {most:,} futures"
    )
    return [
        f"regime-sim: {ensemble.scenario.id}: {number}: {rule['of']} is known to within"
        f" {rule['reached']:.3g}, asked for {rule['half_width']:g}"
    ]


def _verdicts(ensemble: Ensemble, scenario: Scenario, workers: int | None) -> tuple[Verdict, ...]:
    """What became of the checks of a scenario just run; runs nothing where it has none."""
    if not scenario.checks:
        return ()
    return questions.checks.verdicts(
        scenario, engine=ensemble.engine, workers=workers, done=ensemble
    )


def _below(found: Sequence[Verdict]) -> list[str]:
    """The lines of the checks below a table."""
    return ["", *map(str, found)] if found else []


def _words() -> ModuleType:
    """What a terminal is shown of a run, which JSON and CSV need not load."""
    from . import run_words

    return run_words


def _csv_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each clock and outcome of a run."""
    keys = ("scenario", "seed", "replicates", "engine", "horizon_weeks")
    about = {key: document[key] for key in keys}
    return [
        {**about, "clock": clock, **row}
        for clock in ("leader", "regime")
        for row in document[clock]["outcomes"]
    ]
