"""Assumptions and provenance: every number in play with its source, the sources in full, and what
repeats the run; computes nothing.
"""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

import regime_sim as rs

from .. import elements
from ..answers import Answer

LISTED = 400  # numbers in one table


def show(answer: Answer) -> None:
    """The numbers, the sources, the fingerprint."""
    scenario = answer.now.scenario
    cited = rs.cite(scenario)
    elements.lead(
        f"{cited.numbers} numbers are in play, {len(cited.judged)} of them by judgement alone",
        "Judgements are labelled and drawn from a prior. Facts and works are paraphrased, with"
        " paragraph and confidence.",
    )
    found = st.text_input(
        "Find a number or a source",
        key="sources_find",
        max_chars=60,
        placeholder="rents, coup, China ...",
    )
    sought = found.strip().lower()
    left, right = st.columns(2, gap="large")
    with left:
        _table(scenario, cited, sought)
    with right:
        _list(cited, sought)
    _repeat(answer)


def _table(scenario: rs.Scenario, cited: Any, sought: str) -> None:
    st.html(
        '<h2 class="title">Numbers</h2><p class="sub">As this scenario has them; “prior” is drawn'
        " once for every sixteen futures.</p>"
    )
    rests: dict[str, list[str]] = {}
    for entry in cited.entries:
        for name in entry.rests:
            rests.setdefault(name, []).append(entry.id)
    rows = _numbers(scenario, rests, set(cited.judged))
    shown = [row for row in rows if sought in " ".join(row).lower()]
    heads = ["number", "value", "unit", "source"]
    elements.table(heads, shown[:LISTED], "Numbers in play", 9, tall=True)


def _list(cited: Any, sought: str) -> None:
    """The sources in full, by their kind, in a frame that scrolls by pointer and by keys."""
    said = ""
    for title, under in cited.by_kind():
        entries = [one for one in under if sought in f"{one.id} {one.text}".lower()]
        if entries:
            items = "".join(
                f"<li><code>{escape(one.id)}</code> {escape(one.text)}</li>" for one in entries
            )
            said += f'<h2 class="title">{escape(title)}</h2><ul class="sources">{items}</ul>'
    st.html(
        '<div class="scroll tall" tabindex="0" role="region" aria-label="Sources in full">'
        f"{said}</div>"
    )


def _numbers(
    scenario: rs.Scenario, rests: dict[str, list[str]], judged: set[str]
) -> list[list[str]]:
    """Inputs in play, then the structural parameters: name, value, unit, source."""
    inputs, said = scenario.inputs(), dict((*scenario.values, *scenario.structure))
    structural = scenario.names.structural
    rows = []
    for name, row in (*scenario.names.inputs.items(), *structural.items()):
        if name in rests or name in judged:
            source = "judgement" if name in judged else ", ".join(rests[name][:3])
            point = inputs.get(name, row.default)
            value = _value(said.get(name), point, name in structural)
            rows.append([name.replace("_", " "), value, row.unit, source])
    return rows


def _value(said: object, point: float, structural: bool) -> str:
    """A number as the scenario has it: with its interval where it wrote one, marked where it is
    drawn.
    """
    interval = getattr(said, "interval", None)
    if interval:
        return f"{interval[0]:.3g} to {interval[1]:.3g}"
    drawn = getattr(said, "prior", None) is not None or (structural and said is None)
    return f"{getattr(said, 'point', point):.3g}" + (" (prior)" if drawn else "")


def _repeat(answer: Answer) -> None:
    """What anybody needs to get the same numbers."""
    run = answer.now
    about = {
        **{str(name): value for name, value in run.provenance.items()},
        "engine": run.engine,
        "horizon": f"{run.horizon} weeks",
    }
    said = "".join(
        f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(str(value))}</dd>"
        for name, value in about.items()
    )
    command = f"{run.scenario.id}.yaml --replicates {run.replicates} --seed {run.seed}"
    command += f" --corps {answer.corps}" if answer.corps else ""
    st.html(
        '<h2 class="title">To repeat it</h2><p class="sub">Save the scenario, then:</p><pre'
        f' class="mono">regime-sim run {escape(command)}</pre><dl class="about">'
        f"<dt>fingerprint of the futures</dt><dd><code>{run.digest()}</code></dd>"
        f"<dt>version</dt><dd>{escape(rs.__version__)}</dd>{said}</dl>"
    )
