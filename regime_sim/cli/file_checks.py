"""The claims of a scenario file on the command line: tested after its run, said with its results,
and the status that a failed one ends with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .ending import CHECK_FAILED, DONE, complain

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..questions.checks import Verdict
    from ..scenario import Scenario


def tested(
    scenario: Scenario, ensemble: Ensemble, workers: int | None = None
) -> tuple[Verdict, ...]:
    """What became of the claims of a scenario that has just been run; nothing more is run where it
    makes none.
    """
    if not scenario.checks:
        return ()
    from ..questions.checks import verdicts

    return verdicts(scenario, engine=ensemble.engine, workers=workers, done=ensemble)


def with_claims(part: Any, found: Sequence[Verdict], format: str) -> Any:
    """A run's text or document, with its claims: lines below the text, `checks` in JSON, lines on
    standard error beside CSV.
    """
    if not found:
        return part
    if format == "table":
        return "\n".join((part, "", *map(str, found)))
    if format == "csv":
        # the failed ones: see `status_of`
        complain([f"regime-sim: {one}" for one in found if not one.failed])
    return {**part, "checks": [one.to_document() for one in found]}


def status_of(found: Sequence[Verdict]) -> int:
    """1 if a claim failed, else 0; the failed ones are also named on standard error."""
    failed = [one for one in found if one.failed]
    complain([f"regime-sim: {one}" for one in failed])
    return CHECK_FAILED if failed else DONE


def stopped_line(ensemble: Ensemble) -> list[str]:
    """How a run with `stop_when` came to its number of worlds, in a line; none for another run."""
    rule = ensemble.provenance.get("stopped")
    if rule is None:
        return []
    what = (
        f"{rule['of']} is known to within {rule['reached']:.3g}, asked for {rule['half_width']:g}"
    )
    if ensemble.replicates < rule["most"]:
        return [
            f"regime-sim: {ensemble.scenario.id}: stopped after {ensemble.replicates:,} of at most"
            f" {rule['most']:,} worlds: {what}"
        ]
    return [f"regime-sim: {ensemble.scenario.id}: all {rule['most']:,} worlds were run: {what}"]
