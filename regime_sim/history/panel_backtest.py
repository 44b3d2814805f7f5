"""The backtest on leader-years: the law on every row of a file, beside references fitted on
earlier rows, out of time.

What is tested on what (see `split`): with `train_to` rows after that year, references fitted up
to it; with `windows_from` windows of five years from that year on, references fitted again on the
years before each. Without either: rows after the shipped panel's last year where there are any,
else expanding windows from ten years after the first. Where a file holds too few exits to fit on,
the shipped panel's rows of those years stand in. The law's numbers too are those of the years
before (`panel_samples`); nothing is fitted here but the references.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..ensemble.effort import Progress
from ..errors import OutOfRange, RegimeSimError
from ..facts import limits
from ..facts.posterior import Posterior, posterior
from ..given import path, whole
from ..shown import Shown, framed
from ..statistics.reliability import Bin
from ..statistics.resampling import Score
from ..travel import Travels
from . import blend_panel
from . import panel_references as references
from .blend import Weights
from .panel import LeaderYear, happened, read_panel
from .panel_document import document
from .panel_document import rows as flat_rows
from .panel_run import CORPS, EXITS, Drawn, chances
from .panel_samples import BY_WINDOW, drawn_from
from .panel_scores import (
    MAIN,
    TARGETS,
    Judged,
    bins,
    by_draw,
    difference,
    drawn_again,
    mean_log_odds,
    score,
    targets_of,
)
from .panel_strata import Stratum, strata

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
WORLDS = 512
WINDOW = 5  # years that references stay as fitted
FIRST_WINDOW = 10  # years before the first window, where nothing else is said
LEAST_EXITS = 20  # fewer exits are not fitted on
SHIPPED_TO = 1999


@dataclass(frozen=True, slots=True)
class Span:
    """One window: references are fitted on years up to `train_to`, rows of first to last tested."""

    train_to: int
    first: int
    last: int
    trained: int = 0
    exits: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """One event: rows judged, how many had it, scores by forecaster, the model's (and the mean's)
    less each reference's, calibration by bin.
    """

    n: int
    events: int
    scores: Mapping[str, Mapping[str, Score]]
    differences: Mapping[str, Mapping[str, Mapping[str, Score]]]
    bins: Mapping[str, tuple[Bin, ...]]


@dataclass(frozen=True, eq=False, repr=False)
class PanelBacktest(Travels, Shown):
    """Rows that were tested, every forecaster's probability of each target, scores, groups.

    ways (n, 10): the model's, by way in the order of `panel_run.EXITS`; said[target][forecaster]
    (n,); window (n,): place in `spans`; blend[window][target]: how the parts of the blend count.
    """

    rows_tested: tuple[LeaderYear, ...] = field(repr=False)
    spans: tuple[Span, ...]
    window: NDArray[np.int64] = field(repr=False)
    ways: Floats = field(repr=False)
    said: Mapping[str, Mapping[str, Floats]] = field(repr=False)
    targets: Mapping[str, Target]
    groups: Mapping[str, tuple[Stratum, ...]]
    blend: tuple[Mapping[str, Weights], ...]
    about: Mapping[str, Any]
    notes: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        """The result as one JSON document; numbers that do not exist are null."""
        return document(self)

    def rows(self) -> list[dict[str, Any]]:
        """A flat row per leader-year: probabilities by target, way and reference, what happened."""
        return flat_rows(self)

    def to_frame(self) -> pd.DataFrame:
        """`rows` as a table."""
        return framed(self.rows())


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a panel is tested, and how.

    worlds: simulated a row; corps: generals one by one; knowledge: what structural parameters are
    drawn from, None for the sample fitted on the years before each window; sample: so many rows by
    lot, None for all; personalists: rulers of regimes with a personal element alone; train_to,
    windows_from: years (see the module); workers: threads.
    """

    worlds: int = WORLDS
    seed: int = 1
    corps: int = CORPS
    knowledge: str | Posterior | None = None
    sample: int | None = None
    personalists: bool = False
    train_to: int | None = None
    windows_from: int | None = None
    workers: int | None = None


