"""What the first reader would wait for, done once the server listens, while a browser loads
Streamlit: the page's modules, and the first answer; draws nothing.
"""

from __future__ import annotations

import threading
import time
from importlib import import_module

# seconds that the server is given to listen: two threads that import take as long as both
START = 5.0
_begun = threading.Lock()


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
    from . import answer_files, levers, runs

    article = rs.load("venezuela-2025")
    try:
        runs.kept().first(runs.key(article, 1), article, runs.FIRST, 1)
        levers.prepare(article)
        answer_files.mark(*answer_files.NUMBERS)
    except (rs.RegimeSimError, RuntimeError):
        return  # the server is closing; if not, the first reader's own request says what is wrong
