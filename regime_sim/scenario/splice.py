"""Edits of a YAML text that leave every other line as it was: a value replaced, a key or an item
added or taken out; knows no scenario.

Edits are collected and made together. A comment at the end of a line stays with its line, one on a
line of its own stays; those inside a value that is replaced or taken out go with it. Whoever edits
must read the result again and compare: a text that is laid out oddly may come out wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .spans import Span


@dataclass(slots=True)
class Splice:
    """A text, the spans of its values, and the edits to be made. order: of the keys at the top,
    where new ones find their place.
    """

    text: str
    root: Span
    order: Sequence[str]
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    gone: dict[int, set[int]] = field(default_factory=dict)
    more: dict[int, list[str]] = field(default_factory=dict)
    sections: dict[str, str | list[str]] = field(default_factory=dict)

    def replace(self, value: Span, new: str) -> None:
        """Put a value on one line in the place of another."""
        if not (value.block and value.collection):
            self.edits.append((value.start, value.end, new))
            return
        first = self.line_start(value.start)
        if "-" in self.text[first : value.start]:  # an item of a list
            self.edits.append((value.start, value.end, new))
        else:
            at = self._colon(first)
            self.edits += [(at, at, f" {new}"), (first, self.line_end(value.end), "")]

    def take_out(self, holder: Span, place: int) -> None:
        """Take one part out of a mapping or list; a mapping or list that nothing is left of goes
        too.
        """
        self.gone.setdefault(id(holder), set()).add(place)

    def add(self, holder: Span, new: str) -> None:
        """Add `key: value`, or an item, at the end of a mapping or list."""
        self.more.setdefault(id(holder), []).append(new)

    def section(self, key: str, new: str | list[str]) -> None:
        """A new key at the top: a value on one line, or lines of a block of its own."""
        self.sections[key] = new

    def done(self) -> str:
        """The text after all edits. Raises ValueError if two of them overlap."""
        self._spread()
        for holder in self._all(self.root):
            if id(holder) in self.gone:
                self.edits += self._removals(holder, sorted(self.gone[id(holder)]))
            if id(holder) in self.more:
                self.edits += self._additions(holder, self.more[id(holder)])
        for key in sorted(self.sections, key=self.order.index):
            self.edits.append(self._new_section(key, self.sections[key]))
        parts: list[str] = []
        at = 0
        for start, end, new in sorted(self.edits, key=lambda edit: (edit[0], edit[1])):
            if start < at:
                raise ValueError("two edits overlap")
            parts += [self.text[at:start], new]
            at = end
        return "".join((*parts, self.text[at:]))

    def _all(self, span: Span) -> Iterator[Span]:
        """A value and all inside it, innermost first."""
        for _, _, value in span.parts:
            yield from self._all(value)
        yield span

    def _spread(self) -> None:
        """Where all parts of something go, it goes itself, and they need no edits of their own."""
        for outer in self._all(self.root):
            for place, (_, _, value) in enumerate(outer.parts):
                if (
                    value.parts
                    and len(self.gone.get(id(value), ())) == len(value.parts)
                    and id(value) not in self.more
                ):
                    del self.gone[id(value)]
                    self.take_out(outer, place)

    def _removals(self, holder: Span, places: list[int]) -> Iterator[tuple[int, int, str]]:
        parts = holder.parts
        if holder.block:
            yield from (
                (self.line_start(parts[k][1]), self.line_end(parts[k][2].end), "") for k in places
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
                yield (
                    (parts[first - 1][2].end if first else parts[first][1]),
                    parts[last][2].end,
                    "",
                )

    def _additions(self, holder: Span, new: list[str]) -> Iterator[tuple[int, int, str]]:
        if not holder.block:
            empty = len(self.gone.get(id(holder), ())) == len(holder.parts)
            yield holder.end - 1, holder.end - 1, ("" if empty else ", ") + ", ".join(new)
            return
        key, start, _ = holder.parts[-1]
        lead = self.text[self.line_start(start) : start]
        lead = " " * len(lead) if key is not None else f"{lead[: lead.rindex('-')]}- "
        yield self._below(holder.end, "".join(f"{lead}{one}\n" for one in new))

    def _new_section(self, key: str, new: str | list[str]) -> tuple[int, int, str]:
        """The edit that makes a new key at the top, below the last key that comes before it."""
        if not self.root.block:
            return (
                self.root.end - 1,
                self.root.end - 1,
                f", {key}: {new if isinstance(new, str) else '{' + ', '.join(new) + '}'}",
            )
        before = [
            part
            for part in self.root.parts
            if part[0] in self.order and self.order.index(part[0]) < self.order.index(key)
        ]
        text = (
            f"{key}: {new}\n"
            if isinstance(new, str)
            else f"\n{key}:\n" + "".join(f"  {line}\n" for line in new)
        )
        return self._below((before or self.root.parts[:1])[-1][2].end, text)

    def _below(self, end: int, lines: str) -> tuple[int, int, str]:
        """The edit that adds lines below the line on which something ends."""
        at = self.line_end(end)
        return at, at, lines if self.text[:at].endswith("\n") else f"\n{lines}"

    def line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """The beginning of the next line."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def _colon(self, first: int) -> int:
        """Just behind the colon of the key above a block value: on the last line above that is
        neither empty nor a comment.
        """
        at = first
        while at > 0:
            begin = self.line_start(at - 1)
            line = self.text[begin : at - 1]
            if line.strip() and not line.strip().startswith("#"):
                return begin + len(line.split(" #", 1)[0].rstrip())
            at = begin
        raise ValueError("a block value without a key")
