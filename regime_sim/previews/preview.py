"""A preview of a scenario: an emulator of the model over the parts of the four levers, quick enough
to follow a finger; runs the model to learn, prints nothing.

It is fitted to futures under common draws at settings that sliders reach. A page anchors it at the
exact result where a movement begins (in log odds), so that only the change is previewed; its errors
are measured in the same way, on movements it has not seen.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import NDArray

from ..ensemble.common_draws import ledgers, prepared
from ..ensemble.effort import Effort, Progress, WorkOptions, takes
from ..ensemble.result import Ensemble
from ..errors import Damaged, RegimeSimError
from ..facts.outcomes import REGIME, WAYS
from ..facts.parameters import LEVERS
from ..given import flag, shown, whole
from ..given import path as given_path
from ..law import ledger
from ..provenance import model_mark, sha256
from ..scenario import load
from ..scenario.compile import compile_scenario
from ..shown import Shown
from ..statistics.gaussian_process import Process, fit
from ..travel import Travels
from . import files

if TYPE_CHECKING:
    from ..scenario import Scenario

Reals = NDArray[np.float64]
Ledgers = NDArray[np.int16]
Ramp = tuple[int, tuple[float, ...], tuple[float, ...]]
CORPS = 64  # simulated generals while learning; held-out movements are run with all of them
MOST_SETTINGS, MOST_HELD, MOST_EXACT = 65_536, 10_000, 1_000_000
COMPONENTS = 14  # of the outputs' variation; the rest is below the noise of chance
BAND = 0.95  # share of the held-out errors that the band holds, week by week
# shares of a lever's settings: as the scenario has it; up to here moved whole; beyond, parts alone
STAY, WHOLE = 0.3, 0.75
ALONE = 0.3  # chance of a part to be moved alone, where parts are
ABOUT = ("key", "scenario", "horizon", "names", "least", "seed", "settings", "replicates")
KEPT = ("start", "mean", "basis", "errors", "far")
PROCESS = ("line", "points", "weights", "lengths", "noise")
FALLS = REGIME.index("falls")


@dataclass(frozen=True, eq=False, repr=False)
class Preview(Travels, Shown):
    """The emulator. Outputs (m,): share of futures in office by week 1..H, share in which the
    regime has not fallen, the ten ways by the horizon, out and the regime goes on.

    names (d,): the parts that it takes, in order; start (d,): where the scenario has them. mean
    (m,), basis (K, m): outputs as log odds. errors (held, m): absolute errors at the end of
    held-out movements of one lever or part, anchored where they begin; band (m,): what 95% of them
    do not exceed. far (held, m): errors at the settings where those movements begin, several levers
    away from the scenario, anchored at the scenario.
    """

    key: str
    scenario: str
    horizon: int
    names: tuple[str, ...]
    start: Reals
    least: float
    mean: Reals
    basis: Reals
    process: Process
    errors: Reals
    far: Reals
    seed: int
    settings: int
    replicates: int

    @property
    def band(self) -> Reals:
        """Half the width of the band around each output, as a share."""
        return np.asarray(np.quantile(self.errors, BAND, axis=0))

    def error(self, far: bool = False) -> dict[str, float]:
        """Held-out error of P(out) in points, over movements (or `far`): mean, p95, largest, n.
        Raises RegimeSimError.
        """
        points = 100.0 * (self.far if flag("far", far) else self.errors)[:, self.horizon - 1]
        return {
            "mean": float(points.mean()),
            "p95": float(np.quantile(points, 0.95)),
            "largest": float(points.max()),
            "n": len(points),
        }

    def log_odds(self, x: Reals) -> Reals:
        """Outputs at settings x (q, d) as log odds: (q, m)."""
        return self.mean + self.process.at(x) @ self.basis

    def predict(self, x: Reals, at: Reals | None = None, exact: Reals | None = None) -> Reals:
        """Outputs at settings x (q, d) as shares: (q, m); anchored, where they are given, at
        settings `at` (q, d) or (d,) whose exact outputs (q, m) or (m,) are known. Raises
        RegimeSimError for anything else.
        """
        try:
            z = self.log_odds(x)
            if at is not None and exact is not None:
                z = z + log_odds(exact, self.least) - self.log_odds(np.atleast_2d(at))
        except (TypeError, ValueError, IndexError):
            got = f"x: got {shown(x)}, at: {shown(at)}, exact: {shown(exact)}"
            raise RegimeSimError(f"{got} - expected arrays of numbers, (q, d) and (q, m)") from None
        return np.asarray(1.0 / (1.0 + np.exp(-z)))

    @staticmethod
    def find(scenario: Scenario | str | os.PathLike[str]) -> Preview | None:
        """The emulator of exactly this scenario and model, shipped or cached; else None."""
        scenario = load(scenario)
        key = key_of(scenario)
        for path in (files.shipped(scenario.id), files.cached(scenario.id, key)):
            if path.is_file():
                with suppress(Damaged):
                    if (found := Preview.read(path)).key == key:
                        return found
        return None

    @staticmethod
    def read(path: Path) -> Preview:
        """The emulator in a file. Raises Damaged for a file that holds none."""
        about, arrays = files.read(path)
        try:
            line, points, weights, lengths, noise = (arrays[name] for name in PROCESS)
            process = Process(line, points, weights, lengths, float(noise[0]))
            about["names"] = tuple(about["names"])
            kept: dict[str, Any] = {name: arrays[name] for name in KEPT}
            return Preview(**about, **kept, process=process)
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged(f"{path}: not a preview ({error})") from error

    def keep(self, path: str | Path | None = None) -> Path:
        """Write the emulator, by default to the user's cache (see `find`). Raises NotWritten, and
        Damaged where a file of that name is no preview; it is not changed.
        """
        target = files.cached(self.scenario, self.key) if path is None else given_path("path", path)
        if path is not None and target.is_file():
            files.read(target)
        parts = {name: np.atleast_1d(getattr(self.process, name)) for name in PROCESS}
        about = {name: getattr(self, name) for name in ABOUT}
        return files.write(target, about, parts | {name: getattr(self, name) for name in KEPT})

    def outputs(self, run: Ensemble) -> Reals:
        """What the emulator speaks of, as an ensemble has it: (m,). Raises RegimeSimError."""
        if not isinstance(run, Ensemble):
            raise RegimeSimError(f"run: got {shown(run)} - expected an Ensemble")
        return exact_outputs(run)

    def ramps(self, scenario: Scenario) -> Mapping[str, list[Ramp]]:
        """How each whole lever moves the parts: (place in `names`, settings, values there); on the
        straight line between. Raises RegimeSimError.
        """
        return ramps(load(scenario))


class PreviewOptions(WorkOptions, total=False):
    """And the simulated generals while learning, as keywords (see `Effort`)."""

    corps: int | None


@takes(PreviewOptions, corps=CORPS)
def preview(
    scenario: Scenario | str | os.PathLike[str],
    settings: int = 1024,
    replicates: int = 512,
    seed: int = 1,
    *,
    held: int = 64,
    exact: int = 2000,
    **effort: Unpack[PreviewOptions],
) -> Preview:
    """Fit an emulator of a scenario over the parts of its levers.

    settings, replicates: how many settings it learns from, and futures at each. held: movements
    that it does not see and is judged on, both ends with `exact` futures and all generals. corps:
    simulated generals while learning. Errors: OutOfRange, Cancelled.
    """
    scenario = load(scenario)
    settings = whole("settings", settings, 32, MOST_SETTINGS)
    held = whole("held", held, 4, MOST_HELD)
    exact = whole("exact", exact, 1, MOST_EXACT)
    asked = Effort(replicates=replicates, seed=seed, **effort)
    replicates, seed = asked.replicates, asked.seed
    names = parts_of(scenario)
    start = setting_of(scenario, names)
    learn, rest = design(scenario, settings, seed), design(scenario, held, seed + 1)
    judge = np.vstack([start, rest, movements(scenario, rest, seed + 2)])
    steps = _Steps(asked.on_progress, settings, replicates, held, exact)
    found = ledgers(
        _compiled(scenario, names, learn, asked.corps), replace(asked, on_progress=steps.first)
    )
    least = 0.5 / replicates
    z = log_odds(outputs(found, scenario.horizon), least)
    mean = z.mean(0)
    basis = np.linalg.svd(z - mean, full_matrices=False)[2][:COMPONENTS]
    made = Preview(
        key_of(scenario),
        scenario.id,
        scenario.horizon,
        names,
        start,
        least,
        mean,
        basis,
        fit(learn, (z - mean) @ basis.T),
        np.zeros((1, 1)),
        np.zeros((1, 1)),
        seed,
        settings,
        replicates,
    )
    exactly = replace(asked, replicates=exact, on_progress=steps.second)
    truth = ledgers(_compiled(scenario, names, judge, None), exactly)
    return judged(made, judge, outputs(truth, scenario.horizon))


def judged(made: Preview, settings: Reals, truth: Reals) -> Preview:
    """The emulator with its errors: settings (1 + 2 q, d) and truth (1 + 2 q, m) are the scenario,
    where q movements begin, and where they end.
    """
    q = len(settings) // 2
    begin, end = slice(1, 1 + q), slice(1 + q, None)
    said = made.predict(settings[end], settings[begin], truth[begin])
    far = made.predict(settings[begin], settings[0], truth[0])
    return replace(made, errors=np.abs(said - truth[end]), far=np.abs(far - truth[begin]))


def movements(scenario: Scenario, rest: Reals, seed: int) -> Reals:
    """Settings (q, d) after one slider moved anywhere: a whole lever and one part by turns."""
    rng, x = np.random.default_rng(seed), rest.copy()
    whole = list(ramps(scenario).values())
    for k, row in enumerate(x):
        value = rng.random()
        if k % 2:
            row[(k // 2) % len(row)] = value
        else:
            for at, settings, values in whole[(k // 2) % len(whole)]:
                row[at] = np.interp(value, settings, values)
    return x


def outputs(found: Ledgers, horizon: int) -> Reals:
    """What is emulated, from ledgers (settings, replicates, 11): (settings, 2 H + 11) shares."""
    weeks = np.arange(1, horizon + 1)
    way, fate = found[..., ledger.LEADER_WAY], found[..., ledger.REGIME_FATE]
    fallen = np.where(fate == FALLS, found[..., ledger.REGIME_WEEK], 0)
    curves = [
        np.stack([((one == 0) | (one > week)).mean(1) for week in weeks], 1)
        for one in (found[..., ledger.LEADER_WEEK], fallen)
    ]
    ways = np.stack([(way == k).mean(1) for k in range(1, len(WAYS))], 1)
    goes_on = ((way > 0) & (fate != FALLS)).mean(1)[:, None]
    return np.hstack([*curves, ways, goes_on])


def exact_outputs(run: Ensemble) -> Reals:
    """The same of an ensemble: (2 H + 11,)."""
    found = np.zeros((1, run.replicates, ledger.LENGTH), np.int16)
    columns: dict[int, NDArray[Any]] = {
        ledger.LEADER_WEEK: run.leader_week,
        ledger.LEADER_WAY: run.leader_way,
        ledger.REGIME_WEEK: run.regime_week,
        ledger.REGIME_FATE: run.regime_fate,
    }
    for column, values in columns.items():
        found[0, :, column] = values
    return np.asarray(outputs(found, run.horizon)[0])


def log_odds(share: Reals, least: float) -> Reals:
    """Log odds of shares, none taken nearer to 0 or 1 than `least`."""
    kept = np.clip(share, least, 1.0 - least)
    return np.asarray(np.log(kept / (1.0 - kept)))


def parts_of(scenario: Scenario) -> tuple[str, ...]:
    """The parts of the four levers, patrons of the scenario's own among them."""
    return tuple(part.name for lever in LEVERS for part in scenario.names.parts(lever))


