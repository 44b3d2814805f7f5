"""What would change the answer: the smallest change of each lever, part and pair that brings the
chance of his exit to one half; runs nothing itself.
"""

from __future__ import annotations

from html import escape

import asking
import runs
import state
import streamlit as st
from runs import Answer
from style import theme

import regime_sim as rs

TARGET, FUTURES, CORPS = 0.5, 512, 64


def show(answer: Answer) -> None:
    """Bars of the smallest changes, and the table behind them."""
    world, seed = state.scenario(), st.session_state.seed

    def work(tell: object, cancel: object) -> object:
        return rs.tipping(
            world,
            TARGET,
            replicates=FUTURES,
            seed=seed,
            corps=CORPS,
            workers=1,
            on_progress=tell,
            cancel=cancel,
        )  # type: ignore[arg-type]

    found = asking.ask("tipping", runs.key(world, seed), "The smallest changes to one half", work)
    if found is None:
        return
    asking.lead(
        _said(found),
        "“No setting reaches it” is an answer. One lever or part is moved from the first week on;"
        " everything else stays as it is.",
    )
    asking.figure(
        found.plot(theme=theme(), width=900), "tipping_bars", f"{world.id}-tipping"
    )
    with st.expander("Table", key="tipping_table", type="compact"):
        rows = [
            [
                str(row["what"]).replace("_", " "),
                row["start"],
                row["to"],
                _change(row),
                (
                    f"{100 * row['probability']:.0f} ({100 * row['p_low']:.0f} to"
                    f" {100 * row['p_high']:.0f})"
                ),
                f"{row['n']:,}",
            ]
            for row in found.rows()
        ]
        asking.table(
            ["what", "from", "to, or nearest", "change (95%)", "out of 100 there", "futures"],
            rows,
            "Tipping points",
        )
        for note in found.notes():
            st.html(f'<p class="note">{escape(note)}</p>')


def _said(found: rs.Tipping) -> str:
    reached = [row for row in found.rows() if row["verdict"] == "reached"]
    if not reached:
        return "No single lever, part or pair brings his exit to one half within these weeks."
    return (
        f"{len(reached)} of {len(found.rows())} levers, parts and pairs can bring his exit to one"
        " half."
    )


def _change(row: dict[str, object]) -> str:
    if row["verdict"] != "reached":
        return "no setting reaches it" if row["verdict"] == "not reached" else "cannot tell"
    high = "none" if row["high"] == float("inf") else f"{row['high']:+.2f}"
    return f"{row['change']:+.2f} ({row['low']:+.2f} to {high})"
