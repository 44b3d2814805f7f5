"""Calibration: what observed rates and coded episodes say of the structural parameters, as joint
samples that runs draw from; simulates only through `design`.

Prior: the parameter table, as independent standard normals z. Two steps, each checked by
simulation-based calibration (Talts et al. 2018) against a twin that boasts:

1. `rates`. Emulators of what the model counts, fitted on a Sobol' design; likelihood of the
  observed figures, normal on their own scales, with the covariance of what the emulators miss
  measured on settings that they never saw; elliptical slice sampling. No episode is looked at.
2. `cases`. One world of every episode at each of thousands of draws from step 1; the parameters are
  regressed on how the episodes ended, and the draws moved to how they did end (Beaumont, Zhang &
  Balding 2002, without a rejection step; an ensemble smoother), under weights that undo the
  over-sampling of exits.
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
from ..history.fold_samples import save_fold_samples
from ..history.forecasts import PARTS, folds
from ..provenance import model_mark
from ..statistics.emulator import Linear, Reals, better, binomial, elliptical_slice, joined, poisson
from ..store import disk
from .design import COUNTED, LEARNED, RATES, TARGETS, Runs, Size, run_settings, worlds_of

# of rulers under acute pressure at large, who leaves within two years (episodes picked by rule, not
# by fame; judgement 0.4 to 0.6)
SHARE_OUT = 0.5
WAY_WEIGHT = 0.5  # of the way he went, beside whether he went: one coder, knowing the outcome
RIDGE = 100.0  # of the regression on the episodes, in draws
CHAINS, BURN, THIN = 256, 800, 20
SAMPLE = 512
# futures of a held-out setting: enough for its figures, and one world of each episode, as history
# is
TEST = Size(512, 256, 192, 128, 1)
EPISODES_ONLY = Size(0, 0, 0, 0, 1)
BOAST = 4.0  # how many times its data the twin pretends to have
# a parameter that keeps this share of its prior's spread, and whose mean moves by less, is called
# not identified
FLAT, STILL = 0.9, 0.3
CAUSES = ("coup", "rebellion", "uprising", "regular", "foreign_removal")
IRREGULAR_CAUSES = ("coup", "rebellion", "uprising", "foreign_removal")
OTHER_RATE = 0.014  # a year: deaths and the rarest causes, which hardly move

PLUS = np.array([COUNTED.index(t.plus) for t in TARGETS])
MINUS = np.array([COUNTED.index(t.minus or t.plus) for t in TARGETS])
HAS_MINUS = np.array([bool(t.minus) for t in TARGETS])
OBSERVED = np.array([t.value for t in TARGETS])
SD = np.array([t.sd for t in TARGETS])


# ---- step 1: rates


@dataclass(frozen=True, slots=True, eq=False)
class Emulated:
    """Emulators: log rates of the causes of exit; log rates and log odds of all that is counted,
    given those too.

    A sum of rates that are each a product of effects is no product of effects: hence what is
    counted is fitted on z and on the logs of the causes' sums.
    """

    causes: Linear
    counted: Linear

    def figures(self, z: Reals) -> Reals:
        """The targets' figures (n, targets) at z (n, d)."""
        found = self.counted.at(features(self.causes, z))
        return found[:, PLUS] - np.where(HAS_MINUS, found[:, MINUS], 0.0)


def features(causes: Linear, z: Reals) -> Reals:
    """z (n, d) and the logs of two sums over the causes' rates: (n, d + 2)."""
    rate = np.exp(causes.at(z))
    irregular = rate[:, [CAUSES.index(one) for one in IRREGULAR_CAUSES]].sum(axis=1)
    return np.column_stack([z, np.log(rate.sum(axis=1) + OTHER_RATE), np.log(irregular)])


def emulate(runs: Runs) -> Emulated:
    """Fit each emulator with or without the sums, whichever misses less at held-out settings."""
    r, cause = len(RATES), [COUNTED.index(one) for one in CAUSES]
    causes = poisson(runs.z, runs.events[:, cause], runs.exposure[:, cause])
    plain = np.column_stack([runs.z, np.zeros((len(runs.z), 2))])
    fits = [
        joined(
            poisson(x, runs.events[:, :r], runs.exposure[:, :r]),
            binomial(x, runs.events[:, r:], runs.exposure[:, r:]),
        )
        for x in (plain, features(causes, runs.z))
    ]
    return Emulated(causes, better(*fits))


