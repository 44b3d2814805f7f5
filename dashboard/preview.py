"""What the page shows while a lever is dragged: the scenario's emulator handed to the browser, and
the exact result it is anchored at; fits none in the foreground.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

import regime_sim as rs
from regime_sim.view.words import sentences

from . import jobs, polling, runs, state
from .answers import Answer

FOLDER = Path(__file__).parent
# what the page fits by itself where no emulator was found: small, and it says how far off it is
SETTINGS, FUTURES = 256, 256
SMALL = f"--settings {SETTINGS} --replicates {FUTURES} --held 16 --exact 400 --workers 1"
KEPT = 12

_emulator = st.components.v2.component(
    "regime_sim_emulator",
    js=(FOLDER / "emulator.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)
_preview = st.components.v2.component(
    "regime_sim_preview",
    html='<div class="preview" aria-hidden="true"></div>',
    js=(FOLDER / "preview.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@st.cache_resource(show_spinner=False)
def _store() -> OrderedDict[str, tuple[rs.Preview, str] | None]:
    """Emulators of this process by scenario, None where none was found."""
    return OrderedDict()


def show(answer: Answer) -> None:
    """Hand over the emulator, if there is one, and what it starts from; start fitting one where
    there is none.
    """
    base = st.session_state.base
    name = runs.key(base, 0)
    found = _found(name, base)
    if found is None:
        if not answer.refining:
            _fit(name, base)
        return
    made, payload = found
    with st.container(key="preview_place", gap=None):
        _emulator(key="emulator", data=payload)
        # as text: for a list in its data Streamlit imports pandas
        _preview(key="preview", data=json.dumps(_anchor(answer, made)))


def _found(name: str, base: rs.Scenario) -> tuple[rs.Preview, str] | None:
    store = _store()
    if store.get(name) is None:
        job = jobs.of_session().jobs.get("preview")
        if name not in store or (job is not None and job.key == name and job.finished):
            ready = rs.Preview.find(base)
            store[name] = None if ready is None else (ready, json.dumps(_payload(ready, base)))
        while len(store) > KEPT:
            store.popitem(last=False)
    return store.get(name)


def _fit(name: str, base: rs.Scenario) -> None:
    """Fit a small emulator by the package's own command, in a process of its own that yields to
    everything else; it ends in the user's cache.
    """
    try:
        runs.check_budget(base, SETTINGS * FUTURES // 8)
    except runs.OverBudget:
        return

    def work(tell: jobs.Tell, cancel: threading.Event) -> object:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "scenario.yaml"
            file.write_text(base.to_yaml(resolved=True), encoding="utf-8")
            return _run(["preview", str(file), *SMALL.split()], cancel)

    jobs.of_session().start("preview", name, work)


def _run(words: list[str], cancel: threading.Event) -> int:
    """A command of the package at the lowest priority, ended when it is cancelled; its status."""
    running = subprocess.Popen(
        [sys.executable, "-m", "regime_sim.cli", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, running.pid, 15)
    while running.poll() is None:
        if cancel.wait(0.3):
            running.terminate()
    return running.wait()


def fitting() -> bool:
    """Whether an emulator is being fitted for what is on the page."""
    job = jobs.of_session().jobs.get("preview")
    return job is not None and not job.finished and job.key == runs.key(st.session_state.base, 0)


@st.fragment
def watch() -> None:
    """Look whether the emulator is fitted. Not while the door to the results is open, even where a
    look was on its way when it was opened: a redrawn page breaks off a file under way.
    """
    if not st.session_state.get("results"):
        polling.tick("fitted", lambda: not fitting() and not st.session_state.get("results"), 1.0)


def _packed(values: Any) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")


def _payload(made: rs.Preview, base: rs.Scenario) -> dict[str, Any]:
    """The emulator's coefficients, and how levers move parts."""
    p = made.process
    arrays = {
        "mean": made.mean,
        "basis": made.basis,
        "line": p.line,
        "points": p.points / p.lengths,
        "weights": p.weights,
        "lengths": p.lengths,
        "band": made.band,
        "start": made.start,
    }
    return {
        "key": made.key,
        "horizon": made.horizon,
        "names": list(made.names),
        "least": made.least,
        "ramps": {k: list(v) for k, v in made.ramps(base).items()},
        "levers": {lever: state.reading(base, lever)[0] for lever in rs.LEVERS},
        "error": made.error(),
        "arrays": {name: _packed(value) for name, value in arrays.items()},
    }


def _anchor(answer: Answer, made: rs.Preview) -> dict[str, Any]:
    """The exact result that the emulator starts from, where every slider stands, and the words of
    the page.
    """
    run, now = answer.now, state.scenario()
    inputs = now.inputs()
    sliders = {lever: state.reading(now, lever)[0] for lever in rs.LEVERS} | {
        name: round(inputs[name], 2) for name in made.names
    }
    before = [
        _packed(answer.baseline.survival_curve(clock).value)
        for clock in (() if answer.same else ("leader", "regime"))
    ]
    return {
        "key": answer.key,
        "futures": answer.futures,
        "id": answer.id,
        "coarse": answer.coarse,
        "base": made.key,
        "at": _packed([inputs[name] for name in made.names]),
        "exact": _packed(made.outputs(run)),
        "sliders": sliders,
        "before": before,
        "name": sentences.name(run),
        "until": sentences.long_date(sentences.last_day(run)),
        "start": run.scenario.start.isoformat(),
    }
