"""The seal of a forecast that stands in its scenario file (`registered:`), as older versions wrote
it: still checked, no longer written. Frozen forecasts have files of their own (`frozen`).
"""

from __future__ import annotations

import json
import re

from ..provenance import sha256
from ..scenario.requests import Registered

_BLOCK = re.compile(r"^(?:registered|resolved):.*\n(?:(?:[ \t].*)?\n)*", re.MULTILINE)


def content(text: str) -> str:
    """A scenario file without its frozen forecast and its answer, line ends as \\n: what the hash
    is taken over.
    """
    lines = text.replace("\r\n", "\n").rstrip("\n") + "\n"
    return _BLOCK.sub("", lines).rstrip("\n") + "\n"


def seal(text: str, frozen: Registered) -> str:
    """SHA-256 over the content of a file and the numbers of its forecast, without its own hash."""
    numbers = {
        "on": frozen.on.isoformat(),
        "replicates": frozen.replicates,
        "seed": frozen.seed,
        "probability": frozen.probability,
        "low": frozen.low,
        "high": frozen.high,
        "range": list(frozen.range or ()),
        "outcomes": dict(frozen.outcomes),
        "model": frozen.model,
    }
    whole = json.dumps(
        {"file": content(text), "forecast": numbers}, sort_keys=True, ensure_ascii=False
    )
    return sha256(whole.encode())
