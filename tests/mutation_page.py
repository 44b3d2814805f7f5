"""docs/MUTATION.md: the figures of `python -m tests.mutation` per room, and every survivor with its reason; written by that command alone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.mutation import CONFIG, Mutant, Verdict, kept, of, operators, wilson

RULES = tomllib.loads(Path(__file__).with_name("mutation_reasons.toml").read_text(encoding="utf-8"))["rule"]
INTRO = """# Mutation testing

Small errors are put into the law, the engine, the statistics and the reading of scenarios, one at a time, and tests run with compiled code off. A mutant is killed when a test
fails, when the package cannot be imported any more, or when the tests run out of time. Written by `python -m tests.mutation --write` from what has been run with the sources as they
are; `python -m tests.mutation ROOM --sample N` runs a random sample (always the same one), without `--sample` all. Intervals are Wilson's, 95%, for a simple random sample of the room.
Left out beforehand: what is no change of the code (annotations, lines for the type checker), and the operators at the end.
"""


def reason(mutant: dict[str, object]) -> str:
    """Why this survivor could not have been killed; "" if no rule says."""
    for rule in RULES:
        fits = re.search(rule["module"], str(mutant["module"])) and re.search(rule["operator"], str(mutant["operator"]))
        if fits and re.search(rule["line"], f"{mutant['before']}\n{mutant['after']}"):
            return str(rule["reason"])
    return ""


def room_rows(room: str, done: dict[str, tuple[dict[str, object], Verdict]], these: dict[str, object]) -> tuple[str, list[dict[str, object]]]:
    """The room's line of the table, and its survivors."""
    every: list[Mutant] = of(room, these)
    run = [done[one.key] for one in every if one.key in done]
    changed = [(mutant, verdict) for mutant, verdict in run if verdict.outcome != "no change"]
    survivors = [mutant for mutant, verdict in changed if verdict.outcome == "survived"]
    if not changed:
        return f"| {room} | {len(every):,} | 0 | | | | |", []
    killed = len(changed) - len(survivors)
    low, high = wilson(killed, len(changed))
    equal = sum(bool(reason(one)) for one in survivors)
    recorded = sum("small_worlds_are_those" in verdict.by for _, verdict in changed)
    return (f"| {room} | {len(every):,} | {len(changed)} | {killed} | {killed / len(changed):.1%} ({low:.1%} to {high:.1%}) | {equal} | {recorded} |", survivors)  # fmt: skip


def page() -> str:
    """The whole page."""
    done, these = kept(), operators()
    lines = [INTRO, "| room | places where an operator applies | run (a sample) | killed | share killed | survivors that change nothing that can be seen | killed by recorded worlds alone |",
             "| --- | --: | --: | --: | --- | --: | --: |"]  # fmt: skip
    listed: list[str] = []
    for room in CONFIG["rooms"]:
        row, survivors = room_rows(room, done, these)
        lines.append(row)
        for one in survivors:
            why = reason(one) or "not yet killed"
            listed.append(f"| `{one['module']}:{one['line']}` {one['function']} | `{cell(one['before'])}` | `{cell(one['after'])}` | {why} |")
    lines += ["", "## Survivors", "", "| where | line | becomes | why |", "| --- | --- | --- | --- |", *listed]
    lines += ["", "## Operators left out", "", *(f"- `{name}`: {why}" for name, why in CONFIG["operators"].items())]
    return "\n".join(lines) + "\n"


def cell(text: object) -> str:
    """Code that stands in a table."""
    return str(text).replace("|", "\\|")[:160]
