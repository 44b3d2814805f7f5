"""What the page stands for: a scenario, what was moved in it, a seed; kept in the session. Runs and
draws nothing.
"""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

import regime_sim as rs
from regime_sim.view.tables import scenarios as scenarios_table

type Pin = tuple[str, tuple[tuple[str, float], ...]]

ARTICLE = "venezuela-2025"
OWN = "own"  # the preset that stands for a file of the user's
SAME = 1e-9
LARGEST_SEED = 2**32 - 1
LONGEST_TEXT = 200_000  # characters of a scenario that the page reads
MOST_PINS = 4
# scenarios whose levers are kept as they were read: reading them takes longer than drawing them
READINGS = 256
# names of the tabs, in their order
TABS = (
    "claim",
    "tipping",
    "drives",
    "futures",
    "compare",
    "inside",
    "future",
    "history",
    "sources",
)
_readings: dict[object, dict[str, tuple[float, bool]]] = {}


def begin() -> None:
    """Fill the session with the article's scenario and nothing moved."""
    st.session_state.update(
        base=_article(),
        preset=ARTICLE,
        moves={},
        seed=1,
        problems=[],
        notice="",
        most={},
        pins=[],
        tab=None,
    )


def shipped() -> list[str]:
    """The names of the shipped scenarios."""
    return scenarios_table.scenario_names()


def open_named(name: str) -> None:
    """Make a shipped scenario, or a file, the base; what was moved is forgotten. Problems are kept
    for the page, the old base too.
    """
    try:
        found = rs.load(name)
    except rs.RegimeSimError as error:
        st.session_state.problems = str(error).splitlines()
        return
    open_scenario(found, name if name in shipped() else OWN)


def open_text(text: str, shown: str) -> bool:
    """Make a scenario in YAML the base. Where it has mistakes they are kept for the page, and the
    old base stays.
    """
    if len(text) > LONGEST_TEXT:
        st.session_state.problems = [
            f"{shown}: {len(text):,} characters - expected at most {LONGEST_TEXT:,}"
        ]
        return False
    try:
        found = rs.loads(text, shown)
    except rs.RegimeSimError as error:
        st.session_state.problems = str(error).splitlines()
        return False
    open_scenario(found, OWN)
    return True


def open_scenario(base: rs.Scenario, preset: str) -> None:
    st.session_state.update(base=base, preset=preset, moves={}, problems=[], notice="")
    if preset == OWN:
        st.session_state.own = base
        # those were of another file
        st.session_state.pins = [one for one in st.session_state.pins if one[0] != OWN]


def choose(preset: str) -> None:
    """Go to a preset, or back to the user's own file."""
    if preset == OWN:
        open_scenario(st.session_state.own, OWN)
    else:
        open_named(preset)


# ---- what it is measured against


def baseline() -> rs.Scenario:
    """The article's scenario; for a case of another ruler, the case as its file has it."""
    base = st.session_state.base
    return _article(base.horizon) if against_article() else base


def against_article() -> bool:
    """Whether changes are measured against the article's scenario."""
    return bool(st.session_state.base.ruler == _article().ruler)


@lru_cache(maxsize=64)
def _article(horizon: int | None = None) -> rs.Scenario:
    """The article's scenario, over so many weeks."""
    return rs.load(ARTICLE) if horizon is None else _article().horizon_weeks(horizon)


def baseline_name() -> str:
    """What changes are measured against, in words."""
    return "the article’s scenario" if against_article() else "the case as it was"


# ---- scenarios pinned for comparison: a preset and what was moved in it


def pin() -> None:
    """Pin the scenario as it stands, unless it is pinned or there are four."""
    now, pins = here(), st.session_state.pins
    if now not in pins and len(pins) < MOST_PINS:
        st.session_state.pins = [*pins, now]


def here() -> Pin:
    """The scenario as it stands, as a pin."""
    return st.session_state.preset, tuple(sorted(st.session_state.moves.items()))


def unpin(at: int) -> None:
    """Forget one pinned scenario."""
    st.session_state.pins = [one for k, one in enumerate(st.session_state.pins) if k != at]


def pinned(pin: Pin) -> rs.Scenario:
    """The scenario of a pin."""
    preset, moves = pin
    base = st.session_state.own if preset == OWN else rs.load(preset)
    return base.vary(dict(moves)) if moves else base


# ---- the scenario as it stands


def scenario() -> rs.Scenario:
    """The base with everything that was moved."""
    moves: dict[str, float] = st.session_state.moves
    return st.session_state.base.vary(moves) if moves else st.session_state.base


def parts(lever: str) -> list[str]:
    """Names of the parts of a lever in this scenario, patrons of its own among them."""
    return [part.name for part in st.session_state.base.names.parts(lever)]


def lever_of(name: str) -> str:
    """The lever that a part belongs to, or the lever itself."""
    return name.split(".", 1)[0]


def reading(scenario: rs.Scenario, lever: str) -> tuple[float, bool]:
    """Where a lever stands in a scenario, as its slider shows it, and whether its parts were set
    apart.
    """
    name = (
        scenario.patrons,
        scenario.moved,
        tuple(one for one, _ in scenario.values),
        tuple(scenario.inputs().values()),
    )
    if name not in _readings:
        if len(_readings) >= READINGS:
            _readings.clear()
        _readings[name] = {
            one: (round(found.value, 2), found.mixed)
            for one, found in scenario.lever_values().items()
        }
    return _readings[name][lever]


def move_lever(lever: str, value: float) -> None:
    """Move a whole lever: its parts go with it. Back where the base has it, the base's own parts
    are restored.
    """
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


def stands() -> tuple[object, ...]:
    """All that the page is drawn from, to tell whether it has been moved since."""
    now = st.session_state
    return (
        id(now.base),
        tuple(now.moves.items()),
        now.seed,
        now.tab,
        tuple(now.pins),
        tuple(now.problems),
        now.notice,
    )
