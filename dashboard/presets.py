"""The shipped scenarios as pills, with short labels; opens none of them by itself."""

from __future__ import annotations

import state
import streamlit as st

LABELS = {
    "venezuela-2025": "The article’s world",
    "isolation": "Isolation",
    "rents-cut": "Rents cut",
    "isolation-and-rents-cut": "Both",
    "strikes-only": "Strikes only",
    "raid": "Raid",
    "exile-offer": "Exile offer",
    "waiting-game": "Waiting game",
    "no-pressure": "No pressure",
    "venezuela-2026": "After the seizure",
    state.OWN: "Your file",
}


def label(name: str) -> str:
    """The short label of a preset; the words of its id where there is none."""
    return LABELS.get(name, name.replace("-", " ").capitalize())


def show() -> None:
    """The pills; choosing one opens it, and what was moved is forgotten."""
    known = [*(name for name in LABELS if name in state.shipped()), *(name for name in state.shipped() if name not in LABELS)]
    if "own" in st.session_state:
        known.append(state.OWN)
    if st.session_state.get("preset_pills") != st.session_state.preset:
        st.session_state.preset_pills = st.session_state.preset
    st.pills(
        "Scenario", known, key="preset_pills", format_func=label, required=True, label_visibility="collapsed",
        on_change=lambda: state.choose(st.session_state.preset_pills), wrap=True,
    )  # fmt: skip
