"""A story in plain sentences with numbers, for terminal, notebook and report; computes no result."""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

from ...facts.outcomes import WAY_WORDS
from ..figures.events import entry_words
from . import sentences
from .story_events import REGIME, fine, percent, ruler_of, sentence_of

if TYPE_CHECKING:
    from ...stories.causes import Again
    from ...stories.story import Story

WIDTH = 96
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


def told(story: Story) -> list[tuple[int, str, str]]:
    """(week, what happened, the numbers of it) for everything that is told."""
    return [(one.week, *sentence_of(story, one)) for one in story.happenings]


def headline(story: Story) -> str:
    """How this world ends."""
    world, name = story.world, ruler_of(story)
    end = next((one for one in story.happenings if one.kind == "exit"), None)
    if end is None:
        fall = next((one for one in story.happenings if one.kind == "fall"), None)
        later = "" if fall is None else f"; the regime falls in week {fall.week}"
        return (
            f"World {story.replicate:,}: {name} is still in office after {world.last} weeks{later}."
        )
    after = REGIME[str(end.numbers["after"])]
    return (
        f"World {story.replicate:,}: {name} is out in week {end.week}"
        f" ({WAY_WORDS[str(end.numbers['way'])]}), and {after}."
    )


def about(story: Story) -> str:
    """Which world this is and how it was chosen."""
    seed = f"{story.scenario.title}, seed {story.seed}."
    if story.which is None:
        return (
            f"One possible world of {seed} It is no likelier than any other; the same seed and"
            " number give the same story."
        )
    return f"The {story.which} of {story.of:,} worlds of {seed} Rule: {story.rule}."


def reasons(story: Story) -> list[str]:
    """Why it ended so: the hazards, the chance that had built up, and what each lever and event
    would have changed.
    """
    why, name = story.why, ruler_of(story)
    first, last = why.window
    top = [f"{WAY_WORDS[way]} {hazard:.2g}" for way, hazard in why.hazards[:3] if hazard > 0.0]
    share = why.hazards[0][1] / max(sum(hazard for _, hazard in why.hazards), 1e-300)
    when = f"weeks {first} to {last}" if first < last else f"week {last}"
    lead = (
        f"In {when} the largest hazard against him was: {WAY_WORDS[why.cause]} ({share:.0%} of all;"
        f" summed: {', '.join(top)})."
    )
    gone = (
        f"By then the hazards of this world had added up to a chance of {percent(why.chance)} that"
        " he would have gone"
    )
    if why.week and why.cause != why.way:
        lead += f" He went another way, {WAY_WORDS[why.way]}: the dice picked a smaller hazard."
    lines = [
        lead,
        (
            f"{gone}."
            if why.week
            else f"{gone}; {name} was spared by the dice."
            if why.chance >= 0.5
            else f"{gone}."
        ),
    ]
    if why.week:
        lines.append(
            f"In his last week the chance that he goes was {fine(why.enough)}, and the dice fell at"
            f" {fine(why.dice)}: below it, so he goes."
        )
    levers = [one for one in why.again if one.setting is not None]
    lines.append(_decisive(why.week, why.levers, levers))
    lines += [
        f"With {(BEST if why.week else HARD)[one.what]} ({LEVERS[one.what]} {one.was:.2f} ->"
        f" {one.setting:g}): {_fared(one, why.week)}."
        for one in levers
    ]
    ids = {entry.id: entry_words(entry) for entry in story.scenario.timeline}
    lines += [
        f"Without the event “{ids[one.what]}”: {_fared(one, why.week)}."
        for one in why.again
        if one.setting is None
    ]
    return lines


def _decisive(week: int, named: tuple[str, ...], levers: list[Again]) -> str:
    """The levers behind the end, in a sentence."""
    words = _listed([LEVERS[one] for one in named])
    if any(one.decisive for one in levers):
        each = (
            "each alone would have kept him in office"
            if week and len(named) > 1
            else (
                "it alone would have kept him in office"
                if week
                else "put the other way it would have ended him"
            )
        )
        each = (
            "each alone, put the other way, would have ended him"
            if not week and len(named) > 1
            else each
        )
        return (
            f"The lever behind it: {words} ({each})."
            if len(named) == 1
            else f"The levers behind it: {words} ({each})."
        )
    if named:
        return (
            f"No single lever would have kept him in office; {words} would have put it off the"
            " longest."
        )
    return (
        "No single lever would have kept him in office, or put it off."
        if week
        else "No single lever, put the other way, would have ended him within the run."
    )


def _listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _fared(again: Again, week: int) -> str:
    """How he fares in the changed world, against this one."""
    if not again.week:
        return "he is still in office at the end" if week else "he stays all the same"
    how = WAY_WORDS[again.way]
    if not week:
        return f"he is out in week {again.week} ({how})"
    moved = again.week - week
    when = (
        "in the same week"
        if not moved
        else (
            f"in week {again.week}, {abs(moved)} week{'s' * (abs(moved) != 1)}"
            f" {'later' if moved > 0 else 'sooner'}"
        )
    )
    return f"he is out all the same, {when} ({how})"


def text(story: Story) -> str:
    """The whole story for a terminal, no line wider than 96."""
    lines = [headline(story), *_wrap(about(story), ""), ""]
    for week, bold, rest in told(story):
        lines += _wrap(f"{week:>4}  {bold}. {rest}".rstrip(), " " * 6)
    lines += ["", "Why it ended so" if story.why.week else "Why he is still there"]
    lines += [line for reason in reasons(story) for line in _wrap(f"  - {reason}", " " * 4)]
    lines += ["", *_wrap(f"Rule: {story.why.rule}", ""), sentences.CAVEAT]
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
    return f"<div>{head}{table}<p><b>Why</b></p><ul>{why}</ul><p>{escape(story.why.rule)}</p><p>{escape(sentences.CAVEAT)}</p></div>"
