"""The blend for coded episodes: the law, a logit on codings that does not over-sample exits, and
the ordinary rate of personalist rulers; simulates nothing.

The logit reads the fourteen codings and is fitted on the shipped calibration cases, weighted so
that POPULATION of them end in an exit, and on the episodes that a rule drew, as they are: famous
cases were chosen because they ended (at the same codings their log odds of an exit lie about 2
above those drawn by rule). Whatever is said of an episode, logit and weights are fitted without any
episode of its country. Weights see the law as it was kept (`said`), of the old cases by samples
refitted without them; where the law is another one, weights are equal and the level is 0.

An episode that was coded twice is said by both codings; their probabilities are averaged. The range
is 90% by the distance of the parts from each other and of coders from each other, both in log
odds: not the error of a frequency, but how far the answer depends on whom one asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..statistics.logit import Logit, choose_penalty, fit, stratified_folds
from ..statistics.resampling import class_weights
from .base_rates import base_rate
from .blend import Weights, blend, ends, equal, log_odds, spread
from .blend import fit as fit_weights
from .cases import Case, read_cases
from .forecasts import codes, went
from .said import held_said, rule_cases

Floats = NDArray[np.float64]
PARTS = ("model", "logit", "base_rate")
TRAINING = "calibration"
POPULATION = 0.15  # of episodes that nobody picked for their end, about so many end in an exit
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Blended:
    """out, low, high (n,): the blend with its 90% range; parts: each part's P(out), (n,), averaged
    over the codings of an episode; weights: by episode; coders (n,): codings that were read.
    """

    out: Floats
    low: Floats
    high: Floats
    parts: Mapping[str, Floats]
    weights: tuple[Weights, ...]
    coders: NDArray[np.int64]
    by_coder: tuple[tuple[float, ...], ...]


def blended(
    cases: Sequence[Case],
    law: Floats,
    second: Mapping[str, tuple[Case, float]] | None = None,
    kept: bool = True,
) -> Blended:
    """Blend what the law says of episodes, (n,), with the other parts. second: a second coding and
    what the law says of it, by id; kept: whether the law is the kept one.
    """
    again = second or {}
    by = [_weights(_place(case), kept) for case in cases]
    parts = _parts(cases, law)
    twice = np.array([case.id in again for case in cases], np.bool_)
    others = _parts(
        [again[case.id][0] if case.id in again else case for case in cases],
        np.array([again[c.id][1] if c.id in again else p for c, p in zip(cases, law, strict=True)]),
    )
    each = (_each(parts, by), _each(others, by))
    out = (each[0] + each[1]) / 2.0
    mean = {name: (parts[name] + others[name]) / 2.0 for name in PARTS}
    apart = np.array(
        [
            float(spread({name: mean[name][k] for name in PARTS}, weigh))
            for k, weigh in enumerate(by)
        ]
    )
    own = (log_odds(each[0]) - log_odds(each[1])) ** 2 / 2.0
    coders = np.where(twice, own, _coders())
    low, high = ends(out, np.sqrt(apart**2 + coders))
    said = tuple(
        (float(a), float(b)) if two else (float(a),)
        for a, b, two in zip(*each, twice.tolist(), strict=True)
    )
    return Blended(out, low, high, mean, tuple(by), 1 + twice.astype(np.int64), said)


def _each(parts: Mapping[str, Floats], by: Sequence[Weights]) -> Floats:
    """The blend of each episode by its own weights."""
    return np.array(
        [
            float(blend({name: parts[name][k] for name in PARTS}, weigh))
            for k, weigh in enumerate(by)
        ]
    )


def _parts(cases: Sequence[Case], law: Floats) -> dict[str, Floats]:
    """What each part says, no fit having seen an episode of the same country."""
    logit = np.zeros(len(cases))
    places = [_place(case) for case in cases]
    for place in dict.fromkeys(places):
        at = [k for k, one in enumerate(places) if one == place]
        logit[at] = _logit(place).predict(codes([cases[k] for k in at]))
    ordinary = np.array([base_rate("leader_out", case.horizon) for case in cases])
    return {"model": np.asarray(law, np.float64), "logit": logit, "base_rate": ordinary}


def _place(case: Case) -> str:
    """What an episode shares with others that may not be seen: its country, else its id alone."""
    return case.country.strip().lower() or _known().get(case.id, case.id)


@cache
def _known() -> dict[str, str]:
    """The country of each shipped episode, for files that name no country."""
    return {case.id: case.country.strip().lower() for case in (*read_cases(), *rule_cases())}


@cache
def _training() -> tuple[tuple[Case, ...], Floats]:
    """Episodes that logit and weights are fitted on, and how often each counts, (n,)."""
    old = [case for case in read_cases() if case.split == TRAINING and case.scored]
    rule = [case for case in rule_cases() if case.scored]
    counts = np.r_[class_weights(went(old), POPULATION), np.ones(len(rule))]
    return (*old, *rule), counts


def _without(place: str) -> NDArray[np.bool_]:
    return np.array([_place(case) != place for case in _training()[0]], np.bool_)


@cache
def _logit(place: str) -> Logit:
    """The logit fitted without a country."""
    learnt, counts = _training()
    keep = _without(place)
    x, y, w = codes(learnt)[keep], went(learnt)[keep], counts[keep]
    return fit(x, y, choose_penalty(x, y, stratified_folds(y, FOLDS), w), w)


def _weights(place: str, kept: bool) -> Weights:
    """The weights for episodes of a country."""
    return _fitted(place) if kept and held_said() is not None else equal(PARTS)


@cache
def _fitted(place: str) -> Weights:
    """Weights from what the parts said of all other countries' training episodes."""
    learnt, counts = _training()
    keep = _without(place)
    parts = {name: p[keep] for name, p in _earlier().items()}
    return fit_weights(parts, went(learnt)[keep], counts[keep])


@cache
def _earlier() -> dict[str, Floats]:
    """What each part says of the training episodes, the law as it was kept."""
    held, learnt = held_said(), _training()[0]
    if held is None:
        raise AssertionError("no kept episodes")
    law = dict(zip((case.id for case in held.episodes), held.out.tolist(), strict=True))
    return _parts(learnt, np.array([law[case.id] for case in learnt]))


@cache
def _coders() -> float:
    """The usual variance between two coders of one episode, in log odds: half the mean squared
    difference over the shipped episodes that were coded twice; 0 where the law was not kept.
    """
    held = held_said()
    if held is None or not held.second:
        return 0.0
    first = {case.id: k for k, case in enumerate(held.episodes)}
    at = [first[case.id] for case in held.second]
    cases = [held.episodes[k] for k in at]
    by = [_weights(_place(case), True) for case in cases]
    one, two = (
        _each(_parts(coded, law), by)
        for coded, law in ((cases, held.out[at]), (held.second, held.second_out))
    )
    return float(((log_odds(one) - log_odds(two)) ** 2).mean() / 2.0)


__all__ = ["PARTS", "POPULATION", "Blended", "blended"]
