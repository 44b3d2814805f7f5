"""Small worlds of random scenarios, and the digests of all that happens in them: what the law and
both engines must go on giving, to the last bit.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from random_scenarios import Case, case, certain

from regime_sim.engine.model import RegimeModel
from regime_sim.facts.parameters import INPUT_NAMES, PARAMETERS, STRUCTURAL_NAMES

NUMBER = 120
GENERALS, WEEKS = 24, 25


def world(number: int) -> Case:
    """The number-th small world; in every third one many numbers stand at the ends of their
    ranges.
    """
    here = case(number, GENERALS, WEEKS)
    if number % 3:
        return here
    rng = np.random.default_rng([7, number])
    x, p = here.compiled.x.copy(), here.compiled.p.copy()
    for vector, names in ((x, INPUT_NAMES), (p, STRUCTURAL_NAMES)):
        for place, name in enumerate(names):
            if (
                name not in ("generals.number", "time.weeks_a_year", "time.days_a_week")
                and not name.startswith("shock.")
                and rng.random() < 0.3
            ):
                vector[place] = rng.choice([PARAMETERS[name].low, PARAMETERS[name].high])
    return replace(here, compiled=certain(here.compiled, x=x, p=p))


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
