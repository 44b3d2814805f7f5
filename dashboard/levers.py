"""The four levers and their parts as sliders, made from the parameter table; moves the state and
nothing else.
"""

from __future__ import annotations

from functools import cache
from html import escape

import state
import streamlit as st

import regime_sim as rs

NAMES = {
    "rents": "Loyalty rents",
    "foreign_support": "Foreign support",
    "us_pressure": "US pressure",
    "public_opinion": "Public opinion",
}
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
    count = sum(state.moved(lever) for lever in rs.LEVERS)
    with st.container(key="reset_row", horizontal=True, vertical_alignment="center"):
        st.button(
            "↺ Reset all",
            key="reset_all",
            type="tertiary",
            disabled=not st.session_state.moves,
            on_click=state.reset,
        )
        st.html(
            f'<p class="note">{f"{count} of 4 levers moved" if count else "No lever moved"}</p>'
        )


def known(world: rs.Scenario) -> None:
    """Read what the levers say of themselves, and where they stand in a scenario, before a page
    asks.
    """
    for lever, row in rs.LEVERS.items():
        _help(row.meaning, UNIT, row.anchors, row.source)
        state.reading(world, lever)


def _lever(lever: str, now: rs.Scenario, before: rs.Scenario) -> None:
    row, (value, mixed) = rs.LEVERS[lever], state.reading(now, lever)
    was, untouched = state.reading(before, lever)[0], _same_parts(lever, now, before)
    _slider(
        f"slider_{lever}",
        NAMES[lever],
        value,
        _help(row.meaning, UNIT, row.anchors, row.source),
        state.move_lever,
        lever,
    )
    st.html(
        _strip(value, was, mixed, [at for at, _ in row.anchors])
        + f'<p class="anchor">{escape(anchor(row.anchors, value))}</p>'
    )
    with st.container(
        horizontal=True,
        key=f"foot_{lever}",
        vertical_alignment="center",
        horizontal_alignment="distribute",
    ):
        where = (
            ORIGINAL[state.against_article()]
            if untouched
            else f"{ORIGIN[state.against_article()]} {was:.2f}"
        )
        st.html(f'<p class="note">{"<b>mixed</b> · " if mixed else ""}{where}</p>')
        if state.moved(lever):
            back = state.reading(st.session_state.base, lever)[0]
            st.button(
                f"↺ was {back:.2f}",
                key=f"reset_{lever}",
                type="tertiary",
                on_click=state.reset,
                args=(lever,),
                help=f"Put {NAMES[lever].lower()} back where the scenario has it",
            )
    parts = state.parts(lever)
    opened = st.expander(
        f"{len(parts)} {PARTS[lever]}", key=f"parts_{lever}", type="compact", on_change="rerun"
    )
    if not opened.open:  # a closed one costs nothing
        return
    with opened:
        st.html('<p class="note">Set one alone, and the lever reads “mixed”.</p>')
        here, there = now.inputs(), before.inputs()
        for part in parts:
            _part(part, now.names.inputs[part], here[part], there.get(part, 0.0))
        st.html(
            '<p class="note">Where the lever comes from</p><ul class="sources">'
            + "".join(f"<li>{escape(_source(one))}</li>" for one in row.source)
            + "</ul>"
        )


def _part(name: str, row: rs.Parameter, value: float, was: float) -> None:
    help_ = _help(row.meaning, f"{row.unit}, {row.low:g} to {row.high:g}", row.anchors, row.source)
    with st.container(key=f"part_{name.replace('.', '_')}", gap=None):
        _slider(f"slider_{name}", short(name), round(value, 2), help_, state.move_part, name)
        st.html(
            _strip(value, was, False, [at for at, _ in row.anchors])
            + f'<p class="anchor">{escape(anchor(row.anchors, value))}</p><p'
            f' class="note">{escape(row.unit)}, {row.low:g} to {row.high:g} ·'
            f" {ORIGIN[state.against_article()]} {was:.2f} · {escape(_rests(row.source))}</p>"
        )


def _slider(key: str, name: str, value: float, help_: str, move: object, what: str) -> None:
    """A slider that shows `value` and, when the reader moves it, calls move(what, new value)."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    st.slider(
        name,
        0.0,
        1.0,
        step=0.01,
        key=key,
        help=help_,
        on_change=lambda: move(what, st.session_state[key]),
    )  # type: ignore[operator]


def _strip(value: float, was: float, mixed: bool, anchors: list[float]) -> str:
    """What is drawn on a slider's rail: a bar from the baseline's value to this one (hollow if
    mixed), a tick there, marks at anchors.
    """
    low, high = sorted((value, was))
    bar = (
        f'<b class="{"hollow" if mixed else ""}"'
        f' style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></b>'
    )
    marks = "".join(f'<u style="left:{100 * at:.1f}%"></u>' for at in anchors)
    tick = "" if high - low < 0.02 else f'<s style="left:{100 * was:.1f}%"></s>'
    return f'<div class="strip" aria-hidden="true">{bar}{tick}{marks}</div>'


def anchor(anchors: tuple[tuple[float, str], ...], value: float) -> str:
    """The words of the anchor nearest to a value, begun as a sentence; none below the first of a
    scale that begins at nothing.
    """
    if not anchors:
        return ""
    at, words = min(anchors, key=lambda pair: abs(pair[0] - value))
    if value < at / 2 and at == anchors[0][0] and at >= 0.25:
        return "None"
    return words[:1].upper() + words[1:]


def short(name: str) -> str:
    """The short name of a part: its last word or words."""
    words = name.split(".")[-1].replace("_", " ")
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
    return found.citation + (f" - confidence {confidence}" if confidence else "")


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
