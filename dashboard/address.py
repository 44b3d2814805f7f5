"""The state of the page in its address: what differs from the article's scenario, so that a link
carries it; what cannot be read in a link is left out and named. Runs and draws nothing.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode

import streamlit as st

import regime_sim as rs

from . import state

LONGEST_LINK = 6_000  # characters of a user's own scenario that an address carries, packed
LONGEST_ADDRESS = 40_000  # characters of an address that are read
NAMED = 24  # parameters that are named when they are left out
WORDS = 40  # characters of an address that are repeated in a notice
OTHERS = ("scenario", "file", "seed", "tab", "pins", "v")  # beside levers and their parts
EARLIER_TABS = {"worlds": "futures", "world": "future"}  # in links made by earlier versions
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def begin(asked: str | None) -> None:
    """Fill the session once: from the file named on the command line, else from the address, else
    with the article's scenario.
    """
    if "base" not in st.session_state:
        _fill(asked, st.query_params.to_dict())


def follow(text: str) -> None:
    """Let the page stand for what an address says to which the reader went back."""
    before = st.session_state.most
    _fill(None, dict(parse_qsl(text[:LONGEST_ADDRESS], keep_blank_values=True)))
    st.session_state.most = before


def _fill(asked: str | None, address: Mapping[str, str]) -> None:
    state.begin()
    left_out = [*_open(asked, address), *_read(address)]
    said = []
    if left_out:
        more = f"; and {len(left_out) - NAMED} more" if len(left_out) > NAMED else ""
        said.append(f"Left out of the address: {'; '.join(left_out[:NAMED])}{more}.")
    if address.get("v", rs.__version__) != rs.__version__:
        said.append("This link was made with another version of the model: numbers may differ.")
    st.session_state.notice = " ".join(said)


def _open(asked: str | None, address: Mapping[str, str]) -> list[str]:
    """Open the scenario that was asked for; what of the address could not be."""
    name = address.get("scenario", state.ARTICLE)
    if asked and "scenario" not in address and "file" not in address:
        state.open_named(asked)
    elif "file" in address:
        return _open_packed(address["file"])
    elif name in state.shipped():
        state.open_named(name)
    else:
        hint = _hint(name, state.shipped())
        return [f"scenario: {_short(name)} is not a shipped one{hint}"]
    return []


def _open_packed(packed: str) -> list[str]:
    """Open the scenario that an address carries; what cannot be unpacked is said."""
    text = _unpacked(packed)
    if text is None:
        return ["file: not a whole scenario"]
    state.open_text(text, "<address>")
    return []


def _unpacked(packed: str) -> str | None:
    """The text of a scenario that an address carries; None for what cannot be unpacked."""
    try:
        if len(packed) > LONGEST_LINK:
            raise ValueError
        unpacking = zlib.decompressobj()
        content = base64.urlsafe_b64decode(packed.encode("ascii"))
        text = unpacking.decompress(content, state.LONGEST_TEXT).decode("utf-8")
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise ValueError
    except (ValueError, binascii.Error, zlib.error):
        return None
    return text


def _read(address: Mapping[str, str]) -> list[str]:
    """Take moves, seed, tab and pins from the address; what was left out, and why."""
    known = [*rs.LEVERS, *(part for lever in rs.LEVERS for part in state.parts(lever))]
    left_out = []
    for name, text in address.items():
        problem = ""
        if name in known:
            problem = _read_move(name, text)
        elif name == "seed":
            problem = _read_seed(text)
        elif name == "tab":
            problem = _read_tab(text)
        elif name == "pins":
            problem = _read_pins(text)
        elif name not in OTHERS:
            problem = f"unknown{_hint(name, [*known, *OTHERS])}"
        if problem:
            left_out.append(f"{_short(name)}: {problem}")
    return left_out


def _read_move(name: str, text: str) -> str:
    value = _number(text)
    if value is None:
        return f"{_short(text)} is not a number from 0 to 1"
    st.session_state.moves[name] = value
    return ""


def _read_seed(text: str) -> str:
    if not (re.fullmatch(r"[0-9]{1,10}", text) and int(text) <= state.LARGEST_SEED):
        return f"{_short(text)} is not a whole number from 0 to {state.LARGEST_SEED}"
    st.session_state.seed = int(text)
    return ""


def _read_tab(text: str) -> str:
    name = EARLIER_TABS.get(text, text)
    if name not in state.TABS:
        return f"there is no tab {_short(text)}{_hint(text, state.TABS)}"
    st.session_state.tab = name
    return ""


def _read_pins(text: str) -> str:
    """Pins as the address says them: `preset~lever~value~...!name`, separated by commas; a file of
    the reader's in place of a preset as `own.` and its packed text.
    """
    words = text.split(",")
    found = [_pin(word) for word in words[: state.MOST_PINS]]
    known: dict[object, state.Pin] = {}
    for pin in found:
        if pin is not None:
            known.setdefault(pin.what, pin)
    st.session_state.pins = list(known.values())
    wrong = [word for word, pin in zip(words, found, strict=False) if pin is None]
    if wrong:
        return f"{_short(wrong[0])} is not a scenario with its levers, as in raid~rents~0.2"
    more = len(words) > state.MOST_PINS
    return f"only the first {state.MOST_PINS} of {len(words)} are pinned" if more else ""


def _pin(word: str) -> state.Pin | None:
    """A pin; None for what is none."""
    said, _, name = word.partition("!")
    preset, *pairs = said.split("~")
    own = preset.startswith(f"{state.OWN}.")
    if (not own and preset not in state.shipped()) or len(pairs) % 2:
        return None
    file = _unpacked(preset.partition(".")[2]) if own else ""
    if file is None:
        return None
    moves = {name: _number(value) for name, value in zip(pairs[::2], pairs[1::2], strict=True)}
    try:
        base = rs.loads(file, "<pin>") if own else rs.load(preset)
    except rs.RegimeSimError:
        return None
    levers = base.names.levers if moves else ()
    kept = {name: at for name, at in moves.items() if at is not None and name in levers}
    if len(kept) != len(moves):
        return None
    called = " ".join(unquote(name).split())[: state.LONGEST_NAME]
    return state.Pin(state.OWN if own else preset, tuple(sorted(kept.items())), called, file)


def _number(text: str) -> float | None:
    """A number from 0 to 1, None for anything else."""
    if len(text) > WORDS or not NUMBER.fullmatch(text):
        return None
    value = float(text)
    within = min(1.0, max(0.0, value))
    return within if abs(value - within) <= state.SAME else None  # rounding is forgiven


def _short(text: str) -> str:
    """What an address says, cut where it is long."""
    return text if 0 < len(text) <= WORDS else f"“{text[:WORDS]}{'…' if text else ''}”"


def _hint(name: str, known: list[str] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name[:WORDS], known, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def write() -> str:
    """What the address should say: only what differs from the article's scenario, so that the plain
    page has a plain address. The browser's own part (`keeper`) puts it there.
    """
    now = st.session_state
    want = {} if now.preset in (state.ARTICLE, state.OWN) else {"scenario": now.preset}
    packed = pack(now.base) if now.preset == state.OWN else None
    if packed:
        want["file"] = packed
    want |= {name: _written(value) for name, value in now.moves.items()}
    if now.seed != 1:
        want["seed"] = str(now.seed)
    if now.tab:
        want["tab"] = now.tab
    shared = [words for pin in now.pins if (words := _pin_words(pin))]
    if shared:
        want["pins"] = ",".join(shared)
    if want:
        want["v"] = rs.__version__
    _known(want)
    return urlencode(want)


def _known(want: dict[str, str]) -> None:
    """Tell Streamlit what the address says, without its own way of putting it there, which adds an
    entry to the browser's history at every move.
    """
    with suppress(ImportError, AttributeError):
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        context = get_script_run_ctx()
        with context.session_state.query_params() as params:
            params.clear_with_no_forward_msg(preserve_embed=True)
            for name, value in want.items():
                params.set_with_no_forward_msg(name, value)
        context.query_string = urlencode(want)


def _pin_words(pin: state.Pin) -> str:
    """A pin as the address says it; empty where its file is too long for one."""
    first = pin.preset
    if pin.file:
        packed = _packed(pin.file)
        if packed is None:
            return ""
        first = f"{state.OWN}.{packed}"
    said = "~".join([first, *(f"{name}~{_written(value)}" for name, value in pin.moves)])
    return f"{said}!{quote(pin.name, safe='')}" if pin.name else said


def _written(value: float) -> str:
    """A number without the noise of binary fractions: 0.3, not 0.30000000000000004."""
    return f"{value:.15g}"


def pack(base: rs.Scenario) -> str | None:
    """A scenario as an address carries it; None where it is too long for one."""
    return _packed(base.to_yaml(resolved=True, defaults=False))


@lru_cache(maxsize=64)
def _packed(text: str) -> str | None:
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")
    return packed if len(packed) <= LONGEST_LINK else None
