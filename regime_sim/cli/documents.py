"""The commands that write pages of the documentation: `odd`, `patterns` and `episodes`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .. import history
from ..view import pages
from . import options
from .output import compare_file, write_or_print

PATTERNS_HEAD = """# Patterns that the model must show

Written by `{command}`.
Each row is a claim that is tested: what is measured, the figure with its 95% interval over
simulated futures, what it should be, and whether it is. Rows without a target give context. The
parameters' priors were set so that the rows of 9 (observed yearly rates) are met, and with the
others in sight: this table shows that the law can do all of it at once, not that it predicts.
Intervals cover chance and the draw of the parameters; they do not cover a wrong law.

Pattern 6 asks that coups do not go one way with the number of generals; it is judged from 200
generals up. Under 200 coups rise again, with every general simulated one by one above all other
counts: few need to agree, and one man's troops weigh more. An earlier row asked for a peak inside
all the counts, and that does not hold.

"""


def odd(
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Compare FILE with what would be written; status 1 if it differs."
        ),
    ] = None,
    output: options.Output = None,
) -> None:
    """Write the ODD page (Overview, Design concepts, Details) from the model's own registries."""
    if check is not None:
        compare_file(check, pages.odd.odd_page(), "regime-sim odd -o")
    else:
        write_or_print(output, pages.odd.odd_page())


def patterns(
    replicates: Annotated[int, typer.Option(help="Futures per arm.")] = 4000,
    seed: options.Seed = 11,
    corps: options.Corps = 256,
    generals: options.OldCorps = None,
    output: options.Output = None,
) -> None:
    """Test the patterns that the model must show, misses included."""
    corps = options.renamed(corps, generals)
    options.check(fewest=160, replicates=replicates, seed=seed, corps=corps)
    room = history.patterns
    table = room.markdown(room.patterns(room.Lab(replicates, seed, corps)))
    command = _command("patterns", replicates, seed, corps)
    write_or_print(output, PATTERNS_HEAD.format(command=command) + table)


def episodes(
    output: options.Output = None,
    replicates: Annotated[int, typer.Option(help="Futures per episode.")] = 4096,
    seed: options.Seed = 1,
    corps: options.Corps = 256,
    generals: options.OldCorps = None,
) -> None:
    """Say what happened in the six historical scenarios, and what the model says of each."""
    corps = options.renamed(corps, generals)
    options.check(fewest=16, replicates=replicates, seed=seed, corps=corps)
    room = history.episodes
    command = _command("episodes", replicates, seed, corps)
    write_or_print(output, room.markdown(room.episodes(replicates, seed, corps), command))


def _command(name: str, replicates: int, seed: int, corps: int) -> str:
    """The command that wrote a page."""
    return f"regime-sim {name} --replicates {replicates} --seed {seed} --corps {corps}"
