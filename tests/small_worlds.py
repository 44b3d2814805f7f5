"""Small worlds of random scenarios, and the digests of all that happens in them: what the law and
both engines must go on giving, to the last bit.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from random_scenarios import Case, at_the_bounds, case

from regime_sim.engine.model import RegimeModel

NUMBER = 120
GENERALS, WEEKS = 24, 25


def world(number: int) -> Case:
    """The number-th small world; in every third one many numbers stand at the ends of their
    ranges.
    """
    here = case(number, GENERALS, WEEKS)
    if number % 3:
        return here
    return replace(here, compiled=at_the_bounds(number, GENERALS, WEEKS))


def by_mesa(number: int) -> str:
    """SHA-256 over all that a small world goes through by the Mesa model: states, observables,
    inputs and generals of every week, and the ledger.
    """
    here = world(number)
    model = RegimeModel(here.compiled, here.seed, here.replicate)
    whole = hashlib.sha256()
    while not model.fallen and model.week < model.horizon:
        model.step()
        whole.update(np.array([*model.state(), *model.observed, *model._vector]).tobytes())
        whole.update(
            np.array([(man.code, man.private) for man in model.generals], np.int32).tobytes()
        )
    whole.update(np.array(model.history).tobytes() + np.array(model.ledger, np.int16).tobytes())
    return whole.hexdigest()[:16]
