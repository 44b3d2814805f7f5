"""The seal of a registered forecast: SHA-256 over its file, its numbers and the model that made
them; runs nothing and writes no file.

The hash covers the scenario file (without forecast and answer) and the forecast's own numbers: an
edit of either shows. That the hash itself was not renewed, only the history of the repository can
show. `sources_and_seeds_hash` covers code and seeds: the same model must give the same numbers
again.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from ..facts.places import seeds_folder
from ..scenario.requests import Registered

_BLOCK = re.compile(r"^(?:registered|resolved):.*\n(?:(?:[ \t].*)?\n)*", re.MULTILINE)


def content(text: str) -> str:
    """A scenario file without its frozen forecast and its answer, line ends as \\n: what the hash
    is taken over.
    """
    lines = text.replace("\r\n", "\n").rstrip("\n") + "\n"
    return _BLOCK.sub("", lines).rstrip("\n") + "\n"


def sources_and_seeds_hash() -> str:
    """SHA-256 over the package's sources and its seeds (priors and posterior): what the numbers of
    a run depend on besides the scenario.
    """
    from ..engine.compiled_law import source_hash

    digest = hashlib.sha256(source_hash().encode())
    folder = seeds_folder()
    for path in sorted(
        one for one in folder.rglob("*") if one.is_file() and "__pycache__" not in one.parts
    ):
        digest.update(
            path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
        )
    return digest.hexdigest()


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
    whole = json.dumps(
        {"file": content(text), "forecast": numbers}, sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(whole.encode()).hexdigest()


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
