"""The forms of what a command found: text, JSON, CSV, file, figure, bar; knows no content."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NotWritten, typed
from ..inert import cell, inert_json
from ..store import disk
from .ending import BAD_INPUT, CHECK_FAILED, NOT_WRITTEN, Stop, complain, write
from .options import check

if TYPE_CHECKING:
    from ..view.figure import Figure

PAGES = (".html", ".htm")
Row = Mapping[str, Any]
OnProgress = Callable[..., None]


def rows_as(format: str, rows: Callable[[], Sequence[Row]], text: Callable[[], str]) -> str:
    """A table of the registries as text, JSON or CSV. Raises Stop for another format."""
    check(format=format)
    if format == "json":
        return as_json(rows())
    return as_csv(rows()) if format == "csv" else text()


def answer(format: str, text: str, rows: Sequence[Row], about: Row) -> None:
    """Write a result: `text`, `rows` as CSV, or as JSON below `about`; missing is empty or null."""
    if format == "table":
        return write(text)
    plain = [{key: _plain(value) for key, value in row.items()} for row in rows]
    if format == "csv":
        return write(as_csv(plain).rstrip("\n"))
    write(as_json({**{key: _plain(value) for key, value in about.items()}, "rows": plain}))


def _plain(value: Any) -> Any:
    """The value without numbers that JSON does not know, and without types that it does not."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value


def as_json(content: object) -> str:
    """A document as JSON that says exactly what was found, and steers no terminal."""
    return inert_json(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))


def as_csv(rows: Sequence[Row]) -> str:
    """Rows with the same keys as CSV; missing is empty, and no text reads as a formula."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    heads = list(rows[0]) if rows else []
    table.writerow(map(cell, heads))
    for row in rows:
        found = [row.get(head) for head in heads]
        table.writerow([cell(one) if isinstance(one, str) else one for one in found])
    return text.getvalue()


# ---- files


def write_or_print(path: Path | None, text: str) -> None:
    """Write a text to the file asked for, or to standard output. Raises Stop."""
    if path is None:
        write(text)
    else:
        write_file(path, text)


def write_file(path: Path, text: str) -> None:
    """Write a file whole. Raises Stop if that cannot be done."""
    with writing(path):
        disk.write_file(path, text)


def read_file(path: Path) -> str:
    """The text of a file. Raises Stop if it cannot be read."""
    try:
        if os.path.lexists(path) and not disk.is_file(path):
            raise Stop(BAD_INPUT, [f"regime-sim: could not read {path}: it is not a file"])
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise Stop(BAD_INPUT, [f"regime-sim: could not read {path}: {why}"]) from error


def compare_file(path: Path, text: str, remedy: str) -> None:
    """Compare a file with what would be written now. Raises Stop if it differs or is unreadable."""
    if read_file(path) != text:
        raise Stop(
            CHECK_FAILED,
            [f"regime-sim: {path} is out of date; `{remedy} {typed(path)}` updates it"],
        )
    write(f"{path}: up to date")


def own_input(output: Path | None, option: str, inputs: Iterable[str | None]) -> list[str]:
    """Why a file cannot go where it is asked to: the command reads that very file."""
    for name in inputs:
        if output is not None and name is not None and disk.same_file(output, name):
            return [f"regime-sim: {option} {output}: the command reads it - expected another name"]
    return []


def draw(path: Path | None, figure: Callable[[], Figure]) -> None:
    """Draw a figure to the file asked for, if any. Raises Stop where it cannot be written."""
    if path is None:
        return
    with writing(path):
        figure().save(path)
    complain([f"regime-sim: wrote {path}"])


def page_problems(output: Path | None) -> list[str]:
    """Why a page cannot go there."""
    if output is None or output.suffix.lower() in PAGES:
        return []
    return [f"regime-sim: --output {output}: expected a name that ends in .html"]


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """What cannot be written ends the command with a line that names the file."""
    try:
        yield
    except NotWritten as error:
        raise Stop(NOT_WRITTEN, [f"regime-sim: {error}"]) from error
    except OSError as error:
        why = error.strerror or error
        raise Stop(NOT_WRITTEN, [f"regime-sim: could not write {path}: {why}"]) from error


# ---- progress


@contextlib.contextmanager
def progress(in_all: int = 1) -> Iterator[Callable[[str], OnProgress | None]]:
    """Bars on standard error, per scenario and for all of several; none without a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from .progress import bars  # loads rich

    with bars(in_all) as begin:
        yield begin


def under_a_bar[T](name: str, work: Callable[[OnProgress | None], T]) -> T:
    """Do the work under a bar of this name."""
    with progress() as begin:
        return work(begin(name))
