"""What the first reader would wait for, done once the server listens, while a browser loads
Streamlit: the page's modules, the first answer, then the compiled law; draws nothing.
"""

from __future__ import annotations

import threading
import time
from importlib import import_module

# seconds that the server is given to listen: two threads that import take as long as both
START = 5.0
REST = 1.5  # seconds for a browser on this machine to draw that page, with all the cores there are
# seconds that loading the law stands back for the first page, where that has an answer without it
IDLE = 3.0
_begun = threading.Lock()
# the first page is on its way; the law is loaded
drawn, loaded = threading.Event(), threading.Event()


def begin() -> None:
    """Get ready in the background, once a process."""
    if _begun.acquire(blocking=False):
        threading.Thread(target=_work, name="startup", daemon=True).start()


def _listening() -> bool:
    from streamlit import runtime

    return runtime.exists() and runtime.get_instance().state is not runtime.RuntimeState.INITIAL


def _work() -> None:
    until = time.monotonic() + START
    while not _listening() and time.monotonic() < until:
        time.sleep(0.005)
    # only now: the server would wait for these imports
    import regime_sim as rs

    import_module(f"{__package__}.page")
    from . import first_answer, levers, runs

    article = rs.load("venezuela-2025")
    name, store = runs.key(article, 1), runs.kept()
    kept = first_answer.take(article, runs.FIRST, 1)
    if kept is not None:
        store.put(name, runs.FIRST, kept)
        levers.prepare(article)
        drawn.wait(IDLE)
        time.sleep(REST)
    try:
        rs.simulate(article, 1)  # loads, or compiles, the law
    finally:
        loaded.set()
    if kept is None:
        first_answer.put(store.first(name, article, runs.FIRST, 1))
