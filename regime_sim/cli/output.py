"""The forms in which a command hands over what it found: text, JSON, CSV, a file, a progress bar;
knows nothing of what it writes.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import nearest
from .ending import BAD_INPUT, CHECK_FAILED, NOT_WRITTEN, Stop

FORMATS = ("table", "json", "csv")
Row = Mapping[str, Any]
OnProgress = Callable[..., None]


def rows_as(format: str, rows: Callable[[], Sequence[Row]], text: Callable[[], str]) -> str:
    """A table of the registries as text, JSON or CSV. Raises Stop for another format."""
    problems = format_problems(format)
    if problems:
        raise Stop(BAD_INPUT, problems)
    if format == "json":
        return as_json(rows())
    return as_csv(rows()) if format == "csv" else text()


def write_file(path: Path, text: str) -> None:
    """Write a file whole. Raises Stop if that cannot be done."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stop(
            NOT_WRITTEN, [f"regime-sim: could not write {path}: {error.strerror}"]
        ) from error


def compare_file(path: Path, text: str, remedy: str) -> None:
    """Hold a file against what would be written now. Raises Stop if they differ or it cannot be
    read.
    """
    try:
        now = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(
            BAD_INPUT,
            [f"regime-sim: {path} cannot be read: {getattr(error, 'strerror', 'not UTF-8 text')}"],
        ) from error
    if now != text:
        raise Stop(
            CHECK_FAILED, [f"regime-sim: {path} is out of date; `{remedy} {path}` writes it"]
        )


def format_problems(format: str) -> list[str]:
    return (
        []
        if format in FORMATS
        else [f"regime-sim: --format {format}: unknown format{nearest(format, FORMATS)}"]
    )


def range_problems(bounds: Sequence[tuple[str, int | None, int, int]]) -> list[str]:
    """One line for each option outside its range."""
    return [
        f"regime-sim: {name} {value}: must be a whole number from {low} to {high}"
        for name, value, low, high in bounds
        if value is not None and not low <= value <= high
    ]


def as_json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def as_csv(rows: Sequence[Row]) -> str:
    """Rows with the same keys as CSV; what does not exist is an empty cell."""
    import csv

    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def as_terminal(renderable: object) -> str:
    """A rich renderable as text: as wide as the terminal, with its colours; 100 wide and plain
    where output is no terminal.
    """
    from rich.console import Console

    terminal = sys.stdout is not None and sys.stdout.isatty()
    console = Console(
        file=io.StringIO(),
        force_terminal=terminal,
        width=None if terminal else 100,
        emoji=False,
        highlight=False,
    )
    with console.capture() as capture:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


@contextlib.contextmanager
def progress(in_all: int = 1) -> Iterator[Callable[[str], OnProgress | None]]:
    """A bar a scenario on standard error, and one in all where there are several, with rate and
    time left; nothing at all where that is not a terminal.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Replicates a second."""

        def render(self, task: Task) -> Text:
            return Text(
                f"{task.speed:,.0f}/s" if task.speed and not task.fields.get("whole") else "",
                style="progress.data.speed",
            )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        whole = bar.add_task("in all, scenarios", total=in_all, whole=True) if in_all > 1 else None
        shares: dict[int, float] = {}

        def begin(name: str) -> OnProgress:
            task = bar.add_task(f"{name} (a first run compiles the kernel)", total=None)

            def on_progress(done: int, total: int, *_: object) -> None:
                bar.update(task, description=name, completed=done, total=total)
                shares[task] = done / total
                if whole is not None:
                    bar.update(whole, completed=round(sum(shares.values()), 2))

            return on_progress

        yield begin
