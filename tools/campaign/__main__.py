"""The campaign as a command: see the package."""

from __future__ import annotations

import argparse
import json
import sys
import warnings

from . import __doc__ as about
from .calls import calls
from .commands import commands
from .engines import engines
from .totals import Totals

SHOWN = 40  # findings that are printed


def document(parts: list[Totals]) -> str:
    """The totals as one JSON document."""
    about = [
        {"part": one.part, "tried": one.tried, "ended": dict(one.ended), "found": one.found}
        for one in parts
    ]
    return json.dumps(about, indent=1, ensure_ascii=False)


def lines(part: Totals) -> str:
    """What a part met: its totals and the first findings."""
    found = [str(part), *(f"  {line}" for line in part.found[:SHOWN])]
    more = len(part.found) - SHOWN
    return "\n".join([*found, f"  ... and {more} more"] if more > 0 else found)


def asked() -> argparse.Namespace:
    """The options of the command."""
    known = argparse.ArgumentParser(prog="python -m tools.campaign", description=about)
    known.formatter_class = argparse.RawDescriptionHelpFormatter
    for name, default, what in (
        ("seed", 1, "the same seed gives the same campaign"),
        ("engines", 2000, "random scenarios, engine against engine"),
        ("commands", 500, "random argument lists"),
        ("calls", 500, "random calls of public functions"),
    ):
        known.add_argument(f"--{name}", type=int, default=default, help=f"{what} [{default}]")
    known.add_argument("--json", action="store_true", help="the totals as one JSON document")
    return known.parse_args()


def main() -> int:
    """Run the parts that were asked for; say what each met when it ends."""
    options = asked()
    warnings.simplefilter("ignore")
    parts: list[Totals] = []
    for part in (engines, commands, calls):
        number = getattr(options, part.__name__)
        if number > 0:
            parts.append(part(number, options.seed))
            if not options.json:
                print(lines(parts[-1]), flush=True)
    if options.json:
        print(document(parts))
    return 1 if any(one.found for one in parts) else 0


if __name__ == "__main__":
    sys.exit(main())
