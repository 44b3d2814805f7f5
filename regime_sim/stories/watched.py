"""One future watched in the Mesa model: states of every week as arrays; judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..engine.population import corps_of
from ..engine.records import INPUT_FIELDS, STATE_NAMES, STRUCTURAL_FIELDS
from ..facts.levers import PRINCIPAL_SLOTS, UNIT_SLOTS
from ..facts.parameters import INPUT_NAMES, OBSERVABLE_NAMES, PATRON_SLOTS, STRUCTURAL_NAMES
from ..law import ledger
from ..travel import Travels

if TYPE_CHECKING:
    from ..engine.model import RegimeModel
    from ..scenario.compiled import Compiled

Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class World(Travels):
    """One future: states (W+1, S) in the order of `engine.records.STATE_NAMES` and observables
    (W+1, V), week 0 to the last that was run.

    codes (W+1, N) uint8: each general's status (0 loyal, 1 plotting, 16 fled, 32 purged). ledger:
    what `law.ledger` writes down. troops (N,): shares in millionths. peers (N, k): places of the
    generals that he trusts. given (W+1, I): the week's inputs (INPUT_NAMES), as the timeline leaves
    them. structure: the structural parameters of this future (STRUCTURAL_NAMES).
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
    given: Reals
    structure: Reals

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

    def input(self, name: str) -> Reals:
        """An input by its name (`calendar.midterms`), weeks 0 to the last."""
        return self.given[:, INPUT_NAMES.index(name)]

    def parameter(self, name: str) -> float:
        """A structural parameter of this future by its name."""
        return float(self.structure[STRUCTURAL_NAMES.index(name)])

    def principals(self) -> list[tuple[str, str]]:
        """Each principal's slot, and what he is called."""
        return list(zip(PRINCIPAL_SLOTS, self.compiled.titles, strict=False))

    def units(self) -> list[tuple[str, Reals]]:
        """Each branch or region that has troops, and the share of it that obeys week by week."""
        return [(slot, self[f"{slot}.loyal"]) for slot in UNIT_SLOTS if self[f"{slot}.troops"][0]]

    def patrons(self) -> list[tuple[str, Reals]]:
        """Each patron's name and its commitment week by week."""
        named = zip(PATRON_SLOTS, self.compiled.patrons, strict=True)
        return [(name, self[f"{slot}.commitment"]) for slot, name in named if name]


def watch(compiled: Compiled, seed: int, replicate: int) -> World:
    """Run one future in the Mesa model and keep its state of every week."""
    from ..engine.model import RegimeModel  # Mesa takes over a second to load

    population = corps_of(compiled)
    model = RegimeModel(compiled, seed, replicate, population)
    states, seen = [model.state()], [list(model.observed)]
    codes = [[man.code for man in model.generals]]
    given = [_inputs(model)]
    while not model.fallen and model.week < model.horizon:
        model.step()
        states.append(model.state())
        seen.append(list(model.observed))
        codes.append([man.code for man in model.generals])
        given.append(_inputs(model))
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
        np.array(given),
        np.array([getattr(model.parameters, name) for name in STRUCTURAL_FIELDS]),
    )


def first_weeks(w: World) -> dict[int, int]:
    """The week each entry came into force (0 or less: before the start); the rest left out."""
    e = w.compiled.events
    found: dict[int, int] = {}
    for row in range(len(e)):
        if e.event[row] < 0:
            continue  # a lever that was moved before the start
        at = float(e.week[row])
        if e.variable[row] >= 0:
            at = _condition(w, int(e.variable[row]), bool(e.above[row]), float(e.threshold[row]))
        if at == at and at <= w.last:
            found.setdefault(int(e.event[row]), int(at))
    return found


def _condition(w: World, variable: int, above: bool, threshold: float) -> float:
    """First week after one in which a condition held; not a number if none."""
    level = w.seen[: w.last, variable]
    held = np.flatnonzero(level > threshold if above else level < threshold)
    return float(held[0]) + 1.0 if held.size else float("nan")


def _inputs(model: RegimeModel) -> list[float]:
    """The inputs of the week that was just run."""
    return [float(getattr(model.inputs, name)) for name in INPUT_FIELDS]
