"""A compiled scenario as JSON, for `engine.mjs`: every number with its very bits, so that a page
gets the futures that Python gets. Runs nothing.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from ...facts.parameters import OBSERVABLES, WAYS
from ...scenario.compiled import Compiled
from ..parameter_draws import INNER, JOINT_KEY
from ..population import Population, corps_of
from .mark import law_mark
from .prior_job import prior_columns


def scenario_json(compiled: Compiled, population: Population | None = None) -> str:
    """The text that `Engine.scenario` of engine.mjs takes; an infinite number is a word in it."""
    people, events = population or corps_of(compiled), compiled.events
    troops, rent_share, complicity, tie, peers, trusting, begins, ident = people.arrays
    said: dict[str, Any] = {
        "regime_sim": "scenario",
        "mark": law_mark(),
        "id": compiled.id,
        "title": compiled.title,
        "start": compiled.start.isoformat(),
        "horizon": compiled.horizon,
        "generals": people.number,
        "peers": peers,
        "every": INNER,
        "joint_key": JOINT_KEY,
        "observables": [o.name for o in OBSERVABLES],
        "ways": list(WAYS),
    }
    said["run"] = {
        "troops": troops,
        "rent_share": rent_share,
        "complicity": complicity,
        "tie": tie,
        "trusting": trusting,
        "begins": begins,
        "ident": ident,
        "target": events.target,
        "value": events.value,
        "share": events.share,
        "over": events.over,
        "lasts": events.lasts,
        "variable": events.variable,
        "above": events.above,
        "threshold": events.threshold,
        "week": events.week,
        "how": events.how,
        "place": events.place,
        "least": events.least,
        "most": events.most,
        "stock": events.stock,
        "low": [o.low for o in OBSERVABLES],
        "high": [o.high for o in OBSERVABLES],
    }
    joint = compiled.joint
    said["joint_rows"] = 0 if joint is None else len(joint.rows)
    said["draw"] = prior_columns(compiled)
    return json.dumps(_plain(said), separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    """Arrays as lists, and what JSON has no number for as a word that JavaScript's Number reads."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.reshape(-1).tolist())
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0.0 else "-Infinity"
    return value
