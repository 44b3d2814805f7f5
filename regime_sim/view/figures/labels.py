"""Labels on lines: where each crosses nothing, else in a corner; computes places only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..figure import Json, Sheet
from .plot import text_width


@dataclass(frozen=True, slots=True)
class Spot:
    """The box of a label, in pixels of the plot."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Spot, gap: float = 2.0) -> bool:
        """Whether two boxes overlap or nearly touch."""
        apart = self.right + gap < other.left or other.right + gap < self.left
        return not (apart or self.bottom + gap < other.top or other.bottom + gap < self.top)


Label = tuple[str, str, float, int, str]  # line, words, size, weight, colour


def line_labels(
    sheet: Sheet, wanted: Sequence[Label], lines: Mapping[str, Sequence[float]]
) -> None:
    """A label on each line where it crosses no line and no other label; what finds no place goes to
    the lower left with a sample.

    `lines`: heights in pixels, evenly spaced over the width; the edges of a band are called like
    their line, with -low and -high.
    """
    taken: list[Spot] = []
    homeless = []
    for label in wanted:
        line, text, size, weight, colour = label
        spot = place(line, lines, text_width(text, size), size, sheet.width, sheet.height, taken)
        if spot is None:
            homeless.append(label)
            continue
        taken.append(spot)
        x, y = (spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2
        sheet.text(text, x, y, "center", colour, weight, size, halo=True)
    for k, (line, text, size, weight, colour) in enumerate(reversed(homeless)):
        y = sheet.height - 16 - 20 * k
        sample(sheet, line, y)
        sheet.text(text, 44, y, "left", colour, weight, size, halo=True)


def place(
    line: str,
    lines: Mapping[str, Sequence[float]],
    long: float,
    size: float,
    width: float,
    height: float,
    taken: Sequence[Spot],
) -> Spot | None:
    """The clearest place just over or under a label's own line: flattest, right of the middle."""
    names, drawn = list(lines), np.array(list(lines.values()), dtype=np.float64)
    beside = [names.index(line + edge) for edge in ("", "-low", "-high") if line + edge in lines]
    room = np.array(
        [3.0 if name == line or name.endswith(("-low", "-high")) else 13.0 for name in names]
    )[:, None]
    lowest, highest = drawn[beside].min(axis=0), drawn[beside].max(axis=0)
    tall, last = size * 1.2, drawn.shape[1] - 1
    found: list[tuple[float, float, float, slice]] = []  # cost, left, top, what it covers
    for middle in range(1, last):
        left = width * middle / last - long / 2
        if left < 4 or left + long > width - 4:
            continue
        over = slice(math.floor(left / width * last), math.ceil((left + long) / width * last) + 1)
        low, high = float(lowest[over].min()), float(highest[over].max())
        aside = high - low + 60 * abs(middle / last - 0.62)
        for top, cost in ((high + 5, aside), (low - 5 - tall, aside + 8)):
            if top >= 2 and top + tall <= height - 3:
                found.append((cost, left, top, over))
    # the cheapest that is free: few are looked at
    for _, left, top, over in sorted(found, key=lambda one: one[0]):
        spot = Spot(left, top, left + long, top + tall)
        if not any(spot.meets(box) for box in taken) and not blocked(spot, drawn[:, over], room):
            return spot
    return None


def blocked(spot: Spot, part: NDArray[np.float64], room: NDArray[np.float64]) -> bool:
    """Whether a line (a row of `part`: its heights over the box) crosses the box, or comes nearer
    to it than the `room` (lines, 1) that it must leave.
    """
    near = (part > spot.top - room) & (part < spot.bottom + room)
    across = (np.minimum(part[:, 1:], part[:, :-1]) < spot.top) & (
        np.maximum(part[:, 1:], part[:, :-1]) > spot.bottom
    )
    return bool(near.any() or across.any())


def sample(sheet: Sheet, line: str, y: float) -> None:
    """A short piece of a line, beside a label that found no place on it."""
    look = sheet.look
    styles = {"leader": [(look.ink, 2.8)], "regime": [(look.ink, 4.6), (look.background, 1.8)]}
    dash: Json = {} if line in styles else {"strokeDash": [4, 4]}
    for colour, thick in styles.get(line, [(look.ink3, 1.4)]):
        sheet.line(10, y, 36, y, colour, thick, **dash)
