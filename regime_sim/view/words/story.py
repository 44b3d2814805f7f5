"""A story in plain sentences with numbers, for terminal, notebook and page; computes no result."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from ...facts.outcomes import WAY_WORDS
from ...facts.pressing import Power, power_of
from ...stories.causes import WINDOW
from ...stories.choice import CANDIDATES
from ..figures.events import entry_words, names_of
from . import sentences
from .phrases import fine, listed, percent, weeks
from .story_events import REGIME, ruler_of, sentence_of

if TYPE_CHECKING:
    from ...stories.causes import Again
    from ...stories.story import Story

WIDTH = 96
OUTSIDE_PRESSURE = "outside pressure"
LEVERS = {
    "rents": "loyalty rents",
    "foreign_support": "foreign support",
    "us_pressure": "outside pressure",
    "public_opinion": "public opinion",
}
BEST = {
    "rents": "rents paid in full",
    "foreign_support": "patrons fully committed",
    "us_pressure": "no outside pressure at all",
    "public_opinion": "both publics against his removal",
}
HARD = {
    "rents": "no rents at all",
    "foreign_support": "every patron gone",
    "us_pressure": "outside pressure up to an invasion",
    "public_opinion": "both publics for his removal",
}
# how a future is chosen, by the names in `stories.choice.CHOICES`
RULES = {
    "typical": (
        "among futures that end in the most common way (the regime's fate included), the one"
        f" nearest to their median week of exit and then (of the {CANDIDATES} nearest) to their"
        " median share of plotting troops, week by week"
    ),
    "luckiest": (
        f"of the first {CANDIDATES} futures in which he stays, the one whose hazards against him"
        " add up to most; if he never stays, the one in which he lasts longest"
    ),
    "worst": (
        "the future in which he leaves first; among equals one in which the regime falls with him,"
        f" then one in which he dies; if he never leaves, the one of the first {CANDIDATES} whose"
        " hazards add up to most"
    ),
}
RULE = (
    f"Hazards are added up over the last {WINDOW} weeks; the largest is called the cause. Each"
    " lever in turn is then set where it helps him most (if he stayed: where it hurts him most),"
    " timeline entries that move it are left out, and the same future is run again under the same"
    " draws; the same is done with each timeline entry left out. A lever is called decisive if that"
    " changes whether he is in office at the end."
)


def told(story: Story) -> list[tuple[int, str, str]]:
    """(week, what happened, the numbers of it) for everything that is told."""
    return [(one.week, *sentence_of(story, one)) for one in story.happenings]


def headline(story: Story) -> str:
    """How this future ends."""
    world, name, future = story.world, ruler_of(story), f"Future {story.replicate:,}"
    end = next((one for one in story.happenings if one.kind == "exit"), None)
    if end is None:
        fall = next((one for one in story.happenings if one.kind == "fall"), None)
        later = "" if fall is None else f"; the regime falls in week {fall.week}"
        return f"{future}: {name} is still in office after {weeks(world.last)}{later}."
    way, after = WAY_WORDS[str(end.numbers["way"])], REGIME[str(end.numbers["after"])]
    return f"{future}: {name} is out in week {end.week} ({way}), and {after}."


def about(story: Story) -> str:
    """Which future this is and how it was chosen."""
    seed = f"{story.scenario.title}, seed {story.seed}."
    if story.which is None:
        return (
            f"One possible future of {seed} It is no likelier than any other; the same seed and"
            " number give the same story."
        )
    return f"The {story.which} of {story.of:,} futures of {seed} Rule: {story.rule}."


def rule(story: Story) -> str:
    """The rule by which this future was chosen."""
    return RULES[str(story.which)]


def why_rule(story: Story) -> str:
    """How causes and decisive levers are found, whatever the story."""
    return RULE


def reasons(story: Story) -> list[str]:
    """Why it ended so: the hazards, their sum, and what each lever and event would have changed."""
    why, name, power = story.why, ruler_of(story), power_of(story.scenario)
    first, last = why.window
    top = [f"{WAY_WORDS[way]} {hazard:.2g}" for way, hazard in why.hazards[:3] if hazard > 0.0]
    share = why.hazards[0][1] / max(sum(hazard for _, hazard in why.hazards), 1e-300)
    when = f"weeks {first} to {last}" if first < last else f"week {last}"
    lead = (
        f"In {when} the largest hazard against him was {WAY_WORDS[why.cause]} ({share:.0%} of all;"
        f" summed: {', '.join(top)})."
    )
    gone = (
        f"By then the hazards had added up to a chance of {percent(why.chance)} that he would have"
        " left"
    )
    if why.week and why.cause != why.way:
        lead += (
            f" The exit was another one, {WAY_WORDS[why.way]}: by chance, a smaller hazard struck."
        )
    spared = f"; {name} survived by chance" if not why.week and why.chance >= 0.5 else ""
    lines = [lead, f"{gone}{spared}."]
    if why.week:
        lines.append(
            f"In his last week the chance that he leaves was {fine(why.enough)}; the random draw"
            f" was {fine(why.draw)}, which is less, so he leaves."
        )
    levers = [one for one in why.again if one.setting is not None]
    lines.append(_decisive(why.week, [_named(LEVERS, one, power) for one in why.levers], levers))
    lines += [
        f"With {_named(BEST if why.week else HARD, one.what, power)}"
        f" ({_named(LEVERS, one.what, power)} {one.was:.2f} ->"
        f" {one.setting:g}): {_fared(one, why.week)}."
        for one in levers
    ]
    names = names_of(story.scenario)
    ids = {entry.id: entry_words(entry, names, power) for entry in story.scenario.timeline}
    lines += [
        f"Without the event “{ids[one.what]}”: {_fared(one, why.week)}."
        for one in why.again
        if one.setting is None
    ]
    return lines


def _named(words: Mapping[str, str], lever: str, power: Power) -> str:
    """What is said of a lever, in the words of the scenario."""
    return words[lever].replace(OUTSIDE_PRESSURE, power.pressure(OUTSIDE_PRESSURE))


def _decisive(week: int, named: list[str], levers: list[Again]) -> str:
    """The levers behind the end, in a sentence."""
    words, several = listed(named), len(named) > 1
    if any(one.decisive for one in levers):
        if week:
            each = f"{'each' if several else 'it'} alone would have kept him in office"
        elif several:
            each = "each alone, set the other way, would have removed him"
        else:
            each = "set the other way, it would have removed him"
        return f"The lever{'s' if several else ''} behind it: {words} ({each})."
    if named:
        return (
            f"No single lever would have kept him in office; {words} would have delayed his exit"
            " the longest."
        )
    return (
        "No single lever would have kept him in office, or delayed his exit."
        if week
        else "No single lever, set the other way, would have removed him within the run."
    )


def _fared(again: Again, week: int) -> str:
    """How he fares in the changed future, against this one."""
    if not again.week:
        return "he is still in office at the end" if week else "he stays anyway"
    how = WAY_WORDS[again.way]
    if not week:
        return f"he is out in week {again.week} ({how})"
    moved = again.week - week
    later = f"{weeks(abs(moved))} {'later' if moved > 0 else 'earlier'}"
    when = f"in week {again.week}, {later}" if moved else "in the same week"
    return f"he is out anyway, {when} ({how})"


def text(story: Story) -> str:
    """The whole story for a terminal, no line wider than 96."""
    lines = [headline(story), *_wrap(about(story), ""), ""]
    for week, bold, rest in told(story):
        lines += _wrap(f"{week:>4}  {bold}. {rest}".rstrip(), " " * 6)
    lines += ["", "Why it ended so" if story.why.week else "Why he is still there"]
    lines += [line for reason in reasons(story) for line in _wrap(f"  - {reason}", " " * 4)]
    lines += ["", *_wrap(f"Rule: {RULE}", ""), sentences.caveat(story.scenario)]
    return "\n".join(lines)


def _wrap(line: str, indent: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def html(story: Story) -> str:
    """The story as inert HTML, for a notebook or a report."""
    rows = "".join(
        f"<tr><td style='text-align:right;vertical-align:top'>{week}</td><td"
        f" style='text-align:left'><b>{escape(bold)}.</b> {escape(rest)}</td></tr>"
        for week, bold, rest in told(story)
    )
    why = "".join(f"<li>{escape(reason)}</li>" for reason in reasons(story))
    head = f"<p><b>{escape(headline(story))}</b></p><p>{escape(about(story))}</p>"
    table = (
        f"<table><tr><th>Week</th><th style='text-align:left'>What happened</th></tr>{rows}</table>"
    )
    return (
        f"<div>{head}{table}<p><b>Why</b></p><ul>{why}</ul><p>{escape(RULE)}</p>"
        f"<p>{escape(sentences.caveat(story.scenario))}</p></div>"
    )
