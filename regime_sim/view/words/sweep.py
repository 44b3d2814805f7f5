"""What a sweep says: one outcome over the grid, of 100 futures; computes nothing of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...facts.pressing import note, power_of
from ..tables.plain import cells_text, html_table
from .phrases import OUTCOMES, simulated, weeks

if TYPE_CHECKING:
    from ...questions.sweep import Sweep


def text(found: Sweep, of: str = "leader_out") -> str:
    """The grid of one outcome, thinned to eleven rows and columns."""
    cells = found.values(of)  # refuses what is no outcome
    return f"{_head(found, of)}\n{cells_text(found.names, found.grids, *cells)}"


def html(found: Sweep) -> str:
    """Every cell by the horizon."""
    return html_table(_head(found), [r for r in found.rows() if r["outcome"] == "leader_out"])


def _head(found: Sweep, of: str = "leader_out") -> str:
    return (
        f"{found.scenario.title}: futures of 100 in which {OUTCOMES[of]} within"
        f" {weeks(found.futures.horizon)}, by {' and '.join(found.names)} ({found.replicates:,}"
        f" futures per cell under common draws, seed"
        f" {found.seed}{simulated(found.simulated, found.generals)})"
        f" {note(power_of(found.scenario), found.names)}"
    ).rstrip()
