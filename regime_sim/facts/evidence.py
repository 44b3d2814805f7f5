"""Reads the evidence in `seeds/` into frozen records: facts, works, observed rates and priors; the
one door to it, and judges none of it.

Nothing is read on import. Each file is read once, when first asked for, and kept. A file that is
not as it should be raises BadSeed with file and line; an id that nobody declared raises UnknownName
with the nearest one that exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode

from ..errors import RegimeSimError, UnknownName, nearest
from ..travel import Closed
from .places import seeds_folder

CONFIDENCE = ("high", "medium", "low")
FACT_KINDS = ("reported", "claim", "poll", "market", "official")
WORK_KINDS = ("article", "book", "dataset", "press", "report", "code")
INTERVALS = ("wilson", "poisson", "clustered", "survival")


class BadSeed(RegimeSimError, ValueError):
    """An evidence file is malformed; the message starts with `file:line`."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a source says; `low` and `high` are set where sources disagree or give a bound."""

    id: str
    statement: str
    value: float | bool | None
    low: float | None
    high: float | None
    unit: str
    date: str
    source: tuple[str, ...]
    where: str
    bears_on: tuple[str, ...]
    confidence: str
    kind: str
    alias: tuple[str, ...]

    @property
    def citation(self) -> str:
        """The statement with its sources, on one line."""
        place = f", {self.where}" if self.where else ""
        return f"{self.statement} [{'; '.join(self.source)}{place}]"


@dataclass(frozen=True, slots=True)
class Work:
    """A publication or data set; not `verified` if written from memory and not looked up."""

    id: str
    authors: str
    year: int
    title: str
    where: str
    finding: str
    kind: str
    verified: bool
    checked: str
    alias: tuple[str, ...]

    @property
    def citation(self) -> str:
        """Authors (year). Title. Where."""
        tail = "" if self.verified else " (from memory, not looked up)"
        return f"{self.authors} ({self.year}). {self.title}. {self.where}{tail}"


@dataclass(frozen=True, slots=True)
class Rate:
    """An observed rate, share or ratio: `low` to `high` is its 95% interval, `n` what it was
    counted over, `events` how often.

    `table` holds the cells of a rate that is a table (dotted names), `also` further figures that
    belong to it.
    """

    id: str
    statement: str
    value: float | None
    low: float | None
    high: float | None
    interval_by: str
    n: float | None
    events: int | None
    unit: str
    source: tuple[str, ...]
    table: Mapping[str, float]
    also: Mapping[str, float]
    alias: tuple[str, ...]

    @property
    def citation(self) -> str:
        """The statement with value or table, interval, unit, n and sources, on one line."""
        cells = ", ".join(f"{name} {cell:g}" for name, cell in self.table.items())
        value = f": {cells}" if self.value is None else f": {self.value:g}"
        interval = "" if self.low is None else f" [{self.low:g}, {self.high:g}]"
        size = "" if self.n is None else f", n={self.n:g}"
        return f"{self.statement}{value}{interval} ({self.unit}{size}) [{'; '.join(self.source)}]"


@dataclass(frozen=True, slots=True)
class PriorRow:
    """A recommended prior: a family, its arguments and its 95% range; or a table of values."""

    id: str
    meaning: str
    family: str
    args: Mapping[str, float]
    low: float | None
    high: float | None
    unit: str
    table: Mapping[str, float]
    source: tuple[str, ...]
    basis: str


