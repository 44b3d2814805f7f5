"""Scenarios of how personalist regimes survive or fall under outside pressure: the public names, each loaded when first used.

Importing the package imports none of its rooms, so that a script or `--help` starts at once; it may hold no logic.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .analysis.backtest import backtest
    from .analysis.citation import cite
    from .analysis.claim import claim
    from .analysis.compare import Comparison, compare
    from .analysis.discovery import discover
    from .analysis.preview import Preview, preview
    from .analysis.rare import ways
    from .analysis.report import report
    from .analysis.sensitivity import sensitivity
    from .analysis.settings import grid
    from .analysis.story import story
    from .analysis.sweep import sweep
    from .analysis.tipping import tipping
    from .engine.model import RegimeModel
    from .ensemble.result import Ensemble
    from .ensemble.simulate import refine, simulate
    from .ensemble.store import read_run
    from .errors import RegimeSimError, UnknownName
    from .facts.declare import Parameter
    from .facts.evidence import source
    from .facts.outcomes import FATES, REGIME, WAYS
    from .facts.parameters import EVENTS, LEVERS, PARAMETERS
    from .scenario import Scenario, ScenarioError, load, loads
    from .statistics.intervals import Estimate
    from .view.figure import Figure, MissingExtra
    from .view.levers_table import levers
    from .view.scenarios_table import scenarios

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
    "Comparison": "analysis.compare",
    "Ensemble": "ensemble.result",
    "Estimate": "statistics.intervals",
    "Figure": "view.figure",
    "MissingExtra": "view.figure",
    "Parameter": "facts.declare",
    "Preview": "analysis.preview",
    "RegimeModel": "engine.model",
    "RegimeSimError": "errors",
    "Scenario": "scenario",
    "ScenarioError": "scenario",
    "UnknownName": "errors",
    "backtest": "analysis.backtest",
    "cite": "analysis.citation",
    "claim": "analysis.claim",
    "compare": "analysis.compare",
    "discover": "analysis.discovery",
    "grid": "analysis.settings",
    "levers": "view.levers_table",
    "load": "scenario",
    "loads": "scenario",
    "preview": "analysis.preview",
    "read_run": "ensemble.store",
    "refine": "ensemble.simulate",
    "report": "analysis.report",
    "scenarios": "view.scenarios_table",
    "sensitivity": "analysis.sensitivity",
    "simulate": "ensemble.simulate",
    "source": "facts.evidence",
    "story": "analysis.story",
    "sweep": "analysis.sweep",
    "tipping": "analysis.tipping",
    "ways": "analysis.rare",
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
