"""What became of a check of a scenario file, in a line; judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...questions.checks import Reading, Verdict


def text(verdict: Verdict) -> str:
    """The verdict, and the reading that decides it."""
    one, check = verdict.worst, verdict.check
    e = one.estimate
    figure = (
        f"{100 * e.value:+z.1f} points (paired {one.level:.3g}% interval {100 * e.low:+z.1f} to"
        f" {100 * e.high:+z.1f})"
        if len(one.settings) == 2
        else f"{e.value:.1%} ({one.level:.3g}% interval {e.low:.1%} to {e.high:.1%})"
    )
    within = f", tolerance {100 * check.tolerance:g} points" if check.tolerance else ""
    return (
        f"check {verdict.verdict}: {check.it} - {one.outcome}{_between(verdict, one)} {figure},"
        f" expected {one.expected}{within}, n = {int(e.n):,}"
    )


def _between(verdict: Verdict, reading: Reading) -> str:
    """The settings that a reading compares, in words."""
    if not verdict.check.vary:
        return ""
    steps = [
        ", ".join(f"{name} {values[k - 1]:g}" for name, values in verdict.check.vary)
        for k in reading.settings
    ]
    return f" from {steps[0]} to {steps[1]}" if len(steps) == 2 else f" at {steps[0]}"
