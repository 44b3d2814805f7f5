"""Which future is told (typical, luckiest, worst), by fixed, stated rules; tells no story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..engine.records import ACTORS, STATE_NAMES
from ..engine.replicates import trace
from ..given import choice

if TYPE_CHECKING:
    from ..ensemble.result import Ensemble
    from ..scenario.compiled import Compiled

CANDIDATES = 48  # futures that are looked at week by week before one is chosen
CHOICES = ("typical", "luckiest", "worst")


def choose(ensemble: Ensemble, compiled: Compiled, which: str) -> int:
    """The replicate that the rule of that name picks; of equals the first. Raises UnknownName."""
    choice("choice of a future", which, CHOICES)
    place = {"typical": _typical, "luckiest": _luckiest, "worst": _worst}[which](ensemble, compiled)
    return number_at(ensemble, place)


def number_at(ensemble: Ensemble, place: int) -> int:
    """The number of the replicate at a place of the arrays; those that failed have no place."""
    return ensemble.first + place if ensemble.which is None else int(ensemble.which[place])


def _typical(ensemble: Ensemble, compiled: Compiled) -> int:
    code = ensemble.leader_way.astype(int) * 8 + ensemble.regime_fate
    kinds, counts = np.unique(code, return_counts=True)
    alike = np.flatnonzero(code == kinds[counts.argmax()])
    week = ensemble.leader_week[alike].astype(float)
    near = alike[np.argsort(np.abs(week - np.median(week)), kind="stable")[:CANDIDATES]]
    paths = [_traces(ensemble, compiled, int(k), ["plot.command"])[:, 0] for k in near]
    middle = np.median(paths, axis=0)
    return int(near[int(np.argmin([np.abs(path - middle).mean() for path in paths]))])


def _luckiest(ensemble: Ensemble, compiled: Compiled) -> int:
    stays = np.flatnonzero(ensemble.leader_way == 0)[:CANDIDATES]
    if not stays.size:
        return int(np.argmax(ensemble.leader_week))
    return _most_hazard(ensemble, compiled, stays)


def _worst(ensemble: Ensemble, compiled: Compiled) -> int:
    goes = np.flatnonzero(ensemble.leader_way > 0)
    if not goes.size:
        return _most_hazard(ensemble, compiled, np.arange(min(CANDIDATES, ensemble.replicates)))
    keys = (
        ensemble.leader_fate[goes] != 4,
        ensemble.regime_after[goes] != 2,
        ensemble.leader_week[goes],
    )
    return int(goes[np.lexsort(keys)[0]])


def _most_hazard(ensemble: Ensemble, compiled: Compiled, places: NDArray[np.int64]) -> int:
    names = [f"exits.{way}" for way in ACTORS["exits"]]
    met = [_traces(ensemble, compiled, int(k), names).sum() for k in places]
    return int(places[int(np.argmax(met))])


def _traces(
    ensemble: Ensemble, compiled: Compiled, place: int, names: list[str]
) -> NDArray[np.float64]:
    """States of one future (H, names), by the fast engine; zero after the regime's fall."""
    kept = trace(compiled, ensemble.seed, number_at(ensemble, place))[1]
    return kept.state[:, [STATE_NAMES.index(name) for name in names]]
