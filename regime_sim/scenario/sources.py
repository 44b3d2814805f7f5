"""Whether the sources that a scenario cites exist: its own, inherited, or in the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from ..errors import UnknownName, nearest
from ..facts.evidence import source
from .names import EVENTS, LEVERS, PARAMETERS
from .problems import HINTS, Findings, Path, clean
from .values import JUDGEMENT


def check_sources_of(tree: Mapping[str, object], own: tuple[str, ...], findings: Findings) -> None:
    """Every id under `source` of a file must be known; `own`: ids it brings along or inherits."""
    said: set[Path] = set()
    for path, one in _cited(tree, ()):
        if path not in said and not is_known(one, own):
            said.add(path)  # one is said of a list
            findings.hints += 1
            hinted = findings.hints <= HINTS
            findings.add(path, unknown(one, own) if hinted else f"unknown source {clean(one)!r}")


def is_known(name: str, own: tuple[str, ...]) -> bool:
    """Whether an id is a judgement, `own` or in the evidence, read only if the table lacks it."""
    return name == JUDGEMENT or name in own or name in _cited_by_table() or name in _evidence()


def unknown(name: str, own: tuple[str, ...]) -> str:
    """The message about an id that is not known."""
    hint = nearest(name[:80], (*own, *_evidence()))
    hint = hint or " - expected an id of the project, or one under sources"
    return f"unknown source {clean(name)!r}{hint}"


def _cited(value: object, path: Path) -> Iterable[tuple[Path, str]]:
    """Every id under a key `source`, with its path, except in the file's own `sources` section."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            here = (*path, key)
            if key == "source":
                ids = inner if isinstance(inner, list) else [inner]
                yield from ((here, one) for one in ids if isinstance(one, str))
            elif here != ("sources",):
                yield from _cited(inner, here)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _cited(inner, (*path, place))


@cache
def _cited_by_table() -> frozenset[str]:
    rows = [row.source for row in PARAMETERS.values()]
    rows += [lever.source for lever in LEVERS.values()]
    rows += [event.source for event in EVENTS.values()]
    return frozenset(one for row in rows for one in row)


@cache
def _evidence() -> tuple[str, ...]:
    """Every id and alias of the evidence."""
    try:
        source("")
    except UnknownName as error:
        return error.allowed
    return ()  # pragma: no cover - no evidence has the empty id
