"""What Mesa's own tools need of `RegimeModel`: a `DataCollector` of the weekly variables, and seeds
as Mesa takes them; runs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ..facts.limits import LARGEST_SEED
from ..facts.parameters import LEVERS, OBSERVABLE_NAMES
from ..given import choice, whole

if TYPE_CHECKING:
    from .model import RegimeModel

AGENTS = "agents"
# column: attribute of the model
PLAIN = {"seed": "dice_seed"} | {
    name: name for name in ("replicate", "week", "leader_out", "way", "fallen")
}
# what is collected of every general
GENERALS = ("status", "troops", "rent_share", "complicity", "tie")
SeedLike = int | Sequence[int] | np.random.SeedSequence | np.random.Generator | None


def seed_of(seed: SeedLike) -> int:
    """A seed of ours from what Mesa takes as one: a whole number is itself; None is a fresh one;
    a sequence, SeedSequence or Generator gives one number. Raises OutOfRange.
    """
    if seed is None:
        seed = np.random.SeedSequence()
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(LARGEST_SEED, dtype=np.uint64, endpoint=True))
    if isinstance(seed, (list, tuple)):
        seed = np.random.SeedSequence([whole("seed", one, 0, LARGEST_SEED) for one in seed])
    if isinstance(seed, np.random.SeedSequence):
        return int(seed.generate_state(1, np.uint64)[0])
    return whole("seed", seed, 0, LARGEST_SEED)


def collector(model: RegimeModel, what: bool | str) -> mesa.DataCollector | None:
    """A collector of what `RegimeModel(collect=)` asks for; None for nothing. Raises UnknownName.

    Of the model: seed, replicate, week, leader_out, way, fallen, and every weekly variable by its
    name; `rents_now`, since `rents` is the lever that `batch_run` writes beside it. "agents": also
    the generals' state and the patrons' (thousands of rows per week).
    """
    if what is False:
        return None
    if what is not True:
        choice("collect", what, (AGENTS,))
    kinds: dict[type[mesa.Agent], dict[str, Any]] = {}
    if what == AGENTS:
        patron = type(model.patrons[0])
        own = [name for name in vars(model.patrons[0]) if not name.startswith("_")]
        skipped = {"model", "unique_id", "pos"}
        kinds = {
            model.general_class: {name: attrgetter(name) for name in GENERALS},
            patron: {name: attrgetter(name) for name in own if name not in skipped},
        }
    return mesa.DataCollector(
        model_reporters=PLAIN
        | {
            f"{name}_now" if name in LEVERS else name: partial(_observed, at=at)
            for at, name in enumerate(OBSERVABLE_NAMES)
        },
        agenttype_reporters=kinds,
    )


def _observed(model: RegimeModel, at: int) -> float:
    """The at-th weekly variable."""
    return model.observed[at]
