"""From a name or path to a Scenario: finds files, follows `extends`, merges; reads no YAML."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath

from ..errors import RegimeSimError, nearest
from ..given import shown as shown_value
from ..literals import ScenarioName
from .draft import Draft, Inherited, OwnSource, read_draft
from .problems import Findings, Problem, ScenarioError, clean, show, spell
from .problems import Path as KeyPath
from .reader import Document, read_file, read_text
from .record import Origin
from .requests import merge_runs
from .scenario import Scenario
from .settings import is_input, put
from .shipped import shipped_names, shipped_path
from .slides import set_since
from .timeline import DATE_FORM
from .values import Value

DEEPEST = 8  # scenarios that extend one another
LONGEST_NAME = 1000  # characters of a file name that a message repeats
HORIZON = 52  # weeks, where no file says
_NOT_ID = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a scenario comes from. folder: of its `extends`; None for text and shipped files."""

    shown: str
    path: Path | None
    folder: Path | None
    shipped: bool


def load(name_or_path: ScenarioName | str | os.PathLike[str] | Scenario) -> Scenario:
    """The shipped scenario of this name, or the one in this YAML file; a scenario is given back as
    it is. Raises ScenarioError with every problem at once, RegimeSimError for what is none of them.
    """
    if isinstance(name_or_path, Scenario):
        return name_or_path
    text = os.fspath(name_or_path) if isinstance(name_or_path, str | os.PathLike) else None
    if not isinstance(text, str):
        raise RegimeSimError(
            f"scenario: got {shown_value(name_or_path)} - expected a Scenario, a shipped name or"
            " the path of a YAML file"
        )
    if isinstance(name_or_path, str) and text in shipped_names():
        return _load_shipped(text)
    path = Path(text)
    looks_like_path = (
        not isinstance(name_or_path, str) or path.suffix in (".yaml", ".yml") or path.name != text
    )
    if not text or (not looks_like_path and not os.path.lexists(path)):
        hint = nearest(text[:80], shipped_names())
        said = f"no shipped scenario has this name, and there is no such file{hint}"
        raise ScenarioError([Problem(clean(text, LONGEST_NAME), 0, 0, "", said)])
    origin = _Origin(clean(text, LONGEST_NAME), path, path.parent, shipped=False)
    document = read_file(path, origin.shown)
    scenario = _finish(_resolve(document, origin, (_real(path),)), path.stem)
    _check_baseline(scenario, document, origin)
    return scenario


def load_beside(name: str, folder: str | None) -> Scenario:
    """The shipped scenario, or that of a file in or below this folder. Raises ScenarioError."""
    if name in shipped_names():
        return _load_shipped(name)
    shown = clean(name, LONGEST_NAME)
    here = _Origin(shown, None, None if folder is None else Path(folder), shipped=False)
    path = _file_beside(name, Document(shown, {}, {}), here, ("compare", "baseline"))
    return _finish(_resolved_file(path, shown), path.stem)


def _resolved_file(path: Path, shown: str, chain: tuple[str, ...] = ()) -> _Resolved:
    """A file that does not ship, with everything that it inherits. Raises ScenarioError."""
    origin = _Origin(shown, path, path.parent, shipped=False)
    return _resolve(read_file(path, shown), origin, (*chain, _real(path)))


def _check_baseline(scenario: Scenario, document: Document, origin: _Origin) -> None:
    """A baseline that is a file must be there and be good. Raises ScenarioError."""
    name = scenario.compare.baseline if scenario.compare else None
    if name is not None and name not in shipped_names():
        path = _file_beside(name, document, origin, ("compare", "baseline"))
        shown = clean(str(Path(origin.shown).parent / name), LONGEST_NAME)
        _resolved_file(path, shown)


def loads(text: str, shown: str = "<text>") -> Scenario:
    """The scenario in a YAML text; `extends` may name shipped ones only. Raises ScenarioError."""
    if not isinstance(text, str):
        raise RegimeSimError(f"text: got {shown_value(text)} - expected the YAML of a scenario")
    if not isinstance(shown, str):
        raise RegimeSimError(f"shown: got {shown_value(shown)} - expected the name of the text")
    origin = _Origin(shown, None, None, shipped=False)
    return _finish(_resolve(read_text(text, shown), origin, ()), "scenario")


