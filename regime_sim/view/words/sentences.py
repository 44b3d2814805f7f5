"""What an ensemble says, in plain sentences with natural frequencies; computes no result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING

from ...facts.outcomes import WAY_WORDS, WAYS
from ...facts.pressing import note, power_of
from .. import palette
from .phrases import weeks

if TYPE_CHECKING:
    from ...ensemble.result import Ensemble
    from ...questions.exit_chances import Ways
    from ...statistics.intervals import Estimate

CAVEAT = "In this model, at these settings; not a forecast."
# times the futures of the run that an estimate must be worth to be told beside its counts
WORTH_TELLING = 1.5
# futures that end one way: below this, a count's 95% interval is over a quarter up and down
FEW = 50
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def headline(ensemble: Ensemble) -> str:
    """Both clocks in natural frequencies, with the interval, and that it is no forecast."""
    return f"{finding(ensemble)} {caveat(ensemble.scenario)}"


def caveat(scenario: object) -> str:
    """That it is no forecast; who presses, where the names of the fields would say another."""
    return f"{note(power_of(scenario))} {CAVEAT}".strip()


def finding(ensemble: Ensemble) -> str:
    """Whether he is out by the end and, of those futures, in how many the regime goes on."""
    out, whole = ensemble.out(), ensemble.frequencies()
    several = ensemble.replicates > 1
    all_ = f"all of the {counted(ensemble.replicates)}" if several else "the one simulated future"
    ruler, by = name(ensemble), f"by {long_date(last_day(ensemble))}"
    range_ = f"(95% interval {interval(out, whole.out)} of 100)"
    if out.value == 0.0:
        return (
            f"In {all_} {ruler} is in office until {long_date(last_day(ensemble))} (95%"
            f" interval for being out: {interval(out, 0)} of 100). {_falls(ensemble)}"
        )
    if out.value == 1.0:
        return f"In {all_} {ruler} is out of office {by} {range_}; {_goes_on(ensemble)}."
    return (
        f"In {of_hundred(out.value, whole.out)} of 100 simulated futures {ruler} is out of office"
        f" {by} {range_}; {_goes_on(ensemble)}."
    )


def _goes_on(ensemble: Ensemble) -> str:
    """In how many of the futures he leaves the regime goes on: of 100, or of the few there are."""
    whole, on, out = ensemble.frequencies(), ensemble.out_goes_on(), ensemble.out()
    few = whole.out == 0 or ensemble.replicates == 1
    number = round(on.value * on.n) if few else whole.out_goes_on
    total = round(out.value * out.n) if few else whole.out
    of_all = f" (of {ensemble.replicates:,})" if few and ensemble.replicates > 1 else ""
    those = "100" if total == 100 and not few else f"those {total:,}{of_all}"
    if total == 1:
        return f"in that one{of_all} the regime {'goes on' if number else 'falls'}"
    if on.value == 0.0:
        return f"in none of {those} does the regime go on"
    if on.value == out.value:
        return f"in all of {those} the regime goes on"
    return f"in {of_hundred(on.value, number, total)} of {those} the regime goes on"


def _falls(ensemble: Ensemble) -> str:
    """How often the regime falls although he stays: said only where he always stays."""
    falls = ensemble.out("regime")
    if falls.value == 0.0:
        return "The regime falls in none of them."
    return f"The regime falls in {of_hundred(falls.value, ensemble.frequencies().falls)} of 100."


def ways(ensemble: Ensemble, most: int = 3) -> str:
    """The most common exits, in natural frequencies; empty where he never leaves."""
    whole = ensemble.frequencies()
    seen = sorted(filter(whole.of, palette.GONE), key=whole.of, reverse=True)[:most]
    listed = ", ".join(f"{WAY_WORDS[way]} ({whole.of(way)} of 100)" for way in seen)
    return f"Most common exits: {listed}." if seen else ""


def scarce(ensemble: Ensemble, few: int = FEW) -> dict[str, int]:
    """The exits that some futures end by, but so few that counting says little, and how many do."""
    seen = {way: int((ensemble.leader_way == WAYS.index(way)).sum()) for way in palette.GONE}
    return {way: count for way, count in seen.items() if 0 < count < few}


def rare(ensemble: Ensemble, few: int = FEW, measured: Ways | None = None) -> str:
    """The scarce exits, estimated from weekly probabilities where that is at hand and more precise,
    else what would estimate them; empty where none is.

    What an estimate is worth: as many futures as would have to be counted for an interval as
    narrow, by the width of the run's own.
    """
    found = scarce(ensemble, few)
    if not found:
        return ""
    seen = (
        f"Seen in fewer than {few} of these futures:"
        f" {', '.join(f'{WAY_WORDS[way]} ({count})' for way, count in found.items())}."
    )
    told = "; ".join(_better(ensemble, measured, found)) if measured else ""
    if not measured or not told:
        return f"{seen} `regime-sim ways` estimates them more precisely, from weekly probabilities."
    return f"{seen} Estimated from weekly probabilities in {len(measured.way):,} futures: {told}."


def _better(ensemble: Ensemble, measured: Ways, exits: Iterable[str]) -> Iterator[str]:
    """Those estimates from weekly probabilities that are clearly more precise than the counts."""
    own = {row["outcome"]: row["high"] - row["low"] for row in ensemble.outcome_rows()}
    for way in exits:
        averaged = measured.averaged(way)
        worth = ensemble.replicates * (own[way] / _width(averaged)) ** 2
        if worth >= WORTH_TELLING * ensemble.replicates:
            yield f"{WAY_WORDS[way]} {_of_thousand(averaged, worth)}"


def _of_thousand(found: Estimate, worth: float) -> str:
    """So many of 1,000 futures, with the interval, and how many counted futures are as precise."""
    value, low, high = (f"{1000 * number:.2g}" for number in (found.value, found.low, found.high))
    return (
        f"{value} of 1,000 (95% interval {low} to {high}; as precise as counting"
        f" {float(f'{worth:.2g}'):,.0f} futures)"
    )


def _width(found: Estimate) -> float:
    return max(found.high - found.low, 1e-12)


def unknown(ensemble: Ensemble) -> str:
    """The range of what we do not know, in futures of 100; empty where it cannot be told."""
    wide = ensemble.unknown()
    if wide.low != wide.low:
        return ""
    return (
        "Counting what we do not know, he is out in"
        f" {interval(wide, ensemble.frequencies().out)} of 100 (90% of {wide.n:,} parameter draws,"
        " chance taken out)."
    )


def luck(ensemble: Ensemble) -> str:
    """How much of the spread in whether he leaves is chance, and how much parameter uncertainty."""
    split = ensemble.spread()
    if not ensemble.clustered:
        return "No parameter is uncertain in this run: all of the spread is chance."
    if split.ignorance.value != split.ignorance.value:
        return (
            "Chance and parameter uncertainty cannot be separated here: too few futures, or all of"
            " them end alike."
        )
    low, high = (round(100 * bound) for bound in (split.ignorance.low, split.ignorance.high))
    return (
        f"Of the spread in whether he leaves, {round(100 * split.luck.value)}% is chance and"
        f" {round(100 * split.ignorance.value)}% (95% interval {low}% to {high}%) is parameter"
        f" uncertainty: what we do not know ({split.clusters:,} draws of the parameters)."
    )


def change(difference: Estimate, other: str) -> str:
    """A paired difference of two probabilities against another scenario, or that none is clear."""
    d = difference
    low, value, high = (round(100 * number) for number in (d.low, d.value, d.high))
    if d.low <= 0.0 <= d.high:
        interval_ = f"paired 95% interval {_signed(low)} to {_signed(high)} of 100"
        return f"No clear change against {other} ({interval_})."
    word = "more" if d.value > 0 else "fewer"
    if value == 0:  # clear, and less than half a future in a hundred
        near, by, far = (
            f"{one:.2g}" for one in sorted(100 * abs(x) for x in (d.low, d.value, d.high))
        )
    else:
        near, far = (f"{one or 'fewer than 1'}" for one in sorted((abs(low), abs(high))))
        by = str(abs(value))
    return f"That is {by} {word} than in {other} (paired 95% interval {near} to {far} {word})."


def text(ensemble: Ensemble) -> str:
    """What was run, and both clocks, in a line."""
    return f"<Ensemble: {about(ensemble)} {headline(ensemble)}>"


def about(ensemble: Ensemble) -> str:
    """What was run: how many futures of what, from when, how long, with which seed and engine."""
    scenario, own = ensemble.scenario, ensemble.provenance.get("own_model")
    engine = ensemble.engine if own is None else f"{ensemble.engine}, model {own}"
    return (
        f"{counted(ensemble.replicates)} of {scenario.title}, {weeks(ensemble.horizon)} from"
        f" {long_date(scenario.start)} (seed {ensemble.seed}, engine {engine})."
    )


def of_hundred(share: float, count: int, whole: int = 100) -> str:
    """A rounded count that never says 0 for what can happen, nor all for what can fail to."""
    if count == 0 and share > 0.0:
        return "fewer than 1"
    if count == whole and share < 1.0:
        return f"more than {whole - 1}"
    return str(count)


def short(share: float, count: int, whole: int = 100) -> str:
    """The same for a cell of a table: "<1", ">99", or the number."""
    return of_hundred(share, count, whole).replace("fewer than ", "<").replace("more than ", ">")


def interval(estimate: Estimate, count: int, whole: int = 100) -> str:
    """A share's bounds in whole futures, around the count shown: `41 to 45`, `fewer than 1`."""
    low = min(count, round(whole * estimate.low))
    high = max(count, round(whole * estimate.high))
    first, last = of_hundred(estimate.low, low, whole), of_hundred(estimate.high, high, whole)
    if high == 0 or first == last:
        return last
    if (first, last) == ("fewer than 1", "1"):
        return "1 or fewer"
    if low == whole or (last.startswith("more") and low == whole - 1):
        return f"{whole - 1} or more" if low < whole else first
    return f"{first} to {last}"


