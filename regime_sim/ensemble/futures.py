"""The record of a run: exit weeks, exit modes and fates of every future, and the weekly counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import OutOfRange
from ..facts.outcomes import OBSERVABLES, REGIME, WAYS
from ..given import choice
from ..provenance import arrays_digest
from ..statistics import intervals
from ..travel import Closed, Travels

if TYPE_CHECKING:
    from .failures import Failure

Clock = Literal["leader", "regime"]
CLOCKS: tuple[Clock, ...] = ("leader", "regime")
BINS = 500
FIXED_POINT = 2.0**32
FALLS = REGIME.index("falls")
# name of each array, its type on disk (little endian) and its shape: n futures, H+1 weeks, V weekly
# variables
ARRAYS = {
    "leader_week": ("<i2", "n"),
    "leader_way": ("|i1", "n"),
    "leader_fate": ("|i1", "n"),
    "regime_week": ("<i2", "n"),
    "regime_fate": ("|i1", "n"),
    "regime_way": ("|i1", "n"),
    "regime_after": ("|i1", "n"),
    "successors": ("|i1", "n"),
    "failed_coups": ("<i2", "n"),
    "first_failed": ("<i2", "n"),
    "rebellion_week": ("<i2", "n"),
    "counts": ("<i8", "H"),
    "sums": ("<i8", "VH"),
    "bins": ("<i8", "VHB"),
}


class ScenarioLike(Protocol):
    """What an ensemble needs to know of the scenario it was run from."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def horizon(self) -> int: ...
    @property
    def ruler(self) -> str: ...


@dataclass(frozen=True, eq=False, repr=False)
class Futures(Travels):
    """Futures of one scenario, one entry per replicate; the arrays cannot be written to.

    leader_week (n,): week in which he went, 1..H, 0 still in office; leader_way: index in WAYS;
    leader_fate: index in FATES. regime_week (n,): week in which the regime fell, or came under
    tutelage, 0 neither; regime_fate: index in REGIME at the horizon; regime_way: the way that
    brought it down, 0 none; regime_after: index in REGIME as decided when he went, 0 if he did not;
    successors: how many have followed him. failed_coups, first_failed, rebellion_week: coups
    against him that failed, week of the first, week from which rebels were in the field (0 none).
    Weekly, over futures in which he is in office: counts (H+1,); sums (V, H+1), values times 2**32;
    bins (V, H+1, 500), a histogram over each variable's range. `clustered`: 16 neighbours share a
    draw of the parameters. failures: replicates that ended in an error and are left out,
    `replicates` counts the others; which (n,): their numbers, None where none failed.
    """

    scenario: ScenarioLike
    seed: int
    replicates: int
    engine: str
    clustered: bool
    leader_week: NDArray[np.int16]
    leader_way: NDArray[np.int8]
    leader_fate: NDArray[np.int8]
    regime_week: NDArray[np.int16]
    regime_fate: NDArray[np.int8]
    regime_way: NDArray[np.int8]
    regime_after: NDArray[np.int8]
    successors: NDArray[np.int8]
    failed_coups: NDArray[np.int16]
    first_failed: NDArray[np.int16]
    rebellion_week: NDArray[np.int16]
    counts: NDArray[np.int64]
    sums: NDArray[np.int64]
    bins: NDArray[np.int64]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    first: int = 0
    failures: tuple[Failure, ...] = ()
    which: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes; keep them in their declared types, closed to writing."""
        sizes = {
            "n": self.replicates,
            "H": int(np.size(self.counts)),
            "V": len(OBSERVABLES),
            "B": BINS,
        }
        for name, (kind, letters) in ARRAYS.items():
            array = np.ascontiguousarray(getattr(self, name), dtype=np.dtype(kind)).view()
            expected = tuple(sizes[letter] for letter in letters)
            if array.shape != expected:
                raise OutOfRange(f"{name} has shape {array.shape}, expected {expected}")
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "provenance", Closed(dict(self.provenance)))

    @property
    def horizon(self) -> int:
        """Weeks that were simulated."""
        return int(self.counts.size) - 1

    @property
    def attempted(self) -> int:
        """Replicates that were run: those that came through, and those that failed."""
        return self.replicates + len(self.failures)

    @property
    def cluster(self) -> NDArray[np.int64] | None:
        """Which futures share a draw of the parameters; None where nothing is uncertain."""
        if not self.clustered:
            return None
        if self.which is not None:
            return self.which // intervals.CLUSTER - self.first // intervals.CLUSTER
        return intervals.cluster_index(self.replicates, self.first)

    def digest(self) -> str:
        """SHA-256 of all arrays, the same on any machine (`provenance.arrays_digest`)."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        return arrays_digest(
            (name, kind, getattr(self, name)) for name, (kind, _) in ARRAYS.items()
        )

    @property
    def _groups(self) -> intervals.Neighbours | NDArray[np.int64] | None:
        """`cluster`, without an array of it where all replicates came through."""
        return (
            intervals.Neighbours(self.first, self.replicates)
            if self.clustered and self.which is None
            else self.cluster
        )

    def _ends(self, clock: str) -> tuple[NDArray[np.int8], tuple[str, ...]]:
        """Code of the end of each future on a clock, and the names of the codes."""
        choice("clock", clock, CLOCKS)
        return (self.leader_way, WAYS) if clock == "leader" else (self.regime_fate, REGIME)

    def _weeks(self, clock: str) -> NDArray[np.int16]:
        """Week in which what the code says began, 0 where nothing did."""
        return self.leader_week if clock == "leader" else self.regime_week

    def _lasting(self, clock: str) -> NDArray[np.int16]:
        """Week in which he went, or the regime fell, for good (tutelage stops no clock)."""
        code, names = self._ends(clock)
        if clock == "leader":
            return self.leader_week
        return np.where(code == names.index("falls"), self.regime_week, 0).astype(np.int16)