Source = Fact | Work | Rate


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact by id, in file order."""
    return _index("facts", _fact)


@cache
def works() -> Mapping[str, Work]:
    """Every work by id, in file order."""
    return _index("works", _work)


@cache
def rates() -> Mapping[str, Rate]:
    """Every observed rate by id, in file order."""
    return _index("rates", _rate)


@cache
def priors() -> Mapping[str, PriorRow]:
    """Every recommended prior by id, in file order."""
    return _index("priors", _prior)


def source(name: str) -> Source:
    """The fact, work or rate (in that order) with this id or alias. Raises UnknownName."""
    for room in (_fact_names, _work_names, _rate_names):
        found: Mapping[str, Source] = room()
        if isinstance(name, str) and name in found:
            return found[name]
    raise UnknownName("source", str(name), [*_fact_names(), *_work_names(), *_rate_names()])


@cache
def _fact_names() -> Mapping[str, Fact]:
    return {name: row for row in facts().values() for name in (row.id, *row.alias)}


@cache
def _work_names() -> Mapping[str, Work]:
    return {name: row for row in works().values() for name in (row.id, *row.alias)}


@cache
def _rate_names() -> Mapping[str, Rate]:
    return {name: row for row in rates().values() for name in (row.id, *row.alias)}


class _Row:
    """One row of a seed file, read key by key; every complaint names the file and the line."""

    def __init__(self, path: Path, list_name: str, number: int, cells: object) -> None:
        self._place = (path, list_name, number)
        if not isinstance(cells, dict):
            raise self.wrong("each row must be a mapping with an id")
        self.cells: dict[str, Any] = {str(key): value for key, value in cells.items()}
        self._left = set(self.cells)
        self._asked: list[str] = []

    def wrong(self, what: str, key: str = "") -> BadSeed:
        path, list_name, number = self._place
        cells: dict[str, Any] = getattr(self, "cells", {})
        row = f" in {cells['id']}" if isinstance(cells.get("id"), str) else ""
        return BadSeed(f"{path}:{_line_of(path, list_name, number, key)}: {what}{row}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.take(key, default)
        if isinstance(value, date):
            value = value.isoformat()
        if not isinstance(value, str) or (default is None and not value):
            raise self.wrong(f"{key} must be text, got {value!r}", key)
        return value

    def number(self, key: str) -> float | None:
        value = self.take(key, _NOTHING)
        if value is _NOTHING or value is None:
            return None
        return _as_number(self, value, key)

    def flag(self, key: str) -> bool:
        value = self.take(key, None)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} must be true or false, got {value!r}", key)
        return value

    def words(self, key: str) -> tuple[str, ...]:
        value = self.take(key, ())
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
            raise self.wrong(f"{key} must be a name or a list of names, got {value!r}", key)
        return tuple(items)

    def pair(self, key: str) -> tuple[float | None, float | None]:
        value = self.take(key, _NOTHING)
        if value is _NOTHING or value is None:
            return None, None
        if not isinstance(value, list) or len(value) != 2:
            raise self.wrong(f"{key} must be [low, high], got {value!r}", key)
        low, high = (_as_number(self, part, key) for part in value)
        if low > high:
            raise self.wrong(f"{key} must not fall, got {value!r}", key)
        return low, high

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed and value != default:
            raise self.wrong(f"{key} {value!r} is not known{nearest(value, allowed)}", key)
        return value

    def done(self) -> None:
        """Every key must have been asked for."""
        for key in sorted(self._left):
            raise self.wrong(f"unknown key {key!r}{nearest(key, self._asked)}", key)

    def take(self, key: str, default: object) -> object:
        self._asked.append(key)
        if key not in self.cells and default is None:
            raise self.wrong(f"{key} is missing")
        self._left.discard(key)
        return self.cells.get(key, default)


_NOTHING = object()


def _as_number(row: _Row, value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise row.wrong(f"{key} must be a number, got {value!r}", key)
    return float(value)


def _table(row: _Row, key: str) -> Mapping[str, float]:
    value = row.take(key, {})
    if not isinstance(value, dict):
        raise row.wrong(f"{key} must be a mapping of names to numbers, got {value!r}", key)
    return Closed({name: _as_number(row, cell, key) for name, cell in _flat(value)})


def _whole(row: _Row, key: str) -> int | None:
    value = row.number(key)
    if value is not None and value != int(value):
        raise row.wrong(f"{key} must be a whole number, got {value!r}", key)
    return None if value is None else int(value)


def _fact(row: _Row) -> Fact:
    is_flag = isinstance(row.cells.get("value"), bool)
    value = row.flag("value") if is_flag else row.number("value")
    low, high = row.pair("interval")
    return Fact(
        id=row.text("id"),
        statement=row.text("statement"),
        value=value,
        low=low,
        high=high,
        unit=row.text("unit", ""),
        date=row.text("date", ""),
        source=row.words("source"),
        where=row.text("where", ""),
        bears_on=row.words("bears_on"),
        confidence=row.one_of("confidence", CONFIDENCE),
        kind=row.one_of("kind", FACT_KINDS),
        alias=row.words("alias"),
    )


def _work(row: _Row) -> Work:
    year = _whole(row, "year")
    if year is None:
        raise row.wrong("year is missing")
    return Work(
        id=row.text("id"),
        authors=row.text("authors"),
        year=year,
        title=row.text("title"),
        where=row.text("where"),
        finding=row.text("finding"),
        kind=row.one_of("kind", WORK_KINDS, "article"),
        verified=row.flag("verified"),
        checked=row.text("checked", ""),
        alias=row.words("alias"),
    )


def _rate(row: _Row) -> Rate:
    low, high = row.pair("interval")
    return Rate(
        id=row.text("id"),
        statement=row.text("statement"),
        value=row.number("value"),
        low=low,
        high=high,
        interval_by=row.one_of("interval_by", INTERVALS, ""),
        n=row.number("n"),
        events=_whole(row, "events"),
        unit=row.text("unit"),
        source=row.words("source"),
        table=_table(row, "table"),
        also=_table(row, "also"),
        alias=row.words("alias"),
    )


def _prior(row: _Row) -> PriorRow:
    low, high = row.pair("range")
    return PriorRow(
        id=row.text("id"),
        meaning=row.text("meaning"),
        family=row.text("family"),
        args=_table(row, "args"),
        low=low,
        high=high,
        unit=row.text("unit"),
        table=_table(row, "table"),
        source=row.words("source"),
        basis=row.text("basis", ""),
    )


def _index[T: Fact | Work | Rate | PriorRow](
    name: str, make: Callable[[_Row], T]
) -> Mapping[str, T]:
    """The rows of `seeds/<name>.yaml` by id. Raises BadSeed, also for a repeated id or alias."""
    return _read(seeds_folder() / f"{name}.yaml", name, make)


def _read[T: Fact | Work | Rate | PriorRow](
    path: Path, name: str, make: Callable[[_Row], T]
) -> Mapping[str, T]:
    found: dict[str, T] = {}
    taken: set[str] = set()
    for number, cells in enumerate(_rows(path, name)):
        row = _Row(path, name, number, cells)
        record = make(row)
        row.done()
        for title in (record.id, *getattr(record, "alias", ())):
            if title in taken:
                raise row.wrong(f"the id {title!r} is used twice", "id")
            taken.add(title)
        found[record.id] = record
    return Closed(found)


def _rows(path: Path, name: str) -> list[object]:
    """The list under the key `name` of a YAML file."""
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSeed(f"{path}:1: cannot be read: {error.strerror}") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadSeed(f"{path}:{line}: not valid YAML: {error.problem}") from error
    if not isinstance(content, dict) or not isinstance(content.get(name), list):
        raise BadSeed(f"{path}:1: must hold one list under the key {name!r}")
    return list(content[name])


def _flat(cells: dict[object, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Nested mappings as one, names joined by dots."""
    for key, value in cells.items():
        name = f"{before}{key}"
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.")
        else:
            yield name, value


def _line_of(path: Path, list_name: str, number: int, key: str) -> int:
    """Line of row `number`, or of its `key`; reads the file again, for error messages only."""
    root = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    rows = next(value for name, value in root.value if name.value == list_name)
    row = rows.value[number]
    if isinstance(row, MappingNode):
        for name, _ in row.value:
            if key and name.value == key:
                return int(name.start_mark.line) + 1
    return int(row.start_mark.line) + 1
