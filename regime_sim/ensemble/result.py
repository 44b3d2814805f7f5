"""The result of a run, as users hold it: reads as tables and numbers, prints and draws itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..shown import Shown
from .futures import CLOCKS
from .tables import Tables


class Ensemble(Tables, Shown):
    """Futures of one scenario: arrays of `Futures`, numbers of `Estimates`, tables of `Tables`."""

    def to_document(self) -> dict[str, Any]:
        """The result as one JSON document; numbers that do not exist are null."""
        about: dict[str, Any] = {
            "scenario": self.scenario.id,
            "title": self.scenario.title,
            "start": self.scenario.start.isoformat(),
            "seed": self.seed,
            "replicates": self.replicates,
            "engine": self.engine,
            "horizon_weeks": self.horizon,
        }
        for clock in CLOCKS:
            about[clock] = {"outcomes": [_plain(row) for row in self.outcome_rows(clock)]}
        about["aftermath"] = [_plain(row) for row in self.aftermath_rows()]
        about["fates"] = [_plain(row) for row in self.fate_rows()]
        if self.failures:
            named = [{"replicate": one.replicate, "error": one.error} for one in self.failures]
            about["failed"] = {"count": len(named), "replicates": named[:100]}
        return about | {
            "clustered": self.clustered,
            "sha256": self.digest(),
            "provenance": _json(self.provenance),
        }


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row of a table with nothing but names, whole and finite numbers, and None."""
    return {str(key): _json(value) for key, value in row.items()}


def _json(value: Any) -> Any:
    """The value as JSON knows it; anything unknown as text."""
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    if isinstance(value, (bool, str, type(None))):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return str(value)
