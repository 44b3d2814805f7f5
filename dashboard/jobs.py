"""Long work of a session in threads that all sessions share: started once for a question, followed
as it goes on, cancelled, found again after a rerun; draws nothing.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import streamlit as st

import regime_sim as rs

type Tell = Callable[[int, int], object]
type Work = Callable[[Tell, threading.Event], object]

# threads for long work, and for refining what is on the screen: neither waits for the other
LONG, QUICK = 2, 1
SWITCH = 0.0005  # seconds after which a thread that computes yields to one that draws
LEFT_AFTER = 3.0  # seconds before the time left is guessed


class Stopped(Exception):
    """The reader cancelled the work."""


@dataclass
class Job:
    """One piece of work for one question (`key`): waiting, running, done, failed or cancelled."""

    key: str
    future: Future[object]
    cancel: threading.Event
    done: int = 0
    total: int = 0
    began: float = 0.0

    @property
    def finished(self) -> bool:
        return self.future.done()

    @property
    def waiting(self) -> bool:
        return not self.began and not self.future.done()

    @property
    def share(self) -> float:
        return min(1.0, self.done / self.total) if self.total else 0.0

    def left(self) -> float | None:
        """Seconds left at the present pace; None where it is too early to say."""
        spent = time.monotonic() - self.began
        return (
            None
            if not self.began or spent < LEFT_AFTER or not self.share
            else spent * (1.0 - self.share) / self.share
        )

    def result(self) -> object | None:
        """What it found; None while it has not, or never will."""
        ok = self.future.done() and not self.future.cancelled() and self.future.exception() is None
        return self.future.result() if ok else None

    def problem(self) -> str:
        """Why it failed, in words for the page; empty where it did not."""
        if not self.future.done() or self.cancel.is_set() or self.future.cancelled():
            return ""
        error = self.future.exception()
        if error is None:
            return ""
        return (
            str(error)
            if isinstance(error, rs.RegimeSimError)
            else f"This could not be computed ({type(error).__name__})."
        )

    def stop(self) -> None:
        """Cancel it: at once while it waits, at the next block once it runs."""
        self.cancel.set()
        self.future.cancel()


@dataclass
class SessionJobs:
    """The work of one session, by name: at most one of a name under way, the last finished one
    kept.
    """

    jobs: dict[str, Job] = field(default_factory=dict)
    last: dict[str, Job] = field(default_factory=dict)

    def start(self, name: str, key: str, work: Work, quick: bool = False) -> Job:
        """Start this work unless it is under way, or done, for the same question; other work of
        this name is cancelled.
        """
        now = self.jobs.get(name)
        if now is not None and now.key == key and not now.cancel.is_set():
            return now
        if now is not None:
            now.stop()
        self.jobs[name] = job = _submit(key, work, quick)
        return job

    def interrupt(self, name: str, key: str) -> None:
        """Cancel work of this name that is for another question: its key begins with another."""
        now = self.jobs.get(name)
        if now is not None and now.key.partition(" ")[0] != key:
            now.stop()

    def finished(self, name: str) -> Job | None:
        """The last work of this name that came to a result, whatever its question was."""
        now = self.jobs.get(name)
        if now is not None and now.result() is not None:
            self.last[name] = now
        return self.last.get(name)

    def forget(self, name: str) -> None:
        """Forget a piece of work that failed or was cancelled, so that it can be started again."""
        self.jobs.pop(name, None)

    def close(self) -> None:
        """Cancel everything: the session is over."""
        for job in self.jobs.values():
            job.stop()


@st.cache_resource(scope="session", on_release=lambda own: own.close(), show_spinner=False)
def of_session() -> SessionJobs:
    """The work of this session, cancelled when the session ends."""
    return SessionJobs()


@st.cache_resource(show_spinner=False)
def _pools() -> tuple[ThreadPoolExecutor, ThreadPoolExecutor]:
    sys.setswitchinterval(SWITCH)
    long = ThreadPoolExecutor(LONG, thread_name_prefix="long")
    return long, ThreadPoolExecutor(QUICK, thread_name_prefix="refine")


def _submit(key: str, work: Work, quick: bool) -> Job:
    job = Job(key, Future(), threading.Event())

    def tell(done: int, total: int) -> None:
        job.done, job.total = done, total
        if job.cancel.is_set():
            raise Stopped

    def run() -> object:
        if job.cancel.is_set():
            raise CancelledError
        job.began = time.monotonic()
        return work(tell, job.cancel)

    job.future = _pools()[quick].submit(run)
    return job
