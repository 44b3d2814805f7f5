"""What a file asks for besides its world: how to run it, what to compare, which claims to test, when it is scored; does none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date

from ..facts.outcomes import WAYS
from .names import Names
from .problems import Findings, Path, clean
from .settings import flatten, read_moves
from .shipped import shipped_names
from .timeline import read_date
from .values import BadValue, number

TRENDS = ("increasing", "decreasing", "flat")


@dataclass(frozen=True, slots=True)
class Runs:
    """How a scenario is run unless the caller says otherwise. stop_half_width: half the width of the 95% interval of
    `stop_of` at which a run may stop, None for a run of fixed size."""

    replicates: int | None = None
    seed: int | None = None
    stop_half_width: float | None = None
    stop_of: str = "leader_out"


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of a comparison: moves are (lever, part or input; value), without the ids of entries to leave out."""

    id: str
    moves: tuple[tuple[str, float], ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """What a file wants compared: a scenario by name (None: itself), and arms of it."""

    baseline: str | None
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A claim that a run tests: over the values of `vary`, each outcome of `expect` rises, falls, is flat or lies in a range."""

    it: str
    vary: tuple[tuple[str, tuple[float, ...]], ...]
    expect: tuple[tuple[str, str | tuple[float, float]], ...]
    tolerance: float


@dataclass(frozen=True, slots=True)
class Resolve:
    """The question by which a scenario will be scored, and the day by which the answer is known."""

    question: str
    by: Date


def read_without(raw: object, entries: tuple[str, ...] | None, path: Path, findings: Findings) -> tuple[str, ...]:
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
    return Runs(
        cells.get("replicates"), cells.get("seed"), None if half is None else float(half), stop.get("of", "leader_out")
    )


def read_compare(raw: object, entries: tuple[str, ...] | None, names: Names, findings: Findings) -> Compare | None:
    if not isinstance(raw, Mapping):
        return None
    arms: list[Arm] = []
    cells = raw.get("arms")
    for place, cell in enumerate(cells if isinstance(cells, list) else ()):
        if not isinstance(cell, Mapping):
            continue
        path: Path = ("compare", "arms", place)
        moves = read_moves(cell["set"], (*path, "set"), names, findings) if isinstance(cell.get("set"), Mapping) else ()
        without = read_without(cell.get("without"), entries, (*path, "without"), findings)
        if any(cell.get("id") == arm.id for arm in arms):
            findings.add((*path, "id"), f"the id {clean(str(cell['id']))!r} is used twice in this comparison")
        arms.append(Arm(str(cell.get("id", "")), moves, without))
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
            expect = _expect(cell.get("expect"), (*path, "expect"), bool(vary), findings)
            tolerance = cell.get("tolerance", 0.0)
            checks.append(
                Check(str(cell.get("it", "")), vary, expect, tolerance if isinstance(tolerance, float) else 0.0)
            )
    return tuple(checks)


def _vary(raw: object, path: Path, names: Names, findings: Findings) -> tuple[tuple[str, tuple[float, ...]], ...]:
    found: list[tuple[str, tuple[float, ...]]] = []
    for setting in flatten(raw, "set", path, names, findings) if isinstance(raw, Mapping) else ():
        cells = setting.raw if isinstance(setting.raw, list) else []
        if len(cells) < 2:
            findings.add(setting.path, "expected a list of two or more numbers")
        try:
            found.append((setting.name, tuple(number(one, *names.range(setting.name)) for one in cells)))
        except BadValue as error:
            findings.add(setting.path, str(error))
    return tuple(found)


def _expect(
    raw: object, path: Path, varied: bool, findings: Findings
) -> tuple[tuple[str, str | tuple[float, float]], ...]:
    outcomes = ("leader_out", "regime_falls", "tutelage", *WAYS)
    found: list[tuple[str, str | tuple[float, float]]] = []
    for outcome, wanted in raw.items() if isinstance(raw, Mapping) else ():
        here = (*path, outcome)
        if outcome not in outcomes:
            findings.unknown(here, "outcome", outcome, outcomes)
        elif wanted in TRENDS and isinstance(wanted, str):
            found.append((outcome, wanted))
            if not varied:
                findings.add(here, f"{wanted} needs something that varies - expected vary: {{lever: [from, to]}}")
        elif isinstance(wanted, list) and len(wanted) == 2:
            try:
                low, high = (number(one, 0.0, 1.0, here) for one in wanted)
                found.append((outcome, (low, high)))
            except BadValue as error:
                findings.add(here, str(error))
        else:
            findings.add(here, f"expected {', '.join(TRENDS)}, or [low, high]")
    return tuple(found)


def read_resolve(raw: object, findings: Findings) -> Resolve | None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("question"), str) or "by" not in raw:
        return None
    try:
        return Resolve(raw["question"], read_date(raw["by"]))
    except BadValue as error:
        findings.add(("resolve", "by"), str(error))
        return None
