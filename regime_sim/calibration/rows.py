"""Leader-years at many settings of the structural parameters, and what the panel says of them:
counts by group of rulers and way of leaving; fits nothing.

A row is simulated once a setting, its last coin averaged (`law.exits.weigh`): what is kept is the
probability of each way within the year in that world. Groups are disjoint for each way, so that no
exit counts twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.parameter_draws import parameters_at
from ..engine.replicates import run_rows, unread_weeks, worlds
from ..facts.outcomes import WAYS
from ..history.panel import WAYS as FILE_WAYS
from ..history.panel import LeaderYear
from ..history.panel_map import REMEMBERED, coup_memory, scenario_of
from ..law.ledger import FAILED_COUPS, REGIME_FATE
from .design import LEARNED, SEED, Reals, Target, inputs_only

EXITS = WAYS[1:]
Singles = NDArray[np.float32]
# what is kept of a row: probability of the first four, whether the regime fell, attempts that
# failed
KEPT = ("coup", "rebellion", "uprising", "regular", "fell", "failed")
_OF = {
    "coup": ("coup", "palace_coup"),
    "rebellion": ("rebellion",),
    "uprising": ("uprising",),
    "regular": ("regular",),
}
# of the rows of the panel, every so many are simulated: years of one ruler are much alike. All
# count as what happened
STEP_PERSONALIST, STEP_OTHER = 2, 5
OWN_LUCK = 1 << 17  # settings that a row has numbers for: no two rows share their luck


@dataclass(frozen=True, slots=True)
class Group:
    """Rulers who are counted together for one way of leaving."""

    name: str
    way: str
    holds: Callable[[LeaderYear], bool]


def _type(row: LeaderYear, word: str) -> bool:
    return row.regime == word


def _power(row: LeaderYear) -> float:
    return row.known.get("personalism", 0.6)


def _new(row: LeaderYear) -> bool:
    return row.known.get("tenure_years", 7.0) < 2.0


def _age(row: LeaderYear) -> float:
    return row.known.get("age", 55.0)


def _due(row: LeaderYear) -> bool:
    return row.known.get("election_exec_due", 0.0) > 0.5


def _fresh(row: LeaderYear) -> bool:
    return row.known.get("tenure_years", 7.0) < 1.0


def _campaign(row: LeaderYear) -> bool:
    return row.known.get("nonviolent", 0.0) > 0.5


def _calm(row: LeaderYear) -> bool:
    return not _campaign(row)


def _settled(row: LeaderYear) -> bool:
    return _calm(row) and not _fresh(row) and not _due(row)


def _war(row: LeaderYear) -> bool:
    return row.known.get("civil_gov", 0.0) > 1.5


def _later(row: LeaderYear) -> bool:
    return row.year >= 1990


GROUPS: tuple[Group, ...] = (
    Group("new", "coup", lambda r: r.personalist and not _later(r) and _new(r)),
    Group(
        "weak",
        "coup",
        lambda r: r.personalist and not _later(r) and not _new(r) and _power(r) < 0.5,
    ),
    Group(
        "strong",
        "coup",
        lambda r: r.personalist and not _later(r) and not _new(r) and _power(r) >= 0.5,
    ),
    Group("since_1990", "coup", lambda r: r.personalist and _later(r)),
    Group("fresh", "regular", lambda r: r.personalist and _calm(r) and _fresh(r)),
    Group("vote", "regular", lambda r: r.personalist and _calm(r) and not _fresh(r) and _due(r)),
    Group(
        "young",
        "regular",
        lambda r: r.personalist and _settled(r) and _age(r) < 60,
    ),
    Group(
        "old",
        "regular",
        lambda r: r.personalist and _settled(r) and _age(r) >= 60,
    ),
    Group("campaign", "regular", lambda r: r.personalist and _campaign(r)),
    Group("campaign_elsewhere", "regular", lambda r: not r.personalist and _campaign(r)),
    Group("war", "rebellion", lambda r: r.personalist and _war(r)),
    Group("no_war", "rebellion", lambda r: r.personalist and not _war(r)),
    Group("campaign", "uprising", lambda r: r.personalist and _campaign(r)),
    Group("no_campaign", "uprising", lambda r: r.personalist and not _campaign(r)),
    *(
        Group(kind, way, lambda r, kind=kind: _type(r, kind) and _calm(r))  # type: ignore[misc]
        for kind in ("party", "military", "monarchy")
        for way in ("coup", "regular")
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class RowRuns:
    """What rows did at n settings: (n, rows, KEPT); rows: those that were simulated."""

    rows: tuple[LeaderYear, ...]
    kept: Singles


def simulated(panel: Sequence[LeaderYear]) -> tuple[LeaderYear, ...]:
    """The rows that are simulated: every second of a personalist, every fifth of another."""
    own = [row for row in panel if row.personalist]
    other = [row for row in panel if not row.personalist]
    return (*own[::STEP_PERSONALIST], *other[::STEP_OTHER])


def run_panel(rows: Sequence[LeaderYear], z: Reals, workers: int = 2, first: int = 0) -> RowRuns:
    """Every row at every setting z (n, d); the first of them is number `first`, below OWN_LUCK,
    which with the row keys its luck.
    """
    p = parameters_at(LEARNED, z)
    kept = np.zeros((len(z), len(rows), len(KEPT)), np.float32)
    columns = [[EXITS.index(one) for one in _OF[name]] for name in KEPT[:4]]

    def one(k: int) -> None:
        compiled = inputs_only(scenario_of(rows[k]))
        start = k * OWN_LUCK + first
        x, _ = worlds(compiled, SEED, start, len(z), inner=1)
        chances = np.zeros((len(z), len(EXITS)))
        ledgers, _ = run_rows(
            compiled, SEED, start, x, p, unread_weeks(compiled.horizon), chances=chances
        )
        for j, column in enumerate(columns):
            kept[:, k, j] = chances[:, column].sum(axis=1)
        kept[:, k, 4] = ledgers[:, REGIME_FATE] == 2
        # the attempt that the map says had failed before is none of this year's
        told = 1.0 if coup_memory(rows[k].known) >= REMEMBERED else 0.0
        kept[:, k, 5] = np.maximum(0.0, ledgers[:, FAILED_COUPS] - told)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(len(rows))))
    return RowRuns(tuple(rows), kept)


def members(rows: Sequence[LeaderYear], group: Group, last: int) -> NDArray[np.bool_]:
    """Which rows belong to a group, of years up to `last`; (rows,)."""
    return np.array([row.year <= last and group.holds(row) for row in rows], np.bool_)


def groups_to(panel: Sequence[LeaderYear], last: int) -> tuple[Group, ...]:
    """The groups that the panel has rows of, up to a year."""
    rows = simulated(panel)
    return tuple(group for group in GROUPS if members(rows, group, last).sum() >= 5)


def counts(runs: RowRuns, groups: Sequence[Group], last: int) -> tuple[Reals, Reals]:
    """Expected exits and rows, (n, groups) each: what the settings say of rows up to a year."""
    which = np.stack([members(runs.rows, group, last) for group in groups], axis=1)
    ways = [KEPT.index(group.way) for group in groups]
    events = np.stack(
        [
            runs.kept[:, which[:, g], way].sum(axis=1, dtype=np.float64)
            for g, way in enumerate(ways)
        ],
        axis=1,
    )
    return events, np.broadcast_to(which.sum(axis=0).astype(float), events.shape).copy()


def targets_to(
    panel: Sequence[LeaderYear], groups: Sequence[Group], last: int
) -> tuple[Target, ...]:
    """What happened, as targets: log of (exits + 1/2) / rows, and 1 / sqrt(exits + 1/2)."""
    found = []
    for group in groups:
        which = members(panel, group, last)
        seen = [row for row, one in zip(panel, which, strict=True) if one and _known(row)]
        exits = sum(1 for row in seen if _way(row) == group.way) + 0.5
        found.append(
            Target(
                f"{group.way}_{group.name}",
                float(np.log(exits / len(seen))),
                float(exits**-0.5),
                f"seeds/panel.csv to {last}",
                f"{group.way}_{group.name}",
            )
        )
    return tuple(found)


def _known(row: LeaderYear) -> bool:
    return row.left.out is not None and (not row.left.out or row.left.way is not None)


def _way(row: LeaderYear) -> str | None:
    return FILE_WAYS[row.left.way][0] if row.left.out and row.left.way else None


def personalist_figures(runs: RowRuns, last: int) -> tuple[Reals, Reals]:
    """Of personalists up to a year, events and exposure (n, 3): regimes that fell a row, attempts a
    row, attempts that carried out of all.
    """
    own = np.array([row.personalist and row.year <= last for row in runs.rows], np.bool_)
    part = runs.kept[:, own].sum(axis=1, dtype=np.float64)
    won, failed = part[:, KEPT.index("coup")], part[:, KEPT.index("failed")]
    number = np.full(len(part), float(own.sum()))
    return (
        np.stack([part[:, KEPT.index("fell")], won + failed, won], axis=1),
        np.stack([number, number, won + failed], axis=1),
    )


__all__ = [
    "GROUPS",
    "KEPT",
    "Group",
    "RowRuns",
    "counts",
    "groups_to",
    "members",
    "personalist_figures",
    "run_panel",
    "simulated",
    "targets_to",
]
