"""Inside the regime: six variables of the model week by week, with quantile bands, over the futures
in which he is still in office; runs nothing.
"""

from __future__ import annotations

import streamlit as st

from regime_sim.view.words.pressing import power_of, told

from .. import charts, elements
from ..answers import Answer
from ..style import theme

SHOWN = ("plotting", "rents", "reserves", "guards", "us_opposition", "crowd")
MORE = (
    "belief",
    "exports",
    "income",
    "purged",
    "ranks",
    "grievance",
    "fear",
    "rebels",
    "pressure",
    "sanctions",
    "russia",
    "china",
    "cuba",
    "repression",
    "opposition_leader",
    "principals_gone",
    "split",
    "credibility",
    "concession",
    "tutelage",
)
# what a variable is called whose name alone says too little
CALLED = {
    "opposition_leader": "the opposition's leader",
    "principals_gone": "what principals took with them",
    "split": "troops that have changed sides",
    "credibility": "what the pressing power's word is worth",
    "concession": "what has been conceded in deals",
}
WIDTH, HEIGHT = 255, 150


def show(answer: Answer) -> None:
    """Six small charts on one time axis, and one more of the reader's choice."""
    left = int(answer.now.counts[-1])
    elements.lead(
        "What happens inside, while he is in office",
        f"Only futures in which he is still in office: at the end {left:,} of {answer.futures:,}."
        " Line: the median; inner band: half of those futures; outer band: 90% of them; dashed:"
        f" {answer.baseline_name}.",
    )
    with st.container(key="small_multiples"):
        for first in (0, 3):
            for name, place in zip(
                SHOWN[first : first + 3], st.columns(3, gap="large"), strict=True
            ):
                with place:
                    _one(answer, name)
    power = power_of(answer.now.scenario)
    more = st.selectbox(
        "Another variable",
        MORE,
        index=None,
        key="inside_more",
        format_func=lambda name: told(CALLED.get(name, name.replace("_", " ")), power),
        placeholder="Another variable",
        width=260,
        label_visibility="collapsed",
    )
    if more:
        _one(answer, more)


def _one(answer: Answer, name: str) -> None:
    before = None if answer.same else answer.baseline
    drawn = answer.now.plot(
        "weekly", name=name, baseline=before, theme=theme(), width=WIDTH, height=HEIGHT
    )
    charts.put(drawn, f"inside_{name}", notes=False)
