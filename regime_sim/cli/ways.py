"""The command `ways`: the chances of all exit modes, rare ones too."""

from __future__ import annotations

from typing import Any

import regime_sim as rs

from . import options
from .inputs import load
from .output import answer


def ways(
    scenario: options.Name,
    replicates: options.Replicates = 10_000,
    seed: options.Seed = 1,
    workers: options.Workers = None,
    generals: options.Generals = None,
    corps: options.Corps = 256,
    format: options.Format = "table",
) -> None:
    """Say how he leaves, with the chances of rare exits.

    Weekly probabilities are added up where that is more precise than counting.
    """
    how: dict[str, Any] = {"replicates": replicates, "seed": seed}
    how |= {"workers": workers, "corps": corps}
    options.check(format=format, generals=generals, **how)
    found = rs.ways(load(scenario, generals), **how)
    about = {"seed": seed, "replicates": replicates, "horizon_weeks": found.weeks}
    answer(format, str(found), found.rows(), {"scenario": found.scenario, **about})
