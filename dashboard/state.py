"""What the page stands for: a scenario, what was moved in it, a seed; kept in the session and in
the address. Runs and draws nothing.
"""

from __future__ import annotations

import base64
import binascii
import math
import zlib
from collections.abc import Mapping
from functools import lru_cache

import streamlit as st

import regime_sim as rs
from regime_sim.view.tables import scenarios as scenarios_table

ARTICLE = "venezuela-2025"
OWN = "own"  # the preset that stands for a file of the user's
SAME = 1e-9
LARGEST_SEED = 2**32 - 1
LONGEST_TEXT = 200_000  # characters of a scenario that the page reads
LONGEST_LINK = 6_000  # characters of a user's own scenario that an address carries, packed
MOST_PINS = 4
# scenarios whose levers are kept as they were read: reading them takes longer than drawing them
READINGS = 256
_readings: dict[object, dict[str, tuple[float, bool]]] = {}


def begin(asked: str | None) -> None:
    """Fill the session once: from the file named on the command line, else from the address, else
    the article's world.
    """
    state = st.session_state
    if "base" in state:
        return
    state.update(
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
    address = st.query_params.to_dict()
    name = address.get("scenario", ARTICLE)
    if asked and "scenario" not in address and "file" not in address:
        open_named(asked)
    elif "file" in address:
        _open_packed(address["file"])
    elif name in shipped():
        open_named(name)
    else:
        state.notice = (
            "The address names a scenario that is not shipped; this is the article's world."
        )
    _read_address(address)


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
    _open(found, name if name in shipped() else OWN)


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
    _open(found, OWN)
    return True


def _open_packed(packed: str) -> None:
    """Open the scenario that an address carries; what cannot be unpacked is said."""
    try:
        if len(packed) > LONGEST_LINK:
            raise ValueError
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(
            base64.urlsafe_b64decode(packed.encode("ascii")), LONGEST_TEXT
        ).decode("utf-8")
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise ValueError
    except (ValueError, binascii.Error, zlib.error):
        st.session_state.notice = (
            "The address carries a scenario that cannot be read; this is the article's world."
        )
        return
    open_text(text, "<address>")


def pack(base: rs.Scenario) -> str | None:
    """A scenario as an address carries it; None where it is too long for one."""
    packed = base64.urlsafe_b64encode(
        zlib.compress(base.to_yaml(resolved=True).encode("utf-8"), 9)
    ).decode("ascii")
    return packed if len(packed) <= LONGEST_LINK else None


def _open(base: rs.Scenario, preset: str) -> None:
    st.session_state.update(base=base, preset=preset, moves={}, problems=[], notice="")
    if preset == OWN:
        st.session_state.own = base
        # those were of another file
        st.session_state.pins = [mark for mark in st.session_state.pins if mark[0] != OWN]


def choose(preset: str) -> None:
    """Go to a preset, or back to the user's own file."""
    if preset == OWN:
        _open(st.session_state.own, OWN)
    else:
        open_named(preset)


# ---- what it is measured against


def baseline() -> rs.Scenario:
    """The article's world; for a case of another ruler, the case as its file has it."""
    base = st.session_state.base
    return _article(base.horizon) if against_article() else base


def against_article() -> bool:
    """Whether changes are measured against the article's world."""
    return bool(st.session_state.base.ruler == _article().ruler)


@lru_cache(maxsize=64)
def _article(horizon: int | None = None) -> rs.Scenario:
    """The article's world, over so many weeks."""
    return rs.load(ARTICLE) if horizon is None else _article().horizon_weeks(horizon)


def other() -> str:
    """What changes are measured against, in words."""
    return "the article’s world" if against_article() else "the case as it was"


# ---- futures pinned for comparison: a preset and what was moved in it


def pin() -> None:
    """Pin the scenario as it stands, unless it is pinned or there are four."""
    mark = (st.session_state.preset, tuple(sorted(st.session_state.moves.items())))
    pins = st.session_state.pins
    if mark not in pins and len(pins) < MOST_PINS:
        st.session_state.pins = [*pins, mark]


def unpin(at: int) -> None:
    """Forget one pinned scenario."""
    st.session_state.pins = [mark for k, mark in enumerate(st.session_state.pins) if k != at]


def pinned(mark: tuple[str, tuple[tuple[str, float], ...]]) -> rs.Scenario:
    """The scenario of a pin."""
    preset, moves = mark
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


def reading(world: rs.Scenario, lever: str) -> tuple[float, bool]:
    """Where a lever stands in a scenario, as its slider shows it, and whether its parts were set
    apart.
    """
    name = (world.patrons, tuple(one for one, _ in world.values), tuple(world.inputs().values()))
    if name not in _readings:
        if len(_readings) >= READINGS:
            _readings.clear()
        _readings[name] = {
            one: (round(found.value, 2), found.mixed) for one, found in world.lever_values().items()
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


# ---- the address


def _read_address(address: Mapping[str, str]) -> None:
    """Take moves, seed, tab and pins from the address; what cannot be read, or is out of range, is
    left out and said.
    """
    known = _names()
    wrong = []
    for name, text in address.items():
        if name in known:
            value = _number(text)
            if value is None:
                wrong.append(name)
            else:
                st.session_state.moves[name] = value
        elif name == "seed":
            if text.isascii() and text.isdigit() and int(text[:12]) <= LARGEST_SEED:
                st.session_state.seed = int(text[:12])
            else:
                wrong.append(name)
        elif name == "tab":
            st.session_state.tab = text[:20]
        elif name == "pins":
            st.session_state.pins = _read_pins(text)
    if wrong:
        st.session_state.notice = (
            f"Left out of the address, because it is not a number from 0 to 1: {', '.join(wrong)}."
        )
    elif address.get("v", rs.__version__) != rs.__version__:
        st.session_state.notice = (
            "This link was made with another version of the model: its numbers may differ."
        )


def _names() -> set[str]:
    return {*rs.LEVERS, *(name for lever in rs.LEVERS for name in parts(lever))}


def _number(text: str) -> float | None:
    """A number from 0 to 1, None for anything else."""
    try:
        value = float(text[:20])
    except ValueError:
        return None
    return round(value, 4) if math.isfinite(value) and 0.0 <= value <= 1.0 else None


def _read_pins(text: str) -> list[tuple[str, tuple[tuple[str, float], ...]]]:
    """Pins as the address says them, `preset~lever~value~...` one after the other with commas; what
    is not understood is left out.
    """
    pins = []
    for word in text[:2000].split(",")[:MOST_PINS]:
        preset, *pairs = word.split("~")
        moves = {name: _number(value) for name, value in zip(pairs[::2], pairs[1::2], strict=False)}
        if preset in shipped() and None not in moves.values():
            names = rs.load(preset).names
            if all(name in names.levers for name in moves):
                pins.append(
                    (
                        preset,
                        tuple(
                            sorted(
                                (name, value) for name, value in moves.items() if value is not None
                            )
                        ),
                    )
                )
    return pins


def write_address() -> None:
    """Keep the address in step: only what differs from the article's world, so that the plain page
    has a plain address.
    """
    state = st.session_state
    want = {} if state.preset in (ARTICLE, OWN) else {"scenario": state.preset}
    packed = pack(state.base) if state.preset == OWN else None
    if packed:
        want["file"] = packed
    want |= {name: f"{value:g}" for name, value in state.moves.items()}
    if state.seed != 1:
        want["seed"] = str(state.seed)
    if state.tab:
        want["tab"] = state.tab
    shared = [mark for mark in state.pins if mark[0] != OWN]
    if shared:
        want["pins"] = ",".join(
            "~".join([preset, *(f"{name}~{value:g}" for name, value in moves)])
            for preset, moves in shared
        )
    if want:
        want["v"] = rs.__version__
    if st.query_params.to_dict() != want:
        st.query_params.from_dict(want)
