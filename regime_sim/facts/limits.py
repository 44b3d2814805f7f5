"""Limits of a run, the same in a file, an option and a call from Python; imports nothing."""

from __future__ import annotations

MOST_REPLICATES = 2**31 - 1  # futures of one run
LAST_REPLICATE = 2**32 - 1  # the number of the last future that has draws of its own
LARGEST_SEED = 2**64 - 1
MOST_WORKERS = 1024
FEWEST_GENERALS, MOST_GENERALS = 8, 20_000  # of a scenario, and simulated one by one
MOST_DRAWN = 16  # uncertain numbers that a timeline and moved levers may hold
LONGEST = 520  # weeks: the longest horizon, and the last week of an entry
