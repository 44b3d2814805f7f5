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


def generals(answer: Answer) -> str:
    """How many simulated generals stand for all, in words; empty where all are simulated."""
    number: float = answer.now.scenario.value("generals.number")  # type: ignore[attr-defined]
    return f"{answer.corps:,} simulated generals of {number:,.0f}" if answer.corps else ""


def id_said(answer: Answer) -> str:
    """The scenario's id; of one that was moved, with a mark of what was."""
    name = answer.now.scenario.id
    return f"{name}-changed-{answer.key[:6]}" if answer.moved else name


def stem(answer: Answer) -> str:
    """How files made from it are called: a moved scenario by its own name."""
    few = f"-of-{answer.corps}-generals" if answer.corps else ""
    return f"{id_said(answer)}-seed{answer.now.seed}-n{answer.futures}{few}"


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
                (f"{answer.futures:,} futures", generals(answer), f"seed {answer.now.seed}"),
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
        found = found.with_(id=id_said(answer), title=title[:160])
    return found
