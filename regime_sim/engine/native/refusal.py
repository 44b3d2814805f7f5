"""What the generator says of Python that it does not translate: file, line, function, and why."""

from __future__ import annotations

import ast
from types import FunctionType


class Refused(Exception):
    """Python that has no counterpart here; nothing is guessed."""


def refused(code: FunctionType, node: ast.AST, why: str) -> Refused:
    """The refusal of one place in a function of the law."""
    line = getattr(node, "lineno", code.__code__.co_firstlineno)
    return Refused(f"{code.__code__.co_filename}:{line}: {code.__name__}: {why}")
