"""The browser's part of the page: its address and history both ways, undo by keys and buttons,
going to a tab that was opened, words beside a thumb while it moves; decides nothing itself.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from . import address, state

KEY = "keeper"
_keeper = st.components.v2.component(
    "regime_sim_keeper",
    html="<span hidden></span>",
    js=Path(__file__).with_name("keeper.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show() -> None:
    """Hand the browser what its address should say, and hear from it."""
    query = st.session_state.query = address.write()
    data = {
        "query": query,
        "tab": st.session_state.tab or "",
        "dropped": st.session_state.dropped,
        "heard": st.session_state.get("heard", ""),
    }
    with st.container(key="keeper_place"):
        _keeper(key=KEY, data=data, on_went_change=_went, on_step_change=_step)


def _heard(name: str) -> str:
    said = getattr(st.session_state.get(KEY), name, None)
    return said if isinstance(said, str) else ""


def _went() -> None:
    """The reader went back or forth in the browser's history."""
    said = _heard("went")
    if said:
        address.follow(said.removeprefix("?"))
        st.session_state.moving = None  # a step of its own, however soon


def _step() -> None:
    said = _heard("step")
    act = {"undo": state.undo, "redo": state.redo}.get(said.partition(":")[2])
    if act is not None and said != st.session_state.get("heard"):
        st.session_state.heard = said  # asked twice, done once
        act()
