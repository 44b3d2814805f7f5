"""What `backtest --panel` does: runs it and writes what it found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..history.panel_backtest import WORLDS, Asked, backtest_panel
from ..history.panel_run import CORPS
from .ending import write
from .output import as_csv, as_json, progress


@dataclass(frozen=True, slots=True)
class Size:
    """How much is run: worlds a row, seed, simulated generals; None for the usual."""

    worlds: int | None
    seed: int
    corps: int | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows are tested: so many by lot, personalists alone, years."""

    sample: int | None
    personalists: bool
    train_to: int | None
    windows_from: int | None


def leader_years(panel: Path, size: Size, rows: Rows, knowledge: str | None, format: str) -> None:
    """Run the backtest of a file of leader-years and write what it found."""
    ask = Asked(
        worlds=size.worlds or WORLDS,
        seed=size.seed,
        corps=size.corps or CORPS,
        knowledge=knowledge,
        sample=rows.sample,
        personalists=rows.personalists,
        train_to=rows.train_to,
        windows_from=rows.windows_from,
    )
    with progress() as begin:
        found = backtest_panel(panel, ask, begin("leader-years"))
    if format == "csv":
        write(as_csv(found.rows()))
    else:
        write(as_json(found.to_document()) if format == "json" else str(found))


__all__ = ["Rows", "Size", "leader_years"]
