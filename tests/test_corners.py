"""The law in the corners: 5,120 worlds in which every input and every structural parameter stands
at one of its bounds, and every pair of them at all four.

An orthogonal array of strength two (parities of 1,024 words), five times over with its columns
shuffled and turned. Nothing may become infinite or not a number, no share may leave [0, 1], no
hazard fall below nothing, and the ledgers must add up.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from side_by_side import Futures, Worlds, run

from regime_sim import FATES, REGIME, WAYS, RegimeModel, load
from regime_sim.engine.records import ACTORS, STATE_NAMES
from regime_sim.facts.parameters import (
    INPUT_NAMES,
    OBSERVABLE_NAMES,
    OBSERVABLES,
    PARAMETERS,
    STRUCTURAL_NAMES,
)
from regime_sim.facts.stocks import STOCKS
from regime_sim.law import general, ledger
from regime_sim.scenario import compile_scenario

Levels = NDArray[np.uint8]

NAMES = (*INPUT_NAMES, *STRUCTURAL_NAMES)
MOVING = tuple(name for name in NAMES if PARAMETERS[name].low < PARAMETERS[name].high)
WORDS = 1024
TURNS = 5
WEEKS = 12
GENERALS = 12


def parities(columns: int) -> Levels:
    """An orthogonal array (WORDS, columns) of strength two for up to WORDS - 1 columns: in every
    pair each of the four combinations equally often.
    """
    both = np.arange(WORDS)[:, None] & np.arange(1, columns + 1)[None, :]
    return (np.bitwise_count(both) % 2).astype(np.uint8)


def covering(columns: int) -> Levels:
    """The array five times, columns shuffled and turned; the first row is all low, and the first of
    the second time all high.
    """
    rng = np.random.default_rng(20251201)
    parts = []
    for turn in range(TURNS):
        turned = np.full(columns, turn == 1) if turn < 2 else rng.integers(0, 2, columns)
        parts.append(parities(columns)[:, rng.permutation(columns)] ^ turned.astype(np.uint8))
    return np.concatenate(parts)


def pairs_seen(levels: Levels) -> NDArray[np.bool_]:
    """(columns, columns): whether all four combinations of low and high occur."""
    high = levels.astype(np.float32)
    low = 1 - high
    return np.minimum.reduce([a.T @ b for a in (low, high) for b in (low, high)]) > 0


@pytest.fixture(scope="module")
def levels() -> Levels:
    return covering(len(MOVING))


@pytest.fixture(scope="module")
def corners(levels: Levels) -> Worlds:
    """One world a row, every parameter at its bound."""
    values = np.empty((len(levels), len(NAMES)))
    for place, name in enumerate(NAMES):
        row = PARAMETERS[name]
        values[:, place] = (
            np.where(levels[:, MOVING.index(name)] == 1, row.high, row.low)
            if name in MOVING
            else row.default
        )
    compiled = compile_scenario(load("no-pressure").with_(generals=GENERALS, horizon=WEEKS))
    x = np.zeros((len(levels), len(compiled.x)))  # and no drawn number of an event
    x[:, : len(INPUT_NAMES)] = values[:, : len(INPUT_NAMES)]
    return Worlds(compiled, x, values[:, len(INPUT_NAMES) :].copy())


@pytest.fixture(scope="module")
def weeks(corners: Worlds) -> list[Futures]:
    """The corners after the first week, after a quarter, and after two years."""
    return [run(corners, horizon=week) for week in (1, WEEKS, 104)]


# ---- the design
# --------------------------------------------------------------------------------------------------


def test_every_pair_of_parameters_sees_all_four_corners(levels: Levels) -> None:
    assert levels.shape == (WORDS * TURNS, len(MOVING))
    assert len(levels) >= 5000
    assert len(MOVING) > 500
    assert not levels[0].any() and levels[WORDS].all()
    seen = pairs_seen(levels)
    assert seen[~np.eye(len(MOVING), dtype=bool)].all()


def test_a_hole_in_the_design_is_seen() -> None:
    """The twin: two columns of which one follows the other leave corners empty."""
    broken = covering(40)
    broken[:, 7] = broken[:, 3] | broken[:, 7]
    assert not pairs_seen(broken)[3, 7]


def test_the_bounds_that_do_not_move_are_definitions() -> None:
    assert set(NAMES) - set(MOVING) == {"time.days_a_week"}


# ---- states
# --------------------------------------------------------------------------------------------------

HAZARDS = tuple(f"exits.{field}" for field in ACTORS["exits"])
RATES = (
    *HAZARDS,
    "court.coup_hazard",
    "circle.hazard",
    "circle.failure",
    "sender.step_down",
    "leader.rescued",
    "army.dead",
    "court.failure_hazard",
    "street.hazard",
    "rebels.hazard",
    "force.seizure",
    "force.raid_fails",
    "force.invasion",
    "leader.exile",
    "leader.danger",
    "leader.gamble",
)
SHARES = (
    *(
        f"sender.{field}"
        for field in (
            "first",
            "escalation",
            "posture",
            "credibility",
            "settles",
            "step_up",
            "sunk",
            "resolve",
            "deployment",
            "airspace",
            "blockade",
            "strikes",
            "raid",
            "invasion",
            "sanctions",
            "seizures",
            "bounty",
            "ultimatum",
            "pressure",
        )
    ),
    "outside.drift",
    "outside.opposition",
    "outside.approval",
    *(f"court.{field}" for field in ("buyers", "finance", "arms", "troops", "guards", "roundup")),
    *(f"court.{field}" for field in ("lent", "bond", "adapted", "rescue", "lost_guards")),
    *(f"circle.{field}" for field in ("army", "party", "police", "gone", "best")),
    *(f"opposition.{field}" for field in ("leader", "unity", "share", "stolen")),
    *(f"leader.{field}" for field in ("repression", "purge")),
    "regime.relief",
    "regime.heir",
    "army.split",
    "street.tired",
    "street.campaign",
    "rebels.legacy",
    "force.share",
    *(name for name in STATE_NAMES if name.endswith((".there", ".loyal", ".left"))),
    "treasury.bite",
    "treasury.exports",
    "treasury.gold",
    "treasury.illicit",
    "treasury.arrears",
    "army.pay",
    "army.anger",
    "army.ranks",
    "street.crowd",
    "street.fear",
    "street.grievance",
    "street.refusal",
    "rebels.strength",
    "rebels.front",
    *(
        f"plot.{field}"
        for field in ("plotting", "command", "purged", "fled", "memory", "defection")
    ),
    *(f"leader.{field}" for field in ("personalism", "culpability", "belief")),
    "regime.fallen",
    "regime.tutelage",
    "regime.concession",
    "force.damage",
    "force.built",
    *(name for name in STATE_NAMES if name.endswith(".commitment")),
)


def test_nothing_is_infinite_or_not_a_number(weeks: list[Futures]) -> None:
    for after in weeks:
        bad = [
            name
            for name, column in zip(STATE_NAMES, after.states.T, strict=True)
            if not np.isfinite(column).all()
        ]
        assert not bad, f"week {after.horizon}"


def test_shares_stay_within_0_and_1(weeks: list[Futures]) -> None:
    for after in weeks:
        bad = {
            name: (after.state(name).min(), after.state(name).max())
            for name in SHARES
            if not ((after.state(name) >= 0) & (after.state(name) <= 1)).all()
        }
        assert not bad, f"week {after.horizon}"


def test_hazards_are_not_negative(weeks: list[Futures]) -> None:
    for after in weeks:
        bad = {
            name: after.state(name).min() for name in RATES if not (after.state(name) >= 0).all()
        }
        assert not bad, f"week {after.horizon}"


def test_stocks_stay_within_their_caps(corners: Worlds, weeks: list[Futures]) -> None:
    def law(name: str) -> NDArray[np.float64]:
        return corners.p[:, STRUCTURAL_NAMES.index(name)]

    for after in weeks:
        for name, most in (("income", "most"), ("rents", "most"), ("reserves", "cap")):
            stock = after.state(f"treasury.{name}")
            assert (stock >= 0).all() and (stock <= law(f"treasury.{most}")).all(), name
        assert (after.state("treasury.customary") >= law("treasury.least")).all()
        assert (after.state("army.strength") >= 0).all()
        assert (after.state("outside.dead") >= 0).all()
        assert (after.state("leader.age") > 0).all() and (after.state("leader.tenure") >= 0).all()
        assert (after.state("regime.rulers") >= 1).all()


def test_what_is_recorded_is_the_state(weeks: list[Futures]) -> None:
    """The names that conditions watch, where they are states by another name, stay within the range
    in which they are drawn.
    """
    states = {
        "plotting": "plot.plotting",
        "exports": "treasury.exports",
        "pay": "army.pay",
        "ranks": "army.ranks",
        "crowd": "street.crowd",
        "front": "rebels.front",
        "pressure": "sender.pressure",
        "belief": "leader.belief",
        "tutelage": "regime.tutelage",
    }
    for name, where in states.items():
        row = OBSERVABLES[OBSERVABLE_NAMES.index(name)]
        seen = weeks[-1].state(where)
        assert row.low <= seen.min() and seen.max() <= row.high


# ---- ledgers
# --------------------------------------------------------------------------------------------------


def test_the_ledgers_add_up(corners: Worlds, weeks: list[Futures]) -> None:
    free = corners.x[:, INPUT_NAMES.index("tutelage.start")] == 0
    for after in weeks:
        book = {
            name: after.ledgers[:, getattr(ledger, name)].astype(int)
            for name in (
                "LEADER_WEEK",
                "LEADER_WAY",
                "LEADER_FATE",
                "REGIME_WEEK",
                "REGIME_FATE",
                "REGIME_WAY",
                "REGIME_AFTER",
                "SUCCESSORS",
            )
        }
        out = book["LEADER_WAY"] > 0
        fell = book["REGIME_FATE"] == REGIME.index("falls")
        assert np.bincount(book["LEADER_WAY"], minlength=len(WAYS)).sum() == len(after.ledgers)
        assert book["LEADER_WAY"].max() < len(WAYS) and book["LEADER_WAY"].min() >= 0
        np.testing.assert_array_equal(out, book["LEADER_WEEK"] > 0)
        np.testing.assert_array_equal(out, book["LEADER_FATE"] != FATES.index("in_office"))
        assert set(np.unique(book["LEADER_WEEK"])) <= set(range(after.horizon + 1))
        assert set(np.unique(book["REGIME_WEEK"])) <= set(range(after.horizon + 1))
        np.testing.assert_array_equal(fell, book["REGIME_WAY"] > 0)
        ended, dated = book["REGIME_FATE"] > 0, book["REGIME_WEEK"] > 0
        # tutelage from before the start has no week
        np.testing.assert_array_equal(ended[free], dated[free])
        assert ended[dated].all()
        assert out[fell].all() and (book["REGIME_WEEK"] >= book["LEADER_WEEK"])[fell].all()
        assert (book["SUCCESSORS"] >= 0).all()
        np.testing.assert_array_equal(
            book["SUCCESSORS"] > 0, out & ~(fell & (book["REGIME_WEEK"] == book["LEADER_WEEK"]))
        )
        assert (book["REGIME_AFTER"][~out] == 0).all()
        at_once = fell & (book["REGIME_WEEK"] == book["LEADER_WEEK"])
        np.testing.assert_array_equal(book["REGIME_AFTER"] == REGIME.index("falls"), at_once)
        np.testing.assert_array_equal(book["REGIME_WAY"][at_once], book["LEADER_WAY"][at_once])


def test_the_corners_reach_every_end(weeks: list[Futures]) -> None:
    """Else they would test little: every way to go, every fate, every end of the regime, and rulers
    who stay.
    """
    last = weeks[-1].ledgers
    assert set(np.unique(last[:, ledger.LEADER_WAY])) == set(range(len(WAYS)))
    assert set(np.unique(last[:, ledger.LEADER_FATE])) == set(range(len(FATES)))
    assert set(np.unique(last[:, ledger.REGIME_FATE])) == set(range(len(REGIME)))
    assert last[:, ledger.SUCCESSORS].max() > 1


def test_weeks_that_were_lived_are_not_lived_again(weeks: list[Futures]) -> None:
    """In the corners too, a longer run keeps the first weeks: exits once written are never
    changed.
    """
    for one, other in itertools.pairwise(weeks):
        out = one.way > 0
        columns = [ledger.LEADER_WEEK, ledger.LEADER_WAY, ledger.LEADER_FATE, ledger.REGIME_AFTER]
        np.testing.assert_array_equal(one.ledgers[out][:, columns], other.ledgers[out][:, columns])


def test_corners_under_a_busy_timeline(corners: Worlds) -> None:
    """Events by week, by ramp and by condition, on top of the corners."""
    busy = load("no-pressure").with_(generals=GENERALS, horizon=WEEKS)
    busy = (
        busy.at(week=2, event="strikes", lasts=3)
        .at(week=4, set={"rents": 0.5}, over=3)
        .at(when="crowd > 0.3", event="withdraw", intensity=0.5)
    )
    busy = (
        busy.at(when="plotting < 0.5", event="purge")
        .at(week=5, event="patrons_leave", intensity=0.7)
        .at(week=6, event="vote")
    )
    after = run(replace(corners, compiled=compile_scenario(busy)))
    assert np.isfinite(after.states).all()
    for place, name in enumerate(INPUT_NAMES):
        row = PARAMETERS[name]
        if name in STOCKS:
            continue  # where the state stands by now: held by the caps above
        assert (
            row.low - 1e-12 <= after.inputs[:, place].min()
            and after.inputs[:, place].max() <= row.high + 1e-12
        ), name
    assert not [
        name for name in SHARES if not ((after.state(name) >= 0) & (after.state(name) <= 1)).all()
    ]


# ---- the generals' own numbers
# ---------------------------------------------------------------------------------------------


def test_a_generals_chances_are_chances(corners: Worlds) -> None:
    """In the readable engine, in the first 48 corners: what each general answers and what
    counter-intelligence does to him are probabilities.
    """
    for row in range(48):
        compiled = replace(
            corners.compiled, x=corners.x[row], p=corners.p[row], uncertain=(), joint=None
        )
        model = RegimeModel(compiled, 1, row)
        while not model.fallen and model.week < 4:
            model.step()
            terms = model.terms
            assert np.isfinite(terms).all()
            assert terms.prize >= 0 and terms.cost >= 0
            rate, kept, stays = terms[13:16]
            assert 0 <= rate <= 1 and 0 <= stays <= kept <= 1
            for man in model.generals:
                against = general.answer(
                    1.0, 1.0, man.rent_share, man.complicity, man.tie, man.private, *terms[:13]
                )
                assert 0 <= against < np.inf
                assert man.code in (0, general.PLOTTING, general.FLED, general.PURGED)
