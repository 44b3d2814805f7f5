"""Which scenarios ship with the package, and where their files lie; opens none of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ..facts.places import scenarios_folder


@cache
def shipped_names() -> tuple[str, ...]:
    """The names of the scenarios that ship with the package, in alphabetical order."""
    return tuple(sorted(path.stem for path in scenarios_folder().glob("*.yaml")))


def shipped_path(name: str) -> Path:
    """The file of a shipped scenario; `name` is one of `shipped_names()`."""
    return scenarios_folder() / f"{name}.yaml"
