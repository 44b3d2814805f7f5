"""What a file asks for besides its scenario: runs, comparisons, checks, scoring; runs none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date

from ..errors import nearest
from ..facts.outcomes import WAYS
from .names import Names
from .problems import Findings, Path, clean, show
from .settings import Moves, flatten, read_moves
from .shipped import shipped_names
from .timeline import Entry, read_date, read_timeline
from .values import BadValue, number, read_range, read_sources

TRENDS = ("increasing", "decreasing", "flat")
_WANTED = f"{', '.join(TRENDS)}, or a range of shares such as 0.2 to 0.5"


@dataclass(frozen=True, slots=True)
class Runs:
    """Defaults of a run. stop_half_width: of the 95% interval of `stop_of`; None: fixed size."""

    replicates: int | None = None
    seed: int | None = None
    stop_half_width: float | None = None
    stop_of: str = "leader_out"


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: moves (lever, part or input; a number or `Move`), without (ids left out), entries
    (added).
    """

    id: str
    moves: Moves
    without: tuple[str, ...]
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Compare:
    """What a file wants compared: a scenario by name (None: itself), and arms of it."""

    baseline: str | None
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A check: over the values of `vary`, each `expect` rises, falls, is flat or in a range."""

    it: str
    vary: tuple[tuple[str, tuple[float, ...]], ...]
    expect: tuple[tuple[str, str | tuple[float, float]], ...]
    tolerance: float


@dataclass(frozen=True, slots=True)
class Resolve:
    """The question by which a scenario will be scored, the day by which the answer is known, and
    what of the model answers it: leader_out, regime_falls, tutelage or an exit mode.
    """

    question: str
    by: Date
    of: str = "leader_out"


@dataclass(frozen=True, slots=True)
class Registered:
    """A frozen forecast. probability with its 95% interval from so many replicates; range: 90%
    range of the probability over what is not known; outcomes: (exit mode, probability) by then;
    model: SHA-256 of the code and seeds; hash: SHA-256 that shows changes.
    """

    on: Date
    replicates: int
    seed: int
    probability: float
    low: float
    high: float
    range: tuple[float, float] | None
    outcomes: tuple[tuple[str, float], ...]
    model: str
    hash: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The answer, when it became known, and from whom. happened: None if the question was void."""

    on: Date
    happened: bool | None
    source: tuple[str, ...]


def read_without(
    raw: object, entries: tuple[str, ...] | None, path: Path, findings: Findings
) -> tuple[str, ...]:
    """Ids of entries that are left out; each must exist (unless it is not known which do)."""
    ids = tuple(one for one in raw if isinstance(one, str)) if isinstance(raw, list) else ()
    for place, one in enumerate(ids):
        if entries is not None and one not in entries:
            findings.unknown((*path, place), f"entry {clean(one)!r} of the timeline", one, entries)
    return ids


def read_runs(raw: object) -> Runs:
    cells = raw if isinstance(raw, Mapping) else {}
    stop = cells.get("stop_when") or {}
    half = stop.get("half_width")
    number_, seed = (
        None if cells.get(key) is None else int(cells[key]) for key in ("replicates", "seed")
    )
    return Runs(number_, seed, None if half is None else float(half), stop.get("of", "leader_out"))


def merge_runs(parent: Runs, child: Runs) -> Runs:
    """What a file says over what it inherits; `stop_when` is taken whole."""
    stops = child if child.stop_half_width is not None else parent
    return Runs(
        child.replicates if child.replicates is not None else parent.replicates,
        child.seed if child.seed is not None else parent.seed,
        stops.stop_half_width,
        stops.stop_of,
    )


def read_compare(
    raw: object, entries: tuple[str, ...] | None, names: Names, findings: Findings
) -> Compare | None:
    if not isinstance(raw, Mapping):
        return None
    arms: list[Arm] = []
    cells = raw.get("arms")
    for place, cell in enumerate(cells if isinstance(cells, list) else ()):
        if not isinstance(cell, Mapping):
            continue
        path: Path = ("compare", "arms", place)
        moves = (
            read_moves(cell["set"], (*path, "set"), names, findings)
            if isinstance(cell.get("set"), Mapping)
            else ()
        )
        without = read_without(cell.get("without"), entries, (*path, "without"), findings)
        if any(cell.get("id") == arm.id for arm in arms):
            findings.add(
                (*path, "id"), f"the id {clean(str(cell['id']))!r} is used twice in this comparison"
            )
        own = cell.get("timeline")
        added = (
            read_timeline(own, names, findings, (*path, "timeline"))
            if isinstance(own, list)
            else ()
        )
        arms.append(Arm(str(cell.get("id", "")), moves, without, added))
    return Compare(_baseline(raw.get("baseline"), findings), tuple(arms))


def _baseline(raw: object, findings: Findings) -> str | None:
    if not isinstance(raw, str):
        return None
    if raw not in shipped_names() and not raw.endswith((".yaml", ".yml")):
        findings.unknown(("compare", "baseline"), f"scenario {clean(raw)!r}", raw, shipped_names())
    return raw