@cache
def _load_shipped(name: str) -> Scenario:
    return _finish(_read_shipped(name, ()), name)


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A draft with everything that it inherits, still without the defaults of the format."""

    draft: Draft
    document: Document
    origin: Origin


def _read_shipped(name: str, chain: tuple[str, ...]) -> _Resolved:
    path = shipped_path(name)
    origin = _Origin(path.name, path, None, shipped=True)
    return _resolve(read_file(path, origin.shown), origin, (*chain, _real(path)))


def _resolve(document: Document, origin: _Origin, chain: tuple[str, ...]) -> _Resolved:
    """Read the parent, then this file against it, then merge. `chain`: the files so far."""
    extends = document.tree.get("extends")
    parent: Draft | None = None
    trouble: ScenarioError | None = None
    try:
        parent = (
            _parent(extends, document, origin, chain).draft if isinstance(extends, str) else None
        )
    except ScenarioError as error:
        trouble = error
    try:
        draft = read_draft(document, _inherited(parent, trouble is None), trusted=origin.shipped)
    except ScenarioError as error:
        raise ScenarioError((*(trouble.problems if trouble else ()), *error.problems)) from None
    if trouble:
        raise trouble
    merged = (
        _merge(parent, draft)
        if parent
        else replace(draft, values=put({}, draft.values, draft.names))
    )
    folder = None if origin.folder is None else str(origin.folder.absolute())
    portable = not isinstance(extends, str) or extends in shipped_names()
    return _Resolved(merged, document, Origin(document.text, folder, portable))


def _parent(extends: str, document: Document, origin: _Origin, chain: tuple[str, ...]) -> _Resolved:
    shipped = extends in shipped_names()
    path = shipped_path(extends) if shipped else _file_beside(extends, document, origin)
    if _real(path) in chain:
        raise _refuse(document, f"circular `extends`: {show(extends)} extends this scenario")
    if len(chain) >= DEEPEST:
        raise _refuse(
            document, f"`extends` chain longer than {DEEPEST} - extend an earlier scenario"
        )
    if shipped:
        return _read_shipped(extends, chain)
    shown = clean(str(Path(origin.shown).parent / extends), LONGEST_NAME)
    return _resolved_file(path, shown, chain)


def _file_beside(
    extends: str, document: Document, origin: _Origin, key: KeyPath = ("extends",)
) -> Path:
    """The file that `extends` (or another key) names, in the folder of the file that says so or
    below it. Raises ScenarioError.

    Nothing else can be reached: no absolute path, no step up, no link that leads out, no drive and
    no backslash.
    """
    is_file = extends.endswith((".yaml", ".yml"))
    if not is_file or origin.folder is None:
        here = "" if origin.folder is None else ", or a file such as base.yaml in the same folder"
        hint = (
            nearest(extends[:80], shipped_names())
            or f" - expected a shipped scenario, such as venezuela-2025{here}"
        )
        raise _refuse(document, f"unknown scenario {show(extends)}{hint}", key)
    path = origin.folder / extends
    try:
        inside = not leads_out(extends) and path.resolve().is_relative_to(origin.folder.resolve())
    except (OSError, RuntimeError, ValueError):
        inside = False
    if not inside:
        said = f"{show(extends)} leads out of the folder - expected a file in the same folder"
        raise _refuse(document, said, key)
    if not os.path.lexists(path):
        hint = nearest(extends[:80], _beside(origin))
        raise _refuse(document, f"no such file {show(extends)}{hint}", key)
    return path


def leads_out(name: str) -> bool:
    """Whether the name of a file could lead out of its folder, on any system."""
    absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor
    return bool(absolute or ".." in PurePosixPath(name).parts or "\\" in name or "\0" in name)


def _beside(origin: _Origin) -> list[str]:
    """Names of the other YAML files in the folder of a file."""
    if origin.folder is None or origin.path is None:
        return []
    near = (one.name for one in sorted(origin.folder.glob("*.y*ml"))[:200])
    return [name for name in near if name != origin.path.name]


def _inherited(parent: Draft | None, known: bool) -> Inherited:
    if parent is None:
        return Inherited(known=known)
    return Inherited(
        True,
        parent.names.patrons,
        parent.principals,
        parent.timeline,
        tuple(one.id for one in parent.sources),
    )


def _merge(parent: Draft, child: Draft) -> Draft:
    """Child over parent, by key; comparison, checks, question, forecast, notes are the child's."""
    timeline = {entry.id: entry for entry in parent.timeline if entry.id not in child.without}
    timeline.update({entry.id: entry for entry in child.timeline})
    sources: dict[str, OwnSource] = {one.id: one for one in (*parent.sources, *child.sources)}
    return replace(
        child,
        values=put(_still_there(parent, child), child.values, child.names),
        moved=(
            set_since(parent.moved or (), tuple(child.values))
            if child.moved is None
            else child.moved
        ),
        uncertain={**parent.uncertain, **child.uncertain},
        timeline=tuple(timeline.values()),
        sources=tuple(sources.values()),
        ruler=child.ruler or parent.ruler,
        pressing_power=child.pressing_power or parent.pressing_power,
        start=child.start or parent.start,
        horizon=child.horizon or parent.horizon,
        runs=merge_runs(parent.runs, child.runs),
    )


def _still_there(parent: Draft, child: Draft) -> dict[str, Value]:
    """What is inherited, without what the parent says of a usual court that is no more."""
    return {name: value for name, value in parent.values.items() if is_input(name, child.names)}


def _finish(resolved: _Resolved, stem: str) -> Scenario:
    """The scenario, with the defaults of the format. Raises ScenarioError if there is no start."""
    draft = resolved.draft
    if draft.start is None:
        findings = Findings(resolved.document.file, resolved.document.places)
        findings.add(("start",), f"is missing - expected {DATE_FORM}")
        findings.stop_if_any()
    name = draft.id or _NOT_ID.sub("-", stem.lower()).strip("-_")[:64] or "scenario"
    scenario = Scenario(
        id=name,
        title=draft.title or name,
        start=draft.start or Date.min,
        horizon=draft.horizon or HORIZON,
        ruler=draft.ruler or "the ruler",
        pressing_power=draft.pressing_power or "",
        patrons=draft.names.patrons,
        principals=draft.principals,
        values=tuple(draft.values.items()),
        structure=tuple(sorted(draft.uncertain.items())),
        moved=draft.moved or (),
        timeline=draft.timeline,
        runs=draft.runs,
        own_sources=draft.sources,
        compare=draft.compare,
        checks=draft.checks,
        resolve=draft.resolve,
        registered=draft.registered,
        resolved=draft.resolved,
        notes=draft.notes or "",
    )
    alone = scenario if draft.id is not None and resolved.origin.portable else None
    return replace(scenario, origin=replace(resolved.origin, verbatim=alone))


def _refuse(document: Document, text: str, key: KeyPath = ("extends",)) -> ScenarioError:
    line, col = document.places.get(key, (1, 1))
    return ScenarioError([Problem(document.file, line, col, spell(key), text)])


def _real(path: Path) -> str:
    return os.path.realpath(path)
