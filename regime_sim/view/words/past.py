"""How the past cases that ship ended, for a page that shows one; no input of any run."""

from __future__ import annotations

from ...facts.outcomes import WAY_WORDS
from ...history.episodes import EPISODES

# scenario: how he went (an exit mode), and in which week after the start
ENDS = {name: (way, week) for name, way, week in EPISODES}


def said(way: str) -> str:
    """An exit mode in words. Raises KeyError."""
    return WAY_WORDS[way]
