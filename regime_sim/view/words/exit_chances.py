"""What the chances of every exit say, rare ones too; computes nothing of its own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...facts.outcomes import WAY_WORDS
from ...statistics.intervals import UNKNOWN
from ..tables.plain import columns_text, html_table
from .phrases import weeks

if TYPE_CHECKING:
    from ...questions.exit_chances import Ways


def text(found: Ways) -> str:
    """All ten exits: the more precise estimate, and what it is worth."""
    head = ("how he leaves", "of 1,000", "95% interval", "by", "counted", "worth")
    table = [
        (
            WAY_WORDS[r["outcome"]],
            f"{1000 * r['probability']:.2f}",
            _between(r["low"], r["high"]),
            r["by"],
            f"{1000 * r['counted']:.2f}",
            "" if math.isnan(r["gain"]) else f"{r['gain']:.1f} x",
        )
        for r in found.rows()
    ]
    return (
        f"{_head(found)} ({len(found.way):,} futures, {found.corps:,} simulated generals, seed"
        f" {found.seed})\n{columns_text(head, table)}\naveraged: weekly probabilities added up,"
        " instead of counting exits; worth: how many times the futures counting would need to be as"
        " precise"
    )


def _between(low: float, high: float) -> str:
    """An interval in futures of 1,000."""
    return UNKNOWN if math.isnan(low) else f"{1000 * low:.2f} to {1000 * high:.2f}"


def html(found: Ways) -> str:
    """All ten exits."""
    return html_table(_head(found), found.rows())


def _head(found: Ways) -> str:
    return f"{found.title}: how he leaves within {weeks(found.weeks)}"
