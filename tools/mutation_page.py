"""docs/MUTATION.md: the figures of `python -m tools.mutation` per room, and every survivor with its
reason; written by that command alone.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tools.mutation import CONFIG, Mutant, Verdict, kept, of, operators, share
from tools.mutation_judge import MEASURED

Kept = dict[str, list[tuple[dict[str, Any], Verdict]]]

RULES = tomllib.loads(
    Path(__file__).with_name("mutation_reasons.toml").read_text(encoding="utf-8")
)["rule"]
INTRO = """# Mutation testing

Small errors are put into the law, the engine, the statistics and the reading of scenarios, one at
a time, while the built engine stays as it was. A mutant is killed when a test fails, when the
package cannot be imported any more, or when the tests run out of time. It is judged by those
tests that run its line, alone; where a line is run while modules are imported, by those that
depend on it as far as can be told from names. Written by `python -m tools.mutation --write` from
what has been run with the sources as they are. Intervals are Wilson's, 95%, for a simple random
sample of the room. Left out beforehand: what is no change of the code (annotations, lines for the
type checker), and the operators at the end.

Tests were written against what survived of a sample, so that the share of it that is killed now
says too much. The first verdict of a fresh sample, of mutants that were in no earlier one, is the
figure to go by (`--round 2`, `--round 3`): the last rows of each room, as far as their intervals
are narrow. "Killed at first" counts every survivor against the tests, also those that change
nothing that can be seen; the next column leaves these out of the count. First verdicts are never
changed by what is run later; those marked * were given before their file of verdicts was lost,
and stand as this page gave them then. "Not since": not run again with the sources as they are;
survivors of these samples are not listed.
"""


def reason(mutant: dict[str, Any]) -> str:
    """Why this survivor could not have been killed; "" if no rule says."""
    for rule in RULES:
        fits = re.search(rule["module"], str(mutant["module"])) and re.search(
            rule["operator"], str(mutant["operator"])
        )
        if fits and re.search(rule["line"], f"{mutant['before']}\n{mutant['after']}"):
            return str(rule["reason"])
    return ""


def row(
    room: str,
    number: int,
    here: list[list[tuple[dict[str, Any], Verdict]]],
    earlier: list[int] | None,
) -> str:
    """One sample's cells of the table: its first verdict, and what has become of it."""
    count, first, now, equal = earlier or [
        len(here),
        sum(verdicts[0][1].outcome == "killed" for verdicts in here),
        0,
        0,
    ]
    if here:
        left = [verdicts[-1][0] for verdicts in here if verdicts[-1][1].outcome == "survived"]
        equal = sum(bool(reason(one)) for one in left)
        today = f"{share(len(here) - len(left), len(here))} | {equal} of {len(left)}"
    else:
        today = f"{share(now, count)}, not since | {equal} of {count - now}"
    mark = "*" if earlier else ""
    seen = count - (earlier[3] if earlier else equal)
    return (
        f"| {room} | {number} | {count}{mark} | {share(first, count)}{mark} |"
        f" {share(first, seen)}{mark} | {today} |"
    )


def room_rows(room: str, done: Kept, every: list[Mutant]) -> tuple[list[str], list[dict[str, Any]]]:
    """The room's lines of the table, one for each sample, and its survivors."""
    run = [done[one.key] for one in every if one.key in done]
    changed = [verdicts for verdicts in run if verdicts[0][1].outcome != "no change"]
    earlier = {int(number): cells for number, cells in CONFIG["earlier"].get(room, {}).items()}
    rounds = sorted({*earlier, *(verdicts[0][1].round for verdicts in changed)})
    lines = [
        row(
            room,
            number,
            [verdicts for verdicts in changed if verdicts[0][1].round == number],
            earlier.get(number),
        )
        for number in rounds
    ]
    return lines, [verdicts[-1][0] for verdicts in changed if verdicts[-1][1].outcome == "survived"]


def page() -> str:
    """The whole page."""
    done, these = kept(), operators()
    lines = [
        INTRO,
        (
            "| room | sample | run | killed at first | killed at first, of those that change what"
            " can be seen | killed now | survivors that change nothing that can be seen |"
        ),
        "| --- | --: | --: | --- | --- | --- | --: |",
    ]
    listed: list[str] = []
    sizes: list[str] = []
    for room in CONFIG["rooms"]:
        every = of(room, these)
        sizes.append(f"{room} {len(every):,}")
        rows, survivors = room_rows(room, done, every)
        lines += rows
        for one in survivors:
            why = reason(one) or "not yet killed"
            listed.append(
                f"| `{one['module']}:{one['line']}` {one['function']} | `{cell(one['before'])}` |"
                f" `{cell(one['after'])}` | {why} |"
            )
    lines += [
        "",
        f"Places where an operator applies: {', '.join(sizes)}.",
        "",
        *left_out(),
        "## Survivors",
        "",
        "| where | line | becomes | why |",
        "| --- | --- | --- | --- |",
        *listed,
    ]
    lines += [
        "",
        "## Operators left out",
        "",
        *(f"- `{name}`: {why}" for name, why in CONFIG["operators"].items()),
    ]
    return "\n".join(lines) + "\n"


def left_out() -> list[str]:
    """Tests that failed without any mutant when they were measured, and so judged none."""
    failing = [
        name
        for name, one in json.loads(MEASURED.read_text(encoding="utf-8"))["tests"].items()
        if one["failed"]
    ]
    if not failing:
        return []
    return [
        (
            "Failed without any mutant when this was run, and so judged none (recorded digests"
            " await renewal after a change of the law; they would kill more):"
        ),
        "",
        *(f"- `{name}`" for name in failing),
        "",
    ]


def cell(text: object) -> str:
    """Code that stands in a table."""
    return str(text).replace("|", "\\|")[:160]
