"""Files of rows that users bring, cases and leader-years: their text, and the error that lists what
is wrong with them; knows no column.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import RegimeSimError

SHOWN = 100  # problems that a message lists


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
