"""Experts' numbers by a form: a table to fill in, and what filled-in tables say as the lines of a
scenario file; runs nothing.

A form has a row per input; q05, q50 and q95 are what the number lies below with 5, 50 and 95 in 100
chances (other columns q.. may be added, q0 and q100 are the least and the greatest value). Blank
rows are left out. Several forms, or rows with different names under `expert`, become a mixture.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import UnknownName, nearest
from .names import LEVERS, Names
from .problems import Problem, ScenarioError, clean
from .scenario import Scenario
from .values import JUDGEMENT, BadValue, Value, number, read_value
from .writer import as_cell, quoted

ASKED = ("q05", "q50", "q95")
HEADS = ("input", "what", "unit", "least", "greatest", "now", "expert", "weight", *ASKED, "why")
MOST_ROWS = 2_000
_READ = {"input", "expert", "weight"}
_SHARE = re.compile(r"q(\d{1,3}(?:\.\d{1,3})?)\Z")
_SHORT = re.compile(r"q0(\d)\Z")  # q05 is 5%


@dataclass(frozen=True, slots=True)
class Said:
    """What one expert said of one input: points (share below, value) in the order of the form."""

    input: str
    expert: str
    weight: float
    points: tuple[tuple[float, float], ...]
    file: str
    line: int


def form(scenario: Scenario, inputs: Sequence[str] = ()) -> list[dict[str, str]]:
    """The rows of an empty form. inputs: names, a whole lever for its parts; none: those that the
    scenario itself leaves uncertain. Raises UnknownName, ScenarioError where there is none.
    """
    names = scenario.names
    asked = [one for name in inputs or _open(scenario) for one in _parts(name, names)]
    if not asked:
        raise ScenarioError(
            [Problem(scenario.id, 0, 0, "", "nothing in it is uncertain - name inputs with --of")]
        )
    rows = []
    for name in dict.fromkeys(asked):
        low, high = names.range(name)
        row = names.inputs.get(name) or names.structural[name]
        scale = "; ".join(f"{at:g}: {words}" for at, words in row.anchors)
        about = {
            "input": name,
            "what": f"{row.meaning} ({scale})" if scale else row.meaning,
            "unit": row.unit,
            "least": f"{low:g}",
            "greatest": f"{high:g}",
            "now": f"{scenario.value(name):g}",
        }
        rows.append(dict.fromkeys(HEADS, "") | about)
    return rows


def _open(scenario: Scenario) -> list[str]:
    own = (*scenario.values, *scenario.structure)
    return [name for name, value in own if value.prior is not None]


def _parts(name: str, names: Names) -> list[str]:
    if name in LEVERS:
        return [part.name for part in names.parts(name)]
    if names.home(name) is None:
        known = (*LEVERS, *names.levers, *names.given, *names.structural)
        raise UnknownName("lever, input or parameter", name, known)
    return [name]


def read_forms(scenario: Scenario, forms: Mapping[str, str]) -> dict[str, Value]:
    """What filled-in forms (name: text) say, as values by input: by quantiles of one expert, or a
    mixture. Raises ScenarioError with every mistake, by file and line.
    """
    problems: list[Problem] = []
    said = [
        one for file, text in forms.items() for one in _read(file, text, scenario.names, problems)
    ]
    found: dict[str, Value] = {}
    for name in dict.fromkeys(one.input for one in said):
        own = [one for one in said if one.input == name]
        cells = [_checked(one, scenario.names, problems) for one in own]
        twice = {one.expert for one in own if [two.expert for two in own].count(one.expert) > 1}
        for one in own:
            if one.expert in twice:
                problems.append(_problem(one.file, one.line, f"{name}: {one.expert} twice"))
        if twice or None in cells:
            continue
        alone = {key: cell for key, cell in (cells[0] or {}).items() if key != "weight"}
        raw = alone if len(cells) == 1 else {"mixture": cells}
        try:
            range_ = scenario.names.range(name)
            found[name] = read_value({**raw, "source": JUDGEMENT}, *range_)
        except BadValue as error:
            problems.append(_problem(own[0].file, own[0].line, f"{name}: {error}"))
    if not found and not problems:
        problems.append(Problem(next(iter(forms)), 0, 0, "", "no row is filled in"))
    if problems:
        raise ScenarioError(problems)
    return found


def as_file(scenario: Scenario, extends: str, forms: Mapping[str, str]) -> str:
    """A scenario file that extends `extends` by what filled-in forms say. Raises ScenarioError."""
    values = read_forms(scenario, forms)
    said = [one for file, text in forms.items() for one in _read(file, text, scenario.names, [])]
    experts = list(dict.fromkeys(one.expert for one in said))
    by = f"{len(experts)} expert{'s' * (len(experts) > 1)}"
    lines = [
        "schema: 1",
        f"id: {scenario.id[:50]}-experts",
        f"title: {as_text(f'{scenario.title[:120]}, by {by}')}",
        f"extends: {quoted(extends)}",
    ]
    for section in ("levers", "given", "uncertain"):
        own = [name for name in values if scenario.names.home(name) == section]
        lines += [f"{section}:"] if own else []
        for name in own:
            lines += [f"  # {one}" for one in _told(name, said)]
            lines.append(f"  {name}: {as_cell(values[name])}")
    return "\n".join(lines) + "\n"


def as_text(text: str) -> str:
    """Text in quotes as YAML has it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _told(name: str, said: Iterable[Said]) -> list[str]:
    """Who said what, a line each."""
    return [
        clean(f"{one.expert}, weight {one.weight:g} ({one.file}, line {one.line})")
        for one in said
        if one.input == name
    ]


