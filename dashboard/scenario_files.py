"""Scenarios in and out as YAML, and what is said where one is refused. What a file says is shown as
text, never as markup; keeps nothing itself.
"""

from __future__ import annotations

from html import escape

import streamlit as st

import regime_sim as rs

from . import caption, state
from .runs import FINE

SHOWN = 12  # problems that the page lists
EXAMPLE = "schema: 1\nextends: venezuela-2025\nlevers:\n  rents: 0.3"


def open_or_save() -> None:
    """Open a file or a text, save the scenario as it stands, set the seed."""
    st.file_uploader(
        "Open a scenario file", type=["yaml", "yml"], key="upload", on_change=_uploaded
    )
    st.text_area(
        "Or paste its text",
        key="pasted",
        height=140,
        placeholder=EXAMPLE,
    )
    st.button("Open this text", key="open_pasted", on_click=_pasted, type="secondary")
    answer = st.session_state.get("answer")
    now = state.scenario() if answer is None else caption.named(answer)
    st.download_button(
        "Save scenario (YAML)",
        lambda: now.to_yaml(),
        f"{now.id}.yaml",
        "application/yaml",
        key="save_yaml",
        on_click="ignore",
    )
    # a key of its own: a popover that was never opened forgets a value set from here
    seed = st.session_state.seed
    st.number_input(
        "Seed",
        0,
        state.LARGEST_SEED,
        seed,
        1,
        key=f"seed_{seed}",
        on_change=_seeded,
        args=(f"seed_{seed}",),
        help="The same seed gives the same futures.",
    )


def problems() -> None:
    """Mistakes of the last file, one line each, and what the page does instead."""
    found: list[str] = st.session_state.problems
    if found:
        more = f"\n… and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        lines = escape("\n".join(found[:SHOWN]) + more)
        count = f"{len(found)} mistake{'s' if len(found) > 1 else ''}"
        st.html(
            '<div class="wrong" role="alert"><p>This scenario cannot be opened; the page still'
            f" shows the one before. {count}:</p><pre>{lines}</pre></div>"
        )
        st.button("Dismiss", key="dismiss", type="tertiary", on_click=_dismiss)
    elif st.session_state.notice:
        st.html(f'<div class="wrong" role="status"><p>{escape(st.session_state.notice)}</p></div>')


def refused(error: rs.RegimeSimError, fits: int, name: str) -> None:
    """Why a run was refused, what would fit, and the command for the rest."""
    command = f"{state.scenario().id}.yaml --replicates {FINE} --seed {st.session_state.seed}"
    st.html(
        f'<div class="wrong" role="alert"><p><b>Too large for this page.</b> {escape(str(error))}'
        " What you see below is the answer to the settings before. Save the scenario and run it on"
        f" the command line:</p><pre>regime-sim run {escape(command)}</pre></div>"
    )
    if fits:
        st.button(
            f"Run {fits:,} futures here",
            key="run_fits",
            on_click=lambda: st.session_state.most.update({name: fits}),
        )


def _uploaded() -> None:
    file = st.session_state.upload
    if file is None:
        return
    shown = "".join(letter for letter in file.name if letter.isprintable())[:80] or "file"
    try:
        text = file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        st.session_state.problems = [f"{shown}: not UTF-8 text (byte {error.start + 1})"]
        return
    state.open_text(text, shown)


def _pasted() -> None:
    state.open_text(st.session_state.pasted, "<pasted>")


def _seeded(key: str) -> None:
    if st.session_state[key] is not None:
        st.session_state.seed = int(st.session_state[key])


def _dismiss() -> None:
    st.session_state.update(problems=[], notice="")
