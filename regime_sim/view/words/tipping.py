"""What tipping points say: the smallest change of lever, part or pair; computes nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...facts.parameters import LEVERS
from ...facts.pressing import note, power_of
from ..tables.plain import columns_text, html_table
from .phrases import COUNTED, OUTCOMES, STEADIED, percent_interval, simulated, weeks

if TYPE_CHECKING:
    from ...questions.tipping import Tipping
    from ...questions.tipping_search import Found


def text(found: Tipping) -> str:
    """All candidates, smallest change first, and what must be said of some."""
    head = ("smallest change", "from", "to (or nearest)", "change", "95% interval", "probability")
    table = columns_text(head, [_cells(one) for one in found.found])
    return "\n".join([_head(found), table, *notes(found)])


def html(found: Tipping) -> str:
    """All candidates."""
    return html_table(_head(found), found.rows())


def notes(found: Tipping) -> list[str]:
    """What must be said of levers set in parts (to set the whole lever is itself a change), and of
    who presses.
    """
    readings = found.scenario.lever_values()
    names = [name for one in found.found for name in one.candidate.names]
    presses = note(power_of(found.scenario), names)
    mixed = [
        f"{one.candidate.names[0]}: the scenario sets its parts separately, and"
        f" {one.candidate.start[0]:.2f} is the nearest setting of the whole lever; setting it there"
        f" alone makes the probability {percent_interval(one.together)}"
        for one in found.found
        if len(one.candidate.names) == 1
        and one.candidate.names[0] in LEVERS
        and readings[one.candidate.names[0]].mixed
    ]
    return [*mixed, *([presses] if presses else [])]


def _head(found: Tipping) -> str:
    s = found.scenario
    return (
        f"{s.title}: what brings the probability that {OUTCOMES[found.of]} within"
        f" {weeks(s.horizon)} from {percent_interval(found.base)} to {found.target:.0%}"
        f" ({found.runs:,} futures under common draws,"
        f" {COUNTED if found.exact else STEADIED}, seed"
        f" {found.seed}{simulated(found.simulated, s.value('generals.number'))})"
    )


def _cells(one: Found) -> tuple[str, ...]:
    c, p = one.candidate, one.best_probability
    what = " + ".join(c.names)
    start = " + ".join(f"{v:.2f}" for v in c.start)
    there = " + ".join(f"{v:.2f}" for _, v in one.best)
    chance = f"{p.value:.0%} ({p.low:.0%} to {p.high:.0%})"
    if one.verdict != "reached":
        words = (
            "no setting reaches it" if one.verdict == "not reached" else "too few futures to tell"
        )
        return what, start, there, words, "", chance
    change = f"{one.step.value:+z.2f}" if len(c.names) == 1 else f"{one.step.value:.2f} each"
    high = "never" if math.isinf(one.step.high) else f"{one.step.high:.2f}"
    return what, start, there, change, f"{one.step.low:.2f} to {high}", chance
