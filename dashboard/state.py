"""What the page stands for: a scenario, what was moved in it, a seed; kept in the session and in the address. Runs and draws nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping

import streamlit as st

import regime_sim as rs

ARTICLE = "venezuela-2025"
OWN = "own"  # the preset that stands for a file of the user's
SAME = 1e-9
LARGEST_SEED = 2**32 - 1
LONGEST_TEXT = 200_000  # characters of a scenario that the page reads


def begin(asked: str | None) -> None:
    """Fill the session once: from the file named on the command line, else from the address, else the article's world."""
    state = st.session_state
    if "base" in state:
        return
    state.update(base=rs.load(ARTICLE), preset=ARTICLE, moves={}, seed=1, problems=[], notice="", most={})
    address = st.query_params.to_dict()
    name = address.get("scenario", ARTICLE)
    if asked and "scenario" not in address:
        open_named(asked)
    elif name in shipped():
        open_named(name)
    else:
        state.notice = "The address names a scenario that is not shipped; this is the article's world."
    _read_address(address)


def shipped() -> list[str]:
    """The names of the shipped scenarios."""
    return [str(name) for name in rs.scenarios()["id"]]


def open_named(name: str) -> None:
    """Make a shipped scenario, or a file, the base; what was moved is forgotten. Problems are kept for the page, the old base too."""
    try:
        found = rs.load(name)
    except rs.RegimeSimError as error:
        st.session_state.problems = str(error).splitlines()
        return
    _open(found, name if name in shipped() else OWN)


def open_text(text: str, shown: str) -> bool:
    """Make a scenario in YAML the base. Where it has mistakes they are kept for the page, and the old base stays."""
    if len(text) > LONGEST_TEXT:
        st.session_state.problems = [f"{shown}: {len(text):,} characters - expected at most {LONGEST_TEXT:,}"]
        return False
    try:
        found = rs.loads(text, shown)
    except rs.RegimeSimError as error:
        st.session_state.problems = str(error).splitlines()
        return False
    _open(found, OWN)
    return True


def _open(base: rs.Scenario, preset: str) -> None:
    st.session_state.update(base=base, preset=preset, moves={}, problems=[], notice="")
    if preset == OWN:
        st.session_state.own = base


def choose(preset: str) -> None:
    """Go to a preset, or back to the user's own file."""
    if preset == OWN:
        _open(st.session_state.own, OWN)
    else:
        open_named(preset)


# ---- the scenario as it stands


def scenario() -> rs.Scenario:
    """The base with everything that was moved."""
    moves: dict[str, float] = st.session_state.moves
    return st.session_state.base.vary(moves) if moves else st.session_state.base


def parts(lever: str) -> list[str]:
    """Names of the parts of a lever in this scenario."""
    return [part.name for part in rs.LEVERS[lever].parts]


def lever_of(name: str) -> str:
    """The lever that a part belongs to, or the lever itself."""
    return name.split(".", 1)[0]


def reading(world: rs.Scenario, lever: str) -> tuple[float, bool]:
    """Where a lever stands in a scenario, as its slider shows it, and whether its parts were set apart."""
    found = world.lever_values()[lever]
    return round(found.value, 2), found.mixed


def move_lever(lever: str, value: float) -> None:
    """Move a whole lever: its parts go with it. Back where the base has it, the base's own parts are restored."""
    kept = {name: at for name, at in st.session_state.moves.items() if lever_of(name) != lever}
    if abs(value - reading(st.session_state.base, lever)[0]) > SAME:
        kept[lever] = value
    st.session_state.moves = kept


def move_part(part: str, value: float) -> None:
    """Move one part alone; back where its lever has it, it is no longer set apart."""
    kept = {name: at for name, at in st.session_state.moves.items() if name != part}
    without = st.session_state.base.vary(kept) if kept else st.session_state.base
    if abs(value - round(without.inputs()[part], 2)) > SAME:
        kept[part] = value
    st.session_state.moves = kept


def reset(lever: str | None = None) -> None:
    """Put one lever, or all of them, back where the base has them."""
    kept = {} if lever is None else st.session_state.moves
    st.session_state.moves = {name: at for name, at in kept.items() if lever_of(name) != lever}


def moved(lever: str) -> bool:
    """Whether a lever, or a part of it, was moved by the user."""
    return any(lever_of(name) == lever for name in st.session_state.moves)


# ---- the address


def _read_address(address: Mapping[str, str]) -> None:
    """Take moves and seed from the address; what cannot be read, or is out of range, is left out and said."""
    known = {*rs.LEVERS, *(name for lever in rs.LEVERS for name in parts(lever))}
    wrong = []
    for name, text in address.items():
        if name in known:
            value = _number(text)
            if value is None or not 0.0 <= value <= 1.0:
                wrong.append(name)
            else:
                st.session_state.moves[name] = value
        elif name == "seed":
            if text.isascii() and text.isdigit() and int(text[:12]) <= LARGEST_SEED:
                st.session_state.seed = int(text[:12])
            else:
                wrong.append(name)
    if wrong:
        st.session_state.notice = f"Left out of the address, because it is not a number from 0 to 1: {', '.join(wrong)}."
    elif address.get("v", rs.__version__) != rs.__version__:
        st.session_state.notice = "This link was made with another version of the model: its numbers may differ."


def _number(text: str) -> float | None:
    try:
        value = float(text[:20])
    except ValueError:
        return None
    return round(value, 4) if math.isfinite(value) else None


def write_address() -> None:
    """Keep the address in step: only what differs from the article's world, so that the plain page has a plain address."""
    state = st.session_state
    want = {} if state.preset in (ARTICLE, OWN) else {"scenario": state.preset}
    want |= {name: f"{value:g}" for name, value in state.moves.items()}
    if state.seed != 1:
        want["seed"] = str(state.seed)
    if want:
        want["v"] = rs.__version__
    if st.query_params.to_dict() != want:
        st.query_params.from_dict(want)
