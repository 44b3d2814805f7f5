"""The first week in which two compiled scenarios can differ; runs nothing.

Two scenarios that share a seed meet the same chance week by week, so that their futures are
the same, bit for bit, in every week before that one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from ..law.events import reach
from .compiled import Compiled

_Row = dict[str, Any]


def first_difference(one: Compiled, other: Compiled) -> int | None:
    """The first week in which two scenarios can differ, 1 ... horizon; None if they are the same in
    every week that both have.

    Until then the same draws give the same futures, bit for bit. An entry with a condition counts
    from the first week, since its condition may hold at any time.
    """
    weeks = min(one.horizon, other.horizon)
    if not _same_start(one, other):
        return 1
    a, b = (list(_rows(compiled)) for compiled in (one, other))
    return next(
        (
            max(week, 1)
            for week in range(weeks + 1)
            if list(_acting(a, week)) != list(_acting(b, week))
        ),
        None,
    )


def _same_start(one: Compiled, other: Compiled) -> bool:
    joint = (
        one.joint is None,
        one.joint and one.joint.rows.tobytes(),
        one.joint and one.joint.columns.tobytes(),
    )
    joint_other = (
        other.joint is None,
        other.joint and other.joint.rows.tobytes(),
        other.joint and other.joint.columns.tobytes(),
    )
    same = (one.x.tobytes(), one.p.tobytes(), one.generals, one.uncertain) == (
        other.x.tobytes(),
        other.p.tobytes(),
        other.generals,
        other.uncertain,
    )
    return same and joint == joint_other


def _rows(compiled: Compiled) -> Iterator[_Row]:
    """What the timeline does, one row per input that an entry moves, without entry names."""
    e = compiled.events
    names = [one.name for one in fields(e) if one.name != "event"]
    columns = (getattr(e, name).tolist() for name in names)
    yield from (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def _acting(rows: list[_Row], week: int) -> Iterator[tuple[object, ...]]:
    """Rows in force this week and how far they move inputs; conditional ones as they stand. A stock
    that was moved stays so.
    """
    for row in rows:
        what = tuple(row[name] for name in row if name not in ("over", "lasts", "week"))
        lasts = math.inf if row["stock"] else row["lasts"]
        if row["variable"] >= 0:
            yield (*what, row["over"], lasts)
        else:
            reached = reach(float(week), row["week"], row["over"], lasts)
            if reached > 0.0:
                yield (*what, reached)
