"""One picture for a chat or a post, 1200 x 630: the sentence, a hundred marks, both ranges, and
that it is no forecast; computes no result.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from ...errors import RegimeSimError
from ..figure import converter, token_styles
from ..figures.plot import text_width, wrapped
from ..palette import GONE, ORDER, SANS, SERIF, Theme, label, theme
from ..words import sentences

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble

WIDTH, HEIGHT, MARGIN = 1200, 630, 56
PITCH, MARK = 34, 27
TITLE = 54  # pixels of the sentence


def card(
    run: Ensemble, caption: str, more: tuple[str, ...] = (), address: str = "", look: str = "light"
) -> str:
    """The card as SVG. caption: what was run, in a line; more: up to four short lines beside the
    marks, the first heavier.
    """
    colours = theme(look)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colours.background}"/>',
        _text(run.scenario.title[:70], MARGIN, 66, Hand(21, colours.ink2)),
        *_sentence(run, colours),
        *_marks(run, colours),
    ]
    y = 290
    for k, line in enumerate(more[:4]):
        for piece in wrapped(line, 366, 22)[:2]:
            parts.append(_text(piece, 776, y, Hand(22, colours.ink, 400 if k else 600)))
            y += 27
        y += 10
    foot = HEIGHT - 66
    parts.append(
        f'<path d="M{MARGIN} {foot}H{WIDTH - MARGIN}" stroke="{colours.ink}" stroke-width="2"/>'
    )
    for k, line in enumerate(wrapped(caption, WIDTH - 2 * MARGIN, 17)[:2]):
        parts.append(_text(line, MARGIN, foot + 25 + 22 * k, Hand(17, colours.ink2)))
    if address:
        parts.append(_text(address[:60], WIDTH - MARGIN, 66, Hand(18, colours.ink2), "end"))
    said = f"{sentences.headline(run)} {caption}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0'
        f' {WIDTH} {HEIGHT}" role="img" aria-label="{escape(said)}">{"".join(parts)}</svg>'
    )


def picture(svg: str) -> bytes:
    """An SVG as PNG of its own size. Raises MissingExtra, RegimeSimError."""
    try:
        return bytes(converter().svg_to_png(svg, scale=1))
    except ValueError as error:
        raise RegimeSimError(f"card: {error}") from error


class Hand(NamedTuple):
    """How words are written."""

    size: float
    colour: str
    weight: int = 400
    family: str = SANS


def _text(
    said: str,
    x: float,
    y: float,
    hand: Hand,
    anchor: str = "start",
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{hand.family}" font-size="{hand.size:g}"'
        f' font-weight="{hand.weight}" fill="{hand.colour}"'
        f' text-anchor="{anchor}">{escape(said)}</text>'
    )


def _sentence(run: Ensemble, colours: Theme) -> list[str]:
    """How often he is out and by when, in two lines."""
    whole, out = run.frequencies(), run.out()
    count = sentences.of_hundred(out.value, whole.out)
    day = sentences.last_day(run)
    said = (
        f"In {count} of 100 simulated futures {sentences.name(run)} is out by"
        f" {sentences.MONTHS[day.month - 1]} {day.year}"
    )
    size = TITLE if text_width(said, TITLE) < 2 * (WIDTH - 2 * MARGIN) else TITLE - 14
    lines = wrapped(said, WIDTH - 2 * MARGIN, size)[:3]
    return [
        _text(line, MARGIN, 142 + 1.14 * size * k, Hand(size, colours.ink, 600, SERIF))
        for k, line in enumerate(lines)
    ]


def _marks(run: Ensemble, colours: Theme) -> list[str]:
    """A hundred marks in five rows with a legend of the largest exits."""
    whole = run.frequencies()
    found: list[str] = []
    k = 0
    for way in ORDER:
        at = whole.ways.index(way)
        for j in range(whole.count[at]):
            column, row = divmod(k, 5)
            at_x, y = MARGIN + 17 + PITCH * column, 282 + 38 * row
            found.append(_mark(way, at_x, y, MARK, colours))
            if j >= whole.goes_on[at]:
                found.append(
                    f'<path d="M{at_x - 13} {y + 17.5}h26" stroke="{colours.ink}"'
                    ' stroke-width="2.4"/>'
                )
            k += 1
    x = float(MARGIN)
    seen = sorted(filter(whole.of, GONE), key=whole.of, reverse=True)[:3]
    others = sum(map(whole.of, GONE)) - sum(map(whole.of, seen))
    legend = [(way, f"{label(way)} {whole.of(way)}") for way in seen]
    legend += [("", f"others {others}")] if others else []
    for way, said in [*legend, ("survived", f"stays {whole.stays}")]:
        if way:
            found.append(_mark(way, x + 9, 494, 17, colours))
            x += 23
        found.append(_text(said, x, 500, Hand(18, colours.ink2)))
        x += text_width(said, 18) + 20
    return found


def _mark(way: str, x: float, y: float, across: float, colours: Theme) -> str:
    """The mark of an exit."""
    parts = []
    for style in token_styles(way, across, colours):
        half = style["size"] ** 0.5 / 2
        paint = f'fill="{style["fill"]}" stroke="{style.get("stroke", "none")}"'
        wide = style.get("strokeWidth", 0)
        if style["shape"] == "circle":
            parts.append(
                f'<circle cx="{x:g}" cy="{y:g}" r="{half:.2f}" {paint} stroke-width="{wide}"/>'
            )
        else:
            parts.append(
                f'<path d="{style["shape"]}" transform="translate({x:g} {y:g})'
                f' scale({half:.2f})" {paint}/>'
            )
    return "".join(parts)
