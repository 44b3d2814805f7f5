"""What drives the answer: Sobol' indices of the levers, and chance, parameter uncertainty and
choice apart; computes nothing itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

import regime_sim as rs

from .. import charts, elements, long_work, runs, state
from ..answers import Answer
from ..style import theme

# futures at a setting: four for each of 36 draws of the parameters, of which a range needs 32
POINTS, FUTURES, CORPS = 128, 144, 64


def show(answer: Answer) -> None:
    """The levers by how much they decide, and what kind of uncertainty is behind the answer."""
    asked = question(state.scenario(), st.session_state.seed, lasting=state.as_shipped())
    found: rs.Sensitivity | None = long_work.ask(asked)
    if found is None:
        return
    elements.lead(
        found.split_words(),
        "Each lever is moved over its whole range, wherever it stands now; the strong part of a bar"
        " is what the lever does alone.",
    )
    left, right = st.columns(2, gap="large")
    name, look = answer.now.scenario.id, {"theme": theme(), "width": 500}
    with left:
        drawn = found.plot(**look, unknown=charts.band())
        elements.figure(drawn, "drives_tornado", f"{name}-sensitivity")
    with right:
        st.html('<p class="note">If each lever could stand anywhere:</p>')
        shares = found.plot("luck", **look)
        elements.figure(shares, "drives_split", f"{name}-uncertainty")
        st.html('<p class="note">With the levers as they are:</p>')
        elements.figure(answer.now.plot("luck", **look), "drives_luck", f"{name}-chance")
    elements.apart(answer, 6 * POINTS * FUTURES, CORPS)
    with st.expander("Table", key="drives_table", type="compact"):
        _table(found)


def question(
    scenario: rs.Scenario, seed: int, workers: int = 1, lasting: bool = True
) -> long_work.Question:
    """What is asked of a scenario."""

    def work(tell: object, cancel: object) -> object:
        return rs.sensitivity(
            scenario,
            points=POINTS,
            replicates=FUTURES,
            seed=seed,
            corps=CORPS,
            workers=workers,
            on_progress=tell,
            cancel=cancel,
        )  # type: ignore[arg-type]

    # the levers are varied over all of their range, wherever they stand
    key = runs.key(scenario.vary(dict.fromkeys(rs.LEVERS, 0.5)), seed)
    return long_work.Question(
        "drives",
        f"{key} {POINTS} {FUTURES} {CORPS}",
        f"{6 * POINTS} settings of the four levers",
        work,
        scenario=scenario,
        lasting=lasting,
    )


def _table(found: rs.Sensitivity) -> None:
    rows = [
        [
            row["quantity"],
            row["factor"].replace("_", " "),
            f"{row['first']:.2f} ({row['first_low']:.2f} to {row['first_high']:.2f})",
            f"{row['total']:.2f} ({row['total_low']:.2f} to {row['total_high']:.2f})",
            _wide(row),
        ]
        for row in found.rows()
    ]
    heads = [
        "of",
        "lever",
        "alone: first order (95%)",
        "with others: total (95%)",
        "what we do not know",
    ]
    elements.table(heads, rows, "Share of the spread that each lever decides: Sobol' indices", 2)


def _wide(row: Mapping[str, Any]) -> str:
    """How far the total reaches over draws of what is not known; a dash where that is not told."""
    low, high = (min(1.0, max(0.0, row[key])) for key in ("unknown_low", "unknown_high"))
    return "–" if math.isnan(row["unknown_low"]) else f"{low:.2f} to {high:.2f}"
