"""Relations between futures of different scenarios under common draws: what may not change to the last bit, and what must move one way.

Exact relations compare whole results. Directed ones are paired sign tests over worlds that each have their own draw of all that is uncertain: at p < 1e-4 the
claim must pass, its reverse must fail, and so must the claim under a law in which the mechanism that carries it has the wrong sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from scipy.stats import binomtest
from side_by_side import Futures, Worlds, drawn, run

from regime_sim import FATES, WAYS, Ensemble, RegimeModel, Scenario, load, simulate
from regime_sim.engine.block import no_weeks, run_block
from regime_sim.engine.population import Population, corps
from regime_sim.scenario import compile_scenario, shipped_names

GENERALS = 32
PAIRS = 96  # a scenario and exact relation: 10 scenarios x 11 relations x 96 = 10,560 pairs of replicates, and more besides
LEDGER = ("leader_week", "leader_way", "leader_fate", "regime_week", "regime_fate", "regime_way", "regime_after", "successors")
WEEKLY = ("counts", "sums", "bins")
SHIPPED = tuple(shipped_names())


@pytest.fixture(scope="module", params=SHIPPED)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load(request.param).with_(generals=GENERALS, horizon=40)


def futures(scenario: Scenario, replicates: int = PAIRS, first: int = 0) -> Ensemble:
    return simulate(scenario, replicates, seed=5, workers=1, first=first)


def same(one: Ensemble, other: Ensemble) -> None:
    assert one.digest() == other.digest()


def same_before(one: Ensemble, other: Ensemble, week: int) -> None:
    """Everything that happened before this week is the same in both, to the last bit."""
    for name in WEEKLY:
        np.testing.assert_array_equal(getattr(one, name)[..., :week, :] if name == "bins" else getattr(one, name)[..., :week],
                                      getattr(other, name)[..., :week, :] if name == "bins" else getattr(other, name)[..., :week])  # fmt: skip
    gone = [(e.leader_week > 0) & (e.leader_week < week) for e in (one, other)]
    np.testing.assert_array_equal(*gone)
    for name in ("leader_week", "leader_way", "leader_fate", "regime_after"):
        np.testing.assert_array_equal(getattr(one, name)[gone[0]], getattr(other, name)[gone[0]])
    fell = [(e.regime_fate == 2) & (e.regime_week < week) for e in (one, other)]
    np.testing.assert_array_equal(*fell)
    for name in LEDGER:
        np.testing.assert_array_equal(getattr(one, name)[fell[0]], getattr(other, name)[fell[0]])


# ---- what may not change, to the last bit ----------------------------------------------------------------------------------


def test_a_longer_horizon_keeps_the_first_part(scenario: Scenario) -> None:
    same_before(futures(scenario), futures(scenario.with_(horizon=80)), 41)


def test_more_replicates_keep_the_first_ones(scenario: Scenario) -> None:
    few, many = futures(scenario), futures(scenario, 2 * PAIRS)
    for name in LEDGER:
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name)[:PAIRS])


def test_a_later_event_changes_no_earlier_week(scenario: Scenario) -> None:
    """... and does change later ones: the twin."""
    one, other = futures(scenario), futures(scenario.at(week=21, event="crowd", lasts=2).at(week=21, event="failed_coup"))
    same_before(one, other, 21)
    assert one.digest() != other.digest()
    with pytest.raises(AssertionError):
        same_before(one, other, 22)


def test_what_comes_after_the_fall_changes_nothing(scenario: Scenario) -> None:
    """No lever reaches a regime that has fallen, nor a ruler who is out."""
    hurry = scenario.vary(rents=0.0, foreign_support=0.0, public_opinion__home_opposition=1.0, street__crowd=1.0, regime__coup_proofing=0.0)
    later = hurry.at(week=25, event="invasion").at(week=25, event="crowd").at(week=25, set={"rents": 1.0, "foreign_support": 1.0})
    one, other = futures(hurry), futures(later)
    fell = (one.regime_fate == 2) & (one.regime_week < 25)
    assert fell.sum() > PAIRS / 4
    same_before(one, other, 25)


def test_the_name_and_the_date_of_a_scenario_change_nothing(scenario: Scenario) -> None:
    moved = scenario.without(*(entry.id for entry in scenario.timeline if entry.date))
    same(futures(moved), futures(moved.with_(id="another", title="Another", start="1999-12-31")))


def test_the_order_of_events_that_touch_different_inputs_changes_nothing(scenario: Scenario) -> None:
    one = scenario.at(week=5, event="insider").at(week=9, event="crowd").at(week=9, event="amnesty")
    other = scenario.at(week=9, event="amnesty").at(week=9, event="crowd").at(week=5, event="insider")
    same(futures(one), futures(other))


def test_an_event_of_no_intensity_changes_nothing(scenario: Scenario) -> None:
    quiet = scenario.at(week=3, event="withdraw", intensity=0.0).at(week=6, event="patrons_leave", intensity=0.0).at(week=9, event="crowd", intensity=0.0)
    same(futures(scenario), futures(quiet))


def test_a_condition_that_never_holds_changes_nothing(scenario: Scenario) -> None:
    same(futures(scenario), futures(scenario.at(when="casualties > 9.9", event="withdraw").at(when="crowd < 0", event="invasion")))


def relabelled(population: Population, order: list[int]) -> Population:
    """The same corps with its blocks of four generals in another order."""
    new = np.concatenate([np.arange(4 * b, 4 * b + 4) for b in order])
    place = np.argsort(new)
    return replace(
        population, troops=population.troops[new], rent_share=population.rent_share[new], complicity=population.complicity[new],
        tie=population.tie[new], peers=place[population.peers[new]].astype(np.int32), ident=population.ident[order],
    )  # fmt: skip


def test_relabelling_the_generals_changes_nothing(scenario: Scenario) -> None:
    """The twin: other draws for the same men do change the futures."""
    compiled, population = compile_scenario(scenario), corps(GENERALS)
    order = np.random.default_rng(3).permutation(GENERALS // 4).tolist()
    results = []
    for one in (population, relabelled(population, order), replace(population, ident=population.ident[order])):
        weekly = no_weeks(compiled.horizon)
        ledgers, _ = run_block(compiled, 5, 0, PAIRS, weekly, population=one)
        results.append((ledgers.tobytes(), weekly.sums.tobytes(), weekly.bins.tobytes()))
    assert results[0] == results[1]
    assert results[0] != results[2]


class Backwards(RegimeModel):
    """Generals act in the opposite order."""

    def _people(self, population: Population) -> None:
        super()._people(population)
        self._corps = self._corps.select(lambda man: True)
        self._corps.sort("place", ascending=False, inplace=True)


@pytest.mark.parametrize("name", ["venezuela-2025", "isolation-and-rents-cut"])
def test_the_order_in_which_agents_act_changes_nothing(name: str) -> None:
    scenario = load(name).with_(generals=GENERALS, horizon=12).vary(rents=0.1)
    for replicate in range(3):
        one, other = RegimeModel(scenario, 5, replicate).run(), Backwards(scenario, 5, replicate).run()
        assert [man.place for man in other._corps][:2] == [GENERALS - 1, GENERALS - 2]
        assert (one.history, one.ledger, one.state()) == (other.history, other.ledger, other.state())


QUIET = {"us_pressure": 0.0, "sender.resolve": 0.0}


@dataclass(frozen=True)
class Idle:
    """A lever whose mechanism is absent: `without` takes the mechanism away, `moved` moves the lever."""

    moved: dict[str, float]
    without: dict[str, float] = field(default_factory=dict)
    law: dict[str, float] = field(default_factory=dict)


IDLE = {
    "air support without strikes": Idle({"rebels.air_support": 1.0}, {**QUIET, "rebels.strength": 0.5}),
    "a bounty that weighs nothing": Idle({"us_pressure.bounty": 0.9}, law={"loyalty.bounty": 0.0, "force.raid_bounty": 0.0}),
    "an insider without a raid": Idle({"force.insider": 1.0, "force.air_defence": 0.0, "force.precision": 1.0}, QUIET),
    "an amnesty where complicity does not bind": Idle({"amnesty.credibility": 1.0}, law={"loyalty.complicity": 0.0}),
    "a credible exile that nobody offers": Idle({"exile.credibility": 1.0}, {"exile.offer": 0.0}),
    "an offer that nobody can take": Idle({"exile.offer": 1.0}, law={"leader.exile_rate": 0.0, "leader.gamble": 0.0}),
    "gifts of a patron who is not committed": Idle({"patron.cuba.troops": 1.0, "patron.cuba.guards": 1.0, "patron.cuba.oil": 1.0}, {"foreign_support.cuba": 0.0}),
    "seizures where there are no reserves": Idle({"us_pressure.seizures": 1.0}, {"treasury.reserves": 0.0, "treasury.customary": 1.2}),
    "resolve of a power that does not press": Idle({"sender.resolve": 1.0, "sender.sunk": 0.5, "sender.weeks": 90.0}, {"us_pressure": 0.0}),
    "outside opinion where nothing is asked of it": Idle({"public_opinion.us_opposition": 0.95, "public_opinion.us_approval": 0.1}, QUIET),
    "institutions while he is in office": Idle({"regime.institutions": 0.9}),
}  # fmt: skip


@pytest.mark.parametrize("idle", IDLE.values(), ids=list(IDLE))
def test_a_lever_whose_mechanism_is_absent_changes_nothing(idle: Idle) -> None:
    """His own fate and week of exit; what becomes of the regime may depend on its institutions."""
    changed = 0
    for name in SHIPPED:
        base = load(name).with_(generals=GENERALS, horizon=40)
        base = base.without(*(entry.id for entry in base.timeline))
        one, other = (futures(arm.fix(idle.law)) for arm in (base.vary(idle.without), base.vary({**idle.without, **idle.moved})))
        changed += (np.any(one.sums != other.sums, axis=1)).sum()
        for column in ("leader_week", "leader_way", "leader_fate"):
            np.testing.assert_array_equal(getattr(one, column), getattr(other, column))
    watched = {"outside opinion where nothing is asked of it": 2 * len(SHIPPED)}  # opinion itself is recorded
    assert changed <= watched.get(next(key for key, value in IDLE.items() if value is idle), 0)
