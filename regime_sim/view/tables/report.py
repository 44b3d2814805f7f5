"""The tables of a report: cells with their text and exact value; computes no result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...facts.outcomes import REGIME
from ...facts.parameters import LEVERS
from ...facts.pressing import part_words, power_of
from .. import palette
from ..figures.events import entry_words, names_of
from ..figures.plot import name_words
from ..words import sentences
from ..words.phrases import weeks
from .ensemble import REGIME_WORDS, bounds, week

if TYPE_CHECKING:
    from ...questions.attribution import Attribution
    from ...questions.compare import Comparison
    from ...reports.report import Report
    from ...statistics.intervals import Estimate

FATE_WORDS = {
    "in_office": "in office",
    "home": "stays in the country",
    "exile": "in exile",
    "jail": "in jail",
    "dead": "dead",
}
Cell = dict[str, Any]
Table = dict[str, Any]


def cell(text: str, value: Any = None, way: str = "") -> Cell:
    if isinstance(value, float) and math.isnan(value):
        value = None
    return {"text": text, "value": value, "way": way}


def table(name: str, caption: str, heads: list[str], rows: list[list[Cell]]) -> Table:
    return {"name": name, "caption": caption, "heads": heads, "rows": rows}


def leader_table(report: Report) -> Table:
    """How he leaves: of 100, interval, median week, in how many the regime goes on."""
    e = report.ensemble
    whole, known = e.frequencies(), {str(row["outcome"]): row for row in e.outcome_rows()}
    rows = []
    for way in palette.ORDER:
        row, count = known[way], whole.of(way)
        on = whole.goes_on[whole.ways.index(way)]
        rows.append(
            [
                cell(f"{palette.SIGNS[way]} {palette.label(way)}", way=way),
                cell(sentences.short(row["probability"], count), row["probability"]),
                cell(bounds(row["low"], row["high"]), row["low"]),
                cell(week(row["median_week"]), row["median_week"]),
                cell(str(on) if count else "–"),
            ]
        )
    out = e.out()
    rows.append(
        [
            cell("Out, any exit", way="any"),
            cell(sentences.short(out.value, whole.out), out.value),
            cell(bounds(out.low, out.high), out.low),
            cell(""),
            cell(str(whole.out_goes_on)),
        ]
    )
    return table(
        "leader",
        f"How he leaves, of 100 futures (n = {e.replicates:,})",
        ["", "of 100", "95% interval", "median week", "regime goes on"],
        rows,
    )


def regime_table(report: Report) -> Table:
    """What becomes of the regime."""
    e = report.ensemble
    whole = e.frequencies()
    rows = [
        [
            cell(REGIME_WORDS[str(row["outcome"])], way=str(row["outcome"])),
            cell(sentences.short(row["probability"], count), row["probability"]),
            cell(bounds(row["low"], row["high"]), row["low"]),
            cell(week(row["median_week"]), row["median_week"]),
        ]
        for row in e.outcome_rows("regime")
        for count in (whole.regime[REGIME.index(str(row["outcome"]))],)
    ]
    return table(
        "regime",
        f"At the end the regime, of 100 futures (n = {e.replicates:,})",
        ["", "of 100", "95% interval", "median week"],
        rows,
    )


def fates_table(report: Report) -> Table:
    rows = [
        [
            cell(FATE_WORDS[str(row["fate"])], way=str(row["fate"])),
            cell(sentences.short(share, round(100 * share)), share),
            cell(bounds(row["low"], row["high"]), row["low"]),
        ]
        for row in report.ensemble.fate_rows()
        for share in (row["probability"],)
    ]
    return table(
        "fates",
        f"What becomes of him, of 100 futures (n = {report.ensemble.replicates:,})",
        ["", "of 100", "95% interval"],
        rows,
    )


def difference_table(one: Comparison) -> Table:
    """Paired differences by the end of the run, both clocks."""
    rows = []
    for row in one.rows((one.before.horizon,)):
        end = str(row["outcome"])
        if row["clock"] == "regime":
            name = f"Regime: {REGIME_WORDS[end]}"
        else:
            name = "Out, any exit" if end == "out" else palette.label(end)
        rows.append(
            [
                cell(name, way=end),
                cell(f"{100 * row['before']:.1f}", row["before"]),
                cell(f"{100 * row['after']:.1f}", row["after"]),
                cell(f"{100 * row['change']:+z.1f}", row["change"]),
                cell(f"{100 * row['low']:+z.1f} to {100 * row['high']:+z.1f}", row["low"]),
            ]
        )
    return table(
        "difference",
        f"{one.after.scenario.title}, against {one.before.scenario.title} (of 100; n ="
        f" {one.before.replicates:,} pairs)",
        ["", "before", "after", "change", "paired 95% interval"],
        rows,
    )


def why_table(why: Attribution) -> Table:
    """What was moved, alone, only together and as a fair share, by exit where it is clear."""
    rows = []
    for name in why.names:
        alone, fair, setting = why.alone(name), why.fair(name), why.settings.get(name)
        said = name_words(name, power_of(why.after))
        said += f" {setting[0]} to {setting[1]}" if setting else ""
        rows.append(
            [
                cell(said, way=name),
                cell(_paired(alone), alone.value),
                cell(_paired(fair), fair.value),
            ]
        )
    if len(why.names) > 1:
        shared = why.together()
        called = "only together" if shared.value >= 0.0 else "overlap (counted twice above)"
        rows.append([cell(called, way="together"), cell(_paired(shared), shared.value), cell("")])
    whole = why.change()
    rows.append([cell("all", way="all"), cell(_paired(whole), whole.value), cell(_paired(whole))])
    return table(
        "why",
        f"What the change is made of (out of office, of 100; n = {why.replicates:,} in each of"
        f" {len(why.futures.leader_week)} runs)",
        ["", "alone (paired 95% interval)", "fair share (Shapley)"],
        rows,
    )


def _paired(d: Estimate) -> str:
    return f"{100 * d.value:+z.1f} ({100 * d.low:+z.1f} to {100 * d.high:+z.1f})"


def arms_table(arms: Sequence[Comparison]) -> Table:
    """The file's arms against the same baseline: out, and the regime fallen, by the end."""
    rows = []
    for one in arms:
        cells = [cell(one.after.scenario.title, way=one.after.scenario.id)]
        for clock in ("leader", "regime"):
            d = one.change(clock=clock)
            cells += [
                cell(f"{100 * one.shares(clock=clock)[1]:.1f}", one.shares(clock=clock)[1]),
                cell(
                    f"{100 * d.value:+z.1f} ({100 * d.low:+z.1f} to {100 * d.high:+z.1f})", d.value
                ),
            ]
        rows.append(cells)
    paired = "change (paired 95% interval)"
    heads = ["", "he is out", paired, "regime falls", paired]
    return table(
        "arms",
        f"Against {arms[0].before.scenario.title} (of 100; n = {arms[0].before.replicates:,}"
        " pairs)",
        heads,
        rows,
    )


