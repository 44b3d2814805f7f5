"""Add columns that may not be shipped to the shipped leader-years, from your own copies.

    python tools/panel_columns.py sanctions.csv alliances.csv --to my_panel.csv
    regime-sim backtest --panel my_panel.csv

Each file of yours has `year` (the year of the row, with what was known on 31 December before it),
one of `gw`, `iso3` or `country`, `leader` where a column differs between two rulers of a year, and
any covariate of `regime_sim/history/panel.py`. How each column is derived from its source:
seeds/panel.md. Cells that are blank in yours leave the shipped ones; outcomes cannot be changed.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from regime_sim.errors import nearest
from regime_sim.history.panel import COVARIATES, OUTCOMES, parse_panel

KEYS = ("gw", "iso3", "country")
SHIPPED = Path(__file__).resolve().parent.parent / "seeds" / "panel.csv"
Rows = list[dict[str, str]]


def read(path: Path) -> tuple[list[str], Rows]:
    """Header and rows of a CSV file. Stops the tool with a line where it is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, strict=True)
            rows = [
                {name: (cell or "").strip() for name, cell in row.items() if name} for row in table
            ]
            return list(table.fieldnames or ()), rows
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SystemExit(
            f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None


def problems(path: Path, header: Sequence[str]) -> list[str]:
    """What is wrong with the header of a file of one's own."""
    found = []
    if "year" not in header:
        found.append(f"{path}: column year is missing")
    if not any(key in header for key in KEYS):
        found.append(f"{path}: no column says the country - expected one of {', '.join(KEYS)}")
    found += [
        f"{path}: column {one} is an outcome - it cannot be added"
        for one in OUTCOMES
        if one in header
    ]
    known = {"year", "leader", "obsid", *KEYS, *OUTCOMES, *COVARIATES}
    found += [
        f"{path}: unknown column {one!r}{nearest(one, COVARIATES)}"
        for one in header
        if one and one not in known
    ]
    if not any(one in COVARIATES for one in header):
        found.append(
            f"{path}: nothing to add - expected covariates such as sanctions or pact_major"
        )
    return found


def add(rows: Rows, header: Sequence[str], own: Rows) -> tuple[list[str], int]:
    """Write the columns of `own` into the rows that it names; the columns, and the rows met."""
    key = next(one for one in KEYS if one in header)
    by_leader = "leader" in header
    columns = [one for one in header if one in COVARIATES]

    def place(row: dict[str, str]) -> tuple[str, ...]:
        year = row["year"].removesuffix(".0")
        return (row[key], year, row["leader"]) if by_leader else (row[key], year)

    found = {place(row): row for row in own}
    met = 0
    for row in rows:
        mine = found.get(place(row))
        met += mine is not None
        for column in columns:
            new = mine[column] if mine else ""
            row[column] = new or row.get(column, "")
    return columns, met


def main(given: Sequence[str] | None = None) -> int:
    """Run the tool; 0, or 2 with a line for each mistake."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("own", nargs="+", type=Path, help="your files")
    parser.add_argument("--to", required=True, type=Path, help="the file to write")
    parser.add_argument("--panel", type=Path, default=SHIPPED, help="the leader-years to add to")
    asked = parser.parse_args(given)
    names, rows = read(asked.panel)
    for path in asked.own:
        header, own = read(path)
        wrong = problems(path, header)
        if wrong:
            print(*wrong, sep="\n", file=sys.stderr)
            return 2
        columns, met = add(rows, header, own)
        names += [one for one in columns if one not in names]
        print(f"{path}: {', '.join(columns)} for {met:,} of {len(rows):,} leader-years")
        if not met:
            print(
                f"{path}: no row met - are country codes and years as in {asked.panel}?",
                file=sys.stderr,
            )
            return 2
    with asked.to.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, names, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    parse_panel(asked.to.read_text("utf-8"), str(asked.to))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
