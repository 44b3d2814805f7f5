"""What drives the answer: Sobol' indices of the levers, and luck, not knowing and choice apart;
runs nothing itself.
"""

from __future__ import annotations

import asking
import runs
import state
import streamlit as st
from runs import Answer
from style import theme

import regime_sim as rs

POINTS, FUTURES, CORPS = 128, 32, 64


def show(answer: Answer) -> None:
    """The levers by how much they decide, and what kind of uncertainty is behind the answer."""
    world, seed = state.scenario(), st.session_state.seed

    def work(tell: object, cancel: object) -> object:
        return rs.sensitivity(
            world,
            points=POINTS,
            replicates=FUTURES,
            seed=seed,
            corps=CORPS,
            workers=1,
            on_progress=tell,
            cancel=cancel,
        )  # type: ignore[arg-type]

    # the levers are varied over all of their range, wherever they stand
    key = runs.key(world.vary(dict.fromkeys(rs.LEVERS, 0.5)), seed)
    found = asking.ask("drives", key, f"{6 * POINTS} settings of the four levers", work)
    if found is None:
        return
    asking.lead(
        found.split_words(),
        "Each lever is moved over its whole range, whatever it is set to now; the dark part of a"
        " bar is what the lever does alone.",
    )
    left, right = st.columns(2, gap="large")
    with left:
        asking.figure(
            found.plot(theme=theme(), width=500), "drives_tornado", f"{world.id}-sensitivity"
        )
    with right:
        st.html('<p class="note">If each lever could stand anywhere:</p>')
        asking.figure(
            found.plot("luck", theme=theme(), width=500),
            "drives_split",
            f"{world.id}-uncertainty",
        )
        st.html('<p class="note">With the levers as they are:</p>')
        asking.figure(
            answer.now.plot("luck", theme=theme(), width=500), "drives_luck", f"{world.id}-luck"
        )
    with st.expander("Table", key="drives_table", type="compact"):
        rows = [
            [
                row["quantity"],
                row["factor"].replace("_", " "),
                f"{row['first']:.2f} ({row['first_low']:.2f} to {row['first_high']:.2f})",
                f"{row['total']:.2f} ({row['total_low']:.2f} to {row['total_high']:.2f})",
            ]
            for row in found.rows()
        ]
        asking.table(["of", "lever", "first order (95%)", "total (95%)"], rows, "Sobol' indices", 2)
