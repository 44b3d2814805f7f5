"""The pressing power in a scenario's own words: its name inside sentences and labels, and the
table's texts told with it; changes no number.

Fields and variables keep their names (`us_pressure`, `us_opposition`, `sender.resolve`), whoever
presses. A scenario that names nobody has the table's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from .declare import Lever, Parameter

UNNAMED = "the pressing power"
OUTSIDE = "the outside public"
LONGEST_NAME = 80
_US = frozenset(("United States", "United States of America", "US", "USA", "U.S."))
# a name that is more than one power: joined names, or a last word of this kind
_JOINED = re.compile(r" and | & |, ")
_MANY = re.compile(r"(?<!united )\b(states|nations|powers|allies|countries|neighbou?rs)\Z", re.I)
_VERBS = {"has": "have", "wants": "want", "goes": "go", "lifts": "lift"}
_LEADER = re.compile(r"\bthe pressing power's( own)? leader\b")
_VERB = re.compile(rf"\bthe pressing power( fully)? ({'|'.join(_VERBS)})\b( climbed its)?")
_PUBLIC = re.compile(r"\b(?:the )?outside public\b")
_FIELDS = re.compile(r"\b(us_pressure|us_opposition|us_approval|sender\.)")


@dataclass(frozen=True, slots=True)
class Power:
    """The power that presses, by the name that a scenario gives it: as it stands inside a sentence
    (`NATO`, `the United States`), or "" for none.
    """

    name: str = ""

    @property
    def called(self) -> str:
        """Its name, or "the pressing power"."""
        return self.name or UNNAMED

    @property
    def bare(self) -> str:
        """Its name without an article."""
        return self.name[4:] if self.name[:4].lower() == "the " else self.name

    @property
    def american(self) -> bool:
        """Whether it is the power that the names of the fields say."""
        return self.bare in _US

    @property
    def several(self) -> bool:
        """Whether it is more than one power, so that verbs and pronouns are plural."""
        alone = " of " not in self.name and not self.american
        return bool(_JOINED.search(self.name) or (alone and _MANY.search(self.name)))

    @property
    def of(self) -> str:
        """What is its: `NATO's`, `the United States'`."""
        return f"{self.called}'" if self.called[-1] in "sS" else f"{self.called}'s"

    @property
    def public(self) -> str:
        """Its public: `NATO's own public`."""
        return f"{self.of} own public" if self.name else OUTSIDE

    def does(self, one: str, many: str) -> str:
        """Its name with the verb that fits: `NATO climbs`, `the Gulf states climb`."""
        return f"{self.called} {self.verb(one, many)}"

    def verb(self, one: str, many: str) -> str:
        """The word that fits one power, or several: `its`, `their`."""
        return many if self.several else one

    def pressure(self, unnamed: str) -> str:
        """Its pressure in a label: `NATO pressure`, `pressure by the Gulf states`."""
        if not self.name:
            return unnamed
        if self.american:
            return "US pressure"
        plain = " " not in self.bare and not self.several
        return f"{self.bare} pressure" if plain else f"pressure by {self.name}"


NOBODY = Power()


def power_of(scenario: object) -> Power:
    """The power that presses in a scenario."""
    return Power(str(getattr(scenario, "pressing_power", "") or ""))


def told(text: str, power: Power) -> str:
    """A text of the table in a scenario's words: its name for the pressing power, its own public
    for the outside public.
    """
    if not power.name:
        return text
    leader = "leaders" if power.several else "leader"
    text = text.replace(
        "the publics, outside and at home,", f"the publics, {power.of} and his own,"
    )
    if not power.american:
        text = text.replace("7 in 10 Americans", "7 in 10")
    text = _PUBLIC.sub(lambda _: power.public, text)
    text = _LEADER.sub(lambda found: f"{power.of}{found[1] or ''} {leader}", text)
    text = text.replace(f"{UNNAMED}'s", power.of)
    text = _VERB.sub(lambda found: _agree(found, power), text)
    return text.replace(UNNAMED, power.name)


def _agree(found: re.Match[str], power: Power) -> str:
    verb = power.verb(found[2], _VERBS[found[2]])
    climbed = f" climbed {power.verb('its', 'their')}" if found[3] else ""
    return f"{power.name}{found[1] or ''} {verb}{climbed}"


@cache
def told_row[Row: (Parameter, Lever)](row: Row, power: Power) -> Row:
    """A row of the table in a scenario's words; the row itself where that changes nothing."""
    meaning = told(row.meaning, power)
    anchors = tuple((at, told(words, power)) for at, words in row.anchors)
    if (meaning, anchors) == (row.meaning, row.anchors):
        return row
    return replace(row, meaning=meaning, anchors=anchors)


def part_words(part: str, power: Power) -> str:
    """The last part of an input's name as words: `strikes`, `opposition of NATO's public`."""
    words = part.replace("_", " ").replace(".", " ")
    if not words.startswith("us ") or not power.name:
        return words
    if power.american:
        return f"US {words[3:]}"
    whose = power.verb("leader", "leaders") if words.endswith("approval") else "public"
    return f"{words[3:]} of {power.of} {whose}"


def note(power: Power, names: Iterable[str] | None = None) -> str:
    """Who presses, where the names of fields (`names`, or any) would say another; else empty."""
    if not power.name or power.american:
        return ""
    if names is None:
        return f"The pressing power is {power.name}."
    if any(_FIELDS.search(name) for name in names):
        return f"The pressing power is {power.name}, whatever the names of fields say."
    return ""


__all__ = ["NOBODY", "UNNAMED", "Power", "note", "part_words", "power_of", "told", "told_row"]
