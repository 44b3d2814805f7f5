"""Story: one future week by week, why it ended, how it was chosen; its words are in `view`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..ensemble.blocks import prepared
from ..ensemble.effort import Effort
from ..ensemble.result import Ensemble
from ..errors import RegimeSimError
from ..facts.limits import LAST_REPLICATE
from ..facts.outcomes import FATES, OBSERVABLES, REGIME, WAYS
from ..facts.posterior import DEFAULT
from ..given import choice, whole
from ..law import ledger
from ..runs import run
from ..scenario import load
from ..shown import DOOR, Page, Shown, framed
from .causes import Why, why
from .choice import CHOICES, choose
from .events import happenings
from .telling import Happening
from .watched import World, watch

if TYPE_CHECKING:
    import pandas as pd

    from ..facts.posterior import Posterior
    from ..scenario import Scenario


@dataclass(frozen=True, eq=False, repr=False)
class Story(Shown):
    """One future, told. which, rule: how it was chosen, None where the replicate was given; of: how
    many futures it was chosen from.

    happenings: what is told, week by week. why: the hazards and levers behind its end. world: every
    state of every week, by the Mesa model.
    """

    scenario: Scenario
    seed: int
    replicate: int
    which: str | None
    of: int | None
    world: World
    happenings: tuple[Happening, ...]
    why: Why

    @property
    def rule(self) -> str | None:
        """The rule by which this future was chosen, in words."""
        return str(self._say("rule")) if self.which else None

    def lines(self) -> list[tuple[int, str, str]]:
        """The story: (week, what happened, the numbers of it), as sentences."""
        return list(self._say("told"))

    def headline(self) -> str:
        """How this future ends, in one sentence."""
        return str(self._say("headline"))

    def reasons(self) -> list[str]:
        """Why it ended so, as sentences."""
        return list(self._say("reasons"))

    def frame(self) -> pd.DataFrame:
        """Every observable of every week that was lived: week, then one column each."""
        columns = {known.name: self.world.observed(known.name) for known in OBSERVABLES}
        return framed({"week": range(self.world.last + 1)} | columns)

    def to_document(self) -> dict[str, Any]:
        """The story as one JSON document."""
        out, reason = self.world.ledger, self.why
        ended = {
            "way": WAYS[out[ledger.LEADER_WAY]],
            "week": self.world.week_out,
            "fate": FATES[out[ledger.LEADER_FATE]],
            "regime": REGIME[out[ledger.REGIME_FATE]],
            "regime_week": out[ledger.REGIME_WEEK],
        }
        causes = {
            "weeks": list(reason.window),
            "hazards": dict(reason.hazards),
            "cause": reason.cause,
            "chance": reason.chance,
            "draw": reason.draw,
            "enough": reason.enough,
            "levers": list(reason.levers),
            "again": [asdict(one) for one in reason.again],
            "rule": self._say("why_rule"),
        }
        weeks = [
            {"week": week, "what": bold, "text": rest}
            | {"kind": one.kind, "numbers": dict(one.numbers)}
            for (week, bold, rest), one in zip(self.lines(), self.happenings, strict=True)
        ]
        return {
            "scenario": self.scenario.id,
            "title": self.scenario.title,
            "seed": self.seed,
            "replicate": self.replicate,
            "which": self.which,
            "of": self.of,
            "rule": self.rule,
            "horizon_weeks": self.world.compiled.horizon,
            "headline": self.headline(),
            "ended": ended,
            "why": causes,
            "reasons": self.reasons(),
            "weeks": weeks,
        }

    def animation(self, theme: str = "light") -> Page:
        """The generals' network of trust week by week beside the sentences, as a page."""
        page: Page = import_module(DOOR).animate(self, theme)
        return page

    def save(self, path: str | Path, theme: str = "light") -> Path:
        """Write the animation as one HTML file. Raises UnknownName (not .html), NotWritten."""
        return self.animation(theme).save(path)


def story(
    scenario: Scenario | Ensemble | str | os.PathLike[str],
    seed: int | None = None,
    replicate: int | None = None,
    *,
    which: str | None = None,
    replicates: int = 512,
    corps: int | None = None,
    knowledge: str | Posterior = DEFAULT,
) -> Story:
    """Tell one future of a scenario, or of an ensemble (with its seed, corps and knowledge).

    replicate: that future of every ensemble with this seed. which: "typical", "luckiest" or "worst"
    instead, chosen by a stated rule from `replicates` futures (or those of the ensemble); by
    default typical. seed: 1 unless given. corps: simulated generals, an approximation. Errors:
    RegimeSimError, UnknownName, OutOfRange.
    """
    if replicate is not None and which is not None:
        raise RegimeSimError("story: expected either a replicate or which, not both")
    if replicate is not None:
        replicate = whole("replicate", replicate, 0, LAST_REPLICATE)
    chosen = "typical" if which is None else choice("choice of a future", which, CHOICES)
    given = scenario if isinstance(scenario, Ensemble) else None
    if given is not None:
        told, seed, corps, knowledge = _of(given, seed)
    else:
        assert not isinstance(scenario, Ensemble)
        told = load(scenario)
    effort = Effort(
        replicates=replicates, seed=1 if seed is None else seed, corps=corps, knowledge=knowledge
    )
    compiled = prepared(told, effort.corps, effort.knowledge)
    of = None
    if replicate is None:
        pool = given or run(told, effort)
        replicate, of = choose(pool, compiled, chosen), pool.replicates
    world = watch(compiled, effort.seed, replicate)
    return Story(
        told,
        effort.seed,
        replicate,
        None if of is None else chosen,
        of,
        world,
        happenings(world),
        why(told, world, effort.knowledge, effort.corps),
    )


def _of(ensemble: Ensemble, seed: int | None) -> tuple[Any, int, int | None, str]:
    """Scenario, seed, corps, knowledge of an ensemble. Raises RegimeSimError for another seed."""
    if seed is not None and seed != ensemble.seed:
        raise RegimeSimError(f"story: the ensemble has seed {ensemble.seed}, not {seed}")
    about = ensemble.provenance
    simulated, number = about.get("simulated_generals"), about.get("generals")
    return (
        ensemble.scenario,
        ensemble.seed,
        None if simulated == number else simulated,
        str(about.get("knowledge", DEFAULT)),
    )


def worlds(
    scenario: Scenario | Ensemble | str | os.PathLike[str], **options: Any
) -> Iterator[Story]:
    """The typical, the luckiest and the worst future, one after another; options as in `story`."""
    for which in CHOICES:
        yield story(scenario, which=which, **options)