def setting_of(scenario: Scenario, names: tuple[str, ...]) -> Reals:
    """Where a scenario has these parts."""
    inputs = scenario.inputs()
    return np.array([inputs[name] for name in names])


def ramps(scenario: Scenario) -> Mapping[str, list[Ramp]]:
    """How a whole lever moves its parts: from where they stand, or by its map (see `ways`)."""
    places = {name: k for k, name in enumerate(parts_of(scenario))}
    return {
        lever: [(places[name], *way) for name, way in scenario.ways(lever).items()]
        for lever in LEVERS
    }


def design(scenario: Scenario, number: int, seed: int) -> Reals:
    """Settings (number, d) that sliders reach: each lever stays, moves as a whole, or has parts
    moved alone; a scrambled Sobol' sequence decides.
    """
    from scipy.stats import qmc  # takes a second to load

    names = parts_of(scenario)
    start, width = setting_of(scenario, names), len(LEVERS)
    sequence = qmc.Sobol(2 * width + 2 * len(names), seed=seed)
    u = sequence.random_base2(int(np.ceil(np.log2(number))))[:number]
    x = np.tile(start, (number, 1))
    for k, parts in enumerate(ramps(scenario).values()):
        mode, value = u[:, 2 * k], u[:, 2 * k + 1]
        for at, settings, values in parts:
            whole = np.interp(value, settings, values)
            own, alone = u[:, 2 * width + 2 * at], u[:, 2 * width + 2 * at + 1] < ALONE
            stays = (mode < STAY) | ((mode > WHOLE) & (value < 0.5))
            moved = np.where(stays, start[at], whole)
            x[:, at] = np.where((mode > WHOLE) & alone, own, moved)
    return x


