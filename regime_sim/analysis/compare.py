"""Compare: what one scenario changes against another under common draws, future by future; draws nothing and prints nothing.

The same replicate meets the same luck in both, so the difference is over pairs and its interval far narrower than that of two separate runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ensemble.result import Ensemble
from ..ensemble.simulate import simulate
from ..errors import RegimeSimError, UnknownName
from ..facts.outcomes import WAY_WORDS, WAYS
from ..statistics.intervals import Estimate, cluster_index, paired_difference

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..scenario import Scenario

CLOCKS = ("leader", "regime")


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Two ensembles of the same replicates; `change` gives paired differences, `frame` all of them."""

    before: Ensemble
    after: Ensemble

    def __post_init__(self) -> None:
        a, b = self.before, self.after
        if (a.seed, a.replicates, a.first, a.horizon) != (b.seed, b.replicates, b.first, b.horizon):
            raise RegimeSimError("only ensembles of the same seed, replicates and horizon can be compared future by future")

    def _hits(self, e: Ensemble, way: str | None, clock: str) -> NDArray[np.bool_]:
        if clock == "regime":
            return np.asarray(e.regime_fate == 2)
        return np.asarray(e.leader_way > 0 if way is None else e.leader_way == WAYS.index(way))

    def change(self, way: str | None = None, clock: str = "leader") -> Estimate:
        """Paired difference (after less before) in the share of futures in which he is out, out by one `way`, or (clock "regime") the regime has fallen."""
        if way is not None and way not in WAYS:
            raise UnknownName("way to go", way, WAYS)
        if clock not in CLOCKS:
            raise UnknownName("clock", clock, CLOCKS)
        together = self.before.clustered or self.after.clustered
        groups = cluster_index(self.before.replicates, self.before.first) if together else None
        return paired_difference(self._hits(self.before, way, clock), self._hits(self.after, way, clock), groups)

    def turned(self) -> tuple[int, int]:
        """Futures in which he is out after and was not before, and the other way round."""
        before, after = self.before.leader_way > 0, self.after.leader_way > 0
        return int((after & ~before).sum()), int((before & ~after).sum())

    def frame(self) -> pd.DataFrame:
        """Rows: out (any way), each way, regime falls; columns: what, before, after, change, low, high, n."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for what, way, clock in (("out", None, "leader"), *((way, way, "leader") for way in WAYS[1:]), ("regime falls", None, "regime")):
            before, after = (float(self._hits(e, way, clock).mean()) for e in (self.before, self.after))
            d = self.change(way, clock)
            rows.append({"what": what, "before": before, "after": after, "change": d.value, "low": d.low, "high": d.high, "n": int(d.n)})
        return pd.DataFrame(rows)

    def __str__(self) -> str:
        weeks, before, after = self.before.horizon, float((self.before.leader_way > 0).mean()), float((self.after.leader_way > 0).mean())
        on, off = self.turned()
        lines = [
            f"{self.after.scenario.title}, against {self.before.scenario.title} ({self.before.replicates:,} paired futures, seed {self.before.seed})",
            f"out within {weeks} weeks {before:.0%} -> {after:.0%}, {_points(self.change())}",
            f"regime fallen: {_points(self.change(clock='regime'))}",
            f"{on:,} futures change to out, {off:,} the other way",
        ]
        causes = [(way, self.change(way)) for way in WAYS[1:]]
        clear = [f"  {WAY_WORDS[way]}: {_points(d)}" for way, d in sorted(causes, key=lambda pair: -abs(pair[1].value)) if d.low > 0 or d.high < 0]
        return "\n".join([*lines, "by cause:" if clear else "by cause: no clear change", *clear])

    __repr__ = __str__


def _points(d: Estimate) -> str:
    return f"{100 * d.value:+.0f} points (paired 95%: {100 * d.low:+.0f} to {100 * d.high:+.0f})"


def compare(before: Scenario | Ensemble, after: Scenario | Ensemble, replicates: int = 2000, seed: int = 1, workers: int | None = None) -> Comparison:
    """Compare two scenarios, or two ensembles of the same replicates, under common draws.

    Scenarios are run to the first one's horizon. Errors: RegimeSimError where two ensembles are not of the same futures; those of `simulate`.
    """
    first = before if isinstance(before, Ensemble) else simulate(before, replicates, seed, workers=workers)
    if isinstance(after, Ensemble):
        return Comparison(first, after)
    return Comparison(first, simulate(after.horizon_weeks(first.horizon), first.replicates, first.seed, workers=workers, first=first.first))
