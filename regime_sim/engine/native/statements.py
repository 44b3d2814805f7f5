"""Statements of the law as lines of C; refuses what it does not know.

Follows which names surely have a value, so that a name that only one branch has set is refused:
Python would say so at run time, C would read whatever lies there.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .expressions import Scope, _told
from .kinds import NOTHING, REAL, SHORT, TRUTH, WHOLE, Array, Kind, Record, Several, c_name, c_type


@dataclass
class Body:
    """The statements of one function: its lines, its local names in order, what it returns."""

    scope: Scope
    declared: list[str] = field(default_factory=list)
    returns: list[Kind] = field(default_factory=list)
    temporaries: int = 0

    def lines(self, body: list[ast.stmt]) -> list[str]:
        """The lines of a block of statements."""
        return [line for node in body for line in self._statement(node)]

    def _statement(self, node: ast.stmt) -> list[str]:
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                return []  # a docstring
            case ast.Expr(value=ast.Call()):
                return [f"{self.scope.value(node.value)[0]};"]
            case ast.Assign(targets=[ast.Tuple() as target]):
                return self._unpacked(target, node.value)
            case ast.Assign(targets=[target]):
                return [self._assigned(target, *self.scope.value(node.value))]
            case ast.If():
                return self._branches(node)
            case ast.For():
                return self._loop(node)
            case ast.Return():
                return self._returned(node)
        raise self.scope.refuse(node, f"{type(node).__name__} is not translated")

    def _declare(self, name: str, kind: Kind, node: ast.AST) -> None:
        kinds = self.scope.kinds
        if kinds.setdefault(name, kind) != kind:
            was = _told(kinds[name])
            raise self.scope.refuse(node, f"{name!r} was {was} and now is {_told(kind)}")
        if name not in self.scope.sure and name not in self.declared:
            self.declared.append(name)
        self.scope.sure.add(name)

    def _temporary(self, kind: Kind, node: ast.AST) -> str:
        name = f"t{self.temporaries}_"
        self.temporaries += 1
        self._declare(name, kind, node)
        return name

    def _assigned(self, target: ast.expr, text: str, kind: Kind) -> str:
        if isinstance(target, ast.Name):
            self._declare(target.id, kind, target)
            return f"{c_name(target.id)} = {text};"
        if isinstance(target, ast.Attribute):
            place, wanted = self.scope.value(target)
            if not kind == wanted == REAL:
                why = f"{ast.unparse(target)} is {_told(wanted)} and takes no {_told(kind)}"
                raise self.scope.refuse(target, why)
            return f"{place} = {text};"
        if isinstance(target, ast.Subscript):
            return self._stored(target, text, kind)
        raise self.scope.refuse(target, f"an assignment to {type(target).__name__}")

    def _stored(self, target: ast.Subscript, text: str, kind: Kind) -> str:
        base, array = self.scope.value(target.value)
        if not isinstance(array, Array) or not array.written:
            raise self.scope.refuse(target, f"{ast.unparse(target.value)} is not to be written")
        if kind != (WHOLE if array.of == SHORT else array.of):
            raise self.scope.refuse(target, f"takes no {_told(kind)}")
        place = f"{base}[{self.scope.of(target.slice, WHOLE)}]"
        return f"{place} = ({c_type(array.of)}){text};"

    def _unpacked(self, target: ast.Tuple, node: ast.expr) -> list[str]:
        called = self.scope.outside(node.func) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and getattr(called, "__name__", "") == "frexp":
            return self._frexp(target, node)
        table = self.scope.kinds.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(node, ast.Name) and isinstance(table, Record):
            return self._columns(target, node.id, table)
        if not isinstance(node, ast.Tuple) or len(node.elts) != len(target.elts):
            raise self.scope.refuse(node, f"{ast.unparse(node)} cannot be unpacked")
        before, after = [], []
        for one, value in zip(target.elts, node.elts, strict=True):  # all values first, as Python
            text, kind = self.scope.value(value)
            name = self._temporary(kind, node)
            before.append(f"{name} = {text};")
            after.append(self._assigned(one, name, kind))
        return before + after

    def _frexp(self, target: ast.Tuple, node: ast.Call) -> list[str]:
        names = [one.id for one in target.elts if isinstance(one, ast.Name)]
        if len(names) != 2 or len(node.args) != 1:
            raise self.scope.refuse(node, "frexp gives two names")
        given = self.scope.of(node.args[0], REAL)
        self._declare(names[0], REAL, node)
        self._declare(names[1], WHOLE, node)
        return [f"{c_name(names[0])} = law_frexp({given}, &{c_name(names[1])});"]

    def _columns(self, target: ast.Tuple, name: str, table: Record) -> list[str]:
        """A record of columns unpacked: each column has as many elements as it has rows."""
        columns = {k: v for k, v in self.scope.fields[table.name].items() if isinstance(v, Array)}
        if len(columns) != len(target.elts):
            raise self.scope.refuse(target, f"{table.name} has {len(columns)} columns")
        rows = f"{c_name(name)}->rows"
        return [
            self._assigned(one, f"{c_name(name)}->{column}", Array(kind.of, rows))
            for one, (column, kind) in zip(target.elts, columns.items(), strict=True)
        ]

    def _branches(self, node: ast.If) -> list[str]:
        test, sure = self.scope.of(node.test, TRUTH), set(self.scope.sure)
        ends = []
        lines = [f"if ({test}) {{"]
        for body in (node.body, node.orelse):
            self.scope.sure = set(sure)
            lines += _indented(self.lines(body))
            lines += ["} else {"] if body is node.body and node.orelse else []
            ends.append(None if body and isinstance(body[-1], ast.Return) else self.scope.sure)
        left = [end for end in ends if end is not None]
        self.scope.sure = set.intersection(*left) if left else sure
        return [*lines, "}"]

    def _loop(self, node: ast.For) -> list[str]:
        called = node.iter if isinstance(node.iter, ast.Call) else None
        over = self.scope.outside(called.func) if called else None
        plain = isinstance(node.target, ast.Name) and not node.orelse
        if called is None or over is not range or len(called.args) != 1 or not plain:
            raise self.scope.refuse(node, f"a loop over {ast.unparse(node.iter)}")
        assert isinstance(node.target, ast.Name)
        stop = self.scope.of(called.args[0], WHOLE)
        end, count = self._temporary(WHOLE, node), self._temporary(WHOLE, node)
        sure = set(self.scope.sure)
        self._declare(node.target.id, WHOLE, node)
        inside = [f"{c_name(node.target.id)} = {count};", *self.lines(node.body)]
        self.scope.sure = sure  # the body may not have run
        head = f"for ({count} = 0; {count} < {end}; {count}++) {{"
        return [f"{end} = {stop};", head, *_indented(inside), "}"]

    def _returned(self, node: ast.Return) -> list[str]:
        if node.value is None:
            self.returns.append(NOTHING)
            return ["return;"]
        if isinstance(node.value, ast.Tuple):
            self.returns.append(Several(len(node.value.elts)))
            parts = [self.scope.of(one, REAL) for one in node.value.elts]
            return [*(f"out_[{k}] = {part};" for k, part in enumerate(parts)), "return;"]
        text, kind = self.scope.value(node.value)
        self.returns.append(kind)
        return [f"return {text};"]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
