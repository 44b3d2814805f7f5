"""The four levers and their parts as sliders, made from the parameter table; moves the state and
nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from html import escape

import streamlit as st

import regime_sim as rs
from regime_sim.view.words.pressing import NOBODY, Power, part_words, told_row

from . import state

NAMES = {
    "rents": "Loyalty rents",
    "foreign_support": "Foreign support",
    "us_pressure": "US pressure",
    "public_opinion": "Public opinion",
}
type Move = Callable[[str, float], None]
type Scale = tuple[tuple[float, str], ...]
# the scale of a part that has no words of its own
PLAIN: Scale = ((0.0, "none"), (0.25, "a little"), (0.5, "some"), (0.75, "much"), (1.0, "in full"))
NEAR = 0.05  # how far from an anchor its words still hold

UNIT = "share, 0 to 1"
ORIGIN = {True: "article", False: "case"}
ORIGINAL = {True: "as in the article", False: "as in the case"}
PARTS = {
    "rents": "streams",
    "foreign_support": "patrons",
    "us_pressure": "instruments",
    "public_opinion": "publics",
}


def show() -> None:
    """All four, and a way back."""
    now, before = state.scenario(), state.baseline()
    for lever in rs.LEVERS:
        with st.container(key=f"lever_{lever}", gap=None):
            _lever(lever, now, before)
    with st.container(key="reset_row", horizontal=True, vertical_alignment="center"):
        _step("↶ Undo", "undo", not st.session_state.get("undone"), state.undo)
        _step("↷ Redo", "redo", not st.session_state.get("redone"), state.redo)
        _step("↺ Reset all", "reset_all", not st.session_state.moves, state.reset)
    st.html(f'<p class="note count">{_moved(now, before)}</p>')


def _step(label: str, key: str, off: bool, act: Callable[[], None]) -> None:
    st.button(label, key=key, type="tertiary", disabled=off, on_click=act)


def _moved(now: rs.Scenario, before: rs.Scenario) -> str:
    """How many levers were moved, and how many differ from the baseline without that."""
    moved = {lever for lever in rs.LEVERS if state.moved(lever)}
    others = [one for one in rs.LEVERS if one not in moved and not _same_parts(one, now, before)]
    against = "the article" if state.against_article() else "the case"
    also = f"{len(others)} {'more ' if moved else ''}set by this scenario, unlike {against}"
    said = f"{len(moved)} of 4 levers moved" if moved else "No lever moved"
    return f"{said}; {also}" if others else said


def prepare(scenario: rs.Scenario) -> None:
    """Read what the levers say of themselves, and where they stand in a scenario, before a page
    asks.
    """
    for lever, row in rs.LEVERS.items():
        _help(row.meaning, UNIT, row.anchors, row.source)
        state.reading(scenario, lever)


def called(lever: str, scenario: rs.Scenario) -> str:
    """What a lever is called, in the words of the scenario, as plain Markdown."""
    name = scenario.names.power.pressure(NAMES[lever]) if lever == "us_pressure" else NAMES[lever]
    return _plain(name[:1].upper() + name[1:])


def _lever(lever: str, now: rs.Scenario, before: rs.Scenario) -> None:
    row, (value, mixed) = told_row(rs.LEVERS[lever], now.names.power), state.reading(now, lever)
    was = state.reading(before, lever)[0]
    help_ = _help(row.meaning, UNIT, row.anchors, row.source)
    _slider(f"slider_{lever}", called(lever, now), value, help_, state.move_lever, lever)
    st.html(
        _strip(value, was, mixed, row.anchors)
        + f'<p class="anchor">{escape(anchor(row.anchors, value))}</p>'
    )
    with st.container(
        horizontal=True,
        key=f"foot_{lever}",
        vertical_alignment="center",
        horizontal_alignment="distribute",
    ):
        st.html(f'<p class="note">{_against(lever, now, before)}</p>')
        if state.moved(lever):
            _back(lever, now)
    opened = st.expander(
        f"{len(state.parts(lever))} {PARTS[lever]}",
        key=f"parts_{lever}",
        type="compact",
        on_change="rerun",
    )
    if opened.open:  # a closed one costs nothing
        with opened:
            _parts(lever, now, before)


def _against(lever: str, now: rs.Scenario, before: rs.Scenario) -> str:
    """Where a lever stands against the baseline, as HTML."""
    article = state.against_article()
    if _same_parts(lever, now, before):
        return ORIGINAL[article]
    was = state.reading(before, lever)[0]
    where = f"{ORIGIN[article]} {was:.2f}"
    if state.moved(lever) and abs(was - state.reading(st.session_state.base, lever)[0]) < 0.005:
        where = ""  # the way back beside it says the same
    if not where:
        return "<b>mixed</b>" if state.reading(now, lever)[1] else ""
    return f"<b>mixed</b> · {where}" if state.reading(now, lever)[1] else where


def _back(lever: str, now: rs.Scenario) -> None:
    """The way back of a lever that was moved."""
    st.button(
        f"↺ was {state.reading(st.session_state.base, lever)[0]:.2f}",
        key=f"reset_{lever}",
        type="tertiary",
        on_click=state.reset,
        args=(lever,),
        help=f"Put {_inside(called(lever, now))} back where the scenario has it",
    )


def _inside(name: str) -> str:
    """A name as it stands inside a sentence: its first letter small, unless it is an acronym."""
    return name if name[1].isupper() else name[:1].lower() + name[1:]


def _parts(lever: str, now: rs.Scenario, before: rs.Scenario) -> None:
    st.html('<p class="note">If one part is set alone, the lever reads “mixed”.</p>')
    here, there = now.inputs(), before.inputs()
    for part in state.parts(lever):
        _part(part, now, here[part], there.get(part, 0.0))
    sources = "".join(f"<li>{escape(_source(one))}</li>" for one in rs.LEVERS[lever].source)
    st.html(f'<p class="note">Where the lever comes from</p><ul class="sources">{sources}</ul>')


def _part(name: str, now: rs.Scenario, value: float, was: float) -> None:
    row, label = now.names.inputs[name], _plain(short(name, now.names.power))
    unit = f"{row.unit}, {row.low:g} to {row.high:g}"
    help_ = _help(row.meaning, unit, row.anchors, row.source)
    with st.container(key=f"part_{name.replace('.', '_')}", gap=None):
        _slider(f"slider_{name}", label, round(value, 2), help_, state.move_part, name)
        st.html(
            _strip(value, was, False, row.anchors)
            + f'<p class="anchor">{escape(anchor(row.anchors, value))}</p>'
            f'<p class="note">{escape(unit)} · {ORIGIN[state.against_article()]} {was:.2f} ·'
            f" {escape(_rests(row.source))}</p>"
        )


def _slider(key: str, name: str, value: float, help_: str, move: Move, what: str) -> None:
    """A slider that shows `value` and, when the reader moves it, calls move(what, new value)."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    st.slider(
        name,
        0.0,
        1.0,
        # for a browser that never heard the value above: a page that was begun, broken off and
        # drawn again does not send it twice
        value,
        0.01,
        key=key,
        help=help_,
        on_change=lambda: move(what, st.session_state[key]),
    )


