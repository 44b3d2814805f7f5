"""What every input does: each is moved from one end of its plausible range to the other under
common draws, in worlds where it has something to act on; changes no scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from ..ensemble.common_draws import Ledgers, ledgers, prepared
from ..ensemble.effort import Effort
from ..facts.levers import HOLDS, PATRON_SLOTS, PRINCIPAL_SLOTS, ROLES
from ..facts.outcomes import WAYS
from ..facts.parameters import INPUT_NAMES, PARAMETERS
from ..facts.posterior import DEFAULT
from ..law.ledger import LEADER_WAY, LEADER_WEEK, REGIME_FATE
from ..scenario import Scenario, load
from ..scenario.compiled import Compiled

PLAUSIBLE = 0.3  # of an input's range, to either side of where it stands
ROLE_HOLDS = tuple(held for held in HOLDS if held != "turns")
CORPS = 48  # simulated generals: enough to see a sign
REPLICATES = 512


@dataclass(frozen=True, slots=True)
class Effect:
    """What an input does in the world where it does most: P(out) and P(regime falls) at the high
    end less the low, the exit mode that it moves most and by how much, the share of futures in
    which anything at all differs.
    """

    name: str
    world: str
    low: float
    high: float
    out: float
    falls: float
    way: str
    way_by: float
    touched: float
    meaning: str


@cache
def stages() -> dict[str, Scenario]:
    """Worlds that give every input something to act on: a ruler pressed from outside who is offered
    ways out, one with a war and a crowd at home, and one who loses a war.
    """
    pressed = load("venezuela-2025").vary(
        {
            "us_pressure.blockade": 0.4,
            "us_pressure.raid": 0.5,
            "force.insider": 0.3,
            "sender.terms": 0.6,
        }
    )
    streams = ("enterprises", "hard_currency", "illicit", "mining")
    poor: dict[str, object] = {f"rents.{one}": 0.45 for one in streams}
    beset = poor | {
        "public_opinion.home_opposition": 0.6,
        "street.crowd": 0.25,
        "rebels.strength": 0.3,
        "rebels.front": 0.3,
        "us_pressure.strikes": 0.3,
        "us_pressure.sanctions": 0.4,
        "sender.resolve": 0.5,
    }
    home = load("no-pressure").vary(beset)
    losing = home.vary(
        {
            "exile.offer": 0.6,
            "exile.credibility": 0.6,
            "rebels.strength": 0.7,
            "rebels.front": 0.7,
            "regime.coup_proofing": 0.5,
            "leader.personalism": 0.5,
        }
    )
    return {
        "pressed from outside": pressed.at(week=20, event="vote"),
        "a war and a crowd at home": home.at(week=12, event="vote"),
        "about to lose": losing,
    }


@cache
def worlds() -> dict[str, Compiled]:
    """The stages as arrays, every place at court and every patron's taken."""
    found = {}
    for words, scenario in stages().items():
        one = prepared(scenario, CORPS, DEFAULT)
        x = np.array(one.x)
        for slot in PRINCIPAL_SLOTS:
            places = [INPUT_NAMES.index(f"principal.{slot}.{held}") for held in ROLE_HOLDS]
            if not x[places[:3]].any():
                x[places] = ROLES["region"]
        for slot in PATRON_SLOTS:
            place = INPUT_NAMES.index(f"foreign_support.{slot}")
            x[place] = x[place] if x[place] > 0.0 else 0.3
        found[words] = replace(one, x=x)
    return found


def ends(name: str, value: float) -> tuple[float, float]:
    """Both ends of an input's plausible range around where it stands."""
    row = PARAMETERS[name]
    reach = PLAUSIBLE * (row.high - row.low)
    return max(row.low, value - reach), min(row.high, value + reach)


def at(world: Compiled, name: str, value: float) -> Compiled:
    """A world with one input at this value in every future and week: a shock comes every week."""
    place = INPUT_NAMES.index(name)
    x = np.array(world.x)
    x[place] = value
    open_ = (
        replace(one, targets=tuple(to for to in one.targets if one.vector == "p" or to[0] != place))
        for one in world.uncertain
    )
    return replace(world, x=x, uncertain=tuple(one for one in open_ if one.targets))


def effect_of(
    name: str, *, replicates: int = REPLICATES, seed: int = 1, workers: int | None = None
) -> Effect:
    """What one input of the table does, in the world where it touches most futures. Errors:
    KeyError, OutOfRange.
    """
    best: Effect | None = None
    effort = Effort(replicates=replicates, seed=seed, workers=workers)
    for words, world in worlds().items():
        low, high = ends(name, float(world.x[INPUT_NAMES.index(name)]))
        found = ledgers([at(world, name, low), at(world, name, high)], effort)
        one = _effect(name, words, (low, high), found)
        if best is None or one.touched > best.touched:
            best = one
    assert best is not None
    return best


def _effect(name: str, world: str, range_: tuple[float, float], found: Ledgers) -> Effect:
    out = (found[:, :, LEADER_WEEK] > 0).mean(axis=1)
    falls = (found[:, :, REGIME_FATE] == 2).mean(axis=1)
    shares = np.array(
        [[(ledger[:, LEADER_WAY] == k).mean() for k in range(1, len(WAYS))] for ledger in found]
    )
    change = shares[1] - shares[0]
    most = int(np.abs(change).argmax())
    touched = float((found[0] != found[1]).any(axis=1).mean())
    return Effect(
        name,
        world,
        *range_,
        float(out[1] - out[0]),
        float(falls[1] - falls[0]),
        WAYS[most + 1],
        float(change[most]),
        touched,
        PARAMETERS[name].meaning,
    )


def effects(
    *, replicates: int = REPLICATES, seed: int = 1, workers: int | None = None
) -> tuple[Effect, ...]:
    """Every input of the table, in its order (about a minute)."""
    return tuple(
        effect_of(name, replicates=replicates, seed=seed, workers=workers) for name in INPUT_NAMES
    )
