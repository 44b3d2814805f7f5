"""The mark of a law: one hash of everything that a built module is made of. A comment, a docstring,
another layout or another place does not change it; anything that could change a number does.

Hashed are the meaning of the law and of what translates it (see `meaning`), the engine in C without
comments, the numbers and names that the tables give to it, and how it is compiled. To parse all
that takes a tenth of a second, so that the index of the built modules keeps the mark beside a
digest of the same files byte by byte: as long as no byte differs, the mark is read from there.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from pathlib import Path

from ...meaning import meaning
from . import header, layout, targets

HERE = Path(__file__).resolve().parent
LAW = HERE.parent.parent / "law"
ENGINE = HERE / "engine.c"
INDEX = HERE / "built" / "modules.json"
READERS = (HERE / "mark.py", HERE.parent.parent / "meaning.py")  # how a mark is taken
TRANSLATOR = ("expressions", "header", "kinds", "layout", "quantiles", "statements", "translate")


@functools.cache
def law_mark() -> str:
    """The mark of the law as it stands on disk: 64 hexadecimal digits."""
    try:
        index = json.loads(INDEX.read_text(encoding="utf-8"))
        known = str(index["mark"]) if index["sources"] == sources_digest() else None
    except (OSError, ValueError, KeyError, TypeError):
        known = None
    return known or computed_mark()


def computed_mark() -> str:
    """The mark from the files themselves."""
    code = c_text(ENGINE.read_text(encoding="utf-8"))
    return hashlib.sha256(repr((meaning(sources()), code, _given())).encode()).hexdigest()


def sources_digest() -> str:
    """A digest of everything that the mark is taken over, byte by byte."""
    read = [path.read_bytes() for path in (*sources(), ENGINE, *READERS)]
    return hashlib.sha256(repr((read, _given())).encode()).hexdigest()


def _given() -> tuple[object, ...]:
    """What the tables and the compiler's settings give to a module."""
    return header.numbers(), header.fields(), layout.RUN, layout.DRAW, targets.FLAGS


def sources() -> tuple[Path, ...]:
    """The Python files whose meaning is in the mark."""
    return (*sorted(LAW.glob("*.py")), *(HERE / f"{name}.py" for name in TRANSLATOR))


def c_text(source: str) -> str:
    """C as its words and signs, without comments; a line of its own for each directive."""
    bare = re.sub(r"/\*.*?\*/", " ", source, flags=re.DOTALL).replace("\\\n", " ")
    lines = [f"\n{line}\n" if line.startswith("#") else line for line in bare.splitlines()]
    words = re.findall(r"\"[^\"]*\"|[\w.]+|\n|\S", " ".join(lines))
    return " ".join(words)
