"""The article's claim, and December 2025 beside what happened, as text; computes nothing."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...facts.outcomes import WAY_WORDS
from ...questions.plain_values import meaning
from . import sentences
from .phrases import upper, weeks

if TYPE_CHECKING:
    from ...history.december import December
    from ...questions.claim import Claim, Interaction
    from ...statistics.intervals import Estimate
    from ...statistics.nested import Range

WIDTH = 100
ARM_WORDS = {
    "neither": "neither",
    "isolation": "isolation alone",
    "rents_cut": "rents cut alone",
    "both": "both",
}
END_WORDS = {"coup": "a coup", "exit": "any exit"}
LEARNED = {
    "prior": "the priors of the parameter table (nothing fitted)",
    "rates": "the sample fitted to observed rates and patterns",
    "cases": "the sample fitted to rates, patterns and cases",
}
SHOWN = 8


def text(c: Claim) -> str:
    """The claim for a terminal: four scenarios, what both do beyond the sum, range, drivers."""
    generals = "all generals" if c.corps is None else f"{c.corps} simulated generals"
    head = (
        f"The article's claim on {c.scenario}: within {weeks(c.weeks)}, {c.draws:,} draws of the"
        f" unknown parameters from {LEARNED.get(c.learned_from, c.learned_from)}, {c.inner} futures"
        f" each ({generals}), seed {c.seed}; the same draws in all four scenarios."
        f" {sentences.CAVEAT}"
    )
    lines = [*textwrap.wrap(head, WIDTH), "", f"{'':<18}{'coup':>26}{'any exit':>26}"]
    for arm, words in ARM_WORDS.items():
        lines.append(
            f"{words:<18}"
            + "".join(f"{said(c.ends[end].arms[arm]):>26}" for end in ("coup", "exit"))
        )
    for one in c.ends.values():
        lines += [
            "",
            *textwrap.wrap(beyond_sentence(one), WIDTH),
            *textwrap.wrap(range_sentence(one), WIDTH),
            *textwrap.wrap(drivers_sentence(one), WIDTH),
        ]
        lines += [
            f"  {name:<34} {correlation:>24} {share:>22}  {words}"
            for name, correlation, share, words in driver_rows(one)
        ]
    return "\n".join(lines)


def beyond_sentence(one: Interaction) -> str:
    """What both do beyond the sum of what each does alone, with the paired interval."""
    b = one.beyond
    if b.low <= 0.0 <= b.high:
        verdict = "no clear difference from the sum"
    else:
        verdict = "more than the sum" if b.value > 0 else "less than the sum"
    return (
        f"{upper(END_WORDS[one.end])}: both together add {points(b.value)} beyond the sum of the"
        f" two effects (paired 95% interval {points(b.low)} to {points(b.high)}, n = {b.n:,.0f}"
        f" futures): {verdict}."
    )


def range_sentence(one: Interaction) -> str:
    """How the size of the interaction ranges over the parameter uncertainty."""
    r = one.over
    low, middle, high = r.quantiles
    return (
        f"Over the parameter uncertainty it runs from {points(low)} to {points(high)} (5% to 95% of"
        f" {r.draws:,} draws, chance removed; each end to within {points(r.low[0])} to"
        f" {points(r.high[0])} and {points(r.low[-1])} to {points(r.high[-1])}), median"
        f" {points(middle)}; it is above 0 in {percent(r.above[0])} of draws (95%"
        f" interval {percent(r.above[1])} to {percent(r.above[2])})."
    )


def drivers_sentence(one: Interaction) -> str:
    """What drives that range."""
    clear = [d.name for d in one.drivers if d.clear]
    parts = [
        f"{g.name} {percent(g.share)} ({percent(g.low)} to {percent(g.high)})"
        for g in one.groups
        if g.share >= 0.02
    ][:6]
    said = (
        f"Parameters that clearly go with it: {', '.join(clear)}."
        if clear
        else "No single parameter clearly goes with it."
    )
    if not parts:
        return (
            f"{said} Rank correlation and share of the variance that each explains alone, the"
            " strongest first:"
        )
    total = sum(g.share for g in one.groups)
    return (
        f"{said} By part of the model, the share of its variance that straight lines explain:"
        f" {', '.join(parts)}; all parts {percent(total)}, the rest is curvature and"
        " parameters that act through one another. The strongest parameters, with rank"
        " correlation and the share that each explains alone:"
    )


def driver_rows(one: Interaction, most: int = SHOWN) -> list[tuple[str, str, str, str]]:
    """Name, correlation, share, meaning of the strongest numbers."""
    return [
        (
            d.name,
            f"{d.correlation:+z.2f} ({d.low:+z.2f} to {d.high:+z.2f})",
            f"{percent(d.share)} ({percent(d.share_low)} to {percent(d.share_high)})",
            meaning(d.name),
        )
        for d in one.drivers[:most]
    ]


# ---- December 2025


def december_lines(d: December) -> Iterator[str]:
    """December 2025 as Markdown: sentences, and a table of how he leaves."""
    a, b = sorted(d.by_week)
    yield (
        f"`{d.scenario}` holds what could be known on 1 December 2025, with its intervals; nothing"
        " in it was set to what followed. (The law and its priors were written in 2026 by people"
        " who knew what followed: that no input was tuned is a weaker thing than a forecast.)"
        f" {d.replicates:,} futures from {LEARNED.get(d.learned_from, d.learned_from)}."
    )
    yield ""
    yield f"| how he leaves | by week {a} | by week {b} |"
    yield "|---|---|---|"
    for way in d.by_week[a]:
        yield f"| {WAY_WORDS[way]} | {said(d.by_week[a][way])} | {said(d.by_week[b][way])} |"
    yield ""
    yield from (
        f"- Out by week {w}: {percent(1 - d.by_week[w]['survived'].value)}; over the parameter"
        f" uncertainty {ends(d.out_range[w])} (90% of draws). Seized:"
        f" {percent(d.by_week[w]['seized'].value)}; {ends(d.seized_range[w])}."
        for w in (a, b)
    )
    yield (
        f"- What happened: {d.happened.statement} That is week {d.taken_week}: the model gave"
        f" {said(d.taken)} to a seizure by then, and {said(d.contract)} to any exit by 31 January"
        f" (week {d.contract_week})."
    )
    yield (
        "- The regime went on under his vice-president. In the model it goes on after"
        f" {said(d.goes_on)} of seizures."
    )
    yield from (
        f"- Market, {fact.date}: {fact.statement} ({'; '.join(fact.source)})" for fact in d.markets
    )


# ---- numbers


def percent(value: float) -> str:
    """A share in percent: whole above 10, one decimal below, never 0% for something that occurs."""
    if math.isnan(value):
        return "–"
    if 0.0 < value < 0.0005:
        return "<0.1%"
    return f"{100 * value:.0f}%" if value >= 0.1 or value == 0.0 else f"{100 * value:.1f}%"


def ends(r: Range) -> str:
    """The range of a share over draws of the parameters."""
    return f"{percent(r.quantiles[0])} to {percent(r.quantiles[-1])}"


def points(value: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{100 * value:+z.1f} points".replace("-", "−")


def said(e: Estimate) -> str:
    """A share with its interval."""
    return f"{percent(e.value)} ({percent(e.low)} to {percent(e.high)})"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table, line by line."""
    return [
        f"| {' | '.join(head)} |",
        "|" + "---|" * len(head),
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def claim_lines(c: Claim) -> Iterator[str]:
    """The claim as Markdown."""
    yield (
        f"Within {weeks(c.weeks)} on `{c.scenario}`; {c.draws:,} draws of the unknown parameters"
        f" from {LEARNED.get(c.learned_from, c.learned_from)}, {c.inner} futures each, the same in"
        " all four scenarios."
    )
    yield ""
    yield from markdown_table(
        ("scenario", "a coup", "any exit"),
        [
            (words, said(c.ends["coup"].arms[arm]), said(c.ends["exit"].arms[arm]))
            for arm, words in ARM_WORDS.items()
        ],
    )
    for one in c.ends.values():
        yield ""
        yield f"**{beyond_sentence(one)}**"
        yield ""
        yield f"- {range_sentence(one)}"
        yield f"- {drivers_sentence(one)}"
        yield ""
        yield from markdown_table(
            ("parameter", "rank correlation", "share alone", "what it is"),
            [(f"`{name}`", *rest) for name, *rest in driver_rows(one, 5)],
        )
