"""A clock in the browser, for what waits on work in the background: it asks the fragment that it
stands in again and again, and has the page redrawn once the work is done.

Streamlit's own `run_every` goes on asking for a fragment that is gone, and where that crossed a
move of the reader the page waited for ever. This one is wound up anew by every redraw, and asks
again by itself where no answer came: a question can be lost with the connection. A redraw does not
end what the one before it set going, so the clock keeps one timer itself.
"""

from __future__ import annotations

from collections.abc import Callable

import state
import streamlit as st

PAGE = "page"  # the fragment that holds everything
SCRIPT = """
const AGAIN = 5000, STALE = 10000;  // milliseconds until a question is asked again, and for which it stands back while the page is being redrawn
export default function ({ data, parentElement, setTriggerValue }) {
  const own = parentElement.regimeSimClock ??= {};
  const wait = (time) => { clearTimeout(own.timer); own.timer = setTimeout(look, time); };
  let since = 0;
  const look = () => {
    since ||= performance.now();
    if (document.querySelector("[data-stale=true]") && performance.now() - since < STALE) return wait(50);
    since = 0;
    setTriggerValue("look", data.count + 1);
    wait(AGAIN);
  };
  wait(data.every);
  return () => clearTimeout(own.timer);
}
"""
_clock = st.components.v2.component(
    "regime_sim_clock", html="<span hidden></span>", js=SCRIPT, isolate_styles=False
)


def tick(name: str, finished: Callable[[], bool], every: float) -> None:
    """Run the fragment around this again in `every` seconds, or the whole page once it is finished,
    or has been moved: a move in the same moment as a look is sent as one with it, as the clock's.
    """
    count = st.session_state.get(f"ticks_{name}", 0) + 1
    st.session_state[f"ticks_{name}"] = count

    def look() -> None:
        if finished() or st.session_state.drawn != state.stands():
            st.rerun(PAGE)

    with st.container(key=f"clock_{name}"):
        _clock(
            key=f"tick_{name}", data={"count": count, "every": 1000 * every}, on_look_change=look
        )
