"""Calibration: what observed rates, and the coded episodes, teach about the structural parameters; repeatable with one command.

1 Sobol' design over the priors, common draws (`design`). 2 Emulators: linear for the figures, logistic for each episode's end (`statistics.emulator`), with their
leave-one-out residuals as error. 3 Posterior by elliptical slice sampling: normal likelihood of the figures, Bernoulli likelihood of the episodes, weighted so that
exits have the share they have among pressed rulers at large. 4 Simulation-based calibration (Talts et al. 2018): settings drawn from the prior, their own simulated data,
posterior ranks uniform; an over-confident fit must fail the same test. What the data cannot tell is listed: posterior as wide as the prior.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.compiled_law import model_hash
from ..engine.worlds import parameters_at
from ..facts.parameters import STRUCTURAL_NAMES
from ..statistics.emulator import Linear, Reals, binomial, elliptical_slice, linear
from .cases import Case
from .design import LEARNED, TARGETS, Runs, run_settings, worlds_of

SHARE_OUT = 0.5  # of rulers under acute pressure at large, who leaves within two years (episodes picked by rule, not by fame; judgement 0.4 to 0.6)
WAY_WEIGHT = 0.5  # of the way he went, beside whether he went: one coder, knowing the outcome
SAMPLE = 256
BURN, THIN = 400, 10


@dataclass(frozen=True, slots=True, eq=False)
class Emulated:
    """Emulators of the figures, of P(out) per episode, and of P(as observed | out) per episode."""

    figures: Linear
    out: Linear
    way: Linear


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """What the posterior is conditioned on: figures (nan: left out) with standard deviations; episodes' ends with weights (0: left out)."""

    figures: Reals
    sd: Reals
    out: NDArray[np.bool_]
    weight: Reals


def emulate(runs: Runs) -> Emulated:
    """Fit the emulators to a design."""
    trials = np.full_like(runs.out, float(runs.trials))
    return Emulated(linear(runs.z, runs.figures), binomial(runs.z, runs.out, trials), binomial(runs.z, runs.hit, runs.out))


def observed_data(cases: Sequence[Case], with_cases: bool, kept: NDArray[np.bool_] | None = None) -> Data:
    """The record: targets, and the episodes with weights that undo the over-sampling of exits."""
    out = np.array([case.observed is not None and case.observed.out for case in cases])
    use = np.ones(len(cases), bool) if kept is None else kept
    weight: Reals = np.zeros(len(cases))
    if with_cases:
        share = out[use].mean()
        weight = np.asarray(np.where(out, SHARE_OUT / share, (1.0 - SHARE_OUT) / (1.0 - share)) * use)
    return Data(np.array([t.value for t in TARGETS]), np.array([t.sd for t in TARGETS]), out, weight)


def log_likelihood(z: Reals, emulated: Emulated, data: Data, sharpen: float = 1.0) -> float:
    """Log likelihood of the data at z (d,), by the emulators; `sharpen` above 1 pretends to more data than there are."""
    spread = data.sd**2 + emulated.figures.residual**2
    total = -0.5 * float((((emulated.figures.at(z) - data.figures) ** 2) / spread).sum())
    if data.weight.any():
        p = 0.98 / (1.0 + np.exp(-emulated.out.at(z))) + 0.01
        q = 0.97 / (1.0 + np.exp(-emulated.way.at(z))) + 0.005
        term = np.where(data.out, np.log(p) + WAY_WEIGHT * np.log(q), np.log(1.0 - p))
        total += float((data.weight * term).sum())
    return sharpen * total


def posterior(emulated: Emulated, data: Data, number: int = SAMPLE, seed: int = 1, sharpen: float = 1.0, thin: int = THIN) -> Reals:
    """Sample z (number, d) from the posterior."""
    rng = np.random.default_rng(seed)
    d = emulated.figures.slope.shape[1]
    chain = elliptical_slice(lambda z: log_likelihood(z, emulated, data, sharpen), d, BURN + thin * number, rng, np.zeros(d))
    return chain[BURN::thin][:number]


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Ranks of the truth within the posterior, in [0, 1], (datasets, quantities), and the p-value of their uniformity (chi-square, ten bins, pooled)."""

    ranks: Reals
    p: float


def simulation_based(emulated: Emulated, held: Runs, data: Data, number: int = 500, seed: int = 5, sharpen: float = 1.0) -> Ranks:
    """Refit on the synthetic data of settings that the emulators never saw: ranks of each setting in its own posterior must be uniform.

    The figures are the held-out runs' own (they count as many leader-years as history has); the episodes' ends are drawn from the held-out runs.
    """
    rng = np.random.default_rng(seed)
    quantities = _directions(emulated)
    ranks = np.empty((min(number, len(held.z)), len(quantities)))
    for k in range(len(ranks)):
        out = rng.random(held.out.shape[1]) < held.out[k] / held.trials
        own = Data(held.figures[k], np.zeros_like(data.sd), out, data.weight)
        sample = posterior(_without_ways(emulated), own, 99, seed=seed + k, sharpen=sharpen, thin=5)
        ranks[k] = ((sample @ quantities.T) < (quantities @ held.z[k])).mean(axis=0)
    return Ranks(ranks, uniform_p(ranks))


def _without_ways(emulated: Emulated) -> Emulated:
    """Synthetic data say whether he went, not how: the way's emulator is taken out of the likelihood."""
    flat = Linear(np.full_like(emulated.way.intercept, 30.0), np.zeros_like(emulated.way.slope), emulated.way.residual)
    return Emulated(emulated.figures, emulated.out, flat)


