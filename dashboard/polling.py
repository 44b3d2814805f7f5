"""Asks again and again, from the browser, whether work in the background is done, and then has the
page redrawn.

Streamlit's own `run_every` goes on asking for a fragment that is gone, and where that crossed a
move of the reader the page waited for ever. This timer is set again by every redraw, and asks again
by itself where no answer came: a question can be lost with the connection. A redraw does not end
what the one before it started, so the component keeps one timer itself.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from . import state

PAGE = "page"  # the fragment that holds everything
SCRIPT = """
// milliseconds until a question is asked again, and for which it stands back while the page is
// being redrawn
const AGAIN = 5000, STALE = 10000;
export default function ({ data, parentElement, setTriggerValue }) {
  const own = parentElement.regimeSimPolling ??= {};
  const wait = (time) => { clearTimeout(own.timer); own.timer = setTimeout(look, time); };
  let since = 0;
  const look = () => {
    since ||= performance.now();
    const redrawn = document.querySelector("[data-stale=true]");
    if (redrawn && performance.now() - since < STALE) return wait(50);
    since = 0;
    setTriggerValue("look", data.count + 1);
    wait(AGAIN);
  };
  wait(data.every);
  return () => clearTimeout(own.timer);
}
"""
_timer = st.components.v2.component(
    "regime_sim_polling", html="<span hidden></span>", js=SCRIPT, isolate_styles=False
)


def tick(name: str, finished: Callable[[], bool], every: float) -> None:
    """Run the fragment around this again in `every` seconds, or the whole page once it is finished,
    or has been moved: a move in the same moment as a look is sent as one with it, as the timer's.
    """
    count = st.session_state.get(f"ticks_{name}", 0) + 1
    st.session_state[f"ticks_{name}"] = count

    def look() -> None:
        if finished() or st.session_state.drawn != state.stands():
            st.rerun(PAGE)

    data = {"count": count, "every": 1000 * every}
    with st.container(key=f"polling_{name}"):
        _timer(key=f"tick_{name}", data=data, on_look_change=look)
