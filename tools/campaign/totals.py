"""What a part of the campaign met, and how long anything may take."""

from __future__ import annotations

import contextlib
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PATIENCE = 10.0  # seconds of a processor that anything may take


class Hang(BaseException):
    """Something took too long. No Exception, so that nothing on the way takes it for a failure
    of its own.
    """


@dataclass
class Totals:
    """What a part of the campaign met."""

    part: str
    tried: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    began: float = field(default_factory=time.monotonic)
    took: float = 0.0

    def note(self, how: str, what: str, seconds: float) -> None:
        """One try, how it ended, and how long it took."""
        self.tried += 1
        self.ended[how] += 1
        self.slowest = max(self.slowest, (seconds, what))
        self.took = time.monotonic() - self.began

    def __str__(self) -> str:
        ways = ", ".join(f"{how} {count:,}" for how, count in sorted(self.ended.items()))
        seconds, what = self.slowest
        return (
            f"{self.part}: {self.tried:,} tried in {self.took:.0f} s ({ways}); longest"
            f" {seconds:.1f} s: {what[:120]}; found {len(self.found)}"
        )


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise Hang in the main thread after so many seconds of a processor, or six times as many by
    the clock (a busy machine is no hang), and again each second, should something swallow it.
    """
    begun, clock = time.process_time(), time.monotonic()

    def end(_: int, __: FrameType | None) -> None:
        worked, waited = time.process_time() - begun, time.monotonic() - clock
        if worked > seconds or waited > 6 * seconds:
            raise Hang(f"no end after {worked:.0f} s of work, {waited:.0f} s by the clock")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def where(error: BaseException) -> str:
    """An error in a line, with the place of ours that it came from."""
    places = [
        one for one in traceback.extract_tb(error.__traceback__) if "regime_sim" in one.filename
    ]
    place = f" at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}{place}"
