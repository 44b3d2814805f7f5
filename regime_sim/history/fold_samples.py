"""Samples refitted without a part of the calibration cases, so that each of those is judged by a
law that never saw its end; fits nothing.

The file `seeds/posterior/cases-folds.npz` holds plain arrays: `names` (k,) of the parameters,
`case` (m,) ids of the calibration cases, `fold` (m,) the part 0 ... F - 1 that each belongs to (as
in `forecasts.folds`), `rows` (F, n, k): rows[f] is the sample refitted without part f, in the units
of the parameter table; `model`, the mark of the model that it was made with.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import RegimeSimError
from ..facts.parameters import STRUCTURAL_NAMES
from ..facts.places import seeds_folder
from ..facts.posterior import Posterior
from ..store import disk

FILE = "cases-folds.npz"
# the same form: `case` is the first year of a window of leader-years, its sample fitted on the
# years before it
WINDOWS_FILE = "panel-windows.npz"


class BadSample(RegimeSimError, ValueError):
    """A file of samples is not as it should be; says what is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class FoldSamples:
    """fold: each case's part, by id; samples: refitted without part 0, 1, ...; model: its mark."""

    fold: Mapping[str, int]
    samples: tuple[Posterior, ...]
    model: str

    def without(self, case_id: str) -> Posterior | None:
        """The sample that was refitted without this case; None where the file does not know it."""
        return self.samples[self.fold[case_id]] if case_id in self.fold else None


def fold_samples(path: Path | None = None) -> FoldSamples | None:
    """Read the shipped file, or one at `path`; None where there is none. Raises BadSample."""
    file = path or seeds_folder() / "posterior" / FILE
    if not file.is_file():
        return None
    try:
        with np.load(file, allow_pickle=False) as held:
            names, cases = [str(one) for one in held["names"]], [str(one) for one in held["case"]]
            fold, rows = np.asarray(held["fold"], np.int64), np.asarray(held["rows"], np.float64)
            model = str(held["model"]) if "model" in held else ""
    except (KeyError, ValueError, OSError) as error:
        raise BadSample(f"{file}: cannot be read as samples by fold: {error}") from None
    problem = _problem(names, cases, fold, rows)
    if problem:
        raise BadSample(f"{file}: {problem}")
    samples = tuple(
        Posterior(tuple(names), part, {"model": model, "without": k}, f"cases without part {k}")
        for k, part in enumerate(rows)
    )
    return FoldSamples(dict(zip(cases, fold.tolist(), strict=True)), samples, model)


def save_fold_samples(
    path: Path, names: Sequence[str], fold: Mapping[str, int], rows: NDArray[np.float64], model: str
) -> None:
    """Write folds by id, rows (F, n, len(names)) without part f. Raises BadSample, NotWritten."""
    parts = np.array(list(fold.values()), np.int64)
    problem = _problem(names, list(fold), parts, rows)
    if problem:
        raise BadSample(f"{path}: {problem}")
    held = io.BytesIO()
    np.savez_compressed(
        held,
        names=np.array(list(names)),
        case=np.array(list(fold)),
        fold=parts,
        rows=rows,
        model=np.array(model),
    )
    disk.make_folder(path.parent)
    disk.write_file(path, held.getvalue())


def _problem(
    names: Sequence[str], cases: Sequence[str], fold: NDArray[np.int64], rows: NDArray[np.float64]
) -> str:
    """What is wrong with the arrays, "" if nothing is."""
    strange = [name for name in names if name not in STRUCTURAL_NAMES]
    if strange:
        return f"names: {strange[0]!r} is no structural parameter"
    if (
        rows.ndim != 3
        or rows.shape[2] != len(names)
        or rows.shape[1] == 0
        or not np.isfinite(rows).all()
    ):
        return f"rows: shape {rows.shape} - expected (parts, n, {len(names)}), finite"
    if len(set(cases)) != len(cases) or fold.shape != (len(cases),):
        return f"fold: {len(fold)} parts for {len(set(cases))} different cases"
    if fold.size and not (0 <= fold.min() and fold.max() < len(rows)):
        return f"fold: parts {fold.min()} to {fold.max()} - expected 0 to {len(rows) - 1}"
    return ""


__all__ = ["FILE", "WINDOWS_FILE", "BadSample", "FoldSamples", "fold_samples", "save_fold_samples"]
