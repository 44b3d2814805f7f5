"""The officer corps as it is built: command, branch, posting, complicity, ties and trusted peers of
N generals; the same for every world of a run.

Command is very unequal (troops fall with rank), so that few men matter to a coup (Singh 2014). Each
general serves in a branch or a region, with its own pay and closeness to the ruler; trusted peers
are mostly near in command within the branch, some anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..facts.levers import UNIT_HAS, UNIT_SLOTS
from ..facts.parameters import INPUT_NAMES, PARAMETERS, STRUCTURAL_NAMES
from ..law.arithmetic import normal, power, within
from ..law.patronage import share
from ..scenario.compiled import Compiled
from .draws import UNIT, words

BUILT = (
    "peers",
    "command_slope",
    "command_offset",
    "posting_power",
    "complicity",
    "complicity_spread",
    "complicity_posting",
    "favour",
    "near",
)
_SAID = tuple(has for has in UNIT_HAS if has != "turns")
TROOPS = 1_000_000  # resolution of the shares of troops: integers add to the same sum in any order
_CHANNEL = 5


_USUAL = tuple(PARAMETERS[f"generals.{one}"].default for one in BUILT)
_USUAL_UNITS = tuple(
    tuple(PARAMETERS[f"unit.{slot}.{has}"].default for has in _SAID) for slot in UNIT_SLOTS
)


class Build(NamedTuple):
    """How a corps is built: the `generals.*` numbers in the order of BUILT, and each branch's
    (troops, rents, tie) in the order of `facts.levers.UNIT_SLOTS`.
    """

    numbers: tuple[float, ...] = _USUAL
    units: tuple[tuple[float, ...], ...] = _USUAL_UNITS

    def __getattr__(self, name: str) -> float:
        if name not in BUILT:
            raise AttributeError(name)
        return self.numbers[BUILT.index(name)]


def build_of(compiled: Compiled) -> Build:
    """How a scenario's corps is built, from its point values."""
    numbers = tuple(float(compiled.p[STRUCTURAL_NAMES.index(f"generals.{one}")]) for one in BUILT)
    units = tuple(
        tuple(float(compiled.x[INPUT_NAMES.index(f"unit.{slot}.{has}")]) for has in _SAID)
        for slot in UNIT_SLOTS
    )
    return Build(numbers, units)


@dataclass(frozen=True)
class Population:
    """Arrays over N generals, in order of command: troops (int, sum about 1e6), unit (place in
    `facts.levers.UNIT_SLOTS`), rent_share (mean 1), complicity and tie (0 to 1), peers (N, k).
    """

    troops: NDArray[np.int32]
    rent_share: NDArray[np.float64]
    complicity: NDArray[np.float64]
    tie: NDArray[np.float64]
    peers: NDArray[np.int32]
    unit: NDArray[np.int8]
    # block of four whose draws a block of four generals uses: 0, 1, 2 ... unless relabelled
    ident: NDArray[np.int32]

    @property
    def number(self) -> int:
        return len(self.troops)

    @cached_property
    def arrays(self) -> tuple[Any, ...]:
        """As the kernel takes it: troops, rent_share, complicity, tie, number of peers k, who
        trusts each general (N k, one after another), where each one's begin (N + 1), ident.
        """
        k = self.peers.shape[1]
        order = np.argsort(self.peers, axis=None, kind="stable")
        begins = np.searchsorted(self.peers.ravel()[order], np.arange(self.number + 1))
        return (
            self.troops,
            self.rent_share,
            self.complicity,
            self.tie,
            k,
            (order // k).astype(np.uint32),
            begins.astype(np.uint32),
            self.ident,
        )


def _uniform(number: int, position: int) -> NDArray[np.float64]:
    return (words(number, position, 0, _CHANNEL, 0).astype(np.float64) + 0.5) * UNIT


def _serving(number: int, build: Build) -> NDArray[np.int8]:
    """The branch of each general, by the branches' weights; all in the first where none has any."""
    troops = np.array([unit[0] for unit in build.units])
    total = float(troops.sum())
    if total <= 0.0:
        return np.zeros(number, np.int8)
    return np.searchsorted(np.cumsum(troops) / total, _uniform(number, 3)).clip(
        0, len(troops) - 1
    ).astype(np.int8)  # fmt: skip


def _peers(number: int, build: Build, unit: NDArray[np.int8]) -> NDArray[np.int32]:
    """Trusted peers: the first `near` share are the nearest in command on both sides within the
    branch (the whole corps where a branch is too small), the rest are drawn from the whole corps.
    """
    k = min(int(build.peers), number - 1)
    near = round(k * build.near)
    own = np.arange(number)
    peers = np.empty((number, k), np.int64)
    groups = [own[unit == one] for one in np.unique(unit)]
    for group in groups:
        members = group if len(group) > near else own
        place = np.searchsorted(members, group)
        for j in range(near):
            away = (j // 2 + 1) * (1 if j % 2 == 0 else -1)
            peers[group, j] = members[(place + away) % len(members)]
    for j in range(near, k):
        step = 1 + np.floor(_uniform(number, 10 + j) * (number - 1)).astype(np.int64)
        peers[:, j] = (own + step) % number
    return peers.astype(np.int32)


def corps_of(compiled: Compiled) -> Population:
    """The corps of a scenario, of as many generals as are simulated."""
    return corps(compiled.generals, build_of(compiled))


@lru_cache(maxsize=8)
def corps(number: int, build: Build = Build()) -> Population:  # noqa: B008 (a constant)
    """The corps of `number` generals (8 to 20,000)."""
    rank = (np.arange(number) + 1.0) / number
    weight = np.array(
        [power(r + build.command_offset, -build.command_slope) for r in rank.tolist()]
    )
    weight = weight / weight.sum()
    troops = np.floor(TROOPS * weight).astype(np.int32)
    unit = _serving(number, build)
    pays = np.array([one[1] for one in build.units])[unit]
    closer = np.array([one[2] for one in build.units])[unit]
    posting = np.array([power(w * number, build.posting_power) for w in weight.tolist()])
    posting = posting / posting.mean()
    better = np.where(posting > 1.0, 1.0, 0.0)
    noise = np.array([normal(u) for u in _uniform(number, 1).tolist()])
    complicity = (
        build.complicity
        + build.complicity_spread * noise
        + build.complicity_posting * (better - 0.5)
    )
    complicity = np.array([within(c, 0.0, 1.0) for c in complicity.tolist()])
    tie = np.array([within(t, 0.0, 1.0) for t in (_uniform(number, 2) + closer).tolist()])
    rent_share = np.array(
        [share(a, b, build.favour) for a, b in zip(posting.tolist(), tie.tolist(), strict=True)]
    )
    rent_share = rent_share * pays
    mean = rent_share.mean()
    rent_share = rent_share / mean if mean > 0.0 else np.ones(number)
    blocks = np.arange((number + 3) // 4, dtype=np.int32)
    peers = _peers(number, build, unit)
    return Population(troops, rent_share, complicity, tie, peers, unit, blocks)
