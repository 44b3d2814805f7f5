"""The readable engine and the one door for Mesa: a plain `mesa.Model` of a ruler, his generals,
patrons, the power that presses and both publics.

Every agent calls the same functions of `law/` as the kernel, with the same keyed draws, and agrees
with it to the last bit. Works on Mesa 3.5 and on the 4.0 alpha (no scheduler, no batch_run, own
draws). Made to be read, stepped, watched and subclassed. Hooks, each called once a week:

- `RegimeModel.before_generals(luck)` returns what all generals share (`engine.records.Shared`);
- `RegimeModel.generals_week(luck)` lets every general look and act;
- `RegimeModel.hazards(luck)` writes the hazard of each exit mode to `self.exits`;
- `RegimeModel.general_class` is the class of the generals: a subclass of `General` with its own
  `consider`, say.

Mesa's tools work on it: `batch_run`, `DataCollector`, `AgentSet`, SolaraViz (see `collect`).
`model.scenario` is Mesa's own; the scenario that is played is `model.played`.
"""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from ..errors import RegimeSimError
from ..facts.actors import ACTOR_ROWS, ACTORS
from ..facts.limits import LAST_REPLICATE
from ..facts.parameters import (
    OBSERVABLE_NAMES,
    OBSERVABLES,
    PATRON_SLOTS,
    WAYS,
)
from ..given import whole
from ..law import arithmetic, counterintelligence, events, general, ledger, week
from ..scenario import load
from ..scenario.compile import compile_scenario
from ..scenario.compiled import Compiled
from .collect import SeedLike, collector, seed_of
from .draws import PRIVATE_SCALE, general_uniforms, private_loyalties, week_uniforms
from .given_population import check_population
from .parameter_draws import INNER, one_world
from .population import Population, corps_of
from .records import (
    FIXED_POINT,
    GIFTS,
    GIVES_AT,
    HOLDS,
    HOLDS_AT,
    INPUT_FIELDS,
    OBSERVED_AT,
    OBSERVED_LOG,
    PATRON_FIELDS,
    PRINCIPAL_FIELDS,
    PRINCIPAL_SLOTS,
    STOCK_AT,
    STOCK_IS,
    STRUCTURAL_FIELDS,
    SUPPORT_AT,
    UNIT_FIELDS,
    UNIT_HAS,
    UNIT_SLOTS,
    UNITS_AT,
    Shared,
)
from .replicates import Weekly, event_columns

if TYPE_CHECKING:
    from ..scenario import Scenario

ANSWER, FATE = slice(0, -3), slice(-3, None)  # the parts of Shared for `answer` and for `fate`


class Record:
    """Numbers by name, as the law reads them: `record.coup_launch`."""

    def __init__(self, names: tuple[str, ...], values: list[float]) -> None:
        self.__dict__.update(zip(names, values, strict=True))


class Actor(mesa.Agent):
    """An actor that exists once per future; its state is the attributes that `facts.actors`
    declares. `ACTOR_CLASSES` has one class for each.
    """

    kind = ""

    def __init__(self, model: RegimeModel) -> None:
        super().__init__(model)
        self.__dict__.update(dict.fromkeys(ACTORS[self.kind], 0.0))


ACTOR_CLASSES: dict[str, type[Actor]] = {
    row.name: type(
        row.name.title(),
        (Actor,),
        {"__doc__": row.meaning, "kind": row.name, "__module__": __name__},
    )
    for row in ACTOR_ROWS
}
globals().update({kind.__name__: kind for kind in ACTOR_CLASSES.values()})  # pickle looks here


class Patron(mesa.Agent):
    """A foreign patron: what the scenario says of its support, what it gives when fully committed,
    and its commitment now.
    """

    def __init__(self, model: RegimeModel, slot: str) -> None:
        super().__init__(model)
        self.slot = slot
        for field in PATRON_FIELDS:
            setattr(self, field, 0.0)

    def listen(self, inputs: list[float], place: int) -> None:
        """Take this week's inputs: support and gifts."""
        self.support = inputs[SUPPORT_AT + place]
        for k, gift in enumerate(GIFTS):
            setattr(self, gift, inputs[GIVES_AT + len(GIFTS) * place + k])


