"""Kinds of values of the law as C sees them: numbers, records of numbers and arrays; translates
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

REAL: Final = "double"  # a Python float
NARROW: Final = "float"  # the same formula at half the width; never a result (see engine.c)
WHOLE: Final = "int64_t"  # a Python int
TRUTH: Final = "bool"
SHORT: Final = "int16_t"  # an element of the ledger; read as WHOLE
NOTHING: Final = "void"


@dataclass(frozen=True, slots=True)
class Record:
    """A record of named fields, passed by address."""

    name: str


@dataclass(frozen=True, slots=True)
class Array:
    """Elements one after another, passed by address; `length` is C text, "" if it is not known."""

    of: Kind
    length: str = ""
    written: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """Several REAL numbers that a function returns at once."""

    many: int


Kind: TypeAlias = str | Record | Array | Several
Fields: TypeAlias = dict[str, dict[str, Kind]]

_WORDS = (
    "auto bool char const default double else enum extern float goto inline int long register "
    "restrict short signed sizeof static struct switch typedef union unsigned void volatile"
)
_RESERVED = frozenset(_WORDS.split(" "))  # C's own words


def c_type(kind: Kind) -> str:
    """How C declares a value of this kind."""
    if isinstance(kind, Record):
        return f"struct {kind.name} *"
    if isinstance(kind, Array):
        return ("" if kind.written else "const ") + c_type(kind.of) + " *"
    return NOTHING if isinstance(kind, Several) else kind


def c_name(name: str) -> str:
    """A Python name as C may have it."""
    return f"{name}_" if name in _RESERVED else name


def c_number(value: float, kind: Kind = REAL) -> str:
    """A number as C text that has its very bits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"INT64_C({value})"
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{value} has no plain text in C")
    text = repr(value) + ("f" if kind == NARROW else "")
    return f"({text})" if value < 0 or text.startswith("-") else text


def kind_of(value: float) -> Kind:
    """The kind of a Python number."""
    return TRUTH if isinstance(value, bool) else WHOLE if isinstance(value, int) else REAL
