"""Expressions of the law as C text, each with its kind; refuses what it does not know.

Every operation keeps its brackets, so that C computes in Python's order. Names outside a function
stand for what its module holds: constants are written as their own values, never typed again.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType, ModuleType

from .kinds import (
    NARROW,
    REAL,
    SHORT,
    TRUTH,
    WHOLE,
    Array,
    Fields,
    Kind,
    Record,
    c_name,
    c_number,
    kind_of,
)
from .refusal import Refused, refused

_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_MATHS: dict[str, tuple[tuple[Kind, ...], Kind]] = {  # of `math`: what it takes, what it gives
    "floor": ((REAL,), WHOLE),
    "sqrt": ((REAL,), REAL),
    "ldexp": ((REAL, WHOLE), REAL),
}
_NUMBERS = (REAL, NARROW, WHOLE)

Text = tuple[str, Kind]
Call = Callable[[FunctionType, tuple[Kind, ...]], Text]  # a law function's C name and its result


@dataclass
class Scope:
    """What one function's expressions may name: its own values, its module's, other functions."""

    code: FunctionType
    fields: Fields
    call: Call
    rooms: tuple[str, ...]
    kinds: dict[str, Kind] = field(default_factory=dict)
    sure: set[str] = field(default_factory=set)  # names that surely have a value here

    def refuse(self, node: ast.AST, why: str) -> Refused:
        return refused(self.code, node, why)

    def outside(self, node: ast.expr) -> object:
        """What a name or a module's attribute stands for outside the function, None if nothing."""
        if isinstance(node, ast.Name) and node.id not in self.kinds:
            return self.code.__globals__.get(node.id, getattr(builtins, node.id, None))
        if isinstance(node, ast.Attribute):
            base = self.outside(node.value)
            return getattr(base, node.attr, None) if isinstance(base, ModuleType) else None
        return None

    def value(self, node: ast.expr) -> Text:
        """An expression as C text, and its kind."""
        found = self.outside(node)
        if isinstance(found, bool | int | float):
            return self._number(node, found)
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._field(node)
            case ast.Subscript():
                return self._element(node)
            case ast.BinOp():
                return self._operation(node)
            case ast.UnaryOp():
                return self._sign(node)
            case ast.BoolOp():
                joined = " && " if isinstance(node.op, ast.And) else " || "
                return f"({joined.join(self.of(v, TRUTH) for v in node.values)})", TRUTH
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                return self._choice(node)
            case ast.Call():
                return self._call(node)
        raise self.refuse(node, f"{type(node).__name__} is not translated")

    def of(self, node: ast.expr, kind: Kind) -> str:
        """An expression that must be of this kind; a whole constant may stand for a real one."""
        text, found = self.value(node)
        if found == kind:
            return text
        value = node.value if isinstance(node, ast.Constant) else self.outside(node)
        if kind in (REAL, NARROW) and isinstance(value, int | float) and found in (WHOLE, REAL):
            return c_number(float(value), kind)
        raise self.refuse(node, f"{ast.unparse(node)} is {_told(found)}, not {_told(kind)}")

    def _number(self, node: ast.expr, value: float) -> Text:
        try:
            return c_number(value), kind_of(value)
        except ValueError as error:
            raise self.refuse(node, str(error)) from None

    def _constant(self, node: ast.Constant) -> Text:
        if not isinstance(node.value, bool | int | float):
            raise self.refuse(node, f"{node.value!r} is no number")
        return self._number(node, node.value)

    def _name(self, node: ast.Name) -> Text:
        if node.id not in self.kinds:
            raise self.refuse(node, f"{node.id!r} is not known here")
        if node.id not in self.sure:
            raise self.refuse(node, f"{node.id!r} may have no value here")
        return c_name(node.id), self.kinds[node.id]

    def _field(self, node: ast.Attribute) -> Text:
        base, kind = self.value(node.value)
        if not isinstance(kind, Record) or node.attr not in self.fields.get(kind.name, {}):
            raise self.refuse(node, f"{_told(kind)} has no field {node.attr!r}")
        found = self.fields[kind.name][node.attr]
        place = f"{base}->{c_name(node.attr)}"
        return (f"(&{place})", found) if isinstance(found, Record) else (place, found)

    def _element(self, node: ast.Subscript) -> Text:
        table = self.outside(node.value)
        if isinstance(table, tuple):
            return self._of_table(node, table)
        base, kind = self.value(node.value)
        if not isinstance(kind, Array):
            raise self.refuse(node, f"{ast.unparse(node.value)} is {_told(kind)}, not an array")
        place = f"{base}[{self.of(node.slice, WHOLE)}]"
        if isinstance(kind.of, Record):
            return f"(&{place})", kind.of
        return (f"((int64_t){place})", WHOLE) if kind.of == SHORT else (place, kind.of)

    def _of_table(self, node: ast.Subscript, table: tuple[object, ...]) -> Text:
        """An element of a tuple of constants that a module holds, by a constant place."""
        place = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if not isinstance(place, int) or not 0 <= place < len(table):
            raise self.refuse(node, "only a constant place of a tuple of constants is translated")
        found = table[place]
        if not isinstance(found, bool | int | float):
            raise self.refuse(node, f"{found!r} is no number")
        return self._number(node, found)

    def _operation(self, node: ast.BinOp) -> Text:
        sign = _ARITHMETIC.get(type(node.op))
        if sign is None:
            raise self.refuse(node, f"the operator {type(node.op).__name__} is not translated")
        (a, left), (b, right) = self.value(node.left), self.value(node.right)
        if left == right == WHOLE and isinstance(node.op, ast.Div):
            raise self.refuse(node, "a whole number divided by a whole number: write float(...)")
        if left not in _NUMBERS or right not in _NUMBERS:
            raise self.refuse(node, f"{_told(left)} {sign} {_told(right)} is not translated")
        if NARROW in (left, right):
            return f"({self.of(node.left, NARROW)} {sign} {self.of(node.right, NARROW)})", NARROW
        return f"({a} {sign} {b})", WHOLE if left == right == WHOLE else REAL

    def _sign(self, node: ast.UnaryOp) -> Text:
        text, kind = self.value(node.operand)
        if isinstance(node.op, ast.Not) and kind == TRUTH:
            return f"(!{text})", TRUTH
        if isinstance(node.op, ast.USub) and kind in _NUMBERS:
            return f"(-{text})", kind
        raise self.refuse(node, f"{type(node.op).__name__} of {_told(kind)} is not translated")

    def _comparison(self, node: ast.Compare) -> Text:
        terms, parts = [node.left, *node.comparators], []
        if any(not isinstance(term, ast.Name | ast.Constant) for term in terms[1:-1]):
            raise self.refuse(node, "a chain of comparisons over what is not a name or a number")
        for a, op, b in zip(terms, node.ops, terms[1:], strict=False):
            if type(op) not in _COMPARE:
                raise self.refuse(node, f"{type(op).__name__} is not translated")
            (left, one), (right, other) = self.value(a), self.value(b)
            if {one, other} - {REAL, WHOLE}:
                raise self.refuse(node, f"{_told(one)} compared with {_told(other)}")
            parts.append(f"({left} {_COMPARE[type(op)]} {right})")
        return (f"({' && '.join(parts)})" if len(parts) > 1 else parts[0]), TRUTH

    def _choice(self, node: ast.IfExp) -> Text:
        (a, one), (b, other) = self.value(node.body), self.value(node.orelse)
        if one != other or one not in (*_NUMBERS, TRUTH):
            raise self.refuse(node, f"gives {_told(one)} or {_told(other)}")
        return f"({self.of(node.test, TRUTH)} ? {a} : {b})", one

    def _call(self, node: ast.Call) -> Text:
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.refuse(node, "a call with keywords or stars is not translated")
        what = self.outside(node.func)
        if what is float or what is int:
            return self._conversion(node, REAL if what is float else WHOLE)
        if what is max or what is min:
            return self._extreme(node, "max" if what is max else "min")
        if what is len:
            return self._length(node)
        if getattr(what, "__module__", "") == "math":
            return self._maths(node, getattr(what, "__name__", ""))
        if isinstance(what, FunctionType) and what.__module__.startswith(self.rooms):
            given = [self.value(argument) for argument in node.args]
            name, gives = self.call(what, tuple(kind for _, kind in given))
            return f"{name}({', '.join(text for text, _ in given)})", gives
        raise self.refuse(node, f"{ast.unparse(node.func)}() is not translated")

    def _conversion(self, node: ast.Call, kind: Kind) -> Text:
        if len(node.args) != 1:
            raise self.refuse(node, "takes one number")
        text, found = self.value(node.args[0])
        if found not in (REAL, WHOLE):
            raise self.refuse(node, f"of {_told(found)}")
        if found == kind:
            return text, kind
        return (f"((double){text})", REAL) if kind == REAL else (f"law_whole({text})", WHOLE)

    def _extreme(self, node: ast.Call, which: str) -> Text:
        if len(node.args) != 2:
            raise self.refuse(node, f"{which} of other than two")
        return f"law_{which}({', '.join(self.of(a, REAL) for a in node.args)})", REAL

    def _length(self, node: ast.Call) -> Text:
        kind = self.value(node.args[0])[1] if len(node.args) == 1 else None
        if not isinstance(kind, Array) or not kind.length:
            raise self.refuse(node, "the length of what has no known length")
        return kind.length, WHOLE

    def _maths(self, node: ast.Call, name: str) -> Text:
        if name not in _MATHS or len(node.args) != len(_MATHS[name][0]):
            raise self.refuse(
                node, f"math.{name} is not translated; the law has its own arithmetic"
            )
        takes, gives = _MATHS[name]
        given = [self.of(a, kind) for a, kind in zip(node.args, takes, strict=True)]
        return f"law_{name}({', '.join(given)})", gives


def _told(kind: Kind | None) -> str:
    """A kind in words."""
    words = {REAL: "a real number", WHOLE: "a whole number", TRUTH: "a truth", NARROW: "narrow"}
    if isinstance(kind, Record):
        return f"the record {kind.name}"
    return "an array" if isinstance(kind, Array) else words.get(str(kind), str(kind))
