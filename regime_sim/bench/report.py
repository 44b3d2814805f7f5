"""The bench: what the engines cost on this machine, in one run, each figure beside its goal;
measures and prints nothing itself.

Engines take turns in rounds and medians are compared, so that a busy machine slows both. What
concerns a whole process (start, imports, threads, memory) is measured in processes of its own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from . import processes as bench_process
from .rounds import FEW, by_turns

if TYPE_CHECKING:
    from ..scenario import Scenario

MEMORY_REPLICATES = 1_000_000
# peak memory does not depend on the corps: a block's arrays are small beside a million ledgers
MEMORY_GENERALS = 8
WIDTH = 58


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what, its value and unit, its goal (None: none), and whether more is better."""

    what: str
    figure: float
    unit: str
    goal: float | None = None
    more: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        return self.figure >= self.goal if self.more else self.figure <= self.goal

    def __str__(self) -> str:
        text = f"{self.what:<{WIDTH}}{_number(self.figure):>9} {self.unit:<3}"
        if self.goal is None:
            return text.rstrip()
        words = "met" if self.met else "not met"
        return (
            f"{text}  goal {'at least' if self.more else 'at most'} {_number(self.goal)}"
            f" {self.unit}: {words}".replace(" :", ":")
        )


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one run of the bench."""

    about: str
    rows: tuple[Row, ...]

    def row(self, start: str) -> Row:
        """The row whose text starts so."""
        return next(row for row in self.rows if row.what.startswith(start))

    def __str__(self) -> str:
        return "\n".join([self.about, *(str(row) for row in self.rows)])


def run(
    scenario: Scenario,
    replicates: int = 2000,
    *,
    rounds: int = 7,
    processes: bool = True,
    memory: bool = False,
) -> Report:
    """Measure the engines on a scenario; under a minute by default on two cores.

    replicates: futures of a timed run of the kernel and of the command line. rounds: turns of each
    engine. processes: also start, imports and threads. memory: also the peak memory of a million
    replicates with eight generals, which takes minutes.
    """
    rows = _engines(scenario, replicates, rounds)
    if processes:
        rows += _threads(scenario, rounds)
        rows += _starts(scenario, replicates)
    if memory:
        rows += _memory(scenario)
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    about = (
        f"{scenario.id}: {round(scenario.value('generals.number')):,} generals, {scenario.horizon}"
        f" weeks, on {cores} core{'s' * (cores > 1)}"
    )
    return Report(about, tuple(rows))


def _number(value: float) -> str:
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:,.{digits}f}"


def _engines(scenario: Scenario, replicates: int, rounds: int) -> list[Row]:
    """The built engine against Mesa and against WebAssembly, in CPU time per replicate."""
    turns = by_turns(scenario, max(1, replicates // 8), rounds)
    built, mesa, weeks = median(turns.built), median(turns.mesa), scenario.horizon
    size = round(scenario.value("generals.number")) * weeks
    few, wasm, wasm_few = (median(one) for one in (turns.few, turns.wasm, turns.wasm_few))
    return [
        Row("Mesa model, one replicate, CPU time", mesa * 1e3, "ms"),
        Row(f"kernel ({turns.engine}), one replicate", built * 1e6, "us"),
        Row("kernel against Mesa", mesa / built, "x", 1000.0, more=True),
        Row("kernel, one general and week", built / size * 1e9, "ns", 2.7),
        Row("of that, without draws of the priors", median(turns.certain) / size * 1e9, "ns"),
        Row("a future's own law, one week", median(turns.least) / weeks * 1e6, "us", 1.2),
        Row(f"kernel, one replicate of {FEW} generals", few * 1e6, "us"),
        Row(f"WebAssembly, one replicate of {FEW} generals", wasm_few * 1e6, "us", 89.0),
        Row("WebAssembly, one replicate", wasm * 1e6, "us", 544.0),
        Row("WebAssembly against the kernel", median(turns.certain) / wasm, "x"),
    ]


def _threads(scenario: Scenario, rounds: int) -> list[Row]:
    """Wall time of 1,000 replicates in a process of its own: one thread, two, and by default."""
    times = bench_process.threads(scenario, 1000, rounds)
    gain = median(times["1"]) / median(times["2"])
    return [
        Row("two threads against one", gain, "x", 1.8, more=True),
        Row("simulate, 1,000 replicates, wall time", median(times["all"]), "s", 0.16),
    ]


def _starts(scenario: Scenario, replicates: int) -> list[Row]:
    """Whole processes: the command line, and what importing the package costs and loads."""
    loaded = bench_process.heavy_imports()
    names = f" ({', '.join(loaded)})" if loaded else ""
    whole = median(bench_process.command(scenario, replicates))
    return [
        Row(f"regime-sim run, {replicates:,} replicates, whole process", whole, "s", 0.9),
        Row("import regime_sim, whole process", median(bench_process.importing()), "s", 0.8),
        Row(f"heavy packages that it loads{names}", len(loaded), "", 0.0),
    ]


def _memory(scenario: Scenario) -> list[Row]:
    """Peak memory of a million replicates, in a process of its own."""
    few = scenario.with_(generals=MEMORY_GENERALS)
    peak = bench_process.peak_memory(few, MEMORY_REPLICATES)
    return [Row(f"peak memory, {MEMORY_REPLICATES:,} replicates", peak, "MB", 350.0)]
