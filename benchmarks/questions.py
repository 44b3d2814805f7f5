"""What the questions cost on this machine, each figure beside its goal.

    python -m benchmarks.questions [SCENARIO]

The variance ratio of a nudge is what common draws are worth to someone who drags a slider: how many
times more futures two separate runs would need.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from regime_sim.bench.report import Row
from regime_sim.facts.parameters import LEVERS
from regime_sim.questions.compare import Comparison, compare
from regime_sim.questions.settings import grid, set_to
from regime_sim.questions.sweep import CORPS, sweep
from regime_sim.questions.tipping import tipping
from regime_sim.runs import simulate
from regime_sim.scenario import Scenario, load

REPLICATES = 10_000
NUDGE = 0.05  # a step of a slider
ROUNDS = 3


def rows(
    scenario: Scenario, replicates: int = REPLICATES, cells: int = 21, rounds: int = ROUNDS
) -> list[Row]:
    """Nudges, compare against one run by turns, a sweep of cells x cells at a tenth of the
    replicates, and tipping over everything; some minutes by default.
    """
    simulate(scenario, 16)
    return [
        *nudges(scenario, replicates),
        _compare_cost(scenario, replicates, rounds),
        *_sweep_time(scenario, max(16, replicates // 10), cells),
        _tipping_time(scenario),
    ]


def both_ways(scenario: Scenario) -> list[Row]:
    """Tipping points counted and the quick way: CPU seconds of all threads, and the mean half-width
    of their probabilities, in points of 100.
    """
    found = []
    for exact in (True, False):
        begin = time.process_time()
        every = [one.best_probability for one in tipping(scenario, exact=exact).found]
        took = time.process_time() - begin
        half = float(np.mean([one.high - one.low for one in every])) / 2.0
        how = "counted" if exact else "the quick way"
        found.append(Row(f"tipping, {how}, CPU time", took, "s", None))
        found.append(Row("  mean half-width of its probabilities", 100.0 * half, ""))
    return found


def nudges(scenario: Scenario, replicates: int = REPLICATES) -> list[Row]:
    """The variance ratio of a step up of each lever, in P(out), and what it would be if nobody
    changed against the tide: a large change leaves room for no more.
    """
    found = []
    for name in LEVERS:
        value = min(1.0 - NUDGE, scenario.value(name))
        before, after = (set_to(scenario, {name: at}) for at in (value, value + NUDGE))
        pair = compare(before, after, replicates=replicates)
        assert isinstance(pair, Comparison)
        found.append(
            Row(
                f"separate against common draws, {name} {value:.2f} + {NUDGE:g}",
                pair.apart(),
                "x",
                30.0,
                more=True,
            )
        )
        found.append(
            Row("  the same for independent futures that all change one way", _one_way(pair), "x")
        )
    return found


def _one_way(pair: Comparison) -> float:
    """p (1 - p) + q (1 - q) over d (1 - d), d = |p - q|: variance of two separate runs over that of
    a pair in which nobody changes against the tide.
    """
    before, after = pair.before.out().value, pair.after.out().value
    apart = abs(after - before)
    return (before * (1.0 - before) + after * (1.0 - after)) / max(apart * (1.0 - apart), 1e-12)


def _compare_cost(scenario: Scenario, replicates: int, rounds: int) -> Row:
    """Two arms and their print against one run, by turns."""
    arm = set_to(scenario, {"rents": 0.2})
    one, two = [], []
    for seed in range(1, rounds + 1):
        one.append(_seconds(lambda seed=seed: simulate(scenario, replicates, seed)))  # type: ignore[misc]
        two.append(
            _seconds(
                lambda seed=seed: str(  # type: ignore[misc]
                    compare(scenario, arm, replicates=replicates, seed=seed)
                )
            )
        )
    return Row(
        f"compare of two arms against one run, {replicates:,} replicates",
        median(b / a for a, b in zip(one, two, strict=True)),
        "x",
        2.2,
    )


def _sweep_time(scenario: Scenario, replicates: int, cells: int) -> list[Row]:
    """A sweep of two levers: as `sweep` runs unless told, and one column of it with all generals,
    times the columns.
    """
    values = grid(0, 1, cells)
    usual = _seconds(
        lambda: sweep(scenario, rents=values, foreign_support=values, replicates=replicates).frame()
    )
    column = _seconds(
        lambda: sweep(
            scenario, rents=values, foreign_support=(0.5,), replicates=replicates, corps=None
        ).frame()
    )
    return [
        Row(
            f"sweep {cells} x {cells}, {replicates:,} replicates each, {CORPS} generals",
            usual,
            "s",
            180.0,
        ),
        Row("the same with all generals (one column, times the columns)", column * cells, "s"),
    ]


def _tipping_time(scenario: Scenario) -> Row:
    return Row(
        "tipping over all levers, parts and pairs", _seconds(lambda: tipping(scenario)), "s", 60.0
    )


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else "venezuela-2025"
    print(*rows(load(name)), *both_ways(load(name)), sep="\n")