def interaction(report: Report) -> dict[str, Any]:
    """What rents and foreign support do together beyond the sum of each alone."""
    if report.deep is None:
        return {"text": "", "value": ""}
    d = report.deep.grid.interaction()
    verdict = (
        "each does more where the other is low"
        if d.low > 0
        else "each does less where the other is low"
        if d.high < 0
        else "no clear interaction"
    )
    text = (
        "From one end of both levers to the other, rents and foreign support do"
        f" {100 * d.value:+z.0f} of 100 futures together beyond the sum of each alone (paired 95%"
        f" interval {100 * d.low:+z.0f} to {100 * d.high:+z.0f}; n ="
        f" {report.deep.grid.replicates:,}): {verdict}."
    )
    return {"text": text, "value": d.value}


def levers_table(report: Report) -> Table:
    """Where the four levers and their parts stand, with the sources of what the scenario sets."""
    s = report.scenario
    set_ = dict(s.values)
    inputs, rows = s.inputs(), []
    for lever, reading in s.lever_values().items():
        mixed = " (parts set separately)" if reading.mixed else ""
        rows.append(
            [
                cell(name_words(lever, s.names.power), way=lever),
                cell(f"{reading.value:.2f}{mixed}", reading.value),
                cell(_source(set_.get(lever))),
            ]
        )
        rows += [
            [
                cell(f"· {part_words(part.name.split('.', 1)[-1], s.names.power)}", way=part.name),
                cell(_value(set_.get(part.name), inputs[part.name]), inputs[part.name]),
                cell(_source(set_.get(part.name))),
            ]
            for part in s.names.parts(lever)
        ]
    return table("levers", "Where the levers stand, from 0 to 1", ["", "value", "source"], rows)


