"""Futures of several settings with their weekly chances: outcomes as numbers that have the means of
the counts and less spread (`statistics.controls`); runs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import RegimeSimError
from ..facts.outcomes import WAYS
from ..statistics.controls import luck, slopes_for, steadied, steadied_along
from ..travel import Travels
from .quantities import Futures, of_ledgers

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Steadied(Travels):
    """Futures (settings, n) and their luck: ends less chances, (settings, n, ways), and the columns
    of it that slopes are fitted to, (settings, n, k); `basis` (settings, b): what slopes change
    with from setting to setting, None where each setting has its own.
    """

    futures: Futures
    missed: Floats
    columns: Floats
    basis: Floats | None = None

    def happens(self, of: str = "leader_out", week: int | None = None) -> Floats:
        """Numbers (settings, n) with the mean of `Futures.happens`; one may lie outside 0 to 1."""
        hit = self.futures.happens(of, week).astype(np.float64)
        if of in WAYS[1:] and week in (None, self.futures.horizon):
            hit = hit - self.missed[..., WAYS.index(of) - 1]
        return self._steadied(hit)

    def lasts(self, clock: str = "leader", week: int | None = None) -> Floats:
        """Numbers (settings, n) with the mean of `Futures.lasts`."""
        return self._steadied(self.futures.lasts(clock, week))

    def _steadied(self, y: Floats) -> Floats:
        if self.basis is None:
            return steadied(y, self.columns)
        return steadied_along(y, self.columns, self.basis)


def of_weighed(
    ledgers: NDArray[np.int16], chances: Floats, horizon: int, basis: Floats | None = None
) -> Steadied:
    """From ledgers (settings, n, 11) and summed weekly chances (settings, n, 10)."""
    futures = of_ledgers(ledgers, horizon)
    missed = luck(futures.leader_way, chances)
    columns = slopes_for(missed, futures.leader_way, along=basis is not None)
    return Steadied(futures, missed, columns, basis)


def counted_unless(of: str, exact: bool) -> None:
    """Refuse the quick way for an outcome it is not shown to hold for. Raises RegimeSimError."""
    if not exact and of != "leader_out":
        raise RegimeSimError(
            f"outcome {of!r} with exact=False (--quick): expected 'leader_out', the one outcome"
            " whose intervals were checked that way; leave it out to count every future"
        )


__all__ = ["Steadied", "counted_unless", "of_weighed"]
