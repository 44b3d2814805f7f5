"""What would change the answer: the smallest change of each lever, part and pair that makes his
exit a 50% chance; computes nothing itself.
"""

from __future__ import annotations

from html import escape

import streamlit as st

import regime_sim as rs

from .. import elements, long_work, runs, state
from ..answers import Answer
from ..style import theme

TARGET, FUTURES, CORPS = 0.5, 512, 64
WIDE, NARROW = 900, 318  # pixels of the plot


def show(answer: Answer) -> None:
    """Bars of the smallest changes, and the table behind them."""
    asked = question(state.scenario(), st.session_state.seed, lasting=state.as_shipped())
    found: rs.Tipping | None = long_work.ask(asked)
    if found is None:
        return
    elements.lead(
        _said(found),
        "“No setting reaches it” is an answer too. One lever or part is moved from the first week"
        " on; everything else stays as it is.",
    )
    wide, narrow = (found.plot(theme=theme(), width=width) for width in (WIDE, NARROW))
    elements.drawn(wide, "tipping_bars", f"{answer.now.scenario.id}-tipping", narrow)
    elements.apart(answer, FUTURES, CORPS)
    with st.expander("Table", key="tipping_table", type="compact"):
        _table(found)


def question(
    scenario: rs.Scenario, seed: int, workers: int = 1, lasting: bool = True
) -> long_work.Question:
    """What is asked of a scenario."""

    def work(tell: object, cancel: object) -> object:
        return rs.tipping(
            scenario,
            TARGET,
            replicates=FUTURES,
            seed=seed,
            corps=CORPS,
            workers=workers,
            on_progress=tell,
            cancel=cancel,
        )  # type: ignore[arg-type]

    return long_work.Question(
        "tipping",
        f"{runs.key(scenario, seed)} {TARGET} {FUTURES} {CORPS}",
        "The smallest changes that make his exit a 50% chance",
        work,
        scenario=scenario,
        lasting=lasting,
    )


def _table(found: rs.Tipping) -> None:
    heads = ["what", "from", "to, or nearest", "change (95%)", "out of 100 there (95%)", "futures"]
    elements.table(heads, [_row(row) for row in found.rows()], "Tipping points")
    for note in found.notes():
        st.html(f'<p class="note">{escape(note)}</p>')


def _row(row: dict[str, object]) -> list[str]:
    chance, low, high = (100 * row[name] for name in ("probability", "p_low", "p_high"))  # type: ignore[operator]
    return [
        str(row["what"]).replace("_", " "),
        row["start"],
        row["to"],
        _change(row),
        f"{chance:.0f} ({low:.0f} to {high:.0f})",
        f"{row['n']:,}",
    ]


def _said(found: rs.Tipping) -> str:
    rows = found.rows()
    reached = sum(row["verdict"] == "reached" for row in rows)
    if not reached:
        return "No single lever, part or pair makes his exit a 50% chance within these weeks."
    return f"{reached} of {len(rows)} levers, parts and pairs can make his exit a 50% chance."


def _change(row: dict[str, object]) -> str:
    if row["verdict"] != "reached":
        return "no setting reaches it" if row["verdict"] == "not reached" else "cannot tell"
    high = "none" if row["high"] == float("inf") else f"{row['high']:+z.2f}"
    return f"{row['change']:+z.2f} ({row['low']:+z.2f} to {high})"
