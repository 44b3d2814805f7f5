"""The seal of a registered forecast: SHA-256 over its file, its numbers and the model that made
them (`provenance.seal`); runs nothing and writes no file.
"""

from __future__ import annotations

from typing import Any

from .. import provenance
from ..facts.places import seeds_folder
from ..provenance import question_text as content
from ..scenario.requests import Registered


def sources_and_seeds_hash() -> str:
    """The mark of the model and of its seeds (priors and posterior): what the numbers of a run
    depend on besides the scenario.
    """
    folder = seeds_folder()
    files = (one for one in folder.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
    return provenance.files_mark(sorted(files), folder)


def seal(text: str, frozen: Registered) -> str:
    """SHA-256 over the content of a file and the numbers of its forecast (its own hash left out)."""
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


def section(frozen: Registered) -> str:
    """The section `registered` of a file."""
    cells: dict[str, Any] = {
        "on": frozen.on.isoformat(),
        "replicates": frozen.replicates,
        "seed": frozen.seed,
        "probability": frozen.probability,
        "low": frozen.low,
        "high": frozen.high,
    }
    lines = [f"  {name}: {value}" for name, value in cells.items()]
    if frozen.range is not None:
        lines.append(f"  range: [{frozen.range[0]}, {frozen.range[1]}]")
    lines.append(
        "  outcomes: {" + ", ".join(f"{name}: {value}" for name, value in frozen.outcomes) + "}"
    )
    return "\n".join(
        ["registered:", *lines, f'  model: "{frozen.model}"', f'  hash: "{frozen.hash}"', ""]
    )


__all__ = ["content", "seal", "section", "sources_and_seeds_hash"]