def backtest_panel(
    panel: str | Path | Sequence[LeaderYear] | None = None,
    asked: Asked | None = None,
    on_progress: Progress | None = None,
) -> PanelBacktest:
    """Predict leader-years and score those whose end is known, beside references.

    panel: a CSV file, rows that were read, or None for the shipped ones; the same seed gives the
    same numbers, whatever other rows there are. on_progress(done, of) as rows are simulated. Raises
    PanelFileError, OutOfRange, UnknownName.
    """
    ask = _checked(asked or Asked())
    everyone = _read(panel)
    rows = tuple(row for row in everyone if row.personalist) if ask.personalists else everyone
    plan = split(rows, ask)
    tested, window = _tested(rows, plan, ask)
    ways = _simulated(tested, window, plan, ask, on_progress)
    return judge(tested, window, ways, everyone, ask, plan)


def _simulated(
    tested: Sequence[LeaderYear],
    window: NDArray[np.int64],
    plan: Sequence[Span],
    ask: Asked,
    tell: Progress | None,
) -> Floats:
    """Every row's probability of each way, by the sample of its window."""
    samples, _, _ = drawn_from([span.first for span in plan], ask.knowledge)
    ways, done = np.zeros((len(tested), len(EXITS))), 0
    for k, sample in enumerate(samples):
        at = np.flatnonzero(window == k)
        drawn = Drawn(ask.worlds, ask.seed, ask.corps, sample, ask.workers or _cores())
        before = done

        def told(number: int, of: int, before: int = before) -> None:
            if tell is not None:
                tell(before + number, len(tested))

        ways[at] = chances([tested[j] for j in at.tolist()], drawn, told)
        done += len(at)
    return ways


def judge(
    tested: Sequence[LeaderYear],
    window: NDArray[np.int64],
    ways: Floats,
    everyone: Sequence[LeaderYear],
    ask: Asked,
    plan: Sequence[Span],
) -> PanelBacktest:
    """Fit the references and score everybody on rows whose ways are simulated already."""
    y = outcomes(tested)
    model = targets_of(ways, EXITS)
    others, spans, notes = _references(tested, window, everyone, ask, plan)
    said = {target: {"model": model[target]} | others[target] for target in TARGETS}
    for target in TARGETS:
        said[target]["mean"] = mean_log_odds(said[target]["model"], said[target]["logit"])
    kept = ask.knowledge is None
    only = all(row.personalist for row in tested)
    weighed = [blend_panel.weights(one.train_to, ask.personalists, only, kept) for one in plan]
    for target, p in blend_panel.blended(said, window, weighed).items():
        said[target]["blend"] = p
    known = np.isfinite(y["any"])
    drawn = drawn_again([row.who for row in tested], ask.seed)
    targets = {t: _target(said[t], y[t], window, drawn) for t in TARGETS} if known.any() else {}
    _, learned, about = drawn_from([span.first for span in plan], ask.knowledge)
    return PanelBacktest(
        rows_tested=tuple(tested),
        spans=tuple(spans),
        window=window,
        ways=ways,
        said=said,
        targets=targets,
        groups=strata(tested, model, y) if known.any() else {},
        blend=tuple(weighed),
        about={
            "worlds": ask.worlds,
            "seed": ask.seed,
            "simulated_generals": ask.corps,
            "learned_from": learned,
            "personalists_only": ask.personalists,
            "sample": ask.sample,
        },
        notes=(*_notes(tested, known, learned), _blend_note(weighed), *about, *notes),
    )


def _checked(ask: Asked) -> Asked:
    """The request, or a message. Raises OutOfRange, UnknownName."""
    whole("worlds", ask.worlds, 16, limits.MOST_REPLICATES)
    whole("seed", ask.seed, 0, limits.LARGEST_SEED)
    whole("corps", ask.corps, limits.FEWEST_GENERALS, limits.MOST_GENERALS)
    if ask.sample is not None:
        whole("sample", ask.sample, 1, 1_000_000)
    if ask.workers is not None:
        whole("workers", ask.workers, 1, limits.MOST_WORKERS)
    if ask.train_to is not None and ask.windows_from is not None:
        raise OutOfRange("train_to and windows_from: both given - expected one of them")
    if isinstance(ask.knowledge, str):
        posterior(ask.knowledge)
    return ask


