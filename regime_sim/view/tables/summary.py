"""Several runs side by side: a row per scenario, for a file, and a line per scenario, for a
terminal; computes no statistic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...facts.outcomes import WAY_WORDS, WAYS
from ..words.sentences import CAVEAT

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble

Row = Mapping[str, Any]
NAMED = 2  # exit modes that a line names


def summary_row(ensemble: Ensemble) -> dict[str, Any]:
    """What a summary keeps of a run: probabilities with their 95% intervals."""
    scenario, out = ensemble.scenario, ensemble.out()
    leader = {row["outcome"]: row for row in ensemble.outcome_rows("leader")}
    regime = {row["outcome"]: row for row in ensemble.outcome_rows("regime")}
    return {
        "scenario": scenario.id,
        "title": scenario.title,
        "start": scenario.start.isoformat(),
        "horizon_weeks": ensemble.horizon,
        "replicates": ensemble.replicates,
        "failed": len(ensemble.failures),
        "seed": ensemble.seed,
        "leader_out": out.value,
        "leader_out_low": out.low,
        "leader_out_high": out.high,
        "regime_falls": regime["falls"]["probability"],
        "regime_falls_low": regime["falls"]["low"],
        "regime_falls_high": regime["falls"]["high"],
        "tutelage": regime["tutelage"]["probability"],
        **{way: leader[way]["probability"] for way in WAYS},
    }


def summary_lines(rows: Sequence[Row]) -> list[str]:
    """A line per scenario: out of office of 100 with the interval, the most common exits, the
    regime; and under them what the numbers are.
    """
    cells = [
        (
            str(row["scenario"]),
            f"{100 * row['leader_out']:.0f} ({_between(row, 'leader_out')})",
            f"{100 * row['regime_falls']:.0f} ({_between(row, 'regime_falls')})",
            _exits(row),
        )
        for row in rows
    ]
    heads = ("scenario", "out of 100", "regime falls", "most common exits")
    wide = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, wide, strict=True)).rstrip()
        for line in (heads, *cells)
    ]
    note = f"Futures of 100 within each scenario's horizon, with 95% intervals. {CAVEAT}"
    return [*lines, note]


def _between(row: Row, name: str) -> str:
    return f"{100 * row[f'{name}_low']:.1f} to {100 * row[f'{name}_high']:.1f}"


def _exits(row: Row) -> str:
    """The most common exits with their share, largest first; nothing where he always stays."""
    ranked = sorted(((row[way], way) for way in WAYS[1:] if row[way]), reverse=True)
    return ", ".join(f"{WAY_WORDS[way]} {100 * share:.0f}" for share, way in ranked[:NAMED])