def key_of(scenario: Scenario) -> str:
    """What an emulator depends on: the model, and the scenario as compiled, with its sample."""
    return sha256(f"{model_mark()}\n{compile_scenario(scenario).plain()}".encode())


def _compiled(
    scenario: Scenario, names: tuple[str, ...], settings: Reals, corps: int | None
) -> list[Any]:
    """The scenario at each setting as arrays; a part that is not moved keeps its own spread."""
    start = setting_of(scenario, names)
    made = []
    for row in settings:
        moved = {
            name: float(value)
            for name, value, was in zip(names, row, start, strict=True)
            if abs(value - was) > 1e-9
        }
        made.append(prepared(scenario.vary(moved) if moved else scenario, corps))
    return made


class _Steps:
    """Two rounds of runs as one progress, by futures (all generals cost six times as much)."""

    def __init__(
        self, tell: Progress | None, settings: int, replicates: int, held: int, exact: int
    ) -> None:
        self.tell = tell
        self.whole = settings * replicates + 6 * (2 * held + 1) * exact
        self.split = settings * replicates

    def first(self, done: int, total: int) -> None:
        self._say(self.split * done // total)

    def second(self, done: int, total: int) -> None:
        self._say(self.split + (self.whole - self.split) * done // total)

    def _say(self, done: int) -> None:
        if self.tell is not None:
            self.tell(done, self.whole)
