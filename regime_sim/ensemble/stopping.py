"""Runs that stop when one share is known well enough: looks at fixed numbers of futures, so that
every machine stops at the same one; draws nothing.

Stopping depends on what was seen, so that the last interval is a little too narrow: looks are few
(each a quarter further on) and never before 512 futures, which keeps its coverage within about a
point of 95% (a test measures it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import OutOfRange, UnknownName
from ..facts.outcomes import REGIME, WAYS
from ..statistics.intervals import CLUSTER, Estimate, Neighbours, share
from .blocks import BLOCK
from .result import Ensemble

if TYPE_CHECKING:
    from .failures import Failure

FIRST_LOOK = 512
SHARES = ("leader_out", "regime_falls", "tutelage")


@dataclass(frozen=True, slots=True)
class Rule:
    """Stop at a 95% interval of `of` <= 2 `half_width` wide. Raises OutOfRange, UnknownName."""

    of: str
    half_width: float

    def __post_init__(self) -> None:
        if not 0.0 < self.half_width < 0.5:
            raise OutOfRange(
                f"half_width: {self.half_width!r} - expected a number between 0 and 0.5"
            )
        column_of(self.of)

    def met(self, known: Estimate) -> bool:
        """Whether a share is known this well."""
        return enough(known, self.half_width)

    def signed(self, ensemble: Ensemble, most: int) -> Ensemble:
        """The ensemble with rule and width reached as provenance; `most`: where it stops anyway."""
        known = share(happened(ensemble, self.of), ensemble.cluster)
        about = {
            "of": self.of,
            "half_width": self.half_width,
            "reached": (known.high - known.low) / 2.0,
            "most": most,
        }
        return replace(ensemble, provenance={**ensemble.provenance, "stopped": about})


def column_of(outcome: str) -> str:
    """The column of a ledger that tells whether an outcome came true. Raises UnknownName."""
    if outcome in ("regime_falls", "tutelage"):
        return "regime_fate"
    if outcome not in (*SHARES, *WAYS):
        raise UnknownName("outcome", outcome, (*SHARES, *WAYS))
    return "leader_way"


def hits(column: NDArray[Any], outcome: str) -> NDArray[np.bool_]:
    """In which futures an outcome came true, by its column."""
    if outcome == "leader_out":
        return np.asarray(column > 0)
    return np.asarray(
        column
        == (
            REGIME.index(outcome.removeprefix("regime_"))
            if column_of(outcome) == "regime_fate"
            else WAYS.index(outcome)
        )
    )


def happened(ensemble: Ensemble, outcome: str) -> NDArray[np.bool_]:
    """In which futures an outcome came true, shape (n,): leader_out, regime_falls, tutelage (at the
    horizon), or an exit mode. Raises UnknownName.
    """
    return hits(getattr(ensemble, column_of(outcome)), outcome)


def looks(most: int) -> list[int]:
    """Futures at which a run looks: 512, then a quarter more each, in whole blocks; `most` last."""
    found: list[int] = []
    at = FIRST_LOOK
    while at < most:
        found.append(at)
        at += max(BLOCK, at // 4 // BLOCK * BLOCK)
    return [*found, most]


def enough(known: Estimate, half_width: float) -> bool:
    """Whether the 95% interval of a share is at most 2 `half_width` wide."""
    return known.high - known.low <= 2.0 * half_width


class StopCheck:
    """The looks of a run whose chunks arrive in any order: which of them are the run. A look sees
    the futures before it and nothing else.

    edges: where chunks begin and end, which every look is one of. `ends`: the number
    of chunks of the run; None until that is known.
    """

    def __init__(self, rule: Rule, edges: Sequence[int], first: int, clustered: bool) -> None:
        self.ends: int | None = None
        self._rule, self._edges, self._first, self._clustered = rule, edges, first, clustered
        self._looks = frozenset(looks(edges[-1]))
        self._hit = np.zeros(edges[-1], np.bool_)
        self._failed: list[int] = []
        self._next = 0
        self._waiting: dict[int, tuple[NDArray[np.bool_], Sequence[Failure]]] = {}

    def take(self, at: int, column: NDArray[Any], failures: Sequence[Failure]) -> list[int]:
        """Take what chunk `at` says of the share; the chunks now known to be of the run."""
        self._waiting[at] = hits(column, self._rule.of), failures
        known = []
        while self.ends is None and self._next in self._waiting:
            hit, failed = self._waiting.pop(self._next)
            begin, end = self._edges[self._next : self._next + 2]
            self._hit[begin:end] = hit
            self._failed += [one.replicate - self._first for one in failed]
            known.append(self._next)
            self._next += 1
            if end == self._edges[-1] or (end in self._looks and self._rule.met(self._share(end))):
                self.ends = self._next
        return known

    def _share(self, n: int) -> Estimate:
        """The share among the first `n` futures that came through."""
        if not self._failed:
            return share(self._hit[:n], Neighbours(self._first, n) if self._clustered else None)
        which = np.setdiff1d(np.arange(n), self._failed)
        groups = (which + self._first) // CLUSTER if self._clustered else None
        return share(self._hit[which], groups)
