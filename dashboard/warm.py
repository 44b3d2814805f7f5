"""What the first reader would wait for, done when the server starts: the page's modules, the compiled law, the first answer; draws nothing."""

from __future__ import annotations

import gc
import threading

_begun = threading.Lock()


def begin() -> None:
    """Warm up in the background, once a process."""
    if _begun.acquire(blocking=False):
        threading.Thread(target=_work, name="warm", daemon=True).start()


def _work() -> None:
    import regime_sim as rs

    article = rs.load("venezuela-2025")
    rs.simulate(article, 1)  # loads, or compiles, the law
    import page  # noqa: F401
    import runs

    name = runs.key(article, 1)
    runs.kept().first(name, article, runs.FIRST, 1)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: later collections need not look at it
