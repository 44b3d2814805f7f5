"""The backtest on the shipped leader-years from what the law was kept to say: the tables of the
model card in a second or two; simulates nothing.
"""

from __future__ import annotations

import numpy as np

from .keep_said import SEED, WORLDS
from .panel import read_panel
from .panel_backtest import Asked, PanelBacktest, judge, split
from .panel_run import CORPS
from .said import held_said


def kept_panel(
    personalists: bool, train_to: int | None = None, windows_from: int | None = None
) -> PanelBacktest | None:
    """Shipped rows judged as `backtest --panel` does, by the kept law; None where none is kept.

    Rows before `said.FIRST` are not tested.
    """
    held = held_said()
    if held is None:
        return None
    ask = Asked(
        worlds=WORLDS,
        seed=SEED,
        corps=CORPS,
        personalists=personalists,
        train_to=train_to,
        windows_from=windows_from,
    )
    plan = split(held.years, ask)
    pairs = [
        (at, k)
        for at, row in enumerate(held.years)
        for k, span in enumerate(plan)
        if span.first <= row.year <= span.last and (row.personalist or not personalists)
    ]
    at = [place for place, _ in pairs]
    tested = [held.years[place] for place in at]
    window = np.array([k for _, k in pairs], np.int64)
    return judge(tested, window, held.ways[at], read_panel(), ask, plan)


__all__ = ["kept_panel"]
