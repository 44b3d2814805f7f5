"""Scenarios by shipped name or file: all are read before any problem is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import regime_sim as rs

from ..errors import RegimeSimError
from .ending import BAD_INPUT, Stop

if TYPE_CHECKING:
    from ..scenario import Scenario


def load(name: str, generals: int | None = None) -> Scenario:
    """Load one scenario, with another number of generals if given. Raises Stop, every problem."""
    return load_all([name], generals)[0]


def load_all(names: Sequence[str], generals: int | None = None) -> list[Scenario]:
    """Load every scenario. Raises Stop with every problem of every file."""
    scenarios, problems = loaded(names)
    if problems:
        raise Stop(BAD_INPUT, problems)
    return [one if generals is None else one.with_(generals=generals) for one in scenarios]


def loaded(names: Sequence[str]) -> tuple[list[Scenario], list[str]]:
    """The scenarios that load, and every problem of those that do not."""
    scenarios: list[Scenario] = []
    problems: list[str] = []
    for name in names:
        try:
            scenarios.append(rs.load(name))
        except RegimeSimError as error:
            problems.extend(line for line in str(error).splitlines() if line not in problems)
    return scenarios, problems
