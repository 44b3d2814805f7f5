"""The questions below the first screen as a row of tabs: none costs anything until it is opened;
holds none of the answers.
"""

from __future__ import annotations

from collections.abc import Callable

import state
import streamlit as st
import tab_claim
import tab_compare
import tab_drives
import tab_history
import tab_inside
import tab_sources
import tab_tipping
import tab_world
import tab_worlds
from runs import Answer

# name in the address: label, what draws it
TABS: dict[str, tuple[str, Callable[[Answer], None]]] = {
    "claim": ("The claim", tab_claim.show),
    "tipping": ("What would change it", tab_tipping.show),
    "drives": ("What drives it", tab_drives.show),
    "worlds": ("Which worlds", tab_worlds.show),
    "compare": ("Compare", tab_compare.show),
    "inside": ("Inside the regime", tab_inside.show),
    "world": ("One world", tab_world.show),
    "history": ("On history", tab_history.show),
    "sources": ("Sources", tab_sources.show),
}


def show(answer: Answer) -> None:
    """The row of tabs, and the one that is open."""
    now = st.session_state.tab if st.session_state.tab in TABS else None
    if st.session_state.get("deeper", "") != now:
        st.session_state.deeper = now
    with st.container(key="tabs"):
        st.segmented_control(
            "Deeper",
            list(TABS),
            key="deeper",
            format_func=lambda name: TABS[name][0],
            label_visibility="collapsed",
            on_change=_open,
        )
    if now is not None:
        with st.container(key="deep"):
            TABS[now][1](answer)


def _open() -> None:
    st.session_state.tab = st.session_state.deeper
    state.write_address()
