"""Answers of long questions on disk: those that ship for the scenarios as they ship, and those that
this machine found before. Numbers, words and arrays alone (JSON and NumPy, never a pickle); a file
that cannot be read is as good as none.

A file says all that its answer depends on: the question, the scenario with its seed, the model, its
samples and the code that asks. So an answer of another model is never taken for this one's.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import regime_sim as rs
from regime_sim.view.keeping import (
    Closed,
    cache_folder,
    disk,
    mark,
    seeds_folder,
    sha256,
)

FORMAT = 1
MOST = 200  # files in the user's cache, the oldest removed first
LARGEST = 32 * 2**20  # bytes of a file that is read
NUMBERS = ("questions", "statistics", "ensemble")  # rooms that numbers depend on, beside the model
# modules whose dataclasses answers are made of; nothing else is made from a file
RECORDS = re.compile(
    r"regime_sim\.(facts|history|questions|statistics)\.[a-z_]+|\.tabs\.claim", re.ASCII
)
SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class NotKept(Exception):
    """An answer that holds something that no file keeps."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is kept. key: all that it depends on beside its code and the model; rooms:
    those whose code it depends on, none for all of the package.
    """

    question: str
    key: str
    scenario: rs.Scenario | None = None
    rooms: tuple[str, ...] = NUMBERS

    @property
    def said(self) -> str:
        """What a file must say of itself to be this answer's."""
        return sha256(f"{FORMAT} {self.question} {self.key} {mark(*self.rooms)}".encode())

    @property
    def own(self) -> Path:
        """The file in the user's cache."""
        return cache_folder() / "page" / f"{self.question}-{self.said[:32]}.npz"

    @property
    def shipped(self) -> str:
        """The name of the file that ships for a scenario of this name."""
        return f"{self.question}-{'any' if self.scenario is None else self.scenario.id}.npz"

    def read(self) -> Any:
        """The answer; None where there is none."""
        for path in (self.own, seeds_folder() / "answers" / self.shipped):
            with contextlib.suppress(OSError):
                if path.is_file() and path.stat().st_size <= LARGEST:
                    found = unpacked(path.read_bytes(), self)
                    if found is not None:
                        return found
        return None

    def write(self, found: object, path: Path | None = None) -> bool:
        """Keep an answer, in the user's cache unless told where; whether it could be kept."""
        target = self.own if path is None else path
        try:
            content = packed(found, self)
            disk.make_folder(target.parent)
            disk.write_file(target, content)
        except (NotKept, rs.RegimeSimError, OSError):
            return False
        if path is None:
            _sweep_out(target.parent)
        return True


def _sweep_out(folder: Path) -> None:
    """Remove the oldest files over `MOST`."""
    with contextlib.suppress(OSError):
        files = sorted(folder.glob("*.npz"), key=lambda one: one.stat().st_mtime)
        for one in files[: max(0, len(files) - MOST)]:
            one.unlink()


# ---- records as JSON and arrays, and back


def packed(found: object, place: Place) -> bytes:
    """An answer as the bytes of a file. Raises NotKept."""
    arrays: dict[str, Any] = {}
    tree = {"of": place.said, "answer": _plain(found, place.scenario, arrays)}
    text = np.frombuffer(json.dumps(tree, allow_nan=False).encode(), np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, tree=text, **arrays)
    return out.getvalue()


def _plain(one: Any, scenario: rs.Scenario | None, arrays: dict[str, Any]) -> Any:
    """A value as JSON says it; arrays are put aside under a name."""

    def each(values: Iterable[Any]) -> list[Any]:
        return [_plain(value, scenario, arrays) for value in values]

    if isinstance(one, np.generic):
        one = one.item()
    if one is None or isinstance(one, (bool, int, str)):
        return one
    if isinstance(one, float):
        return one if math.isfinite(one) else {"number": repr(one)}
    if isinstance(one, date) and not isinstance(one, datetime):
        return {"day": one.isoformat()}
    if isinstance(one, rs.Scenario):
        if scenario is None:
            raise NotKept("a scenario")
        return {"scenario": True}
    if isinstance(one, np.ndarray) and one.dtype.kind in "biuf":
        name = f"a{len(arrays)}"
        arrays[name] = _small(one)
        return {"array": name, "kind": one.dtype.str}
    if isinstance(one, dict):
        return {"mapping": each(one.items())}
    if isinstance(one, Closed):
        return {"closed": each(one.items())}
    if isinstance(one, (tuple, list)) and type(one) in (tuple, list):
        return {type(one).__name__: each(one)}
    if is_dataclass(one) and RECORDS.fullmatch(_called(type(one)).partition(":")[0]):
        names = [field.name for field in fields(one)]
        held = dict(zip(names, each(getattr(one, name) for name in names), strict=True))
        return {"record": _called(type(one)), "holds": held}
    raise NotKept(type(one).__name__)


def _small(array: Any) -> Any:
    """Whole numbers in as few bytes as hold them."""
    if array.dtype.kind in "iu" and array.size:
        return array.astype(np.result_type(*map(np.min_scalar_type, (array.min(), array.max()))))
    return array


def unpacked(content: bytes, place: Place) -> Any:
    """What `packed` made for this place; None for anything else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            tree = json.loads(bytes(file["tree"]).decode())
            if tree["of"] != place.said:
                return None
            return _made(tree["answer"], place.scenario, file)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        EOFError,
        RecursionError,
        zipfile.BadZipFile,
        zlib.error,
    ):
        return None


def _made(tree: Any, scenario: rs.Scenario | None, arrays: Any) -> Any:
    """A value from JSON and arrays; only records of `RECORDS` are made."""
    if not isinstance(tree, dict):
        return tree

    def each(values: list[Any]) -> list[Any]:
        return [_made(value, scenario, arrays) for value in values]

    if "number" in tree:
        return SPECIAL[tree["number"]]
    if "day" in tree:
        return date.fromisoformat(tree["day"])
    if "scenario" in tree:
        return scenario
    if "array" in tree:
        return arrays[tree["array"]].astype(np.dtype(tree["kind"]))
    if "mapping" in tree:
        return dict(each(tree["mapping"]))
    if "closed" in tree:
        return Closed(each(tree["closed"]))
    if "tuple" in tree:
        return tuple(each(tree["tuple"]))
    if "list" in tree:
        return each(tree["list"])
    kind = _kind(tree["record"])
    return kind(**{name: _made(one, scenario, arrays) for name, one in tree["holds"].items()})


def _called(kind: type[Any]) -> str:
    module = kind.__module__.removeprefix(__package__)  # installed or in a checkout
    return f"{module}:{kind.__qualname__}"


@cache
def _kind(called: str) -> type[Any]:
    """The record of this name. Raises KeyError for what is none."""
    module, _, name = called.partition(":")
    if not RECORDS.fullmatch(module):
        raise KeyError(called)
    kind = vars(import_module(module, __package__)).get(name)
    if not (isinstance(kind, type) and is_dataclass(kind) and _called(kind) == called):
        raise KeyError(called)
    return kind
