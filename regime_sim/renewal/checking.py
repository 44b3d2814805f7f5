"""What is out of date: each part's marks and figures held against those recorded when it was made;
makes nothing.

A part is `stale` where something that it rests on has changed, or where a part before it is stale;
`edited` where its figures are not those that were made. `words` says that only sentences differ:
no error, since the figures of the page are those of the model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import RegimeSimError, UnknownName
from ..provenance import canonical, sha256
from ..store import disk
from .parts import PARTS, ROOT, Part
from .stamps import unsaid

RECORD = "seeds/made.json"
FORMAT = 1
_NUMBER = re.compile(r"(?<![\w.])[-+−]?\d[\d,]*(?:\.\d+)?")
_PICTURES = (".png", ".svg")


class NoCheckout(RegimeSimError):
    """The package is not in a checkout of the project, so that there is nothing to renew."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A part and its state: "up to date", "words", "edited" or "stale"; why, in words."""

    part: Part
    state: str
    why: str = ""

    @property
    def wrong(self) -> bool:
        """Whether a figure may be wrong; never for a part that a checkout may be unable to make."""
        return self.state in ("edited", "stale") and not self.part.needs

    def __str__(self) -> str:
        why = f": {self.why}" if self.why else ""
        return f"{self.part.name:10s}{self.state}{why}"


def parts_named(names: Sequence[str]) -> tuple[Part, ...]:
    """The parts of these names in their order; all if none is named. Raises UnknownName."""
    known = tuple(one.name for one in PARTS)
    for name in names:
        if name not in known:
            raise UnknownName("part", name, known)
    return tuple(one for one in PARTS if not names or one.name in names)


def check(names: Sequence[str] = (), root: Path = ROOT) -> list[Finding]:
    """The state of each part; takes seconds. A part is stale, too, if one named before it is and
    its files rest on it. Raises UnknownName, NoCheckout.
    """
    parts, found = parts_named(names), list[Finding]()
    made = known(parts, root)
    for part in parts:
        first = next(
            (one for one in found if one.state == "stale" and _feeds(one.part, part)), None
        )
        found.append(
            state_of(part, made, root)
            if first is None
            else Finding(part, "stale", f"rests on {first.part.name}, which are stale")
        )
    return found


def _feeds(first: Part, later: Part) -> bool:
    """Whether a part's files are what a later part is drawn from: only the samples are."""
    return first.name == "samples" and later.written is None


def state_of(part: Part, made: Mapping[str, Any], root: Path) -> Finding:
    """The state of one part, whatever that of others is."""
    missing = [name for name in part.files if not (root / name).is_file()]
    if missing:
        return Finding(part, "stale", f"{missing[0]} is missing")
    if part.stale is not None:
        why = part.stale()
        return Finding(part, "stale" if why else "up to date", why[0] if why else "")
    if part.written is not None:
        return _against(part, (root / part.files[0]).read_text(encoding="utf-8"), part.written())
    record = made.get(part.name)
    if record is None:
        return Finding(part, "stale", "nothing is recorded of how it was made")
    now = part.rests_on()
    then = record["from"]
    other = [name for name in {**now, **then} if now.get(name) != then.get(name)]
    if other:
        return Finding(part, "stale", f"changed since it was made: {', '.join(other)}")
    carried = part.carries()
    other = [name for name in part.files if unsaid(root / name, carried)]
    if other:
        return Finding(part, "stale", f"{other[0]} carries the marks of another model")
    edited = [name for name in part.files if figures_mark(root / name) != record["files"][name]]
    if edited:
        return Finding(part, "edited", f"the figures in {edited[0]} are not those that were made")
    return Finding(part, "up to date")


def _against(part: Part, held: str, fresh: str) -> Finding:
    """The state of a page that can be written at once."""
    if held == fresh:
        return Finding(part, "up to date")
    if skeleton(held) == skeleton(fresh):
        return Finding(part, "words", "the figures agree, some sentences do not")
    return Finding(part, "stale", "its figures are not those of the model")


def skeleton(text: str) -> list[str]:
    """What a page says besides its sentences: of a JSON Schema all but the descriptions; of a page
    of Markdown the numbers and the names in its tables, in any order.
    """
    if text.startswith("{"):
        return [canonical(_without_descriptions(json.loads(text)))]
    rows = (line for line in text.splitlines() if line.startswith("| `"))
    return sorted(canonical([line.split("`")[1], sorted(numbers(line))]) for line in rows)


def _without_descriptions(node: Any) -> Any:
    if isinstance(node, dict):
        words = ("description", "title", "markdownDescription", "enumDescriptions", "examples")
        return {k: _without_descriptions(v) for k, v in node.items() if k not in words}
    return [_without_descriptions(one) for one in node] if isinstance(node, list) else node


def numbers(line: str) -> list[str]:
    """The numbers in a line, as they are written."""
    return _NUMBER.findall(line)


def figures_mark(path: Path) -> str:
    """A hash of a file's figures: numbers in a page's tables, else all bytes; "" of a picture."""
    if path.suffix in _PICTURES:
        return ""
    if path.suffix != ".md":
        return sha256(path.read_bytes())
    lines = path.read_text(encoding="utf-8").splitlines()
    return sha256(canonical([numbers(one) for one in lines if one.startswith("|")]).encode())


def recorded(root: Path) -> dict[str, Any]:
    """What is recorded of each part. Raises NoCheckout, RegimeSimError."""
    if not (root / "docs").is_dir() or not (root / "tests").is_dir():
        raise NoCheckout(f"{root}: no checkout of the project - expected folders docs and tests")
    path = root / RECORD
    if not path.is_file():
        return {}
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if held["format"] != FORMAT:
            raise ValueError(f"format {held['format']}")
        return dict(held["parts"])
    except (ValueError, KeyError, TypeError) as error:
        raise RegimeSimError(f"{path}: cannot be read ({error}) - delete it, then renew") from None


def known(parts: Sequence[Part], root: Path) -> dict[str, Any]:
    """What is recorded of these parts; an installed package has no record, and needs none for the
    engine. Raises NoCheckout, RegimeSimError.
    """
    return {} if all(one.stale is not None for one in parts) else recorded(root)


def record(part: Part, root: Path) -> None:
    """Write down what a part was made from, beside what is recorded of the others."""
    if not part.recorded:
        return
    files = {name: figures_mark(root / name) for name in part.files}
    own = {"from": dict(part.rests_on()), "files": files, "carries": dict(part.carries())}
    made = recorded(root) | {part.name: own}
    text = json.dumps({"format": FORMAT, "parts": made}, indent=1, sort_keys=True) + "\n"
    disk.write_file(root / RECORD, text)


__all__ = ["Finding", "NoCheckout", "check", "known", "parts_named", "record", "state_of"]
