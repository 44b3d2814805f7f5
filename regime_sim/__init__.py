"""Scenarios of how personalist regimes survive or fall under outside pressure: the public names,
each loaded when first used.

Importing the package imports none of its rooms, so that a script or `--help` starts at once; it may
hold no logic.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .engine.model import RegimeModel
    from .ensemble.result import Ensemble
    from .ensemble.simulate import refine, simulate
    from .errors import RegimeSimError, UnknownName
    from .facts.declare import Parameter
    from .facts.evidence import source
    from .facts.outcomes import FATES, REGIME, WAYS
    from .facts.parameters import EVENTS, LEVERS, PARAMETERS
    from .history.backtest import backtest
    from .previews.preview import Preview, preview
    from .questions.citation import cite
    from .questions.claim import claim
    from .questions.compare import Comparison, compare
    from .questions.discovery import discover
    from .questions.exit_chances import ways
    from .questions.sensitivity import sensitivity
    from .questions.settings import grid
    from .questions.sweep import sweep
    from .questions.tipping import tipping
    from .reports.report import report
    from .scenario import Scenario, ScenarioError, load, loads
    from .statistics.intervals import Estimate
    from .store.folder import read_run
    from .stories.story import story
    from .view.figure import Figure, MissingExtra
    from .view.tables.levers import levers
    from .view.tables.scenarios import scenarios

    __version__: str

__all__ = [
    "EVENTS",
    "FATES",
    "LEVERS",
    "PARAMETERS",
    "REGIME",
    "WAYS",
    "Comparison",
    "Ensemble",
    "Estimate",
    "Figure",
    "MissingExtra",
    "Parameter",
    "Preview",
    "RegimeModel",
    "RegimeSimError",
    "Scenario",
    "ScenarioError",
    "UnknownName",
    "backtest",
    "cite",
    "claim",
    "compare",
    "discover",
    "grid",
    "levers",
    "load",
    "loads",
    "preview",
    "read_run",
    "refine",
    "report",
    "scenarios",
    "sensitivity",
    "simulate",
    "source",
    "story",
    "sweep",
    "tipping",
    "ways",
]

_ROOMS = {
    "EVENTS": "facts.parameters",
    "FATES": "facts.outcomes",
    "LEVERS": "facts.parameters",
    "PARAMETERS": "facts.parameters",
    "REGIME": "facts.outcomes",
    "WAYS": "facts.outcomes",
    "Comparison": "questions.compare",
    "Ensemble": "ensemble.result",
    "Estimate": "statistics.intervals",
    "Figure": "view.figure",
    "MissingExtra": "view.figure",
    "Parameter": "facts.declare",
    "Preview": "previews.preview",
    "RegimeModel": "engine.model",
    "RegimeSimError": "errors",
    "Scenario": "scenario",
    "ScenarioError": "scenario",
    "UnknownName": "errors",
    "backtest": "history.backtest",
    "cite": "questions.citation",
    "claim": "questions.claim",
    "compare": "questions.compare",
    "discover": "questions.discovery",
    "grid": "questions.settings",
    "levers": "view.tables.levers",
    "load": "scenario",
    "loads": "scenario",
    "preview": "previews.preview",
    "read_run": "store.folder",
    "refine": "ensemble.simulate",
    "report": "reports.report",
    "scenarios": "view.tables.scenarios",
    "sensitivity": "questions.sensitivity",
    "simulate": "ensemble.simulate",
    "source": "facts.evidence",
    "story": "stories.story",
    "sweep": "questions.sweep",
    "tipping": "questions.tipping",
    "ways": "questions.exit_chances",
}


def __getattr__(name: str) -> object:
    """Load a public name from its room, once."""
    if name == "__version__":
        return _version()
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("regime-sim")
    except PackageNotFoundError:  # read from a checkout that was never installed
        return "0+unknown"
