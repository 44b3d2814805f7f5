"""Assumptions and provenance: every number in play with its source, the sources in full, and what
repeats the run; computes nothing.
"""

from __future__ import annotations

from html import escape

import asking
import streamlit as st
from runs import Answer

import regime_sim as rs


def show(answer: Answer) -> None:
    """The numbers, the sources, the fingerprint."""
    run = answer.now
    world = run.scenario
    cited = rs.cite(world)
    asking.lead(
        f"{cited.numbers} numbers are in play, {len(cited.judged)} of them by judgement alone",
        "A judgement is called one, and is drawn from a prior. Facts and works are paraphrased,"
        " with paragraph and confidence.",
    )
    rests: dict[str, list[str]] = {}
    for entry in cited.entries:
        for name in entry.rests:
            rests.setdefault(name, []).append(entry.id)
    asked = (
        st.text_input(
            "Find a number or a source",
            key="sources_find",
            max_chars=60,
            placeholder="rents, coup, China ...",
        )
        .strip()
        .lower()
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.html(
            '<h3 class="title">Numbers</h3><p class="sub">As this scenario has them; “prior” is'
            " drawn anew in every sixteen futures.</p>"
        )
        rows = [
            row
            for row in _numbers(world, rests, set(cited.judged))
            if not asked or asked in " ".join(row).lower()
        ]
        asking.table(
            ["number", "value", "unit", "source"], rows[:400], "Numbers in play", 9, tall=True
        )
    with right, st.container(height=560, border=False, key="sources_list"):
        for title, under in cited.by_kind():
            entries = [one for one in under if not asked or asked in f"{one.id} {one.text}".lower()]
            if entries:
                st.html(
                    f'<h3 class="title">{escape(title)}</h3><ul class="sources">'
                    + "".join(
                        f"<li><code>{escape(one.id)}</code> {escape(one.text)}</li>"
                        for one in entries
                    )
                    + "</ul>"
                )
    _repeat(answer)


def _numbers(world: rs.Scenario, rests: dict[str, list[str]], judged: set[str]) -> list[list[str]]:
    """Inputs in play, then the structural parameters: name, value, unit, source."""
    inputs, said = world.inputs(), dict((*world.values, *world.structure))
    rows = []
    for name, row in (*world.names.inputs.items(), *world.names.structural.items()):
        if name in rests or name in judged:
            source = "judgement" if name in judged else ", ".join(rests[name][:3])
            rows.append(
                [
                    name.replace("_", " "),
                    _value(
                        said.get(name),
                        inputs.get(name, row.default),
                        name in world.names.structural,
                    ),
                    row.unit,
                    source,
                ]
            )
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
    st.html(
        '<h3 class="title">To repeat it</h3><p class="sub">Save the scenario, then:</p><pre'
        f' class="mono">regime-sim run {escape(run.scenario.id)}.yaml --replicates {run.replicates}'
        f" --seed {run.seed}</pre>"
        '<dl class="about"><dt>fingerprint of the'
        f" futures</dt><dd><code>{run.digest()}</code></dd><dt>model</dt><dd>{escape(rs.__version__)}</dd>{said}</dl>"
    )
