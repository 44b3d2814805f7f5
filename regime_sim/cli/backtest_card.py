"""What `backtest` does: runs it, shifts the coding, writes the model card or checks one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import __version__
from ..history.backtest import Backtest, backtest
from ..history.cases import read_cases
from ..history.model_card import Sizes, gather, stale
from ..history.recoding import Shifts, shifts
from ..history.recoding_document import shifts_document
from ..store import disk
from ..view.figures.reliability import reliability_figure
from ..view.pages.model_card import figure_name, model_card
from ..view.words.recoding import shifts_text
from .ending import BAD_INPUT, CHECK_FAILED, Stop, complain, write
from .output import as_csv, as_json, progress, read_file, write_file

Begin = Callable[[str], Callable[..., None] | None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is run: futures per case, seed, simulated generals, shifts of the coding; what the
    law's numbers are drawn from (None: as default runs).
    """

    replicates: int
    seed: int
    corps: int
    shifts: int
    knowledge: str | None = None


def without_card(cases: Path | None, size: Size, format: str, second: Path | None = None) -> None:
    """Run the backtest of the shipped cases, or of a file, and write what it found."""
    with progress() as begin:
        found = _run(cases, size, begin, second)
        moved = _shifted(cases, size, begin) if size.shifts else None
    write(_text(found, moved, format))


def with_card(card: Path, size: Size, format: str) -> None:
    """The same for the shipped cases, and the model card with its picture."""
    picture = card.with_name(figure_name(card.name))
    if disk.is_file(picture) and not (disk.is_file(card) and picture.name in read_file(card)):
        line = f"regime-sim: {picture} is there already and no card shows it: expected another name"
        raise Stop(BAD_INPUT, [line])
    with progress() as begin:
        found = _run(None, size, begin)
        moved = _write_card(card, found, size, begin)
    write(_text(found, moved, format))
    complain([f"regime-sim: wrote {card}"])


def _run(cases: Path | None, size: Size, begin: Begin, second: Path | None = None) -> Backtest:
    return backtest(
        cases,
        size.replicates,
        size.seed,
        size.corps,
        on_progress=begin("cases"),
        knowledge=size.knowledge,
        second=second,
    )


def check_card(path: Path) -> None:
    """Say whether a card belongs to this model. Raises Stop: 1 if not, 2 if it is unreadable."""
    if stale(read_file(path)):
        raise Stop(
            CHECK_FAILED,
            [
                f"regime-sim: {path} was written for another model, other samples or other cases;"
                f" `regime-sim backtest --card {path}` updates it"
            ],
        )
    write(f"{path}: belongs to this model")


def _shifted(cases: Path | None, size: Size, begin: Begin) -> Shifts:
    """The coding shifts of the shipped cases, or of a file."""
    own = None if cases is None else read_cases(cases)
    return shifts(size.shifts, size.seed, cases=own, on_progress=begin("coding shifts"))


def _text(found: Backtest, moved: Shifts | None, format: str) -> str:
    """A backtest and its coding shifts in the form asked for."""
    if format == "csv":
        return as_csv(found.rows())
    if format == "json":
        more: dict[str, Any] = {} if moved is None else {"shifts": shifts_document(moved)}
        return as_json(found.to_document() | more)
    return str(found) if moved is None else f"{found}\n\n{shifts_text(moved)}"


def _write_card(path: Path, found: Backtest, size: Size, begin: Begin) -> Shifts | None:
    """Gather what the card says beside the backtest, and write it and its picture."""
    picture = reliability_figure(found, "calibration").to_svg()
    evidence = gather(found, Sizes(size.shifts), size.seed, tell=begin)
    name = path.name if path.is_absolute() else path.as_posix()
    command = (
        f"regime-sim backtest --card {name} --replicates {found.replicates} --seed {size.seed}"
        f" --corps {found.corps} --shifts {size.shifts}"
    )
    # the card first: a picture that no card shows would be taken for somebody's own
    write_file(path, model_card(evidence, command, __version__, figure_name(path.name)))
    write_file(path.with_name(figure_name(path.name)), picture)
    return evidence.shifts
