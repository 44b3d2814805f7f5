"""Functions of the law as C functions: each is translated where it is met, for the kinds of its
arguments; the same function may have several translations. No formula is written twice.
"""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType

from .expressions import Scope, Text, _told
from .kinds import NARROW, NOTHING, REAL, TRUTH, WHOLE, Fields, Kind, Several, c_name, c_type
from .refusal import refused
from .statements import Body

_DECLARED: dict[str, Kind] = {"float": REAL, "int": WHOLE, "bool": TRUTH}


@dataclass
class Translation:
    """All functions that are reached from those asked for, in an order that C takes."""

    fields: Fields
    rooms: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    known: dict[tuple[FunctionType, tuple[Kind, ...]], Text | None] = field(default_factory=dict)

    def function(self, code: FunctionType, kinds: tuple[Kind, ...]) -> Text:
        """The C name of a function for these kinds of arguments, and what it returns."""
        key = (code, kinds)
        if key in self.known:
            found = self.known[key]
            if found is None:
                raise refused(code, _definition(code), "calls itself")
            return found
        name = self._name(code, kinds)
        self.known[key] = None
        gives, lines = self._written(code, kinds, name)
        self.known[key] = name, gives
        self.lines += [*lines, ""]
        return name, gives

    def _name(self, code: FunctionType, kinds: tuple[Kind, ...]) -> str:
        same = sum(one is code and (NARROW in had) == (NARROW in kinds) for one, had in self.known)
        name = f"{code.__module__.rsplit('.', 1)[1]}_{code.__name__}"
        name += "_narrow" if NARROW in kinds else ""
        return f"{name}_{same}" if same else name

    def _written(
        self, code: FunctionType, kinds: tuple[Kind, ...], name: str
    ) -> tuple[Kind, list[str]]:
        node = _definition(code)
        scope = Scope(code, self.fields, self.function, self.rooms)
        names = _arguments(code, node, kinds)
        scope.kinds, scope.sure = dict(zip(names, kinds, strict=True)), set(names)
        body = Body(scope)
        lines = body.lines(node.body)
        gives = _result(code, node, body)
        taken = [f"{c_type(kind)} {c_name(one)}" for one, kind in zip(names, kinds, strict=True)]
        taken += ["double *restrict out_"] if isinstance(gives, Several) else []
        local = [f"    {c_type(scope.kinds[one])} {c_name(one)};" for one in body.declared]
        head = f"LAW {c_type(gives)} {name}({', '.join(taken)}) {{"
        return gives, [head, *local, *(f"    {line}" for line in lines), "}"]


def _arguments(code: FunctionType, node: ast.FunctionDef, kinds: tuple[Kind, ...]) -> list[str]:
    """The names of the arguments; refused where they are not plain or not of the kinds given."""
    given = node.args
    odd = (given.vararg, given.kwarg, *given.kwonlyargs, *given.defaults, *given.posonlyargs)
    if any(odd) or node.decorator_list:
        raise refused(code, node, "has arguments or decorators that are not plain")
    if len(given.args) != len(kinds):
        raise refused(code, node, f"takes {len(given.args)} arguments and is given {len(kinds)}")
    for one, kind in zip(given.args, kinds, strict=True):
        declared = _DECLARED.get(ast.unparse(one.annotation), kind) if one.annotation else kind
        if declared != kind and not (declared == REAL and kind == NARROW):
            why = f"{one.arg} is declared {_told(declared)} and given {_told(kind)}"
            raise refused(code, one, why)
    return [one.arg for one in given.args]


def _result(code: FunctionType, node: ast.FunctionDef, body: Body) -> Kind:
    """What a function returns: one kind on all its ways, or nothing on all of them."""
    gives = set(body.returns)
    if not gives:
        return NOTHING
    if len(gives) > 1:
        why = f"returns {' or '.join(sorted(_told(one) for one in gives))}"
        raise refused(code, node, why)
    if gives != {NOTHING} and not _ends(node.body):
        raise refused(code, node, "returns a value on some ways only")
    return gives.pop()


def _ends(body: list[ast.stmt]) -> bool:
    """Whether a block surely ends in a return."""
    last = body[-1] if body else None
    if isinstance(last, ast.If):
        return _ends(last.body) and _ends(last.orelse)
    return isinstance(last, ast.Return)


@functools.cache
def _tree(path: str) -> ast.Module:
    return ast.parse(Path(path).read_text(encoding="utf-8"))


def _definition(code: FunctionType) -> ast.FunctionDef:
    """A function's own syntax tree, with the lines of its file."""
    place = code.__code__
    for node in _tree(place.co_filename).body:
        if isinstance(node, ast.FunctionDef) and node.name == code.__name__:
            return node
    raise refused(code, ast.Pass(), "is not a plain function of its module")
