"""Whom the built engine asks in a week: nobody whom the law would change is left out, whatever the
numbers of the table; few are asked for nothing. The argument is in engine.c; these try to break it.
"""

from __future__ import annotations

import ctypes
import inspect
import itertools
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from native_side_by_side import library, probe, runs_here
from random_scenarios import at_the_bounds

from regime_sim.engine.model import RegimeModel
from regime_sim.engine.native import header, layout, modules
from regime_sim.engine.native.targets import Target
from regime_sim.facts.parameters import PARAMETERS
from regime_sim.law import general, plotting, treasury
from regime_sim.law.loyalty import loyalty
from regime_sim.law.patronage import exit_cost
from regime_sim.law.plotting import belief, response

SOURCE = """
static uint8_t room[1 << 20] __attribute__((aligned(64)));

/* words, status, around and private loyalties of the men of a job; who is asked, into `who` */
EXPORT uint32_t probe(const uint64_t *job, const double *t, const uint32_t *words,
                      const uint8_t *status, const uint8_t *around, const int16_t *private_,
                      uint32_t *who) {
    struct corps corps;
    struct men men;
    struct asked asked;
    double *fired;
    lay_out(room, (uint32_t)job[RUN_GENERALS], (uint32_t)job[RUN_PEERS], 0,
            &corps, &men, &asked, &fired);
    corps_of(job, &corps);
    for (uint32_t i = 0; i < corps.number; i++) {
        men.words[i] = words[i];
        men.status[i] = status[i];
        men.around[i] = around[i];
        men.private_[i] = private_[i];
    }
    const uint32_t many = listed(&corps, &men, t, &asked);
    for (uint32_t k = 0; k < many; k++) who[k] = asked.who[k];
    return many;
}

EXPORT float near(const double *a) {
    float f[10];
    for (int k = 0; k < 10; k++) f[k] = (float)a[k];
    return loyalty_loyalty_narrow(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9]);
}
"""
TERMS = header.terms()


@pytest.fixture(scope="module", params=["x86-64", "x86-64-v3", "x86-64-v4", "aarch64"])
def inside(request: pytest.FixtureRequest) -> ctypes.CDLL:
    """The engine's inner functions, for each instruction set that runs here."""
    target = modules.own_target()
    if target is None or not runs_here(request.param):
        pytest.skip("another processor")
    levels = [one for one in target.levels if one.name == request.param]
    level = type(levels[0])("", levels[0].processor, levels[0].name, 1, levels[0].flags)
    one = library(probe(SOURCE, Target(target.file, target.platform, (level,), target.link)))
    one.probe.argtypes, one.probe.restype = [ctypes.c_void_p] * 7, ctypes.c_uint32
    one.near.argtypes, one.near.restype = [ctypes.c_void_p], ctypes.c_float
    return one


@dataclass
class Men:
    """Generals in one week: what they are, what they see, and their words."""

    rent_share: np.ndarray
    complicity: np.ndarray
    tie: np.ndarray
    private: np.ndarray
    status: np.ndarray
    around: np.ndarray
    words: np.ndarray
    peers: int = 6


