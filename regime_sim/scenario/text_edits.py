"""Edits of a YAML text that leave every other line as it was: a value replaced, a key or an item
added or taken out; knows no scenario.

ruamel's round trip is not used: it loses the comments below a mapping that is replaced, puts a new
key below the comment that heads the next section, and lays untouched lines out in its own way.

Edits are collected and made together. A comment at the end of a line stays with its line, and says
what the value was if that was changed; one on a line of its own stays; those inside a value that is
replaced or taken out go with it. Whoever edits must read the result again and compare: a text that
is laid out oddly may come out wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML

_COMMENT = re.compile(r"\s#[ \t]*")
_SHORT = 40  # characters of a value that a comment repeats


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


@dataclass(slots=True)
class TextEdits:
    """A text, the spans of its values, and the edits to make. order: of the keys at the top."""

    text: str
    root: Span
    order: Sequence[str]
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    gone: dict[int, set[int]] = field(default_factory=dict)
    more: dict[int, list[str]] = field(default_factory=dict)
    sections: dict[str, str | list[str]] = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=dict)

    def replace(self, value: Span, new: str, name: str = "") -> None:
        """Put a value on one line in place of another. name: for its comment on a shared line."""
        if not (value.block and value.collection):
            self.edits.append((value.start, value.end, new))
            self._note(value, new, name)
            return
        first = _line_start(self.text, value.start)
        if "-" in self.text[first : value.start]:  # an item of a list
            self.edits.append((value.start, value.end, new))
        else:
            at = _colon(self.text, first)
            self.edits += [(at, at, f" {new}"), (first, _line_end(self.text, value.end), "")]

    def _note(self, value: Span, new: str, name: str) -> None:
        """Let the comment at the end of a changed value's line say what the value was."""
        ends = (span.end for span in _all(self.root) if not span.collection)
        line_end = _line_end(self.text, value.end)
        last = max(end for end in ends if end <= line_end)
        found = _COMMENT.search(self.text, last, line_end)
        old = self.text[value.start : value.end]
        if found and old != new and "\n" not in self.text[value.start : found.start()]:
            said = f"{name} was {old}".strip() if len(old) <= _SHORT else "before the change"
            notes = self.notes.setdefault(found.end(), [])
            if said not in notes:
                notes.append(said)

    def take_out(self, holder: Span, place: int) -> None:
        """Take one part out of a mapping or list, and the mapping or list once it is empty."""
        self.gone.setdefault(id(holder), set()).add(place)

    def add(self, holder: Span, new: str) -> None:
        """Add `key: value`, or an item, at the end of a mapping or list."""
        self.more.setdefault(id(holder), []).append(new)

    def section(self, key: str, new: str | list[str]) -> None:
        """A new key at the top: a value on one line, or lines of a block of its own."""
        self.sections[key] = new

    def put_cell(self, key: str, same: bool, cell: str | None) -> None:
        """A key at the top: left alone if the `same`, else replaced, made, or (None) removed."""
        place = next((k for k, part in enumerate(self.root.parts) if part[0] == key), None)
        if same:
            return
        if place is not None and cell is not None:
            self.replace(self.root.parts[place][2], cell)
        elif place is not None:
            self.take_out(self.root, place)
        elif cell is not None:
            self.section(key, cell)

    def done(self) -> str:
        """The text after all edits. Raises ValueError if two of them overlap."""
        self._spread()
        for holder in _all(self.root):
            if id(holder) in self.gone:
                self.edits += _removals(self.text, holder, sorted(self.gone[id(holder)]))
            if id(holder) in self.more:
                self.edits += self._additions(holder, self.more[id(holder)])
        for key in sorted(self.sections, key=self.order.index):
            self.edits.append(self._new_section(key, self.sections[key]))
        for at, said in self.notes.items():
            if not self.text.startswith(("was ", "before the change"), at):
                self.edits.append((at, at, f"{', '.join(said)}: "))
        parts: list[str] = []
        at = 0
        for start, end, new in sorted(self.edits, key=lambda edit: (edit[0], edit[1])):
            if start < at:
                raise ValueError("two edits overlap")
            parts += [self.text[at:start], new]
            at = end
        return "".join((*parts, self.text[at:]))

    def _spread(self) -> None:
        """Where all parts of something go, it goes itself, and they need no edits of their own."""
        for outer in _all(self.root):
            for place, (_, _, value) in enumerate(outer.parts):
                if (
                    value.parts
                    and len(self.gone.get(id(value), ())) == len(value.parts)
                    and id(value) not in self.more
                ):
                    del self.gone[id(value)]
                    self.take_out(outer, place)

    def _additions(self, holder: Span, new: list[str]) -> Iterator[tuple[int, int, str]]:
        if not holder.block:
            empty = len(self.gone.get(id(holder), ())) == len(holder.parts)
            yield holder.end - 1, holder.end - 1, ("" if empty else ", ") + ", ".join(new)
            return
        key, start, _ = holder.parts[-1]
        lead = self.text[_line_start(self.text, start) : start]
        lead = " " * len(lead) if key is not None else f"{lead[: lead.rindex('-')]}- "
        yield _below(self.text, holder.end, "".join(f"{lead}{one}\n" for one in new))

    def _new_section(self, key: str, new: str | list[str]) -> tuple[int, int, str]:
        """The edit that makes a new key at the top, below the last key that comes before it."""
        if not self.root.block:
            at = self.root.end - 1
            cell = new if isinstance(new, str) else f"{{{', '.join(new)}}}"
            return at, at, f", {key}: {cell}"
        before = [
            part
            for part in self.root.parts
            if part[0] in self.order and self.order.index(part[0]) < self.order.index(key)
        ]
        text = f"{key}: {new}\n"
        if not isinstance(new, str):
            text = f"\n{key}:\n" + "".join(f"  {line}\n" for line in new)
        return _below(self.text, (before or self.root.parts[:1])[-1][2].end, text)


def _removals(text: str, holder: Span, places: list[int]) -> Iterator[tuple[int, int, str]]:
    parts = holder.parts
    if holder.block:
        yield from (
            (_line_start(text, parts[k][1]), _line_end(text, parts[k][2].end), "") for k in places
        )
        return
    runs: list[list[int]] = []
    for k in places:
        if runs and runs[-1][-1] == k - 1:
            runs[-1].append(k)
        else:
            runs.append([k])
    for run in runs:
        first, last = run[0], run[-1]
        if last + 1 < len(parts):
            yield parts[first][1], parts[last + 1][1], ""
        else:
            begin = parts[first - 1][2].end if first else parts[first][1]
            yield begin, parts[last][2].end, ""


def _all(span: Span) -> Iterator[Span]:
    """A value and all inside it, innermost first."""
    for _, _, value in span.parts:
        yield from _all(value)
    yield span


def _below(text: str, end: int, lines: str) -> tuple[int, int, str]:
    """The edit that adds lines below the line on which something ends."""
    at = _line_end(text, end)
    return at, at, lines if text[:at].endswith("\n") else f"\n{lines}"


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    """The beginning of the next line."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _colon(text: str, first: int) -> int:
    """Just behind the colon of the key above a block value, past empty lines and comments."""
    at = first
    while at > 0:
        begin = _line_start(text, at - 1)
        line = text[begin : at - 1]
        if line.strip() and not line.strip().startswith("#"):
            return begin + len(line.split(" #", 1)[0].rstrip())
        at = begin
    raise ValueError("a block value without a key")
