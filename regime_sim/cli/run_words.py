"""What a terminal is shown of a run: loaded by the first run that is shown there."""

from __future__ import annotations

import regime_sim as rs

from ..ensemble.result import Ensemble
from ..questions.citation import basis
from ..questions.exit_chances import Ways
from ..scenario import Scenario
from ..view.tables import ensemble as table
from ..view.tables.summary import summary_lines, summary_row
from ..view.words import sentences
from ..view.words.citation import summary
from ..view.words.defaults import count
from .terminal import as_terminal

# futures whose weekly probabilities are added up for rare exit modes: as precise as counting tens
# of thousands
MEASURED = 480


def text(ensemble: Ensemble, scenario: Scenario) -> str:
    """What a terminal is shown of a run."""
    rests_on = [summary(basis(scenario)), f"{count(scenario)}; `check --inputs` says which matter."]
    chances = measured(ensemble, scenario)
    return as_terminal(table.report(ensemble, rests_on=rests_on, measured=chances))


def measured(ensemble: Ensemble, scenario: Scenario) -> Ways | None:
    """Chances of exit modes by weekly probabilities, where one is too rare to be counted well."""
    if ensemble.failures or ensemble.first or not sentences.scarce(ensemble):
        return None
    return rs.ways(scenario, min(MEASURED, ensemble.replicates), ensemble.seed)


__all__ = ["measured", "summary_lines", "summary_row", "text"]
