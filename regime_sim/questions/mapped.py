"""A large grid by few futures in each cell: luck is taken out by weekly chances, a smooth surface
is laid through all cells, and some cells are run with many futures, as they are, to check it; finds
no words for it.

Cells share replicates only with cells far away, so that smoothing averages luck. Intervals count
the spread of the futures behind each cell of the surface (shared replicates too), what smoothing
may leave out, and how far off the surface was where it was checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..ensemble.common_draws import prepared, weighed
from ..ensemble.effort import Effort
from ..scenario.compiled import Compiled, EventTable
from ..statistics.controls import powers
from ..statistics.intervals import Estimate, normal_quantile
from ..statistics.pairing import variance_of_mean
from ..statistics.smoothing import Smooth, smooth
from .settings import set_to
from .steadied import Steadied, of_weighed

if TYPE_CHECKING:
    from ..scenario import Scenario

Floats = NDArray[np.float64]
MOST = 2_000  # cells of a surface: its weights are a matrix of cells by cells
LEAST = 100
FEWEST = 256  # futures of a cell, asked for, from which a surface is worth laying
SHARE = 0.032  # of those, in each cell of the surface
CHECKED = 0.25  # of those, in a cell that is run by itself
APART = 4  # cells for each block of replicates that no near cell shares
TESTED = 6  # cells compiled to test that axes can be put together


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """One quantity over all cells: value and squared error (cells,); influence (cells, replicates):
    what each future adds to each cell; off: the surface less the run, in errors, at checked cells.
    """

    value: Floats
    error2: Floats
    influence: Floats
    smooth: Smooth
    widened: float
    off: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """Futures behind a surface: cells (cells, n each) with the block of replicates of each, and
    `checked` cells with many (`runs`: their places), all with their chances. The first `corners` of
    those hold the surface, the others only check it. starts: the first replicate of each such cell,
    0 of corners, which are compared in pairs.
    """

    grids: tuple[tuple[float, ...], ...]
    cells: Steadied
    blocks: tuple[int, ...]
    runs: tuple[int, ...]
    checked: Steadied
    corners: int
    starts: tuple[int, ...]
    kept: dict[tuple[str, str, int | None], Surface] = field(default_factory=dict)

    @property
    def each(self) -> int:
        """Futures of a cell."""
        return int(self.cells.columns.shape[1])

    @property
    def checks(self) -> int:
        """Futures of a checked cell."""
        return int(self.checked.columns.shape[1])

    def surface(self, what: str, name: str, week: int | None) -> Surface:
        """`happens` an outcome, or how long a clock `lasts`, by a week: made once."""
        key = what, name, week
        if key not in self.kept:
            self.kept[key] = self._laid(
                getattr(self.cells, what)(name, week), getattr(self.checked, what)(name, week)
            )
        return self.kept[key]

    def _laid(self, y: Floats, run: Floats) -> Surface:
        """The surface through outcomes y (cells, n); cells that were checked have their own run."""
        n, blocks, runs = y.shape[1], np.array(self.blocks), list(self.runs)
        mean, noise = y.mean(axis=1), y.var(axis=1, ddof=1) / n
        own, own_error2 = run.mean(axis=1), run.var(axis=1, ddof=1) / run.shape[1]
        held = runs[: self.corners]
        # one error for all cells: cells whose few futures are alike are not surer, and mostly low
        noise[:] = noise.mean()
        mean[held], noise[held] = own[: self.corners], noise[0] * n / run.shape[1]
        found = smooth(mean, noise, self.grids)
        size = max((int(blocks.max()) + 1) * n, max(self.starts) + run.shape[1])
        influence = np.zeros((len(y), size))
        light = found.weights.copy()
        light[:, held] = 0.0
        for block in range(int(blocks.max()) + 1):
            here = blocks == block
            influence[:, block * n : (block + 1) * n] = light[:, here] @ y[here] / n
        own_run = np.zeros((len(runs), size))
        for row, start, each in zip(own_run, self.starts, run, strict=True):
            row[start : start + each.size] = each / each.size
        influence += found.weights[:, held] @ own_run[: self.corners]
        value, pull = influence.sum(axis=1), found.pull()
        tests = runs[self.corners :]
        apart = self._spread(own_run[self.corners :] - influence[tests]) + pull[tests]
        off = (value[tests] - own[self.corners :]) / np.sqrt(np.maximum(apart, 1e-18))
        widened = max(1.0, float(np.mean(off**2)))
        error2 = (self._spread(influence) + pull) * widened
        value[runs], influence[runs], error2[runs] = own, own_run, own_error2
        return Surface(value, error2, influence, found, widened, tuple(off.tolist()))

    def _spread(self, influence: Floats) -> Floats:
        """Squared errors of sums of influences (k, replicates): replicates are independent, those
        of one block alike but for chance.
        """
        n = self.each
        parts = [influence[:, at : at + n] for at in range(0, influence.shape[1], n)]
        return np.asarray(
            sum(part.shape[1] * part.var(axis=1, ddof=1) for part in parts if part.shape[1] > 1)
        )

    def contrast(self, signs: Mapping[int, float], of: str) -> Estimate:
        """A sum of cells with signs: of the runs alone if all of them were checked."""
        runs = list(self.runs)
        if all(cell in self.runs[: self.corners] for cell in signs):
            run = self.checked.happens(of)
            each = sum(sign * run[runs.index(cell)] for cell, sign in signs.items())
            value, error2 = float(np.mean(each)), variance_of_mean(each)
            number = self.checks
        else:
            surface = self.surface("happens", of, None)
            cells, sign = list(signs), np.array(list(signs.values()))
            value = float(sign @ surface.value[cells])
            smoothed = np.zeros((1, len(surface.value)))
            smoothed[0, cells] = np.array([cell not in self.runs for cell in cells]) * sign
            pull = surface.smooth.pull(smoothed)[0]
            spread = self._spread((sign @ surface.influence[cells])[None])[0]
            error2, number = surface.widened * float(spread + pull), self.each
        half = normal_quantile(0.95) * float(np.sqrt(error2))
        return Estimate(value, value - half, value + half, number)


def worth(shape: Sequence[int], replicates: int) -> bool:
    """Whether a grid is laid as a surface unless told otherwise."""
    return LEAST <= int(np.prod(shape)) <= MOST and min(shape) > 2 and replicates >= FEWEST


def mapped(
    scenario: Scenario,
    names: Sequence[str],
    grids: tuple[tuple[float, ...], ...],
    effort: Effort,
) -> tuple[list[Compiled], Mapped]:
    """Run a grid as a surface at about the precision of `effort.replicates` counted in each cell;
    the settings, and the futures. Raises Cancelled.
    """
    settings = _settings(scenario, names, grids, effort)
    shape = [len(grid) for grid in grids]
    each = max(8, round(SHARE * effort.replicates))
    checks = max(64, round(CHECKED * effort.replicates))
    number = max(1, len(settings) // APART)
    blocks = [cell % number for cell in range(len(settings))]
    runs, corners = _checked(shape)
    parts = [max(1, len(settings)), max(1, len(runs) * checks // each)]

    def tell(begun: int, share: int) -> Callable[[int, int], object] | None:
        on = effort.on_progress
        return on and (lambda done, total: on(begun + done * share // total, sum(parts)))

    light = replace(effort, replicates=each, on_progress=tell(0, parts[0]))
    heavy = replace(effort, replicates=checks, on_progress=tell(*parts))
    cells = weighed(settings, light, 1, [block * each for block in blocks])
    starts = [0] * corners + [checks * k for k in range(len(runs) - corners)]
    checked = weighed([settings[cell] for cell in runs], heavy, 1, starts)
    at = np.array(list(product(*(np.linspace(-1.0, 1.0, size) for size in shape))))
    horizon = scenario.horizon
    return settings, Mapped(
        grids,
        of_weighed(*cells, horizon, powers(at)),
        tuple(blocks),
        runs,
        of_weighed(*checked, horizon),
        corners,
        tuple(starts),
    )


def _checked(shape: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """The corners of a grid, then cells to check it at: near the middle of each side, and
    quarters of the way in; and how many are corners.
    """
    corners = list(product(*((0, size - 1) for size in shape)))
    inside = list(product(*((size // 4, (3 * size) // 4) for size in shape)))
    middle = tuple(size // 2 for size in shape)
    sides = [
        (*middle[:axis], end, *middle[axis + 1 :])
        for axis, size in enumerate(shape)
        for end in (size // 8, size - 1 - size // 8)
    ]
    places = list(dict.fromkeys([*corners, *inside, *sides]))
    return tuple(int(np.ravel_multi_index(one, tuple(shape))) for one in places), len(corners)


def _settings(
    scenario: Scenario,
    names: Sequence[str],
    grids: tuple[tuple[float, ...], ...],
    effort: Effort,
) -> list[Compiled]:
    """The scenario at every cell. Each axis is compiled alone and both are put together, where that
    gives the very arrays at cells that are compiled as well; else every cell is compiled.
    """

    def at(*cell: float) -> Compiled:
        one = set_to(scenario, dict(zip(names, cell, strict=True)))
        return prepared(one, effort.corps, effort.knowledge)

    if len(grids) == 1:
        return [at(value) for value in grids[0]]
    first, second = grids
    rows = [at(value, second[0]) for value in first]
    columns = [rows[0], *(at(first[0], value) for value in second[1:])]
    found = [_together(rows[0], row, column) for row in rows for column in columns]
    rng = np.random.default_rng(len(found))
    tested = [len(found) - 1, *rng.choice(len(found), TESTED - 1, replace=False).tolist()]
    both = list(product(first, second))
    for cell in tested:
        one = found[cell]
        if one is not None and one.plain() != at(*both[cell]).plain():
            return [at(*one_cell) for one_cell in both]
    # a lever set to where it stands is not moved at all: such cells are compiled
    return [one or at(*cell) for one, cell in zip(found, both, strict=True)]


def _together(base: Compiled, one: Compiled, other: Compiled) -> Compiled | None:
    """What differs from the base in either, together; None where that cannot be told."""
    same = (base.uncertain, base.generals, base.patrons, base.principals, len(base.events))
    for each in (one, other):
        if same != (
            *(each.uncertain, each.generals, each.patrons, each.principals, len(each.events)),
        ):
            return None
    x, p = _merged(base.x, one.x, other.x), _merged(base.p, one.p, other.p)
    columns = {
        name: _merged(*(getattr(each.events, name) for each in (base, one, other)))
        for name in (column.name for column in fields(EventTable))
    }
    if x is None or p is None or any(column is None for column in columns.values()):
        return None
    events = EventTable(**columns)  # type: ignore[arg-type]
    return replace(base, x=x, p=p, events=events)


def _merged(base: NDArray, one: NDArray, other: NDArray) -> NDArray | None:  # type: ignore[type-arg]
    """The base with what each of two changed in it; None where they changed the same."""
    first, second = (_differs(base, each) for each in (one, other))
    if (first & second).any():
        return None
    return np.where(first, one, np.where(second, other, base)).astype(base.dtype)


def _differs(base: NDArray, one: NDArray) -> NDArray[np.bool_]:  # type: ignore[type-arg]
    """Where two arrays differ; two nan are alike."""
    return np.asarray((base != one) & ~((base != base) & (one != one)))


__all__ = ["Mapped", "Surface", "mapped", "worth"]
