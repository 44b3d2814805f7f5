"""The marks of what history's figures rest on, each a hash of its meaning: the coding map, the
cases, the observed rates, the samples, a scenario; computes no figure.

A comment, a title, a note or a reworded reason leaves them; a number changes them.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ..facts.evidence import rates
from ..facts.places import seeds_folder
from ..meaning import PACKAGE, meaning
from ..provenance import canonical, sha256
from ..scenario import load
from ..scenario.compile import compile_scenario
from .cases import read_cases
from .fold_samples import FILE, WINDOWS_FILE


def code_mark(*files: str, sentences: bool = False) -> str:
    """The mark of some files of the package."""
    return sha256(canonical(meaning([PACKAGE / name for name in files], sentences)).encode())


@cache
def map_mark() -> str:
    """The mark of the coding map."""
    return code_mark("history/coding_map.py", sentences=True)  # a scenario is one of them


def cases_mark() -> str:
    """The mark of the coded cases: codings, dates and ends."""
    return sha256(repr(read_cases()).encode())


def rates_mark() -> str:
    """The mark of the observed rates: values and intervals."""
    rows = sorted((one.id, one.value, one.low, one.high, one.n) for one in rates().values())
    return sha256(repr(rows).encode())


def samples_mark() -> str:
    """The mark of the calibrated samples: their values, and which cases each part left out."""
    folder, found = seeds_folder() / "posterior", {}
    for name in ("rates.npy", "cases.npy"):
        if (folder / name).is_file():
            found[name] = sha256((folder / name).read_bytes())
    for file in (FILE, WINDOWS_FILE):
        if (folder / file).is_file():
            with np.load(folder / file, allow_pickle=False) as held:
                for name in sorted({*held.files} - {"model"}):
                    found[f"{file} {name}"] = sha256(held[name].tobytes())
    return sha256(canonical(found).encode())


def scenario_mark(*names: str) -> str:
    """The mark of some shipped scenarios, as the engines read them; no sample."""
    return sha256(repr([compile_scenario(load(one), "prior").plain() for one in names]).encode())


__all__ = ["cases_mark", "code_mark", "map_mark", "rates_mark", "samples_mark", "scenario_mark"]
