"""The command that renews what follows from the law, the priors and the seeds; for a checkout."""

from __future__ import annotations

from typing import Annotated

import typer

from .. import renewal
from .ending import BAD_INPUT, CHECK_FAILED, INTERRUPTED, Stop, complain, write


def renew(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PART]...",
            help=(
                "engine, samples, history, golden, odd, schema, patterns, episodes, card, emulator"
                " or pictures: make these even if up to date."
            ),
            show_default="all that is out of date",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is out of date; status 1 if anything is.")
    ] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Record the parts named as up to date without making them."),
    ] = False,
) -> None:
    """Make all that follows from the law, the priors and the seeds and is out of date (up to an
    hour); an interrupted call is finished by another. Needs a checkout of the project; the engine
    alone can be renewed in an installed package too.
    """
    if accept and (check or not parts):
        raise Stop(BAD_INPUT, ["regime-sim: --accept needs the parts to accept, and no --check"])
    if accept:
        return renewal.renew.accept(parts or (), write)
    if not check:
        try:
            renewal.renew.renew(parts or (), write)
        except KeyboardInterrupt as stopped:
            line = "Interrupted; finished parts are kept. `regime-sim renew` goes on from there"
            raise Stop(INTERRUPTED, [f"regime-sim: {line}"]) from stopped
        return None
    found = renewal.checking.check(parts or ())
    write("\n".join(str(one) for one in found))
    if any(one.wrong for one in found):
        raise Stop(CHECK_FAILED, ["regime-sim: out of date; `regime-sim renew` makes it"])
    if any(one.state == "words" for one in found):
        complain(["regime-sim: only words differ; `regime-sim renew` writes them in a second"])
    return None
