"""Progress on standard error: a bar per scenario, one for all; the caller checks for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ..inert import one_line


class Rate(ProgressColumn):
    """Futures per second."""

    def render(self, task: Task) -> Text:
        shown = task.speed and not task.fields.get("whole")
        return Text(f"{task.speed:,.0f}/s" if shown else "", style="progress.data.speed")


@contextmanager
def bars(in_all: int) -> Iterator[Callable[[str], Callable[..., None]]]:
    """Gives what begins the bar of a scenario, which gives what moves it."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        whole = bar.add_task("all scenarios", total=in_all, whole=True) if in_all > 1 else None
        shares: dict[TaskID, float] = {}

        def begin(name: str) -> Callable[..., None]:
            name = one_line(name)
            task = bar.add_task(name, total=None)

            def on_progress(done: int, total: int, *_: object) -> None:
                bar.update(task, description=name, completed=done, total=total)
                shares[task] = done / total
                if whole is not None:
                    bar.update(whole, completed=round(sum(shares.values()), 2))

            return on_progress

        yield begin
