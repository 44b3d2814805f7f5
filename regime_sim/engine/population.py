"""The officer corps as it is built: command, posting, complicity, ties and trusted peers of N
generals; the same for every world of a run.

Command is very unequal (troops fall with rank), so that few men matter to a coup (Singh 2014);
trusted peers are mostly near in command, some anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..facts.parameters import PARAMETERS
from ..law.arithmetic import normal, power, within
from ..law.patronage import share
from .draws import UNIT, words

TROOPS = 1_000_000  # resolution of the shares of troops: integers add to the same sum in any order
_CHANNEL = 5


@dataclass(frozen=True)
class Population:
    """Arrays over N generals, in order of command: troops (int, sum about 1e6), rent_share (mean
    1), complicity and tie (0 to 1), peers (N, k).
    """

    troops: NDArray[np.int32]
    rent_share: NDArray[np.float64]
    complicity: NDArray[np.float64]
    tie: NDArray[np.float64]
    peers: NDArray[np.int32]
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


def _default(name: str) -> float:
    return PARAMETERS[f"generals.{name}"].default


def _uniform(number: int, position: int) -> NDArray[np.float64]:
    return (words(number, position, 0, _CHANNEL, 0).astype(np.float64) + 0.5) * UNIT


def _peers(number: int) -> NDArray[np.int32]:
    """Trusted peers: the first `near` share are the nearest in command on both sides, the rest are
    drawn from the whole corps.
    """
    k = min(int(_default("peers")), number - 1)
    near = round(k * _default("near"))
    own = np.arange(number)
    columns = []
    for j in range(near):
        columns.append((own + (j // 2 + 1) * (1 if j % 2 == 0 else -1)) % number)
    for j in range(near, k):
        step = 1 + np.floor(_uniform(number, 10 + j) * (number - 1)).astype(np.int64)
        columns.append((own + step) % number)
    return np.stack(columns, axis=1).astype(np.int32)


@lru_cache(maxsize=8)
def corps(number: int) -> Population:
    """The corps of `number` generals (8 to 20,000)."""
    rank = (np.arange(number) + 1.0) / number
    weight = np.array(
        [power(r + _default("command_offset"), -_default("command_slope")) for r in rank.tolist()]
    )
    weight = weight / weight.sum()
    troops = np.floor(TROOPS * weight).astype(np.int32)
    posting = np.array([power(w * number, _default("posting_power")) for w in weight.tolist()])
    posting = posting / posting.mean()
    better = np.where(posting > 1.0, 1.0, 0.0)
    noise = np.array([normal(u) for u in _uniform(number, 1).tolist()])
    complicity = (
        _default("complicity")
        + _default("complicity_spread") * noise
        + _default("complicity_posting") * (better - 0.5)
    )
    complicity = np.array([within(c, 0.0, 1.0) for c in complicity.tolist()])
    tie = _uniform(number, 2)
    rent_share = np.array(
        [
            share(a, b, _default("favour"))
            for a, b in zip(posting.tolist(), tie.tolist(), strict=True)
        ]
    )
    rent_share = rent_share / rent_share.mean()
    blocks = np.arange((number + 3) // 4, dtype=np.int32)
    return Population(troops, rent_share, complicity, tie, _peers(number), blocks)
