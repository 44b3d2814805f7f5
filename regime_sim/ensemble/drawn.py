"""What is uncertain, by name and draw, as it was declared; runs nothing."""

from __future__ import annotations

import numpy as np

from ..engine.parameter_draws import named_draws
from ..scenario.compiled import Compiled, Reals
from ..scenario.experts import ByTable


def declared_draws(compiled: Compiled, seed: int, draws: range) -> dict[str, Reals]:
    """Every uncertain lever, input and parameter by its name: its value in each draw, (draws,)."""
    found = named_draws(compiled, seed, draws)
    for what in compiled.uncertain:
        part = what.targets[0][1]
        if isinstance(part, ByTable):
            found[what.name] = np.array([part.drawn(u) for u in found[what.name].tolist()])
    return found
