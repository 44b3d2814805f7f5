"""What every file from the page says of itself: scenario, what was moved, both ranges, futures,
seed, version, that it is no forecast, and the address; computes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

import regime_sim as rs
from regime_sim.view.figures.plot import name_words, wrapped
from regime_sim.view.words import sentences
from regime_sim.view.words.pressing import power_of

from .answers import Answer


def moved(answer: Answer) -> str:
    """What the reader moved, in words; empty where nothing was."""
    power = power_of(answer.now.scenario)
    return ", ".join(f"{name_words(name, power)} {value:g}" for name, value in answer.moved)


def link() -> str:
    """The address of the page as it stands."""
    host = st.context.headers.get("Host") if st.context.headers else None
    query = st.session_state.get("query", "")
    return f"{f'http://{host}/' if host else ''}{'?' if query else ''}{query}"


def linked(answer: Answer) -> Answer:
    """The answer with the address of the page: files are made later, where no page is known."""
    return replace(answer, link=link())


def about(answer: Answer) -> dict[str, str]:
    """The same by name, for tables."""
    return {
        "title": answer.now.scenario.title,
        "moved": moved(answer),
        "version": rs.__version__,
        "caveat": sentences.caveat(answer.now.scenario),
        "address": answer.link,
    }


def ranges(answer: Answer) -> str:
    """How often he is out, with both ranges."""
    out, count = answer.out, answer.of_100.out
    said = f"out {sentences.short(out.value, count)} of 100"
    said += f", chance {sentences.interval(out, count)}"
    if answer.unknown is not None:
        said += f", what we do not know {sentences.interval(answer.unknown, count)}"
    return said


def line(answer: Answer, where: bool = True) -> str:
    """All of it in one line, in the order in which it is always said."""
    changed = moved(answer)
    parts = [
        f"regime_sim {rs.__version__}",
        answer.now.scenario.title + (f", changed: {changed}" if changed else ""),
        ", ".join(
            filter(
                None,
                (f"{answer.futures:,} futures", answer.generals, f"seed {answer.now.seed}"),
            )
        ),
        ranges(answer),
        sentences.caveat(answer.now.scenario).rstrip("."),
        answer.link if where else "",
    ]
    return " · ".join(part for part in parts if part)


def under(figure: rs.Figure, answer: Answer) -> rs.Figure:
    """A figure with the line below its title, so that a picture alone says what it is."""
    spec: dict[str, Any] = dict(figure.spec)
    title = dict(spec.get("title", {"text": ""}))
    notes = title.get("subtitle", [])
    kept = [notes] if isinstance(notes, str) else list(notes)
    wide = float(spec.get("width", 500)) + 120
    title["subtitle"] = [*kept, *wrapped(line(answer), wide, 13.5)]
    spec["title"] = title
    spec["usermeta"] = {**spec.get("usermeta", {}), **about(answer)}
    return replace(figure, spec=spec, alt=f"{figure.alt} {line(answer)}")


def named(answer: Answer) -> rs.Scenario:
    """The scenario as it stands with an id and a title of its own where it was moved, and the seed
    and futures that it was run with.
    """
    scenario: Any = answer.now.scenario
    asked = replace(scenario.runs, replicates=answer.futures, seed=answer.now.seed)
    found: rs.Scenario = replace(scenario, runs=asked)
    if answer.moved:
        title = f"{scenario.title}, changed: {moved(answer)}"
        found = found.with_(id=answer.id_said, title=title[:160])
    return found