def _value(value: Any, point: float) -> str:
    """A value as the file has it: a number, or what it is drawn from."""
    if value is None or value.prior is None:
        return f"{point:.2f}"
    if value.prior.family == "normal":
        middle, spread = value.prior.args
        return f"{middle - 1.645 * spread:.2g} to {middle + 1.645 * spread:.2g} (90%)"
    return f"{point:.2f}, uncertain: {value.prior}"


def _source(value: Any) -> str:
    return "–" if value is None else ", ".join(value.source) or "judgement"


def assumed_table(report: Report) -> Table:
    """Every other value that the scenario sets itself."""
    s = report.scenario
    parts = {part.name for lever in LEVERS for part in s.names.parts(lever)} | set(LEVERS)
    rows = [
        [cell(name, way=name), cell(_value(value, value.point), value.point), cell(_source(value))]
        for name, value in (*s.values, *s.structure)
        if name not in parts
    ]
    return table("assumed", "What else the scenario sets", ["", "value", "source"], rows)


def timeline_table(report: Report) -> Table:
    rows, names = [], names_of(report.scenario)
    for entry in report.scenario.timeline:
        when = (
            f"week {entry.week}"
            if entry.week is not None
            else sentences.long_date(entry.date)
            if entry.date
            else f"when {entry.when}"
        )
        lasts = "to the end" if entry.lasts is None else weeks(entry.lasts)
        source = ", ".join(entry.source) or "judgement"
        what = cell(entry_words(entry, names, power_of(report.scenario)), way=entry.id)
        rows.append([cell(when), what, cell(lasts), cell(source)])
    return table("timeline", "Events of the timeline", ["when", "what", "lasts", "source"], rows)


def tipping_table(report: Report) -> Table | None:
    if report.deep is None:
        return None
    found, power = report.deep.tipping, power_of(report.scenario)
    rows = []
    for row in found.rows():
        none = math.isnan(row["change"])
        reach = (
            f"{row['verdict']}; at {row['to']}: {100 * row['probability']:.0f} of 100"
            if none
            else str(row["to"])
        )
        what = " and ".join(name_words(name, power) for name in str(row["what"]).split(" and "))
        rows.append(
            [
                cell(what, way=str(row["what"])),
                cell(str(row["start"])),
                cell(reach),
                cell("–" if none else f"{row['change']:+z.2f}", row["change"]),
                cell("–" if none else _range(row["low"], row["high"]), row["low"]),
            ]
        )
    return table(
        "tipping",
        f"The smallest change that makes it {100 * found.target:.0f} of 100",
        ["what", "from", "to", "change", "95% interval"],
        rows,
    )


def _range(low: float, high: float) -> str:
    """An interval of a change; an end that is not finite: perhaps no setting reaches the target."""
    return " to ".join(f"{end:+z.2f}" if math.isfinite(end) else "never" for end in (low, high))


def indices_table(report: Report) -> Table | None:
    if report.deep is None:
        return None
    rows = [
        [
            cell(name_words(str(row["factor"]), power_of(report.scenario)), way=str(row["factor"])),
            cell(f"{row['first']:.2f}", row["first"]),
            cell(f"{row['first_low']:.2f} to {row['first_high']:.2f}"),
            cell(f"{row['total']:.2f}", row["total"]),
            cell(f"{row['total_low']:.2f} to {row['total_high']:.2f}"),
        ]
        for row in report.deep.sensitivity.rows()
        if row["quantity"] == "probability"
    ]
    return table(
        "sensitivity",
        "Sobol' indices of the probability that he is out",
        ["", "first order", "95% interval", "total", "95% interval"],
        rows,
    )
