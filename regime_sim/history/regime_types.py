"""What a regime's type says of the inputs: one table for episodes and leader-years.

Judgements after Geddes, Wright & Frantz 2018: a junta rules as a body, a party or a family could go
on without him, and a hybrid is the mean of its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# by word of a type: military rule, monarchy, party, institutions, personalism where nothing is said
BY_TYPE: Mapping[str, tuple[float, float, float, float, float]] = {
    "personal": (0.0, 0.0, 0.2, 0.3, 0.60),
    "party": (0.0, 0.0, 0.8, 0.6, 0.35),
    "military": (1.0, 0.0, 0.1, 0.45, 0.30),
    "monarchy": (0.0, 1.0, 0.1, 0.6, 0.50),
    "oligarchy": (0.0, 0.0, 0.4, 0.5, 0.30),
    "indirect": (0.0, 0.0, 0.4, 0.5, 0.30),
}
TYPES = tuple(BY_TYPE)


@dataclass(frozen=True, slots=True)
class Typed:
    """The inputs `regime.military`, `.monarchy`, `.party`, the mean of `.institutions`, and the
    personalism that is usual.
    """

    military: float
    monarchy: float
    party: float
    institutions: float
    personalism: float


def words_of(text: str) -> tuple[str, ...]:
    """The words of a type: `military personal`, `monarchy/personal`, `party-personal`."""
    return tuple(text.lower().replace("/", "-").replace(" ", "-").strip("-").split("-"))


def typed(words: tuple[str, ...]) -> Typed:
    """The mean over a type's words, all of them in TYPES.

    Known answer: party-personal -> party 0.5, institutions 0.45, personalism 0.475.
    """
    rows = [BY_TYPE[word] for word in words]
    return Typed(*(round(sum(part) / len(rows), 4) for part in zip(*rows, strict=True)))


__all__ = ["BY_TYPE", "TYPES", "Typed", "typed", "words_of"]
