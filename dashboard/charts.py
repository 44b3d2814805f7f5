"""The survival of both clocks as a chart, wide and narrow, with its table; takes figures from the package and only places them."""

from __future__ import annotations

from datetime import date

import streamlit as st
from levers import short
from runs import Answer
from style import theme

import regime_sim as rs

WIDE, NARROW = (330, 326), (180, 260)  # pixels of the plot itself; its labels need about 170 more
EARLIEST = -3  # weeks before the start that an event is still marked


def survival(answer: Answer) -> None:
    """How long he lasts and how long the regime, drawn twice: the page's styles show the one that fits the screen."""
    baseline = None if answer.same else answer.before
    for name, (width, height) in (("wide", WIDE), ("narrow", NARROW)):
        figure = answer.now.plot("survival", baseline=baseline, ticks=ticks(answer.now.scenario), theme=theme(), width=width, height=height)
        spec = dict(figure.spec)
        title = spec.pop("title", {})
        spec.pop("description", None)  # said by `alt`
        spec["autosize"] = {"type": "pad"}  # else the plot itself would shrink to make room for its labels
        spec["config"] = spec.get("config", {}) | {"padding": {"left": 0, "right": 0, "top": 4, "bottom": 4}}
        with st.container(key=f"survival_{name}", gap=None):
            st.html(f'<h3 class="title">{title.get("text", "")}</h3><p class="sub">{" ".join(title.get("subtitle", []))}</p>')
            # every frame is named under `datasets`: given as data, one would be drawn as all of them
            st.vega_lite_chart(None, spec, width="content", theme=None, key=f"chart_{name}", alt=figure.alt)


def ticks(scenario: rs.Scenario) -> list[tuple[float, str, float]]:
    """The events of the timeline that have a week: (week, words, weeks of ramp)."""
    found = []
    for entry in scenario.timeline:
        week = entry.week if entry.week is not None else _week(entry.date, scenario.start)
        if week is not None and EARLIEST <= week <= scenario.horizon:
            found.append((float(week), _words(entry.event, entry.moves, entry.id), float(entry.over)))
    return found


def _week(day: date | None, start: date) -> int | None:
    return None if day is None else (day - start).days // 7 + 1


def _words(event: str | None, moves: tuple[tuple[str, float], ...], name: str) -> str:
    if event in rs.EVENTS:
        text = str(event).replace("_", " ")
    elif len(moves) == 1:
        text = f"{short(moves[0][0])} to {moves[0][1]:g}"
    else:
        text = name.replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:]


def weeks(answer: Answer) -> None:
    """The chart as a table: share in office and share in which the regime stands, with 95% ranges, every fourth week and the last."""
    leader, regime = answer.now.survival("leader"), answer.now.survival("regime")
    last = answer.now.horizon
    shown = [*range(0, last, 4), last]

    def cell(frame: object, week: int) -> str:
        row = frame.iloc[week]  # type: ignore[attr-defined]
        return f"{100 * row['survival']:.1f} ({100 * row['low']:.1f} to {100 * row['high']:.1f})"

    columns = {
        "week": [str(week) for week in shown],
        "in office, of 100": [cell(leader, week) for week in shown],
        "regime stands, of 100": [cell(regime, week) for week in shown],
    }
    st.table(columns, hide_index=True, border="horizontal", height=360)
