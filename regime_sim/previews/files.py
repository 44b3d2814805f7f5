"""Where previews are kept: one file each, in the seeds or in the user's cache, found by the model's
sources and the scenario; fits none.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from ..errors import Damaged
from ..facts.places import seeds_folder
from ..statistics.gaussian_process import Process
from .preview import Preview, key_of

if TYPE_CHECKING:
    from ..scenario import Scenario

FORMAT = 2
SHORT = 24  # letters of the key that name a file in the cache


def cached(name: str, key: str) -> Path:
    """The file of a scenario's preview in the user's cache."""
    from ..engine.compiled_law import cache_folder

    return cache_folder().parent / "previews" / f"{name}-{key[:SHORT]}.npz"


def shipped(scenario: Scenario) -> Path:
    """The file that ships for a scenario of this name."""
    return seeds_folder() / "preview" / f"{scenario.id}.npz"


def find(scenario: Scenario) -> Preview | None:
    """The preview of exactly this scenario and this model, from the seeds or the cache; None where
    there is none (a stale one counts as none).
    """
    key = key_of(scenario)
    for path in (shipped(scenario), cached(scenario.id, key)):
        if path.is_file():
            try:
                found = read(path)
            except Damaged:
                continue
            if found.key == key:
                return found
    return None


def keep(made: Preview, path: Path) -> Path:
    """Write a preview: under another name first, then in place. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {
        "format": FORMAT,
        **{
            name: getattr(made, name)
            for name in (
                "key",
                "scenario",
                "horizon",
                "names",
                "least",
                "seed",
                "settings",
                "replicates",
            )
        },
    }
    p = made.process
    arrays = {
        "start": made.start,
        "mean": made.mean,
        "basis": made.basis,
        "errors": made.errors,
        "far": made.far,
        "line": p.line,
        "points": p.points,
        "weights": p.weights,
        "lengths": p.lengths,
        "noise": np.array([p.noise]),
    }
    other = path.with_name(f".{path.name}.{os.getpid()}")
    with other.open("wb") as file:
        np.savez_compressed(
            file,
            about=np.frombuffer(json.dumps(about).encode(), np.uint8),
            **{k: v.astype(np.float32) for k, v in arrays.items()},  # type: ignore[arg-type]
        )
    other.replace(path)
    return path


def read(path: Path) -> Preview:
    """Read a preview. Raises Damaged for a file that is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            about: dict[str, Any] = json.loads(bytes(file["about"]).decode())
            arrays = {name: file[name].astype(np.float64) for name in file.files if name != "about"}
            if about.pop("format") != FORMAT:
                raise ValueError("another format")
            process = Process(
                arrays["line"],
                arrays["points"],
                arrays["weights"],
                arrays["lengths"],
                float(arrays["noise"][0]),
            )
            about["names"] = tuple(about["names"])
            return Preview(
                **about,
                start=arrays["start"],
                mean=arrays["mean"],
                basis=arrays["basis"],
                errors=arrays["errors"],
                far=arrays["far"],
                process=process,
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, zlib.error) as error:
        raise Damaged(f"{path}: not a preview ({error})") from error