def _cores() -> int:
    return min(limits.MOST_WORKERS, os.cpu_count() or 1)


def _read(raw: object) -> tuple[LeaderYear, ...]:
    if raw is None or isinstance(raw, str | os.PathLike):
        return read_panel(raw if raw is None else path("panel", raw))
    found = tuple(raw) if isinstance(raw, Sequence) else ()
    if not found or not all(isinstance(one, LeaderYear) for one in found):
        raise RegimeSimError("panel: expected a CSV file, or leader-years that were read")
    return found


def split(rows: Sequence[LeaderYear], ask: Asked) -> tuple[Span, ...]:
    """The windows. Raises OutOfRange where no row is left to be tested."""
    if not rows:
        kind = " of a personalist" if ask.personalists else ""
        raise OutOfRange(f"panel: no leader-year{kind} - expected at least one")
    years = sorted({row.year for row in rows})
    first, last = years[0], years[-1]
    scored = any(row.left.out is not None and row.year <= SHIPPED_TO for row in rows)
    if ask.train_to is not None:
        spans = [Span(ask.train_to, ask.train_to + 1, last)]
    elif ask.windows_from is None and (last > SHIPPED_TO or not scored):
        # a file of rows after the shipped panel's years (or of unscored rows): all that is later
        begin = SHIPPED_TO + 1 if last > SHIPPED_TO else first
        spans = [Span(begin - 1, begin, last)]
    else:
        begin = first + FIRST_WINDOW if ask.windows_from is None else ask.windows_from
        spans = [Span(year - 1, year, year + WINDOW - 1) for year in range(begin, last + 1, WINDOW)]
    if not any(span.first <= row.year <= span.last for span in spans for row in rows):
        asked = ask.train_to if ask.train_to is not None else ask.windows_from
        said = f"from {first} to {last}" + ("" if asked is None else f", asked to begin at {asked}")
        raise OutOfRange(f"panel: no row to be tested: years {said} - expected an earlier year")
    return tuple(spans)


def _tested(
    rows: Sequence[LeaderYear], plan: Sequence[Span], ask: Asked
) -> tuple[tuple[LeaderYear, ...], NDArray[np.int64]]:
    """The rows that are tested, in order, and the window of each; a sample by lot if asked."""
    pairs = [
        (row, k)
        for row in rows
        for k, span in enumerate(plan)
        if span.first <= row.year <= span.last
    ]
    if ask.sample is not None and ask.sample < len(pairs):
        lot = np.random.default_rng([ask.seed, len(pairs)]).permutation(len(pairs))
        pairs = [pairs[k] for k in sorted(lot[: ask.sample].tolist())]
    return tuple(row for row, _ in pairs), np.array([k for _, k in pairs], np.int64)


def outcomes(rows: Sequence[LeaderYear]) -> dict[str, Floats]:
    """What happened by target, (n,) 0 or 1, nan where the file does not say."""
    return {target: happened(rows, target) for target in TARGETS}


def _references(
    tested: Sequence[LeaderYear],
    window: NDArray[np.int64],
    everyone: Sequence[LeaderYear],
    ask: Asked,
    plan: Sequence[Span],
) -> tuple[dict[str, dict[str, Floats]], list[Span], list[str]]:
    """Each reference's probabilities by target, the windows as fitted, and notes."""
    trees = references.TREES if references.has_trees() else ()
    full = (*references.SIMPLE, *trees, *(("logit_all",) if ask.personalists else ()))
    which = {t: full if t in MAIN else ("climatology", "logit") for t in TARGETS}
    said = {t: {one: np.full(len(tested), np.nan) for one in which[t]} for t in TARGETS}
    notes, spans, borrowed = [], [], False
    names, x = references.table(tested)
    for k, span in enumerate(plan):
        at = np.flatnonzero(window == k)
        past, own = _training(everyone, span.train_to)
        borrowed |= not own
        mine = [row for row in past if row.personalist] if ask.personalists else past
        spans.append(Span(*_years(span), len(mine), int(np.nansum(outcomes(mine)["any"]))))
        if not at.size:
            continue
        alone = {t: [one for one in which[t] if one != "logit_all"] for t in TARGETS}
        fitted = references.forecasts(_table(mine), x[at], names, alone)
        if ask.personalists:
            wide = references.forecasts(_table(past), x[at], names, {t: ["logit"] for t in MAIN})
            for target in MAIN:
                fitted[target]["logit_all"] = wide[target]["logit"]
        for target in TARGETS:
            for one, p in fitted[target].items():
                said[target][one][at] = p
    if borrowed:
        notes.append(
            f"References are fitted on the shipped panel (to {SHIPPED_TO}) where the file has fewer"
            f" than {LEAST_EXITS} exits before a window."
        )
    if not trees:
        notes.append(
            "A random forest and gradient boosting are left out: scikit-learn is not installed"
            f' (pip install "regime-sim[{references.EXTRA}]").'
        )
    return said, spans, notes


