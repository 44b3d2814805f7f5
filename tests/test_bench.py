"""The bench runs and says what it should; its figures depend on the machine and are not judged
here.
"""

from __future__ import annotations

import pytest

import regime_sim as rs
from regime_sim.bench import processes as bench_process
from regime_sim.bench import report as bench


def small() -> rs.Scenario:
    return rs.load("venezuela-2025").with_(generals=8, horizon=4)


def test_a_quick_run_says_what_figure_goal_and_whether_it_is_met():
    report = bench.run(small(), 16, rounds=2, processes=False)
    text = str(report).splitlines()
    assert text[0].startswith("venezuela-2025: 8 generals, 4 weeks, on ")
    assert len(text) == len(report.rows) + 1 and all(row.figure > 0.0 for row in report.rows)
    assert report.row("kernel against Mesa").goal == 1000.0
    assert "goal at most 2.70 ns: " in str(report.row("kernel, one general and week"))


def test_more_is_better_or_less_is():
    assert (
        bench.Row("a", 1.8, "x", 1.7, more=True).met
        and not bench.Row("a", 1.6, "x", 1.7, more=True).met
    )
    assert bench.Row("a", 0.3, "s", 0.35).met and not bench.Row("a", 0.4, "s", 0.35).met
    assert bench.Row("a", 0.3, "s").met is None and "goal" not in str(bench.Row("a", 0.3, "s"))
    assert str(bench.Row("a", 1234.0, "x", 1000.0, more=True)).endswith(
        "1,234 x    goal at least 1,000 x: met"
    )


@pytest.mark.slow
def test_processes_of_their_own():
    assert bench_process.heavy_imports() == []
    times = bench_process.threads(small(), 32, 2)
    assert set(times) == {"1", "2", "all"} and all(
        len(one) == 2 and min(one) > 0.0 for one in times.values()
    )
    assert 20.0 < bench_process.peak_memory(small(), 32) < 2000.0
