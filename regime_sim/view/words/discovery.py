"""What a discovery says: the region where an outcome is most likely; computes nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...facts.parameters import PARAMETERS
from ...facts.pressing import power_of, told
from ..tables.plain import columns_text, html_table
from .phrases import OUTCOMES, upper

if TYPE_CHECKING:
    from ...questions.discovery import Discovery, Restriction
    from ...statistics.intervals import Estimate

LONGEST = 60  # letters of a meaning in the table


def text(found: Discovery) -> str:
    """The region in a sentence, and its sides as a table."""
    table = [
        (
            side(one),
            f"{one.p:.2g}" if one.p >= 1e-4 else "< 0.0001",
            "" if one.clear else "not clear",
            _meaning(found, one.name),
        )
        for one in found.restrictions
    ]
    listed = [columns_text(("where", "p", "", "meaning"), table, left=4)] if table else []
    return "\n".join([_head(found), words(found), *listed])


def html(found: Discovery) -> str:
    """The region in a sentence, and its sides as a table."""
    return html_table(f"{_head(found)} {words(found)}", found.rows())


def words(found: Discovery) -> str:
    """The region in a sentence; that there is none, if there is none."""
    what = OUTCOMES[found.outcome]
    if not found.clear:
        return (
            f"No region of the uncertain parameters clearly marks the futures in which {what}: that"
            f" is {_percent(found.base)} of all {found.replicates:,} futures."
        )
    where = " and ".join(side(one) for one in found.restrictions if one.clear)
    rest = ", ".join(side(one) for one in found.restrictions if not one.clear)
    where += f" (and, less clearly, {rest})" if rest else ""
    often = "mostly" if found.coverage.value > max(0.5, found.mass + 0.1) else "more often"
    return (
        f"{upper(what)} {often} where {where}. This region holds {found.mass:.0%} of all futures"
        f" and {_percent(found.coverage)} of those with the outcome (coverage). The outcome is"
        f" {_percent(found.density)} likely inside it (density, n = {int(found.density.n):,}), and"
        f" {_percent(found.base)} overall (n = {found.replicates:,})."
    )


def side(one: Restriction) -> str:
    """One side of the region: `coup.success_odds > 0.8`."""
    row = PARAMETERS.get(one.name)
    unit = f" {row.unit}" if row is not None and row.unit not in ("share", "") else ""
    if math.isinf(one.low):
        return f"{one.name} < {one.high:.3g}{unit}"
    if math.isinf(one.high):
        return f"{one.name} > {one.low:.3g}{unit}"
    return f"{one.name} {one.low:.3g} to {one.high:.3g}{unit}"


def _head(found: Discovery) -> str:
    return (
        f"{found.scenario.title}: {found.replicates:,} futures, each with its own draw of the"
        f" parameters, seed {found.seed}; the region is found on half of them and tested on the"
        " other half"
    )


def _percent(e: Estimate) -> str:
    return f"{e.value:.1%} (95% interval {e.low:.1%} to {e.high:.1%})"


def _meaning(found: Discovery, name: str) -> str:
    meaning = PARAMETERS[name].meaning if name in PARAMETERS else ""
    meaning = told(meaning, power_of(found.scenario))
    return meaning if len(meaning) <= LONGEST else f"{meaning[: LONGEST - 3]}..."
