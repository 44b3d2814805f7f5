"""The ODD page (Overview, Design concepts, Details) written from the registries and the law's own
docstrings; computes nothing.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from ..tables.levers import span
from . import odd_words as words

if TYPE_CHECKING:
    from ...facts.declare import Parameter

_HEAD = """\
# ODD protocol of regime_sim

This page is generated: `regime-sim odd -o docs/ODD.md` writes it and `regime-sim odd --check docs/ODD.md` compares. It follows the ODD
protocol for agent-based models (Grimm and others 2020). Tables come from the parameter table and the registries, submodels from the law's own files."""


def odd_page() -> str:
    """The whole page as Markdown, ending with a newline."""
    return "\n\n".join([_HEAD, *_overview(), *_concepts(), *_details()]) + "\n"


def _overview() -> list[str]:
    return [
        "## Overview",
        "### Purpose and patterns",
        words.PURPOSE,
        words.PATTERNS,
        _outcomes(),
        "### Entities, state variables and scales",
        words.ENTITIES,
        _observables(),
        "### Process overview and scheduling",
        words.SCHEDULE,
    ]


def _concepts() -> list[str]:
    return ["## Design concepts", *(f"**{name}.** {text}" for name, text in words.CONCEPTS.items())]


def _details() -> list[str]:
    return [
        "## Details",
        "### Initialisation",
        words.INITIALISATION,
        _scenarios(),
        "### Input data",
        words.INPUT,
        _events(),
        _levers(),
        "### Submodels",
        *_submodels(),
        _unplaced(),
    ]


def _outcomes() -> str:
    from ...facts.outcomes import FATES, REGIME, WAYS

    lists = (
        ("Ways of the leader", WAYS),
        ("States of the regime", REGIME),
        ("Fates of the man", FATES),
    )
    return "\n".join(
        f"- {title}: {', '.join(f'`{name}`' for name in names)}." for title, names in lists
    )


def _observables() -> str:
    from ...facts.outcomes import OBSERVABLES

    rows = [(f"`{o.name}`", o.unit, span(o.low, o.high), o.meaning) for o in OBSERVABLES]
    return _table(("weekly variable", "unit", "recorded range", "meaning"), rows)


def _scenarios() -> str:
    from ..tables.scenarios import scenario_rows

    rows = [
        (f"`{r['id']}`", r["title"], r["start"], str(r["horizon_weeks"])) for r in scenario_rows()
    ]
    return _table(("scenario", "title", "start", "weeks"), rows)


def _events() -> str:
    from ...facts.levers import EVENTS

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
    from ...facts.parameters import LEVERS

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
    """A section for each file of the law: its docstring, its functions with theirs, and the
    parameters that act in it.
    """
    from ... import law
    from ...facts.parameters import PARAMETERS

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


def _unplaced() -> str:
    """Parameters that act outside the files of the law (in the engines, for one)."""
    from ... import law
    from ...facts.parameters import PARAMETERS

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
