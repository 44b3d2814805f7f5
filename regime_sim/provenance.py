"""What identifies a model, a run and a forecast: every hash of the package; runs nothing.

The mark of the model is taken over meaning, not over text. It covers

- each definition of the law and of the engine as its syntax tree, without docstrings, comments,
  layout, annotations and the words of errors, whatever file it stands in. A name counts as the
  definition that it stands for, so an import that is bent to another function shows;
- what the tables say in numbers and names (`facts`): ranges, priors, defaults, orders, the way a
  lever moves its parts, what an event sets. Their words and sources are not covered.

A reworded docstring, a moved function or a reformatted file leave the mark as it is; 0.5 in place
of 0.6 changes it. Formats of files have versions of their own (`FORMATS`).
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Any

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


@cache
def model_mark() -> str:
    """The mark of the model: what the numbers of a run depend on besides scenario and seed."""
    modules = [path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]
    return sha256(canonical({"code": meaning(modules), "tables": _tables()}).encode())


def meaning(modules: Iterable[Path]) -> list[str]:
    """The digests of all definitions in these files of the package, sorted: the same wherever a
    definition stands and however it is laid out.
    """
    read = {_dotted(path): _Module.read(path) for path in modules}
    bare = {name: {k: _digest(node) for k, node in one.named.items()} for name, one in read.items()}
    return sorted(digest for one in read.values() for digest in one.resolved(bare))


def _dotted(path: Path) -> str:
    parts = path.resolve().relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@dataclass(frozen=True, slots=True)
class _Module:
    """The definitions of one file, and what its imported names stand for: module and name, or a
    module alone (name "").
    """

    name: str
    statements: tuple[ast.stmt, ...]
    named: dict[str, ast.stmt]
    imported: dict[str, tuple[str, str]]

    @classmethod
    def read(cls, path: Path) -> _Module:
        """Parse a file."""
        statements: list[ast.stmt] = []
        imported: dict[str, tuple[str, str]] = {}
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                imported |= _imported(node, _dotted(path), path.name == "__init__.py")
            elif not _silent(node):
                statements.append(_Bare().visit(node))
        named = {name: node for node in statements for name in _names(node)}
        return cls(_dotted(path), tuple(statements), named, imported)

    def resolved(self, bare: Mapping[str, Mapping[str, str]]) -> list[str]:
        """The digest of each statement, names replaced by what they stand for."""
        known = _Known(self.imported | {name: (self.name, name) for name in self.named}, bare)
        return [_digest(known.visit(node)) for node in self.statements]


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


def _is_docstring(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
        return False
    return isinstance(node.value.value, str)


class _Bare(ast.NodeTransformer):
    """Takes out docstrings, annotations and the words of errors."""

    def visit(self, node: ast.AST) -> Any:
        """Visit a node, without a docstring at the head of its body."""
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_docstring(body[0]):
            node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
        if hasattr(node, "returns"):
            node.returns = None
        return super().visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """An argument without its type."""
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """A variable without its type; a field of a record keeps its place."""
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """An error by its kind alone."""
        if isinstance(node.exc, ast.Call):
            node.exc = node.exc.func
        node.cause = None
        return node


class _Known(ast.NodeTransformer):
    """Replaces names by the digest of the definition that they stand for in a hashed file."""

    def __init__(
        self, imported: Mapping[str, tuple[str, str]], bare: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.imported, self.bare = imported, bare

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """A name that stands for a definition."""
        module, name = self.imported.get(node.id, ("", ""))
        return self._named(self.bare.get(module, {}).get(name)) or node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`module.name`, where the module is a hashed file."""
        if isinstance(node.value, ast.Name) and node.value.id in self.imported:
            module = ".".join(self.imported[node.value.id])
            found = self._named(self.bare.get(module, {}).get(node.attr))
            if found is not None:
                return found
        return self.generic_visit(node)

    def _named(self, digest: str | None) -> ast.Name | None:
        return None if digest is None else ast.Name(f"@{digest}", ast.Load())


def _digest(node: ast.AST) -> str:
    return sha256(ast.dump(node).encode())


def _tables() -> list[object]:
    """What the tables say in numbers and names."""
    from .facts import parameters as table
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
