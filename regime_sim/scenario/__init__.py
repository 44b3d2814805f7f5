"""Scenarios: the YAML door, the checks, the frozen record, the engine's arrays; runs nothing."""

from .compile import compile_scenario
from .compiled import Compiled, EventTable, Uncertain
from .load import load, loads
from .problems import Problem, ScenarioError
from .scenario import Scenario
from .shipped import shipped_names
from .slides import LeverReading
from .timeline import Condition, Entry
from .values import Value

__all__ = [
    "Compiled",
    "Condition",
    "Entry",
    "EventTable",
    "LeverReading",
    "Problem",
    "Scenario",
    "ScenarioError",
    "Uncertain",
    "Value",
    "compile_scenario",
    "load",
    "loads",
    "shipped_names",
]
