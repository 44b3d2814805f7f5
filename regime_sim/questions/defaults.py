"""Which of a scenario's defaults matter most for its answer: each is moved to either end of its
plausible range under common draws; changes no scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..ensemble.common_draws import ledgers, prepared
from ..ensemble.effort import Effort
from ..facts.parameters import INPUT_NAMES
from ..facts.posterior import DEFAULT, Posterior
from ..law.ledger import LEADER_WEEK
from ..scenario.compiled import Compiled

if TYPE_CHECKING:
    from ..scenario import Scenario

PLAUSIBLE = 0.25  # of an input's range, to either side of its default
CORPS = 32  # simulated generals: enough to rank inputs
REPLICATES = 64
FIXED = "generals.number"  # the corps is built once for all settings


@dataclass(frozen=True, slots=True)
class Default:
    """An input that nobody has set: where it stands, the ends of its plausible range, and
    P(leader out) at each end less that at the default.
    """

    name: str
    value: float
    low: float
    high: float
    at_low: float
    at_high: float
    meaning: str

    @property
    def matters(self) -> float:
        """The larger of the two changes, in size."""
        return max(abs(self.at_low), abs(self.at_high))


def ranked(
    scenario: Scenario,
    *,
    replicates: int = REPLICATES,
    seed: int = 1,
    workers: int | None = None,
    knowledge: str | Posterior = DEFAULT,
) -> tuple[Default, ...]:
    """Every default of a scenario, the one that moves P(leader out) most first. A screening by few
    futures: the order of near neighbours is chance. Errors: OutOfRange.
    """
    names = [name for name in scenario.defaults() if name != FIXED]
    base, point = prepared(scenario, CORPS, knowledge), scenario.inputs()
    ends = []
    for name in names:
        row = scenario.names.inputs[name]
        reach = PLAUSIBLE * (row.high - row.low)
        ends.append((max(row.low, point[name] - reach), min(row.high, point[name] + reach)))
    settings = [base]
    for name, both in zip(names, ends, strict=True):
        settings += [_at(base, scenario, name, value) for value in both]
    effort = Effort(replicates=replicates, seed=seed, workers=workers)
    out = (ledgers(settings, effort)[:, :, LEADER_WEEK] > 0).mean(axis=1)
    change = (out[1:] - out[0]).reshape(-1, 2).tolist()
    found = [
        Default(name, point[name], low, high, a, b, scenario.names.inputs[name].meaning)
        for name, (low, high), (a, b) in zip(names, ends, change, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -one.matters))


def _at(compiled: Compiled, scenario: Scenario, name: str, value: float) -> Compiled:
    x = np.array(compiled.x)
    x[INPUT_NAMES.index(scenario.names.inputs[name].name)] = value
    return replace(compiled, x=x)
