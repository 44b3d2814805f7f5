"""Whether the sources that a scenario cites exist: its own, inherited, or the project's evidence;
cites nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from ..errors import UnknownName, nearest
from .names import EVENTS, LEVERS, PARAMETERS
from .problems import HINTS, Findings, Path, clean
from .values import JUDGEMENT


def check_sources_of(tree: Mapping[str, object], own: tuple[str, ...], findings: Findings) -> None:
    """Every id under a key `source` of a file must be known; `own`: ids that the file brings along
    or inherits.
    """
    said: set[Path] = set()
    for path, one in _cited(tree, ()):
        if path not in said and not is_known(one, own):
            said.add(path)  # one is said of a list
            findings.hints += 1
            findings.add(
                path,
                unknown(one, own) if findings.hints <= HINTS else f"unknown source {clean(one)!r}",
            )


def is_known(name: str, own: tuple[str, ...]) -> bool:
    """Whether an id is a judgement, one of `own`, or in the evidence; the evidence is only read
    where the table does not do.
    """
    return name == JUDGEMENT or name in own or name in _cited_by_table() or name in _evidence()


def unknown(name: str, own: tuple[str, ...]) -> str:
    """The message about an id that is not known."""
    hint = nearest(name[:80], (*own, *_evidence()))
    return (
        "unknown source"
        f" {clean(name)!r}{hint or ' - expected an id of the project, or one under sources'}"
    )


def _cited(value: object, path: Path) -> Iterable[tuple[Path, str]]:
    """Every id under a key `source`, with its path, except in the file's own `sources` section."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            here = (*path, key)
            if key == "source":
                yield from (
                    (here, one)
                    for one in (inner if isinstance(inner, list) else [inner])
                    if isinstance(one, str)
                )
            elif here != ("sources",):
                yield from _cited(inner, here)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _cited(inner, (*path, place))


@cache
def _cited_by_table() -> frozenset[str]:
    rows = [row.source for row in PARAMETERS.values()]
    rows += [lever.source for lever in LEVERS.values()] + [
        event.source for event in EVENTS.values()
    ]
    return frozenset(one for row in rows for one in row)


@cache
def _evidence() -> tuple[str, ...]:
    """Every id and alias of the evidence."""
    from ..facts.evidence import source

    try:
        source("")
    except UnknownName as error:
        return error.allowed
    return ()  # pragma: no cover - no evidence has the empty id
