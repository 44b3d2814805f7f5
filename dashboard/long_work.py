"""How a question that takes long is asked, waited for, cancelled and asked again: one pattern for
all tabs; knows none of the questions.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

import regime_sim as rs

from . import answer_files, jobs, kept_answers, polling

LOOK_EVERY = 0.5  # seconds between two looks at work under way


@dataclass(frozen=True, slots=True)
class Question:
    """What a tab asks: `key` is all that the answer depends on, `words` say what is worked on.

    scenario: what it is asked about. lasting: whether the answer is kept on disk, too; rooms: those
    whose code it depends on, none for all of the package.
    """

    name: str
    key: str
    words: str
    work: jobs.Work
    again: str = "Run again for these settings"
    always: bool = False  # whether it is worked on again by itself when the settings change
    scenario: rs.Scenario | None = None
    lasting: bool = False
    rooms: tuple[str, ...] = answer_files.NUMBERS

    def start(self) -> jobs.Job:
        """Start the work in the background; what it finds is kept for all sessions."""

        def work(tell: jobs.Tell, cancel: threading.Event) -> object:
            def find() -> object:
                found = self.work(tell, cancel)
                if self.lasting:
                    self.place.write(found)
                return found

            return kept_answers.once(self.name, self.key, find, cancel)

        return jobs.of_session().start(self.name, self.key, work)

    @property
    def place(self) -> answer_files.Place:
        """Where the answer is kept on disk."""
        return answer_files.Place(self.name, self.key, self.scenario, self.rooms)

    def kept(self) -> Any:
        """The answer, where any session has found it, or a file holds it."""
        found = kept_answers.get(self.name, self.key)
        if found is None and self.lasting:
            found = self.place.read()
            if found is not None:
                kept_answers.put(self.name, self.key, found)
        return found

    def restart(self) -> None:
        """Start it again, after it failed or was cancelled."""
        jobs.of_session().forget(self.name)
        self.start()


def ask(question: Question) -> Any:
    """The answer, whose work is started when it is first asked for; None while there is none. An
    answer for other settings stays, and says so.
    """
    own, name = jobs.of_session(), question.name
    kept = question.kept()
    if kept is not None:
        return kept
    found, now = own.finished(name), own.jobs.get(name)
    other = now is None or now.key != question.key
    if (question.always and other) or (now is None and found is None):
        now = question.start()
    elif found is not None and found.key != question.key and (now is None or now.finished):
        _outdated(question)
    if now is not None and not now.finished:
        _progress(name, question.words)
    elif now is not None and now.result() is None:
        _failed(question, now)
    found = own.finished(name)
    return None if found is None else found.result()


def _outdated(question: Question) -> None:
    with _row(f"again_{question.name}"):
        st.html(
            '<p class="wrong" role="status">The settings have changed; this is the answer for the'
            " earlier ones.</p>"
        )
        st.button(question.again, key=f"ask_{question.name}", on_click=question.start)


@st.fragment
def _progress(name: str, words: str) -> None:
    """A bar, the time left, and a way out; the page around it stays usable. When the work is done,
    all is shown.
    """
    job = jobs.of_session().jobs.get(name)
    polling.tick(name, lambda: _finished(name), LOOK_EVERY)
    if job is None or job.finished:
        return
    with _row(f"progress_{name}"):
        st.html(_bar(job, words))
        st.button("Cancel", key=f"cancel_{name}", type="tertiary", on_click=job.stop)


def _bar(job: jobs.Job, words: str) -> str:
    """How far the work has come, as HTML."""
    left, done = job.left(), f"{100 * job.share:.0f}"
    state = "waiting for other work to finish" if job.waiting else f"{done}%"
    if not job.waiting and left is not None:
        state += f" · {left:.0f} s left"
    return (
        f'<div class="going" role="progressbar" aria-valuenow="{done}" aria-valuemin="0"'
        f' aria-valuemax="100" aria-label="{escape(words)}"><p>{escape(words)} · {state}</p>'
        f'<div><b style="width:{100 * job.share:.1f}%"></b></div></div>'
    )


def _finished(name: str) -> bool:
    job = jobs.of_session().jobs.get(name)
    return job is None or job.finished


def _failed(question: Question, job: jobs.Job) -> None:
    said = job.problem() or "Cancelled."
    with _row(f"failed_{question.name}"):
        st.html(f'<p class="wrong" role="status">{escape(said)}</p>')
        st.button("Start again", key=f"restart_{question.name}", on_click=question.restart)


def _row(key: str) -> Any:
    return st.container(key=key, horizontal=True, vertical_alignment="center")
