"""Small worlds of random scenarios, and the digests of all that happens in them: what the law and both engines must go on giving, to the last bit."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from random_scenarios import Case, case, certain, mesa_trace

from regime_sim.engine.block import Trace
from regime_sim.facts.parameters import INPUT_NAMES, PARAMETERS, STRUCTURAL_NAMES

NUMBER = 120
GENERALS, WEEKS = 24, 25


def world(number: int) -> Case:
    """The number-th small world; in every third one many numbers stand at the ends of their ranges."""
    here = case(number, GENERALS, WEEKS)
    if number % 3:
        return here
    rng = np.random.default_rng([7, number])
    x, p = here.compiled.x.copy(), here.compiled.p.copy()
    for vector, names in ((x, INPUT_NAMES), (p, STRUCTURAL_NAMES)):
        for place, name in enumerate(names):
            if name not in ("generals.number", "time.weeks_a_year", "time.days_a_week") and not name.startswith("shock.") and rng.random() < 0.3:
                vector[place] = rng.choice([PARAMETERS[name].low, PARAMETERS[name].high])
    return replace(here, compiled=certain(here.compiled, x=x, p=p))


def digest(ledger: list[int], kept: Trace) -> str:
    """SHA-256 over the ledger and every weekly state."""
    whole = hashlib.sha256(np.array(ledger, np.int16).tobytes())
    for array in (kept.state, kept.inputs, kept.status, kept.private):
        whole.update(np.ascontiguousarray(array).tobytes())
    return whole.hexdigest()[:16]


def by_mesa(number: int) -> str:
    """The digest of a small world stepped by the Mesa model."""
    here = world(number)
    return digest(*mesa_trace(here.compiled, here.seed, here.replicate))