def asked(one: ctypes.CDLL, men: Men, t: dict[str, float]) -> set[int]:
    """Whom the engine asks."""
    n = len(men.words)
    arrays: dict[str, Any] = {
        "troops": np.ones(n, np.int32),
        "rent_share": men.rent_share,
        "complicity": men.complicity,
        "tie": men.tie,
        "trusting": np.zeros(n * men.peers, np.uint32),
        "begins": np.minimum(np.arange(n + 1) * men.peers, n * men.peers).astype(np.uint32),
        "ident": np.arange((n + 3) // 4, dtype=np.int32),
    }
    table = dict.fromkeys(layout.RUN, 0) | {"generals": n, "peers": men.peers}
    table |= {name: array.ctypes.data for name, array in arrays.items()}
    job = np.array([table[name] for name in layout.RUN], np.uint64)
    terms, who = np.array([t[name] for name in TERMS]), np.zeros(n, np.uint32)
    given = (job, terms, men.words, men.status, men.around, men.private, who)
    many = one.probe(*(array.ctypes.data for array in given))
    return set(who[:many].tolist())


def changed(men: Men, t: dict[str, float]) -> set[int]:
    """Whom the law changes, asked one by one."""
    inverse, found = 1.0 / men.peers, set()
    names = [*inspect.signature(general.answer).parameters][6:]
    shared = [t[name] for name in names]
    for i in range(len(men.words)):
        around, plots = int(men.around[i]), int(men.status[i]) & 1
        seen, alarm = (around & 15) * inverse, (around >> 4) * (0.5 * inverse)
        own = (men.rent_share[i], men.complicity[i], men.tie[i], float(men.private[i]))
        against = general.answer(seen, alarm, *(float(v) for v in own), *shared)
        uniform = (int(men.words[i]) + 0.5) / 2**32
        if general.fate(uniform, float(plots), against, t["rate"], t["kept"], t["stays"]) != plots:
            found.add(i)
    return found


def between(rng: np.random.Generator, name: str) -> float:
    """A number of the table's range; one in three at an end."""
    row = PARAMETERS[name]
    ends = [row.low, row.high]
    return float(rng.choice(ends) if rng.random() < 0.33 else rng.uniform(row.low, row.high))


def week(rng: np.random.Generator, lawful: bool = True) -> dict[str, float]:
    """The terms of a week, over the whole table; where they are not lawful, a failed coup may cost
    less than nothing, as it did in the first edition of the law.
    """
    selectorate = between(rng, "patronage.selectorate")
    leaving = exit_cost(
        float(rng.choice([8.0, 64.0, 500.0, 20000.0])),
        between(rng, "generals.reference"),
        selectorate,
    )
    fear = between(rng, "plotting.fear") * float(rng.random())
    cost = between(rng, "plotting.cost") + fear + leaving
    prize = plotting.prize(
        between(rng, "plotting.prize"),
        float(rng.uniform(-0.75, 1.5)),
        between(rng, "plotting.rich"),
        between(rng, "plotting.poor"),
    )
    kept = 1.0 - float(rng.choice([0.0, rng.random() * 0.65]))
    weak = float(rng.uniform(0.0, 3.0))
    return {
        "rent": float(rng.choice([0.0, 1e-9, rng.uniform(0.0, 3.0)])),
        "k_rent": between(rng, "loyalty.rent"),
        "half": between(rng, "loyalty.half"),
        "k_complicity": between(rng, "loyalty.complicity") + float(rng.uniform(0.0, 2.0)),
        "k_tie": between(rng, "loyalty.tie"),
        "common": -float(rng.uniform(0.0, 4.0)),
        "spread": between(rng, "loyalty.spread") * 1.7320508075688772 / 16384.0,
        "gain": between(rng, "plotting.gain") * (1.0 + between(rng, "plotting.break")),
        "signal": between(rng, "plotting.signal") * weak + between(rng, "plotting.base"),
        "prize": prize,
        "cost": max(0.0, cost) if lawful else cost,
        "alarm": between(rng, "counterintelligence.alarm"),
        "beta": between(rng, "plotting.beta"),
        "rate": between(rng, "plotting.rate"),
        "kept": kept,
        "stays": kept - float(rng.choice([0.0, 0.1 * rng.random()])),
    }


def crowd(rng: np.random.Generator, t: dict[str, float], number: int = 70) -> Men:
    """Men whose words lie at and beside every bound, and whose loyalty is near where it matters."""
    peers = int(rng.integers(1, 8))
    men = Men(
        rng.uniform(0.0, 5.0, number),
        rng.random(number),
        rng.random(number),
        rng.integers(-32766, 32767, number).astype(np.int16),
        rng.choice([0, 0, 1, 16, 32], number).astype(np.uint8),
        (rng.integers(0, peers + 1, number) * rng.choice([1, 1, 16, 32], number) % 256).astype(
            np.uint8
        ),
        rng.integers(0, 2**32, number).astype(np.uint32),
        peers,
    )
    inverse = 1.0 / peers
    for i in range(number):
        seen = int(men.around[i] & 15) * inverse
        loyal = _loyal(men, i, t)
        alarm = t["alarm"] * (int(men.around[i] >> 4) * 0.5 * inverse)
        believed = belief(seen, t["gain"], t["signal"])
        against = response(believed, loyal, alarm, t["prize"], t["cost"], t["beta"])
        bound = rng.choice([t["rate"], t["rate"] / (1.0 + against), t["stays"], t["kept"]])
        word = int(min(max(bound, 0.0), 1.0) * 2**32) + int(rng.integers(-3, 4))
        men.words[i] = min(max(word, 0), 2**32 - 1) if rng.random() < 0.8 else men.words[i]
    return men


def _loyal(men: Men, i: int, t: dict[str, float]) -> float:
    own = (men.complicity[i], men.tie[i], float(men.private[i]))
    shared = ("k_rent", "half", "k_complicity", "k_tie", "common", "spread")
    rent = t["rent"] * float(men.rent_share[i])
    return float(loyalty(rent, *own, *(t[name] for name in shared)))


def ends(*names: str) -> list[list[float]]:
    """The bounds of these numbers of the table."""
    return [[PARAMETERS[name].low, PARAMETERS[name].high] for name in names]


def prizes() -> dict[tuple[float, ...], float]:
    """The prize at every corner of what it is made of. It is monotone in each of them (a product
    of rents and weights is, and `within` keeps that), so that its least is at a corner.
    """
    weights = [f"treasury.{one}_weight" for one in ("oil", "mining", "illicit")]
    rents = [f"rents.{one}" for one in ("hard_currency", "mining", "illicit", "enterprises")]
    others = ("plotting.prize", "plotting.rich", "plotting.poor")
    names = [*weights, *rents, "treasury.economy", *others]
    found = {}
    for values in itertools.product(*ends(*names)):
        at = SimpleNamespace(
            **{name.replace(".", "_"): value for name, value in zip(names, values, strict=True)}
        )
        won = treasury.prospect(at, at)
        args = (at.plotting_prize, won, at.plotting_rich, at.plotting_poor)
        found[(at.plotting_poor, min(won, 0.0))] = min(
            plotting.prize(*args), found.get((at.plotting_poor, min(won, 0.0)), 9.0)
        )
    return found


def test_prize_and_cost_are_never_below_nought_in_the_law() -> None:
    """Over the whole table. They are nought together in one corner alone, where a bankrupt state
    is worth nothing and failure costs nothing; `engine.c` supposes nothing of either.
    """
    assert min(prizes().values()) == 0.0
    assert all(poor == 1.0 for (poor, _), worth in prizes().items() if worth <= 0.0)
    costs = [
        cost + fear * felt + exit_cost(number, reference, selectorate)
        for cost, fear, felt, number, reference, selectorate in itertools.product(
            *ends("plotting.cost", "plotting.fear"),
            [0.0, 1.0],
            *ends("generals.number", "generals.reference", "patronage.selectorate"),
        )
    ]
    assert min(costs) < -6.0, "the twin: it is the law's own bound that holds it at nought"


def test_the_cost_of_failing_is_held_at_nought_in_every_corner() -> None:
    """Of `law.week` itself: the terms of worlds at the bounds."""
    held = 0
    for number in range(15):
        compiled = at_the_bounds(number, 12, 12)
        model = RegimeModel(compiled, 1, number)
        model.step()
        assert model.terms.prize >= 0.0 and model.terms.cost >= 0.0, number
        held += model.terms.cost == 0.0
    assert held > 0


def test_nobody_is_left_out_over_the_whole_table(inside: ctypes.CDLL) -> None:
    rng, moved, falling = np.random.default_rng(11), 0, 0
    for number in range(250):
        t = week(rng, lawful=number % 2 == 0)
        men = crowd(rng, t)
        found, must = asked(inside, men, t), changed(men, t)
        assert must <= found, (sorted(must - found), t)
        moved += len(must)
        falling += t["prize"] + t["cost"] < 0.0
    assert moved > 1200 and falling > 10, "too few change, or belief never works the other way"


def last_word(t: dict[str, float], against: float) -> int:
    """The last word at which a man who does not plot comes to plot; -1 if there is none."""
    near = int(min(t["rate"] / (1.0 + against), 1.0) * 2**32)
    for word in range(min(near + 3, 2**32 - 1), max(near - 4, -1), -1):
        fate = general.fate((word + 0.5) / 2**32, 0.0, against, t["rate"], t["kept"], t["stays"])
        if fate == 1.0:
            return word
    return -1


def steadfast(t: dict[str, float], peers: int) -> float:
    """The loyalty from which on the engine asks fewer."""
    beliefs = [belief(k * (1.0 / peers), t["gain"], t["signal"]) for k in (0, 1)]
    keen = max(b * (t["prize"] + t["cost"]) for b in beliefs)
    return float(keen - t["cost"] + header.numbers()["WILL"] / t["beta"])


def at_the_edge(rng: np.random.Generator, t: dict[str, float], men: Men) -> int:
    """Give each man the last word that changes him; how many there are."""
    many = 0
    for i in range(len(men.words)):
        seen = int(men.around[i] & 15) * (1.0 / men.peers)
        believed = belief(seen, t["gain"], t["signal"])
        against = response(believed, _loyal(men, i, t), 0.0, t["prize"], t["cost"], t["beta"])
        word = last_word(t, against)
        many += word >= 0
        men.words[i] = max(word, 0)
    return many


ALIKE = {"spread": 0.0, "k_rent": 0.0, "k_complicity": 0.0, "k_tie": 1.0, "rent": 1.0, "half": 1.0}


def test_nobody_is_left_out_whose_loyalty_is_at_the_bound(inside: ctypes.CDLL) -> None:
    """Men a hair or a little more and less loyal than `steadfast`, each at the last word that
    changes him; in every other week more belief makes plotting less likely.
    """
    rng, moved = np.random.default_rng(12), 0
    for number in range(120):
        t = week(rng) | ALIKE
        t["cost"] = -t["prize"] - 4.0 * rng.random() if number % 2 else t["cost"]
        men = crowd(rng, t)
        t["k_tie"] = float(rng.choice([1.0, 64.0]))  # what cancels out costs the most bits
        t["common"] = steadfast(t, men.peers) - t["k_tie"]
        apart = 10.0 ** rng.uniform(-10.0, 0.0, len(men.tie)) * rng.choice([-1.0, 1.0])
        men.tie[:] = 1.0 + apart / t["k_tie"]
        men.status[:], men.around[:] = 0, rng.integers(0, 2, len(men.tie))
        moved += at_the_edge(rng, t, men)
        found, must = asked(inside, men, t), changed(men, t)
        assert must <= found, (sorted(must - found), t)
    assert moved > 6_000


def test_nobody_is_left_out_where_nothing_is_added_for_safety(inside: ctypes.CDLL) -> None:
    """Loyalty zero for all, so that half the width is exact and the bound of words stands alone."""
    rng, moved = np.random.default_rng(16), 0
    for _ in range(120):
        t = week(rng) | ALIKE | {"k_tie": 0.0, "common": 0.0}
        men = crowd(rng, t)
        men.status[:], men.around[:] = 0, rng.integers(0, 2, len(men.tie))
        believed = max(belief(k * (1.0 / men.peers), t["gain"], t["signal"]) for k in (0, 1))
        if believed <= 0.0:
            continue
        t["prize"] = (t["cost"] - header.numbers()["WILL"] / t["beta"] - 1e-12) / believed - t[
            "cost"
        ]
        moved += at_the_edge(rng, t, men)
        found, must = asked(inside, men, t), changed(men, t)
        assert must <= found, (sorted(must - found), t)
    assert moved > 4_000


def test_half_the_width_is_as_near_as_the_argument_says(inside: ctypes.CDLL) -> None:
    """|near - loyal| <= 16 e S, e = 2^-24 and S the sum of magnitudes; the engine allows 64 e S."""
    rng, worst = np.random.default_rng(13), 0.0
    for _ in range(1500):
        t = week(rng)
        share, complicity, tie = rng.uniform(0.0, 5.0), rng.random(), rng.random()
        private = float(rng.integers(-32766, 32767))
        shared = [t[k] for k in ("k_rent", "half", "k_complicity", "k_tie", "common", "spread")]
        a = np.array([t["rent"] * share, complicity, tie, private, *shared])
        exact = loyalty(*a.tolist())
        size = abs(t["k_rent"]) + abs(t["k_complicity"]) + abs(t["k_tie"]) + abs(t["common"])
        size += abs(t["spread"]) * 32768.0
        worst = max(worst, abs(inside.near(a.ctypes.data) - exact) / (size * 2.0**-24))
    assert 0.5 < worst <= 16.0, worst


@pytest.mark.parametrize(
    "odd",
    [
        {"beta": -1.0},
        {"beta": float("nan")},
        {"alarm": -3.0},
        {"half": 0.0},
        {"half": -0.1},
        {"rent": -1.0},
        {"rent": 1e40, "k_rent": 1e40},
        {"rent": 1e30, "half": 1e30, "k_rent": 1e20, "common": -5e19},
        {"common": float("nan")},
        {"common": float("inf")},
        {"common": -1e300},
        {"prize": 1e200, "cost": -1e200},
        {"rate": 2.0},
        {"rate": -1.0},
        {"stays": -1.0, "kept": -0.5},
        {"stays": 2.0, "kept": 3.0},
    ],
    ids=str,
)
def test_nobody_is_left_out_outside_the_table_either(
    inside: ctypes.CDLL, odd: dict[str, float]
) -> None:
    """A law that somebody has edited, or numbers that no file can give."""
    rng = np.random.default_rng(14)
    for _ in range(30):
        t = week(rng) | odd
        men = crowd(rng, week(rng))
        men.words[::2] = rng.random(len(men.words[::2])) * max(0.0, min(t["rate"], 1.0)) * 2**32
        try:
            must = changed(men, t)
        except (ZeroDivisionError, OverflowError):
            continue
        assert must <= asked(inside, men, t), t


def test_few_are_asked_for_nothing(inside: ctypes.CDLL) -> None:
    """Steady men who see nobody plot: one in seven of those who reconsider, and no plotter more
    than chance may move.
    """
    rng = np.random.default_rng(15)
    t = week(rng) | {
        "k_rent": 5.0,
        "rent": 1.0,
        "half": 0.1,
        "beta": 2.0,
        "rate": 0.35,
        "stays": 0.9,
    }
    t |= {"kept": 0.95, "prize": 1.0, "cost": 0.6, "spread": 0.0, "common": 0.0, "signal": -0.4}
    words, none = (np.arange(200) * (2**32 / 200)).astype(np.uint32), np.zeros(200, np.uint8)
    same, private = np.ones(200), np.zeros(200, np.int16)
    men = Men(same, 0.5 * same, 0.5 * same, private, none, none, words)
    assert len(asked(inside, men, t)) <= 0.35 * 200 / 7.0 + 2.0
    plotters = Men(same, 0.5 * same, 0.5 * same, private, none + np.uint8(1), none, words)
    assert (
        asked(inside, plotters, t) == {*range(71), *range(180, 200)}
        or len(asked(inside, plotters, t)) == 91
    )
