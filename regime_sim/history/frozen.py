"""The file of a frozen forecast: what was known, the numbers, the version, the mark of the model
and the day; writes it once and never again, runs nothing.

Such a file stands alone. It holds the scenario as it was written and, in a second text, with all
that it inherited, so that no later edit of a scenario or of the law reaches it. Its last line is
the SHA-256 of all lines above: any edit shows, and `sed '$d' FILE | sha256sum` checks it without
this package. That nobody wrote a new file with a new last line, only the history of the repository
can show.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ..errors import RegimeSimError
from ..facts.places import scenarios_folder, seeds_folder
from ..facts.posterior import DEFAULT
from ..provenance import sha256
from ..scenario.requests import Registered, Resolve
from ..store import disk
from .blend_questions import Beside

if TYPE_CHECKING:
    from ..scenario import Scenario

FORMAT = 1
ENDING = ".forecast.yaml"
FROZEN_ALREADY = "holds a forecast already; what is frozen is not frozen again"
_SEAL = "seal: "
_HEAD = """\
# A forecast, frozen on {on}. This file never changes; what a later model says is shown beside it.
# The last line is the SHA-256 of all lines above it: sed '$d' FILE | sha256sum
"""


class NotFrozen(RegimeSimError, ValueError):
    """A forecast cannot be frozen, or a frozen one cannot be read; says which and why."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen forecast as its file says it. numbers: probability, intervals and ways, with the
    mark of the model and the seal; base_rate: the observed rate's probability of the same question.

    sample: SHA-256 of the calibrated sample that was drawn from; written, resolved: the scenario as
    its author wrote it, and with everything that it inherited; intact: whether the seal holds;
    blend: what history added on that day (None in older files).
    """

    id: str
    ruler: str
    question: Resolve
    numbers: Registered
    base_rate: float
    version: str
    sample: str
    written: str
    resolved: str
    intact: bool
    blend: Beside | None = None


def place_of(scenario_file: Path) -> Path:
    """Where the frozen forecast of a scenario file lies: beside it, or in the seeds for a shipped
    one.
    """
    if Path(os.path.realpath(scenario_file)).parent == scenarios_folder().resolve():
        return seeds_folder() / "forecasts" / f"{scenario_file.stem}.yaml"
    return scenario_file.with_name(f"{scenario_file.stem}{ENDING}")


def is_frozen(path: Path) -> bool:
    """Whether a path names a frozen forecast and no scenario."""
    return path.name.endswith(ENDING) or path.parent.name == "forecasts"


def sample_mark() -> str:
    """SHA-256 of the calibrated sample that default runs draw from; "" where none ships."""
    path = seeds_folder() / "posterior" / f"{DEFAULT}.npy"
    return sha256(path.read_bytes()) if path.is_file() else ""


def write(path: Path, text: str) -> None:
    """Write a frozen forecast. Raises NotFrozen where a file is there already, NotWritten."""
    try:
        disk.write_file(path, text, new=True)
    except FileExistsError:
        raise NotFrozen(f"{path}: {FROZEN_ALREADY}") from None


def record_text(
    scenario: Scenario,
    written: str,
    numbers: Registered,
    base_rate: float,
    note: str = "",
    blend: Beside | None = None,
) -> str:
    """A frozen forecast's file; `written`: the scenario's text. Raises NotFrozen: no question."""
    question = scenario.resolve
    if question is None:
        raise NotFrozen(f"{scenario.id}: has no question")
    alone = replace(scenario, registered=None, resolved=None).to_yaml(resolved=True, defaults=False)
    cells: dict[str, object] = {
        "format": FORMAT,
        "id": scenario.id,
        "ruler": _quoted(scenario.ruler),
        "question": _quoted(question.question),
        "by": question.by,
        "of": question.of,
        "on": numbers.on,
        **({"note": _quoted(note)} if note else {}),
        "version": _quoted(version("regime-sim")),
        "model": _quoted(numbers.model),
        "sample": _quoted(sample_mark()),
        "replicates": numbers.replicates,
        "seed": numbers.seed,
        "probability": numbers.probability,
        "low": numbers.low,
        "high": numbers.high,
        **({} if numbers.range is None else {"range": list(numbers.range)}),
        "base_rate": round(base_rate, 4) if base_rate == base_rate else "null",
        **({} if blend is None else {"blend": _blend_cell(blend)}),
        "outcomes": "{" + ", ".join(f"{way}: {p}" for way, p in numbers.outcomes) + "}",
        "written": _block(written),
        "resolved": _block(alone),
    }
    lines = (f"{name}: {value}\n" for name, value in cells.items())
    text = _HEAD.format(on=numbers.on) + "".join(lines)
    return f'{text}{_SEAL}"{sha256(text.encode())}"\n'


def _blend_cell(blend: Beside) -> str:
    """What history adds, as one YAML mapping."""
    cells = {name: round(getattr(blend, name), 4) for name in Beside.__dataclass_fields__}
    return "{" + ", ".join(f"{name}: {p}" for name, p in cells.items()) + "}"


def read(path: Path) -> Frozen:
    """Read a frozen forecast. Raises NotFrozen for a file that is none."""
    try:
        text = path.read_text(encoding="utf-8")
        return _frozen(YAML(typ="safe", pure=True).load(text), _intact(text))
    except (OSError, YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        words = str(error).splitlines()
        raise NotFrozen(
            f"{path}: is no frozen forecast ({words[0] if words else type(error).__name__})"
            " - expected a file that `regime-sim score --freeze` wrote"
        ) from None


def _intact(text: str) -> bool:
    """Whether the last line is the SHA-256 of all others."""
    above, _, seal = text.rstrip("\n").rpartition(f"\n{_SEAL}")
    return seal.strip('"') == sha256(f"{above}\n".encode())


def _frozen(held: Mapping[str, Any], intact: bool) -> Frozen:
    ends, base, mixed = held.get("range"), held["base_rate"], held.get("blend")
    low, value, high = (float(held[name]) for name in ("low", "probability", "high"))
    numbers = Registered(
        on=_day(held["on"]),
        replicates=int(held["replicates"]),
        seed=int(held["seed"]),
        probability=value,
        low=low,
        high=high,
        range=None if ends is None else (float(ends[0]), float(ends[1])),
        outcomes=tuple((str(way), float(p)) for way, p in held["outcomes"].items()),
        model=str(held["model"]),
        hash=str(held["seal"]),
    )
    return Frozen(
        id=str(held["id"]),
        ruler=str(held["ruler"]),
        question=Resolve(str(held["question"]), _day(held["by"]), str(held["of"])),
        numbers=numbers,
        base_rate=float("nan") if base is None else float(base),
        version=str(held["version"]),
        sample=str(held["sample"]),
        written=str(held["written"]),
        resolved=str(held["resolved"]),
        intact=intact,
        blend=None if mixed is None else Beside(**{k: float(p) for k, p in mixed.items()}),
    )


def _day(raw: object) -> Date:
    return raw if isinstance(raw, Date) else Date.fromisoformat(str(raw))


def _quoted(text: str) -> str:
    """A text as a YAML scalar on one line."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _block(text: str) -> str:
    """A text as a YAML block, as it stands."""
    lines = (f"  {line}".rstrip() for line in text.rstrip("\n").splitlines())
    return "|2\n" + "\n".join(lines)


__all__ = ["Frozen", "NotFrozen", "is_frozen", "place_of", "read", "record_text", "write"]