class Principal(mesa.Agent):
    """A named man of the court: what he holds and is, as the scenario says; how loyal he is, and
    whether he is still there.
    """

    def __init__(self, model: RegimeModel, slot: str) -> None:
        super().__init__(model)
        self.slot = slot
        for field in PRINCIPAL_FIELDS:
            setattr(self, field, 0.0)

    def listen(self, inputs: list[float], place: int) -> None:
        """Take this week's inputs: what he holds and is."""
        for k, held in enumerate(HOLDS):
            setattr(self, held, inputs[HOLDS_AT + len(HOLDS) * place + k])


class Unit(mesa.Agent):
    """A branch of the armed forces, or a region's garrisons: troops, rents, tie, and the share that
    still obeys.
    """

    def __init__(self, model: RegimeModel, slot: str) -> None:
        super().__init__(model)
        self.slot = slot
        for field in UNIT_FIELDS:
            setattr(self, field, 0.0)

    def listen(self, inputs: list[float], place: int) -> None:
        """Take this week's inputs: what the branch is, and whether it turns."""
        for k, has in enumerate(UNIT_HAS):
            setattr(self, has, inputs[UNITS_AT + len(UNIT_HAS) * place + k])


class General(mesa.Agent):
    """A general: troops he commands, his share of the rents, complicity, tie to the ruler, a
    private loyalty that nobody sees, and trusted peers.
    """

    def __init__(
        self, model: RegimeModel, place: int, corps_: Population, private: list[int]
    ) -> None:
        super().__init__(model)
        self.place = place
        # whose uniforms are his: his own place, unless the corps was relabelled
        self.luck = 4 * int(corps_.ident[place // 4]) + place % 4
        self.troops = int(corps_.troops[place])
        self.unit = UNIT_SLOTS[int(corps_.unit[place])]
        self.rent_share = float(corps_.rent_share[place])
        self.complicity = float(corps_.complicity[place])
        self.tie = float(corps_.tie[place])
        self.private = private[self.luck]
        self.peers: list[General] = []
        self.code = 0
        self.next_code = 0

    @property
    def status(self) -> str:
        """loyal, plotting, purged or fled (the last two for the week in which it happened: the next
        man has the place).
        """
        return {
            0: "loyal",
            general.PLOTTING: "plotting",
            general.PURGED: "purged",
            general.FLED: "fled",
        }[self.code]

    def consider(self) -> None:
        """Look at trusted peers and public signs, decide, and take what counter-intelligence has in
        store; all generals look before any moves.
        """
        m = self.model
        seen = 0
        for peer in self.peers:
            seen += peer.code
        inverse = m.inverse_peers
        share, alarmed = (seen & 15) * inverse, (seen >> 4) * (0.5 * inverse)
        against = general.answer(
            share,
            alarmed,
            self.rent_share,
            self.complicity,
            self.tie,
            self.private,
            *m.terms[ANSWER],
        )
        plots = float(self.code & 1)
        self.next_code = int(
            general.fate(m.general_luck[self.luck], plots, against, *m.terms[FATE])
        )

    def __getstate__(self) -> dict[str, object]:
        """Without his peers, who lead on to the whole corps: the model knows them (see
        `RegimeModel.__setstate__`).
        """
        return {name: held for name, held in self.__dict__.items() if name != "peers"}

    def act(self) -> None:
        """Become what was decided; where he is gone, the next loyal man has the place."""
        self.code = self.next_code
        if self.code >= general.FLED:
            self.private = int(counterintelligence.promoted(self.private))


class RegimeModel(mesa.Model):
    """One world of a scenario: `RegimeModel(scenario, seed=7, replicate=17)` is replicate 17 of
    every ensemble with seed 7.

    step() is one week; run() goes on to the horizon or the regime's fall. `week`, `leader_out`,
    `way`, `fallen`, `observations` tell where it stands; `history` has the observables week by
    week, `datacollector` with what `collect` asks for. More keywords are levers, as in
    `Scenario.vary`: `RegimeModel("venezuela-2025", rents=0.2)`. seed (or Mesa's name for it, rng):
    None for a fresh one. `running` is False once it is over.

    Actors: sender, outside, court, treasury, army, street, opposition, rebels, plot, leader,
    circle, regime, force, exits (see `facts.actors`); patrons; principals; units; generals. To
    change what it does, see the module's hooks.
    """

    general_class: type[General] = General
    # actors of the table that this class reads itself
    regime: Actor
    exits: Actor

    def __init__(
        self,
        base: Scenario | Compiled | str | os.PathLike[str] | None = None,
        seed: SeedLike = 1,
        replicate: int = 0,
        population: Population | None = None,
        *,
        rng: SeedLike = None,
        collect: bool | str = True,
        **levers: Any,
    ) -> None:
        self.dice_seed = seed_of(seed if rng is None else rng)
        self.replicate = whole("replicate", replicate, 0, LAST_REPLICATE)
        check_population(population)
        super().__init__(rng=self.dice_seed % 2**63)
        self.played, compiled = _to_play(base, levers)
        self.compiled = compiled
        self.horizon, self.week, self.way = compiled.horizon, 0, WAYS[0]
        x, p = one_world(compiled, self.dice_seed, self.replicate // INNER)
        self.base: list[float] = x.tolist()
        self.parameters = Record(STRUCTURAL_FIELDS, p.tolist())
        self._events = tuple(column.tolist() for column in event_columns(compiled))
        self._fired: list[float] = compiled.events.week.tolist()
        self._drawn = self.base[len(INPUT_FIELDS) :]
        del self.base[len(INPUT_FIELDS) :]
        self._vector: list[float] = [0.0] * len(self.base)
        self._own: list[float] = [0.0] * len(self.base)
        self.observed: list[float] = [0.0] * len(OBSERVABLES)
        self.ledger = [0] * ledger.LENGTH
        self._people(corps_of(compiled) if population is None else population)
        self._start()
        self.datacollector = collector(self, collect)
        self._collect()

    def _people(self, population: Population) -> None:
        """Put everybody in the world: every actor of the table under its own name."""
        actors = {name: kind(self) for name, kind in ACTOR_CLASSES.items()}
        self.__dict__.update(actors)
        self.patrons = [Patron(self, slot) for slot in PATRON_SLOTS]
        self.principals = [Principal(self, slot) for slot in PRINCIPAL_SLOTS]
        self.units = [Unit(self, slot) for slot in UNIT_SLOTS]
        several: dict[str, list[Any]] = {
            "patrons": self.patrons,
            "principals": self.principals,
            "units": self.units,
        }
        self.world = SimpleNamespace(**actors, **several)
        rows = zip(several.values(), (PATRON_FIELDS, PRINCIPAL_FIELDS, UNIT_FIELDS), strict=True)
        self._state: list[tuple[Any, str]] = [  # in the order of STATE_NAMES
            *((actors[name], field) for name, fields in ACTORS.items() for field in fields),
            *((one, field) for kind, fields in rows for one in kind for field in fields),
        ]
        private = private_loyalties(self.dice_seed, self.replicate, 4 * len(population.ident))
        self.generals = [
            self.general_class(self, i, population, private) for i in range(population.number)
        ]
        self._trusted = population.peers
        self._acquaint()
        self.blocks = population.ident
        self.inverse_peers = 1.0 / population.peers.shape[1]
        self.troops = sum(man.troops for man in self.generals)
        self._corps = self.agents_by_type[self.general_class]

    def _acquaint(self) -> None:
        """Let every general know the peers that he trusts."""
        for man, peers in zip(self.generals, self._trusted.tolist(), strict=True):
            man.peers = [self.generals[j] for j in peers]

    def __setstate__(self, state: dict[str, object]) -> None:
        """Go on where a copy was made."""
        self.__dict__.update(state)
        self._acquaint()

    def _start(self) -> None:
        """Week 0: inputs as events before the start have left them, every actor at rest."""
        luck = week_uniforms(self.dice_seed, self.replicate, 0)
        self._apply_events()
        week.start(self.world, self.inputs, self.parameters, luck)
        self._observe()
        self.history = [list(self.observed)]
        self.terms = Shared(*[0.0] * len(Shared._fields))
        self.general_luck: list[float] = []

    def _apply_events(self) -> None:
        """Step 1: what the timeline makes of the inputs this week. From week 1 on a stock's input
        is its state (see `facts.stocks`).
        """
        self._vector[:] = self.base
        if self.week > 0:
            for at, state in zip(STOCK_AT, STOCK_IS, strict=True):
                self._vector[at] = getattr(*self._state[state])
        events.apply(
            *(self.week, self._events, self._fired, self.observed),
            *(self._drawn, self._own, self._vector),
        )
        self.inputs = Record(INPUT_FIELDS, self._vector)
        several: tuple[list[Any], ...] = (self.patrons, self.principals, self.units)
        for kind in several:
            for place, one in enumerate(kind):
                one.listen(self._vector, place)

    @property
    def fallen(self) -> bool:
        """Whether the regime has fallen."""
        return self.ledger[ledger.REGIME_FATE] == 2

    @property
    def leader_out(self) -> bool:
        """Whether the ruler of the start is out of office."""
        return self.ledger[ledger.LEADER_WEEK] > 0

    @property
    def observations(self) -> dict[str, float]:
        """The weekly variables by name, as they stand (`observables` is Mesa's own word for
        something else).
        """
        return dict(zip(OBSERVABLE_NAMES, self.observed, strict=True))

    def step(self) -> None:
        """One week in the order of `law.week`; does nothing once the regime has fallen or the
        horizon is reached.
        """
        if self.fallen or self.week >= self.horizon:
            self.running = False
            return
        self.week += 1
        luck = week_uniforms(self.dice_seed, self.replicate, self.week)
        self._apply_events()
        self.generals_week(luck)
        self.rest_of_week(luck)
        self._observe()
        self.history.append(list(self.observed))
        if self.week == self.horizon:
            ledger.close(self.regime, self.parameters, self.ledger)
        self.running = not self.fallen and self.week < self.horizon
        self._collect()

    def _collect(self) -> None:
        """Let Mesa's collector, where there is one, take down the week."""
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def generals_week(self, luck: list[float]) -> None:
        """Steps 2-8: pressure, patrons, treasury, patronage, then every general looks and acts."""
        shared = self.before_generals(luck)
        self.terms = shared._replace(spread=shared.spread * PRIVATE_SCALE)
        self.general_luck = general_uniforms(
            self.dice_seed, self.replicate, self.week, 4 * len(self.blocks)
        )
        self._corps.do("consider")
        self._corps.do("act")

    def before_generals(self, luck: list[float]) -> Shared:
        """Steps 2-5: pressure and its public, patrons, treasury, patronage. Returns what all
        generals share this week, by the names of `engine.records.Shared`.
        """
        return Shared(*week.before_generals(self.world, self.inputs, self.parameters, luck))

    def rest_of_week(self, luck: list[float]) -> None:
        """Steps 8-13: what the generals have become, every hazard, and who goes."""
        number = len(self.generals)
        plotting = command = purged = fled = 0
        for man in self.generals:
            plotting += man.code & 1
            command += (man.code & 1) * man.troops
            purged += man.code == general.PURGED
            fled += man.code == general.FLED
        week.take_stock(
            self.world,
            self.parameters,
            plotting / number,
            command / self.troops,
            purged / number,
            fled / number,
        )
        self.hazards(luck)
        way = week.leave_or_stay(self.world, self.inputs, self.parameters, luck)
        ledger.settle(self.world, way, self.week, self.parameters, self.ledger)
        if self.leader_out:
            self.way = WAYS[self.ledger[ledger.LEADER_WAY]]

    def hazards(self, luck: list[float]) -> None:
        """Steps 9-12: write this week's hazard of every exit mode to `self.exits` (`exits.coup`,
        `exits.uprising`, ...), from which the exit is then drawn.
        """
        week.hazards(self.world, self.inputs, self.parameters, luck)

    def run(self) -> RegimeModel:
        """Step to the horizon or the regime's fall; returns the model."""
        while not self.fallen and self.week < self.horizon:
            self.step()
        return self

    def __repr__(self) -> str:
        return (
            f"RegimeModel({self.compiled.id}, seed {self.dice_seed}, replicate {self.replicate}:"
            f" week {self.week} of {self.horizon}, {self.way})"
        )

    def _observe(self) -> None:
        """Read the weekly variables from the actors, as the table of observables says."""
        for k, (at, log) in enumerate(zip(OBSERVED_AT, OBSERVED_LOG, strict=True)):
            value = getattr(*self._state[at])
            self.observed[k] = arithmetic.log(1.0 + value) if log else value

    def state(self) -> list[float]:
        """The flat state of the world, in the order of `facts.actors.STATE_NAMES`."""
        return [getattr(holder, field) for holder, field in self._state]


def _to_play(
    base: Scenario | Compiled | str | os.PathLike[str] | None, levers: dict[str, Any]
) -> tuple[Scenario | None, Compiled]:
    """The scenario with its levers moved, and compiled. `scenario=` is taken as a name of `base`,
    unless it is Mesa's own, which SolaraViz hands to every model that takes keywords.
    """
    named = levers.pop("scenario", None)
    if base is None and not type(named).__module__.startswith("mesa."):
        base = named
    if base is None:
        raise RegimeSimError("RegimeModel: no scenario - expected a shipped name, path or Scenario")
    if isinstance(base, Compiled):
        if levers:
            raise RegimeSimError("RegimeModel: levers cannot be moved in a compiled scenario")
        return None, base
    scenario = load(base).vary(levers) if levers else load(base)
    return scenario, compile_scenario(scenario)


def run_block(
    compiled: Compiled,
    seed: int,
    first: int,
    number: int,
    weekly: Weekly,
    kind: type[RegimeModel] = RegimeModel,
) -> NDArray[np.int16]:
    """Replicates first ... first + number - 1 by the Mesa model, or a subclass of it, as
    `replicates.run_block` does by the kernel.
    """
    options: dict[str, Any] = {"collect": False} if kind is RegimeModel else {}
    out = np.zeros((number, ledger.LENGTH), np.int16)
    for k in range(number):
        model = kind(compiled, seed, first + k, **options).run()
        out[k] = model.ledger
        last = model.ledger[ledger.LEADER_WEEK] - 1 if model.leader_out else compiled.horizon
        for when in range(last + 1):
            _record(weekly, when, model.history[when])
    return out


def _record(weekly: Weekly, when: int, seen: list[float]) -> None:
    """Add one week of one world to the weekly counts, as the kernel does."""
    weekly.counts[when] += 1
    size = weekly.bins.shape[2]
    for k, (value, o) in enumerate(zip(seen, OBSERVABLES, strict=True)):
        weekly.sums[k, when] += int(np.floor(value * FIXED_POINT))
        at = int((value - o.low) * (size / (o.high - o.low)))
        weekly.bins[k, when, min(max(at, 0), size - 1)] += 1


__all__ = ["General", "Patron", "RegimeModel", "run_block"]
