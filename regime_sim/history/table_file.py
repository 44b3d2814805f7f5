"""Files of rows that users bring, cases and leader-years: their text, cells and header, and the
error that lists what is wrong with them; knows no column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container, Sequence
from pathlib import Path

from ..errors import RegimeSimError

SHOWN = 100  # problems that a message lists
COMMAS = " - expected commas between columns"
BLANK = frozenset({"", "na", "n/a", "nan", "nat", "none", "null", "<na>"})
_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


class TableFileError(RegimeSimError, ValueError):
    """A file of rows cannot be used; `problems` holds every mistake, with row and column."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        more = [f"... and {len(self.problems) - SHOWN} more"] if len(self.problems) > SHOWN else []
        super().__init__("\n".join([*self.problems[:SHOWN], *more]))


def text_of(file: Path, rows: str, largest: int, error: type[TableFileError]) -> str:
    """The text of a CSV file of `rows`, at most `largest` bytes. Raises `error`."""
    try:
        if not file.is_file():
            why = "not a file" if file.exists() else "no such file"
            raise error([f"{file}: {why} - expected a CSV file of {rows}"])
        if file.stat().st_size > largest:
            most = f"{largest // 1024**2} MB"
            raise error([f"{file}: larger than {most} - expected a table of {rows}"])
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise error([f"{file}: not UTF-8 text (byte {wrong.start})"]) from None
    except (OSError, ValueError) as wrong:
        if isinstance(wrong, TableFileError):
            raise
        reason = getattr(wrong, "strerror", None) or wrong
        raise error([f"{file}: cannot be read: {reason}"]) from None


def table_of(
    text: str, name: str, wanted: str, error: type[TableFileError]
) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV text, without what is blank; `name` stands before mistakes, `wanted`
    is what its header should hold. Raises `error`.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        table = [[cell.strip() for cell in row] for row in reader]
    except csv.Error as wrong:
        raise error([f"{name}:{reader.line_num}: not a CSV table: {wrong}"]) from None
    table = [row for row in table if any(row)]
    if not table:
        raise error([f"{name}: empty - expected a header with {wanted}"])
    header = table[0]
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        raise error([f"{name}: header is one cell, {show_cell(header[0])}{COMMAS}"])
    return header, table[1:]


def twice(header: Sequence[str], known: Container[str], name: str) -> list[str]:
    """A line for each known column that a header has more than once."""
    return [
        f"{name}: header: column {one} is there {header.count(one)} times"
        for one in dict.fromkeys(header)
        if one in known and header.count(one) > 1
    ]


def number_cell(cell: str) -> tuple[float | None, str]:
    """The number that a cell holds, or None and what to write instead where that can be told."""
    if _NUMBER.fullmatch(cell):
        return float(cell), ""
    return None, f"; write {cell.replace(',', '.')}" if _COMMA.fullmatch(cell) else ""


def show_cell(cell: str) -> str:
    """A cell as a message repeats it: one line, printable, cut when long."""
    safe = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
        for sign in cell
    )
    return repr(safe if len(safe) <= 60 else f"{safe[:60]}...")