def _directions(emulated: Emulated, number: int = 8) -> Reals:
    """The directions of z that the data can see best (unit vectors), independent of one another: what ranks are taken along."""
    seen = np.vstack([emulated.figures.slope / np.maximum(emulated.figures.residual, 0.05)[:, None], emulated.out.slope])
    return np.asarray(np.linalg.svd(seen, full_matrices=False)[2][:number])


def uniform_p(ranks: Reals) -> float:
    """P-value of uniformity: the smallest of the chi-square tests (ten bins) over the quantities, times their number (Bonferroni)."""
    from scipy.stats import chisquare

    worst = min(chisquare(np.histogram(column, bins=10, range=(0.0, 1.0))[0]).pvalue for column in ranks.T)
    return float(min(1.0, worst * ranks.shape[1]))


def narrowed(sample: Reals) -> dict[str, float]:
    """Each parameter's posterior standard deviation on the prior's scale (1: nothing learned)."""
    return {name: float(sd) for name, sd in zip(LEARNED, sample.std(axis=0), strict=True)}


def save(folder: Path, name: str, sample: Reals, about: dict[str, Any]) -> None:
    """Write a sample as parameter values with what made it."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = [STRUCTURAL_NAMES.index(one) for one in LEARNED]
    np.save(folder / f"{name}.npy", parameters_at(LEARNED, sample)[:, columns], allow_pickle=False)
    widths = narrowed(sample)
    learned = {k: round(v, 3) for k, v in sorted(widths.items(), key=lambda pair: pair[1]) if v < 0.8}
    text = {"names": list(LEARNED), "number": len(sample), **about, "narrowed": learned, "not_identified": sorted(k for k, v in widths.items() if v >= 0.8)}
    (folder / f"{name}.json").write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")


def design(cases: Sequence[Case], settings: int, held: int, seed: int, workers: int = 2) -> tuple[Runs, Runs]:
    """Run a Sobol' design of `settings` and `held` settings drawn at random from the prior."""
    from scipy.stats import norm, qmc

    d = len(LEARNED)
    inside = np.clip(qmc.Sobol(d, seed=np.random.default_rng(seed)).random(settings), 1e-6, 1 - 1e-6)
    worlds = worlds_of(cases)
    one = run_settings(worlds, np.asarray(norm.ppf(inside)), workers=workers)
    other = run_settings(worlds, np.random.default_rng(seed + 1).standard_normal((held, d)), workers=workers)
    return one, other


def _kept_design(path: Path, key: str, make: Callable[[], tuple[Runs, Runs]]) -> tuple[Runs, Runs]:
    """The design's runs, from `path` if it holds those of this very model and design, else made and kept there (some minutes)."""
    if path.is_file():
        kept = np.load(path, allow_pickle=False)
        if str(kept["key"]) == key:
            one, other = (
                Runs(kept[f"{part}_z"], kept[f"{part}_figures"], kept[f"{part}_out"], kept[f"{part}_hit"], int(kept["trials"])) for part in ("training", "test")
            )
            return one, other
    training, test = make()
    arrays = {f"{part}_{name}": getattr(runs, name) for part, runs in (("training", training), ("test", test)) for name in ("z", "figures", "out", "hit")}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, key=np.array(key), trials=np.array(training.trials), **arrays)
    return training, test


def calibrate(cases: Sequence[Case], folder: Path, settings: int = 1024, held: int = 500, seed: int = 7) -> dict[str, Any]:
    """The whole calibration: design, emulators, two posteriors (rates; rates and cases), simulation-based calibration; writes both samples.

    The design's runs are kept beside the samples (design.npz), and used again by a later call with the same model and design.
    """
    key = f"{model_hash()} {settings} {held} {seed} {len(cases)}"
    training, test = _kept_design(folder / "design.npz", key, lambda: design(cases, settings, held, seed))
    emulated = emulate(training)
    about: dict[str, Any] = {
        "command": f"regime-sim calibrate --settings {settings} --held {held} --seed {seed}", "model": model_hash(),
        "targets": {t.name: {"value": round(t.value, 4), "sd": round(t.sd, 4), "source": t.source} for t in TARGETS},
        "emulator_error": {t.name: round(float(s), 3) for t, s in zip(TARGETS, emulated.figures.residual, strict=True)},
    }  # fmt: skip
    for name, with_cases in (("rates", False), ("cases", True)):
        data = observed_data(cases, with_cases)
        honest = simulation_based(emulated, test, data)
        boastful = simulation_based(emulated, test, data, sharpen=4.0)
        checks = {"simulation_based_p": honest.p, "over_confident_p": boastful.p, "datasets": len(honest.ranks)}
        save(folder, name, posterior(emulated, data, seed=seed), about | {"learned_from": "rates and patterns" + (" and cases" if with_cases else ""), **checks})
        about[name] = checks
    return about
