"""The command `backtest`: the model on coded episodes of history or on leader-years, and its model
card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ..store import disk
from . import options
from .ending import BAD_INPUT, NOT_WRITTEN, Stop

CARD_SHIFTS = 200


def backtest(
    cases: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Coded episodes; columns as in seeds/cases.md.",
            show_default="the shipped ones",
        ),
    ] = None,
    panel: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Leader-years instead of episodes; columns as in seeds/panel.md, any may be"
            " missing.",
        ),
    ] = None,
    format: options.Format = "table",
    replicates: Annotated[
        int | None,
        typer.Option(
            help="Futures per case or leader-year.", show_default="1024; with --panel 512"
        ),
    ] = None,
    seed: options.Seed = 1,
    corps: Annotated[
        int | None,
        typer.Option("--corps", help=options.CORPS_HELP, show_default="128; with --panel 384"),
    ] = None,
    generals: options.OldCorps = None,
    sample: Annotated[
        int | None, typer.Option(help="With --panel: so many rows by lot.", show_default="all")
    ] = None,
    train_to: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            help="With --panel: test later years; references are fitted up to YEAR.",
        ),
    ] = None,
    windows_from: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            help="With --panel: five years at a time from YEAR, references fitted on the years"
            " before.",
        ),
    ] = None,
    personalists: Annotated[
        bool, typer.Option("--personalists", help="With --panel: their regimes alone.")
    ] = False,
    knowledge: Annotated[
        str | None,
        typer.Option(
            metavar="prior|rates|cases",
            help="What the law's numbers are drawn from.",
            show_default="as default runs; with --panel, the years before each window",
        ),
    ] = None,
    shifts: Annotated[
        int | None,
        typer.Option(
            help="Repeat it this many times with every coding moved by a random step.",
            show_default="0; with --card 200",
        ),
    ] = None,
    second: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="With --cases: a second coding of some of them, averaged in by the blend.",
        ),
    ] = None,
    card: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.md",
            help="Also write the model card to FILE.md, its picture beside it (some minutes).",
        ),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.md",
            help="Only say whether a model card belongs to this model; status 1 if it does not.",
        ),
    ] = None,
) -> None:
    """Predict coded episodes of history, or leader-years; score the model beside references."""
    years: dict[str, Any] = {"sample": sample, "train-to": train_to, "windows-from": windows_from}
    if second is not None and (cases is None or panel is not None or card is not None):
        raise Stop(BAD_INPUT, ["regime-sim: --second goes with --cases FILE.csv"])
    more = _conflicts(cases, panel, card, check, shifts, personalists, years)
    if corps is not None or generals is not None:
        corps = options.renamed(corps or 0, generals)
    given = [line for name, value in years.items() for line in options.problems(**{name: value})]
    options.check(
        [*more, *given],
        fewest=16,
        format=format,
        replicates=replicates,
        seed=seed,
        corps=corps,
        shifts=shifts,
        knowledge=knowledge,
    )
    if card is not None and not disk.is_folder(card.parent):
        raise Stop(NOT_WRITTEN, [f"regime-sim: could not write {card}: no such folder"])
    if panel is not None:
        from . import backtest_panel

        rows = backtest_panel.Rows(sample, personalists, train_to, windows_from)
        size = backtest_panel.Size(replicates, seed, corps)
        return backtest_panel.leader_years(panel, size, rows, knowledge, format)
    from . import backtest_card as work

    size_of = work.Size(replicates or 1024, seed, corps or 128, shifts or 0, knowledge)
    if check is not None:
        work.check_card(check)
    elif card is not None:
        number = CARD_SHIFTS if shifts is None else shifts
        work.with_card(card, replace(size_of, shifts=number), format)
    else:
        work.without_card(cases, size_of, format, second)


def _conflicts(
    cases: Path | None,
    panel: Path | None,
    card: Path | None,
    check: Path | None,
    shifts: int | None,
    personalists: bool,
    years: Mapping[str, int | None],
) -> list[str]:
    """A line for each pair of options that do not go together."""
    lines = []
    if card is not None and (cases is not None or panel is not None or card.suffix != ".md"):
        lines.append("regime-sim: --card is for the shipped cases, to a file that ends in .md")
    if panel is None:
        given = [name for name, value in years.items() if value is not None]
        given += ["personalists"] if personalists else []
        lines += [f"regime-sim: --{name} goes with --panel FILE.csv" for name in given]
    else:
        others = {"cases": cases, "check": check, "shifts": shifts}
        lines += [
            f"regime-sim: --{name} does not go with --panel"
            for name, value in others.items()
            if value is not None
        ]
    if years["train-to"] is not None and years["windows-from"] is not None:
        lines.append("regime-sim: --train-to and --windows-from: expected one of them")
    return lines
