"""What the law's numbers are drawn from for leader-years: for each window a sample that was fitted
on the panel's years before it, so that no row is judged by a law that has seen its year; fits
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ..facts.places import seeds_folder
from ..facts.posterior import Posterior, posterior
from ..provenance import model_mark
from .fold_samples import WINDOWS_FILE, FoldSamples, fold_samples

BY_WINDOW = "the years before each window"


@cache
def window_samples() -> FoldSamples | None:
    """The shipped samples by first year of a window; None where there are none. Raises BadSample.

    The window that begins after the panel's last year holds the sample fitted on all of it, and on
    the other observed rates.
    """
    return fold_samples(seeds_folder() / "posterior" / WINDOWS_FILE)


def sample_before(year: int) -> Posterior | None:
    """The sample fitted on the years before `year`: that of the latest window that begins by then,
    the first one's where none does; None where nothing ships.
    """
    found = window_samples()
    if found is None:
        return None
    begins = sorted(int(one) for one in found.fold)
    chosen = max((one for one in begins if one <= year), default=begins[0])
    return found.without(str(chosen))


def drawn_from(
    first_years: Sequence[int], knowledge: str | Posterior | None
) -> tuple[list[str | Posterior], str, list[str]]:
    """For windows that begin in these years: what each is drawn from, its name, and notes.

    knowledge: a sample for all of them, by name or as it is; None: each window's own. Where a
    sample does not ship the priors of the parameter table stand in. Raises BadSample, UnknownName.
    """
    if isinstance(knowledge, Posterior):
        return [knowledge] * len(first_years), knowledge.called, []
    if knowledge is not None:
        name = "prior" if posterior(knowledge) is None else knowledge
        return [name] * len(first_years), name, []
    found = window_samples()
    if found is None:
        return ["prior"] * len(first_years), "prior", []
    notes = []
    if found.model != model_mark():
        notes.append("The samples by window were made with another version of the model.")
    begins = min(int(one) for one in found.fold)
    early = [year for year in first_years if year < begins]
    if early:
        notes.append(
            f"Rows from {min(early)} on are judged by the sample fitted on the years before"
            f" {begins}: those of earlier years are not out of time."
        )
    samples: list[str | Posterior] = []
    for year in first_years:
        sample = sample_before(year)
        samples.append("prior" if sample is None else sample)
    return samples, BY_WINDOW, notes


__all__ = ["BY_WINDOW", "drawn_from", "sample_before", "window_samples"]
