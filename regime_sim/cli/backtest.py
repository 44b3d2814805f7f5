"""The command `backtest`: the model on coded episodes of history, and its model card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..store import disk
from . import options
from .ending import NOT_WRITTEN, Stop

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
    format: options.Format = "table",
    replicates: Annotated[int, typer.Option(help="Futures per case.")] = 1024,
    seed: options.Seed = 1,
    corps: options.Corps = 128,
    generals: options.OldCorps = None,
    shifts: Annotated[
        int | None,
        typer.Option(
            help="Repeat it this many times with every coding moved by a random step.",
            show_default="0; with --card 200",
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
    """Predict coded episodes of history; score the model beside a base rate and a ridge logit."""
    more = []
    if card is not None and (cases is not None or card.suffix != ".md"):
        more.append("regime-sim: --card is for the shipped cases, to a file that ends in .md")
    corps = options.renamed(corps, generals)
    options.check(
        more, fewest=16, format=format, replicates=replicates, seed=seed, corps=corps, shifts=shifts
    )
    if card is not None and not disk.is_folder(card.parent):
        raise Stop(NOT_WRITTEN, [f"regime-sim: could not write {card}: no such folder"])
    from . import backtest_card as work

    if check is not None:
        work.check_card(check)
    elif card is not None:
        number = CARD_SHIFTS if shifts is None else shifts
        work.with_card(card, work.Size(replicates, seed, corps, number), format)
    else:
        work.without_card(cases, work.Size(replicates, seed, corps, shifts or 0), format)
