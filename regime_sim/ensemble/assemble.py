"""From ledgers and weekly counts to a result, without replicates that failed; runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.replicates import Weekly
from ..facts.parameters import INPUT_NAMES
from ..scenario.compiled import Compiled
from .blocks import Run
from .failures import Failure, none_left
from .futures import ARRAYS
from .result import Ensemble

# the columns of a ledger, in its order (`law.ledger`)
COLUMNS = (
    "leader_week",
    "leader_way",
    "leader_fate",
    "regime_week",
    "regime_fate",
    "regime_way",
    "regime_after",
    "successors",
    "failed_coups",
    "first_failed",
    "rebellion_week",
)


def columns_of(ledgers: NDArray[np.int16]) -> dict[str, NDArray[np.int16]]:
    """The columns of ledgers (n, 11) by name; copies."""
    return {name: ledgers[:, k].copy() for k, name in enumerate(COLUMNS)}


def empty_columns(replicates: int) -> dict[str, NDArray[Any]]:
    """The columns of so many ledgers, in the types that an ensemble keeps them in."""
    return {name: np.zeros(replicates, ARRAYS[name][0]) for name in COLUMNS}


def ensemble_of(
    run: Run, columns: Mapping[str, NDArray[Any]], weekly: Weekly, failures: Sequence[Failure] = ()
) -> Ensemble:
    """The result of a run (keeps its arrays), without failures. Raises AllFailed: none left."""
    which: NDArray[np.int64] | None = None
    if failures:
        failures = sorted(failures, key=lambda one: one.replicate)
        attempted = np.arange(run.first, run.first + len(columns[COLUMNS[0]]))
        which = np.setdiff1d(attempted, [one.replicate for one in failures])
        columns = {name: column[which - run.first] for name, column in columns.items()}
        if not which.size:
            raise none_left(failures, run.scenario.id, run.seed)
    return Ensemble(
        scenario=run.scenario,
        seed=run.seed,
        replicates=len(columns[COLUMNS[0]]),
        engine=run.engine,
        clustered=clustered(run.compiled),
        counts=weekly.counts,
        sums=weekly.sums,
        bins=weekly.bins,
        provenance=_provenance(run.compiled) | _own(run.model),
        first=run.first,
        failures=tuple(failures),
        which=which,
        **columns,
    )


def _own(model: type[Any] | None) -> dict[str, str]:
    """The name of a model of the user's own, whose numbers are not this package's."""
    return {} if model is None else {"own_model": f"{model.__module__}.{model.__qualname__}"}


def clustered(compiled: Compiled) -> bool:
    """Whether neighbours share a draw of something that is uncertain."""
    return bool(compiled.uncertain) or compiled.joint is not None


def _provenance(compiled: Compiled) -> dict[str, Any]:
    """What the numbers depend on besides scenario and seed."""
    return {
        "generals": int(compiled.x[INPUT_NAMES.index("generals.number")]),
        "simulated_generals": compiled.generals,
        "uncertain": len(compiled.uncertain),
        "knowledge": compiled.joint.name if compiled.joint is not None else "prior",
        "numpy": np.__version__,
    }
