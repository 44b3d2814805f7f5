"""What a screening says: the parameters by their effect; computes nothing of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...facts.pressing import note, power_of
from ..tables.plain import columns_text, html_table
from .phrases import OUTCOMES, weeks

if TYPE_CHECKING:
    from ...questions.morris import Screening

SHOWN = 15


def text(found: Screening) -> str:
    """The parameters with the largest effects, and how many have none."""
    rows = found.rows()
    table = [
        (
            row["parameter"],
            f"{100 * row['effect']:.1f}",
            f"{100 * row['low']:.1f} to {100 * row['high']:.1f}",
            f"{100 * row['without_luck']:.1f}",
            f"{100 * row['mean']:+z.1f}",
            f"{100 * row['spread']:.1f}",
        )
        for row in rows
        if row["effect"] > 0.0
    ][:SHOWN]
    head = ("points of 100", "effect", "95% interval", "without chance", "mean", "spread")
    none = sum(row["effect"] == 0.0 for row in rows)
    return (
        f"{_head(found)}\n{columns_text(head, table)}\n{none} of {len(rows)} parameters changed no"
        f" future at all\n{note(power_of(found.scenario), (row['parameter'] for row in rows))}"
    ).rstrip()


def html(found: Screening) -> str:
    """Every parameter."""
    return html_table(_head(found), found.rows())


def _head(found: Screening) -> str:
    runs = found.trajectories * (len(found.names) + 1) * found.replicates
    return (
        f"{found.scenario.title}: which parameters change whether {OUTCOMES[found.of]} within"
        f" {weeks(found.scenario.horizon)} (Morris, {found.trajectories} trajectories, {runs:,}"
        f" futures under common draws, seed {found.seed})"
    )
