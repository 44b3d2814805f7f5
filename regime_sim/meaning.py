"""The meaning of Python files, as digests: each definition as its syntax tree, without docstrings,
comments, layout, annotations and the words of errors, whatever file it stands in. Imports nothing
of the package and runs nothing of what it reads.

A name counts as the definition that it stands for, so an import that is bent to another function
shows.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent
# a name in the text of a definition, and an attribute of a name
_NAME = re.compile("\0([^\0.]+)(?:[.]([^\0.]+))?\0")
_UNSAID = frozenset(("annotation", "returns", "ctx", "kind", "type_comment", "cause"))


def meaning(modules: Iterable[Path], sentences: bool = True) -> list[str]:
    """The digests of all definitions in these files of the package, sorted: the same wherever a
    definition stands, however it is laid out, and by any version of Python. sentences: whether
    strings with a space count.
    """
    read = {_dotted(path): _Module.read(path, sentences) for path in modules}
    bare = {name: module.digests() for name, module in read.items()}
    return sorted(digest for module in read.values() for digest in module.resolved(bare))


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _dotted(path: Path) -> str:
    parts = path.resolve().relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


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
        text = path.read_text(encoding="utf-8")
        return _parsed(_dotted(path), path.name == "__init__.py", text, sentences)

    def digests(self) -> dict[str, str]:
        """The digest of each definition, by its name, with names as they are written."""
        return {name: _digest(text.encode()) for name, text in self.named.items()}

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

        return [_digest(_NAME.sub(known, text).encode()) for text in self.texts]


@lru_cache(maxsize=256)
def _parsed(module: str, package: bool, text: str, sentences: bool) -> _Module:
    """A module of this text; two marks may want the same one."""
    texts: list[str] = []
    named: dict[str, str] = {}
    imported: dict[str, tuple[str, str]] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            imported |= _imported(node, module, package)
        elif not _silent(node):
            texts.append(_text(node, sentences))
            named |= dict.fromkeys(_names(node), texts[-1])
    return _Module(module, tuple(texts), named, imported)


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
