"""What the model card says of history at scale: leader-years out of time, episodes by rule, old
ones, coders, each from what the law was kept to say; simulates and prints nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..statistics import scores
from ..statistics.resampling import Score, average, concordance, counts
from .blend_episodes import Blended, blended
from .cases import CODINGS, Case
from .forecasts import seen_categories, went
from .kept_panel import kept_panel
from .panel_backtest import PanelBacktest
from .said import RULE, Said, held_said, rule_cases, second_codings

Floats = NDArray[np.float64]
TRAIN_TO, WINDOWS_FROM = 1989, 1965


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One way of testing leader-years: words for a reader, and what came out."""

    words: str
    found: PanelBacktest


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Forecasters on one set of episodes: scores[who][brier | auc | mean_p], the law's share of
    exits whose likeliest way was right (`modes`), the share that went.
    """

    words: str
    n: int
    exits: int
    scores: dict[str, dict[str, Score]]
    modes: Score


@dataclass(frozen=True, slots=True)
class Miss:
    """An episode that the blend got wrong most, and what both said."""

    case: Case
    law: float
    blend: float


@dataclass(frozen=True, slots=True)
class Coders:
    """Two coders of the same episodes: how many, the mean distance of a coding, of what the law
    says, of what the blend says, and the blend's Brier score by the first, the second and both.
    """

    n: int
    coding: float
    law: float
    blend: float
    brier: tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class SecondEdition:
    """All of it. misses: the largest of the blend, a ruler once."""

    panels: tuple[Panel, ...]
    episodes: tuple[Judged, ...]
    misses: tuple[Miss, ...]
    coders: Coders


def second_edition(seed: int = 1, misses: int = 3) -> SecondEdition | None:
    """Judge what the law was kept to say; None where it was not kept for this model."""
    held = held_said()
    if held is None:
        return None
    asked = (
        ("personalists, 1965 to 1999, fitted again every five years", True, None, WINDOWS_FROM),
        ("personalists, 1990 to 1999", True, TRAIN_TO, None),
        ("all autocracies, 1965 to 1999, every five years", False, None, WINDOWS_FROM),
        ("all autocracies, 1990 to 1999", False, TRAIN_TO, None),
    )
    panels = []
    for words, personalists, train_to, windows_from in asked:
        found = kept_panel(personalists, train_to, windows_from)
        if found is not None:
            panels.append(Panel(words, found))
    mixed = blended(held.episodes, held.out)
    return SecondEdition(
        tuple(panels),
        tuple(_judged(held, mixed, seed)),
        _misses(held, mixed, misses),
        _coders(held, mixed),
    )


def _judged(held: Said, mixed: Blended, seed: int) -> list[Judged]:
    """The sets of episodes: by rule, old ones for calibration, old ones of development."""
    rule = {case.id for case in rule_cases()}
    found = []
    for words, keep in (
        (f"drawn by rule (`{RULE}`)", lambda case: case.id in rule),
        ("old, calibration, out of fold", lambda case: case.split == "calibration"),
        ("old, development", lambda case: case.split == "development"),
    ):
        at = [
            k
            for k, case in enumerate(held.episodes)
            if case.scored and keep(case) and (case.id in rule) == words.startswith("drawn")
        ]
        cases = [held.episodes[k] for k in at]
        y, drawn = went(cases), counts(len(at), seed)
        said = {
            "law": held.out[at],
            "blend": mixed.out[at],
            "logit": mixed.parts["logit"][at],
            "rate": mixed.parts["base_rate"][at],
        }
        likeliest = np.where(y > 0.5, _likeliest(held.categories[at], cases), np.nan)
        found.append(
            Judged(
                words,
                len(at),
                int(y.sum()),
                {who: _scores(p, y, drawn) for who, p in said.items()},
                average(likeliest, drawn),
            )
        )
    return found


def _likeliest(categories: Floats, cases: Sequence[Case]) -> Floats:
    """1 where the likeliest way of leaving, staying left out, may be what happened."""
    ways = categories.copy()
    ways[:, 0] = -1.0
    return scores.category_hit(ways, seen_categories(cases))


def _scores(p: Floats, y: Floats, drawn: Floats) -> dict[str, Score]:
    return {
        "brier": average(scores.brier(p, y), drawn),
        "auc": concordance(p, y, drawn),
        "mean_p": average(p, drawn),
    }


def _misses(held: Said, mixed: Blended, number: int) -> tuple[Miss, ...]:
    """The episodes that the blend got wrong most, a ruler once."""
    known = [k for k, case in enumerate(held.episodes) if case.scored]
    y = went(held.episodes)
    known.sort(key=lambda k: -abs(float(mixed.out[k]) - float(y[k])))
    found: dict[str, Miss] = {}
    for k in known:
        case = held.episodes[k]
        miss = Miss(case, float(held.out[k]), float(mixed.out[k]))
        found.setdefault(f"{case.country}|{case.leader}", miss)
    return tuple(found.values())[:number]


def _coders(held: Said, mixed: Blended) -> Coders:
    """How far two coders of the same episodes are apart."""
    first = {case.id: k for k, case in enumerate(held.episodes)}
    at = [first[case.id] for case in held.second]
    cases = [held.episodes[k] for k in at]
    again = blended(held.second, held.second_out)
    y = went(cases)
    apart = [
        abs(a - b)
        for one, two in zip(cases, second_codings(), strict=True)
        for name in CODINGS
        if (a := one.codes[name]) is not None and (b := two.codes[name]) is not None
    ]
    one, two = mixed.out[at], again.out
    brier = tuple(float(scores.brier(p, y).mean()) for p in (one, two, (one + two) / 2.0))
    return Coders(
        len(at),
        float(np.mean(apart)),
        float(np.abs(held.out[at] - held.second_out).mean()),
        float(np.abs(one - two).mean()),
        (brier[0], brier[1], brier[2]),
    )


__all__ = ["Coders", "Judged", "Miss", "Panel", "SecondEdition", "second_edition"]
