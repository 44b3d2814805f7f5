"""Runs that stop when one share is known well enough: looks at fixed numbers of futures, so that every machine stops at the same one; draws nothing.

Stopping depends on what was seen, so that the last interval is a little too narrow: looks are few (each a quarter further on) and never before
512 futures, which keeps its coverage within about a point of 95% (a test measures it).
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import OutOfRange, UnknownName
from ..facts.outcomes import REGIME, WAYS
from ..statistics.intervals import Estimate, share
from .result import Ensemble
from .simulate import BLOCK, Progress, refine

if TYPE_CHECKING:
    from ..scenario import Scenario

FIRST_LOOK = 512
SHARES = ("leader_out", "regime_falls", "tutelage")


def happened(ensemble: Ensemble, outcome: str) -> NDArray[np.bool_]:
    """In which futures an outcome came true, shape (n,): leader_out, regime_falls, tutelage (at the horizon), or a way to go. Raises UnknownName."""
    if outcome == "leader_out":
        return np.asarray(ensemble.leader_way > 0)
    if outcome in ("regime_falls", "tutelage"):
        return np.asarray(ensemble.regime_fate == REGIME.index("falls" if outcome == "regime_falls" else "tutelage"))
    if outcome not in WAYS:
        raise UnknownName("outcome", outcome, (*SHARES, *WAYS))
    return np.asarray(ensemble.leader_way == WAYS.index(outcome))


def looks(most: int) -> list[int]:
    """The numbers of futures at which a run of at most `most` looks: 512, then each about a quarter more, in whole blocks; `most` last."""
    found: list[int] = []
    at = FIRST_LOOK
    while at < most:
        found.append(at)
        at += max(BLOCK, at // 4 // BLOCK * BLOCK)
    return [*found, most]


def enough(known: Estimate, half_width: float) -> bool:
    """Whether the 95% interval of a share is at most 2 `half_width` wide."""
    return known.high - known.low <= 2.0 * half_width


def simulate_until(
    scenario: Scenario, half_width: float, of: str = "leader_out", most: int = 2000, seed: int = 1, engine: str = "kernel", workers: int | None = None,
    *, on_progress: Progress | None = None, cancel: threading.Event | None = None, **more: Any,
) -> Ensemble:  # fmt: skip
    """Run futures until the 95% interval of one share is at most 2 `half_width` wide, or `most` are done; the first futures of `simulate`, bit for bit.

    of: leader_out, regime_falls, tutelage or a way to go. The ensemble says how many futures it holds, and its provenance under "stopped" by which
    rule. Errors: OutOfRange, UnknownName, those of `simulate`.
    """
    if not 0.0 < half_width < 0.5:
        raise OutOfRange(f"half_width: {half_width!r} - expected a number between 0 and 0.5")
    if of not in (*SHARES, *WAYS):
        raise UnknownName("outcome", of, (*SHARES, *WAYS))
    found = None
    for found in refine(scenario, looks(most), seed, engine, workers, on_progress=on_progress, cancel=cancel, **more):
        known = share(happened(found, of), found.cluster)
        if enough(known, half_width):
            break
    assert found is not None
    rule = {"of": of, "half_width": half_width, "reached": (known.high - known.low) / 2.0, "most": most}
    return replace(found, provenance={**found.provenance, "stopped": rule})
