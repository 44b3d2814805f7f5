"""Scenarios of how personalist regimes survive or fall under outside pressure: the public names, each loaded when first used.

Importing the package imports none of its rooms, so that a script or `--help` starts at once; it may hold no logic.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .analysis.backtest import backtest
    from .analysis.citation import cite
    from .engine.model import RegimeModel
    from .ensemble.result import Ensemble
    from .ensemble.simulate import simulate
    from .errors import RegimeSimError
    from .facts.outcomes import FATES, REGIME, WAYS
    from .scenario import Scenario, ScenarioError, load
    from .view.levers_table import levers
    from .view.scenarios_table import scenarios

    __version__: str

__all__ = [
    "FATES",
    "REGIME",
    "WAYS",
    "Ensemble",
    "RegimeModel",
    "RegimeSimError",
    "Scenario",
    "ScenarioError",
    "backtest",
    "cite",
    "levers",
    "load",
    "scenarios",
    "simulate",
]

_ROOMS = {
    "FATES": "facts.outcomes",
    "REGIME": "facts.outcomes",
    "WAYS": "facts.outcomes",
    "Ensemble": "ensemble.result",
    "RegimeModel": "engine.model",
    "RegimeSimError": "errors",
    "Scenario": "scenario",
    "ScenarioError": "scenario",
    "backtest": "analysis.backtest",
    "cite": "analysis.citation",
    "levers": "view.levers_table",
    "load": "scenario",
    "scenarios": "view.scenarios_table",
    "simulate": "ensemble.simulate",
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
