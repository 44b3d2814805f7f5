"""What a built module says of itself, in its own bytes: the mark of its law and how it is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import header, layout
from .mark import law_mark

BEGINS = b'{"regime_sim":"engine"'


@dataclass(frozen=True, slots=True)
class About:
    """The mark of the law that a module was built from."""

    mark: str


def text() -> str:
    """The text that is built into a module: JSON, which the JavaScript driver reads too."""
    said: dict[str, Any] = {"regime_sim": "engine", "mark": law_mark()}
    said["run"] = {"numbers": layout.RUN_NUMBERS, "places": layout.RUN_PLACES}
    said["draw"] = {"numbers": layout.DRAW_NUMBERS}
    said["draw"]["places"] = (*layout.DRAW_INPUTS, *layout.DRAW_OUTPUTS)
    said["types"] = {"run": {**layout.RUN_INPUTS, **layout.RUN_OUTPUTS}, "draw": layout.DRAW_INPUTS}
    names = ("INPUTS", "ROW", "STRUCTURAL", "OBSERVED", "STATE", "LEDGER", "EXITS")
    said["lengths"] = {name.lower(): header.numbers()[name] for name in names}
    return json.dumps(said, separators=(",", ":"))


def read(module: bytes) -> About | None:
    """What a module's bytes say; None if they say nothing: a foreign file, or a part of one."""
    at = module.find(BEGINS)
    end = module.find(b"\0", at)
    if at < 0 or end < 0:
        return None
    try:
        return About(json.loads(module[at:end])["mark"])
    except (ValueError, KeyError):
        return None