def figures_of(runs: Runs) -> Reals:
    """The targets' figures (n, targets) by direct counting."""
    events, rest = runs.events + 0.5, runs.exposure - runs.events + 0.5
    share = np.arange(len(COUNTED)) >= len(RATES)
    value = np.where(
        share, np.log(events / np.where(share, rest, 1.0)), np.log(events / (runs.exposure + 1e-9))
    )
    return np.asarray(value[:, PLUS] - np.where(HAS_MINUS, value[:, MINUS], 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """Log likelihood of figures: normal about the emulators, with history's own uncertainty and the
    covariance of what the emulators miss.

    weight (targets, targets): inverse of the covariance; `sharpen` above 1 pretends to more data
    than there are.
    """

    emulated: Emulated
    weight: Reals

    def __call__(self, z: Reals, seen: Reals, sharpen: float = 1.0) -> Reals:
        """(n,) at z (n, d), of figures `seen` (n, targets) or (1, targets)."""
        off = self.emulated.figures(z) - seen
        return np.asarray(-0.5 * sharpen * np.einsum("ij,jk,ik->i", off, self.weight, off))


def likelihood_of(emulated: Emulated, held: Runs) -> Likelihood:
    """The likelihood, with the emulators' errors at held-out settings (counting error included)."""
    missed = np.cov((figures_of(held) - emulated.figures(held.z)).T)
    return Likelihood(emulated, np.linalg.inv(np.diag(SD**2) + missed))


def rates_sample(likelihood: Likelihood, number: int, seed: int) -> tuple[Reals, float]:
    """Draws z (number, d) given the figures; largest split R-hat over the best-seen directions."""
    rng = np.random.default_rng(seed)
    chains = min(CHAINS, number)
    start = rng.standard_normal((chains, len(LEARNED)))
    states = elliptical_slice(
        lambda z: likelihood(z, OBSERVED[None]),
        start,
        max(8, -(-number // chains)),
        rng,
        BURN,
        THIN,
    )
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


def check_rates(likelihood: Likelihood, held: Runs, sharpen: float = 1.0, seed: int = 5) -> float:
    """Refit on the synthetic history of settings drawn from the prior that no emulator saw: p-value
    that their ranks in their own posteriors are uniform.

    A synthetic history is a held-out setting's own figures, with noise as large as history's; every
    one has a chain of its own.
    """
    rng = np.random.default_rng(seed)
    seen = figures_of(held) + SD * rng.standard_normal((len(held.z), len(TARGETS)))
    states = elliptical_slice(
        lambda z: likelihood(z, seen, sharpen),
        rng.standard_normal(held.z.shape),
        99,
        rng,
        600,
        THIN,
    )
    along = directions(likelihood).T
    return uniform_p(((states @ along) < (held.z @ along)[None]).mean(axis=0))


def uniform_p(ranks: Reals) -> float:
    """P-value that ranks (datasets, quantities) are uniform: chi-square in 10 bins, Bonferroni."""
    from scipy.stats import chisquare

    counts = (np.histogram(column, bins=10, range=(0.0, 1.0))[0] for column in ranks.T)
    worst = min(chisquare(one).pvalue for one in counts)
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


def history(regression: Regression, out: NDArray[np.bool_], used: NDArray[np.bool_]) -> Reals:
    """What history's endings say of z, (d,): each surprise counts by a weight that undoes the
    over-sampling of exits, and the way he went by half.
    """
    share = out[used].mean()
    weight = np.where(out, SHARE_OUT / share, (1.0 - SHARE_OUT) / (1.0 - share))
    ended = np.concatenate([out[used], np.ones((used & out).sum())]).astype(np.float64)
    worth = np.concatenate([weight[used], WAY_WEIGHT * weight[used & out]])
    seen = regression.mean + worth * (ended - regression.mean)
    return np.asarray(regression.moved(seen[None])[0])


def cases_sample(runs: Runs, out: NDArray[np.bool_], used: NDArray[np.bool_], number: int) -> Reals:
    """Draws of step 1, taken evenly, moved from their own endings to history's; (number, d)."""
    ended = endings(runs, out, used)
    regression = regress(runs.z, ended)
    taken = np.linspace(0, len(runs.z) - 1, number).astype(int)
    return np.asarray(
        runs.z[taken] - regression.moved(ended[taken]) + history(regression, out, used)
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


def figures_at(sample: Reals, rows: int = 128) -> dict[str, dict[str, float]]:
    """Per target, on its scale: the model's pooled figure, the observed one and its sd."""
    chosen = sample[:: max(1, len(sample) // rows)][:rows]
    runs = run_settings(worlds_of(()), chosen, Size(256, 128, 96, 64, 1), first=1 << 22)
    pooled = Runs(
        chosen[:1],
        runs.events.sum(axis=0, keepdims=True),
        runs.exposure.sum(axis=0, keepdims=True),
        runs.out[:1],
        runs.hit[:1],
    )
    found = figures_of(pooled)[0]
    return {
        t.name: {"model": round(float(v), 3), "observed": round(t.value, 3), "sd": round(t.sd, 3)}
        for t, v in zip(TARGETS, found, strict=True)
    }


def design(settings: int, held: int, seed: int, workers: int = 2) -> tuple[Runs, Runs]:
    """Run a Sobol' design of `settings`, and `held` random draws of the prior; no episode."""
    from scipy.stats import norm, qmc

    d, worlds = len(LEARNED), worlds_of(())
    inside = np.clip(
        qmc.Sobol(d, seed=np.random.default_rng(seed)).random(settings), 1e-6, 1 - 1e-6
    )
    one = run_settings(worlds, np.asarray(norm.ppf(inside)), workers=workers)
    drawn = np.random.default_rng(seed + 1).standard_normal((held, d))
    return one, run_settings(worlds, drawn, TEST, workers, first=1 << 20)


ARRAYS = ("z", "events", "exposure", "out", "hit")


def _kept_design(path: Path, key: str, make: Callable[[], tuple[Runs, Runs]]) -> tuple[Runs, Runs]:
    """The design's runs: from `path` if made by this model and design, else made and kept there."""
    if path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["key"]) == key:
                return _runs(kept, "training"), _runs(kept, "test")
    training, test = make()
    arrays: dict[str, Any] = {
        f"{part}_{name}": getattr(runs, name)
        for part, runs in (("training", training), ("test", test))
        for name in ARRAYS
    }
    held = io.BytesIO()
    np.savez(held, key=np.array(key), **arrays)
    disk.make_folder(path.parent)
    disk.write_file(path, held.getvalue())
    return training, test


def _runs(kept: Any, part: str) -> Runs:
    z, events, exposure, out, hit = (kept[f"{part}_{name}"] for name in ARRAYS)
    return Runs(z, events, exposure, out, hit)


def calibrate(
    cases: Sequence[Case], folder: Path, settings: int = 8192, held: int = 500, seed: int = 7
) -> dict[str, Any]:
    """Both steps with their checks; writes rates.npy and cases.npy with their .json, and the
    samples without each part of the cases.

    settings: of the Sobol' design, and draws of step 1 that the episodes are run at. The design's
    runs are kept in the user's cache, and used again by a later call with the same model and
    design.
    """
    training, test = _kept_design(
        cache_folder() / f"design-{settings}-{held}-{seed}.npz",
        f"{model_mark()} {settings} {held} {seed}",
        lambda: design(settings, held, seed),
    )
    likelihood = likelihood_of(emulate(training), test)
    missed = np.sqrt(np.diag(np.linalg.inv(likelihood.weight)) - SD**2)
    about: dict[str, Any] = {
        "command": f"regime-sim calibrate --settings {settings} --held {held} --seed {seed}",
        "seed": seed,
        "model": model_mark(),
        "targets": {
            t.name: {"value": round(t.value, 4), "sd": round(t.sd, 4), "source": t.source}
            for t in TARGETS
        },
        "emulator_error": {
            t.name: round(float(v), 3) for t, v in zip(TARGETS, missed, strict=True)
        },
    }
    draws, mixed = rates_sample(likelihood, settings + held, seed)
    rates = draws[np.linspace(0, len(draws) - 1, SAMPLE).astype(int)]
    honest, boastful = (check_rates(likelihood, test, sharpen) for sharpen in (1.0, BOAST))
    checks = _checks(honest, boastful, held, "draws of the prior", rates)
    said: dict[str, Any] = {"rates": checks | {"r_hat": round(mixed, 3)}}
    save(folder, "rates", rates, about | {"learned_from": "rates and patterns"} | said["rates"])

    order = np.random.default_rng(seed + 2).permutation(len(draws))
    worlds = worlds_of(cases)
    out = np.array([case.observed is not None and case.observed.out for case in cases])
    runs = run_settings(worlds, draws[order[held:]], EPISODES_ONLY)
    unseen = run_settings(worlds, draws[order[:held]], EPISODES_ONLY, first=1 << 21)
    everything = np.ones(len(cases), np.bool_)
    sample = cases_sample(runs, out, everything, SAMPLE)
    honest, boastful = (check_cases(runs, unseen, out, sharpen) for sharpen in (1.0, BOAST))
    said["cases"] = _checks(honest, boastful, held, "draws of step 1", sample)
    learned_from = {"learned_from": "rates and patterns and cases"}
    save(folder, "cases", sample, about | learned_from | said["cases"])
    part = folds(cases)
    samples = (cases_sample(runs, out, part != k, SAMPLE // 2) for k in range(PARTS))
    rows = np.stack([values_of(one) for one in samples])
    save_fold_samples(
        folder / FOLDS_FILE,
        LEARNED,
        {case.id: int(k) for case, k in zip(cases, part, strict=True)},
        rows,
        model_mark(),
    )
    return about | said


def _checks(
    honest: float, boastful: float, datasets: int, of: str, sample: Reals
) -> dict[str, Any]:
    """A sample's simulation-based calibration (and a boastful twin's) and the model's figures."""
    return {
        "simulation_based_p": honest,
        "over_confident_p": boastful,
        "datasets": datasets,
        "datasets_are": of,
        "figures": figures_at(sample),
    }
