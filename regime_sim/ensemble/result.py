"""The result of a run, as users hold it: reads as tables and numbers, prints and draws itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..facts.outcomes import OBSERVABLES
from ..given import flag
from ..shown import Shown, framed
from .frames import chains as chains_of
from .frames import dataset, draw_columns, future_columns
from .futures import CLOCKS
from .tables import Tables, weekly_columns

if TYPE_CHECKING:
    import pandas as pd


class Ensemble(Tables, Shown):
    """Futures of one scenario: arrays of `Futures`, numbers of `Estimates`, tables of `Tables`."""

    def to_frame(self, draws: bool = False) -> pd.DataFrame:
        """One row per future, for survival, learning and plotting packages: scenario, replicate,
        draw, exit (its mode), week (nan if still in office), time and event (weeks seen; 1 if he
        went), cause (place of the exit mode in WAYS, 0 none), fate, regime, regime_week,
        regime_time, regime_event (1 if it fell), successors, failed_coups, rebellion_week.

        draws: also a column for every lever, input and parameter that was drawn, by its name and as
        drawn for the start of the run; 16 futures in a row share a draw. Raises RegimeSimError
        where the draws cannot be known.
        """
        with_draws = flag("draws", draws)
        table = framed({"scenario": self.scenario.id, **future_columns(self)})
        return table.merge(self.draws(), on="draw", how="left") if with_draws else table

    def draws(self) -> pd.DataFrame:
        """One row per draw of what is uncertain: draw, then every drawn lever, input and parameter
        by its name. Raises RegimeSimError where the draws cannot be known.
        """
        return framed(draw_columns(self))

    def to_xarray(self, trajectories: bool = False, chains: bool = False) -> Any:
        """The run as an `xarray.Dataset`; needs the extra "xarray".

        By `future`, all columns of `to_frame` (its week as `exit_week`); `weekly` (variable,
        statistic, week), as `weekly()` has them. trajectories: also `trajectory` (future, week,
        variable), nan once he is out; each future is run again, some milliseconds each.

        chains: instead, for ArviZ, over (chain, draw): every drawn number, and under
        `p_leader_out`, `p_coup`, ... the share of that draw's futures in which it happens. Raises
        MissingExtra; RegimeSimError where the draws cannot be known.
        """
        each_week = flag("trajectories", trajectories)
        if flag("chains", chains):
            return chains_of(self)
        weekly = {one.name: weekly_columns(self, at) for at, one in enumerate(OBSERVABLES)}
        return dataset(self, each_week, weekly)

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
