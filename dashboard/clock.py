"""A clock in the browser, for what waits on work in the background: it asks the fragment that it stands in again and again, and has the page redrawn once the work is done.

Streamlit's own `run_every` goes on asking for a fragment that is gone, and where that crossed a move of the reader the page waited for ever.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

PAGE = "page"  # the fragment that holds everything
SCRIPT = """
export default function ({ data, setTriggerValue }) {
  const look = () => { document.querySelector("[data-stale=true]") ? timer = setTimeout(look, 50) : setTriggerValue("look", data.count + 1); };
  let timer = setTimeout(look, data.every);
  return () => clearTimeout(timer);
}
"""
_clock = st.components.v2.component("regime_sim_clock", html="<span hidden></span>", js=SCRIPT, isolate_styles=False)


def tick(name: str, finished: Callable[[], bool], every: float) -> None:
    """Run the fragment around this again in `every` seconds, or the whole page once it is finished."""
    count = st.session_state.get(f"ticks_{name}", 0) + 1
    st.session_state[f"ticks_{name}"] = count

    def look() -> None:
        if finished():
            st.rerun(PAGE)

    with st.container(key=f"clock_{name}"):
        _clock(key=f"tick_{name}", data={"count": count, "every": 1000 * every}, on_look_change=look)
