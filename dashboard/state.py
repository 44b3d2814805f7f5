"""What the page stands for: a scenario, what was moved in it, a seed; kept in the session. Runs and
draws nothing.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import NamedTuple

import streamlit as st

import regime_sim as rs
from regime_sim.view.tables import scenarios as scenarios_table

type Moves = tuple[tuple[str, float], ...]


class Pin(NamedTuple):
    """A scenario pinned for comparison: a preset, or a file of the reader's (its YAML), what was
    moved in it, and the name that the reader gave it.
    """

    preset: str
    moves: Moves = ()
    name: str = ""
    file: str = ""

    @property
    def what(self) -> tuple[object, ...]:
        """What tells it from other pins: not its name."""
        return self.preset, self.moves, self.file


class Standing(NamedTuple):
    """A base, what was moved in it, and the scenario that this makes."""

    base: rs.Scenario
    moves: Moves
    scenario: rs.Scenario


class Snapshot(NamedTuple):
    """All that undo, redo and the browser's Back bring back."""

    base: rs.Scenario
    preset: str
    moves: Moves
    seed: int
    pins: tuple[Pin, ...]
    tab: str | None


ARTICLE = "venezuela-2025"
OWN = "own"  # the preset that stands for a file of the user's
SAME = 1e-9
LARGEST_SEED = 2**32 - 1
LONGEST_TEXT = 200_000  # characters of a scenario that the page reads
MOST_PINS = 4
MOST_STEPS = 100  # steps that can be undone
TOGETHER = 1.2  # seconds within which moves of one lever are one step
LONGEST_NAME = 60  # characters of the name of a pin
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
        dropped=0,
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
    """Make a scenario the base; how many moves are dropped with the one before is kept for the
    page.
    """
    dropped = len(st.session_state.moves)
    st.session_state.update(
        base=base, preset=preset, moves={}, problems=[], notice="", dropped=dropped
    )
    if preset == OWN:
        st.session_state.own = base


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
    if not is_pinned() and len(pins) < MOST_PINS:
        st.session_state.pins = [*pins, now]


def here() -> Pin:
    """The scenario as it stands, as a pin."""
    preset = st.session_state.preset
    file = st.session_state.base.to_yaml(resolved=True) if preset == OWN else ""
    return Pin(preset, tuple(sorted(st.session_state.moves.items())), "", file)


def is_pinned() -> bool:
    """Whether the scenario as it stands is among the pins."""
    return here().what in [one.what for one in st.session_state.pins]


def unpin(at: int) -> None:
    """Forget one pinned scenario."""
    st.session_state.pins = [one for k, one in enumerate(st.session_state.pins) if k != at]


def move_pin(at: int, by: int) -> None:
    """Move a pinned scenario among the others; the first is what they are compared against."""
    pins, to = list(st.session_state.pins), at + by
    if 0 <= to < len(pins):
        pins.insert(to, pins.pop(at))
        st.session_state.pins = pins


def name_pin(at: int, name: str) -> None:
    """Give a pinned scenario a name; an empty one: the name that it has by itself."""
    said = " ".join(name.split())[:LONGEST_NAME]
    st.session_state.pins = [
        one._replace(name=said) if k == at else one for k, one in enumerate(st.session_state.pins)
    ]


def pinned(pin: Pin) -> rs.Scenario:
    """The scenario of a pin."""
    base = rs.loads(pin.file, "<pin>") if pin.file else rs.load(pin.preset)
    return base.vary(dict(pin.moves)) if pin.moves else base


# ---- what was before: undo, redo, the browser's Back


def snapshot() -> Snapshot:
    """What the page stands for now."""
    now = st.session_state
    return Snapshot(
        now.base, now.preset, tuple(now.moves.items()), now.seed, tuple(now.pins), now.tab
    )


def restore(found: Snapshot) -> None:
    """Let the page stand for what it stood for then."""
    st.session_state.update(
        base=found.base,
        preset=found.preset,
        moves=dict(found.moves),
        seed=found.seed,
        pins=list(found.pins),
        tab=found.tab,
        problems=[],
        notice="",
        dropped=0,
    )
    if found.preset == OWN:
        st.session_state.own = found.base


def remember() -> None:
    """Keep the step from what the page stood for to what it stands for now. Moves that follow one
    another at once are one step; opening a tab is none.
    """
    kept, now = st.session_state, snapshot()
    before: Snapshot | None = kept.get("now")
    kept.now = now
    if before is None or before._replace(tab=now.tab) == now:
        return
    quick = time.monotonic() - kept.get("stepped", 0.0) < TOGETHER
    levers = {lever_of(name) for name, _ in set(before.moves) ^ set(now.moves)}
    only = before._replace(moves=now.moves, tab=now.tab) == now
    same = quick and only and levers == kept.get("moving")
    kept.moving = levers
    if not (same and kept.get("undone")):
        kept.undone = [*kept.get("undone", ()), before][-MOST_STEPS:]
    kept.redone, kept.stepped = [], time.monotonic()


def undo() -> None:
    """Go one step back."""
    _step("undone", "redone")


def redo() -> None:
    """Go one step forward again."""
    _step("redone", "undone")


def _step(back: str, forth: str) -> None:
    kept = st.session_state
    if kept.get(back):
        kept[forth] = [*kept.get(forth, ()), snapshot()][-MOST_STEPS:]
        to: Snapshot = kept[back][-1]
        kept[back] = kept[back][:-1]
        restore(to._replace(tab=kept.tab))
        kept.now = snapshot()  # which is no new step
        kept.stepped = 0.0


# ---- the scenario as it stands


def scenario() -> rs.Scenario:
    """The base with everything that was moved: one object until something else is moved."""
    now = st.session_state
    base: rs.Scenario = now.base
    if not now.moves:
        return base
    moves = tuple(now.moves.items())
    last: Standing | None = now.get("stands_for")
    if last is None or last.base is not base or last.moves != moves:
        now.stands_for = last = Standing(base, moves, base.vary(dict(moves)))
    return last.scenario


def as_shipped() -> bool:
    """Whether the page stands for a shipped scenario as its file has it, and the usual seed."""
    now = st.session_state
    return now.preset != OWN and not now.moves and now.seed == 1


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
    found = scenario.lever_values()[lever]
    return round(found.value, 2), found.mixed


def move_lever(lever: str, value: float) -> None:
    """Move a whole lever: its parts go with it. Back where the base has it, the base's own parts
    are restored.
    """
    kept = {name: at for name, at in st.session_state.moves.items() if lever_of(name) != lever}
    if abs(value - reading(st.session_state.base, lever)[0]) > SAME:
        kept[lever] = value
    st.session_state.update(moves=kept, dropped=0)


def move_part(part: str, value: float) -> None:
    """Move one part alone; back where its lever has it, it is no longer set apart."""
    kept = {name: at for name, at in st.session_state.moves.items() if name != part}
    without = st.session_state.base.vary(kept) if kept else st.session_state.base
    if abs(value - round(without.inputs()[part], 2)) > SAME:
        kept[part] = value
    st.session_state.update(moves=kept, dropped=0)


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
        now.dropped,
    )