def _checked(one: Said, names: Names, problems: list[Problem]) -> dict[str, object] | None:
    """What an expert said as a cell of the grammar, None (and a problem) where it is none."""
    core: dict[str, object] = {"quantiles": dict(one.points)}
    try:
        read_value(core, *names.range(one.input))
    except BadValue as error:
        problems.append(_problem(one.file, one.line, f"{one.input}: {error}"))
        return None
    return core | ({"weight": one.weight} if one.weight != 1.0 else {})


def _read(file: str, text: str, names: Names, problems: list[Problem]) -> list[Said]:
    """The rows of one form that are filled in."""
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        heads = [head.strip().lower() for head in next(reader, [])]
    except csv.Error as error:
        problems.append(_problem(file, 1, f"not CSV: {error}"))
        return []
    shares = {k: share for k, head in enumerate(heads) if (share := _share_of(head)) is not None}
    if "input" not in heads or not shares:
        said = "expected a first line with the columns input, q05, q50 and q95"
        problems.append(_problem(file, 1, said))
        return []
    for head in dict.fromkeys(heads):
        if head in _READ | {heads[k] for k in shares} and heads.count(head) > 1:
            said = f"the column {head} is there {heads.count(head)} times"
            problems.append(_problem(file, 1, said))
    found: list[Said] = []
    try:
        for row in reader:
            if reader.line_num > MOST_ROWS:
                problems.append(_problem(file, reader.line_num, f"more than {MOST_ROWS} lines"))
                break
            if any(cell.strip() for cell in row[len(heads) :]):
                said = f"{len(row)} cells - expected {len(heads)}, one for each column"
                problems.append(_problem(file, reader.line_num, said))
                continue
            cells = dict(zip(heads, (cell.strip() for cell in row), strict=False))
            given = {
                share: text for k, share in shares.items() if (text := cells.get(heads[k], ""))
            }
            if separator == ";":  # where spreadsheets write so, they write 0,3
                given = {share: text.replace(",", ".") for share, text in given.items()}
                cells["weight"] = cells.get("weight", "").replace(",", ".")
            if given:
                found += _row(_Line(file, reader.line_num, cells, given), names, problems)
    except csv.Error as error:
        problems.append(_problem(file, reader.line_num, f"not CSV: {error}"))
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a form: its cells by column, and the texts by share below."""

    file: str
    number: int
    cells: Mapping[str, str]
    given: Mapping[float, str]


def _row(line: _Line, names: Names, problems: list[Problem]) -> list[Said]:
    name = line.cells["input"].lstrip("'")
    if name in LEVERS:
        parts = [part.name for part in names.parts(name)]
        said = f"{name} is a whole lever - expected a part of it: {', '.join(parts)}"
        problems.append(_problem(line.file, line.number, said))
        return []
    if names.home(name) is None:
        known = (*names.levers, *names.given, *names.structural)
        said = f"unknown input {clean(name)!r}{nearest(name[:80], known)}"
        problems.append(_problem(line.file, line.number, said))
        return []
    numbers = {share: _number(text) for share, text in line.given.items()}
    weight = _number(line.cells.get("weight") or "1")
    for what, one in (*((f"q{100 * s:g}", v) for s, v in numbers.items()), ("weight", weight)):
        if one is None:
            said = f"{name}: {what} is no number - write 0.3, with a point"
            problems.append(_problem(line.file, line.number, said))
    if weight is not None:
        try:
            number(weight, 1e-6, 1e6)
        except BadValue as error:
            problems.append(_problem(line.file, line.number, f"{name}: weight: {error}"))
    points = tuple((share, one) for share, one in numbers.items() if one is not None)
    if weight is None or len(points) < len(numbers):
        return []
    expert = line.cells.get("expert") or _stem(line.file)
    return [Said(name, expert, weight, points, line.file, line.number)]


def _number(text: str) -> float | None:
    try:
        return float(text.lstrip("'")) if len(text) <= 40 and "_" not in text else None
    except ValueError:
        return None


def _share_of(head: str) -> float | None:
    """The share below of a column: q05 and q5 are 0.05, q50 0.5, q97.5 0.975."""
    match = _SHARE.match(head)
    if match is None:
        return None
    short = _SHORT.match(head)
    share = float(short[1] if short else match[1]) / 100.0
    return share if share <= 1.0 else None


def _separator(text: str) -> str:
    """A comma, or what spreadsheets write elsewhere."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _stem(file: str) -> str:
    return re.sub(r"\.[A-Za-z]{1,4}\Z", "", re.split(r"[/\\]", file)[-1]) or file


def _problem(file: str, line: int, text: str) -> Problem:
    return Problem(file, line, 1, "", text)
