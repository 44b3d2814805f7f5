"""An officer corps that a user gives, checked before a world is made of it; changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import OutOfRange, RegimeSimError
from ..facts.levers import UNIT_SLOTS
from ..given import shown
from .population import Population

_WHOLE = frozenset(("troops", "peers", "unit", "ident"))


def check_population(raw: Any) -> None:
    """Refuse what is no corps, or one whose arrays do not fit each other. None is good. Raises
    RegimeSimError, OutOfRange.
    """
    if raw is None:
        return
    if not isinstance(raw, Population):
        raise RegimeSimError(f"population: got {shown(raw)} - expected a Population, or None")
    number = len(_array(raw, "troops", 1))
    if not number:
        raise RegimeSimError("population.troops: nobody - expected at least one general")
    peers = _array(raw, "peers", 2)
    blocks = (number + 3) // 4
    for name in ("troops", "rent_share", "complicity", "tie", "unit"):
        _as_long_as(name, _array(raw, name, 1), number)
    _as_long_as("peers", peers, number)
    if not peers.shape[1]:
        raise RegimeSimError("population.peers: nobody - expected at least one peer for each")
    _as_long_as("ident", _array(raw, "ident", 1), blocks)
    bounds = {
        "troops": (0, 10**9),
        "rent_share": (0, 1e9),
        "complicity": (0, 1),
        "tie": (0, 1),
        "peers": (0, number - 1),
        "unit": (0, len(UNIT_SLOTS) - 1),
        "ident": (0, blocks - 1),
    }
    for name, (low, high) in bounds.items():
        _inside(name, np.asarray(getattr(raw, name)), low, high)
    if not np.any(np.asarray(raw.troops)):
        raise OutOfRange("population.troops: all 0 - expected somebody with troops")


def _array(raw: Population, name: str, axes: int) -> Any:
    """An array of numbers with so many axes."""
    try:
        found = np.asarray(getattr(raw, name))
    except ValueError:  # rows of different lengths
        found = np.array(None)
    kinds = "iu" if name in _WHOLE else "iuf"
    if found.ndim != axes or (found.size and found.dtype.kind not in kinds):
        what = "whole numbers" if name in _WHOLE else "numbers"
        of = "an array of generals" if axes == 1 else "an array (generals, peers)"
        held = shown(getattr(raw, name))
        raise RegimeSimError(f"population.{name}: got {held} - expected {of} with {what}")
    return found


def _as_long_as(name: str, found: Any, number: int) -> None:
    if len(found) != number:
        raise RegimeSimError(f"population.{name}: {len(found)} rows - expected {number}")


def _inside(name: str, found: Any, low: float, high: float) -> None:
    bad = found[~((found >= low) & (found <= high))]
    if bad.size:
        said = f"{bad.ravel()[0]} - expected numbers from {low:g} to {high:g}"
        raise OutOfRange(f"population.{name}: {said}")


__all__ = ["check_population"]
