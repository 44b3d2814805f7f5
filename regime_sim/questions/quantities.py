"""What is asked of futures: whether an outcome happens, how long it lasts; runs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..facts.outcomes import REGIME, WAYS
from ..given import choice, whole
from ..law.ledger import LEADER_WAY, LEADER_WEEK, REGIME_FATE, REGIME_WEEK
from ..travel import Travels

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble

CLOCKS = ("leader", "regime")
OUTCOMES = ("leader_out", "regime_falls", "tutelage", *WAYS)
FALLS = REGIME.index("falls")


@dataclass(frozen=True, slots=True, eq=False)
class Futures(Travels):
    """Ends on both clocks, arrays (..., n): weeks 1..H (0 none), codes as in WAYS, REGIME."""

    leader_week: NDArray[np.int16]
    leader_way: NDArray[Any]
    regime_week: NDArray[np.int16]
    regime_fate: NDArray[Any]
    horizon: int

    def happens(self, of: str = "leader_out", week: int | None = None) -> NDArray[np.bool_]:
        """Whether an outcome comes by `week` (None: horizon). Raises UnknownName, OutOfRange."""
        week = self._week(week)
        gone = (self.leader_week > 0) & (self.leader_week <= week)
        if known(of) == "leader_out":
            return gone
        if of == "survived":
            return np.asarray(~gone)
        if of in WAYS:
            return np.asarray(gone & (self.leader_way == WAYS.index(of)))
        fate = FALLS if of == "regime_falls" else REGIME.index("tutelage")
        return np.asarray((self.regime_fate == fate) & (self.regime_week <= week))

    def lasts(self, clock: str = "leader", week: int | None = None) -> NDArray[np.float64]:
        """Weeks by `week` (None: horizon) in office or, clock "regime", that it has not fallen."""
        week = self._week(week)
        choice("clock", clock, CLOCKS)
        end = (
            self.leader_week
            if clock == "leader"
            else np.where(self.regime_fate == FALLS, self.regime_week, 0)
        )
        return np.where(end == 0, week, np.minimum(end, week)).astype(np.float64)

    def taken(self, places: NDArray[np.int64]) -> Futures:
        """The futures at these places of the last axis."""
        return Futures(
            self.leader_week[..., places],
            self.leader_way[..., places],
            self.regime_week[..., places],
            self.regime_fate[..., places],
            self.horizon,
        )

    def _week(self, week: int | None) -> int:
        if week is None:
            return self.horizon
        return whole("week", week, 1, self.horizon)


def known(of: str) -> str:
    """The name, if it is an outcome that can be asked for. Raises UnknownName."""
    return choice("outcome", of, OUTCOMES)


def of_ledgers(ledgers: NDArray[np.int16], horizon: int) -> Futures:
    """Futures from ledgers (..., n, 11)."""
    leader_week, leader_way, regime_week, regime_fate = (
        ledgers[..., column].copy()
        for column in (LEADER_WEEK, LEADER_WAY, REGIME_WEEK, REGIME_FATE)
    )
    return Futures(leader_week, leader_way, regime_week, regime_fate, horizon)


def of_ensemble(ensemble: Ensemble) -> Futures:
    """Futures of an ensemble, shape (n,)."""
    return Futures(
        ensemble.leader_week,
        ensemble.leader_way,
        ensemble.regime_week,
        ensemble.regime_fate,
        ensemble.horizon,
    )
