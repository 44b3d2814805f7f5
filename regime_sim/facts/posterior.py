"""The calibrated samples of structural parameters in `seeds/`; `calibration.fit` makes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UnknownName
from ..travel import Travels
from .places import seeds_folder

# what was learned from: observed yearly rates and patterns alone (no case seen), or the calibration
# cases too
SAMPLES = ("rates", "cases")
DEFAULT = "cases"


@dataclass(frozen=True, slots=True, eq=False)
class Posterior(Travels):
    """Equally likely joint values: rows (n, len(names)), in the units of the parameter table;
    `about` says how they were made.

    called: what a run's provenance says of it; a sample that does not ship (one refitted without
    some episodes) may be given to a run as it is.
    """

    names: tuple[str, ...]
    rows: NDArray[np.float64]
    about: dict[str, Any]
    called: str = "own sample"


@cache
def posterior(name: str) -> Posterior | None:
    """A shipped sample by name; None for "prior", or if it does not ship. Raises UnknownName."""
    if name == "prior":
        return None
    if name not in SAMPLES:
        raise UnknownName("knowledge", name, ("prior", *SAMPLES))
    folder = seeds_folder() / "posterior"
    if not (folder / f"{name}.npy").is_file():
        return None
    about = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    rows = np.load(folder / f"{name}.npy", allow_pickle=False)
    return Posterior(tuple(about["names"]), rows, about, name)
