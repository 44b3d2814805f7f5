"""What a comparison says, in lines; computes nothing of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...errors import RegimeSimError
from ...facts.outcomes import WAY_WORDS, WAYS
from ...statistics.intervals import UNKNOWN
from ..tables.plain import html_table

if TYPE_CHECKING:
    from ...questions.compare import Comparison
    from ...statistics.intervals import Estimate


def text(found: Comparison) -> str:
    """Exits, regime, weeks, futures that change, worth of common draws; of several a line each."""
    return _one(found) if len(found) == 1 else _several(found)


def html(found: Comparison) -> str:
    """The whole answer, and every difference at the horizon; of one arm without its name."""
    rows = found.rows((found.before.horizon,))
    if len(found) == 1:
        rows = [{key: row[key] for key in row if key not in ("baseline", "arm")} for row in rows]
    return html_table(text(found), rows)


def _one(found: Comparison) -> str:
    weeks, n = found.before.horizon, found.numbers.size
    on, off = found.turned()
    earlier = found.horizons()[:-1]
    sooner = [f"{week} weeks {_brief(found.change(week=week))}" for week in earlier]
    lines = [
        f"{_title(found)} ({n:,} paired futures, seed {found.before.seed})",
        _sentence(found),
        *_by_exit(found),
        (
            f"regime fallen within {weeks} weeks {_two(found, clock='regime')},"
            f" {points(found.change(clock='regime'))}"
        ),
        f"weeks in office of {weeks}: {weeks_changed(found.restricted_mean())}",
        f"out within {', '.join(sooner)}",
        (
            f"he is out in {on:,} {'future' if on == 1 else 'futures'} in which he was not, and no"
            f" longer in {off:,}{_separate(found)}"
        ),
    ]
    return "\n".join([*lines, *_shared(found), *_left_out([found], found.names)])


def _left_out(each: Sequence[Comparison], names: Sequence[str]) -> list[str]:
    """A line on futures that failed and are therefore in no pair; none where all came through."""
    counts = [
        f"{one.left_out:,}{f' ({name})' if len(each) > 1 else ''}"
        for name, one in zip(names, each, strict=True)
        if one.left_out
    ]
    lost = f"{', '.join(counts)} of {each[0].before.attempted:,}"
    return [f"futures that failed in one of the two are left out of both: {lost}"] if counts else []


def _title(found: Comparison) -> str:
    after, before = found.after.scenario.title, found.before.scenario.title
    if after == before:
        own = found.names[0] if found.names[0] != found.after.scenario.id else "changed"
        return f"{after}: {own}, against as it was"
    return f"{after}, against {before}"


def _several(found: Comparison) -> str:
    """A line for each comparison with the first scenario, by its name."""
    first, names, each = found.before, found.names, found.each
    out = first.out()
    head = (
        f"against {first.scenario.title} ({first.attempted:,} paired futures each, seed"
        f" {first.seed}): out within {first.horizon} weeks {out.value:.0%} (95% interval"
        f" {out.low:.0%} to {out.high:.0%})"
    )
    wide = max(map(len, names))
    change, regime = "change (paired 95% interval)", "regime fallen"
    lines = [f"  {'':{wide}}   out  {change:<31} {regime:<20} weeks in office"]
    for name, one in zip(names, each, strict=True):
        falls, stay = _brief(one.change(clock="regime")), one.restricted_mean()
        lines.append(
            f"  {name:{wide}}  {one.shares()[1]:>4.0%}  {points(one.change(), words=False):<31}"
            f" {falls:<20} {_weeks(stay.value)} ({_between(stay)})"
        )
    return "\n".join([head, *lines, *_left_out(each, names)])


def points(d: Estimate, words: bool = True) -> str:
    """`+14 points (paired 95% interval +12 to +16)`, or the same in short."""
    low, value, high = (_whole(number) for number in (d.low, d.value, d.high))
    return f"{value} points ({'paired 95% interval ' if words else ''}{low} to {high})"


def weeks_changed(d: Estimate) -> str:
    """A difference of restricted mean survival times."""
    return f"{_weeks(d.value)} (paired 95% interval {_between(d)})"


def _between(d: Estimate) -> str:
    """The interval of a difference in weeks; that of a single draw of the parameters is unknown."""
    return UNKNOWN if math.isnan(d.low) else f"{_weeks(d.low)} to {_weeks(d.high)}"


def _weeks(number: float) -> str:
    return f"{number:+z.1f}" if abs(number) >= 0.95 or number == 0.0 else f"{number:+z.2f}"


def _whole(share: float) -> str:
    """A difference in points, with a decimal where it would round to nothing."""
    number = 100.0 * share
    return f"{number:+z.0f}" if abs(number) >= 9.5 or number == 0.0 else f"{number:+z.1f}"


def _brief(d: Estimate) -> str:
    return f"{_whole(d.value)} ({_whole(d.low)} to {_whole(d.high)})"


def _two(found: Comparison, clock: str = "leader") -> str:
    before, after = found.shares(clock=clock)
    return f"{before:.0%} -> {after:.0%}"


def _sentence(found: Comparison) -> str:
    return f"out within {found.before.horizon} weeks {_two(found)}, {points(found.change())}"


def _by_exit(found: Comparison) -> list[str]:
    """The exits whose share changes clearly, largest first."""
    causes = sorted(
        ((way, found.change(way)) for way in WAYS[1:]), key=lambda pair: -abs(pair[1].value)
    )
    clear = [f"  {WAY_WORDS[way]}: {points(d)}" for way, d in causes if d.low > 0 or d.high < 0]
    return ["how he leaves:", *clear] if clear else ["how he leaves: no clear change"]


def _separate(found: Comparison) -> str:
    """What the same precision would have cost without common draws."""
    times = found.apart()
    if not math.isfinite(times):
        return ""
    return (
        f"; without common draws this precision would take {round(times * found.numbers.size):,}"
        f" futures of each ({times:.1f} times as many)"
    )


def _shared(found: Comparison) -> list[str]:
    """From which week the two can differ, if not from the first."""
    try:
        week = found.differs_from()
    except RegimeSimError:
        return []
    if week == 1:
        return []
    before = "" if week is None else f" before week {week}"
    return [f"the two are identical in every week{before}"]
