"""Every input acts: none of the table is without effect in every world, and none that a timeline
may set is without effect from that week on (patterns 14 and 15); signs as sources expect.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from regime_sim.engine.replicates import no_weeks, run_rows, worlds
from regime_sim.ensemble.common_draws import prepared
from regime_sim.facts.parameters import INPUT_NAMES, PARAMETERS, WAYS
from regime_sim.questions import effects
from regime_sim.scenario.compiled import Compiled
from regime_sim.scenario.readings import settable
from regime_sim.scenario.scenario import Scenario

FEW = 96
STAGES = tuple(effects.stages())


def seen(compiled: Compiled) -> bytes:
    """All that is recorded of a few futures, and the chance of each exit in each."""
    weeks, chances = no_weeks(compiled.horizon), np.zeros((FEW, len(WAYS) - 1))
    run_rows(compiled, 3, 0, *worlds(compiled, 3, 0, FEW), weeks, chances=chances)
    return weeks.sums.tobytes() + weeks.bins.tobytes() + chances.tobytes()


@pytest.mark.few(24)
@pytest.mark.parametrize("name", INPUT_NAMES)
def test_every_input_moves_some_future(name: str) -> None:
    low, high = PARAMETERS[name].low, PARAMETERS[name].high
    for world in effects.worlds().values():
        if seen(effects.at(world, name, low)) != seen(effects.at(world, name, high)):
            return
    pytest.fail(f"{name} changes nothing in {', '.join(STAGES)}")


@cache
def names() -> tuple[str, ...]:
    scenario = effects.stages()[STAGES[1]]
    return tuple(settable(scenario.names))


@cache
def acted_on() -> dict[str, Scenario]:
    """The stages, and one in which the usual court is in doubt: unpaid, pressed, its ruler very
    old, so that who leaves, who talks and who stands next in line is seen in few futures.
    """
    streams = ("enterprises", "hard_currency", "illicit", "mining")
    unpaid: dict[str, object] = {f"rents.{one}": 0.1 for one in streams}
    pressed = {
        "us_pressure.raid": 0.6,
        "us_pressure.deployment": 0.8,
        "us_pressure.ultimatum": 0.8,
        "sender.resolve": 0.8,
    }
    weak = {
        "leader.age": 90.0,
        "leader.personalism": 0.5,
        "regime.party": 0.6,
        "street.crowd": 0.1,
        "rebels.strength": 0.1,
        "rebels.front": 0.1,
    }
    doubt = effects.stages()[STAGES[1]].vary(unpaid | pressed | weak)
    return {**effects.stages(), "a court in doubt": doubt}


@cache
def untouched(stage: str) -> bytes:
    return seen(prepared(acted_on()[stage], effects.CORPS))


@pytest.mark.few(16)
@pytest.mark.parametrize("place", range(len(names())))
def test_what_a_timeline_sets_acts_from_then_on(place: int) -> None:
    """Either end of its range, from week 2 on; a court that is named has places of its own."""
    name = names()[place]
    for stage, world in acted_on().items():
        if name not in world.names.inputs:
            continue
        row = world.names.inputs[name]
        for value in (row.low, row.high):
            if value == world.inputs()[name]:
                continue
            moved = world.at(week=2, set={name: value})
            if seen(prepared(moved, effects.CORPS)) != untouched(stage):
                return
    pytest.fail(f"a timeline that sets {name} changes nothing")


# input: sign of P(out) or of one exit, as its source says, in the world where it does most
SIGNS = {
    "public_opinion.home_opposition": (1, "out"),
    "regime.coup_proofing": (-1, "out"),
    "treasury.economy": (-1, "out"),
    "troops.pay": (-1, "out"),
    "us_pressure.raid": (1, "out"),
    "sender.resolve": (1, "out"),
    "force.precision": (1, "out"),
    "force.air_defence": (-1, "out"),
    "force.insider": (1, "out"),
    "vote.fraud": (-1, "out"),
    "opposition.leader": (1, "out"),
    "calendar.war_powers": (-1, "out"),
    "deal.terms": (-1, "out"),
    "shock.crowd": (1, "out"),
    "shock.defection": (1, "out"),
    "exile.credibility": (1, "negotiated_exit"),
    "exile.offer": (1, "negotiated_exit"),
    "leader.culpability": (-1, "negotiated_exit"),
    "regime.institutions": (-1, "coup"),
    "regime.repression": (-1, "out"),
}


@pytest.mark.few(5)
@pytest.mark.parametrize("name", SIGNS)
def test_signs_are_those_of_the_sources(name: str) -> None:
    sign, what = SIGNS[name]
    found = effects.effect_of(name, replicates=512)
    assert PARAMETERS[name].source
    value = found.out if what == "out" else found.way_by
    assert found.way == what or what == "out", found
    assert np.sign(value) == sign, found
