"""One law, two engines: every weekly state of the Mesa model and of the kernel, bit for bit;
nothing here is a statistic.

The default run takes every shipped scenario at its full 2,000 generals and 200 random ones; `-m
slow` takes 2,000 larger ones.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import date
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest
from random_scenarios import SKIPPED, Case, case, certain, difference, kernel_trace, mesa_trace

import regime_sim as rs
from regime_sim.engine import replicates as block
from regime_sim.engine.draws import PRIVATE_SCALE, UNIT
from regime_sim.engine.model import RegimeModel
from regime_sim.engine.records import INPUT_DTYPE, STATE_NAMES, STRUCTURAL_DTYPE, WORLD_DTYPE
from regime_sim.ensemble.futures import ARRAYS
from regime_sim.facts.parameters import (
    FATES,
    INPUT_NAMES,
    PARAMETERS,
    REGIME,
    STRUCTURAL_NAMES,
    WAYS,
)
from regime_sim.law import (
    counterintelligence,
    coup,
    exits,
    force,
    general,
    ladder,
    leader,
    opinion,
    patrons,
    rebels,
    street,
    treasury,
    troops,
    week,
)
from regime_sim.scenario.compile import compile_scenario
from regime_sim.scenario.compiled import Compiled
from regime_sim.scenario.shipped import shipped_names

HAIR = 1.0 + 1e-12
LEDGER = [name for name, (_, shape) in ARRAYS.items() if shape == "n"]


def compare(compiled: Compiled, seed: int, replicate: int, **block_: int) -> str:
    """The first difference between Mesa, the kernel alone, and the kernel in the middle of a block;
    "" if there is none.
    """
    mesa = mesa_trace(compiled, seed, replicate)
    alone = kernel_trace(compiled, seed, replicate)
    assert np.isfinite(alone[1].state).all(), "a state that is not a number"
    return difference(mesa, alone) or difference(
        alone, kernel_trace(compiled, seed, replicate, **block_)
    )


# ---- shipped and random scenarios


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_agree_bit_for_bit(name):
    """Every general and every number of the world, all weeks, at the full corps; the replicate is
    drawn at random, seeds fixed.
    """
    compiled = compile_scenario(rs.load(name))
    rng = np.random.default_rng([1, *name.encode()])
    replicate = int(rng.integers(200, 2**31))
    assert not compare(
        compiled,
        int(rng.integers(0, 2**63)),
        replicate,
        before=int(rng.integers(64, 100)),
        after=40,
    )


@pytest.mark.parametrize("ten", range(20))
def test_random_scenarios_agree_bit_for_bit(ten):
    for number in range(10 * ten, 10 * ten + 10):
        here = case(number)
        before = min(here.replicate, 5 + number % 90)
        said = compare(here.compiled, here.seed, here.replicate, before=before, after=number % 70)
        assert not said, f"case({number}): {said}"


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(20))
def test_two_thousand_larger_random_scenarios_agree_bit_for_bit(hundred):
    for number in range(1000 + 100 * hundred, 1100 + 100 * hundred):
        here = case(number, 400, 120)
        said = compare(
            here.compiled,
            here.seed,
            here.replicate,
            before=min(here.replicate, number % 128),
            after=20,
        )
        assert not said, f"case({number}, 400, 120): {said}"


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_names())
def test_more_replicates_of_the_shipped_scenarios(name):
    compiled = compile_scenario(rs.load(name))
    for replicate in range(12):
        assert not compare(compiled, 1, replicate, before=replicate, after=130)


def test_worlds_at_the_bounds_agree_bit_for_bit():
    """Structural parameters and inputs pushed to the ends of their ranges, some, a third, or all of
    them; no division by nought, nothing infinite.
    """
    for number in range(100):
        rng = np.random.default_rng([2, number])
        base = case(number, 24, 25).compiled
        share = rng.choice([0.05, 0.3, 1.0])
        x, p = base.x.copy(), base.p.copy()
        for vector, names in ((x, INPUT_NAMES), (p, STRUCTURAL_NAMES)):
            for place, name in enumerate(names):
                if name not in SKIPPED and not name.startswith("shock.") and rng.random() < share:
                    vector[place] = rng.choice([PARAMETERS[name].low, PARAMETERS[name].high])
        said = compare(certain(base, x=x, p=p), 1, number, before=0, after=3)
        assert not said, f"{number}: {said}"


def test_random_scenarios_reach_everything():
    """All ways, fates and ends of the regime occur; entries of every kind do; the generals plot,
    are purged and flee.
    """
    entries, ledgers, codes = [], [], set()
    for number in range(120):
        here = case(number)
        entries += here.scenario.timeline
        ledgers.append(
            block.run_block(
                here.compiled, here.seed, here.replicate, 24, block.no_weeks(here.compiled.horizon)
            )[0]
        )
        codes |= set(
            np.unique(kernel_trace(here.compiled, here.seed, here.replicate)[1].status).tolist()
        )
    out = np.concatenate(ledgers)
    assert set(out[:, 1].tolist()) == set(range(len(WAYS)))
    assert set(out[:, 2].tolist()) == set(range(len(FATES)))
    assert set(out[:, 4].tolist()) == set(range(len(REGIME)))
    assert out[:, 7].max() >= 3
    assert codes == {0, general.PLOTTING, general.FLED, general.PURGED}
    kinds = {
        "week": sum(e.week is not None for e in entries),
        "date": sum(e.date is not None for e in entries),
        "when": sum(e.when is not None for e in entries),
        "event": sum(e.event is not None for e in entries),
        "set": sum(bool(e.moves) for e in entries),
        "over": sum(e.over > 1 for e in entries),
        "lasts": sum(e.lasts is not None for e in entries),
        "own patrons": sum(bool(case(k).scenario.patrons) for k in range(120)),
    }
    assert min(kinds.values()) >= 30, kinds
    assert sum(_fires(case(number)) for number in range(60)) >= 8, "hardly a condition ever held"


def _fires(here: Case) -> bool:
    """Whether a condition of the timeline comes to hold in this replicate."""
    model = RegimeModel(here.compiled, here.seed, here.replicate).run()
    by_condition = np.isnan(here.compiled.events.week)
    return bool(np.isfinite(np.array(model._fired))[by_condition].any())


# ---- ensembles


@pytest.mark.parametrize("name", ["venezuela-2025", "venezuela-2026", "random"])
def test_ensembles_of_both_engines_are_the_same(name):
    """Ledgers, weekly counts, sums in fixed point and histograms."""
    scenario = (
        case(17).scenario if name == "random" else rs.load(name).with_(generals=24, horizon=30)
    )
    one, other = (
        rs.simulate(scenario, 40, seed=6, engine=engine, first=33) for engine in ("kernel", "mesa")
    )
    for array in ARRAYS:
        assert (getattr(one, array) == getattr(other, array)).all(), array
    assert one.digest() == other.digest()


def test_a_replicate_alone_is_its_row():
    """Replicate k stepped alone is entry k of every ensemble, at either end of the range too."""
    scenario = rs.load("raid").with_(generals=40)
    ensemble = rs.simulate(scenario, 150, seed=9)
    for k in (0, 1, 63, 64, 127, 128, 149):
        model = RegimeModel(scenario, seed=9, replicate=k).run()
        assert model.ledger == [int(getattr(ensemble, name)[k]) for name in LEDGER]
        assert rs.simulate(scenario, 1, seed=9, first=k).leader_week[0] == ensemble.leader_week[k]
    for k in (2**31 - 1, 2**31, 2**32 - 1):
        assert not difference(
            mesa_trace(compile_scenario(scenario), 2**64 - 1, k),
            kernel_trace(compile_scenario(scenario), 2**64 - 1, k),
        )


def test_one_compiled_kernel_serves_all():
    """Scenarios with and without events, of one replicate or many, altered or not: no second
    compilation, which would take half a minute.
    """
    from regime_sim.engine import kernel

    for name, number in (("no-pressure", 1), ("venezuela-2026", 3)):
        compiled = compile_scenario(rs.load(name).with_(generals=9, horizon=3))
        for here in (
            compiled,
            certain(compiled),
            certain(compiled, p=compiled.p.copy(), x=compiled.x.copy()),
        ):
            block.run_block(here, 1, 0, number, block.no_weeks(3))
    assert len(kernel.run.signatures) == 1


# ---- what would not be noticed


@functools.cache
def lively() -> Compiled:
    """A world in which everything is at work at once: strikes, a crowd, rebels, a plot; nothing
    uncertain.
    """
    scenario = (
        rs.Scenario(id="lively", title="lively", start=date(2025, 12, 1), horizon=16)
        .with_(generals=60)
        .vary(
            {
                "rents": 0.5,
                "foreign_support": 0.6,
                "us_pressure": 0.75,
                "public_opinion": 0.45,
                "street.crowd": 0.4,
                "rebels.strength": 0.4,
                "rebels.front": 0.3,
                "rebels.air_support": 0.7,
                "exile.offer": 0.5,
                "treasury.customary": 0.9,
                "leader.age": 66,
            }
        )
    )
    return certain(compile_scenario(scenario))


@functools.cache
def lively_replicate() -> int:
    """The first replicate in which he stays in office all the time, so that every law is asked
    every week.
    """
    ledgers, _ = block.run_block(lively(), 4, 0, 300, block.no_weeks(lively().horizon))
    return int(np.flatnonzero(ledgers[:, 0] == 0)[0])


def by_mesa():
    return mesa_trace(lively(), 4, lively_replicate())


def by_kernel(compiled: Compiled):
    return kernel_trace(compiled, 4, lively_replicate())


def moved(compiled: Compiled, name: str) -> Compiled:
    """The same world with one structural parameter moved by one part in 1e12."""
    p = compiled.p.copy()
    p[STRUCTURAL_NAMES.index(name)] *= HAIR
    return replace(compiled, p=p)


def test_the_lively_world_agrees():
    assert not difference(by_mesa(), by_kernel(lively()))


@pytest.mark.parametrize(
    "name",
    [
        "patrons.speed",
        "treasury.bite",
        "treasury.spend",
        "ladder.sink",
        "opinion.drift",
        "opinion.casualties",
        "troops.desertion",
        "troops.strength",
        "street.growth",
        "street.exit",
        "street.mood_fade",
        "rebels.speed",
        "rebels.decisiveness",
        "force.damage",
        "force.raid_base",
        "coup.launch",
        "coup.bandwagon",
        "leader.bias",
        "leader.sharpness",
        "exits.death_old",
    ],
)
def test_a_parameter_moved_by_a_hair_is_seen(name):
    """One part in 1e12, far below anything that a count or a curve could show."""
    said = difference(by_mesa(), by_kernel(moved(lively(), name)))
    assert said.startswith("state"), said


@pytest.mark.parametrize(
    "room, name",
    [
        (treasury, "exports"),
        (treasury, "economy"),
        (patrons, "target"),
        (ladder, "resolve"),
        (ladder, "in_force"),
        (opinion, "log_dead"),
        (troops, "pay"),
        (troops, "strength"),
        (street, "growth"),
        (street, "refusal"),
        (rebels, "contest"),
        (force, "wear"),
        (force, "raid_success"),
        (coup, "odds"),
        (coup, "launch_hazard"),
        (leader, "believed"),
        (exits, "death_hazard"),
        (counterintelligence, "guards"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.__name__.rsplit(".", 1)[-1],
)
def test_a_law_changed_by_a_hair_is_seen(room: ModuleType, name: str, monkeypatch):
    kernel = by_kernel(lively())  # compiled and run before the law is touched
    law: FunctionType = getattr(room, name)
    monkeypatch.setattr(room, name, lambda *arguments: law(*arguments) * HAIR)
    said = difference(by_mesa(), kernel)
    assert said.startswith("state"), said


# ---- the generals' part, which reaches the states only through a choice: compared before the
# choice is made


PEERS = 6
TERMS = {  # ranges of what generals share, as `week.before_generals` returns it
    "rent": (0.0, 1.5),
    "k_rent": (0.0, 6.0),
    "half": (0.05, 1.0),
    "k_complicity": (0.0, 2.0),
    "k_tie": (0.0, 2.0),
    "common": (-2.0, 0.0),
    "spread": (0.0, 2.0),
    "gain": (0.0, 9.0),
    "signal": (-5.0, 5.0),
    "prize": (0.5, 5.0),
    "cost": (0.2, 5.0),
    "alarm": (0.0, 5.0),
    "beta": (0.3, 6.0),
    "rate": (0.02, 0.6),
    "kept": (0.7, 1.0),
    "flight": (0.0, 0.1),
}


@functools.cache
def compiled_corps():
    """Every general's loyalty and the odds against his plotting as the kernel has them, and how
    many it asks.
    """
    from numba import njit

    from regime_sim.engine import kernel

    @njit(error_model="numpy")
    def week_of_all(words, status, around, own, private, shared, keenness, chosen, code):
        number = words.size
        loyal, sight, believed, inverse = (
            np.zeros(number),
            np.zeros((3, number)),
            np.zeros(16),
            1.0 / PEERS,
        )
        word, plots, alarm, may = (
            np.zeros(number, np.uint32),
            np.zeros(number, np.uint8),
            np.zeros(number, np.uint8),
            np.zeros(number, np.uint8),
        )
        kernel.loyalties(own[0], own[1], own[2], private, shared, loyal)
        kernel.beliefs(inverse, shared, believed)
        everyone = np.arange(number).astype(np.uint32)
        kernel.look_around(
            everyone, number, words, loyal, status, around, believed, sight, word, plots, alarm
        )
        kernel.answers(number, sight, word, plots, alarm, inverse, shared, code)
        many = kernel.choose(
            words, status, around, loyal, keenness * max(believed[:2]), shared, may, chosen
        )
        return many, sight[2]

    return week_of_all


def _corps(rng: np.random.Generator, number: int):
    """Words, status codes, what is seen of peers, own numbers, private loyalties of generals, and
    what they share, all at random.
    """
    around = (
        rng.integers(0, rng.integers(2, 8), number) + general.FLED * rng.integers(0, 13, number)
    ).astype(np.uint8)
    status = rng.choice([0, 0, 0, general.PLOTTING, general.FLED, general.PURGED], number).astype(
        np.uint8
    )
    words = rng.integers(0, 2**32, number, dtype=np.uint64).astype(np.uint32)
    own, private = (
        rng.uniform(0.0, 2.0, (3, number)),
        rng.integers(-32766, 32767, number).astype(np.int16),
    )
    *shared, flight = (float(rng.uniform(low, high)) for low, high in TERMS.values())
    return words, status, around, own, private, (*shared, shared[-1] - flight)


def _asked(corps: tuple[Any, ...], keenness: float = 1.0):
    """Codes of all, odds of all, and who is asked."""
    code, chosen = np.zeros(len(corps[0]), np.uint8), np.zeros(len(corps[0]) + 1, np.uint32)
    many, odds = compiled_corps()(*corps, keenness, chosen, code)
    return code, odds, set(chosen[:many].tolist())


@pytest.mark.parametrize("seed", range(20))
def test_every_generals_answer_is_the_same_to_the_bit(seed):
    """The vectorised form against the scalar law, and a hair's breadth off in each of the first
    thirteen terms is seen.
    """
    *corps, shared = _corps(np.random.default_rng(seed), 200)
    words, status, around, own, private = corps
    terms = [*shared[:6], shared[6] * PRIVATE_SCALE, *shared[7:]]
    peers, alarmed = (around & 15) * (1.0 / PEERS), (around >> 4) * (0.5 * (1.0 / PEERS))
    by_law = [
        general.answer(
            float(peers[i]), float(alarmed[i]), *own[:, i].tolist(), int(private[i]), *terms[:13]
        )
        for i in range(200)
    ]
    codes, odds, _ = _asked((*corps, shared))
    assert np.array(by_law).tobytes() == odds.tobytes()
    by_fate = [
        general.fate((float(word) + 0.5) * UNIT, float(one & 1), odds, *terms[13:])
        for word, one, odds in zip(words, status, by_law, strict=True)
    ]
    assert [int(code) for code in by_fate] == codes.tolist()
    for term in range(13):
        other = (*shared[:term], shared[term] * HAIR, *shared[term + 1 :])
        assert (_asked((*corps, other))[1] != np.array(by_law)).any(), f"term {term}"


def test_who_is_not_asked_would_not_have_changed():
    """In worlds of every kind, some of which leave most unasked; and with a belief put too low,
    some who would have changed are left out.
    """
    rng, least, missed = np.random.default_rng(8), 1.0, 0
    for _ in range(300):
        corps = _corps(rng, 400)
        status = corps[1] & general.PLOTTING
        codes, _, asked = _asked(corps)
        changed = set(np.flatnonzero(codes != status).tolist())
        assert changed <= asked
        least = min(least, len(asked) / 400)
        missed += len(changed - _asked(corps, 0.1)[2])
    assert least < 0.25
    assert missed > 0


@functools.cache
def compiled_terms():
    from numba import njit

    from regime_sim.engine import compiled_law  # noqa: F401  (makes the law callable)

    @njit(error_model="numpy")
    def terms(actors, inputs, p, u, out):
        shared = week.before_generals(actors[0], inputs[0], p[0], u)
        for k in range(len(shared)):
            out[k] = shared[k]

    return terms


class Watched(RegimeModel):
    """Computes each week's terms by compiled code too, from the state that the model is in."""

    moved = ""

    def generals_week(self, luck):
        actors = np.array([self.state()]).view(WORLD_DTYPE)[:, 0]
        p = self.compiled.p.copy()
        if self.moved:
            p[STRUCTURAL_NAMES.index(self.moved)] *= HAIR
        out = np.zeros(len(general.Shared._fields))
        compiled_terms()(
            actors,
            np.array([self._vector]).view(INPUT_DTYPE)[:, 0],
            p[None].view(STRUCTURAL_DTYPE)[:, 0],
            np.array(luck),
            out,
        )
        super().generals_week(luck)
        out[6] *= PRIVATE_SCALE
        self.same = getattr(self, "same", True) and out.tolist() == list(self.terms)


