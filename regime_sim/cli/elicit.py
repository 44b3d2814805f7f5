"""The command `elicit`: a form for experts, and a scenario file from forms that are filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import options
from .ending import BAD_INPUT, Stop
from .inputs import load
from .output import as_csv, own_input, read_file, write_or_print


def elicit(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help=options.SCENARIO)],
    forms: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FORM.csv]...",
            help="Forms that are filled in, one per expert.",
            show_default="none: an empty form",
        ),
    ] = None,
    of: Annotated[
        list[str] | None,
        typer.Option(
            "--of",
            metavar="NAME",
            help="An input to ask for, or a lever for its parts; may be repeated.",
            show_default="what the scenario leaves uncertain",
        ),
    ] = None,
    output: options.Output = None,
) -> None:
    """Ask experts: write a form to fill in, or read forms as a scenario file.

    Several forms become a mixture, with the weights in the column `weight`.
    """
    # NumPy is not for those who ask for help
    from ..scenario.elicitation import as_file, form
    from ..scenario.load import leads_out

    own = own_input(output, "--output", (scenario, *map(str, forms or ())))
    if own:
        raise Stop(BAD_INPUT, own)
    found = load(scenario)
    if not forms:
        return write_or_print(output, as_csv(form(found, of or ())))
    if of:
        raise Stop(BAD_INPUT, ["regime-sim: --of goes with an empty form, not with filled-in ones"])
    extends = scenario
    if scenario.endswith((".yaml", ".yml")):
        beside = Path(scenario).resolve().parent
        if output is not None and output.resolve().parent != beside:
            said = f"regime-sim: {output}: expected a file in the folder of {scenario}"
            raise Stop(BAD_INPUT, [said])
        extends = Path(scenario).name
        if leads_out(extends):
            said = f"regime-sim: {scenario}: no file can extend this name - rename it"
            raise Stop(BAD_INPUT, [said])
    texts = {str(file): read_file(file).removeprefix("\ufeff") for file in forms}
    write_or_print(output, as_file(found, extends, texts))
