"""A result as tables for a terminal: both clocks, its basis, the sentence; computes nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from ...facts.outcomes import REGIME
from .. import palette
from ..words import sentences

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble
    from ...questions.exit_chances import Ways

CHANCE = "Column “chance”: its share of the spread; the rest is parameter uncertainty."
REGIME_WORDS = {"stands": "stands", "tutelage": "stands, under tutelage", "falls": "falls"}


def report(
    ensemble: Ensemble,
    rests_on: Sequence[str] = (),
    theme: str | None = None,
    measured: Ways | None = None,
) -> Group:
    """All that `run` shows, as one rich renderable: what was run, two tables, what it rests on, the
    sentences.

    `measured`: rare exits estimated from weekly probabilities, if they were. `theme` "light" or
    "dark" colours the marks for such a background; None leaves the terminal's own colours.
    """
    parts: list[Any] = [
        Text(sentences.about(ensemble)),
        Text(),
        leader_table(ensemble, theme),
        Text(),
        regime_table(ensemble),
        Text(),
    ]
    notes = [sentences.luck(ensemble), CHANCE, *rests_on]
    parts.append(Text("Rests on", style="bold"))
    parts.extend(Text(f"  {note}") for note in notes)
    parts.extend([Text(), Text(sentences.finding(ensemble), style="bold")])
    exits = (sentences.ways(ensemble), sentences.rare(ensemble, measured=measured))
    parts.extend(Text(line) for line in (*exits, sentences.caveat(ensemble.scenario)) if line)
    return Group(*parts)


def leader_table(ensemble: Ensemble, theme: str | None = None) -> Table:
    """The leader's clock: all exits of 100, interval, median week, regime goes on, chance."""
    whole = ensemble.frequencies()
    known = {str(row["outcome"]): row for row in ensemble.outcome_rows()}
    table = _table("The leader", "How he leaves", "regime\ngoes on")
    for way in palette.ORDER:
        row, count = known[way], whole.of(way)
        sign = Text(palette.SIGNS[way], style=palette.theme(theme).ways[way] if theme else "")
        on = (
            "" if way == "survived" else str(whole.goes_on[whole.ways.index(way)]) if count else "–"
        )
        ended = sentences.short(row["probability"], count)
        table.add_row(
            sign,
            palette.label(way),
            ended,
            bounds(row["low"], row["high"]),
            week(row["median_week"]),
            on,
            _chance(row["luck"]),
        )
    out = ensemble.out()
    table.add_section()
    table.add_row(
        "",
        "Out, any exit",
        sentences.short(out.value, whole.out),
        bounds(out.low, out.high),
        "",
        str(whole.out_goes_on),
        _chance(ensemble.spread().luck.value),
        style="bold",
    )
    return table


def regime_table(ensemble: Ensemble) -> Table:
    """The regime's clock: stands, stands under tutelage, falls."""
    whole = ensemble.frequencies()
    table = _table("The regime", "At the end it", "")
    for row in ensemble.outcome_rows("regime"):
        name = str(row["outcome"])
        count = whole.regime[REGIME.index(name)]
        ended = sentences.short(row["probability"], count)
        cells = (ended, bounds(row["low"], row["high"]), week(row["median_week"]), "")
        table.add_row("", REGIME_WORDS[name], *cells, _chance(row["luck"]))
    return table


def _table(title: str, first: str, on: str) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    table.add_column("", width=1)
    table.add_column(first, min_width=max(map(len, REGIME_WORDS.values())), no_wrap=True)
    for head in ("of 100", "95%\ninterval", "median\nweek", on or " ", "chance"):
        table.add_column(head, justify="right", no_wrap=True)
    return table


def bounds(low: float, high: float) -> str:
    """An interval of shares as futures of 100, with one decimal: `12.8 to 16.4`."""
    return f"{100 * low:.1f} to {100 * high:.1f}"


def week(number: float) -> str:
    """A week, or a dash where there is none."""
    return "–" if math.isnan(number) else f"{number:g}"


def _chance(share: float) -> str:
    """The share of the spread that is chance, or a dash where the outcome never varies."""
    return "–" if math.isnan(share) else f"{round(100 * share)}%"
