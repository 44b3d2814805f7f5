"""Why it changed: a waterfall from before to now, a step for each thing moved alone and one for
what comes only together, in the colours of the exits; computes no result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...facts.pressing import power_of
from .. import palette
from ..figure import Figure, Sheet
from ..words import attribution as words
from ..words.phrases import upper
from .plot import WIDTH, closed, name_words, text_width, wrapped

if TYPE_CHECKING:
    from ...questions.attribution import Attribution
    from ...statistics.intervals import Estimate

ROW, THICK = 22, 14
LEAST = 0.6  # futures of 100 under which a segment is not drawn
GLYPH = 13  # pixels from which a segment carries its mark
HEAD = 18  # pixels for the names of the columns, where there are several
NUMBERS, FAIR = 104, 56  # pixels for the numbers at the right
Parts = list[tuple[str, float]]


def waterfall(found: Attribution, theme: str = "light", width: int = WIDTH) -> Figure:
    """Steps from before to now: alone, only together; filled: more of this exit, hollow: fewer."""
    several, fair = len(found.names) > 1, len(found.names) > 2
    power = power_of(found.after)
    # where there are fair shares, the numbers have a head that says "alone"
    alone = ", alone" if several and not fair else ""
    names = [f"{upper(name_words(name, power))}{alone}" for name in found.names]
    shared = found.together()
    if several:
        names.append("Only together" if shared.value >= 0 else "In common, counted twice")
    ends = [f"{count} {when}" for count, when in zip(found.ends(), ("before", "now"), strict=True)]
    left = min(width * 0.46, max(text_width(name, 14) for name in (*names, *ends)) + 10)
    sheet = Sheet(palette.theme(theme), width, height(len(found.names)))
    before, after = (100 * share for share in found.shares())
    at, edges = before, [before, after]
    steps: list[tuple[float, Parts]] = []
    for parts in _steps(found):
        more, less = (sum(filter(sign, (d for _, d in parts))) for sign in (_up, _down))
        edges += [at + more, at + less]
        steps.append((at, parts))
        at += more + less
    right = width - NUMBERS - (FAIR if fair else 0)
    place = _linear(min(edges), max(edges), left, right)
    top = HEAD if fair else 0
    if fair:
        sheet.text("alone", width - FAIR - 2, 6, "right", sheet.look.ink2, size=12)
        sheet.text("fair share", width, 6, "right", sheet.look.ink2, size=12)
    _end(sheet, ends[0], place(before), top + ROW / 2, dashed=True)
    whole, together, total = words.whole(found)
    numbers = [*whole, *([together] if several else [])]
    for k, (name, (start, parts)) in enumerate(zip(names, steps, strict=True)):
        y = top + ROW * (k + 1.5)
        weight = 600 if several and k == len(found.names) else 400
        sheet.text(_fitting(name, left - 4), 0, y, weight=weight)
        _step(sheet, parts, start, y, place)
        d = found.alone(found.names[k]) if k < len(found.names) else shared
        _number(sheet, numbers[k], d, width - (FAIR if fair else 0), y)
        if fair and k < len(found.names):
            said = _signed(100 * found.fair(found.names[k]).value)
            sheet.text(said, width, y, "right", sheet.look.ink2, size=13)
    y = top + ROW * (len(names) + 1.5)
    _end(sheet, ends[1], place(after), y, dashed=False)
    _number(sheet, total, found.change(), width - (FAIR if fair else 0), y)
    title = words.sentence(found).rstrip(".")
    notes = [
        f"Futures of 100, from {found.before.title} to {found.after.title}; the same draws in all"
        f" {len(found.futures.leader_week)} runs of {found.replicates:,}. Filled: more of this"
        " exit; hollow: fewer. Small: paired 95% interval."
        + (" Fair share: Shapley." if fair else "")
    ]
    about = {"scenario": found.after.id, "seed": found.seed, "replicates": found.replicates}
    said = f"From {found.ends()[0]} to {found.ends()[1]} of 100. {title}."
    return closed(sheet, title, notes, said, 0, about)


def height(moved: int) -> int:
    """Pixels of the plot where so many things were moved: a row for each, for what comes only
    together, for before and now.
    """
    return ROW * (moved + (moved > 1) + 2) + (HEAD if moved > 2 else 0)


def _fitting(name: str, wide: float) -> str:
    """A name in one line: without "alone" where that is too much, which the first line says."""
    lines = wrapped(name, wide, 14)
    return lines[0] if len(lines) == 1 else wrapped(name.removesuffix(", alone"), wide, 14)[0]


def _up(d: float) -> bool:
    return d > 0


def _down(d: float) -> bool:
    return d < 0


def _steps(found: Attribution) -> list[Parts]:
    """Of every step, how many more futures of 100 end by each exit."""
    steps = [
        [(way, 100 * found.alone(name, way).value) for way in palette.GONE] for name in found.names
    ]
    if len(found.names) > 1:
        steps.append([(way, 100 * found.together(way).value) for way in palette.GONE])
    return steps


def _linear(low: float, high: float, left: float, right: float) -> Callable[[float], float]:
    wide = max(high - low, 1.0)
    return lambda value: left + 6 + (right - left - 12) * (value - low) / wide


def _end(sheet: Sheet, name: str, x: float, y: float, dashed: bool) -> None:
    """Where it was, or is now: a name and an upright tick."""
    sheet.text(name, 0, y, weight=400 if dashed else 600)
    style: dict[str, Any] = {"strokeDash": [4, 3]} if dashed else {}
    colour, thick = (sheet.look.ink3, 1.6) if dashed else (sheet.look.ink, 2.6)
    sheet.line(x, y - THICK / 2 - 1, x, y + THICK / 2 + 1, colour, thick, **style)


def _step(
    sheet: Sheet, parts: Parts, start: float, y: float, place: Callable[[float], float]
) -> None:
    """The segments of a step: more of an exit filled, fewer hollow; where there are both, the
    hollow ones lie below.
    """
    more = [(way, d) for way, d in parts if d >= LEAST]
    less = [(way, d) for way, d in parts if d <= -LEAST]
    net = start + sum(d for _, d in parts)
    sheet.line(
        place(start), y - ROW / 2 - 4, place(start), y, sheet.look.ink3, 1.2, strokeDash=[1, 3]
    )
    up = (y - THICK / 2, y + (THICK / 2 if not less else 1))
    down = (y - THICK / 2 if not more else y + 3, y + THICK / 2)
    at = start
    for way, d in more:
        _segment(sheet, way, place(at), place(at + d), up, filled=True)
        at += d
    at = start if not more else net - sum(d for _, d in less)
    for way, d in less:
        _segment(sheet, way, place(at + d), place(at), down, filled=False)
        at += d
    if not more and not less:
        sheet.line(place(net), y - 5, place(net), y + 5, sheet.look.ink3, 1.6)


def _segment(
    sheet: Sheet, way: str, x: float, x2: float, tall: tuple[float, float], filled: bool
) -> None:
    colour = sheet.look.ways[way]
    style: dict[str, Any] = (
        {"type": "rect", "fill": colour, "strokeWidth": 0}
        if filled
        else {"type": "rect", "fill": sheet.look.background, "stroke": colour, "strokeWidth": 1.6}
    )
    sheet.piece(style, x=x, y=tall[0], x2=max(x2 - 1, x + 1), y2=tall[1])
    if filled and x2 - x >= GLYPH and tall[1] - tall[0] >= THICK - 1:
        sheet.token(way, (x + x2) / 2, (tall[0] + tall[1]) / 2, 12)


def _number(sheet: Sheet, whole: int, d: Estimate, right: float, y: float) -> None:
    """A part as it adds up, and its interval."""
    clear = d.low > 0 or d.high < 0
    ink, weight = (sheet.look.ink, 600) if clear else (sheet.look.ink2, 400)
    sheet.text(_signed(whole), right - 66, y, "right", ink, weight)
    known = d.low == d.low and d.high == d.high
    said = f"{_signed(100 * d.low)} to {_signed(100 * d.high)}" if known else "unknown"
    sheet.text(said, right, y, "right", sheet.look.ink2, size=12)


def _signed(futures: float) -> str:
    if futures != futures:
        return "unknown"
    count = round(futures)
    return "0" if count == 0 else f"{count:+d}".replace("-", "−")
