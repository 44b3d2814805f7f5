"""What `backtest --panel` does: runs it and writes what it found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..history.panel_backtest import WORLDS, Asked, backtest_panel
from ..history.panel_run import CORPS
from .ending import write
from .output import as_csv, as_json, progress

if TYPE_CHECKING:
    from .backtest import Rows, Size


def asked(size: Size, rows: Rows, knowledge: str | None) -> Asked:
    """What `backtest --panel` is asked for, with what is usual where an option is left out."""
    return Asked(
        worlds=size.replicates or WORLDS,
        seed=size.seed,
        corps=size.corps or CORPS,
        knowledge=knowledge,
        sample=rows.sample,
        personalists=rows.personalists,
        train_to=rows.train_to,
        windows_from=rows.windows_from,
    )


def leader_years(panel: Path, ask: Asked, format: str) -> None:
    """Run the backtest of a file of leader-years and write what it found."""
    with progress() as begin:
        found = backtest_panel(panel, ask, begin("leader-years"))
    if format == "csv":
        write(as_csv(found.rows()))
    else:
        write(as_json(found.to_document()) if format == "json" else str(found))


__all__ = ["asked", "leader_years"]
