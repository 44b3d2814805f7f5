"""Why one future ended so: its hazards, and the same draws without each lever; finds no words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..engine.draws import week_uniforms
from ..engine.records import ACTORS
from ..engine.replicates import trace
from ..ensemble.blocks import prepared
from ..facts.outcomes import REGIME, WAYS
from ..facts.parameters import EVENTS
from ..law import chance, ledger
from ..law.arithmetic import chance as chance_of
from .watched import World

if TYPE_CHECKING:
    from ..facts.posterior import Posterior
    from ..scenario import Scenario
    from ..scenario.timeline import Entry

WINDOW = 8  # weeks over which hazards are added up
# where a lever does the ruler most good
KINDEST = {"rents": 1.0, "foreign_support": 1.0, "us_pressure": 0.0, "public_opinion": 1.0}


@dataclass(frozen=True, slots=True)
class Again:
    """The same future run again with one thing changed. what: a lever or the id of an entry.
    setting: where the lever was put (None: an entry left out).

    was: where it stood. week, way: when and how he leaves (0, survived: he does not). regime: its
    fate. decisive: whether he is in office at the end in only one of the two.
    """

    what: str
    was: float | None
    setting: float | None
    week: int
    way: str
    regime: str
    decisive: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why a future ended as it did. hazards: (way, hazard summed over the last weeks), largest
    first. chance: that he would have left by then, one minus exp of minus all hazards met. draw,
    enough: the uniform that decided his last week, and the chance of leaving that week (he leaves
    if the first is the smaller). way, week: how and when he left. again: each lever, then each
    entry.
    """

    way: str
    week: int
    window: tuple[int, int]
    hazards: tuple[tuple[str, float], ...]
    chance: float
    draw: float
    enough: float
    again: tuple[Again, ...]

    @property
    def cause(self) -> str:
        """The way whose hazard was the largest over the last weeks."""
        return self.hazards[0][0]

    @property
    def levers(self) -> tuple[str, ...]:
        """The levers without which it ends otherwise; else the one that delays his exit longest."""
        single = tuple(one.what for one in self.again if one.decisive and one.setting is not None)
        if single or not self.week:
            return single
        moved = sorted(
            (-one.week, one.what)
            for one in self.again
            if one.setting is not None and one.week > self.week
        )
        return tuple(what for _, what in moved[:1])


def why(scenario: Scenario, world: World, knowledge: str | Posterior, corps: int | None) -> Why:
    """The hazards of the last weeks, and the future run again without each lever and each entry."""
    last = world.lasts
    first = max(1, last - WINDOW + 1)
    summed = {way: float(world[f"exits.{way}"][first : last + 1].sum()) for way in ACTORS["exits"]}
    whole = sum(float(world[f"exits.{way}"][1 : last + 1].sum()) for way in ACTORS["exits"])
    hazards = tuple(sorted(summed.items(), key=lambda pair: -pair[1]))
    again = tuple(_again(scenario, world, knowledge, corps))
    draw = week_uniforms(world.seed, world.replicate, last)[chance.EXIT]
    enough = chance_of(sum(float(world[f"exits.{way}"][last]) for way in ACTORS["exits"]))
    return Why(
        WAYS[world.ledger[ledger.LEADER_WAY]],
        world.week_out,
        (first, last),
        hazards,
        1.0 - math.exp(-whole),
        draw,
        enough,
        again,
    )


def _again(
    scenario: Scenario, world: World, knowledge: str | Posterior, corps: int | None
) -> Iterator[Again]:
    """Every changed future, levers first."""
    standing = scenario.lever_values()
    for lever, kindest in KINDEST.items():
        setting = kindest if world.week_out else 1.0 - kindest
        moving = [entry.id for entry in scenario.timeline if moves(entry, lever)]
        yield _lived(
            scenario.without(*moving).vary({lever: setting}),
            world,
            knowledge,
            corps,
            lever,
            standing[lever].value,
            setting,
        )
    for entry in scenario.timeline:
        yield _lived(scenario.without(entry.id), world, knowledge, corps, entry.id, None, None)


def moves(entry: Entry, lever: str) -> bool:
    """Whether an entry of the timeline moves a lever or one of its parts."""
    names = [name for name, _ in entry.moves]
    if entry.event:
        names += [name for name, _, _ in EVENTS[entry.event].sets]
    return any(name == lever or name.startswith(f"{lever}.") for name in names)


def _lived(
    scenario: Scenario,
    world: World,
    knowledge: str | Posterior,
    corps: int | None,
    what: str,
    was: float | None,
    setting: float | None,
) -> Again:
    """The same replicate of a changed scenario, by the fast engine (numbers as the model's)."""
    compiled = prepared(scenario, corps, knowledge)
    out = trace(compiled, world.seed, world.replicate)[0].tolist()
    week = int(out[ledger.LEADER_WEEK])
    return Again(
        what,
        was,
        setting,
        week,
        WAYS[out[ledger.LEADER_WAY]],
        REGIME[out[ledger.REGIME_FATE]],
        bool(week) != bool(world.week_out),
    )