def counted(number: int) -> str:
    """`10,000 simulated futures`, `1 simulated future`."""
    return f"{number:,} simulated future{'' if number == 1 else 's'}"


def name(ensemble: Ensemble) -> str:
    """The ruler's name, or "the ruler"."""
    return str(getattr(ensemble.scenario, "ruler", "") or "the ruler")


def last_day(ensemble: Ensemble) -> date:
    """The last day that was simulated: week k covers days 7(k-1)+1 to 7k after the start."""
    return ensemble.scenario.start + timedelta(weeks=ensemble.horizon)


def long_date(day: date) -> str:
    """`30 November 2026`, in English whatever the locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def html(ensemble: Ensemble) -> str:
    """What a notebook shows for an ensemble: sentence and leader's clock, as inert HTML."""
    whole = ensemble.frequencies()
    rows = []
    for row in ensemble.outcomes().set_index("outcome").loc[list(palette.ORDER)].itertuples():
        count = whole.of(str(row.Index))
        low, high = 100 * float(str(row.low)), 100 * float(str(row.high))
        share = short(float(str(row.probability)), count)
        cells = (palette.label(str(row.Index)), share, f"{low:.1f} to {high:.1f}")
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "<tr><th>How he leaves</th><th>of 100</th><th>95% interval</th></tr>"
    return (
        f"<p>{escape(headline(ensemble))}</p><table>{head}{''.join(rows)}</table>"
        f"<p>{escape(about(ensemble))}</p>"
    )


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"
