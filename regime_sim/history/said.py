"""What the law says of the shipped leader-years and episodes, as it was kept in one file, so that
weights, tables and cards need no simulation; simulates nothing (`keep_said` makes the file).

`seeds/posterior/history.npz` holds plain arrays: `ways` (n, 10), the probability of each way of
leaving within 52 weeks for the shipped leader-years from FIRST on, in the file's order; `episode`,
`out` (m,): id of each shipped episode (old ones by a law that has not seen them, then those drawn
by rule) and P(out by its horizon); `categories` (m, 8): by category; `second`, `second_out` (k,):
the same of the second coding; and what it was made from. A file that was made with another model,
sample, map, panel or codings is not used (`held_said` is None): whoever would weigh by it then
weighs equally, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..facts.places import seeds_folder
from ..provenance import canonical, model_mark, sha256
from .cases import Case, read_cases
from .marks import cases_mark, code_mark, map_mark, samples_mark
from .panel import LeaderYear, read_panel

Floats = NDArray[np.float64]
FILE = "history.npz"
FIRST = 1965  # earlier leader-years are only fitted on
RULE, SECOND = "cases_rule.csv", "cases_rule_second.csv"


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """The law's probabilities: of `years`, by way (n, 10); of `episodes` and of a second coding of
    some, P(out by the horizon), (m,) and (k,), and by category (m, 8).
    """

    years: tuple[LeaderYear, ...]
    ways: Floats
    episodes: tuple[Case, ...]
    out: Floats
    categories: Floats
    second: tuple[Case, ...]
    second_out: Floats


def rule_cases() -> tuple[Case, ...]:
    """The shipped episodes that a rule drew."""
    return read_cases(seeds_folder() / RULE)


def second_codings() -> tuple[Case, ...]:
    """The second coding of some of them."""
    return read_cases(seeds_folder() / SECOND)


def leader_years() -> tuple[LeaderYear, ...]:
    """The shipped leader-years that the law is kept for."""
    return tuple(row for row in read_panel() if row.year >= FIRST)


def _panel() -> bytes:
    return (seeds_folder() / "panel.csv").read_bytes()


def marks() -> dict[str, str]:
    """What the file rests on, by name."""
    return {
        "model": model_mark(),
        "samples": samples_mark(),
        "coding map": map_mark(),
        "panel map": code_mark(
            "history/panel_map.py",
            "history/regime_types.py",
            "history/panel_run.py",
            sentences=True,
        ),
        "cases": cases_mark(),
        "seeds": sha256(repr((rule_cases(), second_codings())).encode() + _panel()),
    }


@cache
def held_said() -> Said | None:
    """The shipped file; None where there is none or it belongs to another model, map or seeds."""
    file = seeds_folder() / "posterior" / FILE
    if not file.is_file():
        return None
    with np.load(file, allow_pickle=False) as held:
        if str(held["made_from"]) != canonical(marks()):
            return None
        by_id = {case.id: case for case in (*read_cases(), *rule_cases())}
        again = {case.id: case for case in second_codings()}
        return Said(
            leader_years(),
            np.asarray(held["ways"], np.float64),
            tuple(by_id[str(one)] for one in held["episode"]),
            np.asarray(held["out"], np.float64),
            np.asarray(held["categories"], np.float64),
            tuple(again[str(one)] for one in held["second"]),
            np.asarray(held["second_out"], np.float64),
        )


__all__ = [
    "FILE",
    "FIRST",
    "Said",
    "held_said",
    "leader_years",
    "marks",
    "rule_cases",
    "second_codings",
]
