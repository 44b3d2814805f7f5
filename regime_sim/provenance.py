"""What identifies a model, a run and a forecast: every hash of the package; runs nothing.

The mark of the model is taken over meaning, not over text (see `meaning`). It covers

- the law, and what a built engine is made of besides (`engine.native.mark`);
- the definitions of the readable engine. What finds, loads and calls a built module is not
  covered: a module gives the numbers of the readable engine, or is refused;
- what the tables say in numbers and names (`facts`): ranges, priors, defaults, orders, the way a
  lever moves its parts, what an event sets. Their words and sources are not covered.

A reworded docstring, a moved function or a reformatted file leave the mark as it is; 0.5 in place
of 0.6 changes it. Formats of files have versions of their own (`RUN_FORMAT`).

Run folders and workers elsewhere are compared by the mark and the format, and by nothing else
(`here`, `differences`). Versions of libraries are written down (`versions`), not compared.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .engine.native.mark import law_mark
from .engine.native.modules import ModuleRefused, engine
from .facts import parameters as table
from .facts.actors import STATE_NAMES
from .meaning import meaning
from .version import __version__

if TYPE_CHECKING:
    from .scenario.compiled import Compiled

RUN_FORMAT = "regime-sim run 2"  # of a run folder: manifest, chunks and tables
PACKAGE = Path(__file__).resolve().parent
ROOMS = ("law", "engine")  # whose definitions the readable engine is made of


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical(document: object) -> str:
    """JSON in one spelling only."""
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


# ---- runs


def here() -> dict[str, str]:
    """What a worker, or a run folder, must have in common with this process."""
    return {"model_sha256": model_mark(), "format": RUN_FORMAT}


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """How a run folder or a worker differs from `here`, in words."""
    words = {"model_sha256": "a different version of the model", "format": "another file format"}
    return [word for name, word in words.items() if there.get(name) != here[name]]


@cache
def versions() -> Mapping[str, str]:
    """Versions of what runs here, and the built engine's module, to be written down: the bytes of
    files may depend on them, the numbers in them do not.
    """
    found = {name: metadata.version(name) for name in ("numpy", "pyarrow")}
    own = {"python": platform.python_version(), "regime_sim": __version__, "engine": _module()}
    return own | {"zlib": zlib.ZLIB_RUNTIME_VERSION} | found


def _module() -> str:
    """What the fast engine runs on here; the readable one needs none."""
    try:
        return engine().name
    except ModuleRefused:
        return "none"


def inputs_mark(compiled: Compiled) -> str:
    """The mark of everything that the engine reads of a scenario."""
    about = (
        compiled.id,
        compiled.start.isoformat(),
        compiled.horizon,
        compiled.generals,
        compiled.patrons,
        compiled.principals,
        compiled.titles,
        compiled.uncertain,
        compiled.event_names,
    )
    events = [getattr(compiled.events, name) for name in type(compiled.events).__slots__]
    joint = [] if compiled.joint is None else [compiled.joint.columns, compiled.joint.rows]
    digest = hashlib.sha256(repr(about).encode())
    for array in (compiled.x, compiled.p, *events, *joint):
        digest.update(f"{array.dtype.str} {array.shape}\0".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def sample_mark(compiled: Compiled) -> str | None:
    """The mark of the joint sample that structural parameters are drawn from; None where they have
    their own priors.
    """
    if compiled.joint is None:
        return None
    return sha256(compiled.joint.columns.tobytes() + compiled.joint.rows.tobytes())


def arrays_digest(arrays: Iterable[tuple[str, str, Any]]) -> str:
    """SHA-256 of arrays (name, type on disk, array) in order, each after its name, type and shape;
    little endian on any machine.
    """
    total = hashlib.sha256()
    for name, kind, values in arrays:
        array = np.ascontiguousarray(values, dtype=np.dtype(kind))
        total.update(f"{name} {kind} {array.shape}\n".encode())
        total.update(array.data)
    return total.hexdigest()


# ---- forecasts, previews, documents


_BLOCK = re.compile(r"^(?:registered|resolved):.*\n(?:(?:[ \t].*)?\n)*", re.MULTILINE)


def question_text(text: str) -> str:
    """A scenario file without forecast and answer, line ends as \\n: what a seal is taken over."""
    lines = text.replace("\r\n", "\n").rstrip("\n") + "\n"
    return _BLOCK.sub("", lines).rstrip("\n") + "\n"


def seal(text: str, numbers: Mapping[str, Any]) -> str:
    """The seal of a forecast: SHA-256 over its file (`question_text`) and its numbers. An edit of
    either shows; that the seal itself was not renewed only the history of the repository can show.
    """
    whole = {"file": question_text(text), "forecast": numbers}
    return sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode())


# ---- the mark of the model


@cache
def model_mark() -> str:
    """The mark of the model: what the numbers of a run depend on besides scenario and seed."""
    code = meaning(path for room in ROOMS for path in (PACKAGE / room).glob("*.py"))
    return sha256(canonical({"built": law_mark(), "code": code, "tables": _tables()}).encode())


def _tables() -> list[object]:
    """What the tables say in numbers and names."""
    rows = [
        (row.name, repr((row.low, row.high, row.default)), row.kind.name, repr(row.prior))
        for row in table.PARAMETERS.values()
    ]
    levers = [
        (one.name, repr([astuple(part) for part in one.parts])) for one in table.LEVERS.values()
    ]
    events = [(one.name, repr((one.sets, one.lasts))) for one in table.EVENTS.values()]
    seen = [(one.name, one.reads, repr((one.low, one.high, one.log))) for one in table.OBSERVABLES]
    return [rows, levers, events, STATE_NAMES, seen, table.WAYS, table.FATES, table.REGIME]
