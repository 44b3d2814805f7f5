"""PRIM, the patient rule induction method: a box in the space of inputs in which something happens
more often; arrays in, boxes out, no model.

Sources: Friedman & Fisher 1999, Statistics and Computing 9 (peeling and pasting); Bryant & Lempert
2010, Technological Forecasting and Social Change 77 (coverage, density, quasi-p-values of
restrictions). A box that is judged on the points that it was found with looks better than it is:
judge it on others (`measure`, `quasi_p`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, ndtr

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
PEEL = 0.05
LEAST = 0.05
SCREEN = 0.005
MOST = 12
CHANCE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Lower and upper bound of each input, (d,) each, infinite where it is free."""

    low: Reals
    high: Reals

    def inside(self, x: Reals) -> Flags:
        """Which points (n, d) lie in the box, bounds included."""
        return np.asarray(((x >= self.low) & (x <= self.high)).all(axis=1))

    @property
    def restricted(self) -> tuple[int, ...]:
        """The inputs that it restricts."""
        return tuple(np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high)).tolist())

    def freed(self, k: int) -> Box:
        """The box without its restriction of input k."""
        low, high = self.low.copy(), self.high.copy()
        low[k], high[k] = -np.inf, np.inf
        return Box(low, high)

    def bounded(self, k: int, low: float | None = None, high: float | None = None) -> Box:
        """The box with another bound of input k."""
        lows, highs = self.low.copy(), self.high.copy()
        lows[k], highs[k] = lows[k] if low is None else low, highs[k] if high is None else high
        return Box(lows, highs)


@dataclass(frozen=True, slots=True)
class Measure:
    """mass: share of points inside; coverage: of hits inside; density: of hits among those."""

    mass: float
    coverage: float
    density: float
    inside: int
    hits: int

    @property
    def lead(self) -> float:
        """Coverage less mass: weighted relative accuracy over the base rate (Lavrac, Flach & Zupan
        1999), greatest where no edge is denser outside than the whole.
        """
        return self.coverage - self.mass


def everything(d: int) -> Box:
    """The box that restricts none of d inputs."""
    return Box(np.full(d, -np.inf), np.full(d, np.inf))


def measure(box: Box, x: Reals, y: Flags) -> Measure:
    """How a box does on points x (n, d) with hits y (n,)."""
    inside = box.inside(x)
    count, hits = int(inside.sum()), int((inside & y).sum())
    return Measure(
        count / max(len(y), 1), hits / max(int(y.sum()), 1), hits / max(count, 1), count, hits
    )


def trajectory(x: Reals, y: Flags, peel: float = PEEL, least: float = LEAST) -> tuple[Box, ...]:
    """Boxes from everything inwards: each peels off that share of the points, at one end of one
    input, whose loss raises the density most.

    Ends when a further peel would leave less than a share `least` of all points, or nothing can be
    peeled.
    """
    boxes, kept = [everything(x.shape[1])], np.ones(len(y), np.bool_)
    while True:
        best: tuple[float, int, Box, Flags] | None = None
        for box, rest in _peels(boxes[-1], x, kept, peel):
            density = float(y[rest].mean()) if rest.any() else 0.0
            if best is None or (density, int(rest.sum())) > best[:2]:
                best = (density, int(rest.sum()), box, rest)
        if best is None or best[1] < max(least * len(y), 1.0):
            return tuple(boxes)
        boxes.append(best[2])
        kept = best[3]


def pasted(box: Box, x: Reals, y: Flags, paste: float = PEEL) -> Box:
    """The box widened, one bound at a time, as long as the density does not fall."""
    while True:
        now = measure(box, x, y)
        wider = max(
            (measure(other, x, y) for other in _pastes(box, x, paste)),
            key=lambda m: (m.density, m.inside),
            default=now,
        )
        if wider.density < now.density or wider.inside <= now.inside:
            return box
        box = next(other for other in _pastes(box, x, paste) if measure(other, x, y) == wider)


def simplified(box: Box, x: Reals, y: Flags) -> Box:
    """The box without restrictions that raise its lead no more than chance; least useful first."""
    while box.restricted:
        worst = max(box.restricted, key=lambda k: (measure(box.freed(k), x, y).lead, k))
        if measure(box.freed(worst), x, y).lead < measure(box, x, y).lead:
            worst = max(box.restricted, key=lambda k: quasi_p(box, k, x, y))
            if quasi_p(box, worst, x, y) < CHANCE:
                return box
        box = box.freed(worst)
    return box