def _strip(value: float, was: float, mixed: bool, scale: Scale) -> str:
    """What is drawn on a slider's rail: a bar from the baseline's value to this one (hollow if
    mixed), a tick there, marks at anchors; the anchors go with it, for words while it moves.
    """
    low, high = sorted((value, was))
    bar = (
        f'<b class="{"hollow" if mixed else ""}"'
        f' style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></b>'
    )
    marks = "".join(f'<u style="left:{100 * at:.1f}%"></u>' for at, _ in scale)
    tick = "" if high - low < 0.02 else f'<s style="left:{100 * was:.1f}%"></s>'
    told = escape(json.dumps(scale or PLAIN))
    return (
        f'<div class="strip" aria-hidden="true" data-was="{was:.4g}"'
        f' data-anchors="{told}">{bar}{tick}{marks}</div>'
    )


def anchor(anchors: Scale, value: float) -> str:
    """What a scale says at a value, begun as a sentence: the words of the nearest anchor, and that
    it is more or less where the value is away from it. Every point of every scale has words.
    """
    scale = anchors or PLAIN
    at, words = min(scale, key=lambda pair: (round(abs(pair[0] - value), 9), pair[0]))
    off = value - at
    first, last = at == scale[0][0], at == scale[-1][0]
    if value < 0.005 and first and at >= 0.25:
        return "None"
    beyond = (off < 0 and first and at <= 0.2) or (off > 0 and last and at >= 0.8)
    if abs(off) <= NEAR + state.SAME or beyond:
        return words[:1].upper() + words[1:]
    return f"{'More' if off > 0 else 'Less'} than: {words}"


def short(name: str, power: Power = NOBODY) -> str:
    """The short name of a part: its last word or words, in those of the scenario."""
    words = part_words(name.split(".")[-1], power)
    return f"US {words[3:]}" if words.startswith("us ") else words[:1].upper() + words[1:]


def _same_parts(lever: str, now: rs.Scenario, before: rs.Scenario) -> bool:
    here, there = now.inputs(), before.inputs()
    return all(abs(here[part] - there.get(part, 0.0)) < state.SAME for part in state.parts(lever))


@cache
def _help(
    meaning: str, unit: str, anchors: tuple[tuple[float, str], ...], sources: tuple[str, ...]
) -> str:
    """What a lever or part is, its unit, its scale in words and its sources, as Markdown."""
    scale = "\n".join(f"- {at:g}: {_plain(words)}" for at, words in anchors)
    rests = "\n".join(f"- {_plain(_source(one))}" for one in sources)
    return (
        f"{_plain(meaning[:1].upper() + meaning[1:])}.\n\nUnit:"
        f" {_plain(unit)}.\n\n{scale}\n\nSources:\n\n{rests}"
    )


def _source(one: str) -> str:
    """A source in words: the statement of a fact or rate, or the title of a work, with where it is
    from.
    """
    if one == "judgement":
        return "judgement of the authors"
    try:
        found = rs.source(one)
    except rs.UnknownName:
        return one
    confidence = getattr(found, "confidence", "")
    return found.citation + (f" (confidence: {confidence})" if confidence else "")


def _rests(sources: tuple[str, ...]) -> str:
    """How many sources a part rests on, or that it is a judgement."""
    if set(sources) <= {"judgement"}:
        return "judgement"
    grades = [getattr(rs.source(one), "confidence", "") for one in sources if one != "judgement"]
    known = [grade for grade in ("low", "medium", "high") if grade in grades]
    return f"{len(grades)} source{'s' if len(grades) > 1 else ''}" + (
        f", confidence {known[0]}" if known else ""
    )


def _plain(text: str) -> str:
    """Text with the signs of Markdown made plain."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+!|$~:" else letter for letter in text)
