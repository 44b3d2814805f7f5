"""The command `backtest`: the model on coded episodes of history or on leader-years, and its model
card.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ..store import disk
from . import options
from .ending import BAD_INPUT, NOT_WRITTEN, Stop

CARD_SHIFTS = 200


@dataclass(frozen=True, slots=True)
class Tested:
    """What is predicted: coded episodes, or leader-years in their place."""

    cases: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Coded episodes; columns as in seeds/cases.md.",
            show_default="the shipped ones",
        ),
    ] = None
    panel: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Leader-years instead of episodes; columns as in seeds/panel.md, any may be"
            " missing.",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Size:
    """How much is run; None for what is usual there."""

    replicates: Annotated[
        int | None,
        typer.Option(
            help="Futures per case or leader-year.", show_default="1024; with --panel 512"
        ),
    ] = None
    seed: options.Seed = 1
    corps: Annotated[
        int | None,
        typer.Option("--corps", help=options.CORPS_HELP, show_default="128; with --panel 384"),
    ] = None
    generals: options.OldCorps = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of `--panel` are tested."""

    sample: Annotated[
        int | None, typer.Option(help="With --panel: so many rows by lot.", show_default="all")
    ] = None
    train_to: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            help="With --panel: test later years; references are fitted up to YEAR.",
        ),
    ] = None
    windows_from: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            help="With --panel: five years at a time from YEAR, references fitted on the years"
            " before.",
        ),
    ] = None
    personalists: Annotated[
        bool, typer.Option("--personalists", help="With --panel: their regimes alone.")
    ] = False

    def years(self) -> dict[str, Any]:
        """The numbers among them, by the options' names."""
        return {
            "sample": self.sample,
            "train-to": self.train_to,
            "windows-from": self.windows_from,
        }


@dataclass(frozen=True, slots=True)
class Coding:
    """What laws are drawn from, and how far codings are trusted."""

    knowledge: Annotated[
        str | None,
        typer.Option(
            metavar="prior|rates|cases",
            help="What the law's numbers are drawn from.",
            show_default="as default runs; with --panel, the years before each window",
        ),
    ] = None
    shifts: Annotated[
        int | None,
        typer.Option(
            help="Repeat it this many times with every coding moved by a random step.",
            show_default="0; with --card 200",
        ),
    ] = None
    second: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="With --cases: a second coding of some of them, averaged in by the blend.",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Card:
    """A model card to write, or to check."""

    card: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.md",
            help="Also write the model card to FILE.md, its picture beside it (some minutes).",
        ),
    ] = None
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.md",
            help="Only say whether a model card belongs to this model; status 1 if it does not.",
        ),
    ] = None


def backtest(
    *,
    tested: Tested,
    format: options.Format = "table",
    size: Size,
    rows: Rows,
    coding: Coding,
    card: Card,
) -> None:
    """Predict coded episodes of history, or leader-years; score the model beside references."""
    if coding.second is not None and (
        tested.cases is None or tested.panel is not None or card.card is not None
    ):
        raise Stop(BAD_INPUT, ["regime-sim: --second goes with --cases FILE.csv"])
    more = _conflicts(tested, rows, coding, card)
    corps = size.corps
    if corps is not None or size.generals is not None:
        corps = options.renamed(corps or 0, size.generals)
    years = rows.years().items()
    given = [line for name, value in years for line in options.problems(**{name: value})]
    options.check(
        [*more, *given],
        fewest=16,
        format=format,
        replicates=size.replicates,
        seed=size.seed,
        corps=corps,
        shifts=coding.shifts,
        knowledge=coding.knowledge,
    )
    if card.card is not None and not disk.is_folder(card.card.parent):
        raise Stop(NOT_WRITTEN, [f"regime-sim: could not write {card.card}: no such folder"])
    if tested.panel is not None:
        from . import backtest_panel  # NumPy is not for those who mistyped

        ask = backtest_panel.asked(replace(size, corps=corps), rows, coding.knowledge)
        return backtest_panel.leader_years(tested.panel, ask, format)
    from . import backtest_card as work

    shifts = coding.shifts or 0
    size_of = work.Size(size.replicates or 1024, size.seed, corps or 128, shifts, coding.knowledge)
    if card.check is not None:
        work.check_card(card.check)
    elif card.card is not None:
        number = CARD_SHIFTS if coding.shifts is None else coding.shifts
        work.with_card(card.card, replace(size_of, shifts=number), format)
    else:
        work.without_card(tested.cases, size_of, format, coding.second)


def _conflicts(tested: Tested, rows: Rows, coding: Coding, card: Card) -> list[str]:
    """A line for each pair of options that do not go together."""
    lines, years = [], rows.years()
    if card.card is not None and (
        tested.cases is not None or tested.panel is not None or card.card.suffix != ".md"
    ):
        lines.append("regime-sim: --card is for the shipped cases, to a file that ends in .md")
    if tested.panel is None:
        given = [name for name, value in years.items() if value is not None]
        given += ["personalists"] if rows.personalists else []
        lines += [f"regime-sim: --{name} goes with --panel FILE.csv" for name in given]
    else:
        others = {"cases": tested.cases, "check": card.check, "shifts": coding.shifts}
        lines += [
            f"regime-sim: --{name} does not go with --panel"
            for name, value in others.items()
            if value is not None
        ]
    if rows.train_to is not None and rows.windows_from is not None:
        lines.append("regime-sim: --train-to and --windows-from: expected one of them")
    return lines