def read_checks(raw: object, names: Names, findings: Findings) -> tuple[Check, ...]:
    checks: list[Check] = []
    for place, cell in enumerate(raw if isinstance(raw, list) else ()):
        if isinstance(cell, Mapping):
            path: Path = ("checks", place)
            vary = _vary(cell.get("vary"), (*path, "vary"), names, findings)
            varied = bool(cell.get("vary"))
            expect = _expect(cell.get("expect"), (*path, "expect"), varied, findings)
            raw_tolerance = cell.get("tolerance")
            tolerance = float(raw_tolerance) if isinstance(raw_tolerance, int | float) else 0.0
            checks.append(Check(str(cell.get("it", "")), vary, expect, tolerance))
    return tuple(checks)


def _vary(
    raw: object, path: Path, names: Names, findings: Findings
) -> tuple[tuple[str, tuple[float, ...]], ...]:
    found: list[tuple[str, tuple[float, ...]]] = []
    for setting in flatten(raw, "set", path, names, findings) if isinstance(raw, Mapping) else ():
        cells = setting.raw if isinstance(setting.raw, list) else []
        if len(cells) < 2:
            findings.add(setting.path, "expected a list of two or more numbers")
        try:
            range_ = names.range(setting.name)
            found.append((setting.name, tuple(number(one, *range_) for one in cells)))
        except BadValue as error:
            findings.add(setting.path, str(error))
    if len({len(values) for _, values in found}) > 1:
        findings.add(path, "lists of different lengths - expected as many settings for each name")
    return tuple(found)


def _expect(
    raw: object, path: Path, varied: bool, findings: Findings
) -> tuple[tuple[str, str | tuple[float, float]], ...]:
    outcomes = ("leader_out", "regime_falls", "tutelage", *WAYS)
    found: list[tuple[str, str | tuple[float, float]]] = []
    if isinstance(raw, Mapping) and not raw:
        findings.add(path, "nothing in it - expected an outcome such as leader_out")
    for outcome, wanted in raw.items() if isinstance(raw, Mapping) else ():
        here = (*path, outcome)
        if outcome not in outcomes:
            findings.unknown(here, "outcome", outcome, outcomes)
        elif wanted in TRENDS and isinstance(wanted, str):
            found.append((outcome, wanted))
            if not varied:
                findings.add(
                    here,
                    f"{wanted} needs something that varies - expected vary: {{lever: [from, to]}}",
                )
        elif isinstance(wanted, list) and len(wanted) == 2:
            try:
                low, high = (number(one, 0.0, 1.0, here) for one in wanted)
                if low > high:
                    raise BadValue(f"got [{low:g}, {high:g}] - expected the lower end first")
                found.append((outcome, (low, high)))
            except BadValue as error:
                findings.add(here, str(error))
        elif (
            isinstance(wanted, str) and (range_ := _share_range(wanted, here, findings)) is not None
        ):
            found.append((outcome, range_))
        elif not isinstance(wanted, str):
            findings.add(here, f"got {show(wanted)} - expected {_WANTED}")
    return tuple(found)


def _share_range(raw: str, path: Path, findings: Findings) -> tuple[float, float] | None:
    """The two shares of a text such as "0.2 to 0.5"."""
    try:
        return read_range(raw, 0.0, 1.0)
    except BadValue as error:
        plain = any(words in str(error) for words in ("out of range", "lower end"))
        findings.add(path, str(error) if plain else f"got {show(raw)} - expected {_WANTED}")
        return None


def read_resolve(raw: object, findings: Findings) -> Resolve | None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("question"), str) or "by" not in raw:
        return None
    by = _day(raw["by"], ("resolve", "by"), findings)
    return None if by is None else Resolve(raw["question"], by, str(raw.get("of", "leader_out")))


def read_registered(raw: object, findings: Findings) -> Registered | None:
    """The frozen forecast of a well-formed file; what contradicts itself becomes a finding."""
    if not isinstance(raw, Mapping):
        return None
    path: Path = ("registered",)
    on = _day(raw.get("on"), (*path, "on"), findings)
    low, value, high = (float(raw[name]) for name in ("low", "probability", "high"))
    if not low <= value <= high:
        said = f"{value:g} lies outside its interval {low:g} to {high:g}"
        findings.add((*path, "probability"), said)
    outcomes = raw.get("outcomes") or {}
    for name in outcomes:
        if name not in WAYS:
            hint = nearest(clean(str(name)), WAYS)
            findings.add((*path, "outcomes", name), f"unknown outcome{hint}")
    ends = raw.get("range")
    if ends is not None and not ends[0] <= ends[1]:
        findings.add((*path, "range"), "expected the lower end first")
    if on is None:
        return None
    return Registered(
        on,
        int(raw["replicates"]),
        int(raw["seed"]),
        value,
        low,
        high,
        None if ends is None else (float(ends[0]), float(ends[1])),
        tuple((str(name), float(chance)) for name, chance in outcomes.items()),
        str(raw["model"]),
        str(raw["hash"]),
    )


def read_resolved(raw: object, findings: Findings) -> Resolved | None:
    """The answer that a file of good form gives to its question."""
    if not isinstance(raw, Mapping):
        return None
    on = _day(raw.get("on"), ("resolved", "on"), findings)
    try:
        source = read_sources(raw.get("source"))
    except BadValue as error:
        findings.add(("resolved", *error.path), str(error))
        return None
    happened = raw.get("happened") if isinstance(raw.get("happened"), bool) else None
    return None if on is None else Resolved(on, happened, source)


def _day(raw: object, path: Path, findings: Findings) -> Date | None:
    try:
        return read_date(raw)
    except BadValue as error:
        findings.add(path, str(error))
        return None
