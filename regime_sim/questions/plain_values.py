"""Estimates, ranges and parameters as plain values for JSON; computes nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..facts.parameters import PARAMETERS

if TYPE_CHECKING:
    from ..statistics.intervals import Estimate
    from ..statistics.nested import Range


def cells(e: Estimate) -> dict[str, float | None]:
    """An estimate as plain values; what does not exist is None."""
    return {"value": plain(e.value), "low": plain(e.low), "high": plain(e.high), "n": e.n}


def range_cells(r: Range) -> dict[str, Any]:
    """A range over draws as plain values."""
    names, ends = ("q05", "q50", "q95"), ("value", "low", "high")
    rows = zip(names, r.quantiles, r.low, r.high, strict=True)
    return {
        **{name: dict(zip(ends, map(plain, row), strict=True)) for name, *row in rows},
        "sd": plain(r.sd),
        "above_zero": dict(zip(ends, map(plain, r.above), strict=True)),
        "not_dice": plain(r.signal),
        "draws": r.draws,
    }


def plain(value: float) -> float | None:
    """The number, None where it does not exist."""
    return float(value) if math.isfinite(value) else None


def meaning(name: str) -> str:
    """What a number is, in words; a whole lever or a patron's own input by its name."""
    known = PARAMETERS.get(name)
    return known.meaning if known else name.replace("_", " ").replace(".", ", ")


__all__ = ["cells", "meaning", "plain", "range_cells"]
