"""Cases of history: what was coded about an episode and what became of it, read from a CSV file
with every mistake reported; scores nothing.

Needed columns: case_id, start_date, horizon_weeks and the fourteen codings. A confidence column
that is missing counts as M; outcome columns may be missing or blank (such cases are predicted, not
scored); a coding may be blank where it is not known; other columns are kept out. The order of the
columns is free.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ..errors import closest, nearest
from ..facts.limits import LONGEST
from ..facts.places import seeds_folder
from ..given import FIRST_YEAR, LAST_YEAR
from .outcome_words import OUTCOME_WAYS, fate_of, regime_of, ways_of
from .regime_types import TYPES, words_of
from .table_file import BLANK, TableFileError, number_cell, show_cell, table_of, text_of, twice

TRAINING = "calibration"  # the split of old episodes that fits may read
CODINGS = (
    "rents_to_elite",
    "patron_support",
    "outside_military_pressure",
    "credible_ground_force",
    "sanctions_isolation",
    "outside_power_domestic_opposition",
    "home_public_opposition",
    "coup_proofing_bodyguards",
    "exile_offer",
    "exile_credibility",
    "armed_rebels",
    "crowd_in_streets",
    "outside_force_for_rebels",
    "patron_troops_present",
)
NEEDED = ("case_id", "start_date", "horizon_weeks", *CODINGS)
OTHERS = (
    "leader",
    "country",
    "split",
    "outcome",
    "outcome_date",
    "weeks_to_outcome",
    "regime_outcome",
    "leader_fate",
)
# facts of the first day that a file may give: range, what is expected
FACTS = {
    "leader_age": (10, 110, "his age in years"),
    "tenure_years": (0, 80, "years in office"),
    "personalism": (0, 1, "personal power from 0 to 1"),
}
CONFIDENCES = ("H", "M", "L")
LARGEST = 10 * 1024 * 1024  # bytes
WORDS = f" - one of {', '.join(OUTCOME_WAYS)}"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Observed:
    """What became of him by the horizon. word: the file's; ways: the model's ways that it may mean
    (none if censored).

    week: the week of the episode in which he went (1 is the first), None if he did not or the file
    does not say; regime: in REGIME; fate: in FATES.
    """

    word: str
    ways: tuple[str, ...]
    week: int | None
    regime: str | None
    fate: str | None

    @property
    def known(self) -> bool:
        """Whether the end is known: a censored case is not scored."""
        return bool(self.ways)

    @property
    def out(self) -> bool:
        """Whether he was out of office by the horizon."""
        return self.known and "survived" not in self.ways

    @property
    def leader(self) -> str:
        """The model's way where the word has its own, else the file's word."""
        return self.ways[0] if len(self.ways) == 1 else self.word


@dataclass(frozen=True, slots=True)
class Case:
    """One episode. start: first day of acute pressure; horizon in weeks; codes in [0, 1], None
    where blank; confidence H, M or L, None where nothing is coded. facts: those of FACTS that are
    given; regime: words of its type, () where one of them is not in `regime_types`.
    """

    id: str
    leader: str
    country: str
    start: date
    horizon: int
    split: str
    codes: Mapping[str, float | None]
    confidence: Mapping[str, str | None]
    observed: Observed | None
    facts: Mapping[str, float] = field(default_factory=dict)
    regime: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether what became of him is known."""
        return self.observed is not None and self.observed.known


class CaseFileError(TableFileError):
    """A file of cases cannot be used; `problems` holds every mistake, with row and column."""


def read_cases(path: str | Path | None = None) -> tuple[Case, ...]:
    """Cases of a CSV file (UTF-8, commas, header) in order; None: shipped. Raises CaseFileError."""
    file = seeds_folder() / "cases.csv" if path is None else Path(path)
    return parse_cases(text_of(file, "cases", LARGEST, CaseFileError), str(file))


def training_cases() -> tuple[Case, ...]:
    """The shipped episodes that the law and its references are fitted to: those for calibration of
    the old ones, and all that were drawn by rule.
    """
    old = (case for case in read_cases() if case.split == TRAINING)
    return (*old, *read_cases(seeds_folder() / "cases_rule.csv"))


def parse_cases(text: str, name: str = "cases") -> tuple[Case, ...]:
    """The cases of such a text; `name` stands before every mistake. Raises CaseFileError."""
    problems: list[str] = []
    rows = _rows(text, name, problems)
    seen: dict[str, int] = {}
    cases = []
    for number, row in enumerate(rows, start=1):
        reading = _Row(name, number, row, problems)
        case = _case(reading)
        if case.id in seen:
            reading.complain("case_id", f"{show_cell(case.id)} is in row {seen[case.id]} already")
        seen.setdefault(case.id, number)
        cases.append(case)
    if problems:
        raise CaseFileError(problems)
    return tuple(cases)


def _rows(text: str, name: str, problems: list[str]) -> list[dict[str, str]]:
    """The rows that are not blank, by column. Raises CaseFileError where there is no table."""
    wanted = f"{', '.join(NEEDED[:3])} and the codings"
    header, body = table_of(text, name, wanted, CaseFileError)
    problems += _header_problems(header, name)
    if not body:
        problems.append(f"{name}: a header and no rows - expected at least one case")
    for number, row in enumerate(body, start=1):
        if len(row) != len(header):
            problems.append(
                f"{name}: row {number} ({show_cell(row[0])}): {len(row)} cells - expected"
                f" {len(header)}, one for each column of the header"
            )
    if problems:
        raise CaseFileError(problems)
    return [dict(zip(header, row, strict=True)) for row in body]


