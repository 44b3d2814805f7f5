"""Everything that the dashboard takes from rooms of regime_sim behind its public names, in one place; adds nothing of its own."""

from __future__ import annotations

from regime_sim.errors import UnknownName
from regime_sim.facts.evidence import source
from regime_sim.facts.parameters import EVENTS, LEVERS, PARAMETERS
from regime_sim.scenario import loads
from regime_sim.statistics.intervals import Estimate, cluster_index, paired_difference
from regime_sim.view import palette, sentences

__all__ = [
    "EVENTS",
    "LEVERS",
    "PARAMETERS",
    "Estimate",
    "UnknownName",
    "cluster_index",
    "loads",
    "paired_difference",
    "palette",
    "sentences",
    "source",
]
