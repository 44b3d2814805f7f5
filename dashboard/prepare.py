"""The answers that ship: what the tabs ask of the shipped scenarios, so that nobody waits for them.
Draws nothing.

    python -m dashboard.prepare seeds/answers [SCENARIO ...]
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import regime_sim as rs

from . import runs, state
from .long_work import Question
from .tabs import claim, drives, history, tipping, which_futures

ASKED = (claim.question, tipping.question, drives.question, which_futures.question)
SEED = 1  # that a page begins with


def make(folder: Path, names: tuple[str, ...]) -> None:
    """Find the answers and write them, one file each, with a line about it; without names, of all
    shipped scenarios, and the test on history.
    """
    for name in names or state.shipped():
        scenario = rs.load(name)
        for ask in ASKED:
            _keep(ask(scenario, SEED, workers=runs.THREADS), folder)
    if not names:
        _keep(history.question(runs.THREADS), folder)


def _keep(question: Question, folder: Path) -> None:
    begun = time.monotonic()
    path = folder / question.place.shipped
    found = question.work(lambda done, total: None, threading.Event())
    if not question.place.write(found, path):
        raise SystemExit(f"could not keep {path}")
    took, size = time.monotonic() - begun, path.stat().st_size / 1000
    sys.stdout.write(f"{path.name}: {size:,.0f} kB in {took:.0f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    make(Path(sys.argv[1]), tuple(sys.argv[2:]))
