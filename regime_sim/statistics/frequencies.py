"""Natural frequencies: shares rounded once to whole futures of 100 that add up; no words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..given import choice


@dataclass(frozen=True, slots=True)
class Frequencies:
    """`whole` futures by how they end, in the order of `ways` (the first is staying in office).

    `count` adds up to `whole`; `goes_on` says in how many of each the regime still goes on (never
    more than `count`); `shares` are the unrounded shares, so that a reader can tell "fewer than
    one" from "none"; of the futures in which the regime goes on, it does so under tutelage in
    `tutelage`.
    """

    whole: int
    ways: tuple[str, ...]
    count: tuple[int, ...]
    goes_on: tuple[int, ...]
    shares: tuple[float, ...]
    tutelage: int = 0

    @property
    def stays(self) -> int:
        """Futures of the whole in which he is still in office."""
        return self.count[0]

    @property
    def out(self) -> int:
        """Futures of the whole in which he is out, any way."""
        return self.whole - self.count[0]

    @property
    def out_goes_on(self) -> int:
        """Futures of the whole in which he is out and the regime goes on."""
        return sum(self.goes_on[1:])

    @property
    def falls(self) -> int:
        """Futures of the whole in which the regime falls."""
        return self.whole - sum(self.goes_on)

    @property
    def regime(self) -> tuple[int, int, int]:
        """Futures in which the regime stands, stands under tutelage, falls: they add up."""
        return sum(self.goes_on) - self.tutelage, self.tutelage, self.falls

    def of(self, way: str) -> int:
        """Futures of the whole that end this way. Raises UnknownName."""
        return self.count[self.ways.index(choice("exit mode", way, self.ways))]


def largest_remainders(shares: Sequence[float], whole: int) -> tuple[int, ...]:
    """Whole numbers that add up to `whole` and are nearest to the shares of it: each is its quota
    rounded down or up.

    Quotas are rounded down, and what is left goes to the largest remainders, ties to the earlier
    (Hamilton's method; Balinski & Young 1982). Known answer: 1/3, 1/3, 1/3 of 100 -> 34, 33, 33.
    """
    total = math.fsum(shares)
    if not shares or not total > 0.0 or min(shares) < 0.0:
        raise ValueError("shares must be positive or zero, and not all zero")
    quota = [whole * s / total for s in shares]
    return _raise_to(whole, [math.floor(q + 1e-9) for q in quota], quota, [whole] * len(quota))


def frequencies(
    ways: Sequence[str],
    shares: Sequence[float],
    goes_on: Sequence[float],
    tutelage: float = 0.0,
    whole: int = 100,
) -> Frequencies:
    """Round the shares of the exit modes, and of those in which the regime goes on, to whole
    futures, consistently.

    `shares` add up to 1; `goes_on` is the part of each share in which the regime goes on (never
    more than it), `tutelage` the part of all futures in which it does so under tutelage. The ways
    are rounded first and fix the headline; of the futures in which he is out, the number that go on
    is rounded next, and shared out last.
    """
    count = largest_remainders(shares, whole)
    quota = [min(g * whole, c) for g, c in zip(goes_on, count, strict=True)]
    gone = math.fsum(shares[1:])
    target = math.floor((whole - count[0]) * math.fsum(goes_on[1:]) / gone + 0.5) if gone else 0
    after = _raise_to(target, [math.floor(q + 1e-9) for q in quota[1:]], quota[1:], list(count[1:]))
    stays = min(
        count[0], math.floor(count[0] * (goes_on[0] / shares[0] if shares[0] else 0.0) + 0.5)
    )
    under = min(stays + sum(after), math.floor(whole * tutelage + 0.5))
    return Frequencies(
        whole, tuple(ways), count, (stays, *after), tuple(float(s) for s in shares), under
    )


def _raise_to(
    target: int, start: list[int], quota: Sequence[float], most: Sequence[int]
) -> tuple[int, ...]:
    """Add or remove ones until the sum is `target`, first where the quota differs most."""
    number = list(start)
    while (left := target - sum(number)) != 0:
        step = 1 if left > 0 else -1
        able = [k for k, value in enumerate(number) if (value < most[k] if step > 0 else value > 0)]
        if not able:
            break
        number[max(able, key=lambda k: (step * (quota[k] - number[k]), -k))] += step
    return tuple(number)
