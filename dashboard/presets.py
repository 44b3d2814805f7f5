"""The shipped scenarios as pills, with short labels; opens none of them by itself."""

from __future__ import annotations

import streamlit as st

from . import state

LABELS = {
    "venezuela-2025": "The article’s scenario",
    "isolation": "Isolation",
    "rents-cut": "Rents cut",
    "isolation-and-rents-cut": "Both",
    "strikes-only": "Strikes only",
    "raid": "Raid",
    "exile-offer": "Exile offer",
    "no-pressure": "No pressure",
    "venezuela-2026": "After the seizure",
    "iraq-2003": "Iraq 2003",
    "libya-2011": "Libya 2011",
    "yemen-2011": "Yemen 2011",
    state.OWN: "Your file",
}
# how the pill of a scenario looks that is no longer as its file has it
MOVED = (
    '.st-key-pills button[data-selected="true"]{background:transparent!important;'
    "border-color:var(--ink)!important;color:var(--ink)!important}"
    '.st-key-pills button[data-selected="true"] p::after{content:"*" / " changed"}'
)


def label(name: str) -> str:
    """The short label of a preset; the words of its id where there is none."""
    return LABELS.get(name, name.replace("-", " ").capitalize())


def show() -> None:
    """The pills, and a list of the cases that have no label here; choosing one opens it, and what
    was moved is forgotten.
    """
    now, shipped = st.session_state.preset, state.shipped()
    known = [
        name
        for name in LABELS
        if name in shipped or (name == state.OWN and "own" in st.session_state)
    ]
    more = [name for name in shipped if name not in LABELS]
    if now not in known:
        known.append(now)
    _keep("preset_pills", now)
    st.pills(
        "Scenario",
        known,
        key="preset_pills",
        format_func=label,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: state.choose(st.session_state.preset_pills),
    )
    if more:
        _more(more, now)
    if st.session_state.moves:
        st.html(f"<style>{MOVED}</style>")


def dropped() -> None:
    """That moves were dropped with the scenario before, and the way back to them."""
    count = st.session_state.dropped
    if count:
        with st.container(key="toast", horizontal=True, vertical_alignment="center"):
            those = "Your change was" if count == 1 else f"Your {count} changes were"
            st.html(f'<p role="status">{those} dropped.</p>')
            st.button("Undo", key="undo_drop", type="tertiary", on_click=state.undo)


def _more(more: list[str], now: str) -> None:
    """The cases that have no pill, as a list."""
    _keep("preset_more", now if now in more else None)
    st.selectbox(
        "More cases",
        more,
        index=None,
        key="preset_more",
        format_func=label,
        label_visibility="collapsed",
        placeholder="More cases",
        width=104,
        on_change=lambda: (
            st.session_state.preset_more and state.choose(st.session_state.preset_more)
        ),
    )


def _keep(key: str, value: str | None) -> None:
    """Let a widget show this value, without touching one that does."""
    if st.session_state.get(key, "") != value:
        st.session_state[key] = value
