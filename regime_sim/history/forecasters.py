"""The law as three forecasters, by what its parameters were learned from, and the sample that each
case is simulated with; simulates nothing.

- `model`: as default runs draw it (`facts.posterior.DEFAULT`);
- `law_rates`: fitted to observed rates and patterns alone, no case seen;
- `law_cases`: fitted to the calibration cases too. A calibration case is simulated with the sample
  that was refitted without its part (`fold_samples`); any other case with the full one.

Where a sample has not been made the priors of the parameter table stand in, and a note says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..facts import posterior as shipped
from ..facts.posterior import Posterior
from ..provenance import model_mark
from .cases import Case
from .fold_samples import FoldSamples, fold_samples
from .forecasts import matches

LAWS = ("model", "law_rates", "law_cases")


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """One forecaster: what its parameters are drawn from, by name and case; notes for readers."""

    name: str
    learned_from: str
    samples: tuple[str | Posterior, ...]
    notes: tuple[str, ...]

    def like(self, other: Law) -> bool:
        """Whether both simulate every case with the same sample."""
        return all(a is b or a == b for a, b in zip(self.samples, other.samples, strict=True))


def laws(
    cases: Sequence[Case], training: Sequence[Case], knowledge: str | None = None
) -> tuple[Law, ...]:
    """The three forecasters for these cases, in the order of LAWS; knowledge: what all of them draw
    from instead. Raises BadSample, UnknownName.
    """
    asked = (knowledge,) * 3 if knowledge else (shipped.DEFAULT, "rates", "cases")
    same, folds = matches(cases, training), fold_samples()
    return tuple(
        _law(name, learned, same, folds) for name, learned in zip(LAWS, asked, strict=True)
    )


def _law(name: str, learned: str, same: Sequence[Case | None], folds: FoldSamples | None) -> Law:
    """A law for cases of which `same` says which calibration case each is."""
    full = shipped.posterior(learned)
    if full is None:
        notes = (
            ()
            if learned == "prior"
            else (
                (
                    f"{name}: no sample learned from {learned} is shipped; the priors of the"
                    " parameter table stand in for it."
                ),
            )
        )
        return Law(name, "prior", ("prior",) * len(same), notes)
    old = (
        ()
        if full.about.get("model") == model_mark()
        else (
            (
                f"{name}: the sample learned from {learned} was made with another version of the"
                " model."
            ),
        )
    )
    if learned != "cases":
        return Law(name, learned, (full,) * len(same), old)
    samples = tuple(_unseen(one, folds) or full for one in same)
    inside = sum(
        sample is full and one is not None for sample, one in zip(samples, same, strict=True)
    )
    seen = (
        (
            (
                f"{name}: {inside} cases are judged by a law that was fitted to them (no refitted"
                " samples are shipped): there it is not out of fold."
            ),
        )
        if inside
        else ()
    )
    return Law(name, learned, samples, (*old, *seen))


def _unseen(case: Case | None, folds: FoldSamples | None) -> Posterior | None:
    return folds.without(case.id) if case is not None and folds is not None else None


__all__ = ["LAWS", "Law", "laws"]
