"""Calibration: what leader-years, observed rates and coded episodes say of the structural
parameters, as joint samples that runs draw from; simulates only through `design` and `rows`.

Prior: the parameter table, as independent standard normals z. Steps, checked by simulation-based
calibration (Talts et al. 2018) against a twin that boasts:

1. `rates`. Emulators of what the model counts, fitted on a Sobol' design; likelihood of what the
  panel's leader-years did, by group and way, and of the observed rates; normal on their own scales,
  with the covariance of what the emulators miss measured on settings that they never saw;
  elliptical slice sampling. A second design, drawn from the first answer, brings the emulators to
  level where it matters, and the sampling is done again. No episode is looked at.
  The same from the panel's years before 1965, 1970 ... alone, and from no other figure: the samples
  that leader-years are judged by out of time.
2. `cases`. One world of every episode at each of thousands of draws from step 1; the parameters are
  regressed on how the episodes ended, and the draws moved to how they did end (Beaumont, Zhang &
  Balding 2002, without a rejection step; an ensemble smoother), under weights that undo the
  over-sampling of exits among episodes chosen for their fame.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.parameter_draws import parameters_at
from ..facts.parameters import STRUCTURAL_NAMES
from ..facts.places import cache_folder
from ..history.cases import Case
from ..history.fold_samples import FILE as FOLDS_FILE
from ..history.fold_samples import WINDOWS_FILE, save_fold_samples
from ..history.forecasts import PARTS, folds
from ..history.panel import LeaderYear
from ..provenance import model_mark, sha256
from ..statistics.emulator import Linear, Reals, better, binomial, elliptical_slice, joined, poisson
from ..store import disk
from .design import (
    CAUSES,
    COUNTED,
    LEARNED,
    OF_KINDS,
    OF_ROWS,
    RATES,
    Ints,
    Runs,
    Size,
    Target,
    run_settings,
    worlds_of,
)
from .rows import (
    Group,
    RowRuns,
    counts,
    groups_to,
    personalist_figures,
    run_panel,
    simulated,
    targets_to,
)

# of rulers under acute pressure at large, who leaves within two years: 6 of the 49 that were drawn
# by rule, and a little more, as old episodes are of longer pressure (judgement)
SHARE_OUT = 0.15
WAY_WEIGHT = 0.5  # of the way he went, beside whether he went: one coder, knowing the outcome
RULE = "rule"  # the split of episodes that were drawn by rule
RIDGE = 100.0  # of the regression on the episodes, in draws
CHAINS, BURN, THIN = 256, 2400, 40
SAMPLE = 512
WINDOW_SAMPLE = 128
# futures of a held-out setting: enough for its figures, and one world of each episode, as history
# is
TEST = Size(512, 256, 128, 1)
EPISODES_ONLY = Size(0, 0, 0, 1)
BOAST = 4.0  # how many times its data the twin pretends to have
# a parameter that keeps this share of its prior's spread, and whose mean moves by less, is called
# not identified
FLAT, STILL = 0.9, 0.3
IRREGULAR_CAUSES = ("coup", "rebellion", "uprising", "foreign_removal")
OTHER_RATE = 0.014  # a year: deaths and the rarest causes, which hardly move
LAST = 1999  # of the panel's years
# first years of windows: each is judged by a sample of the years before it alone
WINDOWS = (1965, 1970, 1975, 1980, 1985, 1990, 1995)


# ---- step 1: leader-years and rates


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What n settings did: log-rate columns first, then log-odds columns.

    names (columns,); events and exposure (n, columns); rates: how many columns are rates.
    """

    z: Reals
    names: tuple[str, ...]
    events: Reals
    exposure: Reals
    rates: int

    def part(self, which: NDArray[np.bool_]) -> Counted:
        """Some of the settings."""
        return Counted(
            self.z[which], self.names, self.events[which], self.exposure[which], self.rates
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures are fitted: groups of the panel's rows up to a year; `all`: and the rest."""

    groups: tuple[Group, ...]
    targets: tuple[Target, ...]
    last: int
    all: bool

    @classmethod
    def of(cls, panel: Sequence[LeaderYear], last: int, everything: bool) -> Asked:
        """What the panel says up to a year."""
        groups = groups_to(panel, last)
        targets = targets_to(panel, groups, last)
        return cls(
            groups, (*targets, *OF_ROWS, *OF_KINDS) if everything else targets, last, everything
        )


def counted(runs: Runs, rows: RowRuns, asked: Asked) -> Counted:
    """Everything that is asked for, as counts."""
    events, exposure = counts(rows, asked.groups, asked.last)
    names = tuple(f"{group.way}_{group.name}" for group in asked.groups)
    if not asked.all:
        return Counted(runs.z, names, events, exposure, len(names))
    r = len(RATES)
    own_events, own_exposure = personalist_figures(rows, asked.last)
    return Counted(
        runs.z,
        (*names, "breakdown", "attempts", *RATES, "success", *COUNTED[r:]),
        np.hstack(
            [events, own_events[:, :2], runs.events[:, :r], own_events[:, 2:], runs.events[:, r:]]
        ),
        np.hstack(
            [
                exposure,
                own_exposure[:, :2],
                runs.exposure[:, :r],
                own_exposure[:, 2:],
                runs.exposure[:, r:],
            ]
        ),
        len(names) + 2 + r,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Emulated:
    """Emulators: log rates of the causes of exit (None where they are not asked for); log rates and
    log odds of all that is counted, given those too.

    A sum of rates that are each a product of effects is no product of effects: hence what is
    counted is fitted on z and on the logs of the causes' sums.
    """

    causes: Linear | None
    counted: Linear
    plus: Ints
    minus: Ints

    def figures(self, z: Reals) -> Reals:
        """The targets' figures (n, targets) at z (n, d)."""
        found = self.counted.at(features(self.causes, z))
        return found[:, self.plus] - np.where(self.minus >= 0, found[:, self.minus], 0.0)


def features(causes: Linear | None, z: Reals) -> Reals:
    """z (n, d) and the logs of two sums over the causes' rates: (n, d + 2)."""
    if causes is None:
        return z
    rate = np.exp(causes.at(z))
    irregular = rate[:, [CAUSES.index(one) for one in IRREGULAR_CAUSES]].sum(axis=1)
    return np.column_stack([z, np.log(rate.sum(axis=1) + OTHER_RATE), np.log(irregular)])


def _fit(x: Reals, seen: Counted) -> Linear:
    r = seen.rates
    rates = poisson(x, seen.events[:, :r], seen.exposure[:, :r])
    if r == len(seen.names):
        return rates
    return joined(rates, binomial(x, seen.events[:, r:], seen.exposure[:, r:]))


def places(seen: Counted, targets: Sequence[Target]) -> tuple[Ints, Ints]:
    """Columns whose difference is each target's figure; -1 where nothing is taken off."""
    plus = [seen.names.index(t.plus) for t in targets]
    minus = [seen.names.index(t.minus) if t.minus else -1 for t in targets]
    return np.array(plus, np.int64), np.array(minus, np.int64)


def emulate(seen: Counted, targets: Sequence[Target]) -> Emulated:
    """Fit each emulator with or without the sums, whichever misses less at held-out settings."""
    plus, minus = places(seen, targets)
    if not set(CAUSES) <= set(seen.names):
        return Emulated(None, _fit(seen.z, seen), plus, minus)
    cause = [seen.names.index(one) for one in CAUSES]
    causes = poisson(seen.z, seen.events[:, cause], seen.exposure[:, cause])
    plain = np.column_stack([seen.z, np.zeros((len(seen.z), 2))])
    fits = [_fit(x, seen) for x in (plain, features(causes, seen.z))]
    return Emulated(causes, better(*fits), plus, minus)


def figures_of(seen: Counted, plus: Ints, minus: Ints) -> Reals:
    """The targets' figures (n, targets) by direct counting."""
    events, rest = seen.events + 0.5, seen.exposure - seen.events + 0.5
    share = np.arange(len(seen.names)) >= seen.rates
    value = np.where(
        share,
        np.log(events / np.where(share, rest, 1.0)),
        np.log(events / (seen.exposure + 1e-9)),
    )
    return np.asarray(value[:, plus] - np.where(minus >= 0, value[:, minus], 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """Log likelihood of figures: normal about the emulators, with history's own uncertainty and the
    covariance of what the emulators miss.

    observed, sd (targets,); level (targets,): what the emulators miss on average; weight (targets,
    targets): inverse of the covariance. `sharpen` above 1 pretends to more data than there are.
    """

    emulated: Emulated
    observed: Reals
    sd: Reals
    level: Reals
    weight: Reals

    def __call__(self, z: Reals, seen: Reals | None = None, sharpen: float = 1.0) -> Reals:
        """(n,) at z (n, d), of figures `seen` (n, targets), else those that were observed."""
        off = self.emulated.figures(z) + self.level - (self.observed if seen is None else seen)
        return np.asarray(-0.5 * sharpen * ((off @ self.weight) * off).sum(axis=1))


def likelihood_of(
    emulated: Emulated, held: Counted, targets: Sequence[Target], level: bool = False
) -> Likelihood:
    """The likelihood, with the emulators' errors at held-out settings (counting error included);
    level: their mean is taken off.
    """
    missed = figures_of(held, emulated.plus, emulated.minus) - emulated.figures(held.z)
    sd = np.array([t.sd for t in targets])
    return Likelihood(
        emulated,
        np.array([t.value for t in targets]),
        sd,
        missed.mean(axis=0) if level else np.zeros(len(targets)),
        np.linalg.inv(np.diag(sd**2) + np.cov(missed.T)),
    )


def rates_sample(likelihood: Likelihood, number: int, seed: int) -> tuple[Reals, float]:
    """Draws z (number, d) given the figures; largest split R-hat over the best-seen directions."""
    rng = np.random.default_rng(seed)
    chains = min(CHAINS, number)
    start = rng.standard_normal((chains, len(LEARNED)))
    states = elliptical_slice(likelihood, start, max(8, -(-number // chains)), rng, BURN, THIN)
    along = states @ directions(likelihood).T
    return states.reshape(-1, len(LEARNED))[-number:], max(
        r_hat(along[:, :, k]) for k in range(along.shape[2])
    )


def directions(likelihood: Likelihood, number: int = 8) -> Reals:
    """Orthogonal unit vectors of z that the figures see best, by slopes at the prior's centre."""
    d = len(LEARNED)
    slope = (
        likelihood.emulated.figures(0.1 * np.eye(d)) - likelihood.emulated.figures(-0.1 * np.eye(d))
    ).T / 0.2
    whitened = np.linalg.cholesky(likelihood.weight).T @ slope
    return np.asarray(np.linalg.svd(whitened, full_matrices=False)[2][:number])


def r_hat(chains: Reals) -> float:
    """Gelman-Rubin R-hat of chains (steps, chains), each split in halves."""
    half = len(chains) // 2
    parts = np.concatenate([chains[:half], chains[half : 2 * half]], axis=1)
    within, between = parts.var(axis=0, ddof=1).mean(), parts.mean(axis=0).var(ddof=1)
    return float(np.sqrt((half - 1) / half + between / within))


def check_rates(
    likelihood: Likelihood, held: Counted, pool: Reals, sharpen: float = 1.0, seed: int = 5
) -> float:
    """P-value that the ranks of settings in their own posteriors are uniform, on synthetic
    histories of settings `held` that no emulator saw.

    Settings and `pool` (m, d) are drawn alike, from the first answer, which is the prior here:
    the pool, weighed by the likelihood, is the posterior. A synthetic history is a setting's own
    figures, with noise as large as history's.
    """
    rng = np.random.default_rng(seed)
    figures = figures_of(held, likelihood.emulated.plus, likelihood.emulated.minus)
    seen = figures + likelihood.sd * rng.standard_normal(figures.shape)
    along = directions(likelihood).T
    at, truth = pool @ along, held.z @ along
    off = likelihood.emulated.figures(pool) + likelihood.level
    ranks = np.empty_like(truth)
    for k, one in enumerate(seen):
        missed = off - one
        log = -0.5 * sharpen * ((missed @ likelihood.weight) * missed).sum(axis=1)
        weight = np.exp(log - log.max())
        ranks[k] = (weight[:, None] * (at < truth[k])).sum(axis=0) / weight.sum()
    return uniform_p(ranks)


def uniform_p(ranks: Reals) -> float:
    """P-value that ranks (datasets, quantities) are uniform: chi-square in 10 bins, Bonferroni."""
    from scipy.stats import chisquare

    counts_ = (np.histogram(column, bins=10, range=(0.0, 1.0))[0] for column in ranks.T)
    worst = min(chisquare(one).pvalue for one in counts_)
    return float(min(1.0, worst * ranks.shape[1]))


# ---- step 2: cases


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """Parameters z regressed on simulated endings: mean, spread (s,), slope (s, d) per spread."""

    mean: Reals
    spread: Reals
    slope: Reals

    def moved(self, ended: Reals) -> Reals:
        """What endings (n, s) say of z, (n, d), from the mean."""
        return (ended - self.mean) / self.spread @ self.slope


def endings(runs: Runs, out: NDArray[np.bool_], used: NDArray[np.bool_]) -> Reals:
    """One future of each episode in use: out or not; if out, whether as in history; (n, s)."""
    return np.hstack([runs.out[:, used] > 0, runs.hit[:, used & out] > 0]).astype(np.float64)


def regress(z: Reals, ended: Reals) -> Regression:
    """Ridge regression of z (n, d) on endings (n, s)."""
    mean, spread = ended.mean(axis=0), ended.std(axis=0) + 1e-9
    x = (ended - mean) / spread
    penalised = x.T @ x + RIDGE * np.eye(x.shape[1])
    return Regression(mean, spread, np.linalg.solve(penalised, x.T @ (z - z.mean(axis=0))))


def weights_of(cases: Sequence[Case]) -> Reals:
    """What each episode counts, (n,): those drawn by rule 1; those chosen for their fame by weights
    under which SHARE_OUT of them leave, none above 1.
    """
    out, chosen = endings_of(cases), np.array([case.split != RULE for case in cases])
    weight = np.ones(len(cases))
    if not chosen.any():
        return weight
    share = float(np.clip(out[chosen].mean(), 0.01, 0.99))
    own = np.where(out, SHARE_OUT / share, (1.0 - SHARE_OUT) / (1.0 - share))
    return np.where(chosen, own / own[chosen].max(), weight)


def endings_of(cases: Sequence[Case]) -> NDArray[np.bool_]:
    """Who was out by the horizon, (n,)."""
    return np.array([case.observed is not None and case.observed.out for case in cases])


def history(
    regression: Regression, out: NDArray[np.bool_], used: NDArray[np.bool_], weight: Reals
) -> Reals:
    """What history's endings say of z, (d,): each surprise by its weight (n,), and the way he went
    by half.
    """
    ended = np.concatenate([out[used], np.ones((used & out).sum())]).astype(np.float64)
    worth = np.concatenate([weight[used], WAY_WEIGHT * weight[used & out]])
    seen = regression.mean + worth * (ended - regression.mean)
    return np.asarray(regression.moved(seen[None])[0])


def cases_sample(
    runs: Runs, out: NDArray[np.bool_], used: NDArray[np.bool_], weight: Reals, number: int
) -> Reals:
    """Draws of step 1, taken evenly, moved from their own endings to history's; (number, d)."""
    ended = endings(runs, out, used)
    regression = regress(runs.z, ended)
    taken = np.linspace(0, len(runs.z) - 1, number).astype(int)
    return np.asarray(
        runs.z[taken] - regression.moved(ended[taken]) + history(regression, out, used, weight)
    )


def check_cases(runs: Runs, held: Runs, out: NDArray[np.bool_], sharpen: float = 1.0) -> float:
    """P-value that ranks are uniform, refitting on endings that the regression never saw."""
    everything = np.ones(len(out), np.bool_)
    ended = endings(runs, out, everything)
    regression = regress(runs.z, ended)
    along = np.linalg.svd(regression.slope, full_matrices=False)[2][:8].T
    rest = (runs.z - runs.z.mean(axis=0) - regression.moved(ended)) @ along / np.sqrt(sharpen)
    truth = (
        held.z - runs.z.mean(axis=0) - regression.moved(endings(held, out, everything))
    ) @ along
    ranks = [(rest[:, k] < truth[:, k, None]).mean(axis=1) for k in range(along.shape[1])]
    return uniform_p(np.stack(ranks, axis=1))


# ---- what is kept


def learned(sample: Reals) -> tuple[dict[str, list[float]], list[str]]:
    """Parameters that the data moved: [mean, sd] in prior sds; and those left at their prior."""
    moved, flat = {}, []
    for name, mean, sd in zip(LEARNED, sample.mean(axis=0), sample.std(axis=0), strict=True):
        if sd >= FLAT and abs(mean) < STILL:
            flat.append(name)
        else:
            moved[name] = [round(float(mean), 2), round(float(sd), 2)]
    return dict(sorted(moved.items(), key=lambda pair: pair[1][1])), sorted(flat)


def values_of(sample: Reals) -> Reals:
    """Settings (..., d) as parameter values (..., d), in the order of LEARNED."""
    columns = [STRUCTURAL_NAMES.index(one) for one in LEARNED]
    rows = parameters_at(LEARNED, sample.reshape(-1, len(LEARNED)))[:, columns]
    return rows.reshape(sample.shape)


def save(folder: Path, name: str, sample: Reals, about: dict[str, Any]) -> None:
    """Write a sample as parameter values with what made it."""
    disk.make_folder(folder)
    held = io.BytesIO()
    np.save(held, values_of(sample), allow_pickle=False)
    disk.write_file(folder / f"{name}.npy", held.getvalue())
    moved, flat = learned(sample)
    text = {
        "names": list(LEARNED),
        "number": len(sample),
        **about,
        "narrowed": moved,
        "not_identified": flat,
    }
    disk.write_file(folder / f"{name}.json", json.dumps(text, indent=1) + "\n")


def figures_at(
    sample: Reals, panel: Sequence[LeaderYear], rows: int = 128
) -> dict[str, dict[str, float]]:
    """Per target, on its scale: the model's pooled figure, the observed one and its sd."""
    chosen = sample[:: max(1, len(sample) // rows)][:rows]
    asked = Asked.of(panel, LAST, True)
    seen = counted(
        run_settings(worlds_of(()), chosen, Size(256, 128, 64, 1), first=1 << 22),
        run_panel(simulated(panel), chosen, first=1 << 16),
        asked,
    )
    pooled = Counted(
        chosen[:1],
        seen.names,
        seen.events.sum(axis=0, keepdims=True),
        seen.exposure.sum(axis=0, keepdims=True),
        seen.rates,
    )
    found = figures_of(pooled, *places(pooled, asked.targets))[0]
    return {
        t.name: {"model": round(float(v), 3), "observed": round(t.value, 3), "sd": round(t.sd, 3)}
        for t, v in zip(asked.targets, found, strict=True)
    }


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """What was run at some settings: kinds of ordinary worlds, and leader-years."""

    runs: Runs
    rows: RowRuns


def design(
    panel: Sequence[LeaderYear], z: Reals, size: Size | None = None, first: int = 0
) -> Design:
    """Run kinds of ordinary worlds and leader-years at settings z (n, d); no episode."""
    return Design(
        run_settings(worlds_of(()), z, size, first=first << 6),
        run_panel(simulated(panel), z, first=first),
    )


def sobol(settings: int, seed: int) -> Reals:
    """Settings of a Sobol' design of the prior, (n, d)."""
    from scipy.stats import norm, qmc

    drawn = qmc.Sobol(len(LEARNED), seed=np.random.default_rng(seed)).random(settings)
    return np.asarray(norm.ppf(np.clip(drawn, 1e-6, 1 - 1e-6)))


ARRAYS = ("z", "events", "exposure", "out", "hit")


def kept(path: Path, key: str, panel: Sequence[LeaderYear], make: Callable[[], Design]) -> Design:
    """A design's runs: from `path` if made by this model and design, else made and kept there."""
    if path.is_file():
        with np.load(path, allow_pickle=False) as held:
            if str(held["key"]) == key:
                return Design(
                    Runs(*(held[name] for name in ARRAYS)),
                    RowRuns(simulated(panel), held["kept"]),
                )
    made = make()
    arrays: dict[str, Any] = {name: getattr(made.runs, name) for name in ARRAYS}
    text = io.BytesIO()
    np.savez(text, key=np.array(key), kept=made.rows.kept, **arrays)
    disk.make_folder(path.parent)
    disk.write_file(path, text.getvalue())
    return made


@dataclass(frozen=True, slots=True, eq=False)
class First:
    """Both designs of step 1: the prior's, and the one drawn from the first answer; settings of the
    prior that no emulator saw.
    """

    prior: Design
    test: Design
    near: Design

    def likelihood(self, asked: Asked) -> Likelihood:
        """Emulators fitted on the first design and half of the second, levelled on the rest."""
        own, near = (counted(one.runs, one.rows, asked) for one in (self.prior, self.near))
        even = np.arange(len(near.z)) % 2 == 0
        used = near.part(even)
        both = Counted(
            np.vstack([own.z, used.z]),
            own.names,
            np.vstack([own.events, used.events]),
            np.vstack([own.exposure, used.exposure]),
            own.rates,
        )
        emulated = emulate(both, asked.targets)
        return likelihood_of(emulated, near.part(~even), asked.targets, level=True)


def calibrate(
    cases: Sequence[Case],
    panel: Sequence[LeaderYear],
    folder: Path,
    settings: int = 4096,
    held: int = 400,
    seed: int = 7,
) -> dict[str, Any]:
    """Both steps with their checks; writes rates.npy and cases.npy with their .json, the samples
    without each part of the cases, and those of the panel's years before each window.

    settings: of the Sobol' design, and draws of step 1 that the episodes are run at; half as many
    in the second design. The designs' runs are kept in the user's cache, and used again by a later
    call with the same model and design.
    """
    mark, folded = model_mark(), cache_folder()
    key = f"{mark} {panel_mark(panel)} {settings} {held} {seed}"
    prior = kept(
        folded / f"design-{settings}-{held}-{seed}.npz",
        key,
        panel,
        lambda: design(panel, sobol(settings, seed)),
    )
    tested = np.random.default_rng(seed + 1).standard_normal((held, len(LEARNED)))
    test = kept(
        folded / f"design-test-{settings}-{held}-{seed}.npz",
        key,
        panel,
        lambda: design(panel, tested, TEST, first=1 << 14),
    )
    asked = Asked.of(panel, LAST, True)
    wide = likelihood_of(
        emulate(counted(prior.runs, prior.rows, asked), asked.targets),
        counted(test.runs, test.rows, asked),
        asked.targets,
    )
    answer, _ = rates_sample(wide, settings // 2, seed)
    near = kept(
        folded / f"design-near-{settings}-{held}-{seed}.npz",
        key,
        panel,
        lambda: design(panel, answer, first=1 << 15),
    )
    first = First(prior, test, near)
    likelihood = first.likelihood(asked)
    missed = np.sqrt(np.diag(np.linalg.inv(likelihood.weight)) - likelihood.sd**2)
    about: dict[str, Any] = {
        "command": f"regime-sim calibrate --settings {settings} --held {held} --seed {seed}",
        "seed": seed,
        "model": mark,
        "targets": {
            t.name: {"value": round(t.value, 4), "sd": round(t.sd, 4), "source": t.source}
            for t in asked.targets
        },
        "emulator_error": {
            t.name: round(float(v), 3) for t, v in zip(asked.targets, missed, strict=True)
        },
    }
    draws, mixed = rates_sample(likelihood, settings + held, seed)
    rates = draws[np.linspace(0, len(draws) - 1, SAMPLE).astype(int)]
    unseen = counted(near.runs, near.rows, asked).part(np.arange(len(answer)) % 2 == 1)
    pool, _ = rates_sample(wide, settings, seed + 3)
    honest, boastful = (check_rates(likelihood, unseen, pool, s) for s in (1.0, BOAST))
    checks = _checks(honest, boastful, len(unseen.z), "draws of the first answer", rates, panel)
    said: dict[str, Any] = {"rates": checks | {"r_hat": round(mixed, 3)}}
    save(folder, "rates", rates, about | {"learned_from": "leader-years and rates"} | said["rates"])
    windows = [
        rates_sample(first.likelihood(Asked.of(panel, year - 1, False)), WINDOW_SAMPLE, seed)
        for year in WINDOWS
    ]
    last = rates[np.linspace(0, len(rates) - 1, WINDOW_SAMPLE).astype(int)]
    save_fold_samples(
        folder / WINDOWS_FILE,
        LEARNED,
        {str(year): k for k, year in enumerate((*WINDOWS, LAST + 1))},
        np.stack([values_of(one) for one in (*(sample for sample, _ in windows), last)]),
        mark,
    )
    said["cases"] = _fit_cases(cases, panel, folder, draws, held, about)
    return about | said


def _fit_cases(
    cases: Sequence[Case],
    panel: Sequence[LeaderYear],
    folder: Path,
    draws: Reals,
    held: int,
    about: dict[str, Any],
) -> dict[str, Any]:
    """Step 2, and the samples without each part of the cases."""
    order = np.random.default_rng(about["seed"] + 2).permutation(len(draws))
    worlds = worlds_of(cases)
    out, weight = endings_of(cases), weights_of(cases)
    runs = run_settings(worlds, draws[order[held:]], EPISODES_ONLY)
    unseen = run_settings(worlds, draws[order[:held]], EPISODES_ONLY, first=1 << 21)
    everything = np.ones(len(cases), np.bool_)
    sample = cases_sample(runs, out, everything, weight, SAMPLE)
    honest, boastful = (check_cases(runs, unseen, out, sharpen) for sharpen in (1.0, BOAST))
    checks = _checks(honest, boastful, held, "draws of step 1", sample, panel)
    learned_from = {"learned_from": "leader-years, rates and episodes"}
    save(folder, "cases", sample, about | learned_from | checks)
    part = folds(cases)
    samples = (cases_sample(runs, out, part != k, weight, SAMPLE // 2) for k in range(PARTS))
    save_fold_samples(
        folder / FOLDS_FILE,
        LEARNED,
        {case.id: int(k) for case, k in zip(cases, part, strict=True)},
        np.stack([values_of(one) for one in samples]),
        str(about["model"]),
    )
    return checks


def _checks(
    honest: float,
    boastful: float,
    datasets: int,
    of: str,
    sample: Reals,
    panel: Sequence[LeaderYear],
) -> dict[str, Any]:
    """A sample's simulation-based calibration (and a boastful twin's) and the model's figures."""
    return {
        "simulation_based_p": honest,
        "over_confident_p": boastful,
        "datasets": datasets,
        "datasets_are": of,
        "figures": figures_at(sample, panel),
    }


def panel_mark(panel: Sequence[LeaderYear]) -> str:
    """The mark of the leader-years: what was known and what became of them."""
    return sha256(repr(panel).encode())
