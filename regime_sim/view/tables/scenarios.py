"""The shipped scenarios as rows and as text; runs none."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from ...scenario import load, shipped_names
from ...shown import framed

if TYPE_CHECKING:
    import pandas as pd


def scenarios() -> pd.DataFrame:
    """The shipped scenarios: id, title, start (ISO date), horizon_weeks, events, notes."""
    return framed(scenario_rows())


def scenario_names() -> list[str]:
    """The names of the shipped scenarios, none of them opened."""
    return list(shipped_names())


def scenario_rows() -> list[dict[str, Any]]:
    """The rows of `scenarios()`, by id."""
    shipped = [load(name) for name in shipped_names()]
    return [
        {
            "id": one.id,
            "title": one.title,
            "start": one.start.isoformat(),
            "horizon_weeks": one.horizon,
            "events": len(one.timeline),
            "notes": one.notes,
        }
        for one in shipped
    ]


def scenarios_text() -> str:
    """The shipped scenarios for a terminal."""
    rows = scenario_rows()
    lines: list[str] = []
    for row in rows:
        lines.append(
            f"{row['id']}  {row['start']}, {row['horizon_weeks']} weeks, {row['events']} timeline"
            " events"
        )
        lines.extend(
            textwrap.wrap(row["title"], 96, initial_indent="    ", subsequent_indent="    ")
        )
    return "\n".join(
        [
            *lines,
            "",
            "Run one: regime-sim run NAME. Build on one: a YAML file with `extends: NAME`.",
        ]
    )
