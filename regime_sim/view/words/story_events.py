"""A sentence with its numbers for every kind of happening of a story; computes no result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...facts.outcomes import WAY_WORDS
from ...facts.pressing import power_of
from ..figures.events import entry_words, names_of
from . import story_court
from .phrases import of_hundred, ordinal, percent, weeks
from .phrases import upper as upper_first
from .story_court import patron, signs

if TYPE_CHECKING:
    from ...stories.story import Story
    from ...stories.telling import Happening

EXITS = {
    "coup": "His own officers remove him",
    "uprising": "The crowd brings him down",
    "rebellion": "The rebels take the capital",
    "negotiated_exit": "He leaves by agreement",
    "foreign_removal": "An invasion removes him",
    "seized": "A raid seizes him",
    "assassinated": "He is assassinated",
    "died": "He dies in office",
    "regular": "He leaves by vote or orderly succession",
    "palace_coup": "His own circle removes him",
}
FATE = {
    "in_office": "in office",
    "home": "stays in the country",
    "exile": "goes into exile",
    "jail": "is jailed",
    "dead": "is dead",
}
REGIME = {
    "stands": "the regime goes on",
    "tutelage": "the regime goes on under tutelage",
    "falls": "the regime falls",
}
N = Mapping[str, Any]
UNNAMED = "a patron"  # who flies him out where the timeline does not say


def sentence_of(story: Story, one: Happening) -> tuple[str, str]:
    """What happened, and the numbers of it."""
    if one.kind == "entry":
        entry = next(entry for entry in story.scenario.timeline if entry.id == one.numbers["entry"])
        return (
            entry_words(entry, names_of(story.scenario), power_of(story.scenario)),
            (
                "An event of the timeline; military pressure is at"
                f" {of_hundred(one.numbers['pressure'])} of 100."
            ),
        )
    if one.kind == "exit":
        return _exit(story, one.numbers)
    return WORDS[one.kind]({**one.numbers, "power": power_of(story.scenario)})


def _exit(story: Story, n: N) -> tuple[str, str]:
    """How he leaves, what becomes of him, who led it or follows, and the regime."""
    way, name = str(n["way"]), upper_first(ruler_of(story))
    bold = EXITS[way]
    detail = ""
    if way in ("coup", "assassinated"):
        detail = f"Plotters command {percent(n['command'])} of the troops. "
    if n["leads"]:
        bold += f", led by {n['leads']}"
        detail = (
            "Nobody of the circle was better placed; the ruler's personal power was"
            f" {of_hundred(n['personalism'])} of 100, and {signs(n)}. "
        )
    if n["patron"]:
        bold += f"; {n['patron'] if n['patron'] == UNNAMED else patron(n)} flies him out"
    if n["voted"]:
        bold = "He loses a vote and goes"
    if n["forced"]:
        detail += (
            f"They act before the crowd does: {percent(n['forced'])} of all who might are out. "
        )
    fate = "" if way in ("died", "assassinated") else f" {name} {FATE[str(n['fate'])]}."
    next_ = "Now in office" if n["heir"] == n["leads"] else "Next in line, and now in office"
    heir = f" {next_}: {n['heir']}." if n["heir"] else ""
    return (
        bold,
        f"{detail}This week's chance of it was {percent(n['chance'])}.{fate}"
        f" {upper_first(REGIME[str(n['after'])])}.{heir}",
    )


def _opening(n: N) -> tuple[str, str]:
    """How it stands at the start."""
    return (
        f"It begins: rents of {of_hundred(n['rents'])} of 100 reach the generals",
        (
            f"Reserves would last {weeks(round(n['reserves']))}; {percent(n['exports'])} of the oil"
            f" still sells; military pressure stands at {of_hundred(n['pressure'])} of 100;"
            f" {percent(n['opposition'])} of {n['power'].public} is against force, grievance at"
            f" home is at {of_hundred(n['grievance'])} of 100."
        ),
    )


def _horizon(n: N) -> tuple[str, str]:
    stays = "He is still in office" if n["in_office"] else "The run ends"
    failed = f" {n['attempts']:.0f} coups have been tried and failed." if n["attempts"] > 1 else ""
    return (
        stays,
        (
            f"{upper_first(REGIME[str(n['regime'])])}; plotters"
            f" command {percent(n['command'])} of the troops, rents stand at"
            f" {of_hundred(n['rents'])} of 100, reserves at {weeks(round(n['reserves']))}.{failed}"
        ),
    )


WORDS: Mapping[str, Callable[[N], tuple[str, str]]] = {
    "opening": _opening,
    "horizon": _horizon,
    **story_court.WORDS,
    "reserves_half": lambda n: (
        "Half of the reserves are spent",
        (
            f"Reserves are down to {weeks(round(n['reserves']))} of rents, from {n['before']:.0f};"
            f" {of_hundred(n['rents'])} of 100 is still paid."
        ),
    ),
    "reserves_out": lambda n: (
        "The reserves run out",
        (
            f"Less than a week of rents is left; {percent(n['arrears'])} of what is customary goes"
            " unpaid."
        ),
    ),
    "arrears": lambda n: (
        f"{percent(n['arrears'])} of the customary rents goes unpaid",
        f"Rents paid: {of_hundred(n['rents'])} of 100; income: {of_hundred(n['income'])}.",
    ),
    "patron_leaves": lambda n: (
        f"{patron(n)} has halved its support",
        f"Its commitment is {percent(n['commitment'])}, from {percent(n['before'])}.",
    ),
    "patron_gone": lambda n: (
        f"{patron(n)} is gone",
        (
            f"Its commitment is {percent(n['commitment'])}, from {percent(n['before'])}; he is"
            f" guarded at {of_hundred(n['guards'])} of 100."
        ),
    ),
    "opposition": lambda n: (
        f"{upper_first(n['power'].public)} turns further against it",
        f"{percent(n['opposition'])} is opposed, from {percent(n['before'])} at the start.",
    ),
    "plotting": lambda n: (
        f"Plotters command {percent(n['command'])} of the troops",
        f"{percent(n['plotting'])} of the generals are in.",
    ),
    "plot_fades": lambda n: (
        "The plot falls apart",
        (
            f"Plotters command {percent(n['command'])} of the troops, from {percent(n['before'])};"
            f" fear stands at {of_hundred(n['fear'])} of 100."
        ),
    ),
    "purge": lambda n: (
        f"Counter-intelligence finds {n['number']:.0f} plotters",
        (
            f"All are purged. Fear stands at {of_hundred(n['fear'])} of 100; plotters still command"
            f" {percent(n['command'])} of the troops."
        ),
    ),
    "flight": lambda n: (
        f"{n['number']:.0f} generals flee the country",
        f"Plotters command {percent(n['command'])} of the troops.",
    ),
    "failed_coup": lambda n: (
        (
            "A coup is tried and fails"
            if n["number"] < 2
            else f"A coup is tried and fails, the {ordinal(n['number'])}"
        ),
        (
            f"{'A successor is in office. ' if n['after'] else ''}Those found are rounded up;"
            f" plotters commanded {percent(n['command'])} of the troops, and all have seen it."
        ),
    ),
    "failed_raid": lambda n: (
        "A raid to seize him fails",
        (
            f"It had a chance of {percent(n['chance'])}; he is guarded at"
            f" {of_hundred(n['guards'])} of 100. The home public rallies behind him."
        ),
    ),
    "crowd": lambda n: (
        "A crowd comes out",
        (
            f"{percent(n['crowd'])} of all who might; grievance stands at"
            f" {of_hundred(n['grievance'])} of 100."
        ),
    ),
    "crowd_grows": lambda n: (
        f"The crowd grows to {percent(n['crowd'])} of all who might come",
        f"The chance that the army stands aside is {percent(n['refusal'])}.",
    ),
    "crowd_gone": lambda n: (
        "The street is empty again",
        f"Fear stands at {of_hundred(n['fear'])} of 100.",
    ),
    "stand_aside": lambda n: (
        "The army would rather stand aside than shoot",
        (
            f"The chance is {percent(n['refusal'])}; {percent(n['anger'])} of the soldiers are"
            f" angry, the crowd is at {percent(n['crowd'])}."
        ),
    ),
    "defection": lambda n: (
        "A unit changes sides in public",
        f"Everybody sees it; plotters command {percent(n['command'])} of the troops.",
    ),
    "rebels": lambda n: (
        "An armed rebellion begins",
        (
            f"It has {percent(n['strength'])} of the army's full strength; the army stands at"
            f" {percent(n['army'])} of it."
        ),
    ),
    "front": lambda n: (
        f"The rebels' front has come {percent(n['front'])} of the way",
        f"Their strength is {percent(n['strength'])} of the army's.",
    ),
    "belief": lambda n: (
        f"He gives himself {of_hundred(n['belief'])} of 100 to keep his office",
        "That is what he believes, flattered by those around him.",
    ),
    "exile": lambda n: (
        "An exit by agreement comes within reach",
        (
            f"The chance of it is {percent(n['hazard'])} a week; he believes in his survival at"
            f" {of_hundred(n['belief'])} of 100."
        ),
    ),
    "successor": lambda n: (
        f"The {ordinal(n['number'])} ruler takes over" + (f": {n['heir']}" if n["heir"] else ""),
        "The previous successor is out too; the regime goes on.",
    ),
    "fall": lambda n: ("The regime falls", f"By: {WAY_WORDS[str(n['way'])]}."),
}


def ruler_of(story: Story) -> str:
    """The ruler's name, or "the ruler"."""
    return str(story.scenario.ruler or "the ruler")
