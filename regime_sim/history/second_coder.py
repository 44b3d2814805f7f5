"""A case of one's own: the form to code it, the rules, and how far a second coder agrees; scores
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..facts.places import seeds_folder
from ..statistics.agreement import Agreement, agreement
from .cases import CODINGS, Case

HEADS = ("case_id", "leader", "country", "start_date", "horizon_weeks", "outcome", "outcome_date")
ALL = "all codings"


@dataclass(frozen=True, slots=True)
class TwoCoders:
    """What two files of cases have in common: case ids in the first's order, agreement by coding
    and over all codings, ids with another end or start, ids that only one of them has.
    """

    cases: tuple[str, ...]
    codings: tuple[tuple[str, Agreement], ...]
    other_end: tuple[str, ...]
    other_start: tuple[str, ...]
    alone: tuple[str, ...]


def form(id: str = "my-case", start: str = "2024-01-01", weeks: int = 104) -> list[dict[str, str]]:
    """One row to fill in, by column: the codings with confidence and reason, then the end."""
    row = dict.fromkeys(HEADS[:5], "") | {"case_id": id, "start_date": start}
    row["horizon_weeks"] = str(weeks)
    for name in CODINGS:
        row |= {name: "", f"{name}_conf": "", f"{name}_why": ""}
    return [row | dict.fromkeys(HEADS[5:], "")]


def rules() -> str:
    """The columns, the codings with their ends, and how far to trust them: the shipped page."""
    return (seeds_folder() / "cases.md").read_text(encoding="utf-8")


def two_coders(first: Sequence[Case], second: Sequence[Case]) -> TwoCoders:
    """Agreement on the cases that both files have, matched by id."""
    theirs = {case.id: case for case in second}
    pairs = [(case, theirs[case.id]) for case in first if case.id in theirs]
    ids = tuple(case.id for case, _ in pairs)

    def of(names: Sequence[str]) -> Agreement:
        cells = [(a.codes[name], b.codes[name]) for a, b in pairs for name in names]
        return agreement([a for a, _ in cells], [b for _, b in cells])

    return TwoCoders(
        ids,
        (*((name, of([name])) for name in CODINGS), (ALL, of(CODINGS))),
        tuple(a.id for a, b in pairs if _end(a) != _end(b)),
        tuple(a.id for a, b in pairs if a.start != b.start),
        tuple(case.id for case in (*first, *second) if case.id not in ids),
    )


def _end(case: Case) -> object:
    return case.observed and (case.observed.ways, case.observed.week)
