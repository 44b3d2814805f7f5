"""Leader-years: a file with one ruler in office on 1 January of a year a row, what was known of him
the year before, and whether he left within the year; reads and checks, computes nothing.

Only `year` is needed. Every other column may be missing and every cell blank: what is not known is
drawn as in the ordinary world (`panel_map`), and rows without `out` are predicted and not scored.
Columns that are not listed in COVARIATES, NAMES or OUTCOMES are not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import closest, nearest
from ..facts.places import seeds_folder
from .cases import LARGEST
from .regime_types import TYPES, words_of
from .table_file import BLANK, TableFileError, number_cell, show_cell, table_of, text_of, twice

# name: (lowest, highest, what it is); each as known on 31 December of the year before, or on
# 1 January where the thing itself is of that day
COVARIATES: dict[str, tuple[float, float, str]] = {
    "personalist": (0, 1, "the regime's type has a personal element"),
    "personalism": (0, 1, "personal power"),
    "sec_pers": (0, 2, "mean of three security items (a private army counts double)"),
    "tenure_years": (0, 80, "years in office"),
    "age": (10, 110, "his age in the year"),
    "entry_irregular": (0, 1, "he came in irregularly or was imposed from outside"),
    "military_career": (0, 1, "a career soldier"),
    "elected": (0, 1, "elected, in unfree votes too"),
    "regime_age": (0, 500, "years of the regime"),
    "years_since_coup": (0, 200, "years since the last coup attempt, 0: in the year before"),
    "coups_1y": (0, 30, "coup attempts in the year before"),
    "coups_5y": (0, 60, "coup attempts in the five years before"),
    "civil_gov": (0, 2, "armed conflict over government: none, minor, war"),
    "civil_terr": (0, 2, "armed conflict over territory: none, minor, war"),
    "rebels_state_troops": (0, 1, "another state's troops beside rebels"),
    "gov_state_troops": (0, 1, "another state's troops beside the government"),
    "nonviolent": (0, 1, "a nonviolent campaign was under way"),
    "nonviolent_size": (0, 5, "class of its peak"),
    "nonviolent_onset_2y": (0, 1, "a nonviolent campaign began in the two years before"),
    "mid_host": (0, 5, "highest hostility of disputes with states"),
    "mid_host_us": (0, 5, "the same with the United States"),
    "mid_open": (0, 1, "a dispute was open at the year's end"),
    "mid_open_us": (0, 1, "the same with the United States"),
    "pact_major": (0, 1, "a defence pact with a major power"),
    "sanctions": (0, 1, "sanctions in force, own scale"),
    "sanctions_regime": (0, 1, "sanctions that aim at the regime"),
    "infmort_adj": (-10, 10, "infant deaths, standardised within the year"),
    "gdp_pc": (0, 1_000_000, "income per head, constant dollars"),
    "gdp_growth": (-100, 1000, "its growth, per cent"),
    "oil_gas_pc": (0, 1_000_000, "oil and gas per head, dollars"),
    "election_exec_due": (0, 1, "an executive vote due, set before the year"),
    "neigh_irregular_exits": (0, 30, "neighbours with an irregular exit"),
    "neigh_nonviolent_onsets": (0, 30, "neighbours where a nonviolent campaign began"),
}
NAMES = ("country", "leader", "obsid", "regime")
OUTCOMES = ("out", "irregular", "way")
# the file's words for how he left: (target of `panel_scores` if it has one, irregular)
WAYS: dict[str, tuple[str | None, bool]] = {
    "coup": ("coup", True),
    "uprising": ("uprising", True),
    "rebellion": ("rebellion", True),
    "foreign": ("foreign", True),
    "assassinated": ("assassinated", True),
    "died": ("died", False),
    "regular": ("regular", False),
    "other_irregular": (None, True),
}
FIRST_YEAR, LAST_YEAR = 1800, 2200


@dataclass(frozen=True, slots=True)
class Left:
    """Whether he left within the year (None: not known), irregularly, and how (the file's word)."""

    out: bool | None = None
    irregular: bool | None = None
    way: str | None = None


@dataclass(frozen=True, slots=True)
class LeaderYear:
    """One ruler in one year. known: covariates by name, those that are not blank; regime: words of
    TYPES joined by hyphens, None where not known. What became of him stands apart in `left`.
    """

    year: int
    country: str = ""
    leader: str = ""
    spell: str = ""
    regime: str | None = None
    known: Mapping[str, float] = field(default_factory=dict)
    left: Left = Left()

    @property
    def who(self) -> str:
        """One ruler over his years: country and name, else the spell; "" where neither is said."""
        return f"{self.country}|{self.leader}" if self.leader else self.spell

    @property
    def personalist(self) -> bool:
        """Whether the regime's type has a personal element, by column or by its name."""
        said = self.known.get("personalist")
        return bool(said) if said is not None else "personal" in (self.regime or "").split("-")


def happened(rows: Sequence[LeaderYear], target: str) -> NDArray[np.float64]:
    """Whether an event happened, (n,) 0 or 1, nan where the file does not say. target: "any",
    "irregular" or a target of WAYS.
    """
    return np.array([_happened(row, target) for row in rows], np.float64)


def _happened(row: LeaderYear, target: str) -> float:
    left = row.left
    if left.out is None or not left.out:
        return np.nan if left.out is None else 0.0
    if target == "any":
        return 1.0
    if target == "irregular":
        return np.nan if left.irregular is None else float(left.irregular)
    return np.nan if left.way is None else float(WAYS[left.way][0] == target)


class PanelFileError(TableFileError):
    """A file of leader-years cannot be used; `problems` holds every mistake, by row and column."""


def read_panel(path: str | Path | None = None) -> tuple[LeaderYear, ...]:
    """The leader-years of a CSV file (UTF-8, commas, header) in order; None: the shipped ones.
    Raises PanelFileError.
    """
    file = seeds_folder() / "panel.csv" if path is None else Path(path)
    text = text_of(file, "leader-years", LARGEST, PanelFileError)
    return parse_panel(text, str(file))


def parse_panel(text: str, name: str = "panel") -> tuple[LeaderYear, ...]:
    """The leader-years of such a text; `name` stands before mistakes. Raises PanelFileError."""
    header, body = table_of(text, name, "year and what is known", PanelFileError)
    problems = _header_problems(header, name)
    if not body:
        problems.append(f"{name}: a header and no rows - expected at least one leader-year")
    problems += [
        f"{name}: row {k}: {len(row)} cells - expected {len(header)}, one for each column"
        for k, row in enumerate(body, start=1)
        if len(row) != len(header)
    ]
    if problems:
        raise PanelFileError(problems)
    rows = [
        _leader_year(_Row(name, k, dict(zip(header, row, strict=True)), problems))
        for k, row in enumerate(body, start=1)
    ]
    if problems:
        raise PanelFileError(problems)
    return tuple(rows)


def _header_problems(header: Sequence[str], name: str) -> list[str]:
    """What is wrong with a header: no `year`, nothing known, a column twice or misspelt."""
    read = ("year", *NAMES, *OUTCOMES, *COVARIATES)
    strange = [one for one in header if one and one not in read]
    problems = []
    if "year" not in header:
        close = closest("year", [one.lower() for one in strange])
        hint = f" - is it {show_cell(close)}? Name it year" if close else ""
        problems.append(f"{name}: header: column year is missing{hint}")
    elif not any(one in header for one in ("regime", *COVARIATES)):
        expected = "expected some of seeds/panel.md, such as regime, personalism or tenure_years"
        problems.append(f"{name}: header: no column says anything of a ruler - {expected}")
    return problems + twice(header, read, name)


@dataclass(slots=True)
class _Row:
    """One row while it is read: cells by column, and where mistakes are noted."""

    file: str
    number: int
    cells: Mapping[str, str]
    problems: list[str] = field(repr=False)

    def complain(self, column: str, text: str) -> None:
        who = " ".join(filter(None, (self.text("leader"), self.text("year")))) or "no name"
        where = f"{self.file}: row {self.number} ({show_cell(who)}), column {column}"
        self.problems.append(f"{where}: {text}")

    def text(self, column: str) -> str:
        """The cell, "" where it is blank or there is no such column."""
        cell = self.cells.get(column, "")
        return "" if cell.lower() in BLANK else cell

    def number_in(self, column: str, low: float, high: float, what: str) -> float | None:
        """The number in a cell, None where it is blank or wrong (which is noted)."""
        cell = self.text(column)
        if not cell:
            return None
        value, why = number_cell(cell)
        expected = f"expected {what}, {low:g} to {high:g}"
        if value is None:
            self.complain(column, f"{show_cell(cell)} is not a number - {expected}{why}")
        elif not low <= value <= high:
            self.complain(column, f"{show_cell(cell)} is out of range - {expected}")
        else:
            return value
        return None

    def flag(self, column: str) -> bool | None:
        """Yes or no: 1 or 0."""
        value = self.number_in(column, 0, 1, "0 or 1")
        if value is not None and value not in (0.0, 1.0):
            self.complain(column, f"{show_cell(self.text(column))} - expected 0 or 1")
        return None if value is None else value > 0.5


def _leader_year(row: _Row) -> LeaderYear:
    """The leader-year of a row; mistakes are noted, and then the values here mean nothing."""
    year = row.number_in("year", FIRST_YEAR, LAST_YEAR, "a year")
    if not row.text("year"):
        row.complain("year", "blank - it is needed")
    elif year is not None and year != int(year):
        row.complain("year", f"{show_cell(row.text('year'))} - expected a whole year")
    found = {
        name: row.number_in(name, low, high, what) for name, (low, high, what) in COVARIATES.items()
    }
    return LeaderYear(
        year=int(year or FIRST_YEAR),
        country=row.text("country"),
        leader=row.text("leader"),
        spell=row.text("obsid"),
        regime=_regime(row),
        known={name: value for name, value in found.items() if value is not None},
        left=_left(row),
    )


def _regime(row: _Row) -> str | None:
    if not row.text("regime"):
        return None
    words = words_of(row.text("regime"))
    for word in words:
        if word not in TYPES:
            row.complain("regime", f"unknown type {show_cell(word)}{nearest(word[:40], TYPES)}")
            return None
    return "-".join(words)


def _left(row: _Row) -> Left:
    """Whether he left, and how; a way without `out` is an exit."""
    out, irregular, way = row.flag("out"), row.flag("irregular"), row.text("way").lower() or None
    if way is not None and way not in WAYS:
        row.complain("way", f"unknown way {show_cell(way)}{nearest(way[:40], WAYS)}")
        return Left()
    out = True if out is None and way is not None else out
    if out is False:
        if way is not None:
            row.complain("way", f"{show_cell(way)}, but out is 0 - expected a blank")
        return Left(False, False, None)
    if out and irregular is None and way is not None:
        irregular = WAYS[way][1]
    return Left(out, irregular if out else None, way)


__all__ = [
    "COVARIATES",
    "WAYS",
    "LeaderYear",
    "Left",
    "PanelFileError",
    "happened",
    "parse_panel",
    "read_panel",
]
