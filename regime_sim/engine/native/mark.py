"""The mark of a law: one hash of everything that a built module is made of. A comment, a docstring,
another layout or another place does not change it; anything that could change a number does.

Hashed are the meaning of the law and of what translates it (see `meaning`), the engine in C without
comments, the numbers and names that the tables give to it, and how it is compiled.
"""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

from ...meaning import meaning
from . import header, layout, targets

HERE = Path(__file__).resolve().parent
LAW = HERE.parent.parent / "law"
ENGINE = HERE / "engine.c"
TRANSLATOR = ("expressions", "header", "kinds", "layout", "quantiles", "statements", "translate")


@functools.cache
def law_mark() -> str:
    """The mark of the law as it stands on disk: 64 hexadecimal digits."""
    code = c_text(ENGINE.read_text(encoding="utf-8"))
    given = (header.numbers(), header.fields(), layout.RUN, layout.DRAW, targets.FLAGS)
    return hashlib.sha256(repr((meaning(sources()), code, given)).encode()).hexdigest()


def sources() -> tuple[Path, ...]:
    """The Python files whose meaning is in the mark."""
    return (*sorted(LAW.glob("*.py")), *(HERE / f"{name}.py" for name in TRANSLATOR))


def c_text(source: str) -> str:
    """C as its words and signs, without comments; a line of its own for each directive."""
    bare = re.sub(r"/\*.*?\*/", " ", source, flags=re.DOTALL).replace("\\\n", " ")
    lines = [f"\n{line}\n" if line.startswith("#") else line for line in bare.splitlines()]
    words = re.findall(r"\"[^\"]*\"|[\w.]+|\n|\S", " ".join(lines))
    return " ".join(words)
