"""The mark of a law: one hash of everything that a built module is made of. A comment, a docstring
or another layout does not change it; anything that could change a number does.

Hashed are the syntax trees of the law and of what translates it, without docstrings; the engine in
C without comments; the numbers and names that the tables give to it; and how it is compiled.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import re
from pathlib import Path

from . import header, layout, targets

HERE = Path(__file__).resolve().parent
LAW = HERE.parent.parent / "law"
ENGINE = HERE / "engine.c"
TRANSLATOR = ("expressions", "header", "kinds", "layout", "quantiles", "statements", "translate")
_LEFT_OUT = frozenset({"ctx", "type_comment", "kind", "type_params"})  # say nothing, or not always


@functools.cache
def law_mark() -> str:
    """The mark of the law as it stands on disk: 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(f"{path.stem}\n{tree_text(path.read_text(encoding='utf-8'))}\n".encode())
    digest.update(c_text(ENGINE.read_text(encoding="utf-8")).encode())
    digest.update(repr((header.numbers(), header.fields(), layout.RUN, targets.FLAGS)).encode())
    return digest.hexdigest()


def sources() -> tuple[Path, ...]:
    """The Python files whose syntax trees are in the mark."""
    return (*sorted(LAW.glob("*.py")), *(HERE / f"{name}.py" for name in TRANSLATOR))


def tree_text(source: str) -> str:
    """A file's syntax tree as text, the same for every Python that this package runs on."""
    parts: list[str] = []
    _write(ast.parse(source), parts)
    return "".join(parts)


def _write(node: ast.AST, parts: list[str]) -> None:
    parts.append(f"({type(node).__name__}")
    for name in node._fields:
        value = getattr(node, name, None)
        if value is None or value == [] or name in _LEFT_OUT:
            continue
        parts.append(f" {name}=")
        _write_value(_without_docstring(node, name, value), parts)
    parts.append(")")


def _write_value(value: object, parts: list[str]) -> None:
    if isinstance(value, ast.AST):
        _write(value, parts)
    elif isinstance(value, list):
        parts.append("[")
        for one in value:
            _write_value(one, parts)
        parts.append("]")
    else:
        parts.append(repr(value))


def _without_docstring(node: ast.AST, name: str, value: object) -> object:
    """The body of a module, class or function without its docstring."""
    if name != "body" or not isinstance(value, list):
        return value
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return value
    match value[0]:
        case ast.Expr(value=ast.Constant(value=str())):
            return value[1:]
    return value


def c_text(source: str) -> str:
    """C as its words and signs, without comments; a line of its own for each directive."""
    bare = re.sub(r"/\*.*?\*/", " ", source, flags=re.DOTALL).replace("\\\n", " ")
    lines = [f"\n{line}\n" if line.startswith("#") else line for line in bare.splitlines()]
    words = re.findall(r"\"[^\"]*\"|[\w.]+|\n|\S", " ".join(lines))
    return " ".join(words)
