"""How a longer question is asked, waited for, cancelled and shown: one pattern for all tabs; knows
none of the questions.
"""

from __future__ import annotations

from html import escape
from typing import Any

import charts
import clock
import jobs
import streamlit as st
from runs import Answer

import regime_sim as rs

POLL = 0.5  # seconds between two looks at work under way


def lead(text: str, below: str = "") -> None:
    """The lead line of a tab in serif, and what must be said below it."""
    more = f'<p class="under">{escape(below)}</p>' if below else ""
    st.html(f'<h2 class="lead">{escape(text)}</h2>{more}')


def ask(
    name: str, key: str, question: str, work: jobs.Work, label: str = "Run again for these settings"
) -> Any:
    """The answer to a long question, started when it is first asked; None while there is none. An
    answer for other settings stays, and says so.
    """
    bench = jobs.bench()
    found, now = bench.finished(name), bench.jobs.get(name)
    if now is None and found is None:
        now = bench.start(name, key, work)
    elif found is not None and found.key != key and (now is None or now.finished):
        _again(name, key, work, label)
    if now is not None and not now.finished:
        _progress(name, question)
    elif now is not None and now.result() is None:
        _failed(name, now, key, work)
    found = bench.finished(name)
    return None if found is None else found.result()


def _again(name: str, key: str, work: jobs.Work, label: str) -> None:
    with st.container(key=f"again_{name}", horizontal=True, vertical_alignment="center"):
        st.html(
            '<p class="wrong" role="status">The settings have moved since; this is the answer for those before.</p>'
        )
        st.button(label, key=f"ask_{name}", on_click=lambda: jobs.bench().start(name, key, work))


@st.fragment
def _progress(name: str, question: str) -> None:
    """A bar, the time left, and a way out; the page around it stays usable. When the work is done,
    all is shown.
    """
    job = jobs.bench().jobs.get(name)
    clock.tick(name, lambda: _finished(name), POLL)
    if job is None or job.finished:
        return
    left = job.left()
    words = (
        "waiting for other work to finish"
        if job.waiting
        else f"{100 * job.share:.0f}%" + (f" · {left:.0f} s left" if left is not None else "")
    )
    with st.container(key=f"progress_{name}", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="going" role="progressbar" aria-valuenow="{100 * job.share:.0f}" aria-valuemin="0" aria-valuemax="100" aria-label="{escape(question)}">'
            f'<p>{escape(question)} · {words}</p><div><b style="width:{100 * job.share:.1f}%"></b></div></div>'
        )
        st.button("Cancel", key=f"cancel_{name}", type="tertiary", on_click=job.stop)


def _finished(name: str) -> bool:
    job = jobs.bench().jobs.get(name)
    return job is None or job.finished


def _failed(name: str, job: jobs.Job, key: str, work: jobs.Work) -> None:
    said = job.problem() or "Cancelled."
    with st.container(key=f"failed_{name}", horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="wrong" role="status">{escape(said)}</p>')

        def again() -> None:
            jobs.bench().forget(name)
            jobs.bench().start(name, key, work)

        st.button("Start again", key=f"restart_{name}", on_click=again)


def figure(made: rs.Figure, key: str, stem: str) -> None:
    """A figure of the package with its title as text, and its links."""
    with st.container(key=f"figure_{key}", gap=None):
        charts.put(made, key)
        charts.links(made, key, stem)


def table(
    heads: list[str], rows: list[list[str]], caption: str, numbers: int = 1, tall: bool = False
) -> None:
    """A plain table; columns from the `numbers`-th on are set flush right. tall: in a frame that
    scrolls.
    """

    def cells(row: list[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if k >= numbers else ''}>{escape(cell)}</{tag}>"
            for k, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    st.html(
        f'<div class="scroll{" tall" if tall else ""}" {'tabindex="0"' if tall else ""}><table class="plain"><caption>{escape(caption)}</caption><thead><tr>{cells(heads, "th")}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def futures(answer: Answer) -> str:
    """How many futures, and which."""
    return f"{answer.futures:,} futures, seed {answer.now.seed}"
