"""What identifies a model, a run and a forecast: every hash of the package; runs nothing.

The mark of the model is taken over meaning, not over text. It covers

- each definition of the law and of the engine as its syntax tree, without docstrings, comments,
  layout, annotations and the words of errors, whatever file it stands in. A name counts as the
  definition that it stands for, so an import that is bent to another function shows;
- what the tables say in numbers and names (`facts`): ranges, priors, defaults, orders, the way a
  lever moves its parts, what an event sets. Their words and sources are not covered.

A reworded docstring, a moved function or a reformatted file leave the mark as it is; 0.5 in place
of 0.6 changes it. Formats of files have versions of their own (`RUN_FORMAT`).

Run folders and workers elsewhere are compared by the mark and the format, and by nothing else
(`here`, `differences`). Versions of libraries are written down (`versions`), not compared.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .facts import parameters as table
from .version import __version__

if TYPE_CHECKING:
    from .scenario.compiled import Compiled

RUN_FORMAT = "regime-sim run 2"  # of a run folder: manifest, chunks and tables
PACKAGE = Path(__file__).resolve().parent
ROOMS = ("law", "engine")  # whose definitions a run's numbers come from


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
    """Versions of what runs here, to be written down: the bytes of files may depend on them, the
    numbers in them do not.
    """
    found = {name: metadata.version(name) for name in ("numpy", "numba", "pyarrow")}
    own = {"python": platform.python_version(), "regime_sim": __version__}
    return own | {"zlib": zlib.ZLIB_RUNTIME_VERSION} | found


def inputs_mark(compiled: Compiled) -> str:
    """The mark of everything that the engine reads of a scenario."""
    about = (
        compiled.id,
        compiled.start.isoformat(),
        compiled.horizon,
        compiled.generals,
        compiled.patrons,
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


def question_mark(*asked: str) -> str:
    """The mark of a question to this model: of the model, and of texts that say what is asked."""
    return sha256("\n".join((model_mark(), *asked)).encode())


def files_mark(paths: Iterable[Path], folder: Path | None = None) -> str:
    """The mark of the model and of the bytes of files, by their names (under `folder`)."""
    digest = hashlib.sha256(model_mark().encode())
    for path in paths:
        name = path.name if folder is None else path.relative_to(folder).as_posix()
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


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
    modules = [path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")]
    return sha256(canonical({"code": meaning(modules), "tables": _tables()}).encode())


def meaning(modules: Iterable[Path], sentences: bool = True) -> list[str]:
    """The digests of all definitions in these files of the package, sorted: the same wherever a
    definition stands, however it is laid out, and by any version of Python. sentences: whether
    strings with a space count.
    """
    read = {_dotted(path): _Module.read(path, sentences) for path in modules}
    bare = {name: module.digests() for name, module in read.items()}
    return sorted(digest for module in read.values() for digest in module.resolved(bare))


def _dotted(path: Path) -> str:
    parts = path.resolve().relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# a name in the text of a definition, and an attribute of a name
_NAME = re.compile("\0([^\0.]+)(?:[.]([^\0.]+))?\0")
_UNSAID = frozenset(("annotation", "returns", "ctx", "kind", "type_comment", "cause"))


@dataclass(frozen=True, slots=True)
class _Module:
    """The definitions of one file as texts (`_text`), those that have a name, and what its imported
    names stand for: module and name.
    """

    name: str
    texts: tuple[str, ...]
    named: dict[str, str]
    imported: dict[str, tuple[str, str]]

    @classmethod
    def read(cls, path: Path, sentences: bool = True) -> _Module:
        """Parse a file."""
        texts: list[str] = []
        named: dict[str, str] = {}
        imported: dict[str, tuple[str, str]] = {}
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                imported |= _imported(node, _dotted(path), path.name == "__init__.py")
            elif not _silent(node):
                texts.append(_text(node, sentences))
                named |= dict.fromkeys(_names(node), texts[-1])
        return cls(_dotted(path), tuple(texts), named, imported)

    def digests(self) -> dict[str, str]:
        """The digest of each definition, by its name, with names as they are written."""
        return {name: sha256(text.encode()) for name, text in self.named.items()}

    def resolved(self, bare: Mapping[str, Mapping[str, str]]) -> list[str]:
        """The digest of each definition, with names replaced by what they stand for."""
        stands_for = self.imported | {name: (self.name, name) for name in self.named}

        def known(found: re.Match[str]) -> str:
            name, attribute = found.group(1, 2)
            module, own = stands_for.get(name, ("", ""))
            if attribute is not None:
                inside = bare.get(f"{module}.{own}", {}).get(attribute)
                return inside or f"{bare.get(module, {}).get(own, name)}.{attribute}"
            return bare.get(module, {}).get(own, name)

        return [sha256(_NAME.sub(known, text).encode()) for text in self.texts]


def _imported(node: ast.ImportFrom, module: str, package: bool) -> dict[str, tuple[str, str]]:
    """What the names of an import from this package stand for."""
    if not node.level:
        return {}
    above = module.split(".")[: None if package else -1]
    base = ".".join(above[: len(above) - node.level + 1] + (node.module or "").split("."))
    return {one.asname or one.name: (base.rstrip("."), one.name) for one in node.names}


def _silent(node: ast.stmt) -> bool:
    """Whether a statement at the top of a file says nothing to the numbers."""
    if isinstance(node, ast.Import) or _is_docstring(node):
        return True
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return "__all__" in _names(node)


def _names(node: ast.stmt) -> list[str]:
    """The names that a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    flat = [part for one in targets for part in getattr(one, "elts", [one])]
    return [one.id for one in flat if isinstance(one, ast.Name)]


def _is_docstring(node: ast.AST) -> bool:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
        return False
    return isinstance(node.value.value, str)


def _text(node: Any, sentences: bool = True) -> str:
    """A syntax tree as text, without docstrings, annotations, layout and the words of errors; names
    stand between zero characters. Not `ast.dump`, whose text depends on the version of Python.
    """
    if isinstance(node, ast.Name):
        return f"\0{node.id}\0"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"\0{node.value.id}.{node.attr}\0"
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        return f"Raise({_text(node.exc.func, sentences)})"
    if isinstance(node, list):
        body = node[1:] or [ast.Pass()] if node and _is_docstring(node[0]) else node
        return ",".join(_text(one, sentences) for one in body)
    if not isinstance(node, ast.AST):
        return " " if not sentences and isinstance(node, str) and " " in node else repr(node)
    fields = [(name, getattr(node, name, None)) for name in node._fields if name not in _UNSAID]
    said = [
        f"{name}={_text(value, sentences)}" for name, value in fields if value not in (None, [])
    ]
    return f"{type(node).__name__}({';'.join(said)})"


def _tables() -> list[object]:
    """What the tables say in numbers and names."""
    from .facts.actors import STATE_NAMES

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
