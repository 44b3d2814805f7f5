"""The one door for YAML: text to plain mappings, lists and scalars with the line and column of
each; knows no scenario.

Reads YAML 1.2 (`1e6` is a number, `no` is text) and refuses what a scenario has no use for before
or while it is read: anything but a regular file, more than 128 kB, text that is not UTF-8, deep
nesting, anchors, aliases, tags, merge keys, duplicate keys, a second document. Never makes an
object other than dict, list, str, int, float, bool or None.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from .problems import Path, Place, Problem, ScenarioError, clean, spell

LARGEST = 128 * 1024  # bytes
DEEPEST = 12  # mappings and lists inside one another
# keys and values: so that no file keeps anybody waiting for more than a quarter of a second
MOST = 4_000
_KEPT = 64  # files kept in memory

_INT = re.compile(r"[-+]?[0-9]{1,300}\Z")
_BASED = re.compile(r"0o[0-7]{1,100}\Z|0x[0-9a-fA-F]{1,100}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,300}|[0-9]{1,300}(\.[0-9]{0,300})?)([eE][-+]?[0-9]{1,10})?\Z")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


@dataclass(frozen=True, slots=True)
class Document:
    """The content of one file: its plain tree, and the place (line, col from 1) of every key and
    list item by path.

    duplicates: keys that a mapping has twice; the tree holds the first of them, and whoever uses it
    must refuse the file. text: the file as it was written.
    """

    file: str
    tree: dict[str, Any]
    places: dict[Path, Place]
    duplicates: tuple[Problem, ...] = ()
    text: str = ""


_read: dict[tuple[str, int, int, int, int], Document] = {}


def read_file(path: FilePath, shown: str) -> Document:
    """Read one file, or reuse it if unchanged. `shown`: its name. Raises ScenarioError."""
    try:
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
        )
    except (OSError, ValueError) as error:
        raise _whole(shown, _no_file(error)) from None
    try:
        state = os.fstat(handle)
        _check_kind(state, shown)
        key = (shown, state.st_dev, state.st_ino, state.st_mtime_ns, state.st_size)
        if key not in _read:
            if len(_read) >= _KEPT:
                _read.clear()
            _read[key] = read_text(_decode(_all_bytes(handle), shown), shown)
    except OSError as error:
        raise _whole(shown, f"cannot be read: {error.strerror}") from None
    finally:
        os.close(handle)
    return _read[key]


def read_text(text: str, shown: str) -> Document:
    """Read YAML from text. Raises ScenarioError, also for the first forbidden thing."""
    if len(text) > LARGEST:
        raise _whole(shown, f"the text is too large - at most {LARGEST // 1024} kB")
    try:
        return replace(_Builder(shown).build(YAML(typ="safe", pure=True).parse(text)), text=text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, col = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = f"not YAML: {clean(str(error.problem or error.context))}"
        raise _at(shown, line, col, said) from None
    except ReaderError as error:
        before = text[: error.position]
        line, col = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise _at(shown, line, col, "not YAML: a character that may not be printed") from None
    except (YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise _whole(shown, f"not YAML: {clean(str(error))}") from None


class _Builder:
    """Builds the plain tree from the parser's events; stops at the first forbidden thing."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.places: dict[Path, Place] = {}
        self.duplicates: list[Problem] = []
        self.count = 0

    def build(self, events: Iterator[Any]) -> Document:
        tree: object = None
        documents = 0
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise self.refuse(event, "a second document - expected one scenario per file")
                if event.version or event.tags:
                    raise self.refuse(event, "a YAML directive - expected a scenario without one")
            elif kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent", "AliasEvent"):
                tree = self.node(event, events, ())
        if not isinstance(tree, dict):
            got = "empty" if tree is None else "not a mapping"
            said = f"the file is {got} - expected keys such as schema, id, title, start and levers"
            raise _at(self.shown, 1, 1, said)
        return Document(self.shown, tree, self.places, tuple(self.duplicates))

    def node(self, event: Any, events: Iterator[Any], path: Path) -> object:
        """One value, from the event that begins it; takes its further events from the stream."""
        self.counted(event)
        if type(event).__name__ == "AliasEvent" or event.anchor:
            raise self.refuse(
                event, "anchors and aliases (& and *) are not allowed - write the value out"
            )
        if event.tag is not None:
            raise self.refuse(
                event, f"the tag {clean(str(event.tag))} is not allowed - write a plain value"
            )
        kind = type(event).__name__
        if kind == "ScalarEvent":
            return _scalar(event)
        if len(path) >= DEEPEST:
            raise self.refuse(event, f"nested more than {DEEPEST} deep")
        inside = self.mapping if kind == "MappingStartEvent" else self.sequence
        return inside(events, path)

    def counted(self, event: Any) -> None:
        """Count a key or a value."""
        self.count += 1
        if self.count > MOST:
            raise self.refuse(event, f"more than {MOST:,} keys and values")

    def mapping(self, events: Iterator[Any], path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        while type(event := next(events)).__name__ != "MappingEndEvent":
            key = self.key(event, path)
            if key in found:
                self.again(event, (*path, key))
                self.node(next(events), events, (*path, key, "again"))
                continue
            self.places[*path, key] = _place(event)
            found[key] = self.node(next(events), events, (*path, key))
        return found

    def sequence(self, events: Iterator[Any], path: Path) -> list[object]:
        found: list[object] = []
        while type(event := next(events)).__name__ != "SequenceEndEvent":
            here = (*path, len(found))
            self.places[here] = _place(event)
            found.append(self.node(event, events, here))
        return found

    def key(self, event: Any, path: Path) -> str:
        """The key that an event stands for; only text will do, and shares under `quantiles`."""
        self.counted(event)
        if type(event).__name__ != "ScalarEvent" or event.anchor or event.tag is not None:
            raise self.refuse(event, "expected a plain name as key")
        if event.value == "<<":
            raise self.refuse(event, "merge keys (<<) are not allowed - use extends")
        found = _scalar(event)
        share = path[-1:] == ("quantiles",) and isinstance(found, int | float)
        if not (isinstance(found, str) or (share and not isinstance(found, bool))):
            told = clean(event.value) or "nothing"
            where = " (shares stand under quantiles)" if isinstance(found, float) else ""
            raise self.refuse(event, f"the key {told} is not text - expected a name{where}")
        if any("\ud800" <= sign <= "\udfff" for sign in event.value):
            raise self.refuse(event, f"the key {clean(event.value)} holds half a sign")
        return str(event.value)

    def again(self, event: Any, path: Path) -> None:
        """Note a key that its mapping has already."""
        text = f"duplicate key - it is already on line {self.places[path][0]}"
        self.duplicates.append(Problem(self.shown, *_place(event), spell(path), text))

    def refuse(self, event: Any, text: str) -> ScenarioError:
        return _at(self.shown, *_place(event), text)


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _scalar(event: Any) -> object:
    """A scalar by the core schema of YAML 1.2; quoted text stays text."""
    text: str = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    if _BASED.match(text):
        return int(text, 0)
    if _FLOAT.match(text):
        return float(text)
    return text


def _all_bytes(handle: int) -> bytes:
    """At most one byte more than is allowed, however large the file says it is."""
    parts: list[bytes] = []
    left = LARGEST + 1
    while left and (part := os.read(handle, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _decode(content: bytes, shown: str) -> str:
    """Bytes to text. Raises ScenarioError."""
    if len(content) > LARGEST:
        raise _whole(shown, f"the file is too large - at most {LARGEST // 1024} kB")
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _at(
            shown, 1, 1, "the file begins with a byte order mark - expected UTF-8 without one"
        )
    if 0 in content:
        before = content[: content.index(0)]
        raise _at(shown, before.count(b"\n") + 1, 1, "a NUL byte - expected UTF-8 text")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _at(shown, line, 1, "not UTF-8 text") from None


def _check_kind(state: os.stat_result, shown: str) -> None:
    """Only a regular file of a modest size. Raises ScenarioError."""
    if stat.S_ISDIR(state.st_mode):
        raise _whole(shown, "is a folder - expected a YAML file")
    if not stat.S_ISREG(state.st_mode):
        raise _whole(shown, "is not a regular file - expected a YAML file")
    if state.st_size > LARGEST:
        kilobytes = f"{state.st_size / 1024:,.0f} kB"
        raise _whole(shown, f"the file has {kilobytes} - at most {LARGEST // 1024} kB")


def _no_file(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    reason = error.strerror if isinstance(error, OSError) else "not a file name"
    return f"cannot be opened: {reason}"


def _at(shown: str, line: int, col: int, text: str) -> ScenarioError:
    return ScenarioError([Problem(shown, line, col, "", text)])


def _whole(shown: str, text: str) -> ScenarioError:
    return ScenarioError([Problem(shown, 0, 0, "", text)])
