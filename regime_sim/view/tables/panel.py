"""A backtest on leader-years as text: scores, calibration, groups; computes nothing."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...history.panel_backtest import PanelBacktest, Target
    from ...history.panel_strata import Stratum
    from ...statistics.resampling import Score

WIDTH = 100
FORECASTERS = {
    "model": "model",
    "blend": "blend (law, logits, years and age)",
    "mean": "mean of model and logit",
    "climatology": "training rate",
    "tenure_age": "logit, years and age",
    "logit": "logit, all columns",
    "logit_all": "same, all autocracies",
    "forest": "random forest",
    "boosting": "gradient boosting",
}
TARGETS = {
    "any": "any exit within the year",
    "irregular": "irregular exit",
    "coup": "coup",
    "uprising": "uprising",
    "rebellion": "rebels win",
    "foreign": "removed from outside",
    "assassinated": "assassinated",
    "died": "died",
    "regular": "vote or succession",
}


def text(b: PanelBacktest) -> str:
    """The whole result: title, scores of any and irregular exits, ways, calibration, groups."""
    parts = [_title(b)]
    for name in ("any", "irregular"):
        if name in b.targets:
            parts += [_scores(name, b.targets[name]), _calibration(b.targets[name])]
    if b.targets:
        parts += [_blend(b), _ways(b), _groups(b)]
    notes = [
        line
        for note in b.notes
        for line in textwrap.wrap(note, WIDTH - 2, initial_indent="- ", subsequent_indent="  ")
    ]
    return "\n\n".join([*parts, "\n".join(notes)])


def _title(b: PanelBacktest) -> str:
    whole = b.targets.get("any")
    went = "" if whole is None else f", {whole.n:,} with a known end, {whole.events:,} exits"
    spans = (
        f"references fitted to {b.spans[0].train_to}"
        if len(b.spans) == 1
        else f"{len(b.spans)} windows, references fitted on the years before each"
    )
    kind = " of personalist regimes" if b.about["personalists_only"] else ""
    tested = [row.year for row in b.rows_tested]
    years = f"{min(tested)} to {max(tested)}"
    said = (
        f"{len(b.rows_tested):,} leader-years{kind}, {years}{went}; {spans}."
        f" {b.about['worlds']:,} worlds each ({b.about['simulated_generals']} simulated generals),"
        f" seed {b.about['seed']}."
    )
    return "\n".join(textwrap.wrap(said, WIDTH))


def _scores(name: str, target: Target) -> str:
    head = ("", "AUC", "skill", "log score", "said")
    rows = []
    for who in FORECASTERS:
        if who in target.scores:
            s = target.scores[who]
            cells = (
                _range(s["auc"]),
                _signed(s["skill"]),
                f"{s['log_score'].value:.3f}",
                f"{100 * s['mean_p'].value:.1f}%",
            )
            rows.append((FORECASTERS[who], *cells))
    rate = 100 * target.events / target.n
    title = f"{TARGETS[name]}: {target.events} of {target.n:,} ({rate:.1f}%)"
    against = (
        f"{who} less logit: AUC {_signed(less['auc'])}, skill {_signed(less['skill'])}"
        for who, less in ((who, one["logit"]) for who, one in target.differences.items())
    )
    return "\n".join((title, _aligned([head, *rows]), *against))


def _calibration(target: Target) -> str:
    pairs = [
        f"{100 * one.forecast:.1f} -> {100 * one.observed:.1f}" for one in target.bins["model"]
    ]
    return "\n".join(
        textwrap.wrap(
            "calibration of the model, fifths (the last one halved), said -> happened in 100: "
            + ", ".join(pairs),
            WIDTH,
        )
    )


def _blend(b: PanelBacktest) -> str:
    """How the parts of the blend count, for any exit, by window."""
    names = {**FORECASTERS, "model": "law", "logit_all": "logit, all autocracies"}
    head = ("blend, any exit: weights", *(names[one] for one in b.blend[0]["any"].parts))
    rows = [
        (
            f"{span.first} to {span.last}",
            *(f"{weight:.2f}" for weight in weighed["any"].parts.values()),
            f"{weighed['any'].level:+z.2f}",
            f"{weighed['any'].rows:,}",
        )
        for span, weighed in zip(b.spans, b.blend, strict=True)
    ]
    return _aligned([(*head, "level", "fitted rows"), *rows])


def _ways(b: PanelBacktest) -> str:
    head = ("by way, in 100", "said", "happened", "events", "AUC", "logit's AUC")
    rows = []
    for name, target in b.targets.items():
        s, other = target.scores["model"], target.scores["logit"]
        said, went = s["mean_p"].value, target.events / target.n
        figures = (f"{100 * said:.2f}", f"{100 * went:.2f}", f"{target.events}")
        rows.append((TARGETS[name], *figures, _range(s["auc"]), _range(other["auc"])))
    return _aligned([head, *rows])


def _groups(b: PanelBacktest) -> str:
    head = ("said -> happened, in 100", "rows", "any", "irregular", "coup", "vote, succession")
    rows: list[tuple[str, ...]] = [head]
    for dimension, groups in b.groups.items():
        rows += [_group(dimension, one) for one in groups]
    return _aligned(rows)


def _group(dimension: str, one: Stratum) -> tuple[str, ...]:
    pairs = (
        f"{100 * said:.1f} -> {100 * went:.1f}" if one.n else "–"
        for said, went in (
            one.shares.get(t, (math.nan, math.nan)) for t in ("any", "irregular", "coup", "regular")
        )
    )
    return (f"{dimension}: {one.name}", f"{one.n:,}", *pairs)


def _range(s: Score) -> str:
    if math.isnan(s.value):
        return "–"
    return f"{s.value:.2f}" + ("" if math.isnan(s.low) else f" ({s.low:.2f} to {s.high:.2f})")


def _signed(s: Score) -> str:
    if math.isnan(s.value):
        return "–"
    return f"{s.value:+z.3f}" + ("" if math.isnan(s.low) else f" ({s.low:+z.2f} to {s.high:+z.2f})")


def _aligned(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