def _header_problems(header: list[str], name: str) -> list[str]:
    """Every missing column, with the nearest one there is, and every one given twice."""
    problems = []
    known = {*NEEDED, *OTHERS, "regime_type", *FACTS, *(f"{coding}_conf" for coding in CODINGS)}
    strange = [column for column in header if column and column not in known]
    for column in NEEDED:
        if column not in header:
            alike = {one.lower().replace(" ", "_"): one for one in strange}
            close = closest(column, alike)
            hint = f" - is it {show_cell(alike[close])}? Name it {column}" if close else ""
            problems.append(f"{name}: header: column {column} is missing{hint}")
    return problems + twice(header, known, name)


@dataclass(slots=True)
class _Row:
    """One row while it is read: cells by column, and where mistakes are noted."""

    file: str
    number: int
    cells: Mapping[str, str]
    problems: list[str] = field(repr=False)

    def complain(self, column: str, text: str) -> None:
        who = show_cell(self.cells.get("case_id", "")) if self.cells.get("case_id") else "no id"
        self.problems.append(f"{self.file}: row {self.number} ({who}), column {column}: {text}")

    def text(self, column: str) -> str:
        """The cell, "" where there is no such column."""
        return self.cells.get(column, "")

    def number_in(self, column: str, low: float, high: float, what: str) -> float | None:
        """The number in a cell, None where it is blank or wrong (which is noted)."""
        cell = self.text(column)
        if cell.lower() in BLANK:
            return None
        value, point = number_cell(cell)
        if value is None:
            self.complain(column, f"{show_cell(cell)} is not a number - expected {what}{point}")
            return None
        if not low <= value <= high:
            self.complain(column, f"{show_cell(cell)} is out of range - expected {what}")
            return None
        return value

    def date_in(self, column: str) -> date | None:
        cell = self.text(column)
        if cell.lower() in BLANK:
            return None
        try:
            if _DATE.fullmatch(cell) and (day := date.fromisoformat(cell)):
                if FIRST_YEAR <= day.year <= LAST_YEAR:
                    return day
                said = f"{cell} is out of range - expected {FIRST_YEAR} to {LAST_YEAR}"
                self.complain(column, said)
                return None
        except ValueError:
            pass
        self.complain(column, f"{show_cell(cell)} is not a date - expected one such as 2011-02-15")
        return None


def _case(row: _Row) -> Case:
    """The case of a row; mistakes are noted, and then the values here mean nothing."""
    start = row.date_in("start_date")
    horizon = row.number_in("horizon_weeks", 1, LONGEST, f"whole weeks, 1 to {LONGEST}")
    for column in ("case_id", "start_date", "horizon_weeks"):
        cell = row.text(column)
        if not cell or (column != "case_id" and cell.lower() in BLANK):
            row.complain(column, "blank - it is needed")
    if horizon is not None and horizon != int(horizon):
        row.complain(
            "horizon_weeks",
            f"{show_cell(row.text('horizon_weeks'))} - expected whole weeks, 1 to {LONGEST}",
        )
    weeks = int(horizon or 1)
    codes = {
        name: row.number_in(name, 0.0, 1.0, "a coding from 0 to 1, or blank where not known")
        for name in CODINGS
    }
    facts = {name: row.number_in(name, *about) for name, about in FACTS.items()}
    words = words_of(row.text("regime_type"))
    return Case(
        id=row.text("case_id"),
        leader=row.text("leader"),
        country=row.text("country"),
        start=start or date.min,
        horizon=weeks,
        split=row.text("split") or "given",
        codes=codes,
        confidence={name: _confidence(row, name, codes[name]) for name in CODINGS},
        observed=_observed(row, start, weeks),
        facts={name: value for name, value in facts.items() if value is not None},
        regime=words if all(word in TYPES for word in words) else (),
    )


def _confidence(row: _Row, coding: str, value: float | None) -> str | None:
    """H, M or L; M where nothing is said, None where nothing is coded."""
    column = f"{coding}_conf"
    cell = row.text(column).upper()
    if cell.lower() not in BLANK and cell not in CONFIDENCES:
        known = f"one of {', '.join(CONFIDENCES)}, or blank"
        row.complain(column, f"unknown confidence {show_cell(row.text(column))} - {known}")
    if value is None:
        return None
    return cell if cell in CONFIDENCES else "M"


def _observed(row: _Row, start: date | None, horizon: int) -> Observed | None:
    """What became of him; None if unsaid. An exit after the horizon is a survival within it."""
    word = row.text("outcome").lower()
    week = _week(row, start)
    if word in BLANK:
        return None
    if word not in OUTCOME_WAYS:
        near = nearest(word[:80], OUTCOME_WAYS) or WORDS
        row.complain("outcome", f"unknown outcome {show_cell(row.text('outcome'))}{near}")
        return None
    ways = ways_of(word)
    if ways and "survived" not in ways and week is not None and week > horizon:
        word, ways = "survived", ways_of("survived")
    stays = "survived" in ways
    regime = "stands" if stays else regime_of(row.text("regime_outcome"))
    fate = "in_office" if stays else fate_of(row.text("leader_fate"))
    return Observed(word, ways, None if stays else week, regime, fate)


def _week(row: _Row, start: date | None) -> int | None:
    """The week of the outcome, by its date, else by the weeks given; days 1 to 7 are week 1."""
    ended = row.date_in("outcome_date")
    weeks = row.number_in("weeks_to_outcome", 0.0, 10_000.0, "weeks since the start, 0 or more")
    if ended is not None and start is not None:
        if ended < start:
            row.complain("outcome_date", f"{ended} is before the start, {start}")
        return max(1, math.ceil((ended - start).days / 7))
    return None if weeks is None else max(1, math.ceil(weeks))


__all__ = [
    "CODINGS",
    "TRAINING",
    "Case",
    "CaseFileError",
    "Observed",
    "parse_cases",
    "read_cases",
    "training_cases",
]
