"""The old seal of a forecast within its scenario file (`registered:`): checked, never written."""

from __future__ import annotations

from .. import provenance
from ..provenance import question_text as content
from ..scenario.requests import Registered


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
    return provenance.seal(text, numbers)


__all__ = ["content", "seal"]
