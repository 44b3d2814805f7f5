"""What every teller of a story needs: a happening, marks that are crossed, bursts, and signs that
all can see; tells nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..travel import Closed
from .watched import Reals, World

Number = float | str
# public signs of weakness, and the parameter that weighs each (see `law.plotting.weakness`)
SIGNS = {
    "crowd": ("street.crowd", "plotting.crowd"),
    "front": ("rebels.front", "plotting.front"),
    "damage": ("force.damage", "plotting.damage"),
    "arrears": ("treasury.arrears", "plotting.arrears"),
    "memory": ("plot.memory", "plotting.memory"),
    "defection": ("plot.defection", "plotting.defection"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened: week, kind, weight (the least is left out first), numbers by name."""

    week: int
    kind: str
    weight: float
    numbers: Mapping[str, Number]


def one(week: int, kind: str, weight: float, **numbers: Number) -> Happening:
    """A happening."""
    return Happening(int(week), kind, weight, Closed(numbers))


def states(w: World, week: int, listed: str) -> dict[str, Number]:
    """States of a week, by the last part of their names: `treasury.rents` is `rents`."""
    return {name.split(".")[1]: w[name][week] for name in listed.split()}


def sign(w: World, week: int) -> dict[str, Number]:
    """The sign of weakness that weighs most this week and how large it is (`seen`, `size`), and all
    of them together (`weak`); `seen` is empty where there is none to speak of.
    """
    weighed = {
        name: w.parameter(weight) * float(w[state][week]) for name, (state, weight) in SIGNS.items()
    }
    most = max(weighed, key=lambda name: weighed[name])
    seen = most if weighed[most] > 0.02 else ""
    return {"seen": seen, "size": w[SIGNS[most][0]][week], "weak": w["plot.weak"][week]}


def crossings(level: Reals, marks: Sequence[float]) -> Iterator[tuple[int, float]]:
    """(week, highest mark) first reached from below; marks already met in week 0 are not told."""
    reached = -1
    for week in range(len(level)):
        at = max((k for k, mark in enumerate(marks) if level[week] >= mark), default=-1)
        if at > reached:
            if week > 0:
                yield week, marks[at]
            reached = at


def bursts(level: Reals, least: float) -> Iterator[int]:
    """Weeks of local peaks of at least `least` that are half as large again as any told before."""
    told = 0.0
    for week in range(1, len(level)):
        peak = level[week] >= level[week - 1] and (
            week + 1 == len(level) or level[week] >= level[week + 1]
        )
        if peak and level[week] >= max(least, 1.5 * told):
            told = float(level[week])
            yield week