def test_the_terms_that_generals_share_are_the_same_to_the_bit():
    worlds = [lively(), *(certain(case(number).compiled) for number in range(12))]
    assert all(Watched(compiled, 4, lively_replicate()).run().same for compiled in worlds)


@pytest.mark.parametrize(
    "name",
    [
        "loyalty.rent",
        "loyalty.complicity",
        "loyalty.grievance",
        "loyalty.threat",
        "plotting.prize",
        "plotting.gain",
        "plotting.signal",
        "plotting.rate",
        "counterintelligence.rate",
        "counterintelligence.flight",
        "patronage.dilution",
        "patronage.selectorate",
    ],
)
def test_a_parameter_of_the_generals_moved_by_a_hair_is_seen(name, monkeypatch):
    # these are settled at the start, and stand in the state from then on
    if name.startswith("patronage"):
        assert difference(by_mesa(), by_kernel(moved(lively(), name))).startswith("state court.")
        return
    monkeypatch.setattr(Watched, "moved", name)
    assert not Watched(lively(), 4, lively_replicate()).run().same


def test_the_state_has_a_name_for_every_number():
    assert len(STATE_NAMES) == len(set(STATE_NAMES)) == WORLD_DTYPE.itemsize // 8
    assert len(RegimeModel(lively(), 1, 0).state()) == len(STATE_NAMES)
