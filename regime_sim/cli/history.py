"""The commands that hold the model against history: `backtest`, with its model card, `score`,
`claim` and `episodes`; compute nothing themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..facts.limits import MOST_REPLICATES
from .ending import BAD_INPUT, CHECK_FAILED, NOT_WRITTEN, Stop, complain, write
from .output import as_csv, as_json, format_problems, progress, range_problems, write_file

if TYPE_CHECKING:
    from ..history.backtest import Backtest
    from ..history.recoding import Shifts

MOST, LARGEST_SEED = MOST_REPLICATES, 2**64 - 1
CARD_SHIFTS = 200
Format = Annotated[
    str, typer.Option("--format", metavar="table|json|csv", help="How results are written.")
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same numbers.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (backtest, score, claim, episodes):
        app.command()(command)


def episodes(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE.md",
            help="Write the page to FILE.md. [default: print it]",
        ),
    ] = None,
    replicates: Annotated[int, typer.Option(help="Worlds per episode.")] = 4096,
    seed: Seed = 1,
    generals: Annotated[
        int, typer.Option(help="Generals simulated one by one; 20000 for all.")
    ] = 256,
) -> None:
    """What happened in the six historical scenarios, and what the model says of each."""
    from ..history.episodes import episodes as told
    from ..history.episodes import markdown

    page = markdown(
        told(replicates, seed, generals),
        f"regime-sim episodes --replicates {replicates} --seed {seed} --generals {generals}",
    )
    if output is None:
        return write(page)
    write_file(output, page)


def backtest(
    cases: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Coded episodes; columns as in seeds/cases.md. [default: the shipped ones]",
        ),
    ] = None,
    format: Format = "table",
    replicates: Annotated[int, typer.Option(help="Worlds per case.")] = 1024,
    seed: Seed = 1,
    generals: Annotated[
        int, typer.Option(help="Generals simulated one by one; 2000 for all.")
    ] = 128,
    shifts: Annotated[
        int | None,
        typer.Option(
            help=(
                "Also shift every coding by a step at random, so many times, and score each time."
                " [default: 0; with --card 200]"
            )
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
    """Predict coded episodes of history and score the model beside a base rate and a ridge logit."""
    bounds = [
        ("--replicates", replicates, 16, MOST),
        ("--seed", seed, 0, LARGEST_SEED),
        ("--generals", generals, 8, 20_000),
        ("--shifts", shifts or 0, 0, 10_000),
    ]
    problems = range_problems(bounds) + format_problems(format)
    if card is not None and (cases is not None or card.suffix != ".md"):
        problems.append(
            "regime-sim: --card is written for the shipped cases, to a file that ends in .md"
        )
    if problems:
        raise Stop(BAD_INPUT, problems)
    if card is not None and not card.parent.is_dir():
        raise Stop(NOT_WRITTEN, [f"regime-sim: could not write {card}: no such folder"])
    if check is not None:
        _check_card(check)
        return
    from ..history.backtest import backtest as run

    with progress() as begin:
        found = run(cases, replicates, seed, generals, on_progress=begin("cases"))
        moved = (
            None
            if card is not None
            else _shifted(shifts or 0, seed, cases, begin("coding shifts") if shifts else None)
        )
        if card is not None:
            moved = _write_card(card, found, CARD_SHIFTS if shifts is None else shifts, seed, begin)
    write(_told(found, moved, format))
    if card is not None:
        complain([f"regime-sim: wrote {card}"])


def _shifted(number: int, seed: int, cases: Path | None, on_progress: Any) -> Shifts | None:
    """The coding shifts of the shipped cases, or of a file; None where none are asked for."""
    if not number:
        return None
    from ..history.cases import read_cases
    from ..history.recoding import shifts

    return shifts(
        number, seed, cases=None if cases is None else read_cases(cases), on_progress=on_progress
    )


def _told(found: Backtest, moved: Shifts | None, format: str) -> str:
    """A backtest and its coding shifts in the form asked for."""
    from ..history.recoding_document import shifts_document
    from ..view.words.recoding import shifts_text

    if format == "csv":
        return as_csv(found.rows())
    if format == "json":
        return as_json(
            found.to_document() | ({} if moved is None else {"shifts": shifts_document(moved)})
        )
    return str(found) if moved is None else f"{found}\n\n{shifts_text(moved)}"


def _write_card(path: Path, found: Backtest, number: int, seed: int, begin: Any) -> Shifts | None:
    """Gather what the card says beside the backtest, and write it and its picture."""
    from .. import __version__
    from ..history.model_card import Sizes, gather
    from ..view.figures.reliability import reliability_figure
    from ..view.pages.model_card import figure_name, model_card

    picture = reliability_figure(found, "calibration").to_svg()
    evidence = gather(found, Sizes(number), seed, tell=begin)
    command = (
        f"regime-sim backtest --card {path.as_posix() if not path.is_absolute() else path.name}"
        f" --replicates {found.replicates} --seed {seed} --generals {found.corps} --shifts {number}"
    )
    write_file(path.with_name(figure_name(path.name)), picture)
    write_file(path, model_card(evidence, command, __version__, figure_name(path.name)))
    return evidence.shifts


def _check_card(path: Path) -> None:
    """Say whether a card belongs to this model. Raises Stop: 1 if it does not, 2 if it cannot be
    read.
    """
    from ..history.model_card import stale

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(
            BAD_INPUT,
            [f"regime-sim: {path} cannot be read: {getattr(error, 'strerror', 'not UTF-8 text')}"],
        ) from error
    if stale(text):
        raise Stop(
            CHECK_FAILED,
            [
                f"regime-sim: {path} was written for another model, other samples or other cases;"
                f" `regime-sim backtest --card {path}` writes it anew"
            ],
        )
    write(f"{path}: belongs to this model")


def score(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DIR|FILE|NAME]...", help="Where to look. [default: the shipped ones]"
        ),
    ] = None,
    freeze: Annotated[
        bool,
        typer.Option(
            "--freeze",
            help=(
                "Run the files named and freeze their forecasts, for good: FILE.yaml into"
                " FILE.forecast.yaml beside it."
            ),
        ),
    ] = False,
    now: Annotated[
        bool,
        typer.Option(
            "--now",
            help="Also run today's model on each question, shown beside the frozen forecast.",
        ),
    ] = False,
    replicates: Annotated[int, typer.Option(help="Worlds a forecast is frozen from.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Seed of a forecast that is frozen.")] = 1,
    format: Format = "table",
) -> None:
    """List registered forecasts and score those whose answer is known, beside the base rate."""
    from ..history import registered, registered_document
    from ..view.tables import registered as table

    problems = format_problems(format) + (
        ["regime-sim: --freeze needs the files to freeze"] if freeze and not targets else []
    )
    problems += range_problems(
        [("--replicates", replicates, 16, MOST), ("--seed", seed, 0, LARGEST_SEED)]
    )
    if problems:
        raise Stop(BAD_INPUT, problems)
    for target in (targets or ()) if freeze else ():
        try:
            registered.freeze(Path(target), replicates, seed)
        except OSError as error:
            raise Stop(
                NOT_WRITTEN, [f"regime-sim: could not write {target}: {error.strerror}"]
            ) from error
    card = registered.score(targets or (), now=now)
    write(
        as_json(registered_document.score_document(card))
        if format == "json"
        else as_csv(registered_document.forecast_rows(card))
        if format == "csv"
        else table.score_text(card)
    )


def claim(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="A shipped name or a YAML file.")
    ] = "venezuela-2025",
    draws: Annotated[int, typer.Option(help="Draws of what is not known.")] = 1024,
    futures: Annotated[int, typer.Option(help="Futures a draw.")] = 16,
    seed: Seed = 1,
    generals: Annotated[
        int, typer.Option(help="Generals simulated one by one; 2000 for all.")
    ] = 128,
    weeks: Annotated[int, typer.Option(help="Within how many weeks.")] = 52,
    format: Annotated[
        str, typer.Option("--format", metavar="table|json", help="How the result is written.")
    ] = "table",
) -> None:
    """Isolation and an army cut off from its rents: each alone, both, and what both do beyond the
    sum, over all that is not known.
    """
    from .run import load_all

    bounds = [
        ("--draws", draws, 16, 1_000_000),
        ("--futures", futures, 2, 100_000),
        ("--seed", seed, 0, LARGEST_SEED),
        ("--generals", generals, 8, 20_000),
        ("--weeks", weeks, 1, 520),
    ]
    problems = range_problems(bounds) + format_problems(format)
    if format == "csv":
        problems.append("regime-sim: claim has no table of its own: --format table or json")
    if problems:
        raise Stop(BAD_INPUT, problems)
    from ..questions.claim import claim as run

    with progress() as begin:
        found = run(
            load_all([scenario])[0],
            draws,
            seed,
            futures,
            generals,
            weeks=weeks,
            on_progress=begin(scenario),
        )
    write(as_json(found.to_document()) if format == "json" else str(found))
