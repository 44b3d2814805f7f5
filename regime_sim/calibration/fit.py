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

from ..engine.parameter_draws import parameters_at
from ..facts.parameters import STRUCTURAL_NAMES
from ..facts.places import cache_folder
from ..history.cases import Case
from ..history.fold_samples import FILE as FOLDS_FILE
from ..history.fold_samples import WINDOWS_FILE, save_fold_samples
from ..history.forecasts import PARTS, folds
from ..history.panel import LeaderYear
from ..provenance import model_mark, sha256
from ..statistics.emulator import Reals
from ..store import disk
from .design import LEARNED, Runs, Size, run_settings, worlds_of
from .likelihood import (
    Asked,
    Counted,
    Likelihood,
    check_rates,
    counted,
    emulate,
    figures_of,
    likelihood_of,
    places,
    rates_sample,
)
from .rows import RowRuns, run_panel, simulated
from .smoother import cases_sample, check_cases, endings_of, weights_of

SAMPLE = 512
WINDOW_SAMPLE = 128
# futures of a held-out setting: enough for its figures, and one world of each episode, as history
# is
TEST = Size(512, 256, 128, 1)
EPISODES_ONLY = Size(0, 0, 0, 1)
BOAST = 4.0  # how many times its data the twin pretends to have
# draws that stand for a posterior in the check, per setting of the design: with as many as there
# are settings few of them carry all weight, and ranks crowd at both ends for want of draws
POOL = 16
# a parameter that keeps this share of its prior's spread, and whose mean moves by less, is called
# not identified
FLAT, STILL = 0.9, 0.3
LAST = 1999  # of the panel's years
# first years of windows: each is judged by a sample of the years before it alone
WINDOWS = (1965, 1970, 1975, 1980, 1985, 1990, 1995)


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
    from scipy.stats import norm, qmc  # takes a second to load

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
    mark = model_mark()

    def run(name: str, z: Reals, size: Size | None = None, first: int = 0) -> Design:
        file = cache_folder() / f"design-{name}-{settings}-{held}-{seed}.npz"
        key = f"{mark} {panel_mark(panel)} {settings} {held} {seed}"
        return kept(file, key, panel, lambda: design(panel, z, size, first))

    prior = run("prior", sobol(settings, seed))
    tested = np.random.default_rng(seed + 1).standard_normal((held, len(LEARNED)))
    test = run("test", tested, TEST, 1 << 14)
    asked = Asked.of(panel, LAST, True)
    wide = likelihood_of(
        emulate(counted(prior.runs, prior.rows, asked), asked.targets),
        counted(test.runs, test.rows, asked),
        asked.targets,
    )
    answer, _ = rates_sample(wide, settings // 2, seed)
    near = run("near", answer, first=1 << 15)
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
    pool, _ = rates_sample(wide, POOL * settings, seed + 3)
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
