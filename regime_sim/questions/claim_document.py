"""The claim as plain values, for JSON; computes nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..facts.parameters import PARAMETERS

if TYPE_CHECKING:
    from ..statistics.intervals import Estimate
    from ..statistics.nested import Driver, Range
    from .claim import Claim, Interaction


def claim_document(c: Claim) -> dict[str, Any]:
    """The claim as plain values: every arm, interaction, range and driver."""
    return {
        "scenario": c.scenario,
        "weeks": c.weeks,
        "seed": c.seed,
        "draws": c.draws,
        "futures_per_draw": c.inner,
        "simulated_generals": c.corps,
        "learned_from": c.learned_from,
        "ends": {end: _interaction(one) for end, one in c.ends.items()},
    }


def _interaction(one: Interaction) -> dict[str, Any]:
    return {
        "arms": {arm: cells(e) for arm, e in one.arms.items()},
        "beyond_the_sum": cells(one.beyond),
        "over_draws": range_cells(one.over),
        "drivers": [_driver(d) for d in one.drivers],
        "parts": [
            {
                "part": g.name,
                "share": plain(g.share),
                "low": plain(g.low),
                "high": plain(g.high),
                "numbers": g.numbers,
            }
            for g in one.groups
        ],
    }


def _driver(d: Driver) -> dict[str, Any]:
    return {
        "parameter": d.name,
        "meaning": meaning(d.name),
        "rank_correlation": plain(d.correlation),
        "low": plain(d.low),
        "high": plain(d.high),
        "share": plain(d.share),
        "share_low": plain(d.share_low),
        "share_high": plain(d.share_high),
        "clear": d.clear,
    }


def cells(e: Estimate) -> dict[str, float | None]:
    """An estimate as plain values; what does not exist is None."""
    return {"value": plain(e.value), "low": plain(e.low), "high": plain(e.high), "n": e.n}


def range_cells(r: Range) -> dict[str, Any]:
    """A range over draws as plain values."""
    names = ("q05", "q50", "q95")
    return {
        **{
            name: {"value": plain(v), "low": plain(lo), "high": plain(hi)}
            for name, v, lo, hi in zip(names, r.quantiles, r.low, r.high, strict=True)
        },
        "sd": plain(r.sd),
        "above_zero": {
            "value": plain(r.above[0]),
            "low": plain(r.above[1]),
            "high": plain(r.above[2]),
        },
        "not_dice": plain(r.signal),
        "draws": r.draws,
    }


def plain(value: float) -> float | None:
    """The number, None where it does not exist."""
    return float(value) if math.isfinite(value) else None


def meaning(name: str) -> str:
    """What a number is, in words; a whole lever, or an input of a patron of the scenario's own, by
    its name.
    """
    return (
        PARAMETERS[name].meaning
        if name in PARAMETERS
        else name.replace("_", " ").replace(".", ", ")
    )


__all__ = ["cells", "claim_document", "meaning", "plain", "range_cells"]
