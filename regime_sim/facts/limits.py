"""Limits of a run, the same in a file, an option and a call from Python; imports nothing."""

from __future__ import annotations

MOST_REPLICATES = 2**31 - 1  # futures of one run
