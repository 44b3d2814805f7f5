"""The pressing power in a scenario's own words, for those who draw the words; writes none."""

from __future__ import annotations

from ...facts.pressing import NOBODY, Power, part_words, power_of, told, told_row

__all__ = ["NOBODY", "Power", "part_words", "power_of", "told", "told_row"]