def screened(x: Reals, y: Flags, most: int = MOST, level: float = SCREEN) -> tuple[int, ...]:
    """The inputs that differ between hits and others by a rank test of place (Wilcoxon) or of
    spread about the middle, strongest first, at most so many.

    Among many inputs without effect PRIM would peel at random; what passes by chance (two tests at
    `level` each) is left for the judgement on other points.
    """
    from scipy.stats import rankdata  # seconds, which a kept answer need not wait for

    ranks = rankdata(x, axis=0) - 0.5 * (len(y) + 1)
    hits, others = int(y.sum()), int((~y).sum())
    if hits == 0 or others == 0:
        return ()
    p = np.ones(x.shape[1])
    for score in (ranks, np.abs(ranks)):
        error = np.sqrt(score.var(axis=0, ddof=1) * hits * others / len(y))
        off = np.abs(score[y].sum(axis=0) - hits * score.mean(axis=0))
        z = np.divide(off, error, out=np.zeros_like(off), where=error > 0.0)
        p = np.minimum(p, 2.0 * ndtr(-z))
    return tuple(k for k in np.argsort(p, kind="stable").tolist()[:most] if p[k] < level)


def find(
    x: Reals, y: Flags, peel: float = PEEL, least: float = LEAST
) -> tuple[Box, tuple[Box, ...]]:
    """The box of greatest lead, simplified and pasted, and the trajectory; of screened inputs."""
    kept = screened(x, y)
    if not kept:
        return everything(x.shape[1]), (everything(x.shape[1]),)
    own = x[:, list(kept)]
    boxes = trajectory(own, y, peel, least)
    best = max(boxes, key=lambda box: measure(box, own, y).lead)
    found = simplified(pasted(simplified(best, own, y), own, y, peel), own, y)
    return _placed(found, kept, x.shape[1]), tuple(_placed(box, kept, x.shape[1]) for box in boxes)


def _placed(box: Box, kept: tuple[int, ...], d: int) -> Box:
    """A box of some inputs as a box of all d."""
    whole = everything(d)
    whole.low[list(kept)], whole.high[list(kept)] = box.low, box.high
    return whole


def quasi_p(box: Box, k: int, x: Reals, y: Flags) -> float:
    """Probability of as many hits in the box, or more, were the restriction of input k without
    effect: binomial at the density of the box freed of it.

    Judged on points that the box was not found with it is a plain p-value. 1 where the box is
    empty.
    """
    own, freed = measure(box, x, y), measure(box.freed(k), x, y)
    if own.inside == 0 or own.hits == 0:
        return 1.0
    return float(bdtrc(own.hits - 1, own.inside, freed.density)) if freed.density < 1.0 else 1.0


def _peels(box: Box, x: Reals, kept: Flags, peel: float) -> Iterator[tuple[Box, Flags]]:
    """Every way to peel a share off the box: new box, points that stay. Ties stay together."""
    inside = x[kept]
    n = len(inside)
    many = max(1, int(np.ceil(peel * n)))
    if many >= n:
        return
    order = np.sort(inside, axis=0)
    for k in range(x.shape[1]):
        above = order[order[:, k] > order[many - 1, k], k]
        if above.size:
            bound = 0.5 * (order[many - 1, k] + above[0])
            yield box.bounded(k, low=float(bound)), kept & (x[:, k] >= bound)
        below = order[order[:, k] < order[n - many, k], k]
        if below.size:
            bound = 0.5 * (order[n - many, k] + below[-1])
            yield box.bounded(k, high=float(bound)), kept & (x[:, k] <= bound)


def _pastes(box: Box, x: Reals, paste: float) -> Iterator[Box]:
    """Every way to widen one bound so that about a share of the points inside joins them."""
    many = max(1, int(np.ceil(paste * box.inside(x).sum())))
    for k in box.restricted:
        column = np.sort(x[box.freed(k).inside(x), k])
        if np.isfinite(box.low[k]):
            under = column[column < box.low[k]]
            yield box.bounded(k, low=float(under[-many]) if under.size > many else -np.inf)
        if np.isfinite(box.high[k]):
            over = column[column > box.high[k]]
            yield box.bounded(k, high=float(over[many - 1]) if over.size > many else np.inf)