def _years(span: Span) -> tuple[int, int, int]:
    return span.train_to, span.first, span.last


def _table(rows: Sequence[LeaderYear]) -> dict[str, Floats]:
    """Training rows as covariates and outcomes."""
    return {"x": references.table(rows)[1]} | outcomes(rows)


def _training(everyone: Sequence[LeaderYear], train_to: int) -> tuple[tuple[LeaderYear, ...], bool]:
    """Scored rows up to a year, and whether they are the file's own."""
    own = _until(everyone, train_to)
    if sum(bool(row.left.out) for row in own) >= LEAST_EXITS:
        return own, True
    return _until(read_panel(), train_to), False


def _until(rows: Sequence[LeaderYear], year: int) -> tuple[LeaderYear, ...]:
    return tuple(row for row in rows if row.year <= year and row.left.out is not None)


def _target(
    said: Mapping[str, Floats], y: Floats, window: NDArray[np.int64], drawn: Floats
) -> Target:
    """Every forecaster judged on the rows of which the file says whether this happened."""
    known = np.isfinite(y)
    by = Judged(y[known], said["climatology"][known], window[known], drawn[:, known])
    parts = {who: p[known] for who, p in said.items()}
    found = {who: by_draw(p, by) for who, p in parts.items()}
    law = [who for who in ("model", "blend", "mean") if who in parts]
    return Target(
        n=int(known.sum()),
        events=int(y[known].sum()),
        scores={who: score(one) for who, one in found.items()},
        differences={
            who: {
                other: difference(found[who], one)
                for other, one in found.items()
                if other not in law
            }
            for who in law
        },
        bins={who: bins(p, by.y) for who, p in parts.items() if who != "climatology"},
    )


def _notes(tested: Sequence[LeaderYear], known: NDArray[np.bool_], learned: str) -> list[str]:
    """What a reader must know before believing a score."""
    notes = [
        (
            "Every row is simulated for 52 weeks from 1 January from what was known the year"
            " before; the law's numbers are drawn from"
            + (
                " the priors of the parameter table."
                if learned == "prior"
                else f" a sample fitted on {BY_WINDOW} and on nothing later."
                if learned == BY_WINDOW
                else f" the sample learned from {learned}."
            )
        ),
        (
            "Regime types and personal power are coded with hindsight by their sources, for every"
            " forecaster alike."
        ),
        (
            "mean is the plain mean of model and logit in log odds, with nothing fitted. skill:"
            " against the rate of the training rows. Intervals: rulers drawn again with all their"
            " years."
        ),
    ]
    if not known.all():
        notes.append(f"{int((~known).sum())} of {len(tested)} rows have no known end: not scored.")
    return notes


def _blend_note(weighed: Sequence[Mapping[str, Weights]]) -> str:
    """What the blend is, and on how many rows its weights were fitted."""
    rows = [one["any"].rows for one in weighed]
    parts = (
        "blend is the forecast that stands beside the law: its log odds, those of the logits and"
        " of the hazard of years and age, weighed and added, with a level;"
    )
    if not any(rows):
        return f"{parts} here weights are equal and the level is 0: nothing was fitted."
    return (
        f"{parts} weights and level are fitted on shipped leader-years before each window"
        f" ({min(rows):,} to {max(rows):,} rows; 0: equal weights). The law is never changed by it."
    )


__all__ = ["WORLDS", "Asked", "PanelBacktest", "Span", "Target", "backtest_panel", "judge", "split"]
