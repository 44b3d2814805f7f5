"""The ODD page: `odd.md` with tables from the registries and the law; computes nothing."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from string import Template
from types import ModuleType
from typing import TYPE_CHECKING

from ... import law
from ...facts.outcomes import FATES, OBSERVABLES, REGIME, WAYS
from ...facts.parameters import EVENTS, LEVERS, PARAMETERS
from ..tables.levers import span
from ..tables.scenarios import scenario_rows

if TYPE_CHECKING:
    from ...facts.declare import Parameter


def odd_page() -> str:
    """The whole page as Markdown, ending with a newline: `odd.md` with its tables filled in."""
    template = (files("regime_sim.view.pages") / "odd.md").read_text("utf-8")
    return Template(template).substitute(
        outcomes=_outcomes(),
        observables=_observables(),
        scenarios=_scenarios(),
        events=_events(),
        levers=_levers(),
        submodels="\n\n".join(_submodels()),
        elsewhere=_elsewhere(),
    )


def _outcomes() -> str:
    lists = (
        ("Exit modes of the leader", WAYS),
        ("States of the regime", REGIME),
        ("Fates of the man", FATES),
    )
    return "\n".join(
        f"- {title}: {', '.join(f'`{name}`' for name in names)}." for title, names in lists
    )


def _observables() -> str:
    rows = [(f"`{o.name}`", o.unit, span(o.low, o.high), o.meaning) for o in OBSERVABLES]
    return _table(("weekly variable", "unit", "recorded range", "meaning"), rows)


def _scenarios() -> str:
    rows = [
        (f"`{r['id']}`", r["title"], r["start"], str(r["horizon_weeks"])) for r in scenario_rows()
    ]
    return _table(("scenario", "title", "start", "weeks"), rows)


def _events() -> str:
    rows = [
        (
            f"`{e.name}`",
            e.meaning,
            ", ".join(f"`{name}`" for name, _, _ in e.sets),
            f"{e.lasts:g}",
            ", ".join(e.source),
        )
        for e in EVENTS.values()
    ]
    return _table(("event", "meaning", "moves", "weeks", "source"), rows)


def _levers() -> str:
    rows = [
        (
            f"`{lever.name}`",
            lever.meaning,
            "; ".join(f"{v:g} {text}" for v, text in lever.anchors),
            ", ".join(lever.source),
        )
        for lever in LEVERS.values()
    ]
    return _table(("lever, 0 to 1", "meaning", "anchors", "source"), rows)


def _submodels() -> list[str]:
    """A section per law file: its docstring, its functions with theirs, its parameters."""
    sections: list[str] = []
    for found in sorted(pkgutil.iter_modules(law.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{law.__name__}.{found.name}")
        here = [p for p in PARAMETERS.values() if p.acts_in == found.name]
        parts = [
            f"#### {found.name}",
            inspect.getdoc(module) or "",
            _functions(module),
            _parameters(here),
        ]
        sections.extend(part for part in parts if part)
    return sections


def _elsewhere() -> str:
    """Parameters that act outside the files of the law (in the engines, for one)."""
    rooms = {found.name for found in pkgutil.iter_modules(law.__path__)}
    rest = [p for p in PARAMETERS.values() if p.acts_in not in rooms]
    return "#### Parameters that act elsewhere\n\n" + (_parameters(rest) or "None.")


def _functions(module: ModuleType) -> str:
    own = [f for f in vars(module).values() if _is_own(f, module)]
    return "\n".join(f"- `{f.__name__}`: {_first_paragraph(f)}" for f in own if inspect.getdoc(f))


def _is_own(thing: object, module: ModuleType) -> bool:
    return (
        inspect.isfunction(thing)
        and thing.__module__ == module.__name__
        and not thing.__name__.startswith("_")
    )


def _first_paragraph(function: Callable[..., object]) -> str:
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def _parameters(parameters: Iterable[Parameter]) -> str:
    rows = [
        (
            f"`{p.name}`",
            p.symbol,
            p.unit,
            span(p.low, p.high),
            str(p.prior or f"{p.default:g}"),
            str(p.kind),
            p.meaning,
            ", ".join(p.source),
        )
        for p in parameters
    ]
    return _table(
        ("parameter", "symbol", "unit", "range", "prior or default", "kind", "meaning", "source"),
        rows,
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; an empty one is no table."""
    if not rows:
        return ""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |"
        for line in lines
    )
