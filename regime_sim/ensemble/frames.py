"""A run as tables for other tools: one row per future, one per draw of the parameters, and arrays
with named dimensions; computes no statistic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..engine.replicates import no_weeks
from ..engine.replicates import run_block as by_kernel
from ..errors import MissingExtra, RegimeSimError
from ..facts.outcomes import FATES, OBSERVABLES, REGIME, WAYS
from ..facts.posterior import DEFAULT, SAMPLES
from ..scenario import Scenario
from ..statistics.intervals import CLUSTER
from .blocks import prepared
from .drawn import declared_draws
from .effort import RunTerms
from .futures import FALLS, FIXED_POINT, Futures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..scenario.compiled import Compiled

Columns = dict[str, NDArray[Any]]


def replicates_of(found: Futures) -> NDArray[np.int64]:
    """The numbers of the replicates that came through, increasing, shape (n,)."""
    if found.which is not None:
        return found.which
    return found.first + np.arange(found.replicates, dtype=np.int64)


def terms_of(found: Futures) -> RunTerms:
    """First replicate, corps and knowledge of futures, as `simulate` takes them."""
    about = found.provenance
    corps = about.get("simulated_generals")
    fewer = corps is not None and corps < about.get("generals", corps)
    known = str(about.get("knowledge", DEFAULT))
    return {"first": found.first, "corps": corps if fewer else None, "knowledge": known}


def future_columns(found: Futures) -> Columns:
    """One entry per future, by name; weeks of what never happens are nan."""
    fallen = found.regime_fate == FALLS
    out = found.leader_week > 0
    numbers = replicates_of(found)
    return {
        "replicate": numbers,
        "draw": numbers // CLUSTER,
        "exit": _words(WAYS, found.leader_way),
        "week": _week(found.leader_week),
        "time": np.where(out, found.leader_week, found.horizon).astype(np.int64),
        "event": out.astype(np.int64),
        "cause": found.leader_way.astype(np.int64),
        "fate": _words(FATES, found.leader_fate),
        "regime": _words(REGIME, found.regime_fate),
        "regime_week": _week(found.regime_week),
        "regime_time": np.where(fallen, found.regime_week, found.horizon).astype(np.int64),
        "regime_event": fallen.astype(np.int64),
        "successors": found.successors.astype(np.int64),
        "failed_coups": found.failed_coups.astype(np.int64),
        "rebellion_week": _week(found.rebellion_week),
    }


def draw_columns(found: Futures) -> Columns:
    """One entry per draw of what is uncertain: `draw`, then every drawn lever, input and parameter
    by its name, at the start of the run. Raises RegimeSimError where that cannot be known.
    """
    numbers = np.unique(replicates_of(found) // CLUSTER)
    span = range(int(numbers[0]), int(numbers[-1]) + 1)
    drawn = declared_draws(compiled_of(found), found.seed, span)
    kept = numbers - span.start
    return {"draw": numbers} | {name: values[kept] for name, values in drawn.items()}


def trajectories(found: Futures) -> NDArray[np.float64]:
    """Every weekly variable of every future, (futures, weeks 0..H, variables), nan once he is out:
    each future is run again alone, by the fast engine. Raises RegimeSimError.
    """
    compiled = compiled_of(found)
    numbers = replicates_of(found)
    try:
        values = np.full((numbers.size, found.horizon + 1, len(OBSERVABLES)), np.nan)
    except MemoryError:
        raise RegimeSimError(
            f"trajectories of {numbers.size:,} futures do not fit into memory"
        ) from None
    weekly = no_weeks(found.horizon)
    for row, number in enumerate(numbers.tolist()):
        weekly.counts[:] = 0
        weekly.sums[:] = 0
        by_kernel(compiled, found.seed, number, 1, weekly)
        there = weekly.counts > 0
        values[row, there] = weekly.sums[:, there].T / FIXED_POINT
    return values


def compiled_of(found: Futures) -> Compiled:
    """The scenario that a run was made of, as arrays. Raises RegimeSimError where it is not known
    in full.
    """
    if not isinstance(found.scenario, Scenario):
        raise RegimeSimError("the draws of a run are known where its scenario is known in full")
    if "own_model" in found.provenance:
        raise RegimeSimError(
            "the futures of a model of your own cannot be run again here - collect what you need in"
            " its `datacollector`"
        )
    knowledge = str(found.provenance.get("knowledge", ""))
    if knowledge not in ("prior", *SAMPLES):
        raise RegimeSimError(
            "the draws of a sample of your own are not kept - knowledge: one of"
            f" {', '.join(('prior', *SAMPLES))}"
        )
    return prepared(found.scenario, found.provenance["simulated_generals"], knowledge)


def dataset(found: Futures, each_week: bool, weekly: Mapping[str, Any]) -> Any:
    """An `xarray.Dataset` over `future`; see `Ensemble.to_xarray`."""
    xarray = library()
    columns = future_columns(found)
    about = {
        "scenario": found.scenario.id,
        "seed": found.seed,
        "horizon_weeks": found.horizon,
        "engine": found.engine,
        "sha256": found.digest(),
    }
    names = [known.name for known in OBSERVABLES]
    data: dict[str, Any] = {
        "exit_week" if name == "week" else name: (("future",), values)
        for name, values in columns.items()
        if name != "replicate"
    }
    statistics = list(next(iter(weekly.values())))
    table = np.array([[weekly[name][one] for one in statistics] for name in names])
    data["weekly"] = (("variable", "statistic", "week"), table)
    if each_week:
        data["trajectory"] = (("future", "week", "variable"), trajectories(found))
    return xarray.Dataset(
        data,
        coords={
            "future": columns["replicate"],
            "variable": names,
            "week": np.arange(found.horizon + 1),
            "statistic": statistics,
        },
        attrs=about,
    )


def chains(found: Futures) -> Any:
    """An `xarray.Dataset` over (chain, draw), as ArviZ reads it; see `Ensemble.to_xarray`."""
    xarray = library()
    drawn = draw_columns(found)
    if len(drawn) == 1:
        raise RegimeSimError("nothing is uncertain in this scenario: there are no draws")
    columns = future_columns(found)
    place = np.searchsorted(drawn["draw"], columns["draw"])
    number = np.bincount(place)
    shares = {
        "leader_out": columns["event"],
        "regime_falls": columns["regime_event"],
        **{way: columns["cause"] == k for k, way in enumerate(WAYS) if k},
    }
    values = {name: column for name, column in drawn.items() if name != "draw"}
    values |= {
        f"p_{name}": np.bincount(place, weights=hit) / number for name, hit in shares.items()
    }
    return xarray.Dataset(
        {name: (("chain", "draw"), one[np.newaxis]) for name, one in values.items()},
        coords={"chain": [0], "draw": drawn["draw"]},
        attrs={"scenario": found.scenario.id, "seed": found.seed},
    )


def library() -> Any:
    """xarray, loaded when first needed. Raises MissingExtra."""
    try:
        import xarray
    except ImportError as error:
        raise MissingExtra("a result as xarray", "xarray") from error
    return xarray


def _words(names: tuple[str, ...], codes: NDArray[Any]) -> NDArray[Any]:
    words: NDArray[Any] = np.array(names, dtype=object)[codes]
    return words


def _week(weeks: NDArray[np.int16]) -> NDArray[np.float64]:
    """Weeks as numbers, nan where there is none."""
    return np.where(weeks > 0, weeks, np.nan)
