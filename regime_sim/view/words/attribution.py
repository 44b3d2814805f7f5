"""What an attribution says: which part of a change is whose, in whole futures of 100 that add up;
computes no result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...facts.outcomes import WAY_WORDS
from ...facts.pressing import power_of
from ...questions.attribution import MOST_MOVED as MOST_MOVED  # for who draws the words
from ...questions.attribution import moved_names as moved_names
from .. import palette
from ..figures.plot import name_words
from ..tables.plain import html_table
from . import comparison, sentences

if TYPE_CHECKING:
    from ...questions.attribution import Attribution
    from ...statistics.intervals import Estimate

# what an exit is called after "by"
BY = {
    "assassinated": "assassination",
    "rebellion": "rebels who win",
    "seized": "seizure in a raid",
    "died": "natural death",
}
BY = {way: BY.get(way, WAY_WORDS[way]) for way in palette.GONE}
NEARLY, MOSTLY = 0.85, 0.6  # share of a change from which one exit is nearly all, or most of it


def text(found: Attribution) -> str:
    """The change, whose it is, by which exits; then a line for each part with its interval."""
    before, after = _ends(found)
    several = len(found.names) > 1
    head = f"{'':{_wide(found)}}  {'alone':>18}  {'its fair share':>18}  alone, by exit"
    lines = [
        f"{_title(found)} ({found.replicates:,} paired futures in"
        f" each of {len(found.futures.leader_week)} runs, seed {found.seed})",
        f"out within {found.horizon} weeks, of 100 futures: {before} -> {after}"
        f" ({comparison.points(found.change())})",
        sentence(found),
        "",
        head if len(found.names) > 2 else head.replace("its fair share", ""),
    ]
    lines += [_line(found, name) for name in found.names]
    if several:
        shared = found.together()
        called = "only together" if shared.value >= 0.0 else "overlap"
        lines.append(f"{called:{_wide(found)}}  {_brief(shared):>18}")
        lines.append(
            "Alone: moved by itself, the others as they were. "
            + ("Only together" if shared.value >= 0.0 else "Overlap")
            + ": the change less the sum of those."
        )
    if len(found.names) > 2:
        lines.append(
            "Fair share (Shapley): the mean of what it adds over every order in which they could be"
            " moved; these add up to the change."
        )
    return "\n".join(line.rstrip() for line in lines)


def html(found: Attribution) -> str:
    """The whole answer, and every part of every change."""
    return html_table(text(found), found.rows())


def sentence(found: Attribution) -> str:
    """The change in words: `Of 14 more: rents alone 3, foreign support alone 4, 7 only together;
    mostly by coup.`
    """
    change = found.change()
    if change.low <= 0.0 <= change.high:
        return "No clear change, and so nothing to split."
    parts, shared, total = whole(found)
    more = "more" if change.value > 0 else "fewer"
    if len(found.names) == 1:
        name = _named(found, found.names[0])
        return f"All {_size(change.value, total)} {more} by {name}; {by_exit(found)}."
    said = [
        f"{_named(found, name)} alone {_signed(at, total)}"
        for name, at in zip(found.names, parts, strict=True)
    ]
    together = found.together()
    unclear = " (not clear)" if together.low <= 0.0 <= together.high else ""
    if shared * total >= 0:
        said.append(f"{abs(shared)} only together{unclear}" if shared else "no more together")
    else:
        said.append(f"less {abs(shared)} that they have in common{unclear}")
    return f"Of {_size(change.value, total)} {more}: {', '.join(said)}; {by_exit(found)}."


def by_exit(found: Attribution) -> str:
    """By which exits the change comes: `nearly all by coup`, `by coup 10, uprising 2`."""
    total = found.change().value
    each = sorted(
        ((way, found.change(way)) for way in palette.GONE),
        key=lambda pair: -pair[1].value * math.copysign(1.0, total),
    )
    way, most = each[0]
    share = most.value / total if total else 0.0
    if share >= NEARLY:
        return f"nearly all by {BY[way]}"
    if share >= MOSTLY:
        return f"mostly by {BY[way]}"
    clear = [
        f"{BY[way]} {_points(d.value)}"
        for way, d in each
        if (d.low > 0 or d.high < 0) and abs(d.value) >= 0.005
    ]
    return f"by {', '.join(clear[:4])}" if clear else "by no exit clearly"


def whole(found: Attribution, of: str = "leader_out") -> tuple[list[int], int, int]:
    """The parts alone, what comes only together, and the change, in whole futures of 100 that add
    up: the change is rounded, and the rest by largest remainders.
    """
    before, after = found.ends() if of == "leader_out" else map(_hundred, found.shares(of))
    values = [100 * found.alone(name, of).value for name in found.names]
    if len(found.names) == 1:
        return [after - before], 0, after - before
    values.append(100 * found.together(of).value)
    parts = rounded(values, after - before)
    return parts[:-1], parts[-1], after - before


def rounded(values: Sequence[float], total: int) -> list[int]:
    """Whole numbers near the values that add up to `total`, each as near as that allows."""
    found = [math.floor(value) for value in values]
    order = sorted(range(len(values)), key=lambda k: found[k] - values[k])
    left = total - sum(found)
    for k in range(abs(left)):
        found[order[k % len(order)] if left > 0 else order[-1 - k % len(order)]] += (
            1 if left > 0 else -1
        )
    return found


def _title(found: Attribution) -> str:
    after, before = found.after.title, found.before.title
    return (
        f"{after}: changed, against as it was" if after == before else f"{after}, against {before}"
    )


def _ends(found: Attribution) -> tuple[str, str]:
    before, after = map(sentences.of_hundred, found.shares(), found.ends())
    return before, after


def _hundred(share: float) -> int:
    return round(100 * share)


def _line(found: Attribution, name: str) -> str:
    """One part of the change: alone, its fair share from three on, and by which exits."""
    fair = _brief(found.fair(name)) if len(found.names) > 2 else ""
    ways = [(way, found.alone(name, way)) for way in palette.GONE]
    seen = sorted(
        ((way, d) for way, d in ways if d.low > 0 or d.high < 0),
        key=lambda pair: -abs(pair[1].value),
    )
    exits = ", ".join(f"{WAY_WORDS[way]} {_points(d.value)}" for way, d in seen[:3])
    moved, alone = f"{_moved(found, name):{_wide(found)}}", f"{_brief(found.alone(name)):>18}"
    return f"{moved}  {alone}  {fair:>18}  {exits}"


def _moved(found: Attribution, name: str) -> str:
    """What was moved, from and to."""
    setting = found.settings.get(name)
    said = _named(found, name)
    return f"{said} {setting[0]} -> {setting[1]}" if setting else said


def _named(found: Attribution, name: str) -> str:
    """What was moved, in the words of the scenario in which it is."""
    return name_words(name, power_of(found.after))


def _wide(found: Attribution) -> int:
    return max(13, *(len(_moved(found, name)) for name in found.names))


def _brief(d: Estimate) -> str:
    known = d.low == d.low and d.high == d.high
    said = f"{_points(d.low)} to {_points(d.high)}" if known else "interval unknown"
    return f"{_points(d.value)} ({said})"


def _points(share: float) -> str:
    """A difference in futures of 100, with a decimal where it would round to nothing."""
    number = 100 * share
    if number != number:
        return "unknown"
    if abs(number) < 0.05:
        return "0"
    said = f"{number:+z.0f}" if abs(number) >= 0.95 else f"{number:+z.1f}"
    return said.replace("-", "−")


def _size(change: float, total: int) -> str:
    return str(abs(total)) if total else "fewer than 1"


def _signed(part: int, total: int) -> str:
    """A part of a change: a plain number in its direction, with a sign against it."""
    return str(abs(part)) if part * total >= 0 else f"{part:+d}".replace("-", "−")
