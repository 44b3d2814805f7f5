"""One future watched in the Mesa model: states of every week as arrays; judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..engine.population import corps as corps_of
from ..engine.records import STATE_NAMES
from ..facts.parameters import OBSERVABLE_NAMES, PATRON_SLOTS
from ..law import ledger
from ..travel import Travels

if TYPE_CHECKING:
    from ..scenario.compiled import Compiled

Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class World(Travels):
    """One future: states (W+1, S) in the order of `engine.records.STATE_NAMES` and observables
    (W+1, V), week 0 to the last that was run.

    codes (W+1, N) uint8: each general's status (0 loyal, 1 plotting, 16 fled, 32 purged). ledger:
    what `law.ledger` writes down. troops (N,): shares in millionths. peers (N, k): places of the
    generals that he trusts.
    """

    compiled: Compiled
    seed: int
    replicate: int
    states: Reals
    seen: Reals
    codes: NDArray[np.uint8]
    ledger: tuple[int, ...]
    troops: NDArray[np.int32]
    peers: NDArray[np.int32]
    places: dict[str, int]

    @property
    def last(self) -> int:
        """The last week that was run: the horizon, or the regime's last."""
        return len(self.states) - 1

    @property
    def week_out(self) -> int:
        """Week in which the ruler of the start went, 0 if he is in office."""
        return self.ledger[ledger.LEADER_WEEK]

    @property
    def lasts(self) -> int:
        """The last week of the ruler of the start: that of his exit, or the last of the run."""
        return self.week_out or self.last

    def __getitem__(self, name: str) -> Reals:
        """A state by its name (`plot.command`, `russia.commitment`), weeks 0 to the last."""
        return self.states[:, self.places[name]]

    def observed(self, name: str) -> Reals:
        """An observable by its name, weeks 0 to the last."""
        return self.seen[:, OBSERVABLE_NAMES.index(name)]

    def patrons(self) -> list[tuple[str, Reals]]:
        """Each patron's name and its commitment week by week."""
        named = zip(PATRON_SLOTS, self.compiled.patrons, strict=True)
        return [(name, self[f"{slot}.commitment"]) for slot, name in named if name]

    def first_weeks(self) -> dict[int, int]:
        """The week each entry came into force (0 or less: before the start); the rest left out."""
        e = self.compiled.events
        found: dict[int, int] = {}
        for row in range(len(e)):
            if e.event[row] < 0:
                continue  # a lever that was moved before the start
            at = float(e.week[row])
            if e.variable[row] >= 0:
                above, threshold = bool(e.above[row]), float(e.threshold[row])
                at = self._condition(int(e.variable[row]), above, threshold)
            if at == at and at <= self.last:
                found.setdefault(int(e.event[row]), int(at))
        return found

    def _condition(self, variable: int, above: bool, threshold: float) -> float:
        """First week after one in which a condition held; not a number if none."""
        level = self.seen[: self.last, variable]
        held = np.flatnonzero(level > threshold if above else level < threshold)
        return float(held[0]) + 1.0 if held.size else float("nan")


def watch(compiled: Compiled, seed: int, replicate: int) -> World:
    """Run one future in the Mesa model and keep its state of every week."""
    from ..engine.model import RegimeModel  # Mesa takes over a second to load

    population = corps_of(compiled.generals)
    model = RegimeModel(compiled, seed, replicate, population)
    states, seen = [model.state()], [list(model.observed)]
    codes = [[man.code for man in model.generals]]
    while not model.fallen and model.week < model.horizon:
        model.step()
        states.append(model.state())
        seen.append(list(model.observed))
        codes.append([man.code for man in model.generals])
    places = {name: k for k, name in enumerate(STATE_NAMES)}
    return World(
        compiled,
        seed,
        replicate,
        np.array(states),
        np.array(seen),
        np.array(codes, np.uint8),
        tuple(model.ledger),
        population.troops,
        population.peers,
        places,
    )
