"""Where each key and value of a scenario file stands in its text, from the first character to the
last; takes only text that the reader has accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Span:
    """A value: text[start:end]. block: its parts are told apart by lines and indent, not by
    brackets. parts: (key or None, where the key or the item begins, value), in the order of the
    text.
    """

    start: int
    end: int
    block: bool = False
    parts: list[tuple[str | None, int, Span]] = field(default_factory=list)
    collection: bool = False

    def part(self, key: str) -> Span | None:
        """The value under a key."""
        return next((value for name, _, value in self.parts if name == key), None)


def spans(text: str) -> Span:
    """The spans of a whole document."""
    from ruamel.yaml import YAML

    events = iter(YAML(typ="safe", pure=True).parse(text))
    for event in events:
        if type(event).__name__ in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            return _span(event, events, text)
    return Span(0, 0)


def _span(event: Any, events: Iterator[Any], text: str) -> Span:
    start = event.start_mark.index
    kind = type(event).__name__
    if kind == "ScalarEvent":
        block = event.style in ("|", ">")
        end = event.end_mark.index
        return Span(start, len(text[:end].rstrip()) if block else end, block)
    found = Span(start, start, not event.flow_style, collection=True)
    while type(inner := next(events)).__name__ not in ("MappingEndEvent", "SequenceEndEvent"):
        if kind == "MappingStartEvent":
            value = _span(next(events), events, text)
            found.parts.append((inner.value, inner.start_mark.index, value))
        else:
            value = _span(inner, events, text)
            found.parts.append((None, value.start, value))
    found.end = (
        inner.end_mark.index
        if event.flow_style
        else max((value.end for _, _, value in found.parts), default=start)
    )
    return found
