"""Why it changed: the change against the baseline split over what was moved, as a waterfall under
the table of exits; worked on in the background, computes nothing itself.
"""

from __future__ import annotations

import threading
from html import escape

import streamlit as st

import regime_sim as rs
from regime_sim.view.figures import waterfall
from regime_sim.view.words import attribution as words

from . import caption, charts, jobs, kept_answers, polling, runs
from .answers import Answer
from .style import theme

NAME = "why"
# pixels of its drawing: beside the chart, on a broad page, on a phone
WIDE, BROAD, NARROW = 396, 412, 344
AROUND = 103  # above and below its plot: title, sentence, edges
LOOK_EVERY = 0.3  # seconds between two looks at work under way


def show(answer: Answer) -> None:
    """The waterfall, once the finer answer is there; what it is for where nothing was moved."""
    with st.container(key="why", gap=None):
        if answer.same:
            _say("Move a lever, and the change is split here over what you moved.")
            return
        names = _names(answer)
        if not names:
            _say("These two scenarios differ in more than levers: the change cannot be split.")
        elif len(names) > words.MOST_MOVED:
            _say(f"{len(names)} things differ; the change is split over up to {words.MOST_MOVED}.")
        elif answer.refining or answer.corps or answer.futures != runs.FINE:
            _keep_room(names)
            _say("Follows the finer answer.")
        else:
            _keep_room(names)
            found = _found(answer)
            if found is None:
                _waiting(names)
            else:
                _drawn(found, answer)


def found(answer: Answer) -> rs.Attribution | None:
    """What is known of why it changed, for files and pictures; None while it is not."""
    kept: rs.Attribution | None = None if answer.same else kept_answers.get(NAME, _key(answer))
    return kept


def _names(answer: Answer) -> tuple[str, ...]:
    try:
        return words.moved_names(answer.baseline.scenario, answer.now.scenario)  # type: ignore[arg-type]
    except rs.RegimeSimError:
        return ()


def _key(answer: Answer) -> str:
    return f"{answer.key} {answer.baseline_name} {answer.futures} {answer.baseline.digest()[:16]}"


def _found(answer: Answer) -> rs.Attribution | None:
    """The attribution; its work is started where there is none."""
    key = _key(answer)
    kept: rs.Attribution | None = kept_answers.get(NAME, key)
    if kept is not None:
        return kept
    before, after = answer.baseline, answer.now

    def work(tell: jobs.Tell, cancel: threading.Event) -> object:
        def told(done: int, total: int) -> None:
            tell(done, total)
            runs.kept().stand_back(done, total)

        return kept_answers.once(
            NAME,
            key,
            lambda: rs.attribute(
                before, after, workers=runs.THREADS, on_progress=told, cancel=cancel
            ),
            cancel,
        )

    jobs.of_session().start(NAME, key, work)
    return None


def _say(text: str) -> None:
    st.html(f'<h2 class="title">Why it changed</h2><p class="sub">{escape(text)}</p>')


def _keep_room(names: tuple[str, ...]) -> None:
    """The room that the drawing will have, from the first: what lies below would move under a
    reader's pointer, and a click there would be lost.
    """
    tall = AROUND + waterfall.height(len(names))
    st.html(f"<style>.st-key-why {{ min-height: {tall}px; }}</style>")


def _waiting(names: tuple[str, ...]) -> None:
    """That it is worked on, in the place that it will have."""
    _say(f"Running every subset of {len(names)}, under the same draws.")
    with st.container(key="why_going"):
        _watch()


@st.fragment
def _watch() -> None:
    job = jobs.of_session().jobs.get(NAME)
    if job is not None and job.problem():
        st.html(f'<p class="note">{escape(job.problem())}</p>')
        return
    if job is not None and not job.finished:
        st.html(f'<p class="note">{100 * job.share:.0f}% done</p>')
    polling.tick(NAME, lambda: job is None or job.finished, LOOK_EVERY)


def _drawn(found: rs.Attribution, answer: Answer) -> None:
    figure, broad, narrow = (
        found.plot(theme=theme(), width=width) for width in (WIDE, BROAD, NARROW)
    )
    said = words.sentence(found)
    top = f'<h2 class="title">Why it changed</h2><p class="sub">{escape(said)}</p>'
    charts.by_hand(figure, "waterfall", top, narrow, broad)
    charts.link(figure, "why", f"{caption.stem(answer)}-why")
