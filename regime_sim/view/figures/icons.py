"""A hundred marks, one for each future in a hundred; computes no result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .. import palette
from ..figure import Figure, Sheet, pixel, token_styles
from ..words import sentences
from .plot import commonest, finish, text_width, ways_said

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble

PITCH = 24


def icons(ensemble: Ensemble, theme: str = "light", columns: int = 20) -> Figure:
    """A hundred marks, one per future in 100, by exit mode; a bar below: the regime falls too."""
    whole = ensemble.frequencies()
    tall, width = math.ceil(whole.whole / columns), PITCH * columns
    shown = [way for way in palette.ORDER if whole.of(way)]
    wide = 61 + max(math.ceil(text_width(palette.label(way), 12.5)) for way in shown)
    rows_below = math.ceil(len(shown) / max(1, width // wide))
    sheet = Sheet(palette.theme(theme), width, (PITCH + 3) * tall + 21 * rows_below + 10)
    futures = sheet.datasets["futures"] = []
    for way in palette.ORDER:
        k = whole.ways.index(way)
        for j in range(whole.count[k]):
            column, row = divmod(len(futures), tall)
            x, y, falls = PITCH * (column + 0.5), (PITCH + 3) * row + 10, j >= whole.goes_on[k]
            futures.append({"way": way, "x": x, "y": y, "regime falls": falls})
            if falls:
                sheet.line(x - 8, y + 11.5, x + 8, y + 11.5, sheet.look.ink, 2)
    for way in shown:
        for style in token_styles(way, 18, sheet.look):
            at = {"x": pixel("x"), "y": pixel("y")}
            sheet.layer("futures", style, at, only=way, by="way")
    for k, way in enumerate(shown):
        column, row = divmod(k, rows_below)
        x = column * max(wide, width // max(1, width // wide))
        y = (PITCH + 3) * tall + 18 + 21 * row
        sheet.token(way, x + 9, y, 15)
        sheet.text(str(whole.of(way)), x + 41, y, "right", weight=600)
        sheet.text(palette.label(way), x + 47, y)
    by = sentences.long_date(sentences.last_day(ensemble))
    notes = [
        f"One mark is one future in a hundred, by {by}.",
        f"A bar below it: the regime falls too ({whole.falls}).",
    ]
    return finish(sheet, ensemble, commonest(ensemble), notes, ways_said(ensemble))
