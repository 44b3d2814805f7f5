"""What a run rests on, in words: sources under headings, numbers judged; judges nothing."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ...facts.pressing import note

if TYPE_CHECKING:
    from ...questions.citation import Basis, Citation, Cited

# heading of each kind of source, and how it is counted
KINDS = {
    "own": ("Sources of the scenario itself", "sources of its own"),
    "fact": ("Facts", "facts"),
    "work": ("Works", "works"),
    "rate": ("Observed rates", "observed rates"),
    "unlisted": ("Named, but not among the shipped sources", "sources that are not shipped"),
}
WIDTH = 110
MOST = 6  # uses of a source that are named


def text(found: Citation) -> str:
    """All sources, then the numbers that are judgement alone."""
    counts = [(sum(e.kind == kind for e in found.entries), KINDS[kind][1]) for kind in KINDS]
    listed = ", ".join(f"{number} {words}" for number, words in counts if number)
    lines = [
        f"What a run of {found.scenario} rests on: {listed}; {len(found.judged)} of its"
        f" {found.numbers} numbers are judgement."
    ]
    uses = (*(name for entry in found.entries for name in entry.rests), *found.judged)
    if presses := note(found.power, uses):
        lines.append(presses)
    for title, entries in by_kind(found):
        lines += ["", title, *(line for entry in entries for line in _entry(entry))]
    lines += ["", f"Judgement of the authors alone: {len(found.judged)} numbers"]
    return "\n".join([*lines, *_wrapped(", ".join(found.judged), 2)])


def by_kind(found: Citation) -> list[tuple[str, list[Cited]]]:
    """The sources under their headings, empty ones left out."""
    sorted_ = [(KINDS[k][0], [one for one in found.entries if one.kind == k]) for k in KINDS]
    return [(title, entries) for title, entries in sorted_ if entries]


def summary(found: Basis) -> str:
    """How many numbers are in play, how many have a source, how many are judgement."""
    return (
        f"{found.numbers} numbers: {found.numbers - found.judged} from {found.sources} facts, works"
        f" and observed rates, {found.judged} by judgement alone (regime-sim cite {found.scenario})"
    )


def _entry(entry: Cited) -> list[str]:
    more = len(entry.rests) - MOST
    shown = (*entry.rests[:MOST], *([f"and {more} more"] if more > 0 else []))
    return [
        *_wrapped(f"{entry.id}: {entry.text}", 2),
        *_wrapped(f"used for: {', '.join(shown)}", 6),
    ]


def _wrapped(line: str, indent: int) -> list[str]:
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_on_hyphens=False,
    )
