"""What an emulator says of itself, in a line; computes nothing of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...previews.preview import Preview


def text(made: Preview) -> str:
    """What it was fitted to, and how far off it was on movements that it had not seen."""
    e = made.error()
    return (
        f"<Preview of {made.scenario}: {made.settings:,} settings x {made.replicates:,} futures;"
        f" held-out error of P(out) {e['mean']:.1f} points on average, 95% within {e['p95']:.1f}"
        f" ({e['n']:.0f} movements)>"
    )
