"""Tipping: the smallest change that brings a probability to a target; finds no words for it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

from ..ensemble.common_draws import prepared
from ..ensemble.effort import Effort, ReplicatesOptions, takes
from ..errors import OutOfRange, RegimeSimError
from ..facts.parameters import LEVERS
from ..given import inside, listed
from ..scenario import load
from ..shown import Shown, framed
from ..statistics.intervals import Estimate
from .quantities import known
from .settings import known_name
from .sweep import CORPS
from .tipping_search import Found, Probes, candidate, every

if TYPE_CHECKING:
    import pandas as pd

    from ..scenario import Scenario

LEAST = 128


@dataclass(frozen=True, eq=False, repr=False)
class Tipping(Shown):
    """Tipping points, smallest change first. base: P as it stands; runs: futures in all,
    counted (`exact`) or with their luck taken out.
    """

    scenario: Scenario
    of: str
    target: float
    base: Estimate
    found: tuple[Found, ...]
    seed: int
    simulated: int
    runs: int
    exact: bool = True

    def rows(self) -> list[dict[str, Any]]:
        """The rows of `frame`."""
        return [_row(one) for one in self.found]

    def frame(self) -> pd.DataFrame:
        """A row for each candidate: what, kind (lever, part, pair or parameter), start, to, change,
        low, high, verdict, probability, p_low, p_high, p_start, n.

        change is in shares of the range, with its 95% interval (high inf: perhaps no setting
        reaches it); of a pair, the step that both make. verdict: reached, not reached (no setting
        does), or cannot tell (too few replicates). probability: at that setting, or at the one that
        comes nearest; p_start: with the name set to its own point value.
        """
        return framed(self.rows())

    def notes(self) -> list[str]:
        """What must be said of levers set in parts: to set the whole lever is itself a change."""
        return list(self._say("notes"))


@takes(ReplicatesOptions, replicates=2048, corps=CORPS)
def tipping(
    scenario: Scenario | str | os.PathLike[str],
    target: float = 0.5,
    *,
    of: str = "leader_out",
    over: Iterable[str] | None = None,
    pairs: bool | None = None,
    exact: bool = True,
    **effort: Unpack[ReplicatesOptions],
) -> Tipping:
    """The smallest change of each lever, each part, and each pair of levers that brings P(outcome)
    to the target.

    A name is set to a plain number from the first week; a change is measured from its point value,
    in shares of its range. Two levers take equal steps, each the way that helps. over: names to try
    instead (levers, parts, given inputs, structural parameters), pairs of the levers among them if
    `pairs`. replicates: at most so many at a setting, fewer if the answer is clear sooner (a
    candidate is given up at the 99.9% level, a crossing is left once its interval is under a tenth
    of the range). exact=False, for "leader_out": a quarter as many, with their luck taken out by
    weekly chances, in about half the time; for other outcomes that was wider or is not shown to
    hold, and is refused. "No setting reaches it" is an answer. Errors: UnknownName, OutOfRange,
    RegimeSimError, Cancelled.
    """
    scenario, of, target = load(scenario), known(of), inside("target", target)
    if not exact and of != "leader_out":
        raise RegimeSimError(
            f"tipping: outcome {of!r} with exact=False (--quick) - expected 'leader_out', the one"
            " outcome whose intervals were checked that way"
        )
    asked = Effort(**effort)
    if asked.replicates < LEAST:
        raise OutOfRange(f"replicates: {asked.replicates} - expected at least {LEAST}")
    names = _names(scenario, over)
    probes = Probes(scenario, of, asked, exact)
    base = probes.probability((), probes.most)
    alone = [candidate(scenario, name) for name in names]
    count = sum(name in LEVERS for name in names)
    together = count > 1 if pairs is None else pairs
    total = len(alone) + (count * (count - 1) // 2 if together else 0)
    told = asked.on_progress
    tell = (lambda done: told(done, total)) if told is not None else (lambda _: None)
    found = list(every(probes, alone, together, target, base.value < target, tell))
    found.sort(key=_order)
    return Tipping(
        scenario,
        of,
        target,
        base,
        tuple(found),
        asked.seed,
        prepared(scenario, asked.corps, asked.knowledge).generals,
        probes.runs,
        exact,
    )


def _names(scenario: Scenario, over: Iterable[str] | None) -> list[str]:
    """The names given, else every lever and part. Raises UnknownName, RegimeSimError."""
    if over is None:
        return [*LEVERS, *(name for name in scenario.names.levers if name not in LEVERS)]
    found = [known_name(scenario, name) for name in listed("over", over, "a list of names")]
    if not found:
        raise RegimeSimError("over: no name - expected levers, parts or parameters")
    return found


def _order(one: Found) -> tuple[float, float]:
    """Smallest change first; then those that do not reach it, nearest first."""
    if math.isnan(one.step.value):
        return math.inf, -one.best_probability.value
    return abs(one.step.value), 0.0


def _kind(names: tuple[str, ...]) -> str:
    if len(names) > 1:
        return "pair"
    if names[0] in LEVERS:
        return "lever"
    return "part" if names[0].split(".")[0] in LEVERS else "parameter"


def _row(one: Found) -> dict[str, Any]:
    c, p = one.candidate, one.best_probability
    to = [value for _, value in one.best]
    return {
        "what": " and ".join(c.names),
        "kind": _kind(c.names),
        "start": " and ".join(f"{v:g}" for v in c.start),
        "to": " and ".join(f"{v:.3g}" for v in to),
        "change": one.step.value,
        "low": one.step.low,
        "high": one.step.high,
        "verdict": one.verdict,
        "probability": p.value,
        "p_low": p.low,
        "p_high": p.high,
        "p_start": one.together.value,
        "n": int(one.step.n),
    }
