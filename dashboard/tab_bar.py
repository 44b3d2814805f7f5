"""The questions below the first screen as a row of tabs: none costs anything until it is opened;
holds none of the answers.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from . import headline, state
from .answers import Answer
from .tabs import (
    claim,
    compare,
    drives,
    history,
    inside,
    one_future,
    sources,
    tipping,
    which_futures,
)

# name in the address: label, what draws it
TABS: dict[str, tuple[str, Callable[[Answer], None]]] = {
    "claim": ("The article’s claim", claim.show),
    "tipping": ("What would change it", tipping.show),
    "drives": ("What drives it", drives.show),
    "futures": ("Which futures", which_futures.show),
    "compare": ("Compare", compare.show),
    "inside": ("Inside the regime", inside.show),
    "future": ("One future", one_future.show),
    "history": ("Test on history", history.show),
    "sources": ("Sources", sources.show),
}


def show(answer: Answer) -> None:
    """The row of tabs, and the one that is open."""
    now = st.session_state.tab
    if st.session_state.get("tab_bar", "") != now:
        st.session_state.tab_bar = now
    with st.container(key="tabs", gap=None):
        headline.strip(answer)
        st.segmented_control(
            "More questions",
            state.TABS,
            key="tab_bar",
            format_func=lambda name: TABS[name][0],
            label_visibility="collapsed",
            on_change=_open,
        )
    if now is not None:
        with st.container(key="open_tab"):
            TABS[now][1](answer)


def _open() -> None:
    st.session_state.tab = st.session_state.tab_bar
